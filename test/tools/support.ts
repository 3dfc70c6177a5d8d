/**
 * Support for the tests of tools: calls as the model makes them, and what it reads about their results.
 */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type * as Codex from "../../src/Codex.ts"
import type * as DynamicTools from "../../src/DynamicTools.ts"
import * as threadTools from "../../src/internal/tools/threadTools.ts"
import type { DynamicToolCallResponse } from "../../src/Protocol.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

/** A real Codex whose model says "done" by default. */
export const layer = (codex?: Codex.Options) =>
  CodexTest.layer({ codex, model: { fallback: () => MockModel.reply("done") } })

/** A call that the model makes. */
export interface Call {
  readonly name: string
  readonly arguments?: { readonly [name: string]: unknown }
  readonly callId?: string
}

const outputs = (value: unknown): ReadonlyArray<{ readonly call_id: string; readonly output: unknown }> =>
  typeof value === "object" && value !== null && "input" in value && Array.isArray(value.input)
    ? value.input.filter((item: { readonly type?: unknown }) => item.type === "function_call_output")
    : []

/** What the model has read about its calls so far, by the id of the call. */
export const outputsSoFar = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const last = (yield* model.requests).at(-1)
  return new Map(outputs(last?.body).map(({ call_id, output }) => [call_id, output]))
})

/** Makes the model send calls in the next turn, all at once. */
export const script = (...calls: ReadonlyArray<Call>) =>
  Effect.flatMap(MockModel.MockModel, (model) =>
    model.enqueue(MockModel.response(calls.map((call) => MockModel.toolCall(call))))
  )

/** The session in which the calls of a toolkit without a connection run. */
export const background: Parameters<typeof threadTools.prepare>[0] = {
  fork: (effect, options) => Effect.forkDetach(effect, options)
}

const params = { threadId: "thread", turnId: "turn", callId: "call", namespace: null }

/** A toolkit as a thread has it: calls by name and arguments. */
export const ready = Effect.fnUntraced(function* <T extends DynamicTools.Tools>(
  tools: T,
  options?: DynamicTools.Options<DynamicTools.Names<T>>
) {
  const prepared = yield* threadTools.prepare(background, tools, options)
  assert.isDefined(prepared)
  return (tool: string, args: unknown = {}): Effect.Effect<DynamicToolCallResponse> =>
    // Type boundary: the answer is the protocol's result.
    Effect.orDie(
      prepared.answer({
        id: 1,
        method: "item/tool/call",
        changes: [],
        offered: [],
        params: { ...params, tool, arguments: args }
      })
    ) as Effect.Effect<DynamicToolCallResponse>
})

/** An answer as a short string. */
export const text = ({ contentItems, success }: DynamicToolCallResponse) => ({
  success,
  text: contentItems.map((item) => (item.type === "inputText" ? item.text : item.type)).join("\n")
})

export const said = (text: string) => ({ success: true, text })
export const failed = (text: string) => ({ success: false, text })
