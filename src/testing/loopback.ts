/**
 * Runs an HTTP server on loopback, on a free port, until the scope closes. The mock model and the login issuer are such
 * servers.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as NetAddress from "effect/net/NetAddress"
import type * as Scope from "effect/Scope"
import { createServer } from "node:http"

/** Answers each request with the handler, in a scope of the request. Returns the URL. */
export const serve = Effect.fnUntraced(function* (
  handler: Effect.Effect<
    HttpServerResponse.HttpServerResponse,
    never,
    HttpServerRequest.HttpServerRequest | Scope.Scope
  >
): Effect.fn.Return<string, never, Scope.Scope> {
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 })
  const http = yield* NodeHttpServer.make(() => server, {
    host: "127.0.0.1",
    port: 0,
    // The preemptive shutdown waits for the streams that a mock should break.
    disablePreemptiveShutdown: true
  }).pipe(Effect.orDie)
  // Runs before the server is closed and after its handlers were interrupted, so that no socket is waited for.
  yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
  yield* http.serve(handler)
  return NetAddress.formatUrlUnsafe(http.address)
})
