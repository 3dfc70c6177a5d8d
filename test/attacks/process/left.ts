/**
 * What a server leaves running, and what is not its own: children that hide in sessions and groups, that ignore
 * signals, and foreign processes that get its id. How a server is started is `starts.ts`.
 */
import { assert } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { AppServer } from "../../../src/AppServer.ts"
import * as Codex from "../../../src/Codex.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { isRunning, linux, pidIn, processes } from "../../appServer/processes.ts"
import * as App from "../../appServer/support.ts"
import * as Peer from "../../support/peer.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import { group } from "../support/attack.ts"

/** Looks until it holds. */
const until = (holds: () => boolean) =>
  Effect.yieldNow.pipe(Effect.repeat({ until: holds }), Effect.timeout("20 seconds"))

const dying = (seeded: Seeded): Peer.Step =>
  seeded.pick([Peer.kill("SIGKILL"), Peer.kill("SIGABRT"), Peer.exit(0), Peer.exit(3)])

/** A server with a grandchild; gives the grandchild's id and what closes the scope. */
const withGrandchild = Effect.fnUntraced(function* (
  grandchild: Omit<Peer.Grandchild, "pidFile">,
  script: (root: string) => Peer.Script = () => ({})
) {
  const root = yield* App.temporary
  const pidFile = join(root, "grandchild")
  const [{ client }, close] = yield* App.closable(
    App.start({
      ...script(root),
      initialize: [Peer.spawnGrandchild({ pidFile, ...grandchild }), Peer.reply(Peer.initializeResponse())]
    })
  )
  const pid = pidIn(pidFile)
  assert.isTrue(isRunning(pid))
  return { client, close, pid, root }
})

const lastPid = "/proc/sys/kernel/ns_last_pid"

// Process ids can only be chosen by root, on a kernel that lets it.
const canChoose = (() => {
  try {
    accessSync(lastPid, constants.W_OK)
    return true
  } catch {
    return false
  }
})()

/** A process that leads a group of this number, if no other process of the machine is faster. */
const takePid = (pid: number) =>
  Effect.acquireRelease(
    Effect.sync((): ChildProcess | undefined => {
      for (let attempt = 0; attempt < 50; attempt++) {
        writeFileSync(lastPid, String(pid - 1))
        const child = spawn("/bin/sleep", ["60"], { detached: true, stdio: "ignore" })
        if (child.pid === pid) return child
        child.kill("SIGKILL")
      }
      return undefined
    }),
    (child) => Effect.sync(() => child?.kill("SIGKILL"))
  )

/** A program beside the server that it must leave alone. */
const bystander = (options: { readonly detached: boolean }) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn("/bin/sleep", ["60"], { ...options, stdio: "ignore" })),
    (child) =>
      Effect.callback<void>((resume) => {
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      })
  )

/** Commands of the model that try to outlive the server; `W` is a number that tells them from others. */
const stubborn = [
  "setsid sleep W & wait",
  "nohup setsid sleep W & wait",
  "(setsid sh -c 'trap \"\" TERM HUP; sleep W; sleep W' &); wait",
  "sleep W & sleep W & wait"
]

const running = (text: string): ReadonlyArray<string> => processesOf().filter((line) => line.includes(text))

export const scenarios = group("process", [
  ...[false, true].map((ownSession) => ({
    name: ownSession ? "left-in-session-at-death" : "left-in-group-at-death",
    title: `The server dies and leaves a child in ${ownSession ? "a session of its own" : "its group"}`,
    expected: "the child is ended at once, and not only with the scope",
    on: "peer" as const,
    run: (seeded: Seeded) =>
      Effect.gen(function* () {
        if (ownSession && !linux) return
        const ignoreSigterm = seeded.int(0, 1) === 1
        const { client, pid } = yield* withGrandchild({ ownSession, ignoreSigterm }, () => ({
          on: { initialized: [], die: [dying(seeded)] }
        }))
        yield* Effect.flip(client.requestRaw("die"))
        yield* until(() => !isRunning(pid))
      })
  })),
  {
    name: "left-in-session-at-close",
    title: "A child in a session of its own ignores SIGTERM, and the scope ends",
    expected: "it is ended with the scope",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        if (!linux) return
        const { close, pid } = yield* withGrandchild({ ownSession: true, ignoreSigterm: seeded.int(0, 1) === 1 })
        yield* close
        assert.isFalse(isRunning(pid))
      })
  },
  {
    name: "left-holding-pipes",
    title: "A child keeps the pipes of the dead server open",
    expected: "the end is seen all the same, and the child is ended",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const { client, close, pid } = yield* withGrandchild({ inheritStdout: true, ignoreSigterm: true }, () => ({
          on: { initialized: [], die: [dying(seeded)] }
        }))
        yield* Effect.flip(client.requestRaw("die"))
        yield* close
        assert.isFalse(isRunning(pid))
      })
  },
  {
    name: "left-deaf-server",
    title: "The server ignores the end of its input and every signal that can be ignored",
    expected: "the end of the scope kills it within its grace",
    on: "peer",
    run: () =>
      Effect.gen(function* () {
        const [{ app }, close] = yield* App.closable(
          App.start({
            ...Peer.basic,
            onStdinEnd: [],
            onSignal: { SIGTERM: "ignore", SIGINT: "ignore", SIGHUP: "ignore" }
          })
        )
        const from = performance.now()
        yield* close
        assert.isFalse(isRunning(app.pid))
        assert.isBelow(performance.now() - from, 5000)
      })
  },
  {
    name: "left-failed-start",
    title: "The server spawns a child and dies before the handshake",
    expected: "neither is left",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const root = yield* App.temporary
        const [own, child] = [join(root, "own"), join(root, "child")]
        const grandchild = { pidFile: child, ignoreSigterm: true, ownSession: linux && seeded.int(0, 1) === 1 }
        yield* App.failure(
          App.start({ initialize: [Peer.pidFile(own), Peer.spawnGrandchild(grandchild), dying(seeded)] })
        )
        assert.isFalse(isRunning(pidIn(own)))
        // It is killed by now. On a busy machine the kernel can take a while to end it.
        yield* until(() => !isRunning(pidIn(child)))
      })
  },
  {
    name: "foreign-group-of-same-id",
    title: "The server dies, its id becomes that of the leader of a foreign group, and then the scope ends",
    expected: "the foreign group gets no signal",
    on: "peer",
    within: "40 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        if (!canChoose) return
        const [{ app, client }, close] = yield* App.closable(
          App.start({ on: { initialized: [], die: [dying(seeded)] } }, { shutdownGrace: "50 millis" })
        )
        yield* Effect.flip(client.requestRaw("die"))
        yield* until(() => !isRunning(app.pid))
        const victim = yield* takePid(app.pid)
        if (victim === undefined) return
        const ended = new Promise((resolve) => victim.on("exit", (code, signal) => resolve(signal ?? code)))
        yield* close
        victim.kill("SIGUSR2")
        assert.strictEqual(yield* Effect.promise(() => ended), "SIGUSR2")
      })
  },
  {
    name: "foreign-bystanders",
    title: "Other children of this program run beside the server, in groups of their own and in its own",
    expected: "none gets a signal when the server dies or the scope ends",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const beside = [yield* bystander({ detached: true }), yield* bystander({ detached: false })]
        const [{ client }, close] = yield* App.closable(App.start({ on: { initialized: [], die: [dying(seeded)] } }))
        const other = yield* App.start(Peer.basic)
        if (seeded.int(0, 1) === 1) yield* Effect.flip(client.requestRaw("die"))
        yield* close
        for (const { pid = 0 } of beside) assert.isTrue(isRunning(pid))
        assert.isTrue(isRunning(other.app.pid))
      })
  },
  {
    name: "commands-that-hide",
    title:
      "The model runs commands that start sessions of their own and ignore signals; the scope ends or the server dies",
    expected: "nothing of them is left running",
    on: "binary",
    within: "40 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        if (!linux) return
        // A number that nothing else sleeps.
        const number = `7${seeded.int(10, 99)}.${process.pid}${seeded.seed}`
        const command = seeded.pick(stubborn).replaceAll("W", number)
        const scope = yield* Scope.make()
        yield* Effect.gen(function* () {
          const model = yield* MockModel.MockModel
          yield* model.enqueue(MockModel.response([MockModel.execCommand({ cmd: command, yieldTimeMs: 30_000 })]))
          const thread = yield* (yield* Codex.Codex).startThread({ sandbox: "fullAccess" })
          const turn = yield* Effect.forkChild(Effect.exit(thread.run("go")))
          yield* until(() => running(`sleep ${number}`).length > 0)
          if (seeded.int(0, 1) === 0) return
          process.kill((yield* AppServer).pid, "SIGKILL")
          yield* Fiber.join(turn)
        }).pipe(Effect.provide(CodexTest.layer()), Scope.provide(scope), Effect.ensuring(Scope.close(scope, Exit.void)))
        assert.deepStrictEqual(running(`sleep ${number}`), [])
      })
  },
  {
    name: "commands-outlive-turn",
    title: "A command goes on in the background after its turn; the scope ends",
    expected: "the command is ended with the server",
    on: "binary",
    within: "40 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        if (!linux) return
        const number = `8${seeded.int(10, 99)}.${process.pid}${seeded.seed}`
        yield* Effect.gen(function* () {
          const { workspace } = yield* CodexTest.TestHome
          const model = yield* MockModel.MockModel
          const begun = join(workspace, "begun")
          const cmd = `(sleep ${number} >/dev/null 2>&1 &) ; touch ${begun}`
          yield* model.enqueue(MockModel.response([MockModel.execCommand({ cmd })]), MockModel.reply("done"))
          const thread = yield* (yield* Codex.Codex).startThread({ sandbox: "fullAccess" })
          yield* thread.run("go")
          assert.isTrue(existsSync(begun))
        }).pipe(Effect.provide(CodexTest.layer()))
        assert.deepStrictEqual(running(`sleep ${number}`), [])
      })
  }
])

/** The command lines of all processes. */
function processesOf(): ReadonlyArray<string> {
  return processes().flatMap((entry) => {
    try {
      return isRunning(Number(entry)) ? [readFileSync(`/proc/${entry}/cmdline`, "latin1").replaceAll("\0", " ")] : []
    } catch {
      return []
    }
  })
}
