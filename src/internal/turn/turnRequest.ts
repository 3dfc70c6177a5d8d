/**
 * Describes a request that starts a turn: a `turn/start`, or another method that runs as a turn. `turnStarting.ts`
 * sends it when the thread is free.
 */
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import type { CodexError } from "../../CodexError.ts"
import type { TurnStartParams } from "../../generated/types.ts"
import * as accesses from "../session/access.ts"
import * as threadRecord from "../session/record.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import type { Limits } from "./turnLimits.ts"

/** A request that starts a turn. */
export interface Start {
  readonly threadId: string
  readonly method: string
  /** Sends the request on the connection of the turn, and returns the turn's id. */
  readonly request: (client: Client, onSent: () => void) => Effect.Effect<string, CodexError>
  readonly limits: Limits
  /** The key that the server puts on the item of the input. `undefined` for a turn without input. */
  readonly key?: string | undefined
  /** What to do if the thread is taken. Default: `queue`. */
  readonly whenBusy?: "queue" | "reject" | undefined
  /** Present if the caller chose the key. */
  readonly keyed?: Keyed | undefined
}

/** An input whose key the caller chose. Two turns of one connection with the same key never overlap. */
export interface Keyed {
  readonly key: string
  /** Called when the server has accepted the turn. */
  readonly onAccepted: (turn: FollowedTurn) => void
  /** Runs if the call had to wait for the thread, before anything is sent. If it fails, nothing is sent. */
  readonly afterWaiting?: Effect.Effect<void, CodexError> | undefined
}

/** An ordinary turn. The thread keeps a working directory that is set here. */
export const byTurnStart = (
  client: Client,
  params: TurnStartParams,
  more: Pick<Start, "limits" | "whenBusy" | "keyed">
): Start => {
  const { threadId } = params
  const key = params.input.length === 0 ? undefined : (params.clientUserMessageId ?? client["~session"].nextKey())
  return {
    ...more,
    threadId,
    method: "turn/start",
    key,
    request: (own, onSent) =>
      Effect.map(
        own.request("turn/start", { ...params, clientUserMessageId: key }, { "~hooks": { onSent } }),
        ({ turn }) => {
          const record = own["~session"].find(threadId)
          if (record === undefined) return turn.id
          if (typeof params.cwd === "string") threadRecord.change(record, { _tag: "Moved", cwd: params.cwd })
          // The server reports it too, but only with the experimental API.
          const access = accesses.ofTurn(params)
          if (access !== undefined) threadRecord.change(record, { _tag: "AccessTold", access })
          return turn.id
        }
      )
  }
}
