/**
 * What the model gets to read of a call: content items of the protocol. Only what was meant for it: results, typed failures, and what is wrong with
 * its arguments.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Base64 from "effect/encoding/Base64"
import type { DynamicToolCallOutputContentItemParam, DynamicToolCallResponse } from "../../generated/types.ts"

/** A call that went well, with a value as JSON; a text stands for itself. */
export const success = (json: unknown): DynamicToolCallResponse => ({
  success: true,
  contentItems: [text(asText(json))]
})

/** A call that went well, with what the tool says that the model shall see. */
export const parts = (output: ReadonlyArray<Prompt.ToolModelOutputPart>): DynamicToolCallResponse => ({
  success: true,
  contentItems: output.map((part) => (part.type === "text" ? text(part.text) : file(part)))
})

/** A call that didn't go well, with a value as JSON; a text stands for itself. */
export const failure = (json: unknown): DynamicToolCallResponse => ({
  success: false,
  contentItems: [text(asText(json))]
})

/** The arguments are wrong; the problem is in a schema's words, and may quote them: the model wrote them. */
export const invalidArguments = (problem: string): DynamicToolCallResponse =>
  failure(`Invalid arguments. ${problem.slice(0, 4000)}`)

/** The tool doesn't exist here: the thread is older than the toolkit that it was given. */
export const unknown = (): DynamicToolCallResponse => failure("Tool not available")

/** Somebody said no, or nobody was there to say yes. */
export const declined = (): DynamicToolCallResponse => failure("The call was not approved")

/** Something went wrong that is nothing of the model's business. */
export const internal = (): DynamicToolCallResponse => failure("The tool failed")

/** The call took too long. */
export const late = (seconds: number): DynamicToolCallResponse => failure(`The tool timed out after ${seconds} s`)

// internal

const text = (text: string): DynamicToolCallOutputContentItemParam => ({ type: "inputText", text })

// What gives nothing still has to say something: an empty output reads like a fault.
const asText = (json: unknown): string =>
  json === undefined || json === null ? "ok" : typeof json === "string" ? json : (JSON.stringify(json) ?? "ok")

const file = (part: Prompt.FilePart): DynamicToolCallOutputContentItemParam => {
  if (part.mediaType.startsWith("image/")) return { type: "inputImage", imageUrl: url(part) }
  if (part.mediaType.startsWith("audio/")) return { type: "inputAudio", audioUrl: url(part) }
  // As Effect's own providers do it: the protocol takes no other files.
  return text(`[${part.mediaType}${part.fileName === undefined ? "" : ` ${part.fileName}`} omitted]`)
}

const url = ({ data, mediaType }: Prompt.FilePart): string => {
  if (data instanceof URL) return data.href
  if (typeof data !== "string") return `data:${mediaType};base64,${Base64.encode(data)}`
  return /^(data|https?):/i.test(data) ? data : `data:${mediaType};base64,${data}`
}
