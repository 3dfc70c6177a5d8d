/**
 * Interruptions that overload rejects, or that get no answer: they are repeated until the turn has ended or the limit
 * is exceeded. A turn that still runs is logged and keeps its thread.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, Option, References } from "effect"
import { TestClock } from "effect/testing"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { onBinary } from "../support/onBinary.ts"
import * as T from "./support.ts"

const overloaded = -32001
const method = "turn/interrupt"

/** A turn on a server that the test plays, and the logged warnings. */
const running = Effect.gen(function* () {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const run = yield* T.background(thread.run("hi"))
  yield* server.accept("u")
  const { end, start } = T.turnEvents(thread.id, "u")
  yield* server.notifyAll(start)
  yield* server.flush
  const count = () => server.methods().filter((called) => called === method).length
  return { count, end, run, server, thread }
})

const refuse = (server: T.Server) =>
  Effect.flatMap(server.next(method), (request) => server.refuse(request, "overloaded", overloaded))

/** Runs an effect, and returns the warnings of the log with their threads and turns. */
const warnings = Effect.fnUntraced(function* <A, E, R>(
  effect: (lines: ReadonlyArray<readonly [text: string, turnId: unknown]>) => Effect.Effect<A, E, R>
) {
  const lines: Array<readonly [string, unknown]> = []
  const logger = Logger.make(({ fiber, logLevel, message }) => {
    if (logLevel === "Warn") lines.push([String(message), fiber.getRef(References.CurrentLogAnnotations)["turnId"]])
  })
  return yield* Effect.provide(effect(lines), Logger.layer([logger]))
})

describe("an interruption that overload rejects", () => {
  it.effect("is repeated with growing pauses while the caller waits for the end of the turn", () =>
    Effect.gen(function* () {
      const { count, end, run, server } = yield* running
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* refuse(server)
      yield* server.flush
      yield* TestClock.adjust("199 millis")
      assert.strictEqual(count(), 1)
      yield* TestClock.adjust("101 millis")
      yield* refuse(server)
      yield* server.flush
      yield* TestClock.adjust("399 millis")
      assert.strictEqual(count(), 2)
      yield* TestClock.adjust("201 millis")
      yield* server.reply(yield* server.next(method), {})
      assert.isUndefined(ending.pollUnsafe())
      yield* server.notifyAll(end)
      yield* Fiber.join(ending)
      assert.strictEqual(count(), 3)
    })
  )

  it.effect(
    "is repeated for at most 5 s; then a warning is logged, and the next run waits for the end of the turn",
    () =>
      warnings((lines) =>
        Effect.gen(function* () {
          const { count, end, run, server, thread } = yield* running
          yield* T.background(Effect.forever(refuse(server)))
          const ending = yield* T.background(Fiber.interrupt(run))
          for (let step = 0; step < 50; step++) {
            assert.isUndefined(ending.pollUnsafe())
            assert.deepStrictEqual(lines, [])
            yield* TestClock.adjust("100 millis")
            yield* server.flush
          }
          yield* Fiber.join(ending)
          assert.strictEqual(lines.length, 1)
          assert.strictEqual(
            lines[0]?.[0],
            "The turn is still running: the server did not end it within 5s of the interruption. To interrupt it again, get its handle from `thread.current`."
          )
          assert.strictEqual(lines[0]?.[1], "u")
          const asked = count()
          assert.isAtLeast(asked, 4)
          yield* TestClock.adjust("1 minute")
          assert.strictEqual(count(), asked)
          const next = yield* T.background(thread.run("next"))
          yield* server.flush
          assert.strictEqual(server.methods().filter((called) => called === "turn/start").length, 1)
          yield* server.notifyAll(end)
          yield* server.accept("v")
          yield* server.notifyAll(T.turnEvents(thread.id, "v").all)
          assert.strictEqual((yield* Fiber.join(next)).id, "v")
        })
      )
  )

  it.effect("is repeated after maxDuration, too, and the next run waits", () =>
    warnings((lines) =>
      Effect.gen(function* () {
        const server = yield* T.connect()
        const thread = yield* server.thread
        const run = yield* T.background(Effect.flip(thread.run("hi", { maxDuration: "1 minute" })))
        yield* server.accept("u")
        yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
        yield* server.flush
        yield* TestClock.adjust("1 minute")
        yield* refuse(server)
        yield* server.flush
        yield* TestClock.adjust("300 millis")
        yield* server.reply(yield* server.next(method), {})
        yield* TestClock.adjust("5 seconds")
        assert.strictEqual((yield* Fiber.join(run))._tag, "TurnTimedOut")
        assert.strictEqual(lines.length, 1)
        const next = yield* T.background(thread.run("next"))
        yield* server.flush
        assert.strictEqual(server.methods().at(-1), method)
        yield* server.notifyAll(T.turnEvents(thread.id, "u").end)
        yield* server.accept("v")
        yield* server.notifyAll(T.turnEvents(thread.id, "v").all)
        yield* Fiber.join(next)
      })
    )
  )

  it.effect("is never reported as done by a handle, and is repeated also for a caller that does not wait", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const starting = yield* T.background(thread.turn("hi"))
      yield* server.accept("u")
      const turn = yield* Fiber.join(starting)
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.flush
      const asking = yield* T.background(turn.interrupt({ timeout: 0 }))
      yield* TestClock.adjust(0)
      assert.isFalse((yield* Fiber.join(asking)).ended)
      yield* refuse(server)
      yield* server.flush
      yield* TestClock.adjust("300 millis")
      yield* server.reply(yield* server.next(method), {})
      yield* server.notifyAll(T.turnEvents(thread.id, "u").end)
      assert.isTrue((yield* turn.interrupt()).ended)
    })
  )
})

describe("an interruption without an answer", () => {
  it.effect("is repeated after a second", () =>
    Effect.gen(function* () {
      const { count, end, run, server } = yield* running
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* server.next(method)
      yield* TestClock.adjust("999 millis")
      assert.strictEqual(count(), 1)
      yield* TestClock.adjust("1 millis")
      yield* server.refuse(yield* server.next(method), "no active turn to interrupt")
      yield* server.notifyAll(end)
      yield* Fiber.join(ending)
    })
  )

  it.effect("stops when the turn ends", () =>
    Effect.gen(function* () {
      const { count, end, run, server } = yield* running
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* server.next(method)
      yield* server.notifyAll(end)
      yield* Fiber.join(ending)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(count(), 1)
    })
  )
})

describe("an interruption that is rejected for another reason", () => {
  it.effect("is not repeated, and a warning says that the turn is still running", () =>
    warnings((lines) =>
      Effect.gen(function* () {
        const { count, end, run, server } = yield* running
        const ending = yield* T.background(Fiber.interrupt(run))
        yield* server.refuse(yield* server.next(method), "no such thing", -32603)
        yield* server.flush
        assert.strictEqual(lines.length, 1)
        assert.strictEqual(
          lines[0]?.[0],
          "The turn is still running: the server rejected the interruption (RequestRejected). To interrupt it again, get its handle from `thread.current`."
        )
        yield* server.notifyAll(end)
        yield* Fiber.join(ending)
        assert.strictEqual(count(), 1)
      })
    )
  )
})

describe("the commands of a turn that was interrupted", () => {
  it.effect("are terminated even if overload rejects the first attempt", () =>
    Effect.gen(function* () {
      const { end, run, server, thread } = yield* running
      yield* server.notifyAll([T.itemStarted(thread.id, "u", T.command("open"))])
      yield* server.flush
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* server.reply(yield* server.next(method), {})
      yield* server.notifyAll(end)
      const list = "thread/backgroundTerminals/list"
      yield* server.refuse(yield* server.next(list), "overloaded", overloaded)
      yield* server.flush
      yield* TestClock.adjust("300 millis")
      const terminal = {
        itemId: "open",
        processId: "p",
        command: "x",
        cwd: "/",
        osPid: null,
        cpuPercent: null,
        rssKb: null
      }
      yield* server.reply(yield* server.next(list), { data: [terminal], nextCursor: null })
      const terminate = "thread/backgroundTerminals/terminate"
      yield* server.refuse(yield* server.next(terminate), "overloaded", overloaded)
      yield* server.flush
      yield* TestClock.adjust("300 millis")
      yield* server.reply(yield* server.next(terminate), { terminated: true })
      yield* Fiber.join(ending)
    })
  )
})

describe("two interruptions of one turn, on the real server", () => {
  it.live("have the effect of one: the turn ends, and the next one runs", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate))
      const turn = yield* thread.turn("go")
      yield* gate.reached
      const ask = Effect.exit(codex.request("turn/interrupt", { threadId: thread.id, turnId: turn.id }))
      const exits = yield* Effect.all([ask, ask, ask], { concurrency: "unbounded" })
      assert.isTrue(Exit.isSuccess(exits[0]))
      for (const exit of exits) {
        const error = Option.getOrUndefined(Exit.findErrorOption(exit))
        assert.oneOf(error?.reason._tag, [undefined, "NoActiveTurn"])
      }
      assert.strictEqual((yield* Effect.flip(turn.result))._tag, "TurnInterrupted")
      assert.strictEqual((yield* thread.run("again")).status, "completed")
    }).pipe(onBinary())
  )
})
