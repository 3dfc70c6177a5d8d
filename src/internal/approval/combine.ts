/**
 * Defines what all policies share: a name, and how they combine.
 *
 * A policy that abstains leaves the decision to the next one. If all abstain, the request is declined.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Pipeable from "effect/Pipeable"
import * as Semaphore from "effect/Semaphore"

/** An answer, and the name of the policy that gave it. */
export interface Verdict<out A> {
  readonly answer: A
  readonly by: string
}

/** Answers questions of one kind, or abstains. */
export interface Policy<in Q, out A, out E, out R> extends Pipeable.Pipeable {
  readonly name: string
  readonly decide: (question: Q) => Effect.Effect<Option.Option<Verdict<A>>, E, R>
}

/** Creates a policy that answers under its own name. */
export const make = <Q, A, E, R>(
  name: string,
  decide: (question: Q) => Effect.Effect<Option.Option<A>, E, R>
): Policy<Q, A, E, R> =>
  named(name, (question) =>
    Effect.map(
      // Deferred until it runs: a question that waits for another one must not call `decide` yet.
      Effect.suspend(() => decide(question)),
      Option.map((answer) => ({ answer, by: name }))
    )
  )

/**
 * Consults the second policy if the first abstains. If the first fails, the request is declined and the second is not
 * consulted.
 */
export const orElse: {
  <Q, A, E2, R2>(that: Policy<Q, A, E2, R2>): <E, R>(self: Policy<Q, A, E, R>) => Policy<Q, A, E | E2, R | R2>
  <Q, A, E, R, E2, R2>(self: Policy<Q, A, E, R>, that: Policy<Q, A, E2, R2>): Policy<Q, A, E | E2, R | R2>
} = dual(2, <Q, A, E, R, E2, R2>(self: Policy<Q, A, E, R>, that: Policy<Q, A, E2, R2>): Policy<Q, A, E | E2, R | R2> =>
  named(`${self.name}, ${that.name}`, (question) =>
    Effect.flatMap(self.decide(question), (verdict): Effect.Effect<Option.Option<Verdict<A>>, E2, R2> =>
      Option.isSome(verdict) ? Effect.succeed(verdict) : that.decide(question)
    )
  )
)

/**
 * Declines if a policy exceeds its timeout. This is a decline and not an abstention, so later policies are not
 * consulted.
 */
export const withTimeout = <Q, A>(
  decline: A
): {
  (timeout: Duration.Input): <E, R>(self: Policy<Q, A, E, R>) => Policy<Q, A, E, R>
  <E, R>(self: Policy<Q, A, E, R>, timeout: Duration.Input): Policy<Q, A, E, R>
} =>
  dual(2, <E, R>(self: Policy<Q, A, E, R>, timeout: Duration.Input): Policy<Q, A, E, R> => {
    // Parsed here, so an invalid timeout fails now and not at the first question.
    const duration = Duration.fromInputUnsafe(timeout)
    return named(self.name, (question) =>
      Effect.timeoutOrElse(self.decide(question), {
        duration,
        orElse: () =>
          Effect.succeed(
            Option.some<Verdict<A>>({
              answer: decline,
              by: `${self.name}: no answer within ${Duration.format(duration)}`
            })
          )
      })
    )
  })

/** Handles questions one at a time, in the order of their arrival. */
export const oneAtATime = <Q, A, E, R>(self: Policy<Q, A, E, R>): Policy<Q, A, E, R> => {
  const turn = Semaphore.makeUnsafe(1)
  return named(self.name, (question) => turn.withPermit(self.decide(question)))
}

// internal

const named = <Q, A, E, R>(name: string, decide: Policy<Q, A, E, R>["decide"]): Policy<Q, A, E, R> => ({
  name,
  decide,
  pipe() {
    // oxlint-disable-next-line prefer-rest-params
    return Pipeable.pipeArguments(this, arguments)
  }
})
