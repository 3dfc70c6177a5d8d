/**
 * The messages of a thread in a cluster: what is stored and sent. `entityHandlers.ts` answers them, `entityClient.ts`
 * sends them.
 *
 * Messages and results outlive the program that wrote them, so they change only by new optional fields. A change that
 * an older runner must not ignore increments `version`.
 */
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Entity from "effect/cluster/Entity"
import * as Rpc from "effect/rpc/Rpc"
import * as Schema from "effect/Schema"
import { CodexError } from "../../CodexError.ts"
import * as codecs from "../../generated/codecs.ts"
import { ThreadStoreError } from "../threadStore/service.ts"
import { OutcomeUnknown, TurnFailed, TurnInterrupted, TurnStalled, TurnTimedOut } from "../turn/turnErrors.ts"
import { DirectoryError } from "./directory.ts"
import { ThreadEntityError } from "./entityErrors.ts"
import { SentEvent } from "./sentEvents.ts"

/** The version of the messages. */
export const version = 1

const Tokens = Schema.Struct({
  cacheWriteInputTokens: Schema.optionalKey(Schema.Number),
  cachedInputTokens: Schema.Number,
  inputTokens: Schema.Number,
  outputTokens: Schema.Number,
  reasoningOutputTokens: Schema.Number,
  totalTokens: Schema.Number
})

/**
 * The schema of a result, as it is stored.
 *
 * @category schemas
 * @since 0.171.0
 */
export const RunResult = Schema.Struct({
  threadId: Schema.String,
  turnId: Schema.String,
  /** `completed`, unless the runtime has a newer status. A turn that failed or was interrupted fails the call. */
  status: Schema.String,
  /** `ran`: this call ran the turn. `record`: the thread had a turn with the key. */
  source: Schema.Literals(["ran", "record"]),
  /** The text of the answer, as in `TurnResult`. */
  finalResponse: Schema.OptionFromNullOr(Schema.String),
  /** The token usage: of the turn, of its last model response, and of the thread. None if it came from the record. */
  usage: Schema.OptionFromNullOr(
    Schema.Struct({
      turn: Tokens,
      last: Tokens,
      total: Tokens,
      modelContextWindow: Schema.optionalKey(Schema.NullOr(Schema.Number))
    })
  ),
  startedAt: Schema.OptionFromNullOr(Schema.DateTimeUtcFromString),
  completedAt: Schema.OptionFromNullOr(Schema.DateTimeUtcFromString),
  duration: Schema.OptionFromNullOr(Schema.DurationFromMillis),
  /** The completed items, if the call asked for them with `items: true`. */
  items: Schema.optionalKey(Schema.Array(codecs.ThreadItem))
})

/**
 * The result of a turn in a cluster.
 *
 * @category models
 * @since 0.171.0
 */
export interface RunResult extends Schema.Schema.Type<typeof RunResult> {}

/**
 * The schema of the state of a thread.
 *
 * @category schemas
 * @since 0.171.0
 */
export const State = Schema.Struct({
  /** The thread of the name, or none if it was never used. */
  threadId: Schema.OptionFromNullOr(Schema.String),
  /** The key that is being run, or none. */
  key: Schema.OptionFromNullOr(Schema.String),
  /** The turn that is running, or none: the call waits for another process, a store or a decision. */
  turnId: Schema.OptionFromNullOr(Schema.String),
  /** The address of the runner that has the thread. */
  runner: Schema.String
})

/**
 * What happens on a thread now.
 *
 * @category models
 * @since 0.171.0
 */
export interface State extends Schema.Schema.Type<typeof State> {}

/** The policies of a run, which are a part of its identity as a message. */
export interface Policies {
  readonly ifInterrupted: "fail" | "continue" | "ask"
  readonly ifFailed: "fail" | "repeat"
  readonly attempt: number
}

/**
 * A run. Its reply is stored under the key and the policies, so a call with another policy asks again. The turn is
 * still identified by the key alone.
 */
const Run = Rpc.make("run", {
  payload: {
    version: Schema.Number,
    key: Schema.String,
    input: Schema.Json,
    /** Options of the turn. The runner checks them, so that a newer client gets an error for one that it lacks. */
    options: Schema.Record(Schema.String, Schema.Json),
    items: Schema.Boolean,
    ifInterrupted: Schema.Literals(["fail", "continue", "ask"]),
    ifFailed: Schema.Literals(["fail", "repeat"]),
    attempt: Schema.Number
  },
  success: RunResult,
  error: Schema.Union([
    CodexError,
    TurnFailed,
    TurnInterrupted,
    TurnStalled,
    TurnTimedOut,
    OutcomeUnknown,
    DirectoryError,
    ThreadStoreError,
    ThreadEntityError
  ]),
  primaryKey: ({ attempt, ifFailed, ifInterrupted, key }) => `${ifInterrupted}/${ifFailed}/${attempt}/${key}`
})
  .annotate(ClusterSchema.Persisted, true)
  // A caller that is gone must not stop a turn that other callers wait for.
  .annotate(ClusterSchema.Uninterruptible, "client")

const failure = Schema.Union([CodexError, DirectoryError, ThreadStoreError, ThreadEntityError])

const Steer = Rpc.make("steer", {
  payload: { version: Schema.Number, input: Schema.Json },
  success: Schema.Struct({ turnId: Schema.String }),
  error: failure
})

const Interrupt = Rpc.make("interrupt", {
  payload: { version: Schema.Number },
  success: Schema.Struct({ turnId: Schema.OptionFromNullOr(Schema.String) }),
  error: failure
})

const GetState = Rpc.make("state", { payload: { version: Schema.Number }, success: State, error: failure })

const Events = Rpc.make("events", {
  payload: { version: Schema.Number, key: Schema.NullOr(Schema.String) },
  success: SentEvent,
  error: Schema.Union([CodexError, TurnStalled, TurnTimedOut, ThreadEntityError]),
  stream: true
})

/** A thread as an entity. Its address is the name of the conversation. */
export const ThreadEntity = Entity.make("effect-codex/Thread", [Run, Steer, Interrupt, GetState, Events])

/** The message of a run. */
export type RunPayload = Schema.Schema.Type<(typeof Run)["payloadSchema"]>

/** Why a run failed. */
export type RunFailure = Schema.Schema.Type<(typeof Run)["errorSchema"]>

/** Why a call beside a run failed. */
export type CallFailure = typeof failure.Type
