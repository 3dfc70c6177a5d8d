/** Every benchmark, by the name that selects it. */
import type { Effect } from "effect"
import * as deltas from "./deltas.ts"
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
  memory: memory.run,
  turns: turns.run
}
