/**
 * Checks of options that types can't express, or that JavaScript gets past: names that nobody reads, and values that make no sense. They fail
 * before anything is started or sent, naming the option and never its value.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { InvalidOptions } from "../CodexError.ts"
import { nearestName } from "./nearestName.ts"

const invalid = (option: string, description: string) => Effect.fail(refusal(option, description))

const refusal = (option: string, description: string) => new InvalidOptions({ option, description })

/** The names of all options of a type. Written down beside the type: a list that has lost one doesn't compile. */
export type Names<Options> = { readonly [Name in keyof Options]-?: true }

/**
 * What is wrong with options that are no object, or that have one that nobody would read: a misspelt limit or sandbox would be lost without a
 * word. `undefined` says nothing, under any name.
 */
export const unknownOption = (
  options: unknown,
  names: { readonly [name: string]: true },
  /** The option that holds these, where they are nested. */
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

/** Refuses such options. */
export const known = (...check: Parameters<typeof unknownOption>): Effect.Effect<void, InvalidOptions> => {
  const fault = unknownOption(...check)
  return fault === undefined ? Effect.void : Effect.fail(fault)
}

/** Those of the options that have these names: for who hands parts of them on. */
export const pick = <Name extends string, Options extends { readonly [K in Name]?: unknown }>(
  options: Options,
  names: { readonly [K in Name]: true }
): Pick<Options, Name> => {
  const entries = Object.entries(options).filter(([name]) => Object.hasOwn(names, name))
  // Type boundary: what is left has the names that were asked for, and their values.
  return Object.fromEntries(entries) as Pick<Options, Name>
}

/** The names but for these: the keys of protocol params without those that the SDK fills in. */
export const without = <Names extends { readonly [name: string]: true }, Name extends keyof Names & string>(
  names: Names,
  ...left: ReadonlyArray<Name>
): Omit<Names, Name> & { readonly [name: string]: true } => {
  const entries = Object.entries(names).filter(([name]) => !left.some((each) => each === name))
  // Type boundary: what is left has all names but those.
  return Object.fromEntries(entries) as Omit<Names, Name> & { readonly [name: string]: true }
}

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
  if (Option.isNone(parsed) || Number.isNaN(input)) return invalid(option, 'expected a duration, such as "30 seconds"')
  if (Duration.isNegative(parsed.value)) return invalid(option, "must be 0 or more")
  if (!Duration.isFinite(parsed.value) && settings.allowInfinite !== true) return invalid(option, "must be finite")
  if (Duration.isZero(parsed.value) && settings.allowZero !== true) return invalid(option, "must be greater than 0")
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
    : invalid(option, "expected an integer of 1 or more")
}

/** One of a few words. */
export const oneOf = <Word extends string>(
  option: string,
  input: Word | undefined,
  words: ReadonlyArray<Word>
): Effect.Effect<Word | undefined, InvalidOptions> =>
  input === undefined || words.includes(input)
    ? Effect.succeed(input)
    : invalid(option, `expected one of ${words.map((word) => `"${word}"`).join(", ")}`)

/** A text with something in it. */
export const text = (option: string, input: string | undefined): Effect.Effect<string | undefined, InvalidOptions> => {
  if (input !== undefined && (typeof input !== "string" || input.trim() === "")) {
    return invalid(option, typeof input === "string" ? "must not be empty" : "expected a string")
  }
  return input?.includes("\0") === true ? invalid(option, "must not contain NUL characters") : Effect.succeed(input)
}

// internal

// A name can be anything in JavaScript, and messages stay short.
const shown = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name)

/** Options of `@openai/codex-sdk`, and what does the same here. */
const otherSdk: { readonly [name: string]: string } = {
  additionalDirectories: "use `Sandbox.workspaceWrite` as `sandbox` of a turn",
  apiKey: "use `codex.ensureLoggedIn(Account.withApiKey())`, which saves the key in the Codex home",
  approvalPolicy: "use `approvalMode`",
  baseUrl: 'use `config: { openai_base_url: "…" }`',
  codexPathOverride: "use `executable`",
  modelReasoningEffort: "use `effort` of a turn",
  networkAccessEnabled: "use `Sandbox.workspaceWrite` as `sandbox` of a turn",
  sandboxMode: "use `sandbox`",
  signal: "interrupt the turn instead: `Effect.runPromise(program, { signal })`",
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
