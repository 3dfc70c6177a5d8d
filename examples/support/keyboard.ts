/**
 * The keyboard: a queue of lines, Ctrl-C and the end of the input, and questions, which take the next line. In a
 * terminal readline edits the line and turns Ctrl-C into an event, so that it ends neither this program nor Codex.
 *
 * The bottom line belongs to readline: a prompt or a progress line, followed by what is typed. So it can be removed
 * from the screen and restored, however many rows it has.
 */
import { type Cause, Effect, Option, Queue, type Scope } from "effect"
import { Printable } from "effect-codex"
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from "node:readline"

export type Key =
  | { readonly _tag: "Line"; readonly text: string }
  | { readonly _tag: "CtrlC" }
  | { readonly _tag: "End" }

export interface Keyboard {
  /** The next key that does not answer a question. After the end of the input, it is always the end. */
  readonly key: Effect.Effect<Key>
  /**
   * Whether a user types and sees the output. The lines of a file or a pipe are all available from the start, and
   * wait.
   */
  readonly isInteractive: boolean
  /** Whether something was typed while the bottom line was hidden. It then appears in the middle of the output. */
  readonly isEchoed: Effect.Effect<boolean>
  /** Shows that a line is expected. */
  readonly prompt: Effect.Effect<void>
  /** Shows this text instead of the prompt. */
  readonly progress: (text: string) => Effect.Effect<void>
  /** Hides the bottom line. */
  readonly hide: Effect.Effect<void>
  /** Restores the bottom line if a line is partly typed, or expected. */
  readonly restore: Effect.Effect<void>
  /** The next line that is entered; none if the input has ended. One question at a time. */
  readonly ask: (prompt: string) => Effect.Effect<Option.Option<string>>
}

/** The input that keys come from. */
type Keys = NodeJS.ReadableStream & { readonly isTTY: boolean }

const usual = "you> "

/** Nothing is read before the first prompt, so that Ctrl-C ends a program that is still starting. */
export const make = Effect.fnUntraced(function* (
  input: Keys,
  output: NodeJS.WriteStream
): Effect.fn.Return<Keyboard, never, Scope.Scope> {
  const keys = yield* Queue.unbounded<Key, Cause.Done>()
  const isInteractive = input.isTTY && output.isTTY
  let readline: Interface | undefined
  let isOpen = true
  let isShown = false
  let isExpected = false
  // What was typed when the bottom line was last on the screen.
  let seen = ""
  let answer: ((line: Option.Option<string>) => void) | undefined

  const open = (): Interface => {
    if (readline !== undefined) return readline
    const opened = createInterface({ input, output, prompt: usual })
    opened.on("line", (text) => {
      isShown = false
      seen = ""
      if (answer !== undefined) return answer(Option.some(text))
      isExpected = false
      Queue.offerUnsafe(keys, { _tag: "Line", text })
    })
    opened.on("SIGINT", () => {
      isExpected = false
      erase(opened)
      Queue.offerUnsafe(keys, { _tag: "CtrlC" })
    })
    opened.on("close", () => {
      isOpen = false
      isShown = false
      Queue.endUnsafe(keys)
      answer?.(Option.none())
    })
    return (readline = opened)
  }
  yield* Effect.addFinalizer(() => Effect.sync(() => readline?.close()))

  const hide = (): void => {
    if (!isInteractive || !isShown || readline === undefined) return
    seen = readline.line
    moveCursor(output, 0, -readline.getCursorPos().rows)
    cursorTo(output, 0)
    clearScreenDown(output)
    // To redraw the line, readline moves up by this number of rows. There is no other way to say that the rows are
    // gone.
    Object.assign(readline, { prevRows: 0 })
    isShown = false
  }
  const show = (prompt: string): void => {
    if (!isOpen) return
    hide()
    const line = open()
    // The text may come from others: an MCP server writes the title of a field.
    line.setPrompt(Printable.line(prompt))
    line.prompt(true)
    isShown = true
  }
  const isTyping = () => readline !== undefined && readline.line !== ""

  return {
    key: Effect.catch(Queue.take(keys), () => Effect.succeed<Key>({ _tag: "End" })),
    isInteractive,
    isEchoed: Effect.sync(() => !isShown && isTyping() && readline?.line !== seen),
    prompt: Effect.sync(() => {
      isExpected = true
      show(usual)
    }),
    progress: (text) => Effect.sync(() => (isInteractive ? show(`${text} `) : undefined)),
    hide: Effect.sync(hide),
    restore: Effect.sync(() => {
      if (isInteractive && readline !== undefined && (isExpected || isTyping())) show(readline.getPrompt())
    }),
    ask: (prompt) =>
      Effect.callback<Option.Option<string>>((resume) => {
        if (!isOpen) return resume(Effect.succeed(Option.none()))
        const line = open()
        // A partly typed line was meant for something else. It is restored after the question.
        const draft = line.line
        const before = line.getPrompt()
        erase(line)
        const end = () => {
          answer = undefined
          line.setPrompt(before)
          if (isOpen && draft !== "") line.write(draft)
        }
        answer = (given) => {
          end()
          resume(Effect.succeed(given))
        }
        show(prompt)
        return Effect.sync(() => {
          if (isOpen) erase(line)
          end()
        })
      })
  }
})

// internal

/** Clears the typed text, as Ctrl-E and Ctrl-U do. */
const erase = (readline: Interface): void => {
  if (readline.line === "") return
  readline.write(null, { ctrl: true, name: "e" })
  readline.write(null, { ctrl: true, name: "u" })
}
