/**
 * A goal that the server continues after the program that set it has died and its thread is resumed.
 */
import { assert, describe, it } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import { Effect, Fiber, Layer, Logger, Option, Stream } from "effect"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { complete } from "./support.ts"

const lines: Array<string> = []
const logged = Logger.layer([Logger.make(({ message }) => void lines.push(String(message)))])

/** Sets a goal in one process, kills it in the goal's second turn, and runs a program in the next. */
const afterDeath = <A, E>(next: (threadId: string, model: MockModel.MockModel) => Effect.Effect<A, E, Codex.Codex>) =>
  Effect.gen(function* () {
    lines.length = 0
    const model = yield* MockModel.make()
    const home = yield* CodexTest.makeHome(model.configToml())
    const layer = Codex.layer({ cwd: home.workspace, env: home.env, inheritEnv: false }).pipe(
      Layer.provide(NodeServices.layer)
    )
    const gate = yield* MockModel.gate
    yield* model.enqueue(MockModel.reply("goal turn 1"), MockModel.hold(MockModel.reply("never"), gate))
    const threadId = yield* Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      const goal = yield* thread.startGoal("do it")
      yield* gate.reached
      process.kill((yield* AppServer.AppServer).pid, "SIGKILL")
      yield* Effect.exit(goal.result)
      return thread.id
    }).pipe(Effect.provide(layer))
    yield* gate.release
    return yield* Effect.provide(next(threadId, model), layer)
  }).pipe(Effect.provide(Layer.merge(NodeServices.layer, logged)), Effect.scoped)

const asked = (model: MockModel.MockModel) => Effect.map(model.requests, ({ length }) => length)

describe("a thread with an active goal", () => {
  it.live("is resumed with the goal paused: no model request is sent, and a run uses its own settings", () =>
    afterDeath((threadId, model) =>
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const before = yield* asked(model)
        const thread = yield* codex.resumeThread(threadId)
        assert.strictEqual(Option.getOrThrow(yield* thread.goal.get).status, "paused")
        assert.isTrue(Option.isNone(yield* thread.currentGoal))
        yield* model.enqueue(MockModel.reply("an answer"))
        const result = yield* thread.run("MY QUESTION", { sandbox: "readOnly" })
        assert.deepStrictEqual(result.finalResponse, Option.some("an answer"))
        assert.strictEqual(yield* asked(model), before + 1)
        assert.isTrue(lines.some((line) => line.includes('goal: "keep"')))
      })
    )
  )

  it.live("continues if the goal is kept, and `currentGoal` follows it to its end; a run waits for that", () =>
    afterDeath((threadId, model) =>
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const gate = yield* MockModel.gate
        yield* model.enqueue(
          MockModel.hold(MockModel.reply("going on"), gate),
          complete,
          MockModel.reply("that was it"),
          MockModel.reply("an answer")
        )
        const thread = yield* codex.resumeThread(threadId, { goal: "keep" })
        yield* gate.reached
        const goal = Option.getOrThrow(yield* thread.currentGoal)
        const texts = yield* Effect.forkChild(Stream.runCollect(goal.eventsUntilEnd), { startImmediately: true })
        const run = yield* Effect.forkChild(thread.run("MY QUESTION"), { startImmediately: true })
        yield* gate.release
        const result = yield* goal.result
        assert.strictEqual(result.goal.status, "complete")
        assert.strictEqual((yield* Fiber.join(texts)).at(-1)?.method, "turn/completed")
        const answer = yield* Fiber.join(run)
        assert.deepStrictEqual(answer.finalResponse, Option.some("an answer"))
      })
    )
  )

  it.live("can be stopped by `currentGoal`, and a goal without a follower is logged", () =>
    afterDeath((threadId, model) =>
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const gate = yield* MockModel.gate
        yield* model.enqueue(MockModel.reply("unfollowed"), MockModel.hold(MockModel.reply("cut"), gate))
        const thread = yield* codex.resumeThread(threadId, { goal: "keep" })
        yield* gate.reached
        assert.isTrue(lines.some((line) => line.includes("this program does not follow it")))
        const goal = Option.getOrThrow(yield* thread.currentGoal)
        assert.isTrue((yield* goal.interrupt()).ended)
        assert.strictEqual(Option.getOrThrow(yield* thread.goal.get).status, "paused")
        const before = yield* asked(model)
        yield* model.enqueue(MockModel.reply("an answer"))
        yield* thread.run("MY QUESTION")
        assert.strictEqual(yield* asked(model), before + 1)
        yield* gate.release
      })
    )
  )
})
