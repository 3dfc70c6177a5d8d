/**
 * Sends and receives the messages of a connection. A transport does not interpret ids, calls or methods.
 *
 * `AppServer` implements it for a child process. `makePair` connects two ends in memory, so that a test can play the
 * server.
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
import * as framing from "./internal/connection/framing.ts"

/**
 * A message: one JSON object.
 *
 * @category models
 * @since 0.169.0
 */
export type Message = framing.JsonObject

/**
 * How a transport ended, with the last output of the other side.
 *
 * @category models
 * @since 0.169.0
 */
export interface TransportEnd {
  readonly end: ConnectionEnd
  /** The last lines that the process wrote to stderr, with known secrets masked. Empty without a process. */
  readonly stderr: ReadonlyArray<string>
}

/**
 * One connection, as a service.
 *
 * @category services
 * @since 0.169.0
 */
export interface Transport {
  /**
   * Passes one message on for writing. Messages are sent in the order of the calls.
   *
   * It waits while the other side is slow to read. After the end it does nothing: `messages` reports the end.
   */
  send(message: object): Effect.Effect<void, EncodeFailed>
  /**
   * The received messages in order, then the end as a failure. Run it once.
   *
   * The stream always fails, after everything that arrived before the end.
   */
  readonly messages: Stream.Stream<Message, TransportEnd>
  /** The last lines that the process wrote to stderr, for errors. Empty without a process. */
  readonly stderr: Effect.Effect<ReadonlyArray<string>>
}

/**
 * The service: `yield* Transport` gives one, and a layer provides it.
 *
 * @category services
 * @since 0.169.0
 */
export const Transport: Context.Service<Transport, Transport> = /*#__PURE__*/ Context.Service<Transport, Transport>(
  "effect-codex/Transport"
)

/**
 * The other end of a pair, for a test or for a server in the same program.
 *
 * @category models
 * @since 0.169.0
 */
export interface Peer {
  /** Sends a message to the client. */
  send(message: object): Effect.Effect<void, EncodeFailed>
  /** Sends text unchanged to the client's parser, to send lines that are not messages. */
  sendLine(line: string): Effect.Effect<void>
  /** The next message of the client. */
  readonly receive: Effect.Effect<Message>
  /** Ends the connection. */
  close(end: ConnectionEnd): Effect.Effect<void>
}

/**
 * Creates two connected ends in memory. Messages are encoded and parsed as on a real line.
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
export const makePair: Effect.Effect<{ readonly transport: Transport; readonly peer: Peer }> = Effect.gen(function* () {
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
})

/**
 * Provides a `Transport` that you created.
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = <E, R>(make: Effect.Effect<Transport, E, R>): Layer.Layer<Transport, E, Exclude<R, Scope.Scope>> =>
  Layer.effect(Transport, make)

// internal

const encode = (message: object): Effect.Effect<string, EncodeFailed> => {
  const line = framing.formatLine(message)
  return line === undefined ? Effect.fail(new EncodeFailed()) : Effect.succeed(line)
}
