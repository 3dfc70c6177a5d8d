/**
 * Prints the drift report in words, as Markdown that reads well in a terminal, too. Each difference is one line.
 */
import type { DriftReport, Entry } from "./report.ts"
import { groups } from "./report.ts"

/** The words after the name. */
const happened = (entry: Entry): string => {
  const { kind, of, before, after, isRequired, isExperimental } = entry
  const marks = [
    ...(of === "field" && isRequired !== undefined ? [isRequired ? "required" : "optional"] : []),
    ...(isExperimental && !kind.startsWith("became") ? ["experimental"] : [])
  ]
  const suffix = marks.length === 0 ? "" : `, ${marks.join(", ")}`
  switch (kind) {
    case "added":
    case "removed": {
      const type = after ?? before
      return `${kind}${suffix}${type === undefined ? "" : `: \`${type}\``}`
    }
    case "changed":
      if (before === "") return `also allows \`${after}\`${suffix}`
      if (after === "") return `no longer allows \`${before}\`${suffix}`
      return `changed from \`${before}\` to \`${after}\`${suffix}`
    case "madeRequired":
      return `made required${suffix}`
    case "madeOptional":
      return `made optional${suffix}`
    case "becameExperimental":
      return "is experimental now"
    case "becameStable":
      return "is stable now"
  }
}

/** The first few, and the number of the others. */
export const few = (words: ReadonlyArray<string>): string => {
  const shown = words.slice(0, words.length > 4 ? 3 : 4)
  return `${shown.join(", ")}${words.length > shown.length ? ` and ${words.length - shown.length} more` : ""}`
}

const where = ({ isSent, isReceived, places }: Entry): string => {
  if (places.length === 0) return ""
  const verb = isSent && isReceived ? "Sent and received" : isSent ? "Sent" : "Received"
  return ` ${verb} in ${few(places.map((place) => place.replace(/^\S+/, "`$&`")))}.`
}

/** One difference, in one to three sentences. */
const printEntry = (entry: Entry): string => {
  const { breaks, name, why, uses } = entry
  const verdict = breaks ? ` **Breaks:** ${why}` : ""
  const used = uses.length === 0 ? "" : ` Used in ${few(uses.map(({ file, line }) => `${file}:${line}`))}.`
  return `\`${name}\` ${happened(entry)}.${where(entry)}${verdict}${used}`
}

const counted = (count: number): string => `${count} difference${count === 1 ? "" : "s"}`

const summary = ({ from, entries }: DriftReport): string => {
  const broken = entries.filter(({ breaks }) => breaks).length
  if (entries.length === 0) return "The protocols do not differ."
  const breaking = broken === 0 ? "none of them breaks" : `${broken} of them ${broken === 1 ? "breaks" : "break"}`
  return `${counted(entries.length)}; ${breaking} a program written for ${from}.`
}

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : [`## ${title}\n\n${lines.map((line) => `- ${line}\n`).join("")}`]

export const printReport = (report: DriftReport): string =>
  [
    `# Codex ${report.from} → ${report.to}\n\n${summary(report)}\n`,
    ...[...groups].flatMap(([group, title]) =>
      section(title, report.entries.filter((entry) => entry.group === group).map(printEntry))
    ),
    ...section(
      "Results not compared, because the schema does not name the response",
      report.notCompared.map((method) => `\`${method}\``)
    )
  ].join("\n")
