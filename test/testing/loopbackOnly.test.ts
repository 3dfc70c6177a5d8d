import { assert, describe, it } from "@effect/vitest"
import { Effect, Queue } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

/** A proxy that refuses each connection, and records where it should have led. */
const proxy = Effect.gen(function* () {
  const asked = yield* Queue.unbounded<string>()
  const server = createServer((request, response) => {
    Queue.offerUnsafe(asked, String(request.url))
    response.writeHead(502).end()
  }).on("connect", (request, socket) => {
    Queue.offerUnsafe(asked, String(request.url))
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n")
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close())
  )
  // Type boundary: a server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    asked,
    env: {
      HTTPS_PROXY: url,
      HTTP_PROXY: url,
      https_proxy: url,
      http_proxy: url,
      NO_PROXY: "127.0.0.1",
      no_proxy: "127.0.0.1"
    }
  }
})

const session = (env: Record<string, string>, config?: MockModel.ConfigOptions) =>
  CodexTest.layer({ codex: { env }, config, model: { fallback: () => MockModel.reply("done") } })

describe("a Codex under test", () => {
  it.live("connects only to loopback: a proxy in its environment is never asked", () =>
    Effect.gen(function* () {
      const { asked, env } = yield* proxy
      yield* Effect.gen(function* () {
        const thread = yield* (yield* Codex.Codex).startThread()
        yield* thread.run("hi")
      }).pipe(Effect.provide(session(env)))
      assert.deepStrictEqual(yield* Queue.clear(asked), [])
    })
  )

  it.live("connects only to loopback with a login, too", () =>
    Effect.gen(function* () {
      const { asked, env } = yield* proxy
      yield* Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const issuer = yield* LoginIssuer.LoginIssuer
        yield* codex.loginChatgptAuthTokens(issuer.tokens())
        yield* (yield* codex.startThread()).run("hi")
      }).pipe(
        Effect.provide(LoginIssuer.layerCodex({ codex: { env }, model: { fallback: () => MockModel.reply("done") } }))
      )
      assert.deepStrictEqual(yield* Queue.clear(asked), [])
    })
  )

  it.live("would ask the proxy with plugins, which the server fetches when it starts", () =>
    Effect.gen(function* () {
      const { asked, env } = yield* proxy
      const first = yield* Effect.provide(Queue.take(asked), session(env, { features: { plugins: true } }))
      assert.include(first, "github.com")
    })
  )
})
