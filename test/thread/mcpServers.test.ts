import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Redacted, Stream } from "effect"
import { createServer, type Socket } from "node:net"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

const script = join(import.meta.dirname, "../support/mcp/server.mjs")

/** An MCP server that starts, and sends nothing before `open`. */
const held = Effect.gen(function* () {
  const started = yield* Deferred.make<Socket>()
  const gate = createServer((socket) => Deferred.doneUnsafe(started, Effect.succeed(socket)))
  yield* Effect.callback<void>((resume) => void gate.listen(0, "127.0.0.1", () => resume(Effect.void)))
  yield* Effect.addFinalizer(() => Effect.sync(() => gate.close()))
  const address = gate.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return {
    server: { command: process.execPath, args: [script, String(port)] },
    started: Deferred.await(started),
    open: Effect.map(Deferred.await(started), (socket) => void socket.end())
  }
})

/** Whether the model was offered the tools of the server, request by request. */
const offered = Effect.flatMap(MockModel.MockModel, (model) =>
  Effect.map(model.requests, (all) => all.map(({ body }) => JSON.stringify(body).includes(`"name":"mcp__held"`)))
)

const onBinary = Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("done") } }))

describe("a thread whose MCP server starts slowly, on the real binary", () => {
  it.live("has its first turn without the server's tools, and offers them once the server is ready", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { open, server } = yield* held
      const ready = yield* codex.notifications.pipe(
        Stream.filter((it) => it.method === "mcpServer/startupStatus/updated" && it.params.status === "ready"),
        Stream.runHead,
        Effect.forkChild({ startImmediately: true })
      )
      const thread = yield* codex.startThread({ config: { mcp_servers: { held: server } } })
      yield* thread.run("go")
      yield* open
      yield* Fiber.join(ready)
      yield* thread.run("go on")
      assert.deepStrictEqual(yield* offered, [false, true])
    }).pipe(Effect.scoped, onBinary)
  )

  it.live("waits for a required server, and has its tools from the first turn", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { open, server, started } = yield* held
      const starting = yield* Effect.forkChild(
        codex.startThread({ config: { mcp_servers: { held: { ...server, required: true } } } })
      )
      yield* started
      // By now the thread would exist without the wait.
      yield* codex.loadedThreads
      assert.isUndefined(starting.pollUnsafe())
      yield* open
      yield* (yield* Fiber.join(starting)).run("go")
      assert.deepStrictEqual(yield* offered, [true])
    }).pipe(Effect.scoped, onBinary)
  )

  it.live("does not start without a required server", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const broken = { command: join(import.meta.dirname, "no-such-program"), required: true }
      const { reason } = yield* Effect.flip(codex.startThread({ config: { mcp_servers: { broken } } }))
      if (reason._tag !== "RequestRejected") return assert.fail(reason._tag)
      assert.include(Redacted.value(reason.serverMessage), "broken")
    }).pipe(onBinary)
  )
})
