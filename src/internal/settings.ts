/**
 * Checks options beyond what types can express, or that JavaScript programs bypass: unknown names and invalid values.
 *
 * The checks fail before anything is started or sent. The error contains the name of the option and never its value.
 */
import * as ByteSize from "effect/ByteSize"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { InvalidOptions } from "../CodexError.ts"
import { nearestName } from "./nearestName.ts"

const invalid = (option: string, description: string) => Effect.fail(refusal(option, description))

const refusal = (option: string, description: string) => new InvalidOptions({ option, description })

/** The names of all options of a type. The type ensures that the list is complete. */
export type Names<Options> = { readonly [Name in keyof Options]-?: true }

/**
 * Returns the problem with options that are not an object, or that have an unknown name.
 *
 * A misspelled limit or sandbox would otherwise be ignored silently. A property with the value `undefined` is allowed
 * under any name.
 */
export const unknownOption = (
  options: unknown,
  names: { readonly [name: string]: true },
  /** The option that contains these options, if they are nested. */
  within?: string
): InvalidOptions | undefined => {
  if (options === undefined) return undefined
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    return refusal(within ?? "options", "expected an object")
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(names, name)) continue
    return refusal(within === undefined ? shown(name) : `${within}.${shown(name)}`, unknownName(name, names))
  }
  return undefined
}

/** Fails for such options. */
export const known = (...check: Parameters<typeof unknownOption>): Effect.Effect<void, InvalidOptions> => {
  const problem = unknownOption(...check)
  return problem === undefined ? Effect.void : Effect.fail(problem)
}

/** Selects the options with these names, to pass them on. */
export const pick = <Name extends string, Options extends { readonly [K in Name]?: unknown }>(
  options: Options,
  names: { readonly [K in Name]: true }
): Pick<Options, Name> => {
  const entries = Object.entries(options).filter(([name]) => Object.hasOwn(names, name))
  // Type boundary: the remaining properties have the selected names, and their values.
  return Object.fromEntries(entries) as Pick<Options, Name>
}

/** Returns the names except these: the keys of protocol params without those that the SDK fills in. */
export const without = <Names extends { readonly [name: string]: true }, Name extends keyof Names & string>(
  names: Names,
  ...left: ReadonlyArray<Name>
): Omit<Names, Name> & { readonly [name: string]: true } => {
  const entries = Object.entries(names).filter(([name]) => !left.some((each) => each === name))
  // Type boundary: the result has all names except these.
  return Object.fromEntries(entries) as Omit<Names, Name> & { readonly [name: string]: true }
}

/** What a duration may be, in addition to a finite one of more than zero. */
interface Allowed {
  readonly allowInfinite?: boolean
  readonly allowZero?: boolean
}

/** Parses a duration, with millisecond precision. */
export const parseDuration = (
  option: string,
  input: Duration.Input,
  settings: Allowed = {}
): Result.Result<Duration.Duration, InvalidOptions> => {
  const problem = (description: string) => Result.fail(refusal(option, description))
  const parsed = Duration.fromInput(input)
  // Effect reads NaN as zero.
  if (Option.isNone(parsed) || Number.isNaN(input)) return problem('expected a duration, such as "30 seconds"')
  if (Duration.isNegative(parsed.value)) return problem("must be 0 or more")
  if (!Duration.isFinite(parsed.value) && settings.allowInfinite !== true) return problem("must be finite")
  if (Duration.isZero(parsed.value) && settings.allowZero !== true) return problem("must be greater than 0")
  return Result.succeed(parsed.value)
}

/** Parses a duration that has a default. */
export const readDuration = (
  option: string,
  input: Duration.Input | undefined,
  defaultValue: Duration.Duration,
  settings?: Allowed
): Result.Result<Duration.Duration, InvalidOptions> =>
  input === undefined ? Result.succeed(defaultValue) : parseDuration(option, input, settings)

/** Parses a duration that has a default, as an effect. */
export const duration = (...input: Parameters<typeof readDuration>): Effect.Effect<Duration.Duration, InvalidOptions> =>
  Effect.fromResult(readDuration(...input))

/** Checks a whole number of at least 1. `Infinity` requires `allowInfinite`. */
export const readCount = (
  option: string,
  input: number | undefined,
  defaultValue: number,
  settings: { readonly allowInfinite?: boolean } = {}
): Result.Result<number, InvalidOptions> => {
  if (input === undefined) return Result.succeed(defaultValue)
  if (input === Number.POSITIVE_INFINITY && settings.allowInfinite === true) return Result.succeed(input)
  return Number.isSafeInteger(input) && input >= 1
    ? Result.succeed(input)
    : Result.fail(refusal(option, "expected an integer of 1 or more"))
}

/** Checks a whole number of at least 1, as an effect. */
export const count = (...input: Parameters<typeof readCount>): Effect.Effect<number, InvalidOptions> =>
  Effect.fromResult(readCount(...input))

/** Returns a checked option to a function that is not an effect. Throws a `RangeError` that names the function. */
export const orThrow = <A>(where: string, checked: Result.Result<A, InvalidOptions>): A => {
  if (Result.isFailure(checked)) throw new RangeError(`${where}: ${checked.failure.message}`)
  return checked.success
}

/** Checks a size of at least 1 byte, and returns it in bytes. */
export const bytes = (
  option: string,
  input: ByteSize.Input | undefined,
  defaultValue: number
): Effect.Effect<number, InvalidOptions> => {
  if (input === undefined) return Effect.succeed(defaultValue)
  const size = Option.flatMap(ByteSize.fromInput(input), ByteSize.toNumber)
  return Option.isSome(size) && size.value >= 1
    ? Effect.succeed(size.value)
    : invalid(option, 'expected a size of 1 byte or more, such as "64 MiB"')
}

/** Checks that a value is one of a few strings. */
export const oneOf = <Word extends string>(
  option: string,
  input: Word | undefined,
  words: ReadonlyArray<Word>
): Effect.Effect<Word | undefined, InvalidOptions> =>
  input === undefined || words.includes(input)
    ? Effect.succeed(input)
    : invalid(option, `expected one of ${words.map((word) => `"${word}"`).join(", ")}`)

/** Checks a string that must not be blank. */
export const text = (option: string, input: string | undefined): Effect.Effect<string | undefined, InvalidOptions> => {
  if (input !== undefined && (typeof input !== "string" || input.trim() === "")) {
    return invalid(option, typeof input === "string" ? "must not be empty" : "expected a string")
  }
  return input?.includes("\0") === true ? invalid(option, "must not contain NUL characters") : Effect.succeed(input)
}

// internal

// In JavaScript, a name can be any string, and messages should stay short.
const shown = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name)

/** Options of `@openai/codex-sdk` and of the protocol, and their equivalents in this package. */
const otherSdk: { readonly [name: string]: string } = {
  additionalDirectories: "use `Sandbox.workspaceWrite` as `sandbox` of a turn",
  apiKey: "use `codex.ensureLoggedIn(Account.withApiKey())`, which saves the key in the Codex home",
  approvalPolicy: "use `approvalMode`",
  baseUrl: 'use `config: { openai_base_url: "…" }`',
  codexPathOverride: "use `executable`",
  limit: "use `pageSize` for a page, or `Stream.take` for fewer elements",
  modelReasoningEffort: "use `effort` of a turn",
  networkAccessEnabled: "use `Sandbox.workspaceWrite` as `sandbox` of a turn",
  sandboxMode: "use `sandbox`",
  signal: "use interruption, such as `Effect.runPromise(program, { signal })`",
  skipGitRepoCheck: "omit it, since the app-server does not check for a repository",
  webSearchEnabled: 'use `config: { web_search: "…" }`',
  webSearchMode: 'use `config: { web_search: "…" }`',
  workingDirectory: "use `cwd`"
}

const unknownName = (name: string, names: { readonly [name: string]: true }): string => {
  const all = Object.keys(names)
  const elsewhere = Object.hasOwn(otherSdk, name) ? otherSdk[name] : undefined
  if (elsewhere !== undefined) return `unknown option; ${elsewhere}`
  const near = nearestName(name, all)
  return near === undefined
    ? `unknown option; expected one of ${all.map((each) => `\`${each}\``).join(", ")}`
    : `unknown option; did you mean \`${near}\`?`
}
