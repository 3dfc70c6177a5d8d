import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Layer } from "effect"
import { spawn } from "node:child_process"
import { existsSync, readFileSync, watch } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { vi } from "vitest"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import { CurrentPlatform } from "../../src/internal/process/platform.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import { played } from "./played.ts"
import { assertGone, children, isRunning, pidIn } from "./processes.ts"
import { background, closable, connect, ownHome, start, temporary } from "./support.ts"

const elapsed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const from = performance.now()
    return Effect.map(effect, () => performance.now() - from)
  })

/**
 * Returns the shortest of at most ten runs, and stops after the first one below the limit. A busy machine makes some of
 * them long, but not all.
 */
const shortest = Effect.fnUntraced(function* <E, R>(limit: number, run: Effect.Effect<number, E, R>) {
  const times: Array<number> = []
  do times.push(yield* run)
  while (Math.min(...times) >= limit && times.length < 10)
  return Math.min(...times)
})

/** Waits until the file exists. */
const appears = (path: string) =>
  Effect.callback<void>((resume) => {
    const look = () => {
      if (!existsSync(path)) return
      watcher.close()
      resume(Effect.void)
    }
    const watcher = watch(dirname(path), look)
    look()
    return Effect.sync(() => watcher.close())
  })

/** A separate program that starts a server, prints its pid, and does nothing more. */
const runProgram = (options: AppServer.Options) =>
  spawn(
    process.execPath,
    [
      "--conditions=effect-codex/source",
      "--input-type=module",
      "-e",
      `import { NodeServices } from "@effect/platform-node"
       import { Context, Effect } from "effect"
       import * as AppServer from "effect-codex/AppServer"
       AppServer.make(JSON.parse(process.argv[1])).pipe(
         Effect.tap((services) => Effect.sync(() => console.log(Context.get(services, AppServer.AppServer).pid))),
         Effect.andThen(Effect.never),
         Effect.scoped,
         Effect.provide(NodeServices.layer),
         Effect.runFork
       )`,
      JSON.stringify(options)
    ],
    { cwd: fileURLToPath(new URL("../..", import.meta.url)), stdio: ["ignore", "pipe", "ignore"] }
  )

describe("release", () => {
  it.live("takes less than 200 ms for an idle real server and leaves nothing of its group", () =>
    Effect.gen(function* () {
      const release = Effect.gen(function* () {
        const { settings } = yield* ownHome
        const [services, close] = yield* closable(
          Layer.build(Codex.layer({ ...settings, shutdownGrace: "2 seconds" })).pipe(Effect.provide(NodeServices.layer))
        )
        const { pid } = Context.get(services, AppServer.AppServer)
        assert.isTrue(isRunning(pid))
        const time = yield* elapsed(close)
        assertGone(pid)
        return time
      })
      assert.isBelow(yield* shortest(200, release), 200)
    })
  )

  it.live("closes stdin first, which is enough for an orderly server", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const [atEnd, atTerm] = [join(root, "end"), join(root, "term")]
      const [{ app }, close] = yield* closable(
        start(
          { onStdinEnd: [Peer.pidFile(atEnd), Peer.exit(0)], onSignal: { SIGTERM: [Peer.pidFile(atTerm)] } },
          { shutdownGrace: "5 seconds" }
        )
      )
      yield* close
      assert.isTrue(existsSync(atEnd))
      assert.isFalse(existsSync(atTerm))
      assertGone(app.pid)
    })
  )

  it.live("sends SIGTERM after shutdownGrace to a server that ignores the end of stdin", () =>
    Effect.gen(function* () {
      const release = Effect.gen(function* () {
        const root = yield* temporary
        const [atEnd, atTerm] = [join(root, "end"), join(root, "term")]
        const [{ app }, close] = yield* closable(
          start(
            { onStdinEnd: [Peer.pidFile(atEnd)], onSignal: { SIGTERM: [Peer.pidFile(atTerm), Peer.exit(0)] } },
            { shutdownGrace: "300 millis" }
          )
        )
        const time = yield* elapsed(close)
        assert.isAtLeast(time, 290)
        assert.isTrue(existsSync(atEnd))
        assert.isTrue(existsSync(atTerm))
        assertGone(app.pid)
        return time
      })
      assert.isBelow(yield* shortest(590, release), 590)
    })
  )

  it.live("sends SIGKILL after another shutdownGrace to a server that ignores SIGTERM too", () =>
    Effect.gen(function* () {
      const release = Effect.gen(function* () {
        const [{ app }, close] = yield* closable(
          start({ onStdinEnd: [], onSignal: { SIGTERM: "ignore" } }, { shutdownGrace: "600 millis" })
        )
        const time = yield* elapsed(close)
        assert.isAtLeast(time, 1190)
        assertGone(app.pid)
        return time
      })
      assert.isBelow(yield* shortest(1790, release), 1790)
    })
  )

  it.effect("uses no clock of the program: it ends while TestClock stands still", () =>
    Effect.gen(function* () {
      const [{ app }, close] = yield* closable(start({ onStdinEnd: [], onSignal: { SIGTERM: "ignore" } }))
      yield* close
      assertGone(app.pid)
    })
  )

  for (const ignoreSigterm of [false, true]) {
    it.live(
      `terminates the remaining processes in the server's group${ignoreSigterm ? ", even if they ignore SIGTERM" : ""}, and waits for them`,
      () =>
        Effect.gen(function* () {
          const root = yield* temporary
          const grandchild = join(root, "grandchild")
          const [{ app }, close] = yield* closable(
            start({
              initialize: [
                Peer.spawnGrandchild({ pidFile: grandchild, ignoreSigterm, inheritStdout: true }),
                Peer.reply(Peer.initializeResponse())
              ]
            })
          )
          assert.isTrue(isRunning(pidIn(grandchild)))
          yield* close
          assert.isFalse(isRunning(pidIn(grandchild)))
          assertGone(app.pid)
        })
    )
  }

  it.live("works if the process is dead, terminates its remaining processes, and can run twice", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const grandchild = join(root, "grandchild")
      const [{ app, client }, close] = yield* closable(
        start({
          initialize: [Peer.spawnGrandchild({ pidFile: grandchild }), Peer.reply(Peer.initializeResponse())],
          on: { initialized: [], die: [Peer.kill("SIGKILL")] }
        })
      )
      assert.isTrue(isRunning(pidIn(grandchild)))
      yield* Effect.flip(client.requestRaw("die"))
      assert.isTrue(Exit.isSuccess(yield* Effect.exit(close)))
      assert.isTrue(Exit.isSuccess(yield* Effect.exit(close)))
      assertGone(app.pid)
      assert.isFalse(isRunning(pidIn(grandchild)))
    })
  )

  it.live("writes the queued messages first", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const received = join(root, "received")
      const [{ app, transport }, close] = yield* closable(
        connect({ onStart: [Peer.log(received)], on: { initialized: [], "*": [] } }, { shutdownGrace: "10 seconds" })
      )
      const padding = "x".repeat(4000)
      yield* Effect.forEach(Array.from({ length: 400 }), (_, n) => transport.send({ method: "note", n, padding }))
      yield* close
      const lines = readFileSync(received, "utf8").trimEnd().split("\n")
      assert.strictEqual(lines.length, 400)
      assert.strictEqual(at(JSON.parse(lines.at(-1) ?? ""), "n"), 399)
      assertGone(app.pid)
    })
  )

  it.live("is unnecessary if this program is killed: the server sees the end of its input", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const atEnd = join(root, "end")
      const seen = yield* background(appears(atEnd))
      const program = yield* Effect.acquireRelease(
        Effect.sync(() => runProgram({ command: Peer.command({ onStdinEnd: [Peer.pidFile(atEnd), Peer.exit(0)] }) })),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )
      const pid = yield* Effect.promise(async () => {
        for await (const chunk of program.stdout) return Number(chunk)
        return 0
      })
      assert.isTrue(isRunning(pid))
      program.kill("SIGKILL")
      yield* Fiber.join(seen)
      assert.strictEqual(pidIn(atEnd), pid)
    })
  )

  it.live("leaves nothing after twenty scopes", () =>
    Effect.gen(function* () {
      const before = children()
      const pids = yield* Effect.forEach(
        Array.from({ length: 20 }),
        () => Effect.scoped(Effect.map(start(Peer.basic), ({ app }) => app.pid)),
        { concurrency: 4 }
      )
      assert.strictEqual(new Set(pids).size, 20)
      for (const pid of pids) assertGone(pid)
      assert.deepStrictEqual(children(), before)
    })
  )

  describe("on Windows", () => {
    const windows = { os: "win32", arch: "x64" }

    const run = Effect.fnUntraced(function* (leavesAtEndOfInput: boolean) {
      const { kills, layer } = played(leavesAtEndOfInput)
      const signals = vi.spyOn(process, "kill")
      yield* Effect.addFinalizer(() => Effect.sync(() => signals.mockRestore()))
      yield* AppServer.make({ command: ["codex.exe"], shutdownGrace: "50 millis" }).pipe(
        Effect.scoped,
        Effect.provideService(CurrentPlatform, windows),
        Effect.provide(Layer.merge(NodeServices.layer, layer))
      )
      assert.strictEqual(signals.mock.calls.length, 0)
      return kills.length
    })

    it.live("kills the process tree after shutdownGrace, and does not signal a process group", () =>
      Effect.map(run(false), (kills) => assert.strictEqual(kills, 1))
    )

    it.live("kills nothing if the server exits at the end of stdin", () =>
      Effect.map(run(true), (kills) => assert.strictEqual(kills, 0))
    )
  })
})
