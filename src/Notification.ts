/**
 * What the server tells unasked, typed by method, and what is left of it when this version doesn't know it. How notifications are routed and
 * buffered is `internal/session`.
 *
 * @since 0.169.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { DecodeFailed } from "./CodexError.ts"
import type { ServerNotifications } from "./generated/methods.ts"
import * as decoding from "./internal/client/decoding.ts"
import { threadIdOf, turnIdOf } from "./internal/client/ids.ts"
import { type Reader, readerOf } from "./internal/client/notificationReaders.ts"
import type { RawNotification } from "./JsonRpc.ts"
import type { Message } from "./Transport.ts"

/**
 * A notification whose method this version knows.
 *
 * @category models
 * @since 0.169.0
 */
export interface Known<M extends keyof ServerNotifications> {
  readonly method: M
  readonly params: ServerNotifications[M]["params"]
  /** The message as it came, with every field that this version doesn't know. */
  readonly raw: Message
}

/**
 * A notification that this version can't read: its method is unknown, or its params don't fit (then `error` says where).
 *
 * @category models
 * @since 0.169.0
 */
export interface Unknown {
  readonly method: "~unknown"
  readonly raw: Message
  readonly error: Option.Option<DecodeFailed>
}

/**
 * A notification. `switch` on `method` narrows `params`.
 *
 * @category models
 * @since 0.169.0
 */
export type Notification = { readonly [M in keyof ServerNotifications]: Known<M> }[keyof ServerNotifications] | Unknown

/**
 * Reads one notification.
 *
 * **Details**
 *
 * Where a member of a union, such as an item, is malformed, that member alone becomes an unknown one and holds what came.
 * Anything else that does not fit makes the whole notification unknown. `onUnreadable` is called in both cases.
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
 * The thread and turn that a notification belongs to, read from the raw params, so that it works for unknown ones too.
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
