import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { Mode } from "../src/Approval.ts"
import * as Codex from "../src/Codex.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import * as Wire from "./support/wire.ts"

const real = CodexTest.layer({ model: { fallback: () => MockModel.reply("done") } })

/** The policy that the server has stored for a thread, and who reviews. */
const stored = Effect.fnUntraced(function* (threadId: string) {
  const codex = yield* Codex.Codex
  const reply = yield* codex.request("thread/resume", { threadId, excludeTurns: true })
  return [reply.approvalPolicy, reply.approvalsReviewer]
})

describe("on the real server", () => {
  it.live("a new thread is auto-reviewed by default, and every other mode has its settings", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const policies: Array<unknown> = []
      for (const approvalMode of [undefined, "autoReview", "denyAll", "ask", "inherit"] as const) {
        const { reply } = yield* codex.startThread({ approvalMode })
        policies.push([reply.approvalPolicy, reply.approvalsReviewer])
      }
      assert.deepStrictEqual(policies, [
        ["on-request", "auto_review"],
        ["on-request", "auto_review"],
        ["never", "user"],
        ["on-request", "user"],
        ["never", "user"]
      ])
    }).pipe(
      Effect.provide(
        CodexTest.layer({ config: { approvalPolicy: "never" }, model: { fallback: () => MockModel.reply("done") } })
      )
    )
  )

  it.live("a denyAll thread keeps its mode after a resume without a mode, and after later turns", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ approvalMode: "denyAll" })
      yield* thread.run("first")
      assert.strictEqual((yield* stored(thread.id))[0], "never")
      const resumed = yield* codex.resumeThread(thread.id)
      assert.deepStrictEqual([resumed.id, resumed.reply.approvalPolicy], [thread.id, "never"])
      yield* resumed.run("second")
      assert.strictEqual((yield* stored(thread.id))[0], "never")
    }).pipe(Effect.provide(real))
  )

  it.live("a denyAll thread keeps its mode when another process resumes it", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { env, workspace } = yield* CodexTest.TestHome
      const thread = yield* codex.startThread({ approvalMode: "denyAll" })
      yield* thread.run("first")
      yield* codex.archiveThread(thread.id)
      yield* codex.request("thread/unarchive", { threadId: thread.id })
      const policy = yield* Effect.gen(function* () {
        const { reply } = yield* (yield* Codex.Codex).resumeThread(thread.id)
        return reply.approvalPolicy
      }).pipe(
        Effect.provide(Codex.layer({ cwd: workspace, env, inheritEnv: false })),
        Effect.provide(NodeServices.layer)
      )
      assert.strictEqual(policy, "never")
    }).pipe(Effect.provide(real))
  )

  it.live("a fork of a denyAll thread is a separate thread, and denyAll", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ approvalMode: "denyAll" })
      yield* thread.run("first")
      const forks = [yield* codex.forkThread(thread.id), yield* thread.fork()]
      for (const fork of forks) {
        assert.notStrictEqual(fork.id, thread.id)
        assert.strictEqual(fork.reply.approvalPolicy, "never")
        yield* fork.run("on the fork")
        assert.strictEqual((yield* stored(fork.id))[0], "never")
      }
    }).pipe(Effect.provide(real))
  )

  it.live("a fork can have another mode, and its source keeps its own", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ approvalMode: "denyAll" })
      yield* thread.run("first")
      const fork = yield* codex.forkThread(thread.id, { approvalMode: "autoReview" })
      assert.deepStrictEqual([fork.reply.approvalPolicy, fork.reply.approvalsReviewer], ["on-request", "auto_review"])
      assert.strictEqual((yield* stored(thread.id))[0], "never")
    }).pipe(Effect.provide(real))
  )

  it.live("the mode of a turn applies to later turns", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run("first", { approvalMode: "denyAll" })
      assert.strictEqual((yield* stored(thread.id))[0], "never")
      yield* thread.run("second")
      assert.strictEqual((yield* stored(thread.id))[0], "never")
    }).pipe(Effect.provide(real))
  )

  it.live("the mode of a thread applies until a turn changes it, with run and with stream", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ approvalMode: "denyAll" })
      const result = yield* thread.run("first")
      assert.deepStrictEqual(result.finalResponse, Option.some("done"))
      assert.strictEqual((yield* stored(thread.id))[0], "never")
      yield* thread.run("second", { approvalMode: "autoReview" })
      assert.deepStrictEqual(yield* stored(thread.id), ["on-request", "auto_review"])
      const turn = yield* thread.turn("third", { approvalMode: "ask" })
      yield* turn.result
      assert.deepStrictEqual(yield* stored(thread.id), ["on-request", "user"])
    }).pipe(Effect.provide(real))
  )
})

const fields = ({ approvalPolicy, approvalsReviewer }: Wire.Sent["params"]) => ({ approvalPolicy, approvalsReviewer })

describe("on the wire", () => {
  const table: ReadonlyArray<readonly [Mode, object]> = [
    ["autoReview", { approvalPolicy: "on-request", approvalsReviewer: "auto_review" }],
    ["denyAll", { approvalPolicy: "never", approvalsReviewer: undefined }],
    ["ask", { approvalPolicy: "on-request", approvalsReviewer: "user" }],
    ["inherit", { approvalPolicy: undefined, approvalsReviewer: undefined }]
  ]

  for (const [approvalMode, expected] of table) {
    it.effect(`${approvalMode} has the same fields in every request`, () =>
      Effect.gen(function* () {
        const { codex, paramsOf } = yield* Wire.connect()
        const thread = yield* codex.startThread({ approvalMode })
        yield* codex.resumeThread(thread.id, { approvalMode })
        yield* codex.forkThread(thread.id, { approvalMode })
        yield* thread.run("x", { approvalMode })
        for (const method of ["thread/start", "thread/resume", "thread/fork", "turn/start"]) {
          assert.deepStrictEqual(paramsOf(method).map(fields), [expected], method)
        }
      })
    )
  }

  it.effect("only a start sends a mode by default", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      yield* codex.resumeThread("kept")
      yield* codex.forkThread("kept")
      yield* thread.fork()
      yield* thread.run("x")
      const text = [{ type: "text", text: "x" }]
      // The key of the input is new for each.
      const asked = sent().map(({ method, params: { clientUserMessageId, ...params } }) =>
        clientUserMessageId === undefined ? { method, params } : { method, hasKey: true, params }
      )
      assert.deepStrictEqual(asked, [
        { method: "thread/start", params: { approvalPolicy: "on-request", approvalsReviewer: "auto_review" } },
        { method: "thread/resume", params: { threadId: "kept", excludeTurns: true } },
        { method: "thread/fork", params: { threadId: "kept", excludeTurns: true } },
        { method: "thread/fork", params: { threadId: thread.id, excludeTurns: true } },
        { method: "turn/start", hasKey: true, params: { threadId: thread.id, input: text } }
      ])
    })
  )

  it.effect("an unknown mode, from JavaScript, fails before anything is sent", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      const before = sent().length
      for (const word of ["never", "toString", "", "DENY_ALL", null, 1, {}]) {
        // Type boundary: what a program in JavaScript can do.
        const options = { approvalMode: word as Mode }
        const calls: ReadonlyArray<Effect.Effect<unknown, Error>> = [
          codex.startThread(options),
          codex.resumeThread("kept", options),
          codex.resumeOrStart("kept", options),
          codex.forkThread("kept", options),
          thread.run("x", options),
          thread.turn("x", options),
          thread.send("x", options)
        ]
        for (const call of calls) {
          const error = yield* Effect.flip(call)
          assert.include(
            error.message,
            "Invalid argument `approvalMode`: expected one of autoReview, denyAll, ask, inherit"
          )
        }
      }
      assert.strictEqual(sent().length, before)
    })
  )
})
