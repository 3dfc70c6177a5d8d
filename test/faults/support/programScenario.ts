/**
 * A scenario of the group `program`: what the program itself interrupts, abandons or closes.
 */
import type { Scenario } from "../../scoreboard/scenario.ts"

/** Makes one, with the limit that most of them have. */
export const scenario = (
  name: string,
  on: Scenario["on"],
  title: string,
  expected: string,
  run: Scenario["run"],
  more: Partial<Scenario> = {}
): Scenario => ({ name, group: "program", title, expected, within: "20 seconds", on, run, ...more })
