/**
 * Steers and stops a turn that runs. Bounded: stopping is what happens when a caller is interrupted, and must end.
 *
 * An interruption that the server refuses by overload, or doesn't answer, is repeated until the turn has ended or the
 * limit has passed. A turn that goes on all the same is told to the log, and keeps its thread: no call of ours starts
 * another there before the server has told of its end.
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

/** Interrupts a turn and waits for its end, without a limit; commands that it left running are ended too. */
export const stop = (client: Client, feed: FollowedTurn): Effect.Effect<void> =>
  interrupt(client, feed, stopLimit).pipe(
    Effect.catch(({ reason }) =>
      feed.isEnded() ? Effect.void : goesOn(feed, `the server rejected the interruption (${reason._tag})`)
    ),
    Effect.andThen(feed.ended),
    Effect.andThen(Effect.ignore(Effect.timeout(endTerminals(client, feed), stopLimit)))
  )

/**
 * Runs an effect in a fiber of its own and waits for it, but no longer than `stopLimit`, since the caller is being interrupted. What isn't done
 * by then continues in the background: it ends with the turn or the connection at the latest.
 */
export const bounded = <E>(client: Client, effect: Effect.Effect<unknown, E>): Effect.Effect<void> =>
  // At once, so that what it limits by the same time is told of before the caller goes on.
  Effect.flatMap(client["~session"].fork(Effect.interruptible(effect), { startImmediately: true }), (fiber) =>
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
    // Beside the caller, so that it is repeated also for one that does not wait.
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
            // Also for who doesn't wait for the turn.
            duration: Duration.max(timeout, stopLimit),
            orElse: () => Effect.succeed(0)
          })
        : 0
    return { ended, terminalsEnded }
  })

// internal

const names: settings.Names<InterruptOptions> = { terminals: true, timeout: true }

/** Asks for the end of a turn, for as long as the limit, and waits for it. The log is told of a turn that goes on. */
const interrupt = (client: Client, feed: FollowedTurn, limit: Duration.Duration): Effect.Effect<void, CodexError> =>
  Effect.gen(function* () {
    // Before `turn/started` the server refuses, and the turn goes on.
    yield* feed.started
    if (feed.isEnded()) return
    const asking = insist((patience) =>
      client.request("turn/interrupt", { threadId: feed.threadId, turnId: feed.runningId() }, patience)
    ).pipe(
      // It ended in the meantime.
      Effect.catchReasons("CodexError", { NoActiveTurn: () => Effect.void, TurnMismatch: () => Effect.void }),
      Effect.andThen(feed.ended)
    )
    yield* Effect.raceFirst(asking, feed.ended).pipe(
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
    // A cursor that comes again leads nowhere new.
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
    // The methods are experimental: without them the commands can't be ended from here.
    Effect.catchReason("CodexError", "ExperimentalApiRequired", () => Effect.succeed(0))
  )
