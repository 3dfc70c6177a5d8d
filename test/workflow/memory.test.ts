/** A workflow with everything in memory, as a program's own tests have it: no database and no cluster. */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Schedule } from "effect"
import { WorkflowEngine } from "effect/workflow"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as ThreadDirectory from "../../src/cluster/ThreadDirectory.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { Turns } from "../../src/workflow/index.ts"
import * as Flow from "./flow.ts"

const layer = Flow.layer.pipe(
  Layer.provideMerge(WorkflowEngine.layerMemory),
  Layer.provideMerge(Turns.layer),
  Layer.provideMerge(ApprovalInbox.layerMemory({ pollInterval: "20 millis" })),
  Layer.provideMerge(ThreadDirectory.layerMemory),
  Layer.provideMerge(
    CodexTest.layer({ model: { fallback: (request) => MockModel.reply(`answer to ${request.lastUserText ?? ""}`) } })
  ),
  Layer.provideMerge(NodeServices.layer)
)

describe("a workflow in memory", () => {
  it.live("runs turns, and waits for a decision", () =>
    Effect.gen(function* () {
      const inbox = yield* ApprovalInbox.ApprovalInbox
      const model = yield* MockModel.MockModel
      const open = Effect.map(inbox.list(), ({ data }) => data[0]).pipe(
        Effect.repeat({ until: (entry) => entry !== undefined, schedule: Schedule.spaced("20 millis") })
      )
      const flow = yield* Flow.Review.execute({ id: "m-1", ifInterrupted: "fail", days: 1 }).pipe(Effect.forkChild)
      const entry = yield* open
      yield* inbox.answer(entry?.id ?? "", { choice: "yes", value: { version: "1.0" }, by: "ann" })
      assert.deepInclude(yield* Fiber.join(flow), { by: "ann", done: "answer to yes: ship 1.0 of m-1" })

      // A decision that arrives while a turn runs in another branch replays the workflow, and not the turn.
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate))
      const both = yield* Flow.Both.execute({ id: "m-2" }).pipe(Effect.forkChild)
      const other = yield* open
      yield* gate.reached
      yield* inbox.answer(other?.id ?? "", { choice: "no", by: "bob" })
      yield* inbox
        .get(other?.id ?? "")
        .pipe(Effect.repeat({ until: ({ status }) => status === "delivered", schedule: Schedule.spaced("20 millis") }))
      yield* gate.release
      assert.deepStrictEqual(yield* Fiber.join(both), { by: "bob", text: "late", source: "ran" })
      assert.lengthOf(yield* model.requests, 3)
    }).pipe(Effect.provide(layer))
  )
})
