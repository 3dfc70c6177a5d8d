/**
 * The safe answer to each request of the server: no, in the shape that this request has for it. Used wherever nobody decides, and wherever the
 * one who should have failed to: a client that stays silent hangs the turn, and one that answers `{}` leaves it to chance what the server makes of
 * it.
 */
import * as Effect from "effect/Effect"
import type { ServerRequests } from "../../generated/methods.ts"
import type { Reply } from "../../JsonRpc.ts"
import { retired } from "./retired.ts"

// What the model or the server's log gets to read.
const nobody = "This client has no handler for the request"
const failed = "This client's handler gave no answer to the request"

const refusal = (message: string): Reply => ({ error: { code: -32603, message } })

type Decline = (message: string) => Reply

const answer =
  <M extends keyof ServerRequests>(_method: M, result: (message: string) => ServerRequests[M]["result"]): Decline =>
  (message) => ({ result: result(message) })

const declines: { readonly [M in keyof ServerRequests]: Decline } = {
  "item/commandExecution/requestApproval": answer("item/commandExecution/requestApproval", () => ({
    decision: "decline"
  })),
  "item/fileChange/requestApproval": answer("item/fileChange/requestApproval", () => ({ decision: "decline" })),
  "item/permissions/requestApproval": answer("item/permissions/requestApproval", () => ({
    permissions: {},
    scope: "turn"
  })),
  "item/tool/requestUserInput": answer("item/tool/requestUserInput", () => ({ answers: {} })),
  "item/tool/call": answer("item/tool/call", (text) => ({
    success: false,
    contentItems: [{ type: "inputText", text }]
  })),
  "mcpServer/elicitation/request": answer("mcpServer/elicitation/request", () => ({
    action: "decline",
    content: null
  })),
  // These ask for a thing that only a handler can have, and their answers have no form for "no".
  "account/chatgptAuthTokens/refresh": refusal,
  "attestation/generate": refusal,
  applyPatchApproval: answer("applyPatchApproval", (rejection) => ({ decision: { denied: { rejection } } })),
  execCommandApproval: answer("execCommandApproval", (rejection) => ({ decision: { denied: { rejection } } }))
}

// A Map, since methods come off the wire: `toString` must not be found.
const byMethod: ReadonlyMap<string, Decline> = new Map(Object.entries(declines))

const unknownMethod: Reply = { error: { code: -32601, message: "Method not found" } }

/** Whether the protocol has the request, in this version or in an older one. */
export const isKnown = (method: string): boolean => byMethod.has(method) || retired.has(method)

/** Declines a request whose handler failed or was too slow; one with an unknown method gets −32601. */
export const declineFailed = (method: string): Reply => byMethod.get(method)?.(failed) ?? unknownMethod

/** Declines a request that nobody handles; a retired one gets its answer, and an unknown method −32601. */
export const decline = (method: string): Effect.Effect<Reply> =>
  retired.get(method)?.answer ?? Effect.succeed(byMethod.get(method)?.(nobody) ?? unknownMethod)
