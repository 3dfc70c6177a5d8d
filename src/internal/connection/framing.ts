/**
 * Converts bytes to JSON messages and back: one JSON object per line, separated by LF only. It does not depend on
 * processes or on JSON-RPC.
 *
 * Work is linear in the bytes, and no byte is copied: the part of an unfinished line in a chunk is decoded
 * immediately, and only its text is kept. LF never occurs inside a UTF-8 sequence, so lines are split as bytes.
 * U+2028 and a lone CR are ordinary characters.
 *
 * A reader is between lines or inside one. Inside a line, it holds the text so far, and its decoder holds the bytes
 * of an incomplete character. The LF, the end of the output or an overlong line returns it to the state between
 * lines, with nothing left in the decoder.
 */

/** A JSON object as received. */
export interface JsonObject {
  readonly [key: string]: unknown
}

/** The content of one chunk of bytes. */
export interface Batch {
  readonly messages: ReadonlyArray<JsonObject>
  /** The number of lines that were not a JSON object: banners, log lines, garbage. Their text is not kept. */
  readonly skipped: number
  /** Whether a line exceeded the limit. Nothing after it can be read. */
  readonly tooLong: boolean
}

/** Reads lines from chunks. Use one per connection, and call `push` with the chunks in order. */
export interface LineReader {
  readonly push: (chunk: Uint8Array) => Batch
  /** Returns the remaining messages when the output has ended without a final LF. */
  readonly end: () => Batch
}

const LF = 10
// For whole lines only. Lines in several pieces use a different decoder, because a decoder that has been used for a
// stream is slower for each small text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** Creates a reader that accepts lines of at most `maxLineBytes` bytes, excluding the LF. */
export const makeLineReader = (maxLineBytes: number): LineReader => {
  const pieces = new TextDecoder("utf-8", { ignoreBOM: true })
  // The text of the unfinished line, and its number of bytes.
  let text = ""
  let bytes = 0

  const keep = (piece: Uint8Array): boolean => {
    bytes += piece.byteLength
    if (bytes > maxLineBytes) return false
    text += pieces.decode(piece, { stream: true })
    return true
  }
  // Without `stream`, the decoder returns the rest of an incomplete character and resets.
  const finish = (last?: Uint8Array): string => {
    const line = text + pieces.decode(last)
    text = ""
    bytes = 0
    return line
  }
  const overflow = (messages: ReadonlyArray<JsonObject>, skipped: number): Batch => {
    finish()
    return { messages, skipped, tooLong: true }
  }

  return {
    push: (chunk) => {
      const first = chunk.indexOf(LF)
      if (first === -1) return keep(chunk) ? nothing : overflow([], 0)
      const batch = emptyBatch()
      let start = 0
      if (bytes > 0) {
        if (bytes + first > maxLineBytes) return overflow([], 0)
        const line = finish(chunk.subarray(0, first))
        parse(line, 0, line.length, batch)
        start = first + 1
      }
      const stop = chunk.lastIndexOf(LF) + 1
      // A line inside the chunk can exceed a limit that is smaller than the chunk. The lines before it still count.
      const long = stop - start > maxLineBytes ? startOfLongLine(chunk, start, stop, maxLineBytes) : -1
      const whole = long === -1 ? stop : long
      if (whole > start) parseAll(decoder.decode(chunk.subarray(start, whole)), batch)
      if (long === -1 && (stop === chunk.byteLength || keep(chunk.subarray(stop)))) return batch
      return overflow(batch.messages, batch.skipped)
    },
    end: () => {
      if (bytes === 0) return nothing
      const batch = emptyBatch()
      const line = finish()
      parse(line, 0, line.length, batch)
      return batch
    }
  }
}

/** Parses one line as a JSON object. Returns `undefined` if it is anything else. */
export const parseLine = (line: string): JsonObject | undefined => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  // Type boundary: an object that is not an array has string keys.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/**
 * Formats a message as one line with LF. Returns `undefined` if it cannot be written as JSON.
 *
 * The server silently drops a line with a lone surrogate. `JSON.stringify` writes those as `\udXXX` escapes, and no
 * other escape starts that way. They are therefore replaced in the text, which covers keys too.
 */
export const formatLine = (message: unknown): string | undefined => {
  let text: string | undefined
  try {
    text = JSON.stringify(message)
  } catch {
    return undefined
  }
  if (text === undefined) return undefined
  if (text.includes("\\ud")) {
    text = text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|[^])/g, (escape) => (escape.length === 6 ? "\ufffd" : escape))
  }
  return `${text}\n`
}

// internal

interface Growing extends Batch {
  readonly messages: Array<JsonObject>
  skipped: number
}

const emptyBatch = (): Growing => ({ messages: [], skipped: 0, tooLong: false })
const nothing: Batch = { messages: [], skipped: 0, tooLong: false }

// A byte order mark counts as a blank, because a wrapper of a server on Windows can write one.
const isBlank = (code: number): boolean => code <= 32 || code === 0xfeff

const skipBlanks = (text: string, start: number, stop: number): number => {
  let at = start
  while (at < stop && isBlank(text.charCodeAt(at))) at++
  return at
}

const openingBrace = 123
const closingBrace = 125

// Output that is not protocol can arrive in large amounts, and `JSON.parse` takes several times longer to reject a
// line than to read a valid one.
const looksLikeObject = (text: string, first: number, stop: number): boolean => {
  if (text.charCodeAt(first) !== openingBrace) return false
  let last = stop - 1
  while (isBlank(text.charCodeAt(last))) last--
  return text.charCodeAt(last) === closingBrace
}

// Adds the message of one line. The call for blanks took 4 % of the time of a delta, and almost no line has any.
const parse = (text: string, start: number, stop: number, batch: Growing): void => {
  const first = text.charCodeAt(start) === openingBrace ? start : skipBlanks(text, start, stop)
  if (first === stop) return
  const message = looksLikeObject(text, first, stop) ? parseLine(text.slice(first, stop)) : undefined
  if (message === undefined) batch.skipped++
  else batch.messages.push(message)
}

// Does the same for several lines that each end with LF.
const parseAll = (text: string, batch: Growing): void => {
  for (let start = 0; start < text.length;) {
    const stop = text.indexOf("\n", start)
    parse(text, start, stop, batch)
    start = stop + 1
  }
}

// Finds the first overlong line among lines that each end with LF.
const startOfLongLine = (chunk: Uint8Array, from: number, end: number, limit: number): number => {
  for (let start = from; start < end;) {
    const stop = chunk.indexOf(LF, start)
    if (stop - start > limit) return start
    start = stop + 1
  }
  return -1
}
