/**
 * Errors of this package as the errors of an `HttpApi` and of an `Rpc`: failures of the real binary that contain a
 * secret, sent by a server and decoded by its client.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Schema } from "effect"
import { FetchHttpClient, HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiBuilder, HttpApiClient, HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Rpc, RpcClient, RpcGroup, RpcSerialization, RpcServer } from "effect/rpc"
import { inspect } from "node:util"
import { Codex } from "../src/Codex.ts"
import { CodexError } from "../src/CodexError.ts"
import { StructuredOutputInvalid } from "../src/StructuredOutput.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import {
  EventsOverflowed,
  TurnFailed,
  TurnInterrupted,
  TurnStalled,
  TurnTimedOut
} from "../src/internal/turn/turnErrors.ts"

const secret = "sk-proj-zq7sentinel"

const Failure = Schema.Union([
  CodexError,
  TurnFailed,
  TurnInterrupted,
  TurnStalled,
  TurnTimedOut,
  EventsOverflowed,
  StructuredOutputInvalid
])

type Failure = typeof Failure.Type

/** Four failures of the real binary, by the name of the request. */
const ask = Effect.fnUntraced(function* (what: string) {
  const codex = yield* Codex
  const model = yield* MockModel.MockModel
  const thread = yield* codex.startThread()
  switch (what) {
    case "a refused call":
      return yield* codex.request("thread/resume", { threadId: secret })
    case "a failed turn":
      yield* model.enqueue(MockModel.status(400, { error: { message: `Incorrect API key provided: ${secret}` } }))
      return yield* thread.run(`my key is ${secret}`)
    case "a turn that takes too long":
      yield* model.enqueue(MockModel.hold(MockModel.reply(secret), yield* MockModel.gate))
      return yield* thread.run(secret, { maxDuration: "300 millis" })
    default:
      yield* model.enqueue(MockModel.reply(`{ "a": "${secret}" }`))
      return yield* thread.runAs(Schema.Struct({ a: Schema.Number }), secret)
  }
})

const asked = ["a refused call", "a failed turn", "a turn that takes too long", "an answer that doesn't fit"]

/** A server without a socket, as `fetch`, and all that it sent. */
const serve = <E>(routes: Layer.Layer<never, E, HttpRouter.HttpRouter>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const { dispose, handler } = HttpRouter.toWebHandler(routes, { disableLogger: true })
      const sent: Array<string> = []
      const fetch: typeof globalThis.fetch = async (input, init) => {
        const response = await handler(new Request(input, init))
        sent.push(Buffer.from(await response.clone().arrayBuffer()).toString("latin1"))
        return response
      }
      return {
        client: Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch)),
        dispose,
        sent
      }
    }),
    ({ dispose }) => Effect.promise(dispose)
  )

/** Requests each failure directly and over the server. */
const compare = Effect.fnUntraced(function* <R>(
  there: (what: string) => Effect.Effect<string, Failure, R>,
  sent: ReadonlyArray<string>
) {
  const failures: Array<Failure> = []
  for (const what of asked) {
    const local = yield* Effect.flip(ask(what))
    const remote = yield* Effect.flip(there(what))
    failures.push(remote)
    assert.strictEqual(remote.constructor, local.constructor, what)
    assert.strictEqual(remote.message, local.message, what)
    assert.strictEqual(remote.isRetryable, local.isRetryable, what)
    if ("result" in remote && "result" in local) {
      const counted = [remote.collected.items, remote.collected.unfinishedItems]
      assert.deepStrictEqual(counted, [local.collected.items, local.collected.unfinishedItems], what)
      assert.strictEqual(remote.result.status, local.result.status, what)
      assert.notInclude(inspect(remote.result, { depth: Infinity }), secret, what)
      assert.deepStrictEqual(remote.result.finalResponse, Option.none(), what)
    }
  }
  assert.lengthOf(sent, asked.length)
  assert.deepStrictEqual(
    sent.filter((text) => text.includes("zq7sentinel")),
    []
  )
  return failures
})

const tags = ["CodexError", "TurnFailed", "TurnTimedOut", "StructuredOutputInvalid"]

describe("errors that are sent", () => {
  const api = HttpApi.make("api").add(
    HttpApiGroup.make("turns").add(
      HttpApiEndpoint.get("run", "/run", { query: { what: Schema.String }, success: Schema.String, error: Failure })
    )
  )

  it.live("keep their fields over an HttpApi, and lose messages of the server", () =>
    Effect.gen(function* () {
      const context = yield* Effect.context<Codex | MockModel.MockModel>()
      const turns = HttpApiBuilder.group(api, "turns", (handlers) =>
        handlers.handle("run", ({ query }) => Effect.as(Effect.provide(ask(query.what), context), "done"))
      )
      const { client, sent } = yield* serve(
        HttpApiBuilder.layer(api).pipe(Layer.provide(turns), Layer.provide(HttpServer.layerServices))
      )
      const http = yield* Effect.provide(HttpApiClient.make(api, { baseUrl: "http://localhost" }), client)
      const failures = yield* compare(
        (what) =>
          http.turns
            .run({ query: { what } })
            .pipe(Effect.catchTags({ HttpClientError: Effect.die, SchemaError: Effect.die })),
        sent
      )
      assert.deepStrictEqual(
        failures.map(({ _tag }) => _tag),
        tags
      )
    }).pipe(Effect.scoped, Effect.provide(CodexTest.layer()))
  )

  it("are in the OpenAPI document of an HttpApi", () => {
    const text = JSON.stringify(OpenApi.fromApi(api))
    for (const tag of tags) assert.include(text, tag)
  })

  it.live("keep their fields in the exit of a workflow, and lose messages of the server", () =>
    Effect.gen(function* () {
      const codec = Schema.toCodecJson(Schema.Exit(Schema.String, Failure, Schema.Defect()))
      const sent: Array<string> = []
      const context = yield* Effect.context<Codex | MockModel.MockModel>()
      const stored = Effect.fnUntraced(function* (what: string) {
        const exit = yield* Effect.exit(Effect.as(Effect.provide(ask(what), context), "done"))
        sent.push(JSON.stringify(yield* Effect.orDie(Schema.encodeEffect(codec)(exit))))
        return yield* yield* Effect.orDie(Schema.decodeUnknownEffect(codec)(JSON.parse(sent.at(-1) ?? "")))
      })
      const failures = yield* compare(stored, sent)
      assert.deepStrictEqual(
        failures.map(({ _tag }) => _tag),
        tags
      )
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  class Turns extends RpcGroup.make(
    Rpc.make("run", { payload: { what: Schema.String }, success: Schema.String, error: Failure })
  ) {}

  for (const [name, serialization] of [
    ["NDJSON", RpcSerialization.layerNdjson],
    ["binary", RpcSerialization.layerSchemaBinary()]
  ] as const) {
    it.live(`keep their fields over an Rpc in ${name}, and lose messages of the server`, () =>
      Effect.gen(function* () {
        const context = yield* Effect.context<Codex | MockModel.MockModel>()
        const handlers = Turns.toLayer({ run: ({ what }) => Effect.as(Effect.provide(ask(what), context), "done") })
        const { client, sent } = yield* serve(
          RpcServer.layerHttp({ group: Turns, path: "/rpc", protocol: "http" }).pipe(
            Layer.provide(handlers),
            Layer.provide(serialization)
          )
        )
        const protocol = RpcClient.layerProtocolHttp({ url: "http://localhost/rpc" })
        const rpc = yield* RpcClient.make(Turns).pipe(
          Effect.provide(protocol.pipe(Layer.provide(serialization), Layer.provide(client)))
        )
        const failures = yield* compare(
          (what) => rpc.run({ what }).pipe(Effect.catchTag("RpcClientError", Effect.die)),
          sent
        )
        assert.deepStrictEqual(
          failures.map(({ _tag }) => _tag),
          tags
        )
      }).pipe(Effect.scoped, Effect.provide(CodexTest.layer()))
    )
  }
})
