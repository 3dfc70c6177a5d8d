/**
 * Runs all steps on a runtime, each within its own time, and says of each whether it came out whole, or else why not.
 */
import { Cause, Effect, Logger, Option } from "effect"
import { CodexError } from "../../src/CodexError.ts"
import { type Runtime, type Step, Unmet } from "./step.ts"

/** What a step came to: whole, or the reason why it isn't. */
export type Cell = { readonly whole: true } | { readonly whole: false; readonly reason: string }

/** The cells of one version, by the name of the step. */
export interface Column {
  readonly version: string
  readonly cells: { readonly [step: string]: Cell }
}

/** How long one step may take. */
export const limit = "30 seconds"

/** Tries every step. `atOnce` of them run at the same time. */
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
    // What a step logs is of no interest: its failure says what went wrong.
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
          // What to do about it stands in the sentences after the first.
          return `\`${method}\` failed with \`${reason._tag}\`: ${reason.message.split(". ")[0]}`
      }
    }
  })

// Ids would make the same reason another one on each version.
const oneLine = (text: string): string =>
  text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>").replaceAll(/\s+/g, " ")
