/**
 * Runs a real Codex in a test: the real binary with a mock model, and a temporary Codex home and workspace.
 *
 * It reads and writes none of the user's files and connects only to loopback. The home and the workspace are removed
 * when the scope closes.
 *
 * Needs the optional peer `@effect/platform-node`. Script the model's replies with `MockModel`.
 *
 * **Gotchas**
 *
 * A real process takes real time. Under `TestClock`, limits such as `requestTimeout` stand still unless the test
 * moves the clock.
 *
 * **Example** (Running one test)
 *
 * ```ts
 * import { assert, it } from "@effect/vitest"
 * import { Effect, Option } from "effect"
 * import { Codex } from "effect-codex"
 * import { CodexTest, MockModel } from "effect-codex/testing"
 *
 * it.live("asks the model", () =>
 *   Effect.gen(function* () {
 *     const model = yield* MockModel.MockModel
 *     yield* model.enqueue(MockModel.reply("hello"))
 *     const codex = yield* Codex.Codex
 *     const thread = yield* codex.startThread()
 *     const result = yield* thread.run("hi")
 *     assert.deepStrictEqual(result.finalResponse, Option.some("hello"))
 *   }).pipe(Effect.provide(CodexTest.layer()))
 * )
 * ```
 *
 * @since 0.169.0
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import type { AppServer } from "../AppServer.ts"
import * as Codex from "../Codex.ts"
import type { CodexClient } from "../CodexClient.ts"
import type { CodexError } from "../CodexError.ts"
import * as CodexHome from "../CodexHome.ts"
import * as MockModel from "./MockModel.ts"

/**
 * The directories of one test.
 *
 * **Example** (Reading a file that Codex wrote)
 *
 * ```ts
 * import { Effect, FileSystem } from "effect"
 * import { CodexTest } from "effect-codex/testing"
 *
 * const program = Effect.gen(function* () {
 *   const { workspace } = yield* CodexTest.TestHome
 *   const fs = yield* FileSystem.FileSystem
 *   return yield* fs.readFileString(`${workspace}/notes.txt`)
 * })
 * ```
 *
 * @category services
 * @since 0.169.0
 */
export interface TestHome {
  /** The Codex home (`CODEX_HOME`), which contains `config.toml`. */
  readonly codexHome: string
  /** An empty directory: the working directory of the process, and so of threads. */
  readonly workspace: string
  /** The environment variables of the process: exactly these. */
  readonly env: { readonly [name: string]: string }
}

/**
 * The `TestHome` service: `yield* TestHome` returns the home that a layer provides.
 *
 * @category services
 * @since 0.169.0
 */
export const TestHome: Context.Service<TestHome, TestHome> = /*#__PURE__*/ Context.Service<TestHome, TestHome>(
  "effect-codex/testing/TestHome"
)

/**
 * Options of a Codex under test.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** The replies of the model when nothing is scripted. */
  readonly model?: MockModel.Options | undefined
  /** Changes to the `config.toml` of the home. */
  readonly config?: MockModel.ConfigOptions | undefined
  /**
   * Options of the SDK, except those that the test home sets. A function receives the home, to use its directories.
   */
  readonly codex?: CodexOptions | ((home: TestHome) => CodexOptions) | undefined
  /**
   * Handlers with requirements. A function receives the home, for policies about the test's own workspace. Default:
   * none.
   *
   * For example
   * `({ workspace }) => ServerRequests.layer(Approval.handlers(Approval.allowWritesUnder([workspace])))`. Provide
   * other requirements of the handlers here. If `codex` has a handler for the same request, that one answers.
   */
  readonly serverRequests?: HandlersLayer | ((home: TestHome) => HandlersLayer) | undefined
}

/**
 * A layer of handlers, such as `ServerRequests.layer(…)`.
 *
 * @category models
 * @since 0.171.0
 */
export type HandlersLayer = Layer.Layer<never, CodexError, HandlerServices>

/**
 * The options of the SDK that a test can set.
 *
 * @category models
 * @since 0.169.0
 */
export type CodexOptions = Omit<Codex.Options, "codexHome" | "cwd" | "inheritEnv">

/**
 * The services that handlers of a test can require: those of Node, the model and the home.
 *
 * @category models
 * @since 0.169.0
 */
export type HandlerServices = NodeServices.NodeServices | MockModel.MockModel | TestHome

/**
 * The services that the layer provides.
 *
 * @category models
 * @since 0.169.0
 */
export type Services = Codex.Codex | CodexClient | AppServer | MockModel.MockModel | TestHome

/**
 * Creates the directories and the `config.toml`, and removes them when the scope closes.
 *
 * @category constructors
 * @since 0.169.0
 */
export const makeHome = Effect.fnUntraced(function* (
  configToml: string
): Effect.fn.Return<
  TestHome,
  CodexError | PlatformError.PlatformError,
  FileSystem.FileSystem | Path.Path | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { codexHome, env } = yield* CodexHome.make({ configToml })
  const folder = (name: string) => {
    const place = path.join(path.dirname(codexHome), name)
    return Effect.as(fs.makeDirectory(place), place)
  }
  const workspace = yield* folder("workspace")
  return {
    codexHome,
    workspace,
    env: {
      ...env,
      PATH: process.env["PATH"] ?? "",
      HOME: yield* folder("home"),
      CODEX_HOME: codexHome,
      CODEX_APP_SERVER_DISABLE_MANAGED_CONFIG: "1",
      RUST_LOG: "warn"
    }
  }
})

/**
 * Provides a Codex on the real binary, with its own home, workspace and mock model.
 *
 * **Example** (Testing a policy about the workspace)
 *
 * ```ts
 * import { Approval, ServerRequests } from "effect-codex"
 * import { CodexTest, MockModel } from "effect-codex/testing"
 *
 * const live = CodexTest.layer({
 *   model: { fallback: () => MockModel.reply("hello") },
 *   codex: { requestTimeout: "10 seconds" },
 *   serverRequests: ({ workspace }) =>
 *     ServerRequests.layer(Approval.handlers(Approval.allowWritesUnder([workspace])))
 * })
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (options: Options = {}): Layer.Layer<Services, CodexError> => {
  const home = Layer.effect(
    TestHome,
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      return yield* Effect.orDie(makeHome(model.configToml(options.config)))
    })
  )
  const codex = Layer.unwrap(
    Effect.map(TestHome, (home) => {
      const given = typeof options.codex === "function" ? options.codex(home) : options.codex
      const codex = Codex.layer({
        ...given,
        cwd: home.workspace,
        env: { ...home.env, ...given?.env },
        inheritEnv: false
      })
      const { serverRequests } = options
      if (serverRequests === undefined) return codex
      return Layer.provide(codex, typeof serverRequests === "function" ? serverRequests(home) : serverRequests)
    })
  )
  return codex.pipe(
    Layer.provideMerge(home),
    Layer.provideMerge(MockModel.layer(options.model)),
    Layer.provide(NodeServices.layer)
  )
}
