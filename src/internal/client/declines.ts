/**
 * The safe answer to each request of the server: no, in the shape that this request has for it. Used wherever nobody decides: a client that
 * stays silent hangs the turn, and one that answers `{}` leaves it to chance what the server makes of it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { ServerRequests } from "../../generated/methods.ts"
import type { Reply } from "../../JsonRpc.ts"

// What the model or the server's log gets to read.
const nobody = "This client has no handler for the request"

const refusal: Effect.Effect<Reply> = Effect.succeed({ error: { code: -32603, message: nobody } })

const answer = <M extends keyof ServerRequests>(
  _method: M,
  result: ServerRequests[M]["result"]
): Effect.Effect<Reply> => Effect.succeed({ result })

const declines: { readonly [M in keyof ServerRequests]: Effect.Effect<Reply> } = {
  "item/commandExecution/requestApproval": answer("item/commandExecution/requestApproval", { decision: "decline" }),
  "item/fileChange/requestApproval": answer("item/fileChange/requestApproval", { decision: "decline" }),
  "item/permissions/requestApproval": answer("item/permissions/requestApproval", { permissions: {}, scope: "turn" }),
  "item/tool/requestUserInput": answer("item/tool/requestUserInput", { answers: {} }),
  "item/tool/call": answer("item/tool/call", { success: false, contentItems: [{ type: "inputText", text: nobody }] }),
  "mcpServer/elicitation/request": answer("mcpServer/elicitation/request", { action: "decline", content: null }),
  // These ask for a thing that only a handler can have, and their answers have no form for "no".
  "account/chatgptAuthTokens/refresh": refusal,
  "attestation/generate": refusal,
  applyPatchApproval: answer("applyPatchApproval", { decision: { denied: { rejection: nobody } } }),
  execCommandApproval: answer("execCommandApproval", { decision: { denied: { rejection: nobody } } }),
  // Nothing to decide: the program's clock, in whole seconds.
  "currentTime/read": Effect.map(Clock.currentTimeMillis, (millis) => ({
    result: { currentTimeAt: Math.floor(millis / 1000) }
  }))
}

// A Map, since methods come off the wire: `toString` must not be found.
const byMethod: ReadonlyMap<string, Effect.Effect<Reply>> = new Map(Object.entries(declines))

/** Declines a request; one with an unknown method gets −32601. */
export const decline = (method: string): Effect.Effect<Reply> =>
  byMethod.get(method) ?? Effect.succeed({ error: { code: -32601, message: "Method not found" } })
