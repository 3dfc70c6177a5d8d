/**
 * A thread is a conversation with Codex: a plain value that holds its connection.
 *
 * Use `Codex` to start, resume or archive a thread, and `Turn` to follow a turn.
 *
 * @since 0.169.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { CodexError } from "./CodexError.ts"
import type {
  ReviewTarget,
  Thread as ThreadRecord,
  ThreadForkResponse,
  ThreadItemEntry,
  ThreadItemsListResponse,
  ThreadReadParams,
  ThreadResumeResponse,
  ThreadStartResponse,
  ThreadTurnsListResponse,
  ThreadUnsubscribeStatus,
  Turn as ProtocolTurn
} from "./generated/types.ts"
import type * as DynamicTools from "./DynamicTools.ts"
import type { GoalError, Options, GoalResult, GoalTurn } from "./Goal.ts"
import type * as Input from "./Input.ts"
import * as typeIds from "./internal/typeIds.ts"
import type * as threadGoal from "./internal/goal/threadGoal.ts"
import type * as threadHistory from "./internal/thread/threadHistory.ts"
import type * as threadOptions from "./internal/thread/threadOptions.ts"
import type * as turnOptions from "./internal/thread/threadTurnOptions.ts"
import type { LimitOptions } from "./internal/turn/limitOptions.ts"
import type { RunOnceOptions } from "./internal/thread/runOnce.ts"
import type * as threadTurns from "./internal/thread/threadTurns.ts"
import type { TurnByKeyOptions } from "./internal/thread/turnByKey.ts"
import { inRealTime } from "./internal/realTime.ts"
import type * as StructuredOutput from "./StructuredOutput.ts"
import type { EventsFailure, Failure, OutcomeUnknown, Turn, TurnEvent, TurnRecord, TurnResult } from "./Turn.ts"

export type { HistoryOptions, ItemsOptions } from "./internal/thread/threadHistory.ts"
export type { RunOnceOptions } from "./internal/thread/runOnce.ts"
export type { TurnByKeyOptions } from "./internal/thread/turnByKey.ts"
export type { TurnOptions } from "./internal/thread/threadTurnOptions.ts"
export type { LimitOptions } from "./internal/turn/limitOptions.ts"
export type { SendOptions } from "./internal/thread/threadTurns.ts"

/**
 * The server's reply to the start, resume or fork: effective model, directory, policies and instruction sources.
 *
 * @category models
 * @since 0.169.0
 */
export type Reply = ThreadStartResponse | ThreadResumeResponse | ThreadForkResponse

/**
 * A conversation with Codex.
 *
 * **Details**
 *
 * Every method can fail with a `CodexError`: with `ThreadNotFound` if the thread is not, or no longer, loaded on the
 * server, and with the errors of the connection. Each method lists its other reasons.
 *
 * @category models
 * @since 0.169.0
 */
export interface Thread {
  readonly [typeIds.thread]: typeof typeIds.thread
  readonly id: string
  /** The server's reply when this handle was created. */
  readonly reply: Reply
  /**
   * Runs a turn and waits until it ends.
   *
   * **Details**
   *
   * Turns on one thread run one after the other. The call first waits for any running turn, including one of another
   * client, unless `whenBusy` is `reject`. If the input joined a turn that started elsewhere at the same moment, and
   * no model read it there, it is sent again in a new turn. Otherwise the call fails with `TurnJoined`.
   *
   * Interrupting the call interrupts the turn on the server, ends the commands that the turn left running, and waits
   * up to 5 s for the end. `InvalidInput`, `InputTooLarge`, `InvalidOptions` and `RuntimeTooOld` fail it before
   * anything is sent.
   *
   * **Gotchas**
   *
   * Without `idleTimeout` or `maxDuration`, a turn has no limit, and it never ends while its model provider is
   * unreachable. A warning is logged when the server first retries.
   */
  run(input: Input.RunInput, options?: turnOptions.TurnOptions): Effect.Effect<TurnResult, Failure>
  /**
   * Runs a turn and decodes its answer with a schema. The model receives the schema for this turn only.
   *
   * **Details**
   *
   * A schema that strict mode cannot express fails with `InvalidInput` before anything is sent. Use
   * `StructuredOutput.prepare` to check this in advance.
   *
   * If the answer does not match the schema, up to `repair` further turns (default: 0) report the problem to the
   * model. After that the call fails with `StructuredOutputInvalid`. A turn that does not complete fails as it does
   * with `run`, and so does a repair turn.
   *
   * **Gotchas**
   *
   * A repair turn refers to the last answer, so run nothing else on the thread until the call returns.
   *
   * **Example** (Decoding an answer)
   *
   * ```ts
   * const Plan = Schema.Struct({ summary: Schema.String, actions: Schema.Array(Schema.String) })
   * const { value } = yield* thread.runAs(Plan, "Plan a safe roll-out.", { repair: 1 })
   * ```
   */
  runAs<A, E, RD, RE>(
    schema: Schema.ConstraintCodec<A, E, RD, RE>,
    input: Input.RunInput,
    options?: StructuredOutput.Options
  ): Effect.Effect<StructuredOutput.StructuredResult<A>, Failure | StructuredOutput.StructuredOutputInvalid, RD>
  /**
   * Runs a turn unless this thread has one with the same key, and returns the result of that turn.
   *
   * **When to use**
   *
   * Use for work that must not be done or paid twice: with `Effect.retry`, after a crash, or if the same request can
   * arrive again. Choose a key that identifies the work, such as the id of an order.
   *
   * **Details**
   *
   * The server saves the key before it asks the model. So this holds across restarts, and for other processes and
   * machines that share the Codex home. The newest turn with the key decides:
   *
   * - There is none: the input is sent, and the call continues like `run`.
   * - It has completed: returns its result. The model is not asked. See `Turn.TurnRecord` for what such a result lacks.
   * - It has failed: fails with the same `TurnFailed`. `ifFailed` can repeat it.
   * - It is running: waits for its end. Interrupting the call does not interrupt a turn that another call started.
   * - It was interrupted: fails with `OutcomeUnknown`, which has what is known of the turn. `ifInterrupted` can
   *   continue it.
   *
   * Calls of one program with the same key at the same time share one turn, with the input and options of the first.
   * The turn is interrupted only if all of them are.
   *
   * **Gotchas**
   *
   * Only the latest 200 turns are searched (`searchTurns`). A fork has copies of the turns and their keys. A turn that
   * was removed with `revert` counts as none. An ephemeral thread has no record, so the call fails. Two programs that
   * share one app-server and start at the same moment can both send. So can two processes with a codex before
   * 0.147.0, which lets both open the thread.
   *
   * **Example** (Surviving a crash)
   *
   * ```ts
   * const result = yield* thread.runOnce(order.id, "Write the invoice.", { ifInterrupted: "continue" }).pipe(
   *   Effect.retry({ times: 3, while: (error) => error._tag === "CodexError" })
   * )
   * ```
   */
  runOnce(
    key: string,
    input: Input.Input,
    options?: RunOnceOptions
  ): Effect.Effect<TurnResult, Failure | OutcomeUnknown>
  /**
   * Returns the newest turn whose input has this `key`, or none.
   *
   * **Details**
   *
   * Reads what the server has saved, newest turns first. The latest 200 turns are searched (`searchTurns`). A key of
   * input that `send` added to a running turn is found among the latest 8 only. Fails for an ephemeral thread.
   */
  turnByKey(key: string, options?: TurnByKeyOptions): Effect.Effect<Option.Option<TurnRecord>, CodexError>
  /**
   * Starts a turn and returns a handle as soon as the server has accepted it.
   *
   * The call first waits for any running turn, including one of another client. The turn keeps running if the caller
   * is interrupted. The call has the same errors before the turn as `run`. If the input joined a turn that started
   * elsewhere at the same moment, the handle fails with `TurnJoined`.
   */
  turn(input: Input.RunInput, options?: turnOptions.TurnOptions): Effect.Effect<Turn, CodexError>
  /**
   * Runs a turn as a stream of its events. Fails as `run` does, after `turn/completed`, if the turn does not complete.
   *
   * Each run of the stream sends the input and starts a new turn. If you stop reading early, the turn is
   * interrupted.
   */
  stream(input: Input.RunInput, options?: turnOptions.TurnOptions): Stream.Stream<TurnEvent, Failure>
  /**
   * `stream` that ends after `turn/completed`, whatever its status.
   *
   * **Gotchas**
   *
   * A failed turn does not fail this stream, so half an answer looks complete unless you check the status of the last
   * event. The stream fails if the connection ends first, or if the turn exceeds a limit.
   */
  streamUntilEnd(input: Input.RunInput, options?: turnOptions.TurnOptions): Stream.Stream<TurnEvent, EventsFailure>
  /**
   * Sends input to a busy or idle thread: steers the running turn, or starts one. Returns a handle on that turn.
   *
   * **Details**
   *
   * If the running turn ends before it receives the input, a new one is started. `options` other than `whenBusy`
   * apply to a new turn only. Fails with `TurnNotSteerable` during a review or a compaction.
   */
  send(input: Input.Input, options?: threadTurns.SendOptions): Effect.Effect<Turn, CodexError>
  /**
   * Sends an external message to the running turn, or starts a turn with it. Returns a handle on that turn.
   *
   * `options` apply to a new turn only.
   */
  sendExternal(
    message: Input.ExternalMessage,
    options?: Omit<turnOptions.TurnOptions, "key">
  ): Effect.Effect<Turn, CodexError>
  /**
   * Starts a code review as a separate turn, after any running turn has ended.
   *
   * **Details**
   *
   * The target is `{ type: "uncommittedChanges" }`, `{ type: "baseBranch", branch }`, `{ type: "commit", sha }` or
   * `{ type: "custom", instructions }`. The text of the review is in the item `exitedReviewMode` and in the last
   * message of the result. A review cannot be steered.
   */
  review(target: ReviewTarget, options?: LimitOptions): Effect.Effect<Turn, CodexError>
  /**
   * Shortens what the model sees of the conversation. The history is unchanged.
   *
   * A compaction runs as a turn, after any running turn. Returns a handle as soon as it has started.
   */
  compact(options?: LimitOptions): Effect.Effect<Turn, CodexError>
  /**
   * Runs `compact` and waits until it ends. A failed compaction fails like any turn, and interrupting the call stops
   * it.
   */
  compactAndWait(options?: LimitOptions): Effect.Effect<TurnResult, Failure>
  /**
   * Reads the current state of the thread from the server: name, preview, status and dates.
   *
   * `includeTurns` adds the whole history (default: `false`) and fails with `NoTurnsYet` before the first turn. Use
   * `history` to read the history in pages.
   */
  read(options?: Omit<ThreadReadParams, "threadId">): Effect.Effect<ThreadRecord, CodexError>
  /**
   * Streams the turns so far with their items, oldest first, and requests each page when it is needed.
   *
   * Fails with `NoTurnsYet` before the first turn. It also fails for an ephemeral thread, which has no history.
   */
  history(options?: threadHistory.HistoryOptions): Stream.Stream<ProtocolTurn, CodexError>
  /** Returns one page of `history`, with the cursors to continue from it. */
  historyPage(options?: threadHistory.HistoryOptions): Effect.Effect<ThreadTurnsListResponse, CodexError>
  /**
   * Streams the items so far, each with the id of its turn, oldest first, and requests each page when it is needed.
   *
   * Fails as `history` does. If the thread was started with a codex before 0.151.0, its items are read from its
   * turns, with their full outputs.
   */
  items(options?: threadHistory.ItemsOptions): Stream.Stream<ThreadItemEntry, CodexError>
  /** Returns one page of `items`, with the cursors to continue from it. */
  itemsPage(options?: threadHistory.ItemsOptions): Effect.Effect<ThreadItemsListResponse, CodexError>
  /** Sets the name of the thread. A blank name fails with `InvalidInput`. */
  setName(name: string): Effect.Effect<void, CodexError>
  /**
   * Removes a turn and all later turns from the conversation, permanently. Files are unchanged.
   *
   * Returns the thread after the change. Fails with `ThreadNotPaginated` if the thread was started with a codex
   * before 0.151.0. Fork such a thread with `beforeTurnId` instead.
   *
   * **Gotchas**
   *
   * The server allows this while a turn is running.
   */
  revert(beforeTurnId: string): Effect.Effect<ThreadRecord, CodexError>
  /**
   * Starts a new thread with a copy of this one's history.
   *
   * The fork has the same tools, and the same toolkit answers their calls unless you pass `tools`. Fails with
   * `RolloutNotFound` before the first turn, and for an ephemeral thread.
   */
  fork<T extends DynamicTools.Tools = never>(
    options?: threadOptions.ForkThreadOptions<T>
  ): Effect.Effect<Thread, CodexError, DynamicTools.Requirements<T>>
  /** Adds at least one item, in the format of the Responses API, to what the model sees. Runs no turn. */
  injectItems(items: ReadonlyArray<unknown>): Effect.Effect<void, CodexError>
  /**
   * Sets an objective that the server pursues over several turns, and waits until the goal ends.
   *
   * Interrupting the call pauses the goal and ends its turn.
   *
   * **Gotchas**
   *
   * A goal that was given up or ran out of tokens does not fail: check `goal.status` of the result. Without
   * `tokenBudget`, `idleTimeout` or `maxDuration`, a goal has no limit. If a turn or another goal is running on the
   * thread, the call fails with `ThreadBusy`.
   */
  runGoal(objective: string, options?: Options): Effect.Effect<GoalResult, Failure | GoalError>
  /**
   * Starts a goal and returns a handle when its first turn has started.
   *
   * The goal keeps running if the caller is interrupted. Later turns wait until it ends.
   */
  startGoal(objective: string, options?: Options): Effect.Effect<GoalTurn, CodexError | GoalError>
  /**
   * The turn that is running on the thread, or none.
   *
   * It does not have to be a turn of this program: it can belong to another client of the server, to a goal or to
   * `thread/shellCommand`, or be left over from before a resume. Its `events` start with a snapshot.
   */
  readonly current: Effect.Effect<Option.Option<Turn>, CodexError>
  /**
   * The active goal of the thread as one turn, from the running turn onwards, or none. It can be a goal of another
   * program.
   *
   * **Gotchas**
   *
   * Interrupting the turn of another program's goal does not pause that goal: the server continues it.
   */
  readonly currentGoal: Effect.Effect<Option.Option<GoalTurn>, CodexError>
  /** Reads, sets and clears the thread's goal, without following its turns. */
  readonly goal: threadGoal.Record
  /**
   * Stops the thread's notifications to this connection, so that the server can unload the thread.
   *
   * **Details**
   *
   * Affects every handle on the thread: running turns fail with `ThreadNotFound`, although they continue on the
   * server. Later turns fail with it immediately, until the thread is resumed.
   */
  readonly unsubscribe: Effect.Effect<ThreadUnsubscribeStatus, CodexError>
}

/**
 * Whether a value is a handle of a thread.
 *
 * @category guards
 * @since 0.171.0
 */
export const isThread = (value: unknown): value is Thread => Predicate.hasProperty(value, typeIds.thread)

/**
 * Unsubscribes from a thread when the scope closes.
 *
 * **Example** (Using one thread for one request)
 *
 * ```ts
 * const answer = Effect.scoped(
 *   Effect.gen(function*() {
 *     const codex = yield* Codex.Codex
 *     const thread = yield* Thread.scoped(codex.startThread())
 *     return yield* thread.run("Say hello in one sentence.")
 *   })
 * )
 * ```
 *
 * **Gotchas**
 *
 * Unsubscribing affects every handle of this connection on the same thread.
 *
 * @category combinators
 * @since 0.169.0
 */
export const scoped = <E, R>(thread: Effect.Effect<Thread, E, R>): Effect.Effect<Thread, E, R | Scope.Scope> =>
  Effect.acquireRelease(
    thread,
    // Uses the real clock, so that a scope also closes under a test clock that stands still.
    (thread) => inRealTime(Effect.ignore(Effect.timeout(thread.unsubscribe, unsubscribeLimit))),
    { interruptible: true }
  )

// internal

/** Maximum time that closing a scope waits for the server. */
const unsubscribeLimit = Duration.seconds(5)
