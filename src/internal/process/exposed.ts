/**
 * Finds secrets in a configuration that would become process arguments, which every user of the machine can read.
 * Masking is in `mask.ts`.
 */
import { hasSecret } from "./mask.ts"
import { namesVariable } from "./secrets.ts"

/**
 * Returns the path of the first secret setting.
 *
 * A setting is secret by its own name (`bearer_token`, `Authorization`) or by its form. Settings below a name that
 * suggests a secret do not count, because that name can be that of a server or a directory.
 */
export const exposedIn = (config: unknown, name = ""): string | undefined => {
  if (typeof config === "string") return config !== "" && (isSecret(name) || hasSecret(config)) ? "" : undefined
  if (typeof config !== "object" || config === null) return undefined
  for (const [key, value] of Object.entries(config)) {
    if (namesVariable(key)) continue
    const found = exposedIn(value, Array.isArray(config) ? name : key)
    if (found !== undefined) return found === "" ? key : `${key}.${found}`
  }
  return undefined
}

// internal

const long = /(?:token|secret|passw(?:or)?d|passphrase|credentials?|authorization|bearer|cookie|api-?key)$/i
// Only as a whole word: `bypass` and `compat` end with these, too.
const short = /(?:^|[_.-])(?:key|pass|pat|pwd|dsn|jwt|psk)$/i

const isSecret = (name: string): boolean => long.test(name) || short.test(name)
