/**
 * What is to be known of each kind of request that the server makes: one row for each, complete by type. How requests
 * are run is `engine.ts`; what is checked of every answer alike is `answers.ts`.
 */
import * as Duration from "effect/Duration"
import * as Equal from "effect/Equal"
import type { ServerRequests } from "../../generated/methods.ts"
import type { Reply } from "../../JsonRpc.ts"
import * as offers from "./offers.ts"
import type { Request } from "./types.ts"

/** What is wrong with an answer. */
export type Problem = "invalidAnswer" | "notOffered"

/** An answer as it comes from a handler, which may be one in JavaScript. */
export interface Answer {
  readonly [key: string]: unknown
}

/** A kind of request. */
export interface Kind {
  /**
   * The safe answer: no, in the shape that this request has for it. The model or the server's log gets to read the
   * words.
   */
  readonly decline: (words: string) => Reply
  /**
   * What is wrong with an answer of the right form, if something is: it says more than the request offers, or nothing.
   */
  readonly judge?: ((request: Pick<Request, "offered" | "params">, answer: Answer) => Problem | undefined) | undefined
  /** An answer in a word, for the log. Default: `answer`. */
  readonly word?: ((answer: Answer) => string) | undefined
  /** The answers that it offers, by its decoded params. Default: none. */
  readonly offers?: ((params: Request["params"]) => ReadonlyArray<offers.Offered>) | undefined
  /** Whether its answer is a secret, which the errors of what finds it can hold. */
  readonly isSecret?: true | undefined
  /** Requests with the same value share one run when they come together. */
  readonly sharedBy?: ((params: Request["params"]) => string) | undefined
  /** How long the server itself waits, and a little more: it doesn't say that it has given up. */
  readonly serverLimit?: Duration.Duration | undefined
  /** Whether it belongs to a turn although it names none. */
  readonly isOfTurn?: true | undefined
}

/** The row of a method, if this version knows it. */
export const kindOf = (method: string): Kind | undefined => byMethod.get(method)

// internal

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const onlyKey = (value: unknown): string | undefined => {
  const keys = isRecord(value) ? Object.keys(value) : []
  return keys.length === 1 ? keys[0] : undefined
}

const metaOf = (value: unknown): Answer => (isRecord(value) && isRecord(value["_meta"]) ? value["_meta"] : {})

const isEmpty = (value: unknown): boolean => !isRecord(value) || Object.values(value).every((inner) => inner == null)

/** Declines by an answer of the method's own type. */
const by =
  <M extends keyof ServerRequests>(result: (words: string) => ServerRequests[M]["result"]) =>
  (words: string): Reply => ({ result: result(words) })

// For what only a handler can have: its answer has no form for "no".
const refuse = (message: string): Reply => ({ error: { code: -32603, message } })

const decided = ({ decision }: Answer): string =>
  typeof decision === "string" ? decision : (onlyKey(decision) ?? "answer")

// `decline` and `cancel` are always accepted, even if only one is offered.
const refusals: ReadonlySet<unknown> = new Set(["decline", "cancel"])
const words: ReadonlySet<unknown> = new Set(["accept", "acceptForSession", "decline", "cancel"])
const commandKeys: ReadonlySet<unknown> = new Set(["acceptWithExecpolicyAmendment", "applyNetworkPolicyAmendment"])
const actions: ReadonlySet<unknown> = new Set(["accept", "decline", "cancel"])

/** The older approvals propose nothing that would hold for longer than the session. */
const review: Omit<Kind, "decline"> = {
  isOfTurn: true,
  word: decided,
  judge: (_, { decision }) => {
    if (typeof decision === "string") return decision === "approved_mcp_policy_amendment" ? "notOffered" : undefined
    const key = onlyKey(decision)
    if (key === undefined) return "invalidAnswer"
    return key === "denied" ? undefined : "notOffered"
  }
}

const kinds: { readonly [M in keyof ServerRequests]: Kind } = {
  "item/commandExecution/requestApproval": {
    decline: by<"item/commandExecution/requestApproval">(() => ({ decision: "decline" })),
    offers: offers.of,
    word: decided,
    judge: ({ offered }, { decision }) => {
      if (!words.has(decision) && !commandKeys.has(onlyKey(decision))) return "invalidAnswer"
      // By value: a program in JavaScript may build the answer, and one in TypeScript keep that of another request.
      return refusals.has(decision) || offered.some((offer) => Equal.equals(offer, decision)) ? undefined : "notOffered"
    }
  },
  "item/fileChange/requestApproval": {
    decline: by<"item/fileChange/requestApproval">(() => ({ decision: "decline" })),
    word: decided,
    judge: (_, { decision }) => (words.has(decision) ? undefined : "invalidAnswer")
  },
  "item/permissions/requestApproval": {
    decline: by<"item/permissions/requestApproval">(() => ({ permissions: {}, scope: "turn" })),
    word: ({ permissions }) => {
      if (!isRecord(permissions)) return "decline"
      const { fileSystem, network } = permissions
      return isEmpty(fileSystem) && !(isRecord(network) && network["enabled"] === true) ? "decline" : "grant"
    },
    // What the server would take for no grant at all, although it says that it is one.
    judge: (_, { scope, strictAutoReview }) =>
      scope == null || scope === "turn" || (scope === "session" && strictAutoReview !== true)
        ? undefined
        : "invalidAnswer"
  },
  "item/tool/requestUserInput": {
    decline: by<"item/tool/requestUserInput">(() => ({ answers: {} })),
    word: ({ answers }) => (isEmpty(answers) ? "decline" : "answer")
  },
  "item/tool/call": {
    decline: by<"item/tool/call">((text) => ({ success: false, contentItems: [{ type: "inputText", text }] })),
    word: ({ success }) => (success === true ? "answer" : "failed")
  },
  "mcpServer/elicitation/request": {
    decline: by<"mcpServer/elicitation/request">(() => ({ action: "decline", content: null })),
    word: ({ action }) => (typeof action === "string" ? action : "answer"),
    // Codex asks in the same way before it calls a tool, and says for how long a yes may hold.
    judge: ({ params }, answer) => {
      if (!actions.has(answer["action"])) return "invalidAnswer"
      const persist = metaOf(answer)["persist"]
      if (persist === undefined) return undefined
      // One period alone may come as a word.
      return [metaOf(params)["persist"]].flat().includes(persist) ? undefined : "notOffered"
    }
  },
  "account/chatgptAuthTokens/refresh": {
    decline: refuse,
    isSecret: true,
    serverLimit: Duration.seconds(12),
    sharedBy: (params) =>
      "previousAccountId" in params && typeof params.previousAccountId === "string" ? params.previousAccountId : "",
    // The server would take tokens of another account, and break off the turn with an error that says something else.
    judge: ({ params }, { chatgptAccountId }) =>
      !("previousAccountId" in params) ||
      typeof params.previousAccountId !== "string" ||
      params.previousAccountId === chatgptAccountId
        ? undefined
        : "invalidAnswer"
  },
  "attestation/generate": { decline: refuse, isSecret: true, serverLimit: Duration.seconds(1) },
  applyPatchApproval: {
    ...review,
    decline: by<"applyPatchApproval">((rejection) => ({ decision: { denied: { rejection } } }))
  },
  execCommandApproval: {
    ...review,
    decline: by<"execCommandApproval">((rejection) => ({ decision: { denied: { rejection } } }))
  }
}

// A Map, since methods come off the wire: `toString` must not be found.
const byMethod: ReadonlyMap<string, Kind> = new Map(Object.entries(kinds))
