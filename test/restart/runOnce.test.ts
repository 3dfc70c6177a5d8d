/**
 * Work with a key, on one `Thread` value over a server that is killed at each request to the model.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Schedule } from "effect"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { restarting } from "./support.ts"

const hasDied = (error: { readonly _tag: string; readonly reason?: unknown }) =>
  error._tag === "CodexError" &&
  error.reason instanceof Object &&
  "_tag" in error.reason &&
  error.reason._tag === "ConnectionClosed"

describe("`runOnce`, repeated when the process has died", () => {
  it.live("finds what the earlier process was asked, and pays for nothing twice", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const server = yield* AppServer.AppServer
      const thread = yield* codex.startThread()
      yield* thread.run("first")
      for (const key of ["a", "b", "c"]) {
        yield* model.enqueue(
          MockModel.respondWith(() => {
            process.kill(server.pid, "SIGKILL")
            return MockModel.reply("too late")
          })
        )
        const once = (ifInterrupted: "fail" | "continue") =>
          Effect.retry(thread.runOnce(key, `do ${key}`, { ifInterrupted }), {
            schedule: Schedule.recurs(5),
            while: hasDied
          })
        // The turn was asked for, and interrupted by the death.
        const error = yield* Effect.flip(once("fail"))
        assert.strictEqual(error._tag, "OutcomeUnknown")
        assert.strictEqual((yield* once("continue")).status, "completed")
        assert.strictEqual((yield* once("fail")).status, "completed")
      }
      const asked = (yield* model.requests).filter(({ lastUserText }) => /^do [abc]$/.test(lastUserText ?? ""))
      assert.deepStrictEqual(
        asked.map(({ lastUserText }) => lastUserText),
        ["do a", "do b", "do c"]
      )
    }).pipe(restarting(), Effect.provide(Logger.layer([])))
  )
})
