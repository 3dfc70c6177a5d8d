import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Tracer } from "effect"
import { at } from "../support/rawDriver.ts"
import { connect, start } from "./support.ts"

describe("tracing", () => {
  /** Runs an effect with a tracer that keeps the spans, and returns them. */
  const traced = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    yield* Effect.withTracer(effect, tracer)
    return spans
  })

  it.effect("gives a call a span that has its method as name and no params, and sends its ids", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const traces: Array<unknown> = []
      const spans = yield* traced(
        Effect.gen(function* () {
          const call = yield* start(
            Effect.withSpan(client.request("thread/loaded/list", { cursor: "sentinel" }), "outer")
          )
          const { id, trace } = yield* peer.receive
          yield* peer.send({ id, result: { data: [] } })
          yield* Fiber.join(call)
          return trace
        }).pipe(Effect.map((trace) => void traces.push(trace)))
      )
      const span = spans.find(({ name }) => name === "thread/loaded/list") ?? assert.fail("no span")
      const outer = spans.find(({ name }) => name === "outer") ?? assert.fail("no outer span")
      assert.deepStrictEqual(traces, [{ traceparent: `00-${span.traceId}-${span.spanId}-01` }])
      assert.strictEqual(span.traceId, outer.traceId)
      assert.match(span.traceId, /^[0-9a-f]{32}$/)
      assert.match(span.spanId, /^[0-9a-f]{16}$/)
      assert.deepStrictEqual([...span.attributes], [])
      assert.strictEqual(span.kind, "client")
      assert.strictEqual(span.status._tag, "Ended")
    })
  )

  it.effect("sends no ids if the span is not sampled, or tracing is off", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const unsampled = Tracer.externalSpan({ traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: false })
      const calls = [
        Effect.withParentSpan(client.requestRaw("a", {}), unsampled),
        Effect.withTracerEnabled(client.requestRaw("a", {}), false)
      ]
      for (const call of calls) {
        const fiber = yield* start(call)
        const request = yield* peer.receive
        assert.deepStrictEqual(Object.keys(request), ["id", "method", "params"])
        yield* Fiber.interrupt(fiber)
      }
    })
  )

  it.effect("starts a trace for a call outside of any span if there is a tracer, and continues one inside", () =>
    Effect.gen(function* () {
      const { client, peer } = yield* connect()
      const sent = Effect.fnUntraced(function* (call: Effect.Effect<unknown, unknown>) {
        const fiber = yield* start(call)
        const { trace } = yield* peer.receive
        yield* Fiber.interrupt(fiber)
        return at(trace, "traceparent")
      })
      const traces: Array<unknown> = []
      const roots = yield* traced(Effect.map(sent(client.requestRaw("a", {})), (trace) => void traces.push(trace)))
      assert.deepStrictEqual(
        traces,
        roots.map(({ spanId, traceId }) => `00-${traceId}-${spanId}-01`)
      )
      assert.lengthOf(roots, 1)
      const outer = Tracer.externalSpan({ traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: true })
      const continued = yield* sent(Effect.withParentSpan(client.requestRaw("a", {}), outer))
      assert.match(String(continued), new RegExp(`^00-${"1".repeat(32)}-[0-9a-f]{16}-01$`))
      assert.isUndefined(yield* sent(client.requestRaw("a", {})))
    })
  )
})
