/**
 * Steers and stops a turn that runs. Bounded: stopping is what happens when a caller is interrupted, and must end.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Client } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import type { InterruptOptions, InterruptOutcome } from "../../Turn.ts"
import * as settings from "../settings.ts"
import type { FollowedTurn } from "./followedTurn.ts"

/** How long an interrupted caller waits for the server to stop the turn. */
export const stopLimit = Duration.seconds(5)

/** Interrupts a turn and waits for its end, without a limit; commands that it left running are ended too. */
export const stop = (client: Client, feed: FollowedTurn): Effect.Effect<void, CodexError> =>
  Effect.andThen(interrupt(client, feed), endTerminals(client, feed))

/**
 * Runs an effect in a fiber of its own and waits for it, but no longer than `stopLimit`, since the caller is being interrupted. What isn't done
 * by then continues in the background: it ends with the turn or the connection at the latest.
 */
export const bounded = <E>(client: Client, effect: Effect.Effect<unknown, E>): Effect.Effect<void> =>
  Effect.flatMap(client["~session"].fork(Effect.interruptible(effect)), (fiber) =>
    Effect.raceFirst(
      Effect.interruptible(Effect.asVoid(Fiber.await(fiber))),
      Effect.interruptible(Effect.sleep(stopLimit))
    )
  )

/** Stops a turn that nobody follows any more, unless it has ended; bounded. */
export const leave = (client: Client, feed: FollowedTurn): Effect.Effect<void> =>
  Effect.suspend(() => (feed.isEnded() ? Effect.void : bounded(client, stop(client, feed))))

/** Settings of an interruption, checked. */
export const check = Effect.fnUntraced(
  function* (options: InterruptOptions) {
    yield* settings.known(options, names)
    return {
      terminals: yield* settings.oneOf("terminals", options.terminals, ["keep", "ofTurn"]),
      timeout: yield* settings.duration("timeout", options.timeout, stopLimit, { allowInfinite: true, allowZero: true })
    }
  },
  Effect.mapError((reason) => new CodexError({ method: "turn/interrupt", reason }))
)

/** Interrupts a turn as its handle promises. */
export const interruptWith = (
  client: Client,
  feed: FollowedTurn,
  options: InterruptOptions = {}
): Effect.Effect<InterruptOutcome, CodexError> =>
  Effect.gen(function* () {
    const { terminals, timeout } = yield* check(options)
    const ended = yield* Effect.as(interrupt(client, feed), true).pipe(
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.succeed(false) })
    )
    const terminalsEnded =
      terminals === "ofTurn"
        ? yield* Effect.timeoutOrElse(endTerminals(client, feed), {
            // Also for who doesn't wait for the turn.
            duration: Duration.max(timeout, stopLimit),
            orElse: () => Effect.succeed(0)
          })
        : 0
    return { ended, terminalsEnded }
  })

// internal

const names: settings.Names<InterruptOptions> = { terminals: true, timeout: true }

const interrupt = (client: Client, feed: FollowedTurn): Effect.Effect<void, CodexError> =>
  Effect.gen(function* () {
    // Before `turn/started` the server refuses, and the turn goes on.
    yield* feed.started
    if (feed.isEnded()) return
    yield* client.request("turn/interrupt", { threadId: feed.threadId, turnId: feed.runningId() }).pipe(
      // It ended in the meantime.
      Effect.catchReasons("CodexError", { NoActiveTurn: () => Effect.void, TurnMismatch: () => Effect.void })
    )
    yield* feed.ended
  })

const endTerminals = (client: Client, feed: FollowedTurn): Effect.Effect<number, CodexError> =>
  Effect.gen(function* () {
    const open = new Set(
      feed
        .state()
        .items.flatMap(({ isCompleted, item }) => (item.type === "commandExecution" && !isCompleted ? [item.id] : []))
    )
    if (open.size === 0) return 0
    const { threadId } = feed
    let ended = 0
    const seen = new Set<unknown>()
    let cursor: string | null | undefined
    // A cursor that comes again leads nowhere new.
    while (!seen.has(cursor)) {
      seen.add(cursor)
      const page = yield* client.request("thread/backgroundTerminals/list", { threadId, cursor })
      for (const { itemId, processId } of page.data) {
        if (!open.has(itemId)) continue
        yield* client.request("thread/backgroundTerminals/terminate", { threadId, processId })
        ended++
      }
      cursor = page.nextCursor ?? undefined
    }
    return ended
  }).pipe(
    // The methods are experimental: without them the commands can't be ended from here.
    Effect.catchReason("CodexError", "ExperimentalApiRequired", () => Effect.succeed(0))
  )
