/**
 * Keeps the last stderr lines of a process in a bounded ring, without control characters and with secrets masked.
 *
 * It is synchronous and has no effects; `pipes.ts` reads stderr.
 */
import { withoutControls } from "./controls.ts"

/** Maximum number of lines in the ring. */
export const maxLines = 200
/** Maximum length of the ring, in UTF-16 code units: about 64 KiB of typical server output. */
export const maxLength = 65_536

/** A ring of lines. */
export interface StderrTail {
  /** Adds a chunk of text and returns the lines that it completed. */
  readonly push: (text: string) => ReadonlyArray<string>
  /** Adds remaining text without a final LF as a line, and returns it. */
  readonly end: () => ReadonlyArray<string>
  /** Returns the kept lines, oldest first. */
  readonly lines: () => ReadonlyArray<string>
}

/** Creates an empty ring. */
export const make = (mask: (text: string) => string): StderrTail => {
  const kept: Array<string> = []
  let length = 0
  let rest = ""

  const keep = (raw: string): string => {
    const clean = withoutControls(raw.endsWith("\r") ? raw.slice(0, -1) : raw)
    // Masked before it is truncated, because half a secret would not be recognized.
    const line = mask(clean).slice(-maxLength)
    kept.push(line)
    length += line.length
    while (kept.length > maxLines || (length > maxLength && kept.length > 1)) length -= kept.shift()?.length ?? 0
    return line
  }

  return {
    push: (text) => {
      const lines: Array<string> = []
      if (text.includes("\n")) {
        const parts = (rest + text).split("\n")
        rest = parts.pop() ?? ""
        for (const part of parts) lines.push(keep(part))
      } else rest += text
      // Bounds memory for a process that never ends its line. Text is masked before it is cut off, and half of the
      // limit is kept, so a secret that is still incomplete is not split.
      if (rest.length > maxLength) rest = mask(rest)
      while (rest.length > maxLength) {
        const cut = rest.lastIndexOf(" ", maxLength / 2 - 1) + 1 || maxLength / 2
        lines.push(keep(rest.slice(0, cut)))
        rest = rest.slice(cut)
      }
      return lines
    },
    end: () => {
      if (rest === "") return []
      const line = keep(rest)
      rest = ""
      return [line]
    },
    lines: () => [...kept]
  }
}
