/**
 * What is written on a terminal, as it comes. Escape sequences in it don't reach the terminal: with them a model or a command could paint over what is
 * asked. The line at the bottom, where somebody types, is the keyboard's.
 */
import { Effect } from "effect"

export interface Screen {
  /** Writes text, without what would move the cursor or change the colours. */
  readonly write: (text: string) => Effect.Effect<void>
  /** Writes a line of its own. */
  readonly line: (text: string) => Effect.Effect<void>
  /** Whether the text so far ends with a line. */
  readonly isAtStart: Effect.Effect<boolean>
}

export const make = (out: NodeJS.WritableStream): Screen => {
  let atStart = true
  const write = (text: string) =>
    Effect.sync(() => {
      if (text === "") return
      out.write(harmless(text))
      atStart = text.endsWith("\n")
    })
  return {
    write,
    line: (text) => Effect.suspend(() => write(atStart ? `${text}\n` : `\n${text}\n`)),
    isAtStart: Effect.sync(() => atStart)
  }
}

// internal

/** Control characters, and those that turn the direction of writing. */
const harmless = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, (char) =>
    char === "\n" || char === "\t" ? char : char === "\r" ? "" : "\uFFFD"
  )
