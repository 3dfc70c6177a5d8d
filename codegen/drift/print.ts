/**
 * The drift report in words: Markdown that reads well in a terminal, too. One line for each difference, grouped by what
 * a caller notices.
 */
import type { DriftReport, Entry } from "./report.ts"
import { groups } from "./report.ts"

/** What happened to it: the words after its name. */
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

/** The first few, and how many there are besides. */
const few = (words: ReadonlyArray<string>): string => {
  const shown = words.slice(0, words.length > 4 ? 3 : 4)
  return `${shown.join(", ")}${words.length > shown.length ? ` and ${words.length - shown.length} more` : ""}`
}

const where = ({ isSent, isReceived, places }: Entry): string => {
  if (places.length === 0) return ""
  const verb = isSent && isReceived ? "Sent and received" : isSent ? "Sent" : "Received"
  return ` ${verb} in ${few(places.map((place) => place.replace(/^\S+/, "`$&`")))}.`
}

/** One difference as a sentence or three. */
export const printEntry = (entry: Entry): string => {
  const { breaks, name, why, uses } = entry
  const verdict = breaks ? ` **Breaks:** ${why}` : ""
  const used = uses.length === 0 ? "" : ` Used in ${few(uses.map(({ file, line }) => `${file}:${line}`))}.`
  return `\`${name}\` ${happened(entry)}.${where(entry)}${verdict}${used}`
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`

export const printReport = ({ from, to, entries, notCompared }: DriftReport): string => {
  const broken = entries.filter(({ breaks }) => breaks).length
  const sections = [...groups].flatMap(([group, title]) => {
    const own = entries.filter((entry) => entry.group === group)
    return own.length === 0 ? [] : [`## ${title}\n\n${own.map((entry) => `- ${printEntry(entry)}\n`).join("")}`]
  })
  const summary =
    entries.length === 0
      ? "The protocols do not differ."
      : `${counted(entries.length, "difference")}; ${broken === 0 ? "none" : broken} of them ${broken > 1 ? "break" : "breaks"} a program written for ${from}.`
  const rest =
    notCompared.length === 0
      ? []
      : [
          `## Not compared\n\nThe schema does not say what answers these methods:\n\n${notCompared.map((method) => `- \`${method}\`\n`).join("")}`
        ]
  return [`# Codex ${from} → ${to}\n\n${summary}\n`, ...sections, ...rest].join("\n")
}
