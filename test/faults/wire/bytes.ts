/**
 * The same session in other bytes: cut anywhere, with other line ends, with noise between the lines. Every message
 * arrives completely and in order.
 */
import { Effect, Option } from "effect"
import type { Scenario, Seeded } from "../../scoreboard/scenario.ts"
import * as Peer from "../../support/peer.ts"
import { check, same } from "../support/expect.ts"
import { onMemory, type Options, type Server } from "../support/memory.ts"

const text = "héllo wörld 🌍 \u2028 end"

/** Runs a turn whose answer has characters of each length, and checks the answer. */
const turn = Effect.fnUntraced(function* (options: Options, write: (server: Server, lines: string) => void) {
  const { codex } = yield* onMemory({
    ...options,
    on: (message, server) => {
      if (message.method !== "turn/start") return options.on?.(message, server) ?? false
      const messages = [
        { id: message.id, result: Peer.turnStartResponse("turn-1") },
        ...Peer.turnEvents({ threadId: "thread-1", turnId: "turn-1", text })
      ]
      write(server, messages.map((message) => `${JSON.stringify(message)}\n`).join(""))
      return true
    }
  })
  const thread = yield* codex.startThread()
  const result = yield* thread.run("hello")
  yield* same(Option.getOrNull(result.finalResponse), text, "the answer")
  // The next messages are read, too.
  yield* codex.request("thread/loaded/list", {})
})

const plain = (server: Server, lines: string) => server.write(lines)

const cutAt = (bytes: Uint8Array, offsets: ReadonlyArray<number>): ReadonlyArray<Uint8Array> =>
  [0, ...offsets].map((from, index) => bytes.subarray(from, offsets[index] ?? bytes.length))

const pieces = (bytes: Uint8Array, next: () => number): ReadonlyArray<Uint8Array> => {
  const offsets: Array<number> = []
  for (let at = next(); at < bytes.length; at += next()) offsets.push(at)
  return cutAt(bytes, offsets)
}

const noise = [
  "",
  "   ",
  "null",
  "[]",
  "[1,2]",
  "42",
  '"text"',
  "true",
  "{",
  '{"id":1',
  '{"method":',
  "Welcome to codex",
  "\u0000\u0001\u001b[31m",
  "\ufffd",
  "{}",
  '{"foo":{}}'
]

const noisy = (seeded: Seeded) => (server: Server, lines: string) =>
  server.write(
    lines
      .split("\n")
      .flatMap((line) => (seeded.int(0, 1) === 0 ? [line] : [seeded.pick(noise), line]))
      .join("\n")
  )

const scenario = (
  name: string,
  title: string,
  run: Scenario["run"],
  expected = "Every message arrives whole and in order"
): Scenario => ({ name, group: "wire", title, expected, within: "10 seconds", on: "memory", run })

export const scenarios: ReadonlyArray<Scenario> = [
  scenario("cut-anywhere", "Each write is cut at one byte, also inside of a character", (seeded) =>
    turn({ cut: (bytes) => cutAt(bytes, [seeded.int(1, Math.max(1, bytes.length - 1))]) }, plain)
  ),
  scenario("small-pieces", "Every write comes in pieces of 1 to 7 bytes", (seeded) =>
    turn({ cut: (bytes) => pieces(bytes, () => seeded.int(1, 7)) }, plain)
  ),
  scenario("large-pieces", "Every write comes in pieces of 1 to 700 bytes", (seeded) =>
    turn({ cut: (bytes) => pieces(bytes, () => seeded.int(1, 700)) }, plain)
  ),
  scenario("crlf", "Lines end with CR LF, and some are blank", (seeded) =>
    turn({}, (server, lines) => server.write(lines.replaceAll("\n", () => "\r\n".repeat(seeded.int(1, 3)))))
  ),
  scenario("noise", "Lines that are no messages come between the messages", (seeded) => turn({}, noisy(seeded))),
  scenario("noise-in-pieces", "The same in pieces of 1 to 60 bytes", (seeded) =>
    turn({ cut: (bytes) => pieces(bytes, () => seeded.int(1, 60)) }, noisy(seeded))
  ),
  scenario("byte-order-mark", "The output begins with a byte order mark", (seeded) =>
    turn(
      {
        cut: (bytes) => pieces(bytes, () => seeded.int(1, 40)),
        on: (message, server) => {
          if (message.method === "initialize") server.write("\ufeff")
          return false
        }
      },
      plain
    )
  ),
  scenario("invalid-utf8", "Lines of bytes that are no UTF-8 come between the messages", (seeded) =>
    turn({}, (server, lines) => {
      for (const line of lines.split("\n")) {
        server.write(Uint8Array.from({ length: seeded.int(0, 9) }, () => seeded.pick([0xff, 0xc0, 0x80, 0xed, 0xfe])))
        server.write(`\n${line}\n`)
      }
    })
  ),
  scenario(
    "garbage-flood",
    "50,000 to 100,000 lines that are no messages come at once",
    (seeded) =>
      Effect.gen(function* () {
        const lines = seeded.int(50_000, 100_000)
        const { app, codex } = yield* onMemory({
          on: (message, server) => {
            if (message.method === "initialized")
              server.write(`${seeded.pick(["y", "[warn] x", "}{"])}\n`.repeat(lines))
            return false
          }
        })
        yield* codex.request("thread/loaded/list", {})
        yield* same(yield* app.skippedLines, lines, "the number of skipped lines")
      }),
    "All are skipped, and a call meanwhile is answered within the time"
  ),
  scenario(
    "last-line-without-end",
    "The server writes a reply without a line end, and exits",
    (seeded) =>
      Effect.gen(function* () {
        const { client } = yield* onMemory({
          cut: (bytes) => pieces(bytes, () => seeded.int(1, 20)),
          on: (message, server) => {
            if (message.method !== "model/list") return false
            server.write(JSON.stringify({ id: message.id, result: { last: true } }))
            server.exit(0)
            return true
          }
        })
        yield* same(yield* client.requestRaw("model/list", {}), { last: true }, "the reply")
      }),
    "The reply is delivered before the end"
  ),
  scenario("deep-nesting", "An unknown notification is nested 1,000 to 50,000 deep", (seeded) =>
    turn({}, (server, lines) => {
      const depth = seeded.int(1000, 50_000)
      server.write(`{"method":"x/unknown","params":${"[".repeat(depth)}${"]".repeat(depth)}}\n`)
      server.write(lines)
    })
  ),
  scenario("long-line", "A line of 4 to 8 MB comes in chunks of 64 kB", (seeded) =>
    Effect.gen(function* () {
      const length = seeded.int(4, 8) * 1_000_000
      const { client } = yield* onMemory({
        cut: (bytes) => pieces(bytes, () => 65_536),
        on: (message, server) => {
          if (message.method !== "model/list") return false
          server.send({ id: message.id, result: { text: "x".repeat(length) } })
          return true
        }
      })
      const reply = yield* client.requestRaw("model/list", {})
      yield* check(JSON.stringify(reply).length === length + 11, "the text is not whole")
    })
  )
]
