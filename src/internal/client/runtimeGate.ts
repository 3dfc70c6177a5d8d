/**
 * Checks whether the runtime supports fields that a later codex introduced. An older one silently ignores an unknown
 * field, so a request with such a field is rejected here, before anything is sent.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as SemVer from "effect/SemVer"
import { RuntimeTooOld } from "../../CodexError.ts"

/** The first version that supports the fields that are checked here. */
export const required = "0.151.0"

/**
 * Whether a version is equal to or later than another. Its prereleases are earlier; a string that is not a version is
 * earlier than all.
 *
 * A build from source reports `0.0.0`. It counts as the newest, because such a build is newer than the releases that
 * lack the fields.
 */
export const isAtLeast = (version: string, other: string): boolean => {
  const parsed = SemVer.parse(version)
  if (Result.isFailure(parsed)) return false
  const { major, minor, patch } = parsed.success
  return (
    (major === 0 && minor === 0 && patch === 0) ||
    SemVer.isGreaterThanOrEqualTo(parsed.success, SemVer.parseUnsafe(other))
  )
}

/** Whether a version supports the fields of {@link required}. */
export const isNewEnough = (version: string): boolean => isAtLeast(version, required)

/** Rejects fields that the runtime does not support. Does nothing if the list is empty. */
export const check = (
  version: string,
  fields: ReadonlyArray<string>,
  since: string = required
): Effect.Effect<void, RuntimeTooOld> =>
  fields.length === 0 || isAtLeast(version, since)
    ? Effect.void
    : Effect.fail(new RuntimeTooOld({ fields, required: since, actual: version }))
