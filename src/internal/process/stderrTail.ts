/**
 * The last words of a process: a bounded ring of the lines that it wrote to stderr, colours removed and secrets masked. Pure state; who reads
 * stderr is `AppServer`.
 */
import { stripVTControlCharacters } from "node:util"

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

// Forms in which keys and tokens occur in logs. What is passed in by the caller is masked by value; this is for what the server learns elsewhere.
const patterns = /\b(?:sk-[\w-]{8,}|eyJ[\w-]{1,1024}\.[\w-]+\.[\w-]*)|(?<=\bBearer\s+)[^\s"',;]+/gi
// A shorter line of a secret (the end of a PEM block) says nothing, and would be masked everywhere.
const minSecretLine = 8

// Text comes line by line, so a secret of several lines is known by its lines.
const linesOf = (value: string): ReadonlyArray<string> => {
  const lines = value.split(/\r?\n/)
  return lines.length === 1 ? lines : lines.filter((line) => line.trim().length >= minSecretLine)
}

/** Masks secrets in a text: the given values, and what has the form of a key or token. */
export const makeMask = (values: ReadonlyArray<string>): ((text: string) => string) => {
  // Longest first, so that a value that contains another is masked whole.
  const sorted = [...new Set(values.flatMap(linesOf))]
    .filter((value) => value.length > 0)
    .sort((a, b) => b.length - a.length)
  return (text) => {
    let result = text
    for (const value of sorted) result = result.replaceAll(value, "<redacted>")
    return result.replace(patterns, "<redacted>")
  }
}

/** An empty ring. */
export const make = (mask: (text: string) => string): StderrTail => {
  const kept: Array<string> = []
  let length = 0
  let rest = ""

  const keep = (raw: string): string => {
    const clean = stripVTControlCharacters(raw.endsWith("\r") ? raw.slice(0, -1) : raw)
    // Masked before it is cut: half a secret would not be recognised.
    const line = mask(clean).slice(-maxLength)
    kept.push(line)
    length += line.length
    while (kept.length > maxLines || (length > maxLength && kept.length > 1)) length -= kept.shift()?.length ?? 0
    return line
  }

  return {
    push: (text) => {
      const parts = (rest + text).split("\n")
      rest = parts.pop() ?? ""
      const lines = parts.map(keep)
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
