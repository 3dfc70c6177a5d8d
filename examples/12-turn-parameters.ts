/**
 * Sets every parameter of a turn: answer schema, model, effort, summary, folder, sandbox, approvals, tiers, limits.
 *
 * Run with: npm run example -- 12
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, FileSystem, Option, Schema } from "effect"
import { Codex, Printable, Sandbox } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

const Plan = Schema.Struct({
  summary: Schema.String,
  actions: Schema.Array(Schema.String)
})

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()

  // #region run
  const result = yield* thread.run("Plan a safe roll-out of a feature flag.", {
    // For this turn only. The server sends the schema to the model, and does not validate the answer. `runAs` does
    // both with one schema.
    outputSchema: {
      type: "object",
      properties: { summary: { type: "string" }, actions: { type: "array", items: { type: "string" } } },
      required: ["summary", "actions"],
      additionalProperties: false
    },
    // For this turn only.
    source: "example",
    // These stay in force for later turns of the thread.
    effort: "medium",
    summary: "concise",
    cwd: folder,
    approvalMode: "denyAll",
    sandbox: Sandbox.workspaceWrite({ writableRoots: [], networkAccess: false }),
    // Limits of this program: the time without an event, and the duration of the turn.
    idleTimeout: "2 minutes",
    maxDuration: "10 minutes"
  })
  // #endregion

  // #region decode
  const text = Option.getOrElse(result.finalResponse, () => "")
  const plan = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Plan))(text)
  // #endregion
  yield* Console.log(`summary: ${Printable.text(plan.summary)}`)
  yield* Console.log(`actions: ${plan.actions.length}`)
}).pipe(Effect.scoped)

program.pipe(
  Effect.provide(
    Setup.layer({
      fallback: () =>
        MockModel.reply(JSON.stringify({ summary: "Step by step.", actions: ["1 %", "10 %", "everybody"] }))
    })
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
