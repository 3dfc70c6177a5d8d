/**
 * Withholds secrets of this program from the commands of the model, with Codex's setting `shell_environment_policy`.
 *
 * The output of `env` would go to the model provider. The server itself and its MCP servers still receive the
 * variables.
 *
 * The user's configuration takes precedence. If it mentions the setting, in `config` or in a `config.toml`, this
 * module withholds nothing.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import { expandHome, userHome, type Variables } from "./environment.ts"
import * as marks from "./marks.ts"
import * as secrets from "./secrets.ts"
import * as toml from "./toml.ts"

const setting = "shell_environment_policy"

/** The inputs of the policy. */
export interface PolicyOptions {
  readonly os: string
  readonly config: toml.ConfigObject
  /** The complete environment of the server. */
  readonly env: Variables
  readonly cwd: string | undefined
  readonly mark: marks.Mark | undefined
}

/** Returns the configuration overrides of the policy. */
export const overrides = Effect.fnUntraced(function* (
  options: PolicyOptions
): Effect.fn.Return<ReadonlyArray<string>, never, FileSystem.FileSystem | Path.Path> {
  if (Object.hasOwn(options.config, setting) || (yield* isInFile(options))) {
    // A policy that inherits few variables would drop the mark that identifies commands at the end.
    return options.mark === undefined
      ? []
      : toml.lines({ [setting]: { set: { [marks.variable]: options.mark.value } } })
  }
  const exclude = secrets.namesIn(options.env)
  return exclude.length === 0 ? [] : toml.lines({ [setting]: { exclude } })
})

// internal

const text = (value: Variables[string]): string | undefined =>
  Redacted.isRedacted(value) ? Redacted.value(value) : value

const isInFile = Effect.fnUntraced(function* ({ cwd, env, os }: PolicyOptions) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, text(value)]))
  const user = userHome(os, variables)
  const given = variables["CODEX_HOME"]
  const home =
    given !== undefined && given !== ""
      ? path.resolve(cwd ?? "", expandHome(given, user))
      : user === undefined
        ? undefined
        : path.join(user, ".codex")
  const files = [
    ...(home === undefined ? [] : [path.join(home, "config.toml")]),
    ...(os === "win32" ? [] : ["/etc/codex/config.toml"])
  ]
  for (const file of files) {
    if (mentions(yield* Effect.orElseSucceed(fs.readFileString(file), () => ""))) return true
  }
  return false
})

// A TOML parser is not needed: a false mention (within a string) only means that the user decides.
const mentions = (document: string): boolean =>
  document.split("\n").some((line) => {
    const at = line.indexOf(setting)
    return at !== -1 && !line.slice(0, at).includes("#")
  })
