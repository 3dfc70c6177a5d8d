/**
 * Writes text to a terminal as it arrives. Escape sequences are removed, because a model or a command could use them
 * to paint over a question. The bottom line, where the user types, belongs to the keyboard.
 */
import { Effect } from "effect"
import { Printable } from "effect-codex"

export interface Screen {
  /** Writes text, which can have many lines. */
  readonly write: (text: string) => Effect.Effect<void>
  /** Writes one line. A line break in it is made visible, so that its text cannot look like a line of the program. */
  readonly line: (text: string) => Effect.Effect<void>
  /** Whether the text so far ends with a line break. */
  readonly isAtStart: Effect.Effect<boolean>
}

export const make = (out: NodeJS.WritableStream): Screen => {
  let atStart = true
  const write = (text: string) =>
    Effect.sync(() => {
      if (text === "") return
      out.write(Printable.text(text))
      atStart = text.endsWith("\n")
    })
  return {
    write,
    line: (text) => Effect.suspend(() => write(`${atStart ? "" : "\n"}${Printable.line(text)}\n`)),
    isAtStart: Effect.sync(() => atStart)
  }
}
