/**
 * A Codex on the real binary whose model says "done", and the reasons of failures.
 */
import { Effect } from "effect"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

export const onBinary = (options?: CodexTest.Options) =>
  Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("done") }, ...options }))

export const reasonOf = (effect: Effect.Effect<unknown, unknown>) =>
  Effect.map(Effect.flip(effect), (error) =>
    error instanceof Object && "reason" in error && error.reason instanceof Object && "_tag" in error.reason
      ? error.reason._tag
      : error
  )
