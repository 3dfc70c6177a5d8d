/**
 * Runs a service whose layer needs Codex. The program needs only the service. See `service/ReviewService.ts`.
 *
 * Run with: npm run example -- 18
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as ReviewService from "./service/ReviewService.ts"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  yield* Console.log(Printable.line(yield* ReviewService.gate("- const timeout = 30\n+ const timeout = 0")))
  yield* Console.log(Printable.line(yield* ReviewService.gate("- // teh\n+ // the")))
})

program.pipe(
  Effect.provide(ReviewService.layer),
  Effect.provide(
    Setup.layer({
      fallback: (request) =>
        MockModel.reply(
          JSON.stringify(
            request.lastUserText?.includes("timeout") === true
              ? { verdict: "reject", comments: ["no time to answer"] }
              : { verdict: "approve", comments: [] }
          )
        )
    })
  ),
  NodeRuntime.runMain
)
