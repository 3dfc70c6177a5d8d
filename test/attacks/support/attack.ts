/**
 * How an attack is written down: a scenario of the scoreboard, with what most of them have in common left out. It runs nothing; the runner is
 * `test/scoreboard`.
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

/** The scenarios of some attacks. */
export const group = (group: Group, attacks: ReadonlyArray<Attack>): ReadonlyArray<Scenario> =>
  attacks.map(({ on = "memory", within = "10 seconds", ...rest }) => ({ ...rest, group, on, within }))

/** An attack on something that is computed at once. */
export const check = (run: (seeded: Seeded) => void) => (seeded: Seeded) => Effect.sync(() => run(seeded))

/** A text of so many characters, each one of these. */
export const textOf = (seeded: Seeded, characters: ReadonlyArray<string>, length: number): string =>
  Array.from({ length }, () => seeded.pick(characters)).join("")

/** The same text with letters in upper and lower case. */
export const mixedCase = (seeded: Seeded, text: string): string =>
  Array.from(text, (letter) => (seeded.int(0, 1) === 0 ? letter.toUpperCase() : letter.toLowerCase())).join("")

/** The text with another one put into it, anywhere but at its ends. */
export const inserted = (seeded: Seeded, text: string, part: string): string => {
  const at = seeded.int(1, text.length - 1)
  return text.slice(0, at) + part + text.slice(at)
}

/** A word that occurs nowhere else. */
export const word = (seeded: Seeded): string => `zq${textOf(seeded, [..."abcdefghkmnpqrstuvwxyz23456789"], 12)}`

/** No text holds the word. What holds it is not shown: it may be a megabyte. */
export const assertAbsent = (texts: ReadonlyArray<string>, words: ReadonlyArray<string>): void => {
  for (const text of texts) {
    const found = words.find((word) => text.includes(word))
    if (found === undefined) continue
    const at = text.indexOf(found)
    assert.fail(`${JSON.stringify(found)} is in ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 120))}`)
  }
}
