/**
 * Lines that are not messages, and messages without meaning: garbage, broken encodings, deep nesting, endless lines.
 * They cost at most their own call or event.
 */
import { assert } from "@effect/vitest"
import { Effect, Fiber, Logger, Option, Stream } from "effect"
import * as Test from "../../serverRequests/support.ts"
import * as App from "../../appServer/support.ts"
import * as Peer from "../../support/peer.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import { group, textOf, word } from "../support/attack.ts"

const quiet = Effect.provide(Logger.layer([]))

/** Checks that a client still works after these lines: its next call is answered, and its next event arrives. */
const survives = (lines: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { client, peer } = yield* Test.played()
    const events = yield* client.subscribe
    for (const line of lines) yield* peer.sendLine(line)
    const call = yield* Test.background(client.requestRaw("works"))
    yield* peer.send({ method: "thread/closed", params: { threadId: "the last" } })
    for (let message = yield* peer.receive; ; message = yield* peer.receive) {
      if (message["method"] !== "works") continue
      yield* peer.send({ id: message.id, result: "yes" })
      break
    }
    assert.strictEqual(yield* Fiber.join(call), "yes")
    const last = yield* Stream.runHead(
      Stream.filter(events, (event) => event.method === "thread/closed" && event.params.threadId === "the last")
    )
    assert.isTrue(Option.isSome(last))
  }).pipe(Effect.scoped, quiet)

/** The same for a process, whose bytes need not be text. */
const survivesBytes =
  (bytes: (seeded: Seeded) => Uint8Array | string, pieces?: (seeded: Seeded) => number | undefined) =>
  (seeded: Seeded) =>
    Effect.gen(function* () {
      const piece = pieces?.(seeded)
      const { client } = yield* App.start({
        on: {
          initialized: [],
          bad: [Peer.writeBytes(bytes(seeded), piece), Peer.reply("after")],
          works: [Peer.reply("yes")]
        }
      })
      assert.strictEqual(yield* client.requestRaw("bad"), "after")
      assert.strictEqual(yield* client.requestRaw("works"), "yes")
    })

const expected = "they are skipped, and the connection works on"

export const scenarios = group("server", [
  {
    name: "line-garbage",
    title: "Lines are banners, halves of messages, or JSON that is not an object",
    expected,
    run: (seeded) =>
      survives([
        "",
        " ",
        "Welcome!",
        "{",
        "}",
        '{"id":1',
        "null",
        "true",
        "1e999",
        "-",
        '"text"',
        "[]",
        "[[[[]]]]",
        "{}",
        '{"":""}',
        "{'id':1}",
        "undefined",
        textOf(seeded, [...'{}[]:,"\\0a '], seeded.int(1, 2000)),
        JSON.stringify({ id: 1, result: textOf(seeded, [..."ab"], 500) }).slice(0, seeded.int(1, 500))
      ])
  },
  {
    name: "line-batch",
    title: "Messages come as a list, as JSON-RPC allows and this protocol doesn't",
    expected: "the list is skipped: nothing in it is answered",
    run: (seeded) =>
      Effect.gen(function* () {
        const { peer, settle } = yield* Test.played()
        const request = { id: seeded.int(1, 99), method: Test.command, params: Test.commandParams() }
        yield* peer.sendLine(JSON.stringify([request, { ...request, id: "x" }]))
        yield* peer.sendLine(JSON.stringify([[request]]))
        assert.deepStrictEqual(yield* settle, [])
      }).pipe(quiet)
  },
  {
    name: "line-odd-envelopes",
    title: "The fields of a message are of other types, contradict each other, or are called like what objects have",
    expected,
    run: (seeded) => {
      const odd: ReadonlyArray<unknown> = [null, true, 0, -1, 1.5, "", [], {}, [1], { a: 1 }, "__proto__", word(seeded)]
      return survives([
        ...odd.flatMap((value) => [
          JSON.stringify({ method: value }),
          JSON.stringify({ method: value, params: value }),
          JSON.stringify({ id: value }),
          JSON.stringify({ id: value, result: value }),
          JSON.stringify({ id: value, error: value }),
          JSON.stringify({ id: value, method: value, params: value, result: value, error: value }),
          JSON.stringify({ jsonrpc: value, emittedAtMs: value, method: "turn/completed", params: value })
        ]),
        '{"__proto__":{"method":"x"},"id":1}',
        '{"constructor":{"prototype":{"polluted":1}}}',
        '{"id":7001,"id":7002,"result":1,"result":2}'
      ])
    }
  },
  {
    name: "line-replies-to-unknown-calls",
    title: "Replies come for calls that were never made, or twice, or under an id of another type",
    expected: "they are skipped; each call has its own reply, once",
    run: (seeded) =>
      Effect.gen(function* () {
        const { client, peer } = yield* Test.played()
        const [first, second] = [
          yield* Test.background(client.requestRaw("a")),
          yield* Test.background(client.requestRaw("b"))
        ]
        const [a, b] = [(yield* peer.receive).id, (yield* peer.receive).id]
        const wrong = [
          String(a),
          Number(a) + seeded.int(50, 999),
          -Number(a),
          null,
          [a],
          { id: a },
          Number(a) + 0.5,
          2 ** 53
        ]
        for (const id of wrong) yield* peer.send({ id, result: "wrong" })
        yield* peer.send({ id: b, result: "b" })
        yield* peer.send({ id: b, result: "again" })
        yield* peer.send({ id: a, error: null, result: "a" })
        yield* peer.send({ id: a, error: { code: 1, message: "late" } })
        assert.deepStrictEqual([yield* Fiber.join(first), yield* Fiber.join(second)], ["a", "b"])
        assert.strictEqual(yield* client.inFlight, 0)
      }).pipe(quiet)
  },
  {
    name: "line-prototype",
    title: "Params, arguments and replies have keys that change the prototype of objects in careless programs",
    expected: "they stay keys of their own objects",
    run: (seeded) =>
      Effect.gen(function* () {
        const mark = word(seeded)
        const keys = ["__proto__", "constructor", "prototype", "toString"]
        const evil = keys.map(
          (key) => `{${JSON.stringify(key)}:{${JSON.stringify(mark)}:true,"prototype":{${JSON.stringify(mark)}:true}}}`
        )
        yield* survives(
          evil.flatMap((params) => [
            `{"method":"item/started","params":${params}}`,
            `{"method":"thread/started","params":{"thread":${params}}}`,
            `{"id":"x","method":"item/tool/call","params":${params}}`,
            `{"id":"y","method":"mcpServer/elicitation/request","params":${params}}`
          ])
        )
        const { client, peer } = yield* Test.played()
        for (const result of evil) {
          const call = yield* Test.background(client.requestRaw("a"))
          yield* peer.sendLine(`{"id":${String((yield* peer.receive).id)},"result":${result}}`)
          assert.strictEqual(JSON.stringify(yield* Fiber.join(call)), result)
        }
        assert.notProperty({}, mark)
        assert.notProperty(() => 1, mark)
      }).pipe(quiet)
  },
  {
    name: "line-deep",
    title: "A message is nested so deeply that a reader that calls itself would overflow its stack",
    expected,
    within: "60 seconds",
    run: (seeded) => {
      const depth = seeded.int(100_000, 300_000)
      const [open, close] = seeded.pick([
        ["[", "]"],
        ['{"a":', "}"],
        ['[{"params":', "}]"]
      ] as const)
      const nested = `${open.repeat(depth)}1${close.repeat(depth)}`
      const shallow = `${open.repeat(4000)}1${close.repeat(4000)}`
      return survives([
        `{"method":"item/started","params":${nested}}`,
        `{"method":"turn/diff/updated","params":{"threadId":"t","turnId":"u","diff":${nested}}}`,
        `{"id":"deep","method":"${Test.command}","params":${nested}}`,
        `{"id":"shallow","method":"${Test.command}","params":${shallow}}`,
        `{"method":"item/started","params":{"item":${shallow}}}`,
        `{"method":"thread/started","params":${shallow}}`
      ])
    }
  },
  {
    name: "line-wide",
    title: "A message has tens of thousands of keys, or numbers of a hundred thousand digits",
    expected,
    within: "60 seconds",
    run: (seeded) => {
      const prefix = word(seeded)
      const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`${prefix}${index}`, 1]))
      const digits = "9".repeat(100_000)
      return survives([
        JSON.stringify({ method: "item/started", params: wide }),
        JSON.stringify({ id: "wide", method: Test.command, params: wide }),
        `{"id":${digits},"result":1}`,
        `{"method":"thread/started","params":{"thread":{"createdAt":${digits}}}}`
      ])
    }
  },
  {
    name: "bytes-garbage",
    title: "The process writes bytes that are no text, or text in another encoding",
    expected,
    on: "peer",
    run: survivesBytes((seeded) => {
      const random = Uint8Array.from({ length: seeded.int(10, 4000) }, () => seeded.int(0, 255))
      return Buffer.concat([
        random,
        Buffer.from("\n"),
        Buffer.from('{"method":"x"}\n', "utf16le"),
        Buffer.from([0xef, 0xbb, 0xbf]),
        Buffer.from('{"method":"x"}\r\n'),
        Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80, 0x0a]),
        Buffer.from([0x7b, 0x22, 0xf0, 0x9f, 0x0a]),
        Buffer.from('{"method":"a\u2028b\u0085c"}\n\n\r\n\0\n')
      ])
    })
  },
  {
    name: "bytes-in-pieces",
    title: "The process writes its messages in pieces of a few bytes, which cut characters",
    expected: "each message is read whole",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const text = textOf(seeded, [...'aä€😀\u2028\\"'], seeded.int(50, 400))
        const { client } = yield* App.start({
          on: {
            initialized: [],
            odd: [
              Peer.writeBytes(`${JSON.stringify({ method: "x", params: { text } })}\n`, seeded.int(1, 7)),
              Peer.reply({ text })
            ]
          }
        })
        assert.deepStrictEqual(yield* client.requestRaw("odd"), { text })
      })
  },
  {
    name: "bytes-without-end",
    title: "The process writes a line that doesn't end",
    expected: "the connection ends with a typed error when the longest length is passed, and takes no more memory",
    on: "peer",
    within: "20 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        const maxLineBytes = seeded.int(1_000, 200_000)
        const { client } = yield* App.start(
          {
            on: {
              initialized: [],
              flood: [
                Peer.write("x".repeat(50_000)),
                Peer.flood({ method: "y".repeat(100), params: {}, count: 0 }),
                Peer.write("x".repeat(40_000)),
                ...Array.from({ length: 40 }, () => Peer.line({ $repeat: ["x", 100_000] })),
                Peer.never
              ]
            }
          },
          { maxLineBytes }
        )
        const error = yield* Effect.flip(client.requestRaw("flood"))
        assert.strictEqual(error.reason._tag, "ConnectionClosed")
      })
  },
  {
    name: "bytes-cut-off",
    title: "The process dies in the middle of a reply",
    expected: "the call fails with the end of the connection, and the half is not taken for a reply",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const { client } = yield* App.start({
          on: { initialized: [], half: [Peer.dieAfterBytes(seeded.int(1, 300)), Peer.reply({ text: "x".repeat(400) })] }
        })
        const error = yield* Effect.flip(client.requestRaw("half"))
        assert.strictEqual(error.reason._tag, "ConnectionClosed")
      })
  }
])
