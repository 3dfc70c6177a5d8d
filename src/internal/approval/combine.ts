/**
 * Defines what all policies share: a name, a decision, and how they combine. `policy.ts` defines those about commands
 * and file changes, and `permissions.ts` those about permissions.
 *
 * A policy that abstains leaves the decision to the next one. If all abstain, the request is declined.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import * as Semaphore from "effect/Semaphore"
import { orThrow, parseDuration } from "../settings.ts"

/**
 * An answer, and the name of the policy that gave it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Verdict<out Answer> {
  readonly answer: Answer
  readonly by: string
}

/**
 * A policy for any kind of question. `Approval.Policy` and `Permissions.Policy` are the two kinds, and the combinators
 * work with both.
 *
 * **Example** (Writing a combinator of your own)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Approval } from "effect-codex"
 *
 * const logged = <Q, A, E, R>(policy: Approval.PolicyFor<Q, A, E, R>): Approval.PolicyFor<Q, A, E, R> => ({
 *   ...policy,
 *   decide: (question) => Effect.tap(policy.decide(question), () => Effect.logDebug("asked", policy.name))
 * })
 *
 * const policy = logged(Approval.denyAll)
 * ```
 *
 * @category models
 * @since 0.171.0
 */
export interface PolicyFor<in Question, out Answer, out E = never, out R = never> extends Pipeable.Pipeable {
  /** Shown in the log and in `Decision`. */
  readonly name: string
  /** Answers a question. `none` leaves the decision to the next policy. */
  readonly decide: (question: Question) => Effect.Effect<Option.Option<Verdict<Answer>>, E, R>
}

/**
 * A policy of either kind, whatever its questions and answers are.
 *
 * @category models
 * @since 0.171.0
 */
export interface AnyPolicy extends PolicyFor<never, unknown, unknown, unknown> {}

/**
 * Throws a `TypeError` if a JavaScript program passes anything but a policy, such as `withTimeout(policy)` without its
 * timeout, which is a function.
 */
export const check = (where: string, policy: AnyPolicy): void => {
  if (!Predicate.hasProperty(policy, "decide") || typeof policy.decide !== "function") {
    throw new TypeError(`${where}: expected a policy, such as \`ask(…)\` or \`denyAll\``)
  }
}

/** Creates a policy that answers under its own name. */
export const make = <Q, A, E, R>(
  name: string,
  decide: (question: Q) => Effect.Effect<Option.Option<A>, E, R>
): PolicyFor<Q, A, E, R> =>
  named(name, (question) =>
    Effect.map(
      // Deferred until it runs: a question that waits for another one must not call `decide` yet.
      Effect.suspend(() => decide(question)),
      Option.map((answer) => ({ answer, by: name }))
    )
  )

/**
 * Tries the second policy if the first abstains. If the first fails, the request is declined.
 *
 * Both policies are of one kind: two of `Approval`, or two of `Permissions`.
 *
 * **Example** (Trying a second policy)
 *
 * ```ts
 * import { Approval } from "effect-codex"
 *
 * const policy = Approval.allowCommands(Approval.command.equals(["date"])).pipe(
 *   Approval.orElse(Approval.allowWritesUnder(["/srv/repository"]))
 * )
 * ```
 *
 * @category combinators
 * @since 0.169.0
 */
export const orElse: {
  <Q, A, E2, R2>(that: PolicyFor<Q, A, E2, R2>): <E, R>(self: PolicyFor<Q, A, E, R>) => PolicyFor<Q, A, E | E2, R | R2>
  <Q, A, E, R, E2, R2>(self: PolicyFor<Q, A, E, R>, that: PolicyFor<Q, A, E2, R2>): PolicyFor<Q, A, E | E2, R | R2>
} = dual(
  2,
  <Q, A, E, R, E2, R2>(self: PolicyFor<Q, A, E, R>, that: PolicyFor<Q, A, E2, R2>): PolicyFor<Q, A, E | E2, R | R2> => {
    check("orElse", self)
    check("orElse", that)
    return named(`${self.name}, ${that.name}`, (question) =>
      Effect.flatMap(self.decide(question), (verdict): Effect.Effect<Option.Option<Verdict<A>>, E2, R2> =>
        Option.isSome(verdict) ? Effect.succeed(verdict) : that.decide(question)
      )
    )
  }
)

/**
 * Declines if a policy takes longer than the timeout. A timeout is a decline, so no later policy is tried.
 *
 * Throws a `RangeError` if the timeout is not a duration of more than zero.
 *
 * **Example** (Declining if the user does not answer)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Approval } from "effect-codex"
 *
 * const policy = (answer: Effect.Effect<Approval.Answer>) =>
 *   Approval.withTimeout(
 *     Approval.ask(() => answer),
 *     "5 minutes"
 *   )
 * ```
 *
 * @category combinators
 * @since 0.169.0
 */
export const withTimeout: {
  (timeout: Duration.Input): <P extends AnyPolicy>(self: P) => P
  <P extends AnyPolicy>(self: P, timeout: Duration.Input): P
} = dual(2, <P extends AnyPolicy>(self: P, timeout: Duration.Input): P => {
  check("withTimeout", self)
  // Parsed here, so an invalid timeout fails now and not at the first question.
  const duration = orThrow("withTimeout", parseDuration("timeout", timeout, { allowInfinite: true }))
  const by = `${self.name}: no answer within ${Duration.format(duration)}`
  // Each kind of policy can decline.
  const declined: Verdict<unknown> = { answer: { _tag: "decline" }, by }
  return deciding(self, (question) =>
    Effect.timeoutOrElse(self.decide(question), { duration, orElse: () => Effect.succeedSome(declined) })
  )
})

/**
 * Asks one question at a time, even if several threads or sub-agents ask concurrently.
 *
 * Use it for a policy that asks a user. A `withTimeout` inside it starts after the wait. A question is never asked
 * if its turn ends during the wait.
 *
 * **Example** (Asking one question at a time)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Approval } from "effect-codex"
 *
 * const policy = (answer: Effect.Effect<Approval.Answer>) =>
 *   Approval.ask(() => answer).pipe(Approval.withTimeout("5 minutes"), Approval.oneAtATime)
 * ```
 *
 * @category combinators
 * @since 0.169.0
 */
export const oneAtATime = <P extends AnyPolicy>(self: P): P => {
  check("oneAtATime", self)
  const turn = Semaphore.makeUnsafe(1)
  return deciding(self, (question) => turn.withPermit(self.decide(question)))
}

// internal

/** The policy with another decision. Its name and `pipe` are not its own properties if it is an object of a class. */
const deciding = <P extends AnyPolicy>(self: P, decide: AnyPolicy["decide"]): P => ({
  ...self,
  name: self.name,
  pipe: self.pipe,
  decide
})

const named = <Q, A, E, R>(
  name: string,
  decide: (question: Q) => Effect.Effect<Option.Option<Verdict<A>>, E, R>
): PolicyFor<Q, A, E, R> => ({
  name,
  decide,
  pipe() {
    // oxlint-disable-next-line prefer-rest-params
    return Pipeable.pipeArguments(this, arguments)
  }
})
