/**
 * Runs an input at most once, by its key. The server's record of the thread decides: it has the key before the model
 * is asked. So this holds across restarts, processes and machines that share the Codex home. `turnByKey.ts` searches
 * the record; `sharing.ts` joins calls of one connection.
 *
 * What the newest turn with the key decides:
 *
 * - none: the input is sent.
 * - `completed`: its result is returned.
 * - `failed`: the call fails as that turn did, or sends the input again if the caller wants that.
 * - `inProgress`: the call waits for the end of that turn, and then decides again.
 * - `interrupted`, or in progress although nothing runs: the call fails with `OutcomeUnknown`, or sends a
 *   continuation. A continuation has the same key, so the next call finds the continuation.
 *
 * The calls of several connections to one server are not joined: the record is read again after a wait for the thread,
 * but two connections that start within the same few milliseconds both send.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Client } from "../../CodexClient.ts"
import { CodexError, type InvalidOptions, KeyInUse } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import type { Turn } from "../../generated/types.ts"
import type * as Input from "../../Input.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import { shownName } from "../errors/shownName.ts"
import { classifyTurnError } from "../errors/turnReasons.ts"
import * as threadRecord from "../session/record.ts"
import { share } from "../session/sharing.ts"
import * as settings from "../settings.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import * as following from "../turn/following.ts"
import { SeenTurns } from "../turn/seenTurns.ts"
import { OutcomeUnknown, TurnFailed } from "../turn/turnErrors.ts"
import * as turnKey from "../turn/turnKey.ts"
import * as turnRecord from "../turn/turnRecord.ts"
import type { TurnRecord } from "../turn/turnResult.ts"
import * as turnOptions from "./threadTurnOptions.ts"
import type { ThreadTurns } from "./threadTurns.ts"
import * as turnByKey from "./turnByKey.ts"

/**
 * Options of a turn that runs at most once.
 *
 * @category models
 * @since 0.171.0
 */
export interface RunOnceOptions extends Omit<turnOptions.TurnOptions, "key">, turnByKey.TurnByKeyOptions {
  /**
   * What to do if the newest turn with the key failed.
   *
   * - `fail`: fail with the same `TurnFailed`. The default.
   * - `repeat`: send the input again, with the same key, if `isRetryable` of that failure is true: its reason can
   *   pass, and the turn did nothing that must not be done twice. With it, `Effect.retry(retryOnOverload)` works as it
   *   does with `run`.
   */
  readonly ifFailed?: "fail" | "repeat" | undefined
  /**
   * What to do if the newest turn with the key was interrupted, for example by a crash.
   *
   * - `fail`: fail with `OutcomeUnknown`, which has what is known of the turn. The default.
   * - `continue`: send `continuation` on the thread, in a new turn with the same key and these options.
   */
  readonly ifInterrupted?: "fail" | "continue" | undefined
  /**
   * The input of a continuation. The model still sees the original input and the items that were saved. Default: a
   * sentence that asks the model to check what is done, and to complete the rest.
   */
  readonly continuation?: Input.Input | undefined
}

/** The input of a continuation, unless the caller has another one. */
export const defaultContinuation =
  "The previous turn was interrupted before it was complete. A part of its work may already be done. Check what is done, do not repeat it, and complete the rest."

/** Returns the newest turn with the key, as far as the server and this program know it. */
export const find = Effect.fnUntraced(function* (
  client: Client,
  threadId: string,
  key: string,
  options: turnByKey.TurnByKeyOptions = {}
): Effect.fn.Return<TurnRecord | undefined, CodexError> {
  yield* checked("thread/turns/list", settings.known(options, searchNames))
  yield* checked("thread/turns/list", turnKey.check(key))
  const searchTurns = yield* checked("thread/turns/list", count(options))
  const turn = yield* turnByKey.find(client, threadId, key, searchTurns)
  return turn === undefined ? undefined : turnRecord.make(key, turn, (yield* SeenTurns).find(turn.id))
})

/** Runs the input, unless a turn with the key has taken it. */
export const run = Effect.fnUntraced(function* (
  client: Client,
  threadId: string,
  runTurn: ThreadTurns["run"],
  key: string,
  input: Input.Input,
  given: RunOnceOptions = {}
): Effect.fn.Return<TurnResult, Failure | OutcomeUnknown> {
  yield* checked("turn/start", settings.known(given, names))
  yield* checked("turn/start", turnKey.check(key))
  const { continuation, ifFailed, ifInterrupted, searchTurns: _, ...options } = given
  yield* checked("turn/start", settings.oneOf("ifFailed", ifFailed, ["fail", "repeat"]))
  yield* checked("turn/start", settings.oneOf("ifInterrupted", ifInterrupted, ["fail", "continue"]))
  const searchTurns = yield* checked("turn/start", count(given))
  const sending =
    (input: Input.Input): Send =>
    (afterWaiting) =>
      runTurn(input, { ...options, key }, afterWaiting)
  const start = sending(input)
  const once = decide({
    client,
    threadId,
    key,
    searchTurns,
    start,
    repeat: ifFailed === "repeat" ? start : undefined,
    proceed: ifInterrupted === "continue" ? sending(continuation ?? defaultContinuation) : undefined
  })
  for (;;) {
    const record = yield* following.subscribed(client, threadId, "turn/start")
    const { exit, isJoined } = yield* share(record, key, once)
    // Type boundary: calls under one key of a thread share only this effect.
    const outcome = exit as Exit.Exit<TurnResult, Failure | OutcomeUnknown>
    // The call that was joined may have had no permission to continue.
    if (isJoined && ifInterrupted === "continue" && isUnknown(outcome)) continue
    return yield* outcome
  }
})

// internal

const names: settings.Names<RunOnceOptions> = {
  ...settings.without(turnOptions.names, "key"),
  continuation: true,
  ifFailed: true,
  ifInterrupted: true,
  searchTurns: true
}

const searchNames: settings.Names<turnByKey.TurnByKeyOptions> = { searchTurns: true }

interface Once {
  readonly client: Client
  readonly threadId: string
  readonly key: string
  readonly searchTurns: number
  readonly start: Send
  /** Sends the input again after a failure that can pass, if the caller wants that. */
  readonly repeat: Send | undefined
  /** Sends the continuation, if the caller wants one. */
  readonly proceed: Send | undefined
}

/** Runs a turn, unless `afterWaiting` fails. */
type Send = (afterWaiting: Effect.Effect<void, CodexError>) => Effect.Effect<TurnResult, Failure>

const decide = Effect.fnUntraced(function* ({
  client,
  key,
  proceed,
  repeat,
  searchTurns,
  start,
  threadId
}: Once): Effect.fn.Return<TurnResult, Failure | OutcomeUnknown> {
  const seen = yield* SeenTurns
  const search = turnByKey.find(client, threadId, key, searchTurns)
  /** The turn that the record shows as running, although this connection knows nothing of it. */
  let stray: string | undefined
  for (;;) {
    const turn = yield* search
    if (turn === undefined) {
      const result = yield* sendUnlessTaken(client, threadId, key, start, search, undefined)
      if (result === undefined) continue
      return result
    }
    const result = turnRecord.make(key, turn, seen.find(turn.id))
    switch (turn.status) {
      case "completed":
        return result
      case "failed": {
        const failure = new TurnFailed({ threadId, turnId: turn.id, reason: classifyTurnError(turn.error), result })
        if (repeat === undefined || !failure.isRetryable) return yield* failure
        const repeated = yield* sendUnlessTaken(client, threadId, key, repeat, search, turn)
        if (repeated === undefined) continue
        return repeated
      }
      case "inProgress": {
        const running = yield* follow(client, threadId, turn, stray === turn.id)
        if (running !== undefined) {
          seen.watch(running)
          const ended = yield* Effect.result(running.result)
          if (Result.isSuccess(ended)) return ended.success
          if (ended.failure._tag === "TurnInterrupted") continue
          return yield* ended.failure
        }
        // It may have ended since the record was read.
        if (stray !== turn.id) {
          stray = turn.id
          continue
        }
      }
    }
    if (proceed === undefined) {
      return yield* new OutcomeUnknown({ threadId, turnId: turn.id, status: shownName(turn.status), seen: result })
    }
    const continued = yield* sendUnlessTaken(client, threadId, key, proceed, search, turn)
    if (continued !== undefined) return continued
  }
})

/**
 * Sends an input, unless another turn with the key has appeared since the record was read. Then it returns `undefined`,
 * and the record must be read again.
 */
const sendUnlessTaken = (
  client: Client,
  threadId: string,
  key: string,
  to: Send,
  search: Effect.Effect<Turn | undefined, CodexError>,
  known: Turn | undefined
): Effect.Effect<TurnResult | undefined, Failure> => {
  let hasChanged = false
  const afterWaiting = Effect.flatMap(search, (turn) => {
    hasChanged = turn?.id !== known?.id
    const reason = new KeyInUse({ turnId: turn?.id ?? null })
    return hasChanged ? Effect.fail(new CodexError({ method: "turn/start", reason })) : Effect.void
  })
  return Effect.catchReason(to(afterWaiting), "CodexError", "KeyInUse", (_, error) => {
    if (hasChanged) return Effect.succeed(undefined)
    // A turn of `thread.run` with the same key. One that only waits for the thread can still be given up.
    const holder = client["~session"].find(threadId)?.holder
    return holder?.key === key
      ? Effect.as(
          Effect.flatMap(Deferred.await(holder.accepted), (turn) => turn?.ended ?? Effect.void),
          undefined
        )
      : Effect.fail(error)
  })
}

/** Follows a turn that the record shows as running; `undefined` if it does not run here. */
const follow = Effect.fnUntraced(function* (
  client: Client,
  threadId: string,
  turn: Turn,
  isStray: boolean
): Effect.fn.Return<FollowedTurn | undefined, CodexError> {
  const record = yield* following.subscribed(client, threadId, "turn/start")
  const followed = threadRecord.followed(record, turn.id)
  if (followed !== undefined) return followed
  if (record.running !== turn.id) {
    if (!isStray || record.ended === turn.id) return undefined
    const { thread } = yield* client.request("thread/read", { threadId })
    if (thread.status.type !== "active") return undefined
  }
  const attached = following.attach(client, record, turn.id)
  attached.seed(turn)
  return attached
})

const count = ({ searchTurns }: turnByKey.TurnByKeyOptions) =>
  settings.count("searchTurns", searchTurns, turnByKey.defaultTurns, { allowInfinite: true })

const isUnknown = (exit: Exit.Exit<unknown, Failure | OutcomeUnknown>): boolean =>
  Exit.isFailure(exit) && Option.getOrUndefined(Exit.findErrorOption(exit))?._tag === "OutcomeUnknown"

const checked = <A>(method: string, check: Effect.Effect<A, InvalidOptions>): Effect.Effect<A, CodexError> =>
  Effect.mapError(check, failedAt(method))
