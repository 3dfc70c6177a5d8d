/**
 * Support for the tests of input: small images, and the last request to the model.
 */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

export const onBinary = (options?: CodexTest.Options) =>
  Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("done") }, ...options }))

export const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64"
)

export const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64")

export const webp = Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64")

export const bmp = Buffer.from(
  "424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000ffffff00",
  "hex"
)

export const dataUrl = `data:image/png;base64,${png.toString("base64")}`

/** The last request to the model. */
export const lastRequest = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const request = (yield* model.requests).at(-1)
  return request ?? assert.fail("the model was not asked")
})

export const reasonOf = (effect: Effect.Effect<unknown, unknown>): Effect.Effect<unknown, unknown> =>
  Effect.map(Effect.flip(effect), (error) => (error instanceof Object && "reason" in error ? error.reason : error))
