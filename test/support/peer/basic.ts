/**
 * A server on which ordinary calls work.
 */
import type { Script } from "./script.ts"
import { notify, reply, replyError } from "./steps.ts"
import { type ScriptTurnOptions, turn } from "./turns.ts"
import { thread, threadReadResponse, threadResumeResponse, threadStartResponse, turnStartResponse } from "./values.ts"

/**
 * A server on which ordinary calls work: threads `thread-1`, `thread-2`, … that run the given turn as `turn-1`,
 * `turn-2`, …; other methods are rejected as by the real one. An interrupt finds a turn only if it is
 * `untilInterrupted`, because others have ended by then.
 */
export const basicWith = (options: ScriptTurnOptions = {}): Script & { readonly on: NonNullable<Script["on"]> } => ({
  on: {
    initialized: [],
    "thread/start": [
      reply(threadStartResponse("thread-${call}")),
      notify("thread/started", { thread: thread("thread-${call}") })
    ],
    "thread/resume": [reply(threadResumeResponse("${params.threadId}"))],
    "thread/read": [reply(threadReadResponse("${params.threadId}"))],
    "turn/start": [reply(turnStartResponse(options.turnId ?? "turn-${call}")), ...turn(options)],
    "turn/interrupt": [
      options.untilInterrupted === true
        ? reply({})
        : replyError({ code: -32_600, message: "no active turn to interrupt" })
    ]
  }
})

export const basic = basicWith()
