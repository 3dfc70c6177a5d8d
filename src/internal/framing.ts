/**
 * Bytes to JSON messages and back: one JSON object per line, LF only. Knows nothing of processes or of JSON-RPC.
 *
 * Work is linear in the bytes: a line that spans many chunks is kept as fragments and put together once. LF never occurs inside a UTF-8
 * sequence, so lines are cut as bytes and decoded whole; U+2028 and a lone CR are ordinary characters.
 */

/** A JSON object as it came off the wire. */
export interface JsonObject {
  readonly [key: string]: unknown
}

/** What one chunk of bytes brought. */
export interface Batch {
  readonly messages: ReadonlyArray<JsonObject>
  /** Lines that were not a JSON object: banners, log lines, garbage. Their text is not kept. */
  readonly skipped: number
  /** True when a line exceeded the limit: nothing after it can be read. */
  readonly tooLong: boolean
}

/** Reads lines from chunks. One per connection; `push` is to be called with the chunks in order. */
export interface LineReader {
  readonly push: (chunk: Uint8Array) => Batch
  /** The rest, when the output ended without a final LF. */
  readonly end: () => Batch
}

const LF = 10
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** Makes a reader that accepts lines of at most `maxLineBytes` bytes, LF not counted. */
export const makeLineReader = (maxLineBytes: number): LineReader => {
  let fragments: Array<Uint8Array> = []
  let pendingBytes = 0

  const takeText = (last: Uint8Array): string => {
    if (fragments.length === 0) return decoder.decode(last)
    const whole = new Uint8Array(pendingBytes + last.byteLength)
    let offset = 0
    for (const fragment of fragments) {
      whole.set(fragment, offset)
      offset += fragment.byteLength
    }
    whole.set(last, offset)
    fragments = []
    pendingBytes = 0
    return decoder.decode(whole)
  }

  return {
    push: (chunk) => {
      const first = chunk.indexOf(LF)
      if (first === -1) {
        pendingBytes += chunk.byteLength
        fragments.push(chunk)
        return pendingBytes > maxLineBytes ? overflow : nothing
      }
      if (pendingBytes + first > maxLineBytes) return overflow
      const last = chunk.lastIndexOf(LF)
      if (last - first > maxLineBytes) {
        // Lines that lie wholly inside the chunk can exceed a limit smaller than the chunk; those before them still count.
        const long = startOfLongLine(chunk, first, last, maxLineBytes)
        if (long !== -1) return { ...parse(takeText(chunk.subarray(0, long))), tooLong: true }
      }
      const batch = parse(takeText(chunk.subarray(0, last + 1)))
      if (last + 1 < chunk.byteLength) {
        const rest = chunk.subarray(last + 1)
        fragments.push(rest)
        pendingBytes = rest.byteLength
      }
      return pendingBytes > maxLineBytes ? { ...batch, tooLong: true } : batch
    },
    end: () => (pendingBytes === 0 ? nothing : parse(takeText(new Uint8Array(0))))
  }
}

/** One JSON object from one line; `undefined` if it is anything else. */
export const parseLine = (line: string): JsonObject | undefined => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  // Type boundary: an object that is no array has string keys.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/**
 * One line for one message, LF included; `undefined` if it can't be written as JSON.
 *
 * The server drops a line with a lone surrogate without a word. `JSON.stringify` writes those as `\udXXX` escapes, and writes no other
 * escape that begins so, so they are replaced in the text, which covers keys too.
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

const nothing: Batch = { messages: [], skipped: 0, tooLong: false }
const overflow: Batch = { messages: [], skipped: 0, tooLong: true }

// A byte order mark counts as a blank: what stands before a server on Windows can write one.
const isBlank = (code: number): boolean => code <= 32 || code === 0xfeff

const skipBlanks = (text: string, start: number, stop: number): number => {
  let at = start
  while (at < stop && isBlank(text.charCodeAt(at))) at++
  return at
}

const openingBrace = 123
const closingBrace = 125

// Output that is no protocol can come in a flood, and `JSON.parse` takes several times as long to refuse a line as to read a good one.
const looksLikeObject = (text: string, first: number, stop: number): boolean => {
  if (text.charCodeAt(first) !== openingBrace) return false
  let last = stop - 1
  while (isBlank(text.charCodeAt(last))) last--
  return text.charCodeAt(last) === closingBrace
}

// Whole lines, LF between them.
const parse = (text: string): Batch => {
  const messages: Array<JsonObject> = []
  let skipped = 0
  let start = 0
  while (start < text.length) {
    let stop = text.indexOf("\n", start)
    if (stop === -1) stop = text.length
    const first = skipBlanks(text, start, stop)
    if (first < stop) {
      const message = looksLikeObject(text, first, stop) ? parseLine(text.slice(first, stop)) : undefined
      if (message === undefined) skipped++
      else messages.push(message)
    }
    start = stop + 1
  }
  return { messages, skipped, tooLong: false }
}

const startOfLongLine = (chunk: Uint8Array, first: number, last: number, limit: number): number => {
  for (let start = first + 1; start <= last;) {
    const stop = chunk.indexOf(LF, start)
    if (stop - start > limit) return start
    start = stop + 1
  }
  return -1
}
