import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, Option, Stream } from "effect"
import { codexVersion } from "../../src/generated/version.ts"
import type { Notification } from "../../src/internal/client/notifications.ts"
import * as Peer from "../support/peer.ts"
import { answer, connect, start } from "./support.ts"

const completed = (item: unknown) => ({
  method: "item/completed",
  params: { item, threadId: "t", turnId: "u", completedAtMs: 1 }
})

/** Keeps the warnings. */
const watched = () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    if (logLevel === "Warn") lines.push(String(message))
  })
  return { lines, layer: Logger.layer([logger]) }
}

describe("unreadable data", () => {
  it.effect("is kept: a malformed item becomes an unknown one within its notification", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const events = yield* client.subscribe
      const item = { type: "agentMessage", id: "i", text: 5 }
      yield* peer.send(completed(item))
      const event = Option.getOrThrow(yield* Stream.runHead(events))
      if (event.method !== "item/completed") return assert.fail(event.method)
      assert.deepStrictEqual(event.params, {
        item: { type: "~unknown", raw: item },
        threadId: "t",
        turnId: "u",
        completedAtMs: 1
      })
    }).pipe(Effect.scoped, Effect.provide(watched().layer))
  )

  it.effect("is kept in replies, too", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const items = [
        { type: "plan", id: "1", text: "fine" },
        { type: "plan", id: "2" }
      ]
      const call = yield* start(client.request("thread/read", { threadId: "t", includeTurns: true }))
      yield* answer(peer, { thread: { ...Peer.thread("t"), turns: [{ id: "u", status: "completed", items }] } })
      const { thread } = yield* Fiber.join(call)
      assert.deepStrictEqual<unknown>(thread.turns[0]?.items, [items[0], { type: "~unknown", raw: items[1] }])
      assert.deepStrictEqual([...(yield* client.unreadable)], [["thread/read", 1]])
    }).pipe(Effect.scoped, Effect.provide(watched().layer))
  )

  it.effect("is counted by method, and logged once for each", () => {
    const { layer, lines } = watched()
    return Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const events = yield* client.subscribe
      assert.strictEqual((yield* client.unreadable).size, 0)
      const sent = [
        completed({ type: "agentMessage", id: "i", text: 5 }),
        completed(null),
        { method: "turn/started", params: { threadId: "t", turn: { items: [] } } },
        // New or valid data is neither counted nor logged.
        { method: "future/event", params: {} },
        completed({ type: "hologram", id: "i" })
      ]
      for (const message of sent) yield* peer.send(message)
      const got: ReadonlyArray<Notification> = yield* Stream.runCollect(Stream.take(events, sent.length))
      assert.deepStrictEqual(
        got.map(({ method }) => method),
        ["item/completed", "~unknown", "~unknown", "~unknown", "item/completed"]
      )
      assert.deepStrictEqual(
        got.map(({ raw }) => raw),
        sent
      )
      assert.deepStrictEqual(
        [...(yield* client.unreadable)],
        [
          ["item/completed", 2],
          ["turn/started", 1]
        ]
      )
      assert.deepStrictEqual(lines, [
        `The server (${codexVersion}) sent item/completed in a form that this package (${codexVersion}) cannot read: expected string at ["item"]["text"]. The unreadable parts are kept as received. Logged once per method.`,
        `The server (${codexVersion}) sent turn/started in a form that this package (${codexVersion}) cannot read: missing key at ["turn"]["id"]. The unreadable parts are kept as received. Logged once per method.`
      ])
    }).pipe(Effect.scoped, Effect.provide(layer))
  })

  it.effect("fails a call only if nothing of its reply can be kept", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const call = yield* start(Effect.flip(client.request("thread/read", { threadId: "t" })))
      yield* answer(peer, { thread: 5 })
      assert.strictEqual((yield* Fiber.join(call)).reason._tag, "DecodeFailed")
      assert.deepStrictEqual([...(yield* client.unreadable)], [["thread/read", 1]])
    }).pipe(Effect.scoped, Effect.provide(watched().layer))
  )
})
