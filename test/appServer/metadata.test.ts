import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { realpathSync } from "node:fs"
import * as Codex from "../../src/Codex.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as Peer from "../support/peer.ts"
import { logs, start } from "./support.ts"

/** Returns the client's metadata of a server with this user agent. */
const meet = (userAgent: string) =>
  Effect.map(
    start({ initialize: [Peer.reply({ ...Peer.initializeResponse(), userAgent })] }),
    ({ client }) => client.metadata
  )

describe("metadata", () => {
  it.live("has the name, the pinned version, the home and the platform of the real server", () =>
    Effect.gen(function* () {
      const { metadata } = yield* Codex.Codex
      const { codexHome } = yield* CodexTest.TestHome
      assert.strictEqual(metadata.version, codexVersion)
      assert.strictEqual(metadata.codexHome, realpathSync(codexHome))
      assert.isAbove(metadata.name.length, 0)
      assert.strictEqual(
        metadata.platformOs,
        { darwin: "macos", win32: "windows" }[process.platform as string] ?? "linux"
      )
    }).pipe(Effect.provide(CodexTest.layer()))
  )

  it.live("takes name and version from the user agent, also with a space before the slash, within 200 characters", () =>
    Effect.gen(function* () {
      for (const [userAgent, name, version] of [
        ["codex_app_server/0.169.0 (Linux; x86_64) peer", "codex_app_server", "0.169.0"],
        ["My Fine Client /0.169.0 (Debian 12.0.0; x86_64) dumb", "My Fine Client", "0.169.0"],
        ["acme/tools/0.170.0-alpha.2 (Mac OS 15.1.0)", "acme/tools", "0.170.0-alpha.2"],
        ["something else", "something else", ""],
        [" ".repeat(10_000), "", ""],
        [`${"x".repeat(10_000)}/0.169.0`, "x".repeat(200), ""]
      ] as const) {
        const metadata = yield* meet(userAgent)
        assert.deepStrictEqual([metadata.name, metadata.version, metadata.userAgent], [name, version, userAgent])
      }
    })
  )

  for (const version of ["0.1.0", "99.0.0"]) {
    it.live(`accepts a runtime of version ${version}, with a warning that names both versions`, () => {
      const log = logs()
      return Effect.gen(function* () {
        const metadata = yield* meet(`codex/${version} (x)`)
        assert.strictEqual(metadata.version, version)
        const warnings = log.lines.filter(({ level }) => level === "Warn")
        assert.strictEqual(warnings.length, 1)
        assert.include(warnings[0]?.text, version)
        assert.include(warnings[0]?.text, codexVersion)
      }).pipe(Effect.provide(log.layer))
    })
  }

  it.live("causes no warning for the pinned version", () => {
    const log = logs()
    return Effect.gen(function* () {
      yield* meet(`codex/${codexVersion} (x)`)
      assert.deepStrictEqual(
        log.lines.filter(({ level }) => level === "Warn"),
        []
      )
    }).pipe(Effect.provide(log.layer))
  })
})
