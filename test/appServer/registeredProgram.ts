/** Runs a registered server, says so, and waits to be killed. `registered.ts` starts it. */
import { NodeServices } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import { existsSync, writeSync } from "node:fs"
import { join } from "node:path"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Peer from "../support/peer.ts"
import type { Given } from "./registered.ts"

// Type boundary: the test passes this.
const { command, mcpServer, registry, script } = JSON.parse(process.argv[2] ?? "") as Given

const ready = (server: number) => Effect.sync(() => writeSync(1, `${JSON.stringify({ server })}\n`))

const onPeer = (script: Peer.Script) =>
  Effect.gen(function* () {
    const services = yield* Layer.build(Codex.layer({ command: Peer.command(script), registry }))
    yield* ready(Context.get(services, AppServer.AppServer).pid)
    return yield* Effect.never
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const onBinary = (command: string) =>
  Effect.gen(function* () {
    const model = yield* MockModel.MockModel
    const { workspace } = yield* CodexTest.TestHome
    const thread = yield* (yield* Codex.Codex).startThread({ sandbox: "fullAccess" })
    const cmd = `${command} & touch ${join(workspace, "begun")}; wait`
    yield* model.enqueue(MockModel.execCommand({ cmd, yieldTimeMs: 30_000 }))
    yield* Effect.forkScoped(Effect.exit(thread.run("go")))
    yield* Effect.yieldNow.pipe(Effect.repeat({ until: () => existsSync(join(workspace, "begun")) }))
    yield* ready((yield* AppServer.AppServer).pid)
    return yield* Effect.never
  }).pipe(
    Effect.scoped,
    Effect.provide(
      CodexTest.layer({
        codex: {
          registry,
          ...(mcpServer === undefined
            ? {}
            : {
                config: { mcp_servers: { x: { command: process.execPath, args: ["-e", mcpServer], required: true } } }
              })
        }
      })
    )
  )

await Effect.runPromise(script === undefined ? onBinary(command ?? "true") : onPeer(script))
