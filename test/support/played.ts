/**
 * A `Codex` over a server that the test plays message by message. One that answers automatically is in `wire.ts`.
 */
import { Context, Effect, Fiber, Layer } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as Transport from "../../src/Transport.ts"
import * as Peer from "./peer.ts"

/** After the handshake, with a server of this version. Default: the pinned one. */
export const codex = Effect.fnUntraced(function* (version: string = codexVersion) {
  const { peer, transport } = yield* Transport.makePair
  const building = yield* Effect.forkScoped(
    Layer.build(
      Codex.layerNoDeps.pipe(
        Layer.provideMerge(CodexClient.layer()),
        Layer.provide(Layer.succeed(Transport.Transport, transport))
      )
    ),
    { startImmediately: true }
  )
  const { id } = yield* peer.receive
  yield* peer.send({ id, result: { ...Peer.initializeResponse(), userAgent: `codex/${version} (Linux)` } })
  const services = yield* Fiber.join(building)
  // `initialized`
  yield* peer.receive
  return { codex: Context.get(services, Codex.Codex), peer }
})
