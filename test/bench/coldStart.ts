/**
 * From the start of a process to the end of the handshake on the real binary, compared with the start of a process that
 * only imports the same modules of Effect. Each run is a separate process.
 */
import { Effect } from "effect"
import * as Raw from "../support/rawDriver.ts"
import { built } from "./builtPackage.ts"
import { median, type Row, type Size } from "./measure.ts"
import * as nodeProcess from "./nodeProcess.ts"

/** Milliseconds since the process started, including Node's own start. */
export const run = (size: Size): Effect.Effect<ReadonlyArray<Row>> =>
  Effect.gen(function* () {
    const { entry, what } = built()
    const home = yield* Effect.acquireRelease(
      Effect.sync(() => Raw.makeHome("")),
      ({ remove }) => Effect.sync(remove)
    )
    const options = JSON.stringify({ cwd: home.workspace, env: home.env })
    const file = (how: How) => (how === "modules" ? entry("Codex") : entry("index"))
    const start = (how: How, upTo: "effect" | "handshake") =>
      Effect.map(
        nodeProcess.run("./coldStartProcess.ts", [how, upTo, file(how), options]),
        // Type boundary: the process prints these two.
        (found) => found as readonly [millis: number, cpu: number]
      )
    const compare = (how: How) =>
      Effect.gen(function* () {
        const rounds: Array<{ readonly [side in "effect" | "whole"]: readonly [millis: number, cpu: number] }> = []
        // The first round finds the files outside of the cache of the system.
        for (let round = -size.warmup; round < size.rounds; round++) {
          const pair = { effect: yield* start(how, "effect"), whole: yield* start(how, "handshake") }
          if (round >= 0) rounds.push(pair)
        }
        const middle = (of: (round: (typeof rounds)[number]) => number) => median(rounds.map(of))
        const over = middle(({ effect, whole }) => whole[0] - effect[0])
        const cpu = middle(({ effect, whole }) => whole[1] - effect[1])
        return {
          unit: "ms",
          value: middle(({ whole }) => whole[0]),
          floor: middle(({ effect }) => effect[0]),
          ratio: middle(({ effect, whole }) => whole[0] / effect[0]),
          cpu: middle(({ effect, whole }) => whole[1] / effect[1]),
          note: `${what}; adds ${over.toFixed(0)} ms, of processor time ${cpu.toFixed(0)} ms`
        }
      })
    const barrels = yield* compare("barrels")
    const modules = yield* compare("modules")
    return [
      { name: "cold start to the handshake, barrels", target: { of: "difference", atMost: 100 }, ...barrels },
      { name: "cold start to the handshake, modules", target: { of: "difference", atMost: 100 }, ...modules }
    ] satisfies ReadonlyArray<Row>
  }).pipe(Effect.scoped)

/** How the program imports: `effect`, or `effect/Effect` and so on. */
export type How = "barrels" | "modules"
