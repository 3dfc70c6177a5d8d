/** A runner of workflows with its own app-server, until it is killed. `runners.test.ts` starts it. */
import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer } from "effect"
import { ClusterWorkflowEngine } from "effect/cluster"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as Runner from "../../src/cluster/Runner.ts"
import * as ThreadDirectory from "../../src/cluster/ThreadDirectory.ts"
import * as Codex from "../../src/Codex.ts"
import type * as CodexTest from "../../src/testing/CodexTest.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import { Turns } from "../../src/workflow/index.ts"
import * as Flow from "./flow.ts"

export interface Given {
  readonly socket: string
  readonly port: number
  readonly home: CodexTest.TestHome
}

/** Settings with which a takeover is fast. */
export const settings: Runner.Settings = {
  shardsPerGroup: 10,
  shardLockExpiration: 2000,
  shardLockRefreshInterval: 500,
  runnerHealthCheckInterval: 300,
  refreshAssignmentsInterval: 300,
  entityMessagePollInterval: 200,
  entityReplyPollInterval: 50
}

export const database = (socket: string) =>
  PgClient.layer({ path: socket, username: "postgres", database: "postgres", maxConnections: 8 })

if (import.meta.main) {
  // Type boundary: the test passes this.
  const { home, port, socket } = JSON.parse(process.argv[2] ?? "") as Given
  const codex = ThreadStore.layerMirror().pipe(
    Layer.provideMerge(Codex.layer({ cwd: home.workspace, env: home.env, inheritEnv: false })),
    Layer.provideMerge(ThreadStore.layerSql)
  )
  const live = Flow.layer.pipe(
    Layer.provide(ClusterWorkflowEngine.layer),
    Layer.provide(Runner.layer({ host: "localhost", port, settings })),
    Layer.provide(Turns.layerStored),
    Layer.provide(codex),
    Layer.provide(ThreadDirectory.layerSql),
    Layer.provide(ApprovalInbox.layerSql({ pollInterval: "100 millis" })),
    Layer.provide(Layer.merge(database(socket), NodeServices.layer))
  )
  await Effect.runPromise(Layer.launch(live))
}
