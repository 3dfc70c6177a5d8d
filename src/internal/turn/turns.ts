/**
 * Starts turns on a thread and follows them, one at a time, from the request to the end. `following.ts` follows
 * turns; `turnControl.ts` stops them; `session/record.ts` knows which call holds the thread.
 *
 * States of a turn of this connection:
 *
 * - `waiting`: for the thread. Another turn runs first, of this connection or not, because the server would join the
 *   two. Interruption leaves nothing behind.
 * - `admitted`: it has the thread, and waits until the connection admits its turn (`session/admission.ts`). Without an
 *   admission it passes through this state at once.
 * - `starting`: the request is in flight, and events of the thread are kept, because they can arrive before the
 *   reply. Left when the reply arrives; an error reply fails the turn. If it is interrupted before the request was
 *   sent, the request is never sent. Otherwise the reply is still awaited, to learn the turn's id, and the thread is
 *   not free until then.
 * - `running`: the turn's events are folded as they arrive. If `run` is interrupted, `turn/interrupt` is sent after
 *   `turn/started` was seen (the server rejects it before), and the end is awaited. The caller waits at most
 *   `stopLimit` for all of this; then it continues in the background.
 * - `ended`: by `turn/completed`, by a limit of the turn, or when the record of its thread is closed. The thread goes
 *   to the next waiting call.
 *
 * A turn belongs to one connection. If the process is started again, a turn that was not sent begins anew on the next
 * connection, in `waiting`. One that was sent ends with the connection.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Client } from "../../CodexClient.ts"
import { CodexError, KeyInUse, TurnJoined } from "../../CodexError.ts"
import type { TurnStartParams } from "../../generated/types.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import { turnIdOf } from "../client/ids.ts"
import { onConnection } from "../client/onConnection.ts"
import { unsent } from "../errors/connectionReasons.ts"
import * as accesses from "../session/access.ts"
import type { Request } from "../session/admission.ts"
import * as threadRecord from "../session/record.ts"
import * as control from "./turnControl.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import * as following from "./following.ts"
import * as inputClaim from "./inputClaim.ts"
import * as turnLimits from "./turnLimits.ts"
import * as turnRetrying from "./turnRetrying.ts"

/** A request that starts a turn. */
export interface Start {
  readonly threadId: string
  readonly method: string
  /** Sends the request on the connection of the turn, and returns the turn's id. */
  readonly request: (client: Client, onSent: () => void) => Effect.Effect<string, CodexError>
  readonly limits: turnLimits.Limits
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

/**
 * Starts a turn and waits for its end. If its input went into another turn, and no model read it there, a new turn
 * gets the input.
 */
export const run = (client: Client, start: Start): Effect.Effect<TurnResult, Failure> =>
  Effect.uninterruptibleMask((restore) => attempt(restore, client, start, maxRestarts))

/**
 * Starts a turn, which keeps running if the caller is interrupted. If its input went into another turn, this fails
 * with `TurnJoined`.
 */
export const start = (client: Client, start: Start): Effect.Effect<FollowedTurn, CodexError> =>
  Effect.uninterruptibleMask((restore) => begin(restore, client, start, true, {}))

/** Starts a turn. If the reply shows that another turn took the input, that turn is returned. */
export const startOrJoin = (client: Client, start: Start): Effect.Effect<FollowedTurn, CodexError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const joined: Joined = {}
      return Effect.catch(begin(restore, client, start, true, joined), (error) =>
        joined.turn === undefined ? Effect.fail(error) : Effect.succeed(joined.turn)
      )
    })
  )

/** Waits for a thread. Run it uninterruptibly: only the waiting is restored. */
export const hold = (
  restore: Restore,
  record: threadRecord.ThreadRecord,
  call: threadRecord.Call
): Effect.Effect<void, CodexError> =>
  Effect.suspend(() => {
    if (record.closed !== undefined) return Effect.fail(notBegun(threadRecord.closedError(record.closed, "turn/start")))
    threadRecord.change(record, { _tag: "Asked", call })
    if (record.holder === call) return Effect.void
    const granted = Deferred.makeUnsafe<void, CodexError>()
    call.onGranted = (error) =>
      Deferred.doneUnsafe(granted, error === undefined ? Exit.void : Exit.fail(notBegun(error)))
    return Effect.onError(restore(Deferred.await(granted)), () =>
      Effect.sync(() => threadRecord.change(record, { _tag: "Left", call }))
    )
  })

/** Creates a call that does not hold its thread yet. */
export const call = (onClosed?: (error: CodexError) => void, key?: string): threadRecord.Call => ({
  onGranted: undefined,
  accepted: Deferred.makeUnsafe(),
  awaitsAdmission: false,
  onLeft: undefined,
  onClosed,
  key
})

/**
 * Waits until a call that holds its thread may start its turn. Run it uninterruptibly: only the waiting is restored.
 * The call leaves the thread if it is not admitted, and fails if the thread is closed first.
 */
export const admit = (
  restore: Restore,
  client: Client,
  record: threadRecord.ThreadRecord,
  call: threadRecord.Call,
  /** Only called if the connection limits turns. */
  request: () => Request
): Effect.Effect<void, CodexError> =>
  Effect.suspend(() => {
    const { admission } = client["~session"]
    if (admission === undefined) return Effect.void
    const ticket = admission.ask(request())
    call.onLeft = ticket.leave
    if (ticket.admitted === undefined) return Effect.void
    call.awaitsAdmission = true
    const refused = Deferred.makeUnsafe<never, CodexError>()
    call.onGranted = (error) => {
      if (error !== undefined) Deferred.doneUnsafe(refused, Exit.fail(notBegun(error)))
    }
    return Effect.onExit(restore(Effect.raceFirst(ticket.admitted, Deferred.await(refused))), (exit) =>
      Effect.sync(() => {
        call.awaitsAdmission = false
        if (Exit.isFailure(exit)) threadRecord.change(record, { _tag: "Left", call })
      })
    )
  })

// internal

/** The error of a call that had not begun when its thread was closed. */
const notBegun = (error: CodexError): CodexError =>
  error.reason._tag === "ConnectionClosed"
    ? new CodexError({ method: error.method, reason: unsent(error.reason) })
    : error

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** The turn that took an input that was meant for another. */
interface Joined {
  turn?: FollowedTurn
}

// Each restart requires another turn to start within the same few milliseconds.
const maxRestarts = 3

/** How long to wait for a turn whose request was given up. */
const lateLimit = Duration.minutes(1)

const attempt = (
  restore: Restore,
  client: Client,
  start: Start,
  left: number,
  joined: Joined = {}
): Effect.Effect<TurnResult, Failure> =>
  // The wait for the end refers to this suspension only, and not to everything that started the turn.
  Effect.catch(
    Effect.suspend(() => wait(restore, client, begin(restore, client, start, false, joined))),
    (error) => {
      const { turn } = joined
      // Any error other than `TurnJoined`.
      if (turn === undefined) return Effect.fail(error)
      return Effect.flatMap(restore(turn.ended), () =>
        left === 0 || inputClaim.isRead(start.key, turn.state().items)
          ? Effect.fail(error)
          : attempt(restore, client, start, left - 1)
      )
    }
  )

const wait = (
  restore: Restore,
  client: Client,
  beginning: Effect.Effect<FollowedTurn, CodexError>
): Effect.Effect<TurnResult, Failure> =>
  Effect.flatMap(beginning, (turn) =>
    Effect.onInterrupt(restore(turn.result), () => control.bounded(client, control.stop(client, turn)))
  )

const begin = (
  restore: Restore,
  client: Client,
  start: Start,
  keepEvents: boolean,
  joined: Joined
): Effect.Effect<FollowedTurn, CodexError> =>
  client["~connections"] === undefined
    ? beginOn(restore, client, start, keepEvents, joined, false)
    : // The caller may have waited for this connection.
      onConnection(client, { ...start, restore }, (own) => beginOn(restore, own, start, keepEvents, joined, true))

const beginOn = (
  restore: Restore,
  client: Client,
  { key, keyed, limits, method, request, threadId, whenBusy }: Start,
  keepEvents: boolean,
  joined: Joined,
  mayHaveWaited: boolean
): Effect.Effect<FollowedTurn, CodexError> =>
  Effect.gen(function* () {
    const record = yield* following.subscribed(client, threadId, method)
    if (keyed !== undefined) yield* requireUnused(record, keyed.key, method)
    if (whenBusy === "reject") yield* restore(following.requireFree(record, method))
    const own = call(undefined, keyed?.key)
    const release = releaseOf(record, own)
    const isFree = threadRecord.stateOf(record)._tag === "Free"
    yield* hold(restore, record, own)
    yield* admit(restore, client, record, own, () => ({ method, stop: stopAccepted(client, own) }))
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
    const early = listenEarly(record, claim)
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
        return turnId === undefined ? watchLate(client, record, claim, stopLate, release) : stopLate(turnId)
      }
      release()
      return key === undefined ? Effect.void : watchLate(client, record, claim, stopLate)
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

// The server would run both. A turn that has ended is no obstacle, because a retry has the same key.
const requireUnused = (
  record: threadRecord.ThreadRecord,
  key: string,
  method: string
): Effect.Effect<void, CodexError> => {
  const used = threadRecord.callWith(record, key)
  if (used === undefined) return Effect.void
  const turnId = used === record.holder ? (record.running ?? null) : null
  return Effect.fail(new CodexError({ method, reason: new KeyInUse({ turnId }) }))
}

// Separate functions, because what they return lives as long as the turn, and would keep its whole scope alive.

/** Stops the turn that a call has started, if it has. */
const stopAccepted = (client: Client, { accepted }: threadRecord.Call): Effect.Effect<void> =>
  control.bounded(
    client,
    Effect.flatMap(Deferred.await(accepted), (turn) => (turn === undefined ? Effect.void : control.stop(client, turn)))
  )

const releaseOf = (record: threadRecord.ThreadRecord, call: threadRecord.Call) => () =>
  threadRecord.change(record, { _tag: "Left", call })

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

/** Keeps the notifications of a thread until the turn's id is known. */
const listenEarly = (record: threadRecord.ThreadRecord, claim: inputClaim.InputClaim) => {
  const kept: Array<following.Heard> = []
  const follower: threadRecord.Follower = {
    onNotification: (notification, turnId) => {
      claim.hear(notification, turnId)
      kept.push({ notification, turnId })
    },
    onClosed: () => {}
  }
  threadRecord.change(record, { _tag: "Followed", follower })
  return { kept, leave: () => threadRecord.change(record, { _tag: "Unfollowed", follower }) }
}

/**
 * Waits in the background for a turn whose request was given up, and stops it when its input appears. With `release`,
 * the thread is still held, so any turn that starts is the one; it is called if no turn starts.
 */
const watchLate = (
  client: Client,
  record: threadRecord.ThreadRecord,
  claim: inputClaim.InputClaim,
  stop: (turnId: string) => Effect.Effect<void>,
  release?: () => void
): Effect.Effect<void> => {
  const taken = Deferred.makeUnsafe<inputClaim.Taken | undefined>()
  const found = (late: inputClaim.Taken | undefined) =>
    queueMicrotask(() => Deferred.doneUnsafe(taken, Exit.succeed(late)))
  const follower: threadRecord.Follower = {
    onNotification: (notification, turnId) => {
      claim.hear(notification, turnId)
      if (release !== undefined && notification.method === "turn/started" && turnId !== undefined) {
        found({ turnId, isJoined: false })
      }
    },
    // Nothing is left to stop. The wait ends with the connection, or by its limit.
    onClosed: () => {}
  }
  claim.onTaken(found)
  threadRecord.change(record, { _tag: "Followed", follower })
  const waiting = Deferred.await(taken).pipe(
    Effect.timeoutOption(lateLimit),
    Effect.ensuring(Effect.sync(() => threadRecord.change(record, { _tag: "Unfollowed", follower }))),
    Effect.flatMap((found) => {
      const late = Option.getOrUndefined(found)
      return late === undefined || late.isJoined ? Effect.sync(() => release?.()) : stop(late.turnId)
    })
  )
  return Effect.asVoid(client["~session"].fork(Effect.interruptible(waiting)))
}
