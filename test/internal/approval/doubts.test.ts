import { assert, describe, it } from "@effect/vitest"
import { describe as describeQuestion } from "../../../src/internal/approval/describe.ts"
import * as doubts from "../../../src/internal/approval/doubts.ts"
import * as handlers from "../../../src/internal/approval/handlers.ts"
import type { Request } from "../../../src/ServerRequests.ts"
import * as Test from "../../serverRequests/support.ts"

type CommandRequest = Request<"item/commandExecution/requestApproval">

const request = (change: Partial<CommandRequest> = {}): CommandRequest => ({
  id: 1,
  method: Test.command,
  params: { ...Test.ids(), startedAtMs: 1, command: "ls" },
  changes: [],
  offered: [],
  ...change
})

const names = (count: number) => Array.from({ length: count }, (_, n) => `f${n}`)
const unknown = "it has unknown fields, which may request more: "
const elsewhere = "it names a different turn from the one that its item belongs to"
const { turnId } = Test.ids()

describe("the doubts about a request", () => {
  const rows: ReadonlyArray<readonly [what: string, change: Partial<CommandRequest>, doubts: ReadonlyArray<string>]> = [
    ["are none for a request made by hand", {}, []],
    ["are none if every field is known", { unknownFields: [] }, []],
    ["name the unknown fields", { unknownFields: ["a", "b.c"] }, [`${unknown}a, b.c`]],
    ["name at most ten", { unknownFields: names(10) }, [unknown + names(10).join(", ")]],
    ["count the fields beyond ten", { unknownFields: names(12) }, [`${unknown}${names(10).join(", ")} and 2 more`]],
    ["show a name of 80 characters", { unknownFields: ["x".repeat(80)] }, [unknown + "x".repeat(80)]],
    ["truncate a longer name", { unknownFields: ["x".repeat(81)] }, [`${unknown}${"x".repeat(80)}…`]],
    ["are none if the item belongs to the turn", { itemTurnId: turnId }, []],
    ["tell that the item belongs to another turn", { itemTurnId: "other" }, [elsewhere]],
    ["can be both", { unknownFields: ["a"], itemTurnId: "other" }, [`${unknown}a`, elsewhere]]
  ]
  for (const [what, change, expected] of rows) {
    it(what, () => assert.deepStrictEqual(doubts.of(request(change)), expected))
  }

  it("do not compare turns if the request names none", () => {
    const legacy: Request<"execCommandApproval"> = {
      id: 1,
      method: "execCommandApproval",
      params: { conversationId: "t", callId: "c", command: ["ls"], cwd: "/", parsedCmd: [] },
      changes: [],
      offered: [],
      itemTurnId: "other"
    }
    assert.deepStrictEqual(doubts.of(legacy), [])
  })
})

describe("the description of a command that wants more", () => {
  const lines = (change: Partial<CommandRequest>) =>
    describeQuestion({ ...handlers.commandQuestion(request(change)), wantsMore: true })

  it("says so if no other line says what", () => {
    assert.include(lines({}), "  It also requests: (not specified)")
  })

  it("leaves it at the line that says what", () => {
    const doubtful = lines({ unknownFields: ["a"] })
    assert.include(doubtful, `  and ${unknown}a`)
    const { params } = request()
    for (const shown of [doubtful, lines({ params: { ...params, environmentId: "prod" } })]) {
      assert.notInclude(shown.join("\n"), "It also requests")
    }
  })
})
