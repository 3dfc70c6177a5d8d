import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import * as Approval from "../../src/Approval.ts"
import * as Permissions from "../../src/Permissions.ts"
import { answer, type Asked, both, declined, file, quiet } from "./support.ts"

const granted = (permissions: object, more: object = { scope: "turn" }) => Exit.succeed({ permissions, ...more })

describe("a grant", () => {
  it.effect("is checked in linear time, also with very many paths", () =>
    Effect.gen(function* () {
      const entries = Array.from({ length: 80_000 }, (_, index) =>
        file(index % 2 === 0 ? "read" : "write", `/project/${index}`)
      )
      const started = performance.now()
      assert.isTrue(Exit.isSuccess(yield* answer({ fileSystem: { entries } }, Permissions.grant)))
      assert.isBelow(performance.now() - started, 2000)
    })
  )

  const sent: ReadonlyArray<readonly [promise: string, asked: Asked, answer: Permissions.Answer, exit: unknown]> = [
    [
      "may include everything that was requested, for the turn",
      both,
      Permissions.grant,
      granted({
        network: { enabled: true },
        fileSystem: { entries: [file("read", "/etc/hosts"), file("write", "/project/a"), file("write", "/project/b")] }
      })
    ],
    [
      "includes nothing else",
      quiet,
      Permissions.grant,
      granted({ fileSystem: { entries: [file("write", "/project/a")] } })
    ],
    [
      "is valid for the session only if it says so",
      quiet,
      Permissions.forSession(Permissions.grant),
      granted({ fileSystem: { entries: [file("write", "/project/a")] } }, { scope: "session" })
    ],
    [
      "has a review only if it says so",
      quiet,
      Permissions.withReview(Permissions.grantPart({ writes: ["/project/a"] })),
      granted({ fileSystem: { entries: [file("write", "/project/a")] } }, { scope: "turn", strictAutoReview: true })
    ],
    [
      "may include some of the paths",
      both,
      Permissions.grantPart({ writes: ["/project/b"] }),
      granted({ fileSystem: { entries: [file("write", "/project/b")] } })
    ],
    [
      "may include reading in place of writing",
      both,
      Permissions.grantPart({ reads: ["/project/b"] }),
      granted({ fileSystem: { entries: [file("read", "/project/b")] } })
    ],
    [
      "may include the network alone",
      both,
      Permissions.grantPart({ network: true }),
      granted({ network: { enabled: true } })
    ],
    ["without any part is empty", both, Permissions.grantPart({}), declined],
    ["to an empty request is empty", { network: { enabled: false } }, Permissions.grant, declined],
    [
      "has the older fields if the request has no entries",
      { fileSystem: { read: ["/r"], write: ["/w"] } },
      Permissions.grant,
      granted({ fileSystem: { entries: [file("read", "/r"), file("write", "/w")] } })
    ],
    [
      "has the entries if the request has both, as on the server",
      { fileSystem: { entries: [file("write", "/w")], read: ["/r"], write: ["/other"] } },
      Permissions.grant,
      granted({ fileSystem: { entries: [file("write", "/w")] } })
    ],
    [
      "excludes patterns and special places",
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
    ["network access that was not requested", quiet, { network: true, writes: ["/project/a"] }, "network", "notAsked"],
    ["another path", both, { writes: ["/project/a", "/project/zq7"] }, "writes", "notAsked"],
    ["the parent folder", both, { writes: ["/project"] }, "writes", "notAsked"],
    ["a path below, which could be a link", both, { writes: ["/project/a/zq7"] }, "writes", "notAsked"],
    ["the same path in another spelling", both, { writes: ["/project/a/"] }, "writes", "notAsked"],
    ["write access in place of read access", both, { writes: ["/etc/hosts"] }, "writes", "notAsked"],
    ["read access to another path", both, { reads: ["/zq7"] }, "reads", "notAsked"],
    ["paths without their restrictions", restricted, { writes: ["/w"] }, "writes", "restricted"],
    ["read access without its restrictions", restricted, { reads: ["/w"] }, "reads", "restricted"]
  ]
  for (const [promise, asked, part, what, reason] of refused) {
    it.effect(`is rejected if it has ${promise}`, () =>
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

  it("says what was wrong with it, and what to do", () => {
    const error = (part: Permissions.GrantRefused["part"], reason: Permissions.GrantRefused["reason"]) =>
      new Permissions.GrantRefused({ threadId: "t", turnId: "u", part, reason })
    const prefix = "Grant not sent; request declined."
    assert.strictEqual(
      error("network", "notAsked").message,
      `${prefix} \`network\`: network access was not requested; check \`question.network\` first.`
    )
    for (const part of ["reads", "writes"] as const) {
      assert.strictEqual(
        error(part, "notAsked").message,
        `${prefix} \`${part}\`: contains a path that was not requested; use paths from \`question.${part}\` unchanged.`
      )
      assert.strictEqual(
        error(part, "restricted").message,
        `${prefix} \`${part}\`: the request has restrictions that the grant would drop; grant no paths, or write a handler that sends them.`
      )
    }
    const { _tag, isRetryable, name } = error("reads", "notAsked")
    assert.deepStrictEqual([_tag, isRetryable, name], ["GrantRefused", false, "effect-codex/Permissions/GrantRefused"])
  })

  it.effect("with restrictions may include the network", () =>
    Effect.gen(function* () {
      const exit = yield* answer(restricted, Permissions.grantPart({ network: true }))
      assert.deepStrictEqual(exit, granted({ network: { enabled: true } }))
      assert.isTrue(Exit.isFailure(yield* answer(restricted, Permissions.grant)))
    })
  )

  it.effect("is not a valid answer to an approval, from JavaScript", () =>
    Effect.gen(function* () {
      for (const word of [Approval.accept, Approval.acceptForSession, { _tag: "granted" }, {}]) {
        // Type boundary: what programs in JavaScript can answer.
        const given = Permissions.ask(() => Effect.succeed(word as Permissions.Answer))
        assert.deepStrictEqual(yield* answer(both, given), declined)
      }
    })
  )
})
