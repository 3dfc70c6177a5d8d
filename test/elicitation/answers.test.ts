import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Logger, Option } from "effect"
import * as Elicitation from "../../src/Elicitation.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))
const declined = { action: "decline", content: null } as const
const cancelled = { action: "cancel", content: null } as const
const kinds = ["form", "url", "toolApproval", "other"] as const

/** One request of each kind, by the entry that receives it. */
const requests = {
  form: Test.formRequest({ a: { type: "string" } }),
  url: Test.urlRequest("https://a.example/"),
  toolApproval: Test.toolRequest({ persist: ["session", "always"] }),
  other: Test.request({ mode: "openai/form", message: "m", requestedSchema: {} })
} as const

/** Entries that record their calls. */
const noting = (asked: Array<string>): Elicitation.Entries<never, never> => {
  const note = <A>(name: string, answer: A) => Effect.sync(() => (asked.push(name), answer))
  return {
    form: () => note("form", Elicitation.accept({})),
    url: () => note("url", Elicitation.accept()),
    toolApproval: () => note("toolApproval", Elicitation.accept()),
    other: () => note("other", { action: "accept" as const, content: "raw" })
  }
}

describe("an elicitation", () => {
  it.effect("reaches the entry of its kind and no other; without that entry it is declined", () =>
    Effect.gen(function* () {
      for (const kind of kinds) {
        const request = requests[kind]
        const asked: Array<string> = []
        const { action } = yield* Elicitation.handler(noting(asked))(request)
        assert.deepStrictEqual([action, ...asked], ["accept", kind])
        const others: Elicitation.Entries<never, never> = { ...noting(asked), [kind]: undefined }
        assert.deepStrictEqual(yield* Elicitation.handler(others)(request), declined)
        assert.deepStrictEqual(yield* Elicitation.handler({})(request), declined)
        assert.deepStrictEqual(asked, [kind])
      }
    }).pipe(quiet)
  )

  it.effect("reaches `other` if its kind is unknown, and the answer is sent unchanged", () =>
    Effect.gen(function* () {
      const odd: ReadonlyArray<readonly [Test.Request, string]> = [
        [requests.other, "openai/form"],
        [Test.request({ mode: "openaiForm", message: "m", requestedSchema: 5 }), "openaiForm"],
        [
          Test.request({ mode: "openai/userVerification", title: "t", description: "d", challenge: "c" }),
          "openai/userVerification"
        ],
        [Test.request({ mode: "new", message: "m" }), "unknown kind"],
        [Test.toolRequest({ codex_approval_kind: "new_kind" }), "unknown approval kind"],
        [Test.toolRequest({ codex_approval_kind: null }), "unknown approval kind"]
      ]
      for (const [request, why] of odd) {
        const questions: Array<Elicitation.OtherQuestion> = []
        const raw = { action: "accept", content: { any: [1] }, _meta: { x: 1 } } as const
        const entries = {
          ...noting([]),
          other: (question: Elicitation.OtherQuestion) => (questions.push(question), Effect.succeed(raw))
        }
        assert.deepStrictEqual(yield* Elicitation.handler(entries)(request), raw)
        assert.strictEqual(questions.length, 1)
        assert.include(questions[0]?.reason, why)
        assert.deepStrictEqual(
          [questions[0]?.serverName, questions[0]?.threadId, questions[0]?.turnId],
          ["scripted", "thread", Option.some("turn")]
        )
        assert.strictEqual(questions[0]?.request, request)
      }
    })
  )

  it.effect("is rejected with `decline` and `cancel`, whatever its kind", () =>
    Effect.gen(function* () {
      for (const kind of ["form", "url", "toolApproval"] as const) {
        for (const [answer, wire] of [
          [Elicitation.decline, declined],
          [Elicitation.cancel, cancelled]
        ] as const) {
          const entries: Elicitation.Entries<never, never> = { [kind]: () => Effect.succeed(answer) }
          assert.deepStrictEqual(yield* Elicitation.handler(entries)(requests[kind]), wire)
        }
      }
    })
  )

  it.effect("is never accepted if a JavaScript handler returns another value", () =>
    Effect.gen(function* () {
      const answers = [undefined, null, "accept", true, {}, { _tag: "yes" }, { action: "accept", content: {} }]
      const wrong = {
        form: [Elicitation.acceptForSession, Elicitation.accept()],
        url: [Elicitation.acceptAlways],
        toolApproval: []
      }
      for (const kind of ["form", "url", "toolApproval"] as const) {
        for (const answer of [...answers, ...wrong[kind]]) {
          // Type boundary: what programs in JavaScript can answer.
          const entries: Elicitation.Entries<never, never> = { [kind]: () => Effect.succeed(answer as never) }
          assert.isTrue(Exit.isFailure(yield* Effect.exit(Elicitation.handler(entries)(requests[kind]))))
        }
      }
    })
  )

  it.effect("fails as its entry does", () =>
    Effect.gen(function* () {
      const fails = Elicitation.handler({ form: () => Effect.fail("no" as const), url: () => Effect.die("broken") })
      assert.strictEqual(yield* Effect.flip(fails(requests.form)), "no")
      const exit = yield* Effect.exit(fails(requests.url))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
    })
  )
})

describe("a tool's approval", () => {
  const answer = (request: Test.Request, given: Elicitation.ToolAnswer) =>
    Elicitation.handler({ toolApproval: () => Effect.succeed(given) })(request)

  it.effect("is valid once, unless the answer names an offered duration", () =>
    Effect.gen(function* () {
      const { acceptAlways, acceptForSession } = Elicitation
      const both = Test.toolRequest({ persist: ["session", "always"] })
      assert.deepStrictEqual(yield* answer(both, Elicitation.accept()), { action: "accept", content: {} })
      const sent = (persist: string) => ({ action: "accept" as const, content: {}, _meta: { persist } })
      assert.deepStrictEqual(yield* answer(both, acceptForSession), sent("session"))
      assert.deepStrictEqual(yield* answer(both, acceptAlways), sent("always"))
      assert.deepStrictEqual(yield* answer(Test.toolRequest({ persist: "session" }), acceptForSession), sent("session"))
      const refused: ReadonlyArray<
        readonly [meta: object, given: Elicitation.ToolAnswer, offers: ReadonlyArray<string>]
      > = [
        [{}, acceptForSession, []],
        [{}, acceptAlways, []],
        [{ persist: null }, acceptAlways, []],
        [{ persist: ["session"] }, acceptAlways, ["session"]],
        [{ persist: "always" }, acceptForSession, ["always"]],
        [{ persist: { session: true } }, acceptForSession, []],
        [{ persist: ["forever"] }, acceptAlways, []]
      ]
      for (const [meta, given, offers] of refused) {
        const error = yield* Effect.flip(answer(Test.toolRequest(meta), given))
        assert.deepStrictEqual([error._tag, error.serverName], ["AnswerNotOffered", "scripted"])
        assert.deepStrictEqual<unknown>("offers" in error && [error.answer, error.offers], [given._tag, offers])
      }
    })
  )

  it.effect("has the tool and its arguments", () =>
    Effect.gen(function* () {
      const questions: Array<Elicitation.ToolApprovalQuestion> = []
      const note = Elicitation.handler({
        toolApproval: (question) => Effect.sync(() => (questions.push(question), Elicitation.decline))
      })
      yield* note(
        Test.toolRequest(
          {
            persist: ["always", "session", "always"],
            tool_name: "write",
            tool_title: "Write",
            tool_description: "Writes",
            tool_params: { note: "w" },
            tool_annotations: { destructiveHint: true }
          },
          { message: "Allow it?", turnId: null }
        )
      )
      yield* note(Test.toolRequest({ tool_name: 5, tool_annotations: "x" }))
      const [full, bare] = questions
      assert.deepInclude(full, {
        type: "toolApproval",
        serverName: "scripted",
        turnId: Option.none(),
        message: "Allow it?",
        tool: Option.some("write"),
        title: Option.some("Write"),
        description: Option.some("Writes"),
        arguments: Option.some({ note: "w" }),
        annotations: { destructiveHint: true },
        offers: ["session", "always"]
      })
      assert.deepInclude(bare, {
        tool: Option.none(),
        title: Option.none(),
        arguments: Option.none(),
        annotations: {},
        offers: []
      })
    })
  )

  it.effect("is not a form with fields that imitates one", () =>
    Effect.gen(function* () {
      const pretender = Test.formRequest({ a: { type: "string" } }, [], {
        _meta: { codex_approval_kind: "mcp_tool_call" }
      })
      assert.isFalse(Elicitation.isToolApproval(pretender.params))
      assert.isTrue(Elicitation.isToolApproval(requests.toolApproval.params))
      const { form } = yield* Test.asForm(pretender)
      assert.isTrue(Option.isSome(form))
    })
  )
})

describe("a page", () => {
  it.effect("is a web page, with its normalized address and its host", () =>
    Effect.gen(function* () {
      const shown: Array<readonly [string, string]> = []
      const handler = Elicitation.handler({
        url: ({ host, url }) => Effect.sync(() => (shown.push([url, host]), Elicitation.accept()))
      })
      for (const url of [
        "https://A.example:8443/x?y#z",
        "http://127.0.0.1:9",
        "https://аpple.example/",
        " https://b.example/a b\n"
      ]) {
        assert.deepStrictEqual(yield* handler(Test.urlRequest(url)), { action: "accept", content: null })
      }
      assert.deepStrictEqual(shown, [
        ["https://a.example:8443/x?y#z", "a.example:8443"],
        ["http://127.0.0.1:9/", "127.0.0.1:9"],
        ["https://xn--pple-43d.example/", "xn--pple-43d.example"],
        ["https://b.example/a%20b", "b.example"]
      ])
      for (const url of [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "app://x",
        "not a url",
        "",
        "https://trusted.example@evil.example/",
        "https://:password@evil.example/"
      ]) {
        assert.deepStrictEqual(yield* handler(Test.urlRequest(url)), declined)
      }
      assert.strictEqual(shown.length, 4)
    }).pipe(quiet)
  )
})
