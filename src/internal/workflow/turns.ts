/**
 * The `Turns` service: runs the turns of workflows on the app-server of this process. The layer decides whether threads
 * stay in a shared Codex home or are stored; workflows are the same.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as durableTurn from "../cluster/durableTurn.ts"
import type { Kept } from "../cluster/durableTurn.ts"
import type { OpenOptions, Services } from "../cluster/openThread.ts"
import type * as Input from "../../Input.ts"

/**
 * Runs turns on threads that have names. Each key is paid once.
 *
 * @category services
 * @since 0.171.0
 */
export interface Turns {
  /** Runs a turn on the thread of a name, or returns the result of the turn that has the key. */
  readonly "~run": <E = never, R = never>(
    name: string,
    key: string,
    input: Input.Input,
    options: durableTurn.DurableTurnOptions<E, R> & { readonly thread?: OpenOptions | undefined }
  ) => Effect.Effect<durableTurn.DurableResult, durableTurn.DurableFailure | E, R>
}

/**
 * The `Turns` service, which `turnActivity` requires. Its layers provide it.
 *
 * @category services
 * @since 0.171.0
 */
export const Turns: Context.Service<Turns, Turns> = /*#__PURE__*/ Context.Service<Turns, Turns>(
  "effect-codex/workflow/Turns"
)

/** Creates the service. */
export const make = (services: Services): Turns => {
  // How many turns of a name are in progress here.
  const inUse = new Map<string, number>()
  return {
    "~run": (name, key, input, options) =>
      Effect.suspend(() => {
        const kept: Kept = {}
        inUse.set(name, (inUse.get(name) ?? 0) + 1)
        return durableTurn.run(services, name, key, input, options, kept).pipe(
          Effect.ensuring(
            Effect.suspend(() => {
              const count = (inUse.get(name) ?? 1) - 1
              if (count > 0) {
                inUse.set(name, count)
                return Effect.void
              }
              inUse.delete(name)
              return services.stored === undefined ? release(kept) : Effect.void
            })
          )
        )
      })
  }
}

// internal

/**
 * Unsubscribes from a thread in a shared Codex home, so that the server unloads it: another runner can resume it only
 * then. With a store, each home has its own copy.
 */
const release = ({ opened }: Kept): Effect.Effect<void> =>
  Option.match(Option.fromUndefinedOr(opened), {
    onNone: () => Effect.void,
    onSome: ({ thread }) => Effect.ignore(Effect.timeout(thread.unsubscribe, "5 seconds"))
  })
