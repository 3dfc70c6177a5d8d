/**
 * What is written on a terminal, as it comes. Escape sequences in it don't reach the terminal: with them a model or a command could paint over what is
 * asked. The line at the bottom, where somebody types, is the keyboard's.
 */
import { Effect } from "effect"
import { Printable } from "effect-codex"

export interface Screen {
  /** Writes text, which can have many lines. */
  readonly write: (text: string) => Effect.Effect<void>
  /** Writes a line of its own. A line break in it is named: what follows must not look like a line of the program. */
  readonly line: (text: string) => Effect.Effect<void>
  /** Whether the text so far ends with a line. */
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
