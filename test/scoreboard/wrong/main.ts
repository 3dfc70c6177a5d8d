/**
 * A scoreboard of scenarios that are made to be wrong, as a program.
 */
import { main } from "../run.ts"

await main({ name: "wrong", modules: [import.meta.resolve("./scenarios.ts")], argv: process.argv.slice(2) })
