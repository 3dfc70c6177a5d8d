/**
 * Maps methods to the codex release that has them, for the error of an older release.
 *
 * The releases are those that `npm run compat` tests, so an intermediate release may already have had the method.
 */
import { methodsByVersion } from "../../generated/methodVersions.ts"
import { nearestName } from "../nearestName.ts"
import { MethodNotSupported } from "./requestReasons.ts"

/**
 * Creates the error for a method that a server of this version rejected. A method outside the protocol is probably
 * misspelled.
 */
export const notSupported = (
  method: string,
  actual: string,
  protocol: ReadonlyMap<string, unknown>
): MethodNotSupported => {
  const suggestion = protocol.has(method) ? undefined : nearestName(method, protocol.keys())
  return new MethodNotSupported({
    required: firstWith(method) ?? null,
    actual,
    ...(suggestion === undefined ? undefined : { suggestion })
  })
}

/** Returns the first release that has the method. `undefined` if all have it, or none is known to have it. */
export const firstWith = (method: string): string | undefined => byMethod.get(method)

// internal

const byMethod: ReadonlyMap<string, string> = new Map(
  Object.entries(methodsByVersion).flatMap(([version, methods]) => methods.map((method) => [method, version] as const))
)
