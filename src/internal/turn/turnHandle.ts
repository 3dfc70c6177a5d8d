/**
 * The public handle of a followed turn. It only combines what other modules do.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Client } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import type * as Input from "../../Input.ts"
import * as inputParts from "../input/parts.ts"
import * as settings from "../settings.ts"
import * as typeIds from "../typeIds.ts"
import type { EventsOverflowed } from "./turnErrors.ts"
import type { EventsFailure, EventsOptions, InterruptOptions, Turn, TurnEvent } from "../../Turn.ts"
import * as control from "./turnControl.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import * as turnTree from "./turnTree.ts"

/** Creates the handle of a turn. `resolve` resolves the files of an input. Streams are created on access. */
export const make = (
  client: Client,
  feed: FollowedTurn,
  resolve: (input: Input.Input) => Effect.Effect<Input.Input, CodexError>
): Turn => ({
  [typeIds.turn]: typeIds.turn,
  id: feed.turnId,
  threadId: feed.threadId,
  get eventsUntilEnd() {
    return feed.events
  },
  get events() {
    return orFail(feed.events, feed.result)
  },
  get eventsWith() {
    return eventsWith(feed, feed.result)
  },
  get tree() {
    return turnTree.make(client["~session"].listen, feed)
  },
  state: Effect.sync(() => feed.state()),
  get stateChanges() {
    return feed.stateChanges
  },
  result: feed.result,
  get steer() {
    return Effect.fn("Turn.steer")(function* (input: Input.Input) {
      yield* steer(client, feed, yield* resolve(input))
    })
  },
  get interrupt() {
    return Effect.fn("Turn.interrupt")((options?: InterruptOptions) => control.interruptWith(client, feed, options))
  }
})

/** Emits the events of a turn, and then its failure, if there is one. */
export const orFail = <E1, E>(
  events: Stream.Stream<TurnEvent, E1>,
  result: Effect.Effect<unknown, E>
): Stream.Stream<TurnEvent, E1 | E> => Stream.concat(events, Stream.fromEffectDrain(result))

/** Emits the events of a turn with a policy, which is checked when the stream runs. */
export const eventsWith =
  <E>(feed: FollowedTurn, result: Effect.Effect<unknown, E>) =>
  (options: EventsOptions): Stream.Stream<TurnEvent, EventsFailure | EventsOverflowed | E> =>
    Stream.unwrap(
      settings.known(options, eventsNames).pipe(
        Effect.andThen(settings.oneOf("whenSlow", options.whenSlow, ["merge", "dropDeltas", "fail"])),
        Effect.andThen(settings.count("capacity", options.capacity, 1)),
        Effect.mapBoth({
          onSuccess: () => orFail(feed.eventsWith(options), result),
          onFailure: (reason) => new CodexError({ method: "Turn.eventsWith", reason })
        })
      )
    )

const eventsNames: settings.Names<EventsOptions> = { whenSlow: true, capacity: true }

/** Sends more input to a turn, if it is the running one. */
export const steer: (
  client: Client,
  feed: FollowedTurn,
  input: Input.Input,
  key?: string
) => Effect.Effect<void, CodexError> = Effect.fnUntraced(function* (client, feed, input, key) {
  const parts = yield* Effect.mapError(
    inputParts.toParts(input),
    (reason) => new CodexError({ method: "turn/steer", reason })
  )
  yield* client.request("turn/steer", {
    threadId: feed.threadId,
    expectedTurnId: feed.turnId,
    input: parts,
    clientUserMessageId: key
  })
})
