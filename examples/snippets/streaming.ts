/**
 * A turn for a user interface: its state, its events at another pace, its sub-agents, and a web stream. The code of
 * `docs/how-to-streaming.md`.
 *
 * Run with: npm run example -- snippets/streaming
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Option, Stream } from "effect"
import { Codex, Printable, Turn } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "../support/setup.ts"

// #region draw
/** Shows a turn as lines. The state includes everything so far, also for a late subscriber. */
const draw = (state: Turn.TurnState): ReadonlyArray<string> => [
  ...state.items.map(({ isCompleted, item, text }) => `${isCompleted ? "✓" : "…"} ${item.type} ${text}`),
  ...Option.match(state.retrying, { onNone: () => [], onSome: ({ message }) => [`trying again: ${message}`] }),
  Option.match(state.usage, { onNone: () => state.status, onSome: ({ turn }) => `${turn.totalTokens} tokens` })
]
// #endregion

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()

  // #region state
  const turn = yield* thread.turn("Say hello.")
  // A slow screen gets only the latest state, and blocks nothing.
  const last = yield* turn.stateChanges.pipe(Stream.map(draw), Stream.runLast)
  // #endregion
  yield* Effect.forEach(
    Option.getOrElse(last, () => []),
    (line) => Console.log(Printable.line(line))
  )

  const slow = yield* thread.turn("Say hello.")
  // #region slow
  // If the consumer lags, deltas are dropped here. By default they are merged, and nothing is lost.
  const items = yield* slow
    .eventsWith({ whenSlow: "dropDeltas", capacity: 64 })
    .pipe(Turn.completedItems, Stream.runCollect)
  // #endregion
  yield* Console.log(`items: ${items.length}`)

  const parent = yield* thread.turn("Say hello.")
  // #region tree
  // The turn and its sub-agents, each event with its thread.
  const threads = yield* parent.tree.pipe(
    Stream.runFold(
      () => new Set<string>(),
      (seen, { threadId }) => seen.add(threadId)
    )
  )
  // #endregion
  yield* Console.log(`threads: ${threads.size}`)

  // #region web
  // For code without Effect: the body of a response, as server-sent events. Cancelling it interrupts the turn.
  const body: ReadableStream<Uint8Array> = thread.stream("Say hello.", { maxDuration: "5 minutes" }).pipe(
    Turn.textDeltas,
    Stream.map((text) => `data: ${JSON.stringify({ text })}\n\n`),
    // A partial answer must not look complete. The page learns that the turn failed, and the log has the reason.
    Stream.tapError(({ message }) => Effect.logError(message)),
    Stream.catch(({ _tag }) => Stream.succeed(`event: error\ndata: ${JSON.stringify({ error: _tag })}\n\n`)),
    Stream.encodeText,
    Stream.toReadableStream()
  )
  // #endregion
  const text = yield* Effect.promise(() => new Response(body).text())
  yield* Console.log(text.trim())
})

program.pipe(Effect.provide(Setup.layer({ fallback: () => MockModel.reply("Hello.") })), NodeRuntime.runMain)
