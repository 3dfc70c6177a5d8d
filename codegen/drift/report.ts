/**
 * The drift report as data: each difference between two versions with its verdict and its uses in the SDK. `print.ts`
 * puts it in words, and `--json` prints it as it is.
 */
import type { Pinned } from "../generate.ts"
import type { Difference, Group } from "./differences.ts"
import { differencesOf } from "./differences.ts"
import { protocolOf } from "./protocol.ts"
import type { Source, Use } from "./uses.ts"
import { usesOf } from "./uses.ts"
import type { Verdict } from "./verdict.ts"
import { verdictOf } from "./verdict.ts"

export interface Entry extends Difference, Verdict {
  readonly uses: ReadonlyArray<Use>
}

export interface DriftReport {
  readonly from: string
  readonly to: string
  /** By group, in the order of {@link groups}; in each group those that break come first. */
  readonly entries: ReadonlyArray<Entry>
  readonly notCompared: ReadonlyArray<string>
}

/** The groups in the order of the report, with their titles. */
export const groups: ReadonlyMap<Group, string> = new Map([
  ["methods", "Methods"],
  ["notifications", "Notifications"],
  ["serverRequests", "Server requests"],
  ["itemTypes", "Item types"],
  ["fields", "Fields"],
  ["enumMembers", "Members of enums and unions"],
  ["types", "Types"]
])

const order = [...groups.keys()]

const rank = (entry: Entry): ReadonlyArray<number | string> => [
  order.indexOf(entry.group),
  entry.breaks ? 0 : 1,
  entry.kind,
  entry.name
]

const byRank = (a: Entry, b: Entry): number => {
  const [before, after] = [rank(a), rank(b)]
  const at = before.findIndex((value, index) => value !== after[index])
  return at === -1 ? 0 : (before[at] ?? 0) < (after[at] ?? 0) ? -1 : 1
}

/** Compares two versions. The uses are looked for in `sources`. */
export const reportOf = (from: Pinned, to: Pinned, sources: ReadonlyArray<Source>): DriftReport => {
  const { differences, notCompared } = differencesOf(protocolOf(from), protocolOf(to))
  return {
    from: from.codex,
    to: to.codex,
    entries: differences
      .map((difference) => ({ ...difference, ...verdictOf(difference), uses: usesOf(sources, difference) }))
      .sort(byRank),
    notCompared
  }
}
