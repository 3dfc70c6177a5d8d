import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { at, makeHome, type RawDriver, start, type TestHome } from "../../support/rawDriver.ts"
import type { Model } from "./support.ts"

const typed = (items: ReadonlyArray<unknown>, type: string) => items.filter((item) => at(item, "type") === type)

describe("MockModel behind the real app-server", () => {
  interface Session {
    readonly model: Model
    readonly home: TestHome
    readonly server: RawDriver
    readonly threadId: string
    readonly turn: (text: string) => Effect.Effect<Turn>
  }

  interface Turn {
    readonly status: unknown
    readonly turn: unknown
    readonly items: ReadonlyArray<unknown>
    readonly deltas: ReadonlyArray<unknown>
  }

  const session = (config: MockModel.ConfigOptions = {}) =>
    Effect.gen(function* () {
      const model = yield* MockModel.make()
      const home = yield* Effect.acquireRelease(
        Effect.sync(() => makeHome(model.configToml(config))),
        (home) => Effect.sync(home.remove)
      )
      const server = yield* Effect.acquireRelease(
        Effect.promise(() => start({ cwd: home.workspace, env: home.env })),
        (server) => Effect.promise(server.close)
      )
      const started = yield* Effect.promise(() => server.request("thread/start", { cwd: home.workspace }))
      const threadId = String(at(started, "thread", "id"))
      const turn = (text: string) =>
        Effect.promise(async (): Promise<Turn> => {
          const items: Array<unknown> = []
          const deltas: Array<unknown> = []
          const mine = (params: unknown) => at(params, "threadId") === threadId
          const off = server.onNotification(({ method, params }) => {
            if (!mine(params)) return
            if (method === "item/completed") items.push(at(params, "item"))
            if (method === "item/agentMessage/delta") deltas.push(at(params, "delta"))
          })
          const completed = server.next("turn/completed", mine)
          await server.request("turn/start", { threadId, input: [{ type: "text", text }] })
          const done = at(await completed, "turn")
          off()
          return { status: at(done, "status"), turn: done, items, deltas }
        })
      return { model, home, server, threadId, turn } satisfies Session
    })

  it.effect("streams the scripted deltas of a turn and ends with the final text and usage", () =>
    Effect.gen(function* () {
      const { model, turn } = yield* session()
      yield* model.enqueue(
        MockModel.response(
          [
            MockModel.reasoning("thinking"),
            MockModel.message("on it", { phase: "commentary" }),
            MockModel.message("hello", { deltas: ["he", "llo"], phase: "final_answer" })
          ],
          { usage: { inputTokens: 11, outputTokens: 2 } }
        )
      )
      const done = yield* turn("say hello")
      assert.strictEqual(done.status, "completed")
      assert.deepStrictEqual(done.deltas, ["on it", "he", "llo"])
      assert.strictEqual(at(done.turn, "items", 0, "text"), "hello")
      assert.deepStrictEqual(at(typed(done.items, "reasoning")[0], "summary"), ["thinking"])
      const [request] = yield* model.received(1)
      assert.strictEqual(request?.lastUserText, "say hello")
      assert.strictEqual(request?.model, "mock-model")
      assert.strictEqual(request?.requestKind, "turn")
    })
  )

  it.effect("releases the request of a held turn that is interrupted, and the thread stays usable", () =>
    Effect.gen(function* () {
      const { model, server, threadId, turn } = yield* session()
      const gate = yield* MockModel.gate
      yield* model.enqueue(
        MockModel.hold(MockModel.deltas(["he", "llo"]), gate, { after: 3 }),
        MockModel.reply("again")
      )
      const delta = server.next("item/agentMessage/delta")
      const running = yield* Effect.forkChild(turn("go"))
      yield* gate.reached
      const turnId = at(yield* Effect.promise(() => delta), "turnId")
      yield* Effect.promise(() => server.request("turn/interrupt", { threadId, turnId }))
      const cut = yield* Fiber.join(running)
      assert.strictEqual(cut.status, "interrupted")
      assert.deepStrictEqual(cut.deltas, ["he"])
      yield* model.idle
      assert.strictEqual(at((yield* turn("once more")).turn, "items", 0, "text"), "again")
    })
  )

  it.effect("fails the turn at response.failed, a 429 and an empty queue with their own message", () =>
    Effect.gen(function* () {
      const { model, turn } = yield* session()
      yield* model.enqueue(MockModel.failed({ message: "boom in the model" }), MockModel.status(429))
      const failed = yield* turn("one")
      assert.strictEqual(failed.status, "failed")
      assert.include(String(at(failed.turn, "error", "message")), "boom in the model")
      const limited = yield* turn("two")
      assert.strictEqual(limited.status, "failed")
      assert.include(JSON.stringify(at(limited.turn, "error")), "429")
      const empty = yield* turn("three")
      assert.include(String(at(empty.turn, "error", "message")), "MockModel: no reply is queued")
    })
  )

  it.effect("gets the output of an exec_command, which runs in the workspace", () =>
    Effect.gen(function* () {
      const { home, model, turn } = yield* session({ sandboxMode: "danger-full-access" })
      yield* model.enqueue(
        MockModel.execCommand({ cmd: "echo made > made.txt && cat made.txt", callId: "c1" }),
        MockModel.reply("done")
      )
      const done = yield* turn("make it")
      const [command] = typed(done.items, "commandExecution")
      assert.deepStrictEqual([at(command, "status"), at(command, "exitCode")], ["completed", 0])
      assert.strictEqual(readFileSync(join(home.workspace, "made.txt"), "utf8"), "made\n")
      const [, second] = yield* model.received(2)
      assert.include(second?.toolOutput("c1"), "made")
    })
  )

  it.effect("changes files with applyPatch, which is a fileChange item", () =>
    Effect.gen(function* () {
      const { home, model, turn } = yield* session({ sandboxMode: "danger-full-access" })
      yield* model.enqueue(
        MockModel.applyPatch("*** Begin Patch\n*** Add File: a.txt\n+it's $HOME\n*** End Patch"),
        MockModel.reply("done")
      )
      const done = yield* turn("patch it")
      assert.strictEqual(at(typed(done.items, "fileChange")[0], "status"), "completed")
      assert.strictEqual(readFileSync(join(home.workspace, "a.txt"), "utf8"), "it's $HOME\n")
    })
  )

  const reviewed: MockModel.ConfigOptions = {
    approvalPolicy: "on-request",
    settings: { approvals_reviewer: "auto_review" }
  }

  it.effect("lets a guardian allow the command, without using up a reply", () =>
    Effect.gen(function* () {
      const { home, model, turn } = yield* session(reviewed)
      yield* model.enqueue(
        MockModel.execCommand({ cmd: "echo made > made.txt", escalate: "May I?" }),
        MockModel.reply("done")
      )
      const done = yield* turn("make it")
      assert.strictEqual(at(done.turn, "items", 0, "text"), "done")
      assert.strictEqual(at(typed(done.items, "commandExecution")[0], "status"), "completed")
      assert.isTrue(existsSync(join(home.workspace, "made.txt")))
      assert.lengthOf(yield* model.requestsFor("guardian"), 1)
      assert.lengthOf(yield* model.requests, 2)
    })
  )

  it.effect("lets a guardian deny the command, and gets its rationale", () =>
    Effect.gen(function* () {
      const { home, model, turn } = yield* session(reviewed)
      yield* model.enqueueFor("guardian", MockModel.guardian("deny", { rationale: "not on my watch" }))
      yield* model.enqueue(
        MockModel.execCommand({ cmd: "echo made > made.txt", escalate: "May I?", callId: "c1" }),
        MockModel.reply("done")
      )
      const done = yield* turn("make it")
      assert.strictEqual(done.status, "completed")
      assert.strictEqual(at(typed(done.items, "commandExecution")[0], "status"), "declined")
      assert.isFalse(existsSync(join(home.workspace, "made.txt")))
      const [, second] = yield* model.received(2)
      assert.include(second?.toolOutput("c1"), "not on my watch")
    })
  )

  it.effect("answers a spawned agent from its own queue", () =>
    Effect.gen(function* () {
      const { model, server, threadId, turn } = yield* session()
      const gate = yield* MockModel.gate
      yield* model.enqueueFor("collab_spawn", MockModel.reply("from the child"))
      yield* model.enqueue(
        MockModel.spawnAgent("look around"),
        MockModel.hold(MockModel.reply("waiting"), gate),
        // The notification that the child is done makes the parent send one more request.
        MockModel.reply("from the parent")
      )
      const child = server.next("turn/completed", (params) => at(params, "threadId") !== threadId)
      const running = yield* Effect.forkChild(turn("delegate"))
      const ended = yield* Effect.promise(() => child)
      assert.strictEqual(at(ended, "turn", "items", 0, "text"), "from the child")
      const [request] = yield* model.receivedFor("collab_spawn", 1)
      assert.strictEqual(request?.lastUserText, "look around")
      yield* gate.release
      assert.strictEqual(at((yield* Fiber.join(running)).turn, "items", 0, "text"), "from the parent")
    })
  )
})
