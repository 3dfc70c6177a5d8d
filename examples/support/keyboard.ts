/**
 * The keyboard: lines, Ctrl-C and the end of the input as a queue, and questions, which take the next line for themselves. In a terminal readline
 * edits the line and turns Ctrl-C into an event, so that it ends neither this program nor Codex.
 */
import { type Cause, Effect, Option, Queue, type Scope } from "effect"
import { createInterface, type Interface } from "node:readline"

export type Key =
  | { readonly _tag: "Line"; readonly text: string }
  | { readonly _tag: "CtrlC" }
  | { readonly _tag: "End" }

export interface Keyboard {
  /** The next thing that is typed and answers no question. After the end of the input that is the end, however often one asks. */
  readonly key: Effect.Effect<Key>
  /** Whether somebody types and sees. Lines of a file or a pipe are all there from the start, and wait for their turn. */
  readonly isInteractive: boolean
  /** Whether a line is half typed. */
  readonly isTyping: Effect.Effect<boolean>
  /** Shows that a line is expected. */
  readonly prompt: Effect.Effect<void>
  /** The next line that is entered; none when the input has ended. One question at a time. */
  readonly ask: (prompt: string) => Effect.Effect<Option.Option<string>>
}

/** What is typed at. */
type Keys = NodeJS.ReadableStream & { readonly isTTY: boolean }

const usual = "you> "

/** Nothing is read before the first prompt, so that Ctrl-C ends a program that is only starting. */
export const make = Effect.fnUntraced(function* (
  input: Keys,
  output: NodeJS.WriteStream
): Effect.fn.Return<Keyboard, never, Scope.Scope> {
  const keys = yield* Queue.unbounded<Key, Cause.Done>()
  let readline: Interface | undefined
  let isOpen = true
  let answer: ((line: Option.Option<string>) => void) | undefined

  const open = (): Interface => {
    if (readline !== undefined) return readline
    const opened = createInterface({ input, output, prompt: usual })
    opened.on("line", (text) =>
      answer === undefined ? Queue.offerUnsafe(keys, { _tag: "Line", text }) : answer(Option.some(text))
    )
    opened.on("SIGINT", () => {
      erase(opened)
      Queue.offerUnsafe(keys, { _tag: "CtrlC" })
    })
    opened.on("close", () => {
      isOpen = false
      Queue.endUnsafe(keys)
      answer?.(Option.none())
    })
    return (readline = opened)
  }
  yield* Effect.addFinalizer(() => Effect.sync(() => readline?.close()))

  return {
    key: Effect.catch(Queue.take(keys), () => Effect.succeed<Key>({ _tag: "End" })),
    isInteractive: input.isTTY && output.isTTY,
    isTyping: Effect.sync(() => readline !== undefined && readline.line !== ""),
    prompt: Effect.sync(() => (isOpen ? open().prompt(true) : undefined)),
    ask: (prompt) =>
      Effect.callback<Option.Option<string>>((resume) => {
        if (!isOpen) return resume(Effect.succeed(Option.none()))
        const line = open()
        // What is half typed was meant for something else. It comes back when the question is over.
        const draft = line.line
        erase(line)
        const end = () => {
          answer = undefined
          line.setPrompt(usual)
          if (isOpen && draft !== "") line.write(draft)
        }
        answer = (given) => {
          end()
          resume(Effect.succeed(given))
        }
        line.setPrompt(prompt)
        line.prompt()
        return Effect.sync(() => {
          if (isOpen) erase(line)
          end()
        })
      })
  }
})

// internal

/** Empties what is typed, as Ctrl-E and Ctrl-U do. */
const erase = (readline: Interface): void => {
  if (readline.line === "") return
  readline.write(null, { ctrl: true, name: "e" })
  readline.write(null, { ctrl: true, name: "u" })
}
