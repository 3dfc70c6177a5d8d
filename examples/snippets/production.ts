/**
 * Runs Codex in a service: settings, one process for the whole program, code without Effect, and a process that died.
 * The code of `docs/how-to-production.md`.
 *
 * Run with: npm run example -- snippets/production
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { ConfigProvider, Console, Effect, Layer, ManagedRuntime, Option } from "effect"
import { Codex, Printable } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"

const program = Effect.gen(function* () {
  const { codexHome, env, workspace } = yield* CodexTest.TestHome

  // #region settings
  // Commands that Codex runs must not see your program's secrets. With `inheritEnv: false`, the environment is
  // exactly `env`.
  const codexLayer = Codex.layer({
    codexHome,
    cwd: workspace,
    env: { PATH: env["PATH"], HOME: env["HOME"] },
    inheritEnv: false,
    clientInfo: { name: "my-service", version: "1.0.0" },
    requestTimeout: "20 seconds",
    config: { features: { goals: false } }
  }).pipe(Layer.provide(NodeServices.layer))
  // #endregion

  // #region config
  // The same from variables such as CODEX_HOME and CODEX_REQUEST_TIMEOUT. Options that are set here take precedence.
  const fromConfig = Codex.layerFromConfig({ clientInfo: { name: "my-service", version: "1.0.0" } }).pipe(
    Layer.provide(NodeServices.layer)
  )
  // #endregion
  const home = yield* Effect.map(Codex.Codex, ({ metadata }) => metadata.codexHome).pipe(
    Effect.provide(fromConfig),
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { CODEX_HOME: codexHome } })))
  )
  yield* Console.log(`home as configured: ${home === codexHome}`)

  // #region runtime
  // One process for a program without Effect. Dispose of the runtime at the end, or the Codex process keeps running.
  const runtime = ManagedRuntime.make(codexLayer)
  const answer = (question: string, signal?: AbortSignal): Promise<string> =>
    runtime.runPromise(
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const thread = yield* codex.startThread({ ephemeral: true })
        const result = yield* thread.run(question, { maxDuration: "5 minutes" })
        return Option.getOrElse(result.finalResponse, () => "")
      }),
      // Aborting interrupts the turn.
      signal === undefined ? undefined : { signal }
    )
  // #endregion
  yield* Console.log(Printable.text(yield* Effect.promise(() => answer("Hello?"))))
  yield* Effect.promise(() => runtime.dispose())

  const thread = yield* (yield* Codex.Codex).startThread()
  yield* thread.run("Hello?")
  // #region versions
  const goal = yield* thread.goal.get.pipe(
    Effect.catchReason("CodexError", "MethodNotSupported", ({ actual, required }) =>
      Effect.as(Console.log(`goals need codex ${required}, and ${actual} runs`), Option.none())
    )
  )
  // #endregion
  yield* Console.log(`a goal: ${Option.isSome(goal)}`)
})

program.pipe(
  Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("Hello.") } })),
  NodeRuntime.runMain
)
