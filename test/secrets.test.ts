import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Logger, Option, Redacted, References, Stream, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import { layer as appServerLayer } from "../src/AppServer.ts"
import * as Codex from "../src/Codex.ts"
import * as CodexClient from "../src/CodexClient.ts"
import { CodexError } from "../src/CodexError.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import * as Transport from "../src/Transport.ts"
import { TurnFailed } from "../src/internal/turn/turnErrors.ts"
import * as Peer from "./support/peer.ts"

const secret = "zq7sentinel"

/** Every way in which an error reaches a log or a screen. */
const faces = (error: unknown): ReadonlyArray<string> => [
  error instanceof Error ? error.message : "",
  error instanceof Error ? String(error.stack) : "",
  String(error),
  JSON.stringify(error) ?? "",
  inspect(error, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity }),
  Cause.pretty(Cause.fail(error)),
  Cause.pretty(Cause.die(error)),
  inspect(Exit.fail(error), { depth: Infinity })
]

/** The place of a text that must not appear. */
const found = (texts: ReadonlyArray<string>, words: ReadonlyArray<string> = [secret]): ReadonlyArray<string> =>
  texts.filter((text) => words.some((word) => text.includes(word)))

const assertClean = (error: unknown, words?: ReadonlyArray<string>) =>
  assert.deepStrictEqual(found(faces(error), words), [])

/** Runs the test, records every log line and span, and checks that none has a secret. */
const watched = Effect.fnUntraced(function* <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  words: ReadonlyArray<string> = [secret]
) {
  const lines: Array<string> = []
  const spans: Array<Tracer.NativeSpan> = []
  const logger = Logger.make((entry) => {
    lines.push(inspect(entry.message, { depth: Infinity }), Cause.pretty(entry.cause))
    lines.push(inspect(entry.fiber.getRef(References.CurrentLogAnnotations), { depth: Infinity }))
  })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const result = yield* effect.pipe(
    Effect.withTracer(tracer),
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "All")
  )
  const told = spans.flatMap(({ attributes, events, name, status }) => [
    name,
    inspect([...attributes], { depth: Infinity }),
    inspect(events, { depth: Infinity }),
    status._tag === "Ended" && Exit.isFailure(status.exit) ? Cause.pretty(status.exit.cause) : ""
  ])
  assert.deepStrictEqual(found([...lines, ...told], words), [])
  return { result, lines, spans }
})

/** A client after its handshake, and the peer at its other end. */
const connect = Effect.gen(function* () {
  const { peer, transport } = yield* Transport.makePair
  const making = yield* Effect.forkChild(
    CodexClient.make().pipe(Effect.provideService(Transport.Transport, transport)),
    { startImmediately: true }
  )
  yield* peer.send({ id: (yield* peer.receive).id, result: Peer.initializeResponse() })
  const client = yield* Fiber.join(making)
  yield* peer.receive
  return { client, peer }
})

describe("no error, span or log line holds a secret", () => {
  it.effect("if the server's rejection quotes it, in any sentence", () =>
    watched(
      Effect.gen(function* () {
        const { client, peer } = yield* connect
        const quotations = [
          secret,
          `Invalid request: invalid type: string "${secret}", expected u32`,
          `Invalid request: invalid type: string "${secret}\\", expected ${secret}", expected u32`,
          `Invalid request: invalid value: string "${secret}", expected a path`,
          `Invalid request: unknown variant \`${secret}\`, expected one of \`a\`, \`b\``,
          `Invalid request: unknown variant \`a\`${secret}\`, expected \`a\``,
          `Invalid request: unknown variant \`${secret}\`, expected one of \`initialize\``,
          `Invalid request: unknown field \`${secret}\``,
          `Invalid request: ${secret} is no path`,
          `failed to load configuration: Model provider \`${secret}\` not found`,
          `Invalid configuration: unknown variant \`${secret}\``,
          `thread not found: ${secret}`,
          `no rollout found for thread id ${secret}`,
          `session ${secret} is archived.`,
          `thread ${secret} already has an active writer`,
          `cannot steer ${secret}`,
          `codex account authentication required to read ${secret}`,
          `invalid thread id: ${secret}`,
          `No such file or directory ${secret} (os error 2)`
        ]
        for (const message of quotations) {
          for (const data of [undefined, { [secret]: secret }, { config_write_error_code: secret }]) {
            const call = yield* Effect.forkChild(client.request("thread/start", { cwd: secret }))
            const { id } = yield* peer.receive
            yield* peer.send({ id, error: { code: -32600, message, data } })
            assertClean(yield* Effect.flip(Fiber.join(call)))
          }
        }
      })
    )
  )

  it.effect("if an unreadable reply or notification contains it", () =>
    watched(
      Effect.gen(function* () {
        const { client, peer } = yield* connect
        const good = Peer.threadStartResponse("t")
        const replies = [
          secret,
          [secret],
          { [secret]: secret },
          { ...good, thread: { ...good.thread, createdAt: secret } },
          { ...good, thread: { ...good.thread, turns: [{ [secret]: secret }] } }
        ]
        for (const result of replies) {
          const call = yield* Effect.forkChild(client.request("thread/start", {}))
          yield* peer.send({ id: (yield* peer.receive).id, result })
          const error = yield* Effect.flip(Fiber.join(call))
          assert.strictEqual(error.reason._tag, "DecodeFailed")
          assertClean(error)
        }
        // Kept raw for the caller, and logged without its content.
        const call = yield* Effect.forkChild(client.request("thread/start", {}))
        const sandbox = { type: "readOnly", networkAccess: secret }
        yield* peer.send({ id: (yield* peer.receive).id, result: { ...good, sandbox } })
        assert.deepStrictEqual<unknown>((yield* Fiber.join(call)).sandbox, { type: "~unknown", raw: sandbox })
        const events = yield* client.subscribe
        yield* peer.send({
          method: "item/completed",
          params: { item: { type: "agentMessage", text: secret, id: [secret] } }
        })
        const event = Option.getOrThrow(yield* Stream.runHead(events))
        if (event.method !== "~unknown") return assert.fail(event.method)
        assertClean(Option.getOrThrow(event.error))
      }).pipe(Effect.scoped)
    )
  )

  it.effect(
    "if a call cannot be encoded, is not answered, or is cut off; and if lines, ids and requests are invalid",
    () =>
      watched(
        Effect.gen(function* () {
          const { client, peer } = yield* connect
          assertClean(yield* Effect.flip(client.requestRaw("a", { secret, big: 1n })))
          const slow = yield* Effect.forkChild(client.requestRaw("b", { secret }), { startImmediately: true })
          yield* TestClock.adjust("30 seconds")
          assertClean(yield* Effect.flip(Fiber.join(slow)))
          yield* peer.sendLine(`banner ${secret}`)
          yield* peer.sendLine(`{"secret":"${secret}`)
          yield* peer.send({ id: secret, result: secret })
          yield* peer.send({ id: [secret], method: secret, params: secret })
          yield* peer.send({ id: 1, method: "future/ask", params: { secret } })
          const cut = yield* Effect.forkChild(client.requestRaw("c", { secret }), { startImmediately: true })
          yield* peer.close({ _tag: "Exited", exitCode: 1, signal: null })
          assertClean(yield* Effect.flip(Fiber.join(cut)))
        })
      )
  )

  const process = (script: Peer.Script) => {
    const server = appServerLayer({
      command: Peer.command(script),
      env: { CODEX_TOKEN: Redacted.make(secret), OPENAI_API_KEY: `${secret}-plain` }
    })
    return CodexClient.layer().pipe(Layer.provideMerge(server), Layer.provide(NodeServices.layer))
  }
  const forms = ["Bearer zq8token.abc", "sk-zq8abcdefgh", "eyJzq8.eyJzq8.zq8"]
  const words = [secret, "zq8"]
  const complaint = Peer.stderr(`error: token ${secret} was refused; ${forms.join("; ")}\n`)

  it.live("if the process writes it to stderr and dies before the handshake", () =>
    watched(
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.scoped(Layer.build(process({ initialize: [complaint, Peer.exit(1)] }))))
        assert.include(error.message, "was refused")
        assertClean(error, words)
      }),
      words
    )
  )

  it.live("if the process writes it to stderr and dies during a call", () =>
    watched(
      Effect.gen(function* () {
        const client = yield* CodexClient.CodexClient
        const error = yield* Effect.flip(client.requestRaw("die", { secret }))
        assert.strictEqual(error.reason._tag, "ConnectionClosed")
        assertClean(error, words)
      }).pipe(Effect.provide(process({ on: { die: [complaint, Peer.write(`${secret}\n`), Peer.exit(1)] } }))),
      words
    )
  )

  it.live("if the real server rejects it as a parameter, a prompt, a key or a setting", () =>
    watched(
      Effect.gen(function* () {
        const client = yield* CodexClient.CodexClient
        const { thread } = yield* client.request("thread/start", {})
        const long = `${secret}${"x".repeat(2 ** 20)}`
        const calls: ReadonlyArray<readonly [string, unknown]> = [
          ["thread/start", { cwd: { [secret]: secret } }],
          ["thread/start", { sandbox: secret }],
          ["thread/start", { sandbox: `a\`${secret}` }],
          ["thread/start", { ephemeral: secret }],
          ["thread/start", { modelProvider: secret }],
          ["thread/start", { config: { sandbox_mode: secret } }],
          ["thread/start", { config: { model_providers: { [secret]: secret } } }],
          ["thread/resume", { threadId: secret }],
          ["turn/start", { threadId: thread.id, input: [{ type: secret, text: secret }] }],
          ["turn/start", { threadId: thread.id, input: [{ type: "text", text: long }] }],
          ["turn/start", { threadId: thread.id, input: secret }],
          ["account/login/start", { type: secret }],
          ["account/login/start", { type: "apiKey", apiKey: [secret] }],
          ["account/login/start", { type: "chatgptAuthTokens", accessToken: secret, chatgptAccountId: secret }],
          ["config/value/write", { keyPath: "sandbox_mode", value: secret, mergeStrategy: "replace" }],
          ["fs/readFile", { path: `/${secret}` }],
          ["fs/readFile", { path: secret }]
        ]
        for (const [method, params] of calls) assertClean(yield* Effect.flip(client.requestRaw(method, params)))
      }).pipe(Effect.provide(CodexTest.layer()))
    )
  )

  it.live("if a turn fails, and the model provider quotes it", () =>
    watched(
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const model = yield* MockModel.MockModel
        yield* model.enqueue(MockModel.status(400, { error: { message: secret } }))
        const thread = yield* codex.startThread()
        const error = yield* Effect.flip(thread.run(secret))
        assert.instanceOf(error, TurnFailed)
        assertClean(error)
        // The program can read all of it.
        const { result } = error
        assert.include(Option.getOrThrow(result.error).message, secret)
        assert.include(JSON.stringify(result.items), secret)
        yield* Effect.logError("the turn failed", error)
      }).pipe(Effect.provide(CodexTest.layer()))
    )
  )

  it.live("if a setting makes the process fail to start, and a variable has the secret, too", () =>
    watched(
      Effect.gen(function* () {
        const env = { CODEX_TOKEN: Redacted.make(secret) }
        const layers = [
          CodexTest.layer({ codex: { env, config: { sandbox_mode: secret } } }),
          CodexTest.layer({ codex: { env, config: { model_providers: { x: secret } } } }),
          CodexTest.layer({ codex: { env, config: { a: { token: secret, b: Number.NaN } } } }),
          CodexTest.layer({ codex: { env, executable: "/no/such/file" } })
        ]
        for (const layer of layers) {
          const error = yield* Effect.flip(Effect.scoped(Layer.build(layer)))
          assert.instanceOf(error, CodexError)
          assertClean(error)
        }
      })
    )
  )
})
