import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { AppServer } from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as marks from "../../src/internal/process/marks.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Peer from "../support/peer.ts"
import { isRunning, linux, pidIn } from "./processes.ts"
import { closable, start, temporary } from "./support.ts"

/** Polls until a process exits that is not a child. */
const gone = (pid: number) =>
  Effect.suspend(() => (isRunning(pid) ? Effect.yieldNow : Effect.void)).pipe(
    Effect.repeat({ while: () => isRunning(pid) }),
    Effect.timeout("10 seconds")
  )

const writable = (path: string) => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

describe("a remaining process of a server", () => {
  for (const ownSession of [false, true]) {
    if (ownSession && !linux) continue
    it.live(
      `${ownSession ? "in its own session" : "in its group"} is terminated when the server dies, and not only with the scope`,
      () =>
        Effect.gen(function* () {
          const root = yield* temporary
          const grandchild = join(root, "grandchild")
          const { client } = yield* start({
            initialize: [
              Peer.spawnGrandchild({ pidFile: grandchild, ownSession }),
              Peer.reply(Peer.initializeResponse())
            ],
            on: { initialized: [], die: [Peer.kill("SIGKILL")] }
          })
          const pid = pidIn(grandchild)
          assert.isTrue(isRunning(pid))
          yield* Effect.flip(client.requestRaw("die"))
          yield* gone(pid)
        })
    )
  }

  if (!linux) return

  for (const ignoreSigterm of [false, true]) {
    it.live(
      `in its own session is terminated with the scope${ignoreSigterm ? ", even if it ignores SIGTERM" : ""}`,
      () =>
        Effect.gen(function* () {
          const root = yield* temporary
          const grandchild = join(root, "grandchild")
          const [, close] = yield* closable(
            start({
              initialize: [
                Peer.spawnGrandchild({ pidFile: grandchild, ignoreSigterm, ownSession: true }),
                Peer.reply(Peer.initializeResponse())
              ]
            })
          )
          const pid = pidIn(grandchild)
          assert.isTrue(isRunning(pid))
          yield* close
          assert.isFalse(isRunning(pid))
        })
    )
  }

  it.live("keeps running if the caller removes the mark", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const grandchild = join(root, "grandchild")
      const [, close] = yield* closable(
        start(
          {
            initialize: [
              Peer.spawnGrandchild({ pidFile: grandchild, ownSession: true }),
              Peer.reply(Peer.initializeResponse())
            ]
          },
          { env: { [marks.variable]: undefined } }
        )
      )
      const pid = pidIn(grandchild)
      yield* close
      assert.isTrue(isRunning(pid))
      process.kill(pid, "SIGKILL")
    })
  )

  it.live("keeps running if it belongs to another server of this program", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const script = (name: string): Peer.Script => ({
        initialize: [
          Peer.spawnGrandchild({ pidFile: join(root, name), ownSession: true }),
          Peer.reply(Peer.initializeResponse())
        ]
      })
      const [, closeFirst] = yield* closable(start(script("first")))
      yield* start(script("second"))
      yield* closeFirst
      assert.isFalse(isRunning(pidIn(join(root, "first"))))
      assert.isTrue(isRunning(pidIn(join(root, "second"))))
    })
  )

  it("has the marks of all outer servers, so that an outer server finds the processes of an inner one", () => {
    const outer = marks.make(undefined)
    const inner = marks.make(outer.value)
    assert.include(inner.value, outer.id)
    assert.include(inner.value, inner.id)
    assert.notStrictEqual(inner.id, outer.id)
    let value = ""
    for (let depth = 0; depth < 1000; depth++) value = marks.make(value).value
    assert.isBelow(value.length, 1000)
  })

  // Only root can choose process ids, if the kernel allows it.
  const lastPid = "/proc/sys/kernel/ns_last_pid"
  if (writable(lastPid)) {
    for (const exit of [Peer.kill("SIGKILL"), Peer.exit(3)]) {
      it.live(`is not another program's group that reuses its id (${JSON.stringify(exit)})`, () =>
        Effect.gen(function* () {
          const [{ app, client }, close] = yield* closable(
            start({ on: { initialized: [], die: [exit] } }, { shutdownGrace: "50 millis" })
          )
          yield* Effect.flip(client.requestRaw("die"))
          yield* gone(app.pid)
          const victim = yield* Effect.acquireRelease(takePid(lastPid, app.pid), (child) =>
            Effect.sync(() => child?.kill("SIGKILL"))
          )
          // Another process of this machine can have taken the id.
          if (victim === undefined) return
          const ended = new Promise((resolve) => victim.on("exit", (code, signal) => resolve(signal ?? code)))
          yield* close
          victim.kill("SIGUSR2")
          assert.strictEqual(yield* Effect.promise(() => ended), "SIGUSR2")
        })
      )
    }
  }
})

/** A process that leads a group of this number. */
const takePid = (lastPid: string, pid: number) =>
  Effect.sync((): ChildProcess | undefined => {
    for (let attempt = 0; attempt < 200; attempt++) {
      writeFileSync(lastPid, String(pid - 1))
      const child = spawn("/bin/sleep", ["60"], { detached: true, stdio: "ignore" })
      if (child.pid === pid) return child
      child.kill("SIGKILL")
    }
    return undefined
  })

/** An MCP server that keeps running when its input ends, and writes its id to a file. */
const stubbornServer = (file: string) => `
  const tell = (id, result) => console.log(JSON.stringify({ jsonrpc: "2.0", id, result }))
  setInterval(() => {}, 60_000)
  process.stdout.on("error", () => {})
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line)
    const { protocolVersion } = params ?? {}
    if (method === "initialize") tell(id, { protocolVersion, capabilities: {}, serverInfo: { name: "x", version: "1" } })
    else if (id !== undefined) tell(id, {})
  })
  const fs = require("node:fs")
  fs.writeFileSync(${JSON.stringify(`${file}.new`)}, String(process.pid))
  fs.renameSync(${JSON.stringify(`${file}.new`)}, ${JSON.stringify(file)})`

const commandLines = () =>
  readdirSync("/proc").flatMap((entry) => {
    try {
      return /^\d+$/.test(entry) && isRunning(Number(entry))
        ? [readFileSync(`/proc/${entry}/cmdline`, "latin1").replaceAll("\0", " ")]
        : []
    } catch {
      return []
    }
  })

describe.runIf(linux)("commands of the real server", () => {
  const cases: ReadonlyArray<
    readonly [what: string, crash: boolean, policy: object | undefined, command: (word: string) => string]
  > = [
    [
      "that have children end when the server crashes",
      true,
      undefined,
      (w) => `bash -c 'sleep ${w} & sleep ${w} & wait'`
    ],
    [
      "that ignore SIGTERM end when the server crashes",
      true,
      undefined,
      (w) => `bash -c 'trap "" TERM; sleep ${w}; sleep ${w}'`
    ],
    [
      "with sessions of their own end with the scope",
      false,
      undefined,
      (w) => `setsid sleep ${w} & nohup setsid sleep ${w} & sleep ${w}`
    ],
    [
      "end with the scope where the user's policy passes few variables on",
      false,
      { inherit: "core", set: { A: "1" } },
      (w) => `setsid sleep ${w} & sleep ${w}`
    ]
  ]
  for (const [index, [what, crash, policy, command]] of cases.entries()) {
    it.live(what, () =>
      Effect.gen(function* () {
        // A number that no other test passes to `sleep`.
        const word = `73.${process.pid}${index}`
        const running = () => commandLines().filter((line) => line.includes(`sleep ${word}`))
        const scope = yield* Scope.make()
        yield* Effect.gen(function* () {
          const model = yield* MockModel.MockModel
          const home = yield* CodexTest.TestHome
          const begun = join(home.workspace, "begun")
          yield* model.enqueue(
            MockModel.response([
              MockModel.execCommand({ cmd: `(${command(word)}) & touch ${begun}; wait`, yieldTimeMs: 30_000 })
            ])
          )
          const thread = yield* (yield* Codex.Codex).startThread({ sandbox: "fullAccess" })
          const turn = yield* Effect.forkChild(Effect.exit(thread.run("go")))
          yield* Effect.yieldNow.pipe(
            Effect.repeat({ until: () => existsSync(begun) && running().length >= 2 }),
            Effect.timeout("20 seconds")
          )
          if (!crash) return
          process.kill((yield* AppServer).pid, "SIGKILL")
          yield* Fiber.join(turn)
        }).pipe(
          Effect.provide(
            CodexTest.layer({
              codex: policy === undefined ? {} : { config: { shell_environment_policy: { ...policy } } }
            })
          ),
          Scope.provide(scope),
          Effect.ensuring(Scope.close(scope, Exit.void))
        )
        assert.deepStrictEqual(running(), [])
      })
    )
  }
})

describe.runIf(linux)("an MCP server of the real server", () => {
  it.live("is terminated when the server crashes, even if it does not exit at the end of its input", () =>
    Effect.gen(function* () {
      const file = join(yield* temporary, "pid")
      const mcp_servers = { x: { command: process.execPath, args: ["-e", stubbornServer(file)] } }
      yield* Effect.gen(function* () {
        yield* (yield* Codex.Codex).startThread()
        yield* Effect.yieldNow.pipe(Effect.repeat({ until: () => existsSync(file) }), Effect.timeout("20 seconds"))
        process.kill((yield* AppServer).pid, "SIGKILL")
        yield* gone(pidIn(file))
      }).pipe(Effect.provide(CodexTest.layer({ codex: { config: { mcp_servers } } })))
    })
  )
})
