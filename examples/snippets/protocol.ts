/**
 * Uses the protocol below the facade: any method, any notification, and what this version does not know. The code of
 * `docs/faq.md` and `llms.txt`.
 *
 * Run with: npm run example -- snippets/protocol
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Fiber, Stream } from "effect"
import { Codex, CodexClient, Printable } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "../support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex

  // #region request
  // Any method, with typed params and a decoded reply.
  const { config } = yield* codex.request("config/read", { includeLayers: false })
  // #endregion
  yield* Console.log(`model: ${config.model ?? "?"}`)

  // #region raw
  // A method that is unknown to this version, or a reply with all its raw fields.
  const client = yield* CodexClient.CodexClient
  const reply = yield* client.requestRaw("thread/loaded/list", {}, { timeout: "5 seconds" })
  // #endregion
  yield* Console.log(`raw: ${typeof reply}`)

  // #region notifications
  // Every notification of the server, about any thread.
  const renamed = yield* codex.notifications.pipe(
    Stream.filter((notification) => notification.method === "thread/name/updated"),
    Stream.runHead,
    Effect.forkChild({ startImmediately: true })
  )
  // #endregion
  const thread = yield* codex.startThread()
  yield* thread.setName("heard")
  yield* Fiber.join(renamed)
  yield* Console.log("heard of the name")

  // #region warnings
  // What a service should log.
  const warnings = codex.notifications.pipe(
    Stream.runForEach((notification) => {
      switch (notification.method) {
        case "warning":
          return Effect.logWarning(Printable.line(notification.params.message))
        case "configWarning":
        case "deprecationNotice":
          return Effect.logWarning(notification.params.summary)
        case "~unknown":
          return Effect.logDebug(`a notification of another version: ${String(notification.raw["method"])}`)
        default:
          return Effect.void
      }
    })
  )
  // #endregion
  yield* Effect.scoped(Effect.forkScoped(warnings))
})

program.pipe(Effect.provide(Setup.layer({ fallback: () => MockModel.reply("Hello.") })), NodeRuntime.runMain)
