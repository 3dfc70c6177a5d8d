/**
 * Writes log lines about server requests: thread and turn, kind, and outcome. Params and answers can hold secrets, so
 * they are not logged.
 */
import type * as Cause from "effect/Cause"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { DecodeFailed } from "../../CodexError.ts"
import type { RawServerRequest } from "../connection/jsonRpc.ts"
import * as Printable from "../../Printable.ts"
import { kindOf } from "./kinds.ts"
import { retired } from "./retired.ts"
import type { Decision, OpenRequest, Rule } from "./types.ts"
import { shownMethod } from "../errors/shownMethod.ts"
import { shownIds } from "../errors/shownIds.ts"

/** Describes a request before it is decoded. */
export const describe = ({ id, method, params }: RawServerRequest, openedAt: DateTime.Utc): OpenRequest => {
  const fields = Predicate.isReadonlyObject(params) ? params : {}
  // The older approvals call the thread a conversation, and the item a call.
  const text = (...names: ReadonlyArray<string>) =>
    Option.fromUndefinedOr(names.map((name) => fields[name]).find((value) => typeof value === "string"))
  return {
    id,
    method,
    threadId: text("threadId", "conversationId"),
    turnId: text("turnId"),
    itemId: text("itemId", "callId"),
    openedAt
  }
}

/** Returns the request id of a `serverRequest/resolved` notification. */
export const resolvedId = (params: unknown): string | number | undefined => {
  const id = Predicate.isReadonlyObject(params) ? params["requestId"] : undefined
  return typeof id === "string" || typeof id === "number" ? id : undefined
}

// These rules indicate a problem in the program or in the server.
const warned: ReadonlySet<Rule> = new Set([
  "failure",
  "defect",
  "timeout",
  "tooMany",
  "undecodable",
  "notOffered",
  "invalidAnswer",
  "unknownMethod"
])

/** Logs a decision. */
export const decided = (decision: Decision): Effect.Effect<void> => {
  const { method, duration, policy, rule } = decision
  const by = Option.match(policy, { onNone: () => rule, onSome: (name) => `policy ${name}` })
  const line = `${shownMethod(method)}: ${decision.decision} (${by}, ${Duration.toMillis(duration)} ms)`
  // A program logs nothing unless something needs attention. `codex.decisions` has every decision.
  const log = warned.has(rule) ? Effect.logWarning(line) : Effect.logDebug(line)
  return Effect.annotateLogs(
    log,
    shownIds({ ...optional("threadId", decision.threadId), ...optional("turnId", decision.turnId) })
  )
}

/** Logs a warning that a request has no handler, once for each kind, because that may be intended. */
export const unhandled = (): ((method: string) => Effect.Effect<void>) => {
  const said = new Set<string>(retired.keys())
  return (method) => {
    if (said.has(method)) return Effect.void
    said.add(method)
    return Effect.logWarning(
      method === "item/tool/call"
        ? "No toolkit answers this thread's tool calls, so they fail. Resume the thread with `tools`. Logged once."
        : `No handler for ${shownMethod(method)}, so it is declined. Add one with \`serverRequests\` or \`ServerRequests.layer\`. Logged once per method.`
    )
  }
}

/** Logs a warning that a request has fields unknown to this version, once for each kind. */
export const unknownFields = (): ((method: string, names: ReadonlyArray<string>) => Effect.Effect<void>) => {
  const said = new Set<string>()
  return (method, names) => {
    if (names.length === 0 || said.has(method)) return Effect.void
    said.add(method)
    const shown = names.slice(0, 5).map((name) => Printable.line(name.slice(0, 80)))
    return Effect.logWarning(
      `${shownMethod(method)} has unknown fields (${shown.join(", ")}), so policies do not answer it. Use the version of this package that matches the server. Logged once per method.`
    )
  }
}

/** Logs the failure of a handler. */
export const failure = (method: string, cause: Cause.Cause<unknown>): Effect.Effect<void> =>
  kindOf(method)?.isSecret === true
    ? // Its cause can hold a token.
      Effect.logError(`Handler for ${shownMethod(method)} failed; the request was declined.`)
    : Effect.logError(`Handler for ${shownMethod(method)} failed; the request was declined.`, cause)

/** Logs that params do not match the schema. The error does not contain the received value. */
export const undecodable = (method: string, { expected, path }: DecodeFailed): Effect.Effect<void> =>
  Effect.logWarning(
    `Invalid params in ${shownMethod(method)}${path === "" ? "" : ` at ${path}`}: ${expected}. The request was declined.`
  )

// internal

const optional = (name: string, value: Option.Option<string>): { readonly [name: string]: string } =>
  Option.match(value, { onNone: () => ({}), onSome: (text) => ({ [name]: text }) })
