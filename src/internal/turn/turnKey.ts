/**
 * The key of an input: a string that the caller chooses, and that the server saves with the input before it asks the
 * model. So a key shows later whether an input has arrived. The server compares keys with nothing: two inputs with one
 * key are two inputs.
 *
 * This module knows which strings are keys, and how to recognize one in items. `seenTurns.ts` keeps what was seen of
 * turns with a key; `thread/turnByKey.ts` searches a thread for a key.
 */
import * as Effect from "effect/Effect"
import { InvalidOptions } from "../../CodexError.ts"
import type { ThreadItem } from "../../generated/types.ts"

/** The first version that saves keys. Earlier ones ignore the field. */
export const required = "0.139.0"

/** The maximum length of a key, in UTF-16 code units. Every page of a history repeats the keys of its turns. */
export const maxLength = 256

/** Checks a key that a caller has chosen. */
export const check = (key: unknown): Effect.Effect<void, InvalidOptions> => {
  const description = problem(key)
  return description === undefined ? Effect.void : Effect.fail(new InvalidOptions({ option: "key", description }))
}

/** Whether an item is an input with this key. */
export const isOf = (key: string, item: ThreadItem): boolean => item.type === "userMessage" && item.clientId === key

/** Whether one of the items is an input with this key. */
export const isIn = (key: string, items: ReadonlyArray<ThreadItem>): boolean => items.some((item) => isOf(key, item))

/** The key of the `n`th turn that asks the model to correct its answer to the input with this key. */
export const ofRepair = (key: string, n: number): string => `${key}/repair-${n}`

// internal

const problem = (key: unknown): string | undefined => {
  if (typeof key !== "string") return "expected a string"
  // The server saves no empty key.
  if (key.trim() === "") return "must not be empty"
  if (key.length > maxLength) return `must have at most ${maxLength} characters; use a hash of a longer one`
  // It would be sent with replacement characters, and never be found again.
  return key.isWellFormed() ? undefined : "must not contain a lone surrogate"
}
