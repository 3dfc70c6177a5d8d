/**
 * Secrets in the output of a server: in errors, in unreadable replies and notifications, in odd messages, from a server
 * in memory. The stderr of a process is in `masked.ts`.
 */
import { assert } from "@effect/vitest"
import { Effect, Exit, Fiber, Option, Redacted, Schema, Stream } from "effect"
import { CodexError } from "../../../src/CodexError.ts"
import { TurnFailed } from "../../../src/internal/turn/turnErrors.ts"
import { watched } from "../../support/watched.ts"
import * as Peer from "../../support/peer.ts"
import * as Test from "../../serverRequests/support.ts"
import * as Turns from "../../turn/support.ts"
import { assertAbsent, group, word } from "../support/attack.ts"
import { errorFaces } from "../support/secretFaces.ts"

/**
 * How the server quotes a rejected value. Names of fields and methods and the ids of turns are not here: they belong to
 * the protocol, and are shown.
 */
const quotations = (secret: string): ReadonlyArray<string> => [
  secret,
  `Invalid request: invalid type: string "${secret}", expected u32`,
  `Invalid request: invalid type: string "${secret}\\", expected ${secret}", expected u32`,
  `Invalid request: invalid value: string "${secret}", expected a path`,
  `Invalid request: unknown variant \`${secret}\`, expected one of \`a\`, \`b\``,
  `Invalid request: unknown variant \`a\`${secret}\`, expected \`a\``,
  `Invalid request: unknown field \`${secret}\``,
  `failed to load configuration: Model provider \`${secret}\` not found`,
  `Invalid configuration: unknown variant \`${secret}\``,
  `thread not found: ${secret}`,
  `no rollout found for thread id ${secret}`,
  `session ${secret} is archived.`,
  `thread ${secret} already has an active writer`,
  `cannot steer ${secret}`,
  `thread/${secret} is not supported yet`,
  `invalid thread id: ${secret}`,
  `No such file or directory ${secret} (os error 2)`,
  `Server overloaded ${secret}`,
  `Not initialized ${secret}`
]

/** Rejects a call with each of the errors, and checks that no failure, log line or span has the secret. */
const assertRefusals = Effect.fnUntraced(function* (secret: string, errors: ReadonlyArray<unknown>) {
  const { texts } = yield* watched(() =>
    Effect.gen(function* () {
      const { client, peer } = yield* Test.played()
      for (const error of errors) {
        const call = yield* Test.background(client.request("thread/start", { cwd: secret }))
        yield* peer.send({ id: (yield* peer.receive).id, error })
        assertAbsent(errorFaces(yield* Effect.flip(Fiber.join(call))), [secret])
      }
    })
  )
  assertAbsent(texts, [secret])
})

export const scenarios = group("secrets", [
  {
    name: "error-of-refusals",
    title: "The server's refusal quotes a secret, in each of its words and in its data",
    expected: "no error, log line or span holds it",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        yield* assertRefusals(
          secret,
          quotations(secret).map((message) => ({
            message,
            code: seeded.pick([-32600, -32601, -32603, -32001, 0]),
            data: seeded.pick<unknown>([
              undefined,
              secret,
              { [secret]: secret },
              { config_write_error_code: secret },
              [secret]
            ])
          }))
        )
      })
  },
  {
    name: "error-of-odd-refusals",
    title: "The error of a rejection lacks its code or message, or is not an object, and holds a secret",
    expected: "the call fails, and nothing holds the secret",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const errors: ReadonlyArray<unknown> = [
          secret,
          [secret],
          1,
          true,
          {},
          { message: [secret] },
          { code: secret },
          { code: {}, message: secret },
          { message: { [secret]: secret } }
        ]
        yield* assertRefusals(secret, errors)
      })
  },
  {
    name: "error-of-replies",
    title: "A reply that can't be read holds a secret, as a value, a key or an item",
    expected: "the call fails and says where; nothing holds the secret",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const good = Peer.threadStartResponse("t")
        const replies: ReadonlyArray<unknown> = [
          secret,
          [secret],
          { [secret]: secret },
          { ...good, thread: secret },
          { ...good, thread: { ...good.thread, createdAt: secret } },
          { ...good, cwd: { [secret]: secret } },
          { ...good, thread: { ...good.thread, environments: [{ [secret]: secret }] } }
        ]
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            const { client, peer } = yield* Test.played()
            for (const result of replies) {
              const call = yield* Test.background(client.request("thread/start", {}))
              yield* peer.send({ id: (yield* peer.receive).id, result })
              const error = yield* Effect.flip(Fiber.join(call))
              assert.strictEqual(error.reason._tag, "DecodeFailed")
              assertAbsent(errorFaces(error), [secret])
            }
          })
        )
        assertAbsent(texts, [secret])
      })
  },
  {
    name: "error-of-notifications",
    title: "A notification that can't be read holds a secret",
    expected: "it is delivered as unknown, and its error and the log hold nothing of it",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            const { client, peer } = yield* Test.played()
            const events = yield* client.subscribe
            const all: ReadonlyArray<object> = [
              { method: "item/completed", params: { item: { type: "agentMessage", text: secret, id: [secret] } } },
              { method: "turn/completed", params: { [secret]: secret } },
              { method: "thread/started", params: secret },
              { method: "item/agentMessage/delta", params: [secret] },
              { method: "account/updated", params: { authMode: { [secret]: secret } } }
            ]
            for (const message of all) yield* peer.send(message)
            const seen = yield* Stream.runCollect(Stream.take(events, all.length))
            for (const event of seen) {
              if (event.method !== "~unknown") return assert.fail(event.method)
              assertAbsent(errorFaces(Option.getOrThrow(event.error)), [secret])
            }
          }).pipe(Effect.scoped)
        )
        assertAbsent(texts, [secret])
      })
  },
  {
    name: "error-of-odd-messages",
    title: "Lines, ids and methods of no meaning hold a secret",
    expected: "nothing of them is in a log line, a span or an error",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            const { client, peer, settle } = yield* Test.played()
            yield* peer.sendLine(`banner ${secret}`)
            yield* peer.sendLine(`{"secret":"${secret}`)
            yield* peer.sendLine(JSON.stringify(secret))
            yield* peer.sendLine(JSON.stringify([secret, { method: secret }]))
            yield* peer.send({ id: secret, result: secret })
            yield* peer.send({ id: [secret], method: "x", params: secret })
            yield* peer.send({ id: 1, method: "future/ask", params: { secret } })
            yield* peer.send({ id: 2, method: Test.command, params: { secret, command: [secret] } })
            yield* peer.send({ jsonrpc: secret, params: secret })
            yield* settle
            const cut = yield* Test.background(client.requestRaw("c", { secret }))
            yield* peer.close({ _tag: "Exited", exitCode: 1, signal: null })
            assertAbsent(errorFaces(yield* Effect.flip(Fiber.join(cut))), [secret])
          })
        )
        assertAbsent(texts, [secret])
      })
  },
  {
    name: "error-of-own-params",
    title: "A call of this program with a secret can't be encoded, is refused here, or has options that make no sense",
    expected: "no error holds it",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const { client } = yield* Test.played()
        const circle: { self?: unknown; secret: string } = { secret }
        circle.self = circle
        const throwing = {
          toJSON: () => {
            throw new Error(secret)
          }
        }
        for (const params of [{ secret, big: 1n }, circle, throwing, { [secret]: () => 1, big: 1n }]) {
          assertAbsent(errorFaces(yield* Effect.flip(client.requestRaw("a", params))), [secret])
        }
        // Type boundary: what a program in JavaScript can pass.
        const options = { [`${secret}`]: secret } as object
        const error = yield* Effect.exit(client.requestRaw("a", {}, options))
        assert.isTrue(Exit.isFailure(error))
      })
  },
  {
    name: "error-of-api-keys",
    title: "An API key has line breaks or letters outside of ASCII, or is not a string",
    expected: "it is refused here, and no error holds it",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const { codex, methods } = yield* Turns.connect()
        const keys: ReadonlyArray<unknown> = [
          `${secret}\n${secret}`,
          `${secret}\r`,
          `${secret}ä`,
          secret,
          { secret },
          [secret],
          ` `,
          ""
        ]
        for (const key of keys) {
          // Type boundary: a JavaScript program passes a plain string.
          const given = (key === secret ? secret : Redacted.make(key)) as Parameters<typeof codex.loginApiKey>[0]
          const exit = yield* Effect.exit(codex.loginApiKey(given))
          assert.isTrue(Exit.isFailure(exit), String(keys.indexOf(key)))
          assertAbsent(errorFaces(exit), [secret])
        }
        assert.deepStrictEqual(methods(), [])
      })
  },
  {
    name: "error-sent-as-json",
    title:
      "Errors with a secret in the words of the server, the model and the prompt are sent to a client of an `HttpApi` or `Rpc`",
    expected: "their JSON has none of it, and what is read of it at the other end has none of it",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const { client, peer } = yield* Test.played()
        const sent = Schema.toCodecJson(CodexError)
        for (const message of quotations(secret)) {
          const call = yield* Test.background(client.request("thread/start", { cwd: secret }))
          yield* peer.send({
            id: (yield* peer.receive).id,
            error: { code: -32600, message, data: { [secret]: secret } }
          })
          const json = JSON.stringify(yield* Schema.encodeEffect(sent)(yield* Effect.flip(Fiber.join(call))))
          assertAbsent([json], [secret])
          assertAbsent(errorFaces(yield* Schema.decodeUnknownEffect(sent)(JSON.parse(json))), [secret])
        }
        const server = yield* Turns.connect()
        const thread = yield* server.thread
        const running = yield* Test.background(Effect.flip(thread.run(secret)))
        yield* server.accept("turn-1")
        const ids = { threadId: thread.id, turnId: "turn-1" }
        yield* server.notifyAll(Peer.turnEvents({ ...ids, text: secret, status: "failed", error: { message: secret } }))
        const failure = yield* Fiber.join(running)
        assert.instanceOf(failure, TurnFailed)
        assertAbsent([JSON.stringify(yield* Schema.encodeEffect(Schema.toCodecJson(TurnFailed))(failure))], [secret])
      }).pipe(Effect.scoped)
  },
  {
    name: "error-of-login",
    title: "A login in the browser or by a code fails, and the issuer's words hold a secret and escape sequences",
    expected: "the error has none of the words; they can be asked for",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const words = [
          secret,
          `Sign-in failed: ${secret}\u001b[2J`,
          `access_denied ${secret}`,
          `timed out ${secret}`,
          `login cancelled ${secret}`
        ]
        for (const error of words) {
          const server = yield* Turns.connect()
          const opening = yield* Test.background(server.codex.loginChatgptDeviceCode())
          const reply = {
            type: "chatgptDeviceCode",
            loginId: "login-1",
            userCode: "AAAA",
            verificationUrl: "https://x.example"
          }
          yield* server.reply(yield* server.next("account/login/start"), reply)
          const login = yield* Fiber.join(opening)
          yield* server.notify("account/login/completed", { loginId: "login-1", success: false, error })
          const failure = yield* Effect.flip(login.wait)
          assertAbsent(errorFaces(failure), [secret, "\u001b"])
        }
      }).pipe(Effect.scoped)
  },
  {
    name: "error-of-token-refresh",
    title: "The handler that renews tokens fails, dies or gives a wrong token, with the token in its error",
    expected: "the request is refused, and no log line holds the token",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const method = "account/chatgptAuthTokens/refresh"
        const handlers = [
          Effect.fail(new Error(secret)),
          Effect.die(new Error(secret)),
          Effect.fail({ [secret]: secret }),
          Effect.succeed({ accessToken: secret, chatgptAccountId: "other" }),
          // Type boundary: what a program in JavaScript can give.
          Effect.succeed(secret as never)
        ]
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            for (const handler of handlers) {
              const { ask, peer } = yield* Test.played({ serverRequests: { [method]: () => handler } })
              yield* ask(1, method, { reason: "unauthorized", previousAccountId: "mine" })
              assert.isDefined((yield* peer.receive)["error"])
            }
          })
        )
        assertAbsent(texts, [secret])
      })
  }
])
