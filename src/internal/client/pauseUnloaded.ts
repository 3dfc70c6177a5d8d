/**
 * Pauses the goal of a thread before it is resumed, so that a resume costs nothing.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import { shownIds } from "../errors/shownIds.ts"

/**
 * Pauses the active goal of a thread that the server has not loaded; a resume would continue it, turn after turn. On
 * a loaded thread the goal is already running, and a resume starts nothing.
 */
export const pauseUnloaded = Effect.fnUntraced(function* (client: Client, threadId: string) {
  const look = Effect.gen(function* () {
    const { goal } = yield* client.request("thread/goal/get", { threadId }, quick)
    if (goal?.status !== "active") return false
    const { thread } = yield* client.request("thread/read", { threadId }, quick)
    return thread.status.type === "notLoaded"
  })
  // Goals may be disabled, and the thread may not exist: the resume reports that.
  if (!(yield* Effect.catch(look, () => Effect.succeed(false)))) return
  yield* client.request("thread/goal/set", { threadId, status: "paused" })
  yield* Effect.annotateLogs(Effect.logWarning(paused), shownIds({ threadId }))
})

// internal

const quick = { timeout: Duration.seconds(5) }

const paused =
  'The active goal of the thread was paused, so that it does not continue on its own. To let it continue, resume with `goal: "keep"`, or set it to `active` with `thread.goal.set`.'
