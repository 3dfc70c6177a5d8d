/**
 * Many at the same time: calls, threads, server requests, events, readers, and slow readers. Nothing is lost, and
 * nothing grows without limit.
 */
import { Deferred, Effect, Fiber, Option, Stream } from "effect"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import * as counts from "../../scoreboard/counts.ts"
import * as Peer from "../../support/peer.ts"
import { onBinary, onPeer } from "../support/codexes.ts"
import { check, same, wordOf } from "../support/expect.ts"
import { delta, ended, onMemory, type Server, started } from "../support/memory.ts"

const scenario = (
  name: string,
  on: Scenario["on"],
  title: string,
  expected: string,
  run: Scenario["run"],
  isLong = false
): Scenario => ({ name, group: "load", title, expected, within: "20 seconds", on, isLong, run })

const many = <A, E, R>(count: number, effect: (index: number) => Effect.Effect<A, E, R>) =>
  Effect.forEach(
    Array.from({ length: count }, (_, index) => index),
    effect,
    { concurrency: "unbounded" }
  )

/** A turn whose events the test sends, to a reader that stops at the first one until the test releases it. */
const slowReader = (send: (server: Server, threadId: string) => void) =>
  Effect.gen(function* () {
    const held = yield* Deferred.make<void>()
    const begun = yield* Deferred.make<void>()
    const { codex, server } = yield* onMemory({
      on: ({ id, method, params }, server) => {
        if (method !== "turn/start") return false
        server.send({ id, result: Peer.turnStartResponse("turn-x") }, started(String(params?.["threadId"]), "turn-x"))
        return true
      }
    })
    const thread = yield* codex.startThread()
    const turn = yield* thread.turn("hello")
    const events: Array<Stream.Success<typeof turn.eventsUntilEnd>> = []
    const reading = yield* Effect.forkScoped(
      Stream.runForEach(turn.eventsUntilEnd, (event) => {
        events.push(event)
        return Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(held))
      }),
      { startImmediately: true }
    )
    yield* Deferred.await(begun)
    const before = yield* Effect.promise(counts.heap)
    send(server, thread.id)
    server.send(ended(thread.id, "turn-x"))
    const result = yield* turn.result
    const after = yield* Effect.promise(counts.heap)
    yield* Deferred.succeed(held, undefined)
    yield* Fiber.join(reading)
    return { events, result, heldBytes: (after ?? 0) - (before ?? 0) }
  })

const MB = 1_000_000

export const scenarios: ReadonlyArray<Scenario> = [
  scenario("real-calls", "binary", "300 to 600 calls at once", "All are answered", (seeded) =>
    Effect.gen(function* () {
      const { codex } = yield* onBinary()
      yield* many(seeded.int(300, 600), () => codex.request("thread/loaded/list", {}))
    })
  ),
  scenario(
    "real-calls-without-cap",
    "binary",
    "300 calls at once without `maxInFlight`",
    "Answered, or refused as `Overloaded`; none hangs",
    () =>
      Effect.gen(function* () {
        const { codex } = yield* onBinary({ codex: { maxInFlight: Infinity } })
        const exits = yield* many(300, () =>
          Effect.exit(codex.request("thread/loaded/list", {}, { timeout: "5 seconds" }))
        )
        const words = new Set(exits.map(wordOf))
        for (const word of words) {
          yield* check(
            ["ok", "CodexError/Overloaded", "CodexError/RequestTimeout"].includes(word),
            `a call ended as ${word}`
          )
        }
      }),
    true
  ),
  scenario("real-threads", "binary", "Ten threads run a turn each at once", "Each gets its own answer", () =>
    Effect.gen(function* () {
      const { codex } = yield* onBinary({
        model: { fallback: (request) => MockModel.reply(`re: ${request.lastUserText}`) }
      })
      const answers = yield* many(10, (index) =>
        Effect.flatMap(codex.startThread(), (thread) => thread.run(`prompt ${index}`)).pipe(
          Effect.map(({ finalResponse }) => Option.getOrNull(finalResponse))
        )
      )
      yield* same(
        answers,
        answers.map((_, index) => `re: prompt ${index}`),
        "the answers"
      )
    })
  ),
  scenario(
    "real-turns-on-one-thread",
    "binary",
    "Ten turns run on one thread, one after the other",
    "All succeed",
    () =>
      Effect.gen(function* () {
        const { codex } = yield* onBinary()
        const thread = yield* codex.startThread()
        for (let i = 0; i < 10; i++) yield* thread.run(`prompt ${i}`)
      })
  ),
  scenario(
    "turns-on-one-thread",
    "memory",
    "200 turns run on one thread, one after the other",
    "All succeed, and nothing is kept of them",
    () =>
      Effect.gen(function* () {
        const { codex } = yield* onMemory({})
        const thread = yield* codex.startThread()
        for (let i = 0; i < 50; i++) yield* thread.run("hello")
        const before = yield* Effect.promise(counts.heap)
        for (let i = 0; i < 150; i++) yield* thread.run("hello")
        const grown = ((yield* Effect.promise(counts.heap)) ?? 0) - (before ?? 0)
        // The played server keeps the messages that it received, some kilobytes for each turn.
        yield* check(grown < 2 * MB, `the heap grew by ${grown} bytes`)
      })
  ),
  scenario("threads-at-once", "peer", "100 threads run a turn each at once", "All succeed", () =>
    Effect.gen(function* () {
      const { codex } = yield* onPeer(Peer.basic)
      yield* many(100, () => Effect.flatMap(codex.startThread(), (thread) => thread.run("hello")))
    })
  ),
  scenario(
    "server-requests",
    "memory",
    "1,000 requests of the server come at once",
    "Each is answered once, and none is open",
    (seeded) =>
      Effect.gen(function* () {
        const handled = seeded.int(0, 1) === 0
        const { codex, server } = yield* onMemory({
          ...(handled && {
            serverRequests: { [Peer.approvalMethod]: () => Effect.as(Effect.yieldNow, { decision: "accept" as const }) }
          }),
          on: (message, server) => {
            if (
              message.method === undefined &&
              server.received.filter(({ method }) => method === undefined).length === 1000
            ) {
              server.send(ended("thread-1", "turn-1"))
            }
            if (message.method !== "turn/start") return false
            server.send({ id: message.id, result: Peer.turnStartResponse("turn-1") }, started("thread-1", "turn-1"))
            for (let i = 0; i < 1000; i++) {
              const params = Peer.commandApproval({ threadId: "thread-1", turnId: "turn-1", itemId: `item-${i}` })
              server.send({ id: i, method: Peer.approvalMethod, params })
            }
            return true
          }
        })
        const thread = yield* codex.startThread()
        yield* thread.run("hello")
        const answers = server.received.filter(({ method }) => method === undefined)
        yield* same(new Set(answers.map(({ id }) => id)).size, 1000, "the requests with an answer")
        yield* same(answers.length, 1000, "the answers")
        yield* same(yield* codex.openRequests, [], "the open requests")
      })
  ),
  scenario(
    "slow-reader-deltas",
    "memory",
    "5,000 deltas come while a reader of a turn's events stops",
    "They are merged, and no text is lost",
    () =>
      Effect.gen(function* () {
        const { events } = yield* slowReader((server, threadId) => {
          for (let i = 0; i < 5000; i++) server.send(delta(threadId, "turn-x", "word "))
        })
        const text = events.reduce(
          (sum, event) => sum + (event.method === "item/agentMessage/delta" ? event.params.delta.length : 0),
          0
        )
        yield* same(text, 25_000, "the length of the text")
        yield* check(events.length < 2500, `the reader got ${events.length} events`)
      })
  ),
  scenario(
    "slow-reader-diffs",
    "memory",
    "200 diffs of 100 kB come while a reader of a turn's events stops",
    "The backlog holds less than 8 MB, and the last diff comes",
    () =>
      Effect.gen(function* () {
        const { events, heldBytes } = yield* slowReader((server, threadId) => {
          for (let i = 0; i < 200; i++) {
            server.send({
              method: "turn/diff/updated",
              params: { threadId, turnId: "turn-x", diff: `${i} ${"x".repeat(100_000)}` }
            })
          }
        })
        const last = events.findLast((event) => event.method === "turn/diff/updated")
        yield* check(
          last?.method === "turn/diff/updated" && last.params.diff.startsWith("199 "),
          "the last diff did not come"
        )
        yield* check(heldBytes < 8 * MB, `the backlog holds ${Math.round(heldBytes / MB)} MB`)
      })
  ),
  scenario(
    "slow-reader-mixed",
    "memory",
    "Deltas of two items come in turns with whole states while a reader stops",
    "They are merged: less than half of the events, all of the text",
    () =>
      Effect.gen(function* () {
        const { events } = yield* slowReader((server, threadId) => {
          for (let i = 0; i < 2000; i++) {
            server.send(
              delta(threadId, "turn-x", "a", "item-1"),
              { method: "turn/diff/updated", params: { threadId, turnId: "turn-x", diff: String(i) } },
              delta(threadId, "turn-x", "b", "item-2")
            )
          }
        })
        const text = events.reduce(
          (sum, event) => sum + (event.method === "item/agentMessage/delta" ? event.params.delta.length : 0),
          0
        )
        yield* same(text, 4000, "the length of the text")
        yield* check(events.length < 3000, `the reader got ${events.length} of 6,000 events`)
      })
  ),
  scenario(
    "slow-reader-of-notifications",
    "memory",
    "10,000 deltas come while a reader of all notifications stops",
    "Other readers, calls and turns go on",
    (seeded) =>
      Effect.gen(function* () {
        const held = yield* Deferred.make<void>()
        const { codex, server } = yield* onMemory({})
        let seen = 0
        yield* Effect.forkScoped(
          Stream.runForEach(codex.notifications, () => {
            seen++
            return Deferred.await(held)
          }),
          { startImmediately: true }
        )
        const quick = yield* Effect.forkScoped(
          Stream.runHead(Stream.filter(codex.notifications, ({ method }) => method === "turn/completed")),
          {
            startImmediately: true
          }
        )
        const thread = yield* codex.startThread()
        for (let i = seeded.int(5000, 10_000); i > 0; i--) server.send(delta(thread.id, "turn-other", "x"))
        yield* thread.run("hello")
        yield* codex.request("thread/loaded/list", {})
        yield* check(Option.isSome(yield* Fiber.join(quick)), "the other reader missed the end of the turn")
        yield* check(seen === 1, `the slow reader saw ${seen} events`)
        yield* Deferred.succeed(held, undefined)
      })
  ),
  scenario(
    "overloaded",
    "memory",
    "The server refuses half of 200 calls as overloaded",
    "Each is answered or typed `Overloaded`",
    (seeded) =>
      Effect.gen(function* () {
        const { client } = yield* onMemory({
          on: ({ id, method }, server) => {
            if (method !== "model/list" || seeded.int(0, 1) === 0) return false
            server.send({ id, error: { code: -32_001, message: "Server overloaded; retry later." } })
            return true
          }
        })
        const exits = yield* many(200, () => Effect.exit(client.requestRaw("model/list", {})))
        const words = [...new Set(exits.map(wordOf))].sort()
        yield* same(words, ["CodexError/Overloaded", "ok"], "the outcomes")
      })
  ),
  scenario(
    "flood-of-notifications",
    "peer",
    "20,000 notifications come in large writes, to three readers",
    "Each reader gets all of their text, and calls go on",
    () =>
      Effect.gen(function* () {
        const flood = Peer.flood({
          method: "item/agentMessage/delta",
          params: { threadId: "thread-1", turnId: "turn-1", itemId: "item-1", delta: "x" },
          count: 20_000
        })
        const { client, codex } = yield* onPeer({
          on: {
            ...Peer.basic.on,
            "model/list": [Peer.reply({})],
            "turn/flood": [flood, Peer.notify("x/end", {}), Peer.reply({})]
          }
        })
        const readers = yield* many(3, () =>
          Effect.forkScoped(
            codex.notifications.pipe(
              Stream.takeUntil((event) => event.method === "~unknown"),
              Stream.runFold(
                () => 0,
                (sum, event) => sum + (event.method === "item/agentMessage/delta" ? event.params.delta.length : 0)
              )
            ),
            { startImmediately: true }
          )
        )
        yield* Effect.all([client.requestRaw("turn/flood"), client.requestRaw("model/list", {})], {
          concurrency: "unbounded"
        })
        for (const reader of readers) yield* same(yield* Fiber.join(reader), 20_000, "the length of the text")
      })
  )
]
