/**
 * The scripted answers of a mock model, as plain values: replies, the items in them, and gates that hold them.
 *
 * Types only. `modelItems` and `modelReplies` construct them, `modelEvents` turns them into the events of the
 * Responses API, and `MockModel` serves those.
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
 * The part of the turn to which a message belongs.
 *
 * The server uses the last message that is `final_answer` or has no phase as the final answer, never a `commentary`.
 *
 * @category models
 * @since 0.169.0
 */
export type Phase = "commentary" | "final_answer" | null

/**
 * An event of the Responses API as it is sent: `type` is its name, and the rest is its data.
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
  /** Default: `10`. */
  readonly inputTokens?: number | undefined
  /** Default: omitted (`input_tokens_details` is `null`). */
  readonly cachedInputTokens?: number | undefined
  /** Default: `5`. */
  readonly outputTokens?: number | undefined
  /** Default: omitted (`output_tokens_details` is `null`). */
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
  /** Whether `response.created` is sent. */
  readonly opened: boolean
  readonly holds: ReadonlyArray<Hold>
  /** After how many events the connection breaks. */
  readonly dropAfter: number | undefined
}

/**
 * A response with an HTTP status and a body.
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
 * A response that is computed when the request arrives.
 *
 * @category models
 * @since 0.169.0
 */
export interface DynamicReply {
  readonly _tag: "DynamicReply"
  readonly respond: Responder
}

/**
 * Creates the reply to a request.
 *
 * @category models
 * @since 0.169.0
 */
export type Responder = (request: ModelRequest) => Script | Effect.Effect<Script>

/**
 * All replies of a mock model.
 *
 * @category models
 * @since 0.169.0
 */
export type Reply = StreamReply | StatusReply | DynamicReply

/**
 * An entry of a queue: a reply, or an item, which stands for a response with only that item.
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
 * Stops a stream at a place until it is released, so that a test can act at exactly that moment without a delay.
 *
 * A released gate stays open.
 *
 * @category models
 * @since 0.169.0
 */
export interface Gate {
  /** Waits until the mock holds a stream here. Everything before the gate has then been written. */
  readonly reached: Effect.Effect<void>
  /** Releases every stream, now and later. */
  readonly release: Effect.Effect<void>
  /** Signals `reached`, then waits for the release. The mock runs it at the gate. */
  readonly pass: Effect.Effect<void>
}
