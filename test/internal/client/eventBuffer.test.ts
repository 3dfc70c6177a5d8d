import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, References, Schema, Stream } from "effect"
import * as eventBuffer from "../../../src/internal/client/eventBuffer.ts"
import { mergeDeltas } from "../../../src/internal/client/mergeDeltas.ts"
import * as Notification from "../../../src/internal/client/notifications.ts"

const raw = (method: string, params: unknown): Notification.Notification =>
  Notification.decode({ method, params, message: { method, params, emittedAtMs: 1 } })

const delta = (itemId: string, text: string) =>
  raw("item/agentMessage/delta", { threadId: "t", turnId: "u", itemId, delta: text })

const withMore = (text: string) =>
  raw("item/agentMessage/delta", { threadId: "t", turnId: "u", itemId: "a", delta: text, ofTomorrow: "kept" })

const reasoning = (contentIndex: number, text: string) =>
  raw("item/reasoning/textDelta", { threadId: "t", turnId: "u", itemId: "r", contentIndex, delta: text })

const alone = (n: number) => raw("future/event", { n })

const make = () => eventBuffer.make<Notification.Notification>(mergeDeltas)

/** A number of elements that cannot be merged: from here on, the buffer merges. */
const lag = 1024

/** Ends the buffer and returns its content. */
const drain = <A, E>(buffer: eventBuffer.EventBuffer<A, E>) => {
  buffer.end(Cause.done())
  return Stream.runCollect(buffer.stream)
}

const textOf = (notification: Notification.Notification): string =>
  "params" in notification && "delta" in notification.params ? String(notification.params.delta) : ""

/** The text of each item up to each event that cannot be merged, which must stay the same. */
const shape = (events: ReadonlyArray<Notification.Notification>) => {
  const texts = new Map<string, string>()
  return [...events, alone(-1)].flatMap((event) => {
    if (event.method === "~unknown") return [JSON.stringify([event.raw, [...texts].sort()])]
    if (event.method === "item/agentMessage/delta") {
      texts.set(event.params.itemId, `${texts.get(event.params.itemId) ?? ""}${event.params.delta}`)
    }
    return []
  })
}

describe("an event buffer", () => {
  it.effect("emits everything in order, then the end, and drops later events", () =>
    Effect.gen(function* () {
      const buffer = eventBuffer.make<number, string>()
      for (const n of [1, 2, 3]) buffer.offer(n)
      buffer.end(Effect.fail("over"))
      buffer.offer(4)
      buffer.end(Effect.fail("again"))
      const seen: Array<number> = []
      const exit = yield* Effect.exit(Stream.runForEach(buffer.stream, (n) => Effect.sync(() => seen.push(n))))
      assert.deepStrictEqual(seen, [1, 2, 3])
      assert.deepStrictEqual(exit, Exit.fail("over"))
    })
  )

  it.effect("wakes a waiting consumer with an element and with the end", () =>
    Effect.gen(function* () {
      const buffer = eventBuffer.make<number>()
      const first = yield* Deferred.make<number>()
      const consumer = yield* Effect.forkChild(Stream.runForEach(buffer.stream, (n) => Deferred.succeed(first, n)))
      yield* Effect.yieldNow
      buffer.offer(1)
      assert.strictEqual(yield* Deferred.await(first), 1)
      buffer.end(Cause.done())
      yield* Fiber.join(consumer)
    })
  )

  it.effect("wakes a consumer whose fiber yields between the check and the wait", () =>
    Effect.gen(function* () {
      for (let ops = 5; ops < 25; ops++) {
        for (let steps = 0; steps < 15; steps++) {
          const buffer = eventBuffer.make<number>()
          const consumer = yield* Stream.runCollect(buffer.stream).pipe(
            Effect.provideService(References.MaxOpsBeforeYield, ops),
            Effect.forkChild
          )
          // The end arrives at each possible step of the consumer.
          for (let step = 0; step < steps; step++) yield* Effect.yieldNow
          buffer.end(Cause.done())
          assert.deepStrictEqual(yield* Fiber.join(consumer), [])
        }
      }
    })
  )

  it.effect("stays usable after a waiting consumer is interrupted", () =>
    Effect.gen(function* () {
      const buffer = eventBuffer.make<number>()
      const consumer = yield* Effect.forkChild(Stream.runDrain(buffer.stream), { startImmediately: true })
      yield* Fiber.interrupt(consumer)
      buffer.offer(1)
      assert.deepStrictEqual(yield* drain(buffer), [1])
    })
  )
})

describe("a lagging consumer", () => {
  it.effect("gets unmerged events while fewer than 1024 wait", () =>
    Effect.gen(function* () {
      const buffer = make()
      for (let n = 0; n < lag; n++) buffer.offer(delta("a", "x"))
      assert.strictEqual(buffer.size(), lag)
      assert.strictEqual((yield* drain(buffer)).length, lag)
    })
  )

  it.effect("gets the whole text of each item in far fewer events", () =>
    Effect.gen(function* () {
      const buffer = make()
      const pieces = Array.from({ length: 20_000 }, (_, n) => `${n},`)
      for (const piece of pieces) {
        buffer.offer(delta("a", piece))
        buffer.offer(delta("b", piece))
      }
      assert.isAtMost(buffer.size(), lag + 2)
      const events = yield* drain(buffer)
      for (const item of ["a", "b"]) {
        const own = events.filter(
          (event) => "params" in event && "itemId" in event.params && event.params.itemId === item
        )
        assert.strictEqual(own.map(textOf).join(""), pieces.join(""))
      }
    })
  )

  it.effect("never gets a delta on the other side of an event of another kind", () =>
    Effect.gen(function* () {
      const buffer = make()
      for (let n = 0; n < lag; n++) buffer.offer(alone(n))
      const later = [
        delta("a", "1"),
        delta("a", "2"),
        alone(-1),
        delta("a", "3"),
        delta("b", "4"),
        delta("a", "5"),
        alone(-2)
      ]
      for (const event of later) buffer.offer(event)
      const events = (yield* drain(buffer)).slice(lag)
      assert.deepStrictEqual(
        events.map((event) => (event.method === "~unknown" ? "alone" : textOf(event))),
        ["12", "alone", "35", "4", "alone"]
      )
    })
  )

  it.effect("gets merged events whose `raw` equals their `params`", () =>
    Effect.gen(function* () {
      const buffer = make()
      for (let n = 0; n < lag; n++) buffer.offer(alone(n))
      buffer.offer(delta("a", "x"))
      buffer.offer(delta("a", "y"))
      const merged = (yield* drain(buffer)).at(-1)
      assert.deepStrictEqual(merged, {
        method: "item/agentMessage/delta",
        params: { threadId: "t", turnId: "u", itemId: "a", delta: "xy" },
        raw: {
          method: "item/agentMessage/delta",
          params: { threadId: "t", turnId: "u", itemId: "a", delta: "xy" },
          emittedAtMs: 1
        }
      })
    })
  )

  it.effect("gets the parts of one item separately", () =>
    Effect.gen(function* () {
      const buffer = make()
      for (let n = 0; n < lag; n++) buffer.offer(alone(n))
      for (const event of [reasoning(0, "a"), reasoning(1, "b"), reasoning(0, "c")]) buffer.offer(event)
      assert.deepStrictEqual((yield* drain(buffer)).slice(lag).map(textOf), ["ac", "b"])
    })
  )

  it.effect.prop(
    "loses and reorders nothing, however it pulls",
    { steps: Schema.Array(Schema.Literals(["a", "b", "alone", "pull"])) },
    ({ steps }) =>
      Effect.gen(function* () {
        const buffer = make()
        const offered: Array<Notification.Notification> = []
        const offer = (event: Notification.Notification) => {
          offered.push(event)
          buffer.offer(event)
        }
        for (let n = 0; n < lag; n++) offer(alone(n))
        const got: Array<Notification.Notification> = []
        for (const [n, step] of steps.entries()) {
          if (step === "alone") offer(alone(n))
          else if (step !== "pull") offer(delta(step, `${n},`))
          else if (buffer.size() > 0) {
            got.push(
              ...(yield* Stream.runCollect(Stream.take(Stream.rechunk(buffer.stream, buffer.size()), buffer.size())))
            )
          }
        }
        got.push(...(yield* drain(buffer)))
        assert.deepStrictEqual(shape(got), shape(offered))
      })
  )
})

describe("a merged delta", () => {
  it.effect("keeps unknown fields in `raw`", () =>
    Effect.gen(function* () {
      const buffer = make()
      for (let n = 0; n < lag; n++) buffer.offer(alone(n))
      for (const text of ["one ", "two ", "three"]) buffer.offer(withMore(text))
      const [merged] = (yield* drain(buffer)).slice(lag)
      assert.strictEqual(merged === undefined ? "" : textOf(merged), "one two three")
      assert.deepInclude(merged?.raw["params"], { delta: "one two three", ofTomorrow: "kept" })
    })
  )
})
