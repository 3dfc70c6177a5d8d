import { assert, describe, it } from "@effect/vitest"
import { type Context, Effect, FileSystem, Stream } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import type * as Thread from "../../src/Thread.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import { lastInput, layer, makeHome, on, rollouts, start } from "./support.ts"

/** A process on a home of its own. */
const makeRunner = Effect.gen(function* () {
  const home = yield* makeHome
  const services = yield* start(home)
  const use = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    // Type boundary: `start` has a mirror.
    Effect.provideContext(effect, services as Context.Context<Codex.Codex | ThreadStore.Mirror>)
  return {
    home,
    use,
    sync: (id: string) => use(Effect.flatMap(ThreadStore.Mirror, (mirror) => mirror.sync(id)))
  }
})

const startThread = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  yield* thread.run("one")
  return thread
})

const revertLast = Effect.fnUntraced(function* (thread: Thread.Thread) {
  const { turns } = yield* thread.read({ includeTurns: true })
  yield* thread.revert(turns.at(-1)?.id ?? "")
})

const prompts = Effect.map(lastInput, (input) =>
  JSON.stringify(input)
    .match(/"(?:one|two|three|four|five)"/g)
    ?.map((text) => text.slice(1, -1))
)

const assertConflict = (error: ThreadStore.ThreadStoreError) =>
  assert.isTrue(ThreadStore.isConflict(error.reason), error.message)

describe("a mirror whose thread another process has continued", () => {
  it.live("stores nothing after a turn there, and the other process goes on", () =>
    Effect.gen(function* () {
      const store = yield* ThreadStore.ThreadStore
      const [a, b] = [yield* makeRunner, yield* makeRunner]
      const first = yield* a.use(startThread)
      yield* a.sync(first.id)
      const second = yield* b.use(ThreadStore.resume(first.id))
      yield* second.run("two")
      yield* b.sync(first.id)
      const stored = yield* store.load(first.id)

      yield* first.run("three")
      assertConflict(yield* Effect.flip(a.sync(first.id)))
      assertConflict(yield* Effect.flip(a.sync(first.id)))
      assert.deepStrictEqual(yield* store.load(first.id), stored)

      yield* second.run("four")
      yield* b.sync(first.id)
      yield* on(
        yield* makeHome,
        Effect.flatMap(ThreadStore.resume(first.id), (thread) => thread.run("five"))
      )
      assert.deepStrictEqual(yield* prompts, ["one", "two", "four", "five"])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("stores nothing after a revert there, which is in another file", () =>
    Effect.gen(function* () {
      const store = yield* ThreadStore.ThreadStore
      const [a, b] = [yield* makeRunner, yield* makeRunner]
      const first = yield* a.use(startThread)
      yield* first.run("two")
      yield* a.sync(first.id)
      const second = yield* b.use(ThreadStore.resume(first.id))
      yield* revertLast(second)
      yield* second.run("three")
      yield* b.sync(first.id)
      const stored = yield* store.load(first.id)
      assert.lengthOf(stored, 2)

      yield* first.run("four")
      assertConflict(yield* Effect.flip(a.sync(first.id)))
      assert.deepStrictEqual(yield* store.load(first.id), stored)

      yield* second.run("five")
      yield* b.sync(first.id)
      assert.deepStrictEqual(yield* prompts, ["one", "three", "five"])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("does not store a revert of its own", () =>
    Effect.gen(function* () {
      const store = yield* ThreadStore.ThreadStore
      const [a, b] = [yield* makeRunner, yield* makeRunner]
      const first = yield* a.use(startThread)
      yield* first.run("two")
      yield* a.sync(first.id)
      const second = yield* b.use(ThreadStore.resume(first.id))
      yield* second.run("three")
      yield* b.sync(first.id)
      const stored = yield* store.load(first.id)

      yield* revertLast(first)
      yield* first.run("four")
      assertConflict(yield* Effect.flip(a.sync(first.id)))
      assert.deepStrictEqual(yield* store.load(first.id), stored)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("reports no conflict while it has nothing of its own to store", () =>
    Effect.gen(function* () {
      const [a, b] = [yield* makeRunner, yield* makeRunner]
      const first = yield* a.use(startThread)
      yield* a.sync(first.id)
      const second = yield* b.use(ThreadStore.resume(first.id))
      yield* second.run("two")
      yield* b.sync(first.id)
      yield* a.sync(first.id)
      // Also a new mirror over this home, which does not know what is stored.
      yield* on(
        a.home,
        Effect.flatMap(ThreadStore.Mirror, (mirror) => mirror.sync(first.id))
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})

/** A file system that counts its calls. */
const counted = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const calls: Array<string> = []
  const counting = new Proxy(fs, {
    get: (target, name, receiver) => {
      const member: unknown = Reflect.get(target, name, receiver)
      if (typeof member !== "function" || typeof name !== "string") return member
      return (...args: ReadonlyArray<unknown>) => {
        const made: unknown = Reflect.apply(member, target, args)
        const count = Effect.sync(() => calls.push(name))
        if (Effect.isEffect(made)) return Effect.andThen(count, made)
        return Stream.isStream(made) ? Stream.unwrap(Effect.as(count, made)) : made
      }
    }
  })
  return { calls, counting }
})

describe("Mirror.sync", () => {
  it.live("does not depend on the number of threads of the home", () =>
    Effect.gen(function* () {
      const { calls, counting } = yield* counted
      const store = yield* ThreadStore.ThreadStore
      let asked = 0
      const countingStore = ThreadStore.ThreadStore.of({
        ...store,
        segments: (id) => Effect.suspend(() => (asked++, store.segments(id))),
        append: (...args) => Effect.suspend(() => (asked++, store.append(...args)))
      })
      const home = yield* makeHome
      const measured = (others: number) =>
        on(
          home,
          Effect.gen(function* () {
            const mirror = yield* ThreadStore.Mirror
            const thread = yield* startThread
            yield* mirror.sync(thread.id)
            const folder = join(home.codexHome, "sessions/2026/01/01")
            mkdirSync(folder, { recursive: true })
            for (let i = 0; i < others; i++) {
              const id = `01a00000-0000-7000-8000-${String(i).padStart(12, "0")}`
              writeFileSync(join(folder, `rollout-2026-01-01T00-00-00-${id}.jsonl`), "{}\n")
            }
            calls.length = 0
            asked = 0
            yield* thread.run("two")
            yield* mirror.sync(thread.id)
            yield* mirror.sync(thread.id)
            return { files: [...calls], store: asked }
          })
        ).pipe(
          Effect.provideService(FileSystem.FileSystem, counting),
          Effect.provideService(ThreadStore.ThreadStore, countingStore)
        )
      for (const others of [0, 300]) {
        const { files, store } = yield* measured(others)
        // The worker of the mirror and both syncs look at the sizes of the file and of the index of names, and read
        // what is new. Nothing looks for files.
        assert.deepStrictEqual([...new Set(files)].toSorted(), ["stat", "stream"])
        assert.isAtMost(files.length, 10)
        // Sizes and an append, for the end of the turn, and for its beginning if the worker is late.
        assert.include([2, 4], store)
      }
      assert.isAbove(rollouts(home).size, 300)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})
