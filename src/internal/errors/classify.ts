/**
 * Turns a JSON-RPC error of the server into a reason. The only place that knows the server's wording.
 *
 * −32600 stands for nearly everything on this server and −32601 does not mean "unknown method", so the code alone decides only −32001;
 * the rest is told by `data` first and by the message second. The texts were seen on the wire of 0.169.0 (`test/errors.test.ts` provokes them on the real binary).
 */
import * as Redacted from "effect/Redacted"
import type { Reason } from "../../CodexError.ts"
import * as R from "./requestReasons.ts"

/** A JSON-RPC error object as it came. */
export interface WireError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const byData = (error: WireError): Reason | undefined => {
  if (!isRecord(error.data)) {
    return undefined
  }
  const { actual_chars, config_write_error_code, input_error_code, max_chars } = error.data
  if (input_error_code === "input_too_large" && typeof max_chars === "number" && typeof actual_chars === "number") {
    return new R.InputTooLarge({ maxChars: max_chars, actualChars: actual_chars })
  }
  if (typeof config_write_error_code === "string") {
    return new R.ConfigurationInvalid({ serverMessage: Redacted.make(error.message) })
  }
  return undefined
}

const byMessage: ReadonlyArray<readonly [RegExp, (match: RegExpExecArray, error: WireError) => Reason]> = [
  [/^Server overloaded/i, () => new R.Overloaded()],
  [/no rollout found|rollout .*(?:is empty|not found|missing)/i, () => new R.RolloutNotFound()],
  [/active writer/i, () => new R.ActiveWriter()],
  [/\bis archived\b|unarchive/i, () => new R.ThreadArchived()],
  [/thread not (?:found|loaded)|unknown thread|no such thread/i, () => new R.ThreadNotFound()],
  [
    /expected active turn id `?([\w-]+)`? but found `?([\w-]+)`?/i,
    (match) => new R.TurnMismatch({ expected: match[1] ?? "", actual: match[2] ?? "" })
  ],
  [/no active turn/i, () => new R.NoActiveTurn()],
  [/(?:cannot|can't|not) (?:be )?steer/i, () => new R.TurnNotSteerable()],
  [/^(?:Not|Already) initialized/i, () => new R.NotInitialized()],
  [
    /^([\w/.]+) requires experimentalApi capability/i,
    (match) => new R.ExperimentalApiRequired({ feature: match[1] ?? "The call" })
  ],
  [/unknown variant .*expected one of .*`initialize`/s, () => new R.MethodNotSupported()],
  [/list_turns is not supported|is not materialized yet/i, () => new R.NoTurnsYet()],
  [
    /failed to load configuration/i,
    (_, error) => new R.ConfigurationInvalid({ serverMessage: Redacted.make(error.message) })
  ],
  [/(?:authentication|login|sign-?in|account) (?:is )?required|not (?:logged|signed) in/i, () => new R.LoginRequired()]
]

// A message of the server can quote what was sent. Only the deserialiser's own sentences are shown, since it always puts values in quotes;
// field names after "missing field" are the protocol's words and stay.
const summarize = (message: string): string => {
  if (!message.startsWith("Invalid request: ")) {
    return "its own words are in `serverMessage`"
  }
  const head = message.split(/, expected /, 1)[0] ?? ""
  const masked = head.replace(/"(?:[^"\\]|\\.)*"?|(missing field )?`([^`]*)`?/g, (_, keep, word) =>
    keep === undefined ? "…" : `${keep}\`${word}\``
  )
  return masked.length <= 200 ? masked : `${masked.slice(0, 200)}…`
}

/** The reason that an error of the server stands for. */
export const classify = (error: WireError): Reason => {
  if (error.code === -32001) {
    return new R.Overloaded()
  }
  const known = byData(error)
  if (known !== undefined) {
    return known
  }
  for (const [pattern, reason] of byMessage) {
    const match = pattern.exec(error.message)
    if (match !== null) {
      return reason(match, error)
    }
  }
  return new R.RequestRejected({
    code: error.code,
    summary: summarize(error.message),
    serverMessage: Redacted.make(error.message),
    data: Redacted.make(error.data)
  })
}
