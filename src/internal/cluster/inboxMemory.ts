/** Entries in the memory of this process, for tests and for programs whose inbox may end with them. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import type { Backend, Found, Position } from "./inboxBackend.ts"
import { type Event, isExpired, isLost, type Stored } from "./inboxEntry.ts"

/** Creates a store without entries. */
export const make = (): Backend => {
  const entries = new Map<string, Stored>()
  let events: Array<Event> = []
  const found = (keep: (stored: Stored) => boolean) =>
    [...entries.values()].filter(keep).toSorted((a, b) => order(placeOf(a), placeOf(b)))
  return {
    insert: (stored, event) =>
      Effect.sync(() => {
        if (entries.has(stored.entry.id)) return false
        entries.set(stored.entry.id, stored)
        events.push(event)
        return true
      }),
    get: (id) => Effect.sync(() => entries.get(id)),
    read: (ids) => Effect.sync(() => ids.flatMap((id) => entries.get(id) ?? [])),
    replace: (seen, next, event, sameLease) =>
      Effect.sync(() => {
        const now = entries.get(seen.entry.id)
        if (now?.version !== seen.version || (sameLease && now.leaseUntil !== seen.leaseUntil)) return false
        const leaseUntil = next.leaseUntil === null ? null : now.leaseUntil
        entries.set(seen.entry.id, { ...next, leaseUntil })
        events.push(event)
        return true
      }),
    extend: (ids, leaseUntil) =>
      Effect.sync(() => {
        for (const id of ids) {
          const stored = entries.get(id)
          if (stored !== undefined && stored.leaseUntil !== null) entries.set(id, { ...stored, leaseUntil })
        }
      }),
    relayed: (id) =>
      Effect.sync(() => {
        const stored = entries.get(id)
        if (stored !== undefined) entries.set(id, { ...stored, relay: false })
      }),
    list: ({ after, kind, limit, relay, status, threadId }) =>
      Effect.sync(() =>
        page(
          found(
            (stored) =>
              status.includes(stored.entry.status) &&
              (!relay || stored.relay) &&
              (kind === undefined || kind.includes(stored.entry.kind)) &&
              (threadId === undefined || Option.contains(stored.entry.threadId, threadId))
          ),
          placeOf,
          { after, limit }
        )
      ),
    due: (now, range) =>
      Effect.sync(() => {
        const time = DateTime.makeUnsafe(now)
        return page(
          found((stored) => isExpired(stored.entry, time) || isLost(stored, time)),
          placeOf,
          range
        )
      }),
    history: ({ after, entryId, limit }) =>
      Effect.sync(() =>
        page(
          events
            .filter((event) => entryId === undefined || event.entryId === entryId)
            .toSorted((a, b) => order(placeOfEvent(a), placeOfEvent(b))),
          placeOfEvent,
          { after, limit }
        )
      ),
    prune: (closedBefore) =>
      Effect.sync(() => {
        const gone = found(({ entry }) =>
          Option.exists(entry.closedAt, (at) => DateTime.toEpochMillis(at) < closedBefore)
        ).map(({ entry }) => entry.id)
        for (const id of gone) entries.delete(id)
        events = events.filter(({ entryId }) => entries.has(entryId))
        return gone.length
      })
  }
}

// internal

const placeOf = ({ entry }: Stored): Position => ({
  at: DateTime.toEpochMillis(entry.openedAt),
  id: entry.id,
  sequence: 0
})

const placeOfEvent = ({ at, entryId, sequence }: Event): Position => ({
  at: DateTime.toEpochMillis(at),
  id: entryId,
  sequence
})

const order = Order.combineAll<Position>([
  Order.mapInput(Order.Number, ({ at }) => at),
  Order.mapInput(Order.String, ({ id }) => id),
  Order.mapInput(Order.Number, ({ sequence }) => sequence)
])

const page = <A>(
  sorted: ReadonlyArray<A>,
  place: (of: A) => Position,
  { after, limit }: { readonly after: Position | undefined; readonly limit: number }
): Found<A> => {
  const data = sorted.filter((each) => after === undefined || order(place(each), after) > 0).slice(0, limit)
  const last = data.at(-1)
  return { data, next: last === undefined || data.length < limit ? undefined : place(last) }
}
