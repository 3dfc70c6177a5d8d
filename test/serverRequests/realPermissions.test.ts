import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Option, Stream } from "effect"
import { mkdirSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as Permissions from "../../src/Permissions.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Real from "./realSupport.ts"
import * as Test from "./support.ts"

const request = (permissions: MockModel.JsonObject) =>
  MockModel.toolCall({
    name: "request_permissions",
    callId: "ask",
    arguments: { permissions, reason: "it has to be there" }
  })
const touch = (name: string) => MockModel.execCommand({ cmd: `touch ${name}`, callId: `touch ${name}` })

const folder = Effect.map(CodexTest.TestHome, ({ workspace }) => workspace)
/** Requests write access to the workspace. */
const requestWrites = Effect.map(folder, (path) => request({ file_system: { write: [path] } }))

const handled = (policy: Permissions.Policy<unknown>): ServerRequests.Handlers => ({
  "item/permissions/requestApproval": Permissions.handler(policy)
})
const answering = (answer: Permissions.Answer) =>
  Real.layer({ serverRequests: handled(Permissions.ask(() => Effect.succeed(answer))) })

const nothing = { permissions: { network: null, file_system: null }, scope: "turn" }

describe("a request for permissions, on the real server", () => {
  Real.endings<Permissions.Answer>({
    items: Effect.map(requestWrites, (asking) => [asking, touch("made")]),
    handled: (answer) => handled(Permissions.ask(() => answer)),
    yes: Permissions.grant,
    no: Permissions.decline,
    granted: "file_system",
    rule: "ask",
    nothing,
    assertNothing: Effect.flatMap(Real.exists("made"), (made) => Effect.sync(() => assert.isFalse(made)))
  })

  it.live("has what it requests, and its requester", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<Permissions.Question>()
      const policy = Permissions.ask((question) => Effect.as(Deferred.succeed(asked, question), Permissions.decline))
      yield* Effect.gen(function* () {
        const path = yield* folder
        yield* Real.script(
          request({ file_system: { write: ["sub"], read: [join(path, "a"), "../b"] }, network: { enabled: true } })
        )
        const thread = yield* Real.askingThread
        const turn = yield* thread.turn("go")
        yield* turn.result
        const { request: _, ...question } = yield* Deferred.await(asked)
        assert.deepStrictEqual(question, {
          threadId: thread.id,
          turnId: turn.id,
          itemId: "ask",
          reason: Option.some("it has to be there"),
          cwd: path,
          environment: Option.none(),
          network: true,
          reads: [join(path, "a"), join(path, "../b")],
          writes: [join(path, "sub")],
          others: []
        })
      }).pipe(Effect.scoped, Effect.provide(Real.layer({ serverRequests: handled(policy) })))
    }).pipe(Real.quiet)
  )

  const grants = [
    [
      "granted for the turn allows its commands, and not those of the next turn",
      Permissions.grant,
      [true, false, false],
      0
    ],
    [
      "granted for the session allows commands of the next turn, too, and not those of a fork",
      Permissions.forSession(Permissions.grant),
      [true, true, false],
      0
    ],
    [
      "granted with review allows commands after the reviewer has checked each",
      Permissions.withReview(Permissions.grant),
      [true, false, false],
      1
    ]
  ] as const
  for (const [promise, answer, expected, reviews] of grants) {
    it.live(promise, () =>
      Effect.gen(function* () {
        const decisions = yield* Real.watch
        const model = yield* MockModel.MockModel
        const thread = yield* Real.askingThread
        yield* Real.script(yield* requestWrites, touch("now"))
        yield* thread.run("go")
        assert.deepStrictEqual(yield* Real.told("ask"), {
          permissions: { network: null, file_system: { write: [yield* folder] } },
          scope: answer.lifetime === "session" ? "session" : "turn",
          ...(answer.lifetime === "turnWithReview" ? { strict_auto_review: true } : undefined)
        })
        yield* Real.script(touch("next"))
        yield* thread.run("go on")
        yield* Real.script(touch("forked"))
        yield* (yield* thread.fork()).run("go on here")
        assert.deepStrictEqual(yield* Effect.forEach(["now", "next", "forked"], Real.exists), [...expected])
        assert.strictEqual((yield* model.log).filter(({ subagent }) => subagent === "guardian").length, reviews)
        assert.deepStrictEqual(decisions.map(Test.short), ["grant by ask"])
      }).pipe(Effect.scoped, Effect.provide(answering(answer)), Real.quiet)
    )
  }

  it.live("granted in part allows only that part", () =>
    Effect.gen(function* () {
      const policy = Permissions.ask(({ writes }) =>
        Effect.succeed(Permissions.grantPart({ writes: writes.slice(0, 1) }))
      )
      yield* Effect.gen(function* () {
        const path = yield* folder
        const folders = ["one", "two"].map((name) => join(path, name))
        for (const name of folders) mkdirSync(name)
        yield* Real.script(request({ file_system: { write: folders } }), touch("one/made"), touch("two/made"))
        yield* (yield* Real.askingThread).run("go")
        assert.deepStrictEqual(yield* Effect.forEach(["one/made", "two/made"], Real.exists), [true, false])
      }).pipe(Effect.scoped, Effect.provide(Real.layer({ serverRequests: handled(policy) })))
    }).pipe(Real.quiet)
  )

  it.live("granted for the network lets a command use it", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* MockModel.MockModel
      const connect = (callId: string) =>
        MockModel.execCommand({ cmd: `exec 3<>/dev/tcp/127.0.0.1/${new URL(baseUrl).port} && echo reached`, callId })
      yield* Real.script(connect("before"), request({ network: { enabled: true } }), connect("after"))
      yield* (yield* Real.askingThread).run("go")
      assert.notInclude(String(yield* Real.told("before")), "reached")
      assert.include(String(yield* Real.told("after")), "reached")
    }).pipe(Effect.scoped, Effect.provide(answering(Permissions.grant)), Real.quiet)
  )

  it.live("answered with more than was requested grants nothing, not even what was requested", () =>
    Effect.gen(function* () {
      const decisions = yield* Real.watch
      yield* Real.script(yield* requestWrites, touch("made"))
      yield* (yield* Real.askingThread).run("go")
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by notOffered"])
      assert.deepStrictEqual(yield* Real.told("ask"), nothing)
      assert.isFalse(yield* Real.exists("made"))
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Real.layer({
          serverRequests: handled(
            Permissions.ask(({ writes }) => Effect.succeed(Permissions.grantPart({ writes, network: true })))
          )
        })
      ),
      Real.quiet
    )
  )

  it.live("has a sub-agent's own thread, and its grant is not valid for the parent", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const policy = Permissions.ask(({ threadId }) => {
        asked.push(threadId)
        return Effect.succeed(Permissions.forSession(Permissions.grant))
      })
      yield* Effect.gen(function* () {
        const client = yield* CodexClient.CodexClient
        const model = yield* MockModel.MockModel
        const thread = yield* Real.askingThread
        const over = yield* Deferred.make<string>()
        yield* Effect.forkScoped(
          Stream.runForEach(client.notifications, (event) =>
            event.method === "turn/completed" && event.params.threadId !== thread.id
              ? Deferred.succeed(over, event.params.threadId)
              : Effect.void
          ),
          { startImmediately: true }
        )
        yield* Real.script(MockModel.spawnAgent("write it"))
        yield* model.enqueueFor(
          "collab_spawn",
          MockModel.response([yield* requestWrites]),
          MockModel.response([touch("child")])
        )
        yield* thread.run("go")
        assert.deepStrictEqual(asked, [yield* Deferred.await(over)])
        yield* Real.script(touch("parent"))
        yield* thread.run("go on")
        assert.deepStrictEqual(yield* Effect.forEach(["child", "parent"], Real.exists), [true, false])
      }).pipe(Effect.scoped, Effect.provide(Real.layer({ serverRequests: handled(policy) })))
    }).pipe(Real.quiet)
  )

  for (const approvalMode of ["denyAll", "autoReview"] as const) {
    it.live(`on a thread with ${approvalMode} does not reach this program`, () =>
      Effect.gen(function* () {
        const decisions = yield* Real.watch
        yield* Real.script(yield* requestWrites, touch("made"))
        const codex = yield* Codex.Codex
        yield* (yield* codex.startThread({ approvalMode, sandbox: "readOnly" })).run("go")
        assert.deepStrictEqual(decisions, [])
        assert.strictEqual(yield* Real.exists("made"), approvalMode === "autoReview")
      }).pipe(Effect.scoped, Effect.provide(answering(Permissions.grant)), Real.quiet)
    )
  }
})

describe("why the client checks a grant, as the real server shows:", () => {
  const raw = (change: (path: string) => object): ServerRequests.Handlers => ({
    "item/permissions/requestApproval": ({ params }) =>
      Effect.succeed({ permissions: params.permissions as object, ...change(params.cwd) })
  })

  it.live("the server accepts a path below a requested one, also if it is a link to elsewhere", () =>
    Effect.gen(function* () {
      const path = yield* folder
      for (const name of ["asked", "elsewhere"]) mkdirSync(join(path, name))
      symlinkSync(join(path, "elsewhere"), join(path, "asked/link"))
      yield* Real.script(request({ file_system: { write: [join(path, "asked")] } }), touch("elsewhere/made"))
      yield* (yield* Real.askingThread).run("go")
      assert.isTrue(yield* Real.exists("elsewhere/made"))
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Real.layer({
          serverRequests: raw((path) => ({ permissions: { fileSystem: { write: [`${path}/asked/link`] } } }))
        })
      ),
      Real.quiet
    )
  )

  it.live("the server follows links at each command, so a folder can become another one after the grant", () =>
    Effect.gen(function* () {
      const path = yield* folder
      for (const name of ["asked", "elsewhere"]) mkdirSync(join(path, name))
      yield* Real.script(request({ file_system: { write: [join(path, "asked")] } }), touch("elsewhere/before"))
      const thread = yield* Real.askingThread
      yield* thread.run("go")
      rmSync(join(path, "asked"), { recursive: true })
      symlinkSync(join(path, "elsewhere"), join(path, "asked"))
      yield* Real.script(touch("elsewhere/after"))
      yield* thread.run("go on")
      assert.deepStrictEqual(yield* Effect.forEach(["elsewhere/before", "elsewhere/after"], Real.exists), [false, true])
    }).pipe(Effect.scoped, Effect.provide(answering(Permissions.forSession(Permissions.grant))), Real.quiet)
  )

  it.live("the server cuts other excess, and grants nothing for the session with review", () =>
    Effect.gen(function* () {
      for (const change of [
        (path: string) => ({ permissions: { fileSystem: { write: [join(path, "..")] }, network: { enabled: true } } }),
        () => ({ scope: "session", strictAutoReview: true })
      ]) {
        yield* Effect.gen(function* () {
          yield* Real.script(yield* requestWrites, touch("made"))
          yield* (yield* Real.askingThread).run("go")
          assert.deepStrictEqual(yield* Real.told("ask"), nothing)
          assert.isFalse(yield* Real.exists("made"))
        }).pipe(Effect.scoped, Effect.provide(Real.layer({ serverRequests: raw(change) })))
      }
    }).pipe(Real.quiet)
  )
})
