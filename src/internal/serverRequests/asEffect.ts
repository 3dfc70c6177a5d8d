/**
 * What a function of the caller gave where an Effect is expected. Types say that it is one; a program in JavaScript can
 * give anything.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"

/**
 * The effect itself; anything else dies. An `async` function gives a promise: its rejection is taken notice of, since it
 * would end the program otherwise.
 */
export const asEffect = <A, E, R>(given: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
  const value: unknown = given
  if (Effect.isEffect(value)) return given
  const isPromise = Predicate.isPromiseLike(value)
  if (isPromise) value.then(undefined, () => {})
  return Effect.die(
    new TypeError(
      `The handler returned ${isPromise ? "a promise" : "a value that is not an Effect"}. Write it with Effect.gen or Effect.tryPromise`
    )
  )
}
