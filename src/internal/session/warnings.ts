/**
 * Logs that the server warned about something. Each text is logged once, because some come with every turn. The text
 * itself is not logged, since it can quote what the user wrote; it is in the result of the turn, and in
 * `notifications`. The level is debug, because without its text no line can say which warnings matter, and the server
 * warns about every model that its catalog lacks. The one warning that means a loss, a thread that is not saved, is
 * logged as a warning.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { RawNotification } from "../connection/jsonRpc.ts"
import { shownIds } from "../errors/shownIds.ts"

/** The warnings of one connection. */
export class Warnings {
  readonly #context: Context.Context<never>
  readonly #seen = new Set<string>()

  constructor(context: Context.Context<never>) {
    this.#context = context
  }

  /** Takes a notification, and ignores those that are not warnings. The reader loop calls this, so it never waits. */
  note({ method, params }: RawNotification, threadId: string | undefined): void {
    const source = sources.get(method)
    // A server that never repeats itself must not fill the log or this set.
    if (source === undefined || this.#seen.size >= mostSeen) return
    const text = textOf(params)
    if (text === undefined || this.#seen.has(text)) return
    this.#seen.add(text)
    const log = text.startsWith(saveFailed)
      ? Effect.logWarning(notSaved)
      : Effect.logDebug(`The server reported a problem ${source}. Each message is logged once.`)
    Effect.runForkWith(this.#context)(
      Effect.annotateLogs(log, threadId === undefined ? { method } : { method, ...shownIds({ threadId }) })
    )
  }
}

// internal

const mostSeen = 256

// The start of the server's sentence in 0.169.0 and 0.171.0. The text after it can contain paths.
const saveFailed = "Failed to save the conversation transcript"

const notSaved =
  "The server cannot save a thread, and keeps retrying. Until it succeeds, the thread cannot be resumed later. Check the disk and the Codex home. For the server's message, see `warnings` in the result of the turn."

const onThread = "on a thread. For its message, see `warnings` in the result of the turn, or `codex.notifications`"

const sources: ReadonlyMap<string, string> = new Map([
  ["warning", onThread],
  ["guardianWarning", onThread],
  ["configWarning", "in its configuration. For its message, see `codex.notifications`"]
])

const textOf = (params: unknown): string | undefined => {
  if (typeof params !== "object" || params === null) return undefined
  const text = "message" in params ? params.message : "summary" in params ? params.summary : undefined
  return typeof text === "string" ? text : undefined
}
