/**
 * Decides whether a difference breaks a program that was written for the first of two versions and talks to a server of
 * the second.
 *
 * Such a program sends what the first version accepts, and handles everything that the first version may send. Like
 * this package, it ignores unknown fields, and keeps unknown members of enums and unions as unknown values. It breaks
 * if the second version accepts less, omits what the first always sent, or sends a value of another type.
 */
import type { Difference } from "./differences.ts"

export interface Verdict {
  readonly breaks: boolean
  /** The consequence for the program, as a sentence. */
  readonly why: string
}

const breaks = (why: string): Verdict => ({ breaks: true, why })
const holds = (why: string): Verdict => ({ breaks: false, why })

const ofMessage = ({ group, kind, isSent }: Difference): Verdict => {
  if (kind === "added") {
    if (isSent) return holds("The program does not call it.")
    return group === "notifications"
      ? holds("The program ignores a notification that it does not know.")
      : breaks("The program has no handler for it and rejects the request.")
  }
  if (isSent) return breaks("The server rejects calls to it.")
  return group === "notifications"
    ? breaks("The server no longer sends it, so waiting for it never ends.")
    : holds("The server no longer sends it, so its handler is never called.")
}

const whenSent = (difference: Difference): Verdict => {
  const { of, kind, isRequired, lost = [] } = difference
  if (of === "type") {
    return lost.length > 0
      ? breaks(`The server no longer accepts ${lost.join(", ")}.`)
      : holds("The server still accepts what the program sends.")
  }
  switch (kind) {
    case "added":
      return of === "field" && isRequired === true
        ? breaks("The server requires it, and the program does not send it.")
        : holds("The program does not send it.")
    case "removed":
      return of === "field" ? breaks("The server ignores or rejects it.") : breaks("The server rejects it.")
    case "madeRequired":
      return breaks("The server rejects calls without it.")
    default:
      return holds("The program may still send it.")
  }
}

const whenReceived = (difference: Difference): Verdict => {
  const { of, kind, isRequired, gained = [] } = difference
  if (of === "type") {
    return gained.length > 0
      ? breaks(`The server may send ${gained.join(", ")}, which the program does not expect.`)
      : holds("The program expects every value that the server sends.")
  }
  switch (kind) {
    case "added":
      return of === "field"
        ? holds("The program does not read it.")
        : holds("The program reads it as an unknown value.")
    case "removed":
      if (of !== "field") return holds("The server no longer sends it.")
      return isRequired === true
        ? breaks("The program relies on it, and the server no longer sends it.")
        : holds("The server no longer sends it. The program expects that it may be absent.")
    case "madeOptional":
      return breaks("The program relies on it, and it may be absent.")
    default:
      return holds("The program reads it as before.")
  }
}

/** The verdict on a difference. One that goes both ways breaks if it breaks in either. */
export const verdictOf = (difference: Difference): Verdict => {
  const { kind, of, isSent, isReceived } = difference
  if (kind === "becameExperimental") return breaks("It needs the capability `experimentalApi`.")
  if (kind === "becameStable") return holds("It no longer needs the capability `experimentalApi`.")
  if (of === "message") return ofMessage(difference)
  const verdicts = [...(isSent ? [whenSent(difference)] : []), ...(isReceived ? [whenReceived(difference)] : [])]
  const broken = verdicts.filter((verdict) => verdict.breaks)
  const relevant = broken.length > 0 ? broken : verdicts
  return { breaks: broken.length > 0, why: relevant.map(({ why }) => why).join(" ") }
}
