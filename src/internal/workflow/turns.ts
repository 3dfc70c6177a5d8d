/**
 * The `Turns` service: runs the turns of workflows on the app-server of this process. The layer decides whether threads
 * stay in a shared Codex home or are stored; workflows are the same.
 *
 * A turn has a fiber of its own, because an engine interrupts a workflow to replay it, for example when a decision
 * arrives while a turn runs in another branch. The replay calls again with the same key, and joins the turn.
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Input from "../../Input.ts"
import * as durableTurn from "../cluster/durableTurn.ts"
import type { Kept } from "../cluster/durableTurn.ts"
import type { OpenOptions, Services } from "../cluster/openThread.ts"

/**
 * Runs turns on threads that have names. Each key is paid once.
 *
 * @category services
 * @since 0.171.0
 */
export interface Turns {
  /**
   * Runs a turn on the thread of a name, or returns the result of the turn that has the key. Joins the same turn if it
   * is running here.
   *
   * `isReplayed` is asked if the call is interrupted: whether the same call follows. If not, the turn is interrupted.
   */
  readonly "~run": <A, E, R>(
    name: string,
    key: string,
    run: (
      turn: <E2, R2>(
        input: Input.Input,
        options: durableTurn.DurableTurnOptions<E2, R2> & { readonly thread?: OpenOptions | undefined }
      ) => Effect.Effect<durableTurn.DurableResult, durableTurn.DurableFailure | E2, R2>
    ) => Effect.Effect<A, E, R>,
    isReplayed: Effect.Effect<boolean>
  ) => Effect.Effect<A, E, R>
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

/** Creates the service. Turns that run when the scope closes are interrupted. */
export const make = Effect.fnUntraced(function* (services: Services): Effect.fn.Return<Turns, never, Scope.Scope> {
  const scope = yield* Effect.scope
  const running = new Map<string, Running>()
  // How many turns of a name are in progress here.
  const inUse = new Map<string, number>()

  const once = <E, R>(
    name: string,
    key: string,
    input: Input.Input,
    options: durableTurn.DurableTurnOptions<E, R> & { readonly thread?: OpenOptions | undefined }
  ) =>
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

  const forget = (id: string, turn: Running) => {
    if (running.get(id) === turn) running.delete(id)
  }

  const stopUnlessJoined = (id: string, turn: Running) =>
    Effect.suspend(() => {
      if (turn.callers > 0) return Effect.void
      forget(id, turn)
      return Effect.flatMap(Deferred.await(turn.fiber), Fiber.interrupt)
    })

  // Type boundary: calls under one key of a thread run the same code, so they have the same types.
  return {
    "~run": <A, E, R>(
      name: string,
      key: string,
      run: Parameters<Turns["~run"]>[2],
      isReplayed: Effect.Effect<boolean>
    ) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const id = JSON.stringify([name, key])
          let turn = running.get(id)
          if (turn === undefined) {
            const started: Running = { fiber: Deferred.makeUnsafe(), callers: 0 }
            running.set(id, started)
            const fiber = yield* run((input, options) => once(name, key, input, options)).pipe(
              Effect.interruptible,
              // If a replay is to follow, it gets this result.
              Effect.ensuring(Effect.sync(() => started.callers > 0 && forget(id, started))),
              Effect.forkIn(scope, { startImmediately: true })
            )
            Deferred.doneUnsafe(started.fiber, Effect.succeed(fiber))
            turn = started
          }
          const joined = turn
          joined.callers++
          const fiber = yield* Deferred.await(joined.fiber)
          // Type boundary: as above.
          return yield* restore(Fiber.join(fiber) as Effect.Effect<A, E, R>).pipe(
            Effect.onExit((exit) =>
              Effect.sync(() => {
                if (!Exit.hasInterrupts(exit)) forget(id, joined)
              })
            ),
            Effect.onInterrupt(() =>
              Effect.flatMap(isReplayed, (follows) => {
                joined.callers--
                if (joined.callers > 0) return Effect.void
                // The replay may never come: this process can lose the workflow in the same moment.
                return follows
                  ? Effect.forkIn(Effect.andThen(Effect.sleep(replayLimit), stopUnlessJoined(id, joined)), scope)
                  : stopUnlessJoined(id, joined)
              })
            )
          )
        })
      )
  } as Turns
})

// internal

interface Running {
  readonly fiber: Deferred.Deferred<Fiber.Fiber<unknown, unknown>>
  /** How many calls wait for it. */
  callers: number
}

/** How long a turn runs on without a call that waits for it. */
const replayLimit = "30 seconds"

/**
 * Unsubscribes from a thread in a shared Codex home, so that the server unloads it: another runner can resume it only
 * then. With a store, each home has its own copy.
 */
const release = ({ opened }: Kept): Effect.Effect<void> =>
  Option.match(Option.fromUndefinedOr(opened), {
    onNone: () => Effect.void,
    onSome: ({ thread }) => Effect.ignore(Effect.timeout(thread.unsubscribe, "5 seconds"))
  })
