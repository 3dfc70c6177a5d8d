import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import { writeFileSync } from "node:fs"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import * as Codex from "../src/Codex.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import * as Turn from "../src/Turn.ts"
import * as Wire from "./support/wire.ts"

const onBinary = (options?: CodexTest.Options) =>
  Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("done") }, ...options }))

const reasonOf = (effect: Effect.Effect<unknown, unknown>) =>
  Effect.map(Effect.flip(effect), (error) =>
    error instanceof Object && "reason" in error && error.reason instanceof Object && "_tag" in error.reason
      ? error.reason._tag
      : error
  )

/** The words of a conversation, in order. */
const words = (items: ReadonlyArray<Turn.TurnResult["items"][number]>): ReadonlyArray<string> =>
  items.flatMap((item) => {
    if (item.type === "agentMessage") return [item.text]
    return item.type === "userMessage" ? item.content.flatMap((part) => (part.type === "text" ? [part.text] : [])) : []
  })

describe("what is kept of a thread", () => {
  it.live("its name can be set and read, and a blank one fails before it is sent", () =>
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

  it.live("prompts and answers can be read back in order: at once, turn by turn, and item by item", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      assert.strictEqual(yield* reasonOf(thread.read({ includeTurns: true })), "NoTurnsYet")
      assert.strictEqual(yield* reasonOf(Stream.runDrain(thread.history())), "NoTurnsYet")
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

  it.live("it can be cut before a turn, and what was cut is gone for the model too", () =>
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

  it.live("a fork has the history so far, or what a turn leaves of it", () =>
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

  it.live("items can be added to what the model sees", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.injectItems([
        { type: "message", role: "user", content: [{ type: "input_text", text: "I came from elsewhere." }] }
      ])
      yield* thread.run("hello")
      assert.include((yield* model.requests).at(-1)?.texts("user").join("\n") ?? "", "I came from elsewhere.")
      assert.strictEqual(yield* reasonOf(thread.injectItems([])), "RequestRejected")
    }).pipe(onBinary())
  )

  it.live("its goal can be set, changed, read and cleared", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { goal, run } = yield* codex.startThread()
      yield* run("hello")
      assert.deepStrictEqual(yield* goal.get(), Option.none())
      const set = yield* goal.set({ objective: "win", status: "paused", tokenBudget: 100 })
      assert.deepInclude(set, { objective: "win", status: "paused", tokenBudget: 100 })
      assert.deepInclude(yield* goal.set({ tokenBudget: null }), { objective: "win", tokenBudget: null })
      assert.deepInclude(Option.getOrThrow(yield* goal.get()), { objective: "win", tokenBudget: null })
      assert.deepStrictEqual([yield* goal.clear(), yield* goal.clear()], [true, false])
      assert.deepStrictEqual(yield* goal.get(), Option.none())
    }).pipe(onBinary())
  )
})

describe("compaction", () => {
  it.live("asks the model, and its handle is known as soon as it has begun", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("a summary"), gate))
      const turn = yield* thread.compact()
      assert.strictEqual((yield* turn.state).status, "inProgress")
      yield* gate.release
      const result = yield* turn.result
      assert.deepStrictEqual(
        result.items.map(({ type }) => type),
        ["contextCompaction"]
      )
      const requests = yield* model.requests
      assert.lengthOf(requests, 2)
      assert.deepStrictEqual([requests[1]?.path, requests[1]?.requestKind], ["/v1/responses", "compaction"])
      yield* thread.run("go on")
      assert.include((yield* model.requests).at(-1)?.texts("user").join("\n"), "a summary")
    }).pipe(onBinary())
  )

  it.live("can be waited for, doesn't interrupt a turn of this program, and fails like one", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("whole"), gate))
      const turn = yield* thread.turn("hello")
      yield* gate.reached
      const compaction = yield* Effect.forkChild(thread.compactAndWait())
      yield* gate.release
      assert.deepStrictEqual((yield* turn.result).finalResponse, Option.some("whole"))
      assert.strictEqual((yield* Fiber.join(compaction)).status, "completed")
      yield* model.enqueue(MockModel.failed({ code: "invalid_prompt", message: "no" }))
      assert.strictEqual((yield* Effect.flip(thread.compactAndWait()))._tag, "TurnFailed")
      assert.strictEqual((yield* thread.run("still there")).status, "completed")
    }).pipe(onBinary())
  )

  it.live("ends when its caller is interrupted", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate))
      const compaction = yield* Effect.forkChild(thread.compactAndWait())
      yield* gate.reached
      yield* Fiber.interrupt(compaction)
      const { turns } = yield* thread.read({ includeTurns: true })
      assert.strictEqual(turns.at(-1)?.status, "interrupted")
      yield* thread.run("go on")
    }).pipe(onBinary())
  )
})

const git = (cwd: string, ...args: ReadonlyArray<string>) =>
  execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...args], { cwd, stdio: "pipe" })

describe("a review", () => {
  it.live("of changes that aren't committed is a turn with its own items, and its text is the answer", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const { workspace } = yield* CodexTest.TestHome
      git(workspace, "init", "-q")
      git(workspace, "commit", "-q", "--allow-empty", "-m", "first")
      writeFileSync(join(workspace, "new.txt"), "new\n")
      const thread = yield* codex.startThread()
      yield* model.enqueue(MockModel.reply("It looks fine."))
      const turn = yield* thread.review({ type: "uncommittedChanges" })
      const result = yield* turn.result
      assert.strictEqual(turn.id, result.id)
      assert.deepStrictEqual(result.finalResponse, Option.some("It looks fine."))
      const [entered] = result.items
      assert.deepInclude(entered, { type: "enteredReviewMode", review: "current changes" })
      assert.isTrue(result.items.some((item) => item.type === "exitedReviewMode" && item.review === "It looks fine."))
      assert.strictEqual((yield* model.requests)[0]?.subagent, "review")
      assert.strictEqual((yield* thread.run("go on")).status, "completed")
    }).pipe(onBinary())
  )

  it.live("can be interrupted while it runs, takes no steering, and leaves the thread free", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const target = { type: "custom", instructions: "Look at it." } as const
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate))
      const turn = yield* thread.review(target)
      yield* gate.reached
      assert.strictEqual(yield* reasonOf(thread.send("more")), "TurnNotSteerable")
      assert.deepInclude(yield* turn.interrupt(), { ended: true })
      assert.strictEqual((yield* Effect.flip(turn.result))._tag, "TurnInterrupted")
      // The next input starts a turn, also after a review that came to its end.
      assert.notStrictEqual((yield* thread.send("go on", { whenBusy: "reject" })).id, turn.id)
      yield* (yield* thread.review(target)).result
      yield* (yield* thread.send("go on", { whenBusy: "reject" })).result
      // A limit stops it as well.
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), yield* MockModel.gate))
      const limited = yield* thread.review(target, { maxDuration: "500 millis" })
      assert.strictEqual((yield* Effect.flip(limited.result))._tag, "TurnTimedOut")
      assert.strictEqual((yield* thread.run("go on")).status, "completed")
    }).pipe(onBinary())
  )

  it.live("waits for a turn of this program, and its events begin with its own", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("whole"), gate), MockModel.reply("reviewed"))
      const first = yield* thread.turn("hello")
      yield* gate.reached
      const review = yield* Effect.forkChild(thread.review({ type: "custom", instructions: "Look at it." }))
      yield* gate.release
      assert.deepStrictEqual((yield* first.result).finalResponse, Option.some("whole"))
      const items = Array.from(yield* Stream.runCollect(Turn.completedItems((yield* Fiber.join(review)).events)))
      assert.strictEqual(items[0]?.type, "enteredReviewMode")
      assert.strictEqual(yield* reasonOf(thread.review({ type: "custom", instructions: " " })), "RequestRejected")
    }).pipe(onBinary())
  )
})

describe("unsubscribing", () => {
  it.live("fails a turn that runs here, and later ones at once, until the thread is resumed", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("unheard"), gate))
      const turn = yield* thread.turn("go")
      yield* gate.reached
      assert.strictEqual(yield* thread.unsubscribe, "unsubscribed")
      assert.strictEqual(yield* reasonOf(turn.result), "ThreadNotFound")
      assert.strictEqual(yield* reasonOf(thread.run("again")), "ThreadNotFound")
      assert.strictEqual(yield* thread.unsubscribe, "notSubscribed")
      yield* gate.release
      yield* model.idle
      const resumed = yield* codex.resumeThread(thread.id)
      assert.strictEqual((yield* resumed.run("again")).status, "completed")
      assert.strictEqual((yield* thread.run("and here")).status, "completed")
    }).pipe(onBinary())
  )
})

describe("settings of a turn on the wire", () => {
  it.effect("every one is sent under the protocol's name, for run, turn, stream and send alike", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      const plain = {
        cwd: "/w",
        effort: "high",
        model: "m",
        outputSchema: { type: "object", default: null },
        personality: "none",
        serviceTier: null,
        summary: "detailed"
      } as const
      const options = {
        ...plain,
        approvalMode: "deny_all",
        sandbox: "read-only",
        source: "cron",
        turnServiceTier: "flex"
      } as const
      yield* thread.run("x", options)
      yield* Effect.flatMap(thread.turn("x", options), ({ result }) => result)
      yield* Stream.runDrain(thread.stream("x", options))
      yield* Effect.flatMap(thread.send("x", options), ({ result }) => result)
      const expected = {
        ...plain,
        threadId: thread.id,
        input: [{ type: "text", text: "x" }],
        approvalPolicy: "never",
        sandboxPolicy: { type: "readOnly", networkAccess: false },
        turnTrigger: "cron",
        serviceTierForTurn: "flex"
      }
      assert.deepStrictEqual(paramsOf("turn/start"), [expected, expected, expected, expected])
    })
  )

  it.live("a service tier of null is the standard one from then on, and that of one turn is gone after it", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread({ model: "gpt-6.1-sol", serviceTier: "priority" })
      const tier = Effect.map(model.requests, (requests) => {
        const body = requests.at(-1)?.body
        return body instanceof Object && "service_tier" in body ? body.service_tier : undefined
      })
      const tiers: Array<unknown> = []
      for (const options of [{}, { turnServiceTier: "default" }, {}, { serviceTier: null }, {}]) {
        yield* thread.run("x", options)
        tiers.push(yield* tier)
      }
      assert.deepStrictEqual(tiers, ["priority", undefined, "priority", undefined, undefined])
    }).pipe(onBinary())
  )
})
