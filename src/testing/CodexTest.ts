/**
 * A Codex to test programs with, in one line: the real binary, a mock model behind it, and a home and a workspace of their own that vanish at the
 * end. Nothing of the user's is read or written, and nothing but loopback is asked.
 *
 * Needs the optional peer `@effect/platform-node`. What the model says is `MockModel`'s.
 *
 * **Example** (One test)
 *
 * ```ts
 * it.live("asks the model", () =>
 *   Effect.gen(function*() {
 *     const model = yield* MockModel.MockModel
 *     yield* model.enqueue(MockModel.reply("hello"))
 *     const codex = yield* Codex.Codex
 *     const thread = yield* codex.startThread()
 *     const result = yield* thread.run("hi")
 *     assert.deepStrictEqual(result.finalResponse, Option.some("hello"))
 *   }).pipe(Effect.provide(CodexTest.layer())))
 * ```
 *
 * **Gotchas**
 *
 * A real process takes real time: under `TestClock`, limits such as `requestTimeout` stand still unless the test moves the clock.
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
 * The folders of one test.
 *
 * @category services
 * @since 0.169.0
 */
export interface TestHome {
  /** `CODEX_HOME`: holds `config.toml`. */
  readonly codexHome: string
  /** An empty folder; the working folder of the process, and so of threads. */
  readonly workspace: string
  /** The variables that the process gets: exactly these. */
  readonly env: { readonly [name: string]: string }
}

/**
 * The service: `yield* TestHome` gives one, and a layer provides it.
 *
 * @category services
 * @since 0.169.0
 */
export const TestHome: Context.Service<TestHome, TestHome> = /*#__PURE__*/ Context.Service<TestHome, TestHome>(
  "effect-codex/testing/TestHome"
)

/**
 * Settings of a Codex under test.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** What the model answers when nothing is scripted. */
  readonly model?: MockModel.Options | undefined
  /** What to change in the home's `config.toml`. */
  readonly config?: MockModel.ConfigOptions | undefined
  /** Settings of the SDK, besides those that the test home decides. A function is given the home, for what is about its folders. */
  readonly codex?: CodexOptions | ((home: TestHome) => CodexOptions) | undefined
  /**
   * Handlers that require something, such as policies about the test's own workspace:
   * `({ workspace }) => ServerRequests.layer(Approval.handlers(Approval.allowWritesUnder([workspace])))`. What else they require is to be provided to
   * them here. Where `codex` has a handler for the same request, that one answers. Default: none.
   */
  readonly serverRequests?: ((home: TestHome) => Layer.Layer<never, CodexError, HandlerServices>) | undefined
}

/**
 * Settings of the SDK that a test can have.
 *
 * @category models
 * @since 0.169.0
 */
export type CodexOptions = Omit<Codex.Options, "codexHome" | "cwd" | "inheritEnv">

/**
 * What handlers of a test can require: they are given the services of Node, the model and the home.
 *
 * @category models
 * @since 0.169.0
 */
export type HandlerServices = NodeServices.NodeServices | MockModel.MockModel | TestHome

/**
 * Everything that a test can ask for.
 *
 * @category models
 * @since 0.169.0
 */
export type Services = Codex.Codex | CodexClient | AppServer | MockModel.MockModel | TestHome

/**
 * Makes the folders and writes the `config.toml`; the scope's end removes them.
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
 * A Codex on the real binary, with its own home, workspace and mock model.
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
      return options.serverRequests === undefined ? codex : Layer.provide(codex, options.serverRequests(home))
    })
  )
  return codex.pipe(
    Layer.provideMerge(home),
    Layer.provideMerge(MockModel.layer(options.model)),
    Layer.provide(NodeServices.layer)
  )
}
