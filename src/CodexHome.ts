/**
 * A Codex home of its own (configuration, login, threads, database), which vanishes at the end: for tests, and for programs with several
 * accounts. The user's home isn't touched.
 *
 * **Example** (A Codex without any login)
 *
 * ```ts
 * program.pipe(Effect.provide(CodexHome.with(CodexHome.temporary(), Codex.layer)))
 * ```
 *
 * @since 0.169.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { CodexError, InvalidOptions } from "./CodexError.ts"
import * as abandonedHomes from "./internal/account/abandonedHomes.ts"
import { inRealTime } from "./internal/realTime.ts"
import { known, type Names, oneOf } from "./internal/settings.ts"

/**
 * Where Codex keeps its things.
 *
 * @category services
 * @since 0.169.0
 */
export interface CodexHome {
  /** The folder: `CODEX_HOME`. */
  readonly codexHome: string
  /** What the process needs besides: `CODEX_SQLITE_HOME`, its database's folder, and `TMPDIR`, since the server dislikes a home inside that. */
  readonly env: { readonly [name: string]: string }
}

/**
 * The service: `yield* CodexHome` gives one, and a layer provides it.
 *
 * @category services
 * @since 0.169.0
 */
export const CodexHome: Context.Service<CodexHome, CodexHome> = /*#__PURE__*/ Context.Service<CodexHome, CodexHome>(
  "effect-codex/CodexHome"
)

/**
 * Settings of a temporary home.
 *
 * @category models
 * @since 0.169.0
 */
export interface TemporaryOptions {
  /** `"copy"`: begin with the login of another home. Default: `"none"`, nobody is logged in. */
  readonly auth?: "none" | "copy" | undefined
  /** The home whose login is copied. Default: that of the user, `CODEX_HOME` or `~/.codex`. */
  readonly from?: string | undefined
  /** The text of its `config.toml`. Default: none, that is Codex's defaults. */
  readonly configToml?: string | undefined
}

type Requirements = FileSystem.FileSystem | Path.Path

/**
 * Makes a home that the scope's end removes.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = Effect.fnUntraced(function* (
  options: TemporaryOptions = {}
): Effect.fn.Return<CodexHome, CodexError | PlatformError.PlatformError, Requirements | Scope.Scope> {
  yield* Effect.andThen(known(options, names), oneOf("auth", options.auth, ["none", "copy"])).pipe(
    Effect.mapError((reason) => new CodexError({ method: "CodexHome.temporary", reason }))
  )
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  // Made with mode 700, so that nobody else gets at what is in it.
  const root = yield* Effect.acquireRelease(fs.makeTempDirectory({ prefix: abandonedHomes.prefix }), (root) =>
    // Helpers of a server that has just left may still be writing.
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
 * A home that is made with the layer and removed with it.
 *
 * **Details**
 *
 * `auth.json` is copied as a file, with mode 600; this package doesn't read it. A login kept in the system's keyring isn't copied. Fails with
 * `InvalidOptions` if there is nothing to copy.
 *
 * **Gotchas**
 *
 * The end of the scope removes the home. If the program is killed, or ended by a signal that it doesn't handle (`NodeRuntime.runMain` handles SIGINT
 * and SIGTERM), the home stays in the folder for temporary files, and so does a copied login. Only this user can read it. The next program of this
 * user that makes a temporary home on this machine removes it.
 *
 * A copy of a ChatGPT login is good for short runs: when one of the two homes renews its tokens, those of the other end. A logout in either
 * revokes both.
 *
 * @category layers
 * @since 0.169.0
 */
export const temporary = (
  options?: TemporaryOptions
): Layer.Layer<CodexHome, CodexError | PlatformError.PlatformError, Requirements> =>
  Layer.effect(CodexHome, make(options))

/**
 * Settings for `Codex.layer`: those given, in the home that is provided, if one is. A home that they name themselves comes first.
 *
 * @category combinators
 * @since 0.169.0
 */
export const settings = <
  Options extends {
    readonly codexHome?: string | undefined
    readonly env?: { readonly [name: string]: unknown } | undefined
  }
>(
  options: Options
): Effect.Effect<Options> =>
  Effect.map(
    Effect.serviceOption(CodexHome),
    Option.match({
      onNone: () => options,
      onSome: ({ codexHome, env }) =>
        options.codexHome !== undefined || options.env?.["CODEX_HOME"] !== undefined
          ? options
          : { ...options, codexHome, env: { ...env, ...options.env } }
    })
  )

/**
 * Puts a Codex into a home: `CodexHome.with(CodexHome.temporary(), Codex.layer)`. The home goes after the Codex.
 *
 * @category combinators
 * @since 0.169.0
 */
const with_ = <E, R, A, E2, R2>(
  home: Layer.Layer<CodexHome, E, R>,
  codex: (options: CodexHome) => Layer.Layer<A, E2, R2>
): Layer.Layer<A | CodexHome, E | E2, R | Exclude<R2, CodexHome>> =>
  Layer.unwrap(Effect.map(CodexHome, codex)).pipe(Layer.provideMerge(home))

export { with_ as with }

// internal

const names: Names<TemporaryOptions> = { auth: true, from: true, configToml: true }

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
          method: "CodexHome.temporary",
          reason: new InvalidOptions({
            option: "auth",
            description: "no readable auth.json in the source home, so there is no login to copy"
          })
        })
    )
  )
  yield* fs.chmod(to, 0o600)
})
