/**
 * A chat in the terminal: text as it comes, commands and file changes as they happen, a progress line, and a thread that survives failed turns.
 * What is typed while a turn runs steers it. Ctrl-C interrupts the turn, and without one leaves; so does Ctrl-D.
 *
 * Run with: npm run example -- 11            (the embedded model knows `run`, `write`, `fail` and `think`)
 *           npm run example -- 11 --home     (your own Codex home and login)
 *
 * Escalations are left to the reviewer (`auto_review`); `npm run example -- 22` asks on the keyboard.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Clock, Effect, Fiber, Option, Queue, Schedule, Stream } from "effect"
import { Codex, type Protocol, type Thread, type Turn } from "effect-codex"
import { chatModel } from "./support/chatModel.ts"
import * as Keyboard from "./support/keyboard.ts"
import * as Screen from "./support/screen.ts"
import * as Setup from "./support/setup.ts"

const screen = Screen.make(process.stdout)

// #region show
/** One line for what Codex does, when it begins and when it has ended. */
const started = (item: Protocol.ThreadItem) => {
  switch (item.type) {
    case "commandExecution":
      return screen.line(`$ ${item.command}`)
    case "mcpToolCall":
      return screen.line(`⚙ ${item.server}/${item.tool}`)
    case "webSearch":
      return screen.line(`⌕ ${item.query}`)
    default:
      return Effect.void
  }
}

/** The commands whose output has come as it was written. */
const streamed = new Set<string>()

const completed = (item: Protocol.ThreadItem) => {
  switch (item.type) {
    case "commandExecution":
      // The output of a quick command comes at its end only.
      return Effect.andThen(
        streamed.has(item.id) ? Effect.void : screen.write(item.aggregatedOutput ?? ""),
        screen.line(`  exit ${item.exitCode ?? "?"}`)
      )
    case "fileChange":
      return Effect.forEach(item.changes, ({ kind, path }) =>
        screen.line(`± ${"type" in kind ? kind.type : "change"} ${path.split("/").at(-1) ?? path}`)
      )
    default:
      return Effect.void
  }
}

const show = (event: Turn.TurnEvent) => {
  switch (event.method) {
    case "item/agentMessage/delta":
      return screen.write(event.params.delta)
    case "item/commandExecution/outputDelta":
      streamed.add(event.params.itemId)
      return screen.write(event.params.delta)
    case "item/started":
      return started(event.params.item)
    case "item/completed":
      return completed(event.params.item)
    case "error":
      return event.params.willRetry ? screen.line("… the model's host failed; trying again") : Effect.void
    default:
      return Effect.void
  }
}
// #endregion

// #region progress
/** Elapsed time and tokens, four times a second. */
const progress = Effect.fnUntraced(function* (turn: Turn.Turn, since: number) {
  const { usage } = yield* turn.state
  const seconds = Math.floor(((yield* Clock.currentTimeMillis) - since) / 1000)
  const tokens = Option.match(usage, { onNone: () => 0, onSome: (usage) => usage.turn.totalTokens })
  return `[${seconds} s, ${tokens} tokens]`
})

const ticking = (turn: Turn.Turn, since: number) =>
  Effect.repeat(Effect.flatMap(progress(turn, since), screen.progress), Schedule.spaced("250 millis"))
// #endregion

// #region turn
/** How a turn ended, in a line; a failed one is no reason to leave. */
const outcome = (turn: Turn.Turn) =>
  turn.result.pipe(
    Effect.as("done"),
    Effect.catchTags({
      TurnFailed: ({ reason, result }) =>
        Effect.succeed(
          `failed: ${Option.match(result.error, { onNone: () => reason.message, onSome: (e) => e.message })}`
        ),
      TurnInterrupted: () => Effect.succeed("interrupted"),
      TurnStalled: ({ message }) => Effect.succeed(message),
      TurnTimedOut: ({ message }) => Effect.succeed(message)
    })
  )

/** Keys while a turn runs: lines steer it, Ctrl-C interrupts it. Ends when the input has ended. */
const control = Effect.fnUntraced(function* (turn: Turn.Turn, { isInteractive, keys }: Keyboard.Keyboard) {
  if (!isInteractive) return yield* Effect.never
  for (;;) {
    const key = yield* Queue.take(keys)
    if (key._tag === "Line" && key.text.trim() !== "") {
      yield* turn.steer(key.text).pipe(Effect.catchTag("CodexError", ({ message }) => screen.line(message)))
    }
    if (key._tag !== "Line") yield* turn.interrupt({ terminals: "ofTurn" })
    if (key._tag === "End") return
  }
})

/** Runs one turn; says whether the input ended meanwhile. */
const chat = Effect.fnUntraced(function* (thread: Thread.Thread, text: string, keyboard: Keyboard.Keyboard) {
  const since = yield* Clock.currentTimeMillis
  const turn = yield* thread.turn(text)
  const controlled = yield* Effect.forkChild(control(turn, keyboard))
  yield* turn.events.pipe(Stream.runForEach(show), Effect.raceFirst(ticking(turn, since)))
  yield* screen.line(`${yield* progress(turn, since)} ${yield* outcome(turn)}`)
  const ended = controlled.pollUnsafe() !== undefined
  yield* Fiber.interrupt(controlled)
  return ended
})
// #endregion

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread()
  const keyboard = yield* Keyboard.make
  for (;;) {
    yield* keyboard.prompt
    const key = yield* Queue.take(keyboard.keys)
    if (key._tag !== "Line" || key.text.trim() === "/quit") break
    if (key.text.trim() === "") continue
    if (yield* chat(thread, key.text, keyboard)) break
  }
  yield* screen.line("")
  yield* screen.line("Bye.")
}).pipe(Effect.scoped)

program.pipe(
  Effect.provide(Setup.layer(chatModel, { sandboxMode: "danger-full-access" })),
  // The end of the scope closes the keyboard, and ends Codex.
  NodeRuntime.runMain
)
