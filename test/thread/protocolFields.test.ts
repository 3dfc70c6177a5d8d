import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as Input from "../../src/Input.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { onBinary, reasonOf } from "../support/onBinary.ts"
import * as Wire from "../support/wire.ts"

const bodyOf = (request: { readonly body: unknown } | undefined) => JSON.stringify(request?.body)

describe("fields of the protocol", () => {
  it.effect("without an option are sent unchanged, and the options override them", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      const thread = yield* codex.startThread({ model: "a", params: { model: "b", projectId: "p" } })
      yield* codex.resumeThread(thread.id, { params: { runtimeWorkspaceRoots: ["/r"] } })
      yield* codex.forkThread(thread.id, { params: { deferGoalContinuation: true } })
      yield* thread.run("x", { effort: "low", params: { effort: "high", parentTurnId: "t" } })
      assert.deepInclude(paramsOf("thread/start")[0], { model: "b", projectId: "p" })
      assert.deepInclude(paramsOf("thread/resume")[0], { threadId: thread.id, runtimeWorkspaceRoots: ["/r"] })
      assert.deepInclude(paramsOf("thread/fork")[0], { threadId: thread.id, deferGoalContinuation: true })
      assert.deepInclude(paramsOf("turn/start")[0], { threadId: thread.id, effort: "high", parentTurnId: "t" })
    }).pipe(Effect.scoped)
  )

  it.effect("never name another thread than the call", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      // Type boundary: fields that the types omit, and a JavaScript program can pass.
      const params = { threadId: "another" } as object
      yield* codex.resumeThread("mine", { params })
      yield* codex.forkThread("mine", { params })
      const thread = yield* codex.resumeThread("mine")
      yield* thread.run("x", { params })
      for (const method of ["thread/resume", "thread/fork", "turn/start"]) {
        assert.strictEqual(paramsOf(method)[0]?.["threadId"], "mine", method)
      }
    }).pipe(Effect.scoped)
  )

  it.effect("include a permission profile for a thread and for a turn, and not beside a sandbox", () =>
    Effect.gen(function* () {
      const { codex, paramsOf, sent } = yield* Wire.connect()
      const thread = yield* codex.startThread({ permissions: "mine", environments: [] })
      yield* thread.run("x", { permissions: "yours", environments: [] })
      assert.deepInclude(paramsOf("thread/start")[0], { permissions: "mine", environments: [] })
      assert.deepInclude(paramsOf("turn/start")[0], { permissions: "yours", environments: [] })
      const before = sent().length
      for (const call of [
        codex.startThread({ permissions: "mine", sandbox: "readOnly" }),
        codex.resumeThread("t", { permissions: "mine", sandbox: "readOnly" }),
        thread.run("x", { permissions: "mine", sandbox: "readOnly" })
      ]) {
        assert.strictEqual(yield* reasonOf(call), "InvalidInput")
      }
      assert.lengthOf(sent(), before)
    }).pipe(Effect.scoped)
  )
})

describe("plan mode", () => {
  it.live("is sent to the model", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const settings = { model: thread.reply.model }
      yield* thread.run("one")
      yield* thread.run("two", { collaborationMode: { mode: "plan", settings } })
      const [first, second] = yield* model.requests
      assert.notInclude(bodyOf(first), "Plan Mode")
      assert.include(bodyOf(second), "Plan Mode")
    }).pipe(onBinary())
  )
})

describe("additional context", () => {
  it.live("reaches the model beside the prompt", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      yield* thread.run("hello", {
        additionalContext: { weather: { kind: "application", value: "It rains in Bergen." } }
      })
      assert.include(bodyOf((yield* model.requests)[0]), "It rains in Bergen.")
    }).pipe(onBinary())
  )
})

describe("elements of a text", () => {
  it("have positions in bytes, also if the string has longer characters", () => {
    const text = "é 😀 @file!"
    const start = text.indexOf("@file")
    assert.deepStrictEqual(Input.textWithElements(text, [{ start, end: start + 5, placeholder: "a file" }]), {
      type: "text",
      text,
      text_elements: [{ byteRange: { start: 8, end: 13 }, placeholder: "a file" }]
    })
  })

  it.each([
    [-1, 2],
    [0, 0],
    [2, 1],
    [0, 4],
    [0.5, 2],
    [Number.NaN, 2]
  ])("from %d to %d of three characters are rejected", (start, end) => {
    assert.throws(() => Input.textWithElements("abc", [{ start, end }]), RangeError, "is not a part of the text")
  })

  it.live("are in the thread's items", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      const { items } = yield* thread.run([Input.textWithElements("see @file", [{ start: 4, end: 9 }])])
      const [prompt] = items
      if (prompt?.type !== "userMessage") return assert.fail("no prompt")
      assert.deepInclude(prompt.content[0], {
        text: "see @file",
        text_elements: [{ byteRange: { start: 4, end: 9 }, placeholder: null }]
      })
    }).pipe(onBinary())
  )
})

describe("required permissions of a resumed thread", () => {
  it.live("fail the call if the thread has other ones, and nothing runs", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ sandbox: "readOnly", approvalMode: "denyAll" })
      yield* thread.run("hello")
      const resumed = yield* codex.resumeThread(thread.id, {
        require: { sandbox: "readOnly", approvalMode: "denyAll" }
      })
      assert.strictEqual(resumed.id, thread.id)
      const error = yield* Effect.flip(
        codex.resumeThread(thread.id, { require: { sandbox: "workspaceWrite", approvalMode: "ask" } })
      )
      if (error.reason._tag !== "PermissionsDiffer") return assert.fail(error.message)
      assert.deepStrictEqual(error.reason.differences, [
        { setting: "approvalMode", required: "ask", actual: "denyAll" },
        { setting: "sandbox", required: "workspaceWrite", actual: "readOnly" }
      ])
      assert.include(error.message, "approvalMode is denyAll, not ask; sandbox is readOnly, not workspaceWrite")
      // The existing handle continues.
      assert.strictEqual((yield* thread.run("hello again")).status, "completed")
    }).pipe(onBinary())
  )

  it.effect("leave no subscription if they differ", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      assert.strictEqual(
        yield* reasonOf(codex.resumeThread("t", { require: { sandbox: "fullAccess" } })),
        "PermissionsDiffer"
      )
      // In the background, and before any later call.
      yield* Effect.exit(codex.request("thread/loaded/list", {}))
      assert.deepStrictEqual(
        sent().map(({ method }) => method),
        ["thread/resume", "thread/unsubscribe", "thread/loaded/list"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("are checked before anything is sent", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      // Type boundary: JavaScript programs can pass anything.
      for (const require of [{ sandbox: "none" }, { approvalMode: "inherit" }, { sandbx: "readOnly" }, 5] as const) {
        const call = codex.resumeThread("t", { require: require as object })
        assert.include(["InvalidInput", "InvalidOptions"], yield* reasonOf(call))
      }
      assert.lengthOf(sent(), 0)
    }).pipe(Effect.scoped)
  )
})
