/**
 * The tested versions of the runtime, oldest first.
 */
import { supported } from "../../codegen/runtimes.ts"
import { codexVersion } from "../../src/generated/version.ts"

/** Every version that the table of compatibility has. */
export const versions: ReadonlyArray<string> = [...new Set([...supported, codexVersion])]

/** The versions with a recorded session in `test/fixtures/sessions`. */
export const recorded: ReadonlyArray<string> = [
  ...new Set(["0.125.0", "0.139.0", "0.147.0", "0.154.0", codexVersion, "0.171.0"])
]

/** The versions with a saved thread in `test/fixtures/rollouts`: they wrote threads in the older format. */
export const written: ReadonlyArray<string> = ["0.125.0", "0.147.0"]

/** The meaning of an argument of a command: a version, or one by its place. */
export const named = (name: string): string => {
  switch (name) {
    case "oldest":
      return versions[0] ?? codexVersion
    case "pinned":
      return codexVersion
    case "newest":
      return versions.at(-1) ?? codexVersion
    default:
      return name
  }
}

/** Whether a version is older than another. */
export const isBefore = (version: string, other: string): boolean => {
  const [left, right] = [version, other].map((text) => text.split(".").map(Number))
  const index = left?.findIndex((part, index) => part !== right?.[index]) ?? -1
  return index !== -1 && Number(left?.[index]) < Number(right?.[index])
}
