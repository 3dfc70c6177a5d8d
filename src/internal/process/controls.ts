/**
 * Removes what a terminal would interpret from a line of text.
 *
 * This includes escape sequences, other control characters, and text direction marks. Secrets are masked in
 * `mask.ts`.
 */

// Each part matches forwards only and cannot match the same text in two ways, so the time is linear in the text. A
// string sequence (OSC, DCS, SOS, PM, APC) contains no start of another one, and the classes of a CSI sequence are
// disjoint.
const sequences =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g

// Each run of these becomes one space.
const breaks = /[\n\v\f\r\u0085\u2028\u2029]+/g

// All control characters except the tab, and the marks that change the direction of the following text.
const invisible = /[^\P{Cc}\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Returns the text without these characters. A line break within it becomes a space. */
export const withoutControls = (text: string): string =>
  text.replace(sequences, "").replace(breaks, " ").replace(invisible, "")
