/**
 * Two ways in which a request of the real server ends before it is answered, whatever kind it is, and the decisions
 * about it.
 */
import { assert } from "@effect/vitest"
import { Deferred, Effect, Exit, type Layer, Logger, Stream } from "effect"
import { pid } from "node:process"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import type { CodexError } from "../../src/CodexError.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import type * as CodexTest from "../../src/testing/CodexTest.ts"
import type { Thread } from "../../src/Thread.ts"
import { short } from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

/** All decisions so far, and a stream of the next ones. */
export const watch = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const decisions: Array<ServerRequests.Decision> = []
  yield* Effect.forkScoped(
    Stream.runForEach(codex.decisions, (decision) => Effect.sync(() => void decisions.push(decision))),
    { startImmediately: true }
  )
  return decisions
})

/** A thread that asks this program, in a read-only sandbox. */
export const askingThread = Effect.flatMap(Codex.Codex, (codex) =>
  codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
)

/** A request, and its answer. */
export interface Asking<A> {
  /** A Codex whose handler answers with this. */
  readonly layer: (answer: Effect.Effect<A>) => Layer.Layer<CodexTest.Services, CodexError>
  readonly thread?: Effect.Effect<Thread, CodexError, CodexTest.Services>
  /** Makes the model do what causes the request. */
  readonly script: Effect.Effect<void, never, CodexTest.Services>
  /** The final check that the action did not run. */
  readonly check: Effect.Effect<void, never, CodexTest.Services>
}

/** Interrupts the turn while its request is open; the handler, which is uninterruptible, accepts after the end. */
export const endsWithTurn = <A>({
  check,
  layer,
  no,
  script,
  scriptAfter = Effect.void,
  thread = askingThread,
  yes
}: Asking<A> & {
  readonly yes: A
  readonly no: A
  /** The model's reply in the next turn. */
  readonly scriptAfter?: Effect.Effect<void, never, CodexTest.Services>
}) =>
  Effect.gen(function* () {
    const open = yield* Deferred.make<void>()
    const late = yield* Deferred.make<A>()
    const interrupted = yield* Deferred.make<void>()
    const answered = yield* Deferred.make<void>()
    const waiting = Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        yield* Deferred.succeed(open, undefined)
        yield* Effect.exit(restore(Effect.never))
        yield* Deferred.succeed(interrupted, undefined)
        return yield* Deferred.await(late)
      })
    ).pipe(Effect.ensuring(Deferred.succeed(answered, undefined)))
    yield* Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const decisions = yield* watch
      yield* script
      const asking = yield* thread
      const turn = yield* asking.turn("go")
      yield* Deferred.await(open)
      assert.strictEqual((yield* codex.openRequests).length, 1)
      yield* turn.interrupt()
      yield* Deferred.await(interrupted)
      yield* Effect.exit(turn.result)
      assert.deepStrictEqual(yield* codex.openRequests, [])
      yield* Deferred.succeed(late, yes)
      yield* Deferred.await(answered)
      yield* scriptAfter
      yield* asking.run("again")
      assert.deepStrictEqual(decisions.map(short), ["none by turnEnded"])
      yield* check
    }).pipe(Effect.ensuring(Deferred.succeed(late, no)), Effect.scoped, Effect.provide(layer(waiting)))
  }).pipe(quiet)

/** Kills the process while its request is open. */
export const losesConnection = <A>({ check, layer, script, thread = askingThread }: Asking<A>) =>
  Effect.gen(function* () {
    const open = yield* Deferred.make<void>()
    const interrupted = yield* Deferred.make<void>()
    const waiting = Effect.andThen(Deferred.succeed(open, undefined), Effect.never).pipe(
      Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
    )
    yield* Effect.gen(function* () {
      const server = yield* AppServer.AppServer
      const decisions = yield* watch
      yield* script
      const turn = yield* (yield* thread).turn("go")
      yield* Deferred.await(open)
      assert.notStrictEqual(server.pid, pid)
      process.kill(server.pid, "SIGKILL")
      assert.isTrue(Exit.isFailure(yield* Effect.exit(turn.result)))
      yield* Deferred.await(interrupted)
      assert.deepStrictEqual(decisions.map(short), ["none by connectionEnded"])
      yield* check
    }).pipe(Effect.scoped, Effect.provide(layer(waiting)))
  }).pipe(quiet)
