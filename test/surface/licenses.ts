/**
 * Looks at the license of every package in the lock files: `npm run licenses:check`. What users install must allow them everything; what is used
 * for development alone may have conditions on distribution, since it is never distributed.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")
export const lockFiles = ["package-lock.json", "tools/apidocs/package-lock.json"]

const permissive = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT"
])
const forDevelopment = new Set([...permissive, "MPL-2.0", "Python-2.0"])

/** The parts of a lock file that are looked at. */
export interface Lock {
  readonly packages: { readonly [path: string]: { readonly license?: string; readonly dev?: boolean } }
}

/** The packages whose license isn't among those allowed, with it. Of a choice (`A OR B`), one is enough. */
export const refused = ({ packages }: Lock, onlyDevelopment: boolean): ReadonlyArray<string> =>
  Object.entries(packages).flatMap(([path, { dev, license }]) => {
    // The package itself.
    if (path === "") return []
    const allowed = onlyDevelopment || dev === true ? forDevelopment : permissive
    const choices = (license ?? "").replaceAll(/[()]/g, "").split(" OR ")
    return choices.some((choice) => allowed.has(choice)) ? [] : [`${path}: ${license ?? "no license is named"}`]
  })

/** The same of one of this repository's lock files. */
export const refusedIn = (file: string): ReadonlyArray<string> => {
  // Type boundary: npm writes it.
  const lock = JSON.parse(readFileSync(join(root, file), "utf8")) as Lock
  // The API reference is made of what its own lock file names, and none of that is distributed.
  return refused(lock, file !== "package-lock.json").map((problem) => `${file}: ${problem}`)
}

if (import.meta.main) {
  const problems = lockFiles.flatMap(refusedIn)
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
