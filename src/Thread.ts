/**
 * A conversation: a plain value that holds the connection. Starting, resuming and archiving one is `Codex`'s; what a turn comes to is `Turn`.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { CodexError, InvalidInput } from "./CodexError.ts"
import type {
  ReviewTarget,
  Thread as ThreadRecord,
  ThreadForkResponse,
  ThreadItemEntry,
  ThreadItemsListResponse,
  ThreadResumeResponse,
  ThreadStartResponse,
  ThreadTurnsListResponse,
  ThreadUnsubscribeStatus,
  Turn as TurnRecord
} from "./generated/types.ts"
import type * as DynamicTools from "./DynamicTools.ts"
import type { GoalError, GoalOptions, GoalResult, GoalTurn } from "./Goal.ts"
import type * as Input from "./Input.ts"
import * as goals from "./internal/goal/goals.ts"
import * as structured from "./internal/thread/structuredRun.ts"
import * as compaction from "./internal/thread/threadCompaction.ts"
import { type Connection, unsubscribe } from "./internal/thread/threadConnection.ts"
import * as threadGoal from "./internal/thread/threadGoal.ts"
import * as threadHistory from "./internal/thread/threadHistory.ts"
import * as threadOptions from "./internal/thread/threadOptions.ts"
import * as turnOptions from "./internal/thread/threadTurnOptions.ts"
import * as threadTurns from "./internal/thread/threadTurns.ts"
import * as threadTools from "./internal/tools/threadTools.ts"
import type * as StructuredOutput from "./StructuredOutput.ts"
import type { EventsFailure, Failure, Turn, TurnEvent, TurnResult } from "./Turn.ts"

export type { Connection } from "./internal/thread/threadConnection.ts"
export type { Goal, GoalChange } from "./internal/thread/threadGoal.ts"
export type { HistoryOptions, ItemsOptions } from "./internal/thread/threadHistory.ts"
export type { LimitOptions, TurnOptions } from "./internal/thread/threadTurnOptions.ts"
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
   * Turns on one thread go one after the other. Interrupting it interrupts the turn on the server, ends the commands that it left running, and
   * waits for the end, at most 5 s. `InvalidInput`, `InputTooLarge`, `InvalidOptions` and `RuntimeTooOld` come before anything is sent.
   *
   * **Gotchas**
   *
   * Unless `idleTimeout` or `maxDuration` is given, a turn has no limit, and one whose model host can't be reached never ends.
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
   * the end of an earlier turn of this program on the same thread. Fails like `run` before the turn.
   */
  turn(input: Input.RunInput, options?: turnOptions.TurnOptions): Effect.Effect<Turn, CodexError>
  /**
   * A turn as a stream of its events: nothing is sent until it runs, each run is a new turn, and leaving it early interrupts the turn.
   *
   * **Gotchas**
   *
   * A turn that ends badly still ends the stream with `turn/completed`. Use `run` to have it fail.
   */
  stream(input: Input.RunInput, options?: turnOptions.TurnOptions): Stream.Stream<TurnEvent, EventsFailure>
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
   * Lets Codex review code, as a turn of its own; it waits for the end of an earlier turn of this program on the same thread.
   *
   * **Details**
   *
   * The target is `{ type: "uncommittedChanges" }`, `{ type: "baseBranch", branch }`, `{ type: "commit", sha }` or
   * `{ type: "custom", instructions }`. The review's text is in the item `exitedReviewMode`, and the last message of the result. It takes no steering.
   */
  review(target: ReviewTarget, options?: turnOptions.LimitOptions): Effect.Effect<Turn, CodexError>
  /**
   * Shortens what the model sees of the conversation; the history stays. Gives a handle as soon as the compaction has begun: it runs as a turn, after
   * an earlier one of this program on the same thread.
   *
   * **Gotchas**
   *
   * The server lets it interrupt a turn that another program runs on the thread.
   */
  compact(options?: turnOptions.LimitOptions): Effect.Effect<Turn, CodexError>
  /** `compact`, and waits for the end; a compaction that goes wrong fails like any turn. Interrupting it stops the compaction. */
  compactAndWait(options?: turnOptions.LimitOptions): Effect.Effect<TurnResult, Failure>
  /**
   * The thread as the server has it now: name, preview, status, dates. `includeTurns` gives the whole history with it (default: without), and
   * fails with `NoTurnsYet` before the first turn; `history` gives it in pages.
   */
  read(options?: { readonly includeTurns?: boolean | undefined }): Effect.Effect<ThreadRecord, CodexError>
  /** The turns so far, with their items: oldest first, asked for page by page as they are taken. `NoTurnsYet` before the first turn. */
  history(options?: threadHistory.HistoryOptions): Stream.Stream<TurnRecord, CodexError>
  /** One page of `history`, with the cursors to go on from it. */
  historyPage(options?: threadHistory.HistoryOptions): Effect.Effect<ThreadTurnsListResponse, CodexError>
  /** The items so far, each with the id of its turn: oldest first, asked for page by page as they are taken. */
  items(options?: threadHistory.ItemsOptions): Stream.Stream<ThreadItemEntry, CodexError>
  /** One page of `items`, with the cursors to go on from it. */
  itemsPage(options?: threadHistory.ItemsOptions): Effect.Effect<ThreadItemsListResponse, CodexError>
  /** Gives the thread a name. A blank one fails with `InvalidInput`. */
  setName(name: string): Effect.Effect<void, CodexError>
  /**
   * Cuts the conversation before a turn, for good; files stay as they are. Gives the thread as it is then.
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
   * A goal that was given up or ran out of tokens is no failure: look at `goal.status` of the result. A thread on which a turn or a goal runs
   * takes none: `ThreadBusy`.
   */
  runGoal(objective: string, options?: GoalOptions): Effect.Effect<GoalResult, Failure | GoalError>
  /** Starts a goal and gives a handle on it when its first turn has begun. It goes on whatever becomes of the caller; later turns wait for its end. */
  startGoal(objective: string, options?: GoalOptions): Effect.Effect<GoalTurn, CodexError | GoalError>
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
 * A handle on a thread.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = (connection: Connection, reply: Reply): Thread => {
  const { client, turns } = connection
  const threadId = reply.thread.id
  const { handle, run, send, sendExternal, stream, turn } = threadTurns.make(connection, threadId, reply.cwd)
  connection.unsubscribed?.delete(threadId)

  return {
    id: threadId,
    reply,
    run: Effect.fn("Thread.run")(run),
    runAs: Effect.fn("Thread.runAs")((schema, input, options) => structured.run(threadId, run, schema, input, options)),
    turn: Effect.fn("Thread.turn")(turn),
    stream,
    send: Effect.fn("Thread.send")(send),
    sendExternal: Effect.fn("Thread.sendExternal")(sendExternal),
    review: Effect.fn("Thread.review")(function* (target, options) {
      const limits = yield* checked("review/start", options)
      const request = (onSent: () => void) =>
        Effect.map(client.request("review/start", { threadId, target }, { onSent }), (reply) => reply.turn.id)
      return handle(yield* turns.startBy(threadId, request, limits))
    }),
    compact: Effect.fn("Thread.compact")(function* (options) {
      return handle(yield* compaction.start(connection, threadId, yield* checked("thread/compact/start", options)))
    }),
    compactAndWait: Effect.fn("Thread.compactAndWait")(function* (options) {
      return yield* compaction.run(connection, threadId, yield* checked("thread/compact/start", options))
    }),
    read: Effect.fn("Thread.read")(function* ({ includeTurns = false } = {}) {
      const { thread } = yield* client.request("thread/read", { threadId, includeTurns })
      return thread
    }),
    history: (options = {}) => threadHistory.turns(client, threadId, options),
    historyPage: Effect.fn("Thread.historyPage")((options = {}) => threadHistory.turnsPage(client, threadId, options)),
    items: (options = {}) => threadHistory.items(client, threadId, options),
    itemsPage: Effect.fn("Thread.itemsPage")((options = {}) => threadHistory.itemsPage(client, threadId, options)),
    setName: Effect.fn("Thread.setName")(function* (name) {
      if (typeof name !== "string" || name.trim() === "") {
        const reason = new InvalidInput({ argument: "name", description: "it must not be empty" })
        return yield* new CodexError({ method: "thread/name/set", reason })
      }
      yield* client.request("thread/name/set", { threadId, name })
    }),
    revert: Effect.fn("Thread.revert")(function* (beforeTurnId) {
      const { thread } = yield* client.request("thread/revert", { threadId, beforeTurnId })
      return thread
    }),
    fork: (options) => Effect.withSpan(fork(connection, threadId, options), "Thread.fork"),
    injectItems: Effect.fn("Thread.injectItems")(function* (items) {
      yield* client.request("thread/inject_items", { threadId, items })
    }),
    runGoal: Effect.fn("Thread.runGoal")((objective, options) =>
      goals.runGoal(connection, threadId, objective, options)
    ),
    startGoal: Effect.fn("Thread.startGoal")((objective, options) =>
      goals.startGoal(connection, threadId, objective, options)
    ),
    goal: threadGoal.make(client, threadId),
    unsubscribe: Effect.withSpan(unsubscribe(connection, threadId), "Thread.unsubscribe")
  }
}

/**
 * A new thread with another's history so far.
 *
 * @category constructors
 * @since 0.169.0
 */
export const fork = <T extends DynamicTools.Tools = never>(
  connection: Connection,
  threadId: string,
  options: threadOptions.ForkThreadOptions<T> = {}
): Effect.Effect<Thread, CodexError, DynamicTools.Requirements<T>> =>
  Effect.gen(function* () {
    const { client } = connection
    const { params, tools } = yield* Effect.mapError(
      Effect.all({
        tools: threadTools.prepare(options.tools, options.toolOptions),
        params: threadOptions.toFork(threadId, options, client.metadata.version)
      }),
      (reason) => new CodexError({ method: "thread/fork", reason })
    )
    const reply = yield* client.request("thread/fork", params)
    threadTools.inherit(client, threadId, reply.thread.id, tools)
    return make(connection, reply)
  })

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
  Effect.acquireRelease(thread, (thread) => Effect.ignore(thread.unsubscribe), { interruptible: true })

// internal

const checked = (method: string, options: turnOptions.LimitOptions | undefined) =>
  Effect.mapError(turnOptions.limits(options ?? {}), (reason) => new CodexError({ method, reason }))
