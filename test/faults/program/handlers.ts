/**
 * Handlers of server requests, and tools, that fail, never end or are uninterruptible. The request is declined, the
 * turn continues, and the close of the scope ends the process in every case.
 */
import { Deferred, Effect, Exit, Fiber, Option, Schema, Scope, Stream } from "effect"
import { Tool, Toolkit } from "effect/ai"
import type * as ServerRequests from "../../../src/ServerRequests.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import * as Peer from "../../support/peer.ts"
import { onBinary } from "../support/codexes.ts"
import { check, ends, same, timed } from "../support/expect.ts"
import { ended, onMemory, started } from "../support/memory.ts"
import { scenario } from "../support/programScenario.ts"

type Handler = NonNullable<ServerRequests.Handlers["item/commandExecution/requestApproval"]>

/** Type boundary: JavaScript programs can return anything. */
const untyped = (handler: () => unknown) => handler as Handler

/** A server that sends one request in each turn, and ends the turn after the answer. */
const asking = (handler: Handler, more: { readonly serverRequestTimeout?: "200 millis" } = {}) =>
  onMemory({
    ...more,
    serverRequests: { [Peer.approvalMethod]: handler },
    on: (message, server) => {
      if (message.id === "ask" && message.method === undefined) server.send(ended("thread-1", "turn-1"))
      if (message.method !== "turn/start") return false
      const params = Peer.commandApproval({ threadId: "thread-1", turnId: "turn-1", itemId: "item-1" })
      server.send({ id: message.id, result: Peer.turnStartResponse("turn-1") }, started("thread-1", "turn-1"))
      server.send({ id: "ask", method: Peer.approvalMethod, params })
      return true
    }
  })

/** Checks that the turn continues after an answer that declines. */
const declines = (handler: Handler, more?: { readonly serverRequestTimeout?: "200 millis" }) =>
  Effect.gen(function* () {
    const { codex, server } = yield* asking(handler, more)
    const thread = yield* codex.startThread()
    yield* ends(thread.run("hello"), "ok", "the turn")
    const answers = server.received.filter(({ id, method }) => id === "ask" && method === undefined)
    yield* same(
      answers.map(({ result }) => result),
      [{ decision: "decline" }],
      "the answers"
    )
    yield* same(yield* codex.openRequests, [], "the open requests")
  })

const failing: ReadonlyArray<Handler> = [
  () => Effect.fail("no"),
  () => Effect.die(new Error("no")),
  () => Effect.interrupt,
  untyped(() => {
    throw new Error("no")
  }),
  untyped(() => undefined),
  untyped(() => 42),
  untyped(() => Effect.succeed({ decision: "nonsense" })),
  untyped(() => Effect.succeed(undefined)),
  untyped(() => {
    const cycle: { decision: string; self?: unknown } = { decision: "decline" }
    cycle.self = cycle
    return Effect.succeed({ decision: cycle })
  })
]

/**
 * Checks that the scope closes in time while something uninterruptible runs in it. Its fiber is released at the end, so
 * that it is not counted.
 */
const closes = <A, E>(session: Effect.Effect<A, E, Scope.Scope>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Scope.provide(session, scope)
    const { millis } = yield* timed(Scope.close(scope, Exit.void))
    yield* check(millis < 6000, `the close took ${millis} ms`)
  })

/** A handler that is uninterruptible until the test releases it. */
const stubborn = (
  seeded: { readonly int: (from: number, to: number) => number },
  gate: Deferred.Deferred<void>
): Effect.Effect<never> => {
  const held = Effect.andThen(Deferred.await(gate), Effect.interrupt)
  return seeded.int(0, 1) === 0 ? Effect.ensuring(Effect.never, Deferred.await(gate)) : Effect.uninterruptible(held)
}

const Slow = Tool.make("slow", { description: "Takes its time", parameters: Schema.Struct({}), success: Schema.String })
const Slowly = Toolkit.make(Slow)

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "handler-fails",
    "memory",
    "A handler fails, dies, interrupts itself, or gives nonsense",
    "Declined, and the turn goes on",
    (seeded) => declines(seeded.pick(failing))
  ),
  scenario(
    "handler-rejects",
    "memory",
    "A handler in JavaScript is an `async` function, and throws",
    "Declined, and no rejection is unhandled",
    (seeded) =>
      Effect.gen(function* () {
        yield* declines(
          untyped(async () => {
            for (let i = seeded.int(0, 3); i > 0; i--) await Promise.resolve()
            throw new Error("in the handler")
          })
        )
      })
  ),
  scenario(
    "handler-outlasts-limit",
    "memory",
    "A handler never answers, and some can't be interrupted",
    "Declined at the limit, and the turn goes on",
    (seeded) =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const handler = seeded.int(0, 1) === 0 ? () => Effect.never : () => stubborn(seeded, gate)
        yield* declines(handler, { serverRequestTimeout: "200 millis" })
        yield* Deferred.succeed(gate, undefined)
      }),
    { isConcurrent: true }
  ),
  scenario(
    "handler-holds-close",
    "memory",
    "A handler can't be stopped, and the scope closes",
    "The close ends within its grace",
    (seeded) =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const begun = yield* Deferred.make<void>()
        const session = Effect.gen(function* () {
          const { codex } = yield* asking(() =>
            Effect.andThen(Deferred.succeed(begun, undefined), stubborn(seeded, gate))
          )
          const thread = yield* codex.startThread()
          yield* thread.turn("hello")
          yield* Deferred.await(begun)
        })
        yield* closes(session)
        yield* Deferred.succeed(gate, undefined)
      }),
    { isConcurrent: true }
  ),
  scenario(
    "real-tool-holds-close",
    "binary",
    "A tool can't be stopped, and the scope closes",
    "The close ends within its grace, and the server is gone",
    (seeded) =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const begun = yield* Deferred.make<void>()
        const session = Effect.gen(function* () {
          const { codex, model } = yield* onBinary({ codex: { shutdownGrace: "500 millis" } })
          yield* model.enqueue(MockModel.toolCall({ name: "slow", callId: "call-1", arguments: {} }))
          const thread = yield* codex.startThread({ tools: Slowly }).pipe(
            Effect.provide(
              Slowly.toLayer({
                slow: () => Effect.andThen(Deferred.succeed(begun, undefined), stubborn(seeded, gate))
              })
            )
          )
          yield* thread.turn("hello")
          yield* Deferred.await(begun)
        })
        yield* closes(session)
        yield* Deferred.succeed(gate, undefined)
      })
  ),
  scenario(
    "real-tool-open",
    "binary",
    "A turn is interrupted while its tool runs",
    "The tool is interrupted, and the thread can be used",
    () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const stopped = yield* Deferred.make<void>()
        const { codex, model } = yield* onBinary()
        yield* model.enqueue(MockModel.toolCall({ name: "slow", callId: "call-1", arguments: {} }))
        const slow = Effect.onInterrupt(Effect.andThen(Deferred.succeed(begun, undefined), Effect.never), () =>
          Deferred.succeed(stopped, undefined)
        )
        const thread = yield* codex
          .startThread({ tools: Slowly })
          .pipe(Effect.provide(Slowly.toLayer({ slow: () => slow })))
        const run = yield* Effect.forkScoped(thread.run("hello"), { startImmediately: true })
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(run)
        yield* Deferred.await(stopped)
        yield* same(yield* codex.openRequests, [], "the open requests")
        yield* ends(thread.run("again"), "ok", "the next turn")
      })
  ),
  scenario(
    "approval-open",
    "memory",
    "A turn is interrupted while an approval is open",
    "The handler is interrupted, and nothing is open",
    () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const { codex } = yield* asking(() => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
        const thread = yield* codex.startThread()
        const run = yield* Effect.forkScoped(thread.run("hello"), { startImmediately: true })
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(run)
        yield* same(yield* codex.openRequests, [], "the open requests")
      })
  ),
  scenario(
    "consumer-dies",
    "memory",
    "One consumer of `notifications` dies, others go on",
    "They get every notification",
    (seeded) =>
      Effect.gen(function* () {
        const { codex, server } = yield* onMemory({})
        const count = seeded.int(2, 200)
        const dying = yield* Effect.forkScoped(
          Effect.exit(Stream.runForEach(codex.notifications, () => Effect.die(new Error("a consumer")))),
          { startImmediately: true }
        )
        const living = yield* Effect.forkScoped(Stream.runCollect(Stream.take(codex.notifications, count)), {
          startImmediately: true
        })
        for (let i = 0; i < count; i++) server.send({ method: "x/unknown", params: { i } })
        yield* check(Exit.isFailure(yield* Fiber.join(dying)), "the consumer did not die")
        yield* same((yield* Fiber.join(living)).length, count, "the notifications")
      })
  ),
  scenario(
    "layer-of-tools-goes",
    "memory",
    "A finalizer of a consumer's own scope dies while a turn runs",
    "The turn has its result",
    () =>
      Effect.gen(function* () {
        const { codex } = yield* onMemory({})
        const thread = yield* codex.startThread()
        const exit = yield* Effect.exit(
          Effect.scoped(
            Effect.gen(function* () {
              yield* Effect.addFinalizer(() => Effect.die(new Error("a finalizer")))
              return yield* thread.run("hello")
            })
          )
        )
        yield* check(Exit.isFailure(exit), "the defect is lost")
        const result = yield* thread.run("again")
        yield* check(Option.isSome(result.finalResponse), "the next turn has no answer")
      })
  )
]
