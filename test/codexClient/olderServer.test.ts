import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger } from "effect"
import type * as CodexClient from "../../src/CodexClient.ts"
import type { CodexError } from "../../src/CodexError.ts"
import { codexVersion } from "../../src/generated/version.ts"
import { firstWith } from "../../src/internal/errors/methodVersions.ts"
import { connect, rejection, start } from "./support.ts"

const quiet = Effect.provide(Logger.layer([]))

/** Returns the error of a call to a server of a version that lacks the method. */
const refused = (userAgent: string, call: (client: CodexClient.Client) => Effect.Effect<unknown, CodexError>) =>
  Effect.gen(function* () {
    const { client, peer } = yield* connect({}, { userAgent })
    const fiber = yield* start(call(client))
    const { id, method } = yield* peer.receive
    const message = `Invalid request: unknown variant \`${String(method)}\`, expected one of \`initialize\`, \`thread/start\``
    yield* peer.send({ id, error: { code: -32600, message } })
    return rejection(yield* Fiber.await(fiber))
  })

describe("a method that an older server lacks", () => {
  it.effect("fails with the server's version and the first one that has the method", () =>
    Effect.gen(function* () {
      const error = yield* refused("codex/0.125.0 (Linux)", (client) =>
        client.request("thread/goal/get", { threadId: "t" })
      )
      assert.deepInclude(error.reason, { _tag: "MethodNotSupported", required: "0.139.0", actual: "0.125.0" })
      assert.strictEqual(
        error.message,
        "thread/goal/get: The server, codex 0.125.0, does not support this method; codex 0.139.0 does. Use that version or a newer one, or omit `executable` to use the pinned one."
      )
    }).pipe(quiet)
  )

  it.effect("suggests the closest method name, and names no version", () =>
    Effect.gen(function* () {
      for (const [written, meant] of [
        ["thread/strat", "thread/start"],
        ["model/lst", "model/list"],
        ["Turn/Start", "turn/start"],
        ["thread_resume", "thread/resume"]
      ] as const) {
        const error = yield* refused(`codex/${codexVersion} (Linux)`, (client) => client.requestRaw(written))
        assert.deepInclude(error.reason, { _tag: "MethodNotSupported", required: null, suggestion: meant })
        assert.strictEqual(
          error.message,
          `${written}: The server, codex ${codexVersion}, does not support this method. Did you mean \`${meant}\`?`
        )
      }
    }).pipe(quiet)
  )

  it.effect("blames the version only if it differs from the pinned one", () =>
    Effect.gen(function* () {
      const pinned = yield* refused(`codex/${codexVersion} (Linux)`, (client) => client.requestRaw("no/such/method"))
      assert.match(pinned.message, /does not support this method\. Check the spelling\.$/)
      const unknown = yield* refused("codex", (client) => client.requestRaw("no/such/method"))
      assert.deepInclude(unknown.reason, { _tag: "MethodNotSupported", required: null, actual: "" })
      assert.include(unknown.message, `or use the version that this package was generated from, codex ${codexVersion}`)
    }).pipe(quiet)
  )

  it("has the first release that has it, except those of 0.125.0", () => {
    assert.deepStrictEqual(
      ["thread/start", "thread/goal/set", "thread/items/list", "thread/revert", "thread/search/stream"].map(firstWith),
      [undefined, "0.139.0", "0.147.0", "0.149.1", "0.171.0"]
    )
  })
})
