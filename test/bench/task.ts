/**
 * The task of both sides of a comparison. It is sent to their processes as JSON, so it has no functions.
 */
import type { Command } from "../support/peer.ts"

/** How a side reaches its server: a scripted peer, or the real binary with its own home. */
export type Server =
  | { readonly command: Command }
  | { readonly cwd: string; readonly env: Readonly<Record<string, string>> }

export type Work =
  /** A turn whose result is awaited; on the floor, for its `turn/completed`. */
  | "run"
  /** A turn whose events are read one by one. */
  | "events"
  /** A flood of notifications, taken in batches or one by one. */
  | "notifications"
  | "eachNotification"
  /** Small calls, one after the other or 64 at a time. */
  | "sequential"
  | "inFlight"
  /** A call whose reply is one long line. */
  | "longLine"
  /** `count` turns at once, each on a thread of its own. */
  | "turnsAtOnce"
  /** The close of an idle server. */
  | "close"
  /** The start of `count` threads. */
  | "threads"

export interface Task {
  readonly work: Work
  readonly server: Server
  /** The number of repetitions. */
  readonly count: number
  /** Characters that must arrive, if text is counted. */
  readonly characters?: number
}

/** The text of one delta. */
export const delta = "four and twenty letters "

export const deltaMethod = "item/agentMessage/delta"

/** The small call of the round trips. */
export const smallCall = "thread/loaded/list"

/** How many small calls are in flight. */
export const inFlight = 64

/** Type boundary: the parent of this process wrote a task. */
export const fromArguments = (): Task => JSON.parse(process.argv[2] ?? "null") as Task

/** Takes texts and signals when enough characters arrived; a lagging consumer gets merged pieces. */
export const counting = (characters: number, done: () => void) => {
  let missing = characters
  return (text: string): void => {
    missing -= text.length
    if (missing === 0) done()
  }
}
