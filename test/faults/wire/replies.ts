/**
 * Replies and requests with odd ids, out of order, twice, or for calls that were never made.
 */
import { Effect, Option, Stream } from "effect"
import type { Scenario } from "../../scoreboard/scenario.ts"
import * as Peer from "../../support/peer.ts"
import { check, ends, same } from "../support/expect.ts"
import { ended, onMemory, type Server, started } from "../support/memory.ts"

const scenario = (
  name: string,
  title: string,
  expected: string,
  run: Scenario["run"],
  within: Scenario["within"] = "10 seconds"
): Scenario => ({ name, group: "wire", title, expected, within, on: "memory", run })

/** Ids of no call of ours. */
const foreign: ReadonlyArray<unknown> = [-1, 0, 0.5, 1e6, "1", "", null, "x".repeat(1000), 2 ** 53, {}, []]

const answersOf = (server: Server, id: number | string) =>
  server.received.filter((message) => message.method === undefined && message.id === id)

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "foreign-replies",
    "Replies come under ids of no call",
    "They are skipped, and calls get their own",
    (seeded) =>
      Effect.gen(function* () {
        const { client } = yield* onMemory({
          on: (message, server) => {
            if (message.method !== "model/list") return false
            for (let i = seeded.int(1, 20); i > 0; i--)
              server.send({ id: seeded.pick(foreign), result: { own: false } })
            server.send({ id: message.id, result: { own: true } }, { id: message.id, result: { own: false } })
            return true
          }
        })
        for (let i = 0; i < 5; i++) yield* same(yield* client.requestRaw("model/list", {}), { own: true }, "the reply")
      })
  ),
  scenario("flood-of-replies", "20,000 replies come to no call", "A call meanwhile gets its own reply", (seeded) =>
    Effect.gen(function* () {
      const { client } = yield* onMemory({
        on: (message, server) => {
          if (message.method !== "model/list") return false
          const at = seeded.int(0, 20_000)
          for (let i = 0; i < 20_000; i++) {
            if (i === at) server.send({ id: message.id, result: { own: true } })
            server.send({ id: 1_000_000 + i, result: {} })
          }
          return true
        }
      })
      yield* same(yield* client.requestRaw("model/list", {}), { own: true }, "the reply")
    })
  ),
  scenario("replies-in-any-order", "50 calls are answered in a random order", "Each gets its own reply", (seeded) =>
    Effect.gen(function* () {
      const held: Array<{ readonly id: unknown; readonly result: unknown }> = []
      const { client } = yield* onMemory({
        on: ({ id, method, params }, server) => {
          if (method !== "model/list") return false
          held.splice(seeded.int(0, held.length), 0, { id, result: params })
          if (held.length === 50) server.send(...held)
          return true
        }
      })
      const numbers = Array.from({ length: 50 }, (_, number) => ({ number }))
      const replies = yield* Effect.forEach(numbers, (params) => client.requestRaw("model/list", params), {
        concurrency: "unbounded"
      })
      yield* same(replies, numbers, "the replies")
    })
  ),
  scenario("null-error", "A reply has `error: null` beside its result", "It is the result", (seeded) =>
    Effect.gen(function* () {
      const { client } = yield* onMemory({
        on: ({ id, method }, server) => {
          if (method !== "model/list") return false
          const [error, result] = [{ error: null }, { result: { right: true } }]
          server.send(seeded.int(0, 1) === 0 ? { id, ...error, ...result } : { id, ...result, ...error })
          return true
        }
      })
      yield* same(yield* client.requestRaw("model/list", {}), { right: true }, "the reply")
    })
  ),
  scenario(
    "odd-errors",
    "Refusals come without a code, without a message, with other types",
    "A typed error",
    (seeded) =>
      Effect.gen(function* () {
        const errors = [
          {},
          [],
          "no",
          1,
          true,
          { code: "x" },
          { message: null, code: -32_600 },
          { code: 1e99, data: [] }
        ]
        const { client } = yield* onMemory({
          on: ({ id, method }, server) => {
            if (method !== "model/list") return false
            server.send({ id, error: seeded.pick(errors) })
            return true
          }
        })
        yield* ends(client.requestRaw("model/list", {}), "CodexError/RequestRejected", "the call")
      })
  ),
  scenario(
    "events-before-reply",
    "All of a turn comes before the reply to `turn/start`",
    "The turn has its result",
    (seeded) =>
      Effect.gen(function* () {
        const { codex } = yield* onMemory({
          on: ({ id, method }, server) => {
            if (method !== "turn/start") return false
            const events = Peer.turnEvents({ threadId: "thread-1", turnId: "turn-1", text: "early" })
            const before = seeded.int(1, events.length)
            server.send(
              ...events.slice(0, before),
              { id, result: Peer.turnStartResponse("turn-1") },
              ...events.slice(before)
            )
            return true
          }
        })
        const result = yield* (yield* codex.startThread()).run("hello")
        yield* same(Option.getOrNull(result.finalResponse), "early", "the answer")
      })
  ),
  scenario("everything-twice", "Each notification of a turn comes once or twice", "The turn has its result", (seeded) =>
    Effect.gen(function* () {
      const { codex } = yield* onMemory({
        on: ({ id, method }, server) => {
          if (method !== "turn/start") return false
          server.send({ id, result: Peer.turnStartResponse("turn-1") })
          for (const event of Peer.turnEvents({ threadId: "thread-1", turnId: "turn-1", text: "twice" })) {
            for (let i = seeded.int(1, 2); i > 0; i--) server.send(event)
          }
          return true
        }
      })
      const result = yield* (yield* codex.startThread()).run("hello")
      yield* same([result.status, Option.getOrNull(result.finalResponse)], ["completed", "twice"], "the result")
    })
  ),
  scenario(
    "odd-request-ids",
    "The server asks under odd ids, some twice",
    "One answer for each id, none open",
    (seeded) =>
      Effect.gen(function* () {
        const ids = [0, -1, 1, "0", "", "a\u0000b", "🌍", 2 ** 53 - 1, "x".repeat(500)]
        const asked = Array.from({ length: 6 }, () => seeded.pick(ids))
        const { codex, server } = yield* onMemory({
          on: (message, server) => {
            if (message.method !== "turn/start") return false
            server.send({ id: message.id, result: Peer.turnStartResponse("turn-1") }, started("thread-1", "turn-1"))
            for (const id of asked) {
              const params = Peer.commandApproval({ threadId: "thread-1", turnId: "turn-1", itemId: `item-${id}` })
              server.send({ id, method: Peer.approvalMethod, params })
            }
            return true
          }
        })
        const thread = yield* codex.startThread()
        const turn = yield* thread.turn("hello")
        const distinct = [...new Set(asked)]
        yield* codex.decisions.pipe(Stream.take(0), Stream.runDrain)
        // A call after them is answered after them.
        yield* codex.request("thread/loaded/list", {})
        server.send(ended("thread-1", "turn-1"))
        yield* turn.result
        for (const id of distinct) {
          const { length } = answersOf(server, id)
          yield* check(
            length >= 1 && length <= asked.filter((other) => other === id).length,
            `${length} answers to ${id}`
          )
        }
        yield* same(yield* codex.openRequests, [], "the open requests")
      })
  ),
  scenario(
    "unreadable-turn-start",
    "The reply to `turn/start` can't be read, and the turn runs on",
    "`DecodeFailed`; the next input goes into a turn of its own, after the first has ended or was interrupted",
    () =>
      Effect.gen(function* () {
        let calls = 0
        let isRunning = false
        let joined = false
        const { codex } = yield* onMemory({
          on: ({ id, method, params }, server) => {
            if (method === "turn/interrupt") isRunning = false
            if (method !== "turn/start") return false
            if (isRunning) joined = true
            if (++calls > 1) return false
            isRunning = true
            server.send({ id, result: { turn: 42 } }, started(String(params?.["threadId"]), "turn-x"))
            return true
          }
        })
        const thread = yield* codex.startThread()
        yield* ends(thread.run("one"), "CodexError/DecodeFailed", "the first run")
        yield* ends(thread.run("two", { maxDuration: "2 seconds" }), "ok", "the second run")
        yield* check(!joined, "the second input was sent into the first turn")
      })
  ),
  scenario(
    "own-params",
    "A call has params that JSON can't express",
    "`EncodeFailed`, and the connection goes on",
    (seeded) =>
      Effect.gen(function* () {
        const cycle: { self?: unknown } = {}
        cycle.self = cycle
        const getter = Object.defineProperty({}, "a", {
          enumerable: true,
          get: () => {
            throw new Error("no")
          }
        })
        const { client, codex } = yield* onMemory({})
        yield* ends(
          client.requestRaw("model/list", seeded.pick([cycle, { big: 1n }, getter, { toJSON: () => 1n }])),
          "CodexError/EncodeFailed",
          "the call"
        )
        yield* codex.request("thread/loaded/list", {})
      })
  ),
  scenario(
    "line-over-limit",
    "A line is longer than `maxLineBytes`, with an end or without",
    "`ConnectionClosed`, told from other ends; a line at the limit is read",
    (seeded) =>
      Effect.gen(function* () {
        const limit = seeded.int(2000, 20_000)
        const { client } = yield* onMemory({
          maxLineBytes: limit,
          on: ({ id, method }, server) => {
            if (method !== "model/list" && method !== "model/over") return false
            const head = `{"id":${id},"result":"`
            const over = method === "model/over" ? seeded.int(1, 100) : 0
            const text = "x".repeat(limit - head.length - 2 + over)
            server.write(`${head}${text}"}${over === 0 || seeded.int(0, 1) === 0 ? "\n" : ""}`)
            return true
          }
        })
        yield* client.requestRaw("model/list", {})
        yield* ends(client.requestRaw("model/over", {}), "CodexError/ConnectionClosed", "the call")
      })
  )
]
