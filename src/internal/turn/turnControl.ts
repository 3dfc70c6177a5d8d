/**
 * Steers and stops a running turn. Stopping is bounded, because it happens when a caller is interrupted, and must
 * end.
 *
 * If the server rejects an interrupt because of overload, or does not answer it, the interrupt is repeated until the
 * turn has ended or the limit has passed. A turn that still runs then is logged, and keeps its thread: no call of
 * this connection starts another turn there until the server reports its end.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Client } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import { insist } from "../client/insisting.ts"
import type { InterruptOptions, InterruptOutcome } from "../../Turn.ts"
import * as settings from "../settings.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import { shownIds } from "../errors/shownIds.ts"

/** How long an interrupted caller waits for the server to stop the turn. */
export const stopLimit = Duration.seconds(5)

/** Interrupts a turn and waits for its end, without a limit. Also ends the commands that it left running. */
export const stop = (client: Client, feed: FollowedTurn): Effect.Effect<void> =>
  interrupt(client, feed, stopLimit).pipe(
    Effect.catch(({ reason }) =>
      feed.isEnded() ? Effect.void : goesOn(feed, `the server rejected the interruption (${reason._tag})`)
    ),
    Effect.andThen(feed.ended),
    Effect.andThen(Effect.ignore(Effect.timeout(endTerminals(client, feed), stopLimit)))
  )

/**
 * Runs an effect in a separate fiber and waits for it at most `stopLimit`, because the caller is being interrupted.
 * The effect then continues in the background, and ends with the turn or the connection at the latest.
 */
export const bounded = <E>(client: Client, effect: Effect.Effect<unknown, E>): Effect.Effect<void> =>
  // Start immediately, so that an effect with the same limit reports it before the caller continues.
  Effect.flatMap(client["~session"].fork(Effect.interruptible(effect), { startImmediately: true }), (fiber) =>
    Effect.raceFirst(
      Effect.interruptible(Effect.asVoid(Fiber.await(fiber))),
      Effect.interruptible(Effect.sleep(stopLimit))
    )
  )

/** Stops a turn without consumers, unless it has ended. Bounded by `stopLimit`. */
export const leave = (client: Client, feed: FollowedTurn): Effect.Effect<void> =>
  Effect.suspend(() => (feed.isEnded() ? Effect.void : bounded(client, stop(client, feed))))

/** Checks the options of an interrupt. */
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

/** Interrupts a turn as the `interrupt` of its handle specifies. */
export const interruptWith = (
  client: Client,
  feed: FollowedTurn,
  options: InterruptOptions = {}
): Effect.Effect<InterruptOutcome, CodexError> =>
  Effect.gen(function* () {
    const { terminals, timeout } = yield* check(options)
    // Run in a separate fiber, so that the request is also repeated for a caller that does not wait.
    const asking = yield* client["~session"].fork(
      Effect.interruptible(interrupt(client, feed, Duration.max(timeout, stopLimit))),
      { startImmediately: true }
    )
    const ended = yield* Effect.as(Fiber.join(asking), true).pipe(
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.succeed(feed.isEnded()) })
    )
    const terminalsEnded =
      terminals === "ofTurn"
        ? yield* Effect.timeoutOrElse(endTerminals(client, feed), {
            // This limit also applies if the caller does not wait for the turn.
            duration: Duration.max(timeout, stopLimit),
            orElse: () => Effect.succeed(0)
          })
        : 0
    return { ended, terminalsEnded }
  })

// internal

const names: settings.Names<InterruptOptions> = { terminals: true, timeout: true }

/**
 * Interrupts a turn, repeating the request until the limit, and waits for the end. A turn that still runs is logged.
 */
const interrupt = (client: Client, feed: FollowedTurn, limit: Duration.Duration): Effect.Effect<void, CodexError> =>
  Effect.gen(function* () {
    // Before `turn/started` the server rejects the interrupt, and the turn continues.
    yield* feed.started
    const asking = insist((patience) =>
      client.request("turn/interrupt", { threadId: feed.threadId, turnId: feed.runningId() }, patience)
    ).pipe(
      // The turn ended in the meantime.
      Effect.catchReasons("CodexError", { NoActiveTurn: () => Effect.void, TurnMismatch: () => Effect.void }),
      Effect.andThen(feed.ended)
    )
    // The end comes first: a turn that has ended is not interrupted.
    yield* Effect.raceFirst(feed.ended, asking).pipe(
      Effect.timeoutOrElse({
        duration: limit,
        orElse: () =>
          Effect.andThen(
            goesOn(feed, `the server did not end it within ${Duration.format(limit)} of the interruption`),
            feed.ended
          )
      })
    )
  })

const goesOn = ({ threadId, turnId }: FollowedTurn, why: string): Effect.Effect<void> =>
  Effect.annotateLogs(
    Effect.logWarning(
      `The turn is still running: ${why}. To interrupt it again, get its handle from \`thread.current\`.`
    ),
    shownIds({ threadId, turnId })
  )

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
    // Stop at a repeated cursor: it leads to no new page.
    while (!seen.has(cursor)) {
      seen.add(cursor)
      const page = yield* insist((patience) =>
        client.request("thread/backgroundTerminals/list", { threadId, cursor }, patience)
      )
      for (const { itemId, processId } of page.data) {
        if (!open.has(itemId)) continue
        yield* insist((patience) =>
          client.request("thread/backgroundTerminals/terminate", { threadId, processId }, patience)
        )
        ended++
      }
      cursor = page.nextCursor ?? undefined
    }
    return ended
  }).pipe(
    // The methods are experimental: without them the commands cannot be ended from here.
    Effect.catchReason("CodexError", "ExperimentalApiRequired", () => Effect.succeed(0))
  )
