/**
 * What becomes of the work of a process that is killed and started again, on the real server: the rows of the table in
 * `docs/how-to-production.md`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, Redacted, Schema, Stream } from "effect"
import { Tool, Toolkit } from "effect/ai"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import type { Notification } from "../../src/Protocol.ts"
import * as Sandbox from "../../src/Sandbox.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import { token } from "../../src/testing/loginTokens.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Goals from "../goal/support.ts"
import { reasonOf } from "../support/onBinary.ts"
import { atOnce, killAndWait, restarting } from "./support.ts"

const start = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

/** A turn whose model request is held, and what the model was asked so far. */
const heldTurn = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const model = yield* MockModel.MockModel
  const thread = yield* codex.startThread()
  const gate = yield* MockModel.gate
  yield* model.enqueue(MockModel.hold(MockModel.reply("unheard"), gate))
  const turn = yield* thread.turn("go")
  yield* gate.reached
  return { codex, model, thread, turn }
})

describe("after the process was killed and started again", () => {
  it.live("the handle of the turn in flight fails, is final, and cannot be steered", () =>
    Effect.gen(function* () {
      const { model, turn } = yield* heldTurn
      const events = yield* start(reasonOf(Stream.runDrain(turn.events)))
      const states = yield* start(reasonOf(Stream.runDrain(turn.stateChanges)))
      yield* killAndWait
      assert.strictEqual(yield* Fiber.join(events), "ConnectionClosed")
      assert.strictEqual(yield* Fiber.join(states), "ConnectionClosed")
      assert.strictEqual(yield* reasonOf(turn.result), "ConnectionClosed")
      assert.strictEqual((yield* turn.state).status, "interrupted")
      assert.deepStrictEqual(yield* turn.interrupt(), { ended: true, terminalsEnded: 0 })
      assert.strictEqual(yield* reasonOf(turn.steer("more")), "NoActiveTurn")
      assert.strictEqual((yield* model.requests).length, 1)
    }).pipe(restarting())
  )

  it.live("a caller that was interrupted meanwhile leaves nothing, and the thread is free", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* heldTurn
      const waiting = yield* start(thread.run("queued"))
      const kill = yield* start(killAndWait)
      yield* Fiber.interrupt(waiting)
      yield* Fiber.join(kill)
      assert.strictEqual((yield* thread.run("next")).status, "completed")
      assert.deepStrictEqual(
        (yield* model.requests).map(({ lastUserText }) => lastUserText),
        ["go", "next"]
      )
    }).pipe(restarting())
  )

  it.live("a goal fails, and is paused before its thread is used, so that it costs nothing", () =>
    Effect.gen(function* () {
      const { model, startGoal, stored, thread } = yield* Goals.setUp()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("one"), MockModel.hold(MockModel.reply("two"), gate))
      const goal = yield* startGoal("build it")
      yield* gate.reached
      yield* killAndWait
      assert.strictEqual(yield* reasonOf(goal.result), "ConnectionClosed")
      assert.strictEqual((yield* stored)?.status, "active")
      assert.deepStrictEqual(yield* goal.interrupt(), { ended: true, terminalsEnded: 0 })
      yield* thread.run("and now?")
      assert.strictEqual((yield* stored)?.status, "paused")
      assert.strictEqual((yield* model.requests).length, 3)
    }).pipe(restarting())
  )

  it.live("an open approval is withdrawn, its handler is interrupted, and the next one is asked again", () => {
    const asked: Array<Deferred.Deferred<void>> = [Deferred.makeUnsafe(), Deferred.makeUnsafe()]
    let count = 0
    let interrupted = 0
    return Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const command = MockModel.execCommand({ cmd: "touch made", escalate: "it has to be there" })
      yield* model.enqueue(command, command, MockModel.reply("done"))
      const decided: Array<string> = []
      yield* start(Stream.runForEach(codex.decisions, ({ rule }) => Effect.sync(() => decided.push(rule))))
      const thread = yield* codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
      const running = yield* start(reasonOf(thread.run("make it")))
      yield* Deferred.await(asked[0] ?? assert.fail("no gate"))
      yield* killAndWait
      assert.strictEqual(yield* Fiber.join(running), "ConnectionClosed")
      assert.strictEqual(interrupted, 1)
      assert.deepStrictEqual(yield* codex.openRequests, [])
      assert.strictEqual((yield* thread.run("again")).status, "completed")
      assert.deepStrictEqual(decided, ["connectionEnded", "handler"])
    }).pipe(
      restarting(atOnce, {
        codex: {
          serverRequests: {
            "item/commandExecution/requestApproval": () =>
              Effect.gen(function* () {
                const number = count++
                Deferred.doneUnsafe(asked[number] ?? assert.fail("asked too often"), Exit.void)
                return number === 0 ? yield* Effect.never : { decision: "decline" as const }
              }).pipe(
                Effect.onInterrupt(() =>
                  Effect.sync(() => {
                    interrupted++
                  })
                )
              )
          }
        }
      })
    )
  })

  it.live("an open tool call is interrupted, and the thread keeps its tools", () => {
    const Kit = Toolkit.make(Tool.make("work", { description: "works", success: Schema.String }))
    return Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const begun = yield* Deferred.make<void>()
      const ended = yield* Deferred.make<void>()
      let calls = 0
      const handlers = Kit.toLayer({
        work: () =>
          Effect.suspend(() =>
            ++calls > 1
              ? Effect.succeed("worked")
              : Effect.andThen(Deferred.succeed(begun, undefined), Effect.never).pipe(
                  Effect.onInterrupt(() => Deferred.succeed(ended, undefined))
                )
          )
      })
      const thread = yield* Effect.provide(codex.startThread({ tools: Kit }), handlers)
      const call = MockModel.toolCall({ name: "work" })
      yield* model.enqueue(call, call, MockModel.reply("done"))
      const running = yield* start(reasonOf(thread.run("work")))
      yield* Deferred.await(begun)
      yield* killAndWait
      assert.strictEqual(yield* Fiber.join(running), "ConnectionClosed")
      yield* Deferred.await(ended)
      yield* thread.run("again")
      const requests = yield* model.requests
      assert.include(JSON.stringify(requests.at(-1)?.body), "worked")
      assert.strictEqual(requests.length, 3)
    }).pipe(restarting())
  })

  it.live("`notifications` continues, and says that there is a new process and which threads return", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const server = yield* AppServer.AppServer
      const client = yield* CodexClient.CodexClient
      const seen: Array<Notification> = []
      const events = yield* client.subscribe
      const heard = yield* start(Stream.runForEach(events, (event) => Effect.sync(() => seen.push(event))))
      const ephemeral = yield* codex.startThread({ ephemeral: true })
      const thread = yield* codex.startThread()
      yield* Effect.all([thread.run("one"), ephemeral.run("one")])
      const before = server.pid
      yield* killAndWait
      yield* thread.run("two")
      yield* Effect.yieldNow
      const at = seen.findIndex(({ method }) => method === "~restarted")
      const restarted = seen[at]
      if (restarted?.method !== "~restarted") return assert.fail("no event")
      const { cause, pid, threadIds, version } = restarted.params
      assert.strictEqual(cause.reason._tag, "ConnectionClosed")
      assert.strictEqual(pid, server.pid)
      assert.notStrictEqual(pid, before)
      assert.strictEqual(version, codex.metadata.version)
      assert.deepStrictEqual(threadIds, [thread.id])
      const of = (events: ReadonlyArray<Notification>) =>
        events.filter(({ method }) => method === "turn/completed").length
      assert.deepStrictEqual([of(seen.slice(0, at)), of(seen.slice(at))], [2, 1])
      yield* Fiber.interrupt(heard)
    }).pipe(Effect.scoped, restarting())
  )

  it.live("a thread keeps the configuration that only its start had", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread({
        config: { model_reasoning_effort: "high" },
        developerInstructions: "Speak of the sea.",
        approvalMode: "denyAll",
        sandbox: "workspaceWrite"
      })
      yield* thread.run("one")
      yield* killAndWait
      yield* thread.run("two")
      const [before, after] = (yield* model.requests).map(({ body }) => JSON.parse(JSON.stringify(body)))
      assert.deepStrictEqual(after.reasoning, before.reasoning)
      assert.include(JSON.stringify(after.input), "Speak of the sea.")
      // A thread that is loaded is resumed with its own settings, and the reply shows them.
      const { reply } = yield* codex.resumeThread(thread.id)
      assert.deepStrictEqual(
        [reply.approvalPolicy, reply.approvalsReviewer, reply.sandbox],
        [thread.reply.approvalPolicy, thread.reply.approvalsReviewer, thread.reply.sandbox]
      )
    }).pipe(restarting())
  )

  it.live("a thread has exactly the access that it had, also if a turn has changed it", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const narrow = yield* codex.startThread({ sandbox: "readOnly" })
      const wide = yield* codex.startThread()
      const narrowed = yield* codex.startThread()
      const exact = Sandbox.workspaceWrite({ writableRoots: ["/srv/data"], networkAccess: true, excludeSlashTmp: true })
      yield* Effect.all([narrow.run("one"), wide.run("one"), narrowed.run("one", { sandbox: exact })])
      yield* killAndWait
      const sandboxes = yield* Effect.forEach([narrow, wide, narrowed], (thread) =>
        Effect.andThen(
          thread.run("two"),
          Effect.map(codex.resumeThread(thread.id), ({ reply }) => reply.sandbox)
        )
      )
      assert.deepStrictEqual(sandboxes, [
        { type: "readOnly", networkAccess: false },
        { type: "dangerFullAccess" },
        {
          type: "workspaceWrite",
          writableRoots: ["/srv/data"],
          networkAccess: true,
          excludeSlashTmp: true,
          excludeTmpdirEnvVar: false
        }
      ])
    }).pipe(restarting(atOnce, { config: { sandboxMode: "danger-full-access" } }))
  )

  it.live("the new server can be asked about the thread at once, and it is resumed only once for many calls", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run("one")
      yield* killAndWait
      assert.deepStrictEqual(yield* codex.loadedThreads, [])
      const names = ["a", "b", "c"]
      yield* Effect.forEach(names, (name) => thread.setName(name), { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* codex.loadedThreads, [thread.id])
      assert.include(names, (yield* thread.read()).name)
    }).pipe(restarting())
  )

  it.live("a thread is resumed in the background with `atOnce`", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const threads = yield* Effect.forEach([1, 2, 3], () => codex.startThread())
      yield* Effect.forEach(threads, (thread) => thread.run("one"), { concurrency: "unbounded" })
      const loaded = codex.notifications.pipe(
        Stream.filter(({ method }) => method === "thread/status/changed" || method === "thread/started"),
        Stream.mapEffect(() => codex.loadedThreads),
        Stream.filter((ids) => ids.length === threads.length),
        Stream.runHead
      )
      const all = yield* start(loaded)
      yield* killAndWait
      assert.isTrue(Option.isSome(yield* Fiber.join(all)))
    }).pipe(restarting({ schedule: atOnce, resume: "atOnce", resumeConcurrency: 2 }))
  )
})

describe("the account after a restart", () => {
  const external = (mark: string) => ({
    accessToken: Redacted.make(token({ mark })),
    chatgptAccountId: "account-1"
  })
  const bearers = Effect.flatMap(MockModel.MockModel, (model) =>
    Effect.map(model.requests, (all) => all.map((request) => request.header("authorization")))
  )
  const layer = LoginIssuer.layerCodex({ codex: { restart: atOnce } })

  it.live("is the same after a login with external tokens, which is repeated, and so is their refresh", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      let refreshes = 0
      const refresh = Effect.sync(() => external(`new${++refreshes}`))
      yield* codex.loginChatgptAuthTokens(external("old"), refresh)
      yield* model.enqueue(MockModel.reply("one"), MockModel.reply("two"))
      yield* thread.run("one")
      yield* killAndWait
      yield* thread.run("two")
      yield* model.enqueue(MockModel.status(401, { error: { message: "Unauthorized" } }), MockModel.reply("three"))
      yield* thread.run("three")
      yield* killAndWait
      yield* model.enqueue(MockModel.reply("four"))
      yield* thread.run("four")
      const [old, renewed] = ["old", "new1"].map((mark) => `Bearer ${token({ mark })}`)
      assert.deepStrictEqual(yield* bearers, [old, old, old, renewed, renewed])
      yield* codex.logout
      yield* killAndWait
      assert.isNull((yield* codex.account()).account)
    }).pipe(Effect.provide(layer))
  )

  it.live("is the same after a login by API key, and `accountChanges` continues", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const isTold = yield* Deferred.make<void>()
      const modes = yield* codex.accountChanges.pipe(
        Stream.map(({ authMode }) => authMode),
        Stream.tap(() => Deferred.succeed(isTold, undefined)),
        Stream.take(2),
        Stream.runCollect,
        start
      )
      yield* codex.loginApiKey(Redacted.make("sk-test-1"))
      // The server reports it after the login has completed.
      yield* Deferred.await(isTold)
      yield* killAndWait
      assert.deepStrictEqual((yield* codex.account()).account, { type: "apiKey" })
      yield* codex.logout
      assert.deepStrictEqual(yield* Fiber.join(modes), ["apikey", null])
    }).pipe(Effect.provide(layer))
  )

  it.live("an attempt to log in that was open has failed, and another can be started", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const attempt = yield* codex.loginChatgpt()
      const waiting = yield* start(reasonOf(attempt.wait))
      yield* killAndWait
      assert.strictEqual(yield* Fiber.join(waiting), "ConnectionClosed")
      const another = yield* codex.loginChatgpt()
      assert.strictEqual(yield* another.cancel, "canceled")
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})

describe("the service `AppServer` of a process that is started again", () => {
  it.live("is about the current process, and its stderr continues", () =>
    Effect.gen(function* () {
      const server = yield* AppServer.AppServer
      const client = yield* CodexClient.CodexClient
      const ended = yield* start(Stream.runDrain(server.stderr))
      const before = server.pid
      yield* killAndWait
      assert.notStrictEqual(server.pid, before)
      assert.isAbove(server.executable.length, 0)
      assert.strictEqual(yield* server.skippedLines, 0)
      assert.strictEqual(yield* client.inFlight, 0)
      assert.isUndefined(ended.pollUnsafe())
    }).pipe(restarting())
  )
})
