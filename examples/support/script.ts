/**
 * How the embedded model of an example answers: not part of what the examples show.
 */
import { Effect } from "effect"
import { MockModel } from "effect-codex/testing"

/** Answers in this order, then with the last one for ever. */
export const inOrder = (first: MockModel.Script, ...more: ReadonlyArray<MockModel.Script>): MockModel.Options => {
  const queue = [first, ...more]
  let last = first
  return { fallback: () => (last = queue.shift() ?? last) }
}

/** A reply that stops after its first delta: the model is thinking, until somebody steers or interrupts it. */
export const endless = (text: string): MockModel.Script =>
  MockModel.respondWith(() =>
    Effect.map(MockModel.gate, (gate) => MockModel.hold(MockModel.deltas([text, " …"]), gate, { after: 3 }))
  )

/** An answer to each question that is a key of the table. */
export const byQuestion =
  (table: { readonly [question: string]: string }, otherwise: string): MockModel.Responder =>
  (request) =>
    MockModel.reply(table[request.lastUserText ?? ""] ?? otherwise)
