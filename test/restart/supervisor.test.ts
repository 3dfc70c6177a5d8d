import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Option, Schedule, Stream } from "effect"
import { TestClock } from "effect/testing"
import type * as CodexClient from "../../src/CodexClient.ts"
import * as Restart from "../../src/Restart.ts"
import { reasonOf } from "../support/onBinary.ts"
import { watched } from "../support/watched.ts"
import * as Memory from "./memory.ts"
import { atOnce } from "./support.ts"

type Tag = CodexClient.Health["_tag"]

/** Waits for a state, under a clock that only the test moves. */
const until = (client: CodexClient.CodexClient, tag: Tag) =>
  Effect.map(Stream.runHead(Stream.filter(client.healthChanges, ({ _tag }) => _tag === tag)), Option.getOrThrow)

const start = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

const second = Schedule.spaced("1 second")

describe("a client whose connection is opened again", () => {
  it.effect("makes a call that comes meanwhile on the next connection", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make()
      const { client } = yield* Memory.connect(servers, second)
      const first = yield* servers.next
      yield* first.die
      yield* until(client, "Restarting")
      const call = yield* start(client.requestRaw("model/list", {}))
      yield* TestClock.adjust("1 second")
      const next = yield* servers.next
      yield* Fiber.join(call)
      assert.deepStrictEqual(
        next.received.map(({ method }) => method),
        ["initialize", "initialized", "model/list"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("fails a call that was sent, and makes those that waited for a permit on the next connection", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make({ reply: (_method, _params, { number }) => (number === 1 ? undefined : {}) })
      const { client } = yield* Memory.connect(servers, second, { maxInFlight: 1 })
      const first = yield* servers.next
      const sent = yield* start(client.requestRaw("first"))
      const waiting = yield* start(client.requestRaw("second"))
      yield* first.die
      const error = yield* Effect.flip(Fiber.join(sent))
      if (error.reason._tag !== "ConnectionClosed") return assert.fail(error.reason._tag)
      assert.isTrue(error.reason.sent)
      assert.include(error.message, "nothing is sent again automatically")
      yield* TestClock.adjust("1 second")
      const next = yield* servers.next
      yield* Fiber.join(waiting)
      assert.deepStrictEqual(
        next.received.slice(2).map(({ method }) => method),
        ["second"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("fails a call that waits longer than its timeout, and says that it was not sent", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make()
      const { client } = yield* Memory.connect(servers, Schedule.spaced("1 hour"))
      yield* Effect.flatMap(servers.next, ({ die }) => die)
      yield* until(client, "Restarting")
      const call = yield* start(Effect.flip(client.requestRaw("model/list", {}, { timeout: "5 seconds" })))
      const unlimited = yield* start(client.requestRaw("model/list", {}, { timeout: "Infinity" }))
      yield* TestClock.adjust("5 seconds")
      const { reason } = yield* Fiber.join(call)
      if (reason._tag !== "RequestTimeout") return assert.fail(reason._tag)
      assert.deepStrictEqual([Duration.toMillis(reason.timeout), reason.sent], [5000, false])
      yield* TestClock.adjust("1 hour")
      yield* Fiber.join(unlimited)
    }).pipe(Effect.scoped)
  )

  it.effect("counts the wait toward the timeout of the call", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make({ reply: () => undefined })
      const { client } = yield* Memory.connect(servers, second)
      yield* Effect.flatMap(servers.next, ({ die }) => die)
      yield* until(client, "Restarting")
      const call = yield* start(reasonOf(client.requestRaw("slow", {}, { timeout: "3 seconds" })))
      yield* TestClock.adjust("1 second")
      yield* servers.next
      yield* until(client, "Up")
      yield* TestClock.adjust("1990 millis")
      assert.isUndefined(call.pollUnsafe())
      yield* TestClock.adjust("10 millis")
      assert.strictEqual(yield* Fiber.join(call), "RequestTimeout")
    }).pipe(Effect.scoped)
  )

  it.effect("is `Down` when the policy ends: everything fails with the last cause", () =>
    Effect.gen(function* () {
      // No server after the first answers the handshake, so each start fails after 30 s.
      const servers = yield* Memory.make({ shakesHands: (number) => number === 1 })
      const { client, codex } = yield* Memory.connect(servers, Schedule.upTo(second, { times: 2 }))
      const states: Array<Tag> = []
      const watching = yield* start(
        Stream.runForEach(client.healthChanges, ({ _tag }) => Effect.sync(() => states.push(_tag)))
      )
      const heard = yield* start(Effect.flip(Stream.runDrain(codex.notifications)))
      const decided = yield* start(Stream.runDrain(codex.decisions))
      const down = yield* start(Effect.flip(codex.awaitDown))
      yield* Effect.yieldNow
      yield* Effect.flatMap(servers.next, ({ die }) => die)
      yield* until(client, "Restarting")
      const waiting = yield* start(reasonOf(client.requestRaw("model/list", {}, { timeout: "Infinity" })))
      for (let seconds = 0; seconds < 100; seconds++) yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(down)).reason._tag, "StartTimeout")
      assert.strictEqual((yield* Fiber.join(heard)).reason._tag, "StartTimeout")
      assert.strictEqual(yield* Fiber.join(waiting), "StartTimeout")
      yield* Fiber.join(decided)
      yield* Fiber.join(watching)
      assert.deepStrictEqual(states, ["Up", "Restarting", "Restarting", "Down"])
      assert.strictEqual(yield* reasonOf(codex.listModels()), "StartTimeout")
      assert.strictEqual(yield* reasonOf(codex.awaitDown), "StartTimeout")
      assert.strictEqual(servers.open(), 0)
    }).pipe(Effect.scoped)
  )

  it.effect("gives up with the ready policy after five deaths within a minute", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make()
      const { client, codex } = yield* Memory.connect(servers, Restart.policy)
      const down = yield* start(Effect.flip(codex.awaitDown))
      for (let death = 1; death <= 5; death++) {
        const server = yield* servers.next
        yield* until(client, "Up")
        yield* server.die
        if (death < 5) yield* until(client, "Restarting")
        yield* TestClock.adjust("1 second")
      }
      const { reason } = yield* Fiber.join(down)
      if (reason._tag !== "ConnectionClosed") return assert.fail(reason._tag)
      assert.isFalse(reason.restarts)
      assert.include(reason.message, "Rebuild the layer")
      assert.strictEqual(servers.count(), 5)
      const error = yield* Effect.flip(codex.listModels())
      assert.include(error.message, "This call was not sent. Rebuild the layer")
    }).pipe(Effect.scoped)
  )

  it.effect("logs each death and each restart, and has a span for each start", () =>
    Effect.gen(function* () {
      const { spans, texts } = yield* watched(() =>
        Effect.gen(function* () {
          const servers = yield* Memory.make()
          const { client } = yield* Memory.connect(servers, Schedule.upTo(second, { times: 1 }))
          yield* Effect.flatMap(servers.next, ({ die }) => die)
          yield* until(client, "Restarting")
          yield* TestClock.adjust("1 second")
          yield* Effect.flatMap(servers.next, ({ die }) => die)
          yield* until(client, "Down")
        }).pipe(Effect.scoped)
      )
      const log = texts.join("\n")
      assert.include(log, "codex app-server was killed by SIGKILL. Starting it again in 1000 ms (attempt 1).")
      assert.include(log, "codex app-server was started again (attempt 1). Threads to resume: 0.")
      assert.include(log, "It is not started again, because the restart schedule has ended after 1 attempt.")
      assert.deepStrictEqual(
        spans.filter((name) => name === "Codex.restart"),
        ["Codex.restart"]
      )
    })
  )

  it.effect("rejects options that make no sense before a process is started", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make()
      const wrong = [
        [{ schedul: second }, "restart.schedul"],
        [{ schedule: 5 }, "restart.schedule"],
        [{ resume: "never" }, "restart.resume"],
        [{ resumeConcurrency: 0 }, "restart.resumeConcurrency"],
        [{ resetAfter: -1 }, "restart.resetAfter"],
        [{ heartbeat: { every: 1 } }, "restart.heartbeat.every"],
        [{ heartbeat: { timeout: 0 } }, "restart.heartbeat.timeout"],
        [true, "restart"]
      ] as const
      for (const [given, option] of wrong) {
        // Type boundary: what a program in JavaScript can pass.
        const { reason } = yield* Effect.flip(Memory.connect(servers, given as Restart.Options))
        if (reason._tag !== "InvalidOptions") return assert.fail(reason._tag)
        assert.strictEqual(reason.option, option)
      }
      assert.strictEqual(servers.count(), 0)
    }).pipe(Effect.scoped)
  )

  it.effect("does not repeat the first start", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make({ shakesHands: () => false })
      const making = yield* start(Effect.exit(Memory.connect(servers, atOnce)))
      yield* servers.next
      yield* TestClock.adjust("30 seconds")
      assert.isTrue(Exit.isFailure(yield* Fiber.join(making)))
      assert.strictEqual(servers.count(), 1)
      assert.strictEqual(servers.open(), 0)
    }).pipe(Effect.scoped)
  )

  it.effect("starts the schedule anew after a connection that lasted", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make()
      const { client } = yield* Memory.connect(servers, {
        schedule: Schedule.upTo(second, { times: 2 }),
        resetAfter: "10 seconds"
      })
      for (let number = 1; number <= 6; number++) {
        const server = yield* servers.next
        yield* until(client, "Up")
        yield* TestClock.adjust("10 seconds")
        yield* server.die
        const health = yield* until(client, "Restarting")
        assert.strictEqual(health._tag === "Restarting" ? health.attempt : 0, 1)
        yield* TestClock.adjust("1 second")
      }
      for (let number = 1; number <= 2; number++) {
        const server = yield* servers.next
        yield* until(client, "Up")
        yield* server.die
        if (number < 2) yield* until(client, "Restarting")
        yield* TestClock.adjust("1 second")
      }
      yield* until(client, "Down")
    }).pipe(Effect.scoped)
  )

  it.effect("ends at once when its scope closes, in each state", () =>
    Effect.gen(function* () {
      // While the process is up.
      const up = yield* Memory.make({ reply: () => undefined })
      const first = yield* Memory.connect(up, second)
      const sent = yield* start(reasonOf(first.client.requestRaw("x")))
      yield* first.close
      assert.strictEqual(yield* Fiber.join(sent), "ConnectionClosed")
      assert.strictEqual(up.open(), 0)
      // During the delay.
      const delayed = yield* Memory.make()
      const later = yield* Memory.connect(delayed, Schedule.spaced("1 hour"))
      yield* Effect.flatMap(delayed.next, ({ die }) => die)
      yield* until(later.client, "Restarting")
      const waiting = yield* start(reasonOf(later.client.requestRaw("x", {}, { timeout: "Infinity" })))
      yield* later.close
      assert.strictEqual(yield* Fiber.join(waiting), "ConnectionClosed")
      assert.strictEqual(delayed.count(), 1)
      // During the handshake.
      const silent = yield* Memory.make({ shakesHands: (number) => number === 1 })
      const starting = yield* Memory.connect(silent, second)
      yield* Effect.flatMap(silent.next, ({ die }) => die)
      yield* until(starting.client, "Restarting")
      yield* TestClock.adjust("1 second")
      yield* silent.next
      yield* starting.close
      assert.strictEqual(silent.open(), 0)
      assert.strictEqual((yield* starting.client.health)._tag, "Down")
      assert.strictEqual(yield* reasonOf(starting.client.requestRaw("x")), "ConnectionClosed")
    }).pipe(Effect.scoped)
  )

  it.effect("leaves nothing of a waiting call that is interrupted", () =>
    Effect.gen(function* () {
      const servers = yield* Memory.make()
      const { client } = yield* Memory.connect(servers, second)
      yield* Effect.flatMap(servers.next, ({ die }) => die)
      yield* until(client, "Restarting")
      const call = yield* start(client.requestRaw("model/list"))
      yield* Fiber.interrupt(call)
      yield* TestClock.adjust("1 second")
      const next = yield* servers.next
      yield* until(client, "Up")
      yield* client.requestRaw("after")
      assert.deepStrictEqual(
        next.received.slice(2).map(({ method }) => method),
        ["after"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("treats a server that does not answer the heartbeat as one that has crashed", () =>
    Effect.gen(function* () {
      let answersBeats = true
      const quiet = yield* Memory.make({ reply: () => (answersBeats ? {} : undefined) })
      const { client } = yield* Memory.connect(quiet, {
        schedule: second,
        heartbeat: { interval: "10 seconds", timeout: "5 seconds" }
      })
      yield* quiet.next
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* client.health)._tag, "Up")
      answersBeats = false
      const call = yield* start(Effect.flip(client.requestRaw("silent", {}, { timeout: "Infinity" })))
      yield* TestClock.adjust("15 seconds")
      const { reason } = yield* Fiber.join(call)
      if (reason._tag !== "ConnectionClosed") return assert.fail(reason._tag)
      assert.deepStrictEqual(reason.end, { _tag: "Unresponsive", timeout: Duration.seconds(5) })
      answersBeats = true
      yield* TestClock.adjust("1 second")
      yield* quiet.next
      yield* until(client, "Up")
      assert.strictEqual(quiet.open(), 1)
    }).pipe(Effect.scoped)
  )
})

describe("Restart.policy", () => {
  const delays = Effect.fnUntraced(function* (pauses: ReadonlyArray<Duration.Input>) {
    const step = yield* Schedule.toStep(Restart.policy)
    const found: Array<number> = []
    let now = 0
    for (const pause of pauses) {
      now += Duration.toMillis(pause)
      const exit = yield* Effect.exit(step(now, "died"))
      if (Exit.isFailure(exit)) return [...found, "end"]
      found.push(Duration.toMillis(exit.value[1]))
    }
    return found
  })

  it.effect("doubles the delay from 100 ms to 10 s, each ±20 %", () =>
    Effect.gen(function* () {
      const found = yield* delays(Array.from({ length: 12 }, () => "20 seconds" as const))
      const expected = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000, 10_000]
      assert.strictEqual(found.length, expected.length)
      found.forEach((delay, at) => {
        const middle = expected[at] ?? 0
        assert.isTrue(typeof delay === "number" && delay >= middle * 0.8 && delay <= middle * 1.2, String(found))
      })
    })
  )

  it.effect("ends with the fifth death within a minute", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* delays(["1 second", "1 second", "1 second", "1 second", "1 second"])).at(-1), "end")
      assert.notInclude(yield* delays(["1 second", "1 second", "1 second", "1 second", "58 seconds"]), "end")
    })
  )

  it("rejects numbers that make no sense", () => {
    for (const [name, options] of [
      ["maxDeaths", { maxDeaths: 0 }],
      ["jitter", { jitter: 2 }],
      ["initialDelay", { initialDelay: -1 }],
      ["initialDelay", { initialDelay: "Infinity" }],
      ["maxDelay", { maxDelay: Number.NaN }],
      ["window", { window: 0 }],
      // Type boundary: what a caller without types can write.
      ["window", JSON.parse(`{ "window": "soon" }`)],
      ["deaths", JSON.parse(`{ "deaths": 1 }`)]
    ] as ReadonlyArray<readonly [string, Restart.PolicyOptions]>) {
      assert.throws(() => Restart.policyWith(options), RangeError, `Restart.policyWith: Invalid option \`${name}\``)
    }
    // The ends of what is allowed.
    Restart.policyWith({ initialDelay: 0, maxDelay: "Infinity", jitter: 0, maxDeaths: 1, window: "Infinity" })
  })
})
