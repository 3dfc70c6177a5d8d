/** The time of a turn on the real binary, with one mock model behind both sides; the server's own work is most of it. */
import { Effect } from "effect"
import { Codex } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"
import * as Raw from "../support/rawDriver.ts"
import { against, elapsed, type Row, type Size, times } from "./measure.ts"

const perRound = 8

/** Milliseconds a turn. */
export const run = (size: Size) =>
  Effect.gen(function* () {
    const model = yield* MockModel.MockModel
    const count = times(size, perRound)
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread()

    const home = yield* Effect.acquireRelease(
      Effect.sync(() => Raw.makeHome(model.configToml())),
      ({ remove }) => Effect.sync(remove)
    )
    const raw = yield* Effect.acquireRelease(
      Effect.promise(() => Raw.start({ cwd: home.workspace, env: home.env })),
      (driver) => Effect.promise(() => driver.close())
    )
    const started = yield* Effect.promise(() => raw.request("thread/start", { approvalsReviewer: "auto_review" }))
    const threadId = Raw.at(started, "thread", "id")

    const rawTurn = async () => {
      const completed = raw.next("turn/completed")
      await raw.request("turn/start", { threadId, input: [{ type: "text", text: "hi", text_elements: [] }] })
      const turn = await completed
      if (Raw.at(turn, "turn", "status") !== "completed") throw new Error("the turn failed")
    }
    const perTurn = (millis: number) => millis / count
    const found = yield* against(
      size,
      Effect.promise(async () => {
        for (let i = 0; i < count; i++) await rawTurn()
      }).pipe(elapsed, Effect.map(perTurn)),
      {
        sdk: Effect.gen(function* () {
          for (let i = 0; i < count; i++) yield* thread.run("hi")
        }).pipe(Effect.orDie, elapsed, Effect.map(perTurn))
      }
    )
    return [
      { name: "a turn on the real binary", unit: "ms", target: { of: "ratio", atMost: 1.2 }, ...found.sdk }
    ] satisfies ReadonlyArray<Row>
  }).pipe(
    Effect.provide(CodexTest.layer({ model: { fallback: () => Effect.succeed(MockModel.reply("hello")) } })),
    Effect.scoped
  )
