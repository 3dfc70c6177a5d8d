import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, FileSystem } from "effect"
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { basename, dirname, join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import { isThreadArchived } from "../../src/CodexError.ts"
import type * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import { agentsEnd, lastInput, layer, makeHome, on, rollouts, start } from "./support.ts"

/** Starts a thread, and runs these turns on it. */
const startThread = Effect.fnUntraced(function* (...prompts: ReadonlyArray<string>) {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  for (const prompt of prompts) yield* thread.run(prompt)
  return thread
})

/** Reverts a thread to its first turns. */
const revertTo = Effect.fnUntraced(function* (id: string, count: number) {
  const codex = yield* Codex.Codex
  const thread = yield* codex.resumeThread(id)
  const { turns } = yield* thread.read({ includeTurns: true })
  yield* thread.revert(turns[count]?.id ?? "")
  return thread
})

/** The prompts that the model received, of a list of all prompts of a test. */
const prompts = Effect.fnUntraced(function* (...all: ReadonlyArray<string>) {
  const texts = JSON.stringify(yield* lastInput)
  return all.filter((prompt) => texts.includes(`"${prompt}"`))
})

const resumeAndRun = Effect.fnUntraced(function* (id: string, prompt: string) {
  const thread = yield* ThreadStore.resume(id)
  yield* thread.run(prompt)
  return thread
})

const archiveOf = (home: CodexTest.TestHome): ReadonlyArray<string> => {
  const folder = join(home.codexHome, "archived_sessions")
  return existsSync(folder) ? readdirSync(folder) : []
}

const namesIn = (home: CodexTest.TestHome, id: string): ReadonlyArray<string> =>
  readFileSync(join(home.codexHome, "session_index.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.includes(id))

describe("ThreadStore.restore on the real binary", () => {
  it.live("continues after a revert on another machine, in a home and a server that know the thread from before", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread("one", "two")
          yield* thread.setName("a name")
          // A fork continues an old file, so that the server would reject to delete the thread.
          const fork = yield* thread.fork()
          yield* fork.run("in the fork")
          return { thread: thread.id, fork: fork.id }
        })
      )
      const all = ["one", "two", "three", "four", "five", "in the fork", "again"]
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          // The server records the file of now.
          yield* codex.request("thread/read", { threadId: id.thread })
          yield* on(
            other,
            Effect.gen(function* () {
              const thread = yield* resumeAndRun(id.thread, "three")
              yield* revertTo(thread.id, 1)
              yield* thread.run("four")
            })
          )
          const thread = yield* resumeAndRun(id.thread, "five")
          assert.deepStrictEqual(yield* prompts(...all), ["one", "four", "five"])
          assert.strictEqual((yield* thread.read()).name, "a name")
        })
      )
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          yield* (yield* codex.resumeThread(id.thread)).run("again")
          assert.deepStrictEqual(yield* prompts(...all), ["one", "four", "five", "again"])
          yield* (yield* codex.resumeThread(id.fork)).run("again")
          assert.deepStrictEqual(yield* prompts(...all), ["one", "two", "in the fork", "again"])
        })
      )
      // What was moved aside is back, and its folder is gone.
      assert.deepStrictEqual(
        readdirSync(home.codexHome).filter((name) => name.startsWith(".effect-codex")),
        []
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("takes over from a restore that died while files were aside", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.map(startThread("one", "two"), (thread) => thread.id)
      )
      yield* on(
        other,
        Effect.gen(function* () {
          const thread = yield* ThreadStore.resume(id)
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
        })
      )
      const aside = join(home.codexHome, `.effect-codex-restore-${id}`)
      mkdirSync(aside)
      for (const file of rollouts(home).keys()) {
        renameSync(join(home.codexHome, "sessions", file), join(aside, basename(file)))
      }
      utimesSync(aside, new Date(0), new Date(0))
      yield* on(
        home,
        Effect.gen(function* () {
          yield* resumeAndRun(id, "four")
          assert.deepStrictEqual(yield* prompts("one", "two", "three", "four"), ["one", "three", "four"])
        })
      )
      assert.isFalse(existsSync(aside))
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  for (const method of ["thread/read", "thread/list"] as const) {
    it.live(`is not misled by a ${method} while it writes files`, () =>
      Effect.gen(function* () {
        const [home, other] = [yield* makeHome, yield* makeHome]
        const id = yield* on(
          home,
          Effect.gen(function* () {
            const thread = yield* startThread("one", "two")
            yield* revertTo(thread.id, 1)
            yield* thread.run("three")
            yield* revertTo(thread.id, 1)
            yield* thread.run("four")
            return thread.id
          })
        )
        const fs = yield* FileSystem.FileSystem
        yield* on(
          other,
          Effect.gen(function* () {
            const codex = yield* Codex.Codex
            let lookups = 0
            const lookup = Effect.ignore(
              method === "thread/read"
                ? codex.request("thread/read", { threadId: id })
                : codex.request("thread/list", {})
            )
            const slow = FileSystem.FileSystem.of({
              ...fs,
              link: (from, to) =>
                Effect.andThen(
                  fs.link(from, to),
                  Effect.suspend(() => (lookups++, lookup))
                )
            })
            yield* Effect.provideService(resumeAndRun(id, "five"), FileSystem.FileSystem, slow)
            assert.strictEqual(lookups, 3)
            assert.deepStrictEqual(yield* prompts("one", "two", "three", "four", "five"), ["one", "four", "five"])
          })
        )
      }).pipe(Effect.scoped, Effect.provide(layer))
    )
  }

  it.live("does not let a list of the server choose an older file", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread("one", "two")
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
          yield* revertTo(thread.id, 1)
          yield* thread.run("four")
          return thread.id
        })
      )
      yield* on(
        other,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          // A list after the copy, and not the copy, records a file here.
          const fs = yield* FileSystem.FileSystem
          yield* fs.copy(join(home.codexHome, "sessions"), join(other.codexHome, "sessions"))
          yield* codex.request("thread/list", {})
          yield* resumeAndRun(id, "five")
          assert.deepStrictEqual(yield* prompts("one", "two", "three", "four", "five"), ["one", "four", "five"])
        })
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("continues a thread of which the home has fewer turns, in the same server", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.map(startThread("one"), (thread) => thread.id)
      )
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          assert.lengthOf((yield* codex.request("thread/turns/list", { threadId: id })).data, 1)
          yield* on(other, resumeAndRun(id, "two"))
          const thread = yield* resumeAndRun(id, "three")
          assert.deepStrictEqual(yield* prompts("one", "two", "three"), ["one", "two", "three"])
          assert.lengthOf((yield* thread.read({ includeTurns: true })).turns, 3)
        })
      )
      yield* on(other, resumeAndRun(id, "four"))
      assert.deepStrictEqual(yield* prompts("one", "two", "three", "four"), ["one", "two", "three", "four"])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("changes nothing if it is repeated", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread("one", "two")
          yield* thread.setName("a name")
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
          return thread.id
        })
      )
      yield* on(
        other,
        Effect.gen(function* () {
          yield* ThreadStore.restore(id)
          const state = () =>
            [...rollouts(other).keys()].map((file) => {
              const { ino, mtimeMs, size } = statSync(join(other.codexHome, "sessions", file))
              return [file, ino, mtimeMs, size]
            })
          const [before, names] = [state(), namesIn(other, id)]
          yield* ThreadStore.restore(id)
          assert.deepStrictEqual([state(), namesIn(other, id)], [before, names])
          const thread = yield* ThreadStore.resume(id)
          // Also while the server has the thread loaded.
          assert.strictEqual((yield* ThreadStore.resume(id)).id, thread.id)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("restores the last of several names, and does not report it as a newer one", () =>
    Effect.gen(function* () {
      const [home, other, third] = [yield* makeHome, yield* makeHome, yield* makeHome]
      const store = yield* ThreadStore.ThreadStore
      const named = (id: string) =>
        Effect.map(store.segments(id), (all) => all.filter(({ name }) => name.startsWith("name-")).length)
      const nameOf = (id: string) =>
        Effect.gen(function* () {
          const thread = yield* ThreadStore.resume(id)
          return (yield* thread.read()).name
        })
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread("one")
          yield* thread.setName("first")
          yield* (yield* ThreadStore.Mirror).sync(thread.id)
          yield* thread.setName("second")
          return thread.id
        })
      )
      assert.strictEqual(yield* named(id), 2)
      assert.strictEqual(yield* on(other, nameOf(id)), "second")
      assert.strictEqual(yield* named(id), 2)
      yield* on(
        other,
        Effect.gen(function* () {
          yield* (yield* ThreadStore.resume(id)).setName("third")
        })
      )
      assert.strictEqual(yield* named(id), 3)
      assert.strictEqual(yield* on(home, nameOf(id)), "third")
      assert.strictEqual(yield* on(third, nameOf(id)), "third")
      assert.strictEqual(yield* named(id), 3)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("restores an archived thread, and completes one in the archive of the home", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* startThread("one", "two")
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
          yield* codex.archiveThread(thread.id)
          return thread.id
        })
      )
      assert.lengthOf(archiveOf(home), 2)
      // The archive is of this home: elsewhere, the thread is an ordinary one.
      yield* on(
        other,
        Effect.gen(function* () {
          const thread = yield* resumeAndRun(id, "four")
          assert.deepStrictEqual(yield* prompts("one", "two", "three", "four"), ["one", "three", "four"])
          yield* revertTo(thread.id, 1)
          yield* thread.run("five")
        })
      )
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const error = yield* Effect.flip(ThreadStore.resume(id))
          assert.isTrue(error._tag === "CodexError" && isThreadArchived(error.reason), error.message)
          assert.lengthOf(archiveOf(home), 3)
          yield* (yield* codex.unarchiveThread(id)).run("six")
          assert.deepStrictEqual(yield* prompts("one", "two", "three", "four", "five", "six"), ["one", "five", "six"])
        })
      )
      assert.deepStrictEqual(archiveOf(home), [])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("restores a fork of a fork of a reverted thread", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const ids = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread("one", "two")
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
          const fork = yield* thread.fork()
          yield* fork.run("four")
          yield* revertTo(fork.id, 1)
          yield* fork.run("five")
          const second = yield* fork.fork()
          yield* second.run("six")
          return { thread: thread.id, fork: fork.id, second: second.id }
        })
      )
      const all = ["one", "two", "three", "four", "five", "six", "seven"]
      yield* on(
        other,
        Effect.gen(function* () {
          yield* resumeAndRun(ids.second, "seven")
          assert.deepStrictEqual(yield* prompts(...all), ["one", "five", "six", "seven"])
          yield* resumeAndRun(ids.thread, "seven")
          assert.deepStrictEqual(yield* prompts(...all), ["one", "three", "seven"])
          yield* resumeAndRun(ids.fork, "seven")
          assert.deepStrictEqual(yield* prompts(...all), ["one", "five", "seven"])
        })
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("finds the keys of turns before a revert or a fork in another home", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const model = yield* MockModel.MockModel
      const ids = yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread()
          yield* thread.runOnce("a key", "one")
          yield* thread.run("two")
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
          const fork = yield* thread.fork()
          yield* fork.run("four")
          return [thread.id, fork.id]
        })
      )
      yield* on(
        other,
        Effect.gen(function* () {
          const before = (yield* model.requests).length
          for (const id of ids) {
            const thread = yield* ThreadStore.resume(id)
            assert.strictEqual((yield* thread.runOnce("a key", "one")).status, "completed")
          }
          assert.lengthOf(yield* model.requests, before)
        })
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("leaves the source of a fork alone that has other turns in this home", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const source = yield* on(
        home,
        Effect.map(startThread("one"), (thread) => thread.id)
      )
      const fork = yield* on(
        other,
        Effect.gen(function* () {
          const thread = yield* ThreadStore.resume(source)
          const fork = yield* thread.fork()
          yield* fork.run("two")
          return fork.id
        })
      )
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          yield* (yield* codex.resumeThread(source)).run("three")
          yield* resumeAndRun(fork, "four")
          assert.deepStrictEqual(yield* prompts("one", "two", "three", "four"), ["one", "two", "four"])
        }),
        false
      )
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("completes the sub-agents of a thread, and reverts that happened elsewhere", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const model = yield* MockModel.MockModel
      yield* model.enqueue(MockModel.response([MockModel.spawnAgent("look at it")]), MockModel.reply("spawned"))
      yield* model.enqueueFor("collab_spawn", MockModel.reply("looked"))
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread("one")
          yield* agentsEnd(home, 2)
          yield* thread.run("two")
          return thread.id
        })
      )
      const agents = [...rollouts(home)].filter(([file]) => !file.includes(id))
      assert.lengthOf(agents, 1)
      yield* on(
        other,
        Effect.gen(function* () {
          const thread = yield* ThreadStore.resume(id)
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
        })
      )
      yield* on(
        home,
        Effect.gen(function* () {
          yield* resumeAndRun(id, "four")
          assert.deepStrictEqual(yield* prompts("one", "two", "three", "four"), ["one", "three", "four"])
        })
      )
      for (const [file, bytes] of agents) assert.isTrue(rollouts(home).get(file)?.equals(bytes), file)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("does not delete a sub-agent that is not stored", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const model = yield* MockModel.MockModel
      const store = yield* ThreadStore.ThreadStore
      const id = yield* on(
        home,
        Effect.map(startThread("one", "two"), (thread) => thread.id)
      )
      // Without a mirror, the store does not learn of the sub-agent.
      yield* model.enqueue(MockModel.response([MockModel.spawnAgent("look at it")]), MockModel.reply("spawned"))
      yield* model.enqueueFor("collab_spawn", MockModel.reply("looked"))
      yield* on(
        home,
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          yield* (yield* codex.resumeThread(id)).run("three")
          yield* agentsEnd(home, 2)
        }),
        false
      )
      for (const [file, bytes] of rollouts(home)) {
        if (file.includes(id)) yield* store.append(id, file.split("/").at(-1) ?? "", 0, bytes)
      }
      yield* on(
        other,
        Effect.gen(function* () {
          const thread = yield* ThreadStore.resume(id)
          yield* revertTo(thread.id, 1)
          yield* thread.run("four")
        })
      )
      const before = rollouts(home)
      const error = yield* Effect.flip(on(home, ThreadStore.resume(id), false))
      assert.isTrue(ThreadStore.isThreadStoreError(error) && ThreadStore.isOlderSegment(error.reason), error.message)
      for (const [file, bytes] of before) assert.isTrue(rollouts(home).get(file)?.equals(bytes), file)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("restores into one home from two processes at the same time", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread("one", "two")
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
          return thread.id
        })
      )
      const restoreTwice = Effect.gen(function* () {
        const [first, second] = [yield* start(other), yield* start(other)]
        const gate = yield* Deferred.make<void>()
        const both = Effect.all(
          [first, second].map((services) =>
            Effect.provideContext(Effect.andThen(Deferred.await(gate), ThreadStore.restore(id)), services)
          ),
          { concurrency: "unbounded", discard: true }
        )
        yield* Effect.all([both, Deferred.succeed(gate, undefined)], { concurrency: "unbounded", discard: true })
        return first
      }).pipe(
        Effect.flatMap((services) => Effect.provideContext(resumeAndRun(id, "four"), services)),
        Effect.scoped
      )
      const all = ["one", "two", "three", "four", "five"]
      yield* restoreTwice
      assert.deepStrictEqual(yield* prompts(...all), ["one", "three", "four"])
      // Now both find the older file of before recorded.
      yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* ThreadStore.resume(id)
          yield* revertTo(thread.id, 1)
          yield* thread.run("five")
        })
      )
      yield* restoreTwice
      assert.deepStrictEqual(yield* prompts(...all), ["one", "four", "five"])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("completes a file that is empty, or torn", () =>
    Effect.gen(function* () {
      const home = yield* makeHome
      const id = yield* on(
        home,
        Effect.map(startThread("one"), (thread) => thread.id)
      )
      for (const size of [0, 100]) {
        const other = yield* makeHome
        for (const [file, bytes] of rollouts(home)) {
          const place = join(other.codexHome, "sessions", file)
          mkdirSync(dirname(place), { recursive: true })
          writeFileSync(place, bytes.subarray(0, size))
        }
        yield* on(other, ThreadStore.restore(id), false)
        assert.deepStrictEqual([...rollouts(other)], [...rollouts(home)])
      }
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("writes nothing if a file of the home is ahead of the store", () =>
    Effect.gen(function* () {
      const [home, other] = [yield* makeHome, yield* makeHome]
      const id = yield* on(
        home,
        Effect.gen(function* () {
          const thread = yield* startThread("one", "two")
          yield* revertTo(thread.id, 1)
          yield* thread.run("three")
          return thread.id
        })
      )
      const [oldest = ""] = [...rollouts(home).keys()].toSorted()
      const fs = yield* FileSystem.FileSystem
      yield* fs.copy(join(home.codexHome, "sessions"), join(other.codexHome, "sessions"))
      for (const file of rollouts(other).keys()) {
        if (file !== oldest) yield* fs.remove(join(other.codexHome, "sessions", file))
      }
      appendFileSync(join(other.codexHome, "sessions", oldest), "{}\n")
      const error = yield* Effect.flip(on(other, ThreadStore.restore(id), false))
      assert.isTrue(ThreadStore.isThreadStoreError(error) && ThreadStore.isLocalDiffers(error.reason))
      assert.deepStrictEqual([...rollouts(other).keys()], [oldest])
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})
