import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { vi } from "vitest"
import {
  formatLine,
  type JsonObject,
  type LineReader,
  makeLineReader,
  parseLine
} from "../../src/internal/connection/framing.ts"

const encoder = new TextEncoder()
const unlimited = 2 ** 30

/** Cuts bytes at these places, in any order, also outside of the range. */
const cutAt = (bytes: Uint8Array, places: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const sorted = [...new Set(places.map((place) => Math.abs(place) % (bytes.length + 1)))].sort((a, b) => a - b)
  const bounds = [0, ...sorted, bytes.length]
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end))
}

const pieces = (bytes: Uint8Array, size: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))

/** Everything that a reader returns for these chunks, up to the first line that is too long. */
const readAll = (reader: LineReader, chunks: ReadonlyArray<Uint8Array>) => {
  const messages: Array<JsonObject> = []
  let skipped = 0
  for (const chunk of [...chunks, undefined]) {
    const batch = chunk === undefined ? reader.end() : reader.push(chunk)
    messages.push(...batch.messages)
    skipped += batch.skipped
    if (batch.tooLong) return { messages, skipped, tooLong: true }
  }
  return { messages, skipped, tooLong: false }
}

const read = (text: string, limit = unlimited) => readAll(makeLineReader(limit), [encoder.encode(text)])

/** What the server would decode. */
const reparse = (message: object): JsonObject => {
  const line = formatLine(message)
  const parsed = line === undefined ? undefined : parseLine(line)
  return parsed ?? assert.fail("the line is no JSON object")
}

/** Milliseconds for a line of this length, cut into chunks of 1 KiB. */
const time = (megabytes: number): number => {
  const chunks = pieces(encoder.encode(`{"t":"${"x".repeat(megabytes * 2 ** 20)}"}\n`), 1024)
  const before = performance.now()
  assert.strictEqual(readAll(makeLineReader(unlimited), chunks).messages.length, 1)
  return performance.now() - before
}

describe("the reader of lines", () => {
  it("ends a line at LF only: not at U+2028, U+2029, U+0085, a lone CR or the CR of a CRLF", () => {
    const text = "a\u2028b\u2029c\u0085d"
    assert.deepStrictEqual(read(`{"t":"${text}"}\r\n{"u":\r1}\n`), {
      messages: [{ t: text }, { u: 1 }],
      skipped: 0,
      tooLong: false
    })
  })

  it.effect.prop(
    "returns the same messages for any chunks, also if they cut a character",
    {
      texts: Schema.Array(Schema.String),
      places: Schema.Array(Schema.Int)
    },
    ({ places, texts }) =>
      Effect.sync(() => {
        const messages = [...texts, "é€😀\u2028\ufeff"].map((text, n) => ({
          n,
          // Values only: Node 24.21 can misread keys with escapes, however the lines are cut.
          text: text.toWellFormed()
        }))
        const bytes = encoder.encode(messages.map((message) => `${JSON.stringify(message)}\n`).join("banner\n"))
        const expected = { messages, skipped: texts.length, tooLong: false }
        assert.deepStrictEqual(readAll(makeLineReader(unlimited), cutAt(bytes, places)), expected)
      })
  )

  it("accepts a cut at each byte of a character, and single bytes", () => {
    const bytes = encoder.encode('{"t":"aé€😀"}\n{"k😀":1}\n')
    const messages = [{ t: "aé€😀" }, { "k😀": 1 }]
    for (let place = 0; place <= bytes.length; place++) {
      assert.deepStrictEqual(readAll(makeLineReader(unlimited), cutAt(bytes, [place])).messages, messages)
    }
    assert.deepStrictEqual(readAll(makeLineReader(unlimited), pieces(bytes, 1)).messages, messages)
  })

  it("skips and counts lines that are not JSON objects; it does not count blank ones", () => {
    const text = ['{"a":1}', "mise trusted", "[1]", "null", "7", '"x"', '{"b":', "", "  \r", '{"c":2}', ""].join("\n")
    assert.deepStrictEqual(read(text), { messages: [{ a: 1 }, { c: 2 }], skipped: 6, tooLong: false })
  })

  it("drops a byte order mark before the first line, and blanks around a line", () => {
    assert.deepStrictEqual(read('\ufeff{"a":1}\n \t{"b":2} \r\n').messages, [{ a: 1 }, { b: 2 }])
    // Within a line it stays.
    assert.deepStrictEqual(read('\ufeff{"a":"\ufeffx"}').messages, [{ a: "\ufeffx" }])
  })

  it("does not parse a line that cannot be an object", () => {
    const parse = vi.spyOn(JSON, "parse")
    try {
      const batch = read('y\n[1]\n12\n"text"\nINFO {\n{ begins so\n\t\n{}\n')
      assert.deepStrictEqual([batch.messages, batch.skipped], [[{}], 6])
      assert.deepStrictEqual(parse.mock.calls, [["{}"]])
    } finally {
      parse.mockRestore()
    }
  })

  it("skips a line that is not UTF-8, and reads the next one", () => {
    const bytes = new Uint8Array([0xa6, 0xa8, 0xa5, 0x5c, 10, ...encoder.encode('{"a":1}\n')])
    assert.deepStrictEqual(readAll(makeLineReader(unlimited), [bytes]).messages, [{ a: 1 }])
  })

  it.effect.prop(
    "decodes invalid UTF-8 the same for any chunks, and the next lines are correct",
    {
      bytes: Schema.Array(Schema.Literals([0xff, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0x41])),
      places: Schema.Array(Schema.Int)
    },
    ({ bytes, places }) =>
      Effect.sync(() => {
        const all = new Uint8Array([
          ...encoder.encode('{"t":"'),
          ...bytes,
          ...encoder.encode('"}\n'),
          ...bytes,
          10,
          ...encoder.encode('{"a":"é"}\n')
        ])
        const whole = readAll(makeLineReader(unlimited), [all])
        assert.deepStrictEqual(whole.messages, [{ t: new TextDecoder().decode(new Uint8Array(bytes)) }, { a: "é" }])
        assert.deepStrictEqual(readAll(makeLineReader(unlimited), cutAt(all, places)), whole)
      })
  )

  it("drops a character that the end or a line over the limit cuts", () => {
    const cut = encoder.encode('{"t":"é').subarray(0, -1)
    const line = encoder.encode('{"a":1}\n')
    const ended = makeLineReader(unlimited)
    ended.push(cut)
    assert.strictEqual(ended.end().skipped, 1)
    assert.deepStrictEqual(ended.push(line).messages, [{ a: 1 }])
    const over = makeLineReader(10)
    over.push(cut)
    assert.isTrue(over.push(encoder.encode("123456")).tooLong)
    assert.deepStrictEqual(over.push(line).messages, [{ a: 1 }])
  })

  it("decodes each byte once without copying, for any chunks", () => {
    const decode = vi.spyOn(TextDecoder.prototype, "decode")
    const set = vi.spyOn(Uint8Array.prototype, "set")
    try {
      const bytes = encoder.encode('{"a":"some text"}\n'.repeat(100))
      for (const size of [1, 7, 17, 18, 19, 64, 1000, bytes.length]) {
        decode.mockClear()
        assert.strictEqual(readAll(makeLineReader(unlimited), pieces(bytes, size)).messages.length, 100)
        const given = decode.mock.calls.reduce((sum, [input]) => sum + (input?.byteLength ?? 0), 0)
        // The LF at the end of a line in pieces is not decoded.
        assert.isAtMost(given, bytes.length)
        assert.isAtLeast(given, bytes.length - 100)
      }
      assert.strictEqual(set.mock.calls.length, 0)
    } finally {
      decode.mockRestore()
      set.mockRestore()
    }
  })

  it("accepts a last line without LF, and keeps nothing after the end", () => {
    const reader = makeLineReader(unlimited)
    reader.push(encoder.encode('{"a"'))
    reader.push(encoder.encode(":1}"))
    assert.deepStrictEqual(reader.end().messages, [{ a: 1 }])
    assert.deepStrictEqual(reader.end().messages, [])
  })

  it.effect.prop(
    "stops at a line over the limit for any chunks, after the lines before it",
    { places: Schema.Array(Schema.Int) },
    ({ places }) =>
      Effect.sync(() => {
        const line = '{"a":1}\n'
        const bytes = encoder.encode(`${line}${line}{"long":"${"x".repeat(30)}"}\n${line}`)
        const { messages, tooLong } = readAll(makeLineReader(20), cutAt(bytes, places))
        assert.deepStrictEqual({ messages, tooLong }, { messages: [{ a: 1 }, { a: 1 }], tooLong: true })
      })
  )

  it("applies the limit to the bytes of the line without its LF", () => {
    assert.deepStrictEqual(read('{"a":"é"}\n', 10), { messages: [{ a: "é" }], skipped: 0, tooLong: false })
    assert.isTrue(read('{"a":"é"}\n', 9).tooLong)
    assert.isTrue(read('{"a":"é"}', 9).tooLong, "also before its LF has come")
  })

  it("takes time in proportion to the line's length", () => {
    const best = (megabytes: number) => Math.min(...Array.from({ length: 7 }, () => time(megabytes)))
    time(1)
    // 8 if linear and 64 if quadratic; a millisecond is added because the small time may be near zero.
    const ratio = best(8) / (best(1) + 1)
    assert.isBelow(ratio, 40)
  })
})

describe("the writer of lines", () => {
  it("writes a message as one line that ends with LF, without a field of its own", () => {
    assert.strictEqual(formatLine({ id: 1, method: "a\nb", params: {} }), '{"id":1,"method":"a\\nb","params":{}}\n')
  })

  it("replaces a lone surrogate by U+FFFD, in values and in keys", () => {
    const message = reparse({ text: "a\ud83d", deep: [{ "k\udc00": "\udc00\ud83d" }] })
    assert.deepStrictEqual(message, { text: "a\ufffd", deep: [{ "k\ufffd": "\ufffd\ufffd" }] })
  })

  it("keeps valid pairs, and an escape that the user typed", () => {
    const message = { text: "😀", typed: "\\ud83d", quoted: '"\\"\\ud83d', twice: "\\\\ud83d \\u0041" }
    assert.deepStrictEqual(reparse({ ...message, lone: "\ud83d" }), { ...message, lone: "\ufffd" })
  })

  it.effect.prop(
    "writes the well-formed version of every text",
    { units: Schema.Array(Schema.Literals(["\\", "u", "d83d", "\ud83d", "\ude00", '"', "\u0000", "é", "😀", "\n"])) },
    ({ units }) =>
      Effect.sync(() => {
        const text = units.join("")
        // The test compares lines, because V8's `JSON.parse` can misread keys with a backslash.
        const whole = text.toWellFormed()
        assert.strictEqual(
          formatLine({ text, [`k${text}`]: 1 }),
          `${JSON.stringify({ text: whole, [`k${whole}`]: 1 })}\n`
        )
      })
  )

  it("writes no line if JSON cannot hold the value", () => {
    const cycle: { self?: object } = {}
    cycle.self = cycle
    for (const message of [{ big: 1n }, cycle, undefined, () => 1]) assert.isUndefined(formatLine(message))
  })
})
