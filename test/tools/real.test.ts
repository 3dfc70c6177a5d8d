import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Layer, Logger, Ref, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import * as Codex from "../../src/Codex.ts"
import type * as DynamicTools from "../../src/DynamicTools.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

class Orders extends Context.Service<
  Orders,
  { readonly find: (number: number) => Effect.Effect<string | undefined> }
>()("test/Orders") {}

class OrderNotFound extends Schema.TaggedError<OrderNotFound>()("OrderNotFound", { number: Schema.Number }) {}

const Add = Tool.make("add", {
  description: "Adds two numbers",
  parameters: Schema.Struct({ a: Schema.Finite, b: Schema.Finite }),
  success: Schema.Finite
})

const Lookup = Tool.make("lookup_order", {
  description: "Finds an order",
  parameters: Schema.Struct({ number: Schema.Int }),
  success: Schema.Struct({ item: Schema.String, due: Schema.Date }),
  failure: OrderNotFound
})

const Broken = Tool.make("broken", { description: "Never works", success: Schema.String })

const Shop = Toolkit.make(Add, Lookup, Broken)

const ShopHandlers = Shop.toLayer(
  Effect.gen(function* () {
    const orders = yield* Orders
    return Shop.of({
      add: ({ a, b }) => Effect.succeed(a + b),
      lookup_order: Effect.fnUntraced(function* ({ number }) {
        const item = yield* orders.find(number)
        return item === undefined ? yield* new OrderNotFound({ number }) : { item, due: new Date(0) }
      }),
      broken: () => Effect.die(new Error("the password is hunter2"))
    })
  })
)

const someOrders = Layer.succeed(Orders, { find: (number) => Effect.succeed(number === 1 ? "a book" : undefined) })

describe("a toolkit on the real server", () => {
  it.live("is called by the model, and each call gets its result, whatever the tool does", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      yield* Test.script(
        { name: "add", arguments: { a: 1, b: 2 }, callId: "sum" },
        { name: "lookup_order", arguments: { number: 1 }, callId: "found" },
        { name: "lookup_order", arguments: { number: 2 }, callId: "missing" },
        { name: "broken", callId: "defect" },
        { name: "add", arguments: { a: 1, b: "two" }, callId: "wrong" }
      )
      const thread = yield* codex.startThread({ tools: Shop })
      const { status } = yield* thread.run("go")
      assert.strictEqual(status, "completed")
      const read = yield* Test.outputsSoFar
      assert.strictEqual(read.get("sum"), "3")
      assert.strictEqual(read.get("found"), `{"item":"a book","due":"1970-01-01T00:00:00.000Z"}`)
      assert.strictEqual(read.get("missing"), `{"_tag":"OrderNotFound","number":2}`)
      assert.strictEqual(read.get("defect"), "The tool failed")
      assert.match(String(read.get("wrong")), /^Invalid arguments\. .*"b"/s)
      const model = yield* MockModel.MockModel
      const [request] = yield* model.requests
      assert.includeMembers([...(request?.toolNames ?? [])], ["add", "lookup_order", "broken"])
    }).pipe(Effect.provide(Test.layer()), Effect.provide(ShopHandlers.pipe(Layer.provide(someOrders))), quiet)
  )

  it.live("runs calls concurrently, up to its limit", () =>
    Effect.gen(function* () {
      const Slow = Tool.make("slow", { parameters: Schema.Struct({ n: Schema.Int }), success: Schema.Int })
      const Kit = Toolkit.make(Slow)
      const running = yield* Ref.make(0)
      const most = yield* Ref.make(0)
      const four = yield* Deferred.make<void>()
      const handlers = Kit.toLayer({
        slow: ({ n }) =>
          Effect.gen(function* () {
            const now = yield* Ref.updateAndGet(running, (count) => count + 1)
            yield* Ref.update(most, (before) => Math.max(before, now))
            if (now === 4) yield* Deferred.succeed(four, undefined)
            // All calls wait until the maximum number runs.
            yield* Deferred.await(four)
            yield* Effect.yieldNow
            yield* Ref.update(running, (count) => count - 1)
            return n
          })
      })
      const codex = yield* Codex.Codex
      const calls = Array.from({ length: 20 }, (_, n) => ({ name: "slow", arguments: { n }, callId: `call-${n}` }))
      yield* Test.script(...calls)
      const thread = yield* codex
        .startThread({ tools: Kit, toolOptions: { concurrency: 4 } })
        .pipe(Effect.provide(handlers))
      yield* thread.run("go")
      assert.strictEqual(yield* Ref.get(most), 4)
      const read = yield* Test.outputsSoFar
      assert.deepStrictEqual(
        calls.map(({ callId }) => read.get(callId)),
        calls.map((_, n) => String(n))
      )
    }).pipe(Effect.provide(Test.layer()), quiet)
  )

  const endings: ReadonlyArray<
    readonly [promise: string, tool: Effect.Effect<string>, options: DynamicTools.Options, read: string]
  > = [
    ["that exceeds its timeout is stopped", Effect.never, { timeout: "50 millis" }, "The tool timed out after 0.05 s"],
    ["without an approval handler does not run", Effect.die("it ran"), {}, "The call was not approved"],
    [
      "whose approval fails does not run",
      Effect.die("it ran"),
      { approve: () => Effect.fail("no") },
      "The call was not approved"
    ],
    ["that is approved runs", Effect.succeed("done it"), { approve: () => Effect.succeed(true) }, "done it"]
  ]
  for (const [promise, tool, toolOptions, read] of endings) {
    it.live(`a call ${promise}, and the turn continues`, () =>
      Effect.gen(function* () {
        const Kit = Toolkit.make(
          Tool.make("act", { success: Schema.String, needsApproval: toolOptions.timeout === undefined })
        )
        const codex = yield* Codex.Codex
        yield* Test.script({ name: "act", callId: "a" })
        const thread = yield* codex
          .startThread({ tools: Kit, toolOptions })
          .pipe(Effect.provide(Kit.toLayer({ act: () => tool })))
        assert.strictEqual((yield* thread.run("go")).status, "completed")
        assert.strictEqual((yield* Test.outputsSoFar).get("a"), read)
      }).pipe(Effect.provide(Test.layer()), quiet)
    )
  }

  it.live("a result after the end of the turn is dropped", () =>
    Effect.gen(function* () {
      const open = yield* Deferred.make<void>()
      const late = yield* Deferred.make<string>()
      const given = yield* Deferred.make<void>()
      const Kit = Toolkit.make(Tool.make("act", { success: Schema.String }))
      const handlers = Kit.toLayer({
        act: () =>
          Effect.andThen(Deferred.succeed(open, undefined), Deferred.await(late)).pipe(
            Effect.tap(() => Deferred.succeed(given, undefined)),
            Effect.uninterruptible
          )
      })
      const codex = yield* Codex.Codex
      yield* Test.script({ name: "act", callId: "a" })
      const thread = yield* codex.startThread({ tools: Kit }).pipe(Effect.provide(handlers))
      const turn = yield* thread.turn("go")
      yield* Deferred.await(open)
      yield* turn.interrupt()
      assert.strictEqual((yield* Effect.flip(turn.result))._tag, "TurnInterrupted")
      yield* Deferred.succeed(late, "too late")
      yield* Deferred.await(given)
      yield* thread.run("again")
      assert.notInclude(String((yield* Test.outputsSoFar).get("a")), "too late")
    }).pipe(Effect.provide(Test.layer()), quiet)
  )
})
