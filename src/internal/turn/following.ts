/**
 * Follows the turns of a thread: those of this connection, and those that started elsewhere. `turns.ts` starts turns;
 * `followedTurn.ts` is what the consumers of a turn see.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import { CodexError, ThreadBusy, ThreadNotFound } from "../../CodexError.ts"
import type { Turn } from "../../generated/types.ts"
import type { Notification } from "../client/notifications.ts"
import { ofTurn as closedOfTurn } from "../errors/connectionReasons.ts"
import * as threadRecord from "../session/record.ts"
import { askEnd } from "./askEnd.ts"
import * as followedTurn from "./followedTurn.ts"
import type { InputClaim, Taken } from "./inputClaim.ts"

/**
 * Returns the record of a subscribed thread. Fails if notifications of a turn on it would not arrive. If the process
 * was started again, it resumes the thread first.
 */
export const subscribed = (
  client: Client,
  threadId: string,
  method: string
): Effect.Effect<threadRecord.ThreadRecord, CodexError> =>
  Effect.suspend(() => {
    const connections = client["~connections"]
    if (connections !== undefined) {
      return Effect.flatMap(connections.ready(method, threadId), (own) => subscribed(own, threadId, method))
    }
    const session = client["~session"]
    const record = session.find(threadId)
    return record?.isSubscribed === true
      ? Effect.succeed(record)
      : // The end of the connection has closed every record.
        Effect.fail(new CodexError({ method, reason: session.ended() ?? new ThreadNotFound() }))
  })

/** How a turn is followed. */
export interface FollowOptions {
  readonly input?: Input | undefined
  /** Notifications that arrived before the turn's id was known. */
  readonly kept?: ReadonlyArray<Heard>
  readonly keepEvents?: boolean
  /** The id under which the server runs it, if that is known to differ. */
  readonly runsAs?: string | undefined
  /** The call that holds the thread until the end. */
  readonly call?: threadRecord.Call
}

/** The input that started a turn of this connection. */
export interface Input {
  readonly claim: InputClaim
  /** Called once, when it is known which turn took the input. */
  readonly onTaken: (record: threadRecord.ThreadRecord, turn: followedTurn.FollowedTurn, taken: Taken) => void
}

/** A notification that a thread received before its turn was known. */
export interface Heard {
  readonly notification: Notification
  readonly turnId: string | undefined
}

/** Follows a turn that is not followed yet. */
export const follow = (
  client: Client,
  record: threadRecord.ThreadRecord,
  turnId: string,
  { call, input, keepEvents = false, kept = [], runsAs = turnId }: FollowOptions = {}
): followedTurn.FollowedTurn => {
  const follower = new TurnFollower(client, record, turnId, keepEvents, call, input)
  const { turn } = follower
  turn.runAs(runsAs)
  // Apply these before following, which may immediately report the end of the connection. The claim has already seen
  // them.
  for (const { notification, turnId } of kept) if (turn.isOwn(notification, turnId)) turn.apply(notification)
  turn.startKeeping()
  if (turn.isEnded()) return turn
  follower.onRequests(record.requests)
  threadRecord.change(record, { _tag: "Followed", follower })
  return turn
}

/** Follows a turn that is already running, and returns the same value to each caller. */
export const attach = (client: Client, record: threadRecord.ThreadRecord, turnId: string): followedTurn.FollowedTurn =>
  threadRecord.followed(record, turnId) ?? follow(client, record, turnId)

/** The turn that is starting or running on a thread: one of this connection, or one that the server reports. */
export const current = (
  client: Client,
  record: threadRecord.ThreadRecord
): Effect.Effect<followedTurn.FollowedTurn | undefined> =>
  // A turn that is starting is followed from the reply on.
  Effect.map(acceptedOf(record), () => {
    const { followers, running } = record
    // It may be accepted but not started yet, or a review that runs under another id.
    const followed = followers.find(({ turn }) => turn !== undefined)?.turn
    return followed ?? (running === undefined ? undefined : attach(client, record, running))
  })

/** Like `current`, with what happened before the turn was followed, as far as the server can say. */
export const currentWhole = (
  client: Client,
  record: threadRecord.ThreadRecord
): Effect.Effect<followedTurn.FollowedTurn | undefined> =>
  Effect.flatMap(acceptedOf(record), () => {
    const known = record.followers
    return Effect.tap(current(client, record), (turn) =>
      turn === undefined || record.followers === known
        ? Effect.void
        : Effect.map(latest(client, record.threadId), (told) => {
            if (told?.id === turn.turnId) turn.seed(told)
          })
    )
  })

/** The latest turn of a thread on the server; `undefined` if the server cannot say. */
export const latest = (client: Client, threadId: string): Effect.Effect<Turn | undefined> =>
  client.request("thread/turns/list", { threadId, limit: 1, sortDirection: "desc", itemsView: "full" }).pipe(
    Effect.map(({ data }) => data[0]),
    // The server cannot list the turns of an ephemeral thread, and older runtimes cannot list turns at all.
    Effect.catch(() => Effect.succeed(undefined))
  )

/**
 * Fails if a call of this connection holds the thread, or the server reports a turn there. The error has the turn's
 * id.
 */
export const requireFree = (record: threadRecord.ThreadRecord, method: string): Effect.Effect<void, CodexError> =>
  threadRecord.stateOf(record)._tag === "Free"
    ? Effect.void
    : Effect.flatMap(acceptedOf(record), (turn) =>
        Effect.fail(
          new CodexError({ method, reason: new ThreadBusy({ turnId: turn?.turnId ?? record.running ?? null }) })
        )
      )

// internal

/**
 * Passes its events to a turn, and releases the thread when the turn ends. A class, because there is one for each
 * turn.
 */
class TurnFollower implements threadRecord.Follower, followedTurn.Owner {
  readonly #client: Client
  readonly #record: threadRecord.ThreadRecord
  readonly #call: threadRecord.Call | undefined
  #input: Input | undefined
  readonly turn: followedTurn.FollowedTurn

  constructor(
    client: Client,
    record: threadRecord.ThreadRecord,
    turnId: string,
    keepEvents: boolean,
    call: threadRecord.Call | undefined,
    input: Input | undefined
  ) {
    this.#client = client
    this.#record = record
    this.#call = call
    this.#input = input
    // A follower that is added after `turn/started` never sees it.
    const isStarted = record.running === turnId
    this.turn = new followedTurn.FollowedTurn({ threadId: record.threadId, turnId, keepEvents, isStarted }, this)
  }

  onNotification(notification: Notification, named: string | undefined): void {
    const input = this.#input
    if (input !== undefined) {
      input.claim.hear(notification, named)
      if (input.claim.taken !== undefined) {
        this.#input = undefined
        input.onTaken(this.#record, this.turn, input.claim.taken)
      }
    }
    if (this.turn.isOwn(notification, named)) this.turn.apply(notification)
  }

  onRequests(open: ReadonlyArray<threadRecord.OpenRequest>): void {
    const { turnId } = this.turn
    this.turn.setOpenRequests(open.filter((request) => (request.turnId ?? turnId) === turnId).length)
  }

  onClosed(closed: threadRecord.Closed): void {
    const { reason } = closed
    const ofTurn =
      reason._tag === "ConnectionClosed" ? { ...closed, reason: closedOfTurn(reason, this.turn.resultSoFar()) } : closed
    this.turn.fail(threadRecord.closedError(ofTurn, "turn/start"))
  }

  onQuiet(): Effect.Effect<void> {
    return Effect.map(askEnd(this.#client, this.turn), (answer) => {
      if (answer !== "running") this.turn.endFailed()
    })
  }

  onEnd(): void {
    threadRecord.change(this.#record, { _tag: "Unfollowed", follower: this })
    if (this.#call !== undefined) threadRecord.change(this.#record, { _tag: "Left", call: this.#call })
  }
}

const acceptedOf = ({ holder }: threadRecord.ThreadRecord): Effect.Effect<followedTurn.FollowedTurn | undefined> =>
  // A turn that waits for its admission has no id yet, and can wait for long.
  holder === undefined || holder.awaitsAdmission ? Effect.succeed(undefined) : Deferred.await(holder.accepted)
