import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Option, Schema, Scope } from "effect"
import * as Codex from "../../src/Codex.ts"
import type { CodexError } from "../../src/CodexError.ts"
import * as CodexHome from "../../src/CodexHome.ts"
import * as CodexPool from "../../src/CodexPool.ts"
import type { Failure } from "../../src/Turn.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Peer from "../support/peer.ts"
import { ask, isAlive, onBinary, pidOf, tenants } from "./support.ts"

const reasonOf = (exit: Exit.Exit<unknown, Failure>) => {
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return error?._tag === "CodexError" ? error.reason._tag : error?._tag
}

const background = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkScoped(effect, { startImmediately: true })

describe("a pool on the real binary", () => {
  it.live("limits turns that callers start through the Codex they got, over all keys and for each", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const gate = yield* MockModel.gate
      const { lookup } = yield* tenants(["a", "b"])
      const pool = yield* CodexPool.make({ lookup, maxTurns: 3, maxTurnsPerKey: 2, maxWaitingPerKey: 3 })
      yield* model.enqueue(...Array.from({ length: 8 }, () => MockModel.hold(MockModel.reply("held"), gate)))

      const a = yield* pool.get("a")
      const b = yield* pool.get("b")
      const thread = yield* a.startThread()
      const threads = yield* Effect.forEach([a, a, a, a, b, b, b], (codex) => codex.startThread())
      const [turn] = yield* Effect.all([thread.turn("turn")])
      const runs = yield* Effect.forEach(threads, (thread) => background(Effect.exit(thread.run("run"))))
      yield* model.received(3)
      const { keys, ...stats } = yield* pool.stats
      assert.deepInclude(stats, { processes: 2, inUse: 2, turns: 3, waitingTurns: 5 })
      assert.deepStrictEqual(
        keys.map(({ key, turns, waitingTurns }) => [key, turns, waitingTurns]),
        [
          ["a", 2, 3],
          ["b", 1, 2]
        ]
      )
      const error = yield* Effect.flip(Effect.flatMap(a.startThread(), (thread) => thread.run("one too many")))
      assert.match(error.message, /^turn\/start: 3 calls of this key already wait for their turn to start/)
      yield* gate.release
      yield* turn.result
      const exits = yield* Effect.forEach(runs, Fiber.join)
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.strictEqual((yield* model.requests).length, 8)
      const after = yield* pool.stats
      assert.deepInclude(after, { turns: 0, waitingTurns: 0 })
    }).pipe(onBinary())
  )

  it.live("replaces a process that was killed, and other keys do not notice", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const gate = yield* MockModel.gate
      const { lookup, starts } = yield* tenants(["a", "b"])
      const pool = yield* CodexPool.make({ lookup })
      yield* model.enqueue(...[1, 2].map(() => MockModel.hold(MockModel.reply("held"), gate)))
      const pid = yield* pidOf(pool, "a")
      const killed = yield* background(Effect.exit(ask(pool, "a", "killed")))
      const other = yield* background(ask(pool, "b", "not killed"))
      yield* model.received(2)
      process.kill(pid, "SIGKILL")
      assert.strictEqual(reasonOf(yield* Fiber.join(killed)), "ConnectionClosed")
      const next = yield* ask(pool, "a", "again")
      assert.notStrictEqual(next.pid, pid)
      yield* gate.release
      assert.deepStrictEqual((yield* Fiber.join(other)).answer, Option.some("held"))
      assert.deepStrictEqual(starts, ["a", "b", "a"])
      assert.isFalse(isAlive(pid))
    }).pipe(onBinary())
  )

  it.live("lets others work beside a key in a crash loop, which costs few starts", () =>
    Effect.gen(function* () {
      const { lookup, starts } = yield* tenants(["a", "b"])
      // It answers the handshake and ends with the first thread.
      const crashing = Peer.command({ on: { initialized: [], "thread/start": [{ exit: 3 }] } })
      let bad = 0
      const pool = yield* CodexPool.make({
        maxProcesses: 3,
        lookup: (key: string) => {
          if (key !== "bad") return lookup(key)
          bad++
          return { command: crashing, codexHome: "/nowhere/bad" }
        }
      })
      let failures = 0
      const loop = yield* background(
        Effect.forever(
          Effect.andThen(
            Effect.exit(ask(pool, "bad", "crash")),
            Effect.sync(() => void failures++)
          )
        )
      )
      const answers = yield* Effect.forEach(
        Array.from({ length: 30 }, (_, number) => (number % 2 === 0 ? "a" : "b")),
        (key) => Effect.map(ask(pool, key, "work"), ({ answer }) => Option.getOrNull(answer)),
        { concurrency: 6 }
      )
      yield* Fiber.interrupt(loop)
      assert.isTrue(answers.every((answer) => answer === "done"))
      // After pauses of 200 ms, 400 ms and so on. Without them, there would be hundreds.
      assert.isAtLeast(failures, 2)
      assert.isAtMost(bad, 20)
      assert.deepStrictEqual(starts.sort(), ["a", "b"])
    }).pipe(onBinary())
  )

  it.live("drains: running turns may end in time, new ones are rejected, and no process is left", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const gate = yield* MockModel.gate
      const { lookup } = yield* tenants(["a", "b"])
      const scope = yield* Scope.make()
      const pool = yield* Scope.provide(CodexPool.make({ lookup, maxTurns: 2, drainTimeout: "1 minute" }), scope)
      yield* model.enqueue(...[1, 2].map(() => MockModel.hold(MockModel.reply("held"), gate)))
      const pids = [yield* pidOf(pool, "a"), yield* pidOf(pool, "b")]
      const codex = yield* pool.get("a")
      const late = yield* codex.startThread()
      const runs = [yield* background(ask(pool, "a", "run")), yield* background(ask(pool, "b", "run"))]
      yield* model.received(2)
      const waiting = yield* background(Effect.exit(ask(pool, "a", "waits")))
      const closing = yield* background(Scope.close(scope, Exit.void))
      assert.strictEqual(reasonOf(yield* Fiber.join(waiting)), "PoolClosed")
      assert.strictEqual(reasonOf(yield* Effect.exit(late.run("too late"))), "PoolClosed")
      assert.strictEqual(reasonOf(yield* Effect.exit(ask(pool, "c", "too late"))), "PoolClosed")
      assert.deepStrictEqual(pids.map(isAlive), [true, true])
      yield* gate.release
      for (const run of runs) assert.deepStrictEqual((yield* Fiber.join(run)).answer, Option.some("held"))
      yield* Fiber.join(closing)
      assert.deepStrictEqual(pids.map(isAlive), [false, false])
    }).pipe(onBinary())
  )

  it.live("interrupts turns that do not end within `drainTimeout`", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const gate = yield* MockModel.gate
      const { lookup } = yield* tenants(["a"])
      const scope = yield* Scope.make()
      const pool = yield* Scope.provide(CodexPool.make({ lookup, drainTimeout: 0 }), scope)
      yield* model.enqueue(MockModel.hold(MockModel.reply("held"), gate))
      const pid = yield* pidOf(pool, "a")
      const run = yield* background(Effect.exit(ask(pool, "a", "run")))
      yield* model.received(1)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(reasonOf(yield* Fiber.join(run)), "TurnInterrupted")
      assert.isFalse(isAlive(pid))
    }).pipe(onBinary())
  )

  it.live("keeps a process for a turn that outlives its caller, and ends it after the turn", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const gate = yield* MockModel.gate
      const { lookup } = yield* tenants(["a"])
      const closed = yield* Deferred.make<void>()
      const pool = yield* CodexPool.make({
        idleTimeToLive: 0,
        lookup: (key: string) =>
          Effect.as(
            Effect.addFinalizer(() => Deferred.succeed(closed, undefined)),
            lookup(key)
          )
      })
      yield* model.enqueue(MockModel.hold(MockModel.reply("held"), gate))
      const turn = yield* pool.use(
        "a",
        Effect.gen(function* () {
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread()
          return yield* thread.turn("outlives")
        })
      )
      yield* model.received(1)
      assert.deepInclude(yield* pool.stats, { inUse: 1, turns: 1 })
      yield* gate.release
      assert.deepStrictEqual((yield* turn.result).finalResponse, Option.some("held"))
      yield* Deferred.await(closed)
    }).pipe(onBinary())
  )

  it.live("rejects two keys with one home, by any path, unless homes are shared", () =>
    Effect.gen(function* () {
      const { all } = yield* tenants(["a"])
      const own = all.get("a")?.options ?? assert.fail()
      const { codexHome = "", ...others } = own
      const lookup = (key: string): Codex.Options => (key === "a" ? own : { ...others, codexHome: `${codexHome}/.` })
      const pool = yield* CodexPool.make({ lookup })
      yield* ask(pool, "a", "hello")
      const error = yield* Effect.flip(ask(pool, "b", "hello"))
      assert.match(error.message, /^CodexPool\.get: The process of another key uses the same Codex home/)
      const shared = yield* CodexPool.make({ lookup, shareHomes: true })
      yield* ask(shared, "a", "hello")
      yield* ask(shared, "b", "hello")
    }).pipe(onBinary())
  )

  it.live("starts processes in advance, and creates homes that live as long as they do", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const started = yield* Deferred.make<string>()
      const scope = yield* Scope.make()
      const pool = yield* Scope.provide(
        CodexPool.make({
          prewarm: ["a"],
          lookup: () =>
            Effect.orDie(CodexHome.make({ configToml: model.configToml() })).pipe(
              Effect.tap(({ codexHome }) => Deferred.succeed(started, codexHome))
            )
        }),
        scope
      )
      yield* Deferred.await(started)
      assert.deepStrictEqual((yield* ask(pool, "a", "hello")).answer, Option.some("done"))
      assert.strictEqual((yield* pool.stats).processes, 1)
      yield* Scope.close(scope, Exit.void)
    }).pipe(onBinary())
  )
})

describe("the layer of a pool", () => {
  class UnknownTenant extends Schema.TaggedError<UnknownTenant>()("UnknownTenant", { id: Schema.Number }) {}

  it.live("rejects invalid options before anything is started", () =>
    Effect.gen(function* () {
      const lookup = () => ({})
      const wrong = [
        [{ lookup, maxProcesses: 0 }, "maxProcesses"],
        [{ lookup, maxTurns: 1.5 }, "maxTurns"],
        [{ lookup, idleTimeToLive: "soon" }, "idleTimeToLive"],
        [{ lookup, drainTimeout: "Infinity" }, "drainTimeout"],
        [{ lookup, maxProceses: 1 }, "maxProceses"],
        [{}, "lookup"]
      ] as const
      for (const [options, option] of wrong) {
        // @ts-expect-error a JavaScript program can pass anything
        const error: CodexError = yield* Effect.flip(Layer.build(CodexPool.layer(options)))
        assert.deepInclude(error.reason, { _tag: "InvalidOptions", option })
      }
    }).pipe(onBinary())
  )

  it.live("fails a call with the error of `lookup`, or with that of `Codex.layer`", () =>
    Effect.gen(function* () {
      class Tenants extends Context.Service<Tenants, CodexPool.CodexPool<number, UnknownTenant | CodexError>>()(
        "test/Tenants"
      ) {}
      const error = yield* Effect.flip(Effect.scoped(Effect.flatMap(Tenants, (tenants) => tenants.get(7)))).pipe(
        Effect.provide(Layer.effect(Tenants, CodexPool.make({ lookup: (id: number) => new UnknownTenant({ id }) })))
      )
      assert.strictEqual(error._tag, "UnknownTenant")
      const pool = yield* CodexPool.make({ lookup: () => ({ executable: "/nowhere/codex" }) })
      assert.strictEqual(reasonOf(yield* Effect.exit(Effect.scoped(pool.get("a")))), "RuntimeNotFound")
    }).pipe(onBinary())
  )
})
