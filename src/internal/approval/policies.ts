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
import * as policy from "./policy.ts"
import type { Answer, CommandQuestion, Policy, Question } from "./policy.ts"
import * as realPaths from "./realPaths.ts"

const accept: Answer = { _tag: "accept" }

/** Accepts commands for which the predicate returns `true`. */
export const allowCommands = (predicate: (command: CommandQuestion) => boolean, name = "allowCommands"): Policy =>
  policy.make(name, (question) =>
    Effect.sync(() => {
      if (question.type !== "command" || question.wantsMore) return Option.none()
      const holds: unknown = predicate(question)
      // A promise or an effect does not count as `true`.
      if (typeof holds !== "boolean")
        throw new TypeError(`${name}: the predicate must return a boolean, not a promise or an Effect`)
      return holds ? Option.some(accept) : Option.none()
    })
  )

/** Accepts file changes if all changed files are in one of the directories. */
export const allowWritesUnder = (
  folders: ReadonlyArray<string>,
  name = "allowWritesUnder"
): Policy<never, FileSystem.FileSystem | Path.Path> => {
  // Each letter of a string would become a directory, `/` among them, and the policy would allow every path.
  if (!isTexts(folders) || folders.some((folder) => folder.trim() === "")) {
    throw new TypeError(`${name}: expected an array of non-empty paths`)
  }
  return policy.make(
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
      const roots = Option.all(yield* Effect.forEach(folders, (folder) => real(path.resolve(folder))))
      const targets = Option.all(yield* Effect.forEach(question.paths, real))
      if (Option.isNone(roots) || Option.isNone(targets)) return Option.none()
      const allowed = (target: string) =>
        roots.value.some((root) =>
          Option.match(realPaths.below(path, root, target), {
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

/** Declines everything. */
export const denyAll: Policy = policy.make("denyAll", () => Effect.succeed(Option.some<Answer>({ _tag: "decline" })))

/** Delegates the decision to a function. */
export const ask = <E, R>(handler: (question: Question) => Effect.Effect<Answer, E, R>, name = "ask"): Policy<E, R> =>
  policy.make(name, (question) => Effect.map(asEffect(handler(question)), Option.some))

/** Whether a command is one simple command that begins with these words. */
export const startsWith = (prefix: ReadonlyArray<string>) => {
  checkWords(prefix)
  return ({ words }: CommandQuestion): boolean =>
    prefix.length > 0 && Option.exists(words, (found) => prefix.every((word, index) => found[index] === word))
}

/** Whether a command is exactly this simple command. */
export const equals = (command: ReadonlyArray<string>) => {
  const begins = startsWith(command)
  return (question: CommandQuestion): boolean =>
    begins(question) && Option.exists(question.words, (found) => found.length === command.length)
}

/** Whether at least one of the predicates holds. */
export const anyOf =
  (...predicates: ReadonlyArray<(command: CommandQuestion) => boolean>) =>
  (question: CommandQuestion): boolean =>
    predicates.some((predicate) => predicate(question))
