import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import {
  Context,
  Deferred,
  Effect,
  Exit,
  Fiber,
  Layer,
  Logger,
  Redacted,
  References,
  Scope,
  Sink,
  Stream
} from "effect"
import { ChildProcessSpawner } from "effect/process"
import { TestClock } from "effect/testing"
import { spawn } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  watch,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { inspect } from "node:util"
import { vi } from "vitest"
import * as AppServer from "../src/AppServer.ts"
import * as Codex from "../src/Codex.ts"
import * as CodexClient from "../src/CodexClient.ts"
import { type CodexError, ConnectionClosed, type ConnectionEnd } from "../src/CodexError.ts"
import { codexVersion } from "../src/generated/version.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import { Transport } from "../src/Transport.ts"
import * as Peer from "./support/peer.ts"
import { at, codexBinary } from "./support/rawDriver.ts"

// What /proc tells: which process runs what. The rest of the tests runs anywhere.
const linux = process.platform === "linux"

// a process and its folders

const temporary = Effect.acquireRelease(
  Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "effect-codex-app-")))),
  (root) => Effect.sync(() => rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
)

/** A home of its own, and nothing of the user's. */
const ownHome = Effect.map(temporary, (home) => ({
  home,
  settings: {
    codexHome: home,
    env: { HOME: home, PATH: process.env["PATH"] ?? "" },
    inheritEnv: false,
    shutdownGrace: "100 millis"
  } satisfies Codex.Options
}))

/** A client of a scripted peer, in the scope. */
const start = Effect.fnUntraced(function* (script: Peer.Script, options: Codex.Options = {}) {
  const { home, settings } = yield* ownHome
  const services = yield* Layer.build(
    Codex.layer({ command: Peer.command(script), ...settings, ...options, env: { ...settings.env, ...options.env } })
  ).pipe(Effect.provide(NodeServices.layer))
  return {
    home,
    app: Context.get(services, AppServer.AppServer),
    client: Context.get(services, CodexClient.CodexClient)
  }
})

/** The process and its pipes alone. */
const connect = Effect.fnUntraced(function* (script: Peer.Script, options: AppServer.Options = {}) {
  const { home, settings } = yield* ownHome
  const services = yield* AppServer.make({ command: Peer.command(script), ...settings, ...options }).pipe(
    Effect.provide(NodeServices.layer)
  )
  return {
    home,
    services,
    app: Context.get(services, AppServer.AppServer),
    transport: Context.get(services, Transport)
  }
})

/** Runs it in a scope that is closed by hand. */
const closable = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) {
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const value = yield* Scope.provide(effect, scope)
  return [value, Scope.close(scope, Exit.void)] as const
})

const failure = <A>(effect: Effect.Effect<A, CodexError, Scope.Scope>) => Effect.flip(Effect.scoped(effect))

/** The error of a start, which must be one of the connection's end. */
const failedStart = Effect.fnUntraced(function* <A>(effect: Effect.Effect<A, CodexError, Scope.Scope>) {
  const error = yield* failure(effect)
  assert.strictEqual(error.method, "initialize")
  assert.instanceOf(error.reason, ConnectionClosed)
  assert.strictEqual(error.reason.phase, "starting")
  return { error, reason: error.reason }
})

const exited = (exitCode: number | null, signal: string | null = null): ConnectionEnd => ({
  _tag: "Exited",
  exitCode,
  signal
})

const background = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkScoped(effect, { startImmediately: true })

const elapsed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const from = performance.now()
    return Effect.map(effect, () => performance.now() - from)
  })

// what runs

const stat = (pid: number | string) => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8")
    const [state, parent, group] = text.slice(text.lastIndexOf(")") + 2).split(" ")
    return { running: state !== "Z" && state !== "X", parent: Number(parent), group: Number(group) }
  } catch {
    return undefined
  }
}

const exists = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Whether it runs; what has ended and only waits to be reaped doesn't. */
const isRunning = (pid: number) => exists(pid) && (!linux || stat(pid)?.running === true)

const processes = () => (linux ? readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)) : [])

/** The running members of a process group. */
const groupOf = (pid: number) =>
  processes().filter((entry) => {
    const found = stat(entry)
    return found?.group === pid && found.running
  })

const children = () =>
  processes().filter((entry) => {
    const found = stat(entry)
    return found?.parent === process.pid && found.running
  })

const assertGone = (pid: number) => {
  assert.isAbove(pid, 0)
  assert.isFalse(isRunning(pid), `${pid} still runs`)
  assert.deepStrictEqual(groupOf(pid), [])
}

const pidIn = (path: string) => Number(readFileSync(path, "utf8"))

/** Waits until there is such a file. */
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

/** A program of its own that starts a server, tells its pid, and does nothing more. */
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
    { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: ["ignore", "pipe", "ignore"] }
  )

// what is logged

interface Logged {
  readonly level: string
  readonly text: string
}

const logs = () => {
  const lines: Array<Logged> = []
  const listeners = new Set<(line: Logged) => void>()
  const logger = Logger.make(({ logLevel, message }) => {
    const line = { level: logLevel, text: String(message) }
    lines.push(line)
    for (const listener of listeners) listener(line)
  })
  const layer = Layer.merge(Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, "Debug"))
  /** The first line from now on with this text. */
  const next = (text: string) =>
    Effect.callback<Logged>((resume) => {
      const listener = (line: Logged) => {
        if (line.text.includes(text)) resume(Effect.succeed(line))
      }
      listeners.add(listener)
      return Effect.sync(() => listeners.delete(listener))
    })
  return { lines, layer, next }
}

describe("the binary", () => {
  it.live("is the native one of the platform package, our own child, called with nothing in between", () =>
    Effect.gen(function* () {
      const app = yield* AppServer.AppServer
      assert.strictEqual(app.executable, codexBinary())
      if (!linux) return
      assert.strictEqual(readlinkSync(`/proc/${app.pid}/exe`), realpathSync(codexBinary()))
      assert.strictEqual(stat(app.pid)?.parent, process.pid)
      const words = readFileSync(`/proc/${app.pid}/cmdline`, "utf8").split("\0")
      assert.deepStrictEqual(words, [codexBinary(), "app-server", ""])
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live.skipIf(!linux)("finds its helper programs first on PATH", () =>
    Effect.gen(function* () {
      const app = yield* AppServer.AppServer
      const variables = readFileSync(`/proc/${app.pid}/environ`, "utf8").split("\0")
      const path = variables.find((variable) => variable.startsWith("PATH="))
      const helpers = join(dirname(dirname(codexBinary())), "codex-path")
      assert.isTrue(existsSync(helpers))
      assert.isTrue(path?.startsWith(`PATH=${helpers}:`), path)
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("that isn't there fails the layer with the place that was looked at and what to do", () =>
    Effect.gen(function* () {
      const { settings, home } = yield* ownHome
      const missing = join(home, "no-codex")
      const error = yield* failure(
        Layer.build(Codex.layer({ ...settings, executable: missing })).pipe(Effect.provide(NodeServices.layer))
      )
      assert.strictEqual(error.method, "AppServer.layer")
      assert.strictEqual(error.reason._tag, "RuntimeNotFound")
      assert.include(error.message, missing)
      assert.include(error.message, "Leave it out to use the pinned one")
    })
  )

  it.live("that can't be started fails the layer with the system's reason", () =>
    Effect.gen(function* () {
      const { settings, home } = yield* ownHome
      const file = join(home, "codex")
      writeFileSync(file, "no program", { mode: 0o644 })
      const build = (options: Codex.Options) =>
        failure(Layer.build(Codex.layer({ ...settings, ...options })).pipe(Effect.provide(NodeServices.layer)))
      const reasons = yield* Effect.forEach(
        [{ executable: file }, { command: [join(home, "missing")] as const }],
        build
      )
      assert.deepStrictEqual(
        reasons.map(({ reason }) => (reason._tag === "SpawnFailed" ? reason.kind : reason._tag)),
        ["PermissionDenied", "NotFound"]
      )
    })
  )
})

describe("a start that fails", () => {
  it.live("tells the exit code and the last lines of stderr, and leaves neither the process nor its children", () =>
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

  it.live("tells the exit code also when the process never read a byte", () =>
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

  it.live("tells the signal", () =>
    Effect.gen(function* () {
      for (const signal of ["SIGKILL", "SIGABRT"] as const) {
        const { error, reason } = yield* failedStart(start({ initialize: [Peer.stderr("last\n"), Peer.kill(signal)] }))
        assert.deepStrictEqual(reason.end, exited(null, signal))
        assert.deepStrictEqual(reason.stderr, ["last"])
        assert.include(error.message, signal)
      }
    })
  )

  it.effect("ends after startTimeout when the server is silent, with its last lines, and leaves no process", () => {
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
      assert.strictEqual(error.reason.timeoutMillis, 45_000)
      assert.deepStrictEqual(error.reason.stderr, ["still indexing"])
      assertGone(pidIn(own))
    }).pipe(Effect.provide(log.layer))
  })

  it.live("leaves no process when it is interrupted", () => {
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

  it.live("on the real server: a CODEX_HOME that doesn't exist is told in its own words", () =>
    Effect.gen(function* () {
      const { home, settings } = yield* ownHome
      const { codexHome: _, ...rest } = settings
      // As a variable: the option is looked at before the start.
      const env = { ...rest.env, CODEX_HOME: join(home, "nowhere") }
      const { error, reason } = yield* failedStart(
        Layer.build(Codex.layer({ ...rest, env })).pipe(Effect.provide(NodeServices.layer))
      )
      assert.deepStrictEqual(reason.end, exited(1))
      assert.include(error.message, "does not exist")
      assert.deepStrictEqual(children(), [])
    })
  )

  it.live("on the real server: a configuration that it refuses is told in its own words", () =>
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

describe("options that make no sense", () => {
  const node = process.execPath
  const cases: ReadonlyArray<readonly [name: string, option: string, options: unknown]> = [
    ["an empty command", "command", { command: [] }],
    ["a command without a program", "command", { command: [" "] }],
    ["a command beside an executable", "command", { command: [node], executable: node }],
    ["a command beside a configuration", "command", { command: [node], config: { model: "m" } }],
    ["an empty executable", "executable", { executable: "" }],
    ["an empty cwd", "cwd", { cwd: "" }],
    ["a blank codexHome", "codexHome", { codexHome: " " }],
    ["a negative shutdownGrace", "shutdownGrace", { shutdownGrace: -1 }],
    ["a shutdownGrace without end", "shutdownGrace", { shutdownGrace: "Infinity" }],
    ["a shutdownGrace that is NaN", "shutdownGrace", { shutdownGrace: Number.NaN }],
    ["a maxLineBytes of zero", "maxLineBytes", { maxLineBytes: 0 }],
    ["a null in the configuration", "config.a.b", { config: { a: { b: null } } }],
    ["a NaN in the configuration", "config.a", { config: { a: Number.NaN } }],
    ["a Date in the configuration", "config.a", { config: { a: new Date(0) } }],
    ["a BigInt in the configuration", "config.a[0]", { config: { a: [1n] } }],
    ["a function in the configuration", "config.a", { config: { a: () => 1 } }],
    ["a variable that is no text", "env.A", { env: { A: 1 } }],
    ["a variable with a NUL", "env.A", { env: { A: Redacted.make("\0") } }],
    ["a negative requestTimeout", "requestTimeout", { requestTimeout: "-1 seconds" }],
    ["a startTimeout of zero", "startTimeout", { startTimeout: 0 }],
    ["a maxInFlight of zero", "maxInFlight", { maxInFlight: 0 }],
    ["a maxInFlight that is no whole number", "maxInFlight", { maxInFlight: 1.5 }],
    ["a client without a name", "clientInfo.name", { clientInfo: { name: "", version: "1" } }]
  ]
  for (const [name, option, options] of cases) {
    it.live(`fail the layer, naming ${option}: ${name}`, () =>
      Effect.gen(function* () {
        const { settings } = yield* ownHome
        const ofConnection = ["requestTimeout", "startTimeout", "maxInFlight", "clientInfo.name"].includes(option)
        const all = {
          ...settings,
          ...(ofConnection ? { command: Peer.command(Peer.basic) } : undefined),
          ...(options as Codex.Options) // What a caller without types can pass.
        }
        const error = yield* failure(Layer.build(Codex.layer(all)).pipe(Effect.provide(NodeServices.layer)))
        assert.strictEqual(error.reason._tag, "InvalidOptions")
        assert.strictEqual(at(error.reason, "option"), option)
        assert.include(error.message, `\`${option}\``)
        assert.deepStrictEqual(children(), [])
      })
    )
  }
})

describe("config", () => {
  const config: AppServer.ConfigObject = {
    model: 'a "quoted" \\ größe 🦀',
    sandbox_workspace_write: { writable_roots: ["/a b", "/c,d"], network_access: true },
    features: { goals: true },
    model_providers: {
      "dotted.name": { name: "Dotted", base_url: "http://127.0.0.1:9/v1", http_headers: { "X-A b": 'v="1"' } }
    },
    tui: undefined
  }

  it.live("reaches the real server: nested tables, quotes, unicode, dotted keys, arrays", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { config: read } = yield* codex.request("config/read", {})
      assert.strictEqual(at(read, "model"), config["model"])
      assert.deepStrictEqual(at(read, "sandbox_workspace_write", "writable_roots"), ["/a b", "/c,d"])
      assert.strictEqual(at(read, "sandbox_workspace_write", "network_access"), true)
      const raw = yield* Effect.flatMap(CodexClient.CodexClient, (client) => client.requestRaw("config/read", {}))
      assert.strictEqual(at(raw, "config", "features", "goals"), true)
      assert.strictEqual(at(raw, "config", "model_providers", "dotted.name", "http_headers", "X-A b"), 'v="1"')
      // The home's own provider is still there: tables are merged.
      assert.isDefined(at(raw, "config", "model_providers", "mock_provider"))
    }).pipe(Effect.provide(CodexTest.layer({ codex: { config } })))
  )
})

/** What a child started with these options finds in its environment. */
const seen = (options: AppServer.Options) =>
  Effect.gen(function* () {
    const command = [process.execPath, "-e", "console.error(JSON.stringify(process.env)); process.exit(3)"] as const
    const { reason } = yield* failedStart(
      Layer.build(Codex.layer({ command, ...options })).pipe(Effect.provide(NodeServices.layer))
    )
    const variables: Record<string, string> = JSON.parse(reason.stderr[0] ?? "")
    return variables
  })

describe("the environment", () => {
  const withVariable = Effect.acquireRelease(
    Effect.sync(() => {
      process.env["EFFECT_CODEX_INHERITED"] = "from the parent"
    }),
    () => Effect.sync(() => delete process.env["EFFECT_CODEX_INHERITED"])
  )

  it.live("is this program's, with variables added and removed", () =>
    Effect.gen(function* () {
      yield* withVariable
      const home = yield* temporary
      const inherited = yield* seen({ codexHome: home, env: { ADDED: "yes", WRAPPED: Redacted.make("a b") } })
      assert.strictEqual(inherited["EFFECT_CODEX_INHERITED"], "from the parent")
      assert.strictEqual(inherited["ADDED"], "yes")
      // It arrived, and is masked on its way back.
      assert.strictEqual(inherited["WRAPPED"], "<redacted>")
      assert.strictEqual(inherited["CODEX_HOME"], home)
      const removed = yield* seen({ env: { EFFECT_CODEX_INHERITED: undefined } })
      assert.notProperty(removed, "EFFECT_CODEX_INHERITED")
    })
  )

  it.live("is exactly what is given when nothing is inherited", () =>
    Effect.gen(function* () {
      yield* withVariable
      const variables = yield* seen({ inheritEnv: false, env: { A: "1", B: undefined } })
      assert.deepStrictEqual(variables, { A: "1" })
    })
  )

  it.live("has ~ in codexHome expanded, and the working folder is cwd", () =>
    Effect.gen(function* () {
      const { settings } = yield* ownHome
      const folder = yield* temporary
      const script: Peer.Script = { on: { initialized: [], where: [Peer.reply({ cwd: "$cwd", home: "$codexHome" })] } }
      const { client } = yield* start(script, { ...settings, codexHome: "~/of mine", cwd: folder })
      assert.deepStrictEqual(yield* client.requestRaw("where"), {
        cwd: folder,
        home: `${process.env["HOME"]}/of mine`
      })
    })
  )
})

describe("stderr", () => {
  const secrets = {
    OPENAI_API_KEY: "plain-key-value",
    GITHUB_TOKEN: "plain-token-value",
    ANYTHING: Redacted.make("wrapped-value")
  }
  const spoken =
    "\u001b[31mleak\u001b[0m plain-key-value plain-token-value wrapped-value sk-abcdefgh12345678 Bearer abc.def eyJhbGci.eyJzdWIi.c2ln"
  const heard = `leak ${Array.from({ length: 4 }, () => "<redacted>").join(" ")} Bearer <redacted> <redacted>`
  const parts = ["plain-key-value", "plain-token-value", "wrapped-value", "sk-abcdefgh", "abc.def", "eyJhbGci"]

  it.live("is drained: a server that floods it still answers, and 200 lines are kept", () =>
    Effect.gen(function* () {
      const line = `${"x".repeat(99)}\n`
      const { app, client } = yield* start({
        on: {
          initialized: [],
          flood: [Peer.stderr(line, 52_429), Peer.stderr("the last line\n"), Peer.reply("done")]
        }
      })
      // What comes on two pipes comes in no order.
      const last = yield* background(Stream.runDrain(Stream.takeUntil(app.stderr, (text) => text === "the last line")))
      assert.strictEqual(yield* client.requestRaw("flood"), "done")
      yield* Fiber.join(last)
      assert.strictEqual((yield* app.stderrTail).length, 200)
      assert.strictEqual((yield* app.stderrTail).at(-1), "the last line")
    })
  )

  it.live("is offered as a stream of lines, which ends with the process", () =>
    Effect.gen(function* () {
      const [{ app, client }, close] = yield* closable(
        start({ on: { initialized: [], say: [Peer.stderr("o"), Peer.stderr("ne\r\ntwo\nrest"), Peer.reply(null)] } })
      )
      const first = yield* background(Stream.runCollect(Stream.take(app.stderr, 2)))
      const all = yield* background(Stream.runCollect(app.stderr))
      yield* client.requestRaw("say")
      assert.deepStrictEqual(yield* Fiber.join(first), ["one", "two"])
      yield* close
      assert.deepStrictEqual(yield* Fiber.join(all), ["one", "two", "rest"])
      assert.deepStrictEqual(yield* Stream.runCollect(app.stderr), [])
    })
  )

  it.live("is logged at Debug, and masked there, in the stream, in the tail and in errors", () => {
    const log = logs()
    return Effect.gen(function* () {
      const script: Peer.Script = {
        on: { initialized: [], say: [Peer.stderr(`${spoken}\n`), Peer.reply(null)], die: [Peer.exit(1)] }
      }
      const { app, client } = yield* start(script, { env: secrets })
      const streamed = yield* background(Stream.runHead(app.stderr))
      const logged = yield* background(log.next("leak"))
      yield* client.requestRaw("say")
      assert.deepStrictEqual(yield* Fiber.join(logged), { level: "Debug", text: heard })
      assert.strictEqual((yield* Effect.fromOption(yield* Fiber.join(streamed))).toString(), heard)
      assert.deepStrictEqual(yield* app.stderrTail, [heard])
      const error = yield* Effect.flip(client.requestRaw("die"))
      assert.deepStrictEqual(at(error.reason, "stderr"), [heard])
      const everything = [error.message, JSON.stringify(error), inspect(error, { depth: 9 }), JSON.stringify(log.lines)]
      for (const part of parts) for (const text of everything) assert.notInclude(text, part)
    }).pipe(Effect.provide(log.layer))
  })

  it.live("is masked in the error of a start", () =>
    Effect.gen(function* () {
      const script: Peer.Script = { initialize: [Peer.stderr(`Error: ${spoken}\n`), Peer.exit(1)] }
      const { error } = yield* failedStart(start(script, { env: secrets }))
      assert.include(error.message, heard)
      for (const part of parts) assert.notInclude(error.message, part)
    })
  )

  it.live("is never printed", () =>
    Effect.gen(function* () {
      const printed: Array<string> = []
      const record = (...words: ReadonlyArray<unknown>) => {
        printed.push(words.join(" "))
        return true
      }
      const spies = [
        ...(["log", "error", "warn", "info", "debug"] as const).map((name) =>
          vi.spyOn(console, name).mockImplementation(record)
        ),
        vi.spyOn(process.stdout, "write").mockImplementation(record),
        vi.spyOn(process.stderr, "write").mockImplementation(record)
      ]
      yield* Effect.addFinalizer(() => Effect.sync(() => spies.forEach((spy) => spy.mockRestore())))
      const { app, client } = yield* start({
        on: { initialized: [], say: [Peer.stderr("chatter\n"), Peer.write("banner\n"), Peer.reply(null)] }
      })
      const said = yield* background(Stream.runHead(app.stderr))
      yield* client.requestRaw("say")
      yield* Fiber.join(said)
      yield* Effect.logInfo("a line of ours")
      assert.strictEqual(printed.filter((text) => /chatter|banner/.test(text)).length, 0)
      assert.isTrue(printed.some((text) => text.includes("a line of ours")))
    }).pipe(Effect.provide(Logger.layer([Logger.defaultLogger])))
  )
})

/** A process that is only played: how it is started and killed is written down. */
const played = (leavesAtEndOfInput: boolean, stdout: Stream.Stream<Uint8Array> = Stream.never) => {
  const exit = Deferred.makeUnsafe<ChildProcessSpawner.ExitCode>()
  const kills: Array<string> = []
  const leave = Deferred.succeed(exit, ChildProcessSpawner.ExitCode(0))
  const spawner = ChildProcessSpawner.make(() =>
    Effect.succeed(
      ChildProcessSpawner.makeHandle({
        // No process has this id.
        pid: ChildProcessSpawner.ProcessId(2 ** 30),
        exitCode: Deferred.await(exit),
        isRunning: Effect.map(Deferred.isDone(exit), (done) => !done),
        kill: () => {
          kills.push("tree")
          return Effect.asVoid(leave)
        },
        stdin: leavesAtEndOfInput ? Sink.ensuring(Sink.drain, leave) : Sink.drain,
        stdout,
        stderr: Stream.empty,
        all: Stream.never,
        getInputFd: () => Sink.drain,
        getOutputFd: () => Stream.never,
        unref: Effect.succeed(Effect.void)
      })
    )
  )
  return { kills, leave, layer: Layer.succeed(ChildProcessSpawner.ChildProcessSpawner, spawner) }
}

describe("release", () => {
  it.live("of an idle real server takes less than 200 ms and leaves nothing of its group", () =>
    Effect.gen(function* () {
      const times: Array<number> = []
      for (let round = 0; round < 3; round++) {
        const { home, settings } = yield* ownHome
        mkdirSync(join(home, "tmp"))
        const [services, close] = yield* closable(
          Layer.build(
            Codex.layer({
              ...settings,
              shutdownGrace: "2 seconds",
              env: { ...settings.env, TMPDIR: join(home, "tmp") }
            })
          ).pipe(Effect.provide(NodeServices.layer))
        )
        const { pid } = Context.get(services, AppServer.AppServer)
        assert.isTrue(isRunning(pid))
        times.push(yield* elapsed(close))
        assertGone(pid)
      }
      assert.isBelow(Math.min(...times), 200, times.join(", "))
    })
  )

  it.live("closes stdin first, and that is enough for an orderly server", () =>
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
    })
  )

  it.live("sends SIGKILL after another shutdownGrace to a server that ignores SIGTERM too", () =>
    Effect.gen(function* () {
      const [{ app }, close] = yield* closable(
        start({ onStdinEnd: [], onSignal: { SIGTERM: "ignore" } }, { shutdownGrace: "600 millis" })
      )
      const time = yield* elapsed(close)
      assert.isAtLeast(time, 1190)
      assert.isBelow(time, 1790)
      assertGone(app.pid)
    })
  )

  it.effect("needs no clock of the program's: it ends where nobody moves TestClock", () =>
    Effect.gen(function* () {
      const [{ app }, close] = yield* closable(start({ onStdinEnd: [], onSignal: { SIGTERM: "ignore" } }))
      yield* close
      assertGone(app.pid)
    })
  )

  for (const ignoreSigterm of [false, true]) {
    it.live(
      `ends what the server left in its group${ignoreSigterm ? ", also when that ignores SIGTERM" : ""}, and waits for it`,
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

  it.live("works when the process is already dead, and ends what it left; twice does no harm", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const grandchild = join(root, "grandchild")
      const [{ app, client }, close] = yield* closable(
        start({
          initialize: [Peer.spawnGrandchild({ pidFile: grandchild }), Peer.reply(Peer.initializeResponse())],
          on: { initialized: [], die: [Peer.kill("SIGKILL")] }
        })
      )
      yield* Effect.flip(client.requestRaw("die"))
      assert.isTrue(isRunning(pidIn(grandchild)))
      assert.isTrue(Exit.isSuccess(yield* Effect.exit(close)))
      assert.isTrue(Exit.isSuccess(yield* Effect.exit(close)))
      assertGone(app.pid)
      assert.isFalse(isRunning(pidIn(grandchild)))
    })
  )

  it.live("first writes what is queued", () =>
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

  it.live("is not needed when this program is killed: the server sees the end of its input", () =>
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
      yield* AppServer.make({ command: ["codex.exe"], shutdownGrace: "50 millis" }, windows).pipe(
        Effect.scoped,
        Effect.provide(Layer.merge(NodeServices.layer, layer))
      )
      assert.strictEqual(signals.mock.calls.length, 0)
      return kills.length
    })

    it.live("kills the process tree after shutdownGrace, and no process group", () =>
      Effect.map(run(false), (kills) => assert.strictEqual(kills, 1))
    )

    it.live("kills nothing when the server leaves at the end of stdin", () =>
      Effect.map(run(true), (kills) => assert.strictEqual(kills, 0))
    )
  })
})

/** What the client learns of a server with this user agent. */
const meet = (userAgent: string) =>
  Effect.map(
    start({ initialize: [Peer.reply({ ...Peer.initializeResponse(), userAgent })] }),
    ({ client }) => client.metadata
  )

describe("metadata", () => {
  it.live("of the real server: its name, the pinned version, its home and its platform", () =>
    Effect.gen(function* () {
      const { metadata } = yield* Codex.Codex
      const { codexHome } = yield* CodexTest.TestHome
      assert.strictEqual(metadata.version, codexVersion)
      assert.strictEqual(metadata.codexHome, realpathSync(codexHome))
      assert.isAbove(metadata.name.length, 0)
      assert.strictEqual(
        metadata.platformOs,
        { darwin: "macos", win32: "windows" }[process.platform as string] ?? "linux"
      )
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("takes name and version out of the user agent, also with a space before the slash", () =>
    Effect.gen(function* () {
      for (const [userAgent, name, version] of [
        ["codex_app_server/0.169.0 (Linux; x86_64) peer", "codex_app_server", "0.169.0"],
        ["My Fine Client /0.169.0 (Debian 12.0.0; x86_64) dumb", "My Fine Client", "0.169.0"],
        ["acme/tools/0.170.0-alpha.2 (Mac OS 15.1.0)", "acme/tools", "0.170.0-alpha.2"],
        ["something else", "something else", ""]
      ] as const) {
        const metadata = yield* meet(userAgent)
        assert.deepStrictEqual([metadata.name, metadata.version, metadata.userAgent], [name, version, userAgent])
      }
    })
  )

  for (const version of ["0.1.0", "99.0.0"]) {
    it.live(`a runtime of version ${version} is allowed, with a warning that names both versions`, () => {
      const log = logs()
      return Effect.gen(function* () {
        const metadata = yield* meet(`codex/${version} (x)`)
        assert.strictEqual(metadata.version, version)
        const warnings = log.lines.filter(({ level }) => level === "Warn")
        assert.strictEqual(warnings.length, 1)
        assert.include(warnings[0]?.text, version)
        assert.include(warnings[0]?.text, codexVersion)
      }).pipe(Effect.provide(log.layer))
    })
  }

  it.live("the pinned version is no reason to warn", () => {
    const log = logs()
    return Effect.gen(function* () {
      yield* meet(`codex/${codexVersion} (x)`)
      assert.deepStrictEqual(
        log.lines.filter(({ level }) => level === "Warn"),
        []
      )
    }).pipe(Effect.provide(log.layer))
  })
})

describe("the end of the connection", () => {
  /** Three calls and a stream wait; then this happens. Gives the one reason that all of them have. */
  const reasonOf = Effect.fnUntraced(function* (
    how: Peer.Steps | ((app: AppServer.AppServer["Service"], close: Effect.Effect<void>) => Effect.Effect<unknown>),
    options: Codex.Options = {},
    script: Peer.Script = {}
  ) {
    const steps = typeof how === "function" ? [] : how
    const [{ app, client }, close] = yield* closable(
      start({ ...script, on: { initialized: [], wait: [], go: steps } }, options)
    )
    const notifications = yield* background(Effect.flip(Stream.runDrain(client.notifications)))
    const calls = yield* Effect.forEach(["wait", "wait", "go"], (method) =>
      background(Effect.flip(client.requestRaw(method)))
    )
    if (typeof how === "function") yield* how(app, close)
    const errors = yield* Effect.forEach([...calls, notifications], Fiber.join)
    const [first] = errors
    assert.instanceOf(first?.reason, ConnectionClosed)
    for (const method of ["wait", "go"]) errors.push(yield* Effect.flip(client.requestRaw(method)))
    for (const { reason } of errors) assert.strictEqual(reason, first?.reason)
    assert.deepStrictEqual(
      errors.map(({ method }) => method),
      ["wait", "wait", "go", "notifications", "wait", "go"]
    )
    assert.strictEqual(yield* client.inFlight, 0)
    const reason = first?.reason
    assert.strictEqual(reason.phase, "running")
    return reason
  })

  it.live("by exit: with its code and the last lines of stderr, also code 0", () =>
    Effect.gen(function* () {
      for (const code of [3, 0]) {
        const reason = yield* reasonOf([Peer.stderr("giving up\n"), Peer.exit(code)])
        assert.deepStrictEqual(reason.end, exited(code))
        assert.deepStrictEqual(reason.stderr, ["giving up"])
      }
    })
  )

  it.live("by a signal from outside: with the signal", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(({ pid }) => Effect.sync(() => process.kill(pid, "SIGKILL")))
      assert.deepStrictEqual(reason.end, exited(null, "SIGKILL"))
      assert.include(reason.message, "SIGKILL")
    })
  )

  it.live("by the end of output of a process that lives on", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf([Peer.closeStdout, Peer.never])
      assert.deepStrictEqual(reason.end, { _tag: "EndOfOutput" })
    })
  )

  it.live("by exit, although a process that it left holds its output open", () =>
    Effect.gen(function* () {
      const root = yield* temporary
      const pidFile = join(root, "grandchild")
      const reason = yield* reasonOf([Peer.spawnGrandchild({ pidFile, inheritStdout: true }), Peer.exit(0)])
      assert.deepStrictEqual(reason.end, exited(0))
    })
  )

  it.live("by a failed write, when the process no longer takes input and lives on", () =>
    Effect.gen(function* () {
      const [{ client }] = yield* closable(
        start({ on: { initialized: [], wait: [], deaf: [Peer.closeStdin, Peer.reply(null)] } })
      )
      const waiting = yield* background(Effect.flip(client.requestRaw("wait")))
      yield* client.requestRaw("deaf")
      const error = yield* Effect.flip(client.requestRaw("unheard"))
      assert.deepStrictEqual(at(error.reason, "end"), { _tag: "WriteFailed" })
      assert.strictEqual((yield* Fiber.join(waiting)).reason, error.reason)
      assert.strictEqual((yield* Effect.flip(client.requestRaw("later"))).reason, error.reason)
    })
  )

  it.live("by a line over maxLineBytes", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf([Peer.write(`${"x".repeat(3000)}\n`)], { maxLineBytes: 2000 })
      assert.deepStrictEqual(reason.end, { _tag: "LineTooLong", maxLineBytes: 2000 })
      assert.include(reason.message, "maxLineBytes")
    })
  )

  it.live("is followed by reading on, so that a server that goes on writing is not blocked", () =>
    Effect.gen(function* () {
      const long = Peer.flood({ method: "x/long", params: { $repeat: ["x", 60_000] }, count: 400 })
      const { app, client } = yield* start(
        { on: { initialized: [], go: [long, Peer.stderr("all written\n")] }, onStdinEnd: [] },
        { maxLineBytes: 50_000 }
      )
      const written = yield* background(Stream.runHead(app.stderr))
      const error = yield* Effect.flip(client.requestRaw("go"))
      assert.strictEqual(at(error.reason, "end", "_tag"), "LineTooLong")
      yield* Fiber.join(written)
    })
  )

  it.live("by the end of the scope", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf((_, close) => close)
      assert.deepStrictEqual(reason.end, { _tag: "Closed" })
    })
  )

  it.live("settles also calls that still wait for a server that reads slowly", () =>
    Effect.gen(function* () {
      const { app, client } = yield* start(
        { on: { initialized: [], pause: [Peer.pauseStdin, Peer.reply(null)] } },
        { maxInFlight: Number.POSITIVE_INFINITY, requestTimeout: "Infinity" }
      )
      yield* client.requestRaw("pause")
      const padding = "x".repeat(4000)
      const calls = yield* Effect.forEach(Array.from({ length: 600 }), () =>
        background(Effect.flip(client.requestRaw("stuck", { padding })))
      )
      process.kill(app.pid, "SIGKILL")
      const reasons = new Set((yield* Effect.forEach(calls, Fiber.join)).map(({ reason }) => reason))
      assert.strictEqual(reasons.size, 1)
      assert.deepStrictEqual(at([...reasons][0], "end"), exited(null, "SIGKILL"))
    })
  )

  it.live("lets go of whoever waits to send, and holds up no later sender", () =>
    Effect.gen(function* () {
      const { app, transport } = yield* connect({ onStart: [Peer.pauseStdin] })
      const padding = "x".repeat(4000)
      const sendMany = Effect.forEach(Array.from({ length: 600 }), () => transport.send({ method: "m", padding }))
      const waiting = yield* background(sendMany)
      process.kill(app.pid, "SIGKILL")
      const { end } = yield* Effect.flip(Stream.runDrain(transport.messages))
      assert.deepStrictEqual(end, exited(null, "SIGKILL"))
      yield* Fiber.join(waiting)
      yield* sendMany
    })
  )

  it.live("comes after everything that was written before the exit", () =>
    Effect.gen(function* () {
      const { client } = yield* start({
        on: {
          initialized: [],
          ask: [Peer.hold],
          go: [
            Peer.flood({ method: "x/tick", params: { n: "$i" }, count: 5000 }),
            Peer.releaseHeld({ ok: true }),
            Peer.stderr("last words\n"),
            Peer.reply("went"),
            Peer.exit(0)
          ]
        }
      })
      let ticks = 0
      const count = Effect.sync(() => void ticks++)
      const notifications = yield* background(Effect.flip(Stream.runForEach(client.notifications, () => count)))
      const calls = yield* Effect.forEach(["ask", "ask", "go"], (method) => background(client.requestRaw(method)))
      assert.deepStrictEqual(yield* Effect.forEach(calls, Fiber.join), [{ ok: true }, { ok: true }, "went"])
      const error = yield* Fiber.join(notifications)
      assert.deepStrictEqual(at(error.reason, "end"), exited(0))
      assert.deepStrictEqual(at(error.reason, "stderr"), ["last words"])
      assert.strictEqual(ticks, 5000)
    })
  )

  it.live("comes after what was written before the exit, also when the exit is known first", () =>
    Effect.gen(function* () {
      const gate = Deferred.makeUnsafe<Uint8Array>()
      const { layer, leave } = played(true, Stream.fromEffect(Deferred.await(gate)))
      const services = yield* AppServer.make({ command: ["played"] }).pipe(
        Effect.provide(Layer.merge(NodeServices.layer, layer))
      )
      const messages: Array<unknown> = []
      const { messages: incoming } = Context.get(services, Transport)
      const ended = yield* background(
        Effect.flip(Stream.runForEach(incoming, (message) => Effect.sync(() => messages.push(message))))
      )
      yield* leave
      yield* Effect.repeat(Effect.yieldNow, { times: 100 })
      yield* Deferred.succeed(gate, new TextEncoder().encode('{"id":1}\n{"id":2}'))
      assert.deepStrictEqual((yield* Fiber.join(ended)).end, exited(0))
      assert.deepStrictEqual(messages, [{ id: 1 }, { id: 2 }])
    })
  )

  it.live("comes after what is whole when the server dies in the middle of a line", () =>
    Effect.gen(function* () {
      const whole = { method: "x/whole", params: {} }
      const bytes = JSON.stringify(whole).length + 1 + 10
      const { app, client } = yield* start({
        on: {
          initialized: [],
          go: [
            Peer.dieAfterBytes(bytes, { signal: "SIGKILL" }),
            Peer.line(whole),
            Peer.line({ ...whole, method: "x/cut" })
          ]
        }
      })
      const methods: Array<unknown> = []
      const notifications = yield* background(
        Effect.flip(
          Stream.runForEach(client.notifications, ({ raw }) => Effect.sync(() => methods.push(raw["method"])))
        )
      )
      const error = yield* Effect.flip(client.requestRaw("go"))
      assert.deepStrictEqual(at(error.reason, "end"), exited(null, "SIGKILL"))
      assert.strictEqual((yield* Fiber.join(notifications)).reason, error.reason)
      assert.deepStrictEqual(methods, ["x/whole"])
      assert.strictEqual(yield* app.skippedLines, 1)
    })
  )
})

describe("stdout", () => {
  it.live("lines that are no JSON object are counted, logged at Debug without their text, and skipped", () => {
    const log = logs()
    return Effect.gen(function* () {
      const { app, client } = yield* start({
        on: { initialized: [], go: [Peer.write("Welcome\n\n[1]\n{broken\n"), Peer.reply("still here")] }
      })
      assert.strictEqual(yield* client.requestRaw("go"), "still here")
      assert.strictEqual(yield* client.requestRaw("go"), "still here")
      assert.strictEqual(yield* app.skippedLines, 6)
      const about = log.lines.filter(({ text }) => text.includes("no JSON object"))
      assert.isAbove(about.length, 0)
      for (const { level } of about) assert.strictEqual(level, "Debug")
      assert.notInclude(JSON.stringify(log.lines), "Welcome")
    }).pipe(Effect.provide(log.layer))
  })

  it.live("a line of 64 MB arrives", () =>
    Effect.gen(function* () {
      const length = 64 * 1024 * 1024
      const { client } = yield* start({
        on: { initialized: [], go: [Peer.reply({ text: { $repeat: ["x", length] } })] }
      })
      const text = at(yield* client.requestRaw("go"), "text")
      assert.strictEqual(String(text).length, length)
    })
  )
})
