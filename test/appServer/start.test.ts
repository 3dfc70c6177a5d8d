import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as Peer from "../support/peer.ts"
import { assertGone, children, isRunning, pidIn } from "./processes.ts"
import { background, exited, failedStart, failure, logs, ownHome, start, temporary } from "./support.ts"

describe("a start that fails", () => {
  it.live("reports the exit code and the last lines of stderr, and leaves neither the process nor its children", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const [own, grandchild] = [join(root, "own"), join(root, "grandchild")]
      const { error, reason } = yield* failedStart(
        start({
          initialize: [
            Peer.pidFile(own),
            Peer.spawnGrandchild({ pidFile: grandchild, ignoreSigterm: true }),
            Peer.stderr("\u001b[31mError\u001b[0m: the disk is full\n"),
            Peer.exit(3)
          ]
        })
      )
      assert.deepStrictEqual(reason.end, exited(3))
      assert.deepStrictEqual(reason.stderr, ["Error: the disk is full"])
      assert.include(error.message, "code 3")
      assert.include(error.message, "the disk is full")
      assertGone(pidIn(own))
      assert.isFalse(isRunning(pidIn(grandchild)))
    })
  )

  it.live("reports the exit code even if the process never read a byte", () =>
    Effect.gen(function* () {
      const { settings } = yield* ownHome
      const command = [process.execPath, "-e", "console.error('early'); process.exit(4)"] as const
      const { reason } = yield* failedStart(
        Layer.build(Codex.layer({ ...settings, command })).pipe(Effect.provide(NodeServices.layer))
      )
      assert.deepStrictEqual(reason.end, exited(4))
      assert.deepStrictEqual(reason.stderr, ["early"])
    })
  )

  it.live("reports the signal", () =>
    Effect.gen(function* () {
      for (const signal of ["SIGKILL", "SIGABRT"] as const) {
        const { error, reason } = yield* failedStart(start({ initialize: [Peer.stderr("last\n"), Peer.kill(signal)] }))
        assert.deepStrictEqual(reason.end, exited(null, signal))
        assert.deepStrictEqual(reason.stderr, ["last"])
        assert.include(error.message, signal)
      }
    })
  )

  it.effect("ends after startTimeout if the server is silent, with its last lines, and leaves no process", () => {
    const log = logs()
    return Effect.gen(function* () {
      const root = yield* temporary
      const own = join(root, "own")
      const script: Peer.Script = {
        initialize: [Peer.pidFile(own), Peer.stderr("still indexing\n"), Peer.never],
        onStdinEnd: []
      }
      const said = yield* background(log.next("still indexing"))
      const failed = yield* background(failure(start(script, { startTimeout: "45 seconds" })))
      yield* Fiber.join(said)
      yield* TestClock.adjust("44 seconds")
      assert.isTrue(isRunning(pidIn(own)))
      yield* TestClock.adjust("1 second")
      const error = yield* Fiber.join(failed)
      assert.strictEqual(error.method, "initialize")
      assert.strictEqual(error.reason._tag, "StartTimeout")
      if (error.reason._tag !== "StartTimeout") return
      assert.deepStrictEqual(error.reason.timeout, Duration.millis(45_000))
      assert.deepStrictEqual(error.reason.stderr, ["still indexing"])
      assertGone(pidIn(own))
    }).pipe(Effect.provide(log.layer))
  })

  it.live("leaves no process if it is interrupted", () => {
    const log = logs()
    return Effect.gen(function* () {
      const root = yield* temporary
      const own = join(root, "own")
      const script: Peer.Script = { initialize: [Peer.pidFile(own), Peer.stderr("asked\n"), Peer.never] }
      const asked = yield* background(log.next("asked"))
      const build = yield* background(Effect.scoped(start(script)))
      yield* Fiber.join(asked)
      yield* Fiber.interrupt(build)
      assertGone(pidIn(own))
    }).pipe(Effect.provide(log.layer))
  })

  it.live("on the real server, has the server message for a CODEX_HOME that does not exist", () =>
    Effect.gen(function* () {
      const { home, settings } = yield* ownHome
      const { codexHome: _, ...rest } = settings
      // As a variable, because the option is checked before the start.
      const env = { ...rest.env, CODEX_HOME: join(home, "nowhere") }
      const { error, reason } = yield* failedStart(
        Layer.build(Codex.layer({ ...rest, env })).pipe(Effect.provide(NodeServices.layer))
      )
      assert.deepStrictEqual(reason.end, exited(1))
      assert.include(error.message, "does not exist")
      assert.deepStrictEqual(children(), [])
    })
  )

  it.live("on the real server, has the server message for an invalid configuration", () =>
    Effect.gen(function* () {
      const { settings } = yield* ownHome
      const config = { model_providers: "not a table" }
      const { reason } = yield* failedStart(
        Layer.build(Codex.layer({ ...settings, config })).pipe(Effect.provide(NodeServices.layer))
      )
      assert.deepStrictEqual(reason.end, exited(1))
      assert.isAbove(reason.stderr.length, 0)
      assert.deepStrictEqual(children(), [])
    })
  )
})
