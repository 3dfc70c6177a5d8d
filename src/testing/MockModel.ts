/**
 * A scripted model for the app-server: an OpenAI Responses API server on a loopback port, while its scope is open.
 *
 * Use it in tests, or to try things out without an account. It is not a fake app-server: the real binary runs, and
 * only the model behind it is scripted. It is not a model either: it ignores prompts unless your responder reads
 * them, and it does not validate schemas.
 *
 * Needs the optional peer `@effect/platform-node`.
 *
 * **Example** (Running one turn)
 *
 * ```ts
 * import { assert } from "@effect/vitest"
 * import { Effect } from "effect"
 * import { Codex } from "effect-codex"
 * import { CodexTest, MockModel } from "effect-codex/testing"
 *
 * const program = Effect.gen(function* () {
 *   const model = yield* MockModel.MockModel
 *   yield* model.enqueue(MockModel.reply("hello"))
 *   const codex = yield* Codex.Codex
 *   const thread = yield* codex.startThread()
 *   yield* thread.run("hi")
 *   const [request] = yield* model.received(1)
 *   assert.strictEqual(request?.lastUserText, "hi")
 * }).pipe(Effect.provide(CodexTest.layer()))
 * ```
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { mockMistakes } from "../internal/errors/turnReasons.ts"
import * as loopback from "./loopback.ts"
import { codexConfig, configToml, type ConfigOptions, type ConfigValue } from "./modelConfig.ts"
import { ModelRequest, parseJson } from "./modelRequest.ts"
import { guardian, reply, status, toReply } from "./modelReplies.ts"
import { respond } from "./modelResponse.ts"
import type { Reply, Responder, Script, StatusReply } from "./modelScript.ts"

export { codexConfig, configToml } from "./modelConfig.ts"
export type { ConfigOptions, ConfigValue } from "./modelConfig.ts"
export { ModelRequest } from "./modelRequest.ts"
export type { JsonObject } from "./modelRequest.ts"
export * from "./modelItems.ts"
export * from "./modelReplies.ts"
export type * from "./modelScript.ts"

/**
 * Options of a mock model.
 *
 * @category options
 * @since 0.169.0
 */
export interface Options {
  /**
   * Answers a request when its queue is empty. Default: HTTP 400.
   *
   * Then the turn fails with a message that explains this, and a warning is logged.
   */
  readonly fallback?: Responder | undefined
}

/**
 * A scripted model.
 *
 * **Details**
 *
 * Each request takes one reply, first in, first out, in the order in which requests arrive. A request of a sub-agent
 * (with an `x-openai-subagent` header) first takes replies from the queue of that name. Then the kind of the request
 * decides:
 *
 * - `guardian`, the reviewer of `autoReview`: never uses another queue. If its queue is empty, it allows.
 * - requests that write memories: never use another queue. If their queue is empty, they get an empty message.
 * - all others, such as `review` and compaction: use the main queue.
 *
 * **Example** (Queueing replies)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { MockModel } from "effect-codex/testing"
 *
 * const program = Effect.gen(function* () {
 *   const model = yield* MockModel.MockModel
 *   yield* model.enqueue(MockModel.reply("first"), MockModel.status(503), MockModel.reply("second"))
 *   return yield* model.remaining
 * })
 * ```
 *
 * @category services
 * @since 0.169.0
 */
export interface MockModel {
  /** The `base_url` of a model provider: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string
  /** Adds replies to the main queue. */
  readonly enqueue: (...scripts: ReadonlyArray<Script>) => Effect.Effect<void>
  /** Adds replies to the queue of a sub-agent: `"guardian"`, `"collab_spawn"` and others. */
  readonly enqueueFor: (subagent: string, ...scripts: ReadonlyArray<Script>) => Effect.Effect<void>
  /** How many replies are still queued, in all queues. */
  readonly remaining: Effect.Effect<number>
  /** The model requests so far, oldest first, without those of the guardian and of memories. */
  readonly requests: Effect.Effect<ReadonlyArray<ModelRequest>>
  /** The model requests of one sub-agent so far. */
  readonly requestsFor: (subagent: string) => Effect.Effect<ReadonlyArray<ModelRequest>>
  /** Every HTTP request so far, including the guardian's, `GET /models` and unknown paths. */
  readonly log: Effect.Effect<ReadonlyArray<ModelRequest>>
  /**
   * Waits until `requests` contains `n` requests, and returns the first `n`.
   *
   * It does not poll. It never ends if the requests do not arrive.
   */
  readonly received: (n: number) => Effect.Effect<ReadonlyArray<ModelRequest>>
  /** Waits like `received`, for the requests of one sub-agent. */
  readonly receivedFor: (subagent: string, n: number) => Effect.Effect<ReadonlyArray<ModelRequest>>
  /** Waits until no request is being answered: every stream has ended or its reader has disconnected. */
  readonly idle: Effect.Effect<void>
  /** Returns the content of a `config.toml` for a home that uses this model. */
  readonly configToml: (options?: ConfigOptions) => string
  /** Returns the same configuration as an object, without `extra`. */
  readonly codexConfig: (options?: ConfigOptions) => { readonly [key: string]: ConfigValue }
}

/**
 * The `MockModel` service: `yield* MockModel` returns the model that a layer provides.
 *
 * @category services
 * @since 0.169.0
 */
export const MockModel: Context.Service<MockModel, MockModel> = /*#__PURE__*/ Context.Service<MockModel, MockModel>(
  "effect-codex/testing/MockModel"
)

/**
 * Starts a mock model that stops when the scope closes.
 *
 * **Details**
 *
 * Closing the scope breaks open streams, including those held at a gate, and closes idle connections. It does not
 * wait. A port that cannot be bound is a defect.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<MockModel, never, Scope.Scope> {
  const queues = new Map<string, Array<Reply>>()
  const log = yield* SubscriptionRef.make<ReadonlyArray<ModelRequest>>([])
  const active = yield* SubscriptionRef.make(0)
  let serial = 0

  const enqueueFor = (name: string, scripts: ReadonlyArray<Script>) =>
    Effect.sync(() => {
      const queue = queues.get(name) ?? []
      queue.push(...scripts.map(toReply))
      queues.set(name, queue)
    })

  const next = (request: ModelRequest): Reply => {
    const { subagent } = request
    const own = subagent === undefined ? undefined : queues.get(subagent)?.shift()
    if (own !== undefined) return own
    if (subagent === "guardian") return guardian("allow")
    if (isBackground(request)) return reply("")
    return queues.get(MAIN)?.shift() ?? { _tag: "DynamicReply", respond: options.fallback ?? nothingQueued }
  }

  const handler = Effect.gen(function* () {
    yield* Effect.acquireRelease(
      SubscriptionRef.update(active, (n) => n + 1),
      () => SubscriptionRef.update(active, (n) => n - 1)
    )
    const incoming = yield* HttpServerRequest.HttpServerRequest
    const text = yield* Effect.orDie(incoming.text)
    const request = new ModelRequest({
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      body: text === "" ? undefined : parseJson(text)
    })
    if (!isModelRequest(request)) {
      yield* SubscriptionRef.update(log, (all) => [...all, request])
      const { method, path } = request
      return pathOf(request).endsWith("/models")
        ? HttpServerResponse.jsonUnsafe(MODELS)
        : HttpServerResponse.jsonUnsafe(
            { error: { message: `MockModel does not implement ${method} ${path}` } },
            { status: 404 }
          )
    }
    // One step, so that the log has the order in which replies were taken.
    const [answer, number] = yield* SubscriptionRef.modify(log, (all) => [
      [next(request), ++serial] as const,
      [...all, request]
    ])
    return yield* respond(answer, request, number)
  })

  const url = yield* loopback.serve(handler)

  const select = (keep: (request: ModelRequest) => boolean) =>
    Effect.map(SubscriptionRef.get(log), (all) => all.filter(keep))
  const wait = (n: number, keep: (request: ModelRequest) => boolean) =>
    SubscriptionRef.changes(log).pipe(
      Stream.map((all) => all.filter(keep).slice(0, n)),
      Stream.filter((found) => found.length >= n),
      Stream.runHead,
      Effect.map(Option.getOrElse((): ReadonlyArray<ModelRequest> => []))
    )
  const baseUrl = `${url}/v1`

  return MockModel.of({
    baseUrl,
    enqueue: (...scripts) => enqueueFor(MAIN, scripts),
    enqueueFor: (subagent, ...scripts) => enqueueFor(subagent, scripts),
    remaining: Effect.sync(() => [...queues.values()].reduce((sum, queue) => sum + queue.length, 0)),
    requests: select(isOwnRequest),
    requestsFor: (subagent) => select(isRequestOf(subagent)),
    log: SubscriptionRef.get(log),
    received: (n) => wait(n, isOwnRequest),
    receivedFor: (subagent, n) => wait(n, isRequestOf(subagent)),
    idle: SubscriptionRef.changes(active).pipe(
      Stream.filter((n) => n === 0),
      Stream.runHead,
      Effect.asVoid
    ),
    configToml: (config) => configToml(baseUrl, config),
    codexConfig: (config) => codexConfig(baseUrl, config)
  })
})

/**
 * Provides a mock model.
 *
 * **Example** (Answering every turn)
 *
 * ```ts
 * import { MockModel } from "effect-codex/testing"
 *
 * const layer = MockModel.layer({
 *   fallback: (request) => MockModel.reply(`You said: ${request.lastUserText ?? ""}`)
 * })
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (options?: Options): Layer.Layer<MockModel> => Layer.effect(MockModel, make(options))

// internal

const MAIN = ""

/** The reply to a server that lists models: one list in OpenAI's format, and an empty one in Codex's format. */
const MODELS = { object: "list", data: [{ id: "mock-model", object: "model", owned_by: "mock" }], models: [] }

const pathOf = (request: ModelRequest): string => request.path.split("?", 1)[0] ?? ""

const isModelRequest = (request: ModelRequest): boolean =>
  request.method === "POST" && pathOf(request).endsWith("/responses")

/** Whether the server sent the request in addition to the turns. The two marks of memories are in the binary. */
const isBackground = (request: ModelRequest): boolean =>
  request.subagent === "guardian" ||
  request.subagent === "memory_consolidation" ||
  request.header("x-openai-memgen-request") !== undefined

const isOwnRequest = (request: ModelRequest): boolean => isModelRequest(request) && !isBackground(request)

const isRequestOf =
  (subagent: string) =>
  (request: ModelRequest): boolean =>
    isModelRequest(request) && request.subagent === subagent

// A 400, because the server passes its message on and does not retry: the failure of the turn explains the mistake.
// The warning has the length of the prompt instead of its text, which can contain secrets.
const nothingQueued = (request: ModelRequest): Effect.Effect<StatusReply> => {
  const { length } = request.lastUserText ?? ""
  const message = mockMistakes.noReply
  return Effect.as(
    Effect.logWarning(`${message}. The prompt has ${length} characters`),
    status(400, { error: { message, type: "invalid_request_error" } })
  )
}
