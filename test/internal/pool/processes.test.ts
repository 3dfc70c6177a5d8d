import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Duration, Effect, Exit, Fiber, Latch, Option, Random, Scope } from "effect"
import { TestClock } from "effect/testing"
import { CodexError, StartTimeout } from "../../../src/CodexError.ts"
import { make, settled } from "./support.ts"

/** A caller that uses a process until `release`. */
const caller = Effect.fnUntraced(function* (
  pool: Effect.Success<ReturnType<typeof make>>,
  key: string,
  onServed: () => void = () => {}
) {
  const latch = yield* Latch.make()
  const fiber = yield* pool
    .use(key, (process) => Effect.andThen(Effect.sync(onServed), Effect.as(latch.await, process)))
    .pipe(Effect.forkScoped({ startImmediately: true }))
  yield* settled
  return { fiber, release: Effect.andThen(latch.open, settled) }
})

const broken = new CodexError({
  method: "initialize",
  reason: new StartTimeout({ timeout: Duration.millis(1), stderr: [] })
})

/** Half of the range is no jitter at all. */
const noJitter = { nextDoubleUnsafe: () => 0.5, nextIntUnsafe: () => 0 }

const reasonOf = (exit: Exit.Exit<unknown, CodexError>) =>
  Option.getOrUndefined(Exit.findErrorOption(exit))?.reason._tag

describe("processes of a pool", () => {
  it.effect("are shared by the callers of a key", () =>
    Effect.gen(function* () {
      const pool = yield* make()
      const [first, second, other] = yield* Effect.all([pool.get("a"), pool.get("a"), pool.get("b")], {
        concurrency: "unbounded"
      })
      assert.strictEqual(first, second)
      assert.notStrictEqual(first, other)
      assert.deepStrictEqual(pool.log, ["+a1", "+b1"])
    })
  )

  it.effect("end when they were idle for the time to live, and not before", () =>
    Effect.gen(function* () {
      const pool = yield* make({ idleTimeToLive: Duration.seconds(10) })
      yield* Effect.scoped(pool.get("a"))
      assert.strictEqual(pool.stateOf("a"), "idle")
      yield* TestClock.adjust("9 seconds")
      yield* Effect.scoped(pool.get("a"))
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(pool.log, ["+a1"])
      const scope = yield* Scope.make()
      yield* Scope.provide(pool.get("a"), scope)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(pool.stateOf("a"), "inUse")
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust("10 seconds")
      yield* settled
      assert.deepStrictEqual(pool.log, ["+a1", "-a1"])
      assert.deepStrictEqual(pool.keys(), [])
    })
  )

  it.effect("end at once without a time to live, and never with an infinite one", () =>
    Effect.gen(function* () {
      const short = yield* make({ idleTimeToLive: Duration.zero })
      yield* Effect.scoped(short.get("a"))
      yield* settled
      assert.deepStrictEqual(short.log, ["+a1", "-a1"])
      const long = yield* make({ idleTimeToLive: Duration.infinity })
      yield* Effect.scoped(long.get("a"))
      yield* TestClock.adjust("365 days")
      assert.deepStrictEqual(long.log, ["+a1"])
    })
  )

  it.effect("give their place to another key when they are idle, the one that is idle for longest first", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 2 })
      yield* Effect.scoped(pool.get("a"))
      yield* Effect.scoped(pool.get("b"))
      yield* Effect.scoped(pool.get("a"))
      yield* Effect.scoped(pool.get("c"))
      assert.deepStrictEqual(pool.log, ["+a1", "+b1", "-b1", "+c1"])
      assert.strictEqual(pool.most(), 2)
    })
  )

  it.effect("stay idle if another place becomes free anyway, or if the key that waits is paused", () =>
    Effect.gen(function* () {
      const gate = yield* Latch.make()
      const pool = yield* make({ maxProcesses: 2 }, (key) => {
        if (key === "bad") return Effect.fail(broken)
        return key === "slow" ? Effect.addFinalizer(() => gate.await) : Effect.void
      })
      // Also if the test fails.
      yield* Effect.addFinalizer(() => gate.open)
      const bad = Effect.exit(Effect.scoped(pool.get("bad")))
      yield* bad
      yield* bad
      yield* Effect.scoped(pool.get("idle"))
      yield* pool.use("slow", ({ crash }) => crash)
      yield* settled
      const paused = yield* Effect.forkScoped(bad, { startImmediately: true })
      const other = yield* caller(pool, "b")
      assert.deepStrictEqual([pool.stateOf("idle"), pool.stateOf("slow")], ["idle", "closing"])
      yield* gate.open
      yield* settled
      assert.deepStrictEqual([pool.stateOf("idle"), pool.stateOf("b")], ["idle", "inUse"])
      yield* Fiber.interrupt(paused)
      yield* other.release
    })
  )

  it.effect("stay in use while one of their turns runs, and let turns that wait go on when they end", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxTurns: 1, idleTimeToLive: Duration.seconds(1) })
      const a = yield* Effect.scoped(pool.get("a"))
      const request = { method: "turn/start", stop: Effect.void }
      const running = a.admission.ask(request)
      yield* TestClock.adjust("1 hour")
      assert.deepInclude(pool.keys()[0], { state: "inUse", calls: 0, turns: 1 })
      const b = yield* pool.get("b")
      const waiting = yield* Effect.forkScoped(b.admission.ask(request).admitted ?? assert.fail())
      yield* settled
      assert.isUndefined(waiting.pollUnsafe())
      yield* b.crash
      yield* Fiber.join(waiting)
      assert.isUndefined(b.admission.ask(request).admitted)
      running.leave()
      assert.strictEqual(pool.stateOf("a"), "idle")
      yield* TestClock.adjust("1 second")
      yield* settled
      assert.include(pool.log, "-a1")
    })
  )

  it.effect("serve their key again without limits when the others have been served", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1, maxCallsPerKey: 3 })
      const first = yield* caller(pool, "a")
      for (let call = 0; call < 10; call++) yield* Effect.scoped(pool.get("a"))
      const other = yield* caller(pool, "b")
      // Two more, because it serves one already.
      yield* Effect.scoped(pool.get("a"))
      yield* Effect.scoped(pool.get("a"))
      const late = yield* caller(pool, "a")
      assert.strictEqual(pool.waiting(), 2)
      yield* Fiber.interrupt(other.fiber)
      yield* settled
      assert.strictEqual(pool.waiting(), 0)
      yield* late.release
      yield* first.release
    })
  )

  it.effect("are waited for in order, and an interrupted caller leaves nothing behind", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1 })
      const served: Array<string> = []
      const callers = []
      for (const key of ["a", "b", "c", "d"]) {
        callers.push(yield* caller(pool, key, () => void served.push(key)))
      }
      const [a, b, c] = callers
      assert.deepStrictEqual(served, ["a"])
      assert.strictEqual(pool.waiting(), 3)
      yield* Fiber.interrupt(b?.fiber ?? assert.fail())
      assert.strictEqual(pool.waiting(), 2)
      yield* a?.release ?? assert.fail()
      assert.deepStrictEqual(served, ["a", "c"])
      yield* c?.release ?? assert.fail()
      assert.deepStrictEqual(served, ["a", "c", "d"])
      assert.deepStrictEqual(pool.log, ["+a1", "-a1", "+c1", "-c1", "+d1"])
      assert.strictEqual(pool.most(), 1)
    })
  )

  it.effect("are shared fairly: a thousand waiting calls of one key delay another key by one round", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1, maxCallsPerKey: 4 })
      const served: Array<string> = []
      const work = (key: string) =>
        pool.use(key, () =>
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => void served.push(key))
          )
        )
      const many = yield* Effect.forkScoped(
        Effect.forEach(Array.from({ length: 1000 }), () => work("many"), { concurrency: "unbounded", discard: true }),
        { startImmediately: true }
      )
      yield* Effect.forEach(["b", "c"], work, { concurrency: "unbounded", discard: true })
      // Those that the process served already, and as many as it may serve while others wait.
      assert.isAtMost(served.indexOf("b"), 8)
      assert.isAtMost(served.indexOf("c"), 9)
      yield* Fiber.join(many)
      assert.strictEqual(served.length, 1002)
      assert.strictEqual(pool.most(), 1)
    })
  )

  it.effect("are not kept by calls of one key that overlap without a pause", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1, maxCallsPerKey: 3 })
      let last = yield* caller(pool, "a")
      const other = yield* caller(pool, "b")
      let overlaps = 0
      // Each caller leaves only after the next has come.
      while (overlaps < 10 && pool.log.length === 1) {
        const next = yield* caller(pool, "a")
        yield* last.release
        last = next
        overlaps++
      }
      assert.isAtMost(overlaps, 3)
      yield* other.release
      assert.strictEqual((yield* Fiber.join(other.fiber)).key, "b")
    })
  )

  it.effect("leave the scope of an effect to its caller", () =>
    Effect.gen(function* () {
      const pool = yield* make()
      const scope = yield* Scope.make()
      const inside = pool.use("a", () => Effect.addFinalizer(() => Effect.sync(() => void pool.log.push("finalizer"))))
      yield* Scope.provide(inside, scope)
      assert.deepInclude(pool.keys()[0], { state: "idle", calls: 0 })
      assert.deepStrictEqual(pool.log, ["+a1"])
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(pool.log, ["+a1", "finalizer"])
    })
  )

  it.effect("serve nested uses of a caller at once, also while others wait", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1, maxCallsPerKey: 1 })
      const latch = yield* Latch.make()
      const outer = yield* pool
        .use("a", (process) =>
          Effect.andThen(
            latch.await,
            pool.use("a", (inner) => Effect.succeed(inner === process))
          )
        )
        .pipe(Effect.forkScoped({ startImmediately: true }))
      const other = yield* caller(pool, "b")
      yield* latch.open
      assert.isTrue(yield* Fiber.join(outer))
      yield* other.release
      assert.strictEqual((yield* Fiber.join(other.fiber)).key, "b")
    })
  )

  it.effect("reject calls above the bounds of the queue, and say which bound", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1, maxWaiting: 3, maxWaitingPerKey: 2 })
      yield* caller(pool, "a")
      yield* caller(pool, "b")
      yield* caller(pool, "b")
      const ofKey = yield* Effect.flip(Effect.scoped(pool.get("b")))
      assert.deepInclude(ofKey.reason, {
        _tag: "Saturated",
        waitingFor: "process",
        scope: "key",
        waiting: 2,
        limit: 2
      })
      yield* caller(pool, "c")
      const ofPool = yield* Effect.flip(Effect.scoped(pool.get("d")))
      assert.deepInclude(ofPool.reason, { _tag: "Saturated", scope: "pool", waiting: 3, limit: 3 })
      // A process that exists serves its callers although the queue is full.
      assert.strictEqual((yield* Effect.scoped(pool.get("a"))).key, "a")
    })
  )

  it.effect("that do not start fail the callers that waited for this start, and no others", () =>
    Effect.gen(function* () {
      const gate = yield* Latch.make()
      const pool = yield* make({}, (key, number) =>
        key === "a" && number === 1 ? Effect.andThen(gate.await, Effect.fail(broken)) : Effect.void
      )
      const first = yield* caller(pool, "a")
      const second = yield* caller(pool, "a")
      const other = yield* caller(pool, "b")
      yield* gate.open
      assert.strictEqual(yield* Effect.flip(Fiber.join(first.fiber)), broken)
      assert.strictEqual(yield* Effect.flip(Fiber.join(second.fiber)), broken)
      assert.strictEqual((yield* Effect.scoped(pool.get("a"))).number, 2)
      yield* other.release
      assert.strictEqual((yield* Fiber.join(other.fiber)).number, 1)
      assert.include(pool.log, "-a1")
    })
  )

  it.effect("that crash are replaced at the next call, at once after one crash", () =>
    Effect.gen(function* () {
      const pool = yield* make()
      const scope = yield* Scope.make()
      const first = yield* Scope.provide(pool.get("a"), scope)
      yield* first.crash
      yield* settled
      assert.deepStrictEqual(pool.log, ["+a1", "-a1"])
      const second = yield* Effect.scoped(pool.get("a"))
      assert.strictEqual(second.number, 2)
      // The caller of the first process leaves nothing but that.
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(pool.stateOf("a"), "idle")
    })
  )

  it.effect("that are not found cost no pause, and leave nothing behind", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1 })
      for (let call = 0; call < 10; call++) {
        assert.strictEqual(reasonOf(yield* Effect.exit(Effect.scoped(pool.get(`unknown`)))), "InvalidOptions")
      }
      yield* settled
      assert.deepStrictEqual(pool.keys(), [])
    })
  )

  it.effect("keep the place of their key when a caller of an earlier process leaves late", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1 })
      const scope = yield* Scope.make()
      const first = yield* Scope.provide(pool.get("a"), scope)
      yield* first.crash
      yield* TestClock.adjust("2 minutes")
      yield* pool.get("a")
      yield* Scope.close(scope, Exit.void)
      assert.deepInclude(pool.keys()[0], { key: "a", state: "inUse", calls: 1 })
    })
  )

  it.effect("that are found lost by a call are replaced for this call", () =>
    Effect.gen(function* () {
      const pool = yield* make()
      const first = yield* pool.get("a")
      yield* first.lose
      assert.strictEqual((yield* pool.get("a")).number, 2)
      assert.deepStrictEqual(pool.log, ["+a1", "-a1", "+a2"])
    })
  )

  it.effect("in a crash loop start after growing pauses, while other keys go on", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 1 }, (key) => (key === "bad" ? Effect.fail(broken) : Effect.void))
      const bad = Effect.exit(Effect.scoped(pool.get("bad")))
      assert.strictEqual(reasonOf(yield* bad), "StartTimeout")
      assert.strictEqual(reasonOf(yield* bad), "StartTimeout")
      for (const pause of [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]) {
        const next = yield* Effect.forkScoped(bad, { startImmediately: true })
        // The place is free for others in the meantime.
        yield* Effect.scoped(pool.get("good"))
        yield* TestClock.adjust(pause - 1)
        yield* settled
        assert.isUndefined(next.pollUnsafe(), `${pause}`)
        yield* TestClock.adjust(1)
        yield* settled
        assert.isDefined(next.pollUnsafe(), `${pause}`)
      }
      assert.strictEqual(pool.log.filter((line) => line.startsWith("+bad")).length, 10)
      // A minute without a death ends the row.
      yield* TestClock.adjust("71 seconds")
      assert.isFalse(pool.keys().some(({ key }) => key === "bad"))
      assert.strictEqual(reasonOf(yield* bad), "StartTimeout")
    }).pipe(Effect.provideService(Random.Random, noJitter))
  )

  it.effect("end while they start, if their callers have left and another key needs the place", () =>
    Effect.gen(function* () {
      let isInterrupted = false
      const never = Effect.onInterrupt(Effect.never, () =>
        Effect.sync(() => {
          isInterrupted = true
        })
      )
      const pool = yield* make({ maxProcesses: 1 }, (key) => (key === "slow" ? never : Effect.void))
      const slow = yield* caller(pool, "slow")
      const other = yield* caller(pool, "b")
      assert.deepStrictEqual(pool.log, ["+slow1"])
      yield* Fiber.interrupt(slow.fiber)
      yield* settled
      assert.deepStrictEqual(pool.log, ["+slow1", "-slow1", "+b1"])
      assert.isTrue(isInterrupted)
      yield* other.release
    })
  )

  it.effect("end with the pool, in all states, and later calls fail", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const hold = yield* Deferred.make<void>()
      const pool = yield* Scope.provide(
        make({ maxProcesses: 3 }, (key) => (key === "slow" ? Deferred.await(hold) : Effect.void)),
        scope
      )
      yield* pool.get("a")
      yield* Effect.scoped(pool.get("idle"))
      const slow = yield* caller(pool, "slow")
      yield* Effect.scoped(pool.get("a"))
      // It waits for "idle" to be ended, and then uses its place.
      const waiting = yield* caller(pool, "b")
      const late = yield* caller(pool, "c")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(reasonOf(yield* Fiber.await(slow.fiber)), "PoolClosed")
      assert.strictEqual(reasonOf(yield* Fiber.await(late.fiber)), "PoolClosed")
      assert.strictEqual(reasonOf(yield* Effect.exit(Effect.scoped(pool.get("a")))), "PoolClosed")
      assert.deepStrictEqual(
        pool.log
          .filter((line) => line.startsWith("+"))
          .map((line) => line.slice(1))
          .sort(),
        pool.log
          .filter((line) => line.startsWith("-"))
          .map((line) => line.slice(1))
          .sort()
      )
      yield* waiting.release
      assert.isTrue(Exit.isSuccess(yield* Fiber.await(waiting.fiber)))
    })
  )

  it.effect("have their turns stopped after the time to drain, before they end", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const pool = yield* Scope.provide(make(), scope)
      const { admission } = yield* pool.get("a")
      const stop = Effect.sync(() => {
        pool.log.push("stop")
        ticket.leave()
      })
      const ticket = admission.ask({ method: "turn/start", stop })
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(pool.log, ["+a1", "stop", "-a1"])
    })
  )

  it.effect("start in advance, in the background and up to the limit", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 2 }, (key) => (key === "bad" ? Effect.fail(broken) : Effect.void))
      yield* pool.prewarm(["bad", "a", "b"])
      yield* settled
      assert.deepStrictEqual(pool.log, ["+bad1", "-bad1", "+a1"])
      assert.strictEqual((yield* Effect.scoped(pool.get("a"))).number, 1)
    })
  )

  it.effect("keep nothing about keys that are not used any longer", () =>
    Effect.gen(function* () {
      const pool = yield* make({ maxProcesses: 4, idleTimeToLive: Duration.seconds(1) })
      yield* Effect.forEach(
        Array.from({ length: 500 }, (_, number) => `key ${number}`),
        (key) => pool.use(key, (process) => (process.key.endsWith("7") ? process.crash : Effect.void)),
        { concurrency: 16 }
      )
      yield* TestClock.adjust("2 minutes")
      yield* settled
      assert.deepStrictEqual(pool.keys(), [])
      assert.isAtMost(pool.most(), 4)
    })
  )

  it.effect("that die at the start die for the callers, too", () =>
    Effect.gen(function* () {
      const pool = yield* make({}, () => Effect.die("defect"))
      const exit = yield* Effect.exit(Effect.scoped(pool.get("a")))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
    })
  )
})
