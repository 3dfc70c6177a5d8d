/**
 * Whether the server knows what came with a later codex. An older one ignores an unknown field without a word, so what asks
 * for such a field is refused here, before anything is sent.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as SemVer from "effect/SemVer"
import { RuntimeTooOld } from "../../CodexError.ts"

/** The version that first knows the fields that are checked here. */
export const required = "0.151.0"

/**
 * Whether a version is another or a later one; its prereleases come before it, and what is no version comes before all.
 *
 * `0.0.0` is what a build from source calls itself. It counts as the newest: such a tree is newer than a release that old.
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

/** Whether a version knows the fields of {@link required}. */
export const isNewEnough = (version: string): boolean => isAtLeast(version, required)

/** Refuses fields that the runtime does not know; does nothing where none is asked for. */
export const check = (version: string, fields: ReadonlyArray<string>): Effect.Effect<void, RuntimeTooOld> =>
  fields.length === 0 || isNewEnough(version)
    ? Effect.void
    : Effect.fail(new RuntimeTooOld({ fields, required, actual: version }))
