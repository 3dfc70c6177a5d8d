/**
 * Finds two processes of a pool that would use the same Codex home, which has the login, rules and threads. It does not
 * look at other programs, and creates no home.
 *
 * A home is claimed before its process starts, and free again after that has ended.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { Options } from "../../AppServer.ts"
import { CodexError, HomeInUse } from "../../CodexError.ts"
import * as environment from "../process/environment.ts"
import { CurrentPlatform } from "../process/platform.ts"

/** Claims the home of these options until the scope closes. */
export type Claim = (
  options: Options
) => Effect.Effect<void, CodexError, FileSystem.FileSystem | Path.Path | Scope.Scope>

/** Creates a set of claims. */
export const make = (): Claim => {
  const inUse = new Set<string>()
  return Effect.fnUntraced(function* (options) {
    const home = yield* homeOf(options)
    if (home === undefined) return
    if (inUse.has(home)) return yield* new CodexError({ method: "CodexPool.get", reason: new HomeInUse() })
    yield* Effect.acquireRelease(
      Effect.sync(() => inUse.add(home)),
      () => Effect.sync(() => inUse.delete(home))
    )
  })
}

// internal

/** The home that a process with these options uses; `undefined` if that is unknown. Invalid options fail later. */
const homeOf = Effect.fnUntraced(function* ({
  codexHome,
  cwd,
  env = {},
  inheritEnv = true
}: Options): Effect.fn.Return<string | undefined, never, FileSystem.FileSystem | Path.Path> {
  const { os } = yield* CurrentPlatform
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const parent = process.env
  const variables = environment.build({
    os,
    parent,
    inherit: inheritEnv,
    variables: env,
    codexHome,
    helpers: undefined
  })
  const valueOf = (name: string): string | undefined => {
    const value = variables[name]
    return Redacted.isRedacted(value) ? Redacted.value(value) : value
  }
  const userHome = valueOf(os === "win32" ? "USERPROFILE" : "HOME")
  const home = valueOf("CODEX_HOME") ?? (userHome === undefined ? undefined : path.join(userHome, ".codex"))
  if (home === undefined) return undefined
  const full = path.resolve(environment.expandHome(cwd ?? "", environment.userHome(os, parent)), home)
  // Two paths can lead to one directory.
  return yield* Effect.orElseSucceed(fs.realPath(full), () => full)
})
