/**
 * Messages in, messages out: what a connection to an app-server is to the rooms above. It knows nothing of ids, calls or methods.
 *
 * `AppServer` implements it over a child process; `makePair` connects two ends in memory, so that a test can play the server.
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type ConnectionEnd, EncodeFailed } from "./CodexError.ts"
import * as framing from "./internal/framing.ts"

/**
 * A message: one JSON object.
 *
 * @category models
 * @since 0.169.0
 */
export type Message = framing.JsonObject

/**
 * How a transport ended, and the last that was heard of the other side.
 *
 * @category models
 * @since 0.169.0
 */
export interface TransportEnd {
  readonly end: ConnectionEnd
  /** The last lines that the process wrote to stderr, with known secrets masked; empty where there is no process. */
  readonly stderr: ReadonlyArray<string>
}

/**
 * One connection, as a service.
 *
 * @category services
 * @since 0.169.0
 */
export class Transport extends Context.Service<
  Transport,
  {
    /**
     * Hands one message over for writing. Waits while the other side is slow to read; messages go out in the order of the calls.
     * After the end it does nothing: the end is told by `messages`.
     */
    send(message: object): Effect.Effect<void, EncodeFailed>
    /**
     * What comes in, in order, and then the end as the failure. It always fails in the end, and everything that arrived before the end comes
     * first. To be run once.
     */
    readonly messages: Stream.Stream<Message, TransportEnd>
    /** The last lines that the process wrote to stderr, for errors; empty where there is no process. */
    readonly stderr: Effect.Effect<ReadonlyArray<string>>
  }
>()("effect-codex/Transport") {}

/**
 * The other end of a pair: what a test, or a server in the same program, holds.
 *
 * @category models
 * @since 0.169.0
 */
export interface Peer {
  /** Sends a message to the client. */
  send(message: object): Effect.Effect<void, EncodeFailed>
  /** Sends text as it stands to the client's parser: for lines that are no messages. */
  sendLine(line: string): Effect.Effect<void>
  /** The next message of the client. */
  readonly receive: Effect.Effect<Message>
  /** Ends the connection. */
  close(end: ConnectionEnd): Effect.Effect<void>
}

/**
 * Two connected ends in memory. Messages pass through the same encoding and parsing as on a real line.
 *
 * **Example** (Playing the server)
 *
 * ```ts
 * const program = Effect.gen(function*() {
 *   const { peer, transport } = yield* Transport.makePair
 *   yield* transport.send({ id: 1, method: "initialize", params: {} })
 *   const request = yield* peer.receive
 *   yield* peer.send({ id: request.id, result: {} })
 * })
 * ```
 *
 * @category constructors
 * @since 0.169.0
 */
export const makePair: Effect.Effect<{ readonly transport: Transport["Service"]; readonly peer: Peer }> = Effect.gen(
  function* () {
    const toClient = yield* Queue.unbounded<Message, TransportEnd>()
    const toPeer = yield* Queue.unbounded<Message>()
    const deliver = <E>(queue: Queue.Queue<Message, E>, line: string): Effect.Effect<void> => {
      const message = framing.parseLine(line)
      return message === undefined ? Effect.void : Effect.asVoid(Queue.offer(queue, message))
    }
    return {
      transport: {
        send: (message) => Effect.flatMap(encode(message), (line) => deliver(toPeer, line)),
        messages: Stream.fromQueue(toClient),
        stderr: Effect.succeed([])
      },
      peer: {
        send: (message) => Effect.flatMap(encode(message), (line) => deliver(toClient, line)),
        sendLine: (line) => deliver(toClient, line),
        receive: Queue.take(toPeer),
        close: (end) => Effect.asVoid(Queue.fail(toClient, { end, stderr: [] }))
      }
    }
  }
)

/**
 * `Transport` over a value that you made.
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = <E, R>(
  make: Effect.Effect<Transport["Service"], E, R>
): Layer.Layer<Transport, E, Exclude<R, Scope.Scope>> => Layer.effect(Transport, make)

// internal

const encode = (message: object): Effect.Effect<string, EncodeFailed> => {
  const line = framing.formatLine(message)
  return line === undefined ? Effect.fail(new EncodeFailed()) : Effect.succeed(line)
}
