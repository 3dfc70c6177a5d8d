/** Runs a turn that asks, with its own app-server, and waits to be killed. `killed.test.ts` starts it. */
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer } from "effect"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as Codex from "../../src/Codex.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

const [socket = "", runner = ""] = process.argv.slice(2)

const requests = ServerRequests.layer(ApprovalInbox.handlers({ runner })).pipe(
  Layer.provide(ApprovalInbox.layerSql({ pollInterval: "50 millis", lease: "4 seconds" })),
  Layer.provide(PgClient.layer({ path: socket, username: "postgres", database: "postgres" })),
  Layer.orDie
)

const program = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  yield* model.enqueue(MockModel.execCommand({ cmd: "touch made", escalate: "it has to be there" }))
  const thread = yield* (yield* Codex.Codex).startThread({ approvalMode: "ask", sandbox: "readOnly" })
  yield* thread.run("go")
})

await Effect.runPromise(
  program.pipe(
    Effect.provide(
      CodexTest.layer({ model: { fallback: () => MockModel.reply("done") }, serverRequests: () => requests })
    )
  )
)
