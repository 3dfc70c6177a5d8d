/**
 * A script: one question, one answer on stdout. The code of `docs/choosing.md`.
 *
 * Run with: npm run example -- snippets/script
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Cause, Console, Effect, Logger, Option } from "effect"
import { Codex, Printable, retryOnOverload } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Homes from "../support/homes.ts"

// #region script
const ask = (question: string) =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread({ ephemeral: true, approvalMode: "denyAll", sandbox: "readOnly" })
    const { finalResponse } = yield* thread
      .run(question, { maxDuration: "10 minutes" })
      .pipe(Effect.retry(retryOnOverload))
    yield* Console.log(Printable.text(Option.getOrElse(finalResponse, () => "")))
  })

const main = (question: string, options?: Codex.Options) =>
  ask(question).pipe(
    Effect.provide(Codex.layer(options)),
    Effect.provide(NodeServices.layer),
    Effect.tapCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logError(cause))),
    // Only the answer goes to stdout. Warnings and failures go to stderr.
    Effect.provideService(Logger.LogToStderr, true)
  )
// #endregion

Homes.make.pipe(
  Effect.flatMap((options) => main("What does this package do?", options)),
  Effect.scoped,
  Effect.provide(Homes.layer({ fallback: () => MockModel.reply("It runs Codex from Effect.") })),
  // `main` has reported the failure.
  NodeRuntime.runMain({ disableErrorReporting: true })
)
