/**
 * Removes from a line what a terminal acts on instead of showing: escape sequences, other control characters, and characters that turn the
 * direction of the text. It does not mask secrets; that is `mask.ts`.
 */

// Each part matches forwards only and can't match the same text in two ways, so the time is linear in the text: a string sequence (OSC, DCS,
// SOS, PM, APC) has no beginning of another inside, and the classes of a CSI sequence are disjoint.
const sequences =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g

// Each stands for a break between words.
const breaks = /[\n\v\f\r\u0085\u2028\u2029]+/g

// All control characters but the tab, and the marks that turn the direction of what follows.
const invisible = /[^\P{Cc}\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** The text without them. A break within it becomes a blank. */
export const withoutControls = (text: string): string =>
  text.replace(sequences, "").replace(breaks, " ").replace(invisible, "")
