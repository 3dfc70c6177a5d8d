import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Option } from "effect"
import { appendFileSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import type * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import { agentsEnd, lastInput, layer, makeHome, on, rollouts } from "./support.ts"

/** Runs a turn on a resumed thread, and returns what the model got and what the server has. */
const probe = Effect.fnUntraced(function* (id: string) {
  const thread = yield* ThreadStore.resume(id)
  const { name, turns } = yield* thread.read({ includeTurns: true })
  yield* thread.run("What do you know?")
  return { name, turns, input: yield* lastInput }
})

/**
 * An input as texts. What this turn itself has added has new ids and the path of its home, so they are left out there.
 * Everything before is compared as it is.
 */
const comparable = (input: ReadonlyArray<MockModel.JsonObject>, home: CodexTest.TestHome) => {
  const added = input.findLastIndex((item) => item["role"] === "assistant") + 1
  return input.map((item, index) =>
    index < added
      ? JSON.stringify(item)
      : JSON.stringify({ ...item, id: undefined }).replaceAll(dirname(home.codexHome), "$home")
  )
}

describe("ThreadStore.resume on the real binary", () => {
  it.live("continues a reverted, forked, named thread in another home with the identical model input", () =>
    Effect.gen(function* () {
      const [first, second, control] = [yield* makeHome, yield* makeHome, yield* makeHome]
      const model = yield* MockModel.MockModel
      const { fork, thread, turnsOf } = yield* on(
        first,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread()
          yield* thread.run("one")
          yield* thread.setName("a first name")
          yield* thread.run("two")
          yield* model.enqueue(
            MockModel.response([MockModel.execCommand("echo from-the-command")]),
            MockModel.reply("three")
          )
          yield* thread.run("three")
          const { turns } = yield* thread.read({ includeTurns: true })
          const fork = yield* thread.fork()
          yield* fork.run("in the fork")
          yield* thread.revert(turns[2]?.id ?? "")
          yield* thread.run("after the revert")
          yield* thread.revert(turns[1]?.id ?? "")
          yield* thread.run("after another revert")
          yield* thread.setName("its name")
          const all = [yield* thread.read({ includeTurns: true }), yield* fork.read({ includeTurns: true })]
          return { thread: thread.id, fork: fork.id, turnsOf: new Map(all.map(({ id, turns }) => [id, turns])) }
        })
      )
      // The control is a copy of the files as they are.
      const before = rollouts(first)
      const fs = yield* FileSystem.FileSystem
      yield* fs.copy(join(first.codexHome, "sessions"), join(control.codexHome, "sessions"))
      rmSync(first.codexHome, { recursive: true })

      for (const id of [fork, thread]) {
        const expected = yield* on(
          control,
          Effect.gen(function* () {
            const codex = yield* Codex.Codex
            const resumed = yield* codex.resumeThread(id)
            yield* resumed.run("What do you know?")
            return { input: yield* lastInput }
          }),
          false
        )
        const restored = yield* on(second, probe(id))
        assert.deepStrictEqual(comparable(restored.input, second), comparable(expected.input, control))
        assert.isAbove(restored.input.length, 5)
        assert.deepStrictEqual(restored.turns, turnsOf.get(id))
        assert.strictEqual(restored.name, id === thread ? "its name" : "a first name")
      }
      const after = rollouts(second)
      assert.lengthOf([...before.keys()], 4)
      for (const [file, bytes] of before) {
        assert.isTrue(after.get(file)?.subarray(0, bytes.length).equals(bytes), file)
        assert.strictEqual(statSync(join(second.codexHome, "sessions", file)).mode & 0o777, 0o600)
      }
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("restores the sub-agents of a thread", () =>
    Effect.gen(function* () {
      const [first, second] = [yield* makeHome, yield* makeHome]
      const model = yield* MockModel.MockModel
      yield* model.enqueue(MockModel.response([MockModel.spawnAgent("look at it")]), MockModel.reply("spawned"))
      yield* model.enqueueFor("collab_spawn", MockModel.reply("looked"))
      const id = yield* on(
        first,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread()
          yield* thread.run("spawn")
          yield* agentsEnd(first, 2)
          return thread.id
        })
      )
      yield* on(second, ThreadStore.restore(id), false)
      const restored = rollouts(second)
      assert.strictEqual(restored.size, 2)
      // The server can write a line when it ends, after the mirror.
      for (const [file, bytes] of rollouts(first)) {
        const copy = restored.get(file) ?? Buffer.alloc(0)
        assert.isTrue(copy.includes('"task_complete"') && bytes.subarray(0, copy.length).equals(copy), file)
      }
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("stores what a program that died did not store, when the next one starts", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const other = yield* makeHome
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread()
          yield* thread.run("one")
          return thread.id
        })
      )
      // No mirror, as if it had died before it stored the turn.
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          yield* (yield* codex.resumeThread(id)).run("two")
        }),
        false
      )
      const error = yield* Effect.flip(on(home, ThreadStore.resume(id), false))
      assert.isTrue(ThreadStore.isThreadStoreError(error))
      assert.deepInclude(error.reason, { _tag: "LocalDiffers", how: "ahead" })
      yield* on(
        home,
        Effect.flatMap(ThreadStore.resume(id), (thread) => thread.run("three"))
      )
      const { turns } = yield* on(other, probe(id))
      assert.lengthOf(turns, 3)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("resumes a copy whose last line is torn, with the turn interrupted", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread()
          yield* thread.run("one")
          yield* thread.run("two")
          return thread.id
        }),
        false
      )
      const store = yield* ThreadStore.ThreadStore
      for (const [file, bytes] of rollouts(home)) {
        yield* store.append(id, file.split("/").at(-1) ?? "", 0, bytes.subarray(0, bytes.length - 300))
      }
      const { turns } = yield* on(other, probe(id))
      assert.deepStrictEqual(
        turns.map(({ status }) => status),
        ["completed", "interrupted"]
      )
      // The torn line stays where it is, and what follows is stored after it.
      const third = yield* makeHome
      assert.lengthOf((yield* on(third, probe(id))).turns, 3)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("rejects the second of two processes that continue a thread", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const mirror = yield* ThreadStore.Mirror
          const thread = yield* codex.startThread()
          yield* thread.run("one")
          yield* mirror.sync(thread.id)
          yield* on(other, probe(thread.id))
          // The turn itself completes.
          const result = yield* thread.run("two")
          assert.deepStrictEqual(result.finalResponse, Option.some("ok"))
          const error = yield* Effect.flip(mirror.sync(thread.id))
          assert.strictEqual(error.reason._tag, "Conflict")
          // Nothing was overwritten, here and in the store.
          const again = yield* Effect.flip(ThreadStore.resume(thread.id))
          assert.isTrue(ThreadStore.isThreadStoreError(again))
          assert.deepInclude(again.reason, { _tag: "LocalDiffers", how: "different" })
          const { turns } = yield* on(yield* makeHome, probe(thread.id))
          assert.lengthOf(turns, 2)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("does not change a file that the server has loaded", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const mirror = yield* ThreadStore.Mirror
          const thread = yield* codex.startThread()
          yield* thread.run("one")
          yield* mirror.sync(thread.id)
          yield* on(other, probe(thread.id))
          const before = rollouts(home)
          const error = yield* Effect.flip(ThreadStore.restore(thread.id))
          assert.isTrue(ThreadStore.isThreadStoreError(error))
          assert.strictEqual(error.reason._tag, "ThreadLoaded")
          assert.deepStrictEqual(rollouts(home), before)
        })
      )
      // In a new process, the file is completed.
      const id = [...rollouts(home).keys()][0]?.match(/([0-9a-f-]{36})\.jsonl/)?.[1] ?? ""
      assert.lengthOf((yield* on(home, probe(id))).turns, 2)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("names the source of a fork that is not stored", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const { fork, source } = yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread()
          yield* thread.run("one")
          const fork = yield* thread.fork()
          yield* fork.run("two")
          return { source: thread.id, fork: fork.id }
        })
      )
      const store = yield* ThreadStore.ThreadStore
      yield* store.delete(source)
      const error = yield* Effect.flip(on(other, ThreadStore.resume(fork), false))
      assert.isTrue(ThreadStore.isThreadStoreError(error))
      assert.deepInclude(error.reason, { _tag: "SourceMissing", sourceId: source })
      assert.notInclude(JSON.stringify(error), "one")
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("leaves a thread alone that is not stored", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread()
          yield* thread.run("one")
          return thread.id
        }),
        false
      )
      appendFileSync(join(home.codexHome, "session_index.jsonl"), "not JSON\n")
      const thread = yield* on(home, ThreadStore.resume(id), { existing: false })
      assert.strictEqual(thread.id, id)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})
