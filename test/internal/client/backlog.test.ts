import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Stream } from "effect"
import * as eventBuffer from "../../../src/internal/client/eventBuffer.ts"
import { mergeDeltas } from "../../../src/internal/client/mergeDeltas.ts"
import * as Notification from "../../../src/internal/client/notifications.ts"

type Event = Notification.Notification

const told = (method: string, params: object): Event =>
  Notification.decode({ method, params, message: { method, params } })

const ids = { threadId: "t", turnId: "u" }
const delta = (itemId: string, text: string) => told("item/agentMessage/delta", { ...ids, itemId, delta: text })
const diff = (text: string) => told("turn/diff/updated", { ...ids, diff: text })
const progress = (itemId: string) => told("item/mcpToolCall/progress", { ...ids, itemId, message: "m" })
const warning = (message: string) => told("warning", { threadId: "t", message })
const output = (bytes: string, stream = "stdout") =>
  told("command/exec/outputDelta", { processId: "p", stream, capReached: false, deltaBase64: btoa(bytes) })

/** A buffer that merges from its first event on, which is `first`. */
const lagging = (limit?: eventBuffer.Limit<Event, never>) => {
  const buffer = eventBuffer.make<Event>(mergeDeltas, { capacity: 1, ...limit })
  buffer.offer(first)
  return buffer
}
const first = warning("first")

/** The waiting events after the first. */
const read = Effect.fnUntraced(function* (buffer: eventBuffer.EventBuffer<Event, never>) {
  buffer.end(Cause.done())
  const events = yield* Stream.runCollect(buffer.stream)
  return events[0] === first ? events.slice(1) : events
})

const textOf = (event: Event): string =>
  "params" in event && "delta" in event.params ? String(event.params.delta) : ""

const shown = (events: ReadonlyArray<Event>) => events.map((event) => textOf(event) || event.method)

describe("a backlog", () => {
  const states: ReadonlyArray<readonly [method: string, of: (n: number) => object]> = [
    ["turn/diff/updated", (n) => ({ ...ids, diff: `${n}` })],
    ["turn/plan/updated", (n) => ({ ...ids, plan: [{ step: `${n}`, status: "pending" }], explanation: null })],
    ["thread/status/changed", (n) => ({ threadId: "t", status: { type: "active", activeFlags: [], n } })],
    ["item/fileChange/patchUpdated", (n) => ({ ...ids, itemId: "i", changes: [], n })],
    ["thread/name/updated", (n) => ({ threadId: "t", threadName: `${n}` })]
  ]
  for (const [method, of] of states) {
    it.effect(`keeps the latest ${method} of each thread, at its position`, () =>
      Effect.gen(function* () {
        const buffer = lagging()
        for (let n = 0; n < 100; n++) buffer.offer(told(method, of(n)))
        const elsewhere = told(method, { ...of(0), threadId: "other" })
        buffer.offer(elsewhere)
        buffer.offer(warning("between"))
        const latest = told(method, of(100))
        assert.strictEqual(latest.method, method)
        buffer.offer(latest)
        assert.strictEqual(buffer.size(), 4)
        const events = yield* read(buffer)
        assert.deepStrictEqual(events, [elsewhere, warning("between"), latest])
      })
    )
  }

  it.effect("keeps every update of rate limits, since each has only the changes", () =>
    Effect.gen(function* () {
      const buffer = lagging()
      const update = (rateLimits: object) => told("account/rateLimits/updated", { rateLimits })
      const updates = [update({ primary: { usedPercent: 1 } }), update({ secondary: { usedPercent: 2 } })]
      for (const each of updates) buffer.offer(each)
      assert.deepStrictEqual(yield* read(buffer), updates)
    })
  )

  it.effect("keeps the states from before and after the end of a turn apart", () =>
    Effect.gen(function* () {
      const buffer = lagging()
      const end = told("turn/completed", { threadId: "t", turn: { id: "u", status: "completed", items: [] } })
      for (const event of [diff("1"), diff("2"), end, diff("3")]) buffer.offer(event)
      assert.deepStrictEqual(yield* read(buffer), [diff("2"), end, diff("3")])
    })
  )

  it.effect("joins the output of a command as bytes, wherever its pieces were cut", () =>
    Effect.gen(function* () {
      const buffer = lagging()
      const pieces = ["a", "bc", "def", "\u00ff", "ghij"]
      for (const piece of pieces) buffer.offer(output(piece))
      buffer.offer(output("apart", "stderr"))
      buffer.offer(output("k"))
      const [whole, apart] = yield* read(buffer)
      assert.deepStrictEqual(whole, output(`${pieces.join("")}k`))
      assert.deepStrictEqual(apart, output("apart", "stderr"))
    })
  )

  it.effect("keeps invalid base64 unchanged, and continues after it", () =>
    Effect.gen(function* () {
      const buffer = lagging()
      const broken = told("command/exec/outputDelta", {
        processId: "p",
        stream: "stdout",
        capReached: false,
        deltaBase64: "!"
      })
      for (const event of [output("a"), broken, output("b"), output("c")]) buffer.offer(event)
      const events = yield* read(buffer)
      assert.include(events, broken)
    })
  )

  it.effect("stops the merging for the item that an event names, and for no other", () =>
    Effect.gen(function* () {
      const buffer = lagging()
      for (const event of [
        delta("a", "1"),
        delta("b", "2"),
        progress("a"),
        delta("a", "3"),
        delta("b", "4"),
        delta("a", "5")
      ]) {
        buffer.offer(event)
      }
      assert.deepStrictEqual(shown(yield* read(buffer)), ["1", "24", "item/mcpToolCall/progress", "35"])
    })
  )

  it.effect("stays small if another event follows each delta", () =>
    Effect.gen(function* () {
      const buffer = lagging()
      for (let n = 0; n < 10_000; n++) {
        buffer.offer(delta("a", "x"))
        buffer.offer(diff(`${n}`))
      }
      assert.strictEqual(buffer.size(), 3)
      assert.deepStrictEqual(shown(yield* read(buffer)), ["x".repeat(10_000), "turn/diff/updated"])
    })
  )

  it.effect("is merged above a number of bytes, however few events it has", () =>
    Effect.gen(function* () {
      const buffer = eventBuffer.make<Event>(mergeDeltas)
      const large = "x".repeat(100_000)
      for (let n = 0; n < 2000; n++) buffer.offer(diff(`${n} ${large}`))
      // 8 MiB of text with two bytes per character.
      assert.isAtMost(buffer.size(), 44)
      const events = yield* read(buffer)
      assert.deepStrictEqual(events.at(-1), diff(`1999 ${large}`))
    })
  )

  it.effect("loses the oldest events above its last limit, logs that once, and keeps the newest", () =>
    Effect.gen(function* () {
      const buffer = eventBuffer.make<Event>(mergeDeltas, { maxBytes: 100_000 })
      let lost = 0
      buffer.onLost(() => lost++)
      for (let n = 0; n < 1000; n++) buffer.offer(warning(`${n} ${"x".repeat(1000)}`))
      assert.strictEqual(lost, 1)
      const events = yield* read(buffer)
      assert.isAtMost(events.length, 50)
      const numbers = events.map((event) =>
        event.method === "warning" ? Number(event.params.message.split(" ")[0]) : -1
      )
      assert.deepStrictEqual(
        numbers,
        numbers.map((_, n) => 1000 - numbers.length + n)
      )
      // An event above the limit is kept if it is the only one.
      const single = eventBuffer.make<Event>(mergeDeltas, { maxBytes: 100 })
      single.offer(diff("x".repeat(1000)))
      assert.strictEqual(single.size(), 1)
    })
  )

  it.effect("emits a replacement in the place of several events, and no event twice", () =>
    Effect.gen(function* () {
      const stand = warning("all until now")
      const buffer = eventBuffer.make<Event>(mergeDeltas, { maxBytes: 12_000, standIn: () => [stand] })
      for (let n = 0; n < 5; n++) buffer.offer(warning("x".repeat(2000)))
      buffer.offer(delta("a", "after"))
      let lost = 0
      buffer.onLost(() => lost++)
      assert.strictEqual(lost, 1)
      assert.deepStrictEqual(yield* read(buffer), [
        stand,
        warning("x".repeat(2000)),
        warning("x".repeat(2000)),
        delta("a", "after")
      ])
    })
  )
})
