/**
 * Checks what callers pass, before anything is stored, and makes the text of a request safe to store and to print.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Printable from "../../Printable.ts"
import { makeMask } from "../process/mask.ts"
import * as settings from "../settings.ts"
import type { Position } from "./inboxBackend.ts"
import type { Entry } from "./inboxEntry.ts"
import { InvalidRequest } from "./inboxReasons.ts"
import type { Answer, HistoryOptions, ListOptions, Request } from "./inboxService.ts"

/** Creates the entry of a request. */
export const entryOf = Effect.fnUntraced(function* (
  request: Request,
  id: string,
  token: string | undefined,
  now: DateTime.Utc
): Effect.fn.Return<Entry, InvalidRequest> {
  yield* text("id", id, 200)
  yield* text("kind", request.kind, 64)
  const expiresAfter = yield* optionalDuration("expiresAfter", request.expiresAfter)
  const size = request.lines.reduce((sum, line) => sum + line.length, 0)
  if (request.lines.length === 0 || size > maxLines) {
    // A person must not decide about a text of which a part is missing.
    return yield* invalid("lines", `1 or more lines with at most ${maxLines} characters in all`)
  }
  const names = request.choices.map(({ name }) => name)
  if (names.length === 0 || new Set(names).size < names.length) {
    return yield* invalid("choices", "1 or more choices with different names")
  }
  return {
    id,
    kind: request.kind,
    status: "open",
    runner: Option.map(Option.fromUndefinedOr(request.runner), shown),
    threadId: Option.fromUndefinedOr(request.threadId),
    turnId: Option.fromUndefinedOr(request.turnId),
    itemId: Option.fromUndefinedOr(request.itemId),
    // Masked first: an escaped character within a secret would hide it from the mask.
    lines: request.lines.map(shown),
    choices: request.choices.map((choice) => ({ ...choice, label: shown(choice.label) })),
    fields: (request.fields ?? []).map((field) => ({
      ...field,
      label: shown(field.label),
      options: field.options.map((option) => ({ ...option, label: shown(option.label) }))
    })),
    token: Option.fromUndefinedOr(token),
    openedAt: now,
    expiresAt: Option.map(expiresAfter, (duration) => DateTime.addDuration(now, duration)),
    closedAt: Option.none(),
    claim: Option.none(),
    answer: Option.none()
  }
})

/** Checks an answer. */
export const answer = Effect.fnUntraced(function* (given: Answer) {
  yield* text("by", given.by, 200)
  if (given.note !== undefined) yield* text("note", given.note, 10_000)
  if (given.value !== undefined && JSON.stringify(given.value).length > maxValue) {
    return yield* invalid("value", `at most ${maxValue} characters of JSON`)
  }
})

/** Checks a text that must not be empty. */
export const text = (argument: string, value: unknown, longest: number): Effect.Effect<void, InvalidRequest> =>
  typeof value === "string" && value !== "" && value.length <= longest && !value.includes("\0")
    ? Effect.void
    : invalid(argument, `a text of 1 to ${longest} characters`)

/** Parses a duration of more than zero. */
export const duration = (
  argument: string,
  input: Duration.Input | undefined,
  otherwise: Duration.Duration
): Effect.Effect<Duration.Duration, InvalidRequest> =>
  Effect.map(
    optionalDuration(argument, input),
    Option.getOrElse(() => otherwise)
  )

/** Checks the size of a page. */
export const pageSize = ({ pageSize = 100 }: ListOptions | HistoryOptions): Effect.Effect<number, InvalidRequest> =>
  Number.isSafeInteger(pageSize) && pageSize >= 1 && pageSize <= 1000
    ? Effect.succeed(pageSize)
    : invalid("pageSize", "an integer from 1 to 1000")

/** Reads the position of a page. */
export const cursor = (after: string | undefined): Effect.Effect<Position | undefined, InvalidRequest> => {
  if (after === undefined) return Effect.succeed(undefined)
  const [at = "", sequence = "", ...id] = after.split(":")
  const position = { at: Number(at), sequence: Number(sequence), id: id.join(":") }
  return at !== "" && sequence !== "" && Number.isSafeInteger(position.at) && Number.isSafeInteger(position.sequence)
    ? Effect.succeed(position)
    : invalid("after", "the `next` of a page")
}

/** Writes the position after a full page, as `cursor` reads it. */
export const nextOf = (position: Position | undefined): Option.Option<string> =>
  Option.map(Option.fromUndefinedOr(position), ({ at, id, sequence }) => `${at}:${sequence}:${id}`)

// internal

const maxLines = 262_144
const maxValue = 65_536

const mask = makeMask([])

const shown = (source: string): string => Printable.line(mask(source))

const invalid = (argument: string, expected: string) => Effect.fail(new InvalidRequest({ argument, expected }))

const optionalDuration = (argument: string, input: Duration.Input | undefined) =>
  input === undefined
    ? Effect.succeed(Option.none<Duration.Duration>())
    : Effect.fromResult(settings.parseDuration(argument, input, { allowInfinite: true })).pipe(
        // No limit is a limit that never passes.
        Effect.map((duration) => (Duration.isFinite(duration) ? Option.some(duration) : Option.none())),
        Effect.catch(() => invalid(argument, 'a duration of more than zero, such as "1 hour"'))
      )
