import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, Option } from "effect"
import { TestClock } from "effect/testing"
import * as Approval from "../../src/Approval.ts"
import * as Permissions from "../../src/Permissions.ts"
import * as Test from "../serverRequests/support.ts"
import { answer, type Asked, both, declined, file, method, quiet, request } from "./support.ts"

describe("permission policies", () => {
  const silent = Permissions.allow({}, "silent")
  const limits = { network: true, reads: ["/etc/hosts"], writes: ["/project/a", "/project/b"] }

  it.effect("allow: requests without other parts are granted, and there is no decision about other parts", () =>
    Effect.gen(function* () {
      const decide = (policy: Permissions.Policy, asked: Asked) => answer(asked, policy)
      const allowing = Permissions.allow(limits)
      assert.deepStrictEqual(yield* decide(allowing, both), yield* answer(both, Permissions.grant))
      assert.deepStrictEqual(yield* decide(allowing, quiet), yield* answer(quiet, Permissions.grant))
      // A path with write access is readable, too.
      assert.notDeepEqual(yield* decide(allowing, { fileSystem: { entries: [file("read", "/project/a")] } }), declined)
      const others: ReadonlyArray<readonly [Permissions.Part, Asked]> = [
        [{ ...limits, network: false }, both],
        [{ ...limits, reads: [] }, both],
        [{ ...limits, writes: ["/project/a", "/project"] }, both],
        [{ reads: ["/project/a"] }, quiet],
        [limits, {}],
        [limits, { network: { enabled: false } }],
        [
          limits,
          {
            ...both,
            fileSystem: {
              entries: [file("write", "/project/a"), { access: "read", path: { type: "glob_pattern", pattern: "/**" } }]
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

  it.effect("allow: nothing is granted in another environment, where the same path is another place", () =>
    Effect.gen(function* () {
      const asked = request(both)
      const decide = (environmentId: string | null) =>
        Effect.exit(
          Permissions.handler(Permissions.allow(limits))({ ...asked, params: { ...asked.params, environmentId } })
        )
      for (const here of [null, "local"]) {
        assert.deepStrictEqual(yield* decide(here), yield* answer(both, Permissions.grant))
      }
      for (const elsewhere of ["prod-7", ""]) assert.deepStrictEqual<unknown>(yield* decide(elsewhere), declined)
    })
  )

  it.effect("decline if no policy grants, a policy times out, or an earlier one declines", () =>
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

  it.effect("are named in the decision, also if none of them grants", () =>
    Effect.gen(function* () {
      const policy = Permissions.allow({ writes: ["/project/a"] }, "the cache").pipe(
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

  it.effect("do not include approval policies, which grant no permissions", () =>
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

  it.effect("receive the fields of the request, and nothing for missing ones", () =>
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
          cwd: "/project",
          environment: Option.none(),
          network: false,
          reads: [],
          writes: [],
          others: [],
          request: bare
        },
        {
          ...Test.ids(),
          reason: Option.some("because"),
          cwd: "/project",
          environment: Option.none(),
          network: true,
          reads: ["/etc/hosts"],
          writes: ["/project/a", "/project/b"],
          others: [],
          request: withReason
        }
      ])
    })
  )
})
