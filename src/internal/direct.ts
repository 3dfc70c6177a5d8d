/**
 * The short way between a connection and its transport: messages are handed over by plain calls, with no fiber and no
 * queue between the two, since these are a large part of what a round trip costs. `AppServer` offers it for the
 * transports that it makes. Every other transport is used through its public members, and so is a copy of one of those,
 * whose members may be others.
 *
 * The order is that of the public members: a message that is handed over goes out after all that were handed over
 * before, whichever way they took, and `receive` sees everything that came before the end, in order.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { EncodeFailed } from "../CodexError.ts"
import type { Message, Transport, TransportEnd } from "../Transport.ts"

/** What a connection needs of its transport. */
export interface Direct {
  /**
   * Hands a message over for writing: done at once if it gives `undefined`, otherwise by the effect, which waits for
   * room. A transport that has ended takes nothing any more, and then the effect need not end: the connection watches
   * for the end that `receive` gives.
   */
  send(message: object): Effect.Effect<void, EncodeFailed> | undefined
  /**
   * Calls `onBatch` with what comes in, until the end, which is the result. To be run once, and not beside `messages`.
   * `onBatch` runs in the reader of the transport: it must return at once and must not throw.
   */
  receive(onBatch: (batch: ReadonlyArray<Message>) => void): Effect.Effect<TransportEnd>
}

// By identity, so that a transport made of parts of another one doesn't pass for it.
const offered = new WeakMap<Transport["Service"], Direct>()

/** Offers the short way for a transport. */
export const offer = (transport: Transport["Service"], direct: Direct): Transport["Service"] => {
  offered.set(transport, direct)
  return transport
}

/** The short way of a transport, or its public members in that form. */
export const of = (transport: Transport["Service"]): Direct => offered.get(transport) ?? throughMembers(transport)

// internal

const throughMembers = (transport: Transport["Service"]): Direct => ({
  send: (message) => Effect.suspend(() => transport.send(message)),
  receive: (onBatch) =>
    Stream.runForEachArray(transport.messages, (batch) => Effect.sync(() => onBatch(batch))).pipe(
      // A transport that ends otherwise than by its failure breaks its contract; its calls end all the same.
      Effect.matchCause({
        onFailure: (cause) => Option.getOrElse(Cause.findErrorOption(cause), () => broken("ReadFailed")),
        onSuccess: () => broken("EndOfOutput")
      })
    )
})

const broken = (tag: "ReadFailed" | "EndOfOutput"): TransportEnd => ({ end: { _tag: tag }, stderr: [] })
