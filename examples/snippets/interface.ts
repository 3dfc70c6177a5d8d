/**
 * A user interface: a chat that shows the latest state of a turn, and asks the user. The code of `docs/choosing.md`.
 *
 * Run with: npm run example -- snippets/interface
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Context, Effect, Layer, Ref, Stream } from "effect"
import { Approval, Codex, Printable, ServerRequests, type Thread, type Turn } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Homes from "../support/homes.ts"

// #region ui
/** Your user interface: a window, a terminal, or a browser behind a socket. */
class Ui extends Context.Service<
  Ui,
  {
    readonly draw: (state: Turn.TurnState) => Effect.Effect<void>
    readonly confirm: (question: ReadonlyArray<string>) => Effect.Effect<boolean>
  }
>()("my-app/Ui") {}

/** Asks the user. If the turn ends first, the question is interrupted, so that the interface can remove it. */
const asking = Approval.ask((question) =>
  Effect.gen(function* () {
    const ui = yield* Ui
    return (yield* ui.confirm(Approval.describe(question))) ? Approval.accept : Approval.decline
  })
)
const handlers = ServerRequests.layer(Approval.handlers(Approval.oneAtATime(asking)))
const codexLayer = (options?: Codex.Options) => Codex.layer(options).pipe(Layer.provide(handlers))
// #endregion

// #region chat
/** Continues the conversation of the last session, if there was one. */
const open = (threadId: string | undefined) =>
  Effect.flatMap(Codex.Codex, (codex) =>
    codex.resumeOrStart(threadId, { approvalMode: "ask", sandbox: "workspaceWrite" })
  )

/** Sends a message: it steers the running turn, or starts one. A slow interface draws only the latest state. */
const say = Effect.fnUntraced(function* (thread: Thread.Thread, message: string) {
  const ui = yield* Ui
  const turn = yield* thread.send(message)
  yield* Stream.runForEach(turn.stateChanges, ui.draw)
})
// #endregion

const program = Effect.gen(function* () {
  const thread = yield* open(undefined)
  yield* say(thread, "Say hello with a command.")
})

// An interface without a screen: it keeps the last state, and says no.
const main = Effect.gen(function* () {
  const last = yield* Ref.make<ReadonlyArray<string>>([])
  const ui = Layer.succeed(Ui, {
    draw: ({ items }) =>
      Ref.set(
        last,
        items.map(({ item, text }) => Printable.line(`${item.type} ${text}`))
      ),
    confirm: ([first = ""]) => Effect.as(Console.log(`${first} no`), false)
  })
  const options = yield* Homes.make
  yield* program.pipe(
    Effect.provide(codexLayer(options).pipe(Layer.provideMerge(ui), Layer.provide(NodeServices.layer)))
  )
  yield* Console.log((yield* Ref.get(last)).at(-1))
})

main.pipe(
  Effect.scoped,
  Effect.provide(
    Homes.layer({
      fallback: (request) =>
        request.toolOutput("hello") === undefined
          ? MockModel.response([MockModel.execCommand({ cmd: "echo hello", escalate: "to greet", callId: "hello" })])
          : MockModel.reply("Hello without a command.")
    })
  ),
  NodeRuntime.runMain
)
