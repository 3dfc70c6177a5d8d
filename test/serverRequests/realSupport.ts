/**
 * Support for the tests of permission requests and of questions: the real server with the features that cause them, and
 * the ways in which every kind of request can end.
 */
import { assert, it } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type * as Codex from "../../src/Codex.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Endings from "./endings.ts"
import * as Test from "./support.ts"

export const options = (codex: Codex.Options = {}): CodexTest.Options => ({
  codex,
  config: { features: { default_mode_request_user_input: true, request_permissions_tool: true } },
  model: { fallback: () => MockModel.reply("done") }
})

export const layer = (codex?: Codex.Options) => CodexTest.layer(options(codex))

export const quiet = Effect.provide(Logger.layer([]))

export { askingThread, watch } from "./endings.ts"

/** Whether a file exists in the folder of the test's threads. */
export const exists = (name: string) =>
  Effect.map(CodexTest.TestHome, ({ workspace }) => existsSync(join(workspace, name)))

/** Queues responses of one item each. */
export const script = (...items: ReadonlyArray<MockModel.Item>) =>
  Effect.flatMap(MockModel.MockModel, (model) => model.enqueue(...items.map((item) => MockModel.response([item]))))

/** What the model read as the output of a call, in its last request. */
export const told = (callId: string) =>
  Effect.gen(function* () {
    const requests = yield* (yield* MockModel.MockModel).requests
    const output = requests.at(-1)?.toolOutput(callId)
    return output === undefined ? undefined : parse(output)
  })

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** One kind of request, and its answers. */
export interface Kind<A> {
  /** The model's reply, with `ask` as the id of the call that causes the request. */
  readonly items: Effect.Effect<ReadonlyArray<MockModel.Item>, never, CodexTest.TestHome>
  /** The handlers object whose handler returns this. */
  readonly handled: (answer: Effect.Effect<A, unknown>) => ServerRequests.Handlers
  readonly yes: A
  readonly no: A
  /** The logged word of a yes, and its rule. */
  readonly granted: string
  readonly rule: string
  /** What the model reads if nothing is granted. */
  readonly nothing: unknown
  /** The check that the action did not run without a yes. */
  readonly assertNothing: Effect.Effect<void, never, CodexTest.Services>
}

/** The ways in which a request of any kind is declined, and in which it ends without an answer. */
export const endings = <A>({ assertNothing, granted, handled, items, no, nothing, rule, yes }: Kind<A>): void => {
  const declining: ReadonlyArray<readonly [promise: string, codex: Codex.Options, rule: string]> = [
    ["if declined, has no effect, and the turn continues", { serverRequests: handled(Effect.succeed(no)) }, rule],
    ["without a handler, has no effect", {}, "default"],
    ["with a handler that fails, has no effect", { serverRequests: handled(Effect.fail("no")) }, "failure"],
    ["with a handler that dies, has no effect", { serverRequests: handled(Effect.die("no")) }, "defect"],
    [
      "with a handler that exceeds its timeout, has no effect",
      { serverRequests: handled(Effect.never), serverRequestTimeout: "50 millis" },
      "timeout"
    ]
  ]
  for (const [promise, codex, expected] of declining) {
    it.live(promise, () =>
      Effect.gen(function* () {
        const decisions = yield* Endings.watch
        yield* script(...(yield* items))
        const thread = yield* Endings.askingThread
        const turn = yield* thread.turn("go")
        yield* turn.result
        assert.deepStrictEqual(decisions.map(Test.short), [`decline by ${expected}`])
        assert.deepStrictEqual(
          decisions.map(({ threadId, turnId }) => [Option.getOrNull(threadId), Option.getOrNull(turnId)]),
          [[thread.id, turn.id]]
        )
        assert.deepStrictEqual(yield* told("ask"), nothing)
        yield* assertNothing
      }).pipe(Effect.scoped, Effect.provide(layer(codex)), quiet)
    )
  }

  it.live("ends with its turn: its handler is interrupted, and a late yes changes nothing", () =>
    Endings.endsWithTurn({
      layer: (answer: Effect.Effect<A>) => layer({ serverRequests: handled(answer) }),
      script: Effect.flatMap(items, ([asking]) => (asking === undefined ? Effect.die("nothing asks") : script(asking))),
      scriptAfter: Effect.flatMap(items, ([, ...rest]) => script(...rest)),
      yes,
      no,
      check: Effect.gen(function* () {
        assert.notInclude(JSON.stringify(yield* told("ask")), granted)
        yield* assertNothing
      })
    })
  )

  it.live("ends with its connection: its handler is interrupted", () =>
    Endings.losesConnection({
      layer: (answer: Effect.Effect<A>) => layer({ serverRequests: handled(answer) }),
      script: Effect.flatMap(items, (all) => script(...all)),
      check: assertNothing
    })
  )
}
