/**
 * The turns of one thread, as a thread offers them. `turns.ts` starts and follows them; `threadTurnOptions.ts` builds
 * the params.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { CodexError, type InvalidOptions, KeyInUse, type RuntimeTooOld } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import type * as Input from "../../Input.ts"
import * as onConnection from "../client/onConnection.ts"
import type { EventsFailure, Failure, Turn, TurnEvent, TurnResult } from "../../Turn.ts"
import type { Connection } from "./threadConnection.ts"
import * as inputParts from "../input/parts.ts"
import * as threadFiles from "../input/threadFiles.ts"
import * as turnOptions from "./threadTurnOptions.ts"
import * as settings from "../settings.ts"
import * as control from "../turn/turnControl.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import * as turnHandle from "../turn/turnHandle.ts"
import * as following from "../turn/following.ts"
import { SeenTurns } from "../turn/seenTurns.ts"
import * as turnKey from "../turn/turnKey.ts"
import { byTurnStart, type Keyed } from "../turn/turnRequest.ts"
import * as turns from "../turn/turns.ts"
import * as efforts from "./efforts.ts"

/**
 * How to send input to a thread on which a turn may run.
 *
 * @category models
 * @since 0.169.0
 */
export interface SendOptions extends Omit<turnOptions.TurnOptions, "whenBusy"> {
  /**
   * - `steer`: send it to the running turn. The default.
   * - `queue`: wait until the turn ends, then start a new one.
   * - `reject`: fail with `ThreadBusy`.
   */
  readonly whenBusy?: "steer" | "queue" | "reject" | undefined
}

const sendNames: settings.Names<SendOptions> = { ...turnOptions.names, whenBusy: true }

const externalNames = settings.without(turnOptions.names, "key")

/** The turns of a thread. */
export interface ThreadTurns {
  /**
   * Resolves the files in input for a running turn: checks them, and resolves relative paths against the thread's
   * directory.
   */
  readonly resolve: (input: Input.Input) => Effect.Effect<Input.Input, CodexError>
  /** The running turn, if there is one. */
  readonly current: Effect.Effect<Option.Option<Turn>, CodexError>
  /** Creates the public handle of a turn of this thread. */
  readonly handle: (feed: FollowedTurn) => Turn
  /** `afterWaiting` is for a turn with a key: see `turns.ts`. */
  readonly run: (
    input: Input.RunInput,
    options?: turnOptions.TurnOptions,
    afterWaiting?: Keyed["afterWaiting"]
  ) => Effect.Effect<TurnResult, Failure>
  readonly turn: (input: Input.RunInput, options?: turnOptions.TurnOptions) => Effect.Effect<Turn, CodexError>
  readonly streamUntilEnd: (
    input: Input.RunInput,
    options?: turnOptions.TurnOptions
  ) => Stream.Stream<TurnEvent, EventsFailure>
  readonly stream: (input: Input.RunInput, options?: turnOptions.TurnOptions) => Stream.Stream<TurnEvent, Failure>
  readonly send: (input: Input.Input, options?: SendOptions) => Effect.Effect<Turn, CodexError>
  readonly sendExternal: (
    message: Input.ExternalMessage,
    options?: Omit<turnOptions.TurnOptions, "key">
  ) => Effect.Effect<Turn, CodexError>
}

/** Creates the operations on the turns of a thread. */
export const make = (connection: Connection, threadId: string): ThreadTurns => {
  const { client, inspectImage } = connection

  const prepare = Effect.fnUntraced(function* (
    input: Input.RunInput,
    options: turnOptions.TurnOptions = {},
    afterWaiting?: Keyed["afterWaiting"]
  ) {
    const record = yield* following.subscribed(client, threadId, "turn/start")
    const { limits, params } = yield* turnOptions.toStart(connection, threadId, record.cwd, input, options)
    yield* efforts.check(client, connection.checkedEfforts, params.effort)
    const { key, whenBusy } = options
    const keyed = key === undefined ? undefined : { key, afterWaiting, onAccepted: (yield* SeenTurns).watch }
    return byTurnStart(client, params, { limits, whenBusy, keyed })
  })

  const start = (input: Input.RunInput, options?: turnOptions.TurnOptions) =>
    Effect.flatMap(prepare(input, options), (turn) => turns.start(client, turn))

  // For a stream: the turn ends when its scope closes.
  const startScoped = (input: Input.RunInput, options?: turnOptions.TurnOptions) =>
    Effect.acquireRelease(start(input, options), (feed) => control.leave(client, feed), { interruptible: true })

  const resolve = Effect.fnUntraced(function* (input: Input.Input): Effect.fn.Return<Input.Input, CodexError> {
    const { cwd } = yield* following.subscribed(client, threadId, "turn/steer")
    return yield* inputParts.toParts(input).pipe(
      Effect.flatMap((parts) => threadFiles.resolve(parts, cwd, inspectImage)),
      Effect.mapError(failedAt("turn/steer"))
    )
  })

  const steer = (feed: FollowedTurn, input: Input.Input, key: string | undefined) =>
    Effect.flatMap(resolve(input), (parts) => turnHandle.steer(client, feed, parts, key))

  const handle = (feed: FollowedTurn): Turn => turnHandle.make(client, feed, resolve)

  const turn = (input: Input.RunInput, options?: turnOptions.TurnOptions) => Effect.map(start(input, options), handle)

  const send = Effect.fnUntraced(function* (
    input: Input.Input,
    given: SendOptions = {}
  ): Effect.fn.Return<Turn, CodexError> {
    // Checked here, because input for a running turn does not use them.
    yield* checked(settings.known(given, sendNames))
    const { whenBusy = "steer", ...options } = given
    yield* checked(settings.oneOf("whenBusy", whenBusy, ["steer", "queue", "reject"]))
    // Input that cannot steer is rejected whether or not a turn runs.
    const parts = yield* Effect.mapError(inputParts.toParts(input), failedAt("turn/start"))
    yield* checked(turnOptions.checkKey(client.metadata.version, options, parts.length))
    if (whenBusy !== "steer") return yield* turn(input, { ...options, whenBusy })
    // Two attempts: the turn can end, or another can replace it, between the check and the request.
    const record = yield* following.subscribed(client, threadId, "turn/start")
    for (let attempt = 1; ; attempt++) {
      const current = yield* following.current(client, record)
      // A turn that starts elsewhere at the same moment may also take the input, which is the purpose of `send`.
      if (current === undefined) return handle(yield* turns.startOrJoin(client, yield* prepare(input, options)))
      yield* current.started
      yield* requireUnused(current, options.key)
      const steered = yield* steer(current, input, options.key).pipe(
        Effect.as(true),
        Effect.catchReasons("CodexError", {
          // The rejection can arrive before the end of the turn. Without this wait, the next check would find the
          // same turn.
          NoActiveTurn: (_, error) =>
            attempt === 1
              ? Effect.as(Effect.timeoutOption(current.ended, control.stopLimit), false)
              : Effect.fail(error),
          TurnMismatch: (_, error) => (attempt === 1 ? Effect.succeed(false) : Effect.fail(error))
        })
      )
      if (steered) return handle(current)
    }
  })

  const sendExternal = Effect.fnUntraced(function* (
    message: Input.ExternalMessage,
    options?: Omit<turnOptions.TurnOptions, "key">
  ): Effect.fn.Return<Turn, CodexError> {
    yield* checked(settings.known(options, externalNames))
    const own = yield* onConnection.current(client, "turn/start", threadId)
    const record = yield* following.subscribed(own, threadId, "turn/start")
    const current = yield* following.current(own, record)
    if (current === undefined) return yield* turn(message, options)
    // The settings are for a new turn: on this one they would only take effect later.
    const { request } = yield* prepare(message)
    yield* current.started
    const joined = yield* request(own, () => {})
    // It may have ended right after the reply, and only a followed turn knows its outcome.
    return handle(joined === current.turnId ? current : following.attach(own, record, joined))
  })

  const current = Effect.gen(function* () {
    const record = yield* following.subscribed(client, threadId, "turn/start")
    return Option.map(Option.fromUndefinedOr(yield* following.currentWhole(client, record)), handle)
  })

  return {
    current,
    resolve,
    handle,
    run: (input, options, afterWaiting) =>
      Effect.flatMap(prepare(input, options, afterWaiting), (turn) => turns.run(client, turn)),
    turn,
    streamUntilEnd: (input, options) => Stream.unwrap(Effect.map(startScoped(input, options), ({ events }) => events)),
    stream: (input, options) =>
      Stream.unwrap(Effect.map(startScoped(input, options), ({ events, result }) => turnHandle.orFail(events, result))),
    send,
    sendExternal
  }
}

// internal

// The same input must not steer one turn twice.
const requireUnused = (turn: FollowedTurn, key: string | undefined): Effect.Effect<void, CodexError> =>
  key !== undefined &&
  turnKey.isIn(
    key,
    turn.state().items.map(({ item }) => item)
  )
    ? Effect.fail(new CodexError({ method: "turn/steer", reason: new KeyInUse({ turnId: turn.turnId }) }))
    : Effect.void

const checked = <A>(check: Effect.Effect<A, InvalidOptions | RuntimeTooOld>): Effect.Effect<A, CodexError> =>
  Effect.mapError(check, failedAt("turn/start"))
