import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import type { ThreadItem } from "../../../src/Protocol.ts"
import { finalResponse } from "../../../src/internal/turn/turnResult.ts"

/** A message of a phase, with its phase as its text. */
// Type boundary: the other fields are not read.
const message = (text: string, phase?: string | null) =>
  ({ type: "agentMessage", id: "m", text, phase }) as unknown as ThreadItem

const [final, later, commentary] = [
  message("final", "final_answer"),
  message("later", "final_answer"),
  message("comment", "commentary")
]
const [plain, older] = [message("plain", null), message("older")]
const tool = { type: "plan", id: "p", text: "no message" } as unknown as ThreadItem

describe("the final response", () => {
  const rows: ReadonlyArray<readonly [what: string, response: string | undefined, items: ReadonlyArray<ThreadItem>]> = [
    ["is absent without items", undefined, []],
    ["is absent without messages", undefined, [tool]],
    ["is absent if there is only commentary", undefined, [commentary]],
    ["is the final answer", "final", [plain, final, plain]],
    ["is the last of several final answers", "later", [final, later, commentary]],
    ["is the last message without a phase if there is no final answer", "older", [plain, older, tool]],
    ["is never commentary, even if that comes last", "plain", [older, plain, commentary]],
    ["can be empty", "", [plain, message("", "final_answer")]],
    ["can be an empty message without a phase", "", [plain, message("", null)]]
  ]
  for (const [what, response, items] of rows) {
    it(what, () => assert.deepStrictEqual(finalResponse(items), Option.fromUndefinedOr(response)))
  }
})
