/**
 * Runs several threads on one process, at most three at the same time, while other calls continue.
 *
 * Run with: npm run example -- 09
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option } from "effect"
import { Codex, Printable, Thread } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

const topics = ["layers", "fibers", "streams", "schedules", "schemas"]

// #region ask
/** Asks one question on a separate thread, which the server may unload afterwards. */
const ask = (topic: string) =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const thread = yield* Thread.scoped(codex.startThread({ ephemeral: true }))
    const result = yield* thread.run(`What are ${topic}? One sentence.`, { maxDuration: "2 minutes" })
    return `${topic}: ${Option.getOrElse(result.finalResponse, () => "(no answer)")}`
  }).pipe(Effect.scoped)

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const [answers, page] = yield* Effect.all(
    [Effect.forEach(topics, ask, { concurrency: 3 }), codex.listModels({ pageSize: 1 })],
    { concurrency: "unbounded" }
  )
  // In the order of the topics, not in the order of completion.
  yield* Effect.forEach(answers, (answer) => Console.log(Printable.text(answer)))
  yield* Console.log(`meanwhile: ${page.data.length} model listed`)
})
// #endregion

program.pipe(
  Effect.provide(
    Setup.layer({
      fallback: (request) => {
        const topic = topics.find((topic) => request.lastUserText?.includes(topic) === true)
        return MockModel.reply(`The embedded model knows of ${topic ?? "nothing"}.`)
      }
    })
  ),
  NodeRuntime.runMain
)
