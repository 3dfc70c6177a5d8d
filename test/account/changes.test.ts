/**
 * Rate limits, accounts and tokens that change while a program runs, against a server that the test plays.
 */
import { assert, describe, it } from "@effect/vitest"
import { Config, ConfigProvider, Deferred, Effect, Exit, Fiber, Option, Redacted, Ref, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Account from "../../src/Account.ts"
import type { GetAccountRateLimitsResponse } from "../../src/Protocol.ts"
import { played } from "./support.ts"

const limits: GetAccountRateLimitsResponse = {
  rateLimits: {
    limitId: "codex",
    limitName: "Codex",
    planType: "pro",
    primary: { usedPercent: 10, resetsAt: 1, windowDurationMins: 300 },
    secondary: { usedPercent: 20, resetsAt: 2, windowDurationMins: 10_080 }
  },
  rateLimitsByLimitId: { codex: { limitId: "codex", limitName: "Codex", primary: { usedPercent: 10 } } }
}

describe("mergeRateLimits", () => {
  it("keeps what the update omits, and replaces a window that it has", () => {
    const merged = Account.mergeRateLimits(limits, {
      limitId: "codex",
      limitName: null,
      planType: null,
      primary: { usedPercent: 11 },
      secondary: null,
      spendControlReached: true
    })
    assert.deepStrictEqual(merged.rateLimits, {
      ...limits.rateLimits,
      primary: { usedPercent: 11 },
      spendControlReached: true
    })
    assert.deepStrictEqual(merged.rateLimitsByLimitId, {
      codex: { limitId: "codex", limitName: "Codex", primary: { usedPercent: 11 }, spendControlReached: true }
    })
  })

  it("applies an update without a limit id to the main limit", () => {
    const merged = Account.mergeRateLimits(limits, { primary: { usedPercent: 12 } })
    assert.strictEqual(merged.rateLimits.primary?.usedPercent, 12)
    assert.strictEqual(merged.rateLimitsByLimitId?.["codex"]?.primary?.usedPercent, 12)
  })

  it("adds an unknown limit, whatever its name, and keeps the main one", () => {
    for (const limitId of ["other", "toString", "__proto__"]) {
      const merged = Account.mergeRateLimits(limits, { limitId, primary: { usedPercent: 99 } })
      assert.strictEqual(merged.rateLimits, limits.rateLimits)
      const added = Object.entries(merged.rateLimitsByLimitId ?? {}).find(([name]) => name === limitId)
      assert.deepStrictEqual(added?.[1], { limitId, primary: { usedPercent: 99 } })
    }
  })
})

describe("rateLimitChanges", () => {
  it.effect("starts with the current state and merges each update, also one that arrives during the read", () =>
    Effect.gen(function* () {
      const { account, peer } = yield* played
      const seen = yield* account.rateLimitChanges.pipe(
        Stream.map(({ rateLimits }) => rateLimits.primary?.usedPercent),
        Stream.take(3),
        Stream.runCollect,
        Effect.forkChild({ startImmediately: true })
      )
      const request = yield* peer.receive
      const update = (usedPercent: number) =>
        peer.send({ method: "account/rateLimits/updated", params: { rateLimits: { primary: { usedPercent } } } })
      yield* update(30)
      yield* peer.send({ id: request.id, result: limits })
      yield* update(40)
      assert.deepStrictEqual(yield* Fiber.join(seen), [10, 30, 40])
    })
  )
})

describe("account", () => {
  it.effect("always sends the flag, and reads unknown plans, accounts and auth modes", () =>
    Effect.gen(function* () {
      const { account, answer, peer } = yield* played
      const changes = yield* account.accountChanges.pipe(Stream.runHead, Effect.forkChild({ startImmediately: true }))
      yield* peer.send({ method: "account/updated", params: { authMode: "retina", planType: "infinite" } })
      const change = Option.getOrThrow(yield* Fiber.join(changes))
      assert.deepInclude(change, { authMode: "retina", planType: "infinite" })

      const chatgpt = { type: "chatgpt", email: null, planType: "infinite" }
      const answers = [chatgpt, { type: "retina", eye: "left" }]
      for (const [index, who] of answers.entries()) {
        const reading = yield* Effect.forkChild(account.account(index === 0 ? {} : { refreshToken: true }), {
          startImmediately: true
        })
        const params = yield* answer("account/read", { account: who, requiresOpenaiAuth: true })
        assert.deepStrictEqual(params, { refreshToken: index === 1 })
        const read = (yield* Fiber.join(reading)).account
        assert.deepStrictEqual<unknown>(read, index === 0 ? chatgpt : { type: "~unknown", raw: who })
      }
    })
  )

  it.effect("emits changes until the connection ends", () =>
    Effect.gen(function* () {
      const { account, peer } = yield* played
      const changes = yield* account.accountChanges.pipe(
        Stream.runDrain,
        Effect.flip,
        Effect.forkChild({ startImmediately: true })
      )
      yield* peer.close({ _tag: "Exited", exitCode: 1, signal: null })
      assert.strictEqual((yield* Fiber.join(changes)).reason._tag, "ConnectionClosed")
    })
  )
})

describe("ensureLoggedIn", () => {
  it.effect("does nothing if the Codex home has a login", () =>
    Effect.gen(function* () {
      const { account, answer } = yield* played
      const ensuring = yield* Effect.forkChild(
        account.ensureLoggedIn(() => Effect.die("the policy was run")),
        { startImmediately: true }
      )
      yield* answer("account/read", { account: { type: "apiKey" }, requiresOpenaiAuth: true })
      assert.deepStrictEqual(yield* Fiber.join(ensuring), { type: "apiKey" })
    })
  )

  it.effect("fails with `NotLoggedIn` if the policy says so, or did nothing", () =>
    Effect.gen(function* () {
      const { account, answer } = yield* played
      for (const policy of [Account.required, () => Effect.void]) {
        const ensuring = yield* Effect.forkChild(Effect.flip(account.ensureLoggedIn(policy)), {
          startImmediately: true
        })
        yield* answer("account/read", { account: null, requiresOpenaiAuth: true })
        yield* answer("account/read", { account: null, requiresOpenaiAuth: true })
        const error = yield* Fiber.join(ensuring)
        assert.instanceOf(error, Account.NotLoggedIn)
        assert.isTrue(error.requiresOpenaiAuth)
      }
    })
  )
})

describe("withApiKey", () => {
  const policy = (env: Record<string, string>, chosen = Account.withApiKey()) =>
    Effect.gen(function* () {
      const { account, answer, completed } = yield* played
      const ensuring = yield* account
        .ensureLoggedIn(chosen)
        .pipe(
          Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env })),
          Effect.exit,
          Effect.forkChild({ startImmediately: true })
        )
      yield* answer("account/read", { account: null, requiresOpenaiAuth: true })
      return { answer, completed, ensuring }
    })

  it.effect("logs in with the key in the configuration", () =>
    Effect.gen(function* () {
      const cases = [
        { env: { OPENAI_API_KEY: "sk-1" }, chosen: undefined },
        { env: { MINE: "sk-1" }, chosen: Account.withApiKey(Config.Redacted("MINE")) }
      ]
      for (const { chosen, env } of cases) {
        const { answer, completed, ensuring } = yield* policy(env, chosen)
        const params = yield* answer("account/login/start", { type: "apiKey" })
        assert.deepStrictEqual(params, { type: "apiKey", apiKey: "sk-1" })
        yield* completed(null)
        yield* answer("account/read", { account: { type: "apiKey" }, requiresOpenaiAuth: true })
        assert.deepStrictEqual(yield* yield* Fiber.join(ensuring), { type: "apiKey" })
      }
    })
  )

  it.effect("fails if the configuration has none", () =>
    Effect.gen(function* () {
      const { ensuring } = yield* policy({})
      const exit = yield* Fiber.join(ensuring)
      assert.isTrue(Exit.isFailure(exit))
    })
  )
})

describe("the refresh of external tokens", () => {
  const ask = "account/chatgptAuthTokens/refresh"
  const tokens = { accessToken: Redacted.make("a.b.c"), chatgptAccountId: "account-1" }

  const loggedIn = Effect.fnUntraced(function* (refresh: Effect.Effect<Account.ExternalTokens, unknown>) {
    const server = yield* played
    const login = yield* Effect.forkChild(server.account.loginChatgptAuthTokens(tokens, refresh), {
      startImmediately: true
    })
    yield* server.answer("account/login/start", { type: "chatgptAuthTokens" })
    yield* server.completed(null)
    yield* Fiber.join(login)
    const request = (id: number) =>
      server.peer.send({ id, method: ask, params: { reason: "unauthorized", previousAccountId: "account-1" } })
    return { ...server, request }
  })

  it.effect("runs once for all requests within two seconds, and again for later ones", () =>
    Effect.gen(function* () {
      const begun = yield* Ref.make(0)
      const gate = yield* Deferred.make<void>()
      const first = yield* Deferred.make<void>()
      const { peer, request } = yield* loggedIn(
        Ref.update(begun, (n) => n + 1).pipe(
          Effect.andThen(Deferred.succeed(first, undefined)),
          Effect.andThen(Deferred.await(gate)),
          Effect.as({ ...tokens, chatgptPlanType: "pro" })
        )
      )
      yield* request(1)
      yield* request(2)
      // Declined immediately, so the client has received the two before it.
      yield* peer.send({ id: 3, method: "attestation/generate", params: {} })
      assert.strictEqual((yield* peer.receive).id, 3)
      yield* Deferred.await(first)
      yield* Deferred.succeed(gate, undefined)
      const result = { accessToken: "a.b.c", chatgptAccountId: "account-1", chatgptPlanType: "pro" }
      const both = [yield* peer.receive, yield* peer.receive]
      assert.sameDeepMembers(both, [
        { id: 1, result },
        { id: 2, result }
      ])
      yield* TestClock.adjust("1999 millis")
      yield* request(4)
      assert.deepStrictEqual(yield* peer.receive, { id: 4, result })
      assert.strictEqual(yield* Ref.get(begun), 1)
      yield* TestClock.adjust("1 millis")
      yield* request(5)
      assert.deepStrictEqual(yield* peer.receive, { id: 5, result })
      assert.strictEqual(yield* Ref.get(begun), 2)
      // A clock that is set back does not keep the last answer longer.
      yield* TestClock.setTime(0)
      yield* request(6)
      assert.deepStrictEqual(yield* peer.receive, { id: 6, result })
      assert.strictEqual(yield* Ref.get(begun), 3)
    })
  )

  it.effect("stops with the logout", () =>
    Effect.gen(function* () {
      const { account, answer, peer, request } = yield* loggedIn(Effect.succeed(tokens))
      const leaving = yield* Effect.forkChild(account.logout, { startImmediately: true })
      yield* answer("account/logout", {})
      yield* Fiber.join(leaving)
      yield* request(1)
      assert.property(yield* peer.receive, "error")
    })
  )
})
