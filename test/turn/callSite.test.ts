/**
 * What is printed of an error says where the program made the call, and shows no frame of this package. On the real
 * binary, because most errors are made by the reader of its messages.
 */
import { assert, describe, it } from "@effect/vitest"
import { Array, Cause, Effect, Exit, Option, Schedule, Stream, Tracer } from "effect"
import { Codex, type Thread } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"

const printed = (self: Effect.Effect<unknown, unknown>): Effect.Effect<string> =>
  Effect.map(Effect.exit(self), (exit) => {
    assert.isTrue(Exit.isFailure(exit))
    return Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""
  })

/** The frames of an error and of its cause. */
const framesOf = (text: string): ReadonlyArray<string> =>
  text.split("\n").flatMap((line) => (line.trim().startsWith("at ") ? [line.trim()] : []))

const assertFrame = (text: string, name: string): void => {
  const [first = "", ...more] = framesOf(text)
  assert.include(first, `at ${name} (`)
  assert.include(first, "callSite.test.ts:")
  assert.deepStrictEqual(more, [])
}

const ready = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const next = model.enqueue(MockModel.failed({ code: "insufficient_quota", message: "no" }))
  return { codex, thread, next }
})

const live = CodexTest.layer()

describe("the printed error of a call", () => {
  const calls: ReadonlyArray<readonly [string, (thread: Thread.Thread) => Effect.Effect<unknown, unknown>]> = [
    ["Thread.run", (thread) => thread.run("hi")],
    ["Thread.stream", (thread) => Stream.runDrain(thread.stream("hi"))]
  ]
  it.live.each(calls)("names the line that called %s, also under Effect.retry", ([name, call]) =>
    Effect.gen(function* () {
      const { next, thread } = yield* ready
      yield* next
      assertFrame(yield* printed(call(thread)), name)
      yield* next
      yield* next
      assertFrame(yield* printed(Effect.retry(call(thread), Schedule.recurs(1))), name)
    }).pipe(Effect.provide(live))
  )

  it.live("names the line of a call that fails before anything is sent", () =>
    Effect.gen(function* () {
      const { codex, thread } = yield* ready
      assertFrame(yield* printed(thread.run("")), "Thread.run")
      assertFrame(yield* printed(codex.resumeThread("no id")), "Codex.resumeThread")
    }).pipe(Effect.provide(live))
  )

  it.live("names the line of a call that the server rejects", () =>
    Effect.gen(function* () {
      const { codex } = yield* ready
      const text = yield* printed(codex.resumeThread("00000000-0000-7000-8000-000000000000"))
      assert.include(text, "CodexError: thread/resume")
      assertFrame(text, "Codex.resumeThread")
    }).pipe(Effect.provide(live))
  )

  it.live("has no frames of the reader if no method of a thread made the call", () =>
    Effect.gen(function* () {
      const { next, thread } = yield* ready
      yield* next
      const turn = yield* thread.turn("hi")
      assert.deepStrictEqual(framesOf(yield* printed(turn.result)), [])
    }).pipe(Effect.provide(live))
  )

  it.live("has frames as usual for an error of the program's own", () =>
    Effect.gen(function* () {
      yield* ready
      assert.include(String(new Error("mine").stack), "\n    at ")
    }).pipe(Effect.provide(live))
  )
})

describe("the span of a stream", () => {
  it.live("lasts as long as the stream, and contains the call that starts the turn", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const { thread } = yield* ready
      const spans: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const named = (name: string) => Option.getOrThrow(Array.findFirst(spans, (span) => span.name === name))
      for (const name of ["stream", "streamUntilEnd"] as const) {
        yield* model.enqueue(MockModel.reply("hello"))
        spans.length = 0
        yield* thread[name]("hi").pipe(
          Stream.runForEach(() =>
            Effect.sync(() => assert.strictEqual(named(`Thread.${name}`).status._tag, "Started"))
          ),
          Effect.withTracer(tracer)
        )
        assert.strictEqual(named(`Thread.${name}`).status._tag, "Ended")
        assert.deepStrictEqual(
          Option.map(named("turn/start").parent, ({ spanId }) => spanId),
          Option.some(named(`Thread.${name}`).spanId)
        )
      }
    }).pipe(Effect.provide(live))
  )
})
