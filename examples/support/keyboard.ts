/**
 * The keyboard: lines, Ctrl-C and the end of the input as a queue, and questions, which take the next line for themselves. In a terminal readline
 * edits the line and turns Ctrl-C into an event, so that it ends neither this program nor Codex.
 *
 * The line at the bottom is readline's: a prompt, or a progress line in its place, and what is typed behind it. So it can be taken off the screen
 * and put back, however many rows it has.
 */
import { type Cause, Effect, Option, Queue, type Scope } from "effect"
import { Printable } from "effect-codex"
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from "node:readline"

export type Key =
  | { readonly _tag: "Line"; readonly text: string }
  | { readonly _tag: "CtrlC" }
  | { readonly _tag: "End" }

export interface Keyboard {
  /** The next thing that is typed and answers no question. After the end of the input that is the end, however often one asks. */
  readonly key: Effect.Effect<Key>
  /** Whether somebody types and sees. Lines of a file or a pipe are all there from the start, and wait for their turn. */
  readonly isInteractive: boolean
  /** Whether something was typed while the bottom line was off the screen: then it stands in the midst of what is written. */
  readonly isEchoed: Effect.Effect<boolean>
  /** Shows that a line is expected. */
  readonly prompt: Effect.Effect<void>
  /** Shows this in place of the prompt. */
  readonly progress: (text: string) => Effect.Effect<void>
  /** Takes the bottom line off the screen. */
  readonly hide: Effect.Effect<void>
  /** Puts it back if it is wanted: a line is half typed, or expected. */
  readonly restore: Effect.Effect<void>
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
    // To draw the line anew, readline goes up by as many rows as this says. There is no other way to tell it that they are gone.
    Object.assign(readline, { prevRows: 0 })
    isShown = false
  }
  const show = (prompt: string): void => {
    if (!isOpen) return
    hide()
    const line = open()
    // Others can have written it: the title of a field is an MCP server's.
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
        // What is half typed was meant for something else. It comes back when the question is over.
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

/** Empties what is typed, as Ctrl-E and Ctrl-U do. */
const erase = (readline: Interface): void => {
  if (readline.line === "") return
  readline.write(null, { ctrl: true, name: "e" })
  readline.write(null, { ctrl: true, name: "u" })
}
