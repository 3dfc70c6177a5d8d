/**
 * A real server that is killed at any moment, stopped, replaced, or does not start. `RESTART_KILLS=50` kills it more
 * often.
 */
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Fiber, Layer, Logger, Schedule, Scope } from "effect"
import { NodeServices } from "@effect/platform-node"
import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import type * as CodexClient from "../../src/CodexClient.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Seeded from "../scoreboard/seeded.ts"
import { reasonOf } from "../support/onBinary.ts"
import { codexBinary } from "../support/rawDriver.ts"
import { atOnce, kill, killAndWait, restarting, until, upAfter } from "./support.ts"

type Restarting = Extract<CodexClient.Health, { readonly _tag: "Restarting" }>

const start = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

const quiet = Effect.provide(Logger.layer([]))

/** The failures among outcomes. */
const failures = <A, E>(exits: ReadonlyArray<Exit.Exit<A, E>>) =>
  Effect.map(
    Effect.forEach(exits, (exit) =>
      Exit.isSuccess(exit) ? Effect.succeed([]) : Effect.map(shown(exit), (reason) => [reason])
    ),
    (all) => all.flat()
  )

const shown = (exit: Exit.Exit<unknown, unknown>) => Effect.map(Effect.flip(exit), String)

/** The processes whose variables contain a text. */
const processes = (text: string): ReadonlyArray<string> =>
  readdirSync("/proc").filter((entry) => {
    if (!/^\d+$/.test(entry)) return false
    try {
      return readFileSync(`/proc/${entry}/environ`, "latin1").includes(text)
    } catch {
      // It has ended in the meantime.
      return false
    }
  })

describe("a thread over a process that is killed again and again", () => {
  const kills = Number(process.env["RESTART_KILLS"] ?? 12)

  it.live(
    `has a result or a typed failure for each turn, and repeats no model request: ${kills} kills at random moments`,
    () =>
      Effect.gen(function* () {
        const seeded = Seeded.make(Number(process.env["RESTART_SEED"] ?? 20_261_126))
        const codex = yield* Codex.Codex
        const model = yield* MockModel.MockModel
        const thread = yield* codex.startThread()
        yield* thread.run("round 0")
        const outcomes: Array<unknown> = []
        for (let round = 1; round <= kills; round++) {
          // The moment is what varies: before the request, in the answer, or after the end.
          const moment = Duration.millis(seeded.int(0, 250))
          const [exit] = yield* Effect.all(
            [
              Effect.exit(thread.run(`round ${round}`, { maxDuration: "20 seconds" })),
              Effect.andThen(Effect.sleep(moment), killAndWait)
            ],
            { concurrency: 2 }
          )
          outcomes.push(Exit.isSuccess(exit) ? exit.value.status : yield* reasonOf(exit))
        }
        assert.deepStrictEqual([...new Set(outcomes)].sort(), ["ConnectionClosed", "completed"])
        assert.strictEqual((yield* thread.run("the last")).status, "completed")
        const said = (yield* model.requests).map(({ lastUserText }) => lastUserText)
        assert.deepStrictEqual(said, [...new Set(said)], "a model request was repeated")
        assert.isAtLeast(said.length, outcomes.filter((outcome) => outcome === "completed").length + 2)
      }).pipe(restarting(atOnce), quiet),
    120_000
  )

  it.live("returns with all threads that were in use, 50 of them", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const threads = yield* Effect.forEach(Array.from({ length: 50 }), () => codex.startThread(), { concurrency: 8 })
      yield* Effect.forEach(threads, (thread) => thread.run("warm"), { concurrency: 8 })
      yield* killAndWait
      const exits = yield* Effect.forEach(threads, (thread) => Effect.exit(thread.run("again")), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(yield* failures(exits), [])
      assert.strictEqual((yield* codex.loadedThreads).length, 50)
    }).pipe(restarting(atOnce), quiet)
  )

  it.live("is resumed again if the process dies while it is resumed", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const threads = yield* Effect.forEach(Array.from({ length: 5 }), () => codex.startThread())
      yield* Effect.forEach(threads, (thread) => thread.run("warm"), { concurrency: "unbounded" })
      yield* killAndWait
      const names = yield* start(
        Effect.forEach(threads, (thread) => Effect.exit(thread.setName("after")), { concurrency: "unbounded" })
      )
      yield* killAndWait
      // A name that was sent fails. One that waited for the resume is set.
      for (const exit of yield* Fiber.join(names)) {
        if (Exit.isFailure(exit)) assert.strictEqual(yield* reasonOf(exit), "ConnectionClosed")
      }
      const exits = yield* Effect.forEach(threads, (thread) => Effect.exit(thread.run("again")), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(yield* failures(exits), [])
    }).pipe(restarting(atOnce), quiet)
  )
})

describe("a process that lives and does not answer", () => {
  it.live("is replaced after an overdue heartbeat, and its threads return", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const server = yield* AppServer.AppServer
      const thread = yield* codex.startThread()
      yield* thread.run("one")
      const { pid } = server
      process.kill(pid, "SIGSTOP")
      // The threads of the process stop one after the other, so it can still answer a call.
      const { reason } = yield* Effect.flip(Effect.forever(codex.listModels()))
      if (reason._tag !== "ConnectionClosed") return assert.fail(reason._tag)
      assert.deepStrictEqual(reason.end, { _tag: "Unresponsive", timeout: Duration.millis(500) })
      yield* upAfter(pid)
      assert.throws(() => process.kill(pid, 0))
      assert.strictEqual((yield* thread.run("two")).status, "completed")
    }).pipe(
      restarting(
        { schedule: atOnce, heartbeat: { interval: "100 millis", timeout: "500 millis" } },
        { codex: { shutdownGrace: "200 millis" } }
      ),
      quiet
    )
  )
})

describe("a runtime that changes", () => {
  const other = join(
    process.env["CODEX_RUNTIMES"] ?? "/tmp/runtimes",
    "0.169.0/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex"
  )

  /** A program that starts what a link refers to. */
  const switching = (home: CodexTest.TestHome, target: string) => {
    const link = join(home.workspace, "codex-link")
    const script = join(home.workspace, "codex.sh")
    const point = (to: string) => {
      if (existsSync(link)) unlinkSync(link)
      symlinkSync(to, link)
    }
    point(target)
    writeFileSync(script, `#!/bin/sh\nexec ${link} "$@"\n`)
    chmodSync(script, 0o755)
    return { point, link, script }
  }

  const switched = Effect.gen(function* () {
    const model = yield* MockModel.MockModel
    const home = yield* CodexTest.makeHome(model.configToml())
    const runtime = switching(home, codexBinary())
    const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const services = yield* Layer.buildWithScope(
      Codex.layer({
        executable: runtime.script,
        codexHome: home.codexHome,
        cwd: home.workspace,
        env: home.env,
        inheritEnv: false,
        restart: Schedule.spaced("20 millis")
      }),
      scope
    )
    return { home, runtime, services, close: Scope.close(scope, Exit.void) }
  })

  const inPlace = <A, E>(effect: Effect.Effect<A, E, Scope.Scope | MockModel.MockModel | NodeServices.NodeServices>) =>
    effect.pipe(
      Effect.scoped,
      Effect.provide(MockModel.layer({ fallback: () => MockModel.reply("done") })),
      Effect.provide(NodeServices.layer),
      quiet
    )

  it.live.skipIf(!existsSync(other))("is followed by `metadata` and `health`, and keeps the threads", () =>
    inPlace(
      Effect.gen(function* () {
        const { runtime, services } = yield* switched
        const codex = Context.get(services, Codex.Codex)
        const thread = yield* codex.startThread()
        yield* thread.run("one")
        assert.strictEqual(codex.metadata.version, codexVersion)
        runtime.point(other)
        const health = yield* Effect.provideContext(killAndWait, services)
        assert.strictEqual(health.version, "0.169.0")
        assert.strictEqual(codex.metadata.version, "0.169.0")
        assert.strictEqual((yield* thread.run("two")).status, "completed")
      })
    )
  )

  it.live("may be missing for a while: each start that fails asks the schedule again", () =>
    inPlace(
      Effect.gen(function* () {
        const { runtime, services } = yield* switched
        const codex = Context.get(services, Codex.Codex)
        const thread = yield* codex.startThread()
        yield* thread.run("one")
        unlinkSync(runtime.link)
        const pid = yield* Effect.provideContext(kill, services)
        const third = until((health): health is Restarting => health._tag === "Restarting" && health.attempt >= 3)
        yield* Effect.provideContext(third, services)
        const waiting = yield* start(thread.run("two"))
        runtime.point(codexBinary())
        yield* Effect.provideContext(upAfter(pid), services)
        assert.strictEqual((yield* Fiber.join(waiting)).status, "completed")
      })
    )
  )

  it.live("leaves no process if the scope closes while it starts", () =>
    inPlace(
      Effect.gen(function* () {
        const seeded = Seeded.make(7)
        for (let round = 0; round < 5; round++) {
          const { close, home, services } = yield* switched
          yield* Effect.provideContext(kill, services)
          // A random moment of the restart, which takes about 100 ms.
          yield* Effect.sleep(seeded.int(0, 120))
          yield* close
          assert.deepStrictEqual(processes(home.codexHome), [])
        }
      })
    )
  )
})
