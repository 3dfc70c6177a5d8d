/**
 * A conversation: a plain value that holds the connection. Starting, resuming and archiving one is `Codex`'s; what a turn comes to is `Turn`.
 *
 * @since 0.169.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
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
  Turn as TurnRecord
} from "./generated/types.ts"
import type * as DynamicTools from "./DynamicTools.ts"
import type { GoalError, GoalOptions, GoalResult, GoalTurn } from "./Goal.ts"
import type * as Input from "./Input.ts"
import type * as threadGoal from "./internal/goal/threadGoal.ts"
import type * as threadHistory from "./internal/thread/threadHistory.ts"
import type * as threadOptions from "./internal/thread/threadOptions.ts"
import type * as turnOptions from "./internal/thread/threadTurnOptions.ts"
import type { LimitOptions } from "./internal/turn/limitOptions.ts"
import type * as threadTurns from "./internal/thread/threadTurns.ts"
import { inRealTime } from "./internal/realTime.ts"
import type * as StructuredOutput from "./StructuredOutput.ts"
import type { EventsFailure, Failure, Turn, TurnEvent, TurnResult } from "./Turn.ts"

export type { Goal, GoalChange } from "./internal/goal/threadGoal.ts"
export type { HistoryOptions, ItemsOptions } from "./internal/thread/threadHistory.ts"
export type { TurnOptions } from "./internal/thread/threadTurnOptions.ts"
export type { LimitOptions } from "./internal/turn/limitOptions.ts"
export type { SendOptions } from "./internal/thread/threadTurns.ts"

/**
 * What the server said when the thread was started, resumed or forked: effective model, folder, policies, instruction sources.
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
 * Every method fails with a `CodexError`: `ThreadNotFound` if the server hasn't loaded the thread (any more), and what the connection can come to.
 * Further reasons are named where they can come.
 *
 * @category models
 * @since 0.169.0
 */
export interface Thread {
  readonly id: string
  /** What the server said when this handle was made. */
  readonly reply: Reply
  /**
   * Runs a turn and waits for its end.
   *
   * **Details**
   *
   * Turns on one thread go one after the other: it waits for the end of any turn that runs there, also of another
   * client, unless `whenBusy` says `reject`. Input that went into a turn that began elsewhere at the same moment, where
   * no model read it, is given to a new turn; else it fails with
   * `TurnJoined`. Interrupting it interrupts the turn on the server, ends the commands that it left running, and
   * waits for the end, at most 5 s. `InvalidInput`, `InputTooLarge`, `InvalidOptions` and `RuntimeTooOld` come before anything is sent.
   *
   * **Gotchas**
   *
   * Unless `idleTimeout` or `maxDuration` is given, a turn has no limit, and one whose model host can't be reached never ends; a warning is logged
   * when the server first retries.
   */
  run(input: Input.RunInput, options?: turnOptions.TurnOptions): Effect.Effect<TurnResult, Failure>
  /**
   * `run`, and reads the answer with a schema: the model is asked for what the schema describes, for this turn only.
   *
   * **Details**
   *
   * A schema that strict mode can't express fails with `InvalidInput` before anything is sent; `StructuredOutput.prepare` tells beforehand. An
   * answer that doesn't fit fails with `StructuredOutputInvalid`, after up to `repair` further turns (default: 0) that tell the model what was
   * wrong. A turn that ends badly fails as with `run`, also when it is a repair.
   *
   * **Gotchas**
   *
   * Repairs speak of the last answer: run nothing else on the thread meanwhile.
   *
   * **Example** (An answer as a value)
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
   * Starts a turn and gives a handle on it as soon as the server has accepted it. The turn goes on whatever becomes of the caller; it waits for
   * the end of any turn that runs on the thread, also of another client. Fails like `run` before the turn. Input that
   * went into a turn that began elsewhere at the same moment fails the handle with `TurnJoined`.
   */
  turn(input: Input.RunInput, options?: turnOptions.TurnOptions): Effect.Effect<Turn, CodexError>
  /**
   * A turn as a stream of its events: nothing is sent until it runs, each run is a new turn, and leaving it early interrupts the turn.
   *
   * **Gotchas**
   *
   * A turn that ends badly still ends the stream normally, after `turn/completed`: half an answer looks like a whole one. `streamOrFail` fails.
   */
  stream(input: Input.RunInput, options?: turnOptions.TurnOptions): Stream.Stream<TurnEvent, EventsFailure>
  /**
   * `stream`, and the stream of a turn that ends badly fails after `turn/completed`, with the error that `run` would have.
   *
   * **When to use**
   *
   * Where the end of the stream is taken for the end of the answer: a response to a browser, `Turn.textDeltas`, `Turn.finalText`.
   */
  streamOrFail(input: Input.RunInput, options?: turnOptions.TurnOptions): Stream.Stream<TurnEvent, Failure>
  /**
   * Sends input whatever the thread is doing: steers the turn that runs, or starts one. Gives a handle on the turn that got it.
   *
   * **Details**
   *
   * If the running turn ends on the way, a new one is started. `options` other than `whenBusy` apply to a new turn only. Fails with
   * `TurnNotSteerable` during a review or a compaction.
   */
  send(input: Input.Input, options?: threadTurns.SendOptions): Effect.Effect<Turn, CodexError>
  /**
   * Gives an external message to the turn that runs, or starts one with it. Gives a handle on the turn that got it; `options` apply to a new
   * turn only.
   */
  sendExternal(message: Input.ExternalMessage, options?: turnOptions.TurnOptions): Effect.Effect<Turn, CodexError>
  /**
   * Lets Codex review code, as a turn of its own; it waits for the end of a turn that runs on the thread.
   *
   * **Details**
   *
   * The target is `{ type: "uncommittedChanges" }`, `{ type: "baseBranch", branch }`, `{ type: "commit", sha }` or
   * `{ type: "custom", instructions }`. The review's text is in the item `exitedReviewMode`, and the last message of the result. It takes no steering.
   */
  review(target: ReviewTarget, options?: LimitOptions): Effect.Effect<Turn, CodexError>
  /**
   * Shortens what the model sees of the conversation; the history stays. Gives a handle as soon as the compaction has begun: it runs as a turn, after
   * one that runs on the thread.
   */
  compact(options?: LimitOptions): Effect.Effect<Turn, CodexError>
  /** `compact`, and waits for the end; a compaction that goes wrong fails like any turn. Interrupting it stops the compaction. */
  compactAndWait(options?: LimitOptions): Effect.Effect<TurnResult, Failure>
  /**
   * The thread as the server has it now: name, preview, status, dates. `includeTurns` gives the whole history with it (default: without), and
   * fails with `NoTurnsYet` before the first turn; `history` gives it in pages.
   */
  read(options?: Omit<ThreadReadParams, "threadId">): Effect.Effect<ThreadRecord, CodexError>
  /** The turns so far, with their items: oldest first, asked for page by page as they are taken. `NoTurnsYet` before the first turn; an ephemeral thread has none to give, and fails. */
  history(options?: threadHistory.HistoryOptions): Stream.Stream<TurnRecord, CodexError>
  /** One page of `history`, with the cursors to go on from it. */
  historyPage(options?: threadHistory.HistoryOptions): Effect.Effect<ThreadTurnsListResponse, CodexError>
  /**
   * The items so far, each with the id of its turn: oldest first, asked for page by page as they are taken. Fails as
   * `history` does. The items of a thread that was started with a codex before 0.151.0 are taken from its turns, with
   * their outputs whole.
   */
  items(options?: threadHistory.ItemsOptions): Stream.Stream<ThreadItemEntry, CodexError>
  /** One page of `items`, with the cursors to go on from it. */
  itemsPage(options?: threadHistory.ItemsOptions): Effect.Effect<ThreadItemsListResponse, CodexError>
  /** Gives the thread a name. A blank one fails with `InvalidInput`. */
  setName(name: string): Effect.Effect<void, CodexError>
  /**
   * Cuts the conversation before a turn, for good; files stay as they are. Gives the thread as it is then. Fails with
   * `ThreadNotPaginated` on a thread that was started with a codex before 0.151.0: fork that one with `beforeTurnId`.
   *
   * **Gotchas**
   *
   * The server allows it while a turn runs.
   */
  revert(beforeTurnId: string): Effect.Effect<ThreadRecord, CodexError>
  /**
   * A new thread with this one's history so far. `RolloutNotFound` before the first turn, and for an ephemeral thread. Its tools are this one's, and
   * so is who answers their calls, unless `tools` are given.
   */
  fork<T extends DynamicTools.Tools = never>(
    options?: threadOptions.ForkThreadOptions<T>
  ): Effect.Effect<Thread, CodexError, DynamicTools.Requirements<T>>
  /** Adds items to what the model sees, in the shape of the Responses API, without running a turn. At least one. */
  injectItems(items: ReadonlyArray<unknown>): Effect.Effect<void, CodexError>
  /**
   * Has the server pursue an objective over as many turns as it takes, and waits for the end. Interrupting it pauses the goal and ends its turn.
   *
   * **Gotchas**
   *
   * A goal that was given up or ran out of tokens is no failure: look at `goal.status` of the result. Unless `tokenBudget`, `idleTimeout` or
   * `maxDuration` is given, it has no limit. A thread on which a turn or a goal runs takes none: `ThreadBusy`.
   */
  runGoal(objective: string, options?: GoalOptions): Effect.Effect<GoalResult, Failure | GoalError>
  /** Starts a goal and gives a handle on it when its first turn has begun. It goes on whatever becomes of the caller; later turns wait for its end. */
  startGoal(objective: string, options?: GoalOptions): Effect.Effect<GoalTurn, CodexError | GoalError>
  /**
   * The turn that runs on the thread, also one that this program did not start: of another client of the server, of a
   * goal, of `thread/shellCommand`, or left over from before a resume. None if none runs. Its `events` begin with a
   * snapshot.
   */
  readonly current: Effect.Effect<Option.Option<Turn>, CodexError>
  /**
   * The goal that the server pursues on the thread, also one of another program, as one turn from the turn that runs
   * now on. None if there is no active goal.
   *
   * **Gotchas**
   *
   * A goal of another program is not paused here where its turn is interrupted: the server goes on with it.
   */
  readonly currentGoal: Effect.Effect<Option.Option<GoalTurn>, CodexError>
  /** The thread's goal as a record: read, set and cleared without following what the server does with it. */
  readonly goal: threadGoal.Goal
  /**
   * Stops notifications of the thread to this connection, so that the server can unload it.
   *
   * **Details**
   *
   * It holds for all handles on the thread: turns that run here fail with `ThreadNotFound`, although they go on in the server, and later ones fail
   * with it at once, until the thread is resumed.
   */
  readonly unsubscribe: Effect.Effect<ThreadUnsubscribeStatus, CodexError>
}

/**
 * A thread that is unsubscribed when the scope ends.
 *
 * **Example** (One thread for one request)
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
 * Unsubscribing holds for every handle of this connection on the same thread.
 *
 * @category combinators
 * @since 0.169.0
 */
export const scoped = <E, R>(thread: Effect.Effect<Thread, E, R>): Effect.Effect<Thread, E, R | Scope.Scope> =>
  Effect.acquireRelease(
    thread,
    // On the real clock: the scope of a program that stands still ends too.
    (thread) => inRealTime(Effect.ignore(Effect.timeout(thread.unsubscribe, unsubscribeLimit))),
    { interruptible: true }
  )

// internal

/** How long the end of a scope waits for the server. */
const unsubscribeLimit = Duration.seconds(5)
