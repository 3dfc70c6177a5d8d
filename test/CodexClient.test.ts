import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, Option, Stream, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../src/Codex.ts"
import * as CodexClient from "../src/CodexClient.ts"
import type { CodexError } from "../src/CodexError.ts"
import { serverRequestParams } from "../src/generated/methods.ts"
import type { Notification } from "../src/Notification.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import * as Transport from "../src/Transport.ts"
import * as Peer from "./support/peer.ts"

/** A client after its handshake, and the peer at its other end. */
const connect = Effect.fnUntraced(function* (options?: CodexClient.Options) {
  const { peer, transport } = yield* Transport.makePair
  const making = yield* Effect.forkChild(
    CodexClient.make(options).pipe(Effect.provideService(Transport.Transport, transport)),
    { startImmediately: true }
  )
  const initialize = yield* peer.receive
  yield* peer.send({ id: initialize.id, result: Peer.initializeResponse() })
  const client = yield* Fiber.join(making)
  const initialized = yield* peer.receive
  return { client, peer, initialize, initialized }
})

const start = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

/** Answers the next request. */
const answer = (peer: Transport.Peer, result: unknown) =>
  Effect.flatMap(peer.receive, ({ id }) => peer.send({ id, result }))

/** Comes back when everything that was sent before has been read. */
const settled = Effect.fnUntraced(function* (client: CodexClient.CodexClient["Service"], peer: Transport.Peer) {
  const call = yield* start(client.requestRaw("barrier"))
  yield* answer(peer, null)
  yield* Fiber.join(call)
})

const rejection = (exit: Exit.Exit<unknown, CodexError>): CodexError => {
  const reason = Exit.isFailure(exit) ? exit.cause.reasons[0] : undefined
  return reason?._tag === "Fail" ? reason.error : assert.fail("it did not fail")
}

const delta = (itemId: string, text: unknown) => ({
  method: "item/agentMessage/delta",
  params: { threadId: "t", turnId: "u", itemId, delta: text }
})

/** The text of the deltas; anything else is a question mark. */
const text = (events: ReadonlyArray<Notification>): string =>
  events.map((event) => (event.method === "item/agentMessage/delta" ? event.params.delta : "?")).join("")

describe("the handshake", () => {
  it.effect("announces this package and the experimental API, then tells that it is done", () =>
    Effect.gen(function* () {
      const { client, initialize, initialized } = yield* connect()
      assert.deepStrictEqual(initialize, {
        id: 1,
        method: "initialize",
        params: {
          clientInfo: { name: "effect-codex", title: "Effect SDK for Codex", version: client.metadata.version },
          capabilities: { experimentalApi: true }
        }
      })
      assert.deepStrictEqual(initialized, { method: "initialized" })
      assert.deepInclude(client.metadata, { name: "codex_app_server", version: "0.169.0", platformOs: "linux" })
    })
  )

  it.effect("announces what it is told to", () =>
    Effect.gen(function* () {
      const { initialize } = yield* connect({
        clientInfo: { name: "mine", version: "2" },
        experimentalApi: false,
        optOutNotificationMethods: ["thread/started"],
        extensions: { x: 1 }
      })
      assert.deepStrictEqual(initialize["params"], {
        clientInfo: { name: "mine", title: null, version: "2" },
        capabilities: { experimentalApi: false, optOutNotificationMethods: ["thread/started"], extensions: { x: 1 } }
      })
    })
  )

  it.effect("that is not answered in time fails with StartTimeout", () =>
    Effect.gen(function* () {
      const { transport } = yield* Transport.makePair
      const making = yield* start(
        CodexClient.make({ startTimeout: "5 seconds" }).pipe(
          Effect.provideService(Transport.Transport, { ...transport, stderr: Effect.succeed(["last words"]) })
        )
      )
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(rejection(yield* Fiber.await(making)).reason, {
        _tag: "StartTimeout",
        timeoutMillis: 5000,
        stderr: ["last words"]
      })
    }).pipe(Effect.scoped)
  )

  it.effect("that the end cuts off says in which phase", () =>
    Effect.gen(function* () {
      const { peer, transport } = yield* Transport.makePair
      const making = yield* start(CodexClient.make().pipe(Effect.provideService(Transport.Transport, transport)))
      yield* peer.close({ _tag: "Exited", exitCode: 1, signal: null })
      const { reason } = rejection(yield* Fiber.await(making))
      assert.deepInclude(reason, { _tag: "ConnectionClosed", phase: "starting" })
      assert.include(reason.message, "before it answered `initialize`")
    }).pipe(Effect.scoped)
  )

  it.effect("declines a request that the server makes before it answers", () =>
    Effect.gen(function* () {
      const { peer, transport } = yield* Transport.makePair
      yield* start(CodexClient.make().pipe(Effect.provideService(Transport.Transport, transport)))
      yield* peer.receive
      yield* peer.send({ id: 0, method: "item/fileChange/requestApproval", params: {} })
      assert.deepStrictEqual(yield* peer.receive, { id: 0, result: { decision: "decline" } })
    }).pipe(Effect.scoped)
  )

  it.effect("with a server of another version warns, and goes on", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
      const { peer, transport } = yield* Transport.makePair
      const making = yield* start(
        CodexClient.make().pipe(
          Effect.provideService(Transport.Transport, transport),
          Effect.provide(Logger.layer([logger]))
        )
      )
      yield* answer(peer, { ...Peer.initializeResponse(), userAgent: "codex_app_server/0.200.1 (Linux)" })
      assert.strictEqual((yield* Fiber.join(making)).metadata.version, "0.200.1")
      assert.isTrue(lines[0]?.startsWith("Warn The codex runtime is version 0.200.1"))
    })
  )

  it.effect("is not begun with options that make no sense", () =>
    Effect.gen(function* () {
      const { transport } = yield* Transport.makePair
      const cases: ReadonlyArray<readonly [CodexClient.Options, string]> = [
        [{ requestTimeout: "0 seconds" }, "requestTimeout"],
        [{ startTimeout: "Infinity" }, "startTimeout"],
        [{ maxInFlight: 0 }, "maxInFlight"],
        [{ maxInFlight: 1.5 }, "maxInFlight"],
        [{ clientInfo: { name: "", version: "1" } }, "clientInfo.name"]
      ]
      for (const [options, option] of cases) {
        const error = yield* Effect.flip(
          CodexClient.make(options).pipe(Effect.provideService(Transport.Transport, transport))
        )
        assert.deepInclude(error.reason, { _tag: "InvalidOptions", option })
      }
    })
  )
})

describe("a call", () => {
  it.effect("gives the reply decoded; `requestRaw` gives it as it came", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const reply = { ...Peer.threadStartResponse("t"), fromTheFuture: { a: 1 } }
      const typed = yield* start(client.request("thread/start", { ephemeral: true }))
      const request = yield* peer.receive
      assert.deepStrictEqual([request["method"], request["params"]], ["thread/start", { ephemeral: true }])
      yield* peer.send({ id: request.id, result: reply })
      assert.strictEqual((yield* Fiber.join(typed)).thread.id, "t")
      const raw = yield* start(client.requestRaw("thread/start", {}))
      yield* answer(peer, reply)
      assert.deepStrictEqual(yield* Fiber.join(raw), reply)
    })
  )

  it.effect("whose reply doesn't fit fails with the path, and costs nobody else anything", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const other = yield* start(client.requestRaw("other"))
      const { id } = yield* peer.receive
      const bad = yield* start(client.request("thread/start", {}))
      const response = Peer.threadStartResponse("t")
      yield* answer(peer, { ...response, thread: { ...response.thread, id: 7 } })
      const error = rejection(yield* Fiber.await(bad))
      assert.strictEqual(error.method, "thread/start")
      assert.deepInclude(error.reason, { _tag: "DecodeFailed", path: '["thread"]["id"]', expected: "expected string" })
      yield* peer.send({ id, result: "fine" })
      assert.strictEqual(yield* Fiber.join(other), "fine")
    })
  )

  it.effect("never shows the keys of a record in the path: they are payload", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const call = yield* start(client.request("account/rateLimits/read"))
      const limit = { primary: 5 }
      yield* answer(peer, { rateLimits: {}, rateLimitsByLimitId: { sentinel: limit } })
      const error = rejection(yield* Fiber.await(call))
      assert.strictEqual(error.reason._tag, "DecodeFailed")
      assert.notInclude(error.message, "sentinel")
    })
  )

  it.effect("to a method that this version doesn't know gives the reply as it came", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      for (const method of ["no/such", "toString", "__proto__", "constructor"]) {
        const call = yield* start(client.requestRaw(method, { a: 1 }))
        yield* answer(peer, { anything: method })
        assert.deepStrictEqual(yield* Fiber.join(call), { anything: method })
      }
    })
  )

  it.effect("has the connection's limit, or its own, and none without sense", () =>
    Effect.gen(function* () {
      const { client } = yield* connect({ requestTimeout: "10 seconds" })
      const usual = yield* start(client.request("thread/loaded/list", {}))
      const short = yield* start(client.request("thread/loaded/list", {}, { timeout: "1 second" }))
      yield* TestClock.adjust("1 second")
      assert.deepInclude(rejection(yield* Fiber.await(short)).reason, { _tag: "RequestTimeout", timeoutMillis: 1000 })
      assert.strictEqual(yield* client.inFlight, 1)
      yield* TestClock.adjust("9 seconds")
      assert.deepInclude(rejection(yield* Fiber.await(usual)).reason, { timeoutMillis: 10_000 })
      // Type boundary: from JavaScript anything may come.
      const senseless = { timeout: "soon" } as unknown as CodexClient.CallOptions
      const error = yield* Effect.flip(client.request("thread/loaded/list", {}, senseless))
      assert.deepInclude(error.reason, { _tag: "InvalidInput", argument: "timeout" })
    })
  )

  it.effect("tells when it is handed over", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      let sent = 0
      const call = yield* start(client.request("thread/loaded/list", {}, { onSent: () => sent++ }))
      yield* peer.receive
      assert.strictEqual(sent, 1)
      yield* Fiber.interrupt(call)
    })
  )
})

describe("tracing", () => {
  /** Runs with a tracer that keeps the spans, and gives them. */
  const traced = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    yield* Effect.withTracer(effect, tracer)
    return spans
  })

  it.effect("a call has a span that is named by its method and holds no params, and its ids go out", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const traces: Array<unknown> = []
      const spans = yield* traced(
        Effect.gen(function* () {
          const call = yield* start(
            Effect.withSpan(client.request("thread/loaded/list", { cursor: "sentinel" }), "outer")
          )
          const { id, trace } = yield* peer.receive
          yield* peer.send({ id, result: { data: [] } })
          yield* Fiber.join(call)
          return trace
        }).pipe(Effect.map((trace) => void traces.push(trace)))
      )
      const span = spans.find(({ name }) => name === "thread/loaded/list") ?? assert.fail("no span")
      const outer = spans.find(({ name }) => name === "outer") ?? assert.fail("no outer span")
      assert.deepStrictEqual(traces, [{ traceparent: `00-${span.traceId}-${span.spanId}-01` }])
      assert.strictEqual(span.traceId, outer.traceId)
      assert.match(span.traceId, /^[0-9a-f]{32}$/)
      assert.match(span.spanId, /^[0-9a-f]{16}$/)
      assert.deepStrictEqual([...span.attributes], [])
      assert.strictEqual(span.kind, "client")
      assert.strictEqual(span.status._tag, "Ended")
    })
  )

  it.effect("no trace goes out when the span is not sampled, or tracing is off", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const unsampled = Tracer.externalSpan({ traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: false })
      const calls = [
        Effect.withParentSpan(client.requestRaw("a", {}), unsampled),
        Effect.withTracerEnabled(client.requestRaw("a", {}), false)
      ]
      for (const call of calls) {
        const fiber = yield* start(call)
        const request = yield* peer.receive
        assert.deepStrictEqual(Object.keys(request), ["id", "method", "params"])
        yield* Fiber.interrupt(fiber)
      }
    })
  )
})

describe("notifications", () => {
  it.effect("come typed, with the message as it came, and with unknown fields reachable", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const events = yield* client.subscribe
      const { method, params } = delta("a", "x")
      yield* peer.send({ method, params: { ...params, future: 1 }, emittedAtMs: 5 })
      const event = Option.getOrThrow(yield* Stream.runHead(events))
      if (event.method !== "item/agentMessage/delta") return assert.fail(event.method)
      assert.strictEqual(event.params.delta, "x")
      assert.deepStrictEqual(event.raw, { method, params: { ...params, future: 1 }, emittedAtMs: 5 })
    }).pipe(Effect.scoped)
  )

  it.effect("that are unknown or don't fit are kept as that, and the stream goes on", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const events = yield* client.subscribe
      const sent = [
        delta("a", 7),
        { method: "future/event", params: { x: 1 } },
        { method: "__proto__", params: {} },
        { method: "toString" },
        delta("a", "x")
      ]
      for (const message of sent) yield* peer.send(message)
      const got: ReadonlyArray<Notification> = yield* Stream.runCollect(Stream.take(events, sent.length))
      assert.deepStrictEqual(
        got.map(({ raw }) => raw),
        sent
      )
      assert.deepStrictEqual(
        got.map((event) => (event.method === "~unknown" ? Option.map(event.error, ({ path }) => path) : event.method)),
        [Option.some('["delta"]'), Option.none(), Option.none(), Option.none(), "item/agentMessage/delta"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("with unknown members of enums and unions still decode", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const events = yield* client.subscribe
      const item = { type: "fromTheFuture", id: "i" }
      yield* peer.send({
        method: "item/completed",
        params: { item, threadId: "t", turnId: "u", completedAtMs: 1, contentTokenCount: null }
      })
      const event = Option.getOrThrow(yield* Stream.runHead(events))
      if (event.method !== "item/completed") return assert.fail(JSON.stringify(event))
      assert.deepStrictEqual(event.params.item, { type: "~unknown", raw: item })
    }).pipe(Effect.scoped)
  )

  it.effect("are subscribed to when `subscribe` returns, and no longer once its scope is closed", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const events = yield* client.subscribe
          assert.strictEqual(client["~router"].size(), 1)
          yield* peer.send(delta("a", "before anyone runs the stream"))
          yield* settled(client, peer)
          assert.strictEqual(Option.getOrThrow(yield* Stream.runHead(events)).method, "item/agentMessage/delta")
        })
      )
      assert.strictEqual(client["~router"].size(), 0)
      const running = yield* start(Stream.runDrain(client.notifications))
      assert.strictEqual(client["~router"].size(), 1)
      yield* Fiber.interrupt(running)
      assert.strictEqual(client["~router"].size(), 0)
    })
  )

  it.effect("reach each subscriber; one that never reads and one that dies stall and hurt nobody", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const idle = yield* client.subscribe
      const dying = yield* start(Stream.runForEach(client.notifications, () => Effect.die("a bug of the consumer")))
      const read: Array<Notification> = []
      const good = yield* start(Stream.runForEach(client.notifications, (event) => Effect.sync(() => read.push(event))))
      for (let n = 0; n < 5000; n++) yield* peer.send(delta("a", `${n},`))
      yield* settled(client, peer)
      assert.isTrue(Exit.isFailure(yield* Fiber.await(dying)))
      const expected = Array.from({ length: 5000 }, (_, n) => `${n},`).join("")
      yield* peer.close({ _tag: "EndOfOutput" })
      const late: Array<Notification> = []
      yield* Effect.flip(Stream.runForEach(idle, (event) => Effect.sync(() => late.push(event))))
      assert.strictEqual(text(late), expected)
      assert.isBelow(late.length, 1100)
      assert.isTrue(Exit.isFailure(yield* Fiber.await(good)))
      assert.strictEqual(text(read), expected)
    }).pipe(Effect.scoped)
  )

  it.effect("end with the connection's reason, the same for streams and calls, after all that came before", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const seen: Array<Notification> = []
      const stream = yield* start(
        Stream.runForEach(client.notifications, (event) => Effect.sync(() => seen.push(event)))
      )
      const waiting = yield* client.subscribe
      const call = yield* start(client.requestRaw("a"))
      yield* peer.send(delta("a", "x"))
      yield* peer.close({ _tag: "Exited", exitCode: null, signal: "SIGKILL" })
      const errors = [
        rejection(yield* Fiber.await(call)),
        rejection(yield* Fiber.await(stream)),
        yield* Effect.flip(Stream.runDrain(waiting)),
        yield* Effect.flip(Stream.runDrain(client.notifications)),
        yield* Effect.flip(client.request("thread/loaded/list", {}))
      ]
      assert.strictEqual(seen.length, 1)
      for (const { reason } of errors) assert.strictEqual(reason, errors[0]?.reason)
      assert.include(errors[0]?.message ?? "", "SIGKILL")
    }).pipe(Effect.scoped)
  )
})

describe("requests of the server that nobody handles", () => {
  const nobody = "This client has no handler for the request"
  const declined: { readonly [method: string]: object } = {
    "item/commandExecution/requestApproval": { result: { decision: "decline" } },
    "item/fileChange/requestApproval": { result: { decision: "decline" } },
    "item/permissions/requestApproval": { result: { permissions: {}, scope: "turn" } },
    "item/tool/requestUserInput": { result: { answers: {} } },
    "item/tool/call": { result: { success: false, contentItems: [{ type: "inputText", text: nobody }] } },
    "mcpServer/elicitation/request": { result: { action: "decline", content: null } },
    "account/chatgptAuthTokens/refresh": { error: { code: -32603, message: nobody } },
    "attestation/generate": { error: { code: -32603, message: nobody } },
    applyPatchApproval: { result: { decision: { denied: { rejection: nobody } } } },
    execCommandApproval: { result: { decision: { denied: { rejection: nobody } } } },
    "currentTime/read": { result: { currentTimeAt: 90 } }
  }

  it("are all of the protocol's", () => {
    assert.sameMembers([...serverRequestParams.keys()], Object.keys(declined))
  })

  it.effect("are declined in their own shape", () =>
    Effect.gen(function* () {
      const { peer } = yield* connect()
      yield* TestClock.adjust("90999 millis")
      for (const [method, reply] of Object.entries(declined)) {
        yield* peer.send({ id: method, method, params: {} })
        assert.deepStrictEqual(yield* peer.receive, { id: method, ...reply })
      }
    })
  )

  it.effect("are refused with -32601 if their method is unknown", () =>
    Effect.gen(function* () {
      const { peer } = yield* connect()
      for (const method of ["future/ask", "toString", "__proto__", "constructor"]) {
        yield* peer.send({ id: 0, method, params: {} })
        assert.deepStrictEqual(yield* peer.receive, { id: 0, error: { code: -32601, message: "Method not found" } })
      }
    })
  )
})

const assertDeclined = (events: ReadonlyArray<Notification>) => {
  const items = events.flatMap((event) => (event.method === "item/completed" ? [event.params.item] : []))
  const command = items.find((item) => item.type === "commandExecution") ?? assert.fail("no command")
  assert.strictEqual(command.status, "declined")
  assert.isTrue(events.some(({ method }) => method === "serverRequest/resolved"))
  const last = events.at(-1)
  assert.strictEqual(last?.method === "turn/completed" ? last.params.turn.status : undefined, "completed")
}

describe("on the real server", () => {
  const user = { approvalPolicy: "on-request", settings: { approvals_reviewer: "user" } } as const
  const input = [{ type: "text", text: "hi", text_elements: [] }] as const

  /** A turn in which the model wants to write a file, on this thread; gives the turn's end and what the model was told. */
  const runCommand = Effect.fnUntraced(function* (threadId: string) {
    const client = yield* CodexClient.CodexClient
    const model = yield* MockModel.MockModel
    const { workspace } = yield* CodexTest.TestHome
    const before = (yield* model.requests).length
    yield* model.enqueue(
      MockModel.response([MockModel.execCommand({ cmd: "touch x", escalate: "please" })]),
      MockModel.reply("done")
    )
    const events = yield* client.subscribe
    yield* client.request("turn/start", { threadId, input })
    const all = yield* Stream.runCollect(Stream.takeUntil(events, (event) => event.method === "turn/completed"))
    assert.isFalse(existsSync(join(workspace, "x")), "the command ran")
    assert.strictEqual((yield* model.requests).length, before + 2)
    return all
  })

  it.live("an approval that nobody handles is declined: the command doesn't run, and the turn completes", () =>
    Effect.gen(function* () {
      const client = yield* CodexClient.CodexClient
      const { thread } = yield* client.request("thread/start", {})
      assertDeclined(yield* runCommand(thread.id))
    }).pipe(Effect.scoped, Effect.provide(CodexTest.layer({ config: user })))
  )

  it.live("the same holds for a thread of an earlier process that is resumed without saying who reviews", () =>
    Effect.gen(function* () {
      const { codexHome, env, workspace } = yield* CodexTest.TestHome
      const earlier = Codex.layer({ codexHome, cwd: workspace, env, inheritEnv: false })
      const threadId = yield* Effect.gen(function* () {
        const client = yield* CodexClient.CodexClient
        const { thread } = yield* client.request("thread/start", {
          approvalsReviewer: "user",
          approvalPolicy: "on-request"
        })
        assertDeclined(yield* runCommand(thread.id))
        return thread.id
      }).pipe(Effect.scoped, Effect.provide(earlier), Effect.provide(NodeServices.layer))
      const codex = yield* Codex.Codex
      yield* codex.resumeThread(threadId)
      assertDeclined(yield* runCommand(threadId))
    }).pipe(Effect.scoped, Effect.provide(CodexTest.layer()))
  )
})
