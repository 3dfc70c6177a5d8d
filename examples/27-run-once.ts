/**
 * Runs work that must not be paid twice, on a server that is killed in the middle of it. A key names the work, and
 * shows after the crash what was done.
 *
 * Run with: npm run example -- 27
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Option } from "effect"
import { AppServer, Codex, Printable, type Turn } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"

// #region attempt
/** One attempt to write an invoice. The key names the work, so every attempt on every process uses the same one. */
const attempt = (threadId: string, number: string, ifInterrupted: "fail" | "continue") =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const thread = yield* codex.resumeThread(threadId)
    return yield* thread.runOnce(`invoice-${number}`, `Write invoice ${number}.`, { ifInterrupted })
  })

/** The process has died. The next attempt finds out what it did. */
const hasDied = (error: Turn.Failure | Turn.OutcomeUnknown) =>
  error._tag === "CodexError" && error.reason._tag === "ConnectionClosed"
// #endregion

// #region unknown
/** Continues only if no command can have run. Otherwise the failure is for a person. */
const continueIfHarmless = (threadId: string, number: string) =>
  attempt(threadId, number, "fail").pipe(
    Effect.catchTag("OutcomeUnknown", (error) =>
      [...error.seen.items, ...error.seen.unfinishedItems].every(({ type }) => type !== "commandExecution")
        ? attempt(threadId, number, "continue")
        : Effect.fail(error)
    )
  )
// #endregion

const program = Effect.gen(function* () {
  yield* Console.error("Using the embedded model (no account needed), whatever is set.")
  const model = yield* MockModel.MockModel
  const { codexHome, env, workspace } = yield* CodexTest.makeHome(model.configToml())
  let pid = 0
  let processes = 0
  const noted = Layer.effectDiscard(
    Effect.map(AppServer.AppServer, (server) => {
      pid = server.pid
      processes++
    })
  )
  const codexLayer = Layer.provideMerge(noted, Codex.layer({ codexHome, cwd: workspace, env, inheritEnv: false }))
  // Kills the process when the model has been asked, and before it answers.
  const crash = MockModel.respondWith(() => {
    process.kill(pid, "SIGKILL")
    return MockModel.reply("too late")
  })
  const answer = ({ finalResponse }: Turn.TurnResult) =>
    Printable.text(Option.getOrElse(finalResponse, () => "(no answer)"))

  const threadId = yield* Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread()
    yield* thread.run("Hello.")
    return thread.id
  }).pipe(Effect.provide(codexLayer))

  yield* model.enqueue(crash)
  processes = 0
  // #region retry
  // Each attempt starts a process.
  const invoice = yield* attempt(threadId, "17", "continue").pipe(
    Effect.provide(codexLayer),
    Effect.retry({ times: 3, while: hasDied })
  )
  // #endregion
  yield* Console.log(`invoice 17: ${answer(invoice)} (${processes} processes)`)
  const again = yield* Effect.provide(attempt(threadId, "17", "fail"), codexLayer)
  yield* Console.log(`invoice 17 again: the same turn: ${again.id === invoice.id}`)

  yield* model.enqueue(crash)
  const other = yield* continueIfHarmless(threadId, "18").pipe(
    Effect.provide(codexLayer),
    Effect.retry({ times: 3, while: hasDied })
  )
  yield* Console.log(`invoice 18: ${answer(other)}`)
  const prompts = (yield* model.requests).map(({ lastUserText }) => lastUserText)
  yield* Console.log(`asked for invoice 17: ${prompts.filter((text) => text === "Write invoice 17.").length} time`)
})

program.pipe(
  Effect.scoped,
  Effect.provide(
    MockModel.layer({
      fallback: (request) =>
        MockModel.reply(request.lastUserText?.includes("interrupted") === true ? "continued, and done" : "done")
    })
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
