/**
 * Builds the variables of the child process from options and the parent's variables, which are passed in.
 */
import * as Redacted from "effect/Redacted"

/** Variables by name. `undefined` removes a variable that would be inherited. */
export interface Variables {
  readonly [name: string]: string | Redacted.Redacted<string> | undefined
}

/** The inputs of the environment. */
export interface EnvironmentOptions {
  readonly os: string
  readonly parent: { readonly [name: string]: string | undefined }
  readonly inherit: boolean
  readonly variables: Variables
  readonly codexHome: string | undefined
  /** A directory that is put first on PATH. */
  readonly helpers: string | undefined
}

/** Expands `~` and `~/…` to the user's home directory, because codex does not expand them. */
export const expandHome = (path: string, home: string | undefined): string =>
  home !== undefined && (path === "~" || path.startsWith("~/") || path.startsWith("~\\")) ? home + path.slice(1) : path

/** Returns the user's home directory according to the parent's variables. */
export const userHome = (os: string, parent: EnvironmentOptions["parent"]): string | undefined =>
  os === "win32" ? (parent["USERPROFILE"] ?? parent["HOME"]) : parent["HOME"]

// Windows ignores the case of names. There, `Path` and `PATH` are one variable, and the child must not receive both.
const find = (variables: Map<string, unknown>, name: string, os: string): string => {
  if (os !== "win32") return name
  const upper = name.toUpperCase()
  for (const existing of variables.keys()) if (existing.toUpperCase() === upper) return existing
  return name
}

/** Builds the complete environment of the child. Callers must not add variables to it. */
export const build = (options: EnvironmentOptions): { [name: string]: string | Redacted.Redacted<string> } => {
  const { os } = options
  const result = new Map<string, string | Redacted.Redacted<string>>()
  const set = (name: string, value: string | Redacted.Redacted<string> | undefined) => {
    const existing = find(result, name, os)
    if (value === undefined) result.delete(existing)
    else result.set(existing, value)
  }
  if (options.inherit) for (const [name, value] of Object.entries(options.parent)) set(name, value)
  for (const [name, value] of Object.entries(options.variables)) set(name, value)
  if (options.codexHome !== undefined) {
    set("CODEX_HOME", expandHome(options.codexHome, userHome(os, options.parent)))
  }
  const path = find(result, "PATH", os)
  const current = result.get(path)
  // With `inherit: false`, the environment is exactly what was passed. If it has no PATH, none is added.
  if (options.helpers !== undefined && (options.inherit || current !== undefined)) {
    const separator = os === "win32" ? ";" : ":"
    const places = Redacted.isRedacted(current) ? Redacted.value(current) : (current ?? "")
    // An empty entry would mean the working directory.
    const rest = places === "" ? [] : places.split(separator)
    result.set(path, [options.helpers, ...rest.filter((place) => place !== options.helpers)].join(separator))
  }
  return Object.fromEntries(result)
}

/**
 * Returns the name of the first variable that no process can receive, and the reason. It is for callers without type
 * checks.
 */
export const invalidVariable = (
  variables: Variables
): { readonly name: string; readonly description: string } | undefined => {
  for (const [name, value] of Object.entries(variables)) {
    if (name === "" || /[=\0]/.test(name))
      return { name, description: 'variable names must not be empty or contain "=" or NUL' }
    const text: unknown = Redacted.isRedacted(value) ? Redacted.value(value) : value
    if (text !== undefined && typeof text !== "string") return { name, description: "expected a string or undefined" }
    if (text?.includes("\0") === true) return { name, description: "must not contain NUL characters" }
  }
  return undefined
}
