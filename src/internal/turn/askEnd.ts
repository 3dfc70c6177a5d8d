/**
 * Asks the server about a turn for which no event has arrived for a while. If the server reports an end, it is
 * applied to the turn only, and never to `notifications`, because the server did not send it as a notification.
 */
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import * as Notification from "../client/notifications.ts"
import * as threadRecord from "../session/record.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import * as control from "./turnControl.ts"

/** Returns what the server says about a turn; `unknown` if it cannot say, or not in time. */
export const askEnd = (client: Client, turn: FollowedTurn): Effect.Effect<"running" | "ended" | "unknown"> =>
  Effect.gen(function* () {
    const { threadId, turnId } = turn
    const { thread } = yield* client.request("thread/read", { threadId })
    if (thread.status.type === "active") return "running"
    const told = find(yield* client.requestRaw("thread/read", { threadId, includeTurns: true }), turnId)
    if (told === undefined || told["status"] === "inProgress") return "unknown"
    const [method, params] = ["turn/completed", { threadId, turn: told }]
    turn.apply(Notification.decode({ method, params, message: { method, params } }))
    const record = client["~session"].find(threadId)
    if (record !== undefined && record.running === turn.runningId()) {
      threadRecord.change(record, { _tag: "TurnEnded" })
    }
    return "ended"
  }).pipe(
    Effect.timeoutOrElse({ duration: control.stopLimit, orElse: () => Effect.succeed("unknown" as const) }),
    Effect.catch(() => Effect.succeed("unknown" as const))
  )

// internal

// The turn as received, to be decoded like any other notification.
const find = (reply: unknown, turnId: string): JsonObject | undefined => {
  const thread = isObject(reply) ? reply["thread"] : undefined
  const turns = isObject(thread) ? thread["turns"] : undefined
  return Array.isArray(turns) ? turns.filter(isObject).find(({ id }) => id === turnId) : undefined
}

type JsonObject = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null
