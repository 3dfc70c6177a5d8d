/**
 * A conversation: a plain value that holds the connection. Starting and resuming one is `Codex`'s; what a turn comes to is `Turn`.
 *
 * @since 0.169.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Approval from "./Approval.ts"
import type { CodexClient } from "./CodexClient.ts"
import { CodexError, ThreadBusy } from "./CodexError.ts"
import type {
  PersonalityParam,
  ReasoningEffort,
  ReasoningSummaryParam,
  ThreadResumeResponse,
  ThreadStartResponse,
  TurnStartParams
} from "./generated/types.ts"
import * as Input from "./Input.ts"
import * as settings from "./internal/settings.ts"
import * as control from "./internal/turnControl.ts"
import * as turnHandle from "./internal/turnHandle.ts"
import type { Limits } from "./internal/turnLimits.ts"
import type { Turns } from "./internal/turns.ts"
import * as Sandbox from "./Sandbox.ts"
import type { EventsFailure, Failure, Turn, TurnEvent, TurnResult } from "./Turn.ts"

/**
 * What the server said when the thread was started or resumed: effective model, folder, policies, instruction sources.
 *
 * @category models
 * @since 0.169.0
 */
export type Reply = ThreadStartResponse | ThreadResumeResponse

/**
 * Settings of a turn. Nothing is sent for what is left out.
 *
 * **Gotchas**
 *
 * All but `outputSchema`, `source` and `turnServiceTier` stay in force for the thread's later turns. An effort can't be cleared again.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnOptions {
  /** Who decides about escalations. Default: as the thread has it. */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /** The working folder. */
  readonly cwd?: string | undefined
  /** How hard the model thinks: `"low"`, `"medium"`, `"high"` …; which there are depends on the model, and the server doesn't check. */
  readonly effort?: ReasoningEffort | undefined
  readonly model?: string | undefined
  /** JSON Schema that the answer is asked to have, for this turn only. The server doesn't check the answer. */
  readonly outputSchema?: { readonly [key: string]: unknown } | undefined
  readonly personality?: PersonalityParam | undefined
  readonly sandbox?: Sandbox.TurnSandbox | undefined
  readonly serviceTier?: string | undefined
  /** What caused the turn, for a turn that nobody asked for; sent as `turnTrigger`, for this turn only. */
  readonly source?: string | undefined
  /** How reasoning is summarised. */
  readonly summary?: ReasoningSummaryParam | undefined
  /** The service tier of this turn only; sent as `serviceTierForTurn`. */
  readonly turnServiceTier?: string | undefined
  /**
   * The longest silence: then the turn fails with `TurnStalled`. The time in which a command or tool runs, or a request waits for an answer from
   * here, doesn't count. Default: no limit.
   */
  readonly idleTimeout?: Duration.Input | undefined
  /** The longest the turn may take: then it fails with `TurnTimedOut`. Default: no limit. */
  readonly maxDuration?: Duration.Input | undefined
  /** Whether a turn whose limit passed is interrupted on the server or left to itself. Default: `interrupt`. */
  readonly whenExceeded?: "interrupt" | "leave" | undefined
}

/**
 * What to do with input for a thread on which a turn runs.
 *
 * **Details**
 *
 * - `steer`: give it to the running turn. The default.
 * - `queue`: wait for the turn's end, then start a new one.
 * - `reject`: fail with `ThreadBusy`.
 *
 * @category models
 * @since 0.169.0
 */
export interface SendOptions extends TurnOptions {
  readonly whenBusy?: "steer" | "queue" | "reject" | undefined
}

/**
 * A conversation with Codex.
 *
 * @category models
 * @since 0.169.0
 */
export interface Thread {
  readonly id: string
  /** What the server said when this handle was made. */
  readonly reply: Reply
  /**
   * Runs a turn and waits for its end.
   *
   * **Details**
   *
   * Turns on one thread go one after the other. Interrupting it interrupts the turn on the server, ends the commands that it left running, and
   * waits for the end, at most 5 s.
   *
   * **Gotchas**
   *
   * Unless `idleTimeout` or `maxDuration` is given, a turn has no limit, and one whose model host can't be reached never ends.
   */
  run(input: Input.Input, options?: TurnOptions): Effect.Effect<TurnResult, Failure>
  /**
   * Starts a turn and gives a handle on it as soon as the server has accepted it. The turn goes on whatever becomes of the caller; it waits for
   * the end of an earlier turn of this program on the same thread.
   */
  turn(input: Input.Input, options?: TurnOptions): Effect.Effect<Turn, CodexError>
  /**
   * A turn as a stream of its events: nothing is sent until it runs, each run is a new turn, and leaving it early interrupts the turn.
   *
   * **Gotchas**
   *
   * A turn that ends badly still ends the stream with `turn/completed`. Use `run` to have it fail.
   */
  stream(input: Input.Input, options?: TurnOptions): Stream.Stream<TurnEvent, EventsFailure>
  /**
   * Sends input whatever the thread is doing: steers the turn that runs, or starts one. Gives a handle on the turn that got it.
   *
   * **Details**
   *
   * If the running turn ends on the way, a new one is started. `options` other than `whenBusy` apply to a new turn only.
   */
  send(input: Input.Input, options?: SendOptions): Effect.Effect<Turn, CodexError>
}

/**
 * A handle on a thread.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = (connection: Connection, reply: Reply): Thread => {
  const { client, turns } = connection
  const threadId = reply.thread.id

  const start = Effect.fnUntraced(function* (input: Input.Input, options: TurnOptions = {}) {
    const { limits, params } = yield* turnParams(threadId, input, options)
    return yield* turns.start(params, limits)
  })

  const turn = (input: Input.Input, options?: TurnOptions) =>
    Effect.map(start(input, options), (feed) => turnHandle.make(client, feed))

  const send = Effect.fnUntraced(function* (input: Input.Input, { whenBusy = "steer", ...options }: SendOptions) {
    // Twice: the turn can end, or give way to another, between the look and the request.
    for (let attempt = 1; ; attempt++) {
      const current = yield* turns.current(threadId)
      if (current === undefined) return yield* turn(input, options)
      if (whenBusy === "reject") {
        return yield* new CodexError({ method: "turn/start", reason: new ThreadBusy({ turnId: current.turnId }) })
      }
      if (whenBusy === "queue") {
        yield* current.ended
        return yield* turn(input, options)
      }
      yield* current.started
      const steered = yield* turnHandle.steer(client, current, input).pipe(
        Effect.as(true),
        Effect.catchReasons("CodexError", {
          NoActiveTurn: (_, error) => (attempt === 1 ? Effect.succeed(false) : Effect.fail(error)),
          TurnMismatch: (_, error) => (attempt === 1 ? Effect.succeed(false) : Effect.fail(error))
        })
      )
      if (steered) return turnHandle.make(client, current)
    }
  })

  return {
    id: threadId,
    reply,
    run: Effect.fn("Thread.run")(function* (input, options) {
      const { limits, params } = yield* turnParams(threadId, input, options)
      return yield* turns.run(params, limits)
    }),
    turn: Effect.fn("Thread.turn")(turn),
    stream: (input, options) =>
      Stream.unwrap(
        Effect.map(
          Effect.acquireRelease(start(input, options), (feed) => control.leave(client, feed), { interruptible: true }),
          ({ events }) => events
        )
      ),
    send: Effect.fn("Thread.send")((input, options = {}) => send(input, options))
  }
}

/**
 * What a thread needs of its connection.
 *
 * @category models
 * @since 0.169.0
 */
export interface Connection {
  readonly client: CodexClient["Service"]
  readonly turns: Turns
}

// internal

const turnParams = Effect.fnUntraced(
  function* (threadId: string, input: Input.Input, options: TurnOptions = {}) {
    const noLimit = Duration.infinity
    const idleTimeout = yield* settings.duration("idleTimeout", options.idleTimeout, noLimit, { allowInfinite: true })
    const maxDuration = yield* settings.duration("maxDuration", options.maxDuration, noLimit, { allowInfinite: true })
    const limits: Limits = {
      idleTimeout: Duration.isFinite(idleTimeout) ? idleTimeout : undefined,
      maxDuration: Duration.isFinite(maxDuration) ? maxDuration : undefined,
      whenExceeded: options.whenExceeded
    }
    const params: TurnStartParams = {
      ...(yield* Approval.toParams(options.approvalMode)),
      ...(yield* Sandbox.toTurnParams(options.sandbox)),
      cwd: options.cwd,
      effort: options.effort,
      model: options.model,
      outputSchema: options.outputSchema,
      personality: options.personality,
      serviceTier: options.serviceTier,
      turnTrigger: options.source,
      summary: options.summary,
      serviceTierForTurn: options.turnServiceTier,
      threadId,
      input: yield* Input.toParts(input)
    }
    return { limits, params }
  },
  Effect.mapError((reason) => new CodexError({ method: "turn/start", reason }))
)
