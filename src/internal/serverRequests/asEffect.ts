/**
 * Accepts what a caller's function returned where an Effect is expected. The types require an Effect, but a
 * JavaScript program can return anything.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"

/**
 * Returns the effect itself, and dies for any other value.
 *
 * An `async` function returns a promise. Its rejection is handled here, because an unhandled rejection would end the
 * program.
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
