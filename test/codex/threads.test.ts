import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option, Scope, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as Thread from "../../src/Thread.ts"
import { onBinary, reasonOf } from "../support/onBinary.ts"
import { idsOf, nowhere } from "./support.ts"

const turnsOf = ({ reply }: Thread.Thread) => reply.thread.turns.length

describe("a saved thread", () => {
  it.live("can be run, named, read, resumed, forked, archived, unarchived and deleted", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      yield* thread.setName("a name")
      assert.strictEqual((yield* thread.read()).name, "a name")
      const resumed = yield* codex.resumeThread(thread.id)
      assert.strictEqual(resumed.id, thread.id)
      const fork = yield* codex.forkThread(thread.id)
      assert.notStrictEqual(fork.id, thread.id)
      assert.strictEqual(fork.reply.thread.forkedFromId, thread.id)
      assert.sameMembers(Array.from(yield* codex.loadedThreads), [thread.id, fork.id])

      assert.isUndefined(yield* codex.archiveThread(thread.id))
      assert.strictEqual(yield* reasonOf(thread.run("away")), "ThreadNotFound")
      assert.strictEqual(yield* reasonOf(codex.resumeThread(thread.id)), "ThreadArchived")
      assert.strictEqual(yield* reasonOf(codex.archiveThread(thread.id)), "RolloutNotFound")

      // Unlike the protocol's method, it returns a usable thread.
      const back = yield* codex.unarchiveThread(thread.id)
      assert.strictEqual(back.id, thread.id)
      const result = yield* back.run("back")
      assert.deepStrictEqual(result.finalResponse, Option.some("done"))
      assert.strictEqual(yield* reasonOf(codex.unarchiveThread(nowhere)), "RolloutNotFound")

      assert.strictEqual(yield* reasonOf(codex.deleteThread(thread.id)), "RequestRejected")
      yield* codex.deleteThread(fork.id)
      assert.isUndefined(yield* codex.deleteThread(thread.id))
      assert.strictEqual(yield* reasonOf(codex.resumeThread(thread.id)), "RolloutNotFound")
      assert.strictEqual(yield* reasonOf(codex.deleteThread(thread.id)), "RolloutNotFound")
    }).pipe(onBinary())
  )

  it.live("is listed as archived or not, in pages and as one stream", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const ids: Array<string> = []
      for (const text of ["one", "two", "three"]) {
        const thread = yield* codex.startThread()
        yield* thread.run(text)
        ids.push(thread.id)
      }
      const [first = "", second = "", third = ""] = ids
      yield* codex.archiveThread(second)
      assert.deepStrictEqual(idsOf((yield* codex.listThreads({ sortDirection: "asc" })).data), [first, third])
      assert.deepStrictEqual(idsOf((yield* codex.listThreads({ archived: true })).data), [second])
      yield* codex.unarchiveThread(second)
      assert.sameMembers(idsOf(yield* Stream.runCollect(codex.threads({ pageSize: 1 }))), ids)
      assert.lengthOf(idsOf((yield* codex.listThreads({ pageSize: 2 })).data), 2)
      assert.deepStrictEqual(idsOf(yield* Stream.runCollect(codex.threads({ cwd: "/elsewhere" }))), [])
      assert.strictEqual(yield* reasonOf(Stream.runDrain(codex.threads({ cursor: "nonsense" }))), "RequestRejected")
    }).pipe(onBinary())
  )

  it.live("has no history unless requested", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run("one")
      assert.strictEqual(turnsOf(yield* codex.resumeThread(thread.id)), 0)
      assert.strictEqual(turnsOf(yield* codex.resumeThread(thread.id, { includeTurns: true })), 1)
      assert.strictEqual(turnsOf(yield* codex.forkThread(thread.id)), 0)
      assert.strictEqual(turnsOf(yield* thread.fork({ includeTurns: true })), 1)
    }).pipe(onBinary())
  )
})

describe("Thread.scoped", () => {
  it.live("unsubscribes at the end of the scope; a thread from startThread stays subscribed", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const plain = yield* Effect.scoped(codex.startThread())
      const scope = yield* Scope.make()
      const thread = yield* Scope.provide(Thread.scoped(codex.startThread()), scope)
      yield* thread.run("hello")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(yield* thread.unsubscribe, "notSubscribed")
      yield* plain.run("hello")
      assert.strictEqual(yield* plain.unsubscribe, "unsubscribed")
    }).pipe(onBinary())
  )
})
