import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as CodexClient from "../../src/CodexClient.ts"
import * as clientOptions from "../../src/internal/client/clientOptions.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as Transport from "../../src/Transport.ts"
import * as Peer from "../support/peer.ts"
import { answer, connect, rejection, start } from "./support.ts"

describe("the handshake", () => {
  it.effect("announces this package and the experimental API, then sends `initialized`", () =>
    Effect.gen(function* () {
      const { client, initialize, initialized } = yield* connect()
      assert.deepStrictEqual(initialize, {
        id: 1,
        method: "initialize",
        params: {
          clientInfo: { name: "effect-codex", title: "Effect SDK for Codex", version: client.metadata.version },
          capabilities: { experimentalApi: true }
        }
      })
      assert.deepStrictEqual(initialized, { method: "initialized" })
      assert.deepInclude(client.metadata, { name: "codex_app_server", version: codexVersion, platformOs: "linux" })
    })
  )

  it.effect("announces the given client", () =>
    Effect.gen(function* () {
      const { initialize } = yield* connect({
        clientInfo: { name: "mine", version: "2" },
        experimentalApi: false,
        optOutNotificationMethods: ["thread/started"],
        extensions: { x: 1 }
      })
      assert.deepStrictEqual(initialize["params"], {
        clientInfo: { name: "mine", title: null, version: "2" },
        capabilities: { experimentalApi: false, optOutNotificationMethods: ["thread/started"], extensions: { x: 1 } }
      })
    })
  )

  it.effect("fails with StartTimeout if it is not answered in time", () =>
    Effect.gen(function* () {
      const { transport } = yield* Transport.makePair
      const making = yield* start(
        CodexClient.make({ startTimeout: "5 seconds" }).pipe(
          Effect.provideService(Transport.Transport, { ...transport, stderr: Effect.succeed(["last words"]) })
        )
      )
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(rejection(yield* Fiber.await(making)).reason, {
        _tag: "StartTimeout",
        timeout: Duration.millis(5000),
        stderr: ["last words"]
      })
    }).pipe(Effect.scoped)
  )

  it.effect("says in which phase the connection ended", () =>
    Effect.gen(function* () {
      const { peer, transport } = yield* Transport.makePair
      const making = yield* start(CodexClient.make().pipe(Effect.provideService(Transport.Transport, transport)))
      yield* peer.close({ _tag: "Exited", exitCode: 1, signal: null })
      const { reason } = rejection(yield* Fiber.await(making))
      assert.deepInclude(reason, { _tag: "ConnectionClosed", phase: "starting" })
      assert.include(reason.message, "before it responded to `initialize`")
    }).pipe(Effect.scoped)
  )

  it.effect("declines a request that the server sends before its answer", () =>
    Effect.gen(function* () {
      const { peer, transport } = yield* Transport.makePair
      yield* start(CodexClient.make().pipe(Effect.provideService(Transport.Transport, transport)))
      yield* peer.receive
      yield* peer.send({ id: 0, method: "item/fileChange/requestApproval", params: {} })
      assert.deepStrictEqual(yield* peer.receive, { id: 0, result: { decision: "decline" } })
    }).pipe(Effect.scoped)
  )

  it.effect("logs a warning about a server of another version, and continues", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
      const { peer, transport } = yield* Transport.makePair
      const making = yield* start(
        CodexClient.make().pipe(
          Effect.provideService(Transport.Transport, transport),
          Effect.provide(Logger.layer([logger]))
        )
      )
      yield* answer(peer, { ...Peer.initializeResponse(), userAgent: "codex_app_server/0.200.1 (Linux)" })
      assert.strictEqual((yield* Fiber.join(making)).metadata.version, "0.200.1")
      assert.isTrue(lines[0]?.startsWith("Warn The codex runtime is 0.200.1, but this package was generated from"))
    })
  )

  it.effect("is not started with invalid options", () =>
    Effect.gen(function* () {
      const { transport } = yield* Transport.makePair
      const cases: ReadonlyArray<readonly [CodexClient.Options, string]> = [
        [{ requestTimeout: "0 seconds" }, "requestTimeout"],
        [{ startTimeout: "Infinity" }, "startTimeout"],
        [{ maxInFlight: 0 }, "maxInFlight"],
        [{ maxInFlight: 1.5 }, "maxInFlight"],
        [{ clientInfo: { name: "", version: "1" } }, "clientInfo.name"]
      ]
      for (const [options, option] of cases) {
        const error = yield* Effect.flip(
          CodexClient.make(options).pipe(Effect.provideService(Transport.Transport, transport))
        )
        assert.deepInclude(error.reason, { _tag: "InvalidOptions", option })
      }
    })
  )
})

describe("an opt-out of the end of turns", () => {
  for (const method of ["turn/started", "turn/completed"]) {
    it.effect(`is rejected before anything is sent: ${method}`, () =>
      Effect.gen(function* () {
        const { reason } = yield* Effect.flip(clientOptions.check({ optOutNotificationMethods: ["warning", method] }))
        assert.strictEqual(reason._tag, "InvalidOptions")
        assert.include(reason.message, "turns could not end without it")
      })
    )
  }
})
