/**
 * The screen and the keyboard of the terminal chat, without a process: what waits while a question is open.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { PassThrough } from "node:stream"
import * as Terminal from "../examples/support/terminal.ts"

/** A terminal of two streams. */
const open = Effect.gen(function* () {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  let text = ""
  output.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
  // Type boundary: the program uses only these members of a terminal.
  const terminal = yield* Terminal.make(input, output as unknown as NodeJS.WriteStream)
  const shown = (what: RegExp) =>
    Effect.callback<void>((resume) => {
      const look = () => (what.test(text) ? resume(Effect.void) : undefined)
      output.on("data", look)
      look()
      return Effect.sync(() => output.off("data", look))
    })
  return { terminal, shown, type: (keys: string) => Effect.sync(() => input.write(keys)), screen: () => text }
})

const choices = { yes: "yes", no: "no" }

describe("while a line is half typed", () => {
  // 80 columns: three rows behind the prompt.
  const long = "x".repeat(80) + "y".repeat(80) + "z"

  it.live("text appears above it, and the line is restored completely, however many rows it has", () =>
    Effect.gen(function* () {
      const { screen, shown, terminal, type } = yield* open
      yield* terminal.prompt
      yield* type(long)
      yield* shown(/z$/)
      const before = screen().length
      yield* terminal.line("something else")
      // Two rows up, to the first column, all below cleared; then the line again.
      const after = screen().slice(before)
      assert.isTrue(after.startsWith("\u001b[2A\u001b[1G\u001b[0Jsomething else\n"), JSON.stringify(after))
      assert.include(after, `you> ${long}`)
      yield* type("!\r")
      assert.deepStrictEqual(yield* terminal.key, { _tag: "Line", text: `${long}!` })
    }).pipe(Effect.scoped)
  )

  it.live("streamed text continues in its line, and typed characters hide none of it", () =>
    Effect.gen(function* () {
      const { screen, shown, terminal, type } = yield* open
      yield* terminal.prompt
      yield* type("half")
      yield* shown(/half$/)
      yield* terminal.write("one ")
      yield* terminal.write("two ")
      assert.include(screen(), "one two ")
      yield* type("!")
      yield* shown(/two !$/)
      yield* terminal.write("three\n")
      assert.match(screen(), /two !\nthree\n[^]*you> half!/)
    }).pipe(Effect.scoped)
  )

  it.live("a progress line appears before it, and log lines above it", () =>
    Effect.gen(function* () {
      const { screen, shown, terminal, type } = yield* open
      yield* terminal.prompt
      yield* type("half")
      yield* shown(/half$/)
      yield* terminal.progress("[1 s]")
      yield* shown(/\[1 s\] half/)
      yield* Effect.logWarning("take care").pipe(
        Effect.provide(Terminal.logger),
        Effect.provideService(Terminal.Terminal, terminal)
      )
      yield* shown(/! warn: take care\n[^]*\[1 s\] half/)
      assert.notInclude(screen(), "timestamp")
    }).pipe(Effect.scoped)
  )
})

describe("text from the server or the model", () => {
  // Sets the clipboard, clears the screen, changes the writing direction.
  const evil = "name\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u202e"
  const named = "name\\u{1b}]52;c;ZXZpbA==\\u{7}\\u{1b}[2J\\u{202e}"

  it.live("never controls the terminal: not as text, line, progress, question or prompt", () =>
    Effect.gen(function* () {
      const { screen, shown, terminal, type } = yield* open
      yield* terminal.write(`1${evil}\n`)
      yield* terminal.line(`2${evil}`)
      yield* terminal.progress(`3${evil}`)
      const asking = yield* Effect.forkChild(terminal.ask([`4${evil}`], `5${evil}`))
      yield* shown(/5name.* > /)
      yield* type("x\r")
      assert.strictEqual(yield* Fiber.join(asking), "x")
      for (const place of [1, 2, 3, 4, 5]) assert.include(screen(), `${place}${named}`)
      for (const sequence of ["\u001b]52", "\u001b[2J", "\u0007", "\u202e"]) assert.notInclude(screen(), sequence)
    }).pipe(Effect.scoped)
  )

  it.live("does not look like a line of the program if it is a line or a prompt", () =>
    Effect.gen(function* () {
      const { screen, shown, terminal, type } = yield* open
      yield* terminal.line("a question\n  exit 0")
      const asking = yield* Effect.forkChild(terminal.ask(["and one\r\nmore"], "title\nyou"))
      yield* shown(/title.* > /)
      yield* type("x\r")
      yield* Fiber.join(asking)
      assert.include(screen(), "a question\\u{a}  exit 0\n")
      assert.include(screen(), "and one\\u{d}\\u{a}more\n")
      assert.include(screen(), "title\\u{a}you > ")
    }).pipe(Effect.scoped)
  )
})

describe("while a question is open", () => {
  it.live("the progress line pauses, other text waits, and both continue after the answer", () =>
    Effect.gen(function* () {
      const { screen, shown, terminal, type } = yield* open
      yield* terminal.progress("[1 s]")
      yield* shown(/\[1 s\]/)
      const asking = yield* Effect.forkChild(terminal.choose(["May it?"], choices, "no"))
      yield* shown(/\[n\]o > /)
      // Does not wait, and shows nothing.
      yield* terminal.progress("[2 s]")
      const writing = yield* Effect.forkChild(terminal.line("something else"), { startImmediately: true })
      assert.isUndefined(writing.pollUnsafe())
      yield* type("y\r")
      assert.strictEqual(yield* Fiber.join(asking), "yes")
      yield* Fiber.join(writing)
      yield* terminal.progress("[3 s]")
      yield* shown(/\[3 s\]/)
      assert.match(screen(), /\[1 s\][^]*May it\?[^]*something else\n[^]*\[3 s\]/)
      assert.notInclude(screen(), "[2 s]")
    }).pipe(Effect.scoped)
  )

  it.live(
    "a withdrawn question disappears, and the next one is asked; a waiting one that is withdrawn is never shown",
    () =>
      Effect.gen(function* () {
        const { screen, shown, terminal, type } = yield* open
        const ask = (text: string) =>
          Effect.forkChild(terminal.choose([text], choices, "no"), { startImmediately: true })
        const first = yield* ask("First?")
        const second = yield* ask("Second?")
        const third = yield* ask("Third?")
        yield* shown(/\[n\]o > /)
        yield* Fiber.interrupt(second)
        yield* Fiber.interrupt(first)
        yield* shown(/Third\?[^]*\[n\]o > /)
        yield* type("n\r")
        assert.strictEqual(yield* Fiber.join(third), "no")
        assert.match(screen(), /First\?[^]*\(not asked any more\)\n[^]*Third\?/)
        assert.notInclude(screen(), "Second?")
      }).pipe(Effect.scoped)
  )

  it.live("the end of the input is a no, for this question and for later ones", () =>
    Effect.gen(function* () {
      const { shown, terminal, type } = yield* open
      const asking = yield* Effect.forkChild(terminal.choose(["May it?"], choices, "no"))
      yield* shown(/\[n\]o > /)
      yield* type("\u0004")
      assert.strictEqual(yield* Fiber.join(asking), "no")
      assert.strictEqual(yield* terminal.choose(["And this?"], choices, "no"), "no")
      assert.strictEqual((yield* terminal.key)._tag, "End")
      assert.strictEqual((yield* terminal.key)._tag, "End")
    }).pipe(Effect.scoped)
  )
})
