/**
 * How a turn ends other than well. These are outcomes, told apart from calls that fail (`CodexError`): the turn did run, and what it did is in
 * `result`.
 *
 * `result` and `retrying` hold prompts, answers and the words of the server. A program reads them as they are. Loggers,
 * `JSON.stringify` and `inspect` show the counts in `collected` instead.
 *
 * In JSON by the schema, which an `HttpApi` or an `Rpc` sends, `result` keeps ids, numbers and the types of its items.
 * Each item comes back as `{ type: "~unknown", raw: { type } }`, without the answer; the server's words come back as
 * `<redacted>`.
 *
 * They are read from the error itself: `{ ...error }` doesn't copy them, so that a printer of copies has none either.
 *
 * @since 0.169.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { conceal } from "./internal/errors/concealed.ts"
import * as Reasons from "./internal/errors/turnReasons.ts"
import { areHarmless } from "./internal/turn/items.ts"
import { countsOf, Result, Retrying } from "./internal/turn/shownResult.ts"

export {
  ContextWindowExceeded,
  ModelConnectionFailed,
  ModelNotFound,
  OtherFailure,
  PolicyViolation,
  RateLimited,
  ServerOverloaded,
  TurnFailureReason,
  Unauthorized,
  UsageLimitExceeded
} from "./internal/errors/turnReasons.ts"
export type { Collected } from "./internal/turn/shownResult.ts"

// The server's own words are left out: they can quote the prompt.
const whyRetrying =
  "The server was retrying the connection to the model provider; `retrying` has the last error. Check the network, the proxy and `base_url`"

/**
 * The turn failed. `reason` says why as far as the server tells; `result` holds what was collected, `result.error` the server's own words.
 *
 * **Example** (Recovering from one reason)
 *
 * ```ts
 * thread.run("…").pipe(Effect.catchReason("TurnFailed", "ContextWindowExceeded", () => compactAndTryAgain))
 * ```
 *
 * @category errors
 * @since 0.169.0
 */
export class TurnFailed extends Schema.TaggedError<TurnFailed>("effect-codex/TurnFailed")("TurnFailed", {
  threadId: Schema.String,
  turnId: Schema.String,
  reason: Reasons.TurnFailureReason,
  /** What was collected until then: items, unfinished items, usage, and the server's error. Printers don't show it. */
  result: Result
}) {
  static {
    conceal(this, "result")
  }

  override readonly cause = this.reason

  /** How much is in `result`: what printers show. */
  readonly collected = countsOf(this.result)

  /** Whether the reason can pass, and the turn has done nothing that must not be done twice, such as a command. */
  get isRetryable(): boolean {
    return this.reason.isRetryable && areHarmless([...this.result.items, ...this.result.unfinishedItems])
  }

  override get message(): string {
    return `Turn failed. ${this.reason.message} See \`result.error\` for the server's message.`
  }
}

/**
 * The turn was interrupted before it was done, from here or elsewhere. `result` holds what was collected.
 *
 * @category errors
 * @since 0.169.0
 */
export class TurnInterrupted extends Schema.TaggedError<TurnInterrupted>("effect-codex/TurnInterrupted")(
  "TurnInterrupted",
  {
    threadId: Schema.String,
    turnId: Schema.String,
    /** What was collected until then. Printers don't show it. */
    result: Result
  }
) {
  static {
    conceal(this, "result")
  }

  /** How much is in `result`: what printers show. */
  readonly collected = countsOf(this.result)

  /** An interruption is meant: the same turn is not run again by itself. */
  readonly isRetryable = false

  override get message(): string {
    return "The turn was interrupted before it completed. Its progress is in `result`."
  }
}

/**
 * Nothing happened in the turn for longer than `idleTimeout`, although nothing of ours was being waited for and the server says that it runs.
 *
 * @category errors
 * @since 0.169.0
 */
export class TurnStalled extends Schema.TaggedError<TurnStalled>("effect-codex/TurnStalled")("TurnStalled", {
  threadId: Schema.String,
  turnId: Schema.String,
  /** The limit that passed, in milliseconds. */
  idleTimeoutMillis: Schema.Number,
  /** The error of the model's connection that the server was retrying after when the limit passed, as `turn.state` had it. Printers don't show it. */
  retrying: Retrying,
  /** What was collected until then. Printers don't show it. */
  result: Result
}) {
  static {
    conceal(this, "result", "retrying")
  }

  /** How much is in `result`: what printers show. */
  readonly collected = countsOf(this.result)

  /** The turn may have done something, and may still run with `whenExceeded: "leave"`. */
  readonly isRetryable = false

  override get message(): string {
    const why = Option.isSome(this.retrying) ? whyRetrying : "The model provider may be unreachable"
    return `No event for ${this.idleTimeoutMillis / 1000} s (\`idleTimeout\`). ${why}. Progress is in \`result\`.`
  }
}

/**
 * The turn took longer than `maxDuration`.
 *
 * @category errors
 * @since 0.169.0
 */
export class TurnTimedOut extends Schema.TaggedError<TurnTimedOut>("effect-codex/TurnTimedOut")("TurnTimedOut", {
  threadId: Schema.String,
  turnId: Schema.String,
  /** The limit that passed, in milliseconds. */
  maxDurationMillis: Schema.Number,
  /** The error of the model's connection that the server was retrying after when the limit passed, as `turn.state` had it. Printers don't show it. */
  retrying: Retrying,
  /** What was collected until then. Printers don't show it. */
  result: Result
}) {
  static {
    conceal(this, "result", "retrying")
  }

  /** How much is in `result`: what printers show. */
  readonly collected = countsOf(this.result)

  /** The turn may have done something, and may still run with `whenExceeded: "leave"`. */
  readonly isRetryable = false

  override get message(): string {
    const why = Option.isSome(this.retrying) ? ` ${whyRetrying}.` : ""
    return `The turn exceeded \`maxDuration\` (${this.maxDurationMillis / 1000} s).${why} Progress is in \`result\`.`
  }
}

/**
 * A consumer of events was slower than its capacity allowed; see `EventsOptions`. The turn goes on.
 *
 * @category errors
 * @since 0.169.0
 */
export class EventsOverflowed extends Schema.TaggedError<EventsOverflowed>("effect-codex/EventsOverflowed")(
  "EventsOverflowed",
  { capacity: Schema.Number }
) {
  /** `events` can be run again at once: it begins with a snapshot. */
  readonly isRetryable = true

  override get message(): string {
    return `The consumer fell more than ${this.capacity} events behind. The turn is still running: run \`events\` again to get a snapshot and continue.`
  }
}
