import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Option, Redacted } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import * as Codex from "../../src/Codex.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as UserInput from "../../src/UserInput.ts"
import * as Real from "./realSupport.ts"
import * as Test from "./support.ts"

const options = [
  { label: "Red", description: "warm" },
  { label: "Blue", description: "cold" }
]
const color = { id: "color", header: "Color", question: "Which color?", options }

const ask = (...questions: ReadonlyArray<MockModel.JsonObject>) =>
  MockModel.toolCall({ name: "request_user_input", callId: "ask", arguments: { questions } })

const handled = (answer: (inquiry: UserInput.Inquiry) => Effect.Effect<UserInput.Answers, unknown>) =>
  ({ "item/tool/requestUserInput": UserInput.handler(answer) }) satisfies ServerRequests.Handlers

const answering = (answers: UserInput.Answers) => Real.layer({ serverRequests: handled(() => Effect.succeed(answers)) })

describe("questions to the user, on the real server", () => {
  Real.endings<UserInput.Answers>({
    items: Effect.succeed([ask(color)]),
    handled: (answer) => handled(() => answer),
    yes: { color: "Blue" },
    no: {},
    granted: "Blue",
    rule: "handler",
    nothing: { answers: {} },
    assertNothing: Effect.flatMap(MockModel.MockModel, (model) =>
      Effect.map(model.requests, (requests) =>
        assert.isFalse(requests.some((request) => request.toolOutput("ask")?.includes("Blue")))
      )
    )
  })

  it.live("arrive as the model wrote them, with their requester", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<UserInput.Inquiry>()
      yield* Effect.gen(function* () {
        yield* Real.script(ask(color, { ...color, id: "token", isSecret: true }))
        const thread = yield* Real.askingThread
        const turn = yield* thread.turn("go")
        yield* turn.result
        const { request: _, ...inquiry } = yield* Deferred.await(asked)
        assert.deepStrictEqual(inquiry, {
          threadId: thread.id,
          turnId: turn.id,
          itemId: "ask",
          isBlocking: false,
          questions: [
            { ...color, isOther: true, isSecret: false },
            { ...color, id: "token", isOther: true, isSecret: true }
          ]
        })
      }).pipe(
        Effect.scoped,
        Effect.provide(
          Real.layer({ serverRequests: handled((inquiry) => Effect.as(Deferred.succeed(asked, inquiry), {})) })
        )
      )
    }).pipe(Real.quiet)
  )

  const answered = [
    ["answered with an option pass it to the model", { color: "Blue" }, { color: { answers: ["Blue"] } }],
    ["answered with another text pass it to the model", { color: "grün" }, { color: { answers: ["grün"] } }],
    ["answered in part omit the rest", { size: ["Red", "Blue"] }, { size: { answers: ["Red", "Blue"] } }]
  ] as const
  for (const [promise, answers, told] of answered) {
    it.live(promise, () =>
      Effect.gen(function* () {
        const decisions = yield* Real.watch
        yield* Real.script(ask(color, { ...color, id: "size" }))
        const thread = yield* Real.askingThread
        const result = yield* thread.run("go")
        assert.deepStrictEqual(result.finalResponse, Option.some("done"))
        assert.deepStrictEqual(yield* Real.told("ask"), { answers: told })
        assert.deepStrictEqual(decisions.map(Test.short), ["answer by handler"])
      }).pipe(Effect.scoped, Effect.provide(answering(answers)), Real.quiet)
    )
  }

  it.live("get no answer if one answer is superfluous, although the server would have passed on all of them", () =>
    Effect.gen(function* () {
      const answers = { color: "Blue", nobodyAskedThis: "so it is a mistake" }
      const raw: ServerRequests.Handlers = {
        "item/tool/requestUserInput": () =>
          Effect.succeed({ answers: { color: { answers: ["Blue"] }, nobodyAskedThis: { answers: [] } } })
      }
      for (const [serverRequests, rule, told] of [
        [handled(() => Effect.succeed(answers)), "decline by invalidAnswer", {}],
        [raw, "answer by handler", { color: { answers: ["Blue"] }, nobodyAskedThis: { answers: [] } }]
      ] as const) {
        yield* Effect.gen(function* () {
          const decisions = yield* Real.watch
          yield* Real.script(ask(color))
          yield* (yield* Real.askingThread).run("go")
          assert.deepStrictEqual(decisions.map(Test.short), [rule])
          assert.deepStrictEqual(yield* Real.told("ask"), { answers: told })
        }).pipe(Effect.scoped, Effect.provide(Real.layer({ serverRequests })))
      }
    }).pipe(Real.quiet)
  )

  it.live("keep a secret answer out of decisions, and in clear text for the model and in the thread's file", () =>
    Effect.gen(function* () {
      const secret = "zq7sentinel"
      yield* Effect.gen(function* () {
        const decisions = yield* Real.watch
        yield* Real.script(ask({ ...color, id: "token", isSecret: true }))
        yield* (yield* Real.askingThread).run("go")
        assert.deepStrictEqual(yield* Real.told("ask"), { answers: { token: { answers: [secret] } } })
        assert.deepStrictEqual(decisions.map(Test.short), ["answer by handler"])
        assert.notInclude(inspect(decisions, { depth: Infinity }), secret)
        // As the documentation warns.
        const sessions = join((yield* CodexTest.TestHome).codexHome, "sessions")
        const files = readdirSync(sessions, { recursive: true, encoding: "utf8" }).filter((name) =>
          name.endsWith(".jsonl")
        )
        assert.isTrue(files.some((name) => readFileSync(join(sessions, name), "utf8").includes(secret)))
      }).pipe(Effect.scoped, Effect.provide(answering({ token: Redacted.make(secret) })))
    }).pipe(Real.quiet)
  )

  it.live("may be an empty list", () =>
    Effect.gen(function* () {
      const decisions = yield* Real.watch
      yield* Real.script(ask())
      yield* (yield* Real.askingThread).run("go")
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by handler"])
    }).pipe(
      Effect.scoped,
      Effect.provide(Real.layer({ serverRequests: handled(() => Effect.succeed({})) })),
      Real.quiet
    )
  )

  for (const approvalMode of ["denyAll", "autoReview"] as const) {
    it.live(`arrive on a thread with ${approvalMode}, too`, () =>
      Effect.gen(function* () {
        yield* Real.script(ask(color))
        const codex = yield* Codex.Codex
        yield* (yield* codex.startThread({ approvalMode })).run("go")
        assert.deepStrictEqual(yield* Real.told("ask"), { answers: { color: { answers: ["Red"] } } })
      }).pipe(Effect.scoped, Effect.provide(answering({ color: "Red" })), Real.quiet)
    )
  }

  it.live("arrive in plan mode without the feature, and then the model needs an answer to continue", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const codex = yield* Codex.Codex
      const thread = yield* Real.askingThread
      yield* Real.script(ask(color))
      yield* thread.run("go")
      assert.strictEqual(yield* Real.told("ask"), "request_user_input is unavailable in Default mode")
      yield* Real.script(ask(color))
      yield* codex.request("turn/start", {
        threadId: thread.id,
        input: [{ type: "text", text: "plan" }],
        collaborationMode: { mode: "plan", settings: { model: "mock-model" } }
      })
      yield* model.received(4)
      assert.deepStrictEqual(yield* Real.told("ask"), { answers: { color: { answers: ["Blue"] } } })
    }).pipe(
      Effect.scoped,
      Effect.provide(
        CodexTest.layer({
          ...Real.options({
            serverRequests: handled(({ isBlocking }) => Effect.succeed({ color: isBlocking ? "Blue" : "Red" }))
          }),
          config: {}
        })
      ),
      Real.quiet
    )
  )

  it.live("cannot come from a sub-agent: the server rejects its call", () =>
    Effect.gen(function* () {
      const decisions = yield* Real.watch
      const model = yield* MockModel.MockModel
      yield* Real.script(MockModel.spawnAgent("ask something"))
      yield* model.enqueueFor("collab_spawn", MockModel.response([ask(color)]))
      yield* (yield* Real.askingThread).run("go")
      const [, second] = yield* model.receivedFor("collab_spawn", 2)
      assert.strictEqual(second?.toolOutput("ask"), "request_user_input can only be used by the root thread")
      assert.deepStrictEqual(decisions, [])
    }).pipe(Effect.scoped, Effect.provide(answering({ color: "Red" })), Real.quiet)
  )
})
