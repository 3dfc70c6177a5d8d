import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import * as Codex from "../../src/Codex.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

const Kit = Toolkit.make(Tool.make("count", { success: Schema.Int }))

/** A service that is usable only while its layer exists. */
class Store extends Context.Service<Store, { readonly count: Effect.Effect<number> }>()("test/Store") {
  static readonly layer = Layer.effect(
    Store,
    Effect.gen(function* () {
      let open = true
      yield* Effect.addFinalizer(() => Effect.sync(() => (open = false)))
      return { count: Effect.suspend(() => (open ? Effect.succeed(5) : Effect.die("used after its end"))) }
    })
  )
}

const kitLayer = Kit.toLayer(Effect.map(Store, ({ count }) => ({ count: () => count }))).pipe(
  Layer.provide(Store.layer)
)

/** What the model reads about one call in a turn. */
const ask = Effect.fnUntraced(function* (run: Effect.Effect<unknown, unknown>, callId: string) {
  yield* Test.script({ name: "count", callId })
  yield* run
  return (yield* Test.outputsSoFar).get(callId)
})

describe("the requirements of a tool", () => {
  it.live("are used for each call, and not kept open: provided around the program they exist", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ tools: Kit })
      assert.strictEqual(yield* ask(thread.run("go"), "a"), "5")
    }).pipe(Effect.provide(kitLayer), Effect.provide(Test.layer()), quiet)
  )

  it.live("are closed when the start returns, if they are provided around the start alone: calls fail", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ tools: Kit }).pipe(Effect.provide(kitLayer))
      assert.strictEqual(yield* ask(thread.run("go"), "a"), "The tool failed")
    }).pipe(Effect.provide(Test.layer()), quiet)
  )

  it.live("can be resolved once: starts with the resolved toolkit require nothing more", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const kit = yield* Kit
      const start: Effect.Effect<{ readonly run: (input: string) => Effect.Effect<unknown, unknown> }, unknown> =
        codex.startThread({ tools: kit })
      const [one, two] = [yield* start, yield* start]
      assert.strictEqual(yield* ask(one.run("go"), "a"), "5")
      assert.strictEqual(yield* ask(two.run("go"), "b"), "5")
    }).pipe(Effect.provide(kitLayer), Effect.provide(Test.layer()), quiet)
  )
})

it.live("a thread without a handle still has its toolkit, as long as the server has it loaded", () =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread({ tools: Kit })
    yield* ask(thread.run("go"), "a")
    yield* thread.unsubscribe
    const again = yield* codex.resumeThread(thread.id)
    assert.strictEqual(yield* ask(again.run("go"), "b"), "5")
  }).pipe(Effect.provide(kitLayer), Effect.provide(Test.layer()), quiet)
)
