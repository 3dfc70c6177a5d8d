/**
 * Text that grows by small pieces. The engine keeps a sum of strings as a tree, which takes three times the memory of the text for pieces of a few
 * words; so the tree is flattened whenever the text has grown by a quarter. The copying stays linear in the length.
 */

const flattenFrom = 4096
// Matching makes the engine flatten the text (reading a character of it does not); what is found is of no interest.
const anything = /^\0/

const step = (length: number): number => Math.floor(Math.log(length) / Math.log(1.25))

/** `text + piece`. */
export const growText = (text: string, piece: string): string => {
  const grown = text + piece
  if (grown.length >= flattenFrom && (text.length === 0 || step(grown.length) !== step(text.length))) {
    anything.test(grown)
  }
  return grown
}
