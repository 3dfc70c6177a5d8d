import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Fiber, Layer, Stream } from "effect"
import { join } from "node:path"
import * as AppServer from "../../src/AppServer.ts"
import type * as Codex from "../../src/Codex.ts"
import { ConnectionClosed } from "../../src/CodexError.ts"
import { Transport } from "../../src/Transport.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import { played } from "./played.ts"
import { background, closable, connect, exited, start, temporary } from "./support.ts"

describe("the end of the connection", () => {
  /** Ends a connection while three calls and a stream wait, and returns the one reason that all of them fail with. */
  const reasonOf = Effect.fnUntraced(function* (
    how: Peer.Steps | ((app: AppServer.AppServer, close: Effect.Effect<void>) => Effect.Effect<unknown>),
    options: Codex.Options = {},
    script: Peer.Script = {}
  ) {
    const steps = typeof how === "function" ? [] : how
    const [{ app, client }, close] = yield* closable(
      start({ ...script, on: { initialized: [], wait: [], go: steps } }, options)
    )
    const notifications = yield* background(Effect.flip(Stream.runDrain(client.notifications)))
    const calls = yield* Effect.forEach(["wait", "wait", "go"], (method) =>
      background(Effect.flip(client.requestRaw(method)))
    )
    if (typeof how === "function") yield* how(app, close)
    const errors = yield* Effect.forEach([...calls, notifications], Fiber.join)
    const [first] = errors
    assert.instanceOf(first?.reason, ConnectionClosed)
    for (const method of ["wait", "go"]) errors.push(yield* Effect.flip(client.requestRaw(method)))
    for (const { reason } of errors.slice(0, 4)) assert.strictEqual(reason, first?.reason)
    const { end, phase, stderr } = first.reason
    for (const { reason } of errors.slice(4)) {
      assert.deepStrictEqual(reason, new ConnectionClosed({ end, phase, stderr, sent: false }))
    }
    assert.deepStrictEqual(
      errors.map(({ method }) => method),
      ["wait", "wait", "go", "notifications", "wait", "go"]
    )
    assert.strictEqual(yield* client.inFlight, 0)
    const reason = first?.reason
    assert.strictEqual(reason.phase, "running")
    return reason
  })

  it.live("comes by exit: with its code and the last lines of stderr, also code 0", () =>
    Effect.gen(function* () {
      for (const code of [3, 0]) {
        const reason = yield* reasonOf([Peer.stderr("giving up\n"), Peer.exit(code)])
        assert.deepStrictEqual(reason.end, exited(code))
        assert.deepStrictEqual(reason.stderr, ["giving up"])
      }
    })
  )

  it.live("comes by a signal from outside: with the signal", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(({ pid }) => Effect.sync(() => process.kill(pid, "SIGKILL")))
      assert.deepStrictEqual(reason.end, exited(null, "SIGKILL"))
      assert.include(reason.message, "SIGKILL")
    })
  )

  it.live("comes by the end of output of a process that keeps running", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf([Peer.closeStdout, Peer.never])
      assert.deepStrictEqual(reason.end, { _tag: "EndOfOutput" })
    })
  )

  it.live("comes by exit, even if another process holds the output open", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const pidFile = join(root, "grandchild")
      const reason = yield* reasonOf([Peer.spawnGrandchild({ pidFile, inheritStdout: true }), Peer.exit(0)])
      assert.deepStrictEqual(reason.end, exited(0))
    })
  )

  it.live("comes by a failed write, if the process stops reading and keeps running", () =>
    Effect.gen(function* () {
      const [{ client }] = yield* closable(
        start({ on: { initialized: [], wait: [], deaf: [Peer.closeStdin, Peer.reply(null)] } })
      )
      const waiting = yield* background(Effect.flip(client.requestRaw("wait")))
      yield* client.requestRaw("deaf")
      const error = yield* Effect.flip(client.requestRaw("unheard"))
      assert.deepStrictEqual(at(error.reason, "end"), { _tag: "WriteFailed" })
      assert.strictEqual((yield* Fiber.join(waiting)).reason, error.reason)
      const later = (yield* Effect.flip(client.requestRaw("later"))).reason
      assert.deepStrictEqual([at(later, "end"), at(later, "sent")], [at(error.reason, "end"), false])
    })
  )

  it.live("comes by a line over maxLineBytes", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf([Peer.write(`${"x".repeat(3000)}\n`)], { maxLineBytes: 2000 })
      assert.deepStrictEqual(reason.end, { _tag: "LineTooLong", maxLineBytes: 2000 })
      assert.include(reason.message, "maxLineBytes")
    })
  )

  it.live("does not stop the reading, so that a server that keeps writing is not blocked", () =>
    Effect.gen(function* () {
      const long = Peer.flood({ method: "x/long", params: { $repeat: ["x", 60_000] }, count: 400 })
      const { app, client } = yield* start(
        { on: { initialized: [], go: [long, Peer.stderr("all written\n")] }, onStdinEnd: [] },
        { maxLineBytes: 50_000 }
      )
      const written = yield* background(Stream.runHead(app.stderr))
      const error = yield* Effect.flip(client.requestRaw("go"))
      assert.strictEqual(at(error.reason, "end", "_tag"), "LineTooLong")
      yield* Fiber.join(written)
    })
  )

  it.live("comes by the end of the scope", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf((_, close) => close)
      assert.deepStrictEqual(reason.end, { _tag: "Closed" })
    })
  )

  it.live("fails also calls that still wait for a server that reads slowly", () =>
    Effect.gen(function* () {
      const { app, client } = yield* start(
        { on: { initialized: [], pause: [Peer.pauseStdin, Peer.reply(null)] } },
        { maxInFlight: Number.POSITIVE_INFINITY, requestTimeout: "Infinity" }
      )
      yield* client.requestRaw("pause")
      const padding = "x".repeat(4000)
      const calls = yield* Effect.forEach(Array.from({ length: 600 }), () =>
        background(Effect.flip(client.requestRaw("stuck", { padding })))
      )
      process.kill(app.pid, "SIGKILL")
      const reasons = new Set((yield* Effect.forEach(calls, Fiber.join)).map(({ reason }) => reason))
      // Senders that the pipe or its queue accepted, and senders that waited for a slot in it.
      assert.deepStrictEqual(
        [...reasons].map((reason) => [at(reason, "sent"), at(reason, "end")]).toSorted(),
        [false, true].map((sent) => [sent, exited(null, "SIGKILL")])
      )
    })
  )

  it.live("releases blocked senders and does not block later ones", () =>
    Effect.gen(function* () {
      const { app, transport } = yield* connect({ onStart: [Peer.pauseStdin] })
      const padding = "x".repeat(4000)
      const sendMany = Effect.forEach(Array.from({ length: 600 }), () => transport.send({ method: "m", padding }))
      const waiting = yield* background(sendMany)
      process.kill(app.pid, "SIGKILL")
      const { end } = yield* Effect.flip(Stream.runDrain(transport.messages))
      assert.deepStrictEqual(end, exited(null, "SIGKILL"))
      yield* Fiber.join(waiting)
      yield* sendMany
    })
  )

  it.live("comes after everything that was written before the exit", () =>
    Effect.gen(function* () {
      const { client } = yield* start({
        on: {
          initialized: [],
          ask: [Peer.hold],
          go: [
            Peer.flood({ method: "x/tick", params: { n: "$i" }, count: 5000 }),
            Peer.releaseHeld({ ok: true }),
            Peer.stderr("last words\n"),
            Peer.reply("went"),
            Peer.exit(0)
          ]
        }
      })
      let ticks = 0
      const count = Effect.sync(() => void ticks++)
      const notifications = yield* background(Effect.flip(Stream.runForEach(client.notifications, () => count)))
      const calls = yield* Effect.forEach(["ask", "ask", "go"], (method) => background(client.requestRaw(method)))
      assert.deepStrictEqual(yield* Effect.forEach(calls, Fiber.join), [{ ok: true }, { ok: true }, "went"])
      const error = yield* Fiber.join(notifications)
      assert.deepStrictEqual(at(error.reason, "end"), exited(0))
      assert.deepStrictEqual(at(error.reason, "stderr"), ["last words"])
      assert.strictEqual(ticks, 5000)
    })
  )

  it.live("comes after what was written before the exit, even if the exit is known first", () =>
    Effect.gen(function* () {
      const gate = Deferred.makeUnsafe<Uint8Array>()
      const { layer, leave } = played(true, Stream.fromEffect(Deferred.await(gate)))
      const services = yield* AppServer.make({ command: ["played"] }).pipe(
        Effect.provide(Layer.merge(NodeServices.layer, layer))
      )
      const messages: Array<unknown> = []
      const { messages: incoming } = Context.get(services, Transport)
      const ended = yield* background(
        Effect.flip(Stream.runForEach(incoming, (message) => Effect.sync(() => messages.push(message))))
      )
      yield* leave
      // Time for an end that would be too early. No signal exists for "the exit is known"; correctly, nothing happens
      // yet.
      yield* Effect.repeat(Effect.yieldNow, { times: 100 })
      yield* Deferred.succeed(gate, new TextEncoder().encode('{"id":1}\n{"id":2}'))
      assert.deepStrictEqual((yield* Fiber.join(ended)).end, exited(0))
      assert.deepStrictEqual(messages, [{ id: 1 }, { id: 2 }])
    })
  )

  it.live("comes after the last whole line if the server dies in the middle of one", () =>
    Effect.gen(function* () {
      const whole = { method: "x/whole", params: {} }
      const bytes = JSON.stringify(whole).length + 1 + 10
      const { app, client } = yield* start({
        on: {
          initialized: [],
          go: [
            Peer.dieAfterBytes(bytes, { signal: "SIGKILL" }),
            Peer.line(whole),
            Peer.line({ ...whole, method: "x/cut" })
          ]
        }
      })
      const methods: Array<unknown> = []
      const notifications = yield* background(
        Effect.flip(
          Stream.runForEach(client.notifications, ({ raw }) => Effect.sync(() => methods.push(raw["method"])))
        )
      )
      const error = yield* Effect.flip(client.requestRaw("go"))
      assert.deepStrictEqual(at(error.reason, "end"), exited(null, "SIGKILL"))
      assert.strictEqual((yield* Fiber.join(notifications)).reason, error.reason)
      assert.deepStrictEqual(methods, ["x/whole"])
      assert.strictEqual(yield* app.skippedLines, 1)
    })
  )
})
