/**
 * Comparisons for scenarios: outcomes as a word, and checks that die with a sentence. Scenarios run as programs, so
 * they need no test runner.
 */
import { Cause, Effect, Exit, Option } from "effect"

/** Dies with the sentence unless the condition holds. */
export const check = (isSo: boolean, sentence: string): Effect.Effect<void> =>
  isSo ? Effect.void : Effect.die(new Error(sentence))

/** Dies if two values differ, compared as JSON. */
export const same = (found: unknown, expected: unknown, about: string): Effect.Effect<void> => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
  return check(a === b, `${about}: ${a}, expected ${b}`)
}

/** How an effect ended: `ok`, the tags of its error and of that one's reason, `interrupted` or `died`. */
export const wordOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return "ok"
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) return Cause.hasInterruptsOnly(exit.cause) ? "interrupted" : "died"
  return [error, field(error, "reason")].flatMap((value) => field(value, "_tag") ?? []).join("/")
}

/** Runs an effect, and dies unless it ends with this word. */
export const ends = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  word: string,
  about = "it"
): Effect.Effect<void, never, R> =>
  Effect.flatMap(Effect.exit(effect), (exit) => {
    const found = wordOf(exit)
    return check(
      found === word,
      `${about} ended as ${found}, expected ${word}${found === "died" ? `: ${causeOf(exit)}` : ""}`
    )
  })

/**
 * How the connection ended, by the error of this effect; `ok` and other errors as in `wordOf`. A defect stays a defect.
 */
export const connectionEnd = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<unknown, never, R> =>
  Effect.matchEffect(effect, {
    onSuccess: () => Effect.succeed("ok"),
    onFailure: (error) => Effect.succeed(field(field(error, "reason"), "end") ?? wordOf(Exit.fail(error)))
  })

/** Returns the milliseconds that an effect takes, and how it ends. */
export const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const from = performance.now()
    return Effect.map(Effect.exit(effect), (exit) => ({ exit, millis: performance.now() - from }))
  })

/** A field of any value, or `undefined`. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined

// internal

const causeOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit) ? (Cause.pretty(exit.cause).split("\n")[0] ?? "") : ""
