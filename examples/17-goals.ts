/**
 * Lets the server pursue an objective over as many turns as it takes, within a token budget.
 *
 * Run with: npm run example -- 17
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option, Stream } from "effect"
import { Codex, Printable, Turn } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Script from "./support/script.ts"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()

  // #region goal
  const goal = yield* thread.startGoal("Find three names for a tea shop, one per turn.", {
    tokenBudget: 50_000,
    maxDuration: "10 minutes"
  })
  // All its turns appear as one turn, with one start and one end.
  yield* Turn.completedItems(goal.events).pipe(
    Stream.runForEach((item) =>
      item.type === "agentMessage" ? Console.log(`- ${Printable.text(item.text)}`) : Effect.void
    )
  )
  const result = yield* goal.result
  // A goal that was given up is not an error. Check its status.
  yield* Console.log(`goal: ${result.goal.status}`)
  // #endregion
  yield* Console.log(`tokens are told: ${Option.isSome(result.usage)}`)

  // The goal as it is stored.
  const stored = yield* thread.goal.get
  yield* Console.log(
    `stored: ${Option.match(stored, { onNone: () => "none", onSome: ({ status }) => String(status) })}`
  )
  yield* thread.goal.clear

  yield* thread.run("Thank you.")
  yield* Console.log("the thread is free again")
})

program.pipe(
  Effect.provide(
    Setup.layer(
      Script.inOrder(
        MockModel.reply("Leaf & Kettle"),
        MockModel.reply("The Slow Cup"),
        MockModel.response([MockModel.toolCall({ name: "update_goal", arguments: { status: "complete" } })]),
        MockModel.reply("Steam")
      )
    )
  ),
  NodeRuntime.runMain
)
