/**
 * Starts and resumes threads: the checks before the request, and what is recorded of it. `threadHandle.ts` forks a
 * thread.
 */
import * as Effect from "effect/Effect"
import type { CodexError, PermissionsDiffer } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import type { ThreadResumeParams, ThreadResumeResponse } from "../../generated/types.ts"
import type * as DynamicTools from "../../DynamicTools.ts"
import type { Thread } from "../../Thread.ts"
import * as settings from "../settings.ts"
import * as threadTools from "../tools/threadTools.ts"
import * as opened from "./opened.ts"
import * as permissionRequirements from "./permissionRequirements.ts"
import { onConnection } from "../client/onConnection.ts"
import { pauseUnloaded } from "../client/pauseUnloaded.ts"
import * as following from "../turn/following.ts"
import type { Run } from "../serverRequests/runners.ts"
import * as threadRecord from "../session/record.ts"
import { checkId, type Connection, subscribe } from "./threadConnection.ts"
import * as threadHandle from "./threadHandle.ts"
import * as threadOptions from "./threadOptions.ts"

type Opening<T extends DynamicTools.Tools> = Effect.Effect<Thread, CodexError, DynamicTools.Requirements<T>>

/** Starts a new thread. */
export const start = <T extends DynamicTools.Tools = never>(
  connection: Connection,
  options?: threadOptions.StartThreadOptions<T>
): Opening<T> =>
  Effect.andThen(known("thread/start", options, threadOptions.startNames), startWith<T>(connection, options))

/** Resumes a saved thread. */
export const resume = <T extends DynamicTools.Tools = never>(
  connection: Connection,
  threadId: string,
  options?: threadOptions.ResumeThreadOptions<T>
): Opening<T> =>
  Effect.andThen(
    known("thread/resume", options, threadOptions.resumeNames),
    resumeWith<T>(connection, threadId, options)
  )

/** Resumes a saved thread, or starts a new one. */
export const resumeOrStart = <T extends DynamicTools.Tools = never>(
  connection: Connection,
  threadId: string | undefined,
  options?: threadOptions.ResumeOrStartOptions<T>
): Opening<T> => {
  const checked = known("thread/resume", options, threadOptions.resumeOrStartNames)
  const startNew = () => startWith<T>(connection, options)
  if (threadId === undefined) return Effect.flatMap(checked, startNew)
  return Effect.andThen(checked, resumeWith<T>(connection, threadId, options)).pipe(
    Effect.catchReasons("CodexError", { ThreadNotFound: startNew, RolloutNotFound: startNew, NoTurnsYet: startNew })
  )
}

/** Unarchives a thread and resumes it. */
export const unarchive = <T extends DynamicTools.Tools = never>(
  connection: Connection,
  threadId: string,
  options?: threadOptions.ResumeThreadOptions<T>
): Opening<T> =>
  Effect.andThen(
    known("thread/resume", options, threadOptions.resumeNames),
    // The thread is not loaded after it was unarchived.
    resumeWith<T>(connection, threadId, options, connection.client.request("thread/unarchive", { threadId }))
  )

// internal

const startWith = Effect.fnUntraced(function* <T extends DynamicTools.Tools = never>(
  connection: Connection,
  options: threadOptions.StartThreadOptions<T> = {}
): Effect.fn.Return<Thread, CodexError, DynamicTools.Requirements<T>> {
  const { client } = connection
  const tools = yield* checked(
    "thread/start",
    threadTools.prepare(client["~session"], options.tools, options.toolOptions)
  )
  const params = yield* checked("thread/start", threadOptions.toStart(connection, options))
  return yield* onConnection(client, { method: "thread/start" }, (own) =>
    opened.open(own, {
      request: (call) => own.request("thread/start", { ...params, dynamicTools: tools?.specs }, call),
      hold: (reply) => {
        subscribe({ client: own }, reply, tools?.answer, options.config)
        return threadHandle.make(connection, reply)
      }
    })
  )
})

const resumeWith = Effect.fnUntraced(function* <T extends DynamicTools.Tools = never>(
  connection: Connection,
  threadId: string,
  options: threadOptions.ResumeThreadOptions<T> = {},
  /** What must be done first, after the options were checked. */
  before: Effect.Effect<unknown, CodexError> = Effect.void
): Effect.fn.Return<Thread, CodexError, DynamicTools.Requirements<T>> {
  const { client } = connection
  yield* checked("thread/resume", checkId(threadId))
  const tools = yield* checked(
    "thread/resume",
    threadTools.prepare(client["~session"], options.tools, options.toolOptions)
  )
  const params = yield* checked("thread/resume", threadOptions.toResume(connection, threadId, options))
  yield* checked("thread/resume", settings.oneOf("goal", options.goal, ["pause", "keep"]))
  yield* before
  return yield* onConnection(client, { method: "thread/resume" }, (own) =>
    resumeOn({ ...connection, client: own }, connection, params, options, tools?.answer)
  )
})

/** Resumes a thread on one connection. The handle belongs to the whole client. */
const resumeOn = Effect.fnUntraced(function* (
  own: Connection,
  connection: Connection,
  params: ThreadResumeParams,
  options: threadOptions.ResumeThreadOptions<DynamicTools.Tools>,
  answer: Run | undefined
): Effect.fn.Return<Thread, CodexError> {
  const { client } = own
  const { threadId } = params
  if (options.goal !== "keep") yield* pauseUnloaded(client, threadId)
  const record = client["~session"].open(threadId)
  const compare = (reply: ThreadResumeResponse) =>
    checked("thread/resume", permissionRequirements.compare(options.require, reply))
  const readRunning = Effect.fnUntraced(function* ({ thread }: ThreadResumeResponse) {
    if (thread.status.type !== "active" || record.running !== undefined) return
    const told = yield* following.latest(client, threadId)
    // Unless a newer notification arrived while the server was asked.
    if (told?.status === "inProgress" && record.running === undefined && record.ended !== told.id) {
      threadRecord.change(record, { _tag: "TurnStarted", turnId: told.id })
    }
  })
  const toolsBefore = record.tools
  return yield* opened.open(client, {
    // Before the reply: the first notifications arrive with it, and a thread with a goal continues it immediately.
    onBegin: () => {
      threadRecord.change(record, { _tag: "OpeningBegan" })
      if (answer !== undefined) threadRecord.change(record, { _tag: "ToolsGiven", tools: answer })
    },
    request: (call) => client.request("thread/resume", params, call),
    check: (reply) => Effect.andThen(compare(reply), readRunning(reply)),
    hold: (reply) => {
      subscribe(own, reply, answer, options.config)
      return threadHandle.make(connection, reply)
    },
    onEnd: (isHeld) => {
      threadRecord.change(record, { _tag: "OpeningEnded" })
      if (isHeld) return
      if (record.tools === answer) threadRecord.change(record, { _tag: "ToolsGiven", tools: toolsBefore })
      client["~session"].release(record)
    }
  })
})

const checked = <A, R>(
  method: string,
  params: Effect.Effect<A, threadOptions.Refusal | PermissionsDiffer, R>
): Effect.Effect<A, CodexError, R> => Effect.mapError(params, failedAt(method))

const known = (method: string, options: unknown, names: { readonly [name: string]: true }) =>
  checked(method, settings.known(options, names))
