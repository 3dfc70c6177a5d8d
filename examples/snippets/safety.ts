/**
 * Chooses who decides about escalations, and what Codex may access. The code of `docs/how-to-approvals.md`.
 *
 * Run with: npm run example -- snippets/safety
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { Codex, Sandbox } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "../support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex

  // #region thread
  // Reads everything, changes nothing, and never asks.
  const reader = yield* codex.startThread({ approvalMode: "denyAll", sandbox: "readOnly" })

  // Works in its folder. The reviewer model decides about anything beyond it. `autoReview` is the default.
  const worker = yield* codex.startThread({ approvalMode: "autoReview", sandbox: "workspaceWrite" })

  // As the configuration of the Codex home says.
  const asConfigured = yield* codex.startThread({ approvalMode: "inherit" })
  // #endregion

  // #region effective
  // The effective settings, including configuration and managed requirements.
  const { approvalPolicy, approvalsReviewer, sandbox } = worker.reply
  // #endregion
  yield* Console.log(
    `${String(approvalPolicy)}, ${String(approvalsReviewer)}, ${"type" in sandbox ? sandbox.type : "?"}`
  )
  yield* Console.log(String(reader.reply.approvalPolicy))
  yield* Console.log(`configured: ${String(asConfigured.reply.approvalPolicy)}`)

  // #region turn
  // Permissions of a turn also apply to later turns. The sandbox must be specified in full.
  const result = yield* worker.run("Update the changelog.", {
    sandbox: Sandbox.workspaceWrite({ writableRoots: [], networkAccess: false }),
    approvalMode: "denyAll"
  })
  // #endregion
  yield* Console.log(result.status)
})

program.pipe(Effect.provide(Setup.layer({ fallback: () => MockModel.reply("Done.") })), NodeRuntime.runMain)
