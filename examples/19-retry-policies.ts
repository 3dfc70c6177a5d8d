/**
 * Policies of retrying as values: `retryOnOverload` with others after it, with numbers of your own, without a trace in the conversation, and another
 * model when the first is overloaded.
 *
 * Run with: npm run example -- 19
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Context, Effect, ExecutionPlan, Layer, Option, Schedule, Stream } from "effect"
import { Codex, Printable, Retry, retryOnOverload, retryOnOverloadWith, type Thread, type Turn } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

// #region schedules
/** More patience than the default: six attempts, up to ten seconds between two. */
const patient = retryOnOverloadWith({ maxAttempts: 6, initialDelay: "50 millis", maxDelay: "10 seconds" })

/** The default, and then a few times more. `while` holds for both parts: it still repeats on overload only. */
const persistent = retryOnOverload.pipe(
  Schedule.concat(Schedule.spaced("100 millis").pipe(Schedule.upTo({ times: 5 }), Schedule.setInputType<unknown>())),
  Schedule.while(({ input }) => Retry.isOverload(input))
)

/** As long as both agree: overload only, and ten seconds in all. */
const limited = Schedule.max([patient, Schedule.during("10 seconds")])

/** Says that it tries again. */
const announced = patient.pipe(Schedule.tap(({ attempt }) => Console.log(`  attempt ${attempt} was refused`)))
// #endregion

// #region revert
/** An attempt that failed is a turn of the thread, with its prompt. This takes it out, so that the model reads the prompt but once. */
const runOnce = (thread: Thread.Thread, prompt: string) =>
  thread.run(prompt).pipe(
    Effect.tapErrorTag("TurnFailed", (error) =>
      // Overload, before anything had a side effect. Any other turn is kept: it may have done something.
      Retry.isOverload(error) ? thread.revert(error.result.id) : Effect.void
    ),
    Effect.retry(retryOnOverload)
  )
// #endregion

// #region plan
/** Which model a turn asks for: a service, so that a plan can provide it. */
class ChosenModel extends Context.Service<ChosenModel, { readonly name: string }>()("example/ChosenModel") {}

/** Two attempts with one model; when it stays overloaded, the other. */
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
  // The two that the server likes best.
  const [first = "", second = ""] = yield* codex.models().pipe(
    Stream.map(({ model }) => model),
    Stream.take(2),
    Stream.runCollect
  )
  const { name, result } = yield* withFallback("Hello, fallback.", first, second)
  yield* Console.log(`fallback: ${answer(result)} (the ${name === first ? "first" : "second"} model)`)
})

// Refused are the first attempt of each question, and the first two of the last.
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
