/**
 * What a question says to a person: everything that is needed to decide, as lines of text. Nothing of it can act on a terminal, or hide.
 */
import * as Option from "effect/Option"
import type { CommandExecutionRequestApprovalParams } from "../../generated/types.ts"
import * as Printable from "../../Printable.ts"
import type { CommandQuestion, FileChangeQuestion, Question } from "./policy.ts"

/**
 * How much is said.
 *
 * @category options
 * @since 0.169.0
 */
export interface DescribeOptions {
  /** How many lines of the changes of files are shown; the rest is counted. `Infinity` shows all. Of a command, everything is shown. Default: 20. */
  readonly diffLines?: number | undefined
}

/** A question as lines; the first one is the question itself. */
export const describe = (question: Question, { diffLines = 20 }: DescribeOptions = {}): ReadonlyArray<string> =>
  (question.type === "command" ? ofCommand(question) : ofFiles(question, diffLines)).map(Printable.line)

// internal

const ofCommand = (question: CommandQuestion): ReadonlyArray<string> => [
  "May this command run?",
  ...question.command.split("\n").map((line) => `  $ ${line}`),
  ...ifAny(question.cwd, (cwd) => `  in ${cwd}`),
  ...ifAny(question.reason, (reason) => `  because: ${reason}`),
  ...ifAny(question.environment, (id) => `  in the environment ${JSON.stringify(id)}`),
  ...ifAny(more(question), (what) => `  and more than that is asked: ${what}`),
  ...ifAny(
    Option.filter(question.amendment, () => question.answers.some(({ _tag }) => _tag === "acceptAndRemember")),
    (words) => `  A yes for ever would hold for every command that begins with: ${words.join(" ")}`
  )
]

/** Access to a host, further permissions, input to a command that runs already. */
const more = ({ environment, request: { params }, wantsMore }: CommandQuestion): Option.Option<string> => {
  if (!wantsMore) return Option.none()
  const {
    additionalPermissions,
    kind = "command",
    networkApprovalContext
  }: Partial<CommandExecutionRequestApprovalParams> = "itemId" in params ? params : {}
  if (kind !== "command" || networkApprovalContext != null || additionalPermissions != null) {
    return Option.some(JSON.stringify({ kind, ...networkApprovalContext, ...additionalPermissions }))
  }
  return Option.isSome(environment) ? Option.none() : Option.some("the request doesn't say what")
}

const ofFiles = (question: FileChangeQuestion, diffLines: number): ReadonlyArray<string> => {
  const { changes, paths } = question
  const diff = changes.flatMap(({ diff, kind, path }) => {
    const type = "type" in kind ? kind.type : "change"
    const sign = type === "add" ? "+" : type === "delete" ? "-" : ""
    const lines = diff.trimEnd().split("\n")
    return [`  ${type} ${path} (${counted(lines.length, "line")})`, ...lines.map((line) => `    ${sign}${line}`)]
  })
  const moved = paths.filter((path) => changes.every((change) => change.path !== path))
  const hidden = diff.length - diffLines
  return [
    `May ${counted(paths.length, "file")} be changed?`,
    ...diff.slice(0, diffLines),
    ...(hidden > 0
      ? [`    … and ${counted(hidden, "more line")}, of these files:`, ...paths.map((path) => `    ${path}`)]
      : []),
    ...moved.map((path) => `  to ${path}`),
    ...ifAny(question.reason, (reason) => `  because: ${reason}`),
    ...ifAny(
      question.grantRoot,
      (root) => `  A yes would hold for everything under ${root}, until the end of the session.`
    )
  ]
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`

const ifAny = <A>(value: Option.Option<A>, line: (value: A) => string): ReadonlyArray<string> =>
  Option.match(value, { onNone: () => [], onSome: (value) => [line(value)] })
