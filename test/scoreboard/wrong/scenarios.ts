/**
 * Scenarios that are wrong on purpose, each in one way, and a right one: the runner has to distinguish them.
 */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { openSync } from "node:fs"
import type { Scenario } from "../scenario.ts"

const kept: Array<unknown> = []

const scenario = (name: string, run: Scenario["run"], within: Scenario["within"] = "5 seconds"): Scenario => ({
  name,
  group: name === "right" ? "right" : "wrong",
  title: `made to be ${name}`,
  expected: "the runner says so",
  within,
  on: "memory",
  run
})

export const scenarios: ReadonlyArray<Scenario> = [
  scenario("right", () => Effect.yieldNow),
  scenario("outcome", ({ seed }) => (seed % 2 === 0 ? Effect.fail(`seed ${seed} is even`) : Effect.void)),
  scenario("defect", () => Effect.die(new Error("a defect"))),
  scenario("late", () => Effect.sleep("60 millis"), "30 millis"),
  scenario("hung", () => Effect.never, "10 millis"),
  scenario("rejection", () => Effect.sync(() => void Promise.reject(new Error("nothing handles this")))),
  scenario("crashed", () => Effect.sync(() => process.exit(9))),
  scenario("processes", () => Effect.sync(() => spawn("sleep", ["60"], { detached: true, stdio: "ignore" }).unref())),
  scenario("orphans", () =>
    // Its parent exits immediately, so that only the mark identifies it.
    Effect.callback<void>((resume) => {
      spawn("sh", ["-c", "sleep 61 & exit 0"], { detached: true, stdio: "ignore" }).once("exit", () =>
        resume(Effect.void)
      )
    })
  ),
  scenario("fibers", () => Effect.sync(() => Effect.runFork(Effect.withSpan(Effect.never, "a fiber of the test")))),
  scenario("listeners", () => Effect.sync(() => process.on("SIGUSR2", () => {}))),
  scenario("descriptors", () => Effect.sync(() => openSync(process.execPath, "r"))),
  scenario("heap", () => Effect.sync(() => kept.push(Array.from({ length: 100_000 }, (_, index) => ({ index })))))
]
