import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Logger, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import { isCodexError } from "../../src/CodexError.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import { layer, makeHome, on, rollouts } from "./support.ts"

type Append = ThreadStore.ThreadStore["append"]

/** A store whose appends run through a function, which the test can replace. */
const changeable = Effect.gen(function* () {
  const store = yield* ThreadStore.ThreadStore
  const control: { append: Append } = { append: store.append }
  const changed = ThreadStore.ThreadStore.of({ ...store, append: (...args) => control.append(...args) })
  return { control, store, provide: Effect.provideService(ThreadStore.ThreadStore, changed) }
})

const down: Append = (threadId) =>
  Effect.fail(
    new ThreadStore.ThreadStoreError({
      method: "ThreadStore.append",
      threadId,
      reason: new ThreadStore.StoreFailed({ kind: "Down" })
    })
  )

/** Starts a thread and runs a turn on it. */
const startThread = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  yield* thread.run("one")
  return thread
})

/** The stored bytes of a thread, which must be those of the home. */
const stored = Effect.fnUntraced(function* (id: string) {
  const store = yield* ThreadStore.ThreadStore
  return (yield* store.load(id)).filter(({ name }) => name.startsWith("rollout-"))
})

const assertComplete = Effect.fnUntraced(function* (id: string, home: Parameters<typeof rollouts>[0]) {
  const local = [...rollouts(home)].filter(([file]) => file.includes(id))
  assert.isAbove(local.length, 0)
  const segments = yield* stored(id)
  assert.deepStrictEqual(
    segments.map(({ bytes, name }) => [name, Buffer.from(bytes).toString()]),
    local.map(([file, bytes]) => [file.split("/").at(-1), bytes.toString()]).toSorted()
  )
})

describe("ThreadStore.layerMirror on the real binary", () => {
  it.live("never fails a turn, and stores all that failed at the next turn of any thread", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const { control, provide, store } = yield* changeable
      const logged: Array<string> = []
      const logger = Logger.make(({ message }) => logged.push(String(message)))
      yield* on(
        home,
        Effect.gen(function* () {
          const mirror = yield* ThreadStore.Mirror
          control.append = down
          const [first, second] = [yield* startThread, yield* startThread]
          for (const { id } of [first, second]) {
            const error = yield* Effect.flip(mirror.sync(id))
            assert.strictEqual(error.reason._tag, "StoreFailed")
            assert.strictEqual(error.threadId, id)
          }
          // The first thread runs no further turn.
          const isStored = Promise.withResolvers<void>()
          control.append = (id, ...rest) =>
            Effect.tap(store.append(id, ...rest), () =>
              Effect.sync(() => (id === first.id ? isStored.resolve() : undefined))
            )
          yield* second.run("two")
          yield* Effect.promise(() => isStored.promise)
          yield* mirror.sync(second.id)
          yield* assertComplete(second.id, home)
          yield* assertComplete(first.id, home)
        })
      ).pipe(provide, Effect.provide(Logger.layer([logger])))
      assert.isAtLeast(logged.filter((line) => line.includes("(Down)")).length, 1)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("appends only what is new", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const { control, provide, store } = yield* changeable
      const appends: Array<readonly [number, number]> = []
      control.append = (id, segment, offset, bytes) => {
        appends.push([offset, offset + bytes.length])
        return store.append(id, segment, offset, bytes)
      }
      yield* on(
        home,
        Effect.gen(function* () {
          const mirror = yield* ThreadStore.Mirror
          const thread = yield* startThread
          yield* mirror.sync(thread.id)
          yield* thread.run("two")
          yield* mirror.sync(thread.id)
          yield* mirror.sync(thread.id)
        })
      ).pipe(provide)
      assert.isAtLeast(appends.length, 2)
      appends.forEach(([offset], index) => assert.strictEqual(offset, appends[index - 1]?.[1] ?? 0))
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("stores the rest when its scope closes", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const { control, provide, store } = yield* changeable
      control.append = down
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread
          yield* thread.setName("a name")
          assert.deepStrictEqual(yield* stored(thread.id), [])
          control.append = store.append
          return thread.id
        })
      ).pipe(provide)
      yield* assertComplete(id, home)
      assert.isTrue((yield* store.segments(id)).some(({ name }) => name.startsWith("name-")))
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("closes its scope after flushTimeout if the store does not answer", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const { control, provide } = yield* changeable
      control.append = () => Effect.never
      yield* on(home, startThread, { flushTimeout: "50 millis" }).pipe(provide)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("appends at most `concurrency` threads at the same time", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const ids = yield* on(home, Effect.all(Array.from({ length: 5 }, () => startThread)), false)
      const { control, provide, store } = yield* changeable
      const counts = { now: 0, most: 0 }
      control.append = (...args) =>
        Effect.acquireUseRelease(
          Effect.sync(() => (counts.most = Math.max(counts.most, ++counts.now))),
          () => Effect.andThen(Effect.yieldNow, store.append(...args)),
          () => Effect.sync(() => counts.now--)
        )
      yield* on(home, Effect.void, { concurrency: 2 }).pipe(provide)
      assert.strictEqual(counts.most, 2)
      assert.deepStrictEqual((yield* Stream.runCollect(store.list)).toSorted(), ids.map(({ id }) => id).toSorted())
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("leaves threads from before alone with `existing: false`, until they run a turn", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const [first, second] = yield* on(home, Effect.all([startThread, startThread]), false)
      const store = yield* ThreadStore.ThreadStore
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          yield* (yield* codex.resumeThread(first.id)).run("two")
        }),
        { existing: false }
      )
      yield* assertComplete(first.id, home)
      assert.deepStrictEqual(yield* store.segments(second.id), [])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("stores a thread anew that was deleted in the store", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const store = yield* ThreadStore.ThreadStore
      yield* on(
        home,
        Effect.gen(function* () {
          const mirror = yield* ThreadStore.Mirror
          const thread = yield* startThread
          yield* mirror.sync(thread.id)
          yield* store.delete(thread.id)
          yield* thread.run("two")
          yield* mirror.sync(thread.id)
          yield* assertComplete(thread.id, home)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("stores no ephemeral thread", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const store = yield* ThreadStore.ThreadStore
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const mirror = yield* ThreadStore.Mirror
          const thread = yield* codex.startThread({ ephemeral: true })
          yield* thread.run("one")
          yield* mirror.sync(thread.id)
        })
      )
      assert.deepStrictEqual(yield* Stream.runCollect(store.list), [])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect.each([
    ["concurrency", { concurrency: 0 }],
    ["flushTimeout", { flushTimeout: -1 }],
    ["existing", { existing: "yes" }],
    ["concurency", { concurency: 2 }]
  ])("rejects an invalid option: %s", ([option, options]) =>
    Effect.gen(function* () {
      const store = yield* ThreadStore.ThreadStore
      // Type boundary: what a program without types can pass.
      const mirror = ThreadStore.makeMirror(options as ThreadStore.MirrorOptions)
      const error = yield* Effect.flip(
        mirror.pipe(
          Effect.provideService(ThreadStore.ThreadStore, store),
          Effect.provideContext(Context.empty() as Context.Context<Codex.Codex>)
        )
      )
      assert.isTrue(isCodexError(error))
      assert.deepInclude(isCodexError(error) ? error.reason : {}, { _tag: "InvalidOptions", option })
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})
