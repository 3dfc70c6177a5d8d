import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, FileSystem, Option } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as ThreadDirectory from "../../src/cluster/ThreadDirectory.ts"
import * as Codex from "../../src/Codex.ts"
import * as durableTurn from "../../src/internal/cluster/durableTurn.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import * as support from "./support.ts"

/** Runs a turn as a runner of a cluster does. */
const run = (name: string, key: string, input: string, options?: durableTurn.DurableTurnOptions) =>
  Effect.flatMap(durableTurn.storedServices, (services) => durableTurn.run(services, name, key, input, options)).pipe(
    Effect.map(({ result, ...rest }) => ({ ...rest, text: Option.getOrElse(result.finalResponse, () => "") }))
  )

/** Scripts the next answer to wait. Returns what waits for its request, and what lets it go on. */
const held = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const gate = yield* MockModel.gate
  yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate))
  return gate
})

describe("a durable turn", () => {
  it.layer(support.layer, { excludeTestServices: true })((it) => {
    it.effect("is answered from the record, on this machine and on another", () =>
      Effect.gen(function* () {
        const [a, b] = [yield* support.start(yield* support.makeHome), yield* support.start(yield* support.makeHome)]
        const first = yield* a.provide(run("same", "k1", "one-same"))
        assert.deepInclude(first, { text: "answer to one-same", source: "ran" })
        for (const machine of [a, b, a]) {
          const again = yield* machine.provide(run("same", "k1", "one-same"))
          assert.deepStrictEqual(again, { ...first, source: "record" })
        }
        assert.strictEqual(yield* support.timesAsked("one-same"), 1)
      }).pipe(Effect.scoped)
    )

    it.effect("continues a thread to and fro between two live machines", () =>
      Effect.gen(function* () {
        const [a, b] = [yield* support.start(yield* support.makeHome), yield* support.start(yield* support.makeHome)]
        const model = yield* MockModel.MockModel
        const ids: Array<string> = []
        for (const [n, machine] of [a, b, a, b].entries()) {
          const { threadId } = yield* machine.provide(run("fro", `k${n}`, `turn-${n}`))
          ids.push(threadId)
        }
        assert.strictEqual(new Set(ids).size, 1)
        const texts = ((yield* model.requests).at(-1)?.inputItems() ?? []).map((item) => JSON.stringify(item)).join()
        for (const n of [0, 1, 2, 3]) assert.include(texts, `turn-${n}`)
        for (const n of [0, 1, 2]) assert.include(texts, `answer to turn-${n}`)
      }).pipe(Effect.scoped)
    )

    it.effect("runs again on the same home if its attempt was never sent", () =>
      Effect.gen(function* () {
        const home = yield* support.makeHome
        const a = yield* support.start(home)
        const { threadId } = yield* a.provide(run("unsent", "k0", "before"))
        const directory = yield* a.provide(ThreadDirectory.ThreadDirectory)
        const fs = yield* FileSystem.FileSystem
        const id = (yield* fs.readFileString(join(home.codexHome, "effect-codex-home-id"))).trim()
        yield* directory.begin("unsent", "k1", { home: id, threadId })
        assert.deepInclude(yield* a.provide(run("unsent", "k1", "never-sent")), { source: "ran" })
      }).pipe(Effect.scoped)
    )

    it.effect("has an unknown outcome if another home has sent it, until the caller decides to continue", () =>
      Effect.gen(function* () {
        const a = yield* support.start(yield* support.makeHome)
        const { threadId } = yield* a.provide(run("unknown", "k0", "before"))
        const directory = yield* a.provide(ThreadDirectory.ThreadDirectory)
        yield* directory.begin("unknown", "k1", { home: "another", threadId })
        for (const _ of [1, 2]) {
          const error = yield* Effect.flip(a.provide(run("unknown", "k1", "maybe-sent")))
          assert(error._tag === "OutcomeUnknown")
          assert.strictEqual(error.status, "notSaved")
          assert.strictEqual(error.attempt?.home, "another")
          assert.strictEqual(error.attempt?.status, null)
        }
        assert.strictEqual(yield* support.timesAsked("maybe-sent"), 0)
        const asked: Array<string> = []
        const declined = yield* Effect.flip(
          a.provide(
            run("unknown", "k1", "maybe-sent", {
              ifInterrupted: "ask",
              ask: ({ status }) => Effect.sync(() => (asked.push(status), "fail" as const))
            })
          )
        )
        assert.strictEqual(declined._tag, "OutcomeUnknown")
        assert.deepStrictEqual(asked, ["notSaved"])
        const done = yield* a.provide(run("unknown", "k1", "maybe-sent", { ifInterrupted: "continue" }))
        assert.deepInclude(done, { source: "ran" })
        assert.strictEqual(yield* support.timesAsked("maybe-sent"), 1)
        assert.deepInclude(yield* a.provide(run("unknown", "k1", "maybe-sent")), { source: "record" })
      }).pipe(Effect.scoped)
    )

    it.effect("is not sent again if its record is gone after it has ended", () =>
      Effect.gen(function* () {
        const a = yield* support.start(yield* support.makeHome)
        const { threadId } = yield* a.provide(run("gone", "k1", "once-only"))
        yield* a.provide(
          Effect.gen(function* () {
            const codex = yield* Codex.Codex
            const thread = yield* codex.resumeThread(threadId)
            const { turns } = yield* thread.read({ includeTurns: true })
            yield* thread.revert(turns[0]?.id ?? "")
          })
        )
        const error = yield* Effect.flip(a.provide(run("gone", "k1", "once-only")))
        assert(error._tag === "OutcomeUnknown")
        assert.strictEqual(error.attempt?.status, "completed")
        assert.strictEqual(yield* support.timesAsked("once-only"), 1)
      }).pipe(Effect.scoped)
    )

    it.effect("is found as interrupted, with what it has done, by another machine after its own died", () =>
      Effect.gen(function* () {
        const model = yield* MockModel.MockModel
        const homes = [yield* support.makeHome, yield* support.makeHome] as const
        const [a, b] = [yield* support.start(homes[0]), yield* support.start(homes[1])]
        const gate = yield* MockModel.gate
        yield* model.enqueue(
          MockModel.response([MockModel.execCommand("echo done-by-the-first")]),
          MockModel.hold(MockModel.reply("never"), gate)
        )
        const running = yield* Effect.forkChild(Effect.exit(a.provide(run("dead", "k1", "paid-dead"))))
        yield* gate.reached
        // The store has the command before the first machine dies.
        const stored = yield* a.provide(ThreadDirectory.ThreadDirectory).pipe(
          Effect.flatMap((directory) => directory.find("dead")),
          Effect.map(Option.getOrThrow)
        )
        yield* support.until(
          Effect.map(
            Effect.flatMap(a.provide(ThreadStore.ThreadStore), (store) => store.load(stored.threadId)),
            (segments) => segments.some(({ bytes }) => Buffer.from(bytes).includes("done-by-the-first"))
          )
        )
        yield* a.kill
        yield* Fiber.await(running)
        const error = yield* Effect.flip(b.provide(run("dead", "k1", "paid-dead")))
        assert(error._tag === "OutcomeUnknown")
        assert.strictEqual(error.status, "interrupted")
        assert.isTrue(error.seen.items.some((item) => item.type === "commandExecution"))
        assert.strictEqual(yield* support.timesAsked("paid-dead"), 2)
        const done = yield* b.provide(run("dead", "k1", "paid-dead", { ifInterrupted: "continue" }))
        assert.deepInclude(done, { source: "ran", threadId: stored.threadId })
        const input = (yield* model.requests).at(-1)?.inputItems() ?? []
        assert.include(JSON.stringify(input), "done-by-the-first")
      }).pipe(Effect.scoped)
    )

    it.effect("of a machine that comes back is not stored over the one that continued, which it then takes", () =>
      Effect.gen(function* () {
        const homes = [yield* support.makeHome, yield* support.makeHome] as const
        const [a, b] = [yield* support.start(homes[0]), yield* support.start(homes[1])]
        const { threadId } = yield* a.provide(run("back", "k0", "before-back"))
        const gate = yield* held
        const running = yield* Effect.forkChild(Effect.exit(a.provide(run("back", "k1", "first-back"))))
        yield* gate.reached
        const taken = yield* b.provide(run("back", "k1", "first-back", { ifInterrupted: "continue" }))
        assert.deepInclude(taken, { source: "ran", threadId })
        // The first machine ends its turn only now.
        yield* gate.release
        const late = yield* Fiber.join(running)
        assert.isTrue(Exit.isSuccess(late) && late.value.text === taken.text, String(late))
        const model = yield* MockModel.MockModel
        yield* a.provide(run("back", "k2", "after-back"))
        const input = JSON.stringify((yield* model.requests).at(-1)?.inputItems() ?? [])
        assert.include(input, taken.text)
        assert.notInclude(input, '"late"')
        const asides = readdirSync(join(homes[0].codexHome, "effect-codex-set-aside"))
        assert.lengthOf(asides, 1)
      }).pipe(Effect.scoped)
    )

    it.effect("starts another thread only if the first one has no turns", () =>
      Effect.gen(function* () {
        const home = yield* support.makeHome
        const a = yield* support.start(home)
        const directory = yield* a.provide(ThreadDirectory.ThreadDirectory)
        const codex = yield* a.provide(Codex.Codex)
        const never = yield* codex.startThread()
        yield* never.unsubscribe
        yield* directory.bind("fresh", "01a21a10-b05b-7ce0-90c2-a872b86c09fd")
        const { threadId } = yield* a.provide(run("fresh", "k1", "one"))
        assert.notStrictEqual(threadId, "01a21a10-b05b-7ce0-90c2-a872b86c09fd")
        const store = yield* a.provide(ThreadStore.ThreadStore)
        yield* codex.deleteThread(threadId)
        yield* store.delete(threadId)
        const error = yield* Effect.flip(a.provide(run("fresh", "k2", "two")))
        assert(error._tag === "CodexError")
        assert.strictEqual(error.reason._tag, "RolloutNotFound")
      }).pipe(Effect.scoped)
    )
  })
})
