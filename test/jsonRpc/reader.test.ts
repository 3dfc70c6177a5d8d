import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { connect, logged, settled, start } from "./support.ts"

describe("the reader", () => {
  it.effect("survives a listener that throws: one notification is lost, and the failure is logged", () =>
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
        assert.isTrue(lines[0]?.startsWith("Error A notification handler threw; dropped one bad notification."))
      })
    )
  )

  it.effect("skips lines that are not messages, and continues", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const call = yield* start(rpc, "a")
      for (const line of ["not JSON", "[]", "null", '{"id":', ""]) yield* peer.sendLine(line)
      yield* peer.send({ id: (yield* peer.receive).id, result: 1 })
      assert.strictEqual(yield* Fiber.join(call), 1)
    })
  )
})

describe("ids of messages", () => {
  it.effect("beyond the safe integers are not answered under another id: the request is skipped, and logged", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      yield* peer.sendLine('{"id":9007199254740993,"method":"ask","params":{}}')
      yield* peer.sendLine('{"id":1.5,"method":"ask","params":{}}')
      yield* peer.sendLine('{"id":9007199254740991,"method":"ask","params":{}}')
      assert.deepStrictEqual(yield* peer.receive, { id: 9007199254740991, result: "answer" })
      yield* settled(peer, rpc)
    })
  )

  it.effect("in a reply with a result and a null error belong to a successful call", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect()
      const call = yield* start(rpc, "a")
      yield* peer.send({ id: (yield* peer.receive).id, result: 1, error: null })
      assert.strictEqual(yield* Fiber.join(call), 1)
    })
  )
})

describe("unusual names", () => {
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

describe("a method that is not a string", () => {
  it.effect("fails its call, and no other: their timeouts and the end still work", () =>
    Effect.gen(function* () {
      const { peer, rpc } = yield* connect({})
      for (const method of [3, undefined, null, {}]) {
        // Type boundary: JavaScript programs can pass anything.
        const error = yield* Effect.flip(rpc.request(method as never, {}))
        assert.strictEqual(error.reason._tag, "InvalidInput")
      }
      const waiting = yield* Effect.forkChild(Effect.flip(rpc.request("a", {})), { startImmediately: true })
      yield* peer.receive
      yield* peer.close({ _tag: "EndOfOutput" })
      assert.strictEqual((yield* Fiber.join(waiting)).reason._tag, "ConnectionClosed")
    })
  )
})
