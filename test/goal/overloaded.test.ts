/**
 * A goal that is stopped while overload rejects the requests to stop it. They are repeated, and a goal that still runs
 * is logged.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger } from "effect"
import { CodexError, Overloaded } from "../../src/CodexError.ts"
import type { Client } from "../../src/CodexClient.ts"
import * as goals from "../../src/internal/goal/goals.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { real, setUp } from "./support.ts"

/** A client whose first calls of the methods that stop a goal are rejected, each that often. */
const overloaded = (client: Client, times: number): { readonly client: Client; readonly refused: Array<string> } => {
  const refused: Array<string> = []
  const isStop = (method: string, params: unknown) =>
    method === "turn/interrupt" || (method === "thread/goal/set" && JSON.stringify(params).includes("paused"))
  const request: Client["request"] = (method, ...args) =>
    Effect.suspend(() => {
      if (!isStop(method, args[0]) || refused.filter((one) => one === method).length >= times) {
        return client.request(method, ...args)
      }
      refused.push(method)
      return Effect.fail(new CodexError({ method, reason: new Overloaded() }))
    })
  return { client: { ...client, request }, refused }
}

/** A goal whose turn waits for the model. */
const begun = Effect.fnUntraced(function* (times: number) {
  const { client, model, stored, thread } = yield* setUp()
  const gate = yield* MockModel.gate
  yield* model.enqueue(MockModel.hold(MockModel.reply("one"), gate))
  const refusing = overloaded(client, times)
  const run = yield* Effect.forkChild(goals.runGoal(refusing.client, thread.id, "build it"), { startImmediately: true })
  yield* gate.reached
  return { gate, model, refused: refusing.refused, run, stored, thread }
})

describe("a goal on an overloaded server", () => {
  it.live("is paused and its turn interrupted once the server accepts that, and the thread is free", () =>
    Effect.gen(function* () {
      const { model, refused, run, stored, thread } = yield* begun(1)
      yield* Fiber.interrupt(run)
      assert.deepStrictEqual(refused, ["thread/goal/set", "turn/interrupt"])
      assert.strictEqual((yield* stored)?.status, "paused")
      yield* model.enqueue(MockModel.reply("free"))
      assert.strictEqual((yield* thread.run("hello")).status, "completed")
    }).pipe(real)
  )

  it.live("is logged if it still runs after 5 s", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => {
        if (logLevel === "Warn") lines.push(String(message))
      })
      yield* Effect.gen(function* () {
        const { refused, run } = yield* begun(Number.POSITIVE_INFINITY)
        yield* Fiber.interrupt(run)
        assert.isAtLeast(refused.length, 4)
      }).pipe(real, Effect.provide(Logger.layer([logger])))
      assert.strictEqual(lines.filter((line) => line.includes("The goal keeps running")).length, 1)
    })
  )
})
