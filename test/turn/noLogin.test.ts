/**
 * A turn whose model provider requires a login, on the real binary: without one, the server itself would retry for many
 * seconds.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Option, Stream } from "effect"
import { createServer } from "node:http"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import { type TurnFailed, Unauthorized } from "../../src/internal/turn/turnErrors.ts"

/** A host that answers each request with 401, as OpenAI does without a valid login, and counts them. */
const host = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly requests: () => number; readonly close: () => void }>((resume) => {
    let requests = 0
    const server = createServer((_, response) => {
      requests++
      response.writeHead(401, { "content-type": "application/json" })
      response.end('{"error":{"message":"Missing bearer","type":"invalid_request_error"}}')
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const close = () => {
        server.closeAllConnections()
        server.close()
      }
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}/v1`, requests: () => requests, close }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

/** Runs a program with OpenAI's own provider at the address of such a host, and returns the logged warnings. */
const onHost = <A, E>(program: (codex: Codex.Codex, requests: () => number) => Effect.Effect<A, E>) =>
  Effect.suspend(() => {
    const warnings: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      if (logLevel === "Warn") warnings.push(String(message))
    })
    return Effect.gen(function* () {
      const { requests, url } = yield* host
      const { codexHome, env, workspace } = yield* CodexTest.makeHome("")
      const codex = yield* Layer.build(
        Codex.layer({ codexHome, cwd: workspace, env, inheritEnv: false, config: { openai_base_url: url } })
      )
      const value = yield* Effect.provide(
        Effect.flatMap(Codex.Codex, (codex) => program(codex, requests)),
        codex
      )
      return { value, warnings }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([logger])))
  })

const failureOf = (codex: Codex.Codex): Effect.Effect<TurnFailed, unknown> =>
  Effect.gen(function* () {
    const thread = yield* codex.startThread()
    const error = yield* Effect.flip(thread.run("hi"))
    return error._tag === "TurnFailed" ? error : yield* Effect.die(error)
  })

describe("a turn on a server without a login", () => {
  it.live("fails at the first retry, says what to do, and logs no warning about the connection", () =>
    Effect.gen(function* () {
      const { value, warnings } = yield* onHost((codex, requests) =>
        Effect.map(failureOf(codex), (error) => ({ error, requests: requests() }))
      )
      const { error, requests } = value
      assert.deepInclude(error.reason, { hasLogin: false })
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.include(error.message, "Not logged in. Run `npx codex login`, or call `codex.ensureLoggedIn(…)`")
      // The host's message is part of the retry.
      assert.match(Option.getOrThrow(error.result.error).message, /\S/)
      // On its own, the server sends more than ten.
      assert.isBelow(requests, 6)
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.live("ends its events normally", () =>
    onHost((codex) =>
      Effect.gen(function* () {
        const turn = yield* (yield* codex.startThread()).turn("hi")
        const events = yield* Stream.runCollect(turn.eventsUntilEnd)
        assert.isTrue(events.some(({ method }) => method === "error"))
        assert.strictEqual((yield* Effect.flip(turn.result))._tag, "TurnFailed")
      })
    )
  )
})

describe("a login that the provider rejects", () => {
  it("has another message than a missing login", () => {
    assert.match(new Unauthorized().message, /^The model provider rejected the credentials .*`npx codex login`/)
  })
})
