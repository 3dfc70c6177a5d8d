/**
 * What generation cannot decide alone.
 *
 * A stage that meets such a thing reports it and goes on with the safest form, so that one run reports everything at once.
 * `codegen:check` fails as long as a decision is open.
 */

/** One open decision. */
export interface Decision {
  /** A method, a definition or an entry of `overrides.ts`. */
  readonly about: string
  /** What is not clear, and what is generated until it is decided. */
  readonly problem: string
  /** What to do, with the likely answer where there is one. */
  readonly proposal: string
}

/** Reports an open decision. */
export type Report = (decision: Decision) => void

/** The decisions in words, one paragraph each. */
export const printDecisions = (decisions: ReadonlyArray<Decision>): string =>
  decisions.map(({ about, problem, proposal }) => `- ${about}: ${problem}\n  ${proposal}\n`).join("")
