/**
 * Runs work that must not be paid twice, on a server that is killed in the middle of it. A key names the work, and
 * shows after the crash what was done.
 *
 * Run with: npm run example -- 27
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Logger, Option } from "effect"
import { AppServer, Codex, Printable, Restart, type Thread, type Turn } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"

// #region attempt
/** Writes an invoice. The key names the work, so every attempt on every process uses the same one. */
const write = (thread: Thread.Thread, number: string, ifInterrupted: "fail" | "continue") =>
  thread
    .runOnce(`invoice-${number}`, `Write invoice ${number}.`, { ifInterrupted })
    .pipe(Effect.retry({ times: 3, while: hasDied }))

/** The process has died. The next attempt finds out what it did. */
const hasDied = (error: Turn.Failure | Turn.OutcomeUnknown) =>
  error._tag === "CodexError" && error.reason._tag === "ConnectionClosed"
// #endregion

// #region unknown
/** Continues only if no command can have run. Otherwise the failure is for a person. */
const continueIfHarmless = (thread: Thread.Thread, number: string) =>
  write(thread, number, "fail").pipe(
    Effect.catchTag("OutcomeUnknown", (error) =>
      [...error.seen.items, ...error.seen.unfinishedItems].every(({ type }) => type !== "commandExecution")
        ? write(thread, number, "continue")
        : Effect.fail(error)
    )
  )
// #endregion

const program = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const server = yield* AppServer.AppServer
  const model = yield* MockModel.MockModel
  // Kills the process when the model has been asked, and before it answers.
  const crash = MockModel.respondWith(() => {
    process.kill(server.pid, "SIGKILL")
    return MockModel.reply("too late")
  })
  const answer = ({ finalResponse }: Turn.TurnResult) =>
    Printable.text(Option.getOrElse(finalResponse, () => "(no answer)"))

  const thread = yield* codex.startThread()
  yield* thread.run("Hello.")
  const first = server.pid

  yield* model.enqueue(crash)
  // #region retry
  // The process dies in the middle. Its successor finds the turn by the key, and continues it.
  const invoice = yield* write(thread, "17", "continue")
  // #endregion
  yield* Console.log(`invoice 17: ${answer(invoice)} (another process: ${server.pid !== first})`)
  const again = yield* write(thread, "17", "fail")
  yield* Console.log(`invoice 17 again: the same turn: ${again.id === invoice.id}`)

  yield* model.enqueue(crash)
  const other = yield* continueIfHarmless(thread, "18")
  yield* Console.log(`invoice 18: ${answer(other)}`)
  const prompts = (yield* model.requests).map(({ lastUserText }) => lastUserText)
  yield* Console.log(`asked for invoice 17: ${prompts.filter((text) => text === "Write invoice 17.").length} time`)
})

const main = Effect.gen(function* () {
  yield* Console.error("Using the embedded model (no account needed), whatever is set.")
  const model = yield* MockModel.MockModel
  const { codexHome, env, workspace } = yield* CodexTest.makeHome(model.configToml())
  const codexLayer = Codex.layer({ codexHome, cwd: workspace, env, inheritEnv: false, restart: Restart.policy })
  yield* Effect.provide(program, codexLayer)
})

main.pipe(
  Effect.scoped,
  Effect.provide(
    MockModel.layer({
      fallback: (request) =>
        MockModel.reply(request.lastUserText?.includes("interrupted") === true ? "continued, and done" : "done")
    })
  ),
  Effect.provide(NodeServices.layer),
  // The log has a warning for each death of the process.
  Effect.provide(Logger.layer([])),
  NodeRuntime.runMain
)
