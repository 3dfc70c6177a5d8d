/**
 * Checks of option values that types can't express. What makes no sense fails when a layer is built, naming the option and never its value.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { InvalidOptions } from "../CodexError.ts"

const invalid = (option: string, description: string) => Effect.fail(new InvalidOptions({ option, description }))

/** A duration over zero, in milliseconds' precision; `"Infinity"` only where `allowInfinite`. */
export const duration = (
  option: string,
  input: Duration.Input | undefined,
  defaultValue: Duration.Duration,
  settings: { readonly allowInfinite?: boolean; readonly allowZero?: boolean } = {}
): Effect.Effect<Duration.Duration, InvalidOptions> => {
  if (input === undefined) return Effect.succeed(defaultValue)
  const parsed = Duration.fromInput(input)
  // Effect reads NaN as zero.
  if (Option.isNone(parsed) || Number.isNaN(input))
    return invalid(option, 'it is no duration; write for example "30 seconds"')
  if (Duration.isNegative(parsed.value)) return invalid(option, "it must not be negative")
  if (!Duration.isFinite(parsed.value) && settings.allowInfinite !== true) return invalid(option, "it must be finite")
  if (Duration.isZero(parsed.value) && settings.allowZero !== true) return invalid(option, "it must be more than zero")
  return Effect.succeed(parsed.value)
}

/** A whole number of at least one; `Infinity` only where `allowInfinite`. */
export const count = (
  option: string,
  input: number | undefined,
  defaultValue: number,
  settings: { readonly allowInfinite?: boolean } = {}
): Effect.Effect<number, InvalidOptions> => {
  if (input === undefined) return Effect.succeed(defaultValue)
  if (input === Number.POSITIVE_INFINITY && settings.allowInfinite === true) return Effect.succeed(input)
  return Number.isSafeInteger(input) && input >= 1
    ? Effect.succeed(input)
    : invalid(option, "it must be a whole number of at least 1")
}

/** A text with something in it. */
export const text = (option: string, input: string | undefined): Effect.Effect<string | undefined, InvalidOptions> => {
  if (input !== undefined && (typeof input !== "string" || input.trim() === "")) {
    return invalid(option, "it must not be empty")
  }
  return input?.includes("\0") === true ? invalid(option, "it contains a NUL character") : Effect.succeed(input)
}
