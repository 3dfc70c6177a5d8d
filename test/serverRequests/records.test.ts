import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import * as Approval from "../../src/Approval.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as clientOptions from "../../src/internal/client/clientOptions.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as Transport from "../../src/Transport.ts"
import * as Test from "./support.ts"

/** Type boundary: JavaScript programs can pass anything. */
const anything = (handlers: unknown) => handlers as ServerRequests.Handlers

describe("a handlers object", () => {
  const wrong: ReadonlyArray<readonly [promise: string, handlers: unknown, says: RegExp]> = [
    [
      "with an unknown method",
      { "item/commandExecution/requestApprovl": () => Effect.void },
      /unknown request "item\/commandExecution\/requestApprovl"/
    ],
    ["that is a policy", Approval.denyAll, /`Approval\.handlers\(policy\)`/],
    ["that is a function", () => Effect.void, /expected handlers by request name/],
    ["that is null", null, /expected handlers by request name/],
    [
      "with a policy in place of a function",
      { [Test.command]: Approval.denyAll },
      /the handler of item\/commandExecution\/requestApproval must be a function/
    ]
  ]
  for (const [promise, handlers, says] of wrong) {
    it.effect(`${promise} fails the connection before anything is sent, by the option and by the layer`, () =>
      Effect.gen(function* () {
        for (const [options, layer] of [
          [{ serverRequests: anything(handlers) }, Layer.empty],
          [{}, ServerRequests.layer(anything(handlers))]
        ] as const) {
          const error = yield* clientOptions.check(options).pipe(Effect.provide(layer), Effect.flip)
          assert.strictEqual(error.reason._tag, "InvalidOptions")
          assert.match(error.message, says)
          const { transport } = yield* Transport.makePair
          const opened = CodexClient.make(options).pipe(Effect.provideService(Transport.Transport, transport))
          yield* Effect.flip(Effect.provide(Effect.scoped(opened), layer))
        }
      })
    )
  }

  it.effect("may omit methods", () =>
    clientOptions
      .check({ serverRequests: { [Test.command]: undefined } })
      .pipe(
        Effect.provide(ServerRequests.layer({ ...Approval.handlers(Approval.denyAll), [Test.fileChange]: undefined }))
      )
  )
})

describe("a request without a handler", () => {
  it.effect("logs one warning per method, except `currentTime/read`", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.layer([
        Logger.make(({ logLevel, message }) => {
          if (logLevel === "Warn") lines.push(String(message))
        })
      ])
      yield* Effect.gen(function* () {
        const { ask, peer } = yield* Test.played()
        const requests = [
          [1, Test.command, Test.commandParams()],
          [2, Test.command, Test.commandParams()],
          [3, Test.fileChange, Test.fileParams()],
          [4, "currentTime/read", { threadId: "thread" }],
          [5, "item/tool/call", { threadId: "thread", turnId: "turn", callId: "c", tool: "t", arguments: {} }]
        ] as const
        for (const [id, method, params] of requests) {
          yield* ask(id, method, params)
          yield* peer.receive
        }
      }).pipe(Effect.provide(logger))
      assert.lengthOf(lines, 3)
      assert.match(lines[0] ?? "", /^No handler for item\/commandExecution\/requestApproval, .*`serverRequests`/)
      assert.match(lines[1] ?? "", /^No handler for item\/fileChange\/requestApproval/)
      assert.match(lines[2] ?? "", /Resume the thread with `tools`/)
    })
  )
})
