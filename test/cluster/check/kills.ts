/**
 * Deaths of the runner that has a turn, at seven points of it. `runnerProcess.ts` explains those that only the runner
 * can see.
 */
import { Effect, Exit, Fiber, Option } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { until } from "../support.ts"
import type { Cluster, RunnerProcess } from "./machines.ts"

/** A point of a turn. */
export interface Point {
  readonly name: "opening" | "attempt" | "accepted" | "answering" | "commanding" | "completed" | "stored"
  readonly title: string
  /** What the caller gets. A machine can die just before it stores that the turn has started. */
  readonly outcome: ReadonlyArray<string>
  /** The same for runners that share a home. */
  readonly shared: ReadonlyArray<string>
}

const interrupted = ["unknown (interrupted)"]

/** `ran`: the thread was moving to the runner that died, and the one that it came from completed the turn. */
const during = [...interrupted, "ran"]

const notSaved = ["unknown (notSaved)"]

const unknown = [...interrupted, ...notSaved]

export const points: ReadonlyArray<Point> = [
  { name: "opening", title: "before the thread is opened", outcome: ["ran"], shared: ["ran"] },
  { name: "attempt", title: "just before the request is sent", outcome: notSaved, shared: ["ran", ...notSaved] },
  {
    name: "accepted",
    title: "after the reply to `turn/start`",
    outcome: notSaved,
    // The server can have saved the key in the meantime. A thread without a turn is not saved.
    shared: ["ran", ...interrupted, ...notSaved]
  },
  { name: "answering", title: "while the model answers", outcome: during, shared: during },
  { name: "commanding", title: "while a command runs", outcome: during, shared: during },
  {
    name: "completed",
    title: "at the end of the turn, before it is stored",
    // Items are stored when they complete, and the last of them possibly with the end of the turn behind it.
    outcome: ["record", ...unknown],
    shared: ["record", ...interrupted]
  },
  { name: "stored", title: "after the turn is stored, before the reply is", outcome: ["record"], shared: ["record"] }
]

/** What happened in one repetition. */
export interface Kill {
  readonly outcome: string
  /** Model requests with the key, before anyone decided to continue. */
  readonly requests: number
  /** From the death of the runner to the reply, in milliseconds. */
  readonly millis: number
  /** What came out when the caller then continued. */
  readonly continued: string
  /** The runner that died. */
  readonly victim: RunnerProcess
}

/** Runs a turn whose runner dies at the point, and continues it if its outcome is unknown. */
export const kill = Effect.fnUntraced(function* (cluster: Cluster, point: Point, id: string) {
  const name = `${point.name}-${id}`
  const thread = cluster.thread(name)
  // The thread has a turn before, which must be part of what is continued.
  const isFresh = point.name === "opening"
  if (!isFresh && Number(id) % 2 === 0) yield* thread.run("before", `before ${name}`)
  const gate = point.name === "answering" ? yield* cluster.hold(name) : undefined
  const mark = point.name === "commanding" ? join(cluster.runners[0]?.home.workspace ?? "", `mark-${name}`) : undefined
  if (mark !== undefined) cluster.command(name, `touch ${mark}; sleep 30`)
  const call = yield* Effect.forkChild(
    Effect.map(Effect.exit(thread.run(name, name)), (exit) => ({ exit, at: performance.now() })),
    { startImmediately: true }
  )
  let victim: RunnerProcess
  if (gate !== undefined || mark !== undefined) {
    if (gate !== undefined) yield* gate.reached
    if (mark !== undefined) yield* until(Effect.sync(() => existsSync(mark)))
    // The start of the turn is stored within less than a second. `attempt` and `accepted` die before that.
    if (!cluster.isShared) yield* cluster.isStored(name)
    victim = yield* cluster.runnerOf(name)
    yield* victim.kill
  } else {
    victim = yield* Effect.raceAll(cluster.runners.map((runner) => Effect.as(runner.exited, runner)))
    yield* victim.kill
  }
  const died = yield* victim.exited
  cluster.unhold(name)
  const { at, exit } = yield* Fiber.join(call)
  const outcome = outcomeOf(exit)
  const requests = yield* cluster.timesAsked(name)
  const continued = outcome.startsWith("unknown")
    ? outcomeOf(yield* Effect.exit(thread.run(name, name, { ifInterrupted: "continue" })))
    : outcome
  return { outcome, requests, millis: at - died, continued, victim } satisfies Kill
})

/** The outcome of a run as a word. */
export const outcomeOf = (exit: Exit.Exit<{ readonly source: string }, { readonly _tag: string }>): string => {
  if (Exit.isSuccess(exit)) return exit.value.source
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (error === undefined) return String(exit.cause).slice(0, 200)
  if (error._tag === "OutcomeUnknown" && "status" in error) return `unknown (${String(error.status)})`
  return "message" in error ? `${error._tag}: ${String(error.message).slice(0, 200)}` : error._tag
}
