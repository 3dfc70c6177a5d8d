/**
 * The input of a turn: text, images, skills, mentions, or the output of a tool.
 *
 * This module creates the parts. `Thread` checks and sends them.
 *
 * @since 0.169.0
 */
import type {
  FunctionCallOutputContentItemParam,
  UserInputParam,
  TextElement as WireTextElement
} from "./generated/types.ts"

/**
 * One part of a prompt. The constructors of this module create parts; the protocol's own values are parts as well.
 *
 * @category models
 * @since 0.169.0
 */
export type Part = UserInputParam

/**
 * A prompt: a string, one part, or several.
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
 * The possible inputs of a new turn: a prompt, nothing, or one external message.
 *
 * @category models
 * @since 0.169.0
 */
export type RunInput = Input | Empty | ExternalMessage

/**
 * The maximum number of characters that the server accepts in one request.
 *
 * All texts count together, in Unicode characters: an emoji is one, although JavaScript's `length` is two. Images,
 * skills and mentions do not count.
 *
 * @category constants
 * @since 0.169.0
 */
export const maxChars = 1_048_576

/**
 * A part of a text that represents something else, such as a file that was picked from a list.
 *
 * User interfaces show it as one element. The model reads the text.
 *
 * @category models
 * @since 0.171.0
 */
export interface TextElement {
  /** The start of the element and the start of the text after it: positions in the string, as in `slice`. */
  readonly start: number
  readonly end: number
  /** The text to show in its place. Default: its own text. */
  readonly placeholder?: string | undefined
}

/**
 * Creates a text.
 *
 * @category constructors
 * @since 0.169.0
 */
export const text = (text: string): Part => ({ type: "text", text })

/**
 * Creates a text with elements that represent something else.
 *
 * **Gotchas**
 *
 * Throws a `RangeError` if an element is not a part of the text.
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
 * Creates an image from a data URL (`data:image/png;base64,…`).
 *
 * Any other string fails before it is sent, because the server rejects `http` and `https` URLs and passes other
 * strings to the model unchanged.
 *
 * @category constructors
 * @since 0.169.0
 */
export const image = (url: string): Part => ({ type: "image", url })

/**
 * Creates an image from a file that the server reads: PNG, JPEG, GIF or WebP, detected by its content.
 *
 * A relative path is resolved against the working directory of the thread.
 *
 * **Details**
 *
 * With `Codex.layer`, a file that is missing, unreadable or not an image fails before anything is sent. With another
 * transport, the file is the server's and is not inspected. The server then runs the turn and tells the model that
 * there was no image.
 *
 * @category constructors
 * @since 0.169.0
 */
export const localImage = (path: string): Part => ({ type: "localImage", path })

/**
 * Creates a skill from its name and the path of its `SKILL.md`. The text of the file becomes part of the prompt.
 *
 * @category constructors
 * @since 0.169.0
 */
export const skill = (name: string, path: string): Part => ({ type: "skill", name, path })

/**
 * Creates a mention of an app, plugin or file, such as `app://…`.
 *
 * @category constructors
 * @since 0.169.0
 */
export const mention = (name: string, path: string): Part => ({ type: "mention", name, path })

/**
 * No input: the model continues without a new message.
 *
 * An input that is empty by mistake (`""`, blanks, `[]`) fails instead.
 *
 * @category constructors
 * @since 0.169.0
 */
export const empty: Empty = { _tag: "Empty" }

/**
 * Creates a message that is not from the user, such as an e-mail or a web page.
 *
 * The model treats it as tool output, not as an instruction.
 *
 * **Details**
 *
 * It must be the only input of a turn: it cannot be in a list of parts, or passed to `steer` or `send`. Use
 * `Thread.sendExternal` to send one to a running turn. Without a `toolName` it fails before anything is sent. Long
 * content is truncated like any tool output (`tool_output_token_limit`).
 *
 * Needs codex 0.151.0.
 *
 * @category constructors
 * @since 0.169.0
 */
export const externalMessage = (options: {
  /** The source of the message, as the model sees it. */
  readonly toolName: string
  /** A string, or the protocol's content items. */
  readonly content: string | ReadonlyArray<FunctionCallOutputContentItemParam>
  /** The namespace of the tool. Default: none. */
  readonly namespace?: string | undefined
  /** Asks that the content is kept in the model's history. Default: the server's. */
  readonly retain?: boolean | undefined
}): ExternalMessage => ({ _tag: "ExternalMessage", ...options })

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
