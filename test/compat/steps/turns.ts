/**
 * Steps on turns: running, following, steering and stopping one, and its failures.
 */
import { Effect, Exit, Fiber, Option, Schema, Stream } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../../src/Codex.ts"
import * as Input from "../../../src/Input.ts"
import { retryOnOverload } from "../../../src/Retry.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import * as Turn from "../../../src/Turn.ts"
import { TurnFailed, TurnInterrupted } from "../../../src/internal/turn/turnErrors.ts"
import { equal, holds, type Step, step } from "../step.ts"

/** A thread that needs no approvals, and the model. */
const quietThread = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  return { thread: yield* codex.startThread({ approvalMode: "inherit" }), model: yield* MockModel.MockModel }
})

const typesOf = (items: Turn.TurnResult["items"]) => items.map(({ type }) => type)

const errorOf = <A, E>(exit: Exit.Exit<A, E>) => Option.getOrUndefined(Exit.findErrorOption(exit))

/** A one-pixel PNG. */
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

export const turns: ReadonlyArray<Step> = [
  step(
    "start a thread",
    Effect.gen(function* () {
      const { workspace } = yield* CodexTest.TestHome
      const { reply } = yield* (yield* Codex.Codex).startThread()
      yield* equal("model and folder", [reply.model, reply.cwd], ["mock-model", workspace])
    })
  ),
  step(
    "run a turn",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      yield* model.enqueue(MockModel.reply("Hello.", { usage: { inputTokens: 20, outputTokens: 3 } }))
      const result = yield* thread.run("hi")
      yield* equal("answer", [result.status, result.finalResponse], ["completed", Option.some("Hello.")])
      yield* equal("items", typesOf(result.items), ["userMessage", "agentMessage"])
      yield* equal(
        "tokens",
        Option.map(result.usage, ({ turn }) => turn.totalTokens),
        Option.some(23)
      )
    })
  ),
  step(
    "events of a turn",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      yield* model.enqueue(
        MockModel.response([MockModel.reasoning("I think."), MockModel.message("Hello.", { deltas: ["Hel", "lo."] })])
      )
      const events = Array.from(yield* Stream.runCollect(thread.streamUntilEnd("hi")))
      const text = yield* Turn.textDeltas(Stream.fromIterable(events)).pipe(Stream.runCollect)
      const items = yield* Turn.completedItems(Stream.fromIterable(events)).pipe(Stream.runCollect)
      yield* equal("text", Array.from(text).join(""), "Hello.")
      yield* equal("items", typesOf(Array.from(items)), ["userMessage", "reasoning", "agentMessage"])
      // A server can send warnings about its thread at any time.
      const methods = events.map(({ method }) => method).filter((method) => method !== "warning")
      yield* equal("ends", [methods[0], methods.at(-1)], ["turn/started", "turn/completed"])
    })
  ),
  step(
    "state of a turn",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      yield* model.enqueue(MockModel.reply("Hello."))
      const turn = yield* thread.turn("hi")
      yield* turn.result
      const { items, status } = yield* turn.state
      yield* equal("status", status, "completed")
      yield* equal(
        "items",
        items.map(({ isCompleted, text }) => [isCompleted, text]),
        [
          [true, ""],
          [true, "Hello."]
        ]
      )
    })
  ),
  step(
    "a command of the model",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread({ approvalMode: "inherit", sandbox: "fullAccess" })
      yield* model.enqueue(MockModel.execCommand("echo made"), MockModel.reply("done"))
      const { items } = yield* thread.run("go")
      const outputs = items.flatMap((item) =>
        item.type === "commandExecution" ? [[item.status, item.exitCode, item.aggregatedOutput]] : []
      )
      yield* equal("output", outputs, [["completed", 0, "made\n"]])
    })
  ),
  step(
    "steer",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      const gate = yield* MockModel.gate
      yield* model.enqueue(
        MockModel.hold(MockModel.deltas(["One", "."]), gate, { after: 3 }),
        MockModel.reply("Steered.")
      )
      const turn = yield* thread.turn("hi")
      yield* gate.reached
      yield* turn.steer("Rather this.")
      yield* gate.release
      yield* equal("answer", (yield* turn.result).finalResponse, Option.some("Steered."))
      yield* holds("the model is told", (yield* model.requests).at(-1)?.lastUserText === "Rather this.")
    })
  ),
  step(
    "send to a running turn",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("One."), gate, { after: 3 }), MockModel.reply("Two."))
      const first = yield* thread.turn("hi")
      yield* gate.reached
      const second = yield* thread.send("And this.")
      yield* gate.release
      yield* equal("turn", second.id, first.id)
      yield* equal("answer", (yield* second.result).finalResponse, Option.some("Two."))
    })
  ),
  step(
    "run while a command of the user runs",
    Effect.gen(function* () {
      const { workspace } = yield* CodexTest.TestHome
      const codex = yield* Codex.Codex
      const { model, thread } = yield* quietThread
      yield* model.enqueue(MockModel.reply("Hello."))
      const begun = yield* Effect.forkScoped(
        Stream.runHead(Stream.filter(codex.notifications, ({ method }) => method === "turn/started")),
        { startImmediately: true }
      )
      const command = "until [ -e go ]; do sleep 0.05; done; echo went"
      yield* codex.request("thread/shellCommand", { threadId: thread.id, command })
      yield* Fiber.join(begun)
      const run = yield* Effect.forkScoped(thread.run("hi"), { startImmediately: true })
      writeFileSync(join(workspace, "go"), "")
      const { finalResponse, status } = yield* Fiber.join(run)
      yield* equal("answer", [status, finalResponse], ["completed", Option.some("Hello.")])
    })
  ),
  step(
    "interrupt",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate), MockModel.reply("Next."))
      const turn = yield* thread.turn("hi")
      yield* gate.reached
      yield* equal("ended", (yield* turn.interrupt()).ended, true)
      yield* holds("TurnInterrupted", errorOf(yield* Effect.exit(turn.result)) instanceof TurnInterrupted)
      yield* equal("the next turn", (yield* thread.run("go on")).finalResponse, Option.some("Next."))
    })
  ),
  step(
    "interrupt the fiber of `run`",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate))
      const run = yield* Effect.forkScoped(thread.run("hi"), { startImmediately: true })
      yield* gate.reached
      yield* Fiber.interrupt(run)
      const { turns } = yield* thread.read({ includeTurns: true })
      yield* equal(
        "turns",
        turns.map(({ status }) => status),
        ["interrupted"]
      )
    })
  ),
  step(
    "a turn that fails",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      yield* model.enqueue(MockModel.failed({ code: "context_length_exceeded", message: "too long" }))
      const error = errorOf(yield* Effect.exit(thread.run("hi")))
      yield* equal("reason", error instanceof TurnFailed ? error.reason._tag : error, "ContextWindowExceeded")
      yield* equal("the next turn", (yield* thread.run("go on")).status, "completed")
    })
  ),
  step(
    "overload and `retryOnOverload`",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      yield* model.enqueue(
        MockModel.failed({ code: "server_is_overloaded", message: "later" }),
        MockModel.reply("Hello.")
      )
      const result = yield* Effect.retry(thread.run("hi"), retryOnOverload)
      yield* equal("answer", result.finalResponse, Option.some("Hello."))
      yield* equal("requests", (yield* model.requests).length, 2)
    })
  ),
  step(
    "two threads at once",
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      yield* model.enqueue(
        ...["a", "b"].map(() => MockModel.respondWith((it) => MockModel.reply(`${it.lastUserText}!`)))
      )
      const ask = (text: string) => Effect.flatMap(codex.startThread(), (thread) => thread.run(text))
      const results = yield* Effect.all([ask("a"), ask("b")], { concurrency: 2 })
      yield* equal(
        "answers",
        results.map(({ finalResponse }) => Option.getOrNull(finalResponse)),
        ["a!", "b!"]
      )
    })
  ),
  step(
    "structured output",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      yield* model.enqueue(MockModel.reply(`{"answer":42}`))
      const { value } = yield* thread.runAs(Schema.Struct({ answer: Schema.Finite }), "hi")
      yield* equal("value", value, { answer: 42 })
      yield* holds(
        "the model is given the schema",
        JSON.stringify((yield* model.requests)[0]?.body).includes(`"answer"`)
      )
    })
  ),
  step(
    "an image",
    Effect.gen(function* () {
      const { workspace } = yield* CodexTest.TestHome
      const { model, thread } = yield* quietThread
      writeFileSync(join(workspace, "pixel.png"), Buffer.from(pixel, "base64"))
      yield* thread.run([Input.text("Look."), Input.localImage("pixel.png")])
      yield* holds("the model sees it", JSON.stringify((yield* model.requests)[0]?.body).includes(`"input_image"`))
    })
  ),
  step(
    "an external message",
    Effect.gen(function* () {
      const { model, thread } = yield* quietThread
      const turn = yield* thread.sendExternal(Input.externalMessage({ toolName: "mail", content: "You have mail." }))
      yield* equal("status", (yield* turn.result).status, "completed")
      yield* holds("the model reads it", JSON.stringify((yield* model.requests)[0]?.body).includes("You have mail."))
    })
  )
]
