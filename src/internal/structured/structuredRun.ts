/**
 * Runs turns whose answer is decoded with a schema: the first turn, and those that ask the model to correct its
 * answer.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { CodexError, type InvalidInput, InvalidOptions } from "../../CodexError.ts"
import type * as Input from "../../Input.ts"
import type { Options, StructuredResult } from "../../StructuredOutput.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import * as settings from "../settings.ts"
import type { ThreadTurns } from "../thread/threadTurns.ts"
import * as turnOptions from "../thread/threadTurnOptions.ts"
import * as turnKey from "../turn/turnKey.ts"
import { NoAnswer, type Reason, StructuredOutputInvalid } from "./structuredErrors.ts"
import { prepareWith, type Prepared } from "./structuredPrepare.ts"

/** Runs turns until an answer is valid: one turn, plus at most one for each allowed repair. */
export const run = Effect.fnUntraced(function* <A, E, RD, RE>(
  threadId: string,
  runTurn: ThreadTurns["run"],
  schema: Schema.ConstraintCodec<A, E, RD, RE>,
  input: Input.RunInput,
  given: Options = {}
): Effect.fn.Return<StructuredResult<A>, Failure | StructuredOutputInvalid, RD> {
  yield* Effect.mapError(settings.known(given, names), refuse)
  const { repair = 0, ...options } = given
  const { toCodecOpenAI } = yield* loadCodec
  const prepared = Result.mapError(prepareWith(toCodecOpenAI, schema), refuse)
  if (Result.isFailure(prepared)) return yield* prepared.failure
  if (!Number.isSafeInteger(repair) || repair < 0) {
    return yield* refuse(new InvalidOptions({ option: "repair", description: "expected an integer of 0 or more" }))
  }
  const { key } = options
  let withSchema: turnOptions.TurnOptions = { ...options, outputSchema: prepared.success.jsonSchema }
  const attempts: Array<TurnResult> = []
  for (let next = input; ;) {
    const result = yield* runTurn(next, withSchema)
    attempts.push(result)
    const answer = yield* Effect.result(read(prepared.success, result))
    if (Result.isSuccess(answer)) return { ...result, value: answer.success, attempts }
    const reason = answer.failure
    if (attempts.length > repair) {
      return yield* new StructuredOutputInvalid({ threadId, turnId: result.id, reason, result, attempts })
    }
    next = correction(reason)
    // A key names one input, so each correction has its own.
    if (key !== undefined) {
      const clientUserMessageId = turnKey.ofRepair(key, attempts.length)
      withSchema = { ...withSchema, key: undefined, params: { ...withSchema.params, clientUserMessageId } }
    }
  }
})

// internal

// Loaded on first use: nothing else that a thread does needs `effect/ai`, and loading it is a tenth of a cold start.
const loadCodec = Effect.promise(() => import("effect/ai/OpenAiStructuredOutput"))

const refuse = (reason: InvalidInput | InvalidOptions) => new CodexError({ method: "turn/start", reason })

const { outputSchema: _, ...turnNames } = turnOptions.names

const names: settings.Names<Options> = { ...turnNames, repair: true }

const read = <A, RD, RE>(prepared: Prepared<A, RD, RE>, result: TurnResult): Effect.Effect<A, Reason, RD> =>
  Option.match(result.finalResponse, { onNone: () => Effect.fail(new NoAnswer()), onSome: prepared.decode })

// The details may quote the answer, which the model wrote itself. They are truncated, so that they cannot fill its
// context.
const correction = (reason: Reason): string => {
  const problem =
    reason._tag === "DoesNotFit" ? `:\n${Redacted.value(reason.details).slice(0, 4000)}\n` : `: ${reason.message}. `
  return `Your last answer was invalid${problem}Answer again with only JSON that matches the schema.`
}
