/**
 * Permissions, questions of the model and forms of MCP servers: excessive grants, invalid answers, and unredacted
 * secrets. Commands and files are in the other files.
 */
import { assert } from "@effect/vitest"
import { Effect, Exit, Logger, Option, Redacted } from "effect"
import * as Elicitation from "../../../src/Elicitation.ts"
import * as Permissions from "../../../src/Permissions.ts"
import * as UserInput from "../../../src/UserInput.ts"
import * as Forms from "../../elicitation/support.ts"
import { type Asked, answer as granted, file } from "../../permissions/support.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import * as Test from "../../serverRequests/support.ts"
import { answers } from "../support/asked.ts"
import { assertAbsent, group, textOf, word } from "../support/attack.ts"
import { faces } from "../../support/watched.ts"

const quiet = Effect.provide(Logger.layer([]))

const asked: Asked = { fileSystem: { entries: [file("read", "/r/a"), file("write", "/w/a")] } }

const nothingGranted = (exit: Exit.Exit<unknown, unknown>) => {
  if (Exit.isFailure(exit)) return
  assert.deepStrictEqual(exit.value, { permissions: {}, scope: "turn" })
}

/** Paths that are none of those that were asked, though they lead there or look like them. */
const others = (seeded: Seeded, path: string): ReadonlyArray<string> => [
  "/",
  `${path}/`,
  `${path}/${word(seeded)}`,
  path.slice(0, path.lastIndexOf("/")),
  path.toUpperCase(),
  `${path}\0`,
  ` ${path}`,
  `/.${path}`,
  `/x/..${path}`,
  "*",
  "/**"
]

const url = (address: string) => Forms.urlRequest(address)

const question = (id: string, more: object = {}) => ({ id, header: "h", question: "q?", options: null, ...more })

const inputRequest = (questions: ReadonlyArray<object>) => ({
  method: "item/tool/requestUserInput",
  params: { ...Test.ids(), isBlocking: true, questions }
})

export const scenarios = group("approvals", [
  {
    name: "permission-beyond",
    title: "A program grants other paths than those that were asked: above, below, spelt otherwise, or for writing",
    expected: "nothing is granted",
    run: (seeded) =>
      Effect.gen(function* () {
        for (const path of others(seeded, "/w/a")) {
          nothingGranted(yield* granted(asked, Permissions.grantPart({ writes: [path] })))
          nothingGranted(yield* granted(asked, Permissions.grantPart({ writes: ["/w/a", path] })))
        }
        for (const path of others(seeded, "/r/a")) {
          nothingGranted(yield* granted(asked, Permissions.grantPart({ reads: [path] })))
        }
        nothingGranted(yield* granted(asked, Permissions.grantPart({ writes: ["/r/a"] })))
        nothingGranted(yield* granted(asked, Permissions.grantPart({ network: true })))
        assert.isTrue(Exit.isSuccess(yield* granted(asked, Permissions.grantPart({ writes: ["/w/a"] }))))
      }).pipe(quiet)
  },
  {
    name: "permission-restricted",
    title: "A request holds restrictions, patterns, special places or unknown modes beside its paths",
    expected: "no path is granted without its restriction, and no policy accepts",
    run: (seeded) =>
      Effect.gen(function* () {
        const restrictions = [
          { access: seeded.pick(["deny", "none", word(seeded)]), path: { type: "path", path: "/w/a/secret" } },
          { access: "deny", path: { type: "glob_pattern", pattern: "**/*.key" } }
        ]
        for (const restriction of restrictions) {
          // Type boundary: what a server can send.
          const entries = [file("write", "/w/a"), restriction] as never
          nothingGranted(yield* granted({ fileSystem: { entries } }, Permissions.grant))
          nothingGranted(yield* granted({ fileSystem: { entries } }, Permissions.allow({ writes: ["/w/a"] })))
        }
        const patterns = [
          { access: "write", path: { type: "glob_pattern", pattern: "/**" } },
          { access: "write", path: { type: "special", value: { kind: "root" } } },
          { access: "write", path: { type: word(seeded) } }
        ] as never
        nothingGranted(yield* granted({ fileSystem: { entries: patterns } }, Permissions.grant))
        nothingGranted(
          yield* granted({ fileSystem: { entries: patterns } }, Permissions.allow({ writes: ["/**", "/"] }))
        )
      }).pipe(quiet)
  },
  {
    name: "permission-environment",
    title: "Permissions are asked for in another environment, and a policy allows these paths",
    expected: "the policy has no answer, so nothing is granted",
    run: (seeded) =>
      Effect.gen(function* () {
        const handlers = {
          "item/permissions/requestApproval": Permissions.handler(Permissions.allow({ writes: ["/w"] }))
        }
        const asking = (environmentId: string | null) => ({
          method: "item/permissions/requestApproval",
          params: {
            ...Test.ids(),
            startedAtMs: 1,
            cwd: "/w",
            environmentId,
            permissions: { fileSystem: { entries: [file("write", "/w")] } }
          }
        })
        const [here, ...elsewhere] = yield* answers(
          handlers,
          [null, "prod", "Local", "", " local", word(seeded)].map(asking)
        )
        assert.notDeepEqual(here, { permissions: {}, scope: "turn" })
        for (const answer of elsewhere) assert.deepStrictEqual(answer, { permissions: {}, scope: "turn" })
      }).pipe(quiet)
  },
  {
    name: "permission-policy-part",
    title: "A request asks for more than a policy allows, in one of its parts",
    expected: "the policy has no answer, so nothing is granted",
    run: (seeded) =>
      Effect.gen(function* () {
        const policy = Permissions.allow({ reads: ["/r"], writes: ["/w"] })
        const all: ReadonlyArray<Asked> = [
          { network: { enabled: true } },
          { network: { enabled: true }, fileSystem: { entries: [file("write", "/w")] } },
          { fileSystem: { entries: [file("write", "/r")] } },
          ...others(seeded, "/w").map((path) => ({
            fileSystem: { entries: [file("write", "/w"), file("write", path)] }
          })),
          {},
          { fileSystem: { entries: [] } }
        ]
        for (const request of all) nothingGranted(yield* granted(request, policy))
        assert.isTrue(Exit.isSuccess(yield* granted({ fileSystem: { entries: [file("write", "/w")] } }, policy)))
      }).pipe(quiet)
  },
  {
    name: "permission-answer-of-javascript",
    title: "A program in JavaScript grants with words of its own, or for the session with review",
    expected: "nothing is granted",
    run: (seeded) =>
      Effect.gen(function* () {
        const grants: ReadonlyArray<unknown> = [
          { _tag: "Grant", part: Option.none(), lifetime: "turn" },
          { _tag: "accept" },
          { _tag: word(seeded) }
        ]
        for (const grant of grants) nothingGranted(yield* granted(asked, grant as Permissions.Answer))
        const both = {
          "item/permissions/requestApproval": () =>
            Effect.succeed({ permissions: {}, scope: "session", strictAutoReview: true } as const)
        }
        const params = { ...Test.ids(), startedAtMs: 1, cwd: "/", permissions: asked }
        const replies = yield* answers(both, [{ method: "item/permissions/requestApproval", params }])
        assert.deepStrictEqual(replies, [{ permissions: {}, scope: "turn" }])
      }).pipe(quiet)
  },
  {
    name: "question-secret-in-clear",
    title: "A program answers a secret question in clear, also where two questions have one id",
    expected: "no answer is sent, and the answer is in no error and no log",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const lists = [
          [question("a", { isSecret: true })],
          [question("a"), question("a", { isSecret: true })],
          [question("a", { isSecret: true, options: [{ label: secret, description: "" }] })]
        ]
        for (const list of lists) {
          const handler = UserInput.handler(() => Effect.succeed({ a: secret }))
          const seen: Array<unknown> = []
          const handlers = {
            "item/tool/requestUserInput": (request: Parameters<typeof handler>[0]) =>
              Effect.tapError(handler(request), (error) => Effect.sync(() => void seen.push(error)))
          }
          assert.deepStrictEqual(yield* answers(handlers, [inputRequest(list)]), [{ answers: {} }])
          assert.strictEqual(seen.length, 1)
          assertAbsent(seen.flatMap(faces), [secret])
        }
        const redacted = UserInput.handler(() => Effect.succeed({ a: Redacted.make(secret) }))
        const sent = yield* answers({ "item/tool/requestUserInput": redacted }, [
          inputRequest([question("a", { isSecret: true })])
        ])
        assert.deepStrictEqual(sent, [{ answers: { a: { answers: [secret] } } }])
      }).pipe(quiet)
  },
  {
    name: "question-not-asked",
    title: "A program answers questions that were not asked, with unknown options, or with values that are not strings",
    expected: "no answer is sent",
    run: (seeded) =>
      Effect.gen(function* () {
        const options = [{ label: "Red", description: "" }]
        const list = [question("a", { options, isOther: false }), question("__proto__", { options, isOther: false })]
        const given: ReadonlyArray<unknown> = [
          { [word(seeded)]: "Red" },
          { toString: "Red" },
          { constructor: "Red" },
          { a: "red" },
          { a: ["Red", "Blue"] },
          { a: 1 },
          { a: null },
          { a: { label: "Red" } },
          { a: Redacted.make(1) },
          JSON.parse('{"__proto__":"Blue"}')
        ]
        for (const answer of given) {
          const handler = UserInput.handler(() => Effect.succeed(answer as UserInput.Answers))
          assert.deepStrictEqual(yield* answers({ "item/tool/requestUserInput": handler }, [inputRequest(list)]), [
            { answers: {} }
          ])
        }
      }).pipe(quiet)
  },
  {
    name: "form-names-of-objects",
    title: "A form's fields are called like what every object has",
    expected: "they are fields like others: none is answered by the prototype, and none changes it",
    run: (seeded) =>
      Effect.gen(function* () {
        const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]
        const name = seeded.pick(names)
        const form = yield* Forms.form(`{${JSON.stringify(name)}:{"type":"string"}}`, [name])
        const error = yield* Effect.flip(Elicitation.check(form, {}))
        assert.deepStrictEqual(
          error.issues.map(({ field }) => field),
          [name]
        )
        const text = `{${JSON.stringify(name)}:${JSON.stringify(word(seeded))}}`
        assert.strictEqual(JSON.stringify(yield* Elicitation.check(form, JSON.parse(text))), text)
        assert.strictEqual(Object.getPrototypeOf({}), Object.prototype)
      }).pipe(quiet)
  },
  {
    name: "form-answers-that-do-not-fit",
    title: "Answers of a form are of other types, lengths, bounds and choices than it asks for",
    expected: "they are refused, and the values are in no error",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const request = Forms.formRequest({
          text: { type: "string", maxLength: 3 },
          one: { type: "string", enum: ["a", "b"] },
          whole: { type: "integer", minimum: 1, maximum: 9 },
          mail: { type: "string", format: "email" }
        })
        const all: ReadonlyArray<object> = [
          { text: secret },
          { text: [secret] },
          { one: secret },
          { whole: seeded.pick([0, 10, 1.5, Number.NaN, Infinity]) },
          { whole: secret },
          { mail: secret },
          { [secret]: 1 },
          { text: { [secret]: 1 } }
        ]
        for (const values of all) {
          const exit = yield* Effect.exit(Forms.sent(request, values))
          assert.isTrue(Exit.isFailure(exit), JSON.stringify(Object.keys(values)))
          if (!Object.hasOwn(values, secret)) assertAbsent(faces(exit), [secret])
        }
      }).pipe(quiet)
  },
  {
    name: "form-persistence",
    title: "A program wants a yes to an MCP tool to hold for longer than the request offers",
    expected: "the request is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const method = "mcpServer/elicitation/request"
        const asking = (persist: unknown) => ({
          method,
          params: Forms.toolRequest(persist === undefined ? {} : { persist }).params
        })
        const wanted = seeded.pick(["always", "session"])
        const handlers = {
          [method]: () => Effect.succeed({ action: "accept", content: null, _meta: { persist: wanted } } as const)
        }
        const other = wanted === "always" ? "session" : "always"
        const offers = [undefined, null, [], other, [other], { [wanted]: true }, [[wanted]], `${wanted} `]
        const replies = yield* answers(handlers, [...offers.map(asking), asking([other, wanted])])
        const declined = { action: "decline", content: null }
        for (const reply of replies.slice(0, -1)) assert.deepStrictEqual(reply, declined)
        assert.deepStrictEqual(replies.at(-1), { action: "accept", content: null, _meta: { persist: wanted } })
      }).pipe(quiet)
  },
  {
    name: "page-addresses",
    title:
      "An MCP server sends the user to an address that is not a web page: a script, a file, a login in it, controls",
    expected: "the handler for pages is never given it",
    run: (seeded) =>
      Effect.gen(function* () {
        const host = `${textOf(seeded, [..."abc"], 6)}.example`
        const addresses = [
          "javascript:alert(1)",
          "JaVaScRiPt:alert(1)",
          " javascript:alert(1)",
          "java\nscript:alert(1)",
          "data:text/html,x",
          "file:///etc/passwd",
          "vbscript:x",
          "ftp://example.org",
          `//${host}`,
          host,
          "",
          "http://",
          "https://",
          "-version",
          "--help",
          "calc.exe",
          "ms-settings:x",
          "x-apple.systempreferences:",
          `https://${host}\u001b]0;x\u0007`,
          `https://${host}/\u202e`
        ]
        for (const address of addresses) {
          let given: string | undefined
          const reply = yield* Elicitation.handler({
            url: (page) => Effect.sync(() => ((given = page.url), Elicitation.accept()))
          })(url(address))
          if (given === undefined) assert.strictEqual(reply.action, "decline", address)
          else {
            assert.match(given, /^https?:\/\//)
            // oxlint-disable-next-line no-control-regex -- a control character must not be there
            assert.notMatch(given, /[\u0000-\u0020\u202e]/)
          }
        }
      }).pipe(quiet)
  },
  {
    name: "question-names-in-errors",
    title: "The id of a question or the name of a field has escape sequences and line breaks",
    expected: "no message has them",
    run: (seeded) =>
      Effect.gen(function* () {
        const evil = `${word(seeded)}\u001b]0;x\u0007\nINFO accept\u202e`
        const handler = UserInput.handler(() => Effect.succeed({ [evil]: "x" }))
        const seen: Array<unknown> = []
        const watching = {
          "item/tool/requestUserInput": (request: Parameters<typeof handler>[0]) =>
            Effect.tapError(handler(request), (error) => Effect.sync(() => void seen.push(error.message)))
        }
        yield* answers(watching, [inputRequest([question("a")])])
        assert.strictEqual(seen.length, 1)
        assertAbsent(seen.map(String), ["\u001b", "\u0007", "\n", "\u202e"])
        const form = yield* Forms.form(JSON.stringify({ [evil]: { type: "integer" } }), [evil])
        const error = yield* Effect.flip(Elicitation.check(form, { [evil]: "x" }))
        assertAbsent([error.message], ["\u001b", "\u0007", "\n", "\u202e"])
      }).pipe(quiet)
  }
])
