/**
 * Builds, checks and summarizes the answer to a server request of any kind.
 *
 * A request without a handler is declined. If a client sends no answer, the turn hangs. If it answers `{}`, the
 * reaction of the server is undefined. What differs from kind to kind is in `kinds.ts`.
 */
import * as Effect from "effect/Effect"
import { formatLine } from "../connection/framing.ts"
import type { Reply } from "../connection/jsonRpc.ts"
import { type Answer, kindOf, type Problem } from "./kinds.ts"
import { retired } from "./retired.ts"
import type { Request } from "./types.ts"

/** Declines a request whose handler failed or exceeded its timeout. An unknown method gets −32601. */
export const declineFailed = (method: string): Reply =>
  kindOf(method)?.decline("The client's handler failed") ?? unknownMethod

/** Whether the protocol has the request, in this version or in an older one. */
export const isKnown = (method: string): boolean => kindOf(method) !== undefined || retired.has(method)

/** Declines a request that has no handler. A retired request gets its fixed answer, and an unknown method −32601. */
export const decline = (method: string): Effect.Effect<Reply> =>
  retired.get(method) ??
  Effect.succeed(kindOf(method)?.decline("This client has no handler for the request") ?? unknownMethod)

/**
 * Returns the problem with an answer, if there is one.
 *
 * An answer that grants more than the request offers is treated like a malformed answer.
 */
export const problem = (
  request: Pick<Request, "method" | "offered" | "params">,
  result: unknown
): Problem | undefined =>
  // A value that cannot be written as JSON cannot be sent.
  !isAnswer(result) || formatLine(result) === undefined
    ? "invalidAnswer"
    : kindOf(request.method)?.judge?.(request, result)

/** Whether an answer declines or cancels, for a request of any kind. */
export const isRefusal = (result: unknown): boolean =>
  isAnswer(result) && (result["decision"] === "decline" || result["decision"] === "cancel")

/** Summarizes a reply in one word. */
export const inAWord = (method: string, reply: Reply | undefined): string => {
  if (reply === undefined) return "none"
  if ("error" in reply) return "refuse"
  return (isAnswer(reply.result) ? kindOf(method)?.word?.(reply.result) : undefined) ?? "answer"
}

// internal

const unknownMethod: Reply = { error: { code: -32601, message: "Method not found" } }

const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && !Array.isArray(value)
