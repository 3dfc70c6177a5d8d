import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Stream, Tracer } from "effect"
import { TestClock } from "effect/testing"
import type { EventsOptions } from "../../src/Turn.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import * as T from "./support.ts"

/** A run that is accepted, and has started on the server if `begun`. */
const running = Effect.fnUntraced(function* (begun: boolean) {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const run = yield* T.background(Effect.exit(thread.run("hi")))
  yield* server.accept("u")
  if (begun) yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
  yield* server.flush
  return { run, server, thread }
})

const interrupted = (threadId: string) => T.turnEvents(threadId, "u", { status: "interrupted" }).end

const terminal = (itemId: string) => ({ itemId, processId: `p-${itemId}`, command: "c", cwd: "/home" })

describe("interrupting `run`", () => {
  it.effect("sends nothing while `run` waits for the thread, and the next waiters continue", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* running(true)
      const second = yield* T.background(thread.run("second"))
      const third = yield* T.background(thread.run("third"))
      yield* Fiber.interrupt(second)
      yield* server.notifyAll(T.turnEvents(thread.id, "u").end)
      const request = yield* server.accept("v")
      assert.strictEqual(at(request.params, "input", 0, "text"), "third")
      yield* server.notifyAll(T.turnEvents(thread.id, "v").all)
      assert.strictEqual((yield* Fiber.join(third)).id, "v")
      assert.deepStrictEqual(server.methods(), ["turn/start", "turn/start"])
    })
  )

  it.effect("sends nothing while `run` waits for a permit, and frees the thread", () =>
    Effect.gen(function* () {
      const server = yield* T.connect({ maxInFlight: 1 })
      const thread = yield* server.thread
      const other = yield* T.background(server.codex.request("model/list", {}))
      const busy = yield* server.next("model/list")
      const run = yield* T.background(thread.run("hi"))
      yield* Fiber.interrupt(run)
      yield* server.reply(busy, { data: [], nextCursor: null })
      yield* Effect.exit(Fiber.join(other))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["model/list"])
      yield* T.startTurn(server, thread, "v")
    })
  )

  it.effect("before the reply waits for it and for the start, then interrupts that turn and waits for its end", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(thread.run("hi"))
      const start = yield* server.next("turn/start")
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* server.reply(start, Peer.turnStartResponse("u"))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      const request = yield* server.next("turn/interrupt")
      assert.deepStrictEqual(request.params, { threadId: thread.id, turnId: "u" })
      yield* server.reply(request, {})
      yield* server.flush
      assert.isUndefined(run.pollUnsafe())
      yield* server.notifyAll(interrupted(thread.id))
      yield* Fiber.join(ending)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(run)))
    })
  )

  it.effect("waits for `turn/started`, because the server rejects an earlier interruption", () =>
    Effect.gen(function* () {
      const { run, server, thread } = yield* running(false)
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(interrupted(thread.id))
      yield* Fiber.join(ending)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(run)))
    })
  )

  it.effect("interrupts a running turn once, and ignores a rejection because the turn has just ended", () =>
    Effect.gen(function* () {
      const { run, server, thread } = yield* running(true)
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* server.refuse(yield* server.next("turn/interrupt"), "no active turn to interrupt")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").end)
      yield* Fiber.join(ending)
      assert.deepStrictEqual(server.methods(), ["turn/start", "turn/interrupt"])
    })
  )

  it.effect("terminates the remaining commands of the turn, and no others", () =>
    Effect.gen(function* () {
      const { run, server, thread } = yield* running(true)
      yield* server.notifyAll([
        T.itemStarted(thread.id, "u", T.command("done")),
        T.itemStarted(thread.id, "u", T.command("open")),
        T.itemCompleted(thread.id, "u", T.command("done", "completed"))
      ])
      yield* server.flush
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(interrupted(thread.id))
      const list = "thread/backgroundTerminals/list"
      yield* server.reply(yield* server.next(list), { data: [terminal("done")], nextCursor: "more" })
      const more = yield* server.next(list)
      assert.strictEqual(at(more.params, "cursor"), "more")
      yield* server.reply(more, { data: [terminal("open"), terminal("another's")], nextCursor: null })
      const terminate = yield* server.next("thread/backgroundTerminals/terminate")
      assert.deepStrictEqual(terminate.params, { threadId: thread.id, processId: "p-open" })
      yield* server.reply(terminate, { terminated: true })
      yield* Fiber.join(ending)
      assert.strictEqual(server.methods().length, 5)
    })
  )

  for (const [name, begun, replied] of [
    ["to turn/start", false, false],
    ["with turn/started", false, true],
    ["to turn/interrupt", true, true]
  ] as const) {
    it.effect(`waits at most 5 s for a server that never answers ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* T.connect()
        const thread = yield* server.thread
        const run = yield* T.background(thread.run("hi"))
        const start = yield* server.next("turn/start")
        if (replied) yield* server.reply(start, Peer.turnStartResponse("u"))
        if (begun) yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
        yield* server.flush
        const ending = yield* T.background(Fiber.interrupt(run))
        yield* TestClock.adjust("4999 millis")
        assert.isUndefined(ending.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        yield* Fiber.join(ending)
      })
    )
  }

  it.effect("stops the turn when the server answers late, and the next run waits for that", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(thread.run("hi"))
      const start = yield* server.next("turn/start")
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(ending)
      const next = yield* T.background(thread.run("next"))
      yield* server.reply(start, Peer.turnStartResponse("u"))
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start", "turn/interrupt"])
      yield* server.notifyAll(interrupted(thread.id))
      yield* server.accept("v")
      yield* server.notifyAll(T.turnEvents(thread.id, "v").all)
      assert.strictEqual((yield* Fiber.join(next)).id, "v")
    })
  )

  it.effect("completes immediately when the connection ends", () =>
    Effect.gen(function* () {
      const { run, server } = yield* running(true)
      const ending = yield* T.background(Fiber.interrupt(run))
      yield* server.next("turn/interrupt")
      yield* server.close({ _tag: "EndOfOutput" })
      yield* Fiber.join(ending)
      assert.strictEqual(server.client["~session"].size(), 0)
    })
  )

  it.effect("changes nothing after the end", () =>
    Effect.gen(function* () {
      const { run, server, thread } = yield* running(true)
      yield* server.notifyAll(T.turnEvents(thread.id, "u").end)
      const exit = yield* Fiber.join(run)
      yield* Fiber.interrupt(run)
      assert.isTrue(Exit.isSuccess(exit))
      assert.deepStrictEqual(server.methods(), ["turn/start"])
    })
  )
})

describe("a turn as a stream", () => {
  it.effect("sends nothing until it runs, and each run starts a new turn", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const stream = thread.streamUntilEnd("hi")
      yield* server.flush
      assert.deepStrictEqual(server.methods(), [])
      for (const turnId of ["u", "v"]) {
        const reading = yield* T.background(Stream.runCollect(stream))
        yield* server.accept(turnId)
        yield* server.notifyAll(T.turnEvents(thread.id, turnId, { text: turnId }).all)
        const events = yield* Fiber.join(reading)
        assert.strictEqual(T.textOf(events), turnId)
        assert.strictEqual(events.at(-1)?.method, "turn/completed")
      }
      assert.deepStrictEqual(server.methods(), ["turn/start", "turn/start"])
    })
  )

  it.effect("interrupts its turn if its consumer stops early, and waits at most 5 s for the end", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const reading = yield* T.background(Stream.runCollect(Stream.take(thread.streamUntilEnd("hi"), 1)))
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* TestClock.adjust("4 seconds")
      assert.isUndefined(reading.pollUnsafe())
      yield* server.notifyAll(interrupted(thread.id))
      assert.strictEqual((yield* Fiber.join(reading)).length, 1)
    })
  )

  it.effect("interrupts its turn also if it is interrupted before the reply", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const reading = yield* T.background(Stream.runDrain(thread.streamUntilEnd("hi")))
      const start = yield* server.next("turn/start")
      const ending = yield* T.background(Fiber.interrupt(reading))
      yield* server.reply(start, Peer.turnStartResponse("u"))
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(interrupted(thread.id))
      yield* Fiber.join(ending)
    })
  )
})

describe("a turn as a handle", () => {
  it.effect("keeps running if the fiber that started it is interrupted", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const starter = yield* T.background(Effect.andThen(thread.turn("hi"), Effect.never))
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.flush
      yield* Fiber.interrupt(starter)
      assert.deepStrictEqual(server.methods(), ["turn/start"])
    })
  )

  it.effect("interrupts after the start, returns whether the turn ended, and does nothing after the end", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const asked = yield* T.background(turn.interrupt())
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(interrupted(thread.id))
      assert.deepStrictEqual(yield* Fiber.join(asked), { ended: true, terminalsEnded: 0 })
      assert.deepStrictEqual(yield* turn.interrupt({ terminals: "ofTurn" }), { ended: true, terminalsEnded: 0 })
      assert.strictEqual(server.methods().length, 2)
    })
  )

  it.effect("reports after `timeout` that the turn still runs, and fails with the server's rejections", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      const asked = yield* T.background(turn.interrupt({ timeout: "2 seconds" }))
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* Fiber.join(asked), { ended: false, terminalsEnded: 0 })
      const again = yield* T.background(Effect.flip(turn.interrupt()))
      yield* server.refuse(yield* server.next("turn/interrupt"), "thread not found: x")
      assert.strictEqual((yield* Fiber.join(again)).reason._tag, "ThreadNotFound")
    })
  )

  it.effect("waits for the end without a limit if told so", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      const asked = yield* T.background(turn.interrupt({ timeout: "Infinity" }))
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(asked.pollUnsafe())
      yield* server.notifyAll(interrupted(thread.id))
      assert.deepStrictEqual(yield* Fiber.join(asked), { ended: true, terminalsEnded: 0 })
    })
  )

  for (const refusal of ["no active turn to interrupt", "expected active turn id `u` but found `v`"]) {
    it.effect(`waits for the end that the server has reported in other words: ${refusal}`, () =>
      Effect.gen(function* () {
        const server = yield* T.connect()
        const thread = yield* server.thread
        const turn = yield* T.startTurn(server, thread, "u")
        yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
        const asked = yield* T.background(turn.interrupt())
        yield* server.refuse(yield* server.next("turn/interrupt"), refusal)
        yield* server.flush
        assert.isUndefined(asked.pollUnsafe())
        yield* server.notifyAll(T.turnEvents(thread.id, "u").end)
        assert.deepStrictEqual(yield* Fiber.join(asked), { ended: true, terminalsEnded: 0 })
      })
    )
  }

  it.effect("asks for no terminals if no command of the turn is open", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      yield* server.notifyAll([
        ...T.turnEvents(thread.id, "u").start,
        T.itemStarted(thread.id, "u", Peer.agentMessage("m", "")),
        T.itemCompleted(thread.id, "u", T.command("c", "completed"))
      ])
      const asked = yield* T.background(turn.interrupt({ terminals: "ofTurn" }))
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(interrupted(thread.id))
      assert.deepStrictEqual(yield* Fiber.join(asked), { ended: true, terminalsEnded: 0 })
      assert.deepStrictEqual(server.methods(), ["turn/start", "turn/interrupt"])
    })
  )

  it.effect("names its calls in spans", () =>
    Effect.gen(function* () {
      const names: Array<string> = []
      const tracer = Tracer.make({
        span: (options) => {
          names.push(options.name)
          return new Tracer.NativeSpan(options)
        }
      })
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      yield* Effect.all([Effect.exit(turn.steer([])), Effect.exit(turn.interrupt({ timeout: "-1 seconds" }))]).pipe(
        Effect.provideService(Tracer.Tracer, tracer)
      )
      assert.includeMembers(names, ["Turn.steer", "Turn.interrupt"])
    })
  )

  it.effect("names the option of `eventsWith` that is wrong, before anything is read", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      // Type boundary: a program in JavaScript can pass anything.
      for (const options of [{ whenSlow: "stop" as "fail" }, { capacity: 0 } as EventsOptions]) {
        const error = yield* Effect.flip(Stream.runDrain(turn.eventsWith(options)))
        assert.strictEqual(error._tag === "CodexError" && error.method, "Turn.eventsWith")
        assert.strictEqual(at(error, "reason", "option"), Object.keys(options)[0])
      }
    })
  )
})
