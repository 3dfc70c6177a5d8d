/**
 * A guard for each reason of a `CodexError`, to narrow `error.reason` or an unknown value.
 */
import * as Connection from "./connectionReasons.ts"
import * as Pool from "./poolReasons.ts"
import * as Request from "./requestReasons.ts"

/**
 * Whether a value is an `ActiveWriter`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isActiveWriter = (value: unknown): value is Request.ActiveWriter => value instanceof Request.ActiveWriter

/**
 * Whether a value is a `ConfigurationInvalid`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isConfigurationInvalid = (value: unknown): value is Request.ConfigurationInvalid =>
  value instanceof Request.ConfigurationInvalid

/**
 * Whether a value is a `ConnectionClosed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isConnectionClosed = (value: unknown): value is Connection.ConnectionClosed =>
  value instanceof Connection.ConnectionClosed

/**
 * Whether a value is a `DecodeFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isDecodeFailed = (value: unknown): value is Request.DecodeFailed => value instanceof Request.DecodeFailed

/**
 * Whether a value is an `EncodeFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isEncodeFailed = (value: unknown): value is Request.EncodeFailed => value instanceof Request.EncodeFailed

/**
 * Whether a value is an `ExperimentalApiRequired`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isExperimentalApiRequired = (value: unknown): value is Request.ExperimentalApiRequired =>
  value instanceof Request.ExperimentalApiRequired

/**
 * Whether a value is a `HomeInUse`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isHomeInUse = (value: unknown): value is Pool.HomeInUse => value instanceof Pool.HomeInUse

/**
 * Whether a value is an `InputTooLarge`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isInputTooLarge = (value: unknown): value is Request.InputTooLarge =>
  value instanceof Request.InputTooLarge

/**
 * Whether a value is an `InvalidInput`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isInvalidInput = (value: unknown): value is Request.InvalidInput => value instanceof Request.InvalidInput

/**
 * Whether a value is an `InvalidOptions`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isInvalidOptions = (value: unknown): value is Connection.InvalidOptions =>
  value instanceof Connection.InvalidOptions

/**
 * Whether a value is a `LoginRequired`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isLoginRequired = (value: unknown): value is Request.LoginRequired =>
  value instanceof Request.LoginRequired

/**
 * Whether a value is a `MethodNotSupported`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isMethodNotSupported = (value: unknown): value is Request.MethodNotSupported =>
  value instanceof Request.MethodNotSupported

/**
 * Whether a value is a `NoActiveTurn`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNoActiveTurn = (value: unknown): value is Request.NoActiveTurn => value instanceof Request.NoActiveTurn

/**
 * Whether a value is a `NoTurnsYet`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNoTurnsYet = (value: unknown): value is Request.NoTurnsYet => value instanceof Request.NoTurnsYet

/**
 * Whether a value is a `NotInitialized`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNotInitialized = (value: unknown): value is Request.NotInitialized =>
  value instanceof Request.NotInitialized

/**
 * Whether a value is an `Overloaded`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isOverloaded = (value: unknown): value is Request.Overloaded => value instanceof Request.Overloaded

/**
 * Whether a value is a `PermissionsDiffer`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isPermissionsDiffer = (value: unknown): value is Request.PermissionsDiffer =>
  value instanceof Request.PermissionsDiffer

/**
 * Whether a value is a `PoolClosed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isPoolClosed = (value: unknown): value is Pool.PoolClosed => value instanceof Pool.PoolClosed

/**
 * Whether a value is a `RequestRejected`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isRequestRejected = (value: unknown): value is Request.RequestRejected =>
  value instanceof Request.RequestRejected

/**
 * Whether a value is a `RequestTimeout`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isRequestTimeout = (value: unknown): value is Request.RequestTimeout =>
  value instanceof Request.RequestTimeout

/**
 * Whether a value is a `RolloutNotFound`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isRolloutNotFound = (value: unknown): value is Request.RolloutNotFound =>
  value instanceof Request.RolloutNotFound

/**
 * Whether a value is a `RuntimeNotFound`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isRuntimeNotFound = (value: unknown): value is Connection.RuntimeNotFound =>
  value instanceof Connection.RuntimeNotFound

/**
 * Whether a value is a `RuntimeTooOld`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isRuntimeTooOld = (value: unknown): value is Request.RuntimeTooOld =>
  value instanceof Request.RuntimeTooOld

/**
 * Whether a value is a `Saturated`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isSaturated = (value: unknown): value is Pool.Saturated => value instanceof Pool.Saturated

/**
 * Whether a value is a `SpawnFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isSpawnFailed = (value: unknown): value is Connection.SpawnFailed =>
  value instanceof Connection.SpawnFailed

/**
 * Whether a value is a `StartTimeout`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isStartTimeout = (value: unknown): value is Connection.StartTimeout =>
  value instanceof Connection.StartTimeout

/**
 * Whether a value is a `ThreadArchived`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadArchived = (value: unknown): value is Request.ThreadArchived =>
  value instanceof Request.ThreadArchived

/**
 * Whether a value is a `KeyInUse`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isKeyInUse = (value: unknown): value is Request.KeyInUse => value instanceof Request.KeyInUse

/**
 * Whether a value is a `ThreadBusy`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadBusy = (value: unknown): value is Request.ThreadBusy => value instanceof Request.ThreadBusy

/**
 * Whether a value is a `ThreadLost`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadLost = (value: unknown): value is Request.ThreadLost => value instanceof Request.ThreadLost

/**
 * Whether a value is a `ThreadNotFound`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadNotFound = (value: unknown): value is Request.ThreadNotFound =>
  value instanceof Request.ThreadNotFound

/**
 * Whether a value is a `ThreadNotPaginated`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThreadNotPaginated = (value: unknown): value is Request.ThreadNotPaginated =>
  value instanceof Request.ThreadNotPaginated

/**
 * Whether a value is a `TurnJoined`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTurnJoined = (value: unknown): value is Request.TurnJoined => value instanceof Request.TurnJoined

/**
 * Whether a value is a `TurnMismatch`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTurnMismatch = (value: unknown): value is Request.TurnMismatch => value instanceof Request.TurnMismatch

/**
 * Whether a value is a `TurnNotSteerable`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTurnNotSteerable = (value: unknown): value is Request.TurnNotSteerable =>
  value instanceof Request.TurnNotSteerable
