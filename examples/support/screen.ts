/**
 * A terminal that writes text as it comes, with a progress line below it as long as the text ends with a line. Without a terminal there is no
 * progress line. Escape sequences in the text don't reach the terminal: with them a model or a command could paint over what is asked.
 */
import { Effect } from "effect"

export interface Screen {
  /** Writes text, without what would move the cursor or change the colours. */
  readonly write: (text: string) => Effect.Effect<void>
  /** Writes a line of its own. */
  readonly line: (text: string) => Effect.Effect<void>
  /** Shows or replaces the progress line. */
  readonly progress: (text: string) => Effect.Effect<void>
  /** Whether the text so far ends with a line. */
  readonly isAtStart: Effect.Effect<boolean>
  /** Empties the line below the text, whoever has written there. */
  readonly clear: Effect.Effect<void>
}

export const make = (out: NodeJS.WriteStream): Screen => {
  let atStart = true
  let hasProgress = false
  const clear = () => {
    if (hasProgress) out.write(emptyLine)
    hasProgress = false
  }
  const write = (text: string) =>
    Effect.sync(() => {
      if (text === "") return
      clear()
      out.write(harmless(text))
      atStart = text.endsWith("\n")
    })
  return {
    write,
    line: (text) => Effect.suspend(() => write(atStart ? `${text}\n` : `\n${text}\n`)),
    progress: (text) =>
      Effect.sync(() => {
        if (!out.isTTY || !atStart) return
        clear()
        out.write(text)
        hasProgress = true
      }),
    isAtStart: Effect.sync(() => atStart),
    clear: Effect.sync(() => {
      if (out.isTTY && atStart) out.write(emptyLine)
      hasProgress = false
    })
  }
}

// internal

const emptyLine = "\r\u001b[K"

/** Control characters, and those that turn the direction of writing. */
const harmless = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, (char) =>
    char === "\n" || char === "\t" ? char : char === "\r" ? "" : "\uFFFD"
  )
