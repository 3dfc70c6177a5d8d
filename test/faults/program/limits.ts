/**
 * Limits of time: of calls, of waiting for a permit, of turns, and clocks that jump. Time is simulated unless the
 * scenario is about real time.
 */
import { Clock, Deferred, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Scenario, Seeded } from "../../scoreboard/scenario.ts"
import * as Peer from "../../support/peer.ts"
import { onBinary } from "../support/codexes.ts"
import { check, ends, field, same, timed } from "../support/expect.ts"
import { delta, ended, onMemory, started } from "../support/memory.ts"
import { scenario } from "../support/programScenario.ts"

const active = (threadId: string) => {
  const reply = Peer.threadReadResponse(threadId)
  return { ...reply, thread: { ...reply.thread, status: { type: "active", activeFlags: [] } } }
}

/** A turn that starts and sends nothing else; the server reports that it runs. */
const silent = (onBegin: () => void = () => {}) =>
  onMemory({
    on: ({ id, method, params }, server) => {
      if (method === "thread/read") server.send({ id, result: active("thread-1") })
      else if (method === "turn/start") {
        server.send({ id, result: Peer.turnStartResponse("turn-x") }, started(String(params?.["threadId"]), "turn-x"))
        onBegin()
      } else return false
      return true
    }
  })

/** A jump of the wall clock during a turn with `idleTimeout`. */
const jump = (seeded: Seeded, hours: number) =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const moved = { by: 0 }
    const jumping: Clock.Clock = Object.create(clock, {
      currentTimeMillisUnsafe: { value: () => clock.currentTimeMillisUnsafe() + moved.by },
      currentTimeMillis: { value: Effect.sync(() => clock.currentTimeMillisUnsafe() + moved.by) }
    })
    yield* Effect.gen(function* () {
      const { codex, server } = yield* silent()
      const thread = yield* codex.startThread()
      const turn = yield* thread.turn("hello", { idleTimeout: "1 second" })
      const result = yield* Effect.forkScoped(ends(turn.result, "ok", "the turn"), { startImmediately: true })
      for (let i = seeded.int(2, 4); i > 0; i--) {
        server.send(delta(thread.id, "turn-x", "x"))
        moved.by = i === 2 ? hours * 3_600_000 * seeded.int(1, 30) : moved.by
        yield* Effect.sleep("300 millis")
      }
      server.send(ended(thread.id, "turn-x"))
      yield* Fiber.join(result)
    }).pipe(Effect.provideService(Clock.Clock, jumping))
  })

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "unanswered-calls",
    "memory",
    "64 to 640 calls at once are never answered",
    "All time out in the time of one, and say whether they were sent",
    (seeded) =>
      Effect.gen(function* () {
        const { client } = yield* onMemory({
          requestTimeout: "500 millis",
          on: ({ method }) => method === "model/list"
        })
        const calls = Array.from({ length: seeded.int(64, 640) })
        const { exit, millis } = yield* timed(
          Effect.forEach(calls, () => Effect.flip(client.requestRaw("model/list", {})), { concurrency: "unbounded" })
        )
        const errors = yield* exit
        const tags = new Set(errors.map(({ reason }) => reason._tag))
        yield* same([...tags], ["RequestTimeout"], "the reasons")
        yield* check(millis < 3000, `the last call heard after ${Math.round(millis)} ms`)
        const sent = errors.map(({ reason }) => field(reason, "sent"))
        // A call that frees its permit at its timeout can admit another one, which times out in the same moment.
        yield* check(sent.filter((isSent) => isSent === true).length >= 64, "fewer than 64 calls were sent")
        yield* check(
          sent.every((isSent) => typeof isSent === "boolean"),
          "an error does not say whether its call was sent"
        )
      }),
    { isConcurrent: true }
  ),
  scenario(
    "call-behind-long-ones",
    "memory",
    "A call with a limit waits behind 64 calls without a limit",
    "It is answered, or ends at its limit",
    () =>
      Effect.gen(function* () {
        const { client, codex } = yield* onMemory({ on: ({ method }) => method === "model/list" })
        yield* Effect.forEach(Array.from({ length: 64 }), () =>
          Effect.forkScoped(client.requestRaw("model/list", {}, { timeout: "Infinity" }), { startImmediately: true })
        )
        const { millis } = yield* timed(codex.request("thread/loaded/list", {}, { timeout: "500 millis" }))
        yield* check(millis < 3000, `the call took ${Math.round(millis)} ms`)
      }),
    { isConcurrent: true }
  ),
  scenario(
    "health-check-behind-calls",
    "memory",
    "A health check with a limit comes behind 300 calls that are never answered",
    "It ends at its limit",
    () =>
      Effect.gen(function* () {
        const { client, codex } = yield* onMemory({
          requestTimeout: "10 seconds",
          on: ({ method }) => method === "model/list"
        })
        yield* Effect.forEach(Array.from({ length: 300 }), () =>
          Effect.forkScoped(Effect.exit(client.requestRaw("model/list", {})), { startImmediately: true })
        )
        const { millis } = yield* timed(codex.request("thread/loaded/list", {}, { timeout: "300 millis" }))
        yield* check(millis < 3000, `the health check took ${Math.round(millis)} ms`)
      }),
    { isConcurrent: true }
  ),
  scenario(
    "clock-forward",
    "memory",
    "The wall clock jumps hours ahead in a turn with `idleTimeout`",
    "The turn that says something now and then succeeds",
    (seeded) => jump(seeded, 1),
    { isConcurrent: true }
  ),
  scenario(
    "clock-back",
    "memory",
    "The wall clock jumps hours back in a turn with `idleTimeout`",
    "The turn that says something now and then succeeds",
    (seeded) => jump(seeded, -1),
    { isConcurrent: true }
  ),
  scenario(
    "silent-turn",
    "memory",
    "A turn says nothing for longer than `idleTimeout`",
    "`TurnStalled`, and it was interrupted",
    (seeded) =>
      Effect.gen(function* () {
        const { codex, server } = yield* silent()
        const thread = yield* codex.startThread()
        const run = thread.run("hello", { idleTimeout: seeded.int(50, 300) })
        yield* ends(run, "TurnStalled", "the turn")
        yield* check(
          server.received.some(({ method }) => method === "turn/interrupt"),
          "nothing was interrupted"
        )
      }),
    { isConcurrent: true }
  ),
  scenario(
    "long-turn",
    "memory",
    "A turn takes longer than `maxDuration`",
    "`TurnTimedOut`, and it was interrupted",
    (seeded) =>
      Effect.gen(function* () {
        const { codex, server } = yield* silent()
        const thread = yield* codex.startThread()
        yield* ends(thread.run("hello", { maxDuration: seeded.int(50, 300) }), "TurnTimedOut", "the turn")
        yield* check(
          server.received.some(({ method }) => method === "turn/interrupt"),
          "nothing was interrupted"
        )
      }),
    { isConcurrent: true }
  ),
  scenario(
    "long-turn-in-test-time",
    "memory",
    "The same by the clock of a test",
    "`TurnTimedOut` after an hour that takes no time",
    () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const { codex } = yield* silent(() => Deferred.doneUnsafe(begun, Effect.void))
        const thread = yield* codex.startThread()
        const run = yield* Effect.forkScoped(
          ends(thread.run("hello", { maxDuration: "1 hour" }), "TurnTimedOut", "the turn"),
          {
            startImmediately: true
          }
        )
        yield* Deferred.await(begun)
        // The limit starts when the client knows the turn, some steps after the server has started it.
        yield* Effect.forkScoped(Effect.forever(Effect.andThen(TestClock.adjust("1 minute"), Effect.yieldNow)))
        yield* Fiber.join(run)
      }).pipe(Effect.provide(TestClock.layer()))
  ),
  scenario(
    "real-silent-model",
    "binary",
    "The model's host accepts the request and says nothing",
    "`TurnStalled`, and the thread can be used",
    () =>
      Effect.gen(function* () {
        const gate = yield* MockModel.gate
        const { codex, model } = yield* onBinary()
        yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate, { before: "response.created" }))
        const thread = yield* codex.startThread()
        yield* ends(thread.run("hello", { idleTimeout: "500 millis" }), "TurnStalled", "the turn")
        const next = yield* thread.run("again")
        yield* same(Option.getOrNull(next.finalResponse), "done", "the answer")
      })
  ),
  scenario(
    "real-turns-in-order",
    "binary",
    "Several turns are run on one thread at once",
    "They go one after the other, each with its own answer",
    (seeded) =>
      Effect.gen(function* () {
        const { codex } = yield* onBinary({
          model: { fallback: (request) => MockModel.reply(`re: ${request.lastUserText}`) }
        })
        const thread = yield* codex.startThread()
        const prompts = Array.from({ length: seeded.int(2, 5) }, (_, index) => `prompt ${index}`)
        const results = yield* Effect.forEach(prompts, (prompt) => thread.run(prompt), { concurrency: "unbounded" })
        yield* same(
          results.map(({ finalResponse }) => Option.getOrNull(finalResponse)),
          prompts.map((prompt) => `re: ${prompt}`),
          "the answers"
        )
      })
  ),
  scenario(
    "real-send-at-end",
    "binary",
    "Input is sent while the turn ends",
    "It is answered, by that turn or by a new one",
    (seeded) =>
      Effect.gen(function* () {
        const { codex, model } = yield* onBinary()
        const thread = yield* codex.startThread()
        const first = yield* thread.turn("one")
        for (let steps = seeded.int(0, 300); steps > 0; steps--) yield* Effect.yieldNow
        const second = yield* thread.send("two")
        yield* second.result
        yield* first.result
        const seen = (yield* model.requests).some((request) => JSON.stringify(request.body).includes("two"))
        yield* check(seen, "the model never saw the input")
      })
  )
]
