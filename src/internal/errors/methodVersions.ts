/**
 * Which release of codex has which method, for the error that an older one gives. The releases are those that
 * `npm run compat` tries, so a method can have come a little before the one that is named.
 */
import { methodsByVersion } from "../../generated/methodVersions.ts"
import { nearestName } from "../nearestName.ts"
import { MethodNotSupported } from "./requestReasons.ts"

/** The rejection of a method by a server of this version; a method that is none of the protocol's is probably misspelled. */
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

/** The first of the releases that has the method; `undefined` if all have it, or none is known to. */
export const firstWith = (method: string): string | undefined => byMethod.get(method)

// internal

const byMethod: ReadonlyMap<string, string> = new Map(
  Object.entries(methodsByVersion).flatMap(([version, methods]) => methods.map((method) => [method, version] as const))
)
