/**
 * Turns a scripted reply into the server-sent events of the Responses API.
 *
 * The events are split into segments where something happens between them.
 *
 * The functions are pure. They send only the fields that the app-server reads, in the order of the real API.
 *
 * @since 0.169.0
 */
import type { End, Gate, Item, ModelEvent, Place, StreamReply, Usage } from "./modelScript.ts"

/**
 * A segment of a stream: text to write, a gate to stop at, or the end of the connection.
 *
 * @category models
 * @since 0.169.0
 */
export type Segment =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Gate"; readonly gate: Gate }
  | { readonly _tag: "Drop" }

/**
 * Returns the events of a reply. `serial` makes the ids of its response, items and calls unique.
 *
 * @category conversions
 * @since 0.169.0
 */
export const eventsOf = (reply: StreamReply, serial: number): ReadonlyArray<ModelEvent> => {
  const id = `resp-${serial}`
  return [
    ...(reply.opened ? [{ type: "response.created", response: { id } }] : []),
    ...reply.items.flatMap((item, index) => itemEvents(item, `${serial}-${index}`, index)),
    ...endEvents(reply.end, id)
  ]
}

/**
 * Returns the segments of a reply, in order. Adjacent events form one segment, so that a long reply costs one write.
 *
 * Throws if a gate is at a place that the reply does not have.
 *
 * @category conversions
 * @since 0.169.0
 */
export const segmentsOf = (reply: StreamReply, serial: number): ReadonlyArray<Segment> => {
  const list = eventsOf(reply, serial)
  const holds = reply.holds.map(({ gate, place }) => ({ gate, at: position(list, place) }))
  const segments: Array<Segment> = []
  let text = ""
  const flush = () => {
    if (text !== "") segments.push({ _tag: "Text", text })
    text = ""
  }
  for (let at = 0; at <= list.length; at++) {
    for (const hold of holds.filter((hold) => hold.at === at)) {
      flush()
      segments.push({ _tag: "Gate", gate: hold.gate })
    }
    if (reply.dropAfter === at) {
      flush()
      return [...segments, { _tag: "Drop" }]
    }
    const event = list[at]
    if (event !== undefined) text += frame(event)
  }
  flush()
  return segments
}

/**
 * Formats one server-sent event.
 *
 * @category conversions
 * @since 0.169.0
 */
export const frame = (event: ModelEvent): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

// internal

/** Returns how many events are before the place. */
const position = (list: ReadonlyArray<ModelEvent>, place: Place): number => {
  const name = "before" in place ? place.before : place.after
  const index = typeof name === "number" ? name : list.findIndex((event) => event.type === name)
  if (index < 0 || index > list.length) {
    throw new Error(
      `MockModel.hold: the reply has no event ${name}; it has ${list.map((event) => event.type).join(", ")}`
    )
  }
  return typeof name === "number" || "before" in place ? index : index + 1
}

const itemEvents = (item: Item, id: string, output_index: number): ReadonlyArray<ModelEvent> => {
  const added = (item: object): ModelEvent => ({ type: "response.output_item.added", output_index, item })
  const done = (item: object): ModelEvent => ({ type: "response.output_item.done", output_index, item })
  switch (item._tag) {
    case "Message": {
      const shell = {
        type: "message",
        role: "assistant",
        id: `msg-${id}`,
        ...(item.phase === undefined ? undefined : { phase: item.phase })
      }
      return [
        added({ ...shell, content: [] }),
        ...item.deltas.map((delta) => ({
          type: "response.output_text.delta",
          item_id: shell.id,
          output_index,
          content_index: 0,
          delta
        })),
        done({ ...shell, content: [{ type: "output_text", text: item.text }] })
      ]
    }
    case "Reasoning": {
      const shell = { type: "reasoning", id: `rs-${id}` }
      const place = { item_id: shell.id, output_index }
      return [
        added({ ...shell, summary: [] }),
        ...item.summary.flatMap((delta, summary_index) => [
          { type: "response.reasoning_summary_part.added", ...place, summary_index },
          { type: "response.reasoning_summary_text.delta", ...place, summary_index, delta }
        ]),
        ...item.raw.map((delta, content_index) => ({
          type: "response.reasoning_text.delta",
          ...place,
          content_index,
          delta
        })),
        done({
          ...shell,
          summary: item.summary.map((text) => ({ type: "summary_text", text })),
          ...(item.raw.length === 0
            ? undefined
            : { content: item.raw.map((text) => ({ type: "reasoning_text", text })) }),
          encrypted_content: null
        })
      ]
    }
    case "FunctionCall": {
      const call = {
        type: "function_call",
        id: `fc-${id}`,
        call_id: item.callId ?? `call-${id}`,
        name: item.name,
        ...(item.namespace === undefined ? undefined : { namespace: item.namespace })
      }
      return [added({ ...call, arguments: "" }), done({ ...call, arguments: item.arguments })]
    }
    case "CustomToolCall": {
      const call = {
        type: "custom_tool_call",
        id: `ctc-${id}`,
        call_id: item.callId ?? `call-${id}`,
        name: item.name
      }
      return [added({ ...call, input: "" }), done({ ...call, input: item.input })]
    }
    case "Events":
      return item.events
  }
}

const endEvents = (end: End, id: string): ReadonlyArray<ModelEvent> => {
  switch (end._tag) {
    case "Completed":
      return [{ type: "response.completed", response: { id, usage: usage(end.usage) } }]
    case "Failed":
      return [{ type: "response.failed", response: { id, error: { code: end.code, message: end.message } } }]
    case "Incomplete":
      return [{ type: "response.incomplete", response: { id, incomplete_details: { reason: end.reason } } }]
    case "Silent":
      return []
  }
}

const usage = (given: Usage) => {
  const input = given.inputTokens ?? 10
  const output = given.outputTokens ?? 5
  return {
    input_tokens: input,
    input_tokens_details: given.cachedInputTokens === undefined ? null : { cached_tokens: given.cachedInputTokens },
    output_tokens: output,
    output_tokens_details:
      given.reasoningOutputTokens === undefined ? null : { reasoning_tokens: given.reasoningOutputTokens },
    total_tokens: given.totalTokens ?? input + output
  }
}
