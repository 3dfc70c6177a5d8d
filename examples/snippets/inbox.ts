/**
 * Puts the requests of Codex into an inbox, for how-to-workflows.md.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Logger, Option } from "effect"
import { Approval, Codex, ServerRequests } from "effect-codex"
import { ApprovalInbox } from "effect-codex/cluster"
import { CodexTest, MockModel } from "effect-codex/testing"

// #region handlers
/** Every request for a person goes into the inbox. */
const everything = ServerRequests.layer(ApprovalInbox.handlers({ expiresAfter: "30 minutes", runner: "runner-1" }))
// #endregion

// #region policy
/** Only what no rule allows is for a person. */
const rules = Approval.allowCommands(Approval.command.equals(["date"])).pipe(
  Approval.orElse(ApprovalInbox.policy({ expiresAfter: "30 minutes", runner: "runner-1" }))
)
const someOfIt = ServerRequests.layer(Approval.handlers(rules))
// #endregion

const touch = MockModel.execCommand({ cmd: "touch made", escalate: "it has to be there" })

const run = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const inbox = yield* ApprovalInbox.ApprovalInbox
  const model = yield* MockModel.MockModel
  yield* model.enqueue(MockModel.response([touch]), MockModel.reply("done"))
  const thread = yield* codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
  const turn = yield* thread.turn("go")
  const entry = yield* Effect.map(inbox.list(), ({ data }) => data[0]).pipe(
    Effect.tap(Effect.sleep("20 millis")),
    Effect.repeat({ until: (entry) => entry !== undefined })
  )
  yield* Console.log(entry?.lines[0])
  yield* inbox.answer(entry?.id ?? "", { choice: "decline", by: "ann@example.com" })
  const { status } = yield* turn.result
  const { data } = yield* inbox.history({ entryId: entry?.id })
  yield* Console.log(`${status}: ${data.map(({ type }) => type).join(", ")}`)
  yield* Console.log(Option.getOrElse(data[1]?.by ?? Option.none(), () => "no one"))
})

const inbox = ApprovalInbox.layerMemory({ pollInterval: "50 millis" })

const program = Effect.forEach([everything, someOfIt], (requests) =>
  run.pipe(
    Effect.provide(
      Layer.unwrap(
        Effect.map(ApprovalInbox.ApprovalInbox, (inbox) =>
          CodexTest.layer({
            serverRequests: () => Layer.provide(requests, Layer.succeed(ApprovalInbox.ApprovalInbox, inbox))
          })
        )
      ).pipe(Layer.provideMerge(inbox)),
      { local: true }
    )
  )
)

program.pipe(Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([])), NodeRuntime.runMain)
