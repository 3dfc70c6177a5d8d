/**
 * The variables of the child process. Pure: the parent's variables are passed in.
 */
import * as Redacted from "effect/Redacted"

/** Variables by name; `undefined` removes one that would be inherited. */
export interface Variables {
  readonly [name: string]: string | Redacted.Redacted<string> | undefined
}

/** What the environment is made of. */
export interface EnvironmentOptions {
  readonly os: string
  readonly parent: { readonly [name: string]: string | undefined }
  readonly inherit: boolean
  readonly variables: Variables
  readonly codexHome: string | undefined
  /** Goes first on PATH. */
  readonly helpers: string | undefined
}

/** `~` and `~/…` mean the user's home, which codex itself does not expand. */
export const expandHome = (path: string, home: string | undefined): string =>
  home !== undefined && (path === "~" || path.startsWith("~/") || path.startsWith("~\\")) ? home + path.slice(1) : path

/** The user's home folder according to the parent's variables. */
export const userHome = (os: string, parent: EnvironmentOptions["parent"]): string | undefined =>
  os === "win32" ? (parent["USERPROFILE"] ?? parent["HOME"]) : parent["HOME"]

// Windows ignores the case of names, so `Path` and `PATH` are one variable there, and the child must not get both.
const find = (variables: Map<string, unknown>, name: string, os: string): string => {
  if (os !== "win32") return name
  const upper = name.toUpperCase()
  for (const existing of variables.keys()) if (existing.toUpperCase() === upper) return existing
  return name
}

/** The whole environment of the child: nothing is to be added to it. */
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
  // With `inherit: false` the environment is exactly what was given: no PATH there means none.
  if (options.helpers !== undefined && (options.inherit || current !== undefined)) {
    const separator = os === "win32" ? ";" : ":"
    const places = Redacted.isRedacted(current) ? Redacted.value(current) : (current ?? "")
    // An empty entry would mean the working folder.
    const rest = places === "" ? [] : places.split(separator)
    result.set(path, [options.helpers, ...rest.filter((place) => place !== options.helpers)].join(separator))
  }
  return Object.fromEntries(result)
}

/** The first variable that no process can be given, by name, and why; for callers whom no types hold back. */
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
