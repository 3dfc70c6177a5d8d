/**
 * A recorded session, played to the SDK in memory by a peer with the server's messages. Threads and turns use their
 * handles, to test routing as well; the other calls are sent as they were recorded.
 *
 * The calls of the SDK are compared by method only: its params are not those of the recording.
 */
import { Context, Effect, type Exit, Fiber, Layer, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import type { CodexError } from "../../src/CodexError.ts"
import type * as Notification from "../../src/internal/client/notifications.ts"
import * as Protocol from "../../src/Protocol.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import type * as Thread from "../../src/Thread.ts"
import * as Transport from "../../src/Transport.ts"
import type * as Turn from "../../src/Turn.ts"
import * as RawDriver from "../support/rawDriver.ts"
import type { Session } from "./session.ts"

/** A call that was made again. */
export interface Call {
  readonly method: string
  /** Whether the server accepted it. */
  readonly granted: boolean
  readonly exit: Exit.Exit<unknown, CodexError>
}

/** A turn that was run again. */
export interface Ran {
  readonly turn: Turn.Turn
  readonly exit: Exit.Exit<Turn.TurnResult, Turn.Failure>
}

/** The replay of a session by the SDK. */
export interface Replayed {
  readonly calls: ReadonlyArray<Call>
  readonly turns: ReadonlyArray<Ran>
  readonly notifications: ReadonlyArray<Notification.Notification>
  readonly decisions: ReadonlyArray<ServerRequests.Decision>
}

type Method = Parameters<Codex.Codex["request"]>[0]

const opens: ReadonlySet<string> = new Set(["thread/start", "thread/resume", "thread/fork"])

const isMethod = (method: string): method is Method => Protocol.methods.clientRequestResults.has(method)

/** Plays a session from start to end. */
export const replay = Effect.fnUntraced(function* ({ frames }: Session) {
  const { peer, transport } = yield* Transport.makePair
  // By the id of a call in the recording: its id here, and the waiter for its reply.
  const ids = new Map<unknown, unknown>()
  const waiting = new Map<unknown, { readonly method: Method; readonly fiber: Fiber.Fiber<unknown, CodexError> }>()
  const answered = new Set<unknown>()
  const threads = new Map<unknown, Thread.Thread>()
  const turns: Array<Turn.Turn> = []
  const calls: Array<Call> = []
  const notifications: Array<Notification.Notification> = []
  const decisions: Array<ServerRequests.Decision> = []

  /** Takes the messages of the SDK up to the next one of the recording. */
  const receiveUntil = (found: () => boolean, call?: RawDriver.Message) =>
    Effect.gen(function* () {
      while (!found()) {
        const { id, method } = yield* peer.receive
        if (method === undefined) answered.add(id)
        else if (method === call?.method) ids.set(call?.id, id)
        else if (method !== "initialized") return yield* Effect.die(`${String(method)} was sent, not ${call?.method}`)
      }
    })
  const reply = (message: RawDriver.Message) => peer.send({ ...message, id: ids.get(message.id) })

  const [initialize, ...rest] = frames.map(([, message]) => message)
  const handshake = rest.find(({ id, method }) => method === undefined && id === initialize?.id)
  if (initialize === undefined || handshake === undefined) return yield* Effect.die("the session has no handshake")
  const building = yield* Effect.forkScoped(
    Layer.build(
      Codex.layerNoDeps.pipe(
        Layer.provideMerge(CodexClient.layer()),
        Layer.provide(Layer.succeed(Transport.Transport, transport))
      )
    )
  )
  yield* receiveUntil(() => ids.has(initialize.id), initialize)
  yield* reply(handshake)
  const codex = Context.get(yield* Fiber.join(building), Codex.Codex)
  const collect = <A, E>(stream: Stream.Stream<A, E>, into: Array<A>) =>
    Effect.forkScoped(Effect.ignore(Stream.runForEach(stream, (element) => Effect.sync(() => into.push(element)))), {
      startImmediately: true
    })
  yield* collect(codex.notifications, notifications)
  yield* collect(codex.decisions, decisions)

  const keep = (opening: Effect.Effect<Thread.Thread, CodexError>) =>
    Effect.tap(opening, (thread) => Effect.sync(() => threads.set(thread.id, thread)))
  const call = (method: Method, params: unknown): Effect.Effect<unknown, CodexError> => {
    const threadId = String(RawDriver.at(params, "threadId"))
    const thread = threads.get(threadId)
    switch (method) {
      case "thread/start":
        return keep(codex.startThread())
      case "thread/resume":
        return keep(codex.resumeThread(threadId, { goal: "keep" }))
      case "thread/fork":
        return keep(codex.forkThread(threadId))
      case "turn/start":
        return thread === undefined
          ? Effect.die(`no thread ${threadId}`)
          : Effect.tap(thread.turn("Do it."), (turn) => Effect.sync(() => turns.push(turn)))
      default:
        // Type boundary: the recorded params are those of the method.
        return codex.request(method, params as never)
    }
  }

  for (const [direction, message] of frames.slice(1)) {
    const { error, id, method } = message
    if (message === handshake || method === "initialized") continue
    if (direction === "<" && method !== undefined) yield* peer.send(message)
    else if (direction === "<") {
      yield* reply(message)
      const call = waiting.get(id)
      if (call === undefined) return yield* Effect.die("a reply to no call")
      // The recorded client waited for the reply.
      const exit = yield* Fiber.await(call.fiber)
      const granted = error === undefined
      calls.push({ method: call.method, granted, exit })
      // Without its thread, the rest cannot be played.
      if (granted && opens.has(call.method)) yield* exit
    } else if (method === undefined) yield* receiveUntil(() => answered.has(id))
    else {
      if (!isMethod(method)) return yield* Effect.die(`the package has no method ${method}`)
      const fiber = yield* Effect.forkScoped(call(method, message.params), { startImmediately: true })
      waiting.set(id, { method, fiber })
      yield* receiveUntil(() => ids.has(id), message)
    }
  }
  const replayed: Replayed = {
    calls,
    turns: yield* Effect.forEach(turns, (turn) =>
      Effect.map(Effect.exit(turn.result), (exit): Ran => ({ turn, exit }))
    ),
    notifications,
    decisions
  }
  return replayed
})
