/**
 * Runs the turn of one message on a runner, and decides what becomes the stored reply.
 *
 * A reply is stored for good, so a failure of the runner itself must not become one if another runner could still
 * answer. If the runner is about to leave, the message stays for the next one. If its app-server has died, the call
 * waits for the restart and asks the record again. A defect becomes a typed error: Effect's cluster would restart the
 * entity and run the message again, without end.
 */
import * as Cause from "effect/Cause"
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import type { Sharding } from "effect/cluster/Sharding"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { CodexError } from "../../CodexError.ts"
import type { Health } from "../client/health.ts"
import { RunnerFailed, ThreadEntityError } from "./entityErrors.ts"

/** Runs the turn of a message. Only what can be stored as its reply comes out. */
export const run = <A, E, R>(
  sharding: Sharding["Service"],
  codex: { readonly health: Effect.Effect<Health>; readonly healthChanges: Stream.Stream<Health> },
  turn: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ThreadEntityError, R> => {
  const attempt = (left: number): Effect.Effect<A, E, R> =>
    Effect.flatMap(codex.health, (before) =>
      Effect.catch(turn, (error) =>
        !isClosed(error)
          ? Effect.fail(error)
          : Effect.flatMap(restarted(codex.healthChanges, pidOf(before)), (isUp) =>
              isUp && left > 0 ? attempt(left - 1) : Effect.fail(error)
            )
      )
    )
  return attempt(RESTARTS).pipe(
    Effect.catchCause((cause) =>
      Effect.flatMap(sharding.isShutdown, (isLeaving): Effect.Effect<never, E | ThreadEntityError> => {
        const error = Option.getOrUndefined(Cause.findErrorOption(cause))
        if (isLeaving && (error === undefined || isClosed(error))) return abandon
        return failed("ThreadEntity.run", cause)
      })
    )
  )
}

/** Fails with a typed error if a handler has a defect, or interrupts itself. */
export const guarded = <A, E, R>(
  method: string,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ThreadEntityError, R> => Effect.catchCause(effect, (cause) => failed(method, cause))

// internal

/** How often a turn is tried again after the app-server was started again. */
const RESTARTS = 3

/** How long to wait for another process. A runner that is being stopped mostly knows it within this time. */
const RESTART_LIMIT = Duration.seconds(10)

const isClosed = (error: unknown): boolean => error instanceof CodexError && error.reason._tag === "ConnectionClosed"

const pidOf = (health: Health): number | undefined => (health._tag === "Up" ? health.pid : undefined)

/** Waits for another process than this one. */
const restarted = (changes: Stream.Stream<Health>, pid: number | undefined): Effect.Effect<boolean> =>
  changes.pipe(
    Stream.filter((health) => health._tag === "Up" && health.pid !== pid),
    Stream.runHead,
    // Without restarts the stream ends at once, and the runner may be about to be stopped, too.
    Effect.flatMap((up) => (Option.isSome(up) ? Effect.succeed(true) : Effect.never)),
    Effect.timeoutOption(RESTART_LIMIT),
    Effect.map(Option.isSome)
  )

/** Leaves the message to the next runner of the thread. The annotation is what the cluster looks for. */
const abandon: Effect.Effect<never> = Effect.interruptible(
  Effect.callback<never>(() => {
    const fiber = Fiber.getCurrent()
    fiber?.interruptUnsafe(fiber.id, ClusterSchema.Abandon.annotation)
  })
)

const failed = <E>(method: string, cause: Cause.Cause<E>): Effect.Effect<never, E | ThreadEntityError> => {
  const error = Cause.findErrorOption(cause)
  return Option.isSome(error) ? Effect.fail(error.value) : defective(method, cause)
}

const defective = (method: string, cause: Cause.Cause<unknown>): Effect.Effect<never, ThreadEntityError> =>
  Effect.andThen(
    Effect.logError("A thread of the cluster has a defect", cause),
    Effect.fail(new ThreadEntityError({ method, reason: new RunnerFailed({ defect: nameOf(cause) }) }))
  )

/** The name of a defect: its message can quote a prompt. */
const nameOf = (cause: Cause.Cause<unknown>): string => {
  if (Cause.hasInterruptsOnly(cause)) return "Interrupt"
  const defect = Cause.squash(cause)
  return defect instanceof Error ? defect.constructor.name : typeof defect
}
