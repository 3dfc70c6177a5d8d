/**
 * Text that grows by small pieces. The engine keeps a sum of strings as a tree, which takes three times the memory of
 * the text for pieces of a few words, and whose parts the collector copies again and again. So pieces are gathered in a
 * tail, and the tail is made flat before it joins the text: each character is copied once, and pieces die young.
 */

/** A text that grows. Its value is {@link wholeText}. */
export interface GrowingText {
  /** What is flat. */
  text: string
  /** The newest pieces. */
  tail: string
}

/** Adds a piece at the end. */
export const growText = (growing: GrowingText, piece: string): void => {
  growing.tail += piece
  if (growing.tail.length >= flatLength) settle(growing)
}

/** The text so far. */
export const wholeText = ({ tail, text }: GrowingText): string => (tail === "" ? text : text + tail)

// internal

const flatLength = 4096

// Matching makes the engine flatten the text (reading a character of it does not); what is found is of no interest.
const anything = /^\0/

const settle = (growing: GrowingText): void => {
  anything.test(growing.tail)
  growing.text += growing.tail
  growing.tail = ""
}
