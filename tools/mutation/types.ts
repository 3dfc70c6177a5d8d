/**
 * Asks the type checker about mutants: many at once by copies of the mutated file, and one alone in its own place.
 *
 * It runs `tsc` on a copy of `src`, since TypeScript 7 has no JavaScript API, which Stryker's own checker needs.
 */
import type { Mutant } from "@stryker-mutator/api/core"
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileOf, mutated } from "./mutants.ts"

export interface Types {
  /**
   * The mutants whose own file has an error, by id, with it. Each is a file of its own beside the original, so that one run of the compiler
   * checks them all; an error that a mutant causes in other files isn't found.
   */
  readonly checkCopies: (mutants: ReadonlyArray<Mutant>) => ReadonlyMap<string, string>
  /** The errors that a mutant in its own place causes anywhere in `src`. Empty if there are none. */
  readonly checkAlone: (mutant: Mutant) => string
  readonly remove: () => void
}

/** Copies the sources. Fails if they have an error without any mutant. */
export const make = (root: string): Types => {
  mkdirSync(join(root, "reports"), { recursive: true })
  // Below the root, so that the same packages are found.
  const copy = mkdtempSync(join(root, "reports/types-"))
  const remove = () => rmSync(copy, { recursive: true, force: true })
  for (const name of ["src", "tsconfig.json", "tsconfig.build.json", "package.json"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction")

  const compile = (): ReadonlyArray<string> => {
    const tsc = join(root, "node_modules/typescript/bin/tsc")
    const { stdout } = spawnSync(
      process.execPath,
      [tsc, "-p", "tsconfig.build.json", "--noEmit", "--pretty", "false"],
      {
        cwd: copy,
        encoding: "utf8",
        maxBuffer: 2 ** 28
      }
    )
    return stdout.split("\n").filter((line) => line.includes("error TS"))
  }

  const broken = compile()
  if (broken.length > 0) {
    remove()
    throw new Error(`The sources have type errors without any mutant:\n${broken.join("\n")}`)
  }

  const source = (mutant: Mutant): string => readFileSync(join(copy, fileOf(mutant)), "utf8")

  const checkCopies = (mutants: ReadonlyArray<Mutant>): ReadonlyMap<string, string> => {
    const names = new Map<string, string>()
    const write = (mutant: Mutant, id: string, text: string): void => {
      const name = fileOf(mutant).replace(/\.ts$/, `--mutant-${id}.ts`)
      names.set(name, id)
      writeFileSync(join(copy, name), text)
    }
    for (const mutant of mutants) {
      // A copy without a mutant shows whether a file can stand beside itself at all.
      write(mutant, `none-${fileOf(mutant).replaceAll(/\W/g, "-")}`, source(mutant))
      write(mutant, mutant.id, mutated(source(mutant), mutant))
    }
    const errors = new Map<string, string>()
    for (const error of compile()) {
      const id = names.get(error.slice(0, error.indexOf("(")))
      if (id === undefined) throw new Error(`A copy of a file breaks another file:\n${error}`)
      if (id.startsWith("none-")) throw new Error(`A copy of a file without a mutant has an error:\n${error}`)
      errors.set(id, error)
    }
    for (const name of names.keys()) rmSync(join(copy, name))
    return errors
  }

  const checkAlone = (mutant: Mutant): string => {
    const original = source(mutant)
    writeFileSync(join(copy, fileOf(mutant)), mutated(original, mutant))
    const errors = compile()
    writeFileSync(join(copy, fileOf(mutant)), original)
    return errors.join("\n")
  }

  return { checkCopies, checkAlone, remove }
}
