/**
 * A service: one process for all requests, with limits and a policy. The code of `docs/choosing.md`.
 *
 * Run with: npm run example -- snippets/service
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Context, Effect, Layer, Option } from "effect"
import { Approval, Codex, Printable, Restart, retryOnOverload, Thread } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Homes from "../support/homes.ts"

// #region service
class Answers extends Context.Service<Answers, { readonly ask: (question: string) => Effect.Effect<string, Error> }>()(
  "my-service/Answers"
) {}

const answers = Layer.effect(
  Answers,
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    return Answers.of({
      ask: Effect.fn("Answers.ask")(function* (question) {
        // The server unloads the thread when the request ends.
        const thread = yield* Thread.scoped(codex.startThread({ ephemeral: true, approvalMode: "ask" }))
        const { finalResponse } = yield* thread
          .run(question, { maxDuration: "5 minutes", idleTimeout: "1 minute" })
          .pipe(Effect.retry(retryOnOverload))
        return Option.getOrElse(finalResponse, () => "")
      }, Effect.scoped)
    })
  })
)
// #endregion

// #region layer
/** `options` has the service's own `codexHome`, `cwd` and `env`. `Codex.layerFromConfig` reads them from variables. */
const codexLayer = (options: Codex.Options) =>
  Codex.layer({
    ...options,
    inheritEnv: false,
    restart: Restart.policy,
    clientInfo: { name: "my-service", version: "1.0.0" },
    // No user can be asked: a policy decides, and everything else is declined.
    serverRequests: Approval.handlers(Approval.allowCommands(Approval.command.equals(["npm", "test"])))
  }).pipe(Layer.provide(NodeServices.layer))

const live = (options: Codex.Options) => Layer.provide(answers, codexLayer(options))
// #endregion

const program = Effect.gen(function* () {
  const { ask } = yield* Answers
  const questions = ["one", "two", "three"]
  const all = yield* Effect.forEach(questions, ask, { concurrency: "unbounded" })
  yield* Effect.forEach(all, (answer) => Console.log(Printable.text(answer)))
})

Homes.make.pipe(
  Effect.flatMap((options) => Effect.provide(program, live(options))),
  Effect.scoped,
  Effect.provide(Homes.layer({ fallback: (request) => MockModel.reply(`You asked: ${request.lastUserText}`) })),
  NodeRuntime.runMain
)
