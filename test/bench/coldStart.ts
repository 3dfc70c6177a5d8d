/**
 * From the start of a process to the end of the handshake on the real binary, over the start of a process that only
 * imports the same modules of Effect. Each run is a process of its own.
 */
import { Effect } from "effect"
import * as Raw from "../support/rawDriver.ts"
import { built } from "./builtPackage.ts"
import { median, type Row, type Size } from "./measure.ts"
import * as nodeProcess from "./nodeProcess.ts"

/** Milliseconds since the process began, Node's own start included. */
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
      Effect.map(nodeProcess.run("./coldStartProcess.ts", [how, upTo, file(how), options]), Number)
    const compare = (how: How) =>
      Effect.gen(function* () {
        const rounds: Array<readonly [number, number]> = []
        for (let round = 0; round <= size.rounds; round++) {
          const pair = [yield* start(how, "effect"), yield* start(how, "handshake")] as const
          // The first round finds the binary outside of the cache of files.
          if (round > 0 || size.rounds === 0) rounds.push(pair)
        }
        const value = median(rounds.map(([, whole]) => whole))
        const floor = median(rounds.map(([effect]) => effect))
        const over = median(rounds.map(([effect, whole]) => whole - effect))
        return { unit: "ms", value, floor, ratio: value / floor, note: `${what}; adds ${over.toFixed(0)} ms` }
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
