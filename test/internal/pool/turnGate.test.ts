import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option } from "effect"
import type { CodexError } from "../../../src/CodexError.ts"
import { type Limits, TurnGate } from "../../../src/internal/pool/turnGate.ts"
import { CurrentAdmission } from "../../../src/internal/session/admission.ts"
import type { Failure } from "../../../src/Turn.ts"
import * as Peer from "../../support/peer.ts"
import { background, connect, turnEvents } from "../../turn/support.ts"
import { settled } from "./support.ts"

const limits: Limits = { maxTurns: Infinity, maxTurnsPerKey: Infinity, maxWaiting: 100, maxWaitingPerKey: 100 }

/** A gate with two connections, of different keys. */
const make = Effect.fnUntraced(function* (options: Partial<Limits>) {
  const gate = new TurnGate({ ...limits, ...options })
  const of = (key: object) => {
    const admission = gate.connection(key, () => {})
    return Effect.map(connect().pipe(Effect.provideService(CurrentAdmission, admission)), (server) => ({
      ...server,
      admission,
      complete: (threadId: string, turnId: string) => server.notifyAll(turnEvents(threadId, turnId).all)
    }))
  }
  const key = {}
  return { gate, key, a: yield* of(key), b: yield* of({}), of }
})

const reasonOf = (exit: Exit.Exit<unknown, Failure>) => {
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return error?._tag === "CodexError" ? error.reason._tag : error?._tag
}

const saturated = (error: CodexError | Failure) =>
  error._tag === "CodexError" ? error.reason : assert.fail(error._tag)

describe("a turn gate", () => {
  it.effect("lets turns of all connections start up to the limit, and the next when one ends", () =>
    Effect.gen(function* () {
      const { a, b, gate } = yield* make({ maxTurns: 2 })
      const first = yield* background((yield* a.thread).run("1"))
      yield* a.accept("turn-1")
      const second = yield* background((yield* a.thread).run("2"))
      yield* a.accept("turn-2")
      const third = yield* background((yield* a.thread).run("3"))
      const fourth = yield* background((yield* b.thread).run("4"))
      yield* settled
      assert.deepStrictEqual([gate.running, gate.waiting], [2, 2])
      assert.deepStrictEqual(b.methods(), [])
      yield* a.complete("thread-1", "turn-1")
      yield* Fiber.join(first)
      yield* a.accept("turn-3")
      yield* a.complete("thread-2", "turn-2")
      yield* Fiber.join(second)
      yield* b.accept("turn-4")
      yield* a.complete("thread-3", "turn-3")
      yield* b.complete("thread-1", "turn-4")
      yield* Fiber.join(third)
      yield* Fiber.join(fourth)
      assert.deepStrictEqual([gate.running, gate.waiting], [0, 0])
    })
  )

  it.effect("limits the turns of one key, and serves keys in turns", () =>
    Effect.gen(function* () {
      const { a, b, gate, key } = yield* make({ maxTurns: 2, maxTurnsPerKey: 1 })
      yield* background((yield* a.thread).run("1"))
      yield* a.accept("turn-1")
      yield* background((yield* a.thread).run("2"))
      yield* background((yield* b.thread).run("3"))
      yield* b.accept("turn-3")
      yield* background((yield* b.thread).run("4"))
      yield* settled
      assert.deepStrictEqual([gate.running, gate.runningOf(key), gate.waitingOf(key)], [2, 1, 1])
      yield* a.complete("thread-1", "turn-1")
      yield* a.accept("turn-2")
      assert.deepStrictEqual([gate.running, gate.waiting], [2, 1])
    })
  )

  it.effect("gives the place back if the turn does not start, and if its caller is interrupted while it waits", () =>
    Effect.gen(function* () {
      const { a, gate } = yield* make({ maxTurns: 1 })
      const refused = yield* background(Effect.exit((yield* a.thread).run("1")))
      const waiting = yield* background((yield* a.thread).run("2"))
      const thread = yield* a.thread
      const last = yield* background(thread.run("3"))
      yield* Fiber.interrupt(waiting)
      assert.deepStrictEqual([gate.running, gate.waiting], [1, 1])
      yield* a.refuse(yield* a.next("turn/start"), "no")
      assert.strictEqual(reasonOf(yield* Fiber.join(refused)), "RequestRejected")
      yield* a.accept("turn-3")
      yield* a.complete(thread.id, "turn-3")
      yield* Fiber.join(last)
      assert.deepStrictEqual([gate.running, gate.waiting], [0, 0])
      assert.deepStrictEqual(a.methods(), ["turn/start", "turn/start"])
    })
  )

  it.effect("holds a thread while its turn waits, and lets a steer through", () =>
    Effect.gen(function* () {
      const { a } = yield* make({ maxTurns: 1 })
      const running = yield* a.thread
      const turn = yield* background(running.turn("1"))
      yield* a.accept("turn-1")
      const { steer } = yield* Fiber.join(turn)
      const thread = yield* a.thread
      yield* background(thread.run("2"))
      yield* settled
      assert.strictEqual(reasonOf(yield* Effect.exit(thread.run("3", { whenBusy: "reject" }))), "ThreadBusy")
      assert.isTrue(Option.isNone(yield* thread.current))
      const steered = yield* background(steer("more"))
      yield* a.reply(yield* a.next("turn/steer"), { turnId: "turn-1" })
      yield* Fiber.join(steered)
    })
  )

  it.effect("counts reviews and compactions, and a goal once", () =>
    Effect.gen(function* () {
      const { a, gate } = yield* make({ maxTurns: 1 })
      const thread = yield* a.thread
      const goal = yield* background(thread.startGoal("do it"))
      yield* a.reply(yield* a.next("thread/read"), Peer.threadReadResponse(thread.id))
      assert.deepStrictEqual([gate.running, gate.waiting], [1, 0])
      yield* background((yield* a.thread).review({ type: "uncommittedChanges" }))
      yield* background((yield* a.thread).compact())
      yield* settled
      assert.deepStrictEqual([gate.running, gate.waiting], [1, 2])
      yield* Fiber.interrupt(goal)
      yield* a.reply(yield* a.next("review/start"), {
        turn: Peer.turnStartResponse("turn-r").turn,
        reviewThreadId: "x"
      })
      assert.deepStrictEqual([gate.running, gate.waiting], [1, 1])
    })
  )

  it.effect("is left by turns whose connection ends or whose thread is archived while they wait", () =>
    Effect.gen(function* () {
      const { a, b, gate } = yield* make({ maxTurns: 1 })
      const running = yield* background(Effect.exit((yield* a.thread).run("1")))
      yield* a.accept("turn-1")
      const waiting = yield* background(Effect.exit((yield* a.thread).run("2")))
      const other = yield* background((yield* b.thread).run("3"))
      const archived = yield* a.thread
      const unheard = yield* background(Effect.exit(archived.run("4")))
      yield* a.notify("thread/archived", { threadId: archived.id })
      assert.strictEqual(reasonOf(yield* Fiber.join(unheard)), "ThreadArchived")
      yield* a.close({ _tag: "Exited", exitCode: 1, signal: null })
      assert.strictEqual(reasonOf(yield* Fiber.join(running)), "ConnectionClosed")
      assert.strictEqual(reasonOf(yield* Fiber.join(waiting)), "ConnectionClosed")
      // The other connection got the place.
      yield* b.accept("turn-3")
      yield* b.complete("thread-1", "turn-3")
      yield* Fiber.join(other)
      assert.deepStrictEqual([gate.running, gate.waiting], [0, 0])
    })
  )

  it.effect("rejects turns above the bounds of the queue", () =>
    Effect.gen(function* () {
      const { a, b, gate } = yield* make({ maxTurns: 1, maxWaiting: 2, maxWaitingPerKey: 1 })
      yield* background((yield* a.thread).run("1"))
      yield* background((yield* a.thread).run("2"))
      const ofKey = saturated(yield* Effect.flip((yield* a.thread).run("3")))
      assert.deepInclude(ofKey, { _tag: "Saturated", waitingFor: "turn", scope: "key", waiting: 1, limit: 1 })
      const thread = yield* b.thread
      yield* background(thread.run("4"))
      const ofPool = saturated(yield* Effect.flip((yield* b.thread).turn("5")))
      assert.deepInclude(ofPool, { _tag: "Saturated", scope: "key", waiting: 1 })
      // A rejected turn leaves its thread free.
      yield* settled
      assert.deepStrictEqual(b.methods(), [])
      assert.strictEqual(gate.waiting, 2)
    })
  )

  it.effect("that is closed fails turns that wait or come later, and stops those that run", () =>
    Effect.gen(function* () {
      const { a, gate } = yield* make({ maxTurns: 1 })
      const thread = yield* a.thread
      const running = yield* background(Effect.exit(thread.run("1")))
      yield* a.accept("turn-1")
      yield* a.notifyAll(turnEvents(thread.id, "turn-1").start)
      const waiting = yield* background(Effect.exit((yield* a.thread).run("2")))
      gate.close()
      assert.strictEqual(reasonOf(yield* Fiber.join(waiting)), "PoolClosed")
      assert.strictEqual(reasonOf(yield* Effect.exit((yield* a.thread).run("3"))), "PoolClosed")
      const drained = yield* background(gate.drained)
      const stopping = yield* background(gate.stopAll)
      yield* a.reply(yield* a.next("turn/interrupt"), {})
      assert.isUndefined(drained.pollUnsafe())
      yield* a.notifyAll(turnEvents(thread.id, "turn-1", { status: "interrupted" }).end)
      yield* Fiber.join(stopping)
      yield* Fiber.join(drained)
      assert.strictEqual(reasonOf(yield* Fiber.join(running)), "TurnInterrupted")
    })
  )
})
