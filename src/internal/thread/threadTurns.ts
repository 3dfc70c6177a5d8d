/**
 * Turns of one thread, in the ways a thread offers them. Following them is `turns.ts`; what is sent is `threadTurnOptions.ts`.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { CodexError, type InvalidOptions } from "../../CodexError.ts"
import * as Input from "../../Input.ts"
import type { EventsFailure, Failure, Turn, TurnEvent, TurnResult } from "../../Turn.ts"
import type { Connection } from "./threadConnection.ts"
import * as threadFiles from "../input/threadFiles.ts"
import * as turnOptions from "./threadTurnOptions.ts"
import * as settings from "../settings.ts"
import * as control from "../turn/turnControl.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import * as turnHandle from "../turn/turnHandle.ts"
import * as following from "../turn/following.ts"
import * as turns from "../turn/turns.ts"

/**
 * What to do with input for a thread on which a turn runs.
 *
 * @category models
 * @since 0.169.0
 */
export interface SendOptions extends Omit<turnOptions.TurnOptions, "whenBusy"> {
  /**
   * - `steer`: give it to the running turn. The default.
   * - `queue`: wait for the turn's end, then start a new one.
   * - `reject`: fail with `ThreadBusy`.
   */
  readonly whenBusy?: "steer" | "queue" | "reject" | undefined
}

const sendNames: settings.Names<SendOptions> = { ...turnOptions.names, whenBusy: true }

/** The turns of a thread. */
export interface ThreadTurns {
  /** Input for something that runs: files are looked at, and relative ones taken from the thread's folder. */
  readonly resolve: (input: Input.Input) => Effect.Effect<Input.Input, CodexError>
  /** The turn that runs, if one does. */
  readonly current: Effect.Effect<Option.Option<Turn>, CodexError>
  /** The public handle of a turn of this thread. */
  readonly handle: (feed: FollowedTurn) => Turn
  readonly run: (input: Input.RunInput, options?: turnOptions.TurnOptions) => Effect.Effect<TurnResult, Failure>
  readonly turn: (input: Input.RunInput, options?: turnOptions.TurnOptions) => Effect.Effect<Turn, CodexError>
  readonly stream: (input: Input.RunInput, options?: turnOptions.TurnOptions) => Stream.Stream<TurnEvent, EventsFailure>
  readonly streamOrFail: (input: Input.RunInput, options?: turnOptions.TurnOptions) => Stream.Stream<TurnEvent, Failure>
  readonly send: (input: Input.Input, options?: SendOptions) => Effect.Effect<Turn, CodexError>
  readonly sendExternal: (
    message: Input.ExternalMessage,
    options?: turnOptions.TurnOptions
  ) => Effect.Effect<Turn, CodexError>
}

/** The turns of a thread. */
export const make = (connection: Connection, threadId: string): ThreadTurns => {
  const { client, inspectImage } = connection

  const prepare = Effect.fnUntraced(function* (input: Input.RunInput, options: turnOptions.TurnOptions = {}) {
    const record = yield* following.subscribed(client, threadId, "turn/start")
    const { limits, params } = yield* turnOptions.toStart(connection, threadId, record.cwd, input, options)
    return turns.byTurnStart(client, params, { limits, whenBusy: options.whenBusy })
  })

  const start = (input: Input.RunInput, options?: turnOptions.TurnOptions) =>
    Effect.flatMap(prepare(input, options), (turn) => turns.start(client, turn))

  // For a stream: its end is the turn's.
  const startScoped = (input: Input.RunInput, options?: turnOptions.TurnOptions) =>
    Effect.acquireRelease(start(input, options), (feed) => control.leave(client, feed), { interruptible: true })

  const resolve = Effect.fnUntraced(function* (input: Input.Input): Effect.fn.Return<Input.Input, CodexError> {
    const { cwd } = yield* following.subscribed(client, threadId, "turn/steer")
    return yield* Input.toParts(input).pipe(
      Effect.flatMap((parts) => threadFiles.resolve(parts, cwd, inspectImage)),
      Effect.mapError((reason) => new CodexError({ method: "turn/steer", reason }))
    )
  })

  const steer = (feed: FollowedTurn, input: Input.Input) =>
    Effect.flatMap(resolve(input), (parts) => turnHandle.steer(client, feed, parts))

  const handle = (feed: FollowedTurn): Turn => turnHandle.make(client, feed, resolve)

  const turn = (input: Input.RunInput, options?: turnOptions.TurnOptions) => Effect.map(start(input, options), handle)

  const send = Effect.fnUntraced(function* (
    input: Input.Input,
    given: SendOptions = {}
  ): Effect.fn.Return<Turn, CodexError> {
    // Here, since input that is given to a running turn takes no notice of them.
    yield* checked(settings.known(given, sendNames))
    const { whenBusy = "steer", ...options } = given
    yield* checked(settings.oneOf("whenBusy", whenBusy, ["steer", "queue", "reject"]))
    // What can't steer is refused whether or not a turn runs.
    yield* Effect.mapError(Input.toParts(input), (reason) => new CodexError({ method: "turn/start", reason }))
    if (whenBusy !== "steer") return yield* turn(input, { ...options, whenBusy })
    // Twice: the turn can end, or give way to another, between the look and the request.
    const record = yield* following.subscribed(client, threadId, "turn/start")
    for (let attempt = 1; ; attempt++) {
      const current = yield* following.current(client, record)
      // A turn that begins elsewhere at the same moment takes the input too, and that is what it is sent for.
      if (current === undefined) return handle(yield* turns.startOrJoin(client, yield* prepare(input, options)))
      yield* current.started
      const steered = yield* steer(current, input).pipe(
        Effect.as(true),
        Effect.catchReasons("CodexError", {
          // The refusal can come before the end is told: then the next look would find the same turn.
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
    options?: turnOptions.TurnOptions
  ): Effect.fn.Return<Turn, CodexError> {
    yield* checked(settings.known(options, turnOptions.names))
    const record = yield* following.subscribed(client, threadId, "turn/start")
    const current = yield* following.current(client, record)
    if (current === undefined) return yield* turn(message, options)
    // Settings are for a new turn: on this one they would only take hold later.
    const { request } = yield* prepare(message)
    yield* current.started
    const joined = yield* request(() => {})
    // It may have ended right behind the reply, and only a turn that was followed knows how.
    return handle(joined === current.turnId ? current : following.attach(client, record, joined))
  })

  const current = Effect.gen(function* () {
    const record = yield* following.subscribed(client, threadId, "turn/start")
    return Option.map(Option.fromUndefinedOr(yield* following.currentWhole(client, record)), handle)
  })

  return {
    current,
    resolve,
    handle,
    run: (input, options) => Effect.flatMap(prepare(input, options), (turn) => turns.run(client, turn)),
    turn,
    stream: (input, options) => Stream.unwrap(Effect.map(startScoped(input, options), ({ events }) => events)),
    streamOrFail: (input, options) =>
      Stream.unwrap(Effect.map(startScoped(input, options), ({ events, result }) => turnHandle.orFail(events, result))),
    send,
    sendExternal
  }
}

// internal

const checked = <A>(check: Effect.Effect<A, InvalidOptions>): Effect.Effect<A, CodexError> =>
  Effect.mapError(check, (reason) => new CodexError({ method: "turn/start", reason }))
