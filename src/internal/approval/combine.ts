/**
 * What all policies have in common, whatever they are asked: a name, and how they combine. A policy that says nothing leaves the decision to the
 * next; where none says anything, the answer is no.
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

/** Answers questions of one kind, or says nothing. */
export interface Policy<in Q, out A, out E, out R> extends Pipeable.Pipeable {
  readonly name: string
  readonly decide: (question: Q) => Effect.Effect<Option.Option<Verdict<A>>, E, R>
}

/** A policy that answers in its own name. */
export const make = <Q, A, E, R>(
  name: string,
  decide: (question: Q) => Effect.Effect<Option.Option<A>, E, R>
): Policy<Q, A, E, R> =>
  named(name, (question) =>
    Effect.map(
      // Not before it runs: a question that waits for another hasn't been asked yet.
      Effect.suspend(() => decide(question)),
      Option.map((answer) => ({ answer, by: name }))
    )
  )

/** Asks the second policy where the first says nothing. A failure of the first declines: the second isn't asked. */
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

/** Declines when a policy takes longer than the limit. It is a no, not a silence: a policy after it isn't asked. */
export const withTimeout = <Q, A>(
  decline: A
): {
  (limit: Duration.Input): <E, R>(self: Policy<Q, A, E, R>) => Policy<Q, A, E, R>
  <E, R>(self: Policy<Q, A, E, R>, limit: Duration.Input): Policy<Q, A, E, R>
} =>
  dual(2, <E, R>(self: Policy<Q, A, E, R>, limit: Duration.Input): Policy<Q, A, E, R> => {
    // Here and now, and not when the first question comes.
    const duration = Duration.fromInputUnsafe(limit)
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

/** Asks one question after the other, in the order in which they came. */
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
