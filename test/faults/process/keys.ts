/**
 * The real server is killed while a turn with a key runs or starts, and another server continues the thread.
 */
import { Effect, Fiber, Option } from "effect"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import { connect, modelHome } from "../support/codexes.ts"
import { check, ends, same } from "../support/expect.ts"

const scenario = (name: string, title: string, expected: string, run: Scenario["run"]): Scenario => ({
  name,
  group: "process",
  title,
  expected,
  within: "20 seconds",
  on: "binary",
  run
})

/** A home for servers that start one after the other, and a thread that the first one started. */
const setUp = Effect.fnUntraced(function* (hasTurn: boolean) {
  const model = yield* MockModel.make({ fallback: () => MockModel.reply("done") })
  const home = yield* modelHome(model.configToml())
  const start = connect({ cwd: home.workspace, env: home.env, inheritEnv: false })
  const { app, codex } = yield* start
  const thread = yield* codex.startThread()
  if (hasTurn) yield* thread.run("before")
  const kill = Effect.sync(() => process.kill(app.pid, "SIGKILL"))
  const resume = Effect.flatMap(start, ({ codex }) => codex.resumeThread(thread.id))
  /** The number of model requests about the work itself. */
  const paid = Effect.map(
    model.requests,
    (requests) => requests.filter(({ lastUserText }) => lastUserText === "pay").length
  )
  return { kill, model, paid, resume, thread }
})

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "key-killed-at-request",
    "The server is killed when the model has been asked",
    "`runOnce` finds the turn, and the model is not asked again",
    (seeded) =>
      Effect.gen(function* () {
        const { kill, model, paid, resume, thread } = yield* setUp(seeded.int(0, 1) === 1)
        const asked = yield* MockModel.gate
        yield* model.enqueue(MockModel.hold(MockModel.reply("late"), asked, { before: "response.created" }))
        const run = yield* Effect.forkScoped(ends(thread.runOnce("k", "pay"), "CodexError/ConnectionClosed"))
        yield* asked.reached
        yield* kill
        yield* Fiber.join(run)
        const resumed = yield* resume
        yield* ends(resumed.runOnce("k", "pay"), "OutcomeUnknown", "the retry")
        yield* check(Option.isSome(yield* resumed.turnByKey("k")), "the key is not found")
        yield* same(yield* paid, 1, "requests")
      })
  ),
  scenario(
    "key-killed-before-saved",
    "The server is killed when the request of the turn is written",
    "`runOnce` sends the input once more only if it was not saved",
    () =>
      Effect.gen(function* () {
        const { kill, paid, resume, thread } = yield* setUp(true)
        const run = yield* Effect.forkScoped(ends(thread.runOnce("k", "pay"), "CodexError/ConnectionClosed"), {
          startImmediately: true
        })
        yield* kill
        yield* Fiber.join(run)
        const resumed = yield* resume
        const isSaved = Option.isSome(yield* resumed.turnByKey("k"))
        yield* check(isSaved || (yield* paid) === 0, "the model was asked, but the key is not saved")
        yield* ends(resumed.runOnce("k", "pay"), isSaved ? "OutcomeUnknown" : "ok", "the retry")
        yield* check((yield* paid) <= 1, "the model was asked twice")
      })
  ),
  scenario(
    "key-killed-at-random",
    "The server is killed at a random moment of `runOnce`",
    "A retry that continues has a result, and the work is paid once at most",
    (seeded) =>
      Effect.gen(function* () {
        const { kill, paid, resume, thread } = yield* setUp(true)
        const run = yield* Effect.forkScoped(Effect.exit(thread.runOnce("k", "pay")), { startImmediately: true })
        for (let steps = seeded.int(0, 400); steps > 0; steps--) yield* Effect.yieldNow
        yield* kill
        yield* Fiber.join(run)
        const resumed = yield* resume
        const result = yield* resumed.runOnce("k", "pay", { ifInterrupted: "continue" })
        yield* same(Option.getOrNull(result.finalResponse), "done", "the answer")
        yield* check((yield* paid) <= 1, "the model was asked twice")
        yield* same((yield* resumed.runOnce("k", "pay")).id, result.id, "the turn")
      })
  )
]
