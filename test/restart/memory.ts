/**
 * Servers in memory that can be ended, one after the other, under a `Restart.layer`. Each answers the handshake and
 * what it is told to answer. For what the real binary cannot be made to do, and for thousands of restarts.
 */
import { Context, Effect, Exit, Layer, Queue, Scope } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as Restart from "../../src/Restart.ts"
import * as Transport from "../../src/Transport.ts"
import * as Peer from "../support/peer.ts"

type Params = { readonly [key: string]: unknown }

/** How servers behave. */
export interface Behavior {
  /** The result of a method; `undefined` for no answer. Default: that of `answers`. */
  readonly reply?: (method: string, params: Params, server: Server) => unknown
  /** Whether a server answers the handshake. Default: `true`. */
  readonly shakesHands?: (number: number) => boolean
}

/** One server. */
export interface Server {
  /** The first is 1. */
  readonly number: number
  readonly peer: Transport.Peer
  readonly received: Array<{ readonly method: string; readonly params: Params }>
  readonly die: Effect.Effect<void>
}

/** The replies of a server that has every thread. */
export const answers = (method: string, params: Params): unknown => {
  switch (method) {
    case "thread/start":
      return Peer.threadStartResponse("thread-1")
    case "thread/resume":
      return Peer.threadStartResponse(String(params["threadId"]))
    case "turn/start":
      return Peer.turnStartResponse("turn-1")
    default:
      return {}
  }
}

/** Makes servers, one for each connection. */
export const make = Effect.fnUntraced(function* (behavior: Behavior = {}) {
  const started = yield* Queue.unbounded<Server>()
  const open = new Set<Server>()
  let count = 0
  const { reply = answers, shakesHands = () => true } = behavior

  const serve = Effect.gen(function* () {
    const { peer, transport } = yield* Transport.makePair
    const number = ++count
    const server: Server = {
      number,
      peer,
      received: [],
      die: peer.close({ _tag: "Exited", exitCode: null, signal: "SIGKILL" })
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => open.add(server)),
      () => Effect.sync(() => open.delete(server))
    )
    const answer = Effect.gen(function* () {
      const { id, method, params } = yield* peer.receive
      if (typeof method !== "string") return
      const given: Params = params instanceof Object ? { ...params } : {}
      server.received.push({ method, params: given })
      if (id === undefined) return
      const result =
        method === "initialize"
          ? shakesHands(number)
            ? { ...Peer.initializeResponse(), userAgent: `codex/${codexVersion} (Linux)` }
            : undefined
          : reply(method, given, server)
      if (result !== undefined) yield* peer.send({ id, result })
    })
    yield* Effect.forkScoped(Effect.forever(Effect.orDie(answer)))
    yield* Queue.offer(started, server)
    return transport
  })

  return {
    transport: Transport.layer(serve),
    /** The next server that was started. */
    next: Queue.take(started),
    /** How many servers were started so far. */
    count: () => count,
    /** The servers whose scope is open. */
    open: () => open.size
  }
})

/** A `Codex` over such servers, in a scope that can be closed. */
export const connect = Effect.fnUntraced(function* (
  servers: Effect.Success<ReturnType<typeof make>>,
  restart: Restart.Input,
  options: CodexClient.Options = {}
) {
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const services = yield* Layer.buildWithScope(
    Layer.provideMerge(Layer.fresh(Codex.layerNoDeps), Restart.layer(servers.transport, restart, options)),
    scope
  )
  return {
    codex: Context.get(services, Codex.Codex),
    client: Context.get(services, CodexClient.CodexClient),
    close: Scope.close(scope, Exit.void)
  }
})
