import { assert, describe, it } from "@effect/vitest"
import { describe as describeQuestion } from "../../../src/internal/approval/describe.ts"
import * as handlers from "../../../src/internal/approval/handlers.ts"
import type { Request } from "../../../src/ServerRequests.ts"
import * as Test from "../../serverRequests/support.ts"

type CommandParams = Request<"item/commandExecution/requestApproval">["params"]

/** The description of a request beyond its command, or nothing. */
const more = (change: Partial<CommandParams>) => {
  const params: CommandParams = { ...Test.ids(), startedAtMs: 1, command: "ls", ...change }
  const question = handlers.commandQuestion({ id: 1, method: Test.command, params, changes: [], offered: [] })
  const prefix = "  It also requests: "
  return describeQuestion(question)
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length))
}

const network = { host: "example.com", protocol: "https" } as const
const permissions = { network: { enabled: true } }

describe("the description of a request that needs more than a command", () => {
  const cases: ReadonlyArray<readonly [promise: string, change: Partial<CommandParams>, says: ReadonlyArray<string>]> =
    [
      ["says nothing if only the command is requested", { kind: "command" }, []],
      ["says nothing if an older server names no additional kind", {}, []],
      ["says nothing about fields that are null", { networkApprovalContext: null, additionalPermissions: null }, []],
      [
        "shows the host of a command that wants the network",
        { networkApprovalContext: network },
        ['{"kind":"command","host":"example.com","protocol":"https"}']
      ],
      [
        "shows the permissions that a command requests",
        { additionalPermissions: permissions },
        ['{"kind":"command","network":{"enabled":true}}']
      ],
      [
        "shows both",
        { networkApprovalContext: network, additionalPermissions: permissions },
        ['{"kind":"command","host":"example.com","protocol":"https","network":{"enabled":true}}']
      ],
      ["shows a kind that asks for input to a running command", { kind: "writeStdin" }, ['{"kind":"writeStdin"}']],
      ["says nothing besides the line of the environment", { environmentId: "prod-7" }, []]
    ]
  for (const [promise, change, says] of cases) it(promise, () => assert.deepStrictEqual(more(change), says))
})

describe("a description of changes", () => {
  const lines = (changes: Request["changes"], diffLines?: number) =>
    describeQuestion(
      handlers.fileQuestion({
        id: 1,
        method: Test.fileChange,
        params: { ...Test.ids(), startedAtMs: 1 },
        changes,
        offered: []
      }),
      { diffLines }
    )

  it("marks the lines of a removed file, and counts one file and one line in the singular", () => {
    assert.deepStrictEqual(lines([{ path: "/a", diff: "gone\n", kind: { type: "delete" } }]), [
      "Change 1 file?",
      "  delete /a (1 line)",
      "    -gone"
    ])
  })

  it("hides nothing if the diff has exactly the maximum number of lines", () => {
    const change = { path: "/a", diff: "1\n2\n", kind: { type: "add" } } as const
    assert.deepStrictEqual(lines([change], 3), ["Change 1 file?", "  add /a (2 lines)", "    +1", "    +2"])
    assert.deepStrictEqual(lines([change], 2).at(-2), "    … and 1 more line, of these files:")
  })
})
