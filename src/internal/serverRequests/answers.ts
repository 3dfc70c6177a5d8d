/**
 * Judges answers of handlers before they are sent, and puts them into a word for the log. An answer that says more than the request offers is
 * treated like one that is broken: it must not be sent.
 */
import * as Equal from "effect/Equal"
import { formatLine } from "../framing.ts"
import type { Reply } from "../../JsonRpc.ts"
import type { Request } from "./types.ts"

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

// A refusal needs no offer: the server takes both at any time, and offers but one of them.
const refusals: ReadonlySet<unknown> = new Set(["decline", "cancel"])
const words: ReadonlySet<unknown> = new Set(["accept", "acceptForSession", "decline", "cancel"])
const commandKeys: ReadonlySet<unknown> = new Set(["acceptWithExecpolicyAmendment", "applyNetworkPolicyAmendment"])

const onlyKey = (value: unknown): string | undefined => {
  const keys = isRecord(value) ? Object.keys(value) : []
  return keys.length === 1 ? keys[0] : undefined
}

/** What is wrong with an answer, if something is. */
export const fault = (
  { method, offered, params }: Pick<Request, "method" | "offered" | "params">,
  result: unknown
): "invalidAnswer" | "notOffered" | undefined => {
  // What can't be written as JSON can't be sent, whatever it says.
  if (!isRecord(result) || Array.isArray(result) || formatLine(result) === undefined) return "invalidAnswer"
  const { decision } = result
  if (method === "item/fileChange/requestApproval") return words.has(decision) ? undefined : "invalidAnswer"
  if (method === "account/chatgptAuthTokens/refresh") return isSameAccount(params, result) ? undefined : "invalidAnswer"
  if (method === "mcpServer/elicitation/request") return ofElicitation(params, result)
  if (method === "item/permissions/requestApproval") return isGrant(result) ? undefined : "invalidAnswer"
  if (method === "execCommandApproval" || method === "applyPatchApproval") return ofReview(decision)
  if (method !== "item/commandExecution/requestApproval") return undefined
  if (!words.has(decision) && !commandKeys.has(onlyKey(decision))) return "invalidAnswer"
  // By value: a program in JavaScript may build the answer, and one in TypeScript keep that of another request.
  return refusals.has(decision) || offered.some((offer) => Equal.equals(offer, decision)) ? undefined : "notOffered"
}

/** A reply in a word. */
export const inAWord = (method: string, reply: Reply | undefined): string => {
  if (reply === undefined) return "none"
  if ("error" in reply) return "refuse"
  const { result } = reply
  if (!isRecord(result)) return "answer"
  const { action, answers, decision, permissions, success } = result
  if (typeof decision === "string") return decision
  if (isRecord(decision)) return onlyKey(decision) ?? "answer"
  if (typeof action === "string") return action
  if (method === "item/permissions/requestApproval") return grantsNothing(permissions) ? "decline" : "grant"
  if (method === "item/tool/requestUserInput") return isEmpty(answers) ? "decline" : "answer"
  if (method === "item/tool/call") return success === true ? "answer" : "failed"
  return "answer"
}

// internal

// The server would take tokens of another account, and break off the turn with an error that says something else.
const isSameAccount = (params: unknown, { chatgptAccountId }: { readonly chatgptAccountId?: unknown }): boolean => {
  const previous = isRecord(params) ? params["previousAccountId"] : undefined
  return typeof previous !== "string" || previous === chatgptAccountId
}

// What the server would take for no grant at all, although it says that it is one.
const isGrant = ({ scope, strictAutoReview }: { readonly [key: string]: unknown }): boolean =>
  scope == null || scope === "turn" || (scope === "session" && strictAutoReview !== true)

const actions: ReadonlySet<unknown> = new Set(["accept", "decline", "cancel"])

// Codex asks in the same way before it calls a tool, and says for how long a yes may hold.
const ofElicitation = (params: unknown, result: { readonly [key: string]: unknown }) => {
  if (!actions.has(result["action"])) return "invalidAnswer"
  const persist = metaOf(result)["persist"]
  if (persist === undefined) return undefined
  const offers = metaOf(params)["persist"]
  // One period alone may come as a word.
  return [offers].flat().includes(persist) ? undefined : "notOffered"
}

// The older approvals propose nothing that would hold for longer than the session.
const ofReview = (decision: unknown) => {
  if (typeof decision === "string") return decision === "approved_mcp_policy_amendment" ? "notOffered" : undefined
  const key = onlyKey(decision)
  if (key === undefined) return "invalidAnswer"
  return key === "denied" ? undefined : "notOffered"
}

const metaOf = (value: unknown): { readonly [key: string]: unknown } =>
  isRecord(value) && isRecord(value["_meta"]) ? value["_meta"] : {}

const grantsNothing = (permissions: unknown): boolean => {
  if (!isRecord(permissions)) return true
  const { fileSystem, network } = permissions
  return isEmpty(fileSystem) && !(isRecord(network) && network["enabled"] === true)
}

const isEmpty = (value: unknown): boolean => !isRecord(value) || Object.values(value).every((inner) => inner == null)
