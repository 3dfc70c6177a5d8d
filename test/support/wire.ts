/**
 * Requests, read in memory: a server that accepts everything immediately, ends each turn at its start, and keeps the
 * raw params. It proves nothing about the real one.
 */
import { Context, Effect, Layer } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as Transport from "../../src/Transport.ts"
import * as Peer from "./peer.ts"

/** A raw request. */
export interface Sent {
  readonly method: string
  readonly params: { readonly [key: string]: unknown }
}

/** A client whose requests can be read. */
export interface Wire {
  readonly codex: Codex.Codex
  /** All requests so far except the handshake, and reads of goals. */
  readonly sent: () => ReadonlyArray<Sent>
  /** The params of the requests of one method. */
  readonly paramsOf: (method: string) => ReadonlyArray<Sent["params"]>
}

/** Connects to a server of some version that loads threads with their ids. `replies` answers further methods. */
export const connect = Effect.fnUntraced(function* (
  options: {
    readonly version?: string
    readonly replies?: { readonly [method: string]: (params: Sent["params"]) => unknown }
  } = {}
) {
  const { peer, transport } = yield* Transport.makePair
  const sent: Array<Sent> = []
  let threads = 0
  let turns = 0

  const answer = (method: string, params: Sent["params"]): unknown => {
    const reply = options.replies?.[method]
    if (reply !== undefined) return reply(params)
    switch (method) {
      case "initialize":
        return { ...Peer.initializeResponse(), userAgent: `codex/${options.version ?? codexVersion} (Linux)` }
      case "thread/start":
      case "thread/fork":
        return Peer.threadStartResponse(`thread-${++threads}`)
      case "thread/resume":
        return Peer.threadStartResponse(String(params["threadId"]))
      case "turn/start":
        return Peer.turnStartResponse(`turn-${++turns}`)
      default:
        return {}
    }
  }

  yield* Effect.forkScoped(
    Effect.forever(
      Effect.gen(function* () {
        const { id, method, params } = yield* peer.receive
        if (id === undefined || typeof method !== "string") return
        const given: Sent["params"] = params instanceof Object ? { ...params } : {}
        if (!beside.has(method)) sent.push({ method, params: given })
        yield* peer.send({ id, result: answer(method, given) })
        if (method !== "turn/start") return
        const { threadId } = given
        const { turn } = Peer.turnStartResponse(`turn-${turns}`)
        yield* peer.send({ method: "turn/started", params: { threadId, turn } })
        yield* peer.send({ method: "turn/completed", params: { threadId, turn: { ...turn, status: "completed" } } })
      }).pipe(Effect.orDie)
    )
  )
  const services = yield* Layer.build(
    Codex.layerNoDeps.pipe(
      Layer.provideMerge(CodexClient.layer()),
      Layer.provide(Layer.succeed(Transport.Transport, transport))
    )
  )
  return {
    codex: Context.get(services, Codex.Codex),
    sent: () => sent,
    paramsOf: (method: string) => sent.flatMap((request) => (request.method === method ? [request.params] : []))
  }
})

// The handshake, and the read of a thread's goal before it is resumed.
const beside: ReadonlySet<string> = new Set(["initialize", "thread/goal/get"])
