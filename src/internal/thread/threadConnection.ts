/**
 * What a thread needs from its connection, and how the connection subscribes to a thread and unsubscribes from it.
 */
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import { InvalidInput, type InvalidOptions, ThreadNotFound } from "../../CodexError.ts"
import type { Check } from "../input/localFolders.ts"
import type { Inspect } from "../input/localImages.ts"
import { isAbsolute } from "../input/threadFiles.ts"
import type { Run } from "../serverRequests/runners.ts"
import * as accesses from "../session/access.ts"
import * as threadRecord from "../session/record.ts"
import type { Checked } from "./efforts.ts"

/** One connection, as threads see it. */
export interface Connection {
  readonly client: Client
  /** Checks image files before they are sent. Default: they are not checked. */
  readonly inspectImage?: Inspect | undefined
  /** Checks a working directory before it is sent. Default: it is not checked. */
  readonly checkFolder?: Check | undefined
  /** The reasoning efforts that need no further check. */
  readonly checkedEfforts: Checked
}

/**
 * Fails if the id is blank or not a string; a JavaScript caller can pass a handle, or anything else. The server checks
 * the form of the id.
 */
export const checkId = (threadId: string): Effect.Effect<void, InvalidInput> => {
  if (typeof threadId === "string" && threadId.trim() !== "") return Effect.void
  const description =
    typeof threadId === "string"
      ? "must not be empty; to start a thread if there is none, use `resumeOrStart(undefined)`"
      : "must be a string: pass `thread.id`"
  return Effect.fail(new InvalidInput({ argument: "threadId", description }))
}

/**
 * Fails for a working directory that commands could not run in. A relative one is not checked, because it starts at
 * the working directory of the server process, which is unknown here. With `environments` the directory can be on
 * another machine.
 */
export const checkCwd = (
  { checkFolder }: Connection,
  { cwd, environments }: { readonly cwd?: string | undefined; readonly environments?: unknown }
): Effect.Effect<void, InvalidOptions> =>
  checkFolder === undefined || typeof cwd !== "string" || environments !== undefined || !isAbsolute(cwd)
    ? Effect.void
    : checkFolder(cwd)

/** The reply that opened a thread, as far as the record needs it. */
export interface Reply {
  readonly cwd: string
  readonly sandbox: unknown
  readonly activePermissionProfile?: unknown
  readonly thread: { readonly id: string; readonly ephemeral: boolean }
}

/** Records that the server sends notifications of the thread in this reply. */
export const subscribe = (
  { client }: Pick<Connection, "client">,
  reply: Reply,
  tools: Run | undefined,
  config: threadRecord.Config | undefined
): void => {
  const { cwd, thread } = reply
  const record = client["~session"].open(thread.id)
  // A directory that was set by a turn is newer than that of the reply.
  if (record.cwd === "") threadRecord.change(record, { _tag: "Moved", cwd })
  if (tools !== undefined) threadRecord.change(record, { _tag: "ToolsGiven", tools })
  threadRecord.change(record, {
    _tag: "Opened",
    isEphemeral: thread.ephemeral,
    config,
    access: accesses.ofReply(reply)
  })
  threadRecord.change(record, { _tag: "Subscribed" })
}

/**
 * Stops the thread's notifications to this connection. Running and waiting turns fail here, because their end would
 * not be received.
 */
export const unsubscribe = Effect.fnUntraced(function* ({ client }: Connection, threadId: string) {
  const method = "thread/unsubscribe"
  // The process was started again, and the thread was not used since.
  if (client["~connections"]?.forget(threadId) === true) return "notLoaded"
  const { status } = yield* client.request(method, { threadId })
  const session = client["~session"]
  const tools = session.find(threadId)?.tools
  session.close(threadId, { method, reason: new ThreadNotFound() })
  // The server may still call the tools while it has the thread loaded.
  if (tools !== undefined) threadRecord.change(session.open(threadId), { _tag: "ToolsGiven", tools })
  return status
})
