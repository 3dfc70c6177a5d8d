/**
 * Text that grows by small pieces. The engine stores a concatenation of strings as a tree. For pieces of a few words
 * that tree takes three times the memory of the text, and the garbage collector copies its parts again and again. So
 * pieces are collected in a tail, and the tail is flattened before it joins the text. Each character is copied once,
 * and pieces are short-lived.
 */

/** A text that grows. {@link wholeText} returns its value. */
export interface GrowingText {
  /** The flattened part. */
  text: string
  /** The newest pieces. */
  tail: string
}

/** Appends a piece. */
export const growText = (growing: GrowingText, piece: string): void => {
  growing.tail += piece
  if (growing.tail.length >= flatLength) settle(growing)
}

/** Returns the text so far. */
export const wholeText = ({ tail, text }: GrowingText): string => (tail === "" ? text : text + tail)

// internal

const flatLength = 4096

// Matching makes the engine flatten the text; reading a character does not. The match itself is not used.
const anything = /^\0/

const settle = (growing: GrowingText): void => {
  anything.test(growing.tail)
  growing.text += growing.tail
  growing.tail = ""
}
