/**
 * A temporary Codex home (configuration, login, threads and database) that is removed when the scope closes.
 *
 * Use it for tests, and for programs with several accounts. It does not change the user's Codex home.
 *
 * **Example** (Running Codex without a login)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { Codex, CodexHome } from "effect-codex"
 *
 * const live = CodexHome.layerWith(Codex.layer).pipe(
 *   Layer.provide(CodexHome.layerTemporary()),
 *   Layer.provide(NodeServices.layer)
 * )
 * ```
 *
 * @since 0.169.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { CodexError, InvalidOptions } from "./CodexError.ts"
import { failedAt } from "./internal/errors/failedAt.ts"
import * as abandonedHomes from "./internal/account/abandonedHomes.ts"
import { inRealTime } from "./internal/realTime.ts"
import { known, type Names, oneOf } from "./internal/settings.ts"

/**
 * The location of a Codex home.
 *
 * **Example** (Writing a file into the home)
 *
 * ```ts
 * import { Effect, FileSystem, Path } from "effect"
 * import { CodexHome } from "effect-codex"
 *
 * const program = Effect.gen(function* () {
 *   const { codexHome } = yield* CodexHome.CodexHome
 *   const fs = yield* FileSystem.FileSystem
 *   const path = yield* Path.Path
 *   yield* fs.writeFileString(path.join(codexHome, "AGENTS.md"), "Answer in French.")
 * })
 * ```
 *
 * @category services
 * @since 0.169.0
 */
export interface CodexHome {
  /** The path of the directory: `CODEX_HOME`. */
  readonly codexHome: string
  /**
   * Further environment variables of the process.
   *
   * These are `CODEX_SQLITE_HOME`, the directory of its database, and `TMPDIR`, because a Codex home should not be
   * inside that directory.
   */
  readonly env: { readonly [name: string]: string }
}

/**
 * The `CodexHome` service: `yield* CodexHome` returns the home that a layer provides.
 *
 * @category services
 * @since 0.169.0
 */
export const CodexHome: Context.Service<CodexHome, CodexHome> = /*#__PURE__*/ Context.Service<CodexHome, CodexHome>(
  "effect-codex/CodexHome"
)

/**
 * Options of a temporary home.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** The login of the home. Default: `"none"`. `"copy"` copies the login of another home. */
  readonly auth?: "none" | "copy" | undefined
  /** The home whose login is copied. Default: the user's, `CODEX_HOME` or `~/.codex`. */
  readonly from?: string | undefined
  /** The content of its `config.toml`. Default: none, so Codex's defaults apply. */
  readonly configToml?: string | undefined
}

/**
 * The services that a temporary home needs. `NodeServices.layer` of `@effect/platform-node` provides them.
 *
 * @category models
 * @since 0.171.0
 */
export type Requirements = FileSystem.FileSystem | Path.Path

/**
 * Creates a home that is removed when the scope closes.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<CodexHome, CodexError | PlatformError.PlatformError, Requirements | Scope.Scope> {
  yield* Effect.andThen(known(options, names), oneOf("auth", options.auth, ["none", "copy"])).pipe(
    Effect.mapError(failedAt("CodexHome.layerTemporary"))
  )
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  // Created with mode 700, so that other users cannot access its content.
  const root = yield* Effect.acquireRelease(fs.makeTempDirectory({ prefix: abandonedHomes.prefix }), (root) =>
    // Helper processes of a server that has just exited may still be writing.
    fs
      .remove(root, { recursive: true, force: true })
      .pipe(Effect.retry({ times: 20, schedule: Schedule.spaced("50 millis") }), Effect.ignore, inRealTime)
  )
  yield* abandonedHomes.claim(root)
  yield* abandonedHomes.removeBeside(root)
  const folder = (name: string) => Effect.as(fs.makeDirectory(path.join(root, name)), path.join(root, name))
  const codexHome = yield* folder("codex")
  if (options.configToml !== undefined) {
    yield* fs.writeFileString(path.join(codexHome, "config.toml"), options.configToml)
  }
  if (options.auth === "copy") yield* copyAuth(options.from, path.join(codexHome, "auth.json"))
  return { codexHome, env: { CODEX_SQLITE_HOME: yield* folder("sqlite"), TMPDIR: yield* folder("tmp") } }
})

/**
 * Creates a home with the layer, and removes it when the layer's scope closes.
 *
 * **Details**
 *
 * `auth.json` is copied as a file, with mode 600, and this package does not read it. A login in the system's keyring
 * is not copied. Fails with `InvalidOptions` if there is no login to copy.
 *
 * **Gotchas**
 *
 * The home is not removed if the program is killed, or ended by a signal that it does not handle
 * (`NodeRuntime.runMain` handles SIGINT and SIGTERM). It then stays in the directory for temporary files, with any
 * copied login, and only this user can read it. The next program of this user that creates a temporary home on this
 * machine removes it.
 *
 * A copy of a ChatGPT login is suitable for short runs: if one of the two homes renews its tokens, those of the
 * other become invalid. A logout in either home revokes both.
 *
 * **Example** (Using a model provider of your own)
 *
 * ```ts
 * import { CodexHome } from "effect-codex"
 *
 * const home = CodexHome.layerTemporary({
 *   configToml: `
 * model_provider = "local"
 * [model_providers.local]
 * name = "local"
 * base_url = "http://127.0.0.1:8080/v1"
 * `
 * })
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layerTemporary = (
  options?: Options
): Layer.Layer<CodexHome, CodexError | PlatformError.PlatformError, Requirements> =>
  Layer.effect(CodexHome, make(options))

/**
 * Builds a layer that runs in the provided home: `CodexHome.layerWith(Codex.layer)`.
 *
 * The home is passed as options, so add others there: `CodexHome.layerWith((home) => Codex.layer({ ...home, cwd }))`.
 * The home is removed after that layer ends.
 *
 * **Example** (Giving each account its own home)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import { Codex, CodexHome } from "effect-codex"
 *
 * const codexIn = (cwd: string) =>
 *   CodexHome.layerWith((home) => Codex.layer({ ...home, cwd })).pipe(
 *     Layer.provide(CodexHome.layerTemporary({ auth: "copy" })),
 *     Layer.provide(NodeServices.layer)
 *   )
 *
 * const program = Effect.flatMap(Codex.Codex, (codex) => codex.account())
 *
 * Effect.runPromise(Effect.provide(program, codexIn("/srv/repository")))
 * ```
 *
 * @category layers
 * @since 0.171.0
 */
export const layerWith = <A, E, R>(make: (home: CodexHome) => Layer.Layer<A, E, R>): Layer.Layer<A, E, CodexHome | R> =>
  Layer.unwrap(Effect.map(CodexHome, make))

// internal

const names: Names<Options> = { auth: true, from: true, configToml: true }

const variable = (name: string): Effect.Effect<string | undefined> =>
  Effect.orElseSucceed(Config.String(name), () => undefined)

const copyAuth = Effect.fnUntraced(function* (from: string | undefined, to: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const user = (yield* variable("HOME")) ?? (yield* variable("USERPROFILE")) ?? ""
  const home = (from ?? (yield* variable("CODEX_HOME")) ?? path.join(user, ".codex")).replace(/^~(?=$|[\\/])/, user)
  const source = path.join(home, "auth.json")
  yield* fs.copyFile(source, to).pipe(
    Effect.mapError(
      () =>
        new CodexError({
          method: "CodexHome.layerTemporary",
          reason: new InvalidOptions({
            option: "auth",
            description: "no readable auth.json in the source home, so there is no login to copy"
          })
        })
    )
  )
  yield* fs.chmod(to, 0o600)
})
