/**
 * The environment in which something is asked for. A thread can have others than the machine of its server, and a
 * command or a path means something else there. Policies about words and paths are about the server's own machine.
 */
import * as Option from "effect/Option"

/**
 * The id of the environment, if it is another than the machine of the server, which calls that `local`; older servers
 * name none.
 */
export const other = (environmentId: string | null | undefined): Option.Option<string> =>
  environmentId === "local" ? Option.none() : Option.fromNullishOr(environmentId)
