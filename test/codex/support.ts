/**
 * What the tests of `Codex` share: the real binary with a model that says "done", and the reasons of failures.
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

export const idsOf = (threads: Iterable<{ readonly id: string }>) => Array.from(threads, ({ id }) => id)

export const nowhere = "019c0000-0000-7000-8000-000000000000"
