/**
 * Workflows on runner processes that are killed: each has its own app-server and Codex home, and they share a database
 * only.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Option, Schedule } from "effect"
import { ClusterWorkflowEngine } from "effect/cluster"
import { ChildProcess } from "effect/process"
import { createServer } from "node:net"
import { join } from "node:path"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as Runner from "../../src/cluster/Runner.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Postgres from "../support/postgres.ts"
import * as Flow from "./flow.ts"
import * as Program from "./runner.ts"

/** A port that is free. */
const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "localhost", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** A process that runs workflows, until it is killed or the scope closes. */
const startRunner = Effect.fnUntraced(function* (socket: string, home: CodexTest.TestHome) {
  const given: Program.Given = { socket, port: yield* freePort, home }
  const child = yield* ChildProcess.make(
    process.execPath,
    [join(import.meta.dirname, "runner.ts"), JSON.stringify(given)],
    {
      extendEnv: true,
      stdout: "inherit",
      stderr: "inherit",
      killSignal: "SIGKILL"
    }
  )
  return { home, kill: child.kill({ killSignal: "SIGKILL" }) }
})

const makeHome = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  return yield* Effect.orDie(CodexTest.makeHome(model.configToml({ approvalPolicy: "never" })))
})

/** Waits until a value of another process is there. */
const eventually = <A, E, R>(effect: Effect.Effect<A | undefined, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.repeat({ until: (value) => value !== undefined, schedule: Schedule.spaced("50 millis") }),
    Effect.flatMap((value) => (value === undefined ? Effect.never : Effect.succeed(value)))
  )

const openEntry = (about: string) =>
  Effect.flatMap(ApprovalInbox.ApprovalInbox, (inbox) =>
    eventually(Effect.map(inbox.list(), ({ data }) => data.find(({ lines }) => lines.join("\n").includes(about))))
  )

/** How many requests the model got with this as the latest input. */
const timesAsked = (text: string) =>
  Effect.map(
    Effect.flatMap(MockModel.MockModel, (model) => model.requests),
    (requests) => requests.filter((request) => (request.lastUserText ?? "").includes(text)).length
  )

const model = MockModel.layer({ fallback: (request) => MockModel.reply(`answer to ${request.lastUserText ?? ""}`) })

/** A client of the cluster, with the inbox, as a program for people has it. */
const client = (socket: string) =>
  ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(Runner.layerClient(Program.settings)),
    Layer.provideMerge(ApprovalInbox.layerSql({ pollInterval: "100 millis" })),
    Layer.provideMerge(Program.database(socket))
  )

const resultOf = (executionId: string) =>
  eventually(
    Effect.map(Flow.Review.poll(executionId), (result) =>
      Option.isSome(result) && result.value._tag === "Complete" ? result.value.exit : undefined
    )
  )

describe("workflows on runners that are killed", () => {
  it.live(
    "complete, with each key paid once, and a continuation that says so",
    () =>
      Effect.gen(function* () {
        const { socket } = yield* Postgres.start
        yield* Effect.gen(function* () {
          const script = yield* MockModel.MockModel
          const inbox = yield* ApprovalInbox.ApprovalInbox
          const first = yield* startRunner(socket, yield* makeHome)

          // A mistake in a workflow reaches a caller in another process as what it is.
          const mistake = yield* Effect.exit(Flow.Mistake.execute({ id: "1" }))
          assert.isTrue(Exit.isFailure(mistake))
          if (Exit.isFailure(mistake)) {
            assert.isFalse(Exit.hasInterrupts(mistake), String(mistake.cause))
            assert.include(String(mistake.cause), "is not valid JSON")
          }

          // The runner dies while the model answers the first turns of three workflows.
          const execute = Effect.fnUntraced(function* (ifInterrupted: "fail" | "continue" | "ask") {
            const gate = yield* MockModel.gate
            yield* script.enqueue(MockModel.hold(MockModel.reply("never"), gate))
            const id = yield* Flow.Review.execute({ id: ifInterrupted, ifInterrupted, days: 1 }, { discard: true })
            yield* gate.reached
            return id
          })
          const [failing, continuing, asking] = [
            yield* execute("fail"),
            yield* execute("continue"),
            yield* execute("ask")
          ]
          assert.strictEqual((yield* script.requests).length, 3)
          yield* first.kill
          const second = yield* Effect.forEach([1, 2], () =>
            Effect.flatMap(makeHome, (home) => startRunner(socket, home))
          )
          const failed = yield* resultOf(failing)
          assert.isTrue(Exit.isFailure(failed))
          if (Exit.isFailure(failed)) {
            assert.strictEqual(Option.getOrUndefined(Cause.findErrorOption(failed.cause))?._tag, "OutcomeUnknown")
          }
          const continuation = yield* openEntry("was interrupted")
          assert.strictEqual(continuation.kind, "continuation")
          yield* inbox.answer(continuation.id, { choice: "continue", by: "ann" })
          const entries = [yield* openEntry("Ship continue?"), yield* openEntry("Ship ask?")]
          // One more request for each that continues, which says so, and none for the one that fails.
          const more = (yield* script.requests).slice(3).map((request) => JSON.stringify(request.inputItems()))
          assert.lengthOf(more, 2)
          for (const sent of more) assert.include(sent, "The previous turn was interrupted")
          for (const about of ["plan continue", "plan ask"]) assert.isTrue(more.some((sent) => sent.includes(about)))

          // All runners die while the person thinks. The answer needs the database only.
          yield* Effect.forEach(second, ({ kill }) => kill)
          for (const { id } of entries) {
            yield* inbox.answer(id, { choice: "yes", value: { version: "2.0" }, by: "ann" })
            assert.strictEqual((yield* inbox.get(id)).status, "answered")
          }
          yield* startRunner(socket, yield* makeHome)
          for (const [name, execution] of [
            ["continue", continuing],
            ["ask", asking]
          ] as const) {
            const exit = yield* resultOf(execution)
            assert.isTrue(Exit.isSuccess(exit), String(exit))
            if (!Exit.isSuccess(exit)) continue
            const { plan, ...rest } = exit.value
            assert.include(plan, "answer to ")
            const done = `answer to yes: ship 2.0 of ${name}`
            assert.deepStrictEqual(rest, { by: "ann", done, sources: ["continued", "ran"] })
            assert.strictEqual(yield* timesAsked(`yes: ship 2.0 of ${name}`), 1)
          }
          const requests = yield* script.requests
          assert.strictEqual(requests.length, 7)
          // The second turns have all of the conversation, although their processes never saw the first.
          assert.include(JSON.stringify(requests[6]?.inputItems()), "The previous turn was interrupted")
        }).pipe(Effect.provide(client(socket)))
      }).pipe(Effect.scoped, Effect.provide(Layer.merge(model, NodeServices.layer))),
    60_000
  )
})
