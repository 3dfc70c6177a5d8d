/**
 * The end of a connection while a handler or tool of the program does not end: the process ends within its grace, and
 * the log names what still runs.
 */
import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Logger, References, Schema, Scope, Stream } from "effect"
import { Tool, Toolkit } from "effect/ai"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { assertGone } from "../appServer/processes.ts"
import * as Test from "./support.ts"

/** Far above the time of a release, and far below that of the handlers here. */
const limit = 2500
const grace = "200 millis"

/** What a handler does after its start, and whether it ends within the grace. */
const behaviours: ReadonlyArray<readonly [name: string, effect: Effect.Effect<never>, isLeft: boolean]> = [
  ["waits and can be interrupted", Effect.never, false],
  ["has a finalizer that never ends", Effect.ensuring(Effect.never, Effect.never), true],
  ["is uninterruptible", Effect.uninterruptible(Effect.never), true],
  ["has a finalizer of a minute", Effect.ensuring(Effect.never, Effect.sleep("1 minute")), true]
]

interface Line {
  readonly text: string
  readonly threadId: unknown
}

/**
 * Signals after the step that follows. Completing a Deferred runs its waiter synchronously, and the handler must be in
 * its behavior by then.
 */
const signal = (begun: Deferred.Deferred<void>) =>
  Effect.sync(() => queueMicrotask(() => Deferred.doneUnsafe(begun, Exit.void)))

/** Closes a connection after its handler has started. Returns the warnings about what still runs. */
const closed = Effect.fnUntraced(function* (
  codex: Codex.Options,
  item: MockModel.Item,
  begun: Deferred.Deferred<void>,
  start: (codex: Codex.Codex) => ReturnType<Codex.Codex["startThread"]>
) {
  const lines: Array<Line> = []
  const logger = Logger.make(({ fiber, message }) => {
    const text = String(message)
    if (text.includes("is still running"))
      lines.push({ text, threadId: fiber.getRef(References.CurrentLogAnnotations)["threadId"] })
  })
  const scope = yield* Scope.make()
  const layer = CodexTest.layer({
    codex: { shutdownGrace: grace, ...codex },
    model: { fallback: () => MockModel.reply("done") }
  })
  return yield* Effect.gen(function* () {
    const services = yield* Layer.buildWithScope(layer, scope)
    yield* Context.get(services, MockModel.MockModel).enqueue(MockModel.response([item]))
    const thread = yield* start(Context.get(services, Codex.Codex))
    const turn = yield* thread.turn("x")
    yield* Deferred.await(begun)
    const from = performance.now()
    yield* Scope.close(scope, Exit.void)
    const took = performance.now() - from
    assertGone(Context.get(services, AppServer.AppServer).pid)
    assert.isBelow(took, limit)
    // Ended in any way: no call survives its connection.
    yield* Effect.exit(turn.result)
    return { lines, threadId: thread.id }
  }).pipe(Effect.ensuring(Scope.close(scope, Exit.void)), Effect.provide(Logger.layer([logger])))
})

const threadsOf = (lines: ReadonlyArray<Line>) => lines.map(({ threadId }) => threadId)

const work = Tool.make("work", { description: "works", success: Schema.String })
const Kit = Toolkit.make(work)
const Guarded = Toolkit.make(Tool.make("work", { description: "works", success: Schema.String, needsApproval: true }))
const GuardedHandlers = Guarded.toLayer({ work: () => Effect.succeed("") })
const call = MockModel.toolCall({ name: "work" })

const command = MockModel.execCommand({ cmd: "touch made", escalate: "it has to be there" })

describe("the end of the scope, on the real server", () => {
  for (const [name, behaviour, isLeft] of behaviours) {
    it.live(`ends the process within its grace while a handler ${name}`, () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const { lines, threadId } = yield* closed(
          { serverRequests: { [Test.command]: () => Effect.andThen(signal(begun), behaviour) } },
          command,
          begun,
          (codex) => codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
        )
        assert.deepStrictEqual(threadsOf(lines), isLeft ? [threadId] : [])
        if (isLeft) assert.include(lines[0]?.text, Test.command)
      })
    )

    it.live(`ends the process within its grace while a tool ${name}`, () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const handlers = Kit.toLayer({ work: () => Effect.andThen(signal(begun), behaviour) })
        const { lines, threadId } = yield* closed({}, call, begun, (codex) =>
          Effect.provide(codex.startThread({ tools: Kit }), handlers)
        )
        assert.deepStrictEqual(threadsOf(lines), isLeft ? [threadId] : [])
      })
    )

    it.live(`ends the process within its grace while the approval of a tool ${name}`, () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const approve = () => Effect.andThen(signal(begun), behaviour)
        const { lines, threadId } = yield* closed({}, call, begun, (codex) =>
          Effect.provide(codex.startThread({ tools: Guarded, toolOptions: { approve } }), GuardedHandlers)
        )
        assert.deepStrictEqual(threadsOf(lines), isLeft ? [threadId] : [])
        if (isLeft) assert.include(lines[0]?.text, "item/tool/call")
      })
    )
  }

  it.live("names a tool that was abandoned at its timeout and still runs", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const ready = yield* Effect.provide(Kit, Kit.toLayer({ work: () => Effect.succeed("") }))
      const tools: typeof ready = { ...ready, handle: () => Effect.uninterruptible(Effect.never) }
      const { lines, threadId } = yield* closed({}, call, begun, (codex) =>
        Effect.gen(function* () {
          yield* Effect.forkDetach(
            codex.notifications.pipe(
              Stream.filter(({ method }) => method === "turn/completed"),
              Stream.take(1),
              Stream.runDrain,
              Effect.andThen(signal(begun))
            ),
            { startImmediately: true }
          )
          return yield* codex.startThread({ tools, toolOptions: { timeout: "10 millis" } })
        })
      )
      assert.deepStrictEqual(threadsOf(lines), [threadId])
      assert.include(lines[0]?.text, "item/tool/call")
    })
  )

  it.live("gives finalizers of handlers the grace while the process ends", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const finished = yield* Deferred.make<void>()
      const handler = Effect.andThen(signal(begun), Effect.never).pipe(
        Effect.ensuring(Effect.andThen(Effect.sleep("50 millis"), Deferred.succeed(finished, undefined)))
      )
      const { lines } = yield* closed(
        { shutdownGrace: "2 seconds", serverRequests: { [Test.command]: () => handler } },
        command,
        begun,
        (codex) => codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
      )
      assert.isTrue(Deferred.isDoneUnsafe(finished))
      assert.deepStrictEqual(lines, [])
    })
  )
})

describe("the end of a connection without a process", () => {
  it.live("waits for its handlers, but at most 2 s", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const finished = yield* Deferred.make<void>()
      const scope = yield* Scope.make()
      const handler = (finalizer: Effect.Effect<unknown>) =>
        Effect.andThen(signal(begun), Effect.never).pipe(Effect.ensuring(finalizer))
      const { ask } = yield* Scope.provide(
        Test.played({
          serverRequests: {
            [Test.command]: () => handler(Effect.never),
            [Test.fileChange]: () =>
              handler(Effect.andThen(Effect.sleep("50 millis"), Deferred.succeed(finished, undefined)))
          }
        }),
        scope
      )
      yield* ask(1, Test.fileChange, Test.fileParams())
      yield* ask(2, Test.command, Test.commandParams())
      yield* Deferred.await(begun)
      yield* Effect.yieldNow
      const closing = yield* Test.background(Scope.close(scope, Exit.void))
      yield* Deferred.await(finished)
      yield* Fiber.join(closing)
    }).pipe(Effect.provide(Logger.layer([])))
  )
})
