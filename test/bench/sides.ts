/** The SDK over a peer that runs a script, as its users get it. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Layer } from "effect"
import { Codex } from "effect-codex"
import * as Peer from "../support/peer.ts"

export const sdk = (script: Peer.Script, options?: Codex.Options) =>
  Codex.layer({ ...options, command: Peer.command(script) }).pipe(Layer.provide(NodeServices.layer))
