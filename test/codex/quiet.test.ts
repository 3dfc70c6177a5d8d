/**
 * A program that prints an answer prints only the answer: in a normal run Codex logs nothing that the default logger
 * shows. A warning means that something needs attention.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option, Schema, Stream } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Approval from "../../src/Approval.ts"
import * as Codex from "../../src/Codex.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import { onBinary } from "../support/onBinary.ts"

const Add = Tool.make("add", { parameters: Schema.Struct({ n: Schema.Int }), success: Schema.Int })
const Kit = Toolkit.make(Add)

/** What a program without a logger of its own shows, with the level of each line. */
const shown = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
  yield* Effect.provide(effect, Logger.layer([logger]))
  return lines
})

const escalate = (cmd: string) => MockModel.response([MockModel.execCommand({ cmd, escalate: "it is asked for" })])

const root = join(import.meta.dirname, "../../src")

describe("the default log", () => {
  it("has no level in `src` between a warning and Debug", () => {
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
    // A process that was started again is news, and no run has it normally.
    for (const file of files.filter((file) => file !== "internal/restart/report.ts"))
      // Examples in doc comments log as a program does.
      assert.notMatch(
        readFileSync(join(root, file), "utf8").replaceAll(/\/\*\*[^]*?\*\//g, ""),
        /\blogInfo\b|\bEffect\.log\(/,
        file
      )
  })

  it.live("stays empty over turns, tools, approvals, structured output and a thread that is resumed", () =>
    Effect.gen(function* () {
      const program = Effect.gen(function* () {
        const model = yield* MockModel.MockModel
        const codex = yield* Codex.Codex
        const thread = yield* codex.startThread({ tools: Kit, approvalMode: "ask", sandbox: "readOnly" })

        yield* model.enqueue(MockModel.toolCall({ name: "add", arguments: { n: 1 }, callId: "add" }))
        yield* thread.run("Add.")
        yield* model.enqueue(escalate("echo accepted"), MockModel.reply("ran"), escalate("ls"), MockModel.reply("not"))
        const ran = yield* thread.run("Run it.")
        const declined = yield* thread.run("Run that.")
        yield* model.enqueue(MockModel.reply(`{"n":1}`))
        yield* thread.runAs(Schema.Struct({ n: Schema.Int }), "As a number.")
        yield* Stream.runDrain(thread.stream("And once more."))

        const resumed = yield* codex.resumeThread(thread.id, { tools: Kit })
        const gate = yield* MockModel.gate
        yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate))
        const turn = yield* resumed.turn("Think.")
        yield* gate.reached
        yield* turn.interrupt()
        return [ran, declined].map(({ items }) =>
          items.flatMap((item) => (item.type === "commandExecution" ? [item.status] : []))
        )
      })
      let statuses: ReadonlyArray<ReadonlyArray<string>> = []
      const lines = yield* shown(
        program.pipe(
          Effect.tap((found) => Effect.sync(() => (statuses = found))),
          Effect.provide(Kit.toLayer({ add: ({ n }) => Effect.succeed(n + 1) })),
          onBinary({
            serverRequests: ServerRequests.layer(
              Approval.handlers(Approval.allowCommands(Approval.command.equals(["echo", "accepted"])))
            )
          })
        )
      )
      assert.deepStrictEqual(statuses, [["completed"], ["declined"]])
      assert.deepStrictEqual(lines, [])
    })
  )

  it.live("has a warning where something needs attention: a request without a handler", () =>
    Effect.gen(function* () {
      const lines = yield* shown(
        Effect.gen(function* () {
          const model = yield* MockModel.MockModel
          yield* model.enqueue(escalate("ls"), MockModel.reply("not"))
          const codex = yield* Codex.Codex
          const thread = yield* codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
          const { finalResponse } = yield* thread.run("Run it.")
          assert.deepStrictEqual(finalResponse, Option.some("not"))
        }).pipe(onBinary())
      )
      assert.lengthOf(lines, 1)
      assert.match(lines[0] ?? "", /^Warn No handler for item\/commandExecution\/requestApproval/)
    })
  )
})
