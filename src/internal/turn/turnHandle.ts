/**
 * The public handle of a followed turn. Everything it does is elsewhere; here it is put together.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Client } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import * as Input from "../../Input.ts"
import * as settings from "../settings.ts"
import type { EventsFailure, EventsOptions, Turn, TurnEvent } from "../../Turn.ts"
import * as control from "./turnControl.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import * as turnTree from "./turnTree.ts"

/** A handle on a turn. */
export const make = (client: Client, feed: FollowedTurn): Turn => ({
  id: feed.turnId,
  threadId: feed.threadId,
  events: feed.events,
  eventsOrFail: orFail(feed.events, feed.result),
  eventsWith: eventsWith(feed),
  tree: turnTree.make(client["~session"].listen, feed),
  state: Effect.sync(feed.state),
  stateChanges: feed.stateChanges,
  result: feed.result,
  steer: Effect.fn("Turn.steer")(function* (input) {
    yield* steer(client, feed, input)
  }),
  interrupt: Effect.fn("Turn.interrupt")((options) => control.interruptWith(client, feed, options))
})

/** Events of a turn, and then its failure, if it has one. */
export const orFail = <E>(
  events: Stream.Stream<TurnEvent, EventsFailure>,
  result: Effect.Effect<unknown, E>
): Stream.Stream<TurnEvent, EventsFailure | E> => Stream.concat(events, Stream.fromEffectDrain(result))

/** Events of a turn with a policy, which is looked at when they are read. */
export const eventsWith =
  (feed: FollowedTurn): Turn["eventsWith"] =>
  (options) =>
    Stream.unwrap(
      settings.known(options, eventsNames).pipe(
        Effect.andThen(settings.oneOf("whenSlow", options.whenSlow, ["merge", "dropDeltas", "fail"])),
        Effect.andThen(settings.count("capacity", options.capacity, 1)),
        Effect.mapBoth({
          onSuccess: () => feed.eventsWith(options),
          onFailure: (reason) => new CodexError({ method: "Turn.eventsWith", reason })
        })
      )
    )

const eventsNames: settings.Names<EventsOptions> = { whenSlow: true, capacity: true }

/** Gives a turn more input, provided that it is the one that runs. */
export const steer: (client: Client, feed: FollowedTurn, input: Input.Input) => Effect.Effect<void, CodexError> =
  Effect.fnUntraced(function* (client, feed, input) {
    const parts = yield* Effect.mapError(
      Input.toParts(input),
      (reason) => new CodexError({ method: "turn/steer", reason })
    )
    yield* client.request("turn/steer", { threadId: feed.threadId, expectedTurnId: feed.turnId, input: parts })
  })
