/**
 * Makes the server list all turns of a restored thread: those before a revert or a fork are in other files. It writes
 * no file.
 *
 * The server lists turns from its database, and adds a file to it when it resumes the thread from this file. A restored
 * thread is resumed only from its newest file, so the turns before are missing: in `thread.read`, in `thread.history`,
 * for `runOnce` and for a revert. The model receives them all the same.
 *
 * Before the server forks a thread, it adds all files that the thread continues. A fork at a turn that does not exist
 * fails after that, so it creates nothing.
 */
import * as Effect from "effect/Effect"
import type { Codex } from "../../Codex.ts"

/** Adds the history of a thread to the database of the server. Never fails: the thread can be continued without. */
export const index = (codex: Codex, threadId: string): Effect.Effect<void> =>
  codex.request("thread/fork", { threadId, lastTurnId: NO_TURN, ephemeral: true, excludeTurns: true }).pipe(
    // A server that accepts it has a fork in memory.
    Effect.flatMap(({ thread }) => codex.request("thread/unsubscribe", { threadId: thread.id })),
    Effect.ignore
  )

// internal

/** The id of no turn. */
const NO_TURN = "00000000-0000-7000-8000-000000000000"
