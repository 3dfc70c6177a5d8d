/**
 * Lists reasons why policies must not judge a request, although they can read all the fields that they check.
 *
 * There are two: fields unknown to this version, by which a newer server can request more, and an item that belongs
 * to a different turn than the request.
 */
import type { Request } from "../serverRequests/types.ts"

/** Returns doubts about a request, one per line, for a user. Empty if policies can judge the request. */
export const of = ({ itemTurnId, params, unknownFields = [] }: Request): ReadonlyArray<string> => {
  const shown = unknownFields
    .slice(0, most)
    .map((name) => (name.length > longest ? `${name.slice(0, longest)}…` : name))
  const hidden = unknownFields.length - shown.length
  return [
    ...(shown.length === 0
      ? []
      : [
          `it has unknown fields, which may request more: ${shown.join(", ")}${hidden > 0 ? ` and ${hidden} more` : ""}`
        ]),
    ...(itemTurnId !== undefined && "turnId" in params && params.turnId !== itemTurnId
      ? ["it names a different turn from the one that its item belongs to"]
      : [])
  ]
}

// internal

const most = 10
const longest = 80
