/**
 * A soak: many turns on one real process, in batches, with both processes measured between the batches.
 *
 * It neither judges nor prints: `measures.ts` and `report.ts` do.
 */
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Logger } from "effect"
import { spawn } from "node:child_process"
import { availableParallelism } from "node:os"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { median } from "../bench/measure.ts"
import * as plan from "./plan.ts"
import { countFibers, cpuOf, descriptorsOf, type Fibers, memoryOf, ownPid, rest, type Sample } from "./sample.ts"
import * as turns from "./turns.ts"

export interface Options {
  readonly turns: number
  readonly threads: number
  readonly seed: number
  /** Called after each batch. */
  readonly onSample?: ((sample: Sample) => Effect.Effect<void>) | undefined
}

export interface Outcome {
  /** How many turns of each kind ran. */
  readonly counts: ReadonlyMap<plan.Kind, number>
  /** The turns that had another outcome than planned. */
  readonly wrong: ReadonlyArray<turns.Ran>
  readonly samples: ReadonlyArray<Sample>
  /** What the server says of itself. */
  readonly server: string
}

/** At most so many samples are taken. */
const samplesAtMost = 100

export const run = (options: Options): Effect.Effect<Outcome, unknown> => {
  const fibers = countFibers()
  return Effect.gen(function* () {
    const served = yield* model
    return yield* Effect.provide(soak(options, fibers, served.pid), layer(served.baseUrl))
  }).pipe(
    Effect.scoped,
    // What a failed or interrupted turn logs is planned.
    Effect.provide(Logger.layer([])),
    Effect.provideContext(fibers.context)
  )
}

// internal

const soak = Effect.fnUntraced(function* (options: Options, fibers: Fibers, modelPid: number) {
  const server = yield* AppServer.AppServer
  const { metadata } = yield* Codex.Codex
  const slots = turns.slots(options.threads)
  const planned = plan.make(plan.seeded(options.seed), options.turns)
  const size = Math.max(options.threads, Math.ceil(options.turns / samplesAtMost))
  // Counts only: a list of ten thousand turns would be growth of its own.
  const counts = new Map<plan.Kind, number>()
  const wrong: Array<turns.Ran> = []
  let count = 0
  const start = performance.now()
  const samples: Array<Sample> = []
  for (let at = 0; at < planned.length; at += size) {
    const before = cpus(server.pid, modelPid)
    const began = performance.now()
    const batch = yield* runBatch(slots, planned.slice(at, at + size))
    const wall = performance.now() - began
    const after = cpus(server.pid, modelPid)
    const share = (after.all - before.all) / (wall * availableParallelism())
    count += batch.length
    for (const turn of batch) {
      counts.set(turn.kind, (counts.get(turn.kind) ?? 0) + 1)
      if (turn.wrong !== undefined) wrong.push(turn)
    }
    yield* rest
    const took = batch.map((turn) => turn.took).sort((a, b) => a - b)
    const sample: Sample = {
      turns: count,
      seconds: (performance.now() - start) / 1000,
      heap: process.memoryUsage().heapUsed,
      memory: memoryOf(ownPid),
      serverMemory: memoryOf(server.pid),
      descriptors: descriptorsOf(ownPid),
      serverDescriptors: descriptorsOf(server.pid),
      fibers: fibers.running(),
      cpu: (after.own - before.own) / batch.length,
      serverCpu: (after.server - before.server) / batch.length,
      latency: median(took),
      latencyAlone: median(took) * share,
      latency95: took[Math.floor(took.length * 0.95)] ?? Number.NaN
    }
    samples.push(sample)
    if (options.onSample !== undefined) yield* options.onSample(sample)
  }
  return { counts, wrong, samples, server: metadata.version }
})

/** Processor times so far. */
const cpus = (serverPid: number, modelPid: number) => {
  const { system, user } = process.cpuUsage()
  const own = (system + user) / 1000
  const server = cpuOf(serverPid)
  return { own, server, all: own + server + cpuOf(modelPid) }
}

/** Each slot runs its share of a batch, one turn after another, and all slots run at once. */
const runBatch = (slots: ReadonlyArray<turns.Slot>, batch: ReadonlyArray<plan.Planned>) =>
  Effect.map(
    Effect.forEach(
      slots,
      (slot, index) =>
        Effect.forEach(
          batch.filter((_, at) => at % slots.length === index),
          (planned) => turns.run(slot, planned)
        ),
      { concurrency: "unbounded" }
    ),
    (shares) => shares.flat()
  )

/** The model's process, which ends when the scope does; its base URL. */
const model = Effect.acquireRelease(
  Effect.callback<{ readonly baseUrl: string; readonly pid: number; readonly end: () => void }>((resume) => {
    const file = fileURLToPath(new URL("modelProcess.ts", import.meta.url))
    const child = spawn(process.execPath, ["--conditions=effect-codex/source", file], {
      stdio: ["pipe", "pipe", "inherit"]
    })
    createInterface(child.stdout).once("line", (baseUrl) =>
      resume(Effect.succeed({ baseUrl, pid: child.pid ?? 0, end: () => void child.stdin.end() }))
    )
    child.once("error", (error) => resume(Effect.die(error)))
  }),
  ({ end }) => Effect.sync(end)
)

const layer = (baseUrl: string) =>
  Layer.unwrap(
    Effect.map(CodexTest.makeHome(MockModel.configToml(baseUrl)), ({ env, workspace }) =>
      Codex.layer({ cwd: workspace, env, inheritEnv: false, serverRequests: turns.serverRequests })
    )
  ).pipe(Layer.provideMerge(turns.ToolHandlers), Layer.provideMerge(NodeServices.layer))
