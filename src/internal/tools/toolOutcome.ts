/**
 * Converts the outcome of a tool run to the answer that the model reads.
 *
 * Typed failures are meant for the model. Errors of `effect/ai` and defects are not, and are logged.
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { DynamicToolCallResponse } from "../../generated/types.ts"
import * as effectAi from "./effectAi.ts"
import type { ToolCodecs } from "./toolCodecs.ts"
import * as output from "./toolOutput.ts"

/** The result of a `Toolkit` for a call. */
export interface Handled {
  readonly result: unknown
  readonly encodedResult: unknown
  readonly modelOutput?: ReadonlyArray<Prompt.ToolModelOutputPart> | undefined
  readonly isFailure: boolean
  readonly failureOrigin?: Tool.FailureOrigin
  readonly preliminary: boolean
}

type Answer = Effect.Effect<DynamicToolCallResponse, never, unknown>

/** Returns the answer for a run that produced a result. */
export const ofResult = (name: string, codecs: ToolCodecs, handled: Option.Option<Handled>): Answer => {
  if (Option.isNone(handled)) return internal(name, Cause.die("the tool returned no result"))
  const { encodedResult, failureOrigin, isFailure, modelOutput, result } = handled.value
  // The tool was made with `failureMode: "return"`.
  if (isFailure) return ofFailure(name, codecs, result, failureOrigin ?? "result")
  if (modelOutput !== undefined) return Effect.succeed(output.parts(modelOutput))
  return Result.match(codecs.success(encodedResult), {
    onSuccess: (json) => Effect.succeed(output.success(json)),
    onFailure: (error) => internal(name, Cause.fail(error))
  })
}

/** Returns the answer for a run that failed. */
export const ofCause = (name: string, codecs: ToolCodecs, cause: Cause.Cause<unknown>): Answer => {
  const error = Cause.hasDies(cause) ? Option.none() : Cause.findErrorOption(cause)
  return Option.isNone(error)
    ? internal(name, cause)
    : ofFailure(name, codecs, error.value, Context.get(Cause.annotations(cause), effectAi.FailureOrigin))
}

// internal

const ofFailure = (name: string, codecs: ToolCodecs, error: unknown, origin: Tool.FailureOrigin): Answer => {
  if (effectAi.isAiError(error)) {
    return origin === "parameters" && error.reason._tag === "ToolParameterValidationError"
      ? Effect.succeed(output.invalidArguments(error.reason.description))
      : internal(name, Cause.fail(error))
  }
  return codecs.encodeFailure(error).pipe(
    Effect.flatMap((encoded) => Effect.fromResult(codecs.failure(encoded))),
    Effect.map(output.failure),
    Effect.catchCause((cause) => internal(name, cause))
  )
}

const internal = (name: string, cause: Cause.Cause<unknown>): Answer =>
  Effect.as(Effect.logError(`Tool ${name} failed.`, cause), output.internal())
