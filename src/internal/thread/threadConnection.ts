/**
 * What a thread needs of its connection, and what makes the connection hear of a thread or hear no more of it.
 */
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import { InvalidInput, type InvalidOptions, ThreadNotFound } from "../../CodexError.ts"
import type { Check } from "../input/localFolders.ts"
import type { Inspect } from "../input/localImages.ts"
import { isAbsolute } from "../input/threadFiles.ts"
import type { Run } from "../serverRequests/runners.ts"
import * as threadRecord from "../session/record.ts"

/** One connection, as threads see it. */
export interface Connection {
  readonly client: Client
  /** Looks at image files before they are sent. Default: they are sent unseen. */
  readonly inspectImage?: Inspect | undefined
  /** Checks a working folder before it is sent. Default: each is sent unchecked. */
  readonly checkFolder?: Check | undefined
}

/** Fails for what is no id: from JavaScript it may be a handle, or anything else. The server checks the form of a string. */
export const checkId = (threadId: string): Effect.Effect<void, InvalidInput> => {
  if (typeof threadId === "string" && threadId.trim() !== "") return Effect.void
  const description =
    typeof threadId === "string"
      ? "must not be empty; to start a thread if there is none, use `resumeOrStart(undefined)`"
      : "must be a string: pass `thread.id`"
  return Effect.fail(new InvalidInput({ argument: "threadId", description }))
}

/**
 * Fails for a working folder that commands could not run in. A relative one starts where the server's process does, which
 * is not known here. With `environments` the folder can be on another machine.
 */
export const checkCwd = (
  { checkFolder }: Connection,
  { cwd, environments }: { readonly cwd?: string | undefined; readonly environments?: unknown }
): Effect.Effect<void, InvalidOptions> =>
  checkFolder === undefined || typeof cwd !== "string" || environments !== undefined || !isAbsolute(cwd)
    ? Effect.void
    : checkFolder(cwd)

/** Notes that the server tells us of the thread that its reply is about. */
export const subscribe = (
  { client }: Connection,
  { cwd, thread }: { readonly cwd: string; readonly thread: { readonly id: string } },
  tools: Run | undefined
): void => {
  const record = client["~session"].open(thread.id)
  // A folder that a turn was given is newer than the reply's.
  if (record.cwd === "") threadRecord.change(record, { _tag: "Moved", cwd })
  if (tools !== undefined) threadRecord.change(record, { _tag: "ToolsGiven", tools })
  threadRecord.change(record, { _tag: "Subscribed" })
}

/** Stops the thread's notifications to this connection; turns that run or wait are given up here, since their end won't be heard of. */
export const unsubscribe = Effect.fnUntraced(function* ({ client }: Connection, threadId: string) {
  const method = "thread/unsubscribe"
  const { status } = yield* client.request(method, { threadId })
  const session = client["~session"]
  const tools = session.find(threadId)?.tools
  session.close(threadId, { method, reason: new ThreadNotFound() })
  // The server may still ask for them, as long as it has the thread loaded.
  if (tools !== undefined) threadRecord.change(session.open(threadId), { _tag: "ToolsGiven", tools })
  return status
})
