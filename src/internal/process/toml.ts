/**
 * Writes Codex configuration as `key=value` lines: an object flattened to dotted keys with TOML values.
 *
 * A line is a `-c` override, and several lines are a document. This module does not parse TOML.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { InvalidOptions } from "../../CodexError.ts"

/** A value that TOML can represent. `undefined` omits a key. */
export type ConfigValue = string | number | boolean | ReadonlyArray<ConfigValue> | ConfigObject

/** A table of the configuration. */
export interface ConfigObject {
  readonly [key: string]: ConfigValue | undefined
}

const bareKey = /^[A-Za-z0-9_-]+$/

const isTable = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)

const invalid = (path: string, description: string) => new InvalidOptions({ option: path, description })

// JSON string syntax is valid TOML, except for DEL, which TOML requires escaped, and lone surrogates, which it cannot
// represent.
const quote = (text: string): string => JSON.stringify(text.toWellFormed()).replaceAll("\u007f", "\\u007f")

const key = (name: string): string => (bareKey.test(name) ? name : quote(name))

const value = (input: unknown, path: string, within: ReadonlyArray<unknown>): string => {
  switch (typeof input) {
    case "string":
      return quote(input)
    case "boolean":
      return String(input)
    case "number":
      if (!Number.isFinite(input)) throw invalid(path, "expected a finite number")
      // TOML integers have 64 bits. With an exponent the number is a float.
      return Math.abs(input) < 2 ** 63 ? String(input) : input.toExponential()
  }
  if (within.includes(input)) throw invalid(path, "circular reference")
  const inside = [...within, input]
  if (Array.isArray(input)) {
    return `[${Array.from(input, (item, index) => value(item, `${path}[${index}]`, inside)).join(", ")}]`
  }
  if (Redacted.isRedacted(input)) {
    throw invalid(
      path,
      "must not be a secret, since every user can read process arguments; name an environment variable (`env_key`) instead"
    )
  }
  if (!isTable(input)) throw invalid(path, "expected a string, a finite number, a boolean, an array or a table")
  const entries = Object.entries(input).filter(([, item]) => item !== undefined)
  return `{${entries.map(([name, item]) => `${key(name)} = ${value(item, `${path}.${name}`, inside)}`).join(", ")}}`
}

// Codex splits the key of an override at every dot and does not support quotes there. A table with other keys is
// therefore written as an inline table.
const flatten = (
  input: { readonly [key: string]: unknown },
  prefix: string,
  within: ReadonlyArray<unknown>
): Array<string> =>
  Object.entries(input).flatMap(([name, item]) => {
    if (item === undefined) return []
    const path = prefix === "" ? name : `${prefix}.${name}`
    if (prefix === "" && !bareKey.test(name))
      throw invalid(`config.${path}`, 'top-level keys may contain only letters, digits, "_" and "-"')
    if (within.includes(item)) throw invalid(`config.${path}`, "circular reference")
    return isTable(item) && Object.keys(item).length > 0 && Object.keys(item).every((inner) => bareKey.test(inner))
      ? flatten(item, path, [...within, item])
      : [`${path}=${value(item, `config.${path}`, within)}`]
  })

/**
 * Returns the lines for a configuration object, in its order: `model="x"`, `features.goals=true`. Throws
 * `InvalidOptions`.
 */
export const lines = (config: ConfigObject): ReadonlyArray<string> => {
  if (!isTable(config)) throw invalid("config", "expected an object")
  return flatten(config, "", [config])
}

/** Does the same, with `InvalidOptions` as a typed failure. */
export const overrides = (config: ConfigObject): Effect.Effect<ReadonlyArray<string>, InvalidOptions> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(lines(config))
    } catch (error) {
      return error instanceof InvalidOptions ? Effect.fail(error) : Effect.die(error)
    }
  })
