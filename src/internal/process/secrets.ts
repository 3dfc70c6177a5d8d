/**
 * Which of the values that a process is given must not be shown: those given as `Redacted`, and those whose names say so. Masking them is
 * `stderrTail.ts`.
 */
import * as Redacted from "effect/Redacted"
import type { Variables } from "./environment.ts"

const secretName = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH|BEARER/i

// Shorter values are words of everyday, and masking them would hide everything else.
const isSecret = (name: string, value: string): boolean => secretName.test(name) && value.length >= 8

/** The secret values among variables. */
export const inVariables = (variables: Variables): ReadonlyArray<string> =>
  Object.entries(variables).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (Redacted.isRedacted(value)) return [Redacted.value(value)]
    return isSecret(name, value) ? [value] : []
  })

/** The secret values in a configuration; everything below a telling name counts. Names of variables (`env_key`) are no secrets. */
export const inConfig = (config: unknown, name = ""): ReadonlyArray<string> => {
  if (typeof config === "string") return isSecret(name, config) ? [config] : []
  if (typeof config !== "object" || config === null) return []
  return Object.entries(config).flatMap(([key, value]) =>
    inConfig(value, key.startsWith("env_") ? "" : secretName.test(name) || Array.isArray(config) ? name : key)
  )
}
