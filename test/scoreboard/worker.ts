/**
 * The parent's side of a process that repeats scenarios (`workerProcess.ts`): sends requests, waits, and ends the
 * process with the scope. A process that dies or stops answering is a red row, never an error.
 */
import { Duration, Effect } from "effect"
import type { Scope } from "effect"
import { type ChildProcess, fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Fault, Row } from "./row.ts"
import type { Scenario } from "./scenario.ts"
import type { Answer, Question } from "./workerProcess.ts"

export interface Worker {
  /** Repeats a scenario there. */
  readonly repeat: (scenario: Scenario, module: string, seeds: ReadonlyArray<number>) => Effect.Effect<Row>
}

/** A folder that is removed with the scope. */
export const folder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-codex-scoreboard-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
)

/**
 * A process with its own home, and no variables of the user except `PATH` and those of the runtimes under test. `cache`
 * is a folder for compiled modules, which halves the start time of another process.
 */
export const make = Effect.fnUntraced(function* (cache: string): Effect.fn.Return<Worker, never, Scope.Scope> {
  const home = yield* folder
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => start(home, cache)),
    stop
  )
  return {
    repeat: (scenario, module, seeds) => Effect.callback((resume) => ask(child, { scenario, module, seeds }, resume))
  }
})

// internal

/**
 * The time that a process may be silent beyond the time of a repetition: it starts on a busy machine, waits for what
 * hangs, and counts.
 */
const silence = Duration.minutes(2)

const start = (home: string, cache: string): ChildProcess =>
  fork(fileURLToPath(new URL("./workerProcess.ts", import.meta.url)), {
    execArgv: ["--conditions=effect-codex/source", "--expose-gc"],
    env: {
      ...kept(["PATH", "CODEX_RUNTIMES", "TMPDIR", "SystemRoot", "TEMP", "TMP"]),
      HOME: home,
      USERPROFILE: home,
      NODE_COMPILE_CACHE: cache
    },
    // Output of a scenario would mix with the table.
    stdio: ["ignore", "ignore", "inherit", "ipc"]
  })

const kept = (names: ReadonlyArray<string>): { readonly [name: string]: string } =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    })
  )

const stop = (child: ChildProcess): Effect.Effect<void> =>
  Effect.callback((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

interface Asked {
  readonly scenario: Scenario
  readonly module: string
  readonly seeds: ReadonlyArray<number>
}

const ask = (child: ChildProcess, { module, scenario, seeds }: Asked, resume: (row: Effect.Effect<Row>) => void) => {
  const withinMillis = Duration.toMillis(Duration.fromInputUnsafe(scenario.within))
  let seed = seeds[0] ?? 0
  let begun = 0
  let timer: NodeJS.Timeout | undefined
  const settle = (row: Row): void => {
    clearTimeout(timer)
    child.off("message", onMessage)
    child.off("exit", onExit)
    resume(Effect.succeed(row))
  }
  const fail = (kind: Fault["kind"], what: string): void => {
    const { expected, group, name, on, title } = scenario
    const ran = {
      repetitions: Math.max(1, begun),
      right: Math.max(0, begun - 1),
      worstMillis: withinMillis,
      totalMillis: withinMillis,
      cpuMillis: 0
    }
    const left = { processes: 0, fibers: 0, listeners: 0, descriptors: 0, heapBytes: null, heapRepetitions: 0 }
    settle({ name, group, title, expected, on, withinMillis, ...ran, ...left, faults: [{ kind, seed, what }] })
  }
  const watch = (): void => {
    clearTimeout(timer)
    const limit = withinMillis + Duration.toMillis(silence)
    timer = setTimeout(() => fail("hung", `the process said nothing for ${limit} ms`), limit)
  }
  const onExit = (code: number | null, signal: string | null): void =>
    fail("crashed", `the process ended with ${code ?? signal}`)
  const onMessage = (message: unknown): void => {
    // Type boundary: the child sends no other values.
    const answer = message as Answer
    if ("row" in answer) return settle(answer.row)
    if ("failed" in answer) return fail("crashed", answer.failed)
    seed = answer.begins
    begun++
    watch()
  }
  child.on("message", onMessage)
  child.once("exit", onExit)
  watch()
  const question: Question = { module, scenario: scenario.name, seeds }
  if (child.exitCode !== null || child.signalCode !== null) return onExit(child.exitCode, child.signalCode)
  child.send(question, (error) => {
    if (error !== null) fail("crashed", "the process takes no more messages")
  })
}
