/**
 * The keyboard as a queue: lines, Ctrl-C, and the end of the input. In a terminal readline edits the line and turns Ctrl-C into an event, so that it
 * ends neither this program nor Codex.
 */
import { Effect, Queue, type Scope } from "effect"
import { createInterface } from "node:readline"

export type Key =
  | { readonly _tag: "Line"; readonly text: string }
  | { readonly _tag: "CtrlC" }
  | { readonly _tag: "End" }

export interface Keyboard {
  readonly keys: Queue.Dequeue<Key>
  /** Whether somebody types. Lines of a file or a pipe are all there from the start, and wait for their turn. */
  readonly isInteractive: boolean
  /** Asks for a line. */
  readonly prompt: Effect.Effect<void>
}

export const make: Effect.Effect<Keyboard, never, Scope.Scope> = Effect.gen(function* () {
  const keys = yield* Queue.unbounded<Key>()
  const readline = yield* Effect.acquireRelease(
    Effect.sync(() => createInterface({ input: process.stdin, output: process.stdout, prompt: "you> " })),
    (readline) => Effect.sync(() => readline.close())
  )
  readline.on("line", (text) => Queue.offerUnsafe(keys, { _tag: "Line", text }))
  readline.on("SIGINT", () => Queue.offerUnsafe(keys, { _tag: "CtrlC" }))
  let isOpen = true
  readline.on("close", () => {
    isOpen = false
    Queue.offerUnsafe(keys, { _tag: "End" })
  })
  return {
    keys,
    isInteractive: process.stdin.isTTY,
    prompt: Effect.sync(() => (isOpen ? readline.prompt() : undefined))
  }
})
