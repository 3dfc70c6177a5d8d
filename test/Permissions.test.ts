import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Logger, Option } from "effect"
import { TestClock } from "effect/testing"
import * as Approval from "../src/Approval.ts"
import * as Permissions from "../src/Permissions.ts"
import type * as ServerRequests from "../src/ServerRequests.ts"
import * as Test from "./serverRequests/support.ts"

const method = "item/permissions/requestApproval"
type Request = ServerRequests.Request<typeof method>
type Asked = Request["params"]["permissions"]

const file = (access: string, path: string) => ({ access, path: { type: "path" as const, path } })

const request = (permissions: Asked): Request => ({
  id: 1,
  method,
  changes: [],
  offered: [],
  params: { ...Test.ids(), startedAtMs: 1, cwd: "/work", permissions }
})

const both: Asked = {
  network: { enabled: true },
  fileSystem: { entries: [file("read", "/etc/hosts"), file("write", "/work/a"), file("write", "/work/b")] }
}
const quiet: Asked = { network: null, fileSystem: { entries: [file("write", "/work/a")] } }

/** What would be sent if a policy answered this. */
const answer = (
  permissions: Asked,
  policy: Permissions.Policy<unknown> | Permissions.Answer
): Effect.Effect<Exit.Exit<unknown, unknown>> =>
  Effect.exit(
    Permissions.handler("_tag" in policy ? Permissions.ask(() => Effect.succeed(policy)) : policy)(request(permissions))
  )

const declined = Exit.succeed({ permissions: {}, scope: "turn" })
const granted = (permissions: object, more: object = { scope: "turn" }) => Exit.succeed({ permissions, ...more })

describe("a grant", () => {
  const sent: ReadonlyArray<readonly [promise: string, asked: Asked, answer: Permissions.Answer, exit: unknown]> = [
    [
      "is of everything that was asked, for the turn",
      both,
      Permissions.grant,
      granted({
        network: { enabled: true },
        fileSystem: { entries: [file("read", "/etc/hosts"), file("write", "/work/a"), file("write", "/work/b")] }
      })
    ],
    ["is of nothing else", quiet, Permissions.grant, granted({ fileSystem: { entries: [file("write", "/work/a")] } })],
    [
      "is for the session by name",
      quiet,
      Permissions.forSession(Permissions.grant),
      granted({ fileSystem: { entries: [file("write", "/work/a")] } }, { scope: "session" })
    ],
    [
      "is with review by name",
      quiet,
      Permissions.withReview(Permissions.grantPart({ writes: ["/work/a"] })),
      granted({ fileSystem: { entries: [file("write", "/work/a")] } }, { scope: "turn", strictAutoReview: true })
    ],
    [
      "can be of some of the paths",
      both,
      Permissions.grantPart({ writes: ["/work/b"] }),
      granted({ fileSystem: { entries: [file("write", "/work/b")] } })
    ],
    [
      "can be to read what was to be written",
      both,
      Permissions.grantPart({ reads: ["/work/b"] }),
      granted({ fileSystem: { entries: [file("read", "/work/b")] } })
    ],
    [
      "can be of the network alone",
      both,
      Permissions.grantPart({ network: true }),
      granted({ network: { enabled: true } })
    ],
    ["of no part is none", both, Permissions.grantPart({}), declined],
    ["of an empty request is none", { network: { enabled: false } }, Permissions.grant, declined],
    [
      "is of the older fields where the server sends no entries",
      { fileSystem: { read: ["/r"], write: ["/w"] } },
      Permissions.grant,
      granted({ fileSystem: { entries: [file("read", "/r"), file("write", "/w")] } })
    ],
    [
      "is of the entries where both say something, as the server has it",
      { fileSystem: { entries: [file("write", "/w")], read: ["/r"], write: ["/other"] } },
      Permissions.grant,
      granted({ fileSystem: { entries: [file("write", "/w")] } })
    ],
    [
      "is of no patterns and special places",
      {
        fileSystem: {
          entries: [
            file("write", "/w"),
            { access: "write", path: { type: "glob_pattern", pattern: "/**" } },
            { access: "read", path: { type: "special", value: { kind: "root" } } }
          ]
        }
      },
      Permissions.grant,
      granted({ fileSystem: { entries: [file("write", "/w")] } })
    ]
  ]
  for (const [promise, asked, given, exit] of sent) {
    it.effect(promise, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* answer(asked, given), exit)
      })
    )
  }

  const restricted: Asked = { ...both, fileSystem: { entries: [file("write", "/w"), file("deny", "/w/.env")] } }
  const refused: ReadonlyArray<
    readonly [
      promise: string,
      asked: Asked,
      part: Permissions.Part,
      what: Permissions.GrantRefused["part"],
      reason: Permissions.GrantRefused["reason"]
    ]
  > = [
    ["the network, unasked", quiet, { network: true, writes: ["/work/a"] }, "network", "notAsked"],
    ["another path", both, { writes: ["/work/a", "/work/zq7"] }, "writes", "notAsked"],
    ["the folder above", both, { writes: ["/work"] }, "writes", "notAsked"],
    ["a path below, which could be a link", both, { writes: ["/work/a/zq7"] }, "writes", "notAsked"],
    ["the same path in other words", both, { writes: ["/work/a/"] }, "writes", "notAsked"],
    ["to write what was to be read", both, { writes: ["/etc/hosts"] }, "writes", "notAsked"],
    ["to read another path", both, { reads: ["/zq7"] }, "reads", "notAsked"],
    ["paths without the restrictions that came with them", restricted, { writes: ["/w"] }, "writes", "restricted"],
    ["reading without the restrictions that came with it", restricted, { reads: ["/w"] }, "reads", "restricted"]
  ]
  for (const [promise, asked, part, what, reason] of refused) {
    it.effect(`is refused if it is of ${promise}`, () =>
      Effect.gen(function* () {
        for (const given of [Permissions.grantPart(part), Permissions.forSession(Permissions.grantPart(part))]) {
          const exit = yield* answer(asked, given)
          assert.isTrue(Exit.isFailure(exit))
          if (!Exit.isFailure(exit)) return
          const error = Cause.squash(exit.cause)
          assert.instanceOf(error, Permissions.GrantRefused)
          assert.deepInclude({ ...error }, { threadId: "thread", turnId: "turn", part: what, reason })
          assert.include(error.message, `\`${what}\``)
          assert.notInclude(JSON.stringify(error) + error.message, "zq7")
        }
      })
    )
  }

  it.effect("with restrictions can still be of the network", () =>
    Effect.gen(function* () {
      const exit = yield* answer(restricted, Permissions.grantPart({ network: true }))
      assert.deepStrictEqual(exit, granted({ network: { enabled: true } }))
      assert.isTrue(Exit.isFailure(yield* answer(restricted, Permissions.grant)))
    })
  )

  it.effect("is no answer of an approval, from JavaScript", () =>
    Effect.gen(function* () {
      for (const word of [Approval.accept, Approval.acceptForSession, { _tag: "granted" }, {}]) {
        // Type boundary: what programs in JavaScript can answer.
        const given = Permissions.ask(() => Effect.succeed(word as Permissions.Answer))
        assert.deepStrictEqual(yield* answer(both, given), declined)
      }
    })
  )
})

describe("policies", () => {
  const silent = Permissions.allow({}, "silent")
  const limits = { network: true, reads: ["/etc/hosts"], writes: ["/work/a", "/work/b"] }

  it.effect("allow: what asks for nothing else is granted, and of the rest nothing is said", () =>
    Effect.gen(function* () {
      const decide = (policy: Permissions.Policy, asked: Asked) => answer(asked, policy)
      const allowing = Permissions.allow(limits)
      assert.deepStrictEqual(yield* decide(allowing, both), yield* answer(both, Permissions.grant))
      assert.deepStrictEqual(yield* decide(allowing, quiet), yield* answer(quiet, Permissions.grant))
      // What may be written may be read.
      assert.notDeepEqual(yield* decide(allowing, { fileSystem: { entries: [file("read", "/work/a")] } }), declined)
      const others: ReadonlyArray<readonly [Permissions.Part, Asked]> = [
        [{ ...limits, network: false }, both],
        [{ ...limits, reads: [] }, both],
        [{ ...limits, writes: ["/work/a", "/work"] }, both],
        [{ reads: ["/work/a"] }, quiet],
        [limits, {}],
        [limits, { network: { enabled: false } }],
        [
          limits,
          {
            ...both,
            fileSystem: {
              entries: [file("write", "/work/a"), { access: "read", path: { type: "glob_pattern", pattern: "/**" } }]
            }
          }
        ]
      ]
      for (const [part, asked] of others) {
        assert.deepStrictEqual(yield* decide(Permissions.allow(part), asked), declined)
        const next = Permissions.allow(part).pipe(Permissions.orElse(Permissions.ask(() => Effect.fail("asked"))))
        assert.deepStrictEqual(yield* answer(asked, next), Exit.fail("asked"))
      }
    })
  )

  it.effect("decline: what nobody grants, what takes too long, and what a policy before says no to", () =>
    Effect.gen(function* () {
      const yes = Permissions.ask(() => Effect.succeed(Permissions.grant))
      assert.deepStrictEqual(yield* answer(both, silent), declined)
      assert.deepStrictEqual(yield* answer(both, Permissions.orElse(Permissions.denyAll, yes)), declined)
      assert.deepStrictEqual(
        yield* answer(
          both,
          Permissions.orElse(
            Permissions.ask(() => Effect.fail("no")),
            yes
          )
        ),
        Exit.fail("no")
      )
      const slow = Permissions.ask(() => Effect.never).pipe(
        Permissions.withTimeout("1 minute"),
        Permissions.orElse(yes)
      )
      const waiting = yield* Test.background(answer(both, slow))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(waiting), declined)
    })
  )

  it.effect("are named in the decision, also for what none of them grants", () =>
    Effect.gen(function* () {
      const policy = Permissions.allow({ writes: ["/work/a"] }, "the cache").pipe(
        Permissions.orElse(
          Permissions.ask(({ network }) => Effect.succeed(network ? Permissions.decline : Permissions.grant), "person")
        )
      )
      const { ask, decisions, peer } = yield* Test.played({
        serverRequests: { [method]: Permissions.handler(policy) }
      })
      const nobody = yield* Test.played({ serverRequests: { [method]: Permissions.handler(silent) } })
      for (const asked of [quiet, both, { fileSystem: { entries: [file("read", "/r")] } }]) {
        yield* ask(1, method, request(asked).params)
        yield* peer.receive
      }
      yield* nobody.ask(1, method, request(both).params)
      yield* nobody.peer.receive
      assert.deepStrictEqual([...decisions, ...nobody.decisions].map(Test.short), [
        "grant by the cache",
        "decline by person",
        "grant by person",
        "decline by silent"
      ])
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("of approvals grant no permissions", () =>
    Effect.gen(function* () {
      const yes = Approval.ask(() => Effect.succeed(Approval.acceptForSession))
      for (const policy of [yes, Approval.denyAll]) {
        const { ask, decisions, peer } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
        yield* ask(1, method, request(both).params)
        assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { permissions: {}, scope: "turn" } })
        assert.deepStrictEqual(decisions.map(Test.short), ["decline by default"])
      }
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("see what the request says, and nothing where it says nothing", () =>
    Effect.gen(function* () {
      const seen: Array<Permissions.Question> = []
      const policy = Permissions.ask((question) => {
        seen.push(question)
        return Effect.succeed(Permissions.decline)
      })
      const bare = request({})
      const told = request(both)
      const withReason = { ...told, params: { ...told.params, reason: "because" } }
      for (const asking of [bare, withReason]) yield* Permissions.handler(policy)(asking)
      assert.deepStrictEqual(seen, [
        {
          ...Test.ids(),
          reason: Option.none(),
          cwd: "/work",
          network: false,
          reads: [],
          writes: [],
          others: [],
          request: bare
        },
        {
          ...Test.ids(),
          reason: Option.some("because"),
          cwd: "/work",
          network: true,
          reads: ["/etc/hosts"],
          writes: ["/work/a", "/work/b"],
          others: [],
          request: withReason
        }
      ])
    })
  )
})
