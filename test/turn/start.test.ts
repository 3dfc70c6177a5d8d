import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import { CodexError } from "../../src/CodexError.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import * as Input from "../../src/Input.ts"
import * as T from "./support.ts"

describe("the folder of a rejected turn", () => {
  it.live("does not become the thread's: relative files keep their base", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const refused = yield* T.background(Effect.flip(thread.run("a", { cwd: "/elsewhere" })))
      yield* server.refuse(yield* server.next("turn/start"), "no such model")
      yield* Fiber.join(refused)
      const running = yield* T.background(thread.run(Input.localImage("a.png")))
      const { params } = yield* server.next("turn/start")
      assert.include(JSON.stringify(params), `"path":"${thread.reply.cwd}/a.png"`)
      yield* Fiber.interrupt(running)
    })
  )
})

describe("two handles on one thread", () => {
  it.live("agree on its folder, whichever handle changed it", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const resuming = yield* T.background(server.codex.resumeThread(thread.id))
      yield* server.reply(yield* server.next("thread/resume"), Peer.threadResumeResponse(thread.id))
      const other = yield* Fiber.join(resuming)
      const moving = yield* T.background(thread.run("a", { cwd: "/moved" }))
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").all)
      yield* Fiber.join(moving)
      yield* T.background(other.run(Input.localImage("a.png")))
      assert.include(JSON.stringify((yield* server.next("turn/start")).params), `"path":"/moved/a.png"`)
    })
  )

  it.live("run one turn at a time, also in two clients over one connection", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const second = yield* Codex.make.pipe(Effect.provideService(CodexClient.CodexClient, server.client))
      const resuming = yield* T.background(second.resumeThread(thread.id))
      yield* server.reply(yield* server.next("thread/resume"), Peer.threadResumeResponse(thread.id))
      const other = yield* Fiber.join(resuming)
      yield* T.startTurn(server, thread, "u")
      const next = yield* T.background(other.turn("b"))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["thread/resume", "turn/start"])
      yield* server.notifyAll(T.turnEvents(thread.id, "u").all)
      yield* server.accept("v")
      assert.strictEqual((yield* Fiber.join(next)).id, "v")
    })
  )
})

describe("notifications before the reply to turn/start", () => {
  it.effect("belong to the turn, for `run`", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(thread.run("hi"))
      const request = yield* server.next("turn/start")
      const { all } = T.turnEvents(thread.id, "u", { text: "early bird" })
      yield* server.notifyAll(all.slice(0, -4))
      yield* server.reply(request, Peer.turnStartResponse("u"))
      yield* server.notifyAll(all.slice(-4))
      const result = yield* Fiber.join(run)
      assert.deepStrictEqual(result.finalResponse, Option.some("early bird"))
      assert.strictEqual(result.items.length, 2)
    })
  )

  for (const status of ["completed", "failed", "interrupted"] as const) {
    it.effect(`belong to the turn, even the end (${status})`, () =>
      Effect.gen(function* () {
        const server = yield* T.connect()
        const thread = yield* server.thread
        const fiber = yield* T.background(thread.turn("hi"))
        const request = yield* server.next("turn/start")
        const { all } = T.turnEvents(thread.id, "u", { text: "early bird", status })
        yield* server.notifyAll(all)
        yield* server.reply(request, Peer.turnStartResponse("u"))
        const turn = yield* Fiber.join(fiber)
        const events = yield* Stream.runCollect(turn.eventsUntilEnd)
        assert.deepStrictEqual(
          T.methodsOf(events),
          all.map(({ method }) => method).filter((method) => method !== "thread/status/changed")
        )
        const exit = yield* Effect.exit(turn.result)
        assert.strictEqual(Exit.isSuccess(exit), status === "completed")
        assert.strictEqual((yield* turn.state).status, status)
        assert.strictEqual(server.client["~session"].size(), 0)
      })
    )
  }

  it.effect("belong to the turn, even if the connection ends right after the reply", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(thread.run("hi"))
      const request = yield* server.next("turn/start")
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { text: "all there" }).all)
      yield* server.reply(request, Peer.turnStartResponse("u"))
      yield* server.close({ _tag: "EndOfOutput" })
      assert.deepStrictEqual((yield* Fiber.join(run)).finalResponse, Option.some("all there"))
    })
  )

  it.effect("exclude those of other turns of the thread", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(thread.run("hi"))
      const request = yield* server.next("turn/start")
      yield* server.notifyAll(T.turnEvents(thread.id, "another", { text: "not this" }).all)
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { text: "this" }).all)
      yield* server.reply(request, Peer.turnStartResponse("u"))
      const result = yield* Fiber.join(run)
      assert.deepStrictEqual(T.messages(result.items), ["this"])
    })
  )

  it.effect("reach the first consumer completely, and so do those in the same tick", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const reading = yield* T.background(Stream.runCollect(thread.streamUntilEnd("hi")))
      const request = yield* server.next("turn/start")
      const { end, middle, start } = T.turnEvents(thread.id, "u", { deltas: 2000, delta: "x" })
      yield* server.notifyAll([...start, ...middle.slice(0, 900)])
      yield* server.reply(request, Peer.turnStartResponse("u"))
      yield* server.notifyAll([...middle.slice(900), ...end])
      const events = yield* Fiber.join(reading)
      assert.strictEqual(events[0]?.method, "turn/started")
      assert.strictEqual(T.textOf(events), "x".repeat(2000))
    })
  )

  it.effect("are dropped if the start fails, by a rejection or by the end of the connection", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const refused = yield* T.background(Effect.flip(thread.run("hi")))
      const request = yield* server.next("turn/start")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").all)
      yield* server.refuse(request, "thread not found: x")
      const failure = yield* Fiber.join(refused)
      assert.instanceOf(failure, CodexError)
      assert.strictEqual(failure.reason._tag, "ThreadNotFound")
      assert.strictEqual(failure.method, "turn/start")
      assert.strictEqual(server.client["~session"].size(), 0)

      const cut = yield* T.background(Effect.flip(thread.turn("hi")))
      yield* server.next("turn/start")
      yield* server.notifyAll(T.turnEvents(thread.id, "v").start)
      yield* server.close({ _tag: "EndOfOutput" })
      assert.strictEqual((yield* Fiber.join(cut)).reason._tag, "ConnectionClosed")
      assert.strictEqual(server.client["~session"].size(), 0)
    })
  )
})

/** A turn with this in its end. */
const ended = (turn: object) =>
  Effect.gen(function* () {
    const server = yield* T.connect()
    const thread = yield* server.thread
    const turn_ = yield* T.startTurn(server, thread, "u")
    const reading = yield* T.background(Effect.exit(Stream.runDrain(turn_.eventsUntilEnd)))
    yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
    yield* server.notify("turn/completed", { threadId: thread.id, turn })
    return { failure: yield* Effect.flip(turn_.result), reading: yield* Fiber.join(reading), server, thread }
  })

const completed = at(T.turnEvents("thread-1", "u").end, 0, "params", "turn")

describe("the end of a turn", () => {
  it.effect("with an unknown status is not a success", () =>
    Effect.gen(function* () {
      const { failure, reading } = yield* ended({ ...Object(completed), status: "evaporated" })
      assert.strictEqual(failure._tag, "TurnFailed")
      if (failure._tag !== "TurnFailed") return
      assert.strictEqual(failure.result.status, "evaporated")
      assert.deepStrictEqual(reading, Exit.void)
    })
  )

  it.effect("with the status of a running turn is not a success", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ended({ ...Object(completed), status: "inProgress" })).failure._tag, "TurnFailed")
    })
  )

  for (const [name, turn] of [
    ["with an unreadable payload", { ...Object(completed), status: { no: "word" } }],
    ["without a turn id", { status: "completed" }]
  ] as const) {
    it.effect(`${name} fails the turn instead of leaving it open, and the thread is free`, () =>
      Effect.gen(function* () {
        const { failure, reading, server, thread } = yield* ended(turn)
        assert.instanceOf(failure, CodexError)
        assert.strictEqual(failure.reason._tag, "DecodeFailed")
        assert.strictEqual(failure.method, "turn/completed")
        assert.isTrue(Exit.isFailure(reading))
        yield* T.startTurn(server, thread, "v")
      })
    )
  }

  it.effect("is never assumed: if the connection ends first, result, events and state fail with its error", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const events = yield* T.background(Effect.flip(Stream.runDrain(turn.eventsUntilEnd)))
      const states = yield* T.background(Effect.flip(Stream.runDrain(turn.stateChanges)))
      const tree = yield* T.background(Effect.flip(Stream.runDrain(turn.tree)))
      const { middle, start } = T.turnEvents(thread.id, "u")
      yield* server.notifyAll([...start, ...middle])
      yield* server.close({ _tag: "EndOfOutput" })
      const failure = yield* Effect.flip(turn.result)
      assert.instanceOf(failure, CodexError)
      assert.strictEqual(failure.reason._tag, "ConnectionClosed")
      for (const fiber of [events, states, tree]) assert.strictEqual(yield* Fiber.join(fiber), failure)
      assert.strictEqual(server.client["~session"].size(), 0)
    })
  )
})

describe("turns on one thread", () => {
  it.effect("run one after the other, in the order of the calls", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const runs = yield* Effect.forEach([1, 2, 3], (n) => T.background(thread.run(`input ${n}`)))
      for (const [index, run] of runs.entries()) {
        const request = yield* server.accept(`u${index}`)
        assert.strictEqual(at(request.params, "input", 0, "text"), `input ${index + 1}`)
        yield* server.flush
        assert.strictEqual(server.methods().length, index + 1)
        yield* server.notifyAll(T.turnEvents(thread.id, `u${index}`, { text: `answer ${index}` }).all)
        assert.deepStrictEqual((yield* Fiber.join(run)).finalResponse, Option.some(`answer ${index}`))
      }
    })
  )

  it.effect("wait also for a turn that failed to start, and for one started as a handle", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const failing = yield* T.background(Effect.exit(thread.run("a")))
      const handle = yield* T.background(thread.turn("b"))
      const last = yield* T.background(thread.run("c"))
      yield* server.refuse(yield* server.next("turn/start"), "no")
      assert.isTrue(Exit.isFailure(yield* Fiber.join(failing)))
      yield* server.accept("b")
      yield* Fiber.join(handle)
      yield* server.flush
      assert.strictEqual(server.methods().length, 2)
      yield* server.notifyAll(T.turnEvents(thread.id, "b", { status: "failed" }).all)
      yield* server.accept("c")
      yield* server.notifyAll(T.turnEvents(thread.id, "c").all)
      assert.strictEqual((yield* Fiber.join(last)).id, "c")
    })
  )

  it.effect("share their end if the server joins them, and the thread is free afterwards", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const first = yield* T.startTurn(server, thread, "u", { idleTimeout: "1 second", whenExceeded: "leave" })
      const asked = yield* T.background(Effect.flip(first.result))
      yield* TestClock.adjust("1 second")
      yield* server.refuse(yield* server.next("thread/read"), "no")
      assert.strictEqual((yield* Fiber.join(asked))._tag, "TurnStalled")
      const second = yield* T.startTurn(server, thread, "u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").all)
      assert.strictEqual((yield* second.result).id, "u")
      yield* T.startTurn(server, thread, "v")
    })
  )
})
