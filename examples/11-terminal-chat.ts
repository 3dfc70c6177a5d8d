/**
 * A chat in the terminal with approvals, steering and interruption. It shows text as it is produced, and commands and
 * file changes as they happen. It asks before anything leaves the sandbox, has a progress line, and keeps its thread
 * after failed turns. Lines that you type while a turn runs steer it. Ctrl-C interrupts the turn, or exits if no turn
 * runs. Ctrl-D does the same.
 *
 * Run with: npm run example -- 11            (the embedded model knows `run`, `escalate`, `write`, `outside`, `both`,
 *                                             `question`, `fail` and `think`)
 *           npm run example -- 11 --home     (your own Codex home and login)
 */
import { NodeRuntime } from "@effect/platform-node"
import { Clock, Effect, Fiber, Layer, Option, Schedule, Stream } from "effect"
import { Approval, Codex, type CodexError, type Protocol, ServerRequests, type Thread, type Turn } from "effect-codex"
import { chatConfig, chatModel } from "./support/chatModel.ts"
import * as Questions from "./support/chatQuestions.ts"
import * as Setup from "./support/setup.ts"
import * as Terminal from "./support/terminal.ts"

const line = (text: string) => Terminal.Terminal.use((terminal) => terminal.line(text))
const write = (text: string) => Terminal.Terminal.use((terminal) => terminal.write(text))

// #region show
/** Shows a line when an item of Codex starts. */
const started = (item: Protocol.ThreadItem) => {
  switch (item.type) {
    case "commandExecution":
      return line(`$ ${item.command}`)
    case "mcpToolCall":
      return line(`⚙ ${item.server}/${item.tool}`)
    case "webSearch":
      return line(`⌕ ${item.query}`)
    default:
      return Effect.void
  }
}

/**
 * The output of commands that was received as deltas. The server sends no deltas for output that a command writes
 * immediately; the completed item has all of it.
 */
const told = new Map<string, string>()

const rest = (id: string, output: string) => {
  const known = told.get(id) ?? ""
  if (output.length <= known.length) return Effect.void
  return known === "" ? write(output) : Effect.andThen(line("  in full:"), write(output))
}

const completed = (item: Protocol.ThreadItem) => {
  switch (item.type) {
    case "commandExecution":
      return Effect.andThen(
        rest(item.id, item.aggregatedOutput ?? ""),
        line(item.exitCode == null ? `  ${item.status}` : `  exit ${item.exitCode}`)
      )
    case "fileChange":
      return Effect.forEach(item.changes, ({ kind, path }) =>
        line(`± ${"type" in kind ? kind.type : "change"} ${path.split(/[/\\]/).at(-1) ?? path}: ${item.status}`)
      )
    default:
      return Effect.void
  }
}

const show = (event: Turn.TurnEvent) => {
  switch (event.method) {
    case "item/agentMessage/delta":
      return write(event.params.delta)
    case "item/commandExecution/outputDelta":
      told.set(event.params.itemId, (told.get(event.params.itemId) ?? "") + event.params.delta)
      return write(event.params.delta)
    case "item/started":
      return started(event.params.item)
    case "item/completed":
      return completed(event.params.item)
    case "error":
      return event.params.willRetry ? line("… the model's host failed; trying again") : Effect.void
    default:
      return Effect.void
  }
}
// #endregion

// #region approvals
/** Lets the user decide. A question is withdrawn when its turn has ended. Without a terminal, the answer is no. */
const askThePerson = Approval.ask(
  (question) =>
    Effect.gen(function* () {
      const terminal = yield* Terminal.Terminal
      // File changes can be allowed for the session. For commands the server offers a rule, which it saves in the
      // Codex home.
      const [always, another] = question.answers.filter(
        ({ _tag }) => _tag === "acceptForSession" || _tag === "acceptAndRemember"
      )
      return yield* terminal.choose(
        Approval.describe(question),
        {
          yes: Approval.accept,
          no: Approval.decline,
          // If there are two such answers, one word could not say which.
          ...(always === undefined || another !== undefined ? {} : { always })
        },
        Approval.decline
      )
    }),
  "the person at the keyboard"
)
// #endregion

// #region progress
/** Shows the elapsed time and the tokens, four times a second. */
const progress = Effect.fnUntraced(function* (turn: Turn.Turn, since: number) {
  const { usage } = yield* turn.state
  const seconds = Math.floor(((yield* Clock.currentTimeMillis) - since) / 1000)
  const tokens = Option.match(usage, { onNone: () => 0, onSome: (usage) => usage.turn.totalTokens })
  return `[${seconds} s, ${tokens} tokens]`
})

const ticking = Effect.fnUntraced(function* (turn: Turn.Turn, since: number) {
  const terminal = yield* Terminal.Terminal
  return yield* Effect.repeat(Effect.flatMap(progress(turn, since), terminal.progress), Schedule.spaced("250 millis"))
})
// #endregion

// #region turn
/** Describes in a line how a turn ended. A failed turn does not end the chat. */
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

/**
 * Handles keys while a turn runs. Lines steer it; Ctrl-C and the end of the input interrupt it. Each key starts its
 * work in the background, so the next key is handled too.
 */
const control = Effect.fnUntraced(function* (turn: Turn.Turn) {
  const terminal = yield* Terminal.Terminal
  const start = (call: Effect.Effect<unknown, CodexError.CodexError>) =>
    Effect.forkChild(Effect.catchTag(call, "CodexError", ({ message }) => terminal.line(message)))
  for (;;) {
    const key = yield* terminal.key
    if (key._tag === "Line" && key.text.trim() !== "") yield* start(turn.steer(key.text))
    // This also ends commands that the turn left running, which completes after the turn.
    if (key._tag !== "Line") yield* start(Effect.uninterruptible(turn.interrupt({ terminals: "ofTurn" })))
    if (key._tag === "End") return yield* Effect.never
  }
})

/** Runs one turn, and shows it. */
const chat = Effect.fnUntraced(function* (thread: Thread.Thread, text: string) {
  const { isInteractive } = yield* Terminal.Terminal
  const since = yield* Clock.currentTimeMillis
  const turn = yield* thread.turn(text)
  // Lines that do not come from a keyboard are separate questions. Each waits until the turn before it has ended.
  const controlled = yield* Effect.forkChild(isInteractive ? control(turn) : Effect.void)
  // Whatever the end of the turn, its outcome is shown below.
  yield* turn.eventsUntilEnd.pipe(Stream.runForEach(show), Effect.raceFirst(ticking(turn, since)))
  yield* line(`${yield* progress(turn, since)} ${yield* outcome(turn)}`)
  yield* Fiber.interrupt(controlled)
})
// #endregion

const help = [
  "Type a message for Codex. While a turn runs, what you type steers it.",
  "/help shows this; /quit, Ctrl-D, or Ctrl-C without a running turn, leaves; Ctrl-C interrupts a turn."
]

const program = Effect.gen(function* () {
  const terminal = yield* Terminal.Terminal
  if (terminal.isInteractive) yield* Effect.forEach(help, line)
  const codex = yield* Codex.Codex
  const thread = yield* codex.startThread({ approvalMode: "ask", sandbox: "workspaceWrite" })
  for (;;) {
    yield* terminal.prompt
    const key = yield* terminal.key
    if (key._tag !== "Line" || key.text.trim() === "/quit") break
    if (key.text.trim() === "") continue
    if (key.text.trim() === "/help") {
      yield* Effect.forEach(help, line)
      continue
    }
    yield* chat(thread, key.text).pipe(
      // A rejected turn does not end the chat either. A closed connection does.
      Effect.catchTag("CodexError", (error) =>
        error.reason._tag === "ConnectionClosed" ? Effect.fail(error) : line(error.message)
      )
    )
  }
  yield* line("")
  yield* line("Bye.")
})

const handlers = ServerRequests.layer({
  ...Approval.handlers(askThePerson),
  "item/tool/requestUserInput": Questions.answering,
  "mcpServer/elicitation/request": Questions.elicitation
})
const codex = Setup.layer(chatModel, chatConfig).pipe(Layer.provide(handlers))

program.pipe(
  Effect.provide(codex.pipe(Layer.provideMerge(Terminal.logger), Layer.provideMerge(Terminal.layer))),
  // When the program ends, the keyboard is closed and Codex is stopped.
  NodeRuntime.runMain
)
