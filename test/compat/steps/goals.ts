/**
 * Steps on several turns or agents.
 */
import { Effect, Option, Stream } from "effect"
import * as Codex from "../../../src/Codex.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import * as Offered from "../offered.ts"
import { equal, type Step, step } from "../step.ts"

export const goals: ReadonlyArray<Step> = [
  step(
    "goal",
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const thread = yield* (yield* Codex.Codex).startThread({ approvalMode: "inherit" })
      yield* model.enqueue(
        MockModel.reply("The first half."),
        MockModel.toolCall({ name: "update_goal", arguments: { status: "complete" } }),
        MockModel.reply("The second half.")
      )
      const result = yield* thread.runGoal("Do both halves.")
      yield* equal("status", result.goal.status, "complete")
      yield* equal("answer", result.finalResponse, Option.some("The second half."))
      yield* thread.goal.clear
      yield* equal("cleared", yield* thread.goal.get, Option.none())
    }),
    { config: { features: { goals: true } } }
  ),
  step(
    "sub-agent",
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const thread = yield* (yield* Codex.Codex).startThread({ approvalMode: "inherit" })
      yield* model.enqueue(Offered.call("spawn_agent", { message: "help" }))
      yield* model.enqueueFor("collab_spawn", MockModel.reply("Here I am."))
      const turn = yield* thread.turn("go")
      const events = Array.from(yield* Stream.runCollect(turn.tree))
      const spawned = events.flatMap(({ event }) =>
        event.method === "item/completed" && event.params.item.type === "collabAgentToolCall"
          ? event.params.item.receiverThreadIds
          : []
      )
      yield* equal("agents", spawned.length, 1)
      yield* equal("answer", (yield* turn.result).finalResponse, Option.some("I have help."))
    }),
    // The end of the agent may cause another request to the model, before or after its answer.
    { model: { fallback: () => MockModel.reply("I have help.") } }
  )
]
