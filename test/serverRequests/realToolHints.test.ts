/**
 * Which calls of MCP tools need an approval: the case that the documentation warns about, because the MCP server's own
 * hint decides.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Mcp from "./mcp.ts"
import * as Endings from "./endings.ts"
import * as Test from "./support.ts"

const declining: Codex.Options = {
  serverRequests: {
    [Mcp.elicitation]: Elicitation.handler({ toolApproval: () => Effect.succeed(Elicitation.decline) })
  }
}

const guardians = Effect.flatMap(MockModel.MockModel, (model) =>
  Effect.map(model.log, (requests) => requests.filter(({ subagent }) => subagent === "guardian").length)
)

/** Calls the tool that declares itself read-only. */
const look = (approvalMode: "ask" | "autoReview" | "denyAll", config?: { readonly [key: string]: unknown }) =>
  Effect.gen(function* () {
    const decisions = yield* Endings.watch
    const model = yield* MockModel.MockModel
    const codex = yield* Codex.Codex
    writeFileSync(join((yield* CodexTest.TestHome).workspace, "seen"), "")
    yield* model.enqueue(MockModel.response([Mcp.look]))
    yield* (yield* codex.startThread({ approvalMode, sandbox: "readOnly", config })).run("go")
    const called = (yield* Mcp.told).includes("seen")
    return { called, decisions: decisions.map(Test.short), reviews: yield* guardians }
  }).pipe(Effect.scoped, Effect.provide(Mcp.layer(declining)), Effect.provide(Logger.layer([])))

const prompting = { mcp_servers: { scripted: { default_tools_approval_mode: "prompt" } } }

const decided = [
  ["ask", { called: false, decisions: ["decline by handler"], reviews: 0 }],
  ["autoReview", { called: true, decisions: [], reviews: 1 }],
  ["denyAll", { called: false, decisions: [], reviews: 0 }]
] as const

describe("a tool that declares itself read-only, on the real server", () => {
  for (const [approvalMode, outcome] of decided) {
    it.live(`is called with ${approvalMode}, without an approval`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* look(approvalMode), { called: true, decisions: [], reviews: 0 })
      })
    )

    it.live(`needs the usual approval with ${approvalMode}, if the configuration says so`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* look(approvalMode, prompting), { ...outcome, decisions: [...outcome.decisions] })
      })
    )
  }
})
