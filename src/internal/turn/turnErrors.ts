/**
 * Errors of turns that did not complete. Unlike `CodexError`, the turn did run, and `result` contains what it did.
 *
 * `result` and `retrying` contain prompts, answers and text of the server. A program can read them. Loggers,
 * `JSON.stringify` and `inspect` show the counts in `collected` instead.
 *
 * In JSON by the schema, which an `HttpApi` or an `Rpc` sends, `result` keeps ids, numbers and the types of its
 * items. Each item is decoded as `{ type: "~unknown", raw: { type } }`, without the answer, and text of the server
 * as `<redacted>`.
 *
 * Read these fields from the error itself: `{ ...error }` does not copy them, so a printer of copies does not have
 * them either.
 *
 * @since 0.169.0
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { conceal } from "../errors/concealed.ts"
import * as Reasons from "../errors/turnReasons.ts"
import { areHarmless } from "./items.ts"
import { countsOf, Result, Retrying } from "./shownResult.ts"

export {
  ContextWindowExceeded,
  isContextWindowExceeded,
  isModelConnectionFailed,
  isModelNotFound,
  isOtherFailure,
  isPolicyViolation,
  isRateLimited,
  isServerOverloaded,
  isUnauthorized,
  isUsageLimitExceeded,
  ModelConnectionFailed,
  ModelNotFound,
  OtherFailure,
  PolicyViolation,
  RateLimited,
  Reason,
  ServerOverloaded,
  Unauthorized,
  UsageLimitExceeded
} from "../errors/turnReasons.ts"
export type { Collected } from "./shownResult.ts"

// The server's own message is left out, because it can quote the prompt.
const whyRetrying =
  "The server was retrying the connection to the model provider; `retrying` has the last error. Check the network, the proxy and `base_url`"

/**
 * The turn failed. `reason` says why, if the server does.
 *
 * `result` contains what was collected, and `result.error` the server's own message.
 *
 * **Example** (Recovering from one reason)
 *
 * ```ts
 * import { Effect } from "effect"
 * import type { Thread } from "effect-codex"
 *
 * const ask = (thread: Thread.Thread) =>
 *   thread
 *     .run("Continue.")
 *     .pipe(
 *       Effect.catchReason("TurnFailed", "ContextWindowExceeded", () =>
 *         Effect.andThen(thread.compactAndWait(), thread.run("Continue."))
 *       )
 *     )
 * ```
 *
 * @category errors
 * @since 0.169.0
 */
export class TurnFailed extends conceal(
  Schema.TaggedError<TurnFailed>("effect-codex/TurnFailed")("TurnFailed", {
    threadId: Schema.String,
    turnId: Schema.String,
    reason: Reasons.Reason,
    /** The turn's result so far: items, unfinished items, usage and the server's error. Printers do not show it. */
    result: Result
  }),
  "result"
) {
  override readonly cause = this.reason

  /** The size of `result`, which printers show instead. */
  readonly collected = countsOf(this.result)

  /** Whether the reason can pass and the turn did nothing that must not be done twice, such as a command. */
  get isRetryable(): boolean {
    return this.reason.isRetryable && areHarmless([...this.result.items, ...this.result.unfinishedItems])
  }

  override get message(): string {
    return `Turn failed. ${this.reason.message} See \`result.error\` for the server's message.`
  }
}

/**
 * Whether a value is a `TurnFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTurnFailed = (value: unknown): value is TurnFailed => value instanceof TurnFailed

/**
 * The turn was interrupted before it completed, by this program or elsewhere. `result` contains what was collected.
 *
 * @category errors
 * @since 0.169.0
 */
export class TurnInterrupted extends conceal(
  Schema.TaggedError<TurnInterrupted>("effect-codex/TurnInterrupted")("TurnInterrupted", {
    threadId: Schema.String,
    turnId: Schema.String,
    /** The turn's result so far. Printers do not show it. */
    result: Result
  }),
  "result"
) {
  /** The size of `result`, which printers show instead. */
  readonly collected = countsOf(this.result)

  /** Not retryable: an interruption is intended, so the turn is not retried automatically. */
  readonly isRetryable = false

  override get message(): string {
    return "The turn was interrupted before it completed. Its progress is in `result`."
  }
}

/**
 * Whether a value is a `TurnInterrupted`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTurnInterrupted = (value: unknown): value is TurnInterrupted => value instanceof TurnInterrupted

/**
 * The turn had no event for longer than `idleTimeout`.
 *
 * No command, tool or request was pending, and the server reported the turn as running.
 *
 * @category errors
 * @since 0.169.0
 */
export class TurnStalled extends conceal(
  Schema.TaggedError<TurnStalled>("effect-codex/TurnStalled")("TurnStalled", {
    threadId: Schema.String,
    turnId: Schema.String,
    /** The limit that was exceeded. */
    idleTimeout: Schema.DurationFromMillis,
    /**
     * The provider error after which the server was retrying when the limit was exceeded, as in `turn.state`. Printers
     * do not show it.
     */
    retrying: Retrying,
    /** The turn's result so far. Printers do not show it. */
    result: Result
  }),
  "result",
  "retrying"
) {
  /** The size of `result`, which printers show instead. */
  readonly collected = countsOf(this.result)

  /** Not retryable: the turn may have done something, and may still run with `whenExceeded: "leave"`. */
  readonly isRetryable = false

  override get message(): string {
    const why = Option.isSome(this.retrying) ? whyRetrying : "The model provider may be unreachable"
    return `No event for ${Duration.toSeconds(this.idleTimeout)} s (\`idleTimeout\`). ${why}. Progress is in \`result\`.`
  }
}

/**
 * Whether a value is a `TurnStalled`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTurnStalled = (value: unknown): value is TurnStalled => value instanceof TurnStalled

/**
 * The turn took longer than `maxDuration`.
 *
 * @category errors
 * @since 0.169.0
 */
export class TurnTimedOut extends conceal(
  Schema.TaggedError<TurnTimedOut>("effect-codex/TurnTimedOut")("TurnTimedOut", {
    threadId: Schema.String,
    turnId: Schema.String,
    /** The limit that was exceeded. */
    maxDuration: Schema.DurationFromMillis,
    /**
     * The provider error after which the server was retrying when the limit was exceeded, as in `turn.state`. Printers
     * do not show it.
     */
    retrying: Retrying,
    /** The turn's result so far. Printers do not show it. */
    result: Result
  }),
  "result",
  "retrying"
) {
  /** The size of `result`, which printers show instead. */
  readonly collected = countsOf(this.result)

  /** Not retryable: the turn may have done something, and may still run with `whenExceeded: "leave"`. */
  readonly isRetryable = false

  override get message(): string {
    const why = Option.isSome(this.retrying) ? ` ${whyRetrying}.` : ""
    return `The turn exceeded \`maxDuration\` (${Duration.toSeconds(this.maxDuration)} s).${why} Progress is in \`result\`.`
  }
}

/**
 * Whether a value is a `TurnTimedOut`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTurnTimedOut = (value: unknown): value is TurnTimedOut => value instanceof TurnTimedOut

/** An attempt to run a turn, from a Codex home whose record is not available. */
const Attempt = Schema.Struct({
  /** The id of the Codex home that sent it. */
  home: Schema.String,
  /** When it was sent. */
  startedAt: Schema.DateTimeUtcFromString,
  /** The status with which the turn ended, or `null` if its end is not known. */
  status: Schema.NullOr(Schema.String)
})

/**
 * A turn with this key was interrupted before it completed, so it is unknown how much of its work is done.
 *
 * **Details**
 *
 * `thread.runOnce` fails with it instead of sending the input a second time. `seen` has the items that the server has
 * saved, and everything else that this program saw of the turn. `seen.unfinishedItems` are items that started and
 * never completed, such as a command that ran when the process was killed: the command happened, at least in part.
 * They are empty if another program ran the turn.
 *
 * A cluster also fails with it if the key was sent from another Codex home whose record is not available here. Then
 * `status` is `notSaved`, `turnId` and `seen` are empty, and `attempt` says when and from where it was sent.
 *
 * @category errors
 * @since 0.171.0
 */
export class OutcomeUnknown extends conceal(
  Schema.TaggedError<OutcomeUnknown>("effect-codex/OutcomeUnknown")("OutcomeUnknown", {
    threadId: Schema.String,
    /** The turn, or `""` if `status` is `notSaved`. */
    turnId: Schema.String,
    /**
     * The status that the server has saved: `interrupted`, or `inProgress` if it saved no end and runs nothing.
     * `notSaved`: there is no record of the turn in this Codex home, and another one has sent it.
     */
    status: Schema.String,
    /** What is known of the turn. Printers do not show it. */
    seen: Result,
    /** What is known of a turn without a record. */
    attempt: Schema.optionalKey(Attempt)
  }),
  "seen"
) {
  /** The size of `seen`, which printers show instead. */
  readonly collected = countsOf(this.seen)

  /** Not retryable: the same call gives the same error. */
  readonly isRetryable = false

  override get message(): string {
    return this.status === "notSaved"
      ? 'The input with this key was sent before, probably from another Codex home, and its turn is not in the record here. It may have done all of its work, a part, or nothing. Check what is done. Then continue it with `ifInterrupted: "continue"`, or run the input with another key.'
      : 'A turn with this key was interrupted before it completed, and may have done a part of its work. Check what is done: `seen` has its items. Then continue it with `ifInterrupted: "continue"`, or run the input with another key.'
  }
}

/**
 * Whether a value is an `OutcomeUnknown`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isOutcomeUnknown = (value: unknown): value is OutcomeUnknown => value instanceof OutcomeUnknown

/**
 * A consumer of events was slower than its capacity allows; see `EventsOptions`. The turn keeps running.
 *
 * @category errors
 * @since 0.169.0
 */
export class EventsOverflowed extends Schema.TaggedError<EventsOverflowed>("effect-codex/EventsOverflowed")(
  "EventsOverflowed",
  { capacity: Schema.Number }
) {
  /** Retryable: `events` can be run again immediately, and starts with a snapshot. */
  readonly isRetryable = true

  override get message(): string {
    return `The consumer fell more than ${this.capacity} events behind. The turn is still running: run \`events\` again to get a snapshot and continue.`
  }
}

/**
 * Whether a value is an `EventsOverflowed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isEventsOverflowed = (value: unknown): value is EventsOverflowed => value instanceof EventsOverflowed
