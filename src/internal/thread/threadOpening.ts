/**
 * How threads are started and resumed: what is checked before the request, and what is noted of it. Forking one is `threadHandle.ts`.
 */
import * as Effect from "effect/Effect"
import { CodexError } from "../../CodexError.ts"
import type * as DynamicTools from "../../DynamicTools.ts"
import type { Thread } from "../../Thread.ts"
import * as threadTools from "../tools/threadTools.ts"
import type { Connection } from "./threadConnection.ts"
import * as threadHandle from "./threadHandle.ts"
import * as threadOptions from "./threadOptions.ts"

/** A new thread. */
export const start = Effect.fnUntraced(function* <T extends DynamicTools.Tools = never>(
  connection: Connection,
  options: threadOptions.StartThreadOptions<T> = {}
): Effect.fn.Return<Thread, CodexError, DynamicTools.Requirements<T>> {
  const { client } = connection
  const tools = yield* checked("thread/start", threadTools.prepare(options.tools, options.toolOptions))
  const params = yield* checked("thread/start", threadOptions.toStart(options))
  const reply = yield* client.request("thread/start", { ...params, dynamicTools: tools?.specs })
  threadTools.note(client, reply.thread.id, tools)
  return threadHandle.make(connection, reply)
})

/** A thread that was kept. */
export const resume = Effect.fnUntraced(function* <T extends DynamicTools.Tools = never>(
  connection: Connection,
  threadId: string,
  options: threadOptions.ResumeThreadOptions<T> = {}
): Effect.fn.Return<Thread, CodexError, DynamicTools.Requirements<T>> {
  const { client } = connection
  const tools = yield* checked("thread/resume", threadTools.prepare(options.tools, options.toolOptions))
  const params = yield* checked("thread/resume", threadOptions.toResume(threadId, options, client.metadata.version))
  // Before the reply: a thread with a goal goes on with it at once.
  const forget = threadTools.note(client, threadId, tools)
  const reply = yield* Effect.onError(client.request("thread/resume", params), () => Effect.sync(forget))
  return threadHandle.make(connection, reply)
})

/** A thread that was kept, or else a new one. */
export const resumeOrStart = <T extends DynamicTools.Tools = never>(
  connection: Connection,
  threadId: string | undefined,
  options?: threadOptions.ResumeOrStartOptions<T>
): Effect.Effect<Thread, CodexError, DynamicTools.Requirements<T>> => {
  const startNew = () => start<T>(connection, options)
  if (threadId === undefined) return startNew()
  return resume<T>(connection, threadId, options).pipe(
    Effect.catchReasons("CodexError", { ThreadNotFound: startNew, RolloutNotFound: startNew, NoTurnsYet: startNew })
  )
}

// internal

const checked = <A, R>(
  method: string,
  params: Effect.Effect<A, threadOptions.Refusal, R>
): Effect.Effect<A, CodexError, R> => Effect.mapError(params, (reason) => new CodexError({ method, reason }))
