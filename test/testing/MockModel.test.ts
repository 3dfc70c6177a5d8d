import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Logger, Scope } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { inspect } from "node:util"
import * as MockModel from "../../src/testing/MockModel.ts"
import { at, makeHome, type RawDriver, start, type TestHome } from "../support/rawDriver.ts"

type Model = MockModel.MockModel["Service"]

const user = (...texts: ReadonlyArray<string>) => ({
  type: "message",
  role: "user",
  content: texts.map((text) => ({ type: "input_text", text }))
})

const post = (model: Model, options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {}) =>
  fetch(`${model.baseUrl}/responses`, {
    method: "POST",
    body: JSON.stringify(options.body ?? { model: "m", input: [user("hi")] }),
    headers: { "content-type": "application/json", ...options.headers }
  })

const ask = (model: Model, options?: Parameters<typeof post>[1]) =>
  Effect.promise(async () => {
    const response = await post(model, options)
    return { response, text: await response.text() }
  })

/** What a client gets to read of a stream that breaks. */
const untilBroken = (model: Model) =>
  Effect.promise(async () => {
    const response = await post(model)
    let text = ""
    try {
      for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk)
    } catch {
      return text
    }
    return "not broken"
  })

const events = (text: string): ReadonlyArray<{ readonly name: string; readonly data: unknown }> =>
  text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const match = /^event: (.+)\ndata: (.+)$/.exec(block)
      return { name: match?.[1] ?? "", data: JSON.parse(match?.[2] ?? "null") }
    })

const verdict = (text: string) => JSON.parse(String(at(events(text)[3]?.data, "item", "content", 0, "text")))

const typed = (items: ReadonlyArray<unknown>, type: string) => items.filter((item) => at(item, "type") === type)

const names = (text: string) => events(text).map((event) => event.name)

const withModel = <A, E>(run: (model: Model) => Effect.Effect<A, E, Scope.Scope>, options?: MockModel.Options) =>
  Effect.flatMap(MockModel.make(options), run)

describe("MockModel over HTTP", () => {
  it.effect("a reply is streamed as created, added, one event for each delta, done and completed with usage", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const usage = { inputTokens: 7, cachedInputTokens: 3, outputTokens: 6, reasoningOutputTokens: 5 }
        yield* model.enqueue(MockModel.reply("hello", { deltas: ["he", "llo"], phase: "final_answer", usage }))
        const { response, text } = yield* ask(model)
        assert.strictEqual(response.headers.get("content-type"), "text/event-stream")
        assert.deepStrictEqual(names(text), [
          "response.created",
          "response.output_item.added",
          "response.output_text.delta",
          "response.output_text.delta",
          "response.output_item.done",
          "response.completed"
        ])
        for (const event of events(text)) assert.strictEqual(at(event.data, "type"), event.name)
        assert.strictEqual(at(events(text)[3]?.data, "delta"), "llo")
        assert.strictEqual(at(events(text)[4]?.data, "item", "phase"), "final_answer")
        assert.deepStrictEqual(at(events(text)[4]?.data, "item", "content"), [{ type: "output_text", text: "hello" }])
        assert.deepStrictEqual(at(events(text)[5]?.data, "response", "usage"), {
          input_tokens: 7,
          input_tokens_details: { cached_tokens: 3 },
          output_tokens: 6,
          output_tokens_details: { reasoning_tokens: 5 },
          total_tokens: 13
        })
      })
    )
  )

  it.effect("several items come in their order, and no id is used twice in the life of a mock", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const items = [
          MockModel.reasoning(["why", "how"], { raw: ["hm"] }),
          MockModel.message("m", { phase: "commentary" }),
          MockModel.message("n", { phase: null }),
          MockModel.toolCall({ name: "spawn", namespace: "agents", arguments: { a: 1 }, callId: "call-x" }),
          MockModel.customToolCall({ name: "free", input: "text" })
        ]
        yield* model.enqueue(MockModel.response(items), MockModel.response(items))
        const first = events((yield* ask(model)).text)
        const second = events((yield* ask(model)).text)
        const done = [...first, ...second].filter((event) => event.name === "response.output_item.done")
        assert.deepStrictEqual(
          done.slice(0, 5).map((event) => at(event.data, "item", "type")),
          ["reasoning", "message", "message", "function_call", "custom_tool_call"]
        )
        assert.deepStrictEqual(
          done.slice(1, 3).map((event) => at(event.data, "item", "phase")),
          ["commentary", null]
        )
        assert.strictEqual(at(done[3]?.data, "item", "arguments"), '{"a":1}')
        assert.strictEqual(at(done[3]?.data, "item", "namespace"), "agents")
        assert.strictEqual(at(done[3]?.data, "item", "call_id"), "call-x")
        assert.strictEqual(new Set(done.map((event) => at(event.data, "item", "id"))).size, 10)
        assert.notStrictEqual(at(first[0]?.data, "response", "id"), at(second[0]?.data, "response", "id"))
      })
    )
  )

  it.effect("replies are used first in, first out; a responder sees the request and may be an Effect", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(
          MockModel.reply("one"),
          MockModel.respondWith((request) => MockModel.reply(`you said ${request.lastUserText}`)),
          MockModel.respondWith(() => Effect.succeed(MockModel.message("from an effect")))
        )
        assert.strictEqual(yield* model.remaining, 3)
        assert.include((yield* ask(model)).text, '"delta":"one"')
        assert.include((yield* ask(model)).text, '"delta":"you said hi"')
        assert.include((yield* ask(model)).text, '"delta":"from an effect"')
        assert.strictEqual(yield* model.remaining, 0)
      })
    )
  )

  it.effect("a responder that throws is a 500 that says why", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(
          MockModel.respondWith(() => {
            throw new Error("my mistake")
          })
        )
        const { response, text } = yield* ask(model)
        assert.strictEqual(response.status, 500)
        assert.include(text, "my mistake")
      })
    )
  )

  it.effect("an empty queue answers 500 and warns, or answers whatever the fallback says", () =>
    Effect.gen(function* () {
      const warnings: Array<unknown> = []
      const logger = Logger.make(({ message }) => warnings.push(message))
      const strict = yield* MockModel.make().pipe(Effect.provide(Logger.layer([logger])))
      const refused = yield* ask(strict)
      assert.include(String(warnings), 'no reply is queued for "hi"')
      assert.strictEqual(refused.response.status, 500)
      assert.include(refused.text, "no reply is queued")
      const kind = yield* MockModel.make({ fallback: (request) => MockModel.reply(`echo ${request.lastUserText}`) })
      yield* kind.enqueue(MockModel.reply("queued"))
      assert.include((yield* ask(kind)).text, "queued")
      assert.include((yield* ask(kind)).text, "echo hi")
    })
  )

  it.effect("a status is answered with its body and headers", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(
          MockModel.status(429, { error: { code: "rate_limit" } }, { "retry-after": "7" }),
          MockModel.status(503, "down")
        )
        const limited = yield* ask(model)
        assert.strictEqual(limited.response.status, 429)
        assert.strictEqual(limited.response.headers.get("retry-after"), "7")
        assert.deepStrictEqual(JSON.parse(limited.text), { error: { code: "rate_limit" } })
        const down = yield* ask(model)
        assert.deepStrictEqual([down.response.status, down.text], [503, "down"])
      })
    )
  )

  it.effect("failed, incomplete and raw responses end as they say", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(
          MockModel.failed({ code: "rate_limit_exceeded", message: "slow", items: [MockModel.message("part")] }),
          MockModel.incomplete(),
          MockModel.rawResponse([{ type: "response.future", x: 1 }])
        )
        const failed = events((yield* ask(model)).text).at(-1)
        assert.deepStrictEqual(at(failed?.data, "response", "error"), { code: "rate_limit_exceeded", message: "slow" })
        const incomplete = events((yield* ask(model)).text).at(-1)
        assert.deepStrictEqual(at(incomplete?.data, "response", "incomplete_details"), { reason: "max_output_tokens" })
        assert.deepStrictEqual(events((yield* ask(model)).text), [
          { name: "response.future", data: { type: "response.future", x: 1 } }
        ])
      })
    )
  )

  it.effect("a dropped connection breaks after exactly the events that were asked for", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const reply = MockModel.deltas(["he", "llo"])
        yield* model.enqueue(MockModel.drop({ after: 3, reply }), MockModel.drop())
        const seen = yield* untilBroken(model)
        assert.deepStrictEqual(names(seen), [
          "response.created",
          "response.output_item.added",
          "response.output_text.delta"
        ])
        const refused = yield* Effect.exit(Effect.tryPromise(() => post(model)))
        assert.isTrue(Exit.isFailure(refused))
      })
    )
  )

  it.effect("a gate holds the stream where it was put, until it is released", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const gate = yield* MockModel.gate
        const end = yield* MockModel.gate
        const held = MockModel.hold(MockModel.deltas(["he", "llo"]), gate, { after: 3 })
        yield* model.enqueue(MockModel.hold(held, end, { before: "response.completed" }))
        const response = yield* Effect.promise(() => post(model))
        const reader = response.body?.getReader()
        const read = Effect.promise(async () => new TextDecoder().decode((await reader?.read())?.value))
        yield* gate.reached
        assert.deepStrictEqual(names(yield* read), [
          "response.created",
          "response.output_item.added",
          "response.output_text.delta"
        ])
        yield* gate.release
        yield* end.reached
        assert.deepStrictEqual(names(yield* read), ["response.output_text.delta", "response.output_item.done"])
        yield* end.release
        assert.deepStrictEqual(names(yield* read), ["response.completed"])
        yield* model.idle
      })
    )
  )

  it("a gate at a place that the reply doesn't have is refused when it is written", () => {
    const gate = Effect.runSync(MockModel.gate)
    assert.throws(() => MockModel.hold(MockModel.reply("x"), gate, { after: "response.failed" }), /no place/)
    assert.throws(() => MockModel.hold(MockModel.reply("x"), gate, { after: 99 }), /no place/)
    assert.throws(() => MockModel.hold(MockModel.status(500), gate), /streamed/)
  })

  it.effect("a reader that goes away in the middle of a stream leaves nothing running", () =>
    withModel((model) =>
      Effect.gen(function* () {
        const gate = yield* MockModel.gate
        yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate), MockModel.reply("next"))
        const abort = new AbortController()
        const open = yield* Effect.promise(() =>
          fetch(`${model.baseUrl}/responses`, { method: "POST", body: "{}", signal: abort.signal })
        )
        yield* gate.reached
        assert.strictEqual(open.status, 200)
        abort.abort()
        yield* model.idle
        assert.include((yield* ask(model)).text, "next")
      })
    )
  )

  it.effect("closing the scope breaks held streams and waits for no socket", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const model = yield* Scope.provide(MockModel.make(), scope)
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.reply("kept alive"), MockModel.hold(MockModel.reply("held"), gate))
      yield* ask(model)
      const port = Number(new URL(model.baseUrl).port)
      const socket = connect(port, "127.0.0.1")
      const gone = yield* Deferred.make<void>()
      socket.on("error", () => {})
      socket.on("close", () => Deferred.doneUnsafe(gone, Effect.void))
      socket.write("POST /v1/responses HTTP/1.1\r\n")
      const broken = yield* Effect.forkChild(untilBroken(model))
      yield* gate.reached
      yield* Scope.close(scope, Exit.void)
      yield* Deferred.await(gone)
      assert.deepStrictEqual(names(yield* Fiber.join(broken)), ["response.created"])
      assert.isTrue(Exit.isFailure(yield* Effect.exit(Effect.tryPromise(() => post(model)))))
    })
  )

  it.effect("the guardian is answered apart from the queue: allow by default, then as scripted", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(MockModel.reply("for the turn"))
        yield* model.enqueueFor("guardian", MockModel.guardian("deny", { rationale: "no" }))
        const headers = { "X-OpenAI-Subagent": "guardian" }
        const denied = verdict((yield* ask(model, { headers })).text)
        assert.deepStrictEqual([denied.outcome, denied.rationale], ["deny", "no"])
        assert.strictEqual(verdict((yield* ask(model, { headers })).text).outcome, "allow")
        assert.include((yield* ask(model)).text, "for the turn")
        assert.lengthOf(yield* model.requests, 1)
        assert.lengthOf(yield* model.requestsFor("guardian"), 2)
        assert.lengthOf(yield* model.receivedFor("guardian", 2), 2)
      })
    )
  )

  it.effect("requests for memories use up no reply and are not among the requests", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(MockModel.reply("kept"))
        yield* ask(model, { headers: { "x-openai-subagent": "memory_consolidation" } })
        yield* ask(model, { headers: { "x-openai-memgen-request": "true" } })
        assert.strictEqual(yield* model.remaining, 1)
        assert.lengthOf(yield* model.requests, 0)
        assert.lengthOf(yield* model.log, 2)
      })
    )
  )

  it.effect("another sub-agent uses its own queue first and then the main one", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(MockModel.reply("main"))
        yield* model.enqueueFor("collab_spawn", MockModel.reply("own"))
        const headers = { "x-openai-subagent": "collab_spawn" }
        assert.include((yield* ask(model, { headers })).text, "own")
        assert.include((yield* ask(model, { headers })).text, "main")
      })
    )
  )

  it.effect("received waits until so many model requests have come", () =>
    withModel(
      (model) =>
        Effect.gen(function* () {
          const two = yield* Effect.forkChild(model.received(2))
          yield* ask(model, { body: { input: [user("a")] } })
          yield* ask(model, { headers: { "x-openai-subagent": "guardian" } })
          yield* ask(model, { body: { input: [user("b")] } })
          assert.deepStrictEqual(
            (yield* Fiber.join(two)).map((request) => request.lastUserText),
            ["a", "b"]
          )
        }),
      { fallback: () => MockModel.reply("ok") }
    )
  )

  it.effect("a request tells what was in it", () =>
    withModel(
      (model) =>
        Effect.gen(function* () {
          yield* ask(model, {
            headers: { "x-codex-turn-metadata": '{"request_kind":"turn"}' },
            body: {
              model: "m",
              tools: [
                { type: "function", name: "f" },
                { type: "namespace", name: "n", tools: [{ name: "g" }] }
              ],
              input: [
                { type: "message", role: "developer", content: [{ type: "input_text", text: "be kind" }] },
                user("one", "two"),
                {
                  type: "message",
                  role: "user",
                  content: [{ type: "input_image", image_url: "data:image/png;base64,AA" }]
                },
                { type: "function_call_output", call_id: "c", output: "done" }
              ]
            }
          })
          const [request] = yield* model.received(1)
          assert.isDefined(request)
          assert.deepStrictEqual([request.method, request.path, request.model], ["POST", "/v1/responses", "m"])
          assert.deepStrictEqual(request.texts("developer"), ["be kind"])
          assert.deepStrictEqual(request.texts("user"), ["one", "two"])
          assert.strictEqual(request.lastUserText, "two")
          assert.deepStrictEqual(request.images(), ["data:image/png;base64,AA"])
          assert.deepStrictEqual(request.toolNames, ["f", "n.g"])
          assert.lengthOf(request.inputItems(), 4)
          assert.lengthOf(request.inputItems("function_call_output"), 1)
          assert.strictEqual(request.toolOutput("c"), "done")
          assert.strictEqual(request.toolOutput("other"), undefined)
          assert.strictEqual(request.requestKind, "turn")
          assert.strictEqual(request.subagent, undefined)
          assert.strictEqual(request.header("Content-Type"), "application/json")
          assert.strictEqual(request.header("constructor"), undefined)
        }),
      { fallback: () => MockModel.reply("ok") }
    )
  )

  it.effect("printing a request doesn't show its authorization, and a test can still read it", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* ask(model, { headers: { authorization: "Bearer sk-secret" } })
        const [request] = yield* model.requests
        assert.strictEqual(request?.header("Authorization"), "Bearer sk-secret")
        for (const shown of [inspect(request), inspect(request?.headers), String(request), JSON.stringify(request)]) {
          assert.notInclude(shown, "sk-secret")
        }
      })
    )
  )

  it.effect("a list of models and unknown paths are answered without using up a reply", () =>
    withModel((model) =>
      Effect.gen(function* () {
        yield* model.enqueue(MockModel.reply("kept"))
        const models = yield* Effect.promise(async () => (await fetch(`${model.baseUrl}/models?v=1`)).json())
        assert.strictEqual(at(models, "data", 0, "id"), "mock-model")
        const other = yield* Effect.promise(() => fetch(`${model.baseUrl}/analytics`, { method: "POST", body: "x" }))
        assert.strictEqual(other.status, 404)
        yield* Effect.promise(() => other.text())
        assert.strictEqual(yield* model.remaining, 1)
        assert.lengthOf(yield* model.requests, 0)
        assert.deepStrictEqual(
          (yield* model.log).map((request) => `${request.method} ${request.path}`),
          ["GET /v1/models?v=1", "POST /v1/analytics"]
        )
      })
    )
  )

  it("the configuration names the mock as the provider, without retries", () => {
    assert.strictEqual(
      MockModel.configToml("http://127.0.0.1:1/v1"),
      `model="mock-model"
approval_policy="never"
sandbox_mode="read-only"
model_provider="mock_provider"
model_providers.mock_provider.name="Mock provider for tests"
model_providers.mock_provider.base_url="http://127.0.0.1:1/v1"
model_providers.mock_provider.wire_api="responses"
model_providers.mock_provider.request_max_retries=0
model_providers.mock_provider.stream_max_retries=0
`
    )
    const toml = MockModel.configToml("u", {
      requiresOpenaiAuth: true,
      streamMaxRetries: 2,
      features: { goals: true },
      settings: { approvals_reviewer: "auto_review", list: ["a b", { "x.y": 1 }] },
      extra: "[mcp_servers.x]\ncommand = 'y'"
    })
    assert.include(toml, 'approvals_reviewer="auto_review"\nlist=["a b", {"x.y" = 1}]\n')
    assert.include(toml, "requires_openai_auth=true\nfeatures.goals=true\n\n[mcp_servers.x]\ncommand = 'y'\n")
  })
})

describe("MockModel behind the real app-server", () => {
  interface Session {
    readonly model: Model
    readonly home: TestHome
    readonly server: RawDriver
    readonly threadId: string
    readonly turn: (text: string) => Effect.Effect<Turn>
  }

  interface Turn {
    readonly status: unknown
    readonly turn: unknown
    readonly items: ReadonlyArray<unknown>
    readonly deltas: ReadonlyArray<unknown>
  }

  const session = (config: MockModel.ConfigOptions = {}) =>
    Effect.gen(function* () {
      const model = yield* MockModel.make()
      const home = yield* Effect.acquireRelease(
        Effect.sync(() => makeHome(model.configToml(config))),
        (home) => Effect.sync(home.remove)
      )
      const server = yield* Effect.acquireRelease(
        Effect.promise(() => start({ cwd: home.workspace, env: home.env })),
        (server) => Effect.promise(server.close)
      )
      const started = yield* Effect.promise(() => server.request("thread/start", { cwd: home.workspace }))
      const threadId = String(at(started, "thread", "id"))
      const turn = (text: string) =>
        Effect.promise(async (): Promise<Turn> => {
          const items: Array<unknown> = []
          const deltas: Array<unknown> = []
          const mine = (params: unknown) => at(params, "threadId") === threadId
          const off = server.onNotification(({ method, params }) => {
            if (!mine(params)) return
            if (method === "item/completed") items.push(at(params, "item"))
            if (method === "item/agentMessage/delta") deltas.push(at(params, "delta"))
          })
          const completed = server.next("turn/completed", mine)
          await server.request("turn/start", { threadId, input: [{ type: "text", text }] })
          const done = at(await completed, "turn")
          off()
          return { status: at(done, "status"), turn: done, items, deltas }
        })
      return { model, home, server, threadId, turn } satisfies Session
    })

  it.effect("a turn streams the scripted deltas and ends with the final text and usage", () =>
    Effect.gen(function* () {
      const { model, turn } = yield* session()
      yield* model.enqueue(
        MockModel.response(
          [
            MockModel.reasoning("thinking"),
            MockModel.message("on it", { phase: "commentary" }),
            MockModel.message("hello", { deltas: ["he", "llo"], phase: "final_answer" })
          ],
          { usage: { inputTokens: 11, outputTokens: 2 } }
        )
      )
      const done = yield* turn("say hello")
      assert.strictEqual(done.status, "completed")
      assert.deepStrictEqual(done.deltas, ["on it", "he", "llo"])
      assert.strictEqual(at(done.turn, "items", 0, "text"), "hello")
      assert.deepStrictEqual(at(typed(done.items, "reasoning")[0], "summary"), ["thinking"])
      const [request] = yield* model.received(1)
      assert.strictEqual(request?.lastUserText, "say hello")
      assert.strictEqual(request?.model, "mock-model")
      assert.strictEqual(request?.requestKind, "turn")
    })
  )

  it.effect("a held turn can be interrupted, which lets go of the request, and the thread goes on", () =>
    Effect.gen(function* () {
      const { model, server, threadId, turn } = yield* session()
      const gate = yield* MockModel.gate
      yield* model.enqueue(
        MockModel.hold(MockModel.deltas(["he", "llo"]), gate, { after: 3 }),
        MockModel.reply("again")
      )
      const delta = server.next("item/agentMessage/delta")
      const running = yield* Effect.forkChild(turn("go"))
      yield* gate.reached
      const turnId = at(yield* Effect.promise(() => delta), "turnId")
      yield* Effect.promise(() => server.request("turn/interrupt", { threadId, turnId }))
      const cut = yield* Fiber.join(running)
      assert.strictEqual(cut.status, "interrupted")
      assert.deepStrictEqual(cut.deltas, ["he"])
      yield* model.idle
      assert.strictEqual(at((yield* turn("once more")).turn, "items", 0, "text"), "again")
    })
  )

  it.effect("response.failed, a 429 and an empty queue fail the turn with their own message", () =>
    Effect.gen(function* () {
      const { model, turn } = yield* session()
      yield* model.enqueue(MockModel.failed({ message: "boom in the model" }), MockModel.status(429))
      const failed = yield* turn("one")
      assert.strictEqual(failed.status, "failed")
      assert.include(String(at(failed.turn, "error", "message")), "boom in the model")
      const limited = yield* turn("two")
      assert.strictEqual(limited.status, "failed")
      assert.include(JSON.stringify(at(limited.turn, "error")), "429")
      const empty = yield* turn("three")
      assert.strictEqual(at(empty.turn, "error", "codexErrorInfo"), "internalServerError")
    })
  )

  it.effect("an exec_command runs in the workspace and its output goes back to the model", () =>
    Effect.gen(function* () {
      const { home, model, turn } = yield* session({ sandboxMode: "danger-full-access" })
      yield* model.enqueue(
        MockModel.execCommand({ cmd: "echo made > made.txt && cat made.txt", callId: "c1" }),
        MockModel.reply("done")
      )
      const done = yield* turn("make it")
      const [command] = typed(done.items, "commandExecution")
      assert.deepStrictEqual([at(command, "status"), at(command, "exitCode")], ["completed", 0])
      assert.strictEqual(readFileSync(join(home.workspace, "made.txt"), "utf8"), "made\n")
      const [, second] = yield* model.received(2)
      assert.include(second?.toolOutput("c1"), "made")
    })
  )

  it.effect("applyPatch changes files and gives a fileChange item", () =>
    Effect.gen(function* () {
      const { home, model, turn } = yield* session({ sandboxMode: "danger-full-access" })
      yield* model.enqueue(
        MockModel.applyPatch("*** Begin Patch\n*** Add File: a.txt\n+it's $HOME\n*** End Patch"),
        MockModel.reply("done")
      )
      const done = yield* turn("patch it")
      assert.strictEqual(at(typed(done.items, "fileChange")[0], "status"), "completed")
      assert.strictEqual(readFileSync(join(home.workspace, "a.txt"), "utf8"), "it's $HOME\n")
    })
  )

  const reviewed: MockModel.ConfigOptions = {
    approvalPolicy: "on-request",
    settings: { approvals_reviewer: "auto_review" }
  }

  it.effect("a guardian that allows lets the command run, without using up a reply", () =>
    Effect.gen(function* () {
      const { home, model, turn } = yield* session(reviewed)
      yield* model.enqueue(
        MockModel.execCommand({ cmd: "echo made > made.txt", escalate: "May I?" }),
        MockModel.reply("done")
      )
      const done = yield* turn("make it")
      assert.strictEqual(at(done.turn, "items", 0, "text"), "done")
      assert.strictEqual(at(typed(done.items, "commandExecution")[0], "status"), "completed")
      assert.isTrue(existsSync(join(home.workspace, "made.txt")))
      assert.lengthOf(yield* model.requestsFor("guardian"), 1)
      assert.lengthOf(yield* model.requests, 2)
    })
  )

  it.effect("a guardian that denies declines the command and its rationale reaches the model", () =>
    Effect.gen(function* () {
      const { home, model, turn } = yield* session(reviewed)
      yield* model.enqueueFor("guardian", MockModel.guardian("deny", { rationale: "not on my watch" }))
      yield* model.enqueue(
        MockModel.execCommand({ cmd: "echo made > made.txt", escalate: "May I?", callId: "c1" }),
        MockModel.reply("done")
      )
      const done = yield* turn("make it")
      assert.strictEqual(done.status, "completed")
      assert.strictEqual(at(typed(done.items, "commandExecution")[0], "status"), "declined")
      assert.isFalse(existsSync(join(home.workspace, "made.txt")))
      const [, second] = yield* model.received(2)
      assert.include(second?.toolOutput("c1"), "not on my watch")
    })
  )

  it.effect("a spawned agent is answered from its own queue", () =>
    Effect.gen(function* () {
      const { model, server, threadId, turn } = yield* session()
      const gate = yield* MockModel.gate
      yield* model.enqueueFor("collab_spawn", MockModel.reply("from the child"))
      yield* model.enqueue(
        MockModel.spawnAgent("look around"),
        MockModel.hold(MockModel.reply("waiting"), gate),
        // The news that the child is done makes the parent ask once more.
        MockModel.reply("from the parent")
      )
      const child = server.next("turn/completed", (params) => at(params, "threadId") !== threadId)
      const running = yield* Effect.forkChild(turn("delegate"))
      const ended = yield* Effect.promise(() => child)
      assert.strictEqual(at(ended, "turn", "items", 0, "text"), "from the child")
      const [request] = yield* model.receivedFor("collab_spawn", 1)
      assert.strictEqual(request?.lastUserText, "look around")
      yield* gate.release
      assert.strictEqual(at((yield* Fiber.join(running)).turn, "items", 0, "text"), "from the parent")
    })
  )
})
