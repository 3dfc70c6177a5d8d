/**
 * Gets answers as typed values. The schema has a date, an optional field and a record. The model needs a second turn
 * to match it. Also shows an invalid answer, and a schema that strict mode does not support.
 *
 * Run with: npm run example -- 24
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Result, Schema } from "effect"
import { Codex, Printable, StructuredOutput } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

// #region schema
const Step = Schema.TaggedStruct("Step", { title: Schema.String, share: Schema.Finite })
const Pause = Schema.TaggedStruct("Pause", { hours: Schema.Finite })

const Plan = Schema.Struct({
  summary: Schema.String,
  begins: Schema.DateFromString,
  steps: Schema.Array(Schema.Union([Step, Pause])),
  owners: Schema.Record(Schema.String, Schema.String),
  remark: Schema.optionalKey(Schema.String)
})
// #endregion

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()

  // #region run
  const { attempts, value } = yield* thread.runAs(Plan, "Plan a safe roll-out of a feature flag.", { repair: 2 })
  yield* Console.log(`${Printable.line(value.summary)} It begins in ${value.begins.getUTCFullYear()}.`)
  yield* Console.log(`steps: ${value.steps.map((step) => step._tag).join(", ")}`)
  yield* Console.log(`owner of the flag: ${Printable.line(value.owners["flag"] ?? "no owner")}`)
  yield* Console.log(`turns: ${attempts.length}`)
  // #endregion

  // #region invalid
  yield* thread.runAs(Schema.Array(Schema.Finite), "And the shares, as numbers?").pipe(
    Effect.flatMap(({ value }) => Console.log(`shares: ${value.join(", ")}`)),
    // `answer` has the raw text. The message never includes it.
    Effect.catchTag("StructuredOutputInvalid", ({ message }) => Console.log(message))
  )
  // #endregion

  // #region prepare
  // This does not need Codex, so a test or the start of a program can check its schemas.
  const Loose = Schema.Struct({ name: Schema.String, data: Schema.Unknown })
  yield* Result.match(StructuredOutput.prepare(Loose), {
    onSuccess: () => Console.log("it can be asked for"),
    onFailure: ({ message }) => Console.log(message)
  })
  // #endregion
})

// The embedded model first answers with a step that has no share. After it is told so, it answers correctly.
const plan = (step: object) =>
  JSON.stringify({
    summary: "Step by step.",
    begins: "2030-01-01T00:00:00.000Z",
    steps: [step, { _tag: "Pause", hours: 24 }],
    owners: [{ 0: "flag", 1: "Ada" }],
    remark: null
  })

program.pipe(
  Effect.provide(
    Setup.layer({
      fallback: ({ lastUserText = "" }) => {
        if (lastUserText.startsWith("And")) return MockModel.reply("One, ten and a hundred percent.")
        const isRepair = lastUserText.startsWith("Your last answer")
        return MockModel.reply(plan({ _tag: "Step", title: "Switch it on", ...(isRepair ? { share: 1 } : {}) }))
      }
    })
  ),
  NodeRuntime.runMain
)
