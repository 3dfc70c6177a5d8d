import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import { logs, start } from "./support.ts"

describe("stdout", () => {
  it.live("skips lines that are not JSON objects, counts them, and logs them at Debug without their text", () => {
    const log = logs()
    return Effect.gen(function* () {
      const { app, client } = yield* start({
        on: { initialized: [], go: [Peer.write("Welcome\n\n[1]\n{broken\n"), Peer.reply("still here")] }
      })
      assert.strictEqual(yield* client.requestRaw("go"), "still here")
      assert.strictEqual(yield* client.requestRaw("go"), "still here")
      assert.strictEqual(yield* app.skippedLines, 6)
      const about = log.lines.filter(({ text }) => text.includes("not JSON objects"))
      assert.isAbove(about.length, 0)
      for (const { level } of about) assert.strictEqual(level, "Debug")
      assert.notInclude(JSON.stringify(log.lines), "Welcome")
    }).pipe(Effect.provide(log.layer))
  })

  it.live("delivers a line of 64 MB", () =>
    Effect.gen(function* () {
      const length = 64 * 1024 * 1024
      const { client } = yield* start({
        on: { initialized: [], go: [Peer.reply({ text: { $repeat: ["x", length] } })] }
      })
      const text = at(yield* client.requestRaw("go"), "text")
      assert.strictEqual(String(text).length, length)
    })
  )
})
