import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Logger, Redacted } from "effect"
import { inspect } from "node:util"
import type * as ServerRequests from "../src/ServerRequests.ts"
import * as UserInput from "../src/UserInput.ts"
import * as Test from "./serverRequests/support.ts"

type Params = ServerRequests.Request<"item/tool/requestUserInput">["params"]

const method = "item/tool/requestUserInput"
const options = [
  { label: "Red", description: "warm" },
  { label: "Blue", description: "cold" }
]

const question = (id: string, change: object = {}): Params["questions"][number] => ({
  id,
  header: "Header",
  question: "Which?",
  options,
  ...change
})

const closed = question("closed", { isOther: false })
const open = question("open", { isOther: true })
const text = question("text", { options: null })
const secret = question("secret", { isSecret: true, isOther: true })

const request = (...questions: Params["questions"]): ServerRequests.Request<typeof method> => ({
  id: 1,
  method,
  changes: [],
  offered: [],
  params: { ...Test.ids(), isBlocking: true, questions }
})

/** Returns the response to this answer. */
const answer = (
  questions: Params["questions"],
  answers: UserInput.Answers
): Effect.Effect<Exit.Exit<unknown, unknown>> =>
  Effect.exit(UserInput.handler(() => Effect.succeed(answers))(request(...questions)))

const all = [closed, open, text, secret]

describe("UserInput.handler", () => {
  it.effect("receives questions without any ambiguous field", () =>
    Effect.gen(function* () {
      let seen: ReadonlyArray<UserInput.Question> = []
      const asking = request(question("plain", { options: undefined }), question("empty", { options: [] }), ...all)
      yield* UserInput.handler((inquiry) => {
        seen = inquiry.questions
        assert.deepStrictEqual(
          [inquiry.threadId, inquiry.turnId, inquiry.itemId, inquiry.isBlocking, inquiry.request],
          ["thread", "turn", "item", true, asking]
        )
        return Effect.succeed({})
      })(asking)
      assert.deepStrictEqual(
        seen.map(({ id, isOther, isSecret, options }) => [id, options.length, isOther, isSecret]),
        [
          ["plain", 0, true, false],
          ["empty", 0, true, false],
          ["closed", 2, false, false],
          ["open", 2, true, false],
          ["text", 0, true, false],
          ["secret", 2, true, true]
        ]
      )
    })
  )

  it.effect("checks very many questions in linear time", () =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 40_000 }, (_, index) => `question ${index}`)
      const started = performance.now()
      const exit = yield* answer(
        ids.map((id) => question(id)),
        Object.fromEntries(ids.map((id) => [id, "Red"]))
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.isBelow(performance.now() - started, 2000)
    })
  )

  const sent: ReadonlyArray<readonly [promise: string, answers: UserInput.Answers, result: object]> = [
    ["an option", { closed: "Blue" }, { closed: { answers: ["Blue"] } }],
    ["several options", { closed: ["Blue", "Red"] }, { closed: { answers: ["Blue", "Red"] } }],
    [
      "another text, if allowed",
      { open: "Green", text: "" },
      { open: { answers: ["Green"] }, text: { answers: [""] } }
    ],
    ["a secret", { secret: Redacted.make("Red") }, { secret: { answers: ["Red"] } }],
    [
      "a secret of several parts",
      { secret: [Redacted.make("a"), Redacted.make("b")] },
      { secret: { answers: ["a", "b"] } }
    ],
    ["a `Redacted` value that is not a secret", { open: Redacted.make("Green") }, { open: { answers: ["Green"] } }],
    [
      "no answer to an omitted question",
      { closed: "Red", open: undefined, text: [] },
      { closed: { answers: ["Red"] } }
    ],
    ["nothing", {}, {}]
  ]
  for (const [promise, answers, result] of sent) {
    it.effect(`sends ${promise}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* answer(all, answers), Exit.succeed({ answers: result }))
      })
    )
  }

  const word = "zq7sentinel"
  const js = (value: unknown): UserInput.Answers => {
    // Type boundary: what programs in JavaScript can answer.
    return { open: value as string }
  }
  const refused: ReadonlyArray<
    readonly [
      promise: string,
      answers: UserInput.Answers,
      questionId: string,
      reason: UserInput.AnswerRefused["reason"]
    ]
  > = [
    ["to a question that was not asked", { closed: "Red", other: word }, "other", "notAsked"],
    ["to a question named like a property of every object", { toString: word }, "toString", "notAsked"],
    ["that is not an option, if no other text is allowed", { open: "Red", closed: word }, "closed", "notAnOption"],
    ["that differs from an option by case", { closed: "red" }, "closed", "notAnOption"],
    ["with a part that is not an option", { closed: ["Red", word] }, "closed", "notAnOption"],
    ["that is not an option, although it is redacted", { closed: Redacted.make(word) }, "closed", "notAnOption"],
    ["with a secret that is not redacted", { secret: word }, "secret", "notRedacted"],
    ["with a part that is a secret and not redacted", { secret: [Redacted.make("a"), word] }, "secret", "notRedacted"],
    ["that is not a string", js(5), "open", "notText"],
    ["that is a string in place of a list", js({ answers: [word] }), "open", "notText"],
    ["with a part that is not a string", js(["Red", null]), "open", "notText"],
    ["that is redacted and not a string", js(Redacted.make(5)), "open", "notText"]
  ]
  it.effect("escapes the question in its error for a terminal", () =>
    Effect.gen(function* () {
      const exit = yield* answer([question("a\u009b2J\u202eb", { isOther: false })], { "a\u009b2J\u202eb": word })
      assert.isTrue(Exit.isFailure(exit) && String(Cause.squash(exit.cause)).includes('"a\\u{9b}2J\\u{202e}b"'))
    })
  )

  for (const [promise, answers, questionId, reason] of refused) {
    it.effect(`sends nothing if there is an answer ${promise}`, () =>
      Effect.gen(function* () {
        const exit = yield* answer(all, answers)
        assert.isTrue(Exit.isFailure(exit))
        if (!Exit.isFailure(exit)) return
        const error = Cause.squash(exit.cause)
        assert.instanceOf(error, UserInput.AnswerRefused)
        assert.deepInclude({ ...error }, { threadId: "thread", turnId: "turn", questionId, reason })
        assert.include(error.message, JSON.stringify(questionId))
        for (const face of [
          error.message,
          String(error.stack),
          JSON.stringify(error),
          inspect(exit, { depth: Infinity })
        ]) {
          assert.notInclude(face, word)
        }
      })
    )
  }

  it.effect("checks an answer against every question that has its id", () =>
    Effect.gen(function* () {
      const other = question("open", { isOther: false, options: [{ label: "Green", description: "fresh" }] })
      assert.deepStrictEqual(
        yield* answer([open, other], { open: "Green" }),
        Exit.succeed({ answers: { open: { answers: ["Green"] } } })
      )
      assert.isTrue(Exit.isFailure(yield* answer([open, other], { open: "Red" })))
      assert.isTrue(Exit.isFailure(yield* answer([open, question("open", { isSecret: true })], { open: "Red" })))
    })
  )

  it.effect("accepts any id from the model", () =>
    Effect.gen(function* () {
      const exit = yield* answer([question("__proto__", { isOther: true })], { ["__proto__"]: "x" })
      assert.strictEqual(JSON.stringify(exit).includes('"__proto__":{"answers":["x"]}'), true)
    })
  )

  it.effect("declines on the connection what it rejects", () =>
    Effect.gen(function* () {
      const { ask, decisions, peer } = yield* Test.played({
        serverRequests: { [method]: UserInput.handler(() => Effect.succeed({ closed: "Red", other: "x" })) }
      })
      yield* ask(1, method, request(closed).params)
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { answers: {} } })
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by invalidAnswer"])
    }).pipe(Effect.provide(Logger.layer([])))
  )
})
