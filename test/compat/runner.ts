/**
 * Runs all steps on a runtime, each within its own time, and returns for each whether it is complete, or the reason why
 * it is not.
 */
import { Cause, Effect, Logger, Option } from "effect"
import { CodexError } from "../../src/CodexError.ts"
import { type Runtime, type Step, Unmet } from "./step.ts"

/** The outcome of a step: complete, or the reason why it is not. */
export type Cell = { readonly whole: true } | { readonly whole: false; readonly reason: string }

/** The cells of one version, by the name of the step. */
export interface Column {
  readonly version: string
  readonly cells: { readonly [step: string]: Cell }
}

/** How long one step may take. */
export const limit = "30 seconds"

/** Runs every step, `atOnce` of them concurrently. */
export const run = Effect.fnUntraced(function* (runtime: Runtime, steps: ReadonlyArray<Step>, atOnce = 2) {
  const cells = yield* Effect.forEach(
    steps,
    (step) => Effect.map(attempt(step, runtime), (cell) => [step.name, cell] as const),
    { concurrency: atOnce }
  )
  const column: Column = { version: runtime.version, cells: Object.fromEntries(cells) }
  return column
})

// internal

const attempt = (step: Step, runtime: Runtime): Effect.Effect<Cell> =>
  Effect.suspend(() => step.run(runtime)).pipe(
    Effect.scoped,
    Effect.timeoutOrElse({
      duration: limit,
      orElse: () => Effect.fail(new Unmet({ message: `not done within ${limit}` }))
    }),
    Effect.matchCause({
      onSuccess: (): Cell => ({ whole: true }),
      onFailure: (cause): Cell => ({ whole: false, reason: oneLine(reasonOf(cause)) })
    }),
    // The logs of a step do not matter: its failure says what went wrong.
    Effect.provide(Logger.layer([]))
  )

const reasonOf = (cause: Cause.Cause<unknown>): string =>
  Option.match(Cause.findErrorOption(cause), {
    onNone: () => `defect: ${String(Cause.squash(cause))}`,
    onSome: (error) => {
      if (!(error instanceof CodexError)) return error instanceof Error ? error.message : String(error)
      const { method, reason } = error
      switch (reason._tag) {
        case "MethodNotSupported":
          return `the server has no method \`${method}\`; ${reason.required ?? "no version that is known"} has it`
        case "RuntimeTooOld":
          return `\`${reason.fields.join("`, `")}\` of \`${method}\` came with ${reason.required}`
        default:
          // The sentences after the first say what to do.
          return `\`${method}\` failed with \`${reason._tag}\`: ${reason.message.split(". ")[0]}`
      }
    }
  })

// Ids would make the same reason differ between versions.
const oneLine = (text: string): string =>
  text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>").replaceAll(/\s+/g, " ")
