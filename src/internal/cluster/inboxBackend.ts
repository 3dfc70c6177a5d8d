/**
 * What stores the entries of an inbox and their audit. It only inserts, compares, replaces and reads: the rules are in
 * `inboxCommand.ts`.
 */
import type * as Effect from "effect/Effect"
import type { Event, Status, Stored } from "./inboxEntry.ts"
import type { InboxFailed } from "./inboxReasons.ts"

/** Which entries to list: oldest first, after a position. */
export interface EntryQuery {
  readonly status: ReadonlyArray<Status>
  readonly kind: ReadonlyArray<string> | undefined
  readonly threadId: string | undefined
  /** Only entries whose end must still be passed on. */
  readonly relay: boolean
  readonly after: Position | undefined
  readonly limit: number
}

/** Which events to list: oldest first, after a position. */
export interface EventQuery {
  readonly entryId: string | undefined
  readonly after: Position | undefined
  readonly limit: number
}

/** A place in the order of entries or events. Entries have the sequence 0. */
export interface Position {
  readonly at: number
  readonly id: string
  readonly sequence: number
}

/** What is readable on a page. What is not, because another version stored it, is left out and logged. */
export interface Found<A> {
  readonly data: ReadonlyArray<A>
  /** The end of a full page. */
  readonly next: Position | undefined
}

/** A store of entries. Every call is atomic. */
export interface Backend {
  /** Stores a new entry with its event. Returns `false`, and stores nothing, if the id exists. */
  readonly insert: (stored: Stored, event: Event) => Effect.Effect<boolean, InboxFailed>
  /** The entry with this id. Fails if it is not readable. */
  readonly get: (id: string) => Effect.Effect<Stored | undefined, InboxFailed>
  /** The readable entries among those with these ids. */
  readonly read: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Stored>, InboxFailed>
  /**
   * Replaces an entry, and stores the event. Returns `false`, and stores nothing, if the entry has another version than
   * `seen`; with `sameLease`, also if its lease was refreshed.
   */
  readonly replace: (
    seen: Stored,
    next: Stored,
    event: Event,
    sameLease: boolean
  ) => Effect.Effect<boolean, InboxFailed>
  /** Notes that the end of an entry was passed on. */
  readonly relayed: (id: string) => Effect.Effect<void, InboxFailed>
  /** Sets the lease of those entries that have one. */
  readonly extend: (ids: ReadonlyArray<string>, leaseUntil: number) => Effect.Effect<void, InboxFailed>
  readonly list: (query: EntryQuery) => Effect.Effect<Found<Stored>, InboxFailed>
  /** Entries whose time limit or lease has passed. */
  readonly due: (
    now: number,
    page: { readonly limit: number; readonly after: Position | undefined }
  ) => Effect.Effect<Found<Stored>, InboxFailed>
  readonly history: (query: EventQuery) => Effect.Effect<Found<Event>, InboxFailed>
  /** Removes entries that were closed before, with their events. Returns how many. */
  readonly prune: (closedBefore: number) => Effect.Effect<number, InboxFailed>
}
