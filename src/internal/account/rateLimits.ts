/**
 * Follows the rate limits: the current state, with each update merged into it.
 *
 * The state is the result of `account/rateLimits/read`, and the updates are `account/rateLimits/updated`. They are
 * sparse: `null` means that a value is unknown, not that it is absent.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type { GetAccountRateLimitsResponse, RateLimitSnapshot } from "../../generated/types.ts"
import * as changes from "./changes.ts"

/**
 * Merges an update into a limit. Values that are missing in the update stay. A window in the update replaces the
 * earlier window completely.
 */
export const mergeLimit = (current: RateLimitSnapshot, update: RateLimitSnapshot): RateLimitSnapshot => ({
  ...current,
  ...Object.fromEntries(Object.entries(update).filter(([, value]) => value !== null && value !== undefined))
})

/**
 * Merges an update into the whole response.
 *
 * It changes the limit that it names, and `rateLimits` if that is the same limit or the update names none. An unknown
 * limit is added.
 */
export const merge = (
  current: GetAccountRateLimitsResponse,
  update: RateLimitSnapshot
): GetAccountRateLimitsResponse => {
  const main = current.rateLimits.limitId ?? undefined
  const named = update.limitId ?? main
  const merged = named === main ? { ...current, rateLimits: mergeLimit(current.rateLimits, update) } : current
  if (named === undefined) return merged
  const known = new Map(Object.entries(current.rateLimitsByLimitId ?? {}))
  const earlier = known.get(named)
  known.set(named, earlier === undefined ? { ...update, limitId: named } : mergeLimit(earlier, update))
  return { ...merged, rateLimitsByLimitId: Object.fromEntries(known) }
}

/** Emits the current state, then the state after each update. */
export const follow = (client: CodexClient): Stream.Stream<GetAccountRateLimitsResponse, CodexError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      // Subscribed before reading, so an update that arrives in the meantime is merged and not missed.
      const updates = yield* changes.subscribe(client, "account/rateLimits/updated", (notification) =>
        notification.method === "account/rateLimits/updated" ? notification.params.rateLimits : undefined
      )
      const current = yield* client.request("account/rateLimits/read")
      return Stream.scan(updates, () => current, merge)
    })
  )
