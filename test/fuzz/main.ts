/**
 * Sends messages that are generated from the protocol's schemas to connections: valid, changed and truncated ones.
 *
 * Run with: npm run fuzz              (5,000 messages)
 *           npm run fuzz -- --long    (100,000 messages)
 *           npm run fuzz -- --seed N  (the messages of one connection)
 */
import { Effect } from "effect"
import { parseArgs } from "node:util"
import { perSession, run } from "./run.ts"

const { values } = parseArgs({
  options: { long: { type: "boolean" }, messages: { type: "string" }, seed: { type: "string" } }
})
const messages = Number(
  values.messages ?? (values.long === true ? 100_000 : values.seed === undefined ? 5000 : perSession)
)
const seed = Number(values.seed ?? 1)
if (!Number.isSafeInteger(messages) || !Number.isSafeInteger(seed))
  throw new Error("--messages and --seed take whole numbers")

const print = (line: string) => void process.stdout.write(`${line}\n`)
const from = performance.now()
const seconds = () => `${((performance.now() - from) / 1000).toFixed(0)} s`
const onSession = (sent: number) => {
  if (sent % 10_000 === 0) print(`${sent} messages, ${seconds()}`)
}
const { failure, sent } = await Effect.runPromise(run({ messages, seed, onSession }))
if (failure !== undefined) {
  print(failure)
  process.exitCode = 1
}
print(
  `${sent} messages in ${sent / perSession} connections from seed ${seed}, ${seconds()}: ${failure === undefined ? "no harm" : "harm"}`
)
