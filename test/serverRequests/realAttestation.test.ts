/**
 * `attestation/generate` on the real server: when the handler is called, what the model's backend receives, and that a
 * turn never fails because of it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Equal, Fiber, Logger, Option, Redacted } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import type * as CodexTest from "../../src/testing/CodexTest.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Transport from "../../src/Transport.ts"
import type { TurnResult } from "../../src/Turn.ts"
import * as Peer from "../support/peer.ts"
import { watched } from "../support/watched.ts"
import * as Endings from "./endings.ts"
import * as Test from "./support.ts"

const method = "attestation/generate"
const secret = "v1.zq7attestation"

const attesting: ServerRequests.Handlers = { [method]: () => Effect.succeed({ token: secret }) }

const attested = { v: 1, s: 0, t: secret }

/** The attestations of all model requests so far. */
const headers = Effect.flatMap(MockModel.MockModel, (model) =>
  Effect.map(model.requests, (all) =>
    all.map((request): unknown => {
      const header = request.header("x-oai-attestation")
      return header === undefined ? undefined : JSON.parse(header)
    })
  )
)

/** A login that makes the server request attestations. */
const logIn = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const issuer = yield* LoginIssuer.LoginIssuer
  yield* codex.loginChatgptAuthTokens(issuer.tokens())
})

const run = Effect.flatMap(Codex.Codex, (codex) => Effect.flatMap(codex.startThread(), (thread) => thread.run("hi")))

/** The value in a request whose attestation the server no longer waited for. */
const late = { v: 1, s: 1 }

/**
 * Runs turns until all requests of one were answered in time: the server waits a tenth of a second, which a busy
 * machine can exceed.
 */
const untilInTime = Effect.fnUntraced(function* (turn: Effect.Effect<TurnResult, unknown, CodexTest.Services>) {
  for (;;) {
    const before = (yield* headers).length
    const result = yield* turn
    const carried = (yield* headers).slice(before)
    if (!carried.some((header) => Equal.equals(header, late))) return { carried, result }
  }
})

const layer = (codex: Codex.Options) =>
  LoginIssuer.layerCodex({ codex, model: { fallback: () => MockModel.reply("done") } })

const quiet = Effect.provide(Logger.layer([]))

describe("an attestation", () => {
  it.live("is sent with each request to the model", () =>
    Effect.gen(function* () {
      const decisions = yield* Endings.watch
      const model = yield* MockModel.MockModel
      yield* logIn
      const two = Effect.andThen(model.enqueue(MockModel.response([MockModel.execCommand("true")])), run)
      assert.deepStrictEqual((yield* untilInTime(two)).carried, [attested, attested])
      assert.deepStrictEqual([...new Set(decisions.map(Test.short))], ["answer by handler"])
    }).pipe(Effect.scoped, Effect.provide(layer({ serverRequests: attesting })), quiet)
  )

  it.live("is requested only under a ChatGPT login", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const decisions = yield* Endings.watch
      yield* run
      yield* codex.loginApiKey(Redacted.make("sk-test-1"))
      yield* run
      assert.deepStrictEqual(yield* headers, [undefined, undefined])
      yield* codex.logout
      const login = yield* codex.loginChatgptDeviceCode()
      yield* login.wait
      assert.deepStrictEqual(decisions, [])
      assert.deepStrictEqual((yield* untilInTime(run)).carried, [attested])
    }).pipe(Effect.scoped, Effect.provide(layer({ serverRequests: attesting })), quiet)
  )

  it.live("is not requested without a handler", () =>
    Effect.gen(function* () {
      const decisions = yield* Endings.watch
      yield* logIn
      yield* run
      assert.deepStrictEqual(yield* headers, [undefined])
      assert.deepStrictEqual(decisions, [])
    }).pipe(Effect.scoped, Effect.provide(layer({ serverRequests: { [Test.command]: () => Effect.never } })))
  )

  const missing: ReadonlyArray<readonly [promise: string, options: Codex.Options, rule: string]> = [
    ["fails", { serverRequests: { [method]: () => Effect.fail(secret) } }, "refuse by failure"],
    ["dies", { serverRequests: { [method]: () => Effect.die(new Error(secret)) } }, "refuse by defect"],
    [
      "exceeds its timeout",
      { serverRequests: { [method]: () => Effect.never }, serverRequestTimeout: "20 millis" },
      "refuse by timeout"
    ]
  ]
  for (const [promise, options, rule] of missing) {
    it.live(`is omitted if its handler ${promise}, the turn continues, and its value does not leak`, () =>
      Effect.gen(function* () {
        const { spans, texts } = yield* watched((keep) =>
          Effect.gen(function* () {
            const decisions = yield* Endings.watch
            yield* logIn
            const { carried, result } = yield* untilInTime(run)
            keep(result)
            assert.deepStrictEqual([...new Set(decisions.map(Test.short))], [rule])
            keep(decisions)
            // The server says so, without a token.
            assert.deepStrictEqual(carried, [{ v: 1, s: 2 }])
          }).pipe(Effect.scoped, Effect.provide(layer(options)))
        )
        assert.deepStrictEqual(
          texts.filter((text) => text.includes("zq7attestation")),
          []
        )
        assert.include(spans, method)
      })
    )
  }

  it.live("is skipped if it takes too long for the server, and abandoned here soon after", () =>
    Effect.gen(function* () {
      const interrupted = yield* Deferred.make<void>()
      const endless = Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined))
      yield* Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const decisions = yield* Endings.watch
        yield* logIn
        assert.deepStrictEqual((yield* run).finalResponse, Option.some("done"))
        assert.deepStrictEqual(yield* headers, [late])
        // The server does not report that it has given up.
        yield* Deferred.await(interrupted)
        assert.deepStrictEqual(decisions.map(Test.short), ["refuse by timeout"])
        assert.deepStrictEqual(yield* codex.openRequests, [])
      }).pipe(Effect.scoped, Effect.provide(layer({ serverRequests: { [method]: () => endless } })))
    }).pipe(quiet)
  )
})

describe("the capability", () => {
  const announced = Effect.fnUntraced(function* (options: CodexClient.Options, handlers: ServerRequests.Handlers = {}) {
    const { peer, transport } = yield* Transport.makePair
    const client = yield* Test.background(
      CodexClient.make(options).pipe(
        Effect.provideService(Transport.Transport, transport),
        Effect.provide(ServerRequests.layer(handlers))
      )
    )
    const { id, params } = yield* peer.receive
    yield* peer.send({ id, result: Peer.initializeResponse() })
    yield* Fiber.join(client)
    return (params as { readonly capabilities: unknown }).capabilities
  })

  it.effect("is announced only if there is a handler", () =>
    Effect.gen(function* () {
      const yes = { experimentalApi: true, requestAttestation: true }
      assert.deepStrictEqual(yield* announced({ serverRequests: attesting }), yes)
      assert.deepStrictEqual(yield* announced({}, attesting), yes)
      const no = { experimentalApi: true }
      assert.deepStrictEqual(yield* announced({}), no)
      assert.deepStrictEqual(yield* announced({ serverRequests: { [method]: undefined } }), no)
      assert.deepStrictEqual(yield* announced({ serverRequests: { [Test.command]: () => Effect.never } }), no)
    })
  )
})
