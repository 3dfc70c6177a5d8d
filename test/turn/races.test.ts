import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Option, Scope, Stream } from "effect"
import { NodeServices } from "@effect/platform-node"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import { background, messages, textOf } from "./support.ts"

const times = 50

/** A model that answers every prompt with the prompt. */
const echoing: CodexTest.Options = {
  model: { fallback: (request) => MockModel.reply(`you said ${request.lastUserText ?? ""}`) }
}

const onBinary = Effect.provide(CodexTest.layer(echoing))

/** Checks that no turn left anything. */
const nothingLeft = Effect.map(CodexClient.CodexClient, (client) => {
  assert.strictEqual(client["~session"].size(), 0)
})

describe("races on the real binary, 50 times each", () => {
  it.live("an interruption right after the start ends the turn, and the thread stays usable", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      for (let n = 0; n < times; n++) {
        const run = yield* background(thread.run("hi"))
        for (let step = 0; step < n; step++) yield* Effect.yieldNow
        yield* Fiber.interrupt(run)
        const { thread: now } = yield* codex.request("thread/read", { threadId: thread.id })
        assert.notStrictEqual(now.status.type, "active")
        if (n % 2 === 0) continue
        const turn = yield* thread.turn("hi")
        const { ended } = yield* turn.interrupt()
        assert.isTrue(ended)
        const exit = yield* Effect.exit(turn.result)
        assert.isTrue(Exit.isSuccess(exit) || (yield* Effect.flip(turn.result))._tag === "TurnInterrupted")
      }
      assert.deepStrictEqual((yield* thread.run("last")).finalResponse, Option.some("you said last"))
      yield* nothingLeft
    }).pipe(onBinary)
  )

  it.live("steering at the end either enters this turn or is rejected", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      for (let n = 0; n < times; n++) {
        const turn = yield* thread.turn("hi")
        yield* Stream.runHead(Stream.filter(turn.stateChanges, ({ items }) => items.length > n % 3))
        const text = `steer number ${n}.`
        const got = yield* Effect.result(turn.steer(text))
        if (got._tag === "Failure") assert.include(["NoActiveTurn", "TurnMismatch"], got.failure.reason._tag)
        yield* turn.result
        if (got._tag === "Success") {
          const [asked] = (yield* model.requests).slice(-1)
          assert.include(JSON.stringify(asked?.body), text)
        }
      }
      yield* nothingLeft
    }).pipe(onBinary)
  )

  it.live("two runs on one thread become two turns, each with its own answer", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      for (let n = 0; n < times; n++) {
        const [a, b] = yield* Effect.all([thread.run(`a${n}`), thread.run(`b${n}`)], { concurrency: "unbounded" })
        assert.notStrictEqual(a.id, b.id)
        assert.deepStrictEqual(a.finalResponse, Option.some(`you said a${n}`))
        assert.deepStrictEqual(b.finalResponse, Option.some(`you said b${n}`))
      }
      yield* nothingLeft
    }).pipe(onBinary)
  )

  it.live("a scope that closes during a turn stops the turn and leaves nothing behind", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      for (let n = 0; n < times; n++) {
        const scope = yield* Scope.make()
        const seen = yield* Deferred.make<void>()
        let count = 0
        yield* Stream.runForEach(thread.streamUntilEnd("hi"), () =>
          ++count > n % 6 ? Deferred.succeed(seen, undefined) : Effect.void
        ).pipe(Effect.forkIn(scope))
        yield* Deferred.await(seen)
        yield* Scope.close(scope, Exit.void)
        yield* nothingLeft
      }
      assert.deepStrictEqual((yield* thread.run("last")).finalResponse, Option.some("you said last"))
    }).pipe(onBinary)
  )

  it.live("a consumer that stops reading blocks neither the result nor the next turn", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      for (let n = 0; n < times; n++) {
        const turn = yield* thread.turn(`${n}`)
        const stuck = yield* background(Stream.runForEach(turn.eventsUntilEnd, () => Effect.never))
        const reading = yield* background(Stream.runCollect(turn.eventsUntilEnd))
        assert.deepStrictEqual((yield* turn.result).finalResponse, Option.some(`you said ${n}`))
        assert.strictEqual((yield* Fiber.join(reading)).at(-1)?.method, "turn/completed")
        yield* Fiber.interrupt(stuck)
      }
      yield* nothingLeft
    }).pipe(onBinary)
  )
})

describe("many turns at once", () => {
  it.live("20 threads on the real binary each get their own answer and their own events", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      yield* Effect.forEach(
        Array.from({ length: 20 }, (_, n) => n),
        Effect.fnUntraced(function* (n) {
          const thread = yield* codex.startThread()
          const turn = yield* thread.turn(`thread ${n}`)
          const events = yield* Stream.runCollect(turn.eventsUntilEnd)
          const result = yield* turn.result
          assert.deepStrictEqual(result.finalResponse, Option.some(`you said thread ${n}`))
          assert.strictEqual(textOf(events), `you said thread ${n}`)
          assert.deepStrictEqual(messages(result.items), [`you said thread ${n}`])
          for (const event of events) {
            if (event.method !== "~snapshot") assert.strictEqual(at(event.raw, "params", "threadId"), thread.id)
          }
        }),
        { concurrency: "unbounded", discard: true }
      )
      yield* nothingLeft
    }).pipe(onBinary)
  )

  it.live("1 000 turns on a scripted peer get no event of another", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const threads = yield* Effect.forEach(
        Array.from({ length: 1000 }, (_, n) => n),
        () => codex.startThread(),
        { concurrency: 50 }
      )
      yield* Effect.forEach(
        threads,
        Effect.fnUntraced(function* (thread) {
          const turn = yield* thread.turn(thread.id)
          const events = yield* Stream.runCollect(turn.eventsUntilEnd)
          const text = `this is ${turn.id} speaking`
          assert.strictEqual(textOf(events), text)
          assert.deepStrictEqual(messages((yield* turn.result).items), [text])
          for (const event of events) {
            if (event.method === "~snapshot") continue
            assert.strictEqual(at(event.raw, "params", "threadId"), thread.id)
          }
        }),
        { concurrency: "unbounded", discard: true }
      )
      yield* nothingLeft
    }).pipe(
      Effect.provide(
        Codex.layer({ command: Peer.command(Peer.basicWith({ text: "this is turn-${call} speaking" })) }).pipe(
          Layer.provide(NodeServices.layer)
        )
      )
    )
  )
})
