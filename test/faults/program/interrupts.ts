/**
 * Interruptions by the program: calls, turns, streams, goals, logins, threads that are being opened. The server stops
 * whatever is interrupted, and the thread stays usable.
 */
import { Deferred, Effect, Exit, Fiber, Stream } from "effect"
import type * as Codex from "../../../src/Codex.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Scenario, Seeded } from "../../scoreboard/scenario.ts"
import * as Peer from "../../support/peer.ts"
import { onBinary } from "../support/codexes.ts"
import { check, ends, same, timed } from "../support/expect.ts"
import { ended, onMemory, started } from "../support/memory.ts"
import { scenario } from "../support/programScenario.ts"

/**
 * The answer of a played server to `turn/interrupt`: it ends the turn, accepts and continues, stays silent, or rejects.
 */
type Answer = "stop" | "accept" | "silence" | { readonly code: number; readonly message: string }

/** A run on a played server, whose turn continues until an interruption is answered with `stop`. Later turns end. */
const runUntilStopped = Effect.fnUntraced(function* (answer: (asked: number) => Answer) {
  const begun = yield* Deferred.make<void>()
  const seen = { asked: 0, isStopped: false }
  const { codex } = yield* onMemory({
    on: ({ id, method, params }, server) => {
      const threadId = String(params?.["threadId"])
      if (method === "turn/start" && !seen.isStopped) {
        server.send({ id, result: Peer.turnStartResponse("turn-x") }, started(threadId, "turn-x"))
        Deferred.doneUnsafe(begun, Effect.void)
        return true
      }
      if (method !== "turn/interrupt") return false
      const said = answer(++seen.asked)
      if (said === "stop") {
        seen.isStopped = true
        server.send({ id, result: {} }, ended(threadId, "turn-x", "interrupted"))
      } else if (said === "accept") server.send({ id, result: {} })
      else if (said !== "silence") server.send({ id, error: said })
      return true
    }
  })
  const thread = yield* codex.startThread()
  const run = yield* Effect.forkScoped(thread.run("hello"), { startImmediately: true })
  yield* Deferred.await(begun)
  return { run, seen, thread }
})

/** Runs a random number of other steps first. */
const someSteps = (seeded: Seeded, most: number) =>
  Effect.suspend(() => {
    let left = seeded.int(0, most)
    return Effect.repeat(Effect.yieldNow, { while: () => left-- > 0 })
  })

const halfway = Effect.map(MockModel.gate, (gate) => ({
  gate,
  reply: MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: 3 })
}))

/** A thread on the real server whose first turn stops halfway. */
const running = Effect.gen(function* () {
  const session = yield* onBinary()
  const { gate, reply } = yield* halfway
  yield* session.model.enqueue(reply)
  const thread = yield* session.codex.startThread()
  return { ...session, gate, thread }
})

/**
 * Abandons a call that opens a thread after it was sent, by an interruption or by its timeout, and then the reply
 * arrives.
 */
const abandoned = (
  name: string,
  title: string,
  method: string,
  open: (codex: Codex.Codex) => Effect.Effect<unknown, unknown>
): Scenario =>
  scenario(
    name,
    "memory",
    title,
    "The thread is unsubscribed when the reply comes",
    (seeded) =>
      Effect.gen(function* () {
        const sent = yield* Deferred.make<number | string>()
        const unsubscribed = yield* Deferred.make<unknown>()
        const { codex, server } = yield* onMemory({
          requestTimeout: "300 millis",
          on: (message) => {
            if (message.method === "thread/unsubscribe") {
              Deferred.doneUnsafe(unsubscribed, Effect.succeed(message.params?.["threadId"]))
            }
            if (message.method !== method) return false
            Deferred.doneUnsafe(sent, Effect.succeed(message.id ?? 0))
            return true
          }
        })
        const opening = yield* Effect.forkScoped(Effect.exit(open(codex)), { startImmediately: true })
        const id = yield* Deferred.await(sent)
        if (seeded.int(0, 1) === 0) yield* Fiber.interrupt(opening)
        else yield* Fiber.join(opening)
        yield* someSteps(seeded, 50)
        server.send({ id, result: Peer.threadResumeResponse("thread-x") })
        yield* same(yield* Deferred.await(unsubscribed), "thread-x", "the thread that was unsubscribed")
      }),
    { isConcurrent: true }
  )

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "interrupted-calls",
    "memory",
    "1,000 calls are interrupted before their replies",
    "None is in flight, and late replies are skipped",
    (seeded) =>
      Effect.gen(function* () {
        const late: Array<object> = []
        const { client, codex, server } = yield* onMemory({
          maxInFlight: Infinity,
          on: ({ id, method }) => {
            if (method !== "model/list") return false
            late.push({ id, result: {} })
            return true
          }
        })
        const calls = yield* Effect.forEach(Array.from({ length: 1000 }), () =>
          Effect.forkScoped(client.requestRaw("model/list", {}), { startImmediately: true })
        )
        yield* someSteps(seeded, 100)
        yield* Fiber.interruptAll(calls)
        yield* same(yield* client.inFlight, 0, "the calls in flight")
        server.send(...late)
        yield* codex.request("thread/loaded/list", {})
      })
  ),
  scenario(
    "interrupted-waiting-calls",
    "memory",
    "1,000 calls are interrupted, most of them while they wait for a permit",
    "Later calls are answered",
    (seeded) =>
      Effect.gen(function* () {
        const { client, codex } = yield* onMemory({ on: ({ method }) => method === "model/list" })
        const calls = yield* Effect.forEach(Array.from({ length: 1000 }), () =>
          Effect.forkScoped(client.requestRaw("model/list", {}), { startImmediately: true })
        )
        yield* someSteps(seeded, 100)
        yield* Fiber.interruptAll(seeded.int(0, 1) === 0 ? calls : calls.toReversed())
        yield* same(yield* client.inFlight, 0, "the calls in flight")
        yield* Effect.forEach(Array.from({ length: 100 }), () => codex.loadedThreads.pipe(Effect.ignore), {
          concurrency: "unbounded"
        })
      })
  ),
  scenario(
    "interrupted-start-of-turn",
    "memory",
    "`run` is interrupted before the reply to `turn/start`",
    "The turn is interrupted when the reply comes",
    (seeded) =>
      Effect.gen(function* () {
        const sent = yield* Deferred.make<number | string>()
        const stopped = yield* Deferred.make<void>()
        let calls = 0
        const { codex, server } = yield* onMemory({
          on: ({ id, method }) => {
            if (method === "turn/interrupt") Deferred.doneUnsafe(stopped, Effect.void)
            if (method !== "turn/start" || ++calls > 1) return false
            Deferred.doneUnsafe(sent, Effect.succeed(id ?? 0))
            return true
          }
        })
        const thread = yield* codex.startThread()
        const run = yield* Effect.forkScoped(thread.run("hello"), { startImmediately: true })
        const id = yield* Deferred.await(sent)
        const interrupting = yield* Effect.forkScoped(Fiber.interrupt(run), { startImmediately: true })
        yield* someSteps(seeded, 50)
        server.send({ id, result: Peer.turnStartResponse("turn-x") }, started(thread.id, "turn-x"))
        yield* Deferred.await(stopped)
        yield* Fiber.join(interrupting)
        yield* ends(thread.run("again"), "ok", "the next turn")
      })
  ),
  scenario(
    "real-interrupted-run",
    "binary",
    "`run` is interrupted in the middle of an answer",
    "The server stops, and the thread can be used",
    () =>
      Effect.gen(function* () {
        const { gate, model, thread } = yield* running
        const run = yield* Effect.forkScoped(thread.run("hello"), { startImmediately: true })
        yield* gate.reached
        yield* Fiber.interrupt(run)
        // The server has released the model.
        yield* model.idle
        yield* ends(thread.run("again"), "ok", "the next turn")
      })
  ),
  scenario(
    "real-interrupted-at-random",
    "binary",
    "`run` is interrupted at a random moment",
    "The thread can be used",
    (seeded) =>
      Effect.gen(function* () {
        const { codex } = yield* onBinary()
        const thread = yield* codex.startThread()
        const run = yield* Effect.forkScoped(Effect.exit(thread.run("hello")), { startImmediately: true })
        yield* someSteps(seeded, 2000)
        yield* Fiber.interrupt(run)
        yield* ends(thread.run("again"), "ok", "the next turn")
      })
  ),
  scenario(
    "real-left-stream",
    "binary",
    "A stream of a turn is left after some events",
    "The turn is interrupted, and the thread can be used",
    (seeded) =>
      Effect.gen(function* () {
        const { codex, model } = yield* onBinary()
        yield* model.enqueue(MockModel.deltas(Array.from({ length: 20 }, (_, index) => `${index} `)))
        const thread = yield* codex.startThread()
        yield* thread.streamUntilEnd("hello").pipe(Stream.take(seeded.int(1, 15)), Stream.runDrain)
        yield* ends(thread.run("again"), "ok", "the next turn")
      })
  ),
  scenario(
    "real-interrupted-goal",
    "binary",
    "A goal is interrupted in its first turn",
    "The goal is paused, and the thread can be used",
    () =>
      Effect.gen(function* () {
        const { gate, thread } = yield* running
        const goal = yield* Effect.forkScoped(thread.runGoal("make it so"), { startImmediately: true })
        yield* gate.reached
        yield* Fiber.interrupt(goal)
        yield* ends(thread.run("again"), "ok", "the next turn")
        yield* check((yield* thread.currentGoal)._tag === "None", "a goal is still active")
      })
  ),
  scenario(
    "interrupt-refused",
    "memory",
    "`turn/interrupt` is refused by overload some times",
    "It is repeated until the turn has ended",
    (seeded) =>
      Effect.gen(function* () {
        const refusals = seeded.int(1, 3)
        const { run, seen, thread } = yield* runUntilStopped((asked) =>
          asked <= refusals ? { code: -32_001, message: "Server overloaded; retry later." } : "stop"
        )
        yield* Fiber.interrupt(run)
        yield* check(seen.isStopped, `the turn runs on after ${seen.asked} interruptions`)
        yield* ends(thread.run("again"), "ok", "the next turn")
      }),
    { isConcurrent: true }
  ),
  scenario(
    "interrupt-unanswered",
    "memory",
    "The first `turn/interrupt` is never answered",
    "It is repeated, and the turn ends",
    () =>
      Effect.gen(function* () {
        const { run, seen } = yield* runUntilStopped((asked) => (asked === 1 ? "silence" : "stop"))
        yield* Fiber.interrupt(run)
        yield* check(seen.isStopped, `the turn runs on after ${seen.asked} interruptions`)
      }),
    { isConcurrent: true }
  ),
  scenario(
    "interrupt-ignored",
    "memory",
    "The server accepts `turn/interrupt`, and the turn goes on",
    "The caller goes on within seven seconds",
    () =>
      Effect.gen(function* () {
        const { run } = yield* runUntilStopped(() => "accept")
        const { exit, millis } = yield* timed(Fiber.interrupt(run))
        yield* check(Exit.isSuccess(exit) && millis < 7000, `the interruption took ${millis} ms`)
      }),
    { isConcurrent: true }
  ),
  abandoned("abandoned-start", "`startThread` is given up after it was sent", "thread/start", (codex) =>
    codex.startThread()
  ),
  abandoned("abandoned-resume", "`resumeThread` is given up after it was sent", "thread/resume", (codex) =>
    codex.resumeThread("thread-x")
  ),
  abandoned("abandoned-fork", "`forkThread` is given up after it was sent", "thread/fork", (codex) =>
    codex.forkThread("thread-y")
  )
]
