/**
 * Steps on saved threads: resuming, forking, listing and reading them, and other operations.
 */
import { Effect, Option, Stream } from "effect"
import * as Codex from "../../../src/Codex.ts"
import { CodexError } from "../../../src/CodexError.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Thread } from "../../../src/Thread.ts"
import type { TurnResult } from "../../../src/Turn.ts"
import * as OlderThread from "../../support/olderThread.ts"
import { equal, holds, houseStep, type Step, step } from "../step.ts"

/** The words of a conversation, in order. */
const words = (items: TurnResult["items"]): ReadonlyArray<string> =>
  items.flatMap((item) => {
    if (item.type === "agentMessage") return [item.text]
    return item.type === "userMessage" ? item.content.flatMap((part) => (part.type === "text" ? [part.text] : [])) : []
  })

/** A thread on which two turns ran. */
const kept = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const model = yield* MockModel.MockModel
  const thread = yield* codex.startThread()
  for (const n of [1, 2]) {
    yield* model.enqueue(MockModel.reply(`answer ${n}`))
    yield* thread.run(`prompt ${n}`)
  }
  return { codex, model, thread }
})

const all = ["prompt 1", "answer 1", "prompt 2", "answer 2"]

/** The text of the user that the model received in its last request. */
const told = (model: MockModel.MockModel) =>
  Effect.map(model.requests, (requests) => requests.at(-1)?.texts("user").join("\n") ?? "")

const reasonOf = (call: Effect.Effect<unknown, unknown>) =>
  Effect.map(Effect.flip(call), (error) => (error instanceof CodexError ? error.reason._tag : error))

const ids = (codex: Codex.Codex, options?: Codex.ListThreadsOptions) =>
  Effect.map(Stream.runCollect(codex.threads(options)), (threads) => Array.from(threads, ({ id }) => id))

const history = (thread: Thread) =>
  Effect.map(Stream.runCollect(thread.history()), (turns) => Array.from(turns).flatMap(({ items }) => words(items)))

export const threads: ReadonlyArray<Step> = [
  houseStep("resume after a restart", ({ model, start }) =>
    Effect.gen(function* () {
      yield* model.enqueue(MockModel.reply("answer 1"), MockModel.reply("answer 2"))
      const id = yield* Effect.scoped(
        Effect.gen(function* () {
          const thread = yield* (yield* start).codex.startThread()
          yield* thread.run("prompt 1")
          return thread.id
        })
      )
      const { codex } = yield* start
      const thread = yield* codex.resumeThread(id)
      yield* equal("answer", (yield* thread.run("prompt 2")).finalResponse, Option.some("answer 2"))
      yield* equal("history", yield* history(thread), all)
      yield* holds("the model knows", (yield* told(model)).includes("prompt 1"))
    })
  ),
  step(
    "resume a thread of the oldest version",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.resumeThread(OlderThread.put("0.125.0", yield* CodexTest.TestHome))
      const items = Array.from(yield* Stream.runCollect(thread.items({ pageSize: 4 })), ({ item }) => item)
      yield* equal("items", words(items), OlderThread.conversation)
      yield* equal("history", yield* history(thread), OlderThread.conversation)
      yield* equal("a turn", (yield* thread.run("prompt 3")).status, "completed")
    })
  ),
  step(
    "resume what there is not",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const none = "00000000-0000-7000-8000-000000000000"
      yield* equal("reason", yield* reasonOf(codex.resumeThread(none)), "RolloutNotFound")
      const thread = yield* codex.resumeOrStart(none)
      yield* equal("the new one", (yield* thread.run("hi")).status, "completed")
    })
  ),
  step(
    "fork",
    Effect.gen(function* () {
      const { model, thread } = yield* kept
      const fork = yield* thread.fork()
      yield* holds("another id", fork.id !== thread.id)
      yield* equal("history", yield* history(fork), all)
      yield* equal("a turn", (yield* fork.run("prompt 3")).status, "completed")
      yield* holds("the model knows", (yield* told(model)).includes("prompt 1"))
    })
  ),
  step(
    "list threads",
    Effect.gen(function* () {
      const { codex, thread } = yield* kept
      const [listed] = (yield* codex.listThreads()).data
      yield* equal("thread", [listed?.id, listed?.preview], [thread.id, "prompt 1"])
      yield* equal("loaded", yield* codex.loadedThreads, [thread.id])
    })
  ),
  step(
    "search threads",
    Effect.gen(function* () {
      const { codex, thread } = yield* kept
      const found = Array.from(yield* Stream.runCollect(codex.searchThreads({ searchTerm: "answer 2" })))
      yield* equal(
        "threads",
        found.map(({ thread }) => thread.id),
        [thread.id]
      )
    })
  ),
  step(
    "read",
    Effect.gen(function* () {
      const { thread } = yield* kept
      const { preview, turns } = yield* thread.read({ includeTurns: true })
      yield* equal("preview", preview, "prompt 1")
      yield* equal(
        "turns",
        turns.flatMap(({ items }) => words(items)),
        all
      )
    })
  ),
  step(
    "history",
    Effect.gen(function* () {
      const { thread } = yield* kept
      yield* equal("turns", yield* history(thread), all)
      const page = yield* thread.historyPage({ pageSize: 1, sortDirection: "desc" })
      yield* equal(
        "newest page",
        page.data.flatMap(({ items }) => words(items)),
        all.slice(2)
      )
    })
  ),
  step(
    "items",
    Effect.gen(function* () {
      const { thread } = yield* kept
      const items = Array.from(yield* Stream.runCollect(thread.items({ pageSize: 3 })))
      yield* equal("items", words(items.map(({ item }) => item)), all)
      const page = yield* thread.itemsPage({ pageSize: 1, sortDirection: "desc" })
      yield* equal("newest page", words(page.data.map(({ item }) => item)), all.slice(3))
    })
  ),
  step(
    "name",
    Effect.gen(function* () {
      const { codex, thread } = yield* kept
      yield* thread.setName("a name")
      yield* equal("name", (yield* thread.read()).name, "a name")
      yield* equal("name in the list", (yield* codex.listThreads()).data[0]?.name, "a name")
    })
  ),
  step(
    "archive",
    Effect.gen(function* () {
      const { codex, thread } = yield* kept
      yield* codex.archiveThread(thread.id)
      yield* equal("lists", [yield* ids(codex), yield* ids(codex, { archived: true })], [[], [thread.id]])
      yield* equal("reason", yield* reasonOf(thread.run("hi")), "ThreadNotFound")
    })
  ),
  step(
    "unarchive",
    Effect.gen(function* () {
      const { codex, thread } = yield* kept
      yield* codex.archiveThread(thread.id)
      const again = yield* codex.unarchiveThread(thread.id)
      yield* equal("a turn", (yield* again.run("prompt 3")).status, "completed")
      yield* equal("list", yield* ids(codex), [thread.id])
    })
  ),
  step(
    "delete",
    Effect.gen(function* () {
      const { codex, thread } = yield* kept
      yield* codex.deleteThread(thread.id)
      yield* equal("list", yield* ids(codex), [])
      yield* equal("reason", yield* reasonOf(codex.resumeThread(thread.id)), "RolloutNotFound")
    })
  ),
  step(
    "cut the history",
    Effect.gen(function* () {
      const { model, thread } = yield* kept
      const turns = Array.from(yield* Stream.runCollect(thread.history()))
      yield* thread.revert(turns[1]?.id ?? "")
      yield* equal("history", yield* history(thread), all.slice(0, 2))
      yield* thread.run("prompt 3")
      yield* holds("the model has forgotten", !(yield* told(model)).includes("prompt 2"))
    })
  ),
  step(
    "add items",
    Effect.gen(function* () {
      const { model, thread } = yield* kept
      yield* thread.injectItems([
        { type: "message", role: "user", content: [{ type: "input_text", text: "From elsewhere." }] }
      ])
      yield* thread.run("prompt 3")
      yield* holds("the model knows", (yield* told(model)).includes("From elsewhere."))
    })
  ),
  step(
    "compaction",
    Effect.gen(function* () {
      const { model, thread } = yield* kept
      yield* model.enqueue(MockModel.reply("A summary."))
      const { items, status } = yield* thread.compactAndWait()
      yield* equal("the compaction", [status, items.map(({ type }) => type)], ["completed", ["contextCompaction"]])
      yield* equal("the next turn", (yield* thread.run("prompt 3")).status, "completed")
      yield* holds("the model has the summary", (yield* told(model)).includes("A summary."))
    })
  ),
  step(
    "review",
    Effect.gen(function* () {
      const { model, thread } = yield* kept
      yield* model.enqueue(MockModel.reply("It looks fine."))
      const turn = yield* thread.review({ type: "custom", instructions: "Look." })
      const result = yield* turn.result
      yield* equal("answer", [result.status, result.finalResponse], ["completed", Option.some("It looks fine.")])
      yield* equal("the next turn", (yield* thread.run("prompt 3")).status, "completed")
    })
  ),
  step(
    "unsubscribe",
    Effect.gen(function* () {
      const { codex, thread } = yield* kept
      yield* equal("status", yield* thread.unsubscribe, "unsubscribed")
      yield* equal("reason", yield* reasonOf(thread.run("hi")), "ThreadNotFound")
      yield* equal("resumed", (yield* (yield* codex.resumeThread(thread.id)).run("hi")).status, "completed")
    })
  )
]
