/**
 * Shows retry policies as values. They combine `retryOnOverload` with other schedules, use other numbers, remove
 * failed turns from the conversation, and change to another model if the first is overloaded.
 *
 * Run with: npm run example -- 19
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Context, Effect, ExecutionPlan, Layer, Option, Schedule, Stream } from "effect"
import { Codex, Printable, Retry, retryOnOverload, retryOnOverloadWith, type Thread, type Turn } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

// #region schedules
/** More attempts than the default: six, with pauses of up to 10 s. */
const patient = retryOnOverloadWith({ maxAttempts: 6, initialDelay: "50 millis", maxDelay: "10 seconds" })

/** The default, and then a few more attempts. `while` applies to both parts, so it still retries on overload only. */
const persistent = retryOnOverload.pipe(
  Schedule.concat(Schedule.spaced("100 millis").pipe(Schedule.upTo({ times: 5 }), Schedule.setInputType<unknown>())),
  Schedule.while(({ input }) => Retry.isOverload(input))
)

/** Retries while both schedules allow it: on overload only, and for at most 10 s in total. */
const limited = Schedule.max([patient, Schedule.during("10 seconds")])

/** Reports each retry. */
const announced = patient.pipe(Schedule.tap(({ attempt }) => Console.log(`  attempt ${attempt} was refused`)))
// #endregion

// #region revert
/**
 * A failed attempt leaves a turn on the thread, with its prompt. This removes that turn, so the model reads the
 * prompt only once.
 */
const runOnce = (thread: Thread.Thread, prompt: string) =>
  thread.run(prompt).pipe(
    Effect.tapErrorTag("TurnFailed", (error) =>
      // An overload before any side effect. Any other turn is kept, because it may have done something.
      Retry.isOverload(error) ? thread.revert(error.result.id) : Effect.void
    ),
    Effect.retry(retryOnOverload)
  )
// #endregion

// #region plan
/** The model that a turn asks for. It is a service, so that a plan can provide it. */
class ChosenModel extends Context.Service<ChosenModel, { readonly name: string }>()("example/ChosenModel") {}

/** Two attempts with one model, then the other model if the first is still overloaded. */
const planOf = (first: string, second: string) =>
  ExecutionPlan.make(
    {
      provide: Layer.succeed(ChosenModel, { name: first }),
      attempts: 2,
      while: Retry.isOverload,
      schedule: Schedule.spaced("50 millis")
    },
    { provide: Layer.succeed(ChosenModel, { name: second }) }
  )

const ask = Effect.fnUntraced(function* (question: string) {
  const codex = yield* Codex.Codex
  const { name } = yield* ChosenModel
  const thread = yield* codex.startThread({ model: name })
  const result = yield* thread.run(question)
  return { name, result }
})

const withFallback = (question: string, first: string, second: string) =>
  ask(question).pipe(Effect.withExecutionPlan(planOf(first, second)))
// #endregion

const answer = ({ finalResponse }: Turn.TurnResult) =>
  Printable.text(Option.getOrElse(finalResponse, () => "(no answer)"))

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const policies = [
    ["announced", announced],
    ["persistent", persistent],
    ["limited", limited]
  ] as const
  for (const [name, policy] of policies) {
    const result = yield* thread.run(`Hello, ${name}.`).pipe(Effect.retry(policy))
    yield* Console.log(`${name}: ${answer(result)}`)
  }
  const once = yield* codex.startThread()
  yield* Console.log(`reverted: ${answer(yield* runOnce(once, "Hello, reverted."))}`)
  yield* Console.log(`turns: ${(yield* Stream.runCollect(once.history())).length}`)
  // The first two models in the server's order of preference.
  const [first = "", second = ""] = yield* codex.models().pipe(
    Stream.map(({ model }) => model),
    Stream.take(2),
    Stream.runCollect
  )
  const { name, result } = yield* withFallback("Hello, fallback.", first, second)
  yield* Console.log(`fallback: ${answer(result)} (the ${name === first ? "first" : "second"} model)`)
})

// The first attempt of each question is rejected, and the first two of the last question.
const attempts = new Map<string, number>()

program.pipe(
  Effect.provide(
    Setup.layer({
      fallback: ({ lastUserText: question = "" }) => {
        const attempt = (attempts.get(question) ?? 0) + 1
        attempts.set(question, attempt)
        return attempt <= (question === "Hello, fallback." ? 2 : 1)
          ? MockModel.failed({ code: "server_is_overloaded", message: "busy" })
          : MockModel.reply(`hello at attempt ${attempt}`)
      }
    })
  ),
  NodeRuntime.runMain
)
