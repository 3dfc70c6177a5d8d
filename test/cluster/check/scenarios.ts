/**
 * The scenarios of `npm run cluster:check`. Each starts a cluster of its own, and returns its row.
 */
import { Cause, Effect, type Scope } from "effect"
import * as kills from "./kills.ts"
import * as machines from "./machines.ts"
import * as others from "./others.ts"
import type { Row } from "./row.ts"

/** A scenario. */
export interface Scenario {
  readonly name: string
  readonly run: (repetitions: number) => Effect.Effect<Row, unknown, Scope.Scope>
}

/** The longest that one repetition may take. */
const LIMIT = "90 seconds"

const killsAt = (point: kills.Point, isShared: boolean): Scenario => {
  const name = isShared ? `shared-${point.name}` : point.name
  return {
    name,
    run: Effect.fnUntraced(function* (repetitions) {
      const cluster = yield* machines.make({ size: 3, isShared })
      const outcomes: Record<string, number> = {}
      const millis: Array<number> = []
      const problems: Array<string> = []
      let requests = 0
      for (let n = 1; n <= repetitions; n++) {
        const exit = yield* Effect.exit(Effect.timeout(kills.kill(cluster, point, String(n)), LIMIT))
        if (exit._tag === "Failure") {
          problems.push(`${n}: ${Cause.pretty(exit.cause).slice(0, 500)}`)
          for (const runner of cluster.runners) if (runner.hasExited()) yield* cluster.replace(runner)
          continue
        }
        const { continued, millis: took, outcome, requests: asked, victim } = exit.value
        yield* cluster.replace(victim)
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        millis.push(took)
        requests = Math.max(requests, asked)
        const expected = isShared ? point.shared : point.outcome
        if (!expected.includes(outcome)) problems.push(`${n}: expected ${expected.join(" or ")}, got ${outcome}`)
        if (asked > 1) problems.push(`${n}: ${asked} model requests`)
        if (continued !== "ran" && continued !== "record") problems.push(`${n}: continued as ${continued}`)
      }
      const where = isShared ? "Runners that share a home: the machine dies" : "The machine dies"
      return {
        name,
        title: `${where} ${point.title}`,
        expected: point.outcome.join(" or "),
        outcomes,
        requests,
        millis,
        problems
      } satisfies Row
    })
  }
}

const other = (
  name: string,
  title: string,
  expected: ReadonlyArray<string>,
  measure: (cluster: machines.Cluster, id: string) => Effect.Effect<others.Measured, unknown, Scope.Scope>,
  most: number,
  requests = 1
): Scenario => ({
  name,
  run: Effect.fnUntraced(function* (repetitions) {
    const cluster = yield* machines.make({ size: 3 })
    const outcomes: Record<string, number> = {}
    const millis: Array<number> = []
    const problems: Array<string> = []
    let asked = 0
    for (let n = 1; n <= Math.min(most, repetitions); n++) {
      const exit = yield* Effect.exit(Effect.scoped(Effect.timeout(measure(cluster, String(n)), LIMIT)))
      if (exit._tag === "Failure") {
        problems.push(`${n}: ${Cause.pretty(exit.cause).slice(0, 500)}`)
        continue
      }
      const measured = exit.value
      for (const outcome of measured.outcomes) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
        if (!expected.includes(outcome)) problems.push(`${n}: expected ${expected.join(" or ")}, got ${outcome}`)
      }
      millis.push(measured.millis)
      asked = Math.max(asked, measured.requests)
      if (measured.requests > requests) problems.push(`${n}: ${measured.requests} model requests`)
      problems.push(...measured.problems.map((problem) => `${n}: ${problem}`))
    }
    return { name, title, expected: expected.join(" or "), outcomes, requests: asked, millis, problems } satisfies Row
  })
})

/** `record`: the reply of the first runner was not stored, because its thread had moved. */
const done = ["ran", "record"]

export const scenarios: ReadonlyArray<Scenario> = [
  ...kills.points.map((point) => killsAt(point, false)),
  ...kills.points.map((point) => killsAt(point, true)),
  other("spread", "30 new threads at once", done, others.spread, 5),
  other("callers", "Ten callers ask with one key at once", done, others.callers, 20),
  other("events", "Another process reads the events of a turn", done, others.events, 20),
  other(
    "database",
    "PostgreSQL ends and starts again while a turn runs",
    // If that takes longer than the locks last, the turn is interrupted.
    [...done, "unknown (interrupted)"],
    others.database,
    5
  ),
  other(
    "stopped",
    "A runner is stopped, and comes back after another continued its turn",
    done,
    others.away(others.stopped),
    5
  ),
  other(
    "cut-off",
    "A runner is cut off from PostgreSQL, and comes back after another continued its turn",
    done,
    others.away(others.cutOff),
    5
  ),
  other("rolling", "All runners are replaced one after the other, under load", done, others.rolling, 3),
  other("lost", "A machine is lost with its home", done, others.lost, 5)
]
