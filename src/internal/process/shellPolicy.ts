/**
 * Keeps secrets of this program from the commands that the model runs, by Codex's own setting `shell_environment_policy`: the output of `env`
 * goes to the model's host. The server itself and its MCP servers still get the variables.
 *
 * The configuration of the user comes first. If it mentions the setting, in `config` or in a `config.toml`, no variable is kept back here.
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

/** What the policy depends on. */
export interface PolicyOptions {
  readonly os: string
  readonly config: toml.ConfigObject
  /** The whole environment of the server. */
  readonly env: Variables
  readonly cwd: string | undefined
  readonly mark: marks.Mark | undefined
}

/** The overrides of the policy. */
export const overrides = Effect.fnUntraced(function* (
  options: PolicyOptions
): Effect.fn.Return<ReadonlyArray<string>, never, FileSystem.FileSystem | Path.Path> {
  if (Object.hasOwn(options.config, setting) || (yield* isInFile(options))) {
    // A policy that inherits few variables would drop the mark by which commands are found at the end.
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

// No reader of TOML is needed: a mention that is none (within a text) means only that the user decides.
const mentions = (document: string): boolean =>
  document.split("\n").some((line) => {
    const at = line.indexOf(setting)
    return at !== -1 && !line.slice(0, at).includes("#")
  })
