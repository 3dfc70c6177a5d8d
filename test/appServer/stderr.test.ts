import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, Redacted, Stream } from "effect"
import { readdirSync } from "node:fs"
import { inspect } from "node:util"
import { vi } from "vitest"
import * as Peer from "../support/peer.ts"
import { linux } from "./processes.ts"
import { at } from "../support/rawDriver.ts"
import { background, closable, failedStart, logs, start } from "./support.ts"

describe("stderr", () => {
  const secrets = {
    OPENAI_API_KEY: "plain-key-value",
    GITHUB_TOKEN: "plain-token-value",
    ANYTHING: Redacted.make("wrapped-value")
  }
  const spoken =
    "\u001b[31mleak\u001b[0m plain-key-value plain-token-value wrapped-value sk-abcdefgh12345678 Bearer abc.def eyJhbGci.eyJzdWIi.c2ln"
  const heard = `leak ${Array.from({ length: 4 }, () => "<redacted>").join(" ")} Bearer <redacted> <redacted>`
  const parts = ["plain-key-value", "plain-token-value", "wrapped-value", "sk-abcdefgh", "abc.def", "eyJhbGci"]

  it.live("is drained: a server that floods it still answers, and 200 lines are kept", () =>
    Effect.gen(function* () {
      const line = `${"x".repeat(99)}\n`
      const { app, client } = yield* start({
        on: {
          initialized: [],
          flood: [Peer.stderr(line, 52_429), Peer.stderr("the last line\n"), Peer.reply("done")]
        }
      })
      // Two pipes have no common order.
      const last = yield* background(Stream.runDrain(Stream.takeUntil(app.stderr, (text) => text === "the last line")))
      assert.strictEqual(yield* client.requestRaw("flood"), "done")
      yield* Fiber.join(last)
      assert.strictEqual((yield* app.stderrTail).length, 200)
      assert.strictEqual((yield* app.stderrTail).at(-1), "the last line")
    })
  )

  it.live("is available as a stream of lines, which ends with the process", () =>
    Effect.gen(function* () {
      const [{ app, client }, close] = yield* closable(
        start({ on: { initialized: [], say: [Peer.stderr("o"), Peer.stderr("ne\r\ntwo\nrest"), Peer.reply(null)] } })
      )
      const first = yield* background(Stream.runCollect(Stream.take(app.stderr, 2)))
      const all = yield* background(Stream.runCollect(app.stderr))
      yield* client.requestRaw("say")
      assert.deepStrictEqual(yield* Fiber.join(first), ["one", "two"])
      yield* close
      assert.deepStrictEqual(yield* Fiber.join(all), ["one", "two", "rest"])
      assert.deepStrictEqual(yield* Stream.runCollect(app.stderr), [])
    })
  )

  it.live("is logged at Debug, and masked there, in the stream, in the last lines and in errors", () => {
    const log = logs()
    return Effect.gen(function* () {
      const script: Peer.Script = {
        on: { initialized: [], say: [Peer.stderr(`${spoken}\n`), Peer.reply(null)], die: [Peer.exit(1)] }
      }
      const { app, client } = yield* start(script, { env: secrets })
      const streamed = yield* background(Stream.runHead(app.stderr))
      const logged = yield* background(log.next("leak"))
      yield* client.requestRaw("say")
      assert.deepStrictEqual(yield* Fiber.join(logged), {
        level: "Debug",
        text: heard,
        annotations: { package: "effect-codex", module: "AppServer", from: "stderr" }
      })
      assert.strictEqual((yield* Effect.fromOption(yield* Fiber.join(streamed))).toString(), heard)
      assert.deepStrictEqual(yield* app.stderrTail, [heard])
      const error = yield* Effect.flip(client.requestRaw("die"))
      assert.deepStrictEqual(at(error.reason, "stderr"), [heard])
      const everything = [error.message, JSON.stringify(error), inspect(error, { depth: 9 }), JSON.stringify(log.lines)]
      for (const part of parts) for (const text of everything) assert.notInclude(text, part)
    }).pipe(Effect.provide(log.layer))
  })

  it.live("is masked in the error of a start", () =>
    Effect.gen(function* () {
      const script: Peer.Script = { initialize: [Peer.stderr(`Error: ${spoken}\n`), Peer.exit(1)] }
      const { error } = yield* failedStart(start(script, { env: secrets }))
      assert.include(error.message, heard)
      for (const part of parts) assert.notInclude(error.message, part)
    })
  )

  it.live("is never printed", () =>
    Effect.gen(function* () {
      const printed: Array<string> = []
      const record = (...words: ReadonlyArray<unknown>) => {
        printed.push(words.join(" "))
        return true
      }
      const spies = [
        ...(["log", "error", "warn", "info", "debug"] as const).map((name) =>
          vi.spyOn(console, name).mockImplementation(record)
        ),
        vi.spyOn(process.stdout, "write").mockImplementation(record),
        vi.spyOn(process.stderr, "write").mockImplementation(record)
      ]
      yield* Effect.addFinalizer(() => Effect.sync(() => spies.forEach((spy) => spy.mockRestore())))
      const { app, client } = yield* start({
        on: { initialized: [], say: [Peer.stderr("chatter\n"), Peer.write("banner\n"), Peer.reply(null)] }
      })
      const said = yield* background(Stream.runHead(app.stderr))
      yield* client.requestRaw("say")
      yield* Fiber.join(said)
      yield* Effect.logInfo("a line of ours")
      assert.strictEqual(printed.filter((text) => /chatter|banner/.test(text)).length, 0)
      assert.isTrue(printed.some((text) => text.includes("a line of ours")))
    }).pipe(Effect.provide(Logger.layer([Logger.defaultLogger])))
  )

  it.live.runIf(linux)("leaves no descriptor open if the scope closes during a write", () =>
    Effect.gen(function* () {
      const descriptors = () => readdirSync("/proc/self/fd").length
      const script: Peer.Script = {
        on: { initialized: [Peer.fork(Peer.stderr("x".repeat(10_000), 200))], say: [Peer.reply(null)] }
      }
      const session = Effect.scoped(Effect.flatMap(start(script), ({ client }) => client.requestRaw("say")))
      yield* session
      const before = descriptors()
      for (let i = 0; i < 10; i++) yield* session
      // A socket closes one turn of the event loop after its end was read.
      for (let turns = 0; turns < 10; turns++) yield* Effect.promise(() => new Promise(setImmediate))
      assert.isAtMost(descriptors(), before)
    })
  )
})
