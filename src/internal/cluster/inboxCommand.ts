/**
 * What changes an entry of the inbox: a command and the rules for it give the next state and an event of the audit.
 * This file is synchronous and knows no database.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { claimAt, type Entry, type Event, type Field, isFinal, type Stored } from "./inboxEntry.ts"
import * as Reasons from "./inboxReasons.ts"

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
