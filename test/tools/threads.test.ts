import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Layer, Logger, Option, Schema, Stream } from "effect"
import { Prompt, Tool, Toolkit } from "effect/ai"
import { pid } from "node:process"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as DynamicTools from "../../src/DynamicTools.ts"
import * as threadRecord from "../../src/internal/session/record.ts"
import * as threadTools from "../../src/internal/tools/threadTools.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Requests from "../serverRequests/support.ts"
import * as Test from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

const Who = Tool.make("who", { success: Schema.String })
const Kit = Toolkit.make(Who)

const answering = (answer: string) => Effect.provide(Kit.toLayer({ who: () => Effect.succeed(answer) }))

/** What the model reads about one call in a turn. */
const ask = Effect.fnUntraced(function* (run: Effect.Effect<unknown, unknown>, callId: string) {
  yield* Test.script({ name: "who", callId })
  yield* run
  return (yield* Test.outputsSoFar).get(callId)
})

describe("tools belong to their thread", () => {
  it.live("each thread's calls reach its own toolkit", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const one = yield* codex.startThread({ tools: Kit }).pipe(answering("one"))
      const two = yield* codex.startThread({ tools: Kit }).pipe(answering("two"))
      const none = yield* codex.startThread()
      assert.strictEqual(yield* ask(one.run("go"), "a"), "one")
      assert.strictEqual(yield* ask(two.run("go"), "b"), "two")
      assert.strictEqual(yield* ask(none.run("go"), "c"), "unsupported call: who")
    }).pipe(Effect.provide(Test.layer()), quiet)
  )

  it.live("another process that resumes the thread passes the toolkit again; without one, the model reads that", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const { env, workspace } = yield* CodexTest.makeHome(model.configToml())
      // Another process each time.
      const provide = Effect.provide(Layer.fresh(Codex.layer({ env, inheritEnv: false, cwd: workspace })))
      const id = yield* Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const thread = yield* codex.startThread({ tools: Kit }).pipe(answering("first"))
        yield* thread.run("go")
        return thread.id
      }).pipe(provide)
      yield* Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const thread = yield* codex.resumeThread(id)
        assert.strictEqual(yield* ask(thread.run("go"), "a"), "This client has no handler for the request")
      }).pipe(provide)
      yield* Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const thread = yield* codex.resumeOrStart(id, { tools: Kit }).pipe(answering("second"))
        assert.strictEqual(thread.id, id)
        assert.strictEqual(yield* ask(thread.run("go"), "b"), "second")
      }).pipe(provide)
    }).pipe(
      Effect.scoped,
      Effect.provide([MockModel.layer({ fallback: () => MockModel.reply("done") }), NodeServices.layer]),
      quiet
    )
  )

  it.live("a fork has its tools, too: answered by the thread's toolkit, or by its own", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ tools: Kit }).pipe(answering("thread"))
      yield* thread.run("go")
      const fork = yield* thread.fork()
      assert.strictEqual(yield* ask(fork.run("go"), "a"), "thread")
      const other = yield* codex.forkThread(thread.id, { tools: Kit }).pipe(answering("fork"))
      assert.strictEqual(yield* ask(other.run("go"), "b"), "fork")
      assert.strictEqual(yield* ask(thread.run("go"), "c"), "thread")
    }).pipe(Effect.provide(Test.layer()), quiet)
  )

  it.live("a failed resume keeps the previous toolkit", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ tools: Kit }).pipe(answering("thread"))
      // There is no turn yet, so it cannot be resumed.
      yield* Effect.flip(codex.resumeThread(thread.id, { tools: Kit }).pipe(answering("other")))
      assert.strictEqual(yield* ask(thread.run("go"), "a"), "thread")
    }).pipe(Effect.provide(Test.layer()), quiet)
  )
})

describe("a call on the real server", () => {
  it.live("shows the model the image that the tool made", () =>
    Effect.gen(function* () {
      const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
      const kit = Toolkit.make(
        Tool.make("who", {
          success: Schema.String,
          toModelOutput: (title) => [
            Prompt.textPart({ text: title }),
            Prompt.filePart({ mediaType: "image/png", data: png })
          ]
        })
      )
      const codex = yield* Codex.Codex
      const thread = yield* codex
        .startThread({ tools: kit })
        .pipe(Effect.provide(kit.toLayer({ who: () => Effect.succeed("a dot") })))
      assert.deepStrictEqual(yield* ask(thread.run("go"), "a"), [
        { type: "input_text", text: "a dot" },
        { type: "input_image", image_url: `data:image/png;base64,${png}`, detail: "high" }
      ])
    }).pipe(Effect.provide(Test.layer()), quiet)
  )

  it.live("is an item of the turn, and a decision of the toolkit", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const decisions: Array<ServerRequests.Decision> = []
      yield* Effect.forkScoped(
        Stream.runForEach(codex.decisions, (decision) => Effect.sync(() => void decisions.push(decision))),
        { startImmediately: true }
      )
      const thread = yield* codex.startThread({ tools: Kit }).pipe(answering("me"))
      yield* Test.script({ name: "who", arguments: {}, callId: "a" }, { name: "who", arguments: { x: 1 }, callId: "b" })
      const { items } = yield* thread.run("go")
      const calls = items.flatMap((item) => (item.type === "dynamicToolCall" ? [item] : []))
      const [well, badly] = ["a", "b"].map((id) => calls.find((item) => item.id === id))
      assert.containSubset(well, {
        tool: "who",
        status: "completed",
        success: true,
        contentItems: [{ type: "inputText", text: "me" }]
      })
      assert.containSubset(badly, { tool: "who", status: "failed", success: false })
      assert.deepStrictEqual(decisions.map(Requests.short).sort(), ["answer by toolkit", "failed by toolkit"])
    }).pipe(Effect.scoped, Effect.provide(Test.layer()), quiet)
  )

  it.live("ends with its turn: the tool's fiber is interrupted, and the thread stays usable", () =>
    Effect.gen(function* () {
      const open = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const waiting = Kit.toLayer({
        who: () =>
          Effect.andThen(Deferred.succeed(open, undefined), Effect.never).pipe(
            Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
          )
      })
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread({ tools: Kit }).pipe(Effect.provide(waiting))
      yield* Test.script({ name: "who" })
      const turn = yield* thread.turn("go")
      yield* Deferred.await(open)
      assert.deepStrictEqual(
        (yield* codex.openRequests).map(({ method, threadId }) => [method, Option.getOrNull(threadId)]),
        [["item/tool/call", thread.id]]
      )
      yield* turn.interrupt()
      yield* Deferred.await(interrupted)
      assert.strictEqual((yield* Effect.flip(turn.result))._tag, "TurnInterrupted")
      assert.deepStrictEqual(yield* codex.openRequests, [])
      assert.strictEqual((yield* thread.run("again")).status, "completed")
    }).pipe(Effect.provide(Test.layer()), quiet)
  )

  it.live("is interrupted if its connection is lost", () =>
    Effect.gen(function* () {
      const open = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const waiting = Kit.toLayer({
        who: () =>
          Effect.andThen(Deferred.succeed(open, undefined), Effect.never).pipe(
            Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
          )
      })
      const codex = yield* Codex.Codex
      const server = yield* AppServer.AppServer
      const thread = yield* codex.startThread({ tools: Kit }).pipe(Effect.provide(waiting))
      yield* Test.script({ name: "who" })
      const turn = yield* thread.turn("go")
      yield* Deferred.await(open)
      assert.notStrictEqual(server.pid, pid)
      process.kill(server.pid, "SIGKILL")
      yield* Effect.flip(turn.result)
      yield* Deferred.await(interrupted)
    }).pipe(Effect.provide(Test.layer()), quiet)
  )

  it.live("can call the SDK, also its own thread", () =>
    Effect.gen(function* () {
      class Threads extends Context.Service<Threads, Deferred.Deferred<Codex.Codex>>()("test/Threads") {}
      const handlers = Kit.toLayer(
        Effect.gen(function* () {
          const threads = yield* Threads
          return Kit.of({
            who: () =>
              Effect.gen(function* () {
                const codex = yield* Deferred.await(threads)
                const call = Option.getOrThrow(yield* DynamicTools.CurrentCall)
                yield* codex.request("thread/name/set", { threadId: call.threadId, name: "named by a tool" })
                return call.threadId
              }).pipe(Effect.orDie)
          })
        })
      )
      const codex = yield* Codex.Codex
      const threads = yield* Deferred.make<Codex.Codex>()
      yield* Deferred.succeed(threads, codex)
      const thread = yield* codex
        .startThread({ tools: Kit })
        .pipe(Effect.provide(handlers), Effect.provideService(Threads, threads))
      assert.strictEqual(yield* ask(thread.run("go"), "a"), thread.id)
      assert.strictEqual((yield* thread.read()).name, "named by a tool")
    }).pipe(Effect.provide(Test.layer()), quiet)
  )
})

// The server does not close a thread that it archives or deletes: it only reports that.
for (const end of ["closed", "archived", "deleted"]) {
  it.effect(`a thread that is ${end} releases its toolkit`, () =>
    Effect.gen(function* () {
      const { ask, client, decisions, peer } = yield* Requests.played()
      const tools = yield* threadTools.prepare(client["~session"], Kit, undefined).pipe(answering("me"))
      const record = client["~session"].open("thread")
      threadRecord.change(record, { _tag: "ToolsGiven", tools: tools?.answer })
      const params = { threadId: "thread", turnId: "turn", callId: "call", tool: "who", arguments: {} }
      yield* ask(1, "item/tool/call", params)
      yield* peer.receive
      yield* peer.send({ method: `thread/${end}`, params: { threadId: "thread" } })
      yield* ask(2, "item/tool/call", params)
      yield* peer.receive
      assert.deepStrictEqual(decisions.map(Requests.short), ["answer by toolkit", "failed by default"])
    }).pipe(quiet)
  )
}
