/**
 * What else happens to a cluster: many threads and callers at once, PostgreSQL that is started again, a runner that
 * stops or is cut off and comes back, a rolling restart, and a machine that is lost with its home.
 */
import { Effect, Exit, Fiber, Option, Stream } from "effect"
import { rmSync } from "node:fs"
import { dirname } from "node:path"
import type * as MockModel from "../../../src/testing/MockModel.ts"
import { until } from "../support.ts"
import { outcomeOf } from "./kills.ts"
import type { Cluster, RunnerProcess } from "./machines.ts"

/** What one repetition gives: its outcomes, the most requests for a key, its time, and what is wrong. */
export interface Measured {
  readonly outcomes: ReadonlyArray<string>
  readonly requests: number
  readonly millis: number
  readonly problems: ReadonlyArray<string>
}

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const from = performance.now()
    return Effect.map(effect, (value) => ({ value, millis: performance.now() - from }))
  })

const most = (cluster: Cluster, names: ReadonlyArray<string>) =>
  Effect.map(Effect.all(names.map(cluster.timesAsked)), (counts) => Math.max(...counts))

/** 30 new threads at once. */
export const spread = Effect.fnUntraced(function* (cluster: Cluster, id: string) {
  const names = Array.from({ length: 30 }, (_, n) => `spread-${id}-${n}`)
  const { millis, value } = yield* timed(
    Effect.all(
      names.map((name) => Effect.map(Effect.exit(cluster.thread(name).run(name, name)), outcomeOf)),
      { concurrency: "unbounded" }
    )
  )
  const runners = new Set(
    yield* Effect.all(names.map((name) => Effect.map(cluster.runnerOf(name), ({ port }) => port)))
  )
  const problems = runners.size === cluster.runners.length ? [] : [`only ${runners.size} runners had threads`]
  return { outcomes: value, requests: yield* most(cluster, names), millis, problems } satisfies Measured
})

/** Ten callers of one key at once. */
export const callers = Effect.fnUntraced(function* (cluster: Cluster, id: string) {
  const name = `callers-${id}`
  const { millis, value } = yield* timed(
    Effect.all(
      Array.from({ length: 10 }, () => Effect.exit(cluster.thread(name).run(name, name))),
      { concurrency: "unbounded" }
    )
  )
  const answers = new Set(value.map((exit) => (Exit.isSuccess(exit) ? JSON.stringify(exit.value) : String(exit.cause))))
  const problems = answers.size === 1 ? [] : [`${answers.size} different answers`]
  return { outcomes: value.map(outcomeOf), requests: yield* most(cluster, [name]), millis, problems } satisfies Measured
})

/** PostgreSQL ends at once and starts again, while a turn runs. */
export const database = Effect.fnUntraced(function* (cluster: Cluster, id: string) {
  const name = `database-${id}`
  const gate = yield* cluster.hold(name)
  const call = yield* Effect.forkChild(Effect.exit(cluster.thread(name).run(name, name)), { startImmediately: true })
  yield* gate.reached
  const restarted = yield* timed(cluster.postgres.restart)
  yield* gate.release
  const { millis, value } = yield* timed(Fiber.join(call))
  return {
    outcomes: [outcomeOf(value)],
    requests: yield* most(cluster, [name]),
    millis: restarted.millis + millis,
    problems: []
  } satisfies Measured
})

/** A way in which a runner can be away from the cluster, and come back. */
interface Absence {
  readonly name: string
  readonly leave: (runner: RunnerProcess) => void
  readonly comeBack: (runner: RunnerProcess) => void
}

/** The process does nothing, while its app-server goes on. */
export const stopped: Absence = {
  name: "stopped",
  leave: (runner) => runner.signal("SIGSTOP"),
  comeBack: (runner) => runner.signal("SIGCONT")
}

/** The process goes on, with its turns, but the database is out of its reach. */
export const cutOff: Absence = {
  name: "cut-off",
  leave: (runner) => runner.link.cut(),
  comeBack: (runner) => runner.link.mend()
}

/** The runner of a turn is away until another one has continued it, and then completes it after all. */
export const away = (absence: Absence) =>
  Effect.fnUntraced(function* (cluster: Cluster, id: string) {
    const name = `${absence.name}-${id}`
    const thread = cluster.thread(name)
    yield* thread.run("before", `before ${name}`)
    const gate = yield* cluster.hold(name)
    const call = yield* Effect.forkChild(Effect.exit(thread.run(name, name, { ifInterrupted: "continue" })), {
      startImmediately: true
    })
    yield* gate.reached
    const runner = yield* cluster.runnerOf(name)
    absence.leave(runner)
    cluster.unhold(name)
    const { millis, value } = yield* timed(Fiber.join(call))
    // Its app-server completes the turn while the runner is away.
    yield* gate.release
    const threadId = Exit.isSuccess(value) ? value.value.threadId : ""
    const content = `SELECT md5(string_agg(encode(bytes, 'hex'), '' ORDER BY segment, chunk_offset)) AS hash FROM effect_codex_chunks WHERE thread_id = '${threadId}'`
    const before = yield* cluster.query(content)
    absence.comeBack(runner)
    // It has noticed that it lost its shards when it has them again, or others.
    yield* until(
      Effect.map(Effect.option(Effect.timeout(cluster.thread(`${name}-probe`).state, "2 seconds")), Option.isSome)
    )
    // The runner that came back can take this one, and lose its threads only then.
    const next = yield* Effect.exit(thread.run("after", `after ${name}`, { ifInterrupted: "continue" }))
    const input = JSON.stringify((yield* cluster.model.requests).at(-1)?.inputItems() ?? [])
    const stale = yield* cluster.query(
      `SELECT 1 FROM effect_codex_chunks WHERE thread_id = '${threadId}' AND position('late answer to ${name}' IN convert_from(bytes, 'UTF8')) > 0`
    )
    const problems = [
      ...(before.length === 1 ? [] : ["the thread is not stored"]),
      ...(Exit.isSuccess(next) ? [] : [`the next turn: ${outcomeOf(next)}`]),
      ...(stale.length === 0 ? [] : ["the runner that was away has stored its turn over the other"]),
      ...(Exit.isSuccess(value) && input.includes(Option.getOrElse(value.value.finalResponse, () => "?"))
        ? []
        : ["the next turn does not have the answer that was reported"])
    ]
    return { outcomes: [outcomeOf(value)], requests: yield* most(cluster, [name]), millis, problems } satisfies Measured
  })

/** All runners are replaced one after the other, by SIGTERM, while turns run without a pause. */
export const rolling = Effect.fnUntraced(function* (cluster: Cluster, id: string) {
  const threads = Array.from({ length: 9 }, (_, n) => `rolling-${id}-${n}`)
  const load = { isOver: false }
  const asked: Array<string> = []
  const outcomes: Array<string> = []
  const turns = Effect.forEach(
    threads,
    (name) =>
      Effect.gen(function* () {
        for (let n = 0; !load.isOver; n++) {
          const key = `${name}-turn-${n}`
          asked.push(key)
          outcomes.push(outcomeOf(yield* Effect.exit(cluster.thread(name).run(key, key))))
          yield* Effect.sleep("100 millis")
        }
      }),
    { concurrency: "unbounded", discard: true }
  )
  const running = yield* Effect.forkChild(turns, { startImmediately: true })
  const { millis } = yield* timed(
    Effect.forEach([...cluster.runners], (runner) =>
      Effect.gen(function* () {
        runner.signal("SIGTERM")
        yield* runner.exited
        yield* cluster.replace(runner)
      })
    )
  )
  load.isOver = true
  yield* Fiber.join(running)
  const lost = asked.length - outcomes.length
  return {
    outcomes,
    requests: yield* most(cluster, asked),
    millis,
    problems: lost === 0 ? [] : [`${lost} runs have no reply`]
  } satisfies Measured
})

/** A machine is lost with its home. Another one gets the same input from the store, and continues. */
export const lost = Effect.fnUntraced(function* (cluster: Cluster, id: string) {
  const name = `lost-${id}`
  const thread = cluster.thread(name)
  cluster.command(`${name} two`, "echo from-the-command")
  for (const turn of ["one", "two", "three"]) yield* thread.run(`${name} ${turn}`, `${name} ${turn}`)
  const before = (yield* cluster.model.requests).at(-1)?.inputItems() ?? []
  const runner = yield* cluster.runnerOf(name)
  yield* runner.kill
  rmSync(dirname(runner.home.codexHome), { recursive: true, force: true })
  const { millis, value } = yield* timed(Effect.exit(thread.run(`${name} four`, `${name} four`)))
  const after = (yield* cluster.model.requests).at(-1)?.inputItems() ?? []
  const isSame = (item: MockModel.JsonObject, index: number): boolean =>
    JSON.stringify(item) === JSON.stringify(after[index])
  yield* cluster.replace(runner, yield* cluster.makeHome)
  return {
    outcomes: [outcomeOf(value)],
    requests: yield* most(
      cluster,
      ["one", "two", "three", "four"].map((turn) => `${name} ${turn}`)
    ),
    millis,
    problems: before.length > 5 && before.every(isSame) ? [] : ["the input of the model is not the same"]
  } satisfies Measured
})

/** Reads the events of a thread from another process. A thread that moves meanwhile can leave its reader behind. */
export const events = Effect.fnUntraced(function* (cluster: Cluster, id: string) {
  const name = `events-${id}`
  const before = yield* cluster.runnerOf(name)
  const seen = yield* Effect.forkChild(Stream.runCollect(cluster.thread(name).events(name)), { startImmediately: true })
  const { millis, value } = yield* timed(Effect.exit(cluster.thread(name).run(name, name)))
  const read = yield* Effect.timeoutOption(Fiber.join(seen), "10 seconds")
  const methods = Option.getOrElse(read, () => []).map(({ method }) => method)
  const hasMoved = (yield* cluster.runnerOf(name)) !== before
  return {
    outcomes: [outcomeOf(value)],
    requests: yield* most(cluster, [name]),
    millis,
    problems: hasMoved || methods.at(-1) === "turn/completed" ? [] : [`the events are ${methods.join(", ")}`]
  } satisfies Measured
})
