import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Logger, Option, Stream } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Approval from "../../src/Approval.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Endings from "./endings.ts"
import * as Test from "./support.ts"

/** A file in the folder of the test's threads. */
const exists = (name: string) => Effect.map(CodexTest.TestHome, ({ workspace }) => existsSync(join(workspace, name)))

const touch = (name: string) => MockModel.execCommand({ cmd: `touch ${name}`, escalate: "it has to be there" })
const patch = (name: string) => MockModel.applyPatch(`*** Begin Patch\n*** Add File: ${name}\n+x\n*** End Patch`)

const kinds = [
  { name: "a command", item: "commandExecution", call: touch("made") },
  { name: "a change of files", item: "fileChange", call: patch("made") }
] as const

type Word = "accept" | "decline" | "cancel"

/** Handlers of the two approvals that do the same. */
const both = (answer: Effect.Effect<Word, unknown>): ServerRequests.Handlers => ({
  [Test.command]: () => Effect.map(answer, (decision) => ({ decision })),
  [Test.fileChange]: () => Effect.map(answer, (decision) => ({ decision }))
})

const layer = (codex: Codex.Options) => CodexTest.layer({ codex, model: { fallback: () => MockModel.reply("done") } })

const quiet = Effect.provide(Logger.layer([]))

for (const { call, item, name } of kinds) {
  describe(`an approval of ${name}, on the real server`, () => {
    const outcomes: ReadonlyArray<
      readonly [promise: string, options: Codex.Options, rule: string, happened: boolean, status: string]
    > = [
      [
        "if accepted, runs the action",
        { serverRequests: both(Effect.succeed("accept")) },
        "accept by handler",
        true,
        "completed"
      ],
      [
        "if declined, does not run the action, and the turn continues",
        { serverRequests: both(Effect.succeed("decline")) },
        "decline by handler",
        false,
        "completed"
      ],
      [
        "if cancelled, does not run the action, and the turn is interrupted",
        { serverRequests: both(Effect.succeed("cancel")) },
        "cancel by handler",
        false,
        "interrupted"
      ],
      ["without a handler, does not run the action", {}, "decline by default", false, "completed"],
      [
        "with a handler that fails, does not run the action",
        { serverRequests: both(Effect.fail("no")) },
        "decline by failure",
        false,
        "completed"
      ],
      [
        "with a handler that dies, does not run the action",
        { serverRequests: both(Effect.die("no")) },
        "decline by defect",
        false,
        "completed"
      ],
      [
        "with a handler that exceeds its timeout, does not run the action",
        { serverRequests: both(Effect.never), serverRequestTimeout: "50 millis" },
        "decline by timeout",
        false,
        "completed"
      ]
    ]
    for (const [promise, options, rule, happened, status] of outcomes) {
      it.live(promise, () =>
        Effect.gen(function* () {
          const decisions = yield* Endings.watch
          const model = yield* MockModel.MockModel
          yield* model.enqueue(MockModel.response([call]))
          const thread = yield* Endings.askingThread
          const turn = yield* thread.turn("go")
          yield* Effect.exit(turn.result)
          const state = yield* turn.state
          assert.strictEqual(state.status, status)
          assert.strictEqual(yield* exists("made"), happened)
          assert.deepStrictEqual(decisions.map(Test.short), [rule])
          assert.deepStrictEqual(
            decisions.map(({ threadId, turnId }) => [Option.getOrNull(threadId), Option.getOrNull(turnId)]),
            [[thread.id, turn.id]]
          )
          const statuses = state.items.flatMap(({ item: found }) =>
            found.type === item && "status" in found ? [found.status] : []
          )
          // The server leaves a file change open if its turn is cancelled.
          if (status === "completed") assert.deepStrictEqual(statuses, [happened ? "completed" : "declined"])
        }).pipe(Effect.scoped, Effect.provide(layer(options)), quiet)
      )
    }

    const asking = {
      layer: (answer: Effect.Effect<Word>) => layer({ serverRequests: both(answer) }),
      script: Effect.flatMap(MockModel.MockModel, (model) => model.enqueue(MockModel.response([call]))),
      check: Effect.map(exists("made"), (made) => assert.isFalse(made))
    }

    it.live("ends with its turn: its handler is interrupted, and a late yes changes nothing", () =>
      Endings.endsWithTurn({ ...asking, yes: "accept", no: "decline" })
    )

    it.live("ends with its connection: its handler is interrupted", () => Endings.losesConnection(asking))
  })
}

describe("requests of the real server", () => {
  it.live("get their own answers if several are open, from handlers that call the SDK", () =>
    Effect.gen(function* () {
      const codex = yield* Deferred.make<Codex.Codex>()
      const bothOpen = yield* Deferred.make<void>()
      let open = 0
      const policy = Approval.ask((question) =>
        Effect.gen(function* () {
          if (++open === 2) yield* Deferred.succeed(bothOpen, undefined)
          yield* Deferred.await(bothOpen)
          yield* (yield* Deferred.await(codex)).request("thread/loaded/list", {})
          return question.type === "command" && Option.exists(question.words, ([, name]) => name === "yes")
            ? Approval.accept
            : Approval.decline
        })
      )
      yield* Effect.gen(function* () {
        yield* Deferred.succeed(codex, yield* Codex.Codex)
        const decisions = yield* Endings.watch
        const model = yield* MockModel.MockModel
        yield* model.enqueue(MockModel.response([touch("yes"), touch("no")]))
        yield* (yield* Endings.askingThread).run("go")
        assert.deepStrictEqual([yield* exists("yes"), yield* exists("no")], [true, false])
        assert.deepStrictEqual(decisions.map(Test.short).sort(), ["accept by ask", "decline by ask"])
      }).pipe(Effect.scoped, Effect.provide(layer({ serverRequests: Approval.handlers(policy) })))
    }).pipe(quiet)
  )

  it.live("come from a sub-agent with the thread of the sub-agent", () =>
    Effect.gen(function* () {
      const decisions = yield* Endings.watch
      const model = yield* MockModel.MockModel
      yield* model.enqueue(MockModel.response([MockModel.spawnAgent("touch it")]))
      const called = yield* Deferred.make<void>()
      yield* model.enqueueFor("collab_spawn", MockModel.response([touch("made")]))
      const client = yield* CodexClient.CodexClient
      yield* Effect.forkScoped(
        Stream.runForEach(client.notifications, (event) =>
          event.method === "item/completed" && event.params.item.type === "commandExecution"
            ? Deferred.succeed(called, undefined)
            : Effect.void
        ),
        { startImmediately: true }
      )
      const thread = yield* Endings.askingThread
      const running = yield* Effect.forkChild(thread.run("go"), { startImmediately: true })
      yield* Deferred.await(called)
      yield* Fiber.join(running)
      assert.deepStrictEqual(decisions.map(Test.short), ["accept by handler"])
      const [asking] = decisions.flatMap(({ threadId }) => Option.toArray(threadId))
      assert.isString(asking)
      assert.notStrictEqual(asking, thread.id)
      assert.isTrue(yield* exists("made"))
    }).pipe(Effect.scoped, Effect.provide(layer({ serverRequests: both(Effect.succeed("accept")) })), quiet)
  )

  it.live("follow a policy: commands by their words, files by their paths", () =>
    Effect.gen(function* () {
      const home = yield* Deferred.make<string>()
      const policy = Approval.allowCommands(Approval.command.startsWith(["touch", "allowed"]), "touching").pipe(
        Approval.orElse(
          Approval.ask(
            (question) =>
              Effect.gen(function* () {
                const workspace = yield* Deferred.await(home)
                const under = Approval.allowWritesUnder([workspace])
                return Option.match(yield* under.decide(question), {
                  onNone: () => Approval.decline,
                  onSome: ({ answer }) => answer
                })
              }),
            "workspace"
          )
        )
      )
      const options: CodexTest.Options = { model: { fallback: () => MockModel.reply("done") } }
      const handlers = ServerRequests.layer(Approval.handlers(policy)).pipe(Layer.provide(NodeServices.layer))
      yield* Effect.gen(function* () {
        yield* Deferred.succeed(home, (yield* CodexTest.TestHome).workspace)
        const decisions = yield* Endings.watch
        const model = yield* MockModel.MockModel
        const thread = yield* Endings.askingThread
        const turn = (item: MockModel.Item) =>
          Effect.andThen(model.enqueue(MockModel.response([item])), thread.run("go"))
        yield* turn(touch("allowed"))
        yield* turn(MockModel.execCommand({ cmd: "touch allowed && touch sneaked", escalate: "please" }))
        yield* turn(patch("inside"))
        yield* turn(patch("../outside"))
        assert.deepStrictEqual(decisions.map(Test.short), [
          "accept by touching",
          "decline by workspace",
          "accept by workspace",
          "decline by workspace"
        ])
        assert.deepStrictEqual(yield* Effect.forEach(["allowed", "sneaked", "inside", "../outside"], exists), [
          true,
          false,
          true,
          false
        ])
      }).pipe(Effect.scoped, Effect.provide(CodexTest.layer(options).pipe(Layer.provide(handlers))))
    }).pipe(quiet)
  )

  it.live("accept no patch whose path is under the folder here but resolves elsewhere on the server", () =>
    Effect.gen(function* () {
      // The folder of this program: `/proc/self/cwd` leads there when the policy resolves it, and to another one when
      // the
      // server writes.
      const handlers = ServerRequests.layer(Approval.handlers(Approval.allowWritesUnder([process.cwd()], "here"))).pipe(
        Layer.provide(NodeServices.layer)
      )
      const options: CodexTest.Options = { model: { fallback: () => MockModel.reply("done") } }
      yield* Effect.gen(function* () {
        const { workspace } = yield* CodexTest.TestHome
        const decisions = yield* Endings.watch
        const model = yield* MockModel.MockModel
        const thread = yield* Endings.askingThread
        for (const folder of ["/proc/self/cwd", "/proc/thread-self/cwd"]) {
          yield* model.enqueue(MockModel.response([patch(`${folder}${workspace}/made`)]))
          yield* thread.run("go")
        }
        assert.deepStrictEqual(decisions.map(Test.short), ["decline by here", "decline by here"])
        assert.isFalse(yield* exists("made"))
      }).pipe(Effect.scoped, Effect.provide(CodexTest.layer(options).pipe(Layer.provide(handlers))))
    }).pipe(quiet)
  )

  it.live("are remembered only with the rule that the server proposed, and only if the answer names it", () =>
    Effect.gen(function* () {
      const policy = Approval.ask((question) =>
        Effect.succeed(
          question.type === "command"
            ? Approval.acceptAndRemember(Option.getOrElse(question.amendment, () => []))
            : Approval.decline
        )
      )
      yield* Effect.gen(function* () {
        const decisions = yield* Endings.watch
        const { codexHome } = yield* CodexTest.TestHome
        const model = yield* MockModel.MockModel
        const thread = yield* Endings.askingThread
        for (const name of ["made", "made"]) {
          yield* model.enqueue(MockModel.response([touch(name)]))
          yield* thread.run("go")
        }
        // The second time, no handler is called.
        assert.deepStrictEqual(decisions.map(Test.short), ["acceptWithExecpolicyAmendment by ask"])
        assert.isTrue(existsSync(join(codexHome, "rules", "default.rules")))
      }).pipe(Effect.scoped, Effect.provide(layer({ serverRequests: Approval.handlers(policy) })))
    }).pipe(quiet)
  )

  it.live("are declined on a thread that is resumed without a mode, and whose reviewer is the user", () =>
    Effect.gen(function* () {
      const decisions = yield* Endings.watch
      const model = yield* MockModel.MockModel
      const codex = yield* Codex.Codex
      const thread = yield* Endings.askingThread
      yield* thread.run("first")
      const resumed = yield* codex.resumeThread(thread.id)
      assert.strictEqual(resumed.reply.approvalsReviewer, "user")
      yield* model.enqueue(MockModel.response([touch("made")]))
      yield* resumed.run("go")
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by default"])
      assert.isFalse(yield* exists("made"))
    }).pipe(Effect.scoped, Effect.provide(layer({})), quiet)
  )
})
