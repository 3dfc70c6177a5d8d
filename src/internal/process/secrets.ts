/**
 * Determines which values of a process are secret.
 *
 * These are values passed as `Redacted`, values whose names suggest it, and passwords in addresses. `mask.ts` masks
 * them, and `shellPolicy.ts` withholds them from the commands of the model.
 */
import * as Redacted from "effect/Redacted"
import type { Variables } from "./environment.ts"

// Names of this kind hold nothing but a secret, so even a short value is one.
const plainName = /PASSW|PASSPHRASE|SECRET|BEARER|(?:^|[_.-])PASS$|[_.-]PWD$/i
// AUTHOR and AUTHORITY do not count as AUTH, but AUTHORIZATION does.
const tellingName =
  /KEY|TOKEN|SECRET|PASSW|PHRASE|CREDENTIAL|AUTH(?!OR(?!I[SZ]))|BEARER|COOKIE|PRIVATE|(?:^|[_.-])(?:PASS|PAT|DSN|JWT|PSK|SESSION)$|[_.-]PWD$/i
// Paths and addresses of agents that keep the secrets themselves.
const harmlessNames: ReadonlySet<string> = new Set(["SSH_AUTH_SOCK", "DESKTOP_SESSION", "KEYBOARD", "XKB_KEYMAP"])

/** Whether the name of a variable or a setting suggests that its value is secret. */
export const isTelling = (name: string): boolean => tellingName.test(name) && !harmlessNames.has(name.toUpperCase())

// Shorter values are everyday words, and masking them would hide other text.
const minLength = 8
const minPlainLength = 4
const everydayWords: ReadonlySet<string> = new Set(["true", "false", "none", "null", "undefined", "disabled"])

const isSecret = (name: string, value: string): boolean =>
  isTelling(name) &&
  value.length >= (plainName.test(name) ? minPlainLength : minLength) &&
  !everydayWords.has(value.toLowerCase())

// Up to the last @ before the path, because a password may contain one. `[^…]*` ends at the first colon, so nothing
// is matched in two ways.
const login = /:\/\/[^\s/?#:"'<>]*:([^\s/?#"'<>]+)@/g

/** Returns the passwords in the addresses of a text, both unchanged and decoded. */
export const passwordsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(login)].flatMap(([, password = ""]) => {
    try {
      return [password, decodeURIComponent(password)]
    } catch {
      return [password]
    }
  })

/** Returns the text with the passwords in its addresses masked. */
export const maskPasswords = (text: string): string =>
  text.replace(login, (found, password: string) => `${found.slice(0, -password.length - 1)}<redacted>@`)

const secretsOf = (name: string, value: string): ReadonlyArray<string> =>
  isSecret(name, value) ? [value] : passwordsIn(value).filter((password) => password.length >= minPlainLength)

/** Returns the secret values among variables. */
export const inVariables = (variables: Variables): ReadonlyArray<string> =>
  Object.entries(variables).flatMap(([name, value]) => {
    if (value === undefined) return []
    return Redacted.isRedacted(value) ? [Redacted.value(value)] : secretsOf(name, value)
  })

/** Returns the names of the variables that hold a secret of any length. */
export const namesIn = (variables: Variables): ReadonlyArray<string> =>
  Object.entries(variables).flatMap(([name, value]) => {
    if (value === undefined) return []
    return Redacted.isRedacted(value) || isTelling(name) || passwordsIn(value).length > 0 ? [name] : []
  })

/**
 * Returns the secret values in a configuration. Everything below a name that suggests a secret counts. Names of
 * variables (`env_key`) do not.
 */
export const inConfig = (config: unknown, name = ""): ReadonlyArray<string> => {
  if (typeof config === "string") return secretsOf(name, config)
  if (typeof config !== "object" || config === null) return []
  return Object.entries(config).flatMap(([key, value]) =>
    inConfig(value, namesVariable(key) ? "" : isTelling(name) || Array.isArray(config) ? name : key)
  )
}

/**
 * Whether a setting holds the name of a variable and not a value.
 *
 * Examples are `env_key`, `bearer_token_env_var`, `env_vars` and `env_http_headers`.
 */
export const namesVariable = (setting: string): boolean => /^env_|_env_vars?$/.test(setting)
