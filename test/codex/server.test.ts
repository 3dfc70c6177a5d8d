import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as Wire from "../support/wire.ts"
import { onBinary } from "../support/onBinary.ts"

describe("the server", () => {
  it.live("reports its name, version and home", () =>
    Effect.gen(function* () {
      const { metadata } = yield* Codex.Codex
      const { codexHome } = yield* CodexTest.TestHome
      assert.strictEqual(metadata.version, codexVersion)
      assert.include(metadata.userAgent, `${metadata.name}/${codexVersion}`)
      assert.strictEqual(metadata.codexHome, codexHome)
    }).pipe(onBinary())
  )

  it.live("lists its models in pages and as one stream, hidden ones only on request", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const all = Array.from(yield* Stream.runCollect(codex.models()))
      assert.isNotEmpty(all)
      assert.isTrue(all.every(({ hidden }) => !hidden))
      const page = yield* codex.listModels({ pageSize: 2 })
      assert.deepStrictEqual(page.data, all.slice(0, 2))
      assert.deepStrictEqual(Array.from(yield* Stream.runCollect(codex.models({ pageSize: 2 }))), all)
      const rest = yield* Stream.runCollect(codex.models({ cursor: page.nextCursor, pageSize: 3 }))
      assert.deepStrictEqual(Array.from(rest), all.slice(2))
      const hidden = Array.from(yield* Stream.runCollect(codex.models({ includeHidden: true })))
      assert.isAbove(hidden.length, all.length)
    }).pipe(onBinary())
  )

  it.live("reports the account", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { account, requiresOpenaiAuth } = yield* codex.account()
      assert.deepStrictEqual([account, requiresOpenaiAuth], [null, false])
    }).pipe(onBinary())
  )

  it.effect("renews the token only on request", () =>
    Effect.gen(function* () {
      const reply = { account: null, requiresOpenaiAuth: true }
      const { codex, paramsOf } = yield* Wire.connect({ replies: { "account/read": () => reply } })
      yield* codex.account()
      yield* codex.account({ refreshToken: true })
      assert.deepStrictEqual(paramsOf("account/read"), [{ refreshToken: false }, { refreshToken: true }])
    })
  )
})
