/** Every benchmark, by the name that selects it. */
import type { Effect } from "effect"
import * as bundle from "./bundle.ts"
import * as coldStart from "./coldStart.ts"
import * as deltas from "./deltas.ts"
import * as growth from "./growth.ts"
import * as imports from "./imports.ts"
import * as longLine from "./longLine.ts"
import type { Row, Size } from "./measure.ts"
import * as memory from "./memory.ts"
import * as roundTrips from "./roundTrips.ts"
import * as turns from "./turns.ts"

/** In the order of the table. */
export const benchmarks: { readonly [name: string]: (size: Size) => Effect.Effect<ReadonlyArray<Row>, unknown> } = {
  deltas: deltas.run,
  roundtrips: roundTrips.run,
  longline: longLine.run,
  imports: imports.run,
  bundle: bundle.run,
  start: coldStart.run,
  turns: turns.run,
  memory: memory.run,
  growth: growth.run
}
