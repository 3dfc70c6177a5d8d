import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, References, Stream } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import type * as Peer from "../support/peer.ts"
import { onBinary } from "./realSupport.ts"
import * as T from "./support.ts"

/** Runs an effect, including its connections, with its own logger. */
const logged = <A, E, R>(use: (lines: ReadonlyArray<Line>) => Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const lines: Array<Line> = []
    const logger = Logger.make(({ fiber, logLevel, message }) => {
      if (logLevel !== "Debug" || !String(message).startsWith("The server reported a problem")) return
      lines.push({ text: String(message), annotations: fiber.getRef(References.CurrentLogAnnotations) })
    })
    return use(lines).pipe(
      Effect.provide(Logger.layer([logger])),
      Effect.provideService(References.MinimumLogLevel, "Debug")
    )
  })

interface Line {
  readonly text: string
  readonly annotations: object
}

const warning = (threadId: string | null, message: string): Peer.Notification => ({
  method: "warning",
  params: { threadId, message }
})
const guardian = (threadId: string, message: string): Peer.Notification => ({
  method: "guardianWarning",
  params: { threadId, message }
})

describe("a warning that names only the thread", () => {
  it.effect("belongs to the running turn of that thread: its events and its result include it", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const events = yield* T.background(Stream.runCollect(turn.eventsUntilEnd))
      const { end, start } = T.turnEvents(thread.id, "u")
      const told = [warning(thread.id, "one"), guardian(thread.id, "two")]
      yield* server.notifyAll([
        warning(null, "of no thread"),
        warning("elsewhere", "of another"),
        ...start,
        ...told,
        ...end,
        warning(thread.id, "after it")
      ])
      const { warnings } = yield* turn.result
      assert.deepStrictEqual(warnings, [
        { method: "warning", message: "one" },
        { method: "guardianWarning", message: "two" }
      ])
      assert.deepStrictEqual(T.methodsOf(yield* Fiber.join(events)), [
        "turn/started",
        "warning",
        "guardianWarning",
        "turn/completed"
      ])
    })
  )

  it.effect("is included in the result up to the 256th", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const { end, start } = T.turnEvents(thread.id, "u")
      const many = Array.from({ length: 1000 }, (_, n) => warning(thread.id, `warning ${n}`))
      yield* server.notifyAll([...start, ...many, ...end])
      const { warnings } = yield* turn.result
      assert.strictEqual(warnings.length, 256)
      assert.strictEqual(warnings[255]?.message, "warning 255")
    })
  )

  it.effect("is included in the result also if it arrives before the reply to `turn/start`", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const running = yield* T.background(thread.run("hi"))
      const request = yield* server.next("turn/start")
      yield* server.notifyAll([warning(thread.id, "early")])
      yield* server.reply(request, { turn: { id: "u", items: [], status: "inProgress", error: null } })
      const { end, start } = T.turnEvents(thread.id, "u")
      yield* server.notifyAll([...start, ...end])
      const { warnings } = yield* Fiber.join(running)
      assert.deepStrictEqual(warnings, [{ method: "warning", message: "early" }])
    })
  )

  it.effect("does not end the server's retry that came before it", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u")
      const error = { message: "m", codexErrorInfo: null, additionalDetails: null }
      yield* server.notifyAll([
        ...T.turnEvents(thread.id, "u").start,
        { method: "error", params: { threadId: thread.id, turnId: "u", willRetry: true, error } },
        warning(thread.id, "one")
      ])
      yield* server.flush
      assert.strictEqual((yield* turn.state).retrying._tag, "Some")
    })
  )
})

describe("the log", () => {
  it.effect("has each warning once, with its thread, and without the server's message", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const server = yield* T.connect()
        const thread = yield* server.thread
        yield* server.notifyAll([
          warning(thread.id, "secret one"),
          warning(thread.id, "secret one"),
          guardian(thread.id, "secret two"),
          { method: "configWarning", params: { summary: "secret three", details: null } },
          warning(null, "secret four")
        ])
        yield* server.flush
        assert.deepStrictEqual(
          lines.map(({ annotations }) => annotations),
          [
            { method: "warning", threadId: thread.id },
            { method: "guardianWarning", threadId: thread.id },
            { method: "configWarning" },
            { method: "warning" }
          ]
        )
        assert.notInclude(JSON.stringify(lines), "secret")
      })
    )
  )

  it.effect("does not grow without limit if every warning is new", () =>
    logged((lines) =>
      Effect.gen(function* () {
        const server = yield* T.connect()
        yield* server.notifyAll(Array.from({ length: 1000 }, (_, n) => warning(null, `${n}`)))
        yield* server.flush
        assert.strictEqual(lines.length, 256)
      })
    )
  )
})

describe("a thread that the server cannot save", () => {
  it.live("has a turn whose result includes the warning, which is logged, too", () => {
    const warned: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      if (logLevel === "Warn") warned.push(String(message))
    })
    return Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const home = yield* CodexTest.TestHome
      yield* Effect.sync(() => writeFileSync(join(home.codexHome, "sessions"), "a file"))
      yield* model.enqueue(MockModel.message("fine"))
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      const { finalResponse, warnings } = yield* thread.run("hi")
      assert.strictEqual(finalResponse._tag, "Some")
      assert.isTrue(warnings.some(({ message }) => message.includes("Failed to save")))
      assert.strictEqual(warned.filter((line) => line.startsWith("The server cannot save a thread")).length, 1)
    }).pipe(onBinary(), Effect.provide(Logger.layer([logger])))
  })
})
