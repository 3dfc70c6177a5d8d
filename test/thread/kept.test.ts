import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import type * as Turn from "../../src/Turn.ts"
import { onBinary, reasonOf } from "../support/onBinary.ts"

/** The words of a conversation, in order. */
const words = (items: ReadonlyArray<Turn.TurnResult["items"][number]>): ReadonlyArray<string> =>
  items.flatMap((item) => {
    if (item.type === "agentMessage") return [item.text]
    return item.type === "userMessage" ? item.content.flatMap((part) => (part.type === "text" ? [part.text] : [])) : []
  })

describe("a saved thread", () => {
  it.live("has a name that can be set and read, and a blank one fails before it is sent", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      yield* thread.setName("a name")
      const { name, turns } = yield* thread.read()
      assert.deepStrictEqual([name, turns], ["a name", []])
      assert.strictEqual(yield* reasonOf(thread.setName(" ")), "InvalidInput")
      assert.strictEqual((yield* thread.read()).name, "a name")
    }).pipe(onBinary())
  )

  it.live("returns prompts and answers in order: at once, turn by turn, and item by item", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      assert.strictEqual(yield* reasonOf(thread.read({ includeTurns: true })), "NoTurnsYet")
      assert.strictEqual(yield* reasonOf(Stream.runDrain(thread.history())), "NoTurnsYet")
      assert.strictEqual(yield* reasonOf(Stream.runDrain(thread.items())), "NoTurnsYet")
      for (const n of [1, 2, 3]) {
        yield* model.enqueue(
          MockModel.response([
            MockModel.message(`step ${n}`, { phase: "commentary" }),
            MockModel.message(`answer ${n}`)
          ])
        )
        yield* thread.run(`prompt ${n}`)
      }
      const all = [1, 2, 3].flatMap((n) => [`prompt ${n}`, `step ${n}`, `answer ${n}`])
      const { turns } = yield* thread.read({ includeTurns: true })
      assert.deepStrictEqual(
        turns.flatMap(({ items }) => words(items)),
        all
      )
      for (const pageSize of [undefined, 1, 2]) {
        const history = Array.from(yield* Stream.runCollect(thread.history({ pageSize })))
        assert.deepStrictEqual(
          history.flatMap(({ items }) => words(items)),
          all
        )
        const items = Array.from(yield* Stream.runCollect(thread.items({ pageSize })))
        assert.deepStrictEqual(words(items.map(({ item }) => item)), all)
      }
      const [latest] = Array.from(yield* Stream.runCollect(Stream.take(thread.history({ sortDirection: "desc" }), 1)))
      assert.deepStrictEqual(words(latest?.items ?? []), ["prompt 3", "step 3", "answer 3"])
      const ofLatest = Array.from(yield* Stream.runCollect(thread.items({ turnId: latest?.id })))
      assert.deepStrictEqual(words(ofLatest.map(({ item }) => item)), ["prompt 3", "step 3", "answer 3"])
      const page = yield* thread.historyPage({ pageSize: 2, itemsView: "notLoaded" })
      assert.deepStrictEqual(
        page.data.map(({ items }) => items.length),
        [0, 0]
      )
      const rest = yield* Stream.runCollect(thread.history({ cursor: page.nextCursor ?? "" }))
      assert.deepStrictEqual(
        Array.from(rest).flatMap(({ items }) => words(items)),
        ["prompt 3", "step 3", "answer 3"]
      )
      const items = yield* thread.itemsPage({ pageSize: 1, sortDirection: "desc" })
      assert.deepStrictEqual(words(items.data.map(({ item }) => item)), ["answer 3"])
    }).pipe(onBinary())
  )

  it.live("can be reverted to before a turn, and the reverted turns are gone for the model, too", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("keep")
      const second = yield* thread.run("cut")
      assert.strictEqual((yield* thread.revert(second.id)).id, thread.id)
      assert.lengthOf(Array.from(yield* Stream.runCollect(thread.history())), 1)
      yield* thread.run("go on")
      const request = (yield* model.requests).at(-1)
      assert.notInclude(request?.texts("user").join("\n") ?? "cut", "cut")
      assert.include(request?.texts("user").join("\n") ?? "", "keep")
      assert.strictEqual(yield* reasonOf(thread.revert("no turn")), "RequestRejected")
    }).pipe(onBinary())
  )

  it.live("can be forked with its whole history, or up to a turn", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      assert.strictEqual(yield* reasonOf(thread.fork()), "RolloutNotFound")
      const first = yield* thread.run("one")
      const second = yield* thread.run("two")
      const turnsOf = (options?: Codex.ForkThreadOptions) =>
        Effect.gen(function* () {
          const fork = yield* thread.fork(options)
          assert.notStrictEqual(fork.id, thread.id)
          assert.strictEqual(fork.reply.thread.forkedFromId, thread.id)
          return Array.from(yield* Stream.runCollect(fork.history())).flatMap(({ items }) => words(items))
        })
      assert.deepStrictEqual(yield* turnsOf(), ["one", "done", "two", "done"])
      assert.deepStrictEqual(yield* turnsOf({ lastTurnId: first.id }), ["one", "done"])
      assert.deepStrictEqual(yield* turnsOf({ beforeTurnId: second.id }), ["one", "done"])
    }).pipe(onBinary())
  )

  it.live("accepts items for the model's context", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.injectItems([
        { type: "message", role: "user", content: [{ type: "input_text", text: "I came from elsewhere." }] }
      ])
      yield* thread.run("hello")
      assert.include((yield* model.requests).at(-1)?.texts("user").join("\n") ?? "", "I came from elsewhere.")
      assert.strictEqual(yield* reasonOf(thread.injectItems([])), "InvalidInput")
    }).pipe(onBinary())
  )

  it.live("has a goal that can be set, changed, read and cleared", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { goal, run } = yield* codex.startThread()
      yield* run("hello")
      assert.deepStrictEqual(yield* goal.get, Option.none())
      const set = yield* goal.set({ objective: "win", status: "paused", tokenBudget: 100 })
      assert.deepInclude(set, { objective: "win", status: "paused", tokenBudget: 100 })
      assert.deepInclude(yield* goal.set({ tokenBudget: null }), { objective: "win", tokenBudget: null })
      assert.deepInclude(Option.getOrThrow(yield* goal.get), { objective: "win", tokenBudget: null })
      assert.deepStrictEqual([yield* goal.clear, yield* goal.clear], [true, false])
      assert.deepStrictEqual(yield* goal.get, Option.none())
    }).pipe(onBinary())
  )
})
