/**
 * A process that repeats scenarios one after the other, as its parent requests (`worker.ts`). It starts counting before
 * it loads any scenario.
 */
import * as counts from "./counts.ts"
import { repeat } from "./repeat.ts"
import type { Row } from "./row.ts"
import type { Scenario } from "./scenario.ts"

export interface Question {
  /** The address of a module that exports `scenarios`. */
  readonly module: string
  readonly scenario: string
  readonly seeds: ReadonlyArray<number>
}

export type Answer = { readonly begins: number } | { readonly row: Row } | { readonly failed: string }

await counts.begin()

const tell = (answer: Answer): void => void process.send?.(answer)

const answer = async ({ module, scenario: name, seeds }: Question): Promise<void> => {
  try {
    // Type boundary: the modules of a scoreboard export this.
    const { scenarios } = (await import(module)) as { readonly scenarios: ReadonlyArray<Scenario> }
    const scenario = scenarios.find((scenario) => scenario.name === name)
    if (scenario === undefined) throw new Error(`${module} has no scenario ${name}`)
    tell({ row: await repeat(scenario, { seeds, onBegin: (seed) => tell({ begins: seed }) }) })
  } catch (error) {
    tell({ failed: error instanceof Error ? String(error.stack) : String(error) })
  }
}

// Type boundary: the parent sends no other values.
process.on("message", (question) => void answer(question as Question))
process.on("disconnect", () => process.exit(0))
