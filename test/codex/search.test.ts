import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Stream } from "effect"
import * as Codex from "../../src/Codex.ts"
import { onBinary, reasonOf } from "../support/onBinary.ts"
import * as Peer from "../support/peer.ts"
import * as Played from "../support/played.ts"

describe("a search of threads", () => {
  it.live("returns each thread that contains the text, once", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const ids: Array<string> = []
      for (const text of ["a needle", "a needle too", "straw", "the last needle"]) {
        const thread = yield* codex.startThread()
        yield* thread.run(text)
        if (text !== "straw") ids.push(thread.id)
      }
      const found = yield* Stream.runCollect(codex.searchThreads({ searchTerm: "needle", sortDirection: "asc" }))
      assert.deepStrictEqual(Array.from(found, ({ thread }) => thread.id).sort(), [...ids].sort())
      for (const { snippet } of found) assert.include(snippet, "needle")
      assert.lengthOf(yield* Stream.runCollect(codex.searchThreads({ searchTerm: "camel" })), 0)
    }).pipe(onBinary())
  )

  it.live("rejects an empty text, and an option that the server would ignore", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      assert.strictEqual(yield* reasonOf(Stream.runDrain(codex.searchThreads({ searchTerm: " " }))), "RequestRejected")
      // Type boundary: a misspelled option, from JavaScript.
      const misspelt = { searchTerm: "x", sortOrder: "asc" } as { readonly searchTerm: string }
      assert.strictEqual(yield* reasonOf(Stream.runDrain(codex.searchThreads(misspelt))), "InvalidOptions")
    }).pipe(onBinary())
  )
})

const match = (id: string) => ({ snippet: id, thread: Peer.thread(id) })

const ids = (matches: ReadonlyArray<{ readonly snippet: string }>) => matches.map(({ snippet }) => snippet)

describe("a search, on the wire", () => {
  it.effect("emits early results of the server, and does not repeat them when their page arrives", () =>
    Effect.gen(function* () {
      const { codex, peer } = yield* Played.codex("0.171.0")
      const early = yield* Deferred.make<void>()
      const found: Array<string> = []
      const search = yield* Effect.forkScoped(
        Stream.runForEach(codex.searchThreads({ searchTerm: "x" }), ({ snippet }) => {
          found.push(snippet)
          return snippet === "b" ? Deferred.succeed(early, undefined) : Effect.void
        }),
        { startImmediately: true }
      )
      const { id, method } = yield* peer.receive
      assert.strictEqual(method, "thread/search/stream")
      yield* peer.send({ method: "thread/search/partial", params: { requestId: 99, data: [match("another's")] } })
      yield* peer.send({ method: "thread/search/partial", params: { requestId: id, data: [match("b")] } })
      yield* Deferred.await(early)
      yield* peer.send({ id, result: { data: [match("a"), match("b")], nextCursor: "2" } })
      const next = yield* peer.receive
      assert.strictEqual(Object(next["params"]).cursor, "2")
      yield* peer.send({ id: next.id, result: { data: [match("b"), match("c")], nextCursor: null } })
      yield* Fiber.join(search)
      assert.deepStrictEqual(found, ["b", "a", "c"])
    }).pipe(Effect.scoped)
  )

  it.effect("is cancelled on the server if it is interrupted, on each page", () =>
    Effect.gen(function* () {
      const { codex, peer } = yield* Played.codex("0.171.0")
      for (const page of [1, 2]) {
        const search = yield* Effect.forkScoped(Stream.runDrain(codex.searchThreads({ searchTerm: "x" })), {
          startImmediately: true
        })
        let request = yield* peer.receive
        if (page === 2) {
          yield* peer.send({ id: request.id, result: { data: [], nextCursor: "2" } })
          request = yield* peer.receive
        }
        const stop = yield* Effect.forkScoped(Fiber.interrupt(search), { startImmediately: true })
        const cancel = yield* peer.receive
        assert.strictEqual(cancel.method, "thread/search/stream/cancel")
        assert.deepStrictEqual(cancel["params"], { requestId: request.id })
        yield* peer.send({ id: cancel.id, result: {} })
        yield* Fiber.join(stop)
      }
    }).pipe(Effect.scoped)
  )

  it.effect("reads page by page from an older server", () =>
    Effect.gen(function* () {
      const { codex, peer } = yield* Played.codex("0.169.0")
      const search = yield* Effect.forkScoped(
        Effect.exit(Stream.runCollect(codex.searchThreads({ searchTerm: "x", pageSize: 2 }))),
        { startImmediately: true }
      )
      const first = yield* peer.receive
      assert.deepInclude(first, { method: "thread/search", params: { searchTerm: "x", limit: 2 } })
      yield* peer.send({ id: first.id, result: { data: [match("a")], nextCursor: "2" } })
      const second = yield* peer.receive
      assert.deepInclude(second, { method: "thread/search", params: { searchTerm: "x", limit: 2, cursor: "2" } })
      yield* peer.send({ id: second.id, result: { data: [match("b")] } })
      assert.deepStrictEqual(Exit.map(yield* Fiber.join(search), ids), Exit.succeed(["a", "b"]))
    }).pipe(Effect.scoped)
  )
})
