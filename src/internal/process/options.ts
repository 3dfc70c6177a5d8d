/**
 * Options of the process: how it is found, started and ended. `launch.ts` checks them.
 */
import type * as ByteSize from "effect/ByteSize"
import type * as Duration from "effect/Duration"
import type { Variables } from "./environment.ts"
import type { Names } from "../settings.ts"
import type { ConfigObject } from "./toml.ts"

/**
 * Options of the process: how it is found, started and ended. All are optional.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** The path of a codex binary. Default: the pinned one, from its platform package. */
  readonly executable?: string | undefined
  /**
   * The whole launch command, used verbatim: `["codex", "app-server"]`.
   *
   * Nothing is resolved or added, so it cannot be combined with `executable` or `config`.
   */
  readonly command?: readonly [program: string, ...args: ReadonlyArray<string>] | undefined
  /**
   * Codex configuration, passed as `-c` overrides: `{ model: "gpt-5", features: { goals: true } }`.
   *
   * Secrets are rejected, because every user of the machine can read the arguments of a process. Refer to a variable
   * instead (`env_key`, `bearer_token_env_var`, `env_http_headers`, `env_vars`).
   */
  readonly config?: ConfigObject | undefined
  /**
   * The working directory of the process, and the default one of threads. `~` is expanded. Default: this program's.
   *
   * It must exist.
   */
  readonly cwd?: string | undefined
  /**
   * The Codex home: the directory of configuration, login and threads (`CODEX_HOME`). Default: codex's own,
   * `~/.codex`.
   *
   * `~` is expanded, and a relative path is resolved against `cwd`. It must exist.
   */
  readonly codexHome?: string | undefined
  /**
   * Environment variables to add; `undefined` removes one. `Redacted` values do not appear in errors and logs.
   *
   * Variables with secrets are hidden from the commands that the model runs, unless your Codex configuration has a
   * `shell_environment_policy`. A variable has a secret if its value is `Redacted`, its name is like `…_TOKEN`, or
   * its value is an address with a password.
   */
  readonly env?: Variables | undefined
  /**
   * Whether the process inherits this program's environment variables. Default: `true`.
   *
   * With `false` it gets exactly `env`, and on Linux also `EFFECT_CODEX_SERVER`, which identifies its commands so
   * that they can be ended.
   */
  readonly inheritEnv?: boolean | undefined
  /**
   * How long to wait between closing stdin and SIGTERM, and between SIGTERM and SIGKILL. Default: 2 s.
   *
   * Handlers of server requests are interrupted when the scope closes, and have the same time to end (at least 100
   * ms). After that, the log names those that are still running, and they are abandoned.
   */
  readonly shutdownGrace?: Duration.Input | undefined
  /**
   * A directory in which running servers are registered, so that the next start can end what this program leaves if
   * it is killed with SIGKILL. `~` is expanded. Default: none, and nothing is registered.
   *
   * Each start with the same directory first ends the remaining processes of programs that were killed, and logs a
   * warning for each of their servers. It ends only a server whose id and start time agree, with its session, and
   * processes with the mark of the server in their variables. The start waits for them, at most twice `shutdownGrace`
   * and a few seconds.
   *
   * The directory is created for this user only, and must contain nothing else. Several programs can share it. On
   * systems other than Linux, the option has no effect.
   *
   * @since 0.171.0
   */
  readonly registry?: string | undefined
  /**
   * Maximum size of a line from the server, such as `"64 MiB"`. A longer line ends the connection. Default: 256 MiB.
   *
   * The limit can be at most 512 MiB.
   */
  readonly maxLineBytes?: ByteSize.Input | undefined
}

/** The option names. */
export const names: Names<Options> = {
  executable: true,
  command: true,
  config: true,
  cwd: true,
  codexHome: true,
  env: true,
  inheritEnv: true,
  shutdownGrace: true,
  registry: true,
  maxLineBytes: true
}
