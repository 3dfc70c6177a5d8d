/**
 * Threads that older runtimes wrote, read by the pinned one, which lists the turns of such a thread and rejects
 * requests to list its items.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import type { ThreadItemEntry } from "../../src/Protocol.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import type { ItemsOptions, Thread } from "../../src/Thread.ts"
import { reasonOf } from "../support/onBinary.ts"
import * as OlderThread from "../support/olderThread.ts"
import { at } from "../support/rawDriver.ts"

/** The thread of a file, resumed. */
const resumed = (version: string) =>
  Effect.gen(function* () {
    const id = OlderThread.put(version, yield* CodexTest.TestHome)
    const thread = yield* (yield* Codex.Codex).resumeThread(id)
    assert.strictEqual(thread.reply.thread.historyMode, "legacy")
    return thread
  })

const words = ({ item }: ThreadItemEntry): string =>
  item.type === "agentMessage"
    ? item.text
    : item.type === "userMessage"
      ? String(at(item.content, 0, "text"))
      : item.type

/** All items, by following the cursors of pages of some size. */
const byPages = (thread: Thread, options: ItemsOptions) =>
  Effect.gen(function* () {
    const sizes: Array<number> = []
    const all: Array<ThreadItemEntry> = []
    let cursor: string | undefined
    do {
      const page = yield* thread.itemsPage({ ...options, cursor })
      sizes.push(page.data.length)
      all.push(...page.data)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return { sizes, all: all.map(words) }
  })

for (const version of OlderThread.versions) {
  describe(`a thread that ${version} wrote`, () => {
    it.live("has all its items, in either direction and in pages of any size", () =>
      Effect.gen(function* () {
        const thread = yield* resumed(version)
        const items = Array.from(yield* Stream.runCollect(thread.items()))
        assert.deepStrictEqual(items.map(words), OlderThread.conversation)
        const newest = Array.from(yield* Stream.runCollect(thread.items({ sortDirection: "desc", pageSize: 4 })))
        assert.deepStrictEqual(newest.map(words), OlderThread.conversation.toReversed())
        const pages = new Map([
          [1, [1, 1, 1, 1, 1, 1]],
          [2, [2, 2, 2]],
          [4, [4, 2]],
          [6, [6]],
          [100, [6]]
        ])
        for (const [pageSize, sizes] of pages) {
          assert.deepStrictEqual(yield* byPages(thread, { pageSize }), { sizes, all: OlderThread.conversation })
          const backwards = yield* byPages(thread, { pageSize, sortDirection: "desc" })
          assert.deepStrictEqual(backwards, { sizes, all: OlderThread.conversation.toReversed() })
        }
      }).pipe(Effect.provide(CodexTest.layer()))
    )

    it.live("has the items of one turn, each with the id of its turn", () =>
      Effect.gen(function* () {
        const thread = yield* resumed(version)
        const [, second] = Array.from(yield* Stream.runCollect(thread.history()))
        const options = { turnId: second?.id }
        const items = Array.from(yield* Stream.runCollect(thread.items(options)))
        assert.deepStrictEqual(items.map(words), OlderThread.conversation.slice(3))
        assert.deepStrictEqual(new Set(items.map(({ turnId }) => turnId)), new Set([second?.id]))
        assert.deepStrictEqual(
          (yield* byPages(thread, { ...options, pageSize: 2 })).all,
          OlderThread.conversation.slice(3)
        )
        assert.deepStrictEqual((yield* byPages(thread, { turnId: "none", pageSize: 2 })).all, [])
      }).pipe(Effect.provide(CodexTest.layer()))
    )

    it.live("can be read and continued, and has the new turn's items, too", () =>
      Effect.gen(function* () {
        const thread = yield* resumed(version)
        const model = yield* MockModel.MockModel
        assert.lengthOf((yield* thread.read({ includeTurns: true })).turns, 2)
        yield* model.enqueue(MockModel.reply("answer 3"))
        const { finalResponse } = yield* thread.run("prompt 3")
        assert.deepStrictEqual(finalResponse, Option.some("answer 3"))
        const items = Array.from(yield* Stream.runCollect(thread.items({ pageSize: 4 })))
        assert.deepStrictEqual(items.map(words), [...OlderThread.conversation, "prompt 3", "answer 3"])
      }).pipe(Effect.provide(CodexTest.layer()))
    )

    it.live("cannot be reverted, says so, and can be forked before the turn instead", () =>
      Effect.gen(function* () {
        const thread = yield* resumed(version)
        const [, second] = Array.from(yield* Stream.runCollect(thread.history()))
        assert.strictEqual(yield* reasonOf(thread.revert(second?.id ?? "")), "ThreadNotPaginated")
        const fork = yield* thread.fork({ beforeTurnId: second?.id })
        const items = Array.from(yield* Stream.runCollect(fork.items()))
        assert.deepStrictEqual(items.map(words), OlderThread.conversation.slice(0, 3))
      }).pipe(Effect.provide(CodexTest.layer()))
    )

    it.live("rejects a cursor of another thread, and does not start again", () =>
      Effect.gen(function* () {
        const thread = yield* resumed(version)
        const page = thread.itemsPage({ cursor: `{"requestedThreadId":"another"}` })
        assert.strictEqual(yield* reasonOf(page), "ThreadNotPaginated")
      }).pipe(Effect.provide(CodexTest.layer()))
    )
  })
}
