/**
 * Shows the life of a thread: name, history, lists, fork, revert, compaction, archive, delete.
 *
 * Run with: npm run example -- 06
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Stream } from "effect"
import { Codex } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./support/setup.ts"

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  yield* thread.run("First question.")
  yield* thread.run("Second question.")

  yield* thread.setName("A thread with a name")
  const { name } = yield* thread.read()
  yield* Console.log(`name: ${name}`)

  // The turns so far, requested page by page.
  const turns = yield* Stream.runCollect(thread.history())
  yield* Console.log(`turns: ${turns.length}`)

  // A fork copies the history up to a point. The source thread stays unchanged.
  const fork = yield* thread.fork()
  const second = turns[1]
  if (second !== undefined) yield* fork.revert(second.id)
  yield* Console.log(`turns of the fork: ${yield* Stream.runCount(fork.history())}`)

  // This shortens what the model sees. The history stays.
  const compaction = yield* thread.compactAndWait()
  yield* Console.log(`compaction: ${compaction.status}`)

  const listed = yield* codex.threads({ pageSize: 10 }).pipe(Stream.runCollect)
  yield* Console.log(`listed: ${listed.some(({ id }) => id === thread.id)}`)

  yield* codex.archiveThread(fork.id)
  const archived = yield* codex.threads({ archived: true }).pipe(Stream.runCollect)
  yield* Console.log(`archived: ${archived.some(({ id }) => id === fork.id)}`)
  const back = yield* codex.unarchiveThread(fork.id)
  yield* back.run("Are you back?")
  yield* Console.log("unarchived, and usable")

  yield* codex.deleteThread(back.id)
  const left = yield* codex.threads().pipe(Stream.runCollect)
  yield* Console.log(`deleted: ${left.every(({ id }) => id !== back.id)}`)
})

program.pipe(Effect.provide(Setup.layer({ fallback: () => MockModel.reply("An answer.") })), NodeRuntime.runMain)
