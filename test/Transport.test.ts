import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Scope, Stream } from "effect"
import { AppServer, layer as appServerLayer } from "../src/AppServer.ts"
import * as CodexClient from "../src/CodexClient.ts"
import type { CodexError } from "../src/CodexError.ts"
import * as JsonRpc from "../src/internal/connection/jsonRpc.ts"
import * as Transport from "../src/Transport.ts"
import * as Peer from "./support/peer.ts"
import { at } from "./support/rawDriver.ts"

const rejection = (exit: Exit.Exit<unknown, CodexError>): CodexError => {
  const reason = Exit.isFailure(exit) ? exit.cause.reasons[0] : undefined
  return reason?._tag === "Fail" ? reason.error : assert.fail("it did not fail")
}

describe("a pair in memory", () => {
  it.effect("carries messages both ways, in order, with the result of a JSON round trip", () =>
    Effect.gen(function* () {
      const { peer, transport } = yield* Transport.makePair
      for (const n of [1, 2]) yield* transport.send({ n, text: "a\ud83d", gone: undefined })
      assert.deepStrictEqual(yield* peer.receive, { n: 1, text: "a\ufffd" })
      assert.deepStrictEqual(yield* peer.receive, { n: 2, text: "a\ufffd" })
      for (const n of [3, 4]) yield* peer.send({ n })
      assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(transport.messages, 2)), [{ n: 3 }, { n: 4 }])
    })
  )

  it.effect("rejects what JSON cannot hold, on both sides", () =>
    Effect.gen(function* () {
      const { peer, transport } = yield* Transport.makePair
      for (const send of [transport.send, peer.send]) {
        assert.strictEqual((yield* Effect.flip(send({ n: 1n })))._tag, "EncodeFailed")
      }
    })
  )

  it.effect("emits earlier messages, then the end, and drops later messages", () =>
    Effect.gen(function* () {
      const { peer, transport } = yield* Transport.makePair
      yield* peer.send({ n: 1 })
      yield* peer.sendLine("no message")
      yield* peer.sendLine('{"n":2}')
      yield* peer.close({ _tag: "EndOfOutput" })
      yield* peer.send({ n: 3 })
      yield* peer.close({ _tag: "Closed" })
      const seen: Array<unknown> = []
      const end = yield* Effect.flip(
        Stream.runForEach(transport.messages, (message) => Effect.sync(() => seen.push(message)))
      )
      assert.deepStrictEqual(seen, [{ n: 1 }, { n: 2 }])
      assert.deepStrictEqual(end, { end: { _tag: "EndOfOutput" }, stderr: [] })
      assert.deepStrictEqual(yield* transport.stderr, [])
    })
  )

  it.effect("can be a layer under a client", () =>
    Effect.gen(function* () {
      const { peer, transport } = yield* Transport.makePair
      const client = CodexClient.layer().pipe(Layer.provide(Transport.layer(Effect.succeed(transport))))
      const building = yield* Effect.forkChild(Layer.build(client), { startImmediately: true })
      const { id } = yield* peer.receive
      yield* peer.send({ id, result: Peer.initializeResponse() })
      yield* Fiber.join(building)
    }).pipe(Effect.scoped)
  )
})

const connect = (script: Peer.Script, options?: CodexClient.Options) =>
  CodexClient.layer(options).pipe(
    Layer.provideMerge(appServerLayer({ command: Peer.command(script) })),
    Layer.provide(NodeServices.layer)
  )

// Faults of another client, each as a promise of this one. `jsonRpc` and `codexClient` have those that need no
// process: a call while a handler waits, a handler that calls, a listener that dies, unknown items and members.
describe("over a process", () => {
  it.live("skips a line that is not JSON: the call in flight and the next one are answered", () =>
    Effect.gen(function* () {
      const client = yield* CodexClient.CodexClient
      assert.deepStrictEqual(yield* client.requestRaw("first", { n: 1 }), { n: 1 })
      assert.deepStrictEqual(yield* client.requestRaw("second", { n: 2 }), { n: 2 })
      const { skippedLines } = yield* AppServer
      assert.strictEqual(yield* skippedLines, 2)
    }).pipe(
      Effect.provide(
        connect({
          on: { first: [Peer.write("mise: trusted\n"), Peer.write("{ broken\n"), Peer.echo], second: [Peer.echo] }
        })
      )
    )
  )

  const ends = [
    ["exits with 3", [Peer.exit(3)], { _tag: "Exited", exitCode: 3, signal: null }],
    ["is killed", [Peer.kill("SIGKILL")], { _tag: "Exited", exitCode: null, signal: "SIGKILL" }]
  ] as const
  for (const [what, steps, end] of ends) {
    it.live(`fails calls, streams and later calls if the server ${what}, with a reason that says so`, () =>
      Effect.gen(function* () {
        const client = yield* CodexClient.CodexClient
        const events = yield* client.subscribe
        const waiting = yield* Effect.forkChild(client.requestRaw("held"), { startImmediately: true })
        const error = yield* Effect.flip(client.requestRaw("die"))
        assert.deepInclude(error.reason, { _tag: "ConnectionClosed", end, phase: "running" })
        const open = [rejection(yield* Fiber.await(waiting)), yield* Effect.flip(Stream.runDrain(events))]
        for (const { reason } of open) assert.strictEqual(reason, error.reason)
        const late = [yield* Effect.flip(client.requestRaw("late")), yield* Effect.flip(client.notify("initialized"))]
        for (const { reason } of late) assert.deepInclude(reason, { _tag: "ConnectionClosed", end, sent: false })
      }).pipe(Effect.scoped, Effect.provide(connect({ on: { held: [Peer.hold], die: steps } })))
    )
  }

  it.live("keeps the order of messages while the server does not read, and does not send withdrawn ones", () =>
    Effect.gen(function* () {
      const client = yield* CodexClient.CodexClient
      const { pid } = yield* AppServer
      const events = yield* client.subscribe
      process.kill(pid, "SIGSTOP")
      const padding = "x".repeat(4000)
      const call = (n: number, handed: Array<number>) =>
        Effect.forkChild(client.requestRaw("m", { n, padding }, { onSent: () => handed.push(n) }), {
          startImmediately: true
        })
      const handed: Array<number> = []
      // More than the pipe and the queue before it accept.
      const calls = yield* Effect.forEach(Array.from({ length: 600 }), (_, n) => call(n, handed))
      const last = yield* call(600, handed)
      assert.isBelow(handed.length, 600)
      yield* Fiber.interrupt(last)
      process.kill(pid, "SIGCONT")
      yield* Fiber.joinAll(calls)
      const order = Array.from({ length: 600 }, (_, n) => n)
      assert.deepStrictEqual(handed, order)
      yield* client.requestRaw("m", { n: 601 })
      const seen = yield* Stream.runCollect(Stream.take(events, 601))
      assert.deepStrictEqual(
        seen.map(({ raw }) => at(raw, "params", "n")),
        [...order, 601]
      )
    }).pipe(
      Effect.scoped,
      Effect.provide(
        connect({ on: { m: [Peer.notify("seen", { n: "$params.n" }), Peer.reply(null)] } }, { maxInFlight: Infinity })
      )
    )
  )

  it.live("delivers the messages from before the connection, first and in order", () =>
    Effect.gen(function* () {
      const { stderr } = yield* AppServer
      yield* Stream.runHead(stderr)
      const heard: Array<string> = []
      const rpc = yield* JsonRpc.make({
        handlers: {
          onNotification: ({ method }) => heard.push(method),
          onRequest: () => Effect.never,
          onEnd: () => {}
        },
        requestTimeout: "10 seconds",
        maxInFlight: 1
      })
      yield* rpc.request("last", {})
      assert.deepStrictEqual(heard, ["one", "two", "three"])
    }).pipe(
      Effect.scoped,
      Effect.provide(
        appServerLayer({
          command: Peer.command({
            onStart: [Peer.notify("one", {}), Peer.notify("two", {}), Peer.stderr("written\n")],
            on: { last: [Peer.notify("three", {}), Peer.reply(null)] }
          })
        }).pipe(Layer.provide(NodeServices.layer))
      )
    )
  )

  it.live("fails the call in flight at the end of the scope", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const services = yield* Layer.buildWithScope(connect({ on: { held: [Peer.hold] } }), scope)
      const sent = yield* Deferred.make<void>()
      const client = yield* Effect.provide(CodexClient.CodexClient, services)
      const call = yield* Effect.forkChild(
        client.requestRaw("held", {}, { onSent: () => Deferred.doneUnsafe(sent, Exit.void) }),
        { startImmediately: true }
      )
      yield* Deferred.await(sent)
      yield* Scope.close(scope, Exit.void)
      assert.deepInclude(rejection(yield* Fiber.await(call)).reason, {
        _tag: "ConnectionClosed",
        end: { _tag: "Closed" }
      })
    })
  )

  it.live("delivers every line of stderr to its subscribers, while errors keep the last lines", () =>
    Effect.gen(function* () {
      const client = yield* CodexClient.CodexClient
      const { stderr } = yield* AppServer
      const reading = yield* Effect.forkChild(Stream.runCollect(Stream.take(stderr, 200)), { startImmediately: true })
      const error = yield* Effect.flip(client.requestRaw("die"))
      assert.strictEqual((yield* Fiber.join(reading)).length, 200)
      assert.strictEqual(error.reason._tag === "ConnectionClosed" ? error.reason.stderr.length : 0, 200)
    }).pipe(Effect.provide(connect({ on: { die: [Peer.stderr("a line\n", 200), Peer.exit(1)] } })))
  )

  it.live("sends experimental and unknown fields unchanged, and gives access to newer fields of a reply", () =>
    Effect.gen(function* () {
      const client = yield* CodexClient.CodexClient
      const events = yield* client.subscribe
      const params = { threadId: "t", input: [], environments: [], fromTheFuture: { a: 1 } }
      yield* client.requestRaw("turn/start", params)
      yield* client.request("turn/start", params)
      const echoed = yield* Stream.runCollect(Stream.take(events, 2))
      for (const event of echoed) assert.deepStrictEqual(event.raw["params"], params)
      assert.deepInclude(yield* client.requestRaw("newer"), { newer: true })
    }).pipe(
      Effect.scoped,
      Effect.provide(
        connect({
          on: {
            "turn/start": [Peer.notify("echo", "$params"), Peer.reply(Peer.turnStartResponse("u"))],
            newer: [Peer.reply({ newer: true })]
          }
        })
      )
    )
  )

  it.live("reads a flood without a consumer, while calls are answered", () =>
    Effect.gen(function* () {
      const client = yield* CodexClient.CodexClient
      const events = yield* client.subscribe
      assert.deepStrictEqual(yield* client.requestRaw("flood", {}), "done")
      const all = yield* Stream.runCollect(Stream.takeUntil(events, ({ raw }) => raw["method"] === "last"))
      const text = all.map((event) => (event.method === "item/agentMessage/delta" ? event.params.delta : "")).join("")
      assert.strictEqual(text, Array.from({ length: 20_000 }, (_, n) => `${n},`).join(""))
      assert.isBelow(all.length, 1100)
    }).pipe(
      Effect.scoped,
      Effect.provide(
        connect({
          on: {
            flood: [
              Peer.flood({
                method: "item/agentMessage/delta",
                params: { threadId: "t", turnId: "u", itemId: "i", delta: "${i}," },
                count: 20_000
              }),
              Peer.notify("last", {}),
              Peer.reply("done")
            ]
          }
        })
      )
    )
  )
})
