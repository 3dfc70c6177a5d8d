import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Logger, References, Scope, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { CodexError, ConnectionClosed } from "../src/CodexError.ts"
import * as JsonRpc from "../src/JsonRpc.ts"
import * as Transport from "../src/Transport.ts"

interface Setup extends Partial<JsonRpc.Handlers> {
  readonly requestTimeout?: JsonRpc.Options["requestTimeout"]
  readonly maxInFlight?: number
  readonly transport?: Transport.Transport["Service"]
}

/** A connection, the peer at its other end, and what it told. */
const connect = Effect.fnUntraced(function* (setup: Setup = {}) {
  const pair = yield* Transport.makePair
  const notifications: Array<string> = []
  const ends: Array<ConnectionClosed> = []
  const rpc = yield* JsonRpc.make({
    handlers: {
      onNotification: setup.onNotification ?? (({ method }) => void notifications.push(method)),
      onRequest: setup.onRequest ?? (() => Effect.succeed({ result: "answer" })),
      onEnd: setup.onEnd ?? ((reason) => void ends.push(reason))
    },
    requestTimeout: setup.requestTimeout ?? "30 seconds",
    maxInFlight: setup.maxInFlight ?? 64
  }).pipe(Effect.provideService(Transport.Transport, setup.transport ?? pair.transport))
  return { rpc, peer: pair.peer, notifications, ends }
})

/** Starts a call and waits until it is sent, if it is. */
const start = (rpc: JsonRpc.JsonRpc, method: string, options?: JsonRpc.CallOptions) =>
  Effect.forkChild(rpc.request(method, {}, options), { startImmediately: true })

/** Comes back when everything that was sent before has been read. */
const settled = (peer: Transport.Peer, rpc: JsonRpc.JsonRpc) =>
  Effect.gen(function* () {
    // Twice, since the reader logs after it has read a batch, and then reads the next.
    for (let n = 0; n < 2; n++) {
      const call = yield* start(rpc, "barrier")
      const { id } = yield* peer.receive
      yield* peer.send({ id, result: null })
      yield* Fiber.join(call)
    }
  })

/** Everything that is logged at any level while the effect runs. */
const logged = <A, E, R>(effect: (lines: ReadonlyArray<string>) => Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
  return effect(lines).pipe(
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "All")
  )
}

const rejection = (exit: Exit.Exit<unknown, CodexError>): CodexError => {
  const reason = Exit.isFailure(exit) ? exit.cause.reasons[0] : undefined
  return reason?._tag === "Fail" ? reason.error : assert.fail("the call did not fail")
}

describe("calls", () => {
  it.effect("are sent with numbers as ids, from 1, and with no `jsonrpc` field", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      yield* start(rpc, "a")
      yield* start(rpc, "b", { trace: { traceparent: "00-1-2-01" } })
      yield* rpc.notify("c")
      assert.deepStrictEqual(yield* peer.receive, { id: 1, method: "a", params: {} })
      assert.deepStrictEqual(yield* peer.receive, {
        id: 2,
        method: "b",
        params: {},
        trace: { traceparent: "00-1-2-01" }
      })
      assert.deepStrictEqual(yield* peer.receive, { method: "c" })
    })
  )

  it.effect("get their own replies, in whatever order these come", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const calls = yield* Effect.forEach(["a", "b", "c"], (method) => start(rpc, method))
      const requests = yield* Effect.replicateEffect(peer.receive, 3)
      for (const { id, method } of requests.toReversed()) yield* peer.send({ id, result: method })
      assert.deepStrictEqual(yield* Fiber.joinAll(calls), ["a", "b", "c"])
      assert.strictEqual(rpc.inFlight(), 0)
    })
  )

  it.effect("fail with the reason that the server's error stands for", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const call = yield* start(rpc, "a")
      const { id } = yield* peer.receive
      yield* peer.send({ id, error: { code: -32001, message: "Server overloaded; retry later." } })
      const error = yield* Effect.flip(Fiber.join(call))
      assert.deepStrictEqual([error.method, error.reason._tag, error.isRetryable], ["a", "Overloaded", true])
    })
  )

  it.effect("that can't be written as JSON fail, and leave nothing behind", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const error = yield* Effect.flip(rpc.request("a", { big: 1n }))
      assert.strictEqual(error.reason._tag, "EncodeFailed")
      assert.strictEqual((yield* Effect.flip(rpc.notify("a", { big: 1n }))).reason._tag, "EncodeFailed")
      assert.strictEqual(rpc.inFlight(), 0)
      yield* settled(peer, rpc)
    })
  )

  it.effect("are not disturbed by replies to ids that nobody waits for; those are logged", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const { peer, rpc } = yield* connect()
        const call = yield* start(rpc, "a")
        yield* peer.receive
        for (const id of [99, "1", 1.5, null, {}, "__proto__"]) yield* peer.send({ id, result: "wrong" })
        yield* peer.send({ result: "no id" })
        yield* peer.send({})
        assert.isUndefined(call.pollUnsafe())
        yield* peer.send({ id: 1, result: "right" })
        assert.strictEqual(yield* Fiber.join(call), "right")
        yield* peer.send({ id: 1, result: "again" })
        yield* settled(peer, rpc)
        assert.deepStrictEqual(new Set(lines), new Set(["Debug Skipped a message that answers no call of ours"]))
        assert.strictEqual(lines.length, 9)
      })
    )
  )

  it.effect("tell when they are handed over, and not before", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      const sent: Array<string> = []
      yield* start(rpc, "a", { onSent: () => sent.push("a") })
      yield* start(rpc, "b", { onSent: () => sent.push("b") })
      assert.deepStrictEqual(sent, ["a"])
      yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
      yield* peer.receive
      assert.deepStrictEqual(sent, ["a", "b"])
    })
  )
})

describe("names off the wire", () => {
  const names = ["toString", "__proto__", "constructor", "hasOwnProperty", ""]

  it.effect("are harmless as methods of notifications and requests, and as ids", () =>
    Effect.gen(function* () {
      const { notifications, peer, rpc } = yield* connect()
      for (const name of names) {
        yield* peer.send({ method: name, params: {} })
        yield* peer.send({ id: name, method: name })
        yield* peer.send({ id: name, result: 1 })
        assert.deepStrictEqual(yield* peer.receive, { id: name, result: "answer" })
      }
      assert.deepStrictEqual(notifications, names)
      yield* settled(peer, rpc)
    })
  )
})

describe("requests of the server", () => {
  it.effect("have ids of their own: one that equals ours is no reply to us", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const call = yield* start(rpc, "ours")
      assert.strictEqual((yield* peer.receive).id, 1)
      yield* peer.send({ id: 1, method: "theirs" })
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: "answer" })
      assert.isUndefined(call.pollUnsafe())
      yield* peer.send({ id: 1, result: "reply" })
      assert.strictEqual(yield* Fiber.join(call), "reply")
    })
  )

  it.effect('get their id back exactly: "0" is not 0', () =>
    Effect.gen(function* () {
      const { peer } = yield* connect()
      for (const id of ["0", 0, "", -1, "a b"]) {
        yield* peer.send({ id, method: "ask" })
        assert.deepStrictEqual(yield* peer.receive, { id, result: "answer" })
      }
    })
  )

  it.effect("are handled side by side, and calls and notifications go on meanwhile", () =>
    Effect.gen(function* () {
      const gates = new Map([1, 2].map((id) => [id, Deferred.makeUnsafe<void>()]))
      const { notifications, peer, rpc } = yield* connect({
        onRequest: ({ id }) =>
          Effect.as(Deferred.await(gates.get(Number(id)) ?? Deferred.makeUnsafe<void>()), { result: id })
      })
      yield* peer.send({ id: 1, method: "ask" })
      yield* peer.send({ id: 2, method: "ask" })
      yield* peer.send({ method: "told" })
      yield* settled(peer, rpc)
      assert.deepStrictEqual(notifications, ["told"])
      for (const id of [2, 1]) {
        yield* Deferred.succeed(gates.get(id) ?? assert.fail(), undefined)
        assert.deepStrictEqual(yield* peer.receive, { id, result: id })
      }
    })
  )

  it.effect("may be handled by making calls", () =>
    Effect.gen(function* () {
      let call: JsonRpc.JsonRpc | undefined
      const { peer, rpc } = yield* connect({
        onRequest: () =>
          Effect.suspend(() => call?.request("inner", {}) ?? Effect.die("not yet")).pipe(
            Effect.orDie,
            Effect.map((result) => ({ result }))
          )
      })
      call = rpc
      yield* peer.send({ id: 0, method: "ask" })
      yield* peer.send({ id: (yield* peer.receive).id, result: "from inside" })
      assert.deepStrictEqual(yield* peer.receive, { id: 0, result: "from inside" })
    })
  )

  it.effect(
    "are answered with an error if the handler dies, throws, interrupts itself, or answers what JSON can't hold",
    () =>
      Effect.gen(function* () {
        const handlers: { readonly [method: string]: () => Effect.Effect<JsonRpc.Reply> } = {
          dies: () => Effect.die("defect"),
          throws: () => {
            throw new Error("thrown")
          },
          interrupts: () => Effect.interrupt,
          unwritable: () => Effect.succeed({ result: 1n })
        }
        const { peer, rpc } = yield* connect({ onRequest: ({ method }) => handlers[method]?.() ?? Effect.die(method) })
        for (const method of Object.keys(handlers)) {
          yield* peer.send({ id: method, method })
          const answer = yield* peer.receive
          assert.strictEqual(answer.id, method)
          assert.deepInclude(answer.error, { code: -32603 })
        }
        yield* settled(peer, rpc)
      }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("with an id that is neither number nor string are skipped", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      for (const id of [null, true, {}, []]) yield* peer.send({ id, method: "ask" })
      yield* settled(peer, rpc)
    })
  )

  it.effect("have their handlers interrupted at the end", () =>
    Effect.gen(function* () {
      const running = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const { peer } = yield* connect({
        onRequest: () =>
          Effect.andThen(Deferred.succeed(running, undefined), Effect.never).pipe(
            Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
          )
      })
      yield* peer.send({ id: 0, method: "ask" })
      yield* Deferred.await(running)
      yield* peer.close({ _tag: "EndOfOutput" })
      yield* Deferred.await(interrupted)
    })
  )
})

describe("the end", () => {
  const exited = { _tag: "Exited", exitCode: 3, signal: null } as const

  it.effect("settles every pending call, and those that wait for a place, with the same reason, and is told once", () =>
    Effect.gen(function* () {
      const { ends, peer, rpc } = yield* connect({ maxInFlight: 2 })
      const calls = yield* Effect.forEach(["a", "b", "c", "d", "e"], (method) => start(rpc, method))
      yield* peer.close(exited)
      yield* peer.close({ _tag: "EndOfOutput" })
      const errors = (yield* Effect.forEach(calls, Fiber.await)).map(rejection)
      const reason = yield* rpc.awaitEnd
      assert.deepStrictEqual(reason.end, exited)
      assert.deepStrictEqual(
        errors.map(({ method }) => method),
        ["a", "b", "c", "d", "e"]
      )
      for (const error of errors) assert.strictEqual(error.reason, reason)
      assert.deepStrictEqual(ends, [reason])
      assert.strictEqual(rpc.inFlight(), 0)
    })
  )

  it.effect("is the first one: what ends later changes nothing, and nobody is told again", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { ends, peer, rpc } = yield* Scope.provide(connect(), scope)
      yield* peer.close(exited)
      const reason = yield* rpc.awaitEnd
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(ends, [reason])
      assert.strictEqual(rejection(yield* Effect.exit(rpc.request("late", {}))).reason, reason)
    })
  )

  it.effect("makes later calls fail at once with that reason, and sends nothing", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      yield* peer.close(exited)
      const reason = yield* rpc.awaitEnd
      for (const call of [rpc.request("late", {}), rpc.notify("late")]) {
        const fiber = yield* Effect.forkChild(call, { startImmediately: true })
        assert.strictEqual(rejection(fiber.pollUnsafe() ?? assert.fail("it waits")).reason, reason)
      }
      const nothing = yield* Effect.forkChild(peer.receive, { startImmediately: true })
      assert.isUndefined(nothing.pollUnsafe())
    })
  )

  it.effect("comes after everything that arrived before it", () =>
    Effect.gen(function* () {
      const { notifications, peer, rpc } = yield* connect()
      const call = yield* start(rpc, "a")
      const { id } = yield* peer.receive
      for (let n = 0; n < 100; n++) yield* peer.send({ method: `n${n}` })
      yield* peer.send({ id, result: "in time" })
      yield* peer.close(exited)
      assert.strictEqual(yield* Fiber.join(call), "in time")
      assert.strictEqual(notifications.length, 100)
    })
  )

  it.effect("of the scope settles calls too, with an end that says so", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { ends, rpc } = yield* Scope.provide(connect(), scope)
      rpc.markRunning()
      const call = yield* start(rpc, "a")
      yield* Scope.close(scope, Exit.void)
      const error = rejection(yield* Fiber.await(call))
      assert.deepInclude(error.reason, { _tag: "ConnectionClosed", end: { _tag: "Closed" }, phase: "running" })
      assert.deepStrictEqual(ends, [error.reason])
      assert.strictEqual(rejection(yield* Effect.exit(rpc.request("late", {}))).reason, error.reason)
    })
  )

  it.effect("frees calls that a server which reads no more holds up", () =>
    Effect.gen(function* () {
      const pair = yield* Transport.makePair
      const { peer, rpc } = yield* connect()
      const stuck = yield* connect({ transport: { ...pair.transport, send: () => Effect.never } })
      const call = yield* start(stuck.rpc, "a")
      const note = yield* Effect.forkChild(stuck.rpc.notify("b"), { startImmediately: true })
      yield* pair.peer.close({ _tag: "WriteFailed" })
      for (const fiber of [call, note]) {
        assert.deepInclude(rejection(yield* Fiber.await(fiber)).reason, { end: { _tag: "WriteFailed" } })
      }
      yield* settled(peer, rpc)
    })
  )

  it.effect("also comes when a transport breaks its contract: it dies, or ends without a failure", () =>
    Effect.gen(function* () {
      const pair = yield* Transport.makePair
      const cases = [
        [Stream.die("defect"), "ReadFailed"],
        [Stream.empty, "EndOfOutput"]
      ] as const
      for (const [messages, tag] of cases) {
        const { rpc } = yield* connect({ transport: { ...pair.transport, messages } })
        assert.strictEqual((yield* rpc.awaitEnd).end._tag, tag)
        assert.strictEqual(rejection(yield* Effect.exit(rpc.request("a", {}))).reason._tag, "ConnectionClosed")
      }
    })
  )
})

describe("limits", () => {
  it.effect("a call without a reply fails after `requestTimeout`, or after its own", () =>
    Effect.gen(function* () {
      const { rpc } = yield* connect({ requestTimeout: "10 seconds" })
      const usual = yield* start(rpc, "usual")
      const short = yield* start(rpc, "short", { timeout: "1 second" })
      const never = yield* start(rpc, "never", { timeout: "Infinity" })
      yield* TestClock.adjust("1 second")
      assert.deepInclude(rejection(yield* Fiber.await(short)).reason, { _tag: "RequestTimeout", timeoutMillis: 1000 })
      yield* TestClock.adjust("8999 millis")
      assert.isUndefined(usual.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.deepInclude(rejection(yield* Fiber.await(usual)).reason, { _tag: "RequestTimeout", timeoutMillis: 10_000 })
      yield* TestClock.adjust("1 day")
      assert.isUndefined(never.pollUnsafe())
      assert.strictEqual(rpc.inFlight(), 1)
    })
  )

  it.effect("the 65th call waits for a place, and its time counts from sending", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const calls = yield* Effect.forEach(Array.from({ length: 64 }), () => start(rpc, "a", { timeout: "Infinity" }))
      const waiter = yield* start(rpc, "late")
      assert.strictEqual(rpc.inFlight(), 64)
      const requests = yield* Effect.replicateEffect(peer.receive, 64)
      yield* TestClock.adjust("1 hour")
      assert.isUndefined(waiter.pollUnsafe())
      yield* peer.send({ id: requests[0]?.id, result: 1 })
      const { id, method } = yield* peer.receive
      assert.strictEqual(method, "late")
      yield* peer.send({ id, result: 2 })
      assert.strictEqual(yield* Fiber.join(waiter), 2)
      yield* Fiber.interruptAll(calls)
    })
  )

  it.effect("a call that is interrupted while it waits for a place is never sent, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      const first = yield* start(rpc, "first")
      const waiter = yield* start(rpc, "waiter")
      yield* Fiber.interrupt(waiter)
      assert.strictEqual(rpc.inFlight(), 1)
      yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
      yield* Fiber.join(first)
      const next = yield* start(rpc, "next")
      const request = yield* peer.receive
      assert.deepStrictEqual([request.id, request.method], [2, "next"])
      yield* peer.send({ id: 2, result: 1 })
      yield* Fiber.join(next)
    })
  )

  it.effect("a call that times out, or is interrupted, frees its place", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({ maxInFlight: 1 })
      const slow = yield* start(rpc, "slow", { timeout: "1 second" })
      yield* peer.receive
      const second = yield* start(rpc, "second")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(rejection(yield* Fiber.await(slow)).reason._tag, "RequestTimeout")
      assert.strictEqual((yield* peer.receive).method, "second")
      const third = yield* start(rpc, "third")
      yield* Fiber.interrupt(second)
      assert.strictEqual((yield* peer.receive).method, "third")
      yield* Fiber.interrupt(third)
      assert.strictEqual(rpc.inFlight(), 0)
    })
  )

  it.effect("the late reply of a call that was given up is dropped without a word", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const { peer, rpc } = yield* connect()
        const call = yield* start(rpc, "interrupted")
        yield* Fiber.interrupt(call)
        yield* start(rpc, "timed out", { timeout: "1 second" })
        yield* TestClock.adjust("1 second")
        for (let n = 0; n < 2; n++) yield* peer.send({ id: (yield* peer.receive).id, result: "late" })
        yield* settled(peer, rpc)
        assert.deepStrictEqual(lines, [])
      })
    )
  )

  it.effect("the memory of calls that were given up is bounded: the oldest of very many is an unknown id again", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const { peer, rpc } = yield* connect()
        for (let n = 0; n < 4097; n++) {
          yield* Fiber.interrupt(yield* start(rpc, "given up"))
          yield* peer.receive
        }
        yield* peer.send({ id: 2, result: 1 })
        yield* settled(peer, rpc)
        assert.deepStrictEqual(lines, [])
        yield* peer.send({ id: 1, result: 1 })
        yield* settled(peer, rpc)
        assert.strictEqual(lines.length, 1)
      })
    )
  )

  it.effect("without a cap all calls go out at once", () =>
    Effect.gen(function* () {
      const { rpc } = yield* connect({ maxInFlight: Number.POSITIVE_INFINITY })
      yield* Effect.forEach(Array.from({ length: 500 }), () => start(rpc, "a"))
      assert.strictEqual(rpc.inFlight(), 500)
    })
  )
})

describe("the reader", () => {
  it.effect("outlives a listener that throws: it costs that notification, and is logged", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const heard: Array<string> = []
        const { peer, rpc } = yield* connect({
          onNotification: ({ method }) => {
            if (method === "bad") throw new Error("boom")
            heard.push(method)
          }
        })
        for (const method of ["a", "bad", "b"]) yield* peer.send({ method })
        yield* settled(peer, rpc)
        assert.deepStrictEqual(heard, ["a", "b"])
        assert.strictEqual(lines.length, 1)
        assert.isTrue(lines[0]?.startsWith("Error A notification of bad was lost"))
      })
    )
  )

  it.effect("skips lines that are no messages, and goes on", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const call = yield* start(rpc, "a")
      for (const line of ["not JSON", "[]", "null", '{"id":', ""]) yield* peer.sendLine(line)
      yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
      assert.strictEqual(yield* Fiber.join(call), 1)
    })
  )
})
