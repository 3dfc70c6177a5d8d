/**
 * Checks the input of a turn and converts it to the protocol's fields, before anything is sent. `Input` creates the
 * parts. The content of image files is checked in `localImages.ts`.
 */
import * as Effect from "effect/Effect"
import { InputTooLarge, InvalidInput } from "../../CodexError.ts"
import type { TurnToolOutput } from "../../generated/types.ts"
import { type Empty, type ExternalMessage, type Input, maxChars, type Part, type RunInput, text } from "../../Input.ts"

/**
 * Checks a prompt and returns its parts.
 *
 * An input that the server would reject or silently misread fails here, before anything is sent.
 */
export const toParts = (input: Input): Effect.Effect<ReadonlyArray<Part>, InvalidInput | InputTooLarge> => {
  // Typed as `unknown`, because JavaScript callers can pass anything.
  const given: ReadonlyArray<unknown> = Array.isArray(input) ? input : [input]
  const parts: Array<Part> = []
  for (const part of given) {
    if (typeof part === "string" && !Array.isArray(input)) parts.push(text(part))
    else if (!isPart(part)) return invalid(isExternal(part) ? notAlone : noPart)
    else if (part.type === "image" && "url" in part && !isDataUrl(part.url)) return invalid(noDataUrl)
    else parts.push(part)
  }
  return parts.every((part) => part.type === "text" && part.text.trim() === "")
    ? invalid("must not be empty; to run a turn without input, pass `Input.empty`")
    : limited(
        parts,
        parts.map((part) => (part.type === "text" ? part.text : ""))
      )
}

/** Returns the fields `input` and `toolOutput` of a new turn, checked like `toParts`. */
export const toTurnInput = (
  input: RunInput
): Effect.Effect<
  { readonly input: ReadonlyArray<Part>; readonly toolOutput?: TurnToolOutput },
  InvalidInput | InputTooLarge
> => {
  if (isExternal(input)) {
    return Effect.map(toToolOutput(input), (toolOutput) => ({ input: [], toolOutput }))
  }
  return isEmpty(input) ? Effect.succeed({ input: [] }) : Effect.map(toParts(input), (parts) => ({ input: parts }))
}

// internal

const invalid = (description: string, argument = "input") => Effect.fail(new InvalidInput({ argument, description }))

const noPart = "expected parts made with Input.text, Input.image, Input.localImage, Input.skill or Input.mention"

const notAlone = "an external message must be the only input of `run`, `turn`, `stream` or `sendExternal`"

const noDataUrl = "expected a data URL; fetch the image and pass `data:image/…;base64,…`"

const kinds: ReadonlySet<unknown> = new Set<Part["type"]>([
  "text",
  "image",
  "localImage",
  "audio",
  "localAudio",
  "skill",
  "mention"
])

// The required fields of each kind.
const texts: { readonly [kind: string]: ReadonlyArray<string> } = {
  text: ["text"],
  localImage: ["path"],
  skill: ["name", "path"],
  mention: ["name", "path"]
}

const isPart = (part: unknown): part is Part =>
  typeof part === "object" &&
  part !== null &&
  "type" in part &&
  typeof part.type === "string" &&
  kinds.has(part.type) &&
  (texts[part.type] ?? []).every((key) => typeof Reflect.get(part, key) === "string")

const hasTag = (value: unknown, tag: string): boolean =>
  typeof value === "object" && value !== null && "_tag" in value && value._tag === tag

const isExternal = (value: unknown): value is ExternalMessage => hasTag(value, "ExternalMessage")

const isEmpty = (value: unknown): value is Empty => hasTag(value, "Empty")

const isDataUrl = (url: unknown): boolean => typeof url === "string" && /^data:/i.test(url)

const toToolOutput = (message: ExternalMessage): Effect.Effect<TurnToolOutput, InvalidInput | InputTooLarge> => {
  const { content, namespace, retain, toolName } = message
  if (typeof toolName !== "string" || toolName.trim() === "") return invalid("must not be empty", "toolName")
  if (typeof content !== "string" && !Array.isArray(content)) return invalid("expected a string or an array", "content")
  const items = typeof content === "string" ? [] : content
  const remote = items.some(
    (item) => item.type === "input_image" && "image_url" in item && /^https?:/i.test(item.image_url)
  )
  if (remote) return invalid(noDataUrl, "content")
  return limited(
    { name: toolName, namespace, output: content, retain },
    typeof content === "string" ? [content] : items.map((item) => (item.type === "input_text" ? item.text : ""))
  )
}

const limited = <A>(value: A, counted: ReadonlyArray<string>): Effect.Effect<A, InputTooLarge> => {
  const actualChars = countChars(counted)
  return actualChars > maxChars ? Effect.fail(new InputTooLarge({ maxChars, actualChars })) : Effect.succeed(value)
}

// Count characters only if the UTF-16 units exceed the limit: there are never more characters than units.
const countChars = (counted: ReadonlyArray<string>): number => {
  const units = counted.reduce((sum, text) => sum + text.length, 0)
  if (units <= maxChars) return units
  let count = 0
  for (const text of counted) for (const _ of text) count++
  return count
}
