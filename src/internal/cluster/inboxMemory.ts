/** Entries in the memory of this process, for tests and for programs whose inbox may end with them. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Backend } from "./inboxBackend.ts"
import { type Event, isExpired, isLost, type Stored } from "./inboxEntry.ts"

/** Creates a store without entries. */
export const make = (): Backend => {
  const entries = new Map<string, Stored>()
  let events: Array<Event> = []
  const found = (keep: (stored: Stored) => boolean) =>
    [...entries.values()].filter(keep).toSorted((a, b) => order(key(a), key(b)))
  return {
    insert: (stored, event) =>
      Effect.sync(() => {
        if (entries.has(stored.entry.id)) return false
        entries.set(stored.entry.id, stored)
        events.push(event)
        return true
      }),
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
        found(
          (stored) =>
            status.includes(stored.entry.status) &&
            (!relay || stored.relay) &&
            (kind === undefined || kind.includes(stored.entry.kind)) &&
            (threadId === undefined || Option.contains(stored.entry.threadId, threadId)) &&
            (after === undefined || order(key(stored), [after.at, after.id]) > 0)
        ).slice(0, limit)
      ),
    due: (now, limit) =>
      Effect.sync(() => {
        const time = DateTime.makeUnsafe(now)
        return found((stored) => isExpired(stored.entry, time) || isLost(stored, time)).slice(0, limit)
      }),
    history: ({ after, entryId, limit }) =>
      Effect.sync(() =>
        events
          .filter(
            (event) =>
              (entryId === undefined || event.entryId === entryId) &&
              (after === undefined || order(eventKey(event), [after.at, after.id, after.sequence]) > 0)
          )
          .toSorted((a, b) => order(eventKey(a), eventKey(b)))
          .slice(0, limit)
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

type Key = ReadonlyArray<string | number>

const key = ({ entry }: Stored): Key => [DateTime.toEpochMillis(entry.openedAt), entry.id]

const eventKey = ({ at, entryId, sequence }: Event): Key => [DateTime.toEpochMillis(at), entryId, sequence]

const order = (a: Key, b: Key): number => {
  const index = a.findIndex((value, index) => value !== b[index])
  const [left, right] = [a[index], b[index]]
  return left === undefined || right === undefined ? 0 : left < right ? -1 : 1
}
