/**
 * Turns that `run` of this program did not start: of another client of the server, of a user's command, of a goal, of a
 * raw request.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { onBinary } from "../support/onBinary.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import * as SharedServer from "../support/sharedServer.ts"
import * as Real from "./realSupport.ts"
import * as T from "./support.ts"

const echoing: MockModel.Options = {
  fallback: (request) => MockModel.reply(`you said ${request.lastUserText ?? ""}`)
}

const said = (text: string) => Option.some(`you said ${text}`)

/** A thread with a running turn of another client. */
const taken = Effect.gen(function* () {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const foreign = T.turnEvents(thread.id, "foreign")
  yield* server.notifyAll(foreign.start)
  yield* server.flush
  return { foreign, server, thread }
})

/** An item of the input of a request. */
const inputOf = (threadId: string, turnId: string, { params }: T.Request) =>
  T.itemStarted(threadId, turnId, {
    type: "userMessage",
    id: "input",
    clientId: at(params, "clientUserMessageId"),
    content: []
  })

describe("a turn of another client", () => {
  it.effect("makes run, turn and stream wait, and receives none of their input", () =>
    Effect.gen(function* () {
      const { foreign, server, thread } = yield* taken
      const run = yield* T.background(thread.run("a"))
      const turn = yield* T.background(thread.turn("b"))
      const stream = yield* T.background(Stream.runDrain(thread.streamUntilEnd("c")))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), [])
      yield* server.notifyAll(foreign.end)
      for (const [id, text] of [
        ["u1", "a"],
        ["u2", "b"],
        ["u3", "c"]
      ] as const) {
        const request = yield* server.accept(id)
        assert.strictEqual(at(request.params, "input", 0, "text"), text)
        yield* server.notifyAll(T.turnEvents(thread.id, id).all)
      }
      assert.strictEqual((yield* Fiber.join(run)).id, "u1")
      assert.strictEqual((yield* Fiber.join(turn)).id, "u2")
      yield* Fiber.join(stream)
    })
  )

  it.effect("is named by ThreadBusy if `whenBusy` is reject, for run, turn, stream and send", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* taken
      const options = { whenBusy: "reject" } as const
      const calls: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        thread.run("x", options),
        thread.turn("x", options),
        Stream.runDrain(thread.streamUntilEnd("x", options)),
        thread.send("x", options)
      ]
      for (const call of calls) {
        const error = yield* Effect.flip(call)
        assert.strictEqual(at(error, "reason", "_tag"), "ThreadBusy")
        assert.strictEqual(at(error, "reason", "turnId"), "foreign")
      }
      assert.deepStrictEqual(server.methods(), [])
    })
  )

  it.effect("is `current`, includes earlier events, and can be steered, interrupted and read", () =>
    Effect.gen(function* () {
      const { foreign, server, thread } = yield* taken
      const asking = yield* T.background(thread.current)
      const request = yield* server.next("thread/turns/list")
      const latest = { threadId: thread.id, limit: 1, sortDirection: "desc", itemsView: "full" }
      assert.deepStrictEqual(request.params, latest)
      yield* server.reply(request, {
        data: [{ id: "foreign", items: [Peer.agentMessage("m", "before")], itemsView: "full", status: "inProgress" }],
        nextCursor: null
      })
      const turn = Option.getOrThrow(yield* Fiber.join(asking))
      assert.strictEqual(turn.id, "foreign")
      assert.deepStrictEqual(
        (yield* turn.state).items.map(({ text }) => text),
        ["before"]
      )
      const reading = yield* T.background(Stream.runCollect(turn.eventsUntilEnd))
      const steering = yield* T.background(turn.steer("more"))
      const steer = yield* server.next("turn/steer")
      assert.strictEqual(at(steer.params, "expectedTurnId"), "foreign")
      yield* server.reply(steer, Peer.turnSteerResponse("foreign"))
      yield* Fiber.join(steering)
      yield* server.notifyAll(foreign.end)
      assert.strictEqual((yield* turn.result).id, "foreign")
      assert.deepStrictEqual(T.methodsOf(yield* Fiber.join(reading)), ["~snapshot", "turn/completed"])
      assert.isTrue(Option.isNone(yield* thread.current))
    })
  )

  it.effect("is `current`, with the requests that have been waiting for an answer since before", () =>
    Effect.gen(function* () {
      const server = yield* T.connect({
        serverRequests: { "item/commandExecution/requestApproval": () => Effect.never }
      })
      const thread = yield* server.thread
      yield* server.notifyAll(T.turnEvents(thread.id, "foreign").start)
      const approval = Peer.commandApproval({ threadId: thread.id, turnId: "foreign", itemId: "c" })
      yield* server.ask(7, Peer.approvalMethod, approval)
      yield* server.flush
      const asking = yield* T.background(thread.current)
      yield* server.refuse(yield* server.next("thread/turns/list"), "no")
      const turn = Option.getOrThrow(yield* Fiber.join(asking))
      assert.strictEqual((yield* turn.state).openRequests, 1)
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("is `current` without what happened before, if the server tells of another turn or rejects the call", () =>
    Effect.gen(function* () {
      for (const answer of ["another", "rejection"]) {
        const { server, thread } = yield* taken
        const asking = yield* T.background(thread.current)
        const request = yield* server.next("thread/turns/list")
        const other = { id: "other", items: [Peer.agentMessage("m", "no")], itemsView: "full", status: "completed" }
        yield* answer === "another"
          ? server.reply(request, { data: [other], nextCursor: null })
          : server.refuse(request, "list_turns is not supported yet")
        const turn = Option.getOrThrow(yield* Fiber.join(asking))
        assert.strictEqual(turn.id, "foreign")
        assert.deepStrictEqual((yield* turn.state).items, [])
        // The turn is followed by now, so the server is not asked again.
        assert.strictEqual(Option.getOrThrow(yield* thread.current).id, "foreign")
        assert.deepStrictEqual(server.methods(), ["thread/turns/list"])
      }
    })
  )

  it.effect("is given up if the server reports an idle thread and never its end", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* taken
      const run = yield* T.background(thread.run("x"))
      yield* server.notify("thread/status/changed", { threadId: thread.id, status: { type: "idle" } })
      yield* server.flush
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(server.methods(), [])
      yield* TestClock.adjust("5 seconds")
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").all)
      assert.strictEqual((yield* Fiber.join(run)).id, "u")
    })
  )
})

describe("a goal that the server continues", () => {
  const goal = (threadId: string, status: string) => ({
    method: "thread/goal/updated",
    params: {
      threadId,
      turnId: null,
      goal: {
        threadId,
        objective: "build it",
        status,
        tokenBudget: null,
        tokensUsed: 0,
        timeUsedSeconds: 0,
        createdAt: 1,
        updatedAt: 1
      }
    }
  })

  it.effect("blocks a run until the goal ends, also between its turns", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      yield* server.notifyAll([goal(thread.id, "active"), ...T.turnEvents(thread.id, "g1").all])
      yield* server.flush
      const run = yield* T.background(thread.run("MINE"))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), [])
      yield* server.notifyAll([...T.turnEvents(thread.id, "g2").all, goal(thread.id, "complete")])
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").all)
      assert.strictEqual((yield* Fiber.join(run)).id, "u")
    })
  )

  it.effect("blocks a run for some seconds only if it starts no turn", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      yield* server.notifyAll([goal(thread.id, "active"), ...T.turnEvents(thread.id, "g1").all])
      yield* server.flush
      yield* T.background(thread.run("MINE"))
      yield* server.flush
      yield* TestClock.adjust("7 seconds")
      yield* server.next("turn/start")
    })
  )
})

describe("input that enters a turn of another client, started at the same moment", () => {
  /** A run whose request crosses a command of the user. */
  const crossing = Effect.gen(function* () {
    const server = yield* T.connect()
    const thread = yield* server.thread
    const run = yield* T.background(Effect.result(thread.run("MINE")))
    const request = yield* server.next("turn/start")
    yield* server.reply(request, Peer.turnStartResponse("foreign"))
    const foreign = T.turnEvents(thread.id, "foreign")
    yield* server.notifyAll([
      ...foreign.start,
      T.itemStarted(thread.id, "foreign", T.command("c")),
      T.itemCompleted(thread.id, "foreign", T.command("c", "completed")),
      inputOf(thread.id, "foreign", request)
    ])
    return { foreign, run, server, thread }
  })

  it.effect("is sent to a new turn if no model reads it", () =>
    Effect.gen(function* () {
      const { foreign, run, server, thread } = yield* crossing
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* server.notifyAll(foreign.end)
      const again = yield* server.accept("own")
      assert.strictEqual(at(again.params, "input", 0, "text"), "MINE")
      yield* server.notifyAll(T.turnEvents(thread.id, "own", { text: "for you" }).all)
      const result = yield* Effect.fromResult(yield* Fiber.join(run))
      assert.deepStrictEqual(result.finalResponse, Option.some("for you"))
    })
  )

  it.effect("is given to at most three more turns", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(Effect.flip(thread.run("MINE")))
      for (const id of ["one", "two", "three", "four"]) {
        const request = yield* server.accept(id)
        const foreign = T.turnEvents(thread.id, id)
        yield* server.notifyAll([
          ...foreign.start,
          T.itemStarted(thread.id, id, T.command("c")),
          inputOf(thread.id, id, request)
        ])
        yield* server.flush
        yield* server.notifyAll(foreign.end)
      }
      const error = yield* Fiber.join(run)
      assert.strictEqual(at(error, "reason", "turnId"), "four")
      assert.strictEqual(server.methods().length, 4)
    })
  )

  it.effect("fails with TurnJoined if a model reads it, and is not sent again", () =>
    Effect.gen(function* () {
      const { foreign, run, server, thread } = yield* crossing
      yield* server.notifyAll([
        T.itemStarted(thread.id, "foreign", Peer.agentMessage("m", "")),
        T.itemCompleted(thread.id, "foreign", Peer.agentMessage("m", "for both")),
        ...foreign.end
      ])
      const error = yield* Effect.flip(Effect.fromResult(yield* Fiber.join(run)))
      assert.strictEqual(error._tag === "CodexError" && error.reason._tag, "TurnJoined")
      assert.strictEqual(at(error, "reason", "turnId"), "foreign")
      assert.deepStrictEqual(server.methods(), ["turn/start"])
    })
  )

  it.effect("fails the handle that `turn` returned, and the next run waits for that turn", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const starting = yield* T.background(thread.turn("MINE"))
      const request = yield* server.accept("foreign")
      const turn = yield* Fiber.join(starting)
      const foreign = T.turnEvents(thread.id, "foreign")
      const theirs = T.itemStarted(thread.id, "foreign", { type: "userMessage", id: "x", clientId: null, content: [] })
      yield* server.notifyAll([...foreign.start, theirs, inputOf(thread.id, "foreign", request)])
      const error = yield* Effect.flip(turn.result)
      assert.strictEqual(at(error, "reason", "_tag"), "TurnJoined")
      yield* T.background(thread.turn("next"))
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      yield* server.notifyAll(foreign.end)
      yield* server.next("turn/start")
    })
  )

  it.effect("makes `send` return the handle of that turn if it is known at the reply, since a send may join", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const sending = yield* T.background(thread.send("MINE"))
      const request = yield* server.next("turn/start")
      const foreign = T.turnEvents(thread.id, "foreign", { text: "for both" })
      const theirs = T.itemStarted(thread.id, "foreign", { type: "userMessage", id: "x", clientId: null, content: [] })
      yield* server.notifyAll([...foreign.start, theirs, inputOf(thread.id, "foreign", request)])
      yield* server.reply(request, Peer.turnStartResponse("foreign"))
      const turn = yield* Fiber.join(sending)
      assert.strictEqual(turn.id, "foreign")
      yield* server.notifyAll([...foreign.middle, ...foreign.end])
      assert.deepStrictEqual((yield* turn.result).finalResponse, Option.some("for both"))
      assert.deepStrictEqual(server.methods(), ["turn/start"])
    })
  )

  it.effect("belongs to the caller's own turn if it is the first item, also after a compaction", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(thread.run("MINE"))
      const request = yield* server.accept("u")
      const { middle, start, end } = T.turnEvents(thread.id, "u", { text: "mine" })
      const compaction = { type: "contextCompaction", id: "c" }
      yield* server.notifyAll([
        ...start,
        T.itemStarted(thread.id, "u", compaction),
        T.itemCompleted(thread.id, "u", compaction),
        inputOf(thread.id, "u", request),
        ...middle,
        ...end
      ])
      assert.deepStrictEqual((yield* Fiber.join(run)).finalResponse, Option.some("mine"))
    })
  )

  it.effect("is followed under the id that the server runs, if the reply had another id", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const run = yield* T.background(thread.run("MINE"))
      const request = yield* server.accept("told")
      const { end, middle, start } = T.turnEvents(thread.id, "real", { text: "mine" })
      yield* server.notifyAll([...start, inputOf(thread.id, "real", request), ...middle, ...end])
      const result = yield* Fiber.join(run)
      assert.strictEqual(result.id, "told")
      assert.deepStrictEqual(result.finalResponse, Option.some("mine"))
    })
  )
})

describe("a `turn/start` that timed out", () => {
  const givenUp = Effect.gen(function* () {
    const server = yield* T.connect({ requestTimeout: "10 seconds" })
    const thread = yield* server.thread
    const run = yield* T.background(Effect.flip(thread.run("MINE")))
    const request = yield* server.next("turn/start")
    return { request, run, server, thread }
  })

  it.effect("stops a turn that started anyway, which holds the thread until it ends", () =>
    Effect.gen(function* () {
      const { run, server, thread } = yield* givenUp
      const late = T.turnEvents(thread.id, "late")
      yield* server.notifyAll(late.start)
      yield* server.flush
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(at(yield* Fiber.join(run), "reason", "_tag"), "RequestTimeout")
      const interrupt = yield* server.next("turn/interrupt")
      assert.strictEqual(at(interrupt.params, "turnId"), "late")
      const next = yield* T.background(thread.turn("next"))
      yield* server.reply(interrupt, {})
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start", "turn/interrupt"])
      yield* server.notifyAll(late.end)
      yield* server.accept("u")
      assert.strictEqual((yield* Fiber.join(next)).id, "u")
    })
  )

  /** A turn of another program, in which the input comes after its own item. */
  const joined = (threadId: string, request: T.Request) => [
    ...T.turnEvents(threadId, "foreign").start,
    T.itemStarted(threadId, "foreign", { type: "userMessage", id: "x", clientId: "theirs", content: [] }),
    inputOf(threadId, "foreign", request)
  ]

  for (const when of ["before", "after"] as const) {
    it.effect(`leaves a turn alone that the input has joined ${when} the timeout`, () =>
      Effect.gen(function* () {
        const { request, run, server, thread } = yield* givenUp
        const join = Effect.andThen(server.notifyAll(joined(thread.id, request)), server.flush)
        if (when === "before") yield* join
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.join(run)
        if (when === "after") yield* join
        yield* TestClock.adjust("2 minutes")
        yield* server.flush
        const next = yield* T.background(thread.turn("next"))
        yield* server.flush
        assert.deepStrictEqual(server.methods(), ["turn/start"])
        yield* server.notifyAll(T.turnEvents(thread.id, "foreign").end)
        yield* server.accept("u")
        assert.strictEqual((yield* Fiber.join(next)).id, "u")
      })
    )
  }

  it.effect("frees the thread also if it was never sent", () =>
    Effect.gen(function* () {
      const server = yield* T.connect({ requestTimeout: "10 seconds", maxInFlight: 1 })
      const thread = yield* server.thread
      yield* T.background(server.codex.request("model/list", {}, { timeout: "1 minute" }))
      const busy = yield* server.next("model/list")
      const run = yield* T.background(Effect.flip(thread.run("never sent")))
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(at(yield* Fiber.join(run), "reason", "sent"), false)
      yield* server.reply(busy, { data: [], nextCursor: null })
      const next = yield* T.background(thread.turn("next"))
      assert.strictEqual(at((yield* server.accept("u")).params, "input", 0, "text"), "next")
      assert.strictEqual((yield* Fiber.join(next)).id, "u")
    })
  )

  it.effect("frees the thread: the next call is sent", () =>
    Effect.gen(function* () {
      const { run, server, thread } = yield* givenUp
      const next = yield* T.background(thread.turn("next"))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(run)
      yield* server.accept("u")
      assert.strictEqual((yield* Fiber.join(next)).id, "u")
      assert.deepStrictEqual(server.methods(), ["turn/start", "turn/start"])
    })
  )

  it.effect("stops a turn that starts later, found by its input", () =>
    Effect.gen(function* () {
      const { request, run, server, thread } = yield* givenUp
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(run)
      yield* server.notifyAll([...T.turnEvents(thread.id, "late").start, inputOf(thread.id, "late", request)])
      assert.strictEqual(at((yield* server.next("turn/interrupt")).params, "turnId"), "late")
    })
  )

  it.effect("does not stop a turn that another client started", () =>
    Effect.gen(function* () {
      const { run, server, thread } = yield* givenUp
      yield* server.notifyAll([
        ...T.turnEvents(thread.id, "foreign").start,
        T.itemStarted(thread.id, "foreign", { type: "userMessage", id: "x", clientId: "theirs", content: [] })
      ])
      yield* server.flush
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(run)
      yield* server.flush
      assert.deepStrictEqual(server.methods(), ["turn/start"])
    })
  )
})

describe("a thread that is being resumed", () => {
  it.effect("keeps notifications from before the reply: its turn is current immediately, and a run waits for it", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const resuming = yield* T.background(server.codex.resumeThread("kept"))
      const request = yield* server.next("thread/resume")
      const foreign = T.turnEvents("kept", "foreign")
      yield* server.notify("thread/status/changed", { threadId: "kept", status: { type: "idle" } })
      yield* server.notifyAll(foreign.start)
      yield* server.reply(request, Peer.threadResumeResponse("kept"))
      const thread = yield* Fiber.join(resuming)
      const busy = yield* Effect.flip(thread.run("x", { whenBusy: "reject" }))
      assert.strictEqual(at(busy, "reason", "turnId"), "foreign")
      yield* T.background(thread.run("x"))
      yield* server.flush
      assert.notInclude(server.methods(), "turn/start")
      yield* server.notifyAll(foreign.end)
      yield* server.next("turn/start")
    })
  )

  it.effect("keeps nothing if the resume fails", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const resuming = yield* T.background(Effect.exit(server.codex.resumeThread("none")))
      yield* server.refuse(yield* server.next("thread/resume"), "no rollout found for thread id none")
      yield* Fiber.join(resuming)
      assert.isUndefined(server.client["~session"].find("none"))
    })
  )
})

describe("on the real binary", () => {
  it.live("a run waits for a user's shell command, then asks the model", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* codex.request("thread/shellCommand", { threadId: thread.id, command: "sleep 0.3" })
      const result = yield* thread.run("MY QUESTION")
      assert.deepStrictEqual(result.finalResponse, said("MY QUESTION"))
      assert.lengthOf(yield* model.requests, 1)
    }).pipe(onBinary({ model: echoing }))
  )

  it.live("a user's shell command is `current` while it runs, and its turn includes the output", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run("one")
      const { notifications } = codex
      const begun = yield* T.background(
        Stream.runHead(Stream.filter(notifications, ({ method }) => method === "item/started"))
      )
      yield* codex.request("thread/shellCommand", { threadId: thread.id, command: "sleep 0.3; echo hello" })
      yield* Fiber.join(begun)
      const turn = Option.getOrThrow(yield* thread.current)
      yield* turn.result
      assert.isTrue((yield* turn.state).items.some(({ text }) => text.includes("hello")))
    }).pipe(onBinary({ model: echoing }))
  )

  it.live("a turn of a second client is waited for and is `current`, also on a resumed handle", () =>
    Effect.gen(function* () {
      const server = yield* SharedServer.make(echoing)
      const [one, two] = [yield* server.connect, yield* server.connect]
      const theirs = yield* one.startThread()
      yield* theirs.run("first")
      const { gate, reply } = yield* Real.halfway
      yield* server.model.enqueue(reply)
      const running = yield* theirs.turn("second")
      yield* Real.heard(running, "half")
      const ours = yield* two.resumeThread(theirs.id)
      const current = Option.getOrThrow(yield* ours.current)
      assert.strictEqual(current.id, running.id)
      assert.isTrue((yield* current.state).items.some(({ item }) => item.type === "userMessage"))
      const busy = yield* Effect.flip(ours.run("no", { whenBusy: "reject" }))
      assert.strictEqual(at(busy, "reason", "turnId"), running.id)
      const waiting = yield* T.background(ours.run("third"))
      yield* gate.release
      assert.deepStrictEqual((yield* Fiber.join(waiting)).finalResponse, said("third"))
      assert.deepStrictEqual((yield* running.result).finalResponse, (yield* current.result).finalResponse)
    }).pipe(Effect.scoped)
  )
})
