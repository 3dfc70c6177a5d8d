/**
 * Notifications of the server, typed by method. A notification that this version does not support stays available
 * raw.
 *
 * Routing and buffering of notifications are in `internal/session`.
 *
 * @since 0.169.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { CodexError, DecodeFailed } from "../../CodexError.ts"
import type { ServerNotifications } from "../../generated/methods.ts"
import * as decoding from "./decoding.ts"
import { threadIdOf, turnIdOf } from "./ids.ts"
import { type Reader, readerOf } from "./notificationReaders.ts"
import type { RawNotification } from "../connection/jsonRpc.ts"
import type { Message } from "../../Transport.ts"

/**
 * A notification with a method that this version supports.
 *
 * @category models
 * @since 0.169.0
 */
export interface KnownNotification<M extends keyof ServerNotifications> {
  readonly method: M
  readonly params: ServerNotifications[M]["params"]
  /** The message as received, including fields that this version does not support. */
  readonly raw: Message
}

/**
 * A notification that this version cannot decode.
 *
 * Either its method is unknown, or its params do not match the schema. In the second case `error` says where.
 *
 * @category models
 * @since 0.169.0
 */
export interface UnknownNotification {
  readonly method: "~unknown"
  readonly raw: Message
  readonly error: Option.Option<DecodeFailed>
}

/**
 * Marks in `notifications` that the process has ended and another one was started.
 *
 * It is not a message of the server, and never part of a turn. Emitted only if the layer has the option `restart`.
 *
 * @category models
 * @since 0.171.0
 */
export interface RestartedNotification {
  readonly method: "~restarted"
  readonly params: {
    /** Why the earlier process ended, or why its replacement did not start. */
    readonly cause: CodexError
    /** The id of the new process; `undefined` if this program did not start it. */
    readonly pid: number | undefined
    /** The version of the new process. */
    readonly version: string
    /** The threads that are resumed when they are next used, or at once with `resume: "atOnce"`. */
    readonly threadIds: ReadonlyArray<string>
  }
  /** The method alone: there is no message. */
  readonly raw: Message
}

/**
 * A notification. `switch` on `method` to narrow `params`.
 *
 * @category models
 * @since 0.169.0
 */
export type Notification =
  | { readonly [M in keyof ServerNotifications]: KnownNotification<M> }[keyof ServerNotifications]
  | UnknownNotification
  | RestartedNotification

/**
 * Decodes one notification.
 *
 * **Details**
 *
 * If a member of a union, such as an item, is malformed, only that member becomes an unknown one, with the raw
 * value. Any other mismatch makes the whole notification unknown. `onUnreadable` is called in both cases.
 *
 * @category decoding
 * @since 0.169.0
 */
export const decode = (
  raw: RawNotification,
  onUnreadable?: (failure: DecodeFailed, method: string) => void
): Notification => {
  const reader = readerOf(raw.method)
  if (reader === undefined) return { method: "~unknown", raw: raw.message, error: Option.none() }
  const params = reader.quick?.(raw.params)
  if (params !== undefined) return known(reader, raw, params)
  const result = decoding.decode(reader.codec, raw.params)
  if (Result.isSuccess(result)) return known(reader, raw, result.success)
  onUnreadable?.(result.failure, raw.method)
  const salvaged = decoding.salvage(reader.codec, raw.params)
  return Option.isSome(salvaged)
    ? known(reader, raw, salvaged.value)
    : { method: "~unknown", raw: raw.message, error: Option.some(result.failure) }
}

// Type boundary: the table pairs each method with the codec of its params.
const known = ({ method }: Reader, { message }: RawNotification, params: unknown): Notification =>
  ({ method, params, raw: message }) as Notification

/**
 * Returns the thread and turn of a notification. It reads the raw params, so it also works for unknown
 * notifications.
 *
 * **Details**
 *
 * The ids are `params.threadId` and `params.turnId`, or those inside `params.thread` and `params.turn`.
 *
 * @category decoding
 * @since 0.169.0
 */
export const ids = (
  params: unknown
): { readonly threadId: string | undefined; readonly turnId: string | undefined } => ({
  threadId: threadIdOf(params),
  turnId: turnIdOf(params)
})
