/**
 * An entry of the inbox: its schema, and the events that change it. This file is synchronous and knows no database;
 * `inboxSql.ts` and `inboxMemory.ts` store what it decides.
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
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Reasons from "./inboxReasons.ts"

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

/** What can happen to an entry. */
export type Command =
  | { readonly _tag: "claim"; readonly by: string; readonly until: DateTime.Utc }
  | { readonly _tag: "release"; readonly by: string }
  | {
      readonly _tag: "answer"
      readonly by: string
      readonly choice: string
      readonly value: Option.Option<Schema.Json>
      readonly note: Option.Option<string>
    }
  | { readonly _tag: "deliver" }
  | { readonly _tag: "expire" }
  | {
      readonly _tag: "withdraw"
      readonly why: string
      readonly by: Option.Option<string>
      /** Whether an entry with an answer stays as it is. */
      readonly onlyOpen: boolean
    }
  | { readonly _tag: "lose"; readonly why: string }

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

/** Applies a command. A command that changes nothing returns no event. */
export const apply = (
  stored: Stored,
  now: DateTime.Utc,
  command: Command
): Result.Result<
  { readonly next: Stored; readonly event: Event } | undefined,
  Reasons.AlreadyAnswered | Reasons.EntryClosed | Reasons.ClaimedByOther | Reasons.NotOffered
> => {
  const { entry, version } = stored
  const change = (
    type: Event["type"],
    changes: Partial<Entry>,
    about: { readonly by?: Event["by"]; readonly detail?: string; readonly note?: Event["note"] } = {}
  ) => {
    const next: Entry = { ...entry, ...changes }
    return Result.succeed({
      next: {
        entry: next,
        version: version + 1,
        leaseUntil: isFinal(next) ? null : stored.leaseUntil,
        relay: stored.relay && next.status !== "delivered"
      },
      event: {
        entryId: entry.id,
        sequence: version + 1,
        type,
        at: now,
        by: about.by ?? Option.none(),
        detail: Option.fromUndefinedOr(about.detail),
        note: about.note ?? Option.none()
      }
    })
  }
  const close = (status: "delivered" | "expired" | "withdrawn" | "lost", why?: string, by?: Event["by"]) =>
    change(
      status,
      {
        status,
        closedAt: Option.some(now),
        claim: Option.none(),
        // What a person typed is kept only as long as it is needed.
        answer: Option.map(entry.answer, (answer) => ({ ...answer, value: Option.none() }))
      },
      { ...(why === undefined ? {} : { detail: why }), ...(by === undefined ? {} : { by }) }
    )
  const isOpen = entry.status === "open"
  switch (command._tag) {
    case "claim":
    case "answer": {
      const problem = closed(entry) ?? claimed(entry, now, command.by)
      if (problem !== undefined) return Result.fail(problem)
      if (command._tag === "claim") {
        const { by, until } = command
        return change(
          "claimed",
          { claim: Option.some({ by, until }) },
          { by: Option.some(by), detail: `until ${DateTime.formatIso(until)}` }
        )
      }
      const wrong = offered(entry, command.choice, command.value)
      if (wrong !== undefined) return Result.fail(wrong)
      const { by, choice, note, value } = command
      return change(
        "answered",
        { status: "answered", claim: Option.none(), answer: Option.some({ by, choice, note, value, at: now }) },
        { by: Option.some(by), detail: choice, note }
      )
    }
    case "release": {
      const holder = claimAt(entry, now)
      if (!isOpen || Option.isNone(holder)) return Result.succeed(undefined)
      const problem = claimed(entry, now, command.by)
      return problem === undefined
        ? change("released", { claim: Option.none() }, { by: Option.some(command.by) })
        : Result.fail(problem)
    }
    case "deliver":
      return entry.status === "answered" ? close("delivered") : Result.succeed(undefined)
    case "expire":
      return isOpen ? close("expired") : Result.succeed(undefined)
    case "withdraw":
      return isFinal(entry) || (command.onlyOpen && !isOpen)
        ? Result.succeed(undefined)
        : close("withdrawn", command.why, command.by)
    case "lose":
      return isFinal(entry) ? Result.succeed(undefined) : close("lost", command.why)
  }
}

// internal

/** Why an entry takes no answer, if it takes none. */
const closed = ({ answer, closedAt, openedAt, status }: Entry) => {
  switch (status) {
    case "open":
      return undefined
    case "answered":
    case "delivered": {
      const { at, by } = Option.getOrElse(answer, () => ({ by: "", at: openedAt }))
      return new Reasons.AlreadyAnswered({ by, at })
    }
    default:
      return new Reasons.EntryClosed({ status, at: Option.getOrElse(closedAt, () => openedAt) })
  }
}

const claimed = (entry: Entry, now: DateTime.Utc, by: string) =>
  Option.getOrUndefined(
    Option.map(
      Option.filter(claimAt(entry, now), (claim) => claim.by !== by),
      (claim) => new Reasons.ClaimedByOther(claim)
    )
  )

/** Checks an answer against the choices and the fields. */
const offered = ({ choices, fields }: Entry, name: string, value: Option.Option<Schema.Json>) => {
  const choice = choices.find((each) => each.name === name)
  if (choice === undefined) return new Reasons.NotOffered({ part: "choice", field: "" })
  const given = Option.getOrUndefined(value)
  // A value without meaning would be stored and never used.
  if ((given === undefined) === choice.needsValue) return new Reasons.NotOffered({ part: "value", field: "" })
  if (given === undefined || fields.length === 0) return undefined
  if (!isRecord(given)) return new Reasons.NotOffered({ part: "value", field: "" })
  const names = new Set(fields.map(({ name }) => name))
  if (Object.keys(given).some((name) => !names.has(name))) return new Reasons.NotOffered({ part: "value", field: "" })
  const wrong = fields.find((field) => {
    const filled = Object.hasOwn(given, field.name) ? given[field.name] : undefined
    return filled === undefined || filled === null ? field.required : !matches(field, filled)
  })
  return wrong === undefined ? undefined : new Reasons.NotOffered({ part: "value", field: wrong.name })
}

const isRecord = (value: Schema.Json | undefined): value is { readonly [name: string]: Schema.Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const matches = ({ options, other, type }: typeof Field.Type, value: Schema.Json): boolean => {
  const isOption = (text: Schema.Json) =>
    typeof text === "string" && (other || options.some((option) => option.value === text))
  switch (type) {
    case "text":
      return typeof value === "string"
    case "number":
      return typeof value === "number"
    case "integer":
      return Number.isSafeInteger(value)
    case "boolean":
      return typeof value === "boolean"
    case "select":
      return isOption(value)
    case "multiSelect":
      return Array.isArray(value) && value.every(isOption)
  }
}
