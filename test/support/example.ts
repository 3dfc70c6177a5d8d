/**
 * Examples as programs: started as `npm run example` starts them, in a folder that shows everything that they leave.
 */
import { assert } from "@effect/vitest"
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Pty from "./pty.ts"

const root = join(import.meta.dirname, "../..")

/** The command that runs an example. */
const command = (args: ReadonlyArray<string>): ReadonlyArray<string> => [
  "--conditions=effect-codex/source",
  join(root, "examples/support/run.ts"),
  ...args
]

/** The outcome of an example. */
export interface Outcome {
  readonly code: number | null
  /** Its output on stdout, line by line. */
  readonly lines: ReadonlyArray<string>
  readonly stdout: string
  readonly stderr: string
}

const processesNaming = (text: string): ReadonlyArray<string> =>
  readdirSync("/proc", { encoding: "utf8" }).filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return false
    try {
      return (
        readFileSync(`/proc/${entry}/environ`, "latin1").includes(text) ||
        readFileSync(`/proc/${entry}/cmdline`, "latin1").includes(text)
      )
    } catch {
      // It has ended in the meantime.
      return false
    }
  })

/** A folder that shows everything that a program leaves. */
const makePlace = () => {
  const temporary = mkdtempSync(join(tmpdir(), "example-"))
  const windows = { ...process.env, USERPROFILE: temporary, TEMP: temporary, TMP: temporary }
  const env =
    process.platform === "win32" ? windows : { PATH: process.env["PATH"] ?? "", HOME: temporary, TMPDIR: temporary }
  /** Fails if a file or a process is left. */
  const close = () => {
    const processes = process.platform === "linux" ? processesNaming(temporary) : []
    const leftovers = readdirSync(temporary)
    rmSync(temporary, { recursive: true, force: true })
    assert.deepStrictEqual(leftovers, [])
    assert.deepStrictEqual(processes, [])
  }
  return { env, close }
}

/** Runs a program in such a folder, and fails if it leaves something there. */
export const withPlace = async <A>(use: (env: NodeJS.ProcessEnv) => Promise<A>): Promise<A> => {
  const { close, env } = makePlace()
  const result = await use(env)
  close()
  return result
}

/** A running example. */
export interface Running {
  readonly outcome: Promise<Outcome>
  /** Waits until a text was written, to stdout or stderr. */
  readonly wrote: (text: string) => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
}

/** Starts an example, as `npm run example` does. */
export const start = (
  args: ReadonlyArray<string>,
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {}
): Running => {
  const { close, env } = makePlace()
  const child = spawn(process.execPath, command(args), {
    cwd: root,
    env: { ...env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"]
  })
  child.stdin.end(options.input ?? "")
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => {
      try {
        close()
        resolve({ code, stdout, stderr, lines: stdout.trimEnd().split("\n") })
      } catch (error) {
        reject(error)
      }
    })
  })
  return {
    outcome,
    wrote: (text) =>
      new Promise((resolve, reject) => {
        const look = () => (stdout.includes(text) || stderr.includes(text) ? resolve() : undefined)
        child.stdout.on("data", look)
        child.stderr.on("data", look)
        child.on("close", () => reject(new Error(`it ended without ${text}: ${stdout}${stderr}`)))
        look()
      }),
    signal: (signal) => child.kill(signal)
  }
}

/** Runs an example to its end, which must be a success. */
export const run = async (...args: ReadonlyArray<string>): Promise<Outcome> => {
  const outcome = await start(args).outcome
  assert.strictEqual(outcome.code, 0, outcome.stdout + outcome.stderr)
  return outcome
}

/** Uses an example on a pseudo-terminal, until it has ended; see `Pty.missing` for its availability. */
export const onTerminal = async (
  args: ReadonlyArray<string>,
  use: (terminal: Pty.Terminal) => Promise<void>,
  variables: NodeJS.ProcessEnv = {}
) => {
  const { close, env } = makePlace()
  const terminal = Pty.start([process.execPath, ...command(args)], {
    cwd: root,
    env: { ...env, TERM: "xterm", ...variables }
  })
  try {
    await use(terminal)
    assert.strictEqual(await terminal.exit, 0, terminal.screen())
  } finally {
    terminal.kill()
  }
  close()
}
