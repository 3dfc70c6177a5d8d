/**
 * What a question says on a screen: all that is needed to decide, and the whole of it where something could hide in the rest.
 */
import { Option } from "effect"
import type { Approval } from "effect-codex"

/** Lines of a change that are shown; of a command, everything is. */
const shown = 20

export const lines = (question: Approval.Question): ReadonlyArray<string> =>
  question.type === "command" ? ofCommand(question) : ofFiles(question)

const ofCommand = (question: Approval.CommandQuestion): ReadonlyArray<string> => [
  "? May this run outside of the sandbox?",
  ...question.command.split("\n").map((line) => `  $ ${line}`),
  ...ifAny(question.cwd, (cwd) => `  in ${cwd}`),
  ...ifAny(question.reason, (reason) => `  because: ${reason}`),
  ...(question.wantsMore ? [`  It wants more than to run: ${more(question)}`] : []),
  ...ifAny(question.amendment, (words) => `  "always" holds for every command that begins with: ${words.join(" ")}`)
]

/** Access to a host, further permissions, input to a command that runs already. */
const more = ({ request: { params } }: Approval.CommandQuestion): string =>
  "kind" in params
    ? JSON.stringify({ kind: params.kind, ...params.networkApprovalContext, ...params.additionalPermissions })
    : "it doesn't say what"

const ofFiles = (question: Approval.FileChangeQuestion): ReadonlyArray<string> => {
  const diff = question.changes.flatMap(({ diff, kind, path }) => {
    const type = "type" in kind ? kind.type : "change"
    const sign = type === "add" ? "+" : type === "delete" ? "-" : ""
    const text = diff.trimEnd().split("\n")
    return [
      `  ± ${type} ${path} (${text.length} ${text.length === 1 ? "line" : "lines"})`,
      ...text.map((line) => `    ${sign}${line}`)
    ]
  })
  const moved = question.paths.filter((path) => question.changes.every((change) => change.path !== path))
  return [
    `? May ${question.paths.length === 1 ? "this file" : `these ${question.paths.length} files`} be changed?`,
    ...diff.slice(0, shown),
    ...(diff.length > shown ? [`    … and ${diff.length - shown} more lines, of ${question.paths.length} files`] : []),
    ...moved.map((path) => `  to ${path}`),
    ...ifAny(question.reason, (reason) => `  because: ${reason}`),
    `  "always" holds for the same files, until the end of the session.`,
    ...ifAny(question.grantRoot, (root) => `  A yes holds for everything under ${root}, until the end of the session.`)
  ]
}

const ifAny = <A>(value: Option.Option<A>, line: (value: A) => string): ReadonlyArray<string> =>
  Option.match(value, { onNone: () => [], onSome: (value) => [line(value)] })
