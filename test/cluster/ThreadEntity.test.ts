import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Option, Scope, Stream } from "effect"
import * as Input from "../../src/Input.ts"
import * as ThreadDirectory from "../../src/cluster/ThreadDirectory.ts"
import * as protocol from "../../src/internal/cluster/entityProtocol.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Turn from "../../src/Turn.ts"
import { start } from "./entitySupport.ts"
import * as support from "./support.ts"

const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

/** Scripts the next answer to wait at a gate. */
const held = (text: string) =>
  Effect.gen(function* () {
    const model = yield* MockModel.MockModel
    const gate = yield* MockModel.gate
    yield* model.enqueue(MockModel.hold(MockModel.reply(text), gate))
    return gate
  })

/** The answers of a person, in order. */
const answers: Array<Effect.Effect<"fail" | "continue", unknown>> = []
const asked: Array<string> = []
let mistakes = 0

/** One runner for all tests that do not end it. */
const Shared = Context.Service<Effect.Success<ReturnType<typeof start>>>("test/Shared")
const shared = Layer.effect(
  Shared,
  Effect.flatMap(support.makeHome, (home) =>
    start(home, {
      thread: (name) => ({
        start: {
          get cwd(): string | undefined {
            if (name !== "defect") return undefined
            mistakes++
            throw new TypeError("a mistake")
          }
        }
      }),
      ask: ({ key, name, unknown }) =>
        Effect.suspend(() => {
          asked.push(`${name}/${key}/${unknown.status}`)
          return answers.shift() ?? Effect.interrupt
        })
    })
  )
).pipe(Layer.provideMerge(support.layer))

describe("a thread of a cluster", () => {
  it.layer(shared, { excludeTestServices: true })((it) => {
    it.effect("runs a key once, and answers later calls from the stored reply or the record", () =>
      Effect.gen(function* () {
        const { thread } = yield* Shared
        const one = thread("once")
        const first = yield* one.run("k", "run-once", { effort: "low", idleTimeout: "1 minute" })
        assert.deepInclude(first, {
          status: "completed",
          source: "ran",
          finalResponse: Option.some("answer to run-once")
        })
        assert.isTrue(Option.isSome(first.usage) && first.usage.value.turn.totalTokens > 0)
        assert.isFalse("items" in first)
        assert.deepStrictEqual(yield* one.run("k", "run-once"), first)
        const again = yield* one.run("k", "run-once", { attempt: 2, items: true })
        assert.deepInclude(again, { source: "record", turnId: first.turnId, finalResponse: first.finalResponse })
        assert.deepStrictEqual(
          again.items?.map(({ type }) => type),
          ["userMessage", "agentMessage"]
        )
        assert.strictEqual(yield* support.timesAsked("run-once"), 1)
      }).pipe(Effect.scoped)
    )

    it.effect("gives ten callers of one key the same result, from one model request", () =>
      Effect.gen(function* () {
        const { thread } = yield* Shared
        const gate = yield* held("for all ten")
        const calls = yield* Effect.forkChild(
          Effect.all(
            Array.from({ length: 10 }, () => thread("ten").run("k", "ask-ten")),
            { concurrency: "unbounded" }
          )
        )
        yield* gate.reached
        yield* gate.release
        const results = yield* Fiber.join(calls)
        assert.lengthOf(results, 10)
        for (const result of results) assert.deepStrictEqual(result, results[0])
        assert.deepStrictEqual(results[0]?.finalResponse, Option.some("for all ten"))
        assert.strictEqual(yield* support.timesAsked("ask-ten"), 1)
      }).pipe(Effect.scoped)
    )

    it.effect("sends the events of turns that end at once", () =>
      Effect.gen(function* () {
        const { thread } = yield* Shared
        for (let n = 0; n < 20; n++) {
          const key = `k${n}`
          const seen = yield* Effect.forkChild(Stream.runCollect(thread("short").events(key)), {
            startImmediately: true
          })
          yield* thread("short").run(key, key)
          const methods = (yield* Fiber.join(seen)).map(({ method }) => method)
          assert.include(["turn/started", "~snapshot"], methods[0])
          assert.strictEqual(methods.at(-1), "turn/completed")
        }
      }).pipe(Effect.scoped)
    )

    it.effect("sends the end of the last turn to a reader that comes late, and nothing of a turn before that", () =>
      Effect.gen(function* () {
        const { thread } = yield* Shared
        const late = thread("late")
        yield* late.run("k1", "late-1")
        yield* late.run("k2", "late-2")
        const methods = (yield* Stream.runCollect(late.events("k2"))).map(({ method }) => method)
        assert.deepStrictEqual(methods, ["~snapshot", "turn/completed"])
        assert.deepStrictEqual(yield* Stream.runCollect(late.events("k1")), [])
      }).pipe(Effect.scoped)
    )

    it.effect("runs other keys of a name in order, while steer, events and state pass them", () =>
      Effect.gen(function* () {
        const { thread } = yield* Shared
        const model = yield* MockModel.MockModel
        const one = thread("order")
        // The server drops what the model has not begun to answer when it is steered.
        const gate = yield* held("dropped")
        yield* model.enqueue(MockModel.reply("steered"), MockModel.reply("second"))
        const events = yield* Effect.forkChild(Stream.runCollect(Turn.textDeltas(one.events("k1"))), {
          startImmediately: true
        })
        const runs = yield* Effect.forkChild(
          Effect.all([one.run("k1", "order-1"), Effect.andThen(gate.reached, one.run("k2", "order-2"))], {
            concurrency: "unbounded"
          })
        )
        yield* gate.reached
        const state = yield* one.state
        assert.deepStrictEqual(state.key, Option.some("k1"))
        assert.isTrue(Option.isSome(state.turnId))
        const late = yield* Effect.forkChild(Stream.runCollect(one.events()), { startImmediately: true })
        const turnId = yield* one.steer("more-order")
        assert.deepStrictEqual(state.turnId, Option.some(turnId))
        yield* gate.release
        const [first, second] = yield* Fiber.join(runs)
        assert.deepStrictEqual(first.finalResponse, Option.some("steered"))
        assert.deepStrictEqual(second.finalResponse, Option.some("second"))
        assert.strictEqual((yield* Fiber.join(events)).join(""), "steered")
        const seen = yield* Fiber.join(late)
        assert.strictEqual(seen[0]?.method, "~snapshot")
        assert.strictEqual(seen.at(-1)?.method, "turn/completed")
        assert.deepStrictEqual((yield* one.state).key, Option.none())
        const idle = yield* Effect.flip(one.steer("too late"))
        assert(idle._tag === "CodexError")
        assert.strictEqual(idle.reason._tag, "NoActiveTurn")
      }).pipe(Effect.scoped)
    )

    it.effect("stops a turn with interrupt, and not if a caller is gone", () =>
      Effect.gen(function* () {
        const { thread } = yield* Shared
        const one = thread("stop")
        const gate = yield* held("survives")
        const gone = yield* Effect.forkChild(one.run("k1", "stop-1"))
        yield* gate.reached
        yield* Fiber.interrupt(gone)
        yield* gate.release
        assert.deepStrictEqual((yield* one.run("k1", "stop-1")).finalResponse, Option.some("survives"))
        assert.strictEqual(yield* support.timesAsked("stop-1"), 1)
        const second = yield* held("never")
        const run = yield* Effect.forkChild(Effect.flip(one.run("k2", "stop-2")))
        yield* second.reached
        const stopped = yield* one.interrupt
        const error = yield* Fiber.join(run)
        assert(error._tag === "TurnInterrupted")
        assert.deepStrictEqual(stopped, Option.some(error.turnId))
        assert.deepStrictEqual(yield* one.interrupt, Option.none())
        // The same call has the same reply. Another policy is another call.
        assert.strictEqual((yield* Effect.flip(one.run("k2", "stop-2")))._tag, "TurnInterrupted")
        assert.strictEqual((yield* Effect.flip(one.run("k2", "stop-2", { attempt: 2 })))._tag, "OutcomeUnknown")
        assert.strictEqual((yield* one.run("k2", "stop-2", { ifInterrupted: "continue" })).status, "completed")
      }).pipe(Effect.scoped)
    )

    it.effect("fails with typed errors, which keep their fields", () =>
      Effect.gen(function* () {
        const { provide, thread } = yield* Shared
        const model = yield* MockModel.MockModel
        const one = thread("errors")
        yield* model.enqueue(MockModel.status(400, { error: { message: "no" } }))
        const failed = yield* Effect.flip(one.run("k1", "secret-prompt"))
        assert(failed._tag === "TurnFailed")
        assert.strictEqual(failed.result.status, "failed")
        const again = yield* Effect.flip(one.run("k1", "secret-prompt", { attempt: 2 }))
        assert(again._tag === "TurnFailed")
        assert.strictEqual(again.turnId, failed.turnId)
        // Type boundary: what a JavaScript program could pass.
        const unknown = yield* Effect.flip(one.run("k2", "hi", { efort: "low" } as object))
        assert(unknown._tag === "CodexError")
        assert.strictEqual(unknown.reason._tag, "InvalidOptions")
        for (const [key, options] of [
          ["", {}],
          ["k2", { maxDuration: "soon" }],
          ["k2", { ifInterrupted: "retry" }],
          ["k2", { attempt: 0 }]
        ] as const) {
          const invalid = yield* Effect.flip(one.run(key, "hi", options as object))
          assert(invalid._tag === "CodexError")
          assert.deepStrictEqual([invalid.method, invalid.reason._tag], ["ThreadEntity.run", "InvalidOptions"])
        }
        const large = yield* Effect.flip(one.run("k3", "x".repeat(9 * 1024 * 1024)))
        assert(large._tag === "ThreadEntityError")
        assert.strictEqual(large.reason._tag, "MessageTooLarge")
        const nameless = yield* Effect.flip(thread("").run("k", "hi"))
        assert.strictEqual(nameless._tag, "DirectoryError")
        const entity = yield* provide(protocol.ThreadEntity.client)
        const newer = yield* Effect.flip(
          entity("errors").run({
            version: 2,
            key: "k4",
            input: "hi",
            options: {},
            items: false,
            ifInterrupted: "fail",
            ifFailed: "fail",
            attempt: 1
          })
        )
        assert(newer._tag === "ThreadEntityError")
        assert.deepInclude(newer.reason, { _tag: "RunnerTooOld", version: 2, supported: 1 })
        const rows = yield* support.query("SELECT payload FROM cluster_replies")
        assert.notInclude(JSON.stringify(rows), "secret-prompt")
      }).pipe(Effect.scoped)
    )

    it.effect("reports a defect of the runner as a typed error, once", () =>
      Effect.gen(function* () {
        const { thread } = yield* Shared
        const error = yield* Effect.flip(thread("defect").run("k", "hi"))
        assert(error._tag === "ThreadEntityError")
        assert.deepInclude(error.reason, { _tag: "RunnerFailed", defect: "TypeError" })
        assert.notInclude(error.message, "a mistake")
        assert.strictEqual(mistakes, 1)
      }).pipe(Effect.scoped)
    )

    it.effect("asks about an unknown outcome, and fails if the answer does", () =>
      Effect.gen(function* () {
        answers.push(Effect.succeed("fail"), Effect.die("no answer"), Effect.succeed("continue"))
        const { provide, thread } = yield* Shared
        const one = thread("asked")
        const { threadId } = yield* one.run("k0", "before-asked")
        const directory = yield* provide(ThreadDirectory.ThreadDirectory)
        yield* directory.begin("asked", "k1", { home: "another", threadId })
        for (const attempt of [1, 2]) {
          const error = yield* Effect.flip(one.run("k1", "hi-asked", { ifInterrupted: "ask", attempt }))
          assert.strictEqual(error._tag, "OutcomeUnknown")
        }
        const done = yield* one.run("k1", "hi-asked", { ifInterrupted: "ask", attempt: 3 })
        assert.strictEqual(done.source, "ran")
        assert.deepStrictEqual(asked, Array(3).fill("asked/k1/notSaved"))
      }).pipe(Effect.scoped)
    )

    it.effect("answers a message whose reply was lost from the record", () =>
      Effect.gen(function* () {
        const { thread } = yield* Shared
        const first = yield* thread("lost").run("k", [Input.text("look-lost"), Input.image(pixel)])
        yield* support.query(
          "DELETE FROM cluster_replies WHERE request_id IN (SELECT request_id FROM cluster_messages WHERE entity_id = 'lost')"
        )
        yield* support.query(
          "UPDATE cluster_messages SET processed = FALSE, last_read = NULL, last_reply_id = NULL WHERE entity_id = 'lost'"
        )
        yield* support.until(
          Effect.map(
            support.query(
              "SELECT r.payload FROM cluster_replies r JOIN cluster_messages m ON m.request_id = r.request_id WHERE m.entity_id = 'lost'"
            ),
            (rows) => rows.length === 1
          )
        )
        const again = yield* thread("lost").run("k", "look-lost")
        assert.deepInclude(again, { source: "record", turnId: first.turnId })
        assert.strictEqual(yield* support.timesAsked("look-lost"), 1)
      }).pipe(Effect.scoped)
    )
  })

  it.layer(support.layer, { excludeTestServices: true })((it) => {
    it.effect("hands a running turn over when the runner leaves: completed within the limit, else interrupted", () =>
      Effect.gen(function* () {
        const [home, next] = [yield* support.makeHome, yield* support.makeHome]
        const settings = { entityTerminationTimeout: "1 second" } as const
        const leaving = yield* Scope.make()
        const a = yield* Scope.provide(start(home, {}, settings), leaving)
        yield* a.thread("long").run("k0", "long-0")
        const short = yield* held("in time")
        const long = yield* held("too late")
        yield* Effect.forkChild(Effect.exit(a.thread("short").run("k", "leave-short")))
        yield* short.reached
        yield* Effect.forkChild(Effect.exit(a.thread("long").run("k", "leave-long")))
        yield* long.reached
        const closed = yield* Deferred.make<void>()
        yield* Effect.forkChild(Effect.andThen(Scope.close(leaving, Exit.void), Deferred.succeed(closed, undefined)), {
          startImmediately: true
        })
        yield* short.release
        yield* Deferred.await(closed)
        const b = yield* start(next)
        const one = yield* b.thread("short").run("k", "leave-short")
        assert.deepInclude(one, { source: "ran", finalResponse: Option.some("in time") })
        const error = yield* Effect.flip(b.thread("long").run("k", "leave-long"))
        assert(error._tag === "OutcomeUnknown")
        assert.strictEqual(error.status, "interrupted")
        const continued = yield* b.thread("long").run("k", "leave-long", { ifInterrupted: "continue" })
        assert.strictEqual(continued.status, "completed")
        assert.strictEqual(yield* support.timesAsked("leave-short"), 1)
        assert.strictEqual(yield* support.timesAsked("leave-long"), 1)
      }).pipe(Effect.scoped)
    )
  })
})
