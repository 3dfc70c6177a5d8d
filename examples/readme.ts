/**
 * The program of the README.
 *
 * Run with: npm run example -- readme --home      (your own Codex home and login)
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Option } from "effect"
import { Codex, Printable, retryOnOverload } from "effect-codex"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const result = yield* thread.run("Say hello.", { maxDuration: "2 minutes" }).pipe(Effect.retry(retryOnOverload))
  yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))
})

program.pipe(Effect.provide(Codex.layer()), Effect.provide(NodeServices.layer), NodeRuntime.runMain)
