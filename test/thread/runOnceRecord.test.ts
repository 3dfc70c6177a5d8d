/**
 * How `runOnce` and `turnByKey` read the record of a thread: how many requests a search takes, and what they do when
 * the record changes while they wait. The server is played in memory.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option } from "effect"
import { at } from "../support/rawDriver.ts"
import * as T from "../turn/support.ts"

const input = (key: string | undefined) => ({
  type: "userMessage",
  id: `input-${key}`,
  clientId: key ?? null,
  content: []
})

const answer = (text: string) => ({ type: "agentMessage", id: `answer-${text}`, text, phase: "final_answer" })

/** A turn as the server has saved it. */
const saved = (id: string, key?: string, status = "completed", items: ReadonlyArray<object> = [answer(id)]) => ({
  id,
  status,
  items: [input(key), ...items],
  error: null
})

/** Answers every search from a record, the newest turn first. */
const searched = (server: T.Server, record: ReadonlyArray<object>) =>
  Effect.gen(function* () {
    const requests: Array<unknown> = []
    yield* Effect.forkScoped(
      Effect.forever(
        Effect.gen(function* () {
          const request = yield* server.next("thread/turns/list")
          const from = Number(at(request.params, "cursor") ?? 0)
          // As on the server: at most 100.
          const to = from + Math.min(100, Number(at(request.params, "limit")))
          requests.push([at(request.params, "itemsView"), from, to - from, at(request.params, "sortDirection")])
          const data = record.slice(from, to)
          yield* server.reply(request, { data, nextCursor: to < record.length ? String(to) : null })
        })
      )
    )
    return requests
  })

const many = (count: number, keyed: number) =>
  Array.from({ length: count }, (_, n) => saved(`turn-${n}`, n === keyed ? "k" : `other-${n}`))

const setUp = Effect.gen(function* () {
  const server = yield* T.connect()
  return { server, thread: yield* server.thread }
})

describe("the search for a key", () => {
  for (const [name, count, keyed, options, expected] of [
    ["takes one request for the newest turns", 1000, 3, {}, [["full", 0, 8, "desc"]]],
    ["takes one request for a short thread", 5, -1, {}, [["full", 0, 8, "desc"]]],
    [
      "reads the whole of an older turn, and the others without their items",
      1000,
      60,
      {},
      [
        ["full", 0, 8, "desc"],
        ["summary", 8, 100, "desc"],
        ["notLoaded", 8, 52, "desc"],
        ["full", 60, 1, "desc"]
      ]
    ],
    [
      "finds the first turn of a page",
      1000,
      108,
      {},
      [
        ["full", 0, 8, "desc"],
        ["summary", 8, 100, "desc"],
        ["summary", 108, 92, "desc"],
        ["full", 108, 1, "desc"]
      ]
    ],
    [
      "ends after the latest 200 turns",
      1000,
      200,
      {},
      [
        ["full", 0, 8, "desc"],
        ["summary", 8, 100, "desc"],
        ["summary", 108, 92, "desc"]
      ]
    ],
    ["ends where the caller says", 1000, 4, { searchTurns: 4 }, [["full", 0, 4, "desc"]]],
    [
      "goes as far as the caller says",
      330,
      320,
      { searchTurns: Number.POSITIVE_INFINITY },
      [
        ["full", 0, 8, "desc"],
        ["summary", 8, 100, "desc"],
        ["summary", 108, 100, "desc"],
        ["summary", 208, 100, "desc"],
        ["summary", 308, 100, "desc"],
        ["notLoaded", 308, 12, "desc"],
        ["full", 320, 1, "desc"]
      ]
    ]
  ] as const) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const { server, thread } = yield* setUp
        const requests = yield* searched(server, many(count, keyed))
        const found = yield* thread.turnByKey("k", options)
        assert.deepStrictEqual<unknown>(requests, expected)
        const isFound = expected.at(-1)?.[0] === "full" && keyed >= 0 && keyed < 1000 && keyed !== 4
        assert.deepStrictEqual(
          Option.map(found, ({ finalResponse, id }) => [id, finalResponse]),
          isFound ? Option.some([`turn-${keyed}`, Option.some(`turn-${keyed}`)]) : Option.none()
        )
      })
    )
  }

  it.effect("ends at a cursor that repeats", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* setUp
      const search = yield* T.background(thread.turnByKey("k"))
      for (let page = 0; page < 2; page++) {
        yield* server.reply(yield* server.next("thread/turns/list"), { data: [saved("t")], nextCursor: "same" })
      }
      assert.deepStrictEqual(yield* Fiber.join(search), Option.none())
    })
  )

  it.effect("ignores an input that joined a turn in which no model read it", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* setUp
      const joined = { ...saved("joined"), items: [input("other"), answer("a"), input("k")] }
      yield* searched(server, [joined])
      assert.deepStrictEqual(yield* thread.turnByKey("k"), Option.none())
      assert.isTrue(Option.isSome(yield* thread.turnByKey("other")))
    })
  )

  it.effect("finds an input that joined a turn in which a model read it", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* setUp
      yield* searched(server, [{ ...saved("joined"), items: [input("other"), answer("a"), input("k"), answer("b")] }])
      assert.isTrue(Option.isSome(yield* thread.turnByKey("k")))
    })
  )
})

describe("runOnce", () => {
  it.effect("reads the record again after it had to wait for the thread, and sends nothing if that changed", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* setUp
      const foreign = T.turnEvents(thread.id, "foreign")
      yield* server.notifyAll(foreign.start)
      yield* server.flush
      const call = yield* T.background(thread.runOnce("k", "go"))
      yield* server.reply(yield* server.next("thread/turns/list"), { data: [saved("foreign", "x", "inProgress")] })
      yield* server.flush
      yield* server.notifyAll(foreign.end)
      const again = yield* server.next("thread/turns/list")
      // The thread is held while the record is read. What asks for its turn in the meantime waits, and gets none.
      const current = yield* T.background(thread.current)
      // Another client has run it in the meantime: the call sees that twice, and asks for nothing.
      yield* server.reply(again, { data: [saved("theirs", "k")] })
      yield* server.reply(yield* server.next("thread/turns/list"), { data: [saved("theirs", "k")] })
      assert.deepStrictEqual(yield* Fiber.join(current), Option.none())
      assert.strictEqual((yield* Fiber.join(call)).id, "theirs")
      assert.notInclude(server.methods(), "turn/start")
      // The thread is free for the next turn.
      const next = yield* T.background(thread.run("next"))
      yield* server.accept("u")
      yield* server.notifyAll(T.turnEvents(thread.id, "u").all)
      yield* Fiber.join(next)
    })
  )

  it.effect("shares the turn of a run with the same key", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* setUp
      const run = yield* T.background(thread.run("go", { key: "k" }))
      const request = yield* server.next("turn/start")
      assert.strictEqual(at(request.params, "clientUserMessageId"), "k")
      const call = yield* T.background(thread.runOnce("k", "go"))
      // The server has not saved the input yet.
      yield* server.reply(yield* server.next("thread/turns/list"), { data: [] })
      yield* server.flush
      yield* server.reply(request, { turn: { id: "u", items: [], status: "inProgress", error: null } })
      yield* server.notifyAll(T.turnEvents(thread.id, "u").all)
      yield* Fiber.join(run)
      yield* server.reply(yield* server.next("thread/turns/list"), { data: [saved("u", "k")] })
      assert.strictEqual((yield* Fiber.join(call)).id, "u")
    })
  )

  it.effect("has the items of a turn that ran before it was followed", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* setUp
      const foreign = T.turnEvents(thread.id, "foreign")
      yield* server.notifyAll(foreign.start)
      const call = yield* T.background(thread.runOnce("k", "go"))
      const search = yield* server.next("thread/turns/list")
      yield* server.reply(search, { data: [saved("foreign", "k", "inProgress")] })
      yield* server.flush
      yield* server.notifyAll(foreign.end)
      const result = yield* Fiber.join(call)
      assert.deepStrictEqual([result.status, result.finalResponse], ["completed", Option.some("foreign")])
    })
  )

  it.effect("knows after the end of the connection what it saw of a turn that another client ran", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* setUp
      yield* server.notifyAll(T.turnEvents(thread.id, "watched").start)
      const call = yield* T.background(Effect.flip(thread.runOnce("k", "go")))
      const search = yield* server.next("thread/turns/list")
      yield* server.reply(search, { data: [saved("watched", "k", "inProgress", [])] })
      yield* server.flush
      yield* server.notifyAll([T.itemStarted(thread.id, "watched", T.command("c"))])
      yield* server.flush
      yield* server.close({ _tag: "Exited", exitCode: null, signal: "SIGKILL" })
      assert.strictEqual((yield* Fiber.join(call))._tag, "CodexError")
      const next = yield* setUp
      yield* searched(next.server, [saved("watched", "k", "interrupted", [])])
      const error = yield* Effect.flip(next.thread.runOnce("k", "go"))
      assert.deepStrictEqual(error._tag === "OutcomeUnknown" ? error.collected : error._tag, {
        items: 1,
        unfinishedItems: 1,
        totalTokens: null
      })
    })
  )

  it.effect("fails with OutcomeUnknown for a turn without an end that does not run", () =>
    Effect.gen(function* () {
      const { server, thread } = yield* setUp
      yield* searched(server, [saved("lost", "k", "inProgress", [T.command("c")])])
      const call = yield* T.background(Effect.flip(thread.runOnce("k", "go")))
      const read = yield* server.next("thread/read")
      const { thread: shown } = Object(thread.reply)
      yield* server.reply(read, { thread: { ...shown, status: { type: "idle" } } })
      const error = yield* Fiber.join(call)
      assert.strictEqual(error._tag, "OutcomeUnknown")
      if (error._tag !== "OutcomeUnknown") return
      assert.deepStrictEqual([error.turnId, error.status], ["lost", "inProgress"])
      assert.deepStrictEqual(error.collected, { items: 1, unfinishedItems: 1, totalTokens: null })
    })
  )
})
