/**
 * Turns of a thread as they are followed here: ours, and those that began elsewhere. How one is started is `turns.ts`;
 * what a followed turn is to its readers is `followedTurn.ts`.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Client } from "../../CodexClient.ts"
import { CodexError, ThreadBusy, ThreadNotFound } from "../../CodexError.ts"
import type { Turn } from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"
import * as threadRecord from "../session/record.ts"
import { askEnd } from "./askEnd.ts"
import * as followedTurn from "./followedTurn.ts"
import type { InputClaim, Taken } from "./inputClaim.ts"

/** The record of a thread that the server tells us about; fails where nothing would be heard of a turn on it. */
export const subscribed = (
  client: Client,
  threadId: string,
  method: string
): Effect.Effect<threadRecord.ThreadRecord, CodexError> =>
  Effect.suspend(() => {
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
  /** What came before the turn's id was known. */
  readonly kept?: ReadonlyArray<Heard>
  readonly keepEvents?: boolean
  /** The id under which the server runs it, where that is known to be another. */
  readonly runsAs?: string | undefined
  /** The call that has the thread until the end. */
  readonly call?: threadRecord.Call
}

/** The input that began a turn of ours. */
export interface Input {
  readonly claim: InputClaim
  /** Called once, when it is known which turn took it. */
  readonly onTaken: (record: threadRecord.ThreadRecord, turn: followedTurn.FollowedTurn, taken: Taken) => void
}

/** What was heard of a thread before its turn was known. */
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
  if (runsAs !== turnId) turn.runAs(runsAs)
  // Before following, which may tell of the end of the connection at once. What was kept was told to the claim.
  for (const { notification, turnId } of kept) if (turn.isOwn(notification, turnId)) turn.apply(notification)
  turn.startKeeping()
  if (turn.isEnded()) return turn
  follower.onRequests(record.requests)
  threadRecord.change(record, { _tag: "Followed", follower })
  return turn
}

/** Follows a turn that runs already: the same one for each caller. */
export const attach = (client: Client, record: threadRecord.ThreadRecord, turnId: string): followedTurn.FollowedTurn =>
  threadRecord.followed(record, turnId) ?? follow(client, record, turnId)

/** The turn that is starting or running on a thread; of ours, or told by the server. */
export const current = (
  client: Client,
  record: threadRecord.ThreadRecord
): Effect.Effect<followedTurn.FollowedTurn | undefined> =>
  Effect.map(acceptedOf(record), (accepted) => {
    if (accepted !== undefined && !accepted.isEnded()) return accepted
    const { followers, running } = record
    // Perhaps accepted, but not begun yet; perhaps a review, which runs under another id.
    const followed = followers.find(({ turn }) => turn !== undefined)?.turn
    return followed ?? (running === undefined ? undefined : attach(client, record, running))
  })

/** `current`, with what happened in it before it was followed, as far as the server can say. */
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

/** The latest turn of a thread as the server has it; none where it can't say. */
export const latest = (client: Client, threadId: string): Effect.Effect<Turn | undefined> =>
  client.request("thread/turns/list", { threadId, limit: 1, sortDirection: "desc", itemsView: "full" }).pipe(
    Effect.map(({ data }) => data[0]),
    // Of an ephemeral thread there is no list, and older runtimes have none.
    Effect.catch(() => Effect.succeed(undefined))
  )

/** Fails where a call of ours has the thread, or the server reports a turn there; with the id of the turn. */
export const requireFree = (record: threadRecord.ThreadRecord, method: string): Effect.Effect<void, CodexError> =>
  threadRecord.stateOf(record)._tag === "Free"
    ? Effect.void
    : Effect.flatMap(acceptedOf(record), (turn) =>
        Effect.fail(
          new CodexError({ method, reason: new ThreadBusy({ turnId: turn?.turnId ?? record.running ?? null }) })
        )
      )

// internal

/** Tells a turn what is its own, and gives its thread back at its end. A class, since there is one for each turn. */
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
    // A follower that comes after `turn/started` never sees it.
    const begun = record.running === turnId
    this.turn = new followedTurn.FollowedTurn({ threadId: record.threadId, turnId, keepEvents, begun }, this)
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
    this.turn.fail(threadRecord.closedError(closed, "turn/start"))
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
  holder === undefined ? Effect.succeed(undefined) : Deferred.await(holder.accepted)
