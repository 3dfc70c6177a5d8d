/**
 * An entry of the inbox, and an event of its audit: schemas and states. `inboxCommand.ts` decides what changes an
 * entry; `inboxSql.ts` and `inboxMemory.ts` store it.
 *
 * States of an entry:
 *
 * - `open`: entered when a request is put in.
 * - `answered`: entered by the first answer. The process that asked has not read it yet.
 * - `delivered`: entered when that process has read the answer. Final.
 * - `expired`: entered from `open` when the time limit passes. Final.
 * - `withdrawn`: entered from `open` or `answered` when the asking turn ends, or by a call. Final.
 * - `lost`: entered from `open` or `answered` when the process that asked is gone. Final.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** The states. */
export const Status = Schema.Literals(["open", "answered", "delivered", "expired", "withdrawn", "lost"])

/** The types of events. */
export const EventType = Schema.Literals([
  "opened",
  "claimed",
  "released",
  "answered",
  "delivered",
  "expired",
  "withdrawn",
  "lost"
])

/** One of the answers to choose from. */
export const Choice = Schema.Struct({
  /** What an answer names. */
  name: Schema.String,
  /** What a person reads. It has no control characters. */
  label: Schema.String,
  /** Whether an answer with this choice has a value: an object of the `fields`, or any value if there are none. */
  needsValue: Schema.Boolean
})

/** One of the values that an answer has. */
export const Field = Schema.Struct({
  /** The name of the property in the value of an answer. */
  name: Schema.String,
  /** What a person reads. It has no control characters. */
  label: Schema.String,
  type: Schema.Literals(["text", "number", "integer", "boolean", "select", "multiSelect"]),
  required: Schema.Boolean,
  /** The options of a `select` or a `multiSelect`. */
  options: Schema.Array(Schema.Struct({ value: Schema.String, label: Schema.String })),
  /** Whether a `select` or a `multiSelect` also accepts other texts than its options. */
  other: Schema.Boolean
})

/** Who works on an entry, and how long. */
export const Claim = Schema.Struct({ by: Schema.String, until: Schema.DateTimeUtcFromMillis })

/** An answer. */
export const Answered = Schema.Struct({
  /** The name of the choice. */
  choice: Schema.String,
  /** The values of the fields, by their names. */
  value: Schema.OptionFromNullOr(Schema.Json),
  by: Schema.String,
  /** A reason, for the audit. */
  note: Schema.OptionFromNullOr(Schema.String),
  at: Schema.DateTimeUtcFromMillis
})

/**
 * The schema of an entry, to send it to a program for people.
 *
 * @category schemas
 * @since 0.171.0
 */
export const Entry = Schema.Struct({
  id: Schema.String,
  kind: Schema.String,
  status: Status,
  runner: Schema.OptionFromNullOr(Schema.String),
  threadId: Schema.OptionFromNullOr(Schema.String),
  turnId: Schema.OptionFromNullOr(Schema.String),
  itemId: Schema.OptionFromNullOr(Schema.String),
  lines: Schema.Array(Schema.String),
  choices: Schema.Array(Choice),
  fields: Schema.Array(Field),
  token: Schema.OptionFromNullOr(Schema.String),
  openedAt: Schema.DateTimeUtcFromMillis,
  expiresAt: Schema.OptionFromNullOr(Schema.DateTimeUtcFromMillis),
  closedAt: Schema.OptionFromNullOr(Schema.DateTimeUtcFromMillis),
  claim: Schema.OptionFromNullOr(Claim),
  answer: Schema.OptionFromNullOr(Answered)
})

export type Entry = typeof Entry.Type
export type Status = typeof Status.Type

/**
 * The schema of an event of the audit.
 *
 * @category schemas
 * @since 0.171.0
 */
export const Event = Schema.Struct({
  entryId: Schema.String,
  /** Counts the events of one entry, from 1. */
  sequence: Schema.Number,
  type: EventType,
  at: Schema.DateTimeUtcFromMillis,
  /** Who did it. None if a process did it. */
  by: Schema.OptionFromNullOr(Schema.String),
  /** The choice of an answer, the end of a claim, or why the entry ended. */
  detail: Schema.OptionFromNullOr(Schema.String),
  /** The reason that a person gave. */
  note: Schema.OptionFromNullOr(Schema.String)
})

export type Event = typeof Event.Type

/** What is stored: an entry, how many events it had, and until when the process that asked is known to live. */
export interface Stored {
  readonly entry: Entry
  readonly version: number
  readonly leaseUntil: number | null
  /** Whether the end of the entry must still be passed on to what `token` names. */
  readonly relay: boolean
}

/** Whether the entry is in a final state. */
export const isFinal = ({ status }: Entry): boolean => status !== "open" && status !== "answered"

/** Whether the time limit of an open entry has passed. */
export const isExpired = ({ expiresAt, status }: Entry, now: DateTime.Utc): boolean =>
  status === "open" && Option.exists(expiresAt, (limit) => DateTime.isGreaterThanOrEqualTo(now, limit))

/** Whether the process that asked has not refreshed its lease. */
export const isLost = ({ entry, leaseUntil }: Stored, now: DateTime.Utc): boolean =>
  !isFinal(entry) && leaseUntil !== null && leaseUntil <= DateTime.toEpochMillis(now)

/** The claim of an entry, unless it has ended. */
export const claimAt = ({ claim }: Entry, now: DateTime.Utc): Entry["claim"] =>
  Option.filter(claim, ({ until }) => DateTime.isGreaterThan(until, now))

/** The first event of an entry. */
export const opened = (entry: Entry): Event => ({
  entryId: entry.id,
  sequence: 1,
  type: "opened",
  at: entry.openedAt,
  by: Option.none(),
  detail: Option.none(),
  note: Option.none()
})
