/**
 * A turn is one user input and everything Codex does in response: a plain value that holds its connection.
 *
 * A turn has events, a current state and a result, and you can steer or interrupt it. Its errors are here as well.
 * Folding and buffering of events are internal.
 *
 * @since 0.169.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { CodexError } from "./CodexError.ts"
import type { ThreadItem, TurnError, TurnPlanStep, TurnStatus } from "./generated/types.ts"
import type { Input } from "./Input.ts"
import * as typeIds from "./internal/typeIds.ts"
import { idOf } from "./internal/turn/items.ts"
import { finalResponse, type TurnResult, type TurnUsage } from "./internal/turn/turnResult.ts"
import type { Notification } from "./internal/client/notifications.ts"
import type {
  EventsOverflowed,
  TurnFailed,
  TurnInterrupted,
  TurnStalled,
  TurnTimedOut
} from "./internal/turn/turnErrors.ts"

export {
  ContextWindowExceeded,
  EventsOverflowed,
  isContextWindowExceeded,
  isEventsOverflowed,
  isModelConnectionFailed,
  isModelNotFound,
  isOtherFailure,
  isOutcomeUnknown,
  isPolicyViolation,
  isRateLimited,
  isServerOverloaded,
  isTurnFailed,
  isTurnInterrupted,
  isTurnStalled,
  isTurnTimedOut,
  isUnauthorized,
  isUsageLimitExceeded,
  ModelConnectionFailed,
  ModelNotFound,
  OtherFailure,
  OutcomeUnknown,
  PolicyViolation,
  RateLimited,
  Reason,
  ServerOverloaded,
  TurnFailed,
  TurnInterrupted,
  TurnStalled,
  TurnTimedOut,
  Unauthorized,
  UsageLimitExceeded
} from "./internal/turn/turnErrors.ts"
export type { Collected } from "./internal/turn/turnErrors.ts"
export { autoReview } from "./internal/turn/autoReview.ts"
export type { AutoReview } from "./internal/turn/autoReview.ts"
export { finalResponse } from "./internal/turn/turnResult.ts"
export type { TurnRecord, TurnResult, TurnUsage, TurnWarning } from "./internal/turn/turnResult.ts"

/**
 * The current state of one item.
 *
 * @category models
 * @since 0.169.0
 */
export interface ItemState {
  /**
   * The item as the server last sent it, when it started or completed.
   *
   * An item that was in progress when its turn ended has the status `failed`. Its command can still be running.
   */
  readonly item: ThreadItem
  /**
   * The text so far of a message, a plan or reasoning, or the output of a command or patch. Empty for other items.
   */
  readonly text: string
  readonly isCompleted: boolean
}

/**
 * The current state of a turn, as a user interface shows it.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnState {
  readonly id: string
  readonly threadId: string
  /**
   * `completed`, `failed` or `interrupted` after the turn has ended, for whatever reason.
   *
   * If the server sent no status, it is `failed` after an error of the server, and otherwise `interrupted`.
   */
  readonly status: TurnStatus
  /** The items in the order in which they started. */
  readonly items: ReadonlyArray<ItemState>
  /** The steps of the plan, from its latest update. */
  readonly plan: ReadonlyArray<TurnPlanStep>
  /** The unified diff of all file changes of the turn, from its latest update. */
  readonly diff: Option.Option<string>
  readonly usage: Option.Option<TurnUsage>
  /** The latest provider error after which the server is retrying. Any other later event clears it. */
  readonly retrying: Option.Option<TurnError>
  /** How many server requests, such as approvals, are waiting for an answer from this program. */
  readonly openRequests: number
}

/**
 * The state of the turn so far. It is the first event for a late subscriber, and replaces the backlog of a very slow
 * one. It does not include the events that follow it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Snapshot {
  readonly method: "~snapshot"
  readonly state: TurnState
}

/**
 * A notification of a turn, in order, or a snapshot. `switch` on `method` to narrow `params`.
 *
 * `error` with `willRetry` reports progress, not the end of the turn.
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
  /** The thread of the event. */
  readonly threadId: string
  /** The thread that started that thread. None for the thread of the turn itself. */
  readonly parentThreadId: Option.Option<string>
  readonly event: TurnEvent
}

/**
 * How the backlog of a slow consumer is bounded.
 *
 * **Details**
 *
 * - `merge` (default): adjacent deltas of one item are merged, and of events that carry a whole state, such as
 *   `turn/diff/updated`, only the latest is kept.
 * - `dropDeltas`: deltas over the capacity are dropped. Completed items and the latest states are still emitted.
 * - `fail`: the stream fails with `EventsOverflowed`.
 *
 * The first two also apply when the backlog reaches 8 MiB, even with few events. Above 64 MiB the backlog is
 * replaced by one snapshot, and a warning is logged. With `fail`, the stream fails.
 *
 * @category models
 * @since 0.169.0
 */
export interface EventsOptions {
  /** The policy for events over the capacity. */
  readonly whenSlow: "merge" | "dropDeltas" | "fail"
  /** How many events can wait before the policy applies. Default: 1024. */
  readonly capacity?: number | undefined
}

/**
 * Options of an interruption.
 *
 * **Details**
 *
 * If the server rejects the interruption by overload, it is sent again after pauses that grow from 250 ms to 2 s. If
 * the server does not answer, it is sent again after a second. This continues until the turn has ended or the
 * `timeout` has passed, and in the background for at least 5 s. If the turn is still running then, a warning is
 * logged, and later turns of the thread wait until it ends.
 *
 * @category models
 * @since 0.169.0
 */
export interface InterruptOptions {
  /**
   * Whether to end commands that the turn left running in background terminals. Default: `keep`.
   *
   * On their own, such commands outlive the turn.
   */
  readonly terminals?: "keep" | "ofTurn" | undefined
  /** How long to wait for the end of the turn, and then for that of its terminals (at least 5 s). Default: 5 s. */
  readonly timeout?: Duration.Input | undefined
}

/**
 * The outcome of an interruption.
 *
 * @category models
 * @since 0.169.0
 */
export interface InterruptOutcome {
  /** Whether the turn has ended. If not, the timeout has passed. */
  readonly ended: boolean
  /** How many background terminals were ended. */
  readonly terminalsEnded: number
}

/**
 * The errors of a turn that has no result.
 *
 * @category errors
 * @since 0.169.0
 */
export type Failure = CodexError | TurnFailed | TurnInterrupted | TurnStalled | TurnTimedOut

/**
 * The errors of streams that do not report a failed turn: the connection ended, or the turn exceeded a limit.
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
  readonly [typeIds.turn]: typeof typeIds.turn
  readonly id: string
  readonly threadId: string
  /**
   * The turn's events. Fails as `result` does, after `turn/completed`, if the turn does not complete.
   *
   * **Details**
   *
   * Each run of the stream is a separate consumer with its own pace. The first consumer receives all events from the
   * start. A later one starts with a snapshot, and so does a first consumer that subscribes after more than 256
   * events.
   */
  readonly events: Stream.Stream<TurnEvent, Failure>
  /** `events` with another policy for a slow consumer. */
  eventsWith(options: EventsOptions): Stream.Stream<TurnEvent, Failure | EventsOverflowed>
  /**
   * `events` that end after `turn/completed`, whatever its status: a failed turn does not fail the stream.
   *
   * Fails if the connection ends first, or if the turn exceeds a limit.
   */
  readonly eventsUntilEnd: Stream.Stream<TurnEvent, EventsFailure>
  /**
   * The events of the turn and of its sub-agents, each with its thread. Ends with the turn.
   *
   * A consumer that is more than 64 MiB behind loses the oldest events, and a warning is logged.
   */
  readonly tree: Stream.Stream<TreeEvent, EventsFailure>
  /** The current state of the turn. */
  readonly state: Effect.Effect<TurnState>
  /**
   * The current state of the turn, then the state after each change. Ends with the turn.
   *
   * A slow consumer receives the latest state only.
   */
  readonly stateChanges: Stream.Stream<TurnState, EventsFailure>
  /**
   * Waits until the turn ends and returns its result.
   *
   * You can run it any number of times, before or after the turn ends: the outcome is the same. It does not consume
   * events.
   */
  readonly result: Effect.Effect<TurnResult, Failure>
  /** Sends more input to the running turn. Fails with `NoActiveTurn`, `TurnMismatch` or `TurnNotSteerable`. */
  steer(input: Input): Effect.Effect<void, CodexError>
  /**
   * Interrupts the turn and waits until it ends. Does not change a turn that has ended.
   *
   * Waits for the turn to start first, because the server rejects an earlier interrupt.
   */
  interrupt(options?: InterruptOptions): Effect.Effect<InterruptOutcome, CodexError>
}

/**
 * Whether a value is a handle of a turn or of a goal.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTurn = (value: unknown): value is Turn => Predicate.hasProperty(value, typeIds.turn)

/**
 * Emits the text of the answer while it is written: the deltas of messages, including commentary.
 *
 * **Details**
 *
 * A snapshot adds the text that is missing so far, so the text is complete for a late or slow consumer too.
 *
 * **Gotchas**
 *
 * With `eventsUntilEnd` or `thread.streamUntilEnd(…)`, the text of a failed turn ends early without an error.
 *
 * @category events
 * @since 0.169.0
 */
export const textDeltas = <E, R>(events: Stream.Stream<TurnEvent, E, R>): Stream.Stream<string, E, R> =>
  // Counts the emitted text of each message, so that a consumer that was far behind continues after a snapshot.
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
 * Emits items as they complete. After a snapshot, emits its completed items that were not emitted before.
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
 * Runs the events to their end and returns the text of the answer.
 *
 * **Gotchas**
 *
 * With `eventsUntilEnd` or `thread.streamUntilEnd(…)`, a failed turn returns its partial text or none, without an
 * error.
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
