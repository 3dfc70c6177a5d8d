/**
 * What keeps policies from judging a request, although all that they look at can be read: fields that this version
 * doesn't know, by which a newer server can ask for more, and an item that belongs to another turn than the request.
 */
import type { Request } from "../serverRequests/types.ts"

/** Doubts about a request, one in a line, for a person. None where policies can judge it. */
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
