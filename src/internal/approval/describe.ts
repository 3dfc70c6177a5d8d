/**
 * Describes a question for a user: everything needed to decide, as lines of text. The lines cannot control a terminal
 * or hide text.
 */
import * as Option from "effect/Option"
import type { CommandExecutionRequestApprovalParams } from "../../generated/types.ts"
import * as Printable from "../../Printable.ts"
import * as commandLine from "./commandLine.ts"
import * as doubts from "./doubts.ts"
import type { Answer, CommandQuestion, FileChangeQuestion, Question } from "./policy.ts"

/**
 * How much to show.
 *
 * @category options
 * @since 0.169.0
 */
export interface DescribeOptions {
  /**
   * How many lines of file changes to show; the remaining lines are counted. `Infinity` shows all. Commands are
   * always shown in full. Default: 20.
   */
  readonly diffLines?: number | undefined
}

/**
 * Formats a question as lines of text for a user, with the question itself first.
 *
 * The lines show the whole command, or the changes with their diffs, the directory, the reason, and what an
 * accepting answer grants. They contain no terminal control sequences or hidden characters: each line is made by
 * `Printable.line`.
 *
 * **Example** (Showing a question)
 *
 * ```ts
 * import { Console, Effect } from "effect"
 * import { Approval } from "effect-codex"
 *
 * const show = (question: Approval.Question) =>
 *   Effect.forEach(Approval.describe(question), (line) => Console.log(line), { discard: true })
 * ```
 *
 * @category formatting
 * @since 0.169.0
 */
export const describe = (question: Question, options?: DescribeOptions): ReadonlyArray<string> =>
  (question.type === "command" ? ofCommand(question) : ofFiles(question, options?.diffLines ?? 20)).map(Printable.line)

// internal

const ofCommand = (question: CommandQuestion): ReadonlyArray<string> => [
  "May this command run?",
  ...question.command.split("\n").map((line) => `  $ ${line}`),
  ...ifAny(question.cwd, (cwd) => `  in ${cwd}`),
  ...ifAny(question.reason, (reason) => `  because: ${reason}`),
  ...ifAny(question.environment, (id) => `  in the environment ${JSON.stringify(id)}`),
  ...ifAny(more(question), (what) => `  It also requests: ${what}`),
  ...doubts.of(question.request).map((doubt) => `  and ${doubt}`),
  ...question.answers.flatMap(lasting)
]

/**
 * Describes what an answer would mean for later commands. Only rules that can be chosen are shown, not all that the
 * request proposes.
 */
const lasting = (answer: Answer): ReadonlyArray<string> => {
  switch (answer._tag) {
    case "acceptAndRemember":
      return [
        `  "Always" applies to every command that begins with: ${commandLine.quoted(answer.amendment) || "(anything)"}`
      ]
    case "applyNetworkAmendment":
      return [`  A lasting rule would ${answer.amendment.action} the host: ${answer.amendment.host}`]
    default:
      return []
  }
}

/** Describes access to a host, further permissions, and input to a running command. */
const more = ({ environment, request, wantsMore }: CommandQuestion): Option.Option<string> => {
  if (!wantsMore) return Option.none()
  const { params } = request
  const {
    additionalPermissions,
    kind = "command",
    networkApprovalContext
  }: Partial<CommandExecutionRequestApprovalParams> = "itemId" in params ? params : {}
  if (kind !== "command" || networkApprovalContext != null || additionalPermissions != null) {
    return Option.some(JSON.stringify({ kind, ...networkApprovalContext, ...additionalPermissions }))
  }
  return Option.isSome(environment) || doubts.of(request).length > 0 ? Option.none() : Option.some("(not specified)")
}

const ofFiles = (question: FileChangeQuestion, diffLines: number): ReadonlyArray<string> => {
  const { changes, paths } = question
  const diff = changes.flatMap(({ diff, kind, path }) => {
    const { type } = kind
    const sign = type === "add" ? "+" : type === "delete" ? "-" : ""
    const lines = diff.trimEnd().split("\n")
    return [`  ${type} ${path} (${counted(lines.length, "line")})`, ...lines.map((line) => `    ${sign}${line}`)]
  })
  const changed = new Set(changes.map(({ path }) => path))
  const moved = paths.filter((path) => !changed.has(path))
  const hidden = diff.length - diffLines
  return [
    paths.length === 0 ? "Change files? The server does not say which." : `Change ${counted(paths.length, "file")}?`,
    ...diff.slice(0, diffLines),
    ...(hidden > 0
      ? [`    … and ${counted(hidden, "more line")}, of these files:`, ...paths.map((path) => `    ${path}`)]
      : []),
    ...moved.map((path) => `  to ${path}`),
    ...ifAny(question.reason, (reason) => `  because: ${reason}`),
    ...doubts.of(question.request).map((doubt) => `  and ${doubt}`),
    ...ifAny(
      question.grantRoot,
      (root) => `  Accepting applies to everything under ${root}, until the end of the session.`
    )
  ]
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`

const ifAny = <A>(value: Option.Option<A>, line: (value: A) => string): ReadonlyArray<string> =>
  Option.match(value, { onNone: () => [], onSome: (value) => [line(value)] })
