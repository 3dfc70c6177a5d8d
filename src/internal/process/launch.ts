/**
 * Turns options into what is spawned: program, arguments and environment. Every invalid option is found here, before
 * a process exists.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type * as Redacted from "effect/Redacted"
import { InvalidOptions, type RuntimeNotFound } from "../../CodexError.ts"
import * as environment from "./environment.ts"
import { exposedIn } from "./exposed.ts"
import * as folders from "./folders.ts"
import * as marks from "./marks.ts"
import { names, type Options } from "./options.ts"
import type { Platform } from "./platform.ts"
import * as programFormat from "./programFormat.ts"
import * as runtime from "./runtime.ts"
import * as secrets from "./secrets.ts"
import * as shellPolicy from "./shellPolicy.ts"
import * as settings from "../settings.ts"
import * as toml from "./toml.ts"

/** A process to start, and its limits. */
export interface Launch {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly env: { readonly [name: string]: string | Redacted.Redacted<string> }
  /** Values in these fields that must not be shown. */
  readonly secrets: ReadonlyArray<string>
  /** Distinguishes the server's processes from others, on systems that allow it. */
  readonly mark: marks.Mark | undefined
  readonly cwd: string | undefined
  readonly shutdownGrace: Duration.Duration
  /** The directory in which servers are registered, on systems that allow it. */
  readonly registry: string | undefined
  readonly maxLineBytes: number
}

/** Checks the options, finds the binary, and builds the command. */
export const resolve = Effect.fnUntraced(function* (
  options: Options,
  platform: Platform
): Effect.fn.Return<Launch, InvalidOptions | RuntimeNotFound, FileSystem.FileSystem | Path.Path> {
  yield* settings.known(options, names)
  const shutdownGrace = yield* settings.duration("shutdownGrace", options.shutdownGrace, Duration.seconds(2), {
    allowZero: true
  })
  const maxLineBytes = yield* settings.bytes("maxLineBytes", options.maxLineBytes, 256 * 1024 * 1024)
  if (maxLineBytes > longestText) {
    return yield* new InvalidOptions({
      option: "maxLineBytes",
      description: `must be at most ${longestText}, the maximum length of a JavaScript string`
    })
  }
  const executable = yield* settings.text("executable", options.executable)
  const cwd = yield* settings.text("cwd", options.cwd)
  const codexHome = yield* settings.text("codexHome", options.codexHome)
  const registry = yield* settings.text("registry", options.registry)
  const overrides = yield* toml.overrides(options.config ?? {})
  const exposed = exposedIn(options.config ?? {})
  if (exposed !== undefined) {
    return yield* new InvalidOptions({
      option: `config.${exposed}`,
      description:
        "would be a process argument, which every user of the machine can read; put it in an environment variable and name that instead " +
        "(`env_key`, `bearer_token_env_var`, `env_http_headers`, `env_vars`), or write it to the config.toml of the Codex home"
    })
  }
  const variables = options.env ?? {}
  // The letters of a string would become variables.
  if (typeof variables !== "object" || Array.isArray(variables)) {
    return yield* new InvalidOptions({ option: "env", description: "expected an object of strings" })
  }
  const wrong = environment.invalidVariable(variables)
  if (wrong !== undefined) {
    return yield* new InvalidOptions({ option: `env.${wrong.name}`, description: wrong.description })
  }

  const found = yield* options.command !== undefined
    ? verbatim(options.command, executable, overrides)
    : executable === undefined
      ? runtime.locate(platform)
      : runtime.named(executable, platform)

  if (options.inheritEnv !== undefined && typeof options.inheritEnv !== "boolean") {
    return yield* new InvalidOptions({ option: "inheritEnv", description: "expected true or false" })
  }
  const home = environment.userHome(platform.os, process.env)
  const folder = cwd === undefined ? undefined : environment.expandHome(cwd, home)
  if (folder !== undefined) yield* folders.check("cwd", folder)
  const path = yield* Path.Path
  // The server resolves a relative path against its working directory.
  const absolute = (place: string) => path.resolve(folder ?? "", place)
  // A caller's command can be a wrapper that creates the Codex home, or for which it is located elsewhere.
  if (codexHome !== undefined && options.command === undefined) {
    yield* folders.check("codexHome", absolute(environment.expandHome(codexHome, home)))
  }
  // If the caller sets the variable, its value is kept.
  const mark =
    platform.os === "linux" && !Object.hasOwn(variables, marks.variable)
      ? marks.make(process.env[marks.variable])
      : undefined
  // The system chose a program on PATH. A shell runs a script without `#!`, and the caller can intend that.
  if (options.command !== undefined && /[/\\]/.test(found.executable)) {
    const problem = yield* programFormat.problem(absolute(found.executable), platform)
    if (problem?.isForeign === true)
      return yield* invalidCommand(`the program cannot run on this machine: ${problem.description}`)
  }
  const env = environment.build({
    os: platform.os,
    parent: process.env,
    inherit: options.inheritEnv ?? true,
    variables: mark === undefined ? variables : { ...variables, [marks.variable]: mark.value },
    codexHome,
    helpers: found.helpers
  })
  const policy = yield* shellPolicy.overrides({ os: platform.os, config: options.config ?? {}, env, cwd: folder, mark })
  return {
    program: found.executable,
    args: options.command?.slice(1) ?? [
      ...[...overrides, ...policy].flatMap((override) => ["-c", override]),
      "app-server"
    ],
    env,
    mark,
    secrets: [...secrets.inVariables(env), ...secrets.inConfig(options.config)],
    cwd: folder,
    shutdownGrace,
    registry:
      registry === undefined || platform.os !== "linux"
        ? undefined
        : (yield* Path.Path).resolve(environment.expandHome(registry, home)),
    maxLineBytes
  }
})

// The longest string of V8, in UTF-16 code units. Each byte becomes at most one unit.
const longestText = 2 ** 29 - 24

const invalidCommand = (description: string) => new InvalidOptions({ option: "command", description })

const verbatim = Effect.fnUntraced(function* (
  command: ReadonlyArray<string>,
  executable: string | undefined,
  overrides: ReadonlyArray<string>
): Effect.fn.Return<runtime.Runtime, InvalidOptions> {
  // A JavaScript program can pass any value, and a string is the likely mistake.
  const parts: unknown = command
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === "string")) {
    return yield* invalidCommand(
      'expected an array of strings: the program, then its arguments, such as ["codex", "app-server"]'
    )
  }
  if (parts.some((part) => part.includes("\0"))) return yield* invalidCommand("must not contain NUL characters")
  const [program] = command
  if (program === undefined || program.trim() === "") return yield* invalidCommand("must start with the program to run")
  if (executable !== undefined || overrides.length > 0) {
    return yield* invalidCommand("cannot be combined with `executable` or `config`")
  }
  return { executable: program, helpers: undefined }
})
