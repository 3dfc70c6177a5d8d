/**
 * Turns a reply into an HTTP response of Effect's HTTP server.
 *
 * @since 0.169.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import { mockMistakes } from "../internal/errors/turnReasons.ts"
import { segmentsOf } from "./modelEvents.ts"
import { status, toReply } from "./modelReplies.ts"
import type { ModelRequest } from "./modelRequest.ts"
import type { Reply, StatusReply, StreamReply } from "./modelScript.ts"

/**
 * Answers a request with a reply. `serial` makes the ids in it unique.
 *
 * @category conversions
 * @since 0.169.0
 */
export const respond = (
  reply: Reply,
  request: ModelRequest,
  serial: number
): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  switch (reply._tag) {
    case "StatusReply":
      return Effect.succeed(write(reply))
    case "StreamReply":
      return Effect.sync(() => streamed(reply, serial)).pipe(Effect.catchCause(mistake))
    case "DynamicReply":
      return Effect.suspend(() => {
        const made = reply.respond(request)
        return Effect.isEffect(made) ? made : Effect.succeed(made)
      }).pipe(
        Effect.flatMap((script) => respond(toReply(script), request, serial)),
        Effect.catchCause(mistake)
      )
  }
}

// internal

/** A responder or script that throws fails its own turn. Its message is in the failure's `result.error`. */
const mistake = (cause: Cause.Cause<never>): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Cause.hasInterruptsOnly(cause)
    ? Effect.failCause(cause)
    : Effect.succeed(
        write(status(400, { error: { message: `${mockMistakes.responderFailed}: ${String(Cause.squash(cause))}` } }))
      )

const write = (reply: StatusReply): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(reply.body, { status: reply.status, headers: reply.headers })

const streamed = (reply: StreamReply, serial: number): HttpServerResponse.HttpServerResponse => {
  const encoder = new TextEncoder()
  const body = Stream.fromIterable(segmentsOf(reply, serial)).pipe(
    Stream.flatMap((segment): Stream.Stream<Uint8Array, "dropped"> => {
      switch (segment._tag) {
        case "Text":
          return Stream.succeed(encoder.encode(segment.text))
        case "Gate":
          return Stream.fromEffectDrain(Effect.andThen(nextTurn, segment.gate.pass))
        case "Drop":
          // A stream that fails breaks the connection.
          return Stream.fromEffect(Effect.andThen(nextTurn, Effect.fail("dropped" as const)))
      }
    })
  )
  return HttpServerResponse.stream(body, { contentType: "text/event-stream", headers: { "cache-control": "no-store" } })
}

/**
 * Waits for the next turn of the event loop. Node sends written data at the end of a turn, so earlier data has left
 * then.
 */
const nextTurn = Effect.callback<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})
