/**
 * The answer to a request, whatever its kind: the decline where no handler gives one, what is checked before it is
 * sent, and its word for the log. A client that stays silent hangs the turn, and one that answers `{}` leaves it to
 * chance what the server makes of it. What differs from kind to kind is `kinds.ts`.
 */
import * as Effect from "effect/Effect"
import { formatLine } from "../framing.ts"
import type { Reply } from "../../JsonRpc.ts"
import { type Answer, kindOf, type Problem } from "./kinds.ts"
import { retired } from "./retired.ts"
import type { Request } from "./types.ts"

/** Declines a request whose handler failed or was too slow; one with an unknown method gets −32601. */
export const declineFailed = (method: string): Reply =>
  kindOf(method)?.decline("The client's handler failed") ?? unknownMethod

/** Whether the protocol has the request, in this version or in an older one. */
export const isKnown = (method: string): boolean => kindOf(method) !== undefined || retired.has(method)

/** Declines a request that no handler answers; a retired one gets its answer, and an unknown method −32601. */
export const decline = (method: string): Effect.Effect<Reply> =>
  retired.get(method)?.answer ??
  Effect.succeed(kindOf(method)?.decline("This client has no handler for the request") ?? unknownMethod)

/**
 * What is wrong with an answer, if something is. One that says more than the request offers is treated like one that is
 * broken.
 */
export const problem = (
  request: Pick<Request, "method" | "offered" | "params">,
  result: unknown
): Problem | undefined =>
  // What can't be written as JSON can't be sent, whatever it says.
  !isAnswer(result) || formatLine(result) === undefined
    ? "invalidAnswer"
    : kindOf(request.method)?.judge?.(request, result)

/** Whether an answer allows nothing, whatever it is about. */
export const isRefusal = (result: unknown): boolean =>
  isAnswer(result) && (result["decision"] === "decline" || result["decision"] === "cancel")

/** A reply in a word. */
export const inAWord = (method: string, reply: Reply | undefined): string => {
  if (reply === undefined) return "none"
  if ("error" in reply) return "refuse"
  return (isAnswer(reply.result) ? kindOf(method)?.word?.(reply.result) : undefined) ?? "answer"
}

// internal

const unknownMethod: Reply = { error: { code: -32601, message: "Method not found" } }

const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && !Array.isArray(value)
