/**
 * The last words of a process: a bounded ring of the lines that it wrote to stderr, without control characters and with secrets masked. It is
 * synchronous and has no effects; `pipes.ts` reads stderr.
 */
import { withoutControls } from "./controls.ts"

/** Bounds of the ring. */
export const maxLines = 200
/** Bounds of the ring, in UTF-16 code units: about 64 KiB of what servers write. */
export const maxLength = 65_536

/** A ring of lines. */
export interface StderrTail {
  /** Adds a chunk of text and returns the lines that it completed. */
  readonly push: (text: string) => ReadonlyArray<string>
  /** Takes what is left without a final LF, if anything. */
  readonly end: () => ReadonlyArray<string>
  /** The lines kept, oldest first. */
  readonly lines: () => ReadonlyArray<string>
}

/** An empty ring. */
export const make = (mask: (text: string) => string): StderrTail => {
  const kept: Array<string> = []
  let length = 0
  let rest = ""

  const keep = (raw: string): string => {
    const clean = withoutControls(raw.endsWith("\r") ? raw.slice(0, -1) : raw)
    // Masked before it is cut: half a secret would not be recognised.
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
      // A process that never ends its line must not grow our memory. What is cut off is masked before, and the half of what may be kept stays: a
      // secret whose end hasn't come yet is not torn.
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
