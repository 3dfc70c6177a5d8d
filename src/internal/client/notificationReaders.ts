/**
 * Finds the reader for the notifications of a method. It runs for each delta, so it is plain code: most events come
 * in runs of one method, and readers are cached. `internal/client/notifications.ts` does the reading.
 */
import type * as Schema from "effect/Schema"
import { serverNotificationParams } from "../../generated/methods.ts"
import { quickDecoder } from "../protocol/decode.ts"

/** How notifications of one method are read. */
export interface Reader {
  /** One string for all messages, so that later comparisons with it compare pointers. */
  readonly method: string
  readonly codec: Schema.Codec<unknown>
  /** A faster decoder of the params, if there is one. It returns `undefined` for params that it rejects. */
  readonly quick: ((params: unknown) => unknown) | undefined
}

/** Returns the reader of a method, if this version knows the method. */
export const readerOf = (method: string): Reader | undefined => {
  if (last !== undefined && last.method === method) return last
  const reader = readers.get(method) ?? add(method)
  if (reader !== undefined) last = reader
  return reader
}

// internal

// The cache depends on the table only, which never changes.
const readers = new Map<string, Reader>()
let last: Reader | undefined

const add = (method: string): Reader | undefined => {
  const codec = serverNotificationParams.get(method)
  if (codec === undefined) return undefined
  // The engine keeps one string for each property name.
  const [name = method] = Object.keys({ [method]: codec })
  const reader = { method: name, codec, quick: quickDecoder(codec) }
  readers.set(name, reader)
  return reader
}
