/**
 * A scoreboard of scenarios that are wrong on purpose, as a program.
 */
import { main } from "../run.ts"

await main({ name: "wrong", modules: [import.meta.resolve("./scenarios.ts")], argv: process.argv.slice(2) })
