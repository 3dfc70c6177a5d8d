/**
 * Handles what can go wrong: retries on overload, one handler for each reason, and what a failed turn leaves.
 *
 * Run with: npm run example -- 10
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option } from "effect"
import { Codex, Printable, retryOnOverload } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Script from "./support/script.ts"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()

  // #region retry
  // Retries only calls that were rejected by overload, and turns that it ended before any side effect.
  const result = yield* thread.run("Say hello.").pipe(Effect.retry(retryOnOverload))
  // #endregion
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))

  // #region turn
  // A turn that ran but did not complete. Its tag says why, and `result` has everything collected until then.
  yield* thread.run("Fail, please.").pipe(
    Effect.catchReasons("TurnFailed", {
      ContextWindowExceeded: () => Effect.asVoid(thread.compactAndWait()),
      UsageLimitExceeded: () => Console.log("the plan is used up"),
      Unauthorized: () => Console.log("log in first")
    }),
    Effect.catchTags({
      TurnFailed: ({ reason, result }) => Console.log(`${reason._tag}, after ${result.items.length} items`),
      TurnInterrupted: () => Console.log("the turn was interrupted"),
      TurnStalled: () => Console.log("it was silent for too long"),
      TurnTimedOut: () => Console.log("it took too long")
    })
  )
  // #endregion

  // #region call
  // A call that failed, with one reason for each cause.
  yield* codex
    .resumeThread("00000000-0000-7000-8000-000000000000")
    .pipe(
      Effect.catchTag("CodexError", ({ isRetryable, method, reason }) =>
        Console.log(`${method}: ${reason._tag}${isRetryable ? ", which can be repeated" : ""}`)
      )
    )
  // #endregion
})

program.pipe(
  Effect.provide(
    Setup.layer(
      Script.inOrder(
        MockModel.failed({ code: "server_is_overloaded", message: "busy" }),
        MockModel.reply("Hello, at the second attempt."),
        MockModel.failed({ code: "insufficient_quota", message: "no more" })
      )
    )
  ),
  NodeRuntime.runMain
)
