import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import * as Approval from "../../src/Approval.ts"
import * as Permissions from "../../src/Permissions.ts"
import { answer, type Asked, both, declined, file, quiet } from "./support.ts"

const granted = (permissions: object, more: object = { scope: "turn" }) => Exit.succeed({ permissions, ...more })

describe("a grant", () => {
  it.effect("of very many paths is checked in time that doesn't grow with their square", () =>
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
      "is of everything that was asked, for the turn",
      both,
      Permissions.grant,
      granted({
        network: { enabled: true },
        fileSystem: { entries: [file("read", "/etc/hosts"), file("write", "/project/a"), file("write", "/project/b")] }
      })
    ],
    [
      "is of nothing else",
      quiet,
      Permissions.grant,
      granted({ fileSystem: { entries: [file("write", "/project/a")] } })
    ],
    [
      "is for the session by name",
      quiet,
      Permissions.forSession(Permissions.grant),
      granted({ fileSystem: { entries: [file("write", "/project/a")] } }, { scope: "session" })
    ],
    [
      "is with review by name",
      quiet,
      Permissions.withReview(Permissions.grantPart({ writes: ["/project/a"] })),
      granted({ fileSystem: { entries: [file("write", "/project/a")] } }, { scope: "turn", strictAutoReview: true })
    ],
    [
      "can be of some of the paths",
      both,
      Permissions.grantPart({ writes: ["/project/b"] }),
      granted({ fileSystem: { entries: [file("write", "/project/b")] } })
    ],
    [
      "can be to read what was to be written",
      both,
      Permissions.grantPart({ reads: ["/project/b"] }),
      granted({ fileSystem: { entries: [file("read", "/project/b")] } })
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
    ["the network, unasked", quiet, { network: true, writes: ["/project/a"] }, "network", "notAsked"],
    ["another path", both, { writes: ["/project/a", "/project/zq7"] }, "writes", "notAsked"],
    ["the folder above", both, { writes: ["/project"] }, "writes", "notAsked"],
    ["a path below, which could be a link", both, { writes: ["/project/a/zq7"] }, "writes", "notAsked"],
    ["the same path in other words", both, { writes: ["/project/a/"] }, "writes", "notAsked"],
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
