/**
 * Constructors of whole replies, and of the gates that hold them.
 *
 * @since 0.169.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { segmentsOf } from "./modelEvents.ts"
import { events, message, type MessageOptions } from "./modelItems.ts"
import type { JsonObject } from "./modelRequest.ts"
import type {
  DynamicReply,
  End,
  Gate,
  Item,
  ModelEvent,
  Place,
  Reply,
  Responder,
  Script,
  StatusReply,
  StreamReply,
  Usage
} from "./modelScript.ts"

/**
 * The data that a completed response reports.
 *
 * @category options
 * @since 0.169.0
 */
export interface ResponseOptions {
  /** The tokens that the response reports. Default: 10 in, 5 out. */
  readonly usage?: Usage | undefined
}

/**
 * Creates a response of these items, in this order, that completes.
 *
 * @category replies
 * @since 0.169.0
 */
export const response = (items: ReadonlyArray<Item>, options: ResponseOptions = {}): StreamReply =>
  stream(items, { _tag: "Completed", usage: options.usage ?? {} })

/**
 * Creates a response with one assistant message: `created`, `added`, the deltas, `done`, `completed`.
 *
 * @category replies
 * @since 0.169.0
 */
export const reply = (text: string, options: MessageOptions & ResponseOptions = {}): StreamReply =>
  response([message(text, options)], options)

/**
 * Creates a response with one assistant message in these deltas.
 *
 * @category replies
 * @since 0.169.0
 */
export const deltas = (
  parts: ReadonlyArray<string>,
  options: Pick<MessageOptions, "phase"> & ResponseOptions = {}
): StreamReply => reply(parts.join(""), { ...options, deltas: parts })

/**
 * Creates a response that ends with `response.failed`, after `items` if there are any.
 *
 * The turn fails with this message. Its `codexErrorInfo` depends on the code. Default code: `"server_error"`.
 *
 * @category replies
 * @since 0.169.0
 */
export const failed = (options: {
  readonly code?: string | undefined
  readonly message: string
  readonly items?: ReadonlyArray<Item> | undefined
}): StreamReply =>
  stream(options.items ?? [], { _tag: "Failed", code: options.code ?? "server_error", message: options.message })

/**
 * Creates a response that ends with `response.incomplete`, after `items` if there are any.
 *
 * Default reason: `"max_output_tokens"`.
 *
 * @category replies
 * @since 0.169.0
 */
export const incomplete = (
  options: { readonly reason?: string | undefined; readonly items?: ReadonlyArray<Item> | undefined } = {}
): StreamReply => stream(options.items ?? [], { _tag: "Incomplete", reason: options.reason ?? "max_output_tokens" })

/**
 * Creates a reply of exactly these events: no `response.created` before them, and no end after them.
 *
 * @category replies
 * @since 0.169.0
 */
export const rawResponse = (list: ReadonlyArray<ModelEvent>): StreamReply => ({
  ...stream([events(list)], { _tag: "Silent" }),
  opened: false
})

/**
 * Creates a reply with an HTTP status instead of a stream.
 *
 * An object is sent as JSON. The default body is the API's error object.
 *
 * @category replies
 * @since 0.169.0
 */
export const status = (
  code: number,
  body: string | JsonObject = { error: { message: `mock status ${code}`, type: "mock_error" } },
  headers: Readonly<Record<string, string>> = {}
): StatusReply => ({
  _tag: "StatusReply",
  status: code,
  body: typeof body === "string" ? body : JSON.stringify(body),
  headers: { "content-type": typeof body === "string" ? "text/plain" : "application/json", ...headers }
})

/**
 * Creates a reply whose connection breaks after a number of events.
 *
 * By default `after` is 0, so no event is sent, and the reply is one message.
 *
 * @category replies
 * @since 0.169.0
 */
export const drop = (
  options: { readonly after?: number | undefined; readonly reply?: StreamReply | undefined } = {}
): StreamReply => ({ ...(options.reply ?? reply("cut off")), dropAfter: options.after ?? 0 })

/**
 * Creates a reply that is computed from the request when it arrives.
 *
 * @category replies
 * @since 0.169.0
 */
export const respondWith = (respond: Responder): DynamicReply => ({ _tag: "DynamicReply", respond })

/**
 * Creates a gate that is not yet released.
 *
 * @category gates
 * @since 0.169.0
 */
export const gate: Effect.Effect<Gate> = Effect.gen(function* () {
  const reached = yield* Deferred.make<void>()
  const released = yield* Deferred.make<void>()
  return {
    reached: Deferred.await(reached),
    release: Effect.asVoid(Deferred.succeed(released, undefined)),
    pass: Effect.andThen(Deferred.succeed(reached, undefined), Deferred.await(released))
  }
})

/**
 * Holds a reply at a gate. By default the gate is after `response.created`: the turn runs, but the model has sent
 * nothing.
 *
 * **Gotchas**
 *
 * Throws for a place that the reply does not have: the test would wait at that gate indefinitely.
 *
 * **Example** (Interrupting a turn in the middle of a message)
 *
 * ```ts
 * const gate = yield* MockModel.gate
 * yield* model.enqueue(MockModel.hold(MockModel.deltas(["he", "llo"]), gate, { after: 3 }))
 * // start the turn
 * yield* gate.reached // "he" was sent
 * ```
 *
 * @category gates
 * @since 0.169.0
 */
export const hold = (self: Script, gate: Gate, place: Place = { after: "response.created" }): StreamReply => {
  const held = toReply(self)
  if (held._tag !== "StreamReply") throw new Error("MockModel.hold: the reply is not streamed, so it cannot be held")
  const result = { ...held, holds: [...held.holds, { gate, place }] }
  segmentsOf(result, 0)
  return result
}

/**
 * Creates the verdict of the `autoReview` reviewer on one action: a reply for `enqueueFor("guardian", …)`.
 *
 * @category replies
 * @since 0.169.0
 */
export const guardian = (
  outcome: "allow" | "deny",
  options: {
    /** The explanation. Default: a sentence that names the mock. */
    readonly rationale?: string | undefined
    /** The risk. Default: `"low"` for allow, `"high"` for deny. */
    readonly riskLevel?: "low" | "medium" | "high" | "critical" | undefined
    /** To what extent the user asked for the action. Default: `"high"` for allow, `"low"` for deny. */
    readonly userAuthorization?: "unknown" | "low" | "medium" | "high" | undefined
  } = {}
): StreamReply =>
  reply(
    JSON.stringify({
      risk_level: options.riskLevel ?? (outcome === "allow" ? "low" : "high"),
      user_authorization: options.userAuthorization ?? (outcome === "allow" ? "high" : "low"),
      outcome,
      rationale: options.rationale ?? `The mock model is scripted to ${outcome} this.`
    })
  )

/**
 * Returns the reply that a script stands for.
 *
 * @category conversions
 * @since 0.169.0
 */
export const toReply = (script: Script): Reply => {
  // JavaScript callers can pass anything: a string, or `undefined` from a list that is too short.
  if (typeof script !== "object" || script === null) {
    throw new TypeError('MockModel: expected a script. To reply with this text, write `MockModel.reply("…")`')
  }
  switch (script._tag) {
    case "StreamReply":
    case "StatusReply":
    case "DynamicReply":
      return script
    default:
      return response([script])
  }
}

// internal

const stream = (items: ReadonlyArray<Item>, end: End): StreamReply => ({
  _tag: "StreamReply",
  items,
  end,
  opened: true,
  holds: [],
  dropAfter: undefined
})
