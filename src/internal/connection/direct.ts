/**
 * The direct path between a connection and its transport: plain function calls.
 *
 * It avoids a fiber and a queue, which are a large part of the cost of a round trip.
 *
 * `AppServer` offers it for the transports that it creates. Any other transport is used through its public members.
 * That includes a copy of one from `AppServer`, because its members may be different.
 *
 * The order is that of the public members. A message goes out after all messages that were passed earlier on either
 * path, and `receive` gets everything that arrived before the end, in order.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { EncodeFailed } from "../../CodexError.ts"
import type { Message, Transport, TransportEnd } from "../../Transport.ts"

/** What a connection requires of its transport. */
export interface Direct {
  /** The id of the process at the other end, if this program started it. */
  readonly pid?: number | undefined
  /**
   * Passes a message to the transport for writing. `undefined` means that it is done; otherwise the returned effect
   * waits for capacity.
   *
   * A transport that has ended accepts nothing, and then the effect may never end: the connection waits for the end
   * that `receive` returns.
   */
  send(message: object): Effect.Effect<void, EncodeFailed> | undefined
  /**
   * Says that the connection sends nothing more. What was sent goes out, and then the other end is told. It can end
   * while the rest of this side does.
   */
  finish?(): void
  /**
   * Calls `onBatch` with incoming messages until the end, which is the result.
   *
   * Run it once, and do not use `messages` beside it. `onBatch` runs in the reader of the transport: it must return
   * immediately and must not throw.
   */
  receive(onBatch: (batch: ReadonlyArray<Message>) => void): Effect.Effect<TransportEnd>
}

// By identity, so a transport that is built from parts of another one does not count as that one.
const offered = new WeakMap<Transport, Direct>()

/** Offers the direct path for a transport. */
export const offer = (transport: Transport, direct: Direct): Transport => {
  offered.set(transport, direct)
  return transport
}

/** Returns the direct path of a transport, or a wrapper of its public members. */
export const of = (transport: Transport): Direct => offered.get(transport) ?? throughMembers(transport)

// internal

const throughMembers = (transport: Transport): Direct => ({
  send: (message) => Effect.suspend(() => transport.send(message)),
  receive: (onBatch) =>
    Stream.runForEachArray(transport.messages, (batch) => Effect.sync(() => onBatch(batch))).pipe(
      // A transport must end with its failure. If it breaks that contract, its calls still end.
      Effect.matchCause({
        onFailure: (cause) => Option.getOrElse(Cause.findErrorOption(cause), () => broken("ReadFailed")),
        onSuccess: () => broken("EndOfOutput")
      })
    )
})

const broken = (tag: "ReadFailed" | "EndOfOutput"): TransportEnd => ({ end: { _tag: tag }, stderr: [] })
