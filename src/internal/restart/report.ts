/**
 * What the log and the traces show of restarts. The texts contain no text of the server.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { CodexError } from "../../CodexError.ts"
import { describeEnd } from "../errors/connectionReasons.ts"

/** The attributes of the span of a restart. */
export const attributes = (attempt: number, cause: CodexError): { readonly [name: string]: unknown } => ({
  attempt,
  cause: nameOf(cause)
})

/** Logs that the process has ended or did not start, and that it is started again. */
export const died = (cause: CodexError, attempt: number, delay: Duration.Duration): Effect.Effect<void> =>
  Effect.logWarning(`${happened(cause)}. Starting it again in ${shown(delay)} (attempt ${attempt}).`)

/** Logs that the process was started again. */
export const restarted = (attempt: number, pid: number | undefined, threads: number): Effect.Effect<void> =>
  Effect.logInfo(
    `codex app-server was started again${pid === undefined ? "" : ` as process ${pid}`} (attempt ${attempt}). Threads to resume: ${threads}.`
  )

/** Logs that the process is not started again. */
export const gaveUp = (cause: CodexError, attempts: number): Effect.Effect<void> =>
  Effect.logError(
    `${happened(cause)}. It is not started again, because the restart schedule has ended after ${attempts} ${attempts === 1 ? "attempt" : "attempts"}.`
  )

/** Logs that the new process has no login. */
export const loginFailed = ({ reason }: CodexError): Effect.Effect<void> =>
  Effect.logWarning(
    `The login with external tokens could not be repeated on the new process (${reason._tag}). Log in again with \`codex.loginChatgptAuthTokens\`.`
  )

// internal

const happened = (cause: CodexError): string => {
  const { reason } = cause
  return reason._tag === "ConnectionClosed"
    ? describeEnd(reason.end)
    : `codex app-server did not start (${nameOf(cause)})`
}

const nameOf = ({ reason }: CodexError): string => (reason._tag === "ConnectionClosed" ? reason.end._tag : reason._tag)

const shown = (delay: Duration.Duration): string => `${Math.round(Duration.toMillis(delay))} ms`
