/**
 * Provides the built-in policies.
 *
 * Each one accepts a request once or abstains; `denyAll` declines. No policy gives an answer that outlives the
 * request: only a handler can do that, explicitly.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { isGuarded } from "./guardedNames.ts"
import { asEffect } from "../serverRequests/asEffect.ts"
import { make } from "./combine.ts"
import { accept, type Answer, type CommandQuestion, decline, type Policy, type Question } from "./policy.ts"
import * as realPaths from "./realPaths.ts"

/**
 * Whether a command matches, for `allowCommands`.
 *
 * @category models
 * @since 0.171.0
 */
export type CommandPredicate = (command: CommandQuestion) => boolean

/**
 * The predicates of `command`.
 *
 * @category models
 * @since 0.171.0
 */
export interface CommandPredicates {
  /** Matches one simple command that begins with these words. */
  readonly startsWith: (words: ReadonlyArray<string>) => CommandPredicate
  /** Matches one simple command that has exactly these words. */
  readonly equals: (words: ReadonlyArray<string>) => CommandPredicate
  /** Matches if any of the predicates does. */
  readonly anyOf: (...predicates: ReadonlyArray<CommandPredicate>) => CommandPredicate
}

/**
 * Accepts commands that match a predicate, and abstains from others.
 *
 * **Details**
 *
 * The predicate sees the line as the server shows it, its words if it is one simple command, and the server's own
 * reading of it. A predicate that throws declines the request.
 *
 * The policy considers only requests to run a command on the server's machine. It abstains (`wantsMore`) if:
 *
 * - the request asks for another environment, network access or further permissions, or for input to a running
 *   command
 * - the request has fields that this version does not support
 * - the item of the request belongs to another turn
 *
 * **Gotchas**
 *
 * Do not match on the line: `git status && rm -rf x` starts like a harmless command. `command.startsWith` and
 * `command.equals` compare the words of one simple command, and match nothing else. Options can also change what a
 * command does: allow `gh pr view`, not `gh`.
 *
 * Many commands run what files in their directory specify: `npm test` runs scripts, and `git status` runs
 * `core.fsmonitor` of the repository. If the model can write these files, allowing such a command allows any
 * command, outside the sandbox. `cwd` of the question is that directory.
 *
 * **Example** (Allowing two commands)
 *
 * ```ts
 * import { Approval } from "effect-codex"
 *
 * const policy = Approval.allowCommands(
 *   Approval.command.anyOf(Approval.command.startsWith(["gh", "pr", "view"]), Approval.command.equals(["date"])),
 *   "reading"
 * )
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const allowCommands = (predicate: CommandPredicate, name = "allowCommands"): Policy =>
  make(name, (question) =>
    Effect.sync(() => {
      if (question.type !== "command" || question.wantsMore) return Option.none()
      const holds: unknown = predicate(question)
      // A promise or an effect does not count as `true`.
      if (typeof holds !== "boolean")
        throw new TypeError(`${name}: the predicate must return a boolean, not a promise or an Effect`)
      return holds ? Option.some(accept) : Option.none()
    })
  )

/**
 * Accepts file changes if all paths are under one of the directories, and abstains from others.
 *
 * **Details**
 *
 * Each time, links are followed and `..` is resolved, in the directories and in the files. For a moved file, both
 * its old and its new path count. Relative directories are resolved against the program's working directory. An
 * empty string throws.
 *
 * The policy never accepts:
 *
 * - a change in `.git`, `.codex` or `.agents` below a directory, or of an `AGENTS.md` or `AGENTS.override.md`,
 *   because others run or trust their content. Any spelling that a file system treats as one of these names counts.
 * - a request without paths, a request to write below a whole directory, or one with fields that this version does
 *   not support
 *
 * The policy abstains if the server can resolve a path differently than this program. That applies to paths through
 * `/proc` or `/dev/fd` (also through a link), Windows paths without a drive, and paths that are too long to inspect.
 * It also abstains for files with several hard links, one of which can be outside, and for anything that is not a
 * regular file, such as a named pipe.
 *
 * Files that other tools run or trust, such as workflows, hooks and editor settings, get no special treatment.
 *
 * **Gotchas**
 *
 * It inspects the files of the machine on which the program runs. If another process can change a directory, that
 * directory can become a link between the check and the write.
 *
 * A request for file changes does not say in which environment they are made. Do not use this policy on a thread
 * with an environment other than the server's machine.
 *
 * Files that Codex reads as instructions through `project_doc_fallback_filenames` are not recognized: they get no
 * special treatment.
 *
 * **Example** (Allowing writes in one directory)
 *
 * ```ts
 * import { Approval } from "effect-codex"
 *
 * const policy = Approval.allowWritesUnder(["/srv/repository/docs"])
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const allowWritesUnder = (
  roots: ReadonlyArray<string>,
  name = "allowWritesUnder"
): Policy<never, FileSystem.FileSystem | Path.Path> => {
  // Each letter of a string would become a directory, `/` among them, and the policy would allow every path.
  if (!isTexts(roots) || roots.some((root) => root.trim() === "")) {
    throw new TypeError(`${name}: expected an array of non-empty paths`)
  }
  return make(
    name,
    Effect.fnUntraced(function* (question: Question) {
      if (question.type !== "fileChange" || question.wantsMore) return Option.none()
      if (Option.isSome(question.grantRoot) || question.paths.length === 0) return Option.none()
      // A kind of change that is unknown to this version may also write elsewhere.
      if (question.changes.some(({ kind }) => kind.type === "~unknown")) return Option.none()
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const real = (target: string) => realPaths.resolve(fs, path, target)
      // Resolved for each question, because a link may have replaced a directory in the meantime.
      const folders = Option.all(yield* Effect.forEach(roots, (root) => real(path.resolve(root))))
      const targets = Option.all(yield* Effect.forEach(question.paths, real))
      if (Option.isNone(folders) || Option.isNone(targets)) return Option.none()
      const allowed = (target: string) =>
        folders.value.some((folder) =>
          Option.match(realPaths.below(path, folder, target), {
            onNone: () => false,
            onSome: (names) => names.length > 0 && !names.some(isGuarded)
          })
        )
      if (!targets.value.every(allowed)) return Option.none()
      const areOwn = yield* Effect.forEach(targets.value, (target) => isOwnFile(fs, target))
      return areOwn.every(Boolean) ? Option.some(accept) : Option.none()
    })
  )
}

/** Whether a write changes only this real path: the file is new, or has no other name. */
const isOwnFile = (fs: FileSystem.FileSystem, target: string): Effect.Effect<boolean> =>
  fs.lstat(target).pipe(
    Effect.map(({ nlink, type }) => type === "File" && Option.getOrElse(nlink, () => 1n) <= 1n),
    Effect.catch(({ reason }) => Effect.succeed(reason._tag === "NotFound"))
  )

// A JavaScript program can pass any value.
const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((text) => typeof text === "string")

const checkWords = (words: unknown): void => {
  if (!isTexts(words))
    throw new TypeError('the words of a command: expected an array of strings, such as ["gh", "pr", "view"]')
}

/**
 * Declines everything.
 *
 * @category policies
 * @since 0.169.0
 */
export const denyAll: Policy = make("denyAll", () => Effect.succeed(Option.some(decline)))

/**
 * Runs an effect to decide, for example to ask the user. If the effect fails, the request is declined.
 *
 * **Example** (Asking the user)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Approval } from "effect-codex"
 *
 * const policy = (confirm: (lines: ReadonlyArray<string>) => Effect.Effect<boolean>) =>
 *   Approval.ask((question) =>
 *     Effect.map(confirm(Approval.describe(question)), (yes) => (yes ? Approval.accept : Approval.decline))
 *   )
 * ```
 *
 * @category policies
 * @since 0.169.0
 */
export const ask = <E, R>(handler: (question: Question) => Effect.Effect<Answer, E, R>, name = "ask"): Policy<E, R> =>
  make(name, (question) => Effect.map(asEffect(handler(question)), Option.some))

/** Whether a command is one simple command that begins with these words. */
export const startsWith = (prefix: ReadonlyArray<string>): CommandPredicate => {
  checkWords(prefix)
  return ({ words }) =>
    prefix.length > 0 && Option.exists(words, (found) => prefix.every((word, index) => found[index] === word))
}

/** Whether a command is exactly this simple command. */
export const equals = (command: ReadonlyArray<string>): CommandPredicate => {
  const begins = startsWith(command)
  return (question) => begins(question) && Option.exists(question.words, (found) => found.length === command.length)
}

/** Whether at least one of the predicates holds. */
export const anyOf =
  (...predicates: ReadonlyArray<CommandPredicate>): CommandPredicate =>
  (question) =>
    predicates.some((predicate) => predicate(question))

/**
 * Predicates for `allowCommands`: one simple command that starts with these words or equals them, or any of several.
 *
 * **Details**
 *
 * They see through the `bash -lc '…'` that the server puts around a command. They do not match a line with
 * operators, redirections, variables, substitutions, patterns, assignments or several lines.
 *
 * **Example** (Allowing one command with any arguments)
 *
 * ```ts
 * import { Approval } from "effect-codex"
 *
 * const policy = Approval.allowCommands(Approval.command.startsWith(["gh", "issue", "view"]))
 * ```
 *
 * @category predicates
 * @since 0.169.0
 */
export const command: CommandPredicates = { startsWith, equals, anyOf }
