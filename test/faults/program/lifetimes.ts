/**
 * Scopes and runtimes that are closed early, twice or at a random moment, and handles that survive them.
 */
import { NodeServices } from "@effect/platform-node"
import { Context, Effect, Exit, Fiber, Layer, ManagedRuntime, Scope, Stream } from "effect"
import * as Codex from "../../../src/Codex.ts"
import * as Thread from "../../../src/Thread.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import * as Peer from "../../support/peer.ts"
import { onBinary, onPeer, ownHome } from "../support/codexes.ts"
import { check, ends, same } from "../support/expect.ts"
import { onMemory } from "../support/memory.ts"

const scenario = (
  name: string,
  on: Scenario["on"],
  title: string,
  expected: string,
  run: Scenario["run"]
): Scenario => ({
  name,
  group: "program",
  title,
  expected,
  within: "20 seconds",
  on,
  run
})

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "closed-at-random",
    "peer",
    "The scope closes at a random moment of a session",
    "The close ends, and nothing is left",
    (seeded) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const session = Effect.gen(function* () {
          const { codex } = yield* onPeer(Peer.basic)
          const thread = yield* codex.startThread()
          for (;;) yield* thread.run("hello")
        })
        const running = yield* Effect.forkScoped(Effect.exit(Scope.provide(session, scope)), { startImmediately: true })
        yield* Effect.sleep(seeded.int(0, 120))
        yield* Scope.close(scope, Exit.void)
        yield* Fiber.interrupt(running)
      })
  ),
  scenario(
    "interrupted-at-random",
    "peer",
    "The whole program is interrupted at a random moment",
    "It ends, and nothing is left",
    (seeded) =>
      Effect.gen(function* () {
        const program = Effect.scoped(
          Effect.gen(function* () {
            const { codex } = yield* onPeer(Peer.basicWith({ untilInterrupted: seeded.int(0, 1) === 0 }))
            const thread = yield* codex.startThread()
            for (;;) yield* thread.run("hello")
          })
        )
        const running = yield* Effect.forkScoped(program, { startImmediately: true })
        yield* Effect.sleep(seeded.int(0, 150))
        yield* Fiber.interrupt(running)
      })
  ),
  scenario("closed-twice", "memory", "The scope is closed twice at once", "Both closes end", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      yield* Scope.provide(onMemory({}), scope)
      yield* Effect.all([Scope.close(scope, Exit.void), Scope.close(scope, Exit.void)], { concurrency: "unbounded" })
      yield* Scope.close(scope, Exit.void)
    })
  ),
  scenario(
    "disposed-twice",
    "peer",
    "A `ManagedRuntime` is disposed twice, in the middle of a turn",
    "It ends, and the turn fails or is interrupted",
    (seeded) =>
      Effect.gen(function* () {
        const home = yield* ownHome
        const command = Peer.command(Peer.basicWith({ untilInterrupted: true }))
        const runtime = ManagedRuntime.make(Codex.layer({ command, ...home }).pipe(Layer.provide(NodeServices.layer)))
        const turn = Effect.flatMap(Codex.Codex, (codex) =>
          Effect.flatMap(codex.startThread(), (thread) => thread.run("hello"))
        )
        const running = runtime.runPromiseExit(turn)
        yield* Effect.sleep(seeded.int(0, 200))
        yield* Effect.promise(() => Promise.all([runtime.dispose(), runtime.dispose()]))
        yield* check(Exit.isFailure(yield* Effect.promise(() => running)), "the turn succeeded")
      })
  ),
  scenario(
    "used-after-close",
    "peer",
    "A thread and a client are used after the scope has closed",
    "`ConnectionClosed`, at once",
    (seeded) =>
      Effect.gen(function* () {
        const { client, codex, thread } = yield* Effect.scoped(
          Effect.gen(function* () {
            const session = yield* onPeer(Peer.basic)
            return { ...session, thread: yield* session.codex.startThread() }
          })
        )
        const uses: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
          thread.run("hello"),
          thread.turn("hello"),
          thread.read(),
          codex.startThread(),
          client.request("thread/loaded/list", {}),
          Stream.runDrain(codex.notifications)
        ]
        yield* ends(seeded.pick(uses), "CodexError/ConnectionClosed", "the use")
      })
  ),
  scenario(
    "real-scoped-thread",
    "binary",
    "A scoped thread ends in the middle of a turn, or after it",
    "It is unsubscribed, and later uses fail with `ThreadNotFound`",
    (seeded) =>
      Effect.gen(function* () {
        const { codex } = yield* onBinary()
        const thread = yield* Effect.scoped(
          Effect.gen(function* () {
            const thread = yield* Thread.scoped(codex.startThread())
            const turn = yield* thread.turn("hello")
            if (seeded.int(0, 1) === 0) yield* turn.result
            return thread
          })
        )
        yield* ends(thread.run("again"), "CodexError/ThreadNotFound", "the next turn")
      })
  ),
  scenario(
    "many-scopes",
    "memory",
    "20 connections are opened and closed, one after the other and at once",
    "Each runs a turn",
    (seeded) =>
      Effect.forEach(
        Array.from({ length: 20 }),
        () =>
          Effect.scoped(
            Effect.gen(function* () {
              const { codex } = yield* onMemory({})
              yield* (yield* codex.startThread()).run("hello")
            })
          ),
        { discard: true, concurrency: seeded.int(1, 20) }
      )
  ),
  scenario(
    "shared-layer",
    "peer",
    "A layer is built by several programs at once through one memo map",
    "One process serves all",
    () =>
      Effect.gen(function* () {
        const home = yield* ownHome
        const layer = Codex.layer({ command: Peer.command(Peer.basic), ...home }).pipe(
          Layer.provide(NodeServices.layer)
        )
        const memo = yield* Layer.makeMemoMap
        const scope = yield* Effect.scope
        const built = yield* Effect.forEach(
          Array.from({ length: 3 }),
          () => Layer.buildWithMemoMap(layer, memo, scope),
          { concurrency: "unbounded" }
        )
        const codexes = new Set(built.map((context) => Context.get(context, Codex.Codex)))
        yield* same(codexes.size, 1, "the number of clients")
      })
  )
]
