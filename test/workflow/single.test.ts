/** Workflows of turns and decisions in one process, with the real binary and PostgreSQL. */
import { NodeServices } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Option, Schedule, Schema } from "effect"
import { ClusterWorkflowEngine } from "effect/cluster"
import { Workflow, WorkflowEngine } from "effect/workflow"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as Runner from "../../src/cluster/Runner.ts"
import * as ThreadDirectory from "../../src/cluster/ThreadDirectory.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { approval, isNotDecided, TurnError, Turns, turnActivity } from "../../src/workflow/index.ts"
import * as Postgres from "../support/postgres.ts"
import * as Flow from "./flow.ts"

/** How often a value of another process is read. */
const often = Schedule.spaced("20 millis")

const database = Layer.unwrap(
  Effect.map(Postgres.start, ({ socket, username }) =>
    PgClient.layer({ path: socket, username, database: "postgres", maxConnections: 8 })
  )
)

const codex = CodexTest.layer({
  model: { fallback: (request) => MockModel.reply(`answer to ${request.lastUserText ?? ""}`) }
})

/** Everything that a workflow needs, in this process. */
const layer = Flow.layer.pipe(
  Layer.provideMerge(ClusterWorkflowEngine.layer),
  Layer.provideMerge(Runner.layerSingle()),
  Layer.provideMerge(Turns.layer),
  Layer.provideMerge(ApprovalInbox.layerSql({ pollInterval: "50 millis" })),
  Layer.provideMerge(ThreadDirectory.layerSql),
  Layer.provideMerge(Layer.mergeAll(codex, database, NodeServices.layer))
)

/** The open entry about an execution, as soon as there is one. */
const openEntry = (about: string) =>
  Effect.gen(function* () {
    const inbox = yield* ApprovalInbox.ApprovalInbox
    const entry = yield* Effect.map(inbox.list(), ({ data }) =>
      data.find(({ lines }) => lines[0]?.includes(about) ?? false)
    ).pipe(Effect.repeat({ schedule: often, until: (entry) => entry !== undefined }))
    return entry ?? (yield* Effect.die("no entry"))
  })

const asked = Effect.map(
  Effect.flatMap(MockModel.MockModel, (model) => model.requests),
  (requests) => requests.map((request) => request.lastUserText ?? "")
)

describe("an approval", () => {
  it("rejects a name that cannot be a part of ids", () => {
    for (const name of ["", "a/b", "x".repeat(61)]) {
      assert.throws(() => approval({ name, choices: { yes: "Yes" } }), /name of an approval/)
    }
  })
})

describe("a workflow of turns and decisions", () => {
  it.layer(layer, { excludeTestServices: true, timeout: "60 seconds" })((it) => {
    it.effect("runs a turn, waits for a person, and continues the conversation", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const flow = yield* Flow.Review.execute({ id: "a-1", ifInterrupted: "fail", days: 1 }).pipe(Effect.forkChild)
        const entry = yield* openEntry("a-1")
        assert.deepStrictEqual(entry.lines, ["Ship a-1?", "answer to plan a-1"])
        assert.deepStrictEqual(
          entry.choices.map(({ label, name, needsValue }) => [name, label, needsValue]),
          [
            ["yes", "Ship it", true],
            ["no", "Stop here", false]
          ]
        )
        // The inbox checks fields, and the workflow the schema: an empty text is asked for again.
        yield* inbox.answer(entry.id, { choice: "yes", value: { version: "" }, by: "ann" })
        const again = yield* openEntry("a-1").pipe(
          Effect.repeat({ schedule: often, until: ({ id }) => id !== entry.id })
        )
        assert.include(again.lines.at(-1), "did not have the right form")
        yield* inbox.answer(again.id, { choice: "yes", value: { version: "2.0" }, by: "ann" })
        assert.deepStrictEqual(yield* Fiber.join(flow), {
          plan: "answer to plan a-1",
          by: "ann",
          done: "answer to yes: ship 2.0 of a-1",
          sources: ["ran", "ran"]
        })
        // Executing it again returns the stored result.
        const stored = yield* Flow.Review.execute({ id: "a-1", ifInterrupted: "fail", days: 1 })
        assert.strictEqual(stored.by, "ann")
        assert.deepStrictEqual(
          (yield* asked).filter((text) => text.includes("a-1")),
          ["plan a-1", "yes: ship 2.0 of a-1"]
        )
        yield* inbox
          .get(again.id)
          .pipe(Effect.repeat({ schedule: often, until: ({ status }) => status === "delivered" }))
      })
    )

    it.effect("fails with NotDecided if no person decides in time, or the entry is withdrawn", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const late = yield* Effect.flip(Flow.Review.execute({ id: "late", ifInterrupted: "fail", days: 0.5 / 86_400 }))
        assert.isTrue(isNotDecided(late))
        assert.deepInclude(late, { _tag: "NotDecided", name: "ship", status: "expired" })
        const flow = yield* Flow.Review.execute({ id: "gone", ifInterrupted: "fail", days: 1 }).pipe(Effect.forkChild)
        yield* inbox.withdraw((yield* openEntry("gone")).id, { by: "ann" })
        assert.deepInclude(yield* Effect.flip(Fiber.join(flow)), { _tag: "NotDecided", status: "withdrawn" })
      })
    )

    it.effect("withdraws the open request if the workflow is interrupted", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const id = yield* Flow.Review.execute({ id: "stopped", ifInterrupted: "fail", days: 1 }, { discard: true })
        const entry = yield* openEntry("stopped")
        yield* Flow.Review.interrupt(id)
        const ended = yield* inbox
          .get(entry.id)
          .pipe(Effect.repeat({ schedule: often, until: ({ status }) => status !== "open" }))
        assert.strictEqual(ended.status, "withdrawn")
      })
    )

    it.effect("takes a decision by its token, without the inbox", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const flow = yield* Flow.Review.execute({ id: "token", ifInterrupted: "fail", days: 1 }).pipe(Effect.forkChild)
        const entry = yield* openEntry("token")
        const token = Flow.ship.token(
          Flow.Review,
          yield* Flow.Review.executionId({ id: "token", ifInterrupted: "fail", days: 1 })
        )
        yield* Flow.ship.decide(token, { choice: "no", by: "bob" })
        yield* Flow.ship.decide(token, { choice: "yes", value: { version: "9" }, by: "ann" })
        assert.deepInclude(yield* Fiber.join(flow), { by: "bob", done: "answer to no: stop of token" })
        const ended = yield* inbox
          .get(entry.id)
          .pipe(Effect.repeat({ schedule: often, until: ({ status }) => status !== "open" }))
        assert.strictEqual(ended.status, "withdrawn")
      })
    )

    it.effect("lets a turn run on when a decision arrives in the meantime", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const model = yield* MockModel.MockModel
        const gate = yield* MockModel.gate
        yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate))
        const flow = yield* Flow.Both.execute({ id: "both" }).pipe(Effect.forkChild)
        const entry = yield* openEntry("both")
        yield* gate.reached
        yield* inbox.answer(entry.id, { choice: "no", by: "ann" })
        yield* inbox
          .get(entry.id)
          .pipe(Effect.repeat({ schedule: often, until: ({ status }) => status === "delivered" }))
        yield* gate.release
        assert.deepStrictEqual(yield* Fiber.join(flow), { by: "ann", text: "late", source: "ran" })
        assert.lengthOf(
          (yield* asked).filter((text) => text.includes("both")),
          1
        )
      })
    )

    it.effect("interrupts a running turn if the workflow is interrupted with interruptUnsafe", () =>
      Effect.gen(function* () {
        const model = yield* MockModel.MockModel
        const gate = yield* MockModel.gate
        yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate))
        const id = yield* Flow.Review.execute({ id: "stop", ifInterrupted: "fail", days: 1 }, { discard: true })
        yield* gate.reached
        const engine = yield* WorkflowEngine.WorkflowEngine
        yield* engine.interruptUnsafe(Flow.Review, id)
        const directory = yield* ThreadDirectory.ThreadDirectory
        const { threadId } = Option.getOrThrow(yield* directory.find(id))
        const codex = yield* Codex.Codex
        const read = codex.request("thread/read", { threadId, includeTurns: true })
        const { thread } = yield* Effect.repeat(read, {
          schedule: often,
          until: ({ thread }) => thread.turns[0]?.status !== "inProgress"
        })
        assert.strictEqual(thread.turns[0]?.status, "interrupted")
        yield* gate.release
      })
    )

    it.effect("reports the failure of a turn as its own error", () =>
      Effect.gen(function* () {
        const model = yield* MockModel.MockModel
        yield* model.enqueue(MockModel.status(400, { error: { message: "no" } }))
        const error = yield* Effect.flip(Flow.Review.execute({ id: "failed", ifInterrupted: "fail", days: 1 }))
        assert.strictEqual(error._tag, "TurnFailed")
      })
    )

    it.effect("reports a mistake in a workflow as a defect with its message, and not as an interruption", () =>
      Effect.gen(function* () {
        const Input = Workflow.make("MistakeInOptions", {
          payload: { id: Schema.String },
          idempotencyKey: ({ id }) => id,
          success: Schema.String,
          error: TurnError
        })
        const layer = Input.toLayer(() =>
          Effect.map(turnActivity({ name: "turn", input: "go", options: { maxDuration: -1 } }), (turn) => turn.turnId)
        )
        yield* Effect.gen(function* () {
          for (const [workflow, expected] of [
            [Flow.Mistake, "is not valid JSON"],
            [Input, "maxDuration"]
          ] as const) {
            const exit = yield* Effect.exit(workflow.execute({ id: "1" }))
            assert.isTrue(Exit.isFailure(exit))
            if (Exit.isFailure(exit)) {
              assert.isFalse(Exit.hasInterrupts(exit), `${workflow._tag}: ${exit.cause}`)
              assert.include(String(exit.cause), expected)
            }
          }
        }).pipe(Effect.provide(layer))
      })
    )
  })
})
