/**
 * Drafts a section of CHANGELOG.md: the drift from one pin to the next, as short lists. A person replaces the draft
 * with what users of the SDK see.
 */
import type { DriftReport, Entry } from "./report.ts"
import { groups } from "./report.ts"

const kinds: ReadonlyArray<readonly [kind: Entry["kind"], words: string]> = [
  ["added", "added"],
  ["removed", "removed"],
  ["changed", "changed"],
  ["madeRequired", "made required"],
  ["madeOptional", "made optional"],
  ["becameExperimental", "now experimental"],
  ["becameStable", "now stable"]
]

/** One item of a list, in lines of at most 120 columns. */
const item = (text: string): string => {
  const lines: Array<string> = []
  for (const word of text.split(" ")) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= 118) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return `- ${lines.join("\n  ")}\n`
}

/** The section for the version that the report leads to. */
export const draft = ({ from, to, entries }: DriftReport): string => {
  const lists = [...groups].flatMap(([group, title]) =>
    kinds.flatMap(([kind, words]) => {
      const names = entries.filter((entry) => entry.group === group && entry.kind === kind)
      return names.length === 0 ? [] : [`${title} ${words}: ${names.map(({ name }) => `\`${name}\``).join(", ")}.`]
    })
  )
  const broken = entries.filter((entry) => entry.breaks).map(({ name, why }) => `**Breaks:** \`${name}\`. ${why}`)
  return [
    `## ${to}\n`,
    `Draft, from \`npm run drift -- ${from} ${to}\`. Replace it with what users see.\n`,
    [`For codex ${to}.`, ...broken, ...lists].map(item).join("")
  ].join("\n")
}

/** The changelog with a draft before its newest section, or as it is if it has a section for this version. */
export const withDraft = (changelog: string, report: DriftReport): string => {
  if (changelog.includes(`\n## ${report.to}\n`)) return changelog
  const at = changelog.search(/^## /m)
  return at === -1
    ? `${changelog.trimEnd()}\n\n${draft(report)}`
    : `${changelog.slice(0, at)}${draft(report)}\n${changelog.slice(at)}`
}
