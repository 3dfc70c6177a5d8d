/**
 * The terminal chat, from a pipe and on a pseudo-terminal. Its commands need no sandbox: escalated commands run outside
 * of it, and machines differ.
 */
import { assert, describe, it } from "@effect/vitest"
import { onTerminal, start } from "./support/example.ts"
import * as Pty from "./support/pty.ts"

const question = "[y]es, [n]o, [a]lways > "
/** Matches a whole line: after another one, or in place of the progress line. */
const lineOf = (text: string) => new RegExp(`(?:\n|\u001b\\[0J)${text}\r`)
const summary = /^\[\d+ s, \d+ tokens\] /

describe("the terminal chat, from a pipe", () => {
  const chat = async (...input: ReadonlyArray<string>) => {
    const { code, lines, stdout } = await start(["11"], { input: `${input.join("\n")}\n` }).outcome
    assert.strictEqual(code, 0, stdout)
    return lines.map((line) => line.replace(/^(?:you> )+/, "").replace(summary, "")).filter((line) => line !== "")
  }

  it("runs its lines one after the other, and survives a failed turn and a rejected one", async () => {
    const tooLong = "x".repeat(1_048_577)
    const lines = await chat("hello you", "fail now", tooLong, "still there?", "/quit", "not asked any more")
    assert.deepStrictEqual(
      lines.map((line) => line.replace(/^Invalid argument `input`: .*$/, "refused")),
      [
        "You said: hello you",
        "done",
        "failed: stream disconnected before completion: the embedded model was told to fail",
        lines.at(3) ?? "",
        "You said: still there?",
        "done",
        "Bye."
      ]
    )
    assert.match(lines.at(3) ?? "", /1048576|1,048,576/)
  })

  it("answers /help itself, without the model", async () => {
    const lines = await chat("/help", "/quit")
    assert.match(lines.join("\n"), /^Type a message[\s\S]*\/quit[\s\S]*Bye\.$/)
    assert.notInclude(lines.join("\n"), "You said")
  })

  it("declines whatever needs an answer, and the model reads that", async () => {
    const lines = await chat("escalate echo $((40 + 2))", "outside")
    const declined = [
      "  The input is not a terminal, so you cannot be asked.",
      "  declined",
      "± add outside.txt: declined"
    ]
    assert.deepStrictEqual(
      lines.filter(
        (line) =>
          declined.includes(line) || line === "Then I won't." || line.startsWith("May ") || line.startsWith("Change ")
      ),
      [
        "May this command run?",
        "  The input is not a terminal, so you cannot be asked.",
        "  declined",
        "Then I won't.",
        "Change 1 file?",
        "  The input is not a terminal, so you cannot be asked.",
        "± add outside.txt: declined",
        "Then I won't."
      ]
    )
    assert.notInclude(lines, "42")
  })

  it("shows escape sequences and does not execute them", async () => {
    const lines = await chat("escalate echo \u001b[2Jhidden \u202eelosnoc")
    assert.isTrue(lines.some((line) => line.includes("\\u{1b}[2Jhidden \\u{202e}elosnoc")))
    for (const character of ["\u001b", "\u202e"]) assert.notInclude(lines.join("\n"), character)
  })
})

const { missing } = Pty

describe.skipIf(missing !== undefined)(
  `the terminal chat, on a terminal${missing === undefined ? "" : ` (not run: ${missing})`}`,
  () => {
    /** Uses the chat, and ends it by Ctrl-C at the prompt. */
    const chat = (use: (terminal: Pty.Terminal) => Promise<void>) =>
      onTerminal(["11"], async (terminal) => {
        await terminal.shown("you> ")
        await use(terminal)
        await terminal.shown("you> ")
        terminal.type("\u0003")
        await terminal.shown("Bye.")
      })

    /** Sends a line, and waits for the question that it causes. */
    const provoke = async (terminal: Pty.Terminal, text: string) => {
      terminal.type(`${text}\r`)
      return terminal.shown(question)
    }

    it("streams, shows a progress line, steers, and survives a failed turn", () =>
      chat(async (terminal) => {
        terminal.type("fail now\r")
        await terminal.shown("failed: stream disconnected")
        await terminal.shown("you> ")
        terminal.type("think about it\r")
        await terminal.shown("Let me think")
        // Text that is typed in the meantime steers the turn.
        terminal.type("hello instead\r")
        await terminal.shown("You said: hello instead")
        await terminal.shown(/\[\d+ s, \d+ tokens\] done/)
      }))

    it("shows commands and changes of files, with any outcome in the sandbox of this machine", () =>
      chat(async (terminal) => {
        terminal.type("run echo $((40 + 2))\r")
        await terminal.shown("$ ")
        await terminal.shown(/ {2}exit -?\d+/)
        await terminal.shown("you> ")
        terminal.type("write it\r")
        await terminal.shown(/± add hello\.txt: \w+/)
      }))

    it("ends at Ctrl-D", () =>
      onTerminal(["11"], async (terminal) => {
        await terminal.shown("you> ")
        terminal.type("\u0004")
        await terminal.shown("Bye.")
      }))

    it("ends at Ctrl-D during a turn, which is interrupted", () =>
      onTerminal(["11"], async (terminal) => {
        await terminal.shown("you> ")
        terminal.type("think about it\r")
        await terminal.shown("Let me think")
        terminal.type("\u0004")
        await terminal.shown(/\[\d+ s, \d+ tokens\] interrupted/)
        await terminal.shown("Bye.")
      }))

    it("interrupts the turn at Ctrl-C, and then ends", () =>
      chat(async (terminal) => {
        terminal.type("think about it\r")
        // The progress line, before the model has sent anything or while it thinks.
        await terminal.shown(/\[\d+ s, \d+ tokens\]/)
        await terminal.shown("Let me think")
        terminal.type("\u0003")
        await terminal.shown(/\[\d+ s, \d+ tokens\] interrupted/)
        await terminal.shown("you> ")
        terminal.type("hello again\r")
        await terminal.shown("You said: hello again")
      }))

    it("asks, and runs the action after a yes", () =>
      chat(async (terminal) => {
        const asked = await provoke(terminal, "escalate echo $((40 + 2))")
        assert.include(asked, "May this command run?")
        assert.include(asked, "echo $((40 + 2))'")
        assert.include(asked, "because: you told me to leave the sandbox")
        terminal.type("y\r")
        await terminal.shown(lineOf("42"))
        await terminal.shown("exit 0")
        await terminal.shown("Done, as you see.")
        await terminal.shown("you> ")

        const change = await provoke(terminal, "outside")
        assert.match(change, /Change 1 file\?\s+add \S+outside\.txt \(1 line\)\s+\+Hello\.\s/)
        terminal.type("yes\r")
        await terminal.shown("± add outside.txt: completed")
        await terminal.shown("you> ")
        await provoke(terminal, "escalate cat ../outside.txt")
        terminal.type("y\r")
        await terminal.shown(lineOf("Hello\\."))
        await terminal.shown("exit 0")
      }))

    it("asks, and reports a no to the model without running the action", () =>
      chat(async (terminal) => {
        await provoke(terminal, "escalate echo $((40 + 2))")
        terminal.type("n\r")
        await terminal.shown("  declined")
        await terminal.shown("Then I won't.")
        await terminal.shown("you> ")
        await provoke(terminal, "outside")
        terminal.type("no\r")
        await terminal.shown("± add outside.txt: declined")
        await terminal.shown("Then I won't.")
        await terminal.shown("you> ")
        await provoke(terminal, "escalate cat ../outside.txt")
        terminal.type("y\r")
        await terminal.shown("exit 1")
        assert.notMatch(terminal.screen(), lineOf("42"))
      }))

    it("asks again until the answer is clear, and takes no other word for a yes", () =>
      chat(async (terminal) => {
        await provoke(terminal, "escalate echo $((40 + 2))")
        for (const other of ["", "yellow", "ye", "1", "yes please"]) await provoke(terminal, other)
        terminal.type("n\r")
        await terminal.shown("  declined")
        assert.notMatch(terminal.screen(), lineOf("42"))
      }))

    it("does not take a half-typed line for an answer, and restores it afterwards", () =>
      chat(async (terminal) => {
        // Enter, and a letter after it, before any question.
        terminal.type("escalate echo $((40 + 2))\ry")
        await terminal.shown(question)
        await provoke(terminal, "")
        terminal.type("n\r")
        await terminal.shown("  declined")
        await terminal.shown("] done")
        await terminal.shown("you> y")
        terminal.type("es\r")
        await terminal.shown("You said: yes")
        assert.notMatch(terminal.screen(), lineOf("42"))
      }))

    it("remembers what is always allowed", () =>
      chat(async (terminal) => {
        await provoke(terminal, "escalate echo effect")
        terminal.type("a\r")
        await terminal.shown("exit 0")
        await terminal.shown("you> ")
        terminal.type("escalate echo effect\r")
        assert.notInclude(await terminal.shown("exit 0"), question)
        await terminal.shown("you> ")
        await provoke(terminal, "outside")
        terminal.type("a\r")
        await terminal.shown("± add outside.txt: completed")
        await terminal.shown("you> ")
        terminal.type("outside\r")
        assert.notInclude(await terminal.shown("± add outside.txt: completed"), question)
      }))

    it("interrupts the turn at Ctrl-C, removes the question, and continues", () =>
      chat(async (terminal) => {
        await provoke(terminal, "escalate echo $((40 + 2))")
        terminal.type("\u0003")
        await terminal.shown("(not asked any more)")
        await terminal.shown(/\[\d+ s, \d+ tokens\] interrupted/)
        await terminal.shown("you> ")
        // An answer that is too late is an ordinary line.
        terminal.type("y\r")
        await terminal.shown("You said: y")
        assert.notMatch(terminal.screen(), lineOf("42"))
      }))

    it("shows the model's questions, which accept an option by its number, another text, or no answer", () =>
      chat(async (terminal) => {
        const question = async (typed: string, told: string) => {
          terminal.type("question me\r")
          const asked = await terminal.shown("number or answer > ")
          assert.match(asked, /What do you like to read\?\s+1\. Novels: long and dark\s+2\. Poems: short and bright\s/)
          terminal.type(`${typed}\r`)
          await terminal.shown(told)
        }
        await question("2", "I see: Poems")
        await terminal.shown("you> ")
        await question("Comics", "I see: Comics")
        await terminal.shown("you> ")
        await question("", "Done, as you see.")
      }))

    it("asks two questions one after the other", () =>
      chat(async (terminal) => {
        const first = await provoke(terminal, "both")
        assert.lengthOf([...first.matchAll(/May this|Change 1/g)], 1)
        const second = await provoke(terminal, "n")
        assert.lengthOf([...second.matchAll(/May this|Change 1/g)], 1)
        assert.lengthOf([...`${first}${second}`.matchAll(/May this command|Change 1 file/g)], 2)
        terminal.type("n\r")
        await terminal.shown("Then I won't.")
      }))

    it("removes both of two questions at Ctrl-C", () =>
      chat(async (terminal) => {
        await provoke(terminal, "both")
        terminal.type("\u0003")
        await terminal.shown("interrupted")
        await terminal.shown("you> ")
        terminal.type("hello again\r")
        assert.notInclude(await terminal.shown("You said: hello again"), question)
      }))
  }
)
