/**
 * A Stryker plugin that turns away, before any test runs, the mutants whose own file the type checker refuses, and those that are not in the
 * sample: Stryker has no sampling of its own.
 */
import { type Checker, type CheckResult, CheckStatus } from "@stryker-mutator/api/check"
import type { Mutant } from "@stryker-mutator/api/core"
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin"
import { readFileSync } from "node:fs"
import { keyOf } from "./mutants.ts"
import * as types from "./types.ts"

/** The reason by which the report knows a mutant that is not in the sample. */
export const notChosen = "not in the sample"

/** The variable that names the file with the keys of the sample. */
export const chosenVariable = "MUTATION_CHOSEN"

class TypeChecker implements Checker {
  static inject = [] as const
  #chosen = new Set<string>()

  async init(): Promise<void> {
    const file = process.env[chosenVariable]
    // Type boundary: `main.ts` writes it.
    this.#chosen = new Set(file === undefined ? [] : (JSON.parse(readFileSync(file, "utf8")) as Array<string>))
  }

  /** All in one group: they cost one run of the compiler together. */
  async group(mutants: Array<Mutant>): Promise<Array<Array<string>>> {
    return [mutants.map(({ id }) => id)]
  }

  async check(mutants: Array<Mutant>): Promise<Record<string, CheckResult>> {
    const chosen = mutants.filter((mutant) => this.#chosen.has(keyOf(mutant)))
    const checker = types.make(process.cwd())
    const errors = checker.checkCopies(chosen)
    checker.remove()
    const resultOf = (mutant: Mutant): CheckResult => {
      const reason = chosen.includes(mutant) ? errors.get(mutant.id) : notChosen
      return reason === undefined ? { status: CheckStatus.Passed } : { status: CheckStatus.CompileError, reason }
    }
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, resultOf(mutant)]))
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, "types", TypeChecker)]
