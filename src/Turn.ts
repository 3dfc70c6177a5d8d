/**
 * One turn of a thread: a plain value that holds the connection. It gives the turn's events, its state so far and its result, and steers and
 * interrupts it. How a turn ends badly is `TurnError`; how events are folded and buffered is internal.
 *
 * @since 0.169.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { CodexError } from "./CodexError.ts"
import type { ThreadItem, TurnError, TurnPlanStep, TurnStatus } from "./generated/types.ts"
import type { Input } from "./Input.ts"
import { idOf } from "./internal/turn/items.ts"
import { finalResponse, type TurnResult, type TurnUsage } from "./internal/turn/turnResult.ts"
import type { Notification } from "./Notification.ts"
import type { EventsOverflowed, TurnFailed, TurnInterrupted, TurnStalled, TurnTimedOut } from "./TurnError.ts"

export { autoReview } from "./internal/turn/autoReview.ts"
export type { AutoReview } from "./internal/turn/autoReview.ts"
export { finalResponse } from "./internal/turn/turnResult.ts"
export type { TurnResult, TurnUsage, TurnWarning } from "./internal/turn/turnResult.ts"

/**
 * An item as it stands.
 *
 * @category models
 * @since 0.169.0
 */
export interface ItemState {
  /**
   * As the server last showed it: at its start, or complete. An item that was in progress when its turn ended is shown
   * as `failed`; a command may outlive its turn.
   */
  readonly item: ThreadItem
  /** Its text so far: of a message, a plan or reasoning; the output of a command or patch; empty for other items. */
  readonly text: string
  readonly isCompleted: boolean
}

/**
 * A turn as it stands: what a user interface draws.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnState {
  readonly id: string
  readonly threadId: string
  /**
   * `completed`, `failed` or `interrupted` once the turn has ended, whatever ended it. Where the server didn't say:
   * `failed` if it told an error, else
   * `interrupted`.
   */
  readonly status: TurnStatus
  /** In the order in which they began. */
  readonly items: ReadonlyArray<ItemState>
  /** The steps of the plan, as last told. */
  readonly plan: ReadonlyArray<TurnPlanStep>
  /** The unified diff of all file changes of the turn, as last told. */
  readonly diff: Option.Option<string>
  readonly usage: Option.Option<TurnUsage>
  /** The last error of the model's connection that the server is retrying after; gone once something else happens. */
  readonly retrying: Option.Option<TurnError>
  /** How many requests of the server, such as approvals, wait for an answer from here. */
  readonly openRequests: number
}

/**
 * The turn so far: the first event of a consumer that comes late, and what one that is far behind goes on from. What
 * follows it is not in it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Snapshot {
  readonly method: "~snapshot"
  readonly state: TurnState
}

/**
 * What happens in a turn: its notifications, in order; `switch` on `method` narrows `params`. `error` with `willRetry` is progress.
 *
 * @category models
 * @since 0.169.0
 */
export type TurnEvent = Notification | Snapshot

/**
 * An event of a turn or of one of its sub-agents.
 *
 * @category models
 * @since 0.169.0
 */
export interface TreeEvent {
  /** The thread that it happened on. */
  readonly threadId: string
  /** The thread that started it; none for the turn's own. */
  readonly parentThreadId: Option.Option<string>
  readonly event: TurnEvent
}

/**
 * How a consumer's backlog is kept bounded.
 *
 * **Details**
 *
 * - `merge`: deltas of the same item are put together, and of events that tell a whole state, such as
 *   `turn/diff/updated`, only the latest stays. The default.
 * - `dropDeltas`: deltas over the capacity are dropped; the completed items still come, and the latest states.
 * - `fail`: the stream fails with `EventsOverflowed`.
 *
 * The first two also apply from 8 MiB on, however few events wait. Past 64 MiB what waits is replaced by one snapshot,
 * and a warning is logged; with `fail` the stream fails.
 *
 * @category models
 * @since 0.169.0
 */
export interface EventsOptions {
  /** What happens to events over the capacity. */
  readonly whenSlow: "merge" | "dropDeltas" | "fail"
  /** How many events may wait before the policy applies. Default: 1024. */
  readonly capacity?: number | undefined
}

/**
 * Settings of an interruption.
 *
 * **Details**
 *
 * An interruption that the server refuses by overload is repeated after pauses that grow from 250 ms to 2 s, and one
 * that it doesn't answer after a second, until the turn has ended or the `timeout` has passed; in the background for at
 * least 5 s. A turn that goes on then is told to the log, and later turns of the thread wait for its end.
 *
 * @category models
 * @since 0.169.0
 */
export interface InterruptOptions {
  /** What becomes of commands that the turn left running in background terminals: on their own they outlive it. Default: `keep`. */
  readonly terminals?: "keep" | "ofTurn" | undefined
  /** How long to wait for the turn's end, and then for that of the terminals, at least 5 s. Default: 5 s. */
  readonly timeout?: Duration.Input | undefined
}

/**
 * What an interruption came to.
 *
 * @category models
 * @since 0.169.0
 */
export interface InterruptOutcome {
  /** Whether the turn has ended; if not, the time was up. */
  readonly ended: boolean
  /** How many background terminals were ended. */
  readonly terminalsEnded: number
}

/**
 * How a turn can fail to give a result.
 *
 * @category errors
 * @since 0.169.0
 */
export type Failure = CodexError | TurnFailed | TurnInterrupted | TurnStalled | TurnTimedOut

/**
 * How a turn's events can fail: the connection ended, or a limit of the turn passed.
 *
 * @category errors
 * @since 0.169.0
 */
export type EventsFailure = CodexError | TurnStalled | TurnTimedOut

/**
 * A running turn.
 *
 * @category models
 * @since 0.169.0
 */
export interface Turn {
  readonly id: string
  readonly threadId: string
  /**
   * The turn's events, to its end: the last is `turn/completed`, whatever its status. Fails with the connection's error if that ends first.
   *
   * **Details**
   *
   * Each run of the stream is a consumer of its own, at its own pace. The first one gets everything from the start; later ones, or a first one
   * that lets more than 256 events pass before it comes, begin with a snapshot.
   */
  readonly events: Stream.Stream<TurnEvent, EventsFailure>
  /** `events`, and after the `turn/completed` of a turn that ended badly the stream fails, with the very error that `result` has. */
  readonly eventsOrFail: Stream.Stream<TurnEvent, Failure>
  /** `events` with another policy for a slow consumer. */
  eventsWith(options: EventsOptions): Stream.Stream<TurnEvent, EventsFailure | EventsOverflowed>
  /**
   * The events of the turn and of its sub-agents, with the thread of each; ends with the turn. A consumer that is more
   * than 64 MiB behind loses the oldest, and a warning is logged.
   */
  readonly tree: Stream.Stream<TreeEvent, EventsFailure>
  /** The turn as it stands. */
  readonly state: Effect.Effect<TurnState>
  /** The turn as it stands, then after each change; a slow consumer gets the latest only. Ends with the turn. */
  readonly stateChanges: Stream.Stream<TurnState, EventsFailure>
  /** Waits for the end. It is the same however often and whenever it is asked for, and doesn't take events from anybody. */
  readonly result: Effect.Effect<TurnResult, Failure>
  /** Gives the running turn more input. Refused with `NoActiveTurn`, `TurnMismatch` or `TurnNotSteerable`. */
  steer(input: Input): Effect.Effect<void, CodexError>
  /**
   * Interrupts the turn and waits for its end; a turn that has ended stays as it is. If need be it waits for the turn to begin first, since the
   * server refuses before.
   */
  interrupt(options?: InterruptOptions): Effect.Effect<InterruptOutcome, CodexError>
}

/**
 * The text of the answer as it is written: deltas of messages, commentary included.
 *
 * **Details**
 *
 * A snapshot gives what is missing of the messages so far, so that the text is whole for a late or slow consumer too.
 *
 * **Gotchas**
 *
 * `events` of a turn that ends badly end normally, and the text with them, however much is missing. Give it `eventsOrFail` or
 * `thread.streamOrFail(…)` to have that fail.
 *
 * @category events
 * @since 0.169.0
 */
export const textDeltas = <E, R>(events: Stream.Stream<TurnEvent, E, R>): Stream.Stream<string, E, R> =>
  // How much of each message was given: a consumer that was far behind goes on from a snapshot.
  Stream.mapAccum(
    events,
    () => new Map<string, number>(),
    (given, event) => {
      if (event.method === "item/agentMessage/delta") {
        const { delta, itemId } = event.params
        given.set(itemId, (given.get(itemId) ?? 0) + delta.length)
        return [given, [delta]]
      }
      if (event.method !== "~snapshot") return [given, []]
      const rest = event.state.items.flatMap(({ item, text }) => {
        if (item.type !== "agentMessage") return []
        const missing = text.slice(given.get(item.id) ?? 0)
        given.set(item.id, text.length)
        return missing === "" ? [] : [missing]
      })
      return [given, rest]
    }
  )

/**
 * The items as they are completed; from a snapshot those that are, and were not given before.
 *
 * @category events
 * @since 0.169.0
 */
export const completedItems = <E, R>(events: Stream.Stream<TurnEvent, E, R>): Stream.Stream<ThreadItem, E, R> =>
  Stream.mapAccum(
    events,
    () => new Set<string>(),
    (given, event) => {
      if (event.method === "item/completed") {
        given.add(idOf(event.params.item))
        return [given, [event.params.item]]
      }
      if (event.method !== "~snapshot") return [given, []]
      const missing = event.state.items.flatMap(({ isCompleted, item }) =>
        isCompleted && !given.has(idOf(item)) ? [item] : []
      )
      for (const item of missing) given.add(idOf(item))
      return [given, missing]
    }
  )

/**
 * Runs the events to their end and gives the text of the answer.
 *
 * **Gotchas**
 *
 * From `events` of a turn that ended badly it gives what there is, or none. Give it `eventsOrFail` or `thread.streamOrFail(…)` to have that fail.
 *
 * @category events
 * @since 0.169.0
 */
export const finalText = <E, R>(events: Stream.Stream<TurnEvent, E, R>): Effect.Effect<Option.Option<string>, E, R> =>
  Stream.runFold(
    completedItems(events),
    (): ReadonlyArray<ThreadItem> => [],
    (items, item) => (item.type === "agentMessage" ? [...items, item] : items)
  ).pipe(Effect.map(finalResponse))
