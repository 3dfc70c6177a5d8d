import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Logger, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { TestClock } from "effect/testing"
import type * as DynamicTools from "../../src/DynamicTools.ts"
import * as threadTools from "../../src/internal/tools/threadTools.ts"
import { background, failed, ready, said, text } from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

describe("limits of tools", () => {
  const Wait = Tool.make("wait", { success: Schema.String })
  const Other = Tool.make("other", { success: Schema.String })
  const Kit = Toolkit.make(Wait, Other)

  it.effect("have 60 s of time by default: the tool is interrupted, and the model reads that", () =>
    Effect.gen(function* () {
      const interrupted = yield* Deferred.make<void>()
      const handlers = Kit.toLayer({
        wait: () => Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined)),
        other: () => Effect.succeed("x")
      })
      const call = yield* Effect.provide(ready(Kit), handlers)
      const calling = yield* Effect.forkChild(call("wait"), { startImmediately: true })
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(calling.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(text(yield* Fiber.join(calling)), failed("The tool timed out after 60 s"))
      yield* Deferred.await(interrupted)
    })
  )

  it.effect("have a time that can be set for each tool, or disabled", () =>
    Effect.gen(function* () {
      const handlers = Kit.toLayer({ wait: () => Effect.never, other: () => Effect.as(Effect.sleep("1 day"), "x") })
      const call = yield* Effect.provide(
        ready(Kit, {
          timeout: "1 second",
          perTool: { wait: { timeout: "5 seconds" }, other: { timeout: "Infinity" } }
        }),
        handlers
      )
      const wait = yield* Effect.forkChild(call("wait"), { startImmediately: true })
      const other = yield* Effect.forkChild(call("other"), { startImmediately: true })
      yield* TestClock.adjust("4 seconds")
      assert.isUndefined(wait.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.isFalse((yield* Fiber.join(wait)).success)
      yield* TestClock.adjust("1 day")
      assert.deepStrictEqual(text(yield* Fiber.join(other)), said("x"))
    })
  )

  it.effect("count a call that timed out until it has stopped", () =>
    Effect.gen(function* () {
      let running = 0
      let most = 0
      const enter = Effect.sync(() => {
        most = Math.max(most, ++running)
      })
      const leave = Effect.andThen(
        Effect.sleep("5 seconds"),
        Effect.sync(() => {
          running--
        })
      )
      const handlers = Kit.toLayer({
        wait: () =>
          Effect.acquireUseRelease(
            enter,
            () => Effect.never,
            () => leave
          ),
        other: () => Effect.succeed("x")
      })
      const call = yield* Effect.provide(ready(Kit, { concurrency: 1, timeout: "1 second" }), handlers)
      const first = yield* Effect.forkChild(call("wait"), { startImmediately: true })
      const second = yield* Effect.forkChild(call("wait"), { startImmediately: true })
      yield* TestClock.adjust("1 second")
      assert.isFalse((yield* Fiber.join(first)).success)
      yield* TestClock.adjust("4 seconds")
      assert.deepStrictEqual([running, most], [1, 1])
      // The first one has ended; the second one's own time starts.
      yield* TestClock.adjust("1 second")
      assert.isUndefined(second.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.isFalse((yield* Fiber.join(second)).success)
      assert.strictEqual(most, 1)
      yield* TestClock.adjust("5 seconds")
    })
  )

  it.effect("apply their time to an uninterruptible tool", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const handlers = Kit.toLayer({
        wait: () => Effect.uninterruptible(Effect.as(Deferred.await(gate), "late")),
        other: () => Effect.succeed("x")
      })
      const call = yield* Effect.provide(ready(Kit), handlers)
      const calling = yield* Effect.forkChild(call("wait"), { startImmediately: true })
      yield* TestClock.adjust("60 seconds")
      assert.isFalse((yield* Fiber.join(calling)).success)
      yield* Deferred.succeed(gate, undefined)
    })
  )

  it.effect("apply their number to a tool, and to all together; waiting uses none of a call's time", () =>
    Effect.gen(function* () {
      const started: Array<string> = []
      const tool = (name: string) => () =>
        Effect.suspend(() => {
          started.push(name)
          return Effect.as(Effect.sleep("1 second"), name)
        })
      const call = yield* Effect.provide(
        ready(Kit, { timeout: "2 seconds", concurrency: 2, perTool: { wait: { concurrency: 1 } } }),
        Kit.toLayer({ wait: tool("wait"), other: tool("other") })
      )
      const calls = yield* Effect.forEach(["wait", "wait", "wait", "other", "other"], (name) =>
        Effect.forkChild(call(name), { startImmediately: true })
      )
      yield* TestClock.adjust(0)
      assert.deepStrictEqual(started, ["wait", "other"])
      yield* TestClock.adjust("1 second")
      assert.strictEqual(started.length, 4)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(started.length, 5)
      yield* TestClock.adjust("1 second")
      for (const calling of calls) assert.isTrue((yield* Fiber.join(calling)).success)
    })
  )

  it.effect("are rejected by name if invalid", () =>
    Effect.gen(function* () {
      const handlers = Kit.toLayer({ wait: () => Effect.succeed(""), other: () => Effect.succeed("") })
      for (const [options, option] of [
        [{ timeout: -1 }, "toolOptions.timeout"],
        [{ concurrency: 0 }, "toolOptions.concurrency"],
        [{ perTool: { wait: { concurrency: 1.5 } } }, "toolOptions.perTool.wait.concurrency"]
      ] as const) {
        const reason = yield* Effect.flip(Effect.provide(threadTools.prepare(background, Kit, options), handlers))
        assert.strictEqual(reason._tag === "InvalidOptions" ? reason.option : reason._tag, option)
      }
    })
  )
})

describe("approval", () => {
  const handlers = (kit: Toolkit.Toolkit<{ readonly pay: typeof Pay }>) =>
    kit.toLayer({ pay: ({ amount }) => Effect.succeed(`paid ${amount}`) })
  const parameters = Schema.Struct({ amount: Schema.Int })
  const Pay = Tool.make("pay", { parameters, success: Schema.String, needsApproval: true })
  const Kit = Toolkit.make(Pay)
  const declined = failed("The call was not approved")

  it.effect("is declined without a handler", () =>
    Effect.gen(function* () {
      const call = yield* Effect.provide(ready(Kit), handlers(Kit))
      assert.deepStrictEqual(text(yield* call("pay", { amount: 5 })), declined)
    })
  )

  it.effect("is requested with the call, and a yes runs the tool", () =>
    Effect.gen(function* () {
      const asked: Array<DynamicTools.Call> = []
      const approve = (call: DynamicTools.Call) => {
        asked.push(call)
        return Effect.succeed(asked.length === 1)
      }
      const call = yield* Effect.provide(ready(Kit, { approve }), handlers(Kit))
      assert.deepStrictEqual(text(yield* call("pay", { amount: 5 })), said("paid 5"))
      assert.deepStrictEqual(text(yield* call("pay", { amount: 6 })), declined)
      assert.deepStrictEqual(asked[1], {
        threadId: "thread",
        turnId: "turn",
        callId: "call",
        tool: "pay",
        arguments: { amount: 6 }
      })
      // A call that cannot run needs no approval.
      assert.match(text(yield* call("pay", {})).text, /^Invalid arguments\. /)
      assert.strictEqual(asked.length, 2)
    })
  )

  it.effect("is declined if it fails or dies", () =>
    Effect.gen(function* () {
      for (const approve of [() => Effect.fail("no"), () => Effect.die("no")]) {
        const call = yield* Effect.provide(ready(Kit, { approve }), handlers(Kit))
        assert.deepStrictEqual(text(yield* call("pay", { amount: 5 })), declined)
      }
    }).pipe(quiet)
  )

  it.effect("uses none of the call's time", () =>
    Effect.gen(function* () {
      const approve = () => Effect.as(Effect.sleep("1 hour"), true)
      const call = yield* Effect.provide(ready(Kit, { approve }), handlers(Kit))
      const calling = yield* Effect.forkChild(call("pay", { amount: 5 }), { startImmediately: true })
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(text(yield* Fiber.join(calling)), said("paid 5"))
    })
  )

  it.effect("can depend on the arguments; a rule that fails requires it", () =>
    Effect.gen(function* () {
      const rule = ({ amount }: { readonly amount: number }) => {
        if (amount === 13) throw new Error("no idea")
        return amount > 10
      }
      const pay = Pay.setNeedsApproval(rule)
      const kit = Toolkit.make(pay)
      const call = yield* Effect.provide(ready(kit), handlers(kit))
      assert.deepStrictEqual(text(yield* call("pay", { amount: 5 })), said("paid 5"))
      assert.deepStrictEqual(text(yield* call("pay", { amount: 11 })), declined)
      assert.deepStrictEqual(text(yield* call("pay", { amount: 13 })), declined)
      const asks = Pay.setNeedsApproval(({ amount }) => Effect.succeed(amount > 10))
      const second = Toolkit.make(asks)
      const again = yield* Effect.provide(ready(second), handlers(second))
      assert.deepStrictEqual(text(yield* again("pay", { amount: 5 })), said("paid 5"))
      assert.deepStrictEqual(text(yield* again("pay", { amount: 11 })), declined)
    }).pipe(quiet)
  )
})
