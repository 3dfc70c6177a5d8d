/**
 * Starts a turn: waits for its thread, sends the request, and finds out which turn took the input. A turn that starts
 * although its request was given up is stopped. `turns.ts` has the states of a turn.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Client } from "../../CodexClient.ts"
import { CodexError, TurnJoined } from "../../CodexError.ts"
import { turnIdOf } from "../client/ids.ts"
import { onConnection } from "../client/onConnection.ts"
import * as threadRecord from "../session/record.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import * as following from "./following.ts"
import * as holding from "./holding.ts"
import * as inputClaim from "./inputClaim.ts"
import * as lateTurns from "./lateTurns.ts"
import * as control from "./turnControl.ts"
import * as turnLimits from "./turnLimits.ts"
import type { Start } from "./turnRequest.ts"
import * as turnRetrying from "./turnRetrying.ts"

/** The turn that took an input that was meant for another. */
export interface Joined {
  turn?: FollowedTurn
}

/** Starts a turn. `joined` receives the turn that took the input, if it is another one. */
export const start = (
  restore: holding.Restore,
  client: Client,
  request: Start,
  keepEvents: boolean,
  joined: Joined
): Effect.Effect<FollowedTurn, CodexError> =>
  client["~connections"] === undefined
    ? startOn(restore, client, request, keepEvents, joined, false)
    : // The caller may have waited for this connection.
      onConnection(client, { ...request, restore }, (own) => startOn(restore, own, request, keepEvents, joined, true))

// internal

const startOn = (
  restore: holding.Restore,
  client: Client,
  { key, keyed, limits, method, request, threadId, whenBusy }: Start,
  keepEvents: boolean,
  joined: Joined,
  mayHaveWaited: boolean
): Effect.Effect<FollowedTurn, CodexError> =>
  Effect.gen(function* () {
    const record = yield* following.subscribed(client, threadId, method)
    if (keyed !== undefined) yield* holding.requireUnused(record, keyed.key, method)
    if (whenBusy === "reject") yield* restore(following.requireFree(record, method))
    const own = holding.call(undefined, keyed?.key)
    const release = holding.releaseOf(record, own)
    const isFree = threadRecord.stateOf(record)._tag === "Free"
    yield* holding.hold(restore, record, own)
    yield* holding.admit(restore, client, record, own, () => ({ method, stop: stopAccepted(client, own) }))
    const hasWaited = mayHaveWaited || !isFree || client["~session"].admission !== undefined
    if (hasWaited && keyed?.afterWaiting !== undefined) {
      yield* Effect.onError(restore(keyed.afterWaiting), () =>
        Effect.sync(() => {
          release()
          Deferred.doneUnsafe(own.accepted, Exit.succeed(undefined))
        })
      )
    }
    const claim = new inputClaim.InputClaim(key)
    const early = lateTurns.listenEarly(record, claim)
    let sent = false

    const accept = (turnId: string): Effect.Effect<FollowedTurn, CodexError> => {
      const known = threadRecord.followed(record, turnId)
      const taken = claim.taken
      // A turn that is already followed was there before.
      if (known !== undefined || taken?.isJoined === true) {
        const id = taken?.turnId ?? turnId
        joined.turn = threadRecord.followed(record, id) ?? following.follow(client, record, id, { kept: early.kept })
        return Effect.fail(joinedTo(method, id))
      }
      const turn = following.follow(client, record, turnId, {
        input: new StartedInput(client, claim, method, joined),
        kept: early.kept,
        keepEvents,
        call: own,
        runsAs: taken?.turnId
      })
      early.kept.length = 0
      keyed?.onAccepted(turn)
      return Effect.succeed(turn)
    }

    // A turn that starts although its request was given up is stopped, and holds the thread until then.
    const stopLate = (turnId: string) => {
      const turn = following.follow(client, record, turnId, { kept: early.kept, call: own })
      return Effect.asVoid(client["~session"].fork(Effect.ignore(control.stop(client, turn))))
    }
    const afterFailure = (error: CodexError | undefined): Effect.Effect<void> => {
      const reason = error?.reason
      // After `RequestTimeout` it is unknown whether a turn has started; after `DecodeFailed` it is certain.
      if (!sent || (reason?._tag !== "RequestTimeout" && reason?._tag !== "DecodeFailed")) return Effect.sync(release)
      const taken = claim.taken
      if (taken !== undefined) return taken.isJoined ? Effect.sync(release) : stopLate(taken.turnId)
      const { running } = record
      // It started after the request, and has no item other than the input.
      if (running !== undefined && claim.other !== running) return stopLate(running)
      if (reason._tag === "DecodeFailed") {
        const turnId = turnIdOf(Redacted.value(reason.raw))
        // The thread is not free until the turn has ended, or is known not to start.
        return turnId === undefined ? lateTurns.watchLate(client, record, claim, stopLate, release) : stopLate(turnId)
      }
      release()
      return key === undefined ? Effect.void : lateTurns.watchLate(client, record, claim, stopLate)
    }

    // In one step after the reply, so that nothing comes in between.
    const starting = Effect.interruptible(
      Effect.suspend(() =>
        request(client, () => {
          sent = true
        })
      )
    ).pipe(
      Effect.flatMap(accept),
      Effect.tap((turn) => turnRetrying.watch(client, turn, turnLimits.ofTurn)),
      Effect.tap((turn) => turnLimits.watch(client, turnLimits.ofTurn(client, turn), limits)),
      Effect.onExit((exit) => {
        early.leave()
        Deferred.doneUnsafe(own.accepted, Exit.succeed(Exit.isSuccess(exit) ? exit.value : undefined))
        // A turn that was started holds the thread until its end.
        return Exit.isSuccess(exit)
          ? Effect.void
          : afterFailure(Option.getOrUndefined(Cause.findErrorOption(exit.cause)))
      })
    )
    // In a separate fiber, because the reply is awaited even if the caller is interrupted. Uninterruptible, so that
    // it always reaches its `onExit`.
    const reply = yield* client["~session"].fork(starting, { startImmediately: true, uninterruptible: true })
    return yield* restore(Fiber.join(reply)).pipe(
      Effect.onInterrupt(() =>
        Effect.suspend(() =>
          sent
            ? control.bounded(
                client,
                Effect.flatMap(Fiber.join(reply), (turn) => control.stop(client, turn))
              )
            : Fiber.interrupt(reply)
        )
      )
    )
  })

// Separate functions, because what they return lives as long as the turn, and would keep its whole scope alive.

/** Stops the turn that a call has started, if it has. */
const stopAccepted = (client: Client, { accepted }: threadRecord.Call): Effect.Effect<void> =>
  control.bounded(
    client,
    Effect.flatMap(Deferred.await(accepted), (turn) => (turn === undefined ? Effect.void : control.stop(client, turn)))
  )

/** The input of a turn, until it is known which turn took it. */
class StartedInput implements following.Input {
  readonly #client: Client
  readonly #method: string
  readonly #joined: Joined
  readonly claim: inputClaim.InputClaim

  constructor(client: Client, claim: inputClaim.InputClaim, method: string, joined: Joined) {
    this.#client = client
    this.claim = claim
    this.#method = method
    this.#joined = joined
  }

  onTaken(record: threadRecord.ThreadRecord, turn: FollowedTurn, { isJoined, turnId }: inputClaim.Taken): void {
    if (!isJoined) return turn.runAs(turnId)
    turn.fail(joinedTo(this.#method, turnId))
    this.#joined.turn = following.attach(this.#client, record, turnId)
  }
}

const joinedTo = (method: string, turnId: string): CodexError =>
  new CodexError({ method, reason: new TurnJoined({ turnId }) })
