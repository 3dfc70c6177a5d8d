/**
 * Asks the server what became of a turn of which it has told nothing for a while. An end that it then tells is applied
 * to the turn alone, and never to `notifications`: the server did not send it.
 */
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import * as Notification from "../../Notification.ts"
import * as threadRecord from "../session/record.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import * as control from "./turnControl.ts"

/** What the server says of a turn; `unknown` where it can't say, or not in time. */
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

// The turn as it came, to be read like any other notification.
const find = (reply: unknown, turnId: string): JsonObject | undefined => {
  const thread = isObject(reply) ? reply["thread"] : undefined
  const turns = isObject(thread) ? thread["turns"] : undefined
  return Array.isArray(turns) ? turns.filter(isObject).find(({ id }) => id === turnId) : undefined
}

type JsonObject = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null
