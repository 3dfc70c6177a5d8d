/**
 * How a turn ends other than well. These are outcomes, told apart from calls that fail (`CodexError`): the turn did run, and what it did is in
 * `result`.
 *
 * @since 0.169.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { TurnError } from "./generated/types.ts"
import * as Reasons from "./internal/errors/turnReasons.ts"
import type { TurnResult } from "./internal/turn/turnResult.ts"

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

// Not validated: they are made by this package, and hold the protocol's own values.
const Result: Schema.Schema<TurnResult> = Schema.declare((value): value is TurnResult => typeof value === "object")
const Retrying: Schema.Schema<Option.Option<TurnError>> = Schema.declare((value): value is Option.Option<TurnError> =>
  Option.isOption(value)
)

// The server's own words are left out: they can quote the prompt.
const whyRetrying =
  "The server was retrying its connection to the model: `retrying` holds its last error. Look at the network, the proxy and the `base_url` of the model's provider"

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
  /** What was collected until then: items, unfinished items, usage, and the server's error. */
  result: Result
}) {
  override readonly cause = this.reason

  /** Whether running the same turn again has a chance. It says nothing of what the turn has already changed: see `retryOnOverload`. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }

  override get message(): string {
    return `The turn failed: ${this.reason.message}. The server's own words are in \`result.error\``
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
    /** What was collected until then. */
    result: Result
  }
) {
  override get message(): string {
    return "The turn was interrupted before it was done; what it did until then is in `result`"
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
  /** The error of the model's connection that the server was retrying after when the limit passed, as `turn.state` had it. */
  retrying: Retrying,
  /** What was collected until then. */
  result: Result
}) {
  override get message(): string {
    const why = Option.isSome(this.retrying) ? whyRetrying : "The model's host may be out of reach"
    return `Nothing happened in the turn for ${this.idleTimeoutMillis / 1000} s. ${why}. What it did until then is in \`result\``
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
  /** The error of the model's connection that the server was retrying after when the limit passed, as `turn.state` had it. */
  retrying: Retrying,
  /** What was collected until then. */
  result: Result
}) {
  override get message(): string {
    const why = Option.isSome(this.retrying) ? ` ${whyRetrying}.` : ""
    return `The turn took longer than ${this.maxDurationMillis / 1000} s.${why} What it did until then is in \`result\``
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
  override get message(): string {
    return `More than ${this.capacity} events waited for their consumer. The turn goes on; run \`events\` again for a snapshot and what follows`
  }
}
