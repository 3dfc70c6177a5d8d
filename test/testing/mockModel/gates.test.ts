import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { connect } from "node:net"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { ask, names, post, untilBroken, withModel } from "./support.ts"

describe("MockModel over HTTP", () => {
  it.effect("holds the stream at a gate until it is released", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const gate = yield* MockModel.gate
        const end = yield* MockModel.gate
        const held = MockModel.hold(MockModel.deltas(["he", "llo"]), gate, { after: 3 })
        yield* model.enqueue(MockModel.hold(held, end, { before: "response.completed" }))
        const response = yield* Effect.promise(() => post(model))
        const reader = response.body?.getReader()
        const read = Effect.promise(async () => new TextDecoder().decode((await reader?.read())?.value))
        yield* gate.reached
        assert.deepStrictEqual(names(yield* read), [
          "response.created",
          "response.output_item.added",
          "response.output_text.delta"
        ])
        yield* gate.release
        yield* end.reached
        assert.deepStrictEqual(names(yield* read), ["response.output_text.delta", "response.output_item.done"])
        yield* end.release
        assert.deepStrictEqual(names(yield* read), ["response.completed"])
        yield* model.idle
      })
    )
  )

  it("rejects a gate at a missing event when it is written", () => {
    const gate = Effect.runSync(MockModel.gate)
    assert.throws(() => MockModel.hold(MockModel.reply("x"), gate, { after: "response.failed" }), /has no event/)
    assert.throws(() => MockModel.hold(MockModel.reply("x"), gate, { after: 99 }), /has no event/)
    assert.throws(() => MockModel.hold(MockModel.status(500), gate), /streamed/)
  })

  it.effect("leaves nothing running if a reader disconnects during a stream", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const gate = yield* MockModel.gate
        yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate), MockModel.reply("next"))
        const abort = new AbortController()
        const open = yield* Effect.promise(() =>
          fetch(`${model.baseUrl}/responses`, { method: "POST", body: "{}", signal: abort.signal })
        )
        yield* gate.reached
        assert.strictEqual(open.status, 200)
        abort.abort()
        yield* model.idle
        assert.include((yield* ask(model)).text, "next")
      })
    )
  )

  it.effect("breaks held streams and waits for no socket when its scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const model = yield* Scope.provide(MockModel.make(), scope)
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("kept alive"), MockModel.hold(MockModel.reply("held"), gate))
      yield* ask(model)
      const port = Number(new URL(model.baseUrl).port)
      const socket = connect(port, "127.0.0.1")
      const gone = yield* Deferred.make<void>()
      socket.on("error", () => {})
      socket.on("close", () => Deferred.doneUnsafe(gone, Effect.void))
      socket.write("POST /v1/responses HTTP/1.1\r\n")
      const broken = yield* Effect.forkChild(untilBroken(model))
      yield* gate.reached
      yield* Scope.close(scope, Exit.void)
      yield* Deferred.await(gone)
      assert.deepStrictEqual(names(yield* Fiber.join(broken)), ["response.created"])
      assert.isTrue(Exit.isFailure(yield* Effect.exit(Effect.tryPromise(() => post(model)))))
    })
  )
})
