/**
 * What a mock model can be told to answer, as plain values: replies, the items in them, and gates that hold them.
 *
 * Types only. `modelItems` and `modelReplies` construct them, `modelEvents` turns them into the events of the Responses
 * API, and `MockModel` serves those.
 *
 * @since 0.169.0
 */
import type * as Effect from "effect/Effect"
import type { JsonObject, ModelRequest } from "./modelRequest.ts"

/**
 * One output item of a response.
 *
 * @category models
 * @since 0.169.0
 */
export type Item =
  | {
      readonly _tag: "Message"
      readonly text: string
      readonly deltas: ReadonlyArray<string>
      readonly phase: Phase | undefined
    }
  | { readonly _tag: "Reasoning"; readonly summary: ReadonlyArray<string>; readonly raw: ReadonlyArray<string> }
  | {
      readonly _tag: "FunctionCall"
      readonly name: string
      readonly namespace: string | undefined
      readonly arguments: string
      readonly callId: string | undefined
    }
  | {
      readonly _tag: "CustomToolCall"
      readonly name: string
      readonly input: string
      readonly callId: string | undefined
    }
  | { readonly _tag: "Events"; readonly events: ReadonlyArray<ModelEvent> }

/**
 * Which part of the turn a message belongs to. The server takes the last message that is `final_answer` or has no
 * phase for the final answer, never a `commentary`.
 *
 * @category models
 * @since 0.169.0
 */
export type Phase = "commentary" | "final_answer" | null

/**
 * An event of the Responses API as it is sent: `type` names it, the rest is its data.
 *
 * @category models
 * @since 0.169.0
 */
export interface ModelEvent extends JsonObject {
  readonly type: string
}

/**
 * The tokens that a response reports.
 *
 * @category models
 * @since 0.169.0
 */
export interface Usage {
  /** Default `10`. */
  readonly inputTokens?: number | undefined
  /** Default: left out (`input_tokens_details` is `null`). */
  readonly cachedInputTokens?: number | undefined
  /** Default `5`. */
  readonly outputTokens?: number | undefined
  /** Default: left out (`output_tokens_details` is `null`). */
  readonly reasoningOutputTokens?: number | undefined
  /** Default: input plus output. */
  readonly totalTokens?: number | undefined
}

/**
 * How a stream of events ends.
 *
 * @category models
 * @since 0.169.0
 */
export type End =
  | { readonly _tag: "Completed"; readonly usage: Usage }
  | { readonly _tag: "Failed"; readonly code: string; readonly message: string }
  | { readonly _tag: "Incomplete"; readonly reason: string }
  | { readonly _tag: "Silent" }

/**
 * A response that is streamed.
 *
 * @category models
 * @since 0.169.0
 */
export interface StreamReply {
  readonly _tag: "StreamReply"
  readonly items: ReadonlyArray<Item>
  readonly end: End
  /** `false` leaves out `response.created`. */
  readonly opened: boolean
  readonly holds: ReadonlyArray<Hold>
  /** Cut the connection after so many events. */
  readonly dropAfter: number | undefined
}

/**
 * A response that is an HTTP status and a body.
 *
 * @category models
 * @since 0.169.0
 */
export interface StatusReply {
  readonly _tag: "StatusReply"
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A response that is made when the request is there.
 *
 * @category models
 * @since 0.169.0
 */
export interface DynamicReply {
  readonly _tag: "DynamicReply"
  readonly respond: Responder
}

/**
 * Makes the reply to a request.
 *
 * @category models
 * @since 0.169.0
 */
export type Responder = (request: ModelRequest) => Script | Effect.Effect<Script>

/**
 * Everything a mock model can answer with.
 *
 * @category models
 * @since 0.169.0
 */
export type Reply = StreamReply | StatusReply | DynamicReply

/**
 * What can be queued: a reply, or an item, which stands for a response of that item alone.
 *
 * @category models
 * @since 0.169.0
 */
export type Script = Reply | Item

/**
 * A place in a stream: before or after the first event of a type, or after a number of events.
 *
 * @category models
 * @since 0.169.0
 */
export type Place = { readonly before: string } | { readonly after: string | number }

/**
 * A gate at a place of a stream.
 *
 * @category models
 * @since 0.169.0
 */
export interface Hold {
  readonly gate: Gate
  readonly place: Place
}

/**
 * Stops a stream at a place until it is let go, so that a test can act at exactly that moment without waiting for time
 * to pass. Once released it stays open.
 *
 * @category models
 * @since 0.169.0
 */
export interface Gate {
  /** Waits until the mock holds a stream here. All that comes before the gate has been written by then. */
  readonly reached: Effect.Effect<void>
  /** Lets every stream pass, now and later. */
  readonly release: Effect.Effect<void>
  /** What the mock does at the gate: says that it is here, and waits. */
  readonly pass: Effect.Effect<void>
}
