/**
 * The scoreboard of attacks: what hostile input is tried, and what must come out.
 *
 * Run with: npm run attacks                          (under two minutes)
 *           npm run attacks -- --only NAME --seed N  (one repetition)
 */
import { main } from "../scoreboard/run.ts"
import { modules } from "./scenarios.ts"

// Each repetition tries a whole list of inputs. The last of the same word counts, so the caller's comes after.
const argv = ["--repetitions", "5", ...process.argv.slice(2)]

await main({ name: "attacks", modules, argv })
