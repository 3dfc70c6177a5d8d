/**
 * Checks the license of every package in the lock files: `npm run licenses:check`. Packages that users install must
 * allow everything; packages for development may have conditions on distribution, because they are never distributed.
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

/** The parts of a lock file that the check reads. */
export interface Lock {
  readonly packages: { readonly [path: string]: { readonly license?: string; readonly dev?: boolean } }
}

/**
 * The packages whose license is not allowed, with the license. One allowed license of a choice (`A OR B`) is enough.
 */
export const refused = ({ packages }: Lock, onlyDevelopment: boolean): ReadonlyArray<string> =>
  Object.entries(packages).flatMap(([path, { dev, license }]) => {
    // The package itself.
    if (path === "") return []
    const allowed = onlyDevelopment || dev === true ? forDevelopment : permissive
    const choices = (license ?? "").replaceAll(/[()]/g, "").split(" OR ")
    return choices.some((choice) => allowed.has(choice)) ? [] : [`${path}: ${license ?? "no license is named"}`]
  })

/** Checks one of this repository's lock files. */
export const refusedIn = (file: string): ReadonlyArray<string> => {
  // Type boundary: npm writes it.
  const lock = JSON.parse(readFileSync(join(root, file), "utf8")) as Lock
  // The packages of the API reference's own lock file are not distributed.
  return refused(lock, file !== "package-lock.json").map((problem) => `${file}: ${problem}`)
}

if (import.meta.main) {
  const problems = lockFiles.flatMap(refusedIn)
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
