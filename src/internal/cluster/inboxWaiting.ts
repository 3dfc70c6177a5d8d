/**
 * Waits for the ends of entries of this process. One fiber reads all of them together, and refreshes their leases, so
 * that the database gets one query at each interval however many requests are open.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Backend } from "./inboxBackend.ts"
import type { Stored } from "./inboxEntry.ts"

/** Waits for entries. */
export interface Waiting {
  /** Waits until the entry is no longer open, or does not exist any more. */
  readonly until: (id: string) => Effect.Effect<void>
  /** Called with each change that this process makes, which saves the wait for the next reading. */
  readonly changed: (stored: Stored) => void
}

/** Creates an empty list. Its fiber ends with the scope. */
export const make = Effect.fnUntraced(function* (
  backend: Backend,
  pollInterval: Duration.Duration,
  lease: Duration.Duration,
  /** Ends entries whose limit has passed. */
  settle: (stored: ReadonlyArray<Stored>) => Effect.Effect<void, unknown>
): Effect.fn.Return<Waiting, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const waiting = new Map<string, Set<Deferred.Deferred<void>>>()
  let isRunning = false

  const wake = (id: string) => {
    for (const waiter of waiting.get(id) ?? []) Deferred.doneUnsafe(waiter, Effect.void)
  }

  const read = (refresh: number | undefined) =>
    Effect.gen(function* () {
      const ids = [...waiting.keys()]
      if (refresh !== undefined) yield* backend.extend(ids, refresh)
      const found = yield* backend.read(ids)
      yield* settle(found)
      const open = new Set(found.flatMap(({ entry }) => (entry.status === "open" ? [entry.id] : [])))
      for (const id of ids) if (!open.has(id)) wake(id)
    })

  const loop = Effect.gen(function* () {
    let refreshAt = 0
    let hasFailed = false
    for (;;) {
      // In one step: a waiter that comes now must find a loop that runs, or start one.
      if (waiting.size === 0) {
        isRunning = false
        return
      }
      yield* Effect.sleep(pollInterval)
      const now = yield* Clock.currentTimeMillis
      const isDue = now >= refreshAt
      const exit = yield* Effect.exit(read(isDue ? now + Duration.toMillis(lease) : undefined))
      if (exit._tag === "Success") {
        if (isDue) refreshAt = now + Duration.toMillis(lease) / 3
        hasFailed = false
      } else if (!hasFailed) {
        // The next reading tries again. If this lasts, the leases expire, and the requests are declined.
        hasFailed = true
        yield* Effect.logWarning("The inbox of approvals cannot be read, so no answers arrive.", exit.cause)
      }
    }
  })

  return {
    until: (id) =>
      Effect.suspend(() => {
        const waiter = Deferred.makeUnsafe<void>()
        const all = waiting.get(id) ?? new Set()
        waiting.set(id, all.add(waiter))
        const start = isRunning ? Effect.void : Effect.forkIn(loop, scope)
        isRunning = true
        return start.pipe(
          Effect.andThen(Deferred.await(waiter)),
          Effect.ensuring(
            Effect.sync(() => {
              all.delete(waiter)
              if (all.size === 0 && waiting.get(id) === all) waiting.delete(id)
            })
          )
        )
      }),
    changed: ({ entry }) => {
      if (entry.status !== "open") wake(entry.id)
    }
  }
})
