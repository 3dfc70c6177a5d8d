import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as Wire from "../support/wire.ts"
import { onBinary, reasonOf } from "../support/onBinary.ts"
import { nowhere } from "./support.ts"

/** Another process on the same home. */
const another = Layer.unwrap(
  Effect.map(CodexTest.TestHome, ({ env, workspace }) => Codex.layer({ cwd: workspace, env, inheritEnv: false }))
).pipe(Layer.provide(NodeServices.layer))

describe("resumeOrStart", () => {
  it.live(
    "resumes an existing thread, and starts one without an id, for an unknown one, and for a thread without a turn",
    () =>
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const fresh = yield* codex.startThread()
        for (const id of [undefined, nowhere, fresh.id]) {
          const started = yield* codex.resumeOrStart(id)
          assert.notStrictEqual(started.id, id)
          assert.deepStrictEqual(
            [started.reply.approvalPolicy, started.reply.approvalsReviewer],
            ["on-request", "auto_review"]
          )
          yield* started.run("hello")
        }
        const kept = yield* codex.startThread({ approvalMode: "denyAll" })
        yield* kept.run("hello")
        const resumed = yield* codex.resumeOrStart(kept.id)
        assert.deepStrictEqual([resumed.id, resumed.reply.approvalPolicy], [kept.id, "never"])
      }).pipe(onBinary())
  )

  it.live("fails for an archived thread, an invalid id, and a thread that another process has open", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const archived = yield* codex.startThread()
      yield* archived.run("hello")
      yield* codex.archiveThread(archived.id)
      const open = yield* codex.startThread()
      yield* open.run("hello")
      const before = yield* codex.loadedThreads
      assert.strictEqual(yield* reasonOf(codex.resumeOrStart(archived.id)), "ThreadArchived")
      assert.strictEqual(yield* reasonOf(codex.resumeOrStart("no id")), "InvalidInput")
      assert.deepStrictEqual(yield* codex.loadedThreads, before)
      const reason = yield* Effect.gen(function* () {
        return yield* reasonOf((yield* Codex.Codex).resumeOrStart(open.id))
      }).pipe(Effect.provide(another))
      assert.strictEqual(reason, "ActiveWriter")
    }).pipe(onBinary())
  )

  it.effect("sends each request only its own options, and no second request after another failure", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      yield* codex.resumeOrStart("kept", { approvalMode: "ask", ephemeral: true, includeTurns: true, model: "m" })
      yield* codex.resumeOrStart(undefined, { approvalMode: "ask", ephemeral: true, includeTurns: true, model: "m" })
      const approvals = { approvalPolicy: "on-request", approvalsReviewer: "user" }
      assert.deepStrictEqual(sent(), [
        { method: "thread/resume", params: { threadId: "kept", ...approvals, excludeTurns: false, model: "m" } },
        { method: "thread/start", params: { ...approvals, ephemeral: true, model: "m" } }
      ])
    })
  )
})
