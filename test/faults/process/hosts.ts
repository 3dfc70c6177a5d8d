/**
 * The program itself ends, in an orderly way or not, while Codex runs a command for it: nothing keeps running. And the
 * program has no descriptors left.
 */
import { Effect } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as counts from "../../scoreboard/counts.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import { appears, folder } from "../support/codexes.ts"
import { check, same } from "../support/expect.ts"
import * as usedHome from "../support/usedHome.ts"

const commands = ["sleep 50", "bash -c 'sleep 51 & sleep 52 & wait'", "bash -c \"trap '' TERM; sleep 53; sleep 54\""]
const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const
const ends = ["signal", "signal", "exit", "exception", "rejection"] as const

const program = [
  process.execPath,
  "--conditions=effect-codex/source",
  fileURLToPath(new URL("./host.ts", import.meta.url))
]

/** Starts a program that ends with the scope, in any state. */
const start = (root: string, [file = "", ...args]: ReadonlyArray<string>) =>
  Effect.map(
    Effect.acquireRelease(
      // Its temporary files are removed with the scenario's folder.
      Effect.sync(() => spawn(file, args, { stdio: "ignore", env: { ...process.env, TMPDIR: root } })),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    (child) => ({ child, exited: exitOf(child) })
  )

const exitOf = (child: ChildProcess): Effect.Effect<void> => {
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  return Effect.promise(() => exit)
}

/** Waits until no process that was started from here runs. */
const nothingRuns = Effect.gen(function* () {
  const until = performance.now() + 5000
  let left = yield* counts.processes
  while (left.length > 0 && performance.now() < until) {
    yield* Effect.sleep("20 millis")
    left = yield* counts.processes
  }
  yield* same(
    left.map(({ command }) => command),
    [],
    "what runs five seconds later"
  )
})

export const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "real-host-ends",
    group: "process",
    title: "The program ends by a signal, `process.exit`, an exception or a rejection while a command runs",
    expected: "The server and the command have ended five seconds later",
    within: "40 seconds",
    on: "binary",
    isLong: true,
    run: (seeded) =>
      Effect.gen(function* () {
        const root = yield* folder
        yield* usedHome.prepare
        const how = seeded.pick(ends)
        const { child, exited } = yield* start(root, [...program, how, root, seeded.pick(commands)])
        yield* appears(join(root, "ready"))
        if (how === "signal") child.kill(seeded.pick(signals))
        yield* exited
        yield* nothingRuns
      })
  },
  {
    name: "no-descriptors",
    group: "process",
    title: "The program has no descriptors left",
    expected: "`SpawnFailed` with the kind `EMFILE`",
    within: "40 seconds",
    on: "peer",
    isLong: true,
    run: (seeded) =>
      Effect.gen(function* () {
        const root = yield* folder
        const line = `ulimit -n ${seeded.int(60, 200)}; exec "$@"`
        const { exited } = yield* start(root, ["bash", "-c", line, "bash", ...program, "descriptors", root])
        yield* exited
        const kind = readFileSync(join(root, "kind"), "utf8")
        yield* check(kind === "EMFILE", `the kind is ${kind}`)
      })
  }
]
