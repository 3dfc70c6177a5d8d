/**
 * Lines that may break a rule of `rules.ts`, each with its reason.
 */

interface Exception {
  readonly file: string
  /** What the line holds. */
  readonly text: string
  readonly reason: string
}

export const allowed: ReadonlyArray<Exception> = []
