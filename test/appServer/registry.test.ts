import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync, spawn } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { InvalidOptions } from "../../src/CodexError.ts"
import * as marks from "../../src/internal/process/marks.ts"
import { here } from "../../src/internal/process/place.ts"
import * as processTable from "../../src/internal/process/processTable.ts"
import * as registration from "../../src/internal/process/registration.ts"
import * as registry from "../../src/internal/process/registry.ts"
import * as Peer from "../support/peer.ts"
import { isRunning, linux, pidIn, processes } from "./processes.ts"
import { program } from "./registered.ts"
import { closable, failure, logs, start, temporary } from "./support.ts"

const gone = (pid: number) =>
  Effect.yieldNow.pipe(Effect.repeat({ while: () => isRunning(pid) }), Effect.timeout("20 seconds"))

const filesIn = (folder: string) => readdirSync(folder).map((name) => join(folder, name))

/** The entry of a file, or of the only file. */
const entryIn = (folder: string, name?: string): registry.Entry =>
  // Type boundary: the registry writes this.
  JSON.parse(readFileSync(name ?? filesIn(folder)[0] ?? "", "utf8")) as registry.Entry

const commandLines = () =>
  processes().flatMap((entry) => {
    try {
      return isRunning(Number(entry)) ? [readFileSync(`/proc/${entry}/cmdline`, "latin1").replaceAll("\0", " ")] : []
    } catch {
      return []
    }
  })

/** A process in a session of its own, which is ended with the scope. */
const stranger = (variables: { readonly [name: string]: string } = {}) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      const child = spawn("/bin/sleep", ["60"], { detached: true, stdio: "ignore", env: { A: "1", ...variables } })
      child.once("spawn", () => resume(Effect.succeed(child.pid ?? 0)))
    }),
    (pid) =>
      Effect.sync(() => {
        if (isRunning(pid)) process.kill(pid, "SIGKILL")
      })
  )

const identify = (pid: number) => ({ pid, start: processTable.read(pid)?.start ?? 0 })

/** An entry of a program that has ended. */
const ended = (entry: Partial<registry.Entry>): registry.Entry => ({
  version: 1,
  place: here(),
  host: { pid: process.pid, start: 1 },
  server: { pid: process.pid, start: 1 },
  mark: crypto.randomUUID(),
  home: null,
  ...entry
})

/** Starts a registered server of this program, and returns what was logged. */
const startWith = Effect.fnUntraced(function* (folder: string) {
  const { layer, lines } = logs()
  const started = yield* start(Peer.basic, { registry: folder }).pipe(Effect.provide(layer))
  return { ...started, lines, warnings: lines.filter(({ level }) => level === "Warn").map(({ text }) => text) }
})

const folderIn = Effect.map(temporary, (root) => ({ root, folder: join(root, "registry") }))

const inSession = (pidFile: string, ignoreSigterm = false): Peer.Script => ({
  initialize: [
    Peer.spawnGrandchild({ pidFile, ignoreSigterm, ownSession: true }),
    Peer.reply(Peer.initializeResponse())
  ]
})

describe.runIf(linux)("the registry", () => {
  it.live("has a file of this user for each running server, and none after the close", () =>
    Effect.gen(function* () {
      const { folder } = yield* folderIn
      const [{ app, home }, close] = yield* closable(startWith(folder))
      assert.strictEqual(statSync(folder).mode & 0o777, 0o700)
      const [file = ""] = filesIn(folder)
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      const { host, mark, place, server, home: registered } = entryIn(folder)
      assert.deepStrictEqual(host, identify(process.pid))
      assert.deepStrictEqual(server, identify(app.pid))
      assert.include(readFileSync(`/proc/${app.pid}/environ`, "latin1"), String(mark))
      assert.deepStrictEqual([place, registered], [here(), home])
      yield* startWith(folder)
      assert.lengthOf(filesIn(folder), 2)
      yield* close
      assert.lengthOf(filesIn(folder), 1)
      assert.isFalse(existsSync(file))
    })
  )

  it.live("has no file of a server that has crashed", () =>
    Effect.gen(function* () {
      const { folder } = yield* folderIn
      const { client } = yield* start({ on: { initialized: [], die: [Peer.kill("SIGKILL")] } }, { registry: folder })
      assert.lengthOf(filesIn(folder), 1)
      yield* Effect.flip(client.requestRaw("die"))
      yield* Effect.yieldNow.pipe(
        Effect.repeat({ while: () => filesIn(folder).length > 0 }),
        Effect.timeout("10 seconds")
      )
    })
  )

  const wrong: ReadonlyArray<readonly [what: string, make: (root: string) => string]> = [
    ["a link", (root) => (mkdirSync(join(root, "a")), symlinkSync(join(root, "a"), join(root, "b")), join(root, "b"))],
    ["a file", (root) => (writeFileSync(join(root, "a"), ""), join(root, "a"))],
    ["below a file", (root) => (writeFileSync(join(root, "a"), ""), join(root, "a", "b"))],
    [
      "a directory that others can write to",
      (root) => (mkdirSync(join(root, "a")), chmodSync(join(root, "a"), 0o770), join(root, "a"))
    ]
  ]
  for (const [what, make] of wrong) {
    it.live(`cannot be ${what}`, () =>
      Effect.gen(function* () {
        const { reason } = yield* failure(start(Peer.basic, { registry: make(yield* temporary) }))
        assert.instanceOf(reason, InvalidOptions)
        assert.strictEqual(reason.option, "registry")
      })
    )
  }
})

describe.runIf(linux)("the start after a program was killed", () => {
  it.live("ends what stays of the real server, its commands and its MCP servers", () =>
    Effect.gen(function* () {
      const { folder, root } = yield* folderIn
      const word = `74.${process.pid}`
      const running = () => commandLines().filter((line) => line.includes(word))
      const killed = yield* program(
        {
          registry: folder,
          command: `setsid sleep ${word}1 & (trap "" TERM; setsid sleep ${word}2) & sleep ${word}3 & bash -c 'trap "" TERM; sleep ${word}4; sleep ${word}5'`,
          mcpServer: mcpServer(`${word}6`)
        },
        root
      )
      yield* Effect.yieldNow.pipe(Effect.repeat({ until: () => running().length >= 6 }), Effect.timeout("20 seconds"))
      yield* killed.kill
      yield* killed.exit
      yield* gone(killed.server)
      // The server has ended what is in the sessions of its commands, and the MCP servers. Other sessions stay.
      yield* Effect.yieldNow.pipe(Effect.repeat({ until: () => running().length <= 2 }), Effect.timeout("10 seconds"))
      const left = running()
        .map((line) => line.trim().at(-1))
        .toSorted()
      assert.deepStrictEqual(left, ["1", "2"])
      const { warnings } = yield* startWith(folder)
      assert.deepStrictEqual(running(), [])
      assert.lengthOf(warnings, 1)
      assert.include(warnings[0], "left 2 process(es) running")
      assert.lengthOf(filesIn(folder), 1)
    })
  )

  it.live("ends commands whose server was killed, too", () =>
    Effect.gen(function* () {
      const { folder, root } = yield* folderIn
      const word = `75.${process.pid}`
      const running = () => commandLines().filter((line) => line.includes(word))
      const killed = yield* program(
        { registry: folder, command: `bash -c 'sleep ${word}1 & sleep ${word}2 & wait'` },
        root
      )
      // The lines of the shells have the word, too.
      const sleeps = () => running().filter((line) => /^\S*sleep /.test(line))
      yield* Effect.yieldNow.pipe(Effect.repeat({ until: () => sleeps().length === 2 }), Effect.timeout("20 seconds"))
      yield* killed.kill
      process.kill(killed.server, "SIGKILL")
      yield* killed.exit
      yield* gone(killed.server)
      assert.isAbove(running().length, 0)
      yield* startWith(folder)
      assert.deepStrictEqual(running(), [])
    })
  )

  it.live("ends a server that stays when its input ends, with what is in its session", () =>
    Effect.gen(function* () {
      const { folder, root } = yield* folderIn
      const grandchild = join(root, "grandchild")
      const killed = yield* program(
        {
          registry: folder,
          script: {
            initialize: [
              Peer.spawnGrandchild({ pidFile: grandchild, ignoreSigterm: true }),
              Peer.reply(Peer.initializeResponse())
            ],
            onStdinEnd: []
          }
        },
        root
      )
      yield* killed.kill
      yield* killed.exit
      assert.isTrue(isRunning(killed.server))
      yield* startWith(folder)
      assert.isFalse(isRunning(killed.server))
      assert.isFalse(isRunning(pidIn(grandchild)))
      assert.lengthOf(filesIn(folder), 1)
    })
  )

  it.live("leaves the servers of running programs alone", () =>
    Effect.gen(function* () {
      const { folder, root } = yield* folderIn
      const grandchild = join(root, "grandchild")
      const other = yield* program({ registry: folder, script: inSession(grandchild) }, root)
      const { lines, warnings } = yield* startWith(folder)
      assert.isFalse(lines.some(({ text }) => text.includes("killed")))
      assert.isTrue(isRunning(other.server))
      assert.isTrue(isRunning(pidIn(grandchild)))
      assert.lengthOf(filesIn(folder), 2)
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.live("leaves a running program and its server alone that a command of a killed one has started", () =>
    Effect.gen(function* () {
      const { folder, root } = yield* folderIn
      const mark = crypto.randomUUID()
      const [grandchild, own] = [join(root, "grandchild"), join(root, "own")]
      const variables = { [marks.variable]: mark }
      const other = yield* program({ registry: folder, script: inSession(grandchild) }, root, variables)
      const stray = yield* stranger(variables)
      // A program with the mark does not end itself, and keeps the file for others.
      const file = registry.write(folder, ended({ mark }))
      const self = yield* program({ registry: folder, script: inSession(own) }, root, variables)
      for (const pid of [stray, other.pid, self.pid, self.server]) assert.isTrue(isRunning(pid))
      yield* startWith(folder)
      assert.isFalse(isRunning(stray))
      for (const pid of [other.pid, other.server, pidIn(grandchild), self.pid, self.server, pidIn(own)]) {
        assert.isTrue(isRunning(pid))
      }
      assert.isTrue(existsSync(file))
    })
  )

  it.live("leaves a process alone that has the id of a server, or of its session, by now", () =>
    Effect.gen(function* () {
      const { folder } = yield* folderIn
      const pid = yield* stranger()
      const { start: begun } = identify(pid)
      registry.problem(folder)
      const file = registry.write(folder, ended({ server: { pid, start: begun - 1 } }))
      yield* startWith(folder)
      assert.isTrue(isRunning(pid))
      assert.isFalse(existsSync(file))
    })
  )

  it.live("leaves processes alone that hold the mark in another variable, or are older than the server", () =>
    Effect.gen(function* () {
      const { folder } = yield* folderIn
      const mark = crypto.randomUUID()
      const pid = yield* stranger({ NOTE: mark })
      const older = yield* stranger({ [marks.variable]: `a ${mark}` })
      registry.problem(folder)
      registry.write(folder, ended({ mark, server: { pid: process.pid, start: identify(older).start + 1_000_000 } }))
      yield* startWith(folder)
      for (const each of [pid, older]) assert.isTrue(isRunning(each))
      registry.write(folder, ended({ mark }))
      yield* startWith(folder)
      assert.isTrue(isRunning(pid))
      assert.isFalse(isRunning(older))
    })
  )

  it.live("removes files from before a restart of the machine, and keeps those of other places", () =>
    Effect.gen(function* () {
      const { folder } = yield* folderIn
      registry.problem(folder)
      const place = here()
      const pid = yield* stranger()
      const at = (changed: Partial<registry.Entry["place"]>) =>
        registry.write(folder, ended({ server: identify(pid), place: { ...place, ...changed } }))
      const restarted = at({ boot: "another" })
      const machine = at({ boot: "another", machine: "another" })
      const container = at({ namespace: "pid:[1]" })
      yield* startWith(folder)
      assert.deepStrictEqual([restarted, machine, container].map(existsSync), [false, true, true])
      assert.isTrue(isRunning(pid))
    })
  )

  it.live("ignores all that is not a registration, and says so once", () =>
    Effect.gen(function* () {
      const { folder } = yield* folderIn
      registry.problem(folder)
      const pid = yield* stranger()
      const text = JSON.stringify(ended({ server: identify(pid) }))
      const put = (name: string, content: string, mode = 0o600) => writeFileSync(join(folder, name), content, { mode })
      for (const mark of ["", "a", 5])
        put(`server-mark-${mark}.json`, text.replace(/"mark":"[^"]*"/, `"mark":${JSON.stringify(mark)}`))
      put("server-version.json", text.replace('"version":1', '"version":2'))
      put("server-empty.json", "")
      put("server-half.json", text.slice(0, -20))
      put("server-long.json", text + " ".repeat(20_000))
      put("server-ids.json", text.replace(/"pid":\d+/g, '"pid":-1'))
      put("notes.txt", text)
      put("server-open.json", text)
      chmodSync(join(folder, "server-open.json"), 0o640)
      put("../target", text)
      symlinkSync("../target", join(folder, "server-link.json"))
      mkdirSync(join(folder, "server-folder.json"))
      execFileSync("mkfifo", [join(folder, "server-pipe.json")])
      const before = readdirSync(folder).toSorted()
      assert.lengthOf(before, 13)
      const [{ warnings }, close] = yield* closable(startWith(folder))
      assert.isTrue(isRunning(pid))
      assert.lengthOf(warnings, 1)
      assert.include(warnings[0], "Ignored 13 file(s) in the registry")
      yield* close
      assert.deepStrictEqual(readdirSync(folder).toSorted(), before)
      // What is wrong with them is what they say: the same text as it should be counts.
      put("server-right.json", text)
      yield* startWith(folder)
      assert.isFalse(isRunning(pid))
    })
  )

  it.effect("logs a warning if the file of a server cannot be written, and does not fail", () =>
    Effect.gen(function* () {
      const { folder } = yield* folderIn
      const { layer, lines } = logs()
      const server = { ...identify(process.pid), mark: undefined, others: new Map() }
      const remove = yield* registration.add(folder, server, {}).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        lines.map(({ annotations, level }) => [level, annotations]),
        [["Warn", { package: "effect-codex", module: "AppServer" }]]
      )
      yield* remove
      registry.problem(folder)
      yield* yield* Effect.tap(registration.add(folder, server, {}), () =>
        Effect.sync(() => assert.lengthOf(filesIn(folder), 1))
      )
      assert.lengthOf(filesIn(folder), 0)
    })
  )
})

/** An MCP server that stays when its input ends, and ignores SIGTERM, with a child of this name. */
const mcpServer = (word: string) => `
  const tell = (id, result) => console.log(JSON.stringify({ jsonrpc: "2.0", id, result }))
  setInterval(() => {}, 60_000)
  process.on("SIGTERM", () => {})
  process.stdout.on("error", () => {})
  require("node:child_process").spawn("sleep", ["${word}"], { stdio: "ignore" })
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line)
    const { protocolVersion } = params ?? {}
    if (method === "initialize") tell(id, { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "x", version: "1" } })
    else if (id !== undefined) tell(id, { tools: [] })
  })`
