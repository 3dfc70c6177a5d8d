/**
 * A service that survives the end of the Codex process: the layer starts the process again, and the service goes on
 * with the same `Codex` and the same thread. The program kills its own server, between two turns and in a turn.
 *
 * Run with: npm run example -- 26
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Context, Effect, Fiber, Layer, Logger, Option, Stream } from "effect"
import { AppServer, Codex, Printable, Restart, type Turn } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"
import * as Script from "./support/script.ts"

// #region service
/** Takes `Codex` in its constructor, and keeps one thread for its whole life. */
class Assistant extends Context.Service<
  Assistant,
  { readonly ask: (question: string) => Effect.Effect<string, Turn.Failure> }
>()("my-service/Assistant") {
  static readonly layer = Layer.effect(
    Assistant,
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      return {
        ask: (question: string) =>
          Effect.map(thread.run(question, { maxDuration: "5 minutes" }), (result) =>
            Option.getOrElse(result.finalResponse, () => "(no answer)")
          )
      }
    })
  )
}
// #endregion

/** Kills the process, and waits for the next one. */
const crash = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const { pid } = yield* AppServer.AppServer
  process.kill(pid, "SIGKILL")
  const isNext = Stream.filter(codex.healthChanges, (health) => health._tag === "Up" && health.pid !== pid)
  yield* Stream.runHead(isNext)
})

const program = Effect.gen(function* () {
  const assistant = yield* Assistant
  const model = yield* MockModel.MockModel
  const say = (text: string) => Console.log(Printable.text(text))

  yield* say(yield* assistant.ask("Hello."))
  yield* crash
  yield* say(yield* assistant.ask("And now?"))

  // #region outcome
  // The turn in flight fails. Nothing is sent again automatically, because it may have done something.
  const running = yield* Effect.forkChild(
    assistant
      .ask("Think for ever.")
      .pipe(
        Effect.catchReason("CodexError", "ConnectionClosed", ({ turn }) =>
          Effect.succeed(`lost in the turn, after ${turn?.items.length ?? 0} item`)
        )
      )
  )
  // #endregion
  yield* model.received(3)
  yield* crash
  yield* say(yield* Fiber.join(running))
  yield* say(yield* assistant.ask("Still there?"))
})

// #region watch
/** Shows what happens to the process. */
const watch = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  yield* codex.healthChanges.pipe(
    Stream.runForEach((health) =>
      health._tag === "Restarting"
        ? Console.log(`attempt ${health.attempt}: ${health.cause.reason._tag}`)
        : Console.log(health._tag)
    ),
    Effect.forkScoped
  )
})
// #endregion

const main = Effect.gen(function* () {
  yield* Console.error("Using the embedded model (no account needed), whatever is set.")
  // #region layer
  const codexLayer = (options: Codex.Options) => Codex.layer({ ...options, restart: Restart.policy })
  // #endregion
  const model = yield* MockModel.MockModel
  const { codexHome, env, workspace } = yield* CodexTest.makeHome(model.configToml())
  yield* Effect.provide(
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      yield* watch
      // #region down
      // If the policy ends, the program ends with the cause.
      yield* Effect.raceFirst(Effect.provide(program, Assistant.layer), codex.awaitDown)
      // #endregion
    }),
    codexLayer({ codexHome, cwd: workspace, env, inheritEnv: false })
  )
})

main.pipe(
  Effect.scoped,
  Effect.provide(
    MockModel.layer({
      fallback: (request) =>
        request.lastUserText === "Think for ever."
          ? Script.endless("Hm")
          : MockModel.reply(`You said: ${request.lastUserText ?? ""}`)
    })
  ),
  Effect.provide(NodeServices.layer),
  // The log would show the end of the process here, on a separate line.
  Effect.provide(Logger.layer([])),
  NodeRuntime.runMain
)
