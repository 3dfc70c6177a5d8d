/**
 * A PostgreSQL server of its own for a test: in a temporary folder, on a Unix socket, without TCP. It ends with the
 * scope.
 */
import { Effect } from "effect"
import { execFileSync, spawn } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const HOW_TO =
  "These tests need PostgreSQL. Install it with `apt-get install postgresql` (Debian, Ubuntu) or `brew install postgresql`, or add its programs to PATH."

/** The folder of the programs of PostgreSQL. */
const programs = (): string => {
  const debian = "/usr/lib/postgresql"
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":")
  ]
  const found = folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")))
  if (found === undefined) throw new Error(HOW_TO)
  return found
}

// The server refuses to run as root, so there the user of the package runs it.
const isRoot = process.getuid?.() === 0

// A PATH need not have the folder of programs for root.
const runuser = ["/usr/sbin/runuser", "/sbin/runuser"].find((file) => existsSync(file)) ?? "runuser"

const commandOf = (program: string, args: ReadonlyArray<string>): readonly [string, ReadonlyArray<string>] =>
  isRoot ? [runuser, ["-u", "postgres", "--", program, ...args]] : [program, args]

/** A server. */
export interface Postgres {
  readonly socket: string
  readonly username: string
  /** Ends the server at once, without waiting for its clients, and starts it again on the same data. */
  readonly restart: Effect.Effect<void, Error>
}

/** Starts a server. */
export const start = Effect.gen(function* () {
  const bin = programs()
  const folder = mkdtempSync(join(tmpdir(), "pg-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
  chmodSync(folder, 0o777)
  const data = join(folder, "data")
  const [init, initArgs] = commandOf(join(bin, "initdb"), [
    "-D",
    data,
    "-U",
    "postgres",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync"
  ])
  yield* Effect.sync(() => execFileSync(init, initArgs, { stdio: "pipe", cwd: folder }))
  const settings = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
  const [server, serverArgs] = commandOf(join(bin, "postgres"), settings)

  const launch = Effect.gen(function* () {
    const child = spawn(server, serverArgs, { stdio: ["ignore", "ignore", "pipe"], cwd: folder })
    const exited = new Promise<void>((resolve) => child.on("close", () => resolve()))
    yield* Effect.callback<void, Error>((resume) => {
      let said = ""
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text
        if (said.includes("ready to accept connections")) resume(Effect.void)
      })
      child.on("close", () => resume(Effect.fail(new Error(`PostgreSQL ended: ${said}`))))
    })
    // To the server itself, since `runuser` passes not all signals on. With this one, it does not wait for clients.
    const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0])
    return Effect.promise(() => {
      process.kill(pid, "SIGQUIT")
      return exited
    })
  })

  let end = yield* launch
  yield* Effect.addFinalizer(() => Effect.suspend(() => end))
  const restart = Effect.gen(function* () {
    yield* end
    end = yield* launch
  })
  return { socket: join(folder, ".s.PGSQL.5432"), username: "postgres", restart } satisfies Postgres
})
