/**
 * Builds the output of a call as content items of the protocol.
 *
 * It contains only what is meant for the model: results, typed failures, and problems with the arguments.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Base64 from "effect/encoding/Base64"
import type { DynamicToolCallOutputContentItemParam, DynamicToolCallResponse } from "../../generated/types.ts"

/** The output of a successful call, with a value as JSON. A string is sent unchanged. */
export const success = (json: unknown): DynamicToolCallResponse => ({
  success: true,
  contentItems: [text(asText(json))]
})

/** The output of a successful call, with the parts that the tool returns for the model. */
export const parts = (output: ReadonlyArray<Prompt.ToolModelOutputPart>): DynamicToolCallResponse => ({
  success: true,
  contentItems: output.map((part) => (part.type === "text" ? text(part.text) : file(part)))
})

/** The output of a failed call, with a value as JSON. A string is sent unchanged. */
export const failure = (json: unknown): DynamicToolCallResponse => ({
  success: false,
  contentItems: [text(asText(json))]
})

/**
 * The arguments are invalid. The problem is the message of a schema and may quote them, because the model wrote them.
 */
export const invalidArguments = (problem: string): DynamicToolCallResponse =>
  failure(`Invalid arguments. ${problem.slice(0, 4000)}`)

/** The tool does not exist here: the thread is older than its current toolkit. */
export const unknown = (): DynamicToolCallResponse => failure("Tool not available")

/** The call was declined, or had no approver. */
export const declined = (): DynamicToolCallResponse => failure("The call was not approved")

/** The call failed for a reason that is not for the model. */
export const internal = (): DynamicToolCallResponse => failure("The tool failed")

/** The call exceeded its limit. */
export const late = (seconds: number): DynamicToolCallResponse => failure(`The tool timed out after ${seconds} s`)

// internal

const text = (text: string): DynamicToolCallOutputContentItemParam => ({ type: "inputText", text })

// An empty output looks like an error, so a call without a result must still return text.
const asText = (json: unknown): string =>
  json === undefined || json === null ? "ok" : typeof json === "string" ? json : (JSON.stringify(json) ?? "ok")

const file = (part: Prompt.FilePart): DynamicToolCallOutputContentItemParam => {
  if (part.mediaType.startsWith("image/")) return { type: "inputImage", imageUrl: url(part) }
  if (part.mediaType.startsWith("audio/")) return { type: "inputAudio", audioUrl: url(part) }
  // As in Effect's own providers: the protocol supports no other files.
  return text(`[${part.mediaType}${part.fileName === undefined ? "" : ` ${part.fileName}`} omitted]`)
}

const url = ({ data, mediaType }: Prompt.FilePart): string => {
  if (data instanceof URL) return data.href
  if (typeof data !== "string") return `data:${mediaType};base64,${Base64.encode(data)}`
  return /^(data|https?):/i.test(data) ? data : `data:${mediaType};base64,${data}`
}
