/**
 * How notifications of each method are read. Asked for each delta, so it is plain code: events come in runs of one
 * method, whose reader is remembered. What is read is `Notification.ts`.
 */
import type * as Schema from "effect/Schema"
import { serverNotificationParams } from "../../generated/methods.ts"
import { quickDecoder } from "../protocol/decode.ts"

/** How notifications of one method are read. */
export interface Reader {
  /** One text for all messages, so that later comparisons with it are comparisons of pointers. */
  readonly method: string
  readonly codec: Schema.Codec<unknown>
  /** The quickest way to the params, where there is one; `undefined` for what it refuses. */
  readonly quick: ((params: unknown) => unknown) | undefined
}

/** The reader of a method, if this version knows it. */
export const readerOf = (method: string): Reader | undefined => {
  if (last !== undefined && last.method === method) return last
  const reader = readers.get(method) ?? add(method)
  if (reader !== undefined) last = reader
  return reader
}

// internal

// What is remembered depends on the table alone, which never changes.
const readers = new Map<string, Reader>()
let last: Reader | undefined

const add = (method: string): Reader | undefined => {
  const codec = serverNotificationParams.get(method)
  if (codec === undefined) return undefined
  // The engine keeps one text for each name of a property.
  const [name = method] = Object.keys({ [method]: codec })
  const reader = { method: name, codec, quick: quickDecoder(codec) }
  readers.set(name, reader)
  return reader
}
