/**
 * The rate limits as they change: what `account/rateLimits/read` gives, with `account/rateLimits/updated` merged into it. The updates are sparse:
 * a `null` in one says that nothing is known, not that there is nothing.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type { GetAccountRateLimitsResponse, RateLimitSnapshot } from "../../generated/types.ts"
import * as changes from "./changes.ts"

/** Merges an update into a limit: what the update doesn't tell stays. A window that it tells replaces the earlier one as a whole. */
export const mergeLimit = (current: RateLimitSnapshot, update: RateLimitSnapshot): RateLimitSnapshot => ({
  ...current,
  ...Object.fromEntries(Object.entries(update).filter(([, value]) => value !== null && value !== undefined))
})

/**
 * Merges an update into the whole: into the limit that it names, and into `rateLimits` if that is the same limit, or if no limit is named. A limit
 * that was unknown is added.
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

/** The current state, then the state after each update. */
export const follow = (client: CodexClient["Service"]): Stream.Stream<GetAccountRateLimitsResponse, CodexError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      // Before reading: an update that comes meanwhile is merged, not missed.
      const updates = yield* changes.subscribe(client, "account/rateLimits/updated", (notification) =>
        notification.method === "account/rateLimits/updated" ? notification.params.rateLimits : undefined
      )
      const current = yield* client.request("account/rateLimits/read")
      return Stream.scan(updates, () => current, merge)
    })
  )
