/**
 * Scripts the embedded model of an example. Not part of what the examples show.
 */
import { Effect } from "effect"
import { MockModel } from "effect-codex/testing"

/** Answers in this order, then repeats the last answer. */
export const inOrder = (first: MockModel.Script, ...more: ReadonlyArray<MockModel.Script>): MockModel.Options => {
  const queue = [first, ...more]
  let last = first
  return { fallback: () => (last = queue.shift() ?? last) }
}

/** A reply that stops after its first delta: the model thinks until the turn is steered or interrupted. */
export const endless = (text: string): MockModel.Script =>
  MockModel.respondWith(() =>
    Effect.map(MockModel.gate, (gate) => MockModel.hold(MockModel.deltas([text, " …"]), gate, { after: 3 }))
  )

/** One answer for each question in the table. */
export const byQuestion =
  (table: { readonly [question: string]: string }, otherwise: string): MockModel.Responder =>
  (request) =>
    MockModel.reply(table[request.lastUserText ?? ""] ?? otherwise)
