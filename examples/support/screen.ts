/**
 * A terminal that writes text as it comes, with a progress line below it as long as the text ends with a line. Without a terminal there is no
 * progress line.
 */
import { Effect } from "effect"

export interface Screen {
  /** Writes text as it is. */
  readonly write: (text: string) => Effect.Effect<void>
  /** Writes a line of its own. */
  readonly line: (text: string) => Effect.Effect<void>
  /** Shows or replaces the progress line. */
  readonly progress: (text: string) => Effect.Effect<void>
}

export const make = (out: NodeJS.WriteStream): Screen => {
  let atStart = true
  let hasProgress = false
  const clear = () => {
    if (hasProgress) out.write("\r\u001b[K")
    hasProgress = false
  }
  const write = (text: string) =>
    Effect.sync(() => {
      if (text === "") return
      clear()
      out.write(text)
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
      })
  }
}
