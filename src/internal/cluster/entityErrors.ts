/**
 * Errors of a thread as an entity of a cluster, beside those of turns, stores and directories. They never contain
 * inputs or answers.
 */
import * as Schema from "effect/Schema"

const id = (name: string): string => `effect-codex/ThreadEntityError/${name}`

/** The runner has a defect. The turn may have run: its record says so. */
export class RunnerFailed extends Schema.TaggedError<RunnerFailed>(id("RunnerFailed"))("RunnerFailed", {
  /** The name of the defect, such as `TypeError`. The log of the runner has the rest. */
  defect: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The runner of the thread has a defect (${this.defect}). See its log. After the defect is corrected, call again with another \`attempt\`: a turn that was sent is not sent again.`
  }
}

/** The message is of a newer version of this package than the runner has. Nothing was sent. */
export class RunnerTooOld extends Schema.TaggedError<RunnerTooOld>(id("RunnerTooOld"))("RunnerTooOld", {
  /** The version of the message. */
  version: Schema.Number,
  /** The newest version that the runner reads. */
  supported: Schema.Number
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The message has version ${this.version}, and the runner reads versions up to ${this.supported}. Update the runners before the clients, then call again with another \`attempt\`.`
  }
}

/** The message is too large to be stored. Nothing was sent. */
export class MessageTooLarge extends Schema.TaggedError<MessageTooLarge>(id("MessageTooLarge"))("MessageTooLarge", {
  /** The size of the message. */
  bytes: Schema.Number,
  /** The limit. */
  maxBytes: Schema.Number
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The input and its options have ${this.bytes} bytes, and the limit is ${this.maxBytes}. Store images where the runners can read them, and pass \`Input.localImage\`.`
  }
}

/**
 * The schema of all reasons.
 *
 * @category schemas
 * @since 0.171.0
 */
export const Reason = Schema.Union([RunnerFailed, RunnerTooOld, MessageTooLarge])

/**
 * Why a call of a thread in a cluster failed.
 *
 * @category models
 * @since 0.171.0
 */
export type Reason = typeof Reason.Type

/**
 * A call of a thread in a cluster failed before or beside its turn.
 *
 * @category errors
 * @since 0.171.0
 */
export class ThreadEntityError extends Schema.TaggedError<ThreadEntityError>("effect-codex/ThreadEntityError")(
  "ThreadEntityError",
  {
    /** The call that failed, such as `ThreadEntity.run`. */
    method: Schema.String,
    reason: Reason
  }
) {
  override readonly cause = this.reason
  /** Whether the same call, unchanged, can succeed later. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message(): string {
    return `${this.method} failed. ${this.reason.message}`
  }
}
