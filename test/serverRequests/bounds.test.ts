/**
 * What a server can leave open is bounded: past the bound the oldest request is declined, and the oldest item or thread
 * is forgotten, each with a log line.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as Test from "./support.ts"

const most = 1024
const quiet = Effect.provide(Logger.layer([]))

/** Runs an effect, and returns the warnings of the log. */
const warnings = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    if (logLevel === "Warn") lines.push(String(message))
  })
  yield* Effect.provide(effect, Logger.layer([logger]))
  return lines
})

describe("open requests", () => {
  it.effect("are at most 1024: then the oldest is declined, by its own rule", () =>
    Effect.gen(function* () {
      const { ask, client, decisions, peer, settle } = yield* Test.played({
        serverRequests: { [Test.command]: () => Effect.never }
      })
      for (let id = 0; id < most; id++) yield* ask(id, Test.command, Test.commandParams())
      assert.deepStrictEqual(yield* settle, [])
      assert.deepStrictEqual(decisions, [])
      for (let n = 0; n < 3; n++) {
        yield* ask(most + n, Test.command, Test.commandParams())
        assert.deepStrictEqual(yield* peer.receive, { id: n, result: { decision: "decline" } })
      }
      assert.deepStrictEqual(decisions.map(Test.short), Array(3).fill("decline by tooMany"))
      const open = yield* client.openRequests
      assert.deepStrictEqual([open.length, open[0]?.id, open.at(-1)?.id], [most, 3, most + 2])
    }).pipe(quiet)
  )
})

describe("items in progress", () => {
  /** The paths that a handler receives for each item. */
  const told = Effect.gen(function* () {
    const seen: Array<ServerRequests.Request["changes"]> = []
    const { ask, peer } = yield* Test.played({
      serverRequests: {
        [Test.fileChange]: ({ changes }) => {
          seen.push(changes)
          return Effect.succeed({ decision: "decline" })
        }
      }
    })
    const pathOf = (itemId: string) =>
      Effect.gen(function* () {
        yield* ask(itemId, Test.fileChange, Test.fileParams({ itemId }))
        yield* peer.receive
        return Option.getOrUndefined(Option.fromUndefinedOr(seen.at(-1)?.[0]?.path))
      })
    const start = (itemId: string) => peer.send(Test.fileItem([`/${itemId}`], itemId))
    return { pathOf, peer, start }
  })

  it.effect("are remembered up to 1024; then the oldest is treated as unknown", () =>
    Effect.gen(function* () {
      const lines = yield* warnings(
        Effect.gen(function* () {
          const { pathOf, start } = yield* told
          for (let n = 0; n < most; n++) yield* start(`${n}`)
          assert.strictEqual(yield* pathOf("0"), "/0")
          // A change that is reported again is no longer the oldest.
          yield* start("0")
          yield* start("next")
          yield* start("last")
          assert.deepStrictEqual(
            [yield* pathOf("0"), yield* pathOf("1"), yield* pathOf("2"), yield* pathOf("3"), yield* pathOf("last")],
            ["/0", undefined, undefined, "/3", "/last"]
          )
        })
      )
      assert.strictEqual(lines.filter((line) => line.includes("file changes are in progress")).length, 1)
    })
  )

  it.effect("do not count after their end or the end of their turn", () =>
    Effect.gen(function* () {
      const lines = yield* warnings(
        Effect.gen(function* () {
          const { pathOf, peer, start } = yield* told
          yield* start("0")
          for (let n = 1; n < 3 * most; n++) {
            yield* start(`${n}`)
            const { params } = Test.fileItem([], `${n}`)
            yield* peer.send({ method: "item/completed", params: { ...params, completedAtMs: 1 } })
          }
          assert.strictEqual(yield* pathOf("0"), "/0")
          // Older than all that end with their turns on another thread.
          for (let turn = 0; turn < 3; turn++) {
            for (let n = 0; n < most / 2; n++) {
              const { method, params } = Test.fileItem([], `${n}`)
              yield* peer.send({ method, params: { ...params, threadId: "another" } })
            }
            yield* peer.send(Test.turnCompleted("another"))
          }
          assert.strictEqual(yield* pathOf("0"), "/0")
          yield* peer.send(Test.turnCompleted())
          for (let n = 0; n < most; n++) yield* start(`${n}`)
          assert.strictEqual(yield* pathOf("0"), "/0")
        })
      )
      assert.deepStrictEqual(lines, [])
    })
  )
})

describe("threads without a handle", () => {
  it.effect("are remembered up to 1024; then the oldest is forgotten, and its items with it", () =>
    Effect.gen(function* () {
      const lines = yield* warnings(
        Effect.gen(function* () {
          const { client, peer, settle } = yield* Test.played()
          for (let n = 0; n <= most; n++) {
            const item = Test.fileItem(["/a"])
            yield* peer.send({ ...item, params: { ...item.params, threadId: `${n}` } })
          }
          yield* settle
          const session = client["~session"]
          assert.isUndefined(session.find("0"))
          assert.isDefined(session.find("1"))
          assert.isDefined(session.find(`${most}`))
        })
      )
      assert.strictEqual(lines.filter((line) => line.includes("threads without a handle")).length, 1)
    })
  )

  it.effect("do not count once they were resumed", () =>
    Effect.gen(function* () {
      const { client, peer, settle } = yield* Test.played()
      const start = (threadId: string) => {
        const item = Test.fileItem(["/a"])
        return peer.send({ ...item, params: { ...item.params, threadId } })
      }
      yield* start("held")
      yield* settle
      const session = client["~session"]
      session.open("held").isSubscribed = true
      for (let n = 0; n < 2 * most; n++) yield* start(`${n}`)
      yield* settle
      assert.isDefined(session.find("held"))
    }).pipe(quiet)
  )
})
