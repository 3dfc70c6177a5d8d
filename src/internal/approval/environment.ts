/**
 * Identifies the environment of a request. A thread can have environments other than the server's machine.
 *
 * A command or a path has a different meaning there, so policies about commands and paths apply to the server's
 * machine only.
 */
import * as Option from "effect/Option"

/**
 * Returns the id of the environment, unless it is the server's machine. The server calls that `local`, and older
 * servers send no id.
 */
export const other = (environmentId: string | null | undefined): Option.Option<string> =>
  environmentId === "local" ? Option.none() : Option.fromNullishOr(environmentId)
