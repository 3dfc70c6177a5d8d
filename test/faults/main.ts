/**
 * The scoreboard of faults: faults of the process, the wire, the program and its load, and the expected outcomes.
 *
 * Run with: npm run faults                          (under four minutes)
 *           npm run faults -- --long                (an hour)
 *           npm run faults -- --only NAME --seed N  (one repetition)
 */
import { main } from "../scoreboard/run.ts"
import { modules } from "./modules.ts"

await main({ name: "faults", modules, argv: process.argv.slice(2) })
