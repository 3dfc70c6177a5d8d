/**
 * The end of a turn: its state is final however it ended, and a failure that the server reported is included.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { Turn, TurnState } from "../../src/Turn.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import * as T from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

/** A turn with a running command and an open request, and its states as they arrive. */
const begun = Effect.fnUntraced(function* (options?: Parameters<typeof T.startTurn>[3]) {
  const server = yield* T.connect({
    serverRequests: { "item/commandExecution/requestApproval": () => Effect.never }
  })
  const thread = yield* server.thread
  const turn = yield* T.startTurn(server, thread, "u", options)
  const states: Array<TurnState> = []
  const watching = yield* T.background(
    Effect.exit(Stream.runForEach(turn.stateChanges, (state) => Effect.sync(() => states.push(state))))
  )
  const { end, start } = T.turnEvents(thread.id, "u")
  yield* server.notifyAll([...start, T.itemStarted(thread.id, "u", T.command("c"))])
  yield* server.ask(7, Peer.approvalMethod, Peer.commandApproval({ threadId: thread.id, turnId: "u", itemId: "c" }))
  yield* server.flush
  assert.strictEqual((yield* turn.state).openRequests, 1)
  return { end, server, states, thread, turn, watching }
})

const isFinal = Effect.fnUntraced(function* (
  turn: Turn,
  states: ReadonlyArray<TurnState>,
  watching: Fiber.Fiber<unknown>
) {
  yield* Fiber.join(watching)
  const state = yield* turn.state
  assert.strictEqual(state.openRequests, 0)
  assert.notStrictEqual(state.status, "inProgress")
  assert.lengthOf(state.items, 1)
  for (const { item } of state.items) assert.notStrictEqual(at(item, "status"), "inProgress")
  assert.deepStrictEqual(states.at(-1), state)
})

const fatal = (threadId: string, message: string) => ({
  method: "error",
  params: {
    threadId,
    turnId: "u",
    willRetry: false,
    error: { message, codexErrorInfo: "usageLimitExceeded", additionalDetails: null }
  }
})

describe("the state of a turn is final, with nothing open,", () => {
  for (const status of ["completed", "failed", "interrupted"] as const) {
    it.live(`if the turn is ${status}`, () =>
      Effect.gen(function* () {
        const { server, states, thread, turn, watching } = yield* begun()
        yield* server.notifyAll(T.turnEvents(thread.id, "u", { status }).end)
        yield* Effect.exit(turn.result)
        yield* isFinal(turn, states, watching)
        assert.strictEqual((yield* turn.state).status, status)
      }).pipe(quiet)
    )
  }

  it.live("if the process dies", () =>
    Effect.gen(function* () {
      const { server, states, turn, watching } = yield* begun()
      yield* server.close({ _tag: "Exited", exitCode: null, signal: "SIGKILL" })
      const error = yield* Effect.flip(turn.result)
      assert.strictEqual(at(error, "reason", "_tag"), "ConnectionClosed")
      assert.strictEqual(at(error, "method"), "turn/start")
      yield* isFinal(turn, states, watching)
    }).pipe(quiet)
  )

  for (const [method, params, reason] of [
    ["thread/archived", {}, "ThreadArchived"],
    ["thread/deleted", {}, "ThreadNotFound"],
    ["thread/closed", {}, "ThreadNotFound"],
    ["thread/status/changed", { status: { type: "notLoaded" } }, "ThreadNotFound"]
  ] as const) {
    it.live(`after ${method} of its thread${"status" in params ? ", not loaded" : ""}, without turn/completed`, () =>
      Effect.gen(function* () {
        const { server, states, thread, turn, watching } = yield* begun()
        yield* server.notify(method, { threadId: thread.id, ...params })
        const error = yield* Effect.flip(turn.result)
        assert.strictEqual(at(error, "reason", "_tag"), reason)
        assert.strictEqual(at(error, "method"), method)
        yield* isFinal(turn, states, watching)
      }).pipe(quiet)
    )
  }

  it.effect("if a limit is exceeded and the turn keeps running on the server", () =>
    Effect.gen(function* () {
      const { states, turn, watching } = yield* begun({ maxDuration: "1 minute", whenExceeded: "leave" })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Effect.flip(turn.result))._tag, "TurnTimedOut")
      yield* isFinal(turn, states, watching)
    }).pipe(quiet)
  )
})

describe("a thread that reports systemError during a turn", () => {
  it.effect("fails the turn with the server's error, even without turn/completed", () =>
    Effect.gen(function* () {
      const { server, states, thread, turn, watching } = yield* begun()
      yield* server.notifyAll([
        { method: "thread/status/changed", params: { threadId: thread.id, status: { type: "systemError" } } },
        fatal(thread.id, "no more")
      ])
      yield* server.flush
      yield* TestClock.adjust("7 seconds")
      const read = yield* server.next("thread/read")
      yield* server.refuse(read, "no")
      const error = yield* Effect.flip(turn.result)
      assert.strictEqual(error._tag, "TurnFailed")
      assert.strictEqual(at(error, "reason", "_tag"), "UsageLimitExceeded")
      yield* isFinal(turn, states, watching)
      yield* T.startTurn(server, thread, "v")
    }).pipe(quiet)
  )

  it.effect("waits for turn/completed if that follows immediately", () =>
    Effect.gen(function* () {
      const { server, thread, turn } = yield* begun()
      yield* server.notify("thread/status/changed", { threadId: thread.id, status: { type: "systemError" } })
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "failed" }).end)
      assert.strictEqual((yield* Effect.flip(turn.result))._tag, "TurnFailed")
      yield* TestClock.adjust("1 minute")
      yield* server.flush
      assert.notInclude(server.methods(), "thread/read")
    }).pipe(quiet)
  )
})

describe("a final error of the server, followed by silence", () => {
  it.effect("is reported by the limit that ends the turn", () =>
    Effect.gen(function* () {
      const { server, thread, turn } = yield* begun({ maxDuration: "1 minute", whenExceeded: "leave" })
      yield* server.notifyAll([fatal(thread.id, "no more")])
      yield* server.flush
      yield* TestClock.adjust("1 minute")
      const error = yield* Effect.flip(turn.result)
      assert.strictEqual(error._tag, "TurnTimedOut")
      if (error._tag === "TurnTimedOut") assert.strictEqual(Option.getOrThrow(error.result.error).message, "no more")
    }).pipe(quiet)
  )

  it.live("is the failure if the connection ends", () =>
    Effect.gen(function* () {
      const { server, thread, turn } = yield* begun()
      yield* server.notifyAll([fatal(thread.id, "no more")])
      yield* server.close({ _tag: "EndOfOutput" })
      const error = yield* Effect.flip(turn.result)
      assert.strictEqual(error._tag, "TurnFailed")
      assert.strictEqual(at(error, "reason", "_tag"), "UsageLimitExceeded")
      assert.strictEqual((yield* turn.state).status, "failed")
    }).pipe(quiet)
  )
})

describe("an end that the client requests from the server", () => {
  it.effect("ends the turn without a notification", () =>
    Effect.gen(function* () {
      const { server, thread, turn } = yield* begun({ idleTimeout: "10 seconds" })
      const heard: Array<string> = []
      yield* T.background(
        Stream.runForEach(server.codex.notifications, ({ method }) => Effect.sync(() => void heard.push(method)))
      )
      yield* server.notifyAll([T.itemCompleted(thread.id, "u", T.command("c", "completed"))])
      yield* server.notify("serverRequest/resolved", { threadId: thread.id, requestId: 7 })
      yield* server.flush
      yield* TestClock.adjust("10 seconds")
      yield* server.reply(yield* server.next("thread/read"), Peer.threadReadResponse(thread.id))
      const told = at(T.turnEvents(thread.id, "u").all.at(-1)?.params, "turn")
      const record = Peer.threadReadResponse(thread.id)
      const thread_ = { ...Object(at(record, "thread")), turns: [told] }
      yield* server.reply(yield* server.next("thread/read"), { thread: thread_ })
      assert.strictEqual((yield* turn.result).status, "completed")
      yield* server.flush
      assert.notInclude(heard, "turn/completed")
    }).pipe(quiet)
  )

  it.live("reaches `notifications` raw if it is unreadable, and ends its turn", () =>
    Effect.gen(function* () {
      const { server, thread, turn } = yield* begun()
      const heard = yield* T.background(
        Stream.runHead(Stream.filter(server.codex.notifications, ({ method }) => method === "~unknown"))
      )
      yield* server.notify("turn/completed", { threadId: thread.id, turn: { id: "u", status: 7 } })
      assert.strictEqual(at(yield* Effect.flip(turn.result), "reason", "_tag"), "DecodeFailed")
      const notification = Option.getOrThrow(yield* Fiber.join(heard))
      assert.strictEqual(at(notification.raw, "params", "turn", "id"), "u")
      assert.isTrue("error" in notification && Option.isSome(notification.error))
      yield* T.startTurn(server, thread, "v")
    }).pipe(quiet)
  )
})

describe("output of a command", () => {
  const output = (threadId: string, delta: string) => ({
    method: "item/commandExecution/outputDelta",
    params: { threadId, turnId: "u", itemId: "c", delta }
  })

  it.live("is kept if it arrives after the completion and the completed item has none", () =>
    Effect.gen(function* () {
      const { end, server, thread, turn } = yield* begun()
      yield* server.notifyAll([
        output(thread.id, "a"),
        T.itemCompleted(thread.id, "u", T.command("c", "completed")),
        output(thread.id, "b"),
        ...end
      ])
      const result = yield* turn.result
      assert.strictEqual(at(result.items, 0, "aggregatedOutput"), "ab")
      assert.strictEqual((yield* turn.state).items[0]?.text, "ab")
    }).pipe(quiet)
  )

  it.live("is that of the completed item if it has some", () =>
    Effect.gen(function* () {
      const { end, server, thread, turn } = yield* begun()
      yield* server.notifyAll([
        T.itemCompleted(thread.id, "u", { ...T.command("c", "completed"), aggregatedOutput: "all" }),
        output(thread.id, "late"),
        ...end
      ])
      const exit = yield* Effect.exit(turn.result)
      assert.isTrue(Exit.isSuccess(exit))
      assert.strictEqual((yield* turn.state).items[0]?.text, "all")
    }).pipe(quiet)
  )
})
