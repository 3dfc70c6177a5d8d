/**
 * No key and no token gets out: not into logs of any level, spans, errors, events, or what `inspect` shows of the values that a program holds.
 */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Logger, Redacted, References, Stream, Tracer } from "effect"
import { inspect } from "node:util"
import * as Account from "../../src/Account.ts"
import { AppServer } from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { account, withIssuer } from "./support.ts"

const deep = (value: unknown) => inspect(value, { depth: 20, maxStringLength: Infinity, maxArrayLength: Infinity })

const faces = (value: unknown): ReadonlyArray<string> => [
  deep(value),
  String(value),
  JSON.stringify(value) ?? "",
  ...(value instanceof Error ? [value.message, String(value.stack), Cause.pretty(Cause.fail(value))] : [])
]

/** Runs an effect with everything kept that it logs and traces; adds what `keep` was given. */
const watched = Effect.fnUntraced(function* <A, E, R>(
  effect: (keep: (value: unknown) => void) => Effect.Effect<A, E, R>
) {
  const texts: Array<string> = []
  const spans: Array<Tracer.NativeSpan> = []
  const logger = Logger.make((entry) => {
    texts.push(deep(entry.message), Cause.pretty(entry.cause))
    texts.push(deep(entry.fiber.getRef(References.CurrentLogAnnotations)))
  })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  yield* effect((value) => void texts.push(...faces(value))).pipe(
    Effect.withTracer(tracer),
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "All")
  )
  const told = spans.flatMap(({ attributes, events, name, status }) => [
    name,
    deep([...attributes]),
    deep(events),
    status._tag === "Ended" && Exit.isFailure(status.exit) ? Cause.pretty(status.exit.cause) : ""
  ])
  return { texts: [...texts, ...told], spans: spans.map(({ name }) => name) }
})

describe("no key or token gets out", () => {
  it.live("of any login, of a refresh, of its failure, and of what is refused", () =>
    Effect.gen(function* () {
      const sentinel = "sk-zq7sentinel"
      const marks = ["zq7device", "zq7external", "zq7renewed"]
      const { spans, texts } = yield* watched((keep) =>
        withIssuer(
          Effect.gen(function* () {
            const codex = yield* account
            const issuer = yield* LoginIssuer.LoginIssuer
            const model = yield* MockModel.MockModel
            const events = yield* (yield* Codex.Codex).notifications.pipe(
              Stream.runForEach((event) => Effect.sync(() => keep(event))),
              Effect.forkChild({ startImmediately: true })
            )
            const stderr = yield* (yield* AppServer).stderr.pipe(
              Stream.runForEach((line) => Effect.sync(() => keep(line))),
              Effect.forkChild({ startImmediately: true })
            )
            const run = Effect.flatMap(Codex.Codex, (codex) =>
              Effect.flatMap(codex.startThread(), (thread) => thread.run("hi"))
            )
            const unauthorized = MockModel.status(401, { error: { message: "no" } })

            yield* codex.loginApiKey(Redacted.make(sentinel))
            keep(yield* codex.account())
            yield* model.enqueue(unauthorized, MockModel.reply("yes"))
            keep(yield* Effect.flip(run))
            keep(yield* run)
            yield* codex.logout

            const login = yield* codex.loginChatgptDeviceCode()
            keep(login)
            yield* login.wait
            keep(login)
            keep(yield* codex.account({ refreshToken: true }))
            keep(yield* codex.rateLimits)
            yield* codex.logout

            const renewed = issuer.tokens({ mark: "zq7renewed" })
            keep(renewed)
            yield* codex.loginChatgptAuthTokens(issuer.tokens({ mark: "zq7external" }), Effect.succeed(renewed))
            yield* model.enqueue(unauthorized, MockModel.reply("yes"))
            keep(yield* run)
            for (const refresh of [Effect.fail(sentinel), Effect.die(new Error(sentinel))]) {
              yield* codex.loginChatgptAuthTokens(renewed, refresh)
              yield* model.enqueue(unauthorized)
              keep(yield* Effect.flip(run))
            }
            keep(yield* Effect.flip(codex.loginApiKey(Redacted.make(sentinel))))
            yield* codex.logout

            keep(yield* Effect.flip(codex.loginApiKey(Redacted.make(`${sentinel}\n`))))
            const noJwt = { accessToken: Redacted.make(`a.${sentinel}.c`), chatgptAccountId: "account-1" }
            keep(yield* Effect.flip(codex.loginChatgptAuthTokens(noJwt)))
            keep(yield* Effect.flip(codex.loginChatgptAuthTokens({ ...noJwt, accessToken: Redacted.make(sentinel) })))
            keep(yield* (yield* AppServer).stderrTail)
            yield* Fiber.interrupt(events)
            yield* Fiber.interrupt(stderr)
          }),
          { mark: "zq7device" }
        )
      )
      // The tokens hold their marks as base64.
      const words = [
        sentinel,
        ...marks.flatMap((mark) => [mark, Buffer.from(`signature ${mark}`).toString("base64url")])
      ]
      assert.deepStrictEqual(
        texts.filter((text) => words.some((word) => text.includes(word))),
        []
      )
      // It was watched at all.
      assert.includeMembers(spans, ["Codex.loginApiKey", "account/login/start", "Codex.refreshTokens"])
      assert.isTrue(texts.some((text) => text.includes("account/updated")))
      assert.isTrue(texts.some((text) => text.includes("The refresh of external tokens failed")))
    })
  )

  it("of what an issuer says, in the error that a login fails with", () => {
    const error = new Account.LoginFailed({
      loginId: "one",
      reason: new Account.Denied(),
      serverMessage: Redacted.make("zq7words")
    })
    assert.deepStrictEqual(
      faces(error).filter((text) => text.includes("zq7words")),
      []
    )
    assert.include(error.message, "denied")
  })
})
