/**
 * A thread of a cluster as a program on any machine sees it. It sends the messages of `entityProtocol.ts`.
 */
import type {
  AlreadyProcessingMessage,
  EntityNotAssignedToRunner,
  MailboxFull,
  PersistenceError
} from "effect/cluster/ClusterError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Sharding } from "effect/cluster/Sharding"
import { type CodexError, InvalidInput } from "../../CodexError.ts"
import type * as Input from "../../Input.ts"
import type { RunOnceOptions } from "../../Thread.ts"
import type { TurnEvent, TurnStalled, TurnTimedOut } from "../../Turn.ts"
import { failedAt } from "../errors/failedAt.ts"
import * as settings from "../settings.ts"
import * as turnKey from "../turn/turnKey.ts"
import { DirectoryError, InvalidName, isName } from "./directory.ts"
import { MessageTooLarge, ThreadEntityError } from "./entityErrors.ts"
import * as protocol from "./entityProtocol.ts"
import * as sentEvents from "./sentEvents.ts"

/**
 * Errors of the cluster itself: its storage failed, or the runner has too many messages.
 *
 * @category errors
 * @since 0.171.0
 */
export type ClusterFailure = MailboxFull | AlreadyProcessingMessage | PersistenceError | EntityNotAssignedToRunner

/**
 * Why a run failed.
 *
 * @category errors
 * @since 0.171.0
 */
export type RunFailure = protocol.RunFailure | ClusterFailure

/**
 * Why a call beside a run failed.
 *
 * @category errors
 * @since 0.171.0
 */
export type CallFailure = protocol.CallFailure | ClusterFailure

/**
 * Why a stream of events failed.
 *
 * @category errors
 * @since 0.171.0
 */
export type EventsFailure =
  | CodexError
  | TurnStalled
  | TurnTimedOut
  | DirectoryError
  | ThreadEntityError
  | ClusterFailure

/**
 * Options of a run: those of `thread.runOnce`, and what a cluster adds. Paths are those of the runner.
 *
 * @category models
 * @since 0.171.0
 */
export interface RunOptions extends Omit<RunOnceOptions, "ifInterrupted"> {
  /**
   * What to do if the turn with the key was interrupted, or if its record is on another machine.
   *
   * - `fail`: fail with `OutcomeUnknown`. The default.
   * - `continue`: send `continuation` in a new turn with the same key. If the record is not here, it is sent before the
   *   input. So a part of the work can be done twice.
   * - `ask`: as the option `ask` of the runner decides. Fails if the runner has none.
   */
  readonly ifInterrupted?: "fail" | "continue" | "ask" | undefined
  /**
   * What to do if the turn with the key failed.
   *
   * - `fail`: fail with the same `TurnFailed`. The default.
   * - `repeat`: send the input again as `retryOnOverload` does: up to three times, if the failure can pass and the turn
   *   did nothing that must not be done twice.
   */
  readonly ifFailed?: "fail" | "repeat" | undefined
  /**
   * Counts the calls with this key that ask again after a failure. Default: 1.
   *
   * The reply to a call is stored, and so is a failure: the same call returns it again. Another `attempt`,
   * `ifInterrupted` or `ifFailed` is another call. It never sends a turn again that was sent.
   */
  readonly attempt?: number | undefined
  /** Whether the result has the items of the turn. They are stored with the reply. Default: `false`. */
  readonly items?: boolean | undefined
}

/**
 * A thread of a cluster, by its name.
 *
 * @category models
 * @since 0.171.0
 */
export interface ClusterThread {
  readonly name: string
  /**
   * Runs a turn at most once, on the runner that has the thread, and waits for its result.
   *
   * **Details**
   *
   * The call is stored before it is sent, and its reply when the turn has ended. So it survives the death of this
   * program, of the runner, or of both: a call with the same key waits for the same turn, or returns the stored
   * reply. Runs with other keys on the same name wait for it.
   *
   * The turn is not interrupted with the call. Use `interrupt`.
   *
   * **Gotchas**
   *
   * The key alone identifies the turn: a call with the same key and another input returns the result of the first.
   *
   * The input, the options and the answer are stored as they are in the database of the cluster.
   */
  run(key: string, input: Input.Input, options?: RunOptions): Effect.Effect<protocol.RunResult, RunFailure>
  /** Sends input to the running turn. Returns its id. Fails with `NoActiveTurn` if none is running. */
  steer(input: Input.Input): Effect.Effect<string, CallFailure>
  /** Interrupts the running turn, if there is one, and returns its id. Its run fails with `TurnInterrupted`. */
  readonly interrupt: Effect.Effect<Option.Option<string>, CallFailure>
  /** What happens on the thread now. */
  readonly state: Effect.Effect<protocol.State, CallFailure>
  /**
   * The events of the run that goes on, or of the next one, until its turn ends. It starts with a snapshot if the turn
   * runs already, and is empty if the run is answered from the record.
   *
   * `key` selects a run. If it was the last one on its runner, the stream has its end; if it ended before that, the
   * stream is empty. Nothing is stored: if the runner dies, the stream fails or ends. If the thread moves to another
   * runner before the run, or right after it, the stream can wait for the next run with the key: end it when `run` has
   * returned.
   */
  events(key?: string): Stream.Stream<TurnEvent, EventsFailure>
}

/**
 * Returns a function that refers to the threads of a cluster by name. It needs no Codex: use it with
 * `Runner.layerClient`, or on a runner.
 *
 * **Example** (Asking a thread of a cluster)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { ThreadEntity } from "effect-codex/cluster"
 *
 * const answer = (customer: string, messageId: string, text: string) =>
 *   Effect.gen(function* () {
 *     const thread = yield* ThreadEntity.client
 *     const result = yield* thread(customer).run(messageId, text, { ifInterrupted: "continue" })
 *     return result.finalResponse
 *   })
 * ```
 *
 * @category constructors
 * @since 0.171.0
 */
export const client: Effect.Effect<(name: string) => ClusterThread, never, Sharding> = Effect.map(
  protocol.ThreadEntity.client,
  (entity) => (name) => {
    const named = <A, E>(method: string, effect: () => Effect.Effect<A, E>) =>
      Effect.withSpan(
        Effect.suspend((): Effect.Effect<A, E | DirectoryError> =>
          isName(name)
            ? effect()
            : Effect.fail(new DirectoryError({ method, reason: new InvalidName({ argument: "name" }) }))
        ),
        method
      )
    const { version } = protocol
    return {
      name,
      run: (key, input, options = {}) =>
        named("ThreadEntity.run", () =>
          Effect.gen(function* () {
            const message = yield* toMessage(key, input, options)
            const bytes = Buffer.byteLength(JSON.stringify(message))
            if (bytes > maxMessageBytes) return yield* tooLarge("ThreadEntity.run", bytes)
            return yield* entity(name).run(message)
          })
        ),
      steer: (input) =>
        named("ThreadEntity.steer", () =>
          Effect.map(entity(name).steer({ version, input: sentEvents.plain(input) }), ({ turnId }) => turnId)
        ),
      interrupt: named("ThreadEntity.interrupt", () =>
        Effect.map(entity(name).interrupt({ version }), ({ turnId }) => turnId)
      ),
      state: named("ThreadEntity.state", () => entity(name).state({ version })),
      events: (key) =>
        isName(name)
          ? Stream.map(entity(name).events({ version, key: key ?? null }), sentEvents.receive)
          : Stream.fail(
              new DirectoryError({ method: "ThreadEntity.events", reason: new InvalidName({ argument: "name" }) })
            )
    }
  }
)

/**
 * The largest message, in bytes of its JSON: 8 MiB. Messages are stored in the database of the cluster.
 *
 * @category constants
 * @since 0.171.0
 */
export const maxMessageBytes = 8 * 1024 * 1024

// internal

const toMessage = Effect.fnUntraced(
  function* (key: string, input: Input.Input, options: RunOptions) {
    const { attempt, idleTimeout, ifFailed, ifInterrupted, items = false, maxDuration, ...turn } = options
    // What is part of the identity of the message is checked here. The runner checks the others.
    yield* turnKey.check(key)
    const policies: protocol.Policies = {
      attempt: yield* settings.count("attempt", attempt, 1),
      ifFailed: (yield* settings.oneOf("ifFailed", ifFailed, ["fail", "repeat"])) ?? "fail",
      ifInterrupted: (yield* settings.oneOf("ifInterrupted", ifInterrupted, ["fail", "continue", "ask"])) ?? "fail"
    }
    const fields = {
      ...turn,
      idleTimeout: yield* millis("idleTimeout", idleTimeout),
      maxDuration: yield* millis("maxDuration", maxDuration)
    }
    const [sent, given] = yield* Effect.try({
      try: () => [sentEvents.plain(input), sentEvents.plain(fields)] as const,
      catch: () => new InvalidInput({ argument: "input", description: "the input and the options must be JSON" })
    })
    return {
      version: protocol.version,
      key,
      input: sent,
      // Type boundary: the JSON of an object is an object.
      options: given as { readonly [name: string]: Schema.Json },
      items,
      ...policies
    }
  },
  Effect.mapError(failedAt("ThreadEntity.run"))
)

/** A limit as a number, which a runner reads as milliseconds. An infinite one is none. */
const millis = (option: string, input: Duration.Input | undefined) =>
  Effect.map(settings.duration(option, input, Duration.infinity, { allowInfinite: true }), (limit) =>
    Duration.isFinite(limit) ? Duration.toMillis(limit) : undefined
  )

const tooLarge = (method: string, bytes: number): ThreadEntityError =>
  new ThreadEntityError({ method, reason: new MessageTooLarge({ bytes, maxBytes: maxMessageBytes }) })
