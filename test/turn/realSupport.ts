/**
 * Support for the tests of turns on the real binary: a thread, and a model that stops halfway.
 */
import { Effect, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import type { Turn } from "../../src/Turn.ts"

export const onBinary = (options?: CodexTest.Options) => Effect.provide(CodexTest.layer(options))

export const setUp = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  return { codex, model, thread }
})

/** Waits until a text of the model has arrived. */
export const heard = (turn: Turn, text: string) =>
  Stream.runHead(Stream.filter(turn.stateChanges, ({ items }) => items.some((item) => item.text.includes(text))))

/** A reply that stops after its first delta, until the gate is opened. */
export const halfway = Effect.map(MockModel.gate, (gate) => ({
  gate,
  reply: MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: 3 })
}))
