/**
 * What a turn is given: text, images, skills, mentions, or the output of a tool. Only the parts and their checks; sending them is `Thread`'s, and
 * looking at image files is internal.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import { InputTooLarge, InvalidInput } from "./CodexError.ts"
import type {
  FunctionCallOutputContentItemParam,
  TurnToolOutput,
  UserInputParam,
  TextElement as WireTextElement
} from "./generated/types.ts"

/**
 * One part of a prompt. The constructors here make them; the protocol's own values are parts as well.
 *
 * @category models
 * @since 0.169.0
 */
export type Part = UserInputParam

/**
 * A prompt: a text, one part, or several.
 *
 * @category models
 * @since 0.169.0
 */
export type Input = string | Part | ReadonlyArray<Part>

/**
 * No input at all: see {@link empty}.
 *
 * @category models
 * @since 0.169.0
 */
export interface Empty {
  readonly _tag: "Empty"
}

/**
 * Content from outside, with the authority of a tool: see {@link externalMessage}.
 *
 * @category models
 * @since 0.169.0
 */
export interface ExternalMessage {
  readonly _tag: "ExternalMessage"
  readonly toolName: string
  readonly content: string | ReadonlyArray<FunctionCallOutputContentItemParam>
  readonly namespace?: string | undefined
  readonly retain?: boolean | undefined
}

/**
 * What a new turn can be given: a prompt, nothing, or one external message.
 *
 * @category models
 * @since 0.169.0
 */
export type RunInput = Input | Empty | ExternalMessage

/**
 * The most characters that the server takes in one request: those of all texts together, counted as Unicode characters (an emoji is one, though
 * JavaScript's `length` says two). Images, skills and mentions don't count.
 *
 * @category constants
 * @since 0.169.0
 */
export const maxChars = 1_048_576

/**
 * A part of a text that stands for something, such as a file that was picked from a list. User interfaces show it as one
 * thing; the model reads the text.
 *
 * @category models
 * @since 0.171.0
 */
export interface TextElement {
  /** Where it begins, and where the text after it begins: positions in the string, as in `slice`. */
  readonly start: number
  readonly end: number
  /** What to show in its place. Default: its text. */
  readonly placeholder?: string | undefined
}

/**
 * Text.
 *
 * @category constructors
 * @since 0.169.0
 */
export const text = (text: string): Part => ({ type: "text", text })

/**
 * Text with parts that stand for something.
 *
 * **Gotchas**
 *
 * Throws a `RangeError` for an element that is not a part of the text.
 *
 * @category constructors
 * @since 0.171.0
 */
export const textWithElements = (text: string, elements: ReadonlyArray<TextElement>): Part => ({
  type: "text",
  text,
  text_elements: elements.map((element) => toWire(text, element))
})

/**
 * An image as a data URL (`data:image/png;base64,…`). Anything else fails before it is sent: the server refuses `http` and `https`, and hands
 * other words on to the model as they are.
 *
 * @category constructors
 * @since 0.169.0
 */
export const image = (url: string): Part => ({ type: "image", url })

/**
 * An image file that the server reads: PNG, JPEG, GIF or WebP, by what is in it. A relative path starts at the thread's working folder.
 *
 * **Details**
 *
 * Under `Codex.layer` a file that is missing, unreadable or no image fails before anything is sent. Over other transports the file is the server's,
 * and is not looked at; the server then runs the turn and tells the model that there was no image.
 *
 * @category constructors
 * @since 0.169.0
 */
export const localImage = (path: string): Part => ({ type: "localImage", path })

/**
 * A skill, by name and the path of its `SKILL.md`: its text is put into the prompt.
 *
 * @category constructors
 * @since 0.169.0
 */
export const skill = (name: string, path: string): Part => ({ type: "skill", name, path })

/**
 * A mention of an app, plugin or file, such as `app://…`.
 *
 * @category constructors
 * @since 0.169.0
 */
export const mention = (name: string, path: string): Part => ({ type: "mention", name, path })

/**
 * No input: the model is asked to go on without a new message. An input that is empty by mistake (`""`, blanks, `[]`) fails instead.
 *
 * @category constructors
 * @since 0.169.0
 */
export const empty: Empty = { _tag: "Empty" }

/**
 * Content that isn't the user's, such as an e-mail or a web page: the model sees it as the output of a tool, not as an instruction.
 *
 * **Details**
 *
 * It is the whole input of a turn: it goes neither into a list of parts nor into `steer` or `send`; `Thread.sendExternal` gives one to a turn that
 * runs. Without a `toolName` it fails before anything is sent. Long content is cut like any tool's output (`tool_output_token_limit`).
 *
 * Needs codex 0.151.0.
 *
 * @category constructors
 * @since 0.169.0
 */
export const externalMessage = (options: {
  /** What the model takes it to come from. */
  readonly toolName: string
  /** A text, or the protocol's content items. */
  readonly content: string | ReadonlyArray<FunctionCallOutputContentItemParam>
  /** The namespace of the tool. Default: none. */
  readonly namespace?: string | undefined
  /** Asks that the content be kept in the model's history. Default: the server's. */
  readonly retain?: boolean | undefined
}): ExternalMessage => ({ _tag: "ExternalMessage", ...options })

/**
 * The parts of a prompt, checked: what this server would refuse or silently misread fails here, before anything is sent.
 *
 * @category encoding
 * @since 0.169.0
 */
export const toParts = (input: Input): Effect.Effect<ReadonlyArray<Part>, InvalidInput | InputTooLarge> => {
  // Typed as unknown, since programs in JavaScript can pass anything.
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

/**
 * The fields `input` and `toolOutput` of a new turn, checked like `toParts`.
 *
 * @category encoding
 * @since 0.169.0
 */
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

const utf8 = new TextEncoder()

// The protocol counts in bytes.
const toWire = (text: string, { end, placeholder, start }: TextElement): WireTextElement => {
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= text.length)) {
    throw new RangeError(`Input.textWithElements: the element from ${start} to ${end} is not a part of the text`)
  }
  const bytes = (position: number) => utf8.encode(text.slice(0, position)).length
  return { byteRange: { start: bytes(start), end: bytes(end) }, placeholder }
}

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

// What each kind can't be without.
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

// Counting characters is only needed where UTF-16 units exceed the limit: there are never more characters than units.
const countChars = (counted: ReadonlyArray<string>): number => {
  const units = counted.reduce((sum, text) => sum + text.length, 0)
  if (units <= maxChars) return units
  let count = 0
  for (const text of counted) for (const _ of text) count++
  return count
}
