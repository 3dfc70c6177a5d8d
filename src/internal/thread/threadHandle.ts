/**
 * The handle of a thread. It adds a span to each method and calls the modules that do the work. `threadOpening.ts`
 * starts and resumes threads.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { CodexError, InvalidInput } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import * as paramKeys from "../../generated/paramKeys.ts"
import type { Client } from "../../CodexClient.ts"
import type * as DynamicTools from "../../DynamicTools.ts"
import type { GoalTurn } from "../../Goal.ts"
import type { Reply, Thread } from "../../Thread.ts"
import { onConnection } from "../client/onConnection.ts"
import * as goals from "../goal/goals.ts"
import { type CallSite, called, capture, keepOn, putInto } from "../errors/callSite.ts"
import * as settings from "../settings.ts"
import * as threadTools from "../tools/threadTools.ts"
import * as structured from "../structured/structuredRun.ts"
import * as compaction from "./threadCompaction.ts"
import * as opened from "./opened.ts"
import * as runOnce from "./runOnce.ts"
import { checkId, type Connection, subscribe, unsubscribe } from "./threadConnection.ts"
import * as threadGoal from "../goal/threadGoal.ts"
import * as threadHistory from "./threadHistory.ts"
import * as threadOptions from "./threadOptions.ts"
import * as limitOptions from "../turn/limitOptions.ts"
import * as threadTurns from "./threadTurns.ts"
import type { TurnByKeyOptions } from "./turnByKey.ts"
import * as turns from "../turn/turns.ts"
import * as typeIds from "../typeIds.ts"

/** Adds a span, unless there is neither a tracer nor an outer span: then it could not be seen. */
const spanned = <A, E>(name: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.withFiber(({ cache }) =>
    cache.tracer === undefined && cache.span === undefined ? effect : Effect.withSpan(effect, name)
  )

/** Adds a span that lasts as long as the stream runs, and puts the place of the call into its errors. */
const spannedStream = <A, E>(name: string, stream: Stream.Stream<A, E>, site: CallSite): Stream.Stream<A, E> =>
  Stream.withSpan(stream, name, { captureStackTrace: site }).pipe(
    Stream.tapError((error) => Effect.sync(() => putInto(error, name, site)))
  )

/** Creates the handle of the thread in a reply of the server. */
export const make = (connection: Connection, reply: Reply): Thread => {
  const { client } = connection
  const threadId = reply.thread.id
  const { current, handle, resolve, run, send, sendExternal, stream, streamUntilEnd, turn } = threadTurns.make(
    connection,
    threadId
  )

  // Files are resolved as in any other prompt.
  const steerable = (goal: GoalTurn): GoalTurn => ({
    ...goal,
    steer: (input) => Effect.flatMap(resolve(input), goal.steer)
  })

  // Methods are created on access: one with a span takes a kilobyte, and a program may hold many handles. The
  // exception is `run`, whose calls would hold it as long as their turns last.
  return {
    [typeIds.thread]: typeIds.thread,
    id: threadId,
    reply,
    run: (input, options) => keepOn(spanned("Thread.run", run(input, options)), "Thread.run", capture()),
    runAs: (schema, input, options) => called(structured.run(threadId, run, schema, input, options), "Thread.runAs"),
    runOnce: (key, input, options) => called(runOnce.run(client, threadId, run, key, input, options), "Thread.runOnce"),
    get turnByKey() {
      return Effect.fn("Thread.turnByKey")((key: string, options?: TurnByKeyOptions) =>
        Effect.map(runOnce.find(client, threadId, key, options), Option.fromUndefinedOr)
      )
    },
    get turn() {
      return Effect.fn("Thread.turn")(turn)
    },
    stream: (input, options) => spannedStream("Thread.stream", stream(input, options), capture()),
    streamUntilEnd: (input, options) =>
      spannedStream("Thread.streamUntilEnd", streamUntilEnd(input, options), capture()),
    get send() {
      return Effect.fn("Thread.send")(send)
    },
    get sendExternal() {
      return Effect.fn("Thread.sendExternal")(sendExternal)
    },
    get review() {
      return Effect.fn("Thread.review")(function* (target, options) {
        const limits = yield* checked("review/start", options)
        const request = (own: Client, onSent: () => void) =>
          Effect.map(
            own.request("review/start", { threadId, target }, { "~hooks": { onSent } }),
            (reply) => reply.turn.id
          )
        return handle(yield* turns.start(client, { threadId, method: "review/start", request, limits }))
      })
    },
    get compact() {
      return Effect.fn("Thread.compact")(function* (options) {
        return handle(yield* compaction.start(client, threadId, yield* checked("thread/compact/start", options)))
      })
    },
    get compactAndWait() {
      return Effect.fn("Thread.compactAndWait")(function* (options) {
        return yield* compaction.run(client, threadId, yield* checked("thread/compact/start", options))
      })
    },
    get read() {
      return Effect.fn("Thread.read")(function* (options = {}) {
        yield* Effect.mapError(settings.known(options, readNames), failedAt("thread/read"))
        const { thread } = yield* client.request("thread/read", { includeTurns: false, ...options, threadId })
        return thread
      })
    },
    history: (options = {}) => threadHistory.turns(client, threadId, options),
    get historyPage() {
      return Effect.fn("Thread.historyPage")((options = {}) => threadHistory.turnsPage(client, threadId, options))
    },
    items: (options = {}) => threadHistory.items(client, threadId, options),
    get itemsPage() {
      return Effect.fn("Thread.itemsPage")((options = {}) => threadHistory.itemsPage(client, threadId, options))
    },
    get setName() {
      return Effect.fn("Thread.setName")(function* (name) {
        if (typeof name !== "string" || name.trim() === "") {
          const reason = new InvalidInput({ argument: "name", description: "must not be empty" })
          return yield* new CodexError({ method: "thread/name/set", reason })
        }
        yield* client.request("thread/name/set", { threadId, name })
      })
    },
    get revert() {
      return Effect.fn("Thread.revert")(function* (beforeTurnId) {
        const { thread } = yield* client.request("thread/revert", { threadId, beforeTurnId })
        return thread
      })
    },
    fork: (options) => called(fork(connection, threadId, options), "Thread.fork"),
    get injectItems() {
      return Effect.fn("Thread.injectItems")(function* (items) {
        // The server rejects it as well, in a message that no error shows.
        if (items.length === 0) {
          const reason = new InvalidInput({ argument: "items", description: "must not be empty" })
          return yield* new CodexError({ method: "thread/inject_items", reason })
        }
        yield* client.request("thread/inject_items", { threadId, items })
      })
    },
    get runGoal() {
      return Effect.fn("Thread.runGoal")((objective, options) => goals.runGoal(client, threadId, objective, options))
    },
    get startGoal() {
      return Effect.fn("Thread.startGoal")((objective, options) =>
        Effect.map(goals.startGoal(client, threadId, objective, options), steerable)
      )
    },
    get current() {
      return Effect.withSpan(current, "Thread.current")
    },
    get currentGoal() {
      return Effect.withSpan(
        Effect.map(goals.currentGoal(client, threadId), Option.map(steerable)),
        "Thread.currentGoal"
      )
    },
    get goal() {
      return threadGoal.make(client, threadId)
    },
    get unsubscribe() {
      return Effect.withSpan(unsubscribe(connection, threadId), "Thread.unsubscribe")
    }
  }
}

/** Creates a new thread with the history of another. */
export const fork = <T extends DynamicTools.Tools = never>(
  connection: Connection,
  threadId: string,
  options: threadOptions.ForkThreadOptions<T> = {}
): Effect.Effect<Thread, CodexError, DynamicTools.Requirements<T>> =>
  Effect.gen(function* () {
    const { client } = connection
    const { params, tools } = yield* Effect.mapError(
      Effect.andThen(
        Effect.andThen(checkId(threadId), settings.known(options, threadOptions.forkNames)),
        Effect.suspend(() =>
          Effect.all({
            tools: threadTools.prepare(client["~session"], options.tools, options.toolOptions),
            params: threadOptions.toFork(connection, threadId, options)
          })
        )
      ),
      failedAt("thread/fork")
    )
    return yield* onConnection(client, { method: "thread/fork", threadId }, (own) =>
      opened.open(own, {
        request: (call) => own.request("thread/fork", params, call),
        hold: (reply) => {
          subscribe({ client: own }, reply, tools?.answer ?? own["~session"].find(threadId)?.tools, options.config)
          return make(connection, reply)
        }
      })
    )
  })

// internal

const readNames = settings.without(paramKeys.ThreadReadParams, "threadId")

const checked = (method: string, options: limitOptions.LimitOptions | undefined) =>
  Effect.mapError(
    Effect.andThen(
      settings.known(options, limitOptions.limitNames),
      Effect.suspend(() => limitOptions.limits(options ?? {}))
    ),
    failedAt(method)
  )
