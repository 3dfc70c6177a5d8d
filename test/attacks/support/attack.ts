/**
 * How an attack is defined: a scenario of the scoreboard with common defaults. `test/scoreboard` runs it.
 */
import { assert } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import type { Scenario, Seeded } from "../../scoreboard/scenario.ts"

/** The five groups, as `SECURITY.md` names them. */
export type Group = "approvals" | "secrets" | "server" | "process" | "package"

export interface Attack {
  readonly name: string
  readonly title: string
  readonly expected: string
  /** Default: 10 seconds. Others can use the machine at the same time. */
  readonly within?: Scenario["within"]
  /** Default: memory. */
  readonly on?: Scenario["on"]
  readonly run: (seeded: Seeded) => Effect.Effect<void, unknown, Scope.Scope>
}

/** Creates the scenarios of some attacks. */
export const group = (group: Group, attacks: ReadonlyArray<Attack>): ReadonlyArray<Scenario> =>
  attacks.map(({ on = "memory", within = "10 seconds", ...rest }) => ({ ...rest, group, on, within }))

/** Creates an attack on synchronous code. */
export const check = (run: (seeded: Seeded) => void) => (seeded: Seeded) => Effect.sync(() => run(seeded))

/** Returns a text of this length from these characters. */
export const textOf = (seeded: Seeded, characters: ReadonlyArray<string>, length: number): string =>
  Array.from({ length }, () => seeded.pick(characters)).join("")

/** Returns the text with random upper and lower case letters. */
export const mixedCase = (seeded: Seeded, text: string): string =>
  Array.from(text, (letter) => (seeded.int(0, 1) === 0 ? letter.toUpperCase() : letter.toLowerCase())).join("")

/** Returns the text with another one inserted, but not at its ends. */
export const inserted = (seeded: Seeded, text: string, part: string): string => {
  const at = seeded.int(1, text.length - 1)
  return text.slice(0, at) + part + text.slice(at)
}

/** Returns a word that occurs nowhere else. */
export const word = (seeded: Seeded): string => `zq${textOf(seeded, [..."abcdefghkmnpqrstuvwxyz23456789"], 12)}`

/** Checks that no text contains the word. The message omits the text, which may be a megabyte. */
export const assertAbsent = (texts: ReadonlyArray<string>, words: ReadonlyArray<string>): void => {
  for (const text of texts) {
    const found = words.find((word) => text.includes(word))
    if (found === undefined) continue
    const at = text.indexOf(found)
    assert.fail(`${JSON.stringify(found)} is in ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 120))}`)
  }
}
