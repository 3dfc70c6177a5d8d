/** Requests of the real binary in an inbox on PostgreSQL, which people answer from another process. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Layer, Logger, Option, Schedule, type Schema, Scope } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { execPath } from "node:process"
import * as AppServer from "../../src/AppServer.ts"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as Codex from "../../src/Codex.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Mcp from "../serverRequests/mcp.ts"
import * as Test from "./support.ts"

/** How often a value of another process is read. */
const often = Schedule.spaced("20 millis")

const settings = { pollInterval: "20 millis", lease: "20 seconds" } as const

const script = join(import.meta.dirname, "../support/mcp/server.mjs")

/** An app-server with its own home and model, whose requests go to an inbox, until the scope closes. */
const runner = Effect.fnUntraced(function* (
  name: string,
  options: { readonly expiresAfter?: ApprovalInbox.PolicyOptions<never>["expiresAfter"]; readonly mcp?: true } = {},
  codex: Codex.Options = {}
) {
  const inbox = yield* Test.another(settings)
  const layer = CodexTest.layer({
    codex,
    config: {
      features: { default_mode_request_user_input: true, request_permissions_tool: true },
      ...(options.mcp === undefined
        ? {}
        : { settings: { mcp_servers: { scripted: { command: execPath, args: [script], required: true } } } })
    },
    model: { fallback: () => MockModel.reply("done") },
    serverRequests: () =>
      ServerRequests.layer(ApprovalInbox.handlers({ runner: name, expiresAfter: options.expiresAfter })).pipe(
        Layer.provide(Layer.succeed(ApprovalInbox.ApprovalInbox, inbox))
      )
  })
  // A separate memo map: two runners are two processes.
  const services = yield* Layer.buildWithMemoMap(layer, Layer.makeMemoMapUnsafe(), yield* Scope.Scope)
  const on = <A, E, R>(effect: Effect.Effect<A, E, R | CodexTest.Services>) => Effect.provideContext(effect, services)
  const { workspace } = Context.get(services, CodexTest.TestHome)
  return {
    services,
    on,
    exists: (file: string) => existsSync(join(workspace, file)),
    /** Runs a turn in which the model makes these calls, in a fiber of its own. */
    run: (...items: ReadonlyArray<MockModel.Item>) =>
      on(
        Effect.gen(function* () {
          const model = yield* MockModel.MockModel
          yield* model.enqueue(...items.map((item) => MockModel.response([item])))
          const thread = yield* (yield* Codex.Codex).startThread({ approvalMode: "ask", sandbox: "readOnly" })
          const turn = yield* thread.turn("go")
          return { thread, turn, result: yield* Effect.forkScoped(Effect.exit(turn.result)) }
        })
      )
  }
})

const touch = (name: string) => MockModel.execCommand({ cmd: `touch ${name}`, escalate: "it has to be there" })
const patch = (name: string) => MockModel.applyPatch(`*** Begin Patch\n*** Add File: ${name}\n+x\n*** End Patch`)

/** The open entry of a runner, as soon as there is one. */
const openOf = (inbox: ApprovalInbox.ApprovalInbox, name: string) =>
  Effect.map(inbox.list(), ({ data }) => data.find(({ runner }) => Option.contains(runner, name))).pipe(
    Effect.repeat({ schedule: often, until: (entry) => entry !== undefined }),
    Effect.flatMap((entry) => (entry === undefined ? Effect.die("no entry") : Effect.succeed(entry)))
  )

const statusOf = (inbox: ApprovalInbox.ApprovalInbox, id: string) =>
  Effect.map(inbox.get(id), ({ status }) => status).pipe(
    Effect.repeat({ schedule: often, until: (status) => status !== "open" })
  )

describe("an ApprovalInbox with requests of the real binary", () => {
  it.layer(Test.sql(settings), { excludeTestServices: true, timeout: "30 seconds" })((it) => {
    it.effect("passes the answers of another process on to the app-servers of two runners", () =>
      Effect.gen(function* () {
        const people = yield* ApprovalInbox.ApprovalInbox
        const [one, two] = yield* Effect.all([runner("one"), runner("two")], { concurrency: 2 })
        const command = yield* one.run(touch("made"))
        const files = yield* two.run(patch("made"))
        const [asked, changed] = [yield* openOf(people, "one"), yield* openOf(people, "two")]
        assert.strictEqual(asked.kind, "command")
        assert.deepStrictEqual(
          [asked.threadId, asked.turnId],
          [Option.some(command.thread.id), Option.some(command.turn.id)]
        )
        assert.include(asked.lines.join("\n"), "touch made")
        assert.include(asked.lines.join("\n"), "because: it has to be there")
        assert.includeMembers(
          asked.choices.map(({ name }) => name),
          ["accept", "decline", "cancel"]
        )
        assert.strictEqual(changed.kind, "fileChange")
        assert.include(changed.lines.join("\n"), "+x")
        yield* people.answer(asked.id, { choice: "accept", by: "ann" })
        yield* people.answer(changed.id, { choice: "decline", by: "bob" })
        assert.isTrue(Exit.isSuccess(yield* Fiber.join(command.result)))
        assert.isTrue(Exit.isSuccess(yield* Fiber.join(files.result)))
        assert.deepStrictEqual([one.exists("made"), two.exists("made")], [true, false])
        assert.deepStrictEqual(yield* Test.audit(people, asked.id), ["opened", "answered by ann (accept)", "delivered"])
        assert.deepStrictEqual(yield* Test.audit(people, changed.id), [
          "opened",
          "answered by bob (decline)",
          "delivered"
        ])
      }).pipe(Effect.scoped)
    )

    it.effect("withdraws a request whose turn is interrupted, and declines one whose time limit passes", () =>
      Effect.gen(function* () {
        const people = yield* ApprovalInbox.ApprovalInbox
        const [interrupted, slow] = yield* Effect.all(
          [runner("interrupted"), runner("slow", { expiresAfter: "300 millis" })],
          { concurrency: 2 }
        )
        const running = yield* interrupted.run(touch("made"))
        const { id } = yield* openOf(people, "interrupted")
        yield* running.turn.interrupt()
        assert.strictEqual(yield* statusOf(people, id), "withdrawn")
        assert.deepStrictEqual(yield* Test.audit(people, id), ["opened", "withdrawn (turnEnded)"])

        const declined = yield* slow.run(touch("made"))
        assert.isTrue(Exit.isSuccess(yield* Fiber.join(declined.result)))
        const { data } = yield* people.list({ status: ["expired"], threadId: declined.thread.id })
        assert.lengthOf(data, 1)
        assert.deepStrictEqual([interrupted.exists("made"), slow.exists("made")], [false, false])
      }).pipe(Effect.scoped)
    )

    it.effect("marks a request as lost when its app-server dies, and asks again after a restart", () =>
      Effect.gen(function* () {
        const people = yield* ApprovalInbox.ApprovalInbox
        const one = yield* runner("restarted", {}, { restart: {} })
        const running = yield* one.run(touch("made"))
        const { id } = yield* openOf(people, "restarted")
        process.kill(Context.get(one.services, AppServer.AppServer).pid, "SIGKILL")
        assert.isTrue(Exit.isFailure(yield* Fiber.join(running.result)))
        assert.strictEqual(yield* statusOf(people, id), "lost")
        assert.deepStrictEqual(yield* Test.audit(people, id), ["opened", "lost (connectionEnded)"])
        const late = yield* Effect.flip(people.answer(id, { choice: "accept", by: "ann" }))
        assert.deepInclude(late.reason, { _tag: "EntryClosed", status: "lost" })

        yield* one.on(
          Effect.flatMap(MockModel.MockModel, (model) => model.enqueue(MockModel.response([touch("made")])))
        )
        const again = yield* Effect.forkScoped(Effect.exit(running.thread.run("again")))
        const entry = yield* openOf(people, "restarted")
        assert.notStrictEqual(entry.id, id)
        yield* people.answer(entry.id, { choice: "accept", by: "ann" })
        assert.isTrue(Exit.isSuccess(yield* Fiber.join(again)))
        assert.isTrue(one.exists("made"))
      }).pipe(Effect.scoped, Effect.provide(Logger.layer([])))
    )

    it.effect("has the questions of the model, requests for permissions, and forms of MCP servers", () =>
      Effect.gen(function* () {
        const people = yield* ApprovalInbox.ApprovalInbox
        const one = yield* runner("kinds", { mcp: true })
        const options = [
          { label: "Red", description: "warm" },
          { label: "Blue", description: "cold" }
        ]
        const question = { id: "color", header: "Color", question: "Which color?", options }
        const form = {
          mode: "form",
          message: "Who are you?",
          requestedSchema: {
            type: "object",
            properties: { name: { type: "string", minLength: 3 }, age: { type: "integer" } },
            required: ["name"]
          }
        }
        const running = yield* one.run(
          MockModel.toolCall({ name: "request_user_input", callId: "ask", arguments: { questions: [question] } }),
          MockModel.toolCall({
            name: "request_permissions",
            callId: "grant",
            arguments: { permissions: { file_system: { write: ["sub"] } }, reason: "it has to be there" }
          }),
          Mcp.write,
          Mcp.elicit(form)
        )
        const seen: Array<readonly [string, string]> = []
        const next = (choice: string, value?: Schema.Json) =>
          Effect.gen(function* () {
            const entry = yield* openOf(people, "kinds")
            seen.push([entry.kind, entry.lines.join("\n")])
            yield* people.answer(entry.id, { choice, value, by: "ann" })
            yield* statusOf(people, entry.id)
          })
        yield* next("answer", { color: "Blue" })
        yield* next("grant")
        yield* next("accept")
        // The form is put in again, because its own limit is not met.
        yield* next("accept", { name: "A" })
        yield* next("accept", { name: "Ada", age: 36 })
        assert.isTrue(Exit.isSuccess(yield* Fiber.join(running.result)))
        assert.deepStrictEqual(
          seen.map(([kind]) => kind),
          ["userInput", "permissions", "elicitation", "elicitation", "elicitation"]
        )
        assert.include(seen[1]?.[1], "/sub")
        assert.include(seen[4]?.[1], "The last answer did not match. name")
        const requests = yield* one.on(Effect.flatMap(MockModel.MockModel, (model) => model.requests))
        assert.include(requests[1]?.toolOutput("ask"), "Blue")
        assert.include(requests[2]?.toolOutput("grant"), "file_system")
        assert.deepStrictEqual(yield* one.on(Mcp.note), { action: "accept", content: { name: "Ada", age: 36 } })
        // What was filled in is not stored any more.
        const { data } = yield* people.list({ status: ["delivered"], threadId: running.thread.id })
        assert.lengthOf(data, 5)
        assert.notInclude(JSON.stringify(data), "Ada")
      }).pipe(Effect.scoped)
    )
  })
})
