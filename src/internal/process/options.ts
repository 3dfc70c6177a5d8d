/**
 * How the process is found, started and ended, as the caller says it. Checking it is `launch.ts`.
 */
import type * as Duration from "effect/Duration"
import type { Variables } from "./environment.ts"
import type { Names } from "../settings.ts"
import type { ConfigObject } from "./toml.ts"

/**
 * How the process is found, started and ended. Everything is optional.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** Path of a codex binary. Default: the pinned one, from its platform package. */
  readonly executable?: string | undefined
  /** The whole launch command, verbatim: `["codex", "app-server"]`. Nothing is resolved or added, so `executable` and `config` can't be given with it. */
  readonly command?: readonly [program: string, ...args: ReadonlyArray<string>] | undefined
  /**
   * Codex configuration, passed as `-c` overrides: `{ model: "gpt-5", features: { goals: true } }`. Secrets are refused, since every user of the
   * machine can read the arguments of a process. Name a variable instead (`env_key`, `bearer_token_env_var`, `env_http_headers`, `env_vars`).
   */
  readonly config?: ConfigObject | undefined
  /** The process's working folder, which is also the default folder of threads; `~` is expanded. It has to exist. Default: this program's. */
  readonly cwd?: string | undefined
  /** The folder that holds configuration, login and threads (`CODEX_HOME`); `~` is expanded, and a relative one starts at `cwd`. It has to exist. Default: codex's own, `~/.codex`. */
  readonly codexHome?: string | undefined
  /**
   * Variables to add; `undefined` removes one. `Redacted` values stay out of errors and logs. Variables that hold secrets (by `Redacted`, by a name
   * such as `…_TOKEN`, or by a password in an address) are kept from the commands that the model runs, unless your Codex configuration has a
   * `shell_environment_policy`.
   */
  readonly env?: Variables | undefined
  /**
   * Whether the process gets this program's variables. `false`: exactly `env`, and on Linux `EFFECT_CODEX_SERVER`, by which its commands are found and
   * ended at the end. Default: `true`.
   */
  readonly inheritEnv?: boolean | undefined
  /**
   * How long to wait after closing stdin before SIGTERM, and from there to SIGKILL. For as long, and at least 100 ms,
   * handlers of the server's requests have to end: they are interrupted when the scope ends, and one that still runs then
   * is named in the log and left to itself. Default: 2 s.
   */
  readonly shutdownGrace?: Duration.Input | undefined
  /** The longest line accepted from the server, in bytes; a longer one ends the connection. At most 512 MiB. Default: 256 MiB. */
  readonly maxLineBytes?: number | undefined
}

/** Their names. */
export const names: Names<Options> = {
  executable: true,
  command: true,
  config: true,
  cwd: true,
  codexHome: true,
  env: true,
  inheritEnv: true,
  shutdownGrace: true,
  maxLineBytes: true
}
