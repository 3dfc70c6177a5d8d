import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Turn from "../../src/Turn.ts"
import * as T from "./support.ts"

const onBinary = (options?: CodexTest.Options) => Effect.provide(CodexTest.layer(options))

const setUp = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const thread = yield* (yield* Codex.Codex).startThread()
  return { model, thread }
})

/** Half an answer, and then nothing more. */
const half = Effect.map(MockModel.gate, (gate) =>
  MockModel.hold(MockModel.deltas(["half ", "an answer"]), gate, { after: 3 })
)

/** The events of a stream until its end, and how it ended. */
const record = Effect.fnUntraced(function* <E>(events: Stream.Stream<Turn.TurnEvent, E>) {
  const seen: Array<Turn.TurnEvent> = []
  const exit = yield* Effect.exit(Stream.runForEach(events, (event) => Effect.sync(() => seen.push(event))))
  return { seen, exit }
})

const last = ({ seen }: { readonly seen: ReadonlyArray<Turn.TurnEvent> }) => seen.at(-1)?.method

describe("a stream that fails with its turn, on the real binary", () => {
  it.live("emits the same events as `streamUntilEnd`, and ends as it does if the turn completes", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      yield* model.enqueue(MockModel.deltas(["he", "llo"]), MockModel.deltas(["he", "llo"]), MockModel.reply("fine"))
      const plain = yield* record(thread.streamUntilEnd("hi"))
      const failing = yield* record(thread.stream("hi"))
      assert.isTrue(Exit.isSuccess(failing.exit))
      // The position of token counts and statuses differs from turn to turn.
      const own = (events: ReadonlyArray<Turn.TurnEvent>) =>
        T.methodsOf(events).filter((method) => method.startsWith("item/") || method.startsWith("turn/"))
      assert.deepStrictEqual(own(failing.seen), own(plain.seen))
      assert.deepStrictEqual(yield* Turn.finalText(thread.stream("hi")), Option.some("fine"))
    }).pipe(onBinary())
  )

  it.live("fails with the error of `run` after `turn/completed`, and so do streams derived from it", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      yield* model.enqueue(MockModel.failed({ code: "insufficient_quota", message: "no" }), MockModel.status(400))
      const told = yield* record(thread.stream("hi"))
      assert.strictEqual(last(told), "turn/completed")
      const failure = yield* Effect.flip(told.exit)
      assert.strictEqual(failure._tag, "TurnFailed")
      if (failure._tag === "TurnFailed") assert.strictEqual(failure.result.status, "failed")
      const text = yield* Effect.flip(Turn.finalText(thread.stream("hi")))
      assert.strictEqual(text._tag, "TurnFailed")
    }).pipe(onBinary())
  )

  it.live("fails the body of a response, however much of the answer was sent", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      yield* model.enqueue(MockModel.drop({ after: 3, reply: MockModel.deltas(["half ", "an answer"]) }))
      const body = thread.stream("hi").pipe(Turn.textDeltas, Stream.encodeText, Stream.toReadableStream())
      const chunks: Array<string> = []
      const reading = Effect.tryPromise(async () => {
        for await (const chunk of body) chunks.push(new TextDecoder().decode(chunk))
      })
      assert.isTrue(Exit.isFailure(yield* Effect.exit(reading)))
      assert.strictEqual(chunks.join(""), "half ")
      // As server-sent events, it says so itself.
      yield* model.enqueue(MockModel.drop({ after: 3, reply: MockModel.deltas(["half ", "an answer"]) }))
      const frames = thread.stream("hi").pipe(
        Turn.textDeltas,
        Stream.map((text) => `data: ${text}\n\n`),
        Stream.catch(({ _tag }) => Stream.succeed(`event: error\ndata: ${_tag}\n\n`))
      )
      assert.deepStrictEqual(yield* Stream.runCollect(frames), [
        "data: half \n\n",
        "event: error\ndata: TurnFailed\n\n"
      ])
    }).pipe(onBinary())
  )

  it.live("interrupts the turn if its consumer stops early, and the thread stays usable", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      yield* model.enqueue(yield* half, MockModel.reply("usable"))
      const words = yield* thread.stream("hi").pipe(Turn.textDeltas, Stream.take(1), Stream.mkString)
      assert.strictEqual(words, "half ")
      yield* model.idle
      assert.deepStrictEqual((yield* thread.run("again")).finalResponse, Option.some("usable"))
    }).pipe(onBinary())
  )

  it.live("is `events` of a handle: each of its runs fails with the same error as `result`", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      yield* model.enqueue(yield* half)
      const turn = yield* thread.turn("hi")
      const early = yield* T.background(record(turn.events))
      yield* Stream.runHead(Turn.textDeltas(turn.eventsUntilEnd))
      yield* turn.interrupt()
      const failure = yield* Effect.flip(turn.result)
      assert.strictEqual(failure._tag, "TurnInterrupted")
      const told = yield* Fiber.join(early)
      assert.strictEqual(T.textOf(told.seen), "half ")
      assert.strictEqual(last(told), "turn/completed")
      assert.strictEqual(yield* Effect.flip(told.exit), failure)
      const late = yield* record(turn.events)
      assert.deepStrictEqual(T.methodsOf(late.seen), ["~snapshot", "turn/completed"])
      assert.strictEqual(yield* Effect.flip(late.exit), failure)
      // `eventsUntilEnd` still ends normally, for callers that run `result`.
      assert.isTrue(Exit.isSuccess((yield* record(turn.eventsUntilEnd)).exit))
    }).pipe(onBinary())
  )

  it.live("is `events` of a goal, which fail as its result does", () =>
    Effect.gen(function* () {
      const { model, thread } = yield* setUp
      yield* model.enqueue(yield* half)
      const goal = yield* thread.startGoal("Count the files.")
      const reading = yield* T.background(record(goal.events))
      yield* Stream.runHead(Turn.textDeltas(goal.eventsUntilEnd))
      yield* goal.interrupt()
      const failure = yield* Effect.flip(goal.result)
      assert.strictEqual(failure._tag, "TurnInterrupted")
      assert.strictEqual(yield* Effect.flip((yield* Fiber.join(reading)).exit), failure)
    }).pipe(onBinary())
  )
})

describe("a stream that fails with its turn", () => {
  it.effect("fails once, with the limit that fired, after the end that the server reported", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "u", { maxDuration: "1 minute" })
      const reading = yield* T.background(record(turn.events))
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.flush
      yield* TestClock.adjust("1 minute")
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "interrupted" }).end)
      const told = yield* Fiber.join(reading)
      assert.strictEqual(last(told), "turn/completed")
      const failure = yield* Effect.flip(told.exit)
      assert.strictEqual(failure._tag, "TurnTimedOut")
      assert.strictEqual(yield* Effect.flip(turn.result), failure)
    })
  )

  it.effect("fails with the connection's error if that ends first", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const reading = yield* T.background(record(thread.stream("hi")))
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.flush
      yield* server.close({ _tag: "EndOfOutput" })
      const failure = yield* Effect.flip((yield* Fiber.join(reading)).exit)
      assert.strictEqual(failure._tag, "CodexError")
    })
  )

  it.effect("sends nothing until it runs, and interrupts its turn if its consumer stops early", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const stream = thread.stream("hi")
      yield* server.flush
      assert.deepStrictEqual(server.methods(), [])
      const reading = yield* T.background(Stream.runCollect(Stream.take(stream, 1)))
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").start)
      yield* server.reply(yield* server.next("turn/interrupt"), {})
      yield* server.notifyAll(T.turnEvents(thread.id, "u", { status: "interrupted" }).end)
      assert.strictEqual((yield* Fiber.join(reading)).length, 1)
    })
  )
})
