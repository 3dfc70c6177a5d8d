/**
 * Turns a JSON-RPC error of the server into a reason. Only this module depends on the server's wording.
 *
 * On this server, −32600 stands for nearly everything, and −32601 does not mean "unknown method". The code alone
 * therefore decides only for −32001. Otherwise `data` decides first, then the message. The texts were observed with
 * 0.169.0 (`test/errors.test.ts` provokes them on the real binary).
 */
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { Reason } from "../../CodexError.ts"
import * as Printable from "../../Printable.ts"
import * as rejectedParam from "./rejectedParam.ts"
import * as R from "./requestReasons.ts"

/** A JSON-RPC error object as received. */
export interface WireError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** Reads the `error` of a reply, whatever its form. */
export const readError = (error: unknown): WireError => {
  if (!Predicate.isReadonlyObject(error)) return { code: 0, message: "" }
  const code = typeof error["code"] === "number" ? error["code"] : 0
  const message = typeof error["message"] === "string" ? error["message"] : ""
  return "data" in error ? { code, message, data: error["data"] } : { code, message }
}

const rejected = (error: WireError, params: unknown): Reason => {
  const value = quotedValue(error.message)
  const param = value === undefined ? undefined : rejectedParam.find(params, value)
  const summary = summarize(error.message)
  return new R.RequestRejected({
    code: error.code,
    summary: param === undefined ? summary : `parameter \`${param}\`: ${summary}`,
    serverMessage: Redacted.make(error.message),
    data: Redacted.make(error.data)
  })
}

const configurationInvalid = (error: WireError): Reason =>
  new R.ConfigurationInvalid({ serverMessage: Redacted.make(error.message) })

const byData = (error: WireError): Reason | undefined => {
  if (!Predicate.isReadonlyObject(error.data)) {
    return undefined
  }
  const { actual_chars, codexErrorInfo, config_write_error_code, input_error_code, max_chars } = error.data
  if (input_error_code === "input_too_large" && typeof max_chars === "number" && typeof actual_chars === "number") {
    return new R.InputTooLarge({ maxChars: max_chars, actualChars: actual_chars })
  }
  if (typeof config_write_error_code === "string") {
    return configurationInvalid(error)
  }
  if (Predicate.isReadonlyObject(codexErrorInfo) && Object.hasOwn(codexErrorInfo, "activeTurnNotSteerable")) {
    return new R.TurnNotSteerable()
  }
  return undefined
}

type Rule = readonly [RegExp, (match: RegExpExecArray, error: WireError) => Reason]

// The relevant beginnings of messages fit into this length. Messages can quote any amount of what was sent.
const maxMatched = 8192

// The list of methods follows the name that was sent. A manual search is used, because a pattern would start again at
// each "expected one of".
const isUnknownMethod = (message: string): boolean => {
  if (!message.startsWith("Invalid request: unknown variant ")) return false
  const list = message.indexOf("expected one of ")
  return list !== -1 && message.includes("`initialize`", list)
}

// Anchored to the beginning, because messages quote what was sent, and a quotation must not match. The list of
// methods in the rejection of an unknown method contains half of the words below.
const byMessage: ReadonlyArray<Rule> = [
  [
    /^invalid (?:thread|session) id: /,
    () =>
      new R.InvalidInput({
        argument: "threadId",
        description: "not the id of a thread, which is a UUID: pass `thread.id`"
      })
  ],
  [/^(?:failed to (?:load|read) config|invalid config)/i, (_, error) => configurationInvalid(error)],
  [/^Server (?:is )?overloaded/i, () => new R.Overloaded()],
  [/^no (?:\w+ )?rollout (?:was )?found|^rollout .*(?:is empty|not found|missing)/i, () => new R.RolloutNotFound()],
  [/^(?:thread|session) \S+ .*active writer/i, () => new R.ActiveWriter()],
  [/^(?:thread|session) \S+ is archived\b/i, () => new R.ThreadArchived()],
  [
    /^(?:thread|session) (?:\S+ )?(?:is |was )?not (?:found|loaded)|^(?:unknown|no such) thread/i,
    () => new R.ThreadNotFound()
  ],
  [
    /^expected active turn(?: id)? `?([\w-]+)`?,? but found `?([\w-]+)`?/i,
    (match) => new R.TurnMismatch({ expected: match[1] ?? "", actual: match[2] ?? "" })
  ],
  [/^(?:there is )?no active turn/i, () => new R.NoActiveTurn()],
  [/^(?:cannot|can't) steer/i, () => new R.TurnNotSteerable()],
  [/^(?:Not|Already) initialized/i, () => new R.NotInitialized()],
  [
    /^([\w/.]+) requires experimentalApi capability/i,
    (match) => new R.ExperimentalApiRequired({ feature: match[1] ?? "The call" })
  ],
  // The server sends the same text for a thread without turns and for one that an older runtime wrote.
  [/^thread\/\S+ (?:is not supported yet|only supports paginated threads)/i, () => new R.ThreadNotPaginated()],
  [/^list_turns is not supported|^thread \S+ is not materialized yet/i, () => new R.NoTurnsYet()],
  [
    /^(?:[\w-]+ ){0,3}(?:authentication|login|sign-?in|account) (?:is )?required|^not (?:logged|signed) in/i,
    () => new R.LoginRequired()
  ]
]

// A message of the server can quote what was sent, so only these parts are shown:
//
// - sentences of the deserializer, rebuilt from words of the protocol: the kind of what was sent, field names after
//   "missing field", and the expectation, which always comes last
// - a few complete sentences
const plain =
  /^(?:ephemeral threads do not support [\w/]+|[A-Z][a-z]+(?: [a-z]+){1,6} \(os error \d+\)|Invalid request: AbsolutePathBuf deserialized without a base path)$/

// The list of protocol words comes last, after any quotation of what was sent.
const expected = (message: string): string => {
  const at = message.lastIndexOf(", expected ")
  return at === -1 ? "" : Printable.line(message.slice(at, at + maxShown))
}

// Messages of a real server are far shorter.
const maxShown = 200

const summarize = (message: string): string => {
  const missing = /^Invalid request: missing field `(\w+)`/.exec(message)
  if (missing !== null) return `missing field \`${missing[1]?.slice(0, maxShown)}\``
  const unfit =
    /^Invalid request: invalid (type|value|length)\b(?:: (null|unit|boolean|integer|float|string|map|sequence))?/.exec(
      message
    )
  if (unfit !== null) {
    return `invalid ${unfit[1]}${unfit[2] === undefined ? "" : `: ${unfit[2]}`}${expected(message)}`
  }
  const other = /^Invalid request: (unknown variant|unknown field|duplicate field)\b/.exec(message)
  if (other?.[1] === "unknown variant") return `${other[1]}${expected(message)}`
  if (other?.[1] !== undefined) return other[1]
  return message.length <= maxMatched && plain.test(message) ? message : `for its message, read ${R.howToRead}`
}

/** Returns the value that the deserializer did not accept: the server quotes it before the expectation. */
const quotedValue = (message: string): string | number | boolean | undefined => {
  const end = message.lastIndexOf(", expected ")
  const found = end === -1 ? undefined : unaccepted.find(([begin]) => message.startsWith(begin))
  if (found === undefined) return undefined
  const [begin, close, read] = found
  const quoted = message.slice(begin.length, end - close.length)
  return message.startsWith(close, end - close.length) ? read(quoted) : undefined
}

/** How such a message begins, what closes the quotation, and how to read it. */
const unaccepted = [
  ["Invalid request: unknown variant `", "`", (quoted: string) => quoted],
  ["Invalid request: invalid type: string ", "", readString],
  ["Invalid request: invalid value: string ", "", readString],
  ["Invalid request: invalid type: integer `", "`", Number],
  ["Invalid request: invalid value: integer `", "`", Number],
  ["Invalid request: invalid type: floating point `", "`", Number],
  ["Invalid request: invalid type: boolean `", "`", (quoted: string) => quoted === "true"]
] as const

function readString(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted)
    return typeof value === "string" ? value : undefined
  } catch {
    // The server escapes some characters in the way of Rust.
    return undefined
  }
}

/**
 * Returns the reason that an error of the server stands for. `params` are those of the call, to name the one that was
 * rejected.
 */
export const classify = (error: WireError, params?: unknown): Reason => {
  if (error.code === -32001) {
    return new R.Overloaded()
  }
  const known = byData(error)
  if (known !== undefined) {
    return known
  }
  if (isUnknownMethod(error.message)) {
    // The required version is added where the method is known: `methodVersions.ts`.
    return new R.MethodNotSupported({ required: null, actual: "" })
  }
  const beginning = error.message.slice(0, maxMatched)
  for (const [pattern, reason] of byMessage) {
    const match = pattern.exec(beginning)
    if (match !== null) {
      return reason(match, error)
    }
  }
  return rejected(error, params)
}
