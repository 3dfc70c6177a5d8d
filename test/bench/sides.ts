/** The two sides of a comparison, each with a peer process of its own that runs the same script: the floor and the SDK. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer } from "effect"
import type { Scope } from "effect"
import { Codex } from "effect-codex"
import * as Peer from "../support/peer.ts"
import * as Raw from "../support/rawDriver.ts"

const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
)

/** Plain `child_process`, split, `JSON.parse`. */
export const floor = (script: Peer.Script): Effect.Effect<Raw.RawDriver, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => Raw.start({ cwd: process.cwd(), env: environment, command: Peer.command(script) })),
    (driver) => Effect.promise(() => driver.close())
  )

/** The SDK as its users get it. */
export const sdk = (script: Peer.Script, options?: Codex.Options) =>
  Codex.layer({ ...options, command: Peer.command(script) }).pipe(Layer.provide(NodeServices.layer))
