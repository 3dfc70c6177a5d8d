/**
 * Describes each kind of server request in one row; the type requires a row for every kind.
 *
 * Requests are run in `engine.ts`. The checks that all answers share are in `answers.ts`.
 */
import * as Duration from "effect/Duration"
import * as Equal from "effect/Equal"
import * as Predicate from "effect/Predicate"
import type { ServerRequests } from "../../generated/methods.ts"
import type { Reply } from "../connection/jsonRpc.ts"
import * as offers from "./offers.ts"
import type { Request } from "./types.ts"

/** The problem with an answer. */
export type Problem = "invalidAnswer" | "notOffered"

/** An answer returned by a handler, which may be written in JavaScript. */
export interface Answer {
  readonly [key: string]: unknown
}

/** A kind of request. */
export interface Kind {
  /** Declines in the shape that the request defines. The text is shown to the model or in the server's log. */
  readonly decline: (words: string) => Reply
  /** Returns the problem with a well-formed answer: it grants more than the request offers, or grants nothing. */
  readonly judge?: ((request: Pick<Request, "offered" | "params">, answer: Answer) => Problem | undefined) | undefined
  /** Summarizes the answer in one word, for the log. Default: `answer`. */
  readonly word?: ((answer: Answer) => string) | undefined
  /** Returns the answers that the request offers, from its decoded params. Default: none. */
  readonly offers?: ((params: Request["params"]) => ReadonlyArray<offers.Offered>) | undefined
  /** Whether the answer is a secret. Errors of the code that obtains it can contain the secret. */
  readonly isSecret?: true | undefined
  /** Returns a key. Requests with the same key share one run if they arrive together. */
  readonly sharedBy?: ((params: Request["params"]) => string) | undefined
  /** How long the server waits, plus a margin. The server does not report that it stopped waiting. */
  readonly serverLimit?: Duration.Duration | undefined
  /** Whether the request belongs to a turn although it has no turn id. */
  readonly isOfTurn?: true | undefined
}

/** Returns the row of a method, if this version supports it. */
export const kindOf = (method: string): Kind | undefined => byMethod.get(method)

// internal

const onlyKey = (value: unknown): string | undefined => {
  const keys = Predicate.isReadonlyObject(value) ? Object.keys(value) : []
  return keys.length === 1 ? keys[0] : undefined
}

const metaOf = (value: unknown): Answer =>
  Predicate.isReadonlyObject(value) && Predicate.isReadonlyObject(value["_meta"]) ? value["_meta"] : {}

const isEmpty = (value: unknown): boolean =>
  !Predicate.isReadonlyObject(value) || Object.values(value).every((inner) => inner == null)

/** Declines with an answer of the method's type. */
const by =
  <M extends keyof ServerRequests>(result: (words: string) => ServerRequests[M]["result"]) =>
  (words: string): Reply => ({ result: result(words) })

// For requests that only a handler can answer: their answer cannot express a decline.
const refuse = (message: string): Reply => ({ error: { code: -32603, message } })

const decided = ({ decision }: Answer): string =>
  typeof decision === "string" ? decision : (onlyKey(decision) ?? "answer")

// The server always accepts `decline` and `cancel`, even if the request offers only one of them.
const refusals: ReadonlySet<unknown> = new Set(["decline", "cancel"])
const words: ReadonlySet<unknown> = new Set(["accept", "acceptForSession", "decline", "cancel"])
const commandKeys: ReadonlySet<unknown> = new Set(["acceptWithExecpolicyAmendment", "applyNetworkPolicyAmendment"])
const actions: ReadonlySet<unknown> = new Set(["accept", "decline", "cancel"])

/**
 * The older approvals (`applyPatchApproval`, `execCommandApproval`) offer nothing that holds longer than the session.
 */
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
      // Compared by value: a JavaScript program may construct the answer, and a TypeScript program may reuse that of
      // another request.
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
      if (!Predicate.isReadonlyObject(permissions)) return "decline"
      const { fileSystem, network } = permissions
      return isEmpty(fileSystem) && !(Predicate.isReadonlyObject(network) && network["enabled"] === true)
        ? "decline"
        : "grant"
    },
    // The server would not treat this as a grant, although it claims to be one.
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
    // Codex uses the same request before it calls a tool, and lists how long an acceptance may hold.
    judge: ({ params }, answer) => {
      if (!actions.has(answer["action"])) return "invalidAnswer"
      const persist = metaOf(answer)["persist"]
      if (persist === undefined) return undefined
      // A single period may arrive as a string instead of a list.
      return [metaOf(params)["persist"]].flat().includes(persist) ? undefined : "notOffered"
    }
  },
  "account/chatgptAuthTokens/refresh": {
    decline: refuse,
    isSecret: true,
    serverLimit: Duration.seconds(12),
    sharedBy: (params) =>
      "previousAccountId" in params && typeof params.previousAccountId === "string" ? params.previousAccountId : "",
    // The server would accept tokens of another account, and then fail the turn with a misleading error.
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

// A Map, because methods come from the server: `toString` must not be found.
const byMethod: ReadonlyMap<string, Kind> = new Map(Object.entries(kinds))
