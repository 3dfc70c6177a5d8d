/**
 * What a turn is given: text, images, skills, mentions. Only the parts and their checks; sending them is `Thread`'s.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import { InputTooLarge, InvalidInput } from "./CodexError.ts"
import type { UserInputParam } from "./generated/types.ts"

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
 * The most characters that the server takes in one turn's text.
 *
 * @category constants
 * @since 0.169.0
 */
export const maxChars = 1_048_576

/**
 * Text.
 *
 * @category constructors
 * @since 0.169.0
 */
export const text = (text: string): Part => ({ type: "text", text })

/**
 * An image as a data URL (`data:image/png;base64,…`). The server refuses `http` and `https`.
 *
 * @category constructors
 * @since 0.169.0
 */
export const image = (url: string): Part => ({ type: "image", url })

/**
 * An image file that the server reads.
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

const invalid = (description: string) => Effect.fail(new InvalidInput({ argument: "input", description }))

const kinds: ReadonlySet<string> = new Set<Part["type"]>([
  "text",
  "image",
  "localImage",
  "audio",
  "localAudio",
  "skill",
  "mention"
])

/**
 * The parts to send, checked: what this server would refuse or silently misread fails here, before anything is sent.
 *
 * @category encoding
 * @since 0.169.0
 */
export const toParts = (input: Input): Effect.Effect<ReadonlyArray<Part>, InvalidInput | InputTooLarge> => {
  // Typed as unknown, since programs in JavaScript can pass anything.
  const given: ReadonlyArray<unknown> = Array.isArray(input) ? input : [input]
  if (given.length === 0) return invalid("it has no parts")
  const parts: Array<Part> = []
  let chars = 0
  for (const part of given) {
    if (typeof part === "string" && !Array.isArray(input)) {
      parts.push(text(part))
      chars += countChars(part)
    } else if (isPart(part)) {
      if (part.type === "image" && "url" in part && /^https?:/i.test(part.url)) {
        return invalid("the server takes images as data URLs only; fetch the image and pass `data:image/…;base64,…`")
      }
      parts.push(part)
      if (part.type === "text") chars += countChars(part.text)
    } else {
      return invalid("a part must be made by Input.text, Input.image, Input.localImage, Input.skill or Input.mention")
    }
  }
  return chars > maxChars ? Effect.fail(new InputTooLarge({ maxChars, actualChars: chars })) : Effect.succeed(parts)
}

// internal

const isPart = (part: unknown): part is Part =>
  typeof part === "object" && part !== null && "type" in part && typeof part.type === "string" && kinds.has(part.type)

// The server counts Unicode characters; counting them is only needed where UTF-16 units might exceed the limit.
const countChars = (text: string): number => {
  if (text.length <= maxChars / 2) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}
