/**
 * Support for the tests of turns: a server played in memory, which answers as a test says, and small readers of events.
 */
import { Context, Effect, Fiber, Layer, Queue } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import type { ConnectionEnd } from "../../src/CodexError.ts"
import type { ThreadItem } from "../../src/generated/types.ts"
import type * as Thread from "../../src/Thread.ts"
import * as Transport from "../../src/Transport.ts"
import type { TurnEvent } from "../../src/Turn.ts"
import * as Peer from "../support/peer.ts"

/** A raw request of the client. */
export interface Request {
  readonly id: unknown
  readonly method: string
  readonly params: unknown
}

/** The other end of a connection in memory. */
export interface Server {
  readonly codex: Codex.Codex
  readonly client: CodexClient.CodexClient
  /** The next request of this method, whenever it arrived. */
  readonly next: (method: string) => Effect.Effect<Request>
  readonly reply: (request: Request, result: unknown) => Effect.Effect<void>
  readonly refuse: (request: Request, message: string, code?: number, data?: unknown) => Effect.Effect<void>
  readonly notify: (method: string, params: unknown) => Effect.Effect<void>
  readonly notifyAll: (events: ReadonlyArray<Peer.Notification>) => Effect.Effect<void>
  readonly ask: (id: number, method: string, params: unknown) => Effect.Effect<void>
  /** The methods of all requests so far. */
  readonly methods: () => ReadonlyArray<string>
  /** Waits until everything that was sent has been read. */
  readonly flush: Effect.Effect<void>
  readonly close: (end: ConnectionEnd) => Effect.Effect<void>
  readonly thread: Effect.Effect<Thread.Thread>
  /** Accepts the next turn, without any event of it. */
  readonly accept: (turnId: string) => Effect.Effect<Request>
}

/**
 * Connects to a server that answers the handshake, new threads and `thread/loaded/list`, and leaves everything else to
 * the test.
 */
export const connect = Effect.fnUntraced(function* (options?: CodexClient.Options) {
  const { peer, transport } = yield* Transport.makePair
  const methods: Array<string> = []
  const queues = new Map<string, Queue.Queue<Request>>()
  const queueOf = (method: string) => {
    const queue = queues.get(method) ?? Effect.runSync(Queue.unbounded<Request>())
    queues.set(method, queue)
    return queue
  }
  const send = (message: object) => Effect.orDie(peer.send(message))
  let threads = 0
  const answers: { readonly [method: string]: () => unknown } = {
    initialize: Peer.initializeResponse,
    "thread/start": () => Peer.threadStartResponse(`thread-${++threads}`),
    "thread/goal/get": () => ({ goal: null }),
    "thread/loaded/list": () => ({ data: [], nextCursor: null })
  }
  yield* Effect.forkScoped(
    Effect.forever(
      Effect.flatMap(peer.receive, (message) => {
        const request = { id: message["id"], method: String(message["method"]), params: message["params"] }
        if (request.id === undefined) return Effect.void
        methods.push(request.method)
        const answer = answers[request.method]
        return answer === undefined
          ? Queue.offer(queueOf(request.method), request)
          : send({ id: request.id, result: answer() })
      })
    )
  )
  const services = yield* Layer.build(
    Codex.layerNoDeps.pipe(
      Layer.provideMerge(CodexClient.layer(options)),
      Layer.provide(Layer.succeed(Transport.Transport, transport))
    )
  )
  const codex = Context.get(services, Codex.Codex)
  const client = Context.get(services, CodexClient.CodexClient)
  const reply: Server["reply"] = ({ id }, result) => send({ id, result })
  const notify: Server["notify"] = (method, params) => send({ method, params, emittedAtMs: 1 })
  const next: Server["next"] = (method) => Queue.take(queueOf(method))
  const server: Server = {
    codex,
    client,
    next,
    reply,
    refuse: ({ id }, message, code = -32600, data) => send({ id, error: { code, message, data } }),
    notify,
    notifyAll: (events) => Effect.forEach(events, ({ method, params }) => notify(method, params), { discard: true }),
    ask: (id, method, params) => send({ id, method, params }),
    methods: () => methods.filter((method) => !Object.hasOwn(answers, method)),
    flush: Effect.asVoid(Effect.orDie(codex.request("thread/loaded/list", {}))),
    close: peer.close,
    thread: Effect.orDie(codex.startThread()),
    accept: (turnId) => Effect.tap(next("turn/start"), (request) => reply(request, Peer.turnStartResponse(turnId)))
  }
  return server
})

/** Forks and runs until it waits. */
export const background = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.forkChild(effect, { startImmediately: true })

/** The events of a complete turn, cut where its first message starts: up to `turn/started`, the middle, and the end. */
export const turnEvents = (threadId: string, turnId: string, options: Partial<Peer.TurnOptions> = {}) => {
  const all = Peer.turnEvents({ threadId, turnId, ...options })
  const begun = all.findIndex(({ method }) => method === "turn/started") + 1
  // For tests that write the middle themselves: the end repeats no item.
  const end = all.slice(-1).map(({ method, params }) => ({
    method,
    params: { ...Object(params), turn: { ...Object(Object(params).turn), items: [] } }
  }))
  return { all, start: all.slice(0, begun), middle: all.slice(begun, -1), end }
}

/** One delta of a message. */
export const delta = (threadId: string, turnId: string, text: string, itemId = "m"): Peer.Notification => ({
  method: "item/agentMessage/delta",
  params: { threadId, turnId, itemId, delta: text }
})

export const itemStarted = (threadId: string, turnId: string, item: object): Peer.Notification => ({
  method: "item/started",
  params: { threadId, turnId, item, startedAtMs: 1 }
})

export const itemCompleted = (threadId: string, turnId: string, item: object): Peer.Notification => ({
  method: "item/completed",
  params: { threadId, turnId, item, contentTokenCount: null, completedAtMs: 1 }
})

/** A command as the server shows it. */
export const command = (id: string, status: "inProgress" | "completed" = "inProgress") => ({
  type: "commandExecution",
  id,
  command: "sleep 1",
  cwd: "/home/peer/project",
  processId: null,
  source: "agent",
  status,
  commandActions: [],
  aggregatedOutput: null,
  exitCode: null,
  durationMs: null,
  startedAtMs: 1,
  completedAtMs: null
})

/** An accepted `turn/start` of a thread: its handle, before any event. */
export const startTurn = Effect.fnUntraced(function* (
  server: Server,
  thread: Thread.Thread,
  turnId: string,
  options?: Thread.TurnOptions
) {
  const fiber = yield* background(thread.turn("hi", options))
  yield* server.accept(turnId)
  return yield* Fiber.join(fiber)
})

// events

export const methodsOf = (events: ReadonlyArray<TurnEvent>): ReadonlyArray<string> => events.map(({ method }) => method)

export const textOf = (events: ReadonlyArray<TurnEvent>): string =>
  events.map((event) => (event.method === "item/agentMessage/delta" ? event.params.delta : "")).join("")

export const messages = (items: ReadonlyArray<ThreadItem>): ReadonlyArray<string> =>
  items.flatMap((item) => (item.type === "agentMessage" ? [item.text] : []))
