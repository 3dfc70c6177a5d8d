/**
 * The error of a failed call: one outer error that contains the method, and a `reason` that says why.
 *
 * Turns that do not complete have their own errors, in `Turn`. Answers of server request handlers are not
 * errors.
 *
 * Recover from one reason with `Effect.catchReason("CodexError", "Overloaded", …)`, and from several with
 * `Effect.catchReasons`.
 *
 * Two rules hold for every error of this package:
 *
 * - `isRetryable` is true if the same call, unchanged, can succeed later and does nothing twice.
 * - Printed errors never show text of the server or the model, and neither does an error's JSON by its schema: a
 *   `Redacted` value is encoded as `<redacted>`.
 *
 * @since 0.169.0
 */
import * as Schema from "effect/Schema"
import * as Connection from "./internal/errors/connectionReasons.ts"
import * as Pool from "./internal/errors/poolReasons.ts"
import * as Request from "./internal/errors/requestReasons.ts"

export {
  ConnectionClosed,
  ConnectionEnd,
  InvalidOptions,
  RuntimeNotFound,
  SpawnFailed,
  StartTimeout
} from "./internal/errors/connectionReasons.ts"
export { HomeInUse, PoolClosed, Saturated } from "./internal/errors/poolReasons.ts"
export {
  ActiveWriter,
  ConfigurationInvalid,
  DecodeFailed,
  EncodeFailed,
  ExperimentalApiRequired,
  InputTooLarge,
  InvalidInput,
  KeyInUse,
  LoginRequired,
  MethodNotSupported,
  NoActiveTurn,
  NotInitialized,
  NoTurnsYet,
  Overloaded,
  PermissionsDiffer,
  RequestRejected,
  RequestTimeout,
  RolloutNotFound,
  RuntimeTooOld,
  ThreadArchived,
  ThreadBusy,
  ThreadLost,
  ThreadNotFound,
  ThreadNotPaginated,
  TurnJoined,
  TurnMismatch,
  TurnNotSteerable
} from "./internal/errors/requestReasons.ts"

export {
  isActiveWriter,
  isConfigurationInvalid,
  isConnectionClosed,
  isDecodeFailed,
  isEncodeFailed,
  isExperimentalApiRequired,
  isHomeInUse,
  isInputTooLarge,
  isInvalidInput,
  isInvalidOptions,
  isKeyInUse,
  isLoginRequired,
  isMethodNotSupported,
  isNoActiveTurn,
  isNoTurnsYet,
  isNotInitialized,
  isOverloaded,
  isPermissionsDiffer,
  isPoolClosed,
  isRequestRejected,
  isRequestTimeout,
  isRolloutNotFound,
  isRuntimeNotFound,
  isRuntimeTooOld,
  isSaturated,
  isSpawnFailed,
  isStartTimeout,
  isThreadArchived,
  isThreadBusy,
  isThreadLost,
  isThreadNotFound,
  isThreadNotPaginated,
  isTurnJoined,
  isTurnMismatch,
  isTurnNotSteerable
} from "./internal/errors/guards.ts"

/**
 * The schema of all reasons.
 *
 * @category schemas
 * @since 0.169.0
 */
export const Reason = Schema.Union([
  Connection.InvalidOptions,
  Connection.RuntimeNotFound,
  Connection.SpawnFailed,
  Connection.StartTimeout,
  Connection.ConnectionClosed,
  Request.Overloaded,
  Request.RequestTimeout,
  Request.ThreadNotFound,
  Request.ThreadLost,
  Request.RolloutNotFound,
  Request.ThreadArchived,
  Request.ActiveWriter,
  Request.NoTurnsYet,
  Request.ThreadNotPaginated,
  Request.NoActiveTurn,
  Request.TurnMismatch,
  Request.TurnJoined,
  Request.TurnNotSteerable,
  Request.ThreadBusy,
  Request.KeyInUse,
  Request.NotInitialized,
  Request.ExperimentalApiRequired,
  Request.RuntimeTooOld,
  Request.PermissionsDiffer,
  Request.MethodNotSupported,
  Request.InputTooLarge,
  Request.ConfigurationInvalid,
  Request.LoginRequired,
  Request.InvalidInput,
  Request.RequestRejected,
  Request.DecodeFailed,
  Request.EncodeFailed,
  Pool.Saturated,
  Pool.PoolClosed,
  Pool.HomeInUse
])

/**
 * Why a call failed.
 *
 * @category models
 * @since 0.169.0
 */
export type Reason = typeof Reason.Type

/**
 * A call failed: `method` is the call, and `reason` says why.
 *
 * **Details**
 *
 * `method` is the wire method (`"thread/start"`), or the name of the layer or function if it failed before anything
 * was sent. `message` says what happened and what to do. It never contains the payload or a secret.
 *
 * @category errors
 * @since 0.169.0
 */
export class CodexError extends Schema.TaggedError<CodexError>("effect-codex/CodexError")("CodexError", {
  method: Schema.String,
  reason: Reason
}) {
  override readonly cause = this.reason

  /**
   * Whether the same call can be sent again, unchanged, with a chance of success and without doing anything twice.
   */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }

  override get message(): string {
    return `${this.method}: ${this.reason.message}`
  }
}

/**
 * Whether a value is a `CodexError`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isCodexError = (value: unknown): value is CodexError => value instanceof CodexError
