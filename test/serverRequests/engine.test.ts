import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Logger, Option, Redacted, References, Scope, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import * as Approval from "../../src/Approval.ts"
import type { Handlers } from "../../src/ServerRequests.ts"
import * as Test from "./support.ts"

const accept = Effect.succeed({ decision: "accept" } as const)

/** Handlers of the two approvals that do the same. */
const both = (answer: Effect.Effect<{ readonly decision: "accept" }, unknown>): Handlers => ({
  [Test.command]: () => answer,
  [Test.fileChange]: () => answer
})

const kinds = [
  { name: "a command", method: Test.command, params: Test.commandParams() },
  { name: "a change of files", method: Test.fileChange, params: Test.fileParams() }
] as const

/** A handler that never answers, and signals its start and its interruption. */
const endless = Effect.fnUntraced(function* () {
  const begun = yield* Deferred.make<void>()
  const interrupted = yield* Deferred.make<void>()
  const answer = Effect.andThen(Deferred.succeed(begun, undefined), Effect.never).pipe(
    Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
  )
  return { answer, begun: Deferred.await(begun), interrupted: Deferred.await(interrupted) }
})

for (const { method, name, params } of kinds) {
  describe(`an approval of ${name}`, () => {
    const answers: ReadonlyArray<readonly [name: string, Handlers, result: object, rule: string]> = [
      ["is accepted by a handler", both(accept), { decision: "accept" }, "accept by handler"],
      [
        "is declined by a handler",
        {
          [Test.command]: () => Effect.succeed({ decision: "decline" }),
          [Test.fileChange]: () => Effect.succeed({ decision: "decline" })
        },
        { decision: "decline" },
        "decline by handler"
      ],
      [
        "is cancelled by a handler",
        {
          [Test.command]: () => Effect.succeed({ decision: "cancel" }),
          [Test.fileChange]: () => Effect.succeed({ decision: "cancel" })
        },
        { decision: "cancel" },
        "cancel by handler"
      ],
      ["is declined without a handler", {}, { decision: "decline" }, "decline by default"],
      ["is declined if the handler fails", both(Effect.fail("no")), { decision: "decline" }, "decline by failure"],
      ["is declined if the handler dies", both(Effect.die("no")), { decision: "decline" }, "decline by defect"],
      [
        "is declined if the handler interrupts itself",
        both(Effect.interrupt),
        { decision: "decline" },
        "decline by defect"
      ],
      [
        "is declined if the handler throws",
        both(Effect.suspend(() => assert.fail("thrown"))),
        { decision: "decline" },
        "decline by defect"
      ]
    ]
    for (const [promise, serverRequests, result, rule] of answers) {
      it.effect(promise, () =>
        Effect.gen(function* () {
          const { ask, decisions, peer } = yield* Test.played({ serverRequests })
          yield* ask(7, method, params)
          assert.deepStrictEqual(yield* peer.receive, { id: 7, result })
          assert.deepStrictEqual(decisions.map(Test.short), [rule])
        }).pipe(Effect.provide(Logger.layer([])))
      )
    }

    it.effect("is declined when the handler exceeds its timeout, and its fiber is interrupted", () =>
      Effect.gen(function* () {
        const handler = yield* endless()
        const { ask, client, decisions, peer } = yield* Test.played({
          serverRequests: both(handler.answer),
          serverRequestTimeout: "1 minute"
        })
        yield* ask(7, method, params)
        yield* handler.begun
        assert.strictEqual((yield* client.openRequests).length, 1)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* peer.receive, { id: 7, result: { decision: "decline" } })
        yield* handler.interrupted
        assert.deepStrictEqual(
          decisions.map(({ duration: millis, rule }) => [rule, millis]),
          [["timeout", Duration.minutes(1)]]
        )
        assert.deepStrictEqual(yield* client.openRequests, [])
      })
    )

    it.effect("is not answered once the server resolves it, and its handler is interrupted", () =>
      Effect.gen(function* () {
        const handler = yield* endless()
        const { ask, client, decisions, peer, settle } = yield* Test.played({ serverRequests: both(handler.answer) })
        yield* ask(7, method, params)
        yield* handler.begun
        yield* peer.send(Test.resolved(7))
        yield* handler.interrupted
        assert.deepStrictEqual(yield* settle, [])
        assert.deepStrictEqual(decisions.map(Test.short), ["none by resolved"])
        assert.deepStrictEqual(yield* client.openRequests, [])
      })
    )

    it.effect("ends with its turn", () =>
      Effect.gen(function* () {
        const handler = yield* endless()
        const { ask, decisions, peer, settle } = yield* Test.played({ serverRequests: both(handler.answer) })
        yield* ask(7, method, params)
        yield* handler.begun
        yield* peer.send(Test.turnCompleted("another thread"))
        assert.deepStrictEqual(yield* settle, [])
        assert.strictEqual(decisions.length, 0)
        yield* peer.send(Test.turnCompleted())
        yield* handler.interrupted
        assert.deepStrictEqual(yield* settle, [])
        assert.deepStrictEqual(decisions.map(Test.short), ["none by turnEnded"])
      })
    )

    it.effect("ends with the connection, and so does the stream of decisions", () =>
      Effect.gen(function* () {
        const handler = yield* endless()
        const { ask, decisions, peer, watching } = yield* Test.played({ serverRequests: both(handler.answer) })
        yield* ask(7, method, params)
        yield* handler.begun
        yield* peer.close({ _tag: "Exited", exitCode: 1, signal: null })
        yield* handler.interrupted
        yield* Fiber.join(watching)
        assert.deepStrictEqual(decisions.map(Test.short), ["none by connectionEnded"])
      })
    )

    it.effect("is not handled if it ended before its handler could start", () =>
      Effect.gen(function* () {
        let calls = 0
        const { ask, decisions, peer, settle } = yield* Test.played({
          serverRequests: both(
            Effect.andThen(
              Effect.sync(() => void calls++),
              accept
            )
          )
        })
        // Messages without a pause between them are read in one batch.
        yield* Effect.all([ask(7, method, params), peer.send(Test.resolved(7))])
        yield* settle
        yield* Effect.all([ask(8, method, params), peer.send(Test.turnCompleted())])
        assert.deepStrictEqual([...(yield* settle), ...(yield* settle)], [])
        assert.strictEqual(calls, 0)
        assert.deepStrictEqual(decisions.map(Test.short), ["none by resolved", "none by turnEnded"])
      })
    )

    it.effect("gets no second answer after its timeout", () =>
      Effect.gen(function* () {
        const answer = yield* Deferred.make<{ readonly decision: "accept" }>()
        // It is uninterruptible, so its answer arrives in any case.
        const stubborn = Effect.uninterruptible(Deferred.await(answer))
        const { ask, decisions, peer, settle } = yield* Test.played({
          serverRequests: both(stubborn),
          serverRequestTimeout: "1 minute"
        })
        yield* ask(7, method, params)
        yield* settle
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* peer.receive, { id: 7, result: { decision: "decline" } })
        yield* ask(8, method, params)
        yield* settle
        yield* peer.send(Test.resolved(8))
        yield* settle
        yield* Deferred.succeed(answer, { decision: "accept" } as const)
        assert.deepStrictEqual(yield* settle, [])
        assert.deepStrictEqual(decisions.map(Test.short), ["decline by timeout", "none by resolved"])
      })
    )

    it.effect("that was withdrawn before its handler failed is neither answered nor logged as a failure", () =>
      Effect.gen(function* () {
        const failing = yield* Deferred.make<never, string>()
        const errors: Array<string> = []
        const logger = Logger.make(({ logLevel, message }) => {
          if (logLevel === "Error") errors.push(String(message))
        })
        const { ask, decisions, peer, settle } = yield* Test.played({
          serverRequests: both(Effect.uninterruptible(Deferred.await(failing)))
        }).pipe(Effect.provide(Logger.layer([logger])))
        yield* ask(7, method, params)
        yield* settle
        yield* peer.send(Test.resolved(7))
        yield* settle
        yield* Deferred.fail(failing, "too late")
        assert.deepStrictEqual(yield* settle, [])
        assert.deepStrictEqual(decisions.map(Test.short), ["none by resolved"])
        assert.deepStrictEqual(errors, [])
      })
    )

    it.effect("is declined without calling the handler if its params are invalid", () =>
      Effect.gen(function* () {
        const lines: Array<string> = []
        const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
        const { ask, decisions, peer } = yield* Test.played({ serverRequests: both(accept) }).pipe(
          Effect.provide(Logger.layer([logger]))
        )
        yield* ask(7, method, { ...params, itemId: 5 })
        assert.deepStrictEqual(yield* peer.receive, { id: 7, result: { decision: "decline" } })
        assert.deepStrictEqual(decisions.map(Test.short), ["decline by undecodable"])
        assert.isTrue(
          lines.some((line) => line.startsWith("Warn") && line.includes('["itemId"]')),
          lines.join("\n")
        )
      })
    )
  })
}

/** A tracer, and the spans that it made. */
const tracing = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  return { spans, traced: Effect.provideService(Tracer.Tracer, tracer) }
}

describe("server requests", () => {
  it.effect("are handled concurrently, and their handlers may call the SDK", () =>
    Effect.gen(function* () {
      const first = yield* Deferred.make<void>()
      const late = yield* Deferred.make<Effect.Effect<unknown, unknown>>()
      const { ask, client, peer } = yield* Test.played({
        serverRequests: {
          [Test.command]: ({ params }) =>
            params.threadId === "one"
              ? Effect.andThen(Deferred.await(first), accept)
              : Effect.andThen(Effect.flatten(Deferred.await(late)), accept)
        }
      })
      yield* Deferred.succeed(late, client.requestRaw("thread/read"))
      yield* ask(1, Test.command, Test.commandParams({ threadId: "one" }))
      yield* ask(2, Test.command, Test.commandParams({ threadId: "two" }))
      const call = yield* peer.receive
      assert.strictEqual(call["method"], "thread/read")
      assert.deepStrictEqual(
        (yield* client.openRequests).map(({ id, threadId }) => [id, Option.getOrNull(threadId)]),
        [
          [1, "one"],
          [2, "two"]
        ]
      )
      yield* peer.send({ id: call.id, result: null })
      assert.deepStrictEqual(yield* peer.receive, { id: 2, result: { decision: "accept" } })
      yield* Deferred.succeed(first, undefined)
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "accept" } })
    })
  )

  for (const notification of ["thread/archived", "thread/deleted", "thread/closed"]) {
    it.effect(`are withdrawn by ${notification} of their thread, also those without a turn`, () =>
      Effect.gen(function* () {
        const { ask, client, decisions, peer, settle } = yield* Test.played({
          serverRequests: { [Test.command]: () => Effect.never, "mcpServer/elicitation/request": () => Effect.never }
        })
        const form = {
          serverName: "s",
          mode: "form",
          message: "m",
          requestedSchema: { type: "object", properties: {} }
        }
        yield* ask(1, Test.command, Test.commandParams())
        yield* ask(2, "mcpServer/elicitation/request", { threadId: "thread", turnId: null, ...form })
        yield* ask(3, Test.command, Test.commandParams({ threadId: "another" }))
        yield* settle
        yield* peer.send({ method: notification, params: {} })
        yield* settle
        assert.deepStrictEqual(decisions, [])
        yield* peer.send({ method: notification, params: { threadId: "thread" } })
        assert.deepStrictEqual(yield* settle, [])
        assert.deepStrictEqual(decisions.map(Test.short), ["none by turnEnded", "none by turnEnded"])
        assert.deepStrictEqual(
          (yield* client.openRequests).map(({ id }) => id),
          [3]
        )
      })
    )
  }

  for (const notification of ["turn/completed", "thread/name/updated", "turn/started"]) {
    it.effect(`are left alone by ${notification} of no thread`, () =>
      Effect.gen(function* () {
        const { ask, decisions, peer, settle } = yield* Test.played({
          serverRequests: { [Test.command]: () => Effect.never }
        })
        yield* ask(1, Test.command, Test.commandParams())
        yield* peer.send({ method: notification, params: {} })
        assert.deepStrictEqual(yield* settle, [])
        assert.deepStrictEqual(decisions, [])
      })
    )
  }

  it.effect("of the older API end with the turn of their conversation, although they name no turn", () =>
    Effect.gen(function* () {
      const { ask, decisions, peer, settle } = yield* Test.played({
        serverRequests: { applyPatchApproval: () => Effect.never }
      })
      const conversationId = "01a1fd0e-0199-7dd2-a325-8b08e56c3232"
      yield* ask(1, "applyPatchApproval", { conversationId, callId: "c", fileChanges: {} })
      yield* settle
      yield* peer.send(Test.turnCompleted(conversationId))
      assert.deepStrictEqual(yield* settle, [])
      assert.deepStrictEqual(decisions.map(Test.short), ["none by turnEnded"])
    })
  )

  it.effect("are declined if the answer throws while it is checked, which is logged", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
      let reads = 0
      const answer = {
        get decision() {
          // It can be written as JSON, and then no longer be read.
          if (++reads > 1) throw new Error("no answer")
          return "accept" as const
        }
      }
      const { ask, decisions, peer } = yield* Test.played({
        serverRequests: { [Test.command]: () => Effect.succeed(answer) }
      }).pipe(Effect.provide(Logger.layer([logger])))
      yield* ask(7, Test.command, Test.commandParams())
      assert.deepStrictEqual(yield* peer.receive, { id: 7, result: { decision: "decline" } })
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by defect"])
      assert.include(lines.join("\n"), `Error Handler for ${Test.command} failed; the request was declined.`)
    })
  )

  it.effect("have no unknown fields and no changes if the server has not sent their item", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const { ask, peer } = yield* Test.played({
        serverRequests: {
          [Test.fileChange]: ({ changes, itemTurnId, offered, unknownFields }) => {
            seen.push({ changes, itemTurnId, offered, unknownFields })
            return accept
          }
        }
      })
      yield* ask(1, Test.fileChange, Test.fileParams())
      yield* peer.receive
      assert.deepStrictEqual(seen, [{ changes: [], itemTurnId: undefined, offered: [], unknownFields: [] }])
    })
  )

  it.effect("run in spans without params", () =>
    Effect.gen(function* () {
      const spans: Array<Tracer.NativeSpan> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const { ask, peer } = yield* Test.played({ serverRequests: both(accept) }).pipe(
        Effect.withSpan("the program's"),
        Effect.provideService(Tracer.Tracer, tracer)
      )
      yield* ask(7, Test.command, Test.commandParams({ command: "secret" }))
      yield* peer.receive
      const found = spans.find(({ name }) => name === Test.command)
      assert.deepStrictEqual(
        [...(found?.attributes ?? [])],
        [
          ["threadId", "thread"],
          ["turnId", "turn"]
        ]
      )
      assert.strictEqual(found?.kind, "server")
      // The span in which the client was created can have ended long before.
      assert.isTrue(Option.isNone(found?.parent ?? Option.none()))
    })
  )

  it.effect("have the ids that they name in their spans, and no others", () =>
    Effect.gen(function* () {
      const { spans, traced } = tracing()
      const { ask, peer } = yield* traced(
        Test.played({
          serverRequests: {
            "mcpServer/elicitation/request": () => Effect.succeed({ action: "cancel", content: null }),
            "attestation/generate": () => Effect.succeed({ token: "t" })
          }
        })
      )
      const form = { serverName: "s", mode: "form", message: "m", requestedSchema: { type: "object", properties: {} } }
      yield* ask(1, "mcpServer/elicitation/request", { threadId: "thread", turnId: null, ...form })
      yield* peer.receive
      yield* ask(2, "attestation/generate", {})
      yield* peer.receive
      const attributesOf = (method: string) => [
        ...(spans.find(({ name }) => name === method)?.attributes ?? [["none", 0]])
      ]
      assert.deepStrictEqual(attributesOf("mcpServer/elicitation/request"), [["threadId", "thread"]])
      assert.deepStrictEqual(attributesOf("attestation/generate"), [])
    })
  )

  it.effect("have the error of their handler in their span, unless it can hold a secret", () =>
    Effect.gen(function* () {
      const { spans, traced } = tracing()
      const { ask, peer } = yield* traced(
        Test.played({
          serverRequests: {
            [Test.command]: () => Effect.fail("plain words"),
            "attestation/generate": () => Effect.fail("plain words")
          }
        })
      )
      yield* ask(1, Test.command, Test.commandParams())
      yield* peer.receive
      yield* ask(2, "attestation/generate", {})
      yield* peer.receive
      const exitOf = (method: string) => inspect(spans.find(({ name }) => name === method)?.status, { depth: Infinity })
      assert.include(exitOf(Test.command), "plain words")
      assert.notInclude(exitOf("attestation/generate"), "plain words")
      assert.include(exitOf("attestation/generate"), "The handler failed")
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("may reuse an id that was resolved", () =>
    Effect.gen(function* () {
      const { ask, peer, settle } = yield* Test.played({ serverRequests: both(accept) })
      for (const _ of [1, 2, 3]) {
        yield* ask(7, Test.command, Test.commandParams())
        assert.deepStrictEqual(yield* peer.receive, { id: 7, result: { decision: "accept" } })
        yield* peer.send(Test.resolved(7))
        assert.deepStrictEqual(yield* settle, [])
      }
    })
  )

  it.effect("accept only the offered answers", () =>
    Effect.gen(function* () {
      const offered = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", "x"] } }
      const wider = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"] } }
      const table: ReadonlyArray<readonly [answer: unknown, availableDecisions: unknown, sent: unknown, rule: string]> =
        [
          ["accept", ["accept", offered, "cancel"], "accept", "handler"],
          ["decline", ["accept", offered, "cancel"], "decline", "handler"],
          ["cancel", ["accept"], "cancel", "handler"],
          [offered, ["accept", offered, "cancel"], offered, "handler"],
          [wider, ["accept", offered, "cancel"], "decline", "notOffered"],
          ["acceptForSession", ["accept", offered, "cancel"], "decline", "notOffered"],
          ["accept", [], "decline", "notOffered"],
          ["acceptForSession", undefined, "acceptForSession", "handler"],
          ["acceptForSession", null, "acceptForSession", "handler"],
          [offered, undefined, offered, "handler"],
          [wider, undefined, "decline", "notOffered"],
          ["approved", undefined, "decline", "invalidAnswer"],
          [undefined, undefined, "decline", "invalidAnswer"]
        ]
      for (const [answer, availableDecisions, sent, rule] of table) {
        const { ask, decisions, peer } = yield* Test.played({
          // Type boundary: what programs in JavaScript can answer.
          serverRequests: { [Test.command]: () => Effect.succeed({ decision: answer } as { decision: "accept" }) }
        })
        yield* ask(7, Test.command, Test.commandParams({ availableDecisions }))
        assert.deepStrictEqual(yield* peer.receive, { id: 7, result: { decision: sent } })
        assert.deepStrictEqual(
          decisions.map(({ rule }) => rule),
          [rule]
        )
      }
    }).pipe(Effect.provide(Logger.layer([])))
  )

  it.effect("are logged in one line, without secrets", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(
        ({ cause, logLevel, message }) => void lines.push(`${logLevel} ${String(message)} ${String(cause)}`)
      )
      const { ask, decisions, peer } = yield* Test.played({
        serverRequests: {
          ...both(accept),
          "account/chatgptAuthTokens/refresh": () => Effect.fail("hunter2")
        }
      }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "Debug"))
      yield* ask(7, Test.command, Test.commandParams({ command: "echo hunter2" }))
      yield* peer.receive
      yield* ask(8, "account/chatgptAuthTokens/refresh", { reason: "unauthorized", previousAccountId: "hunter2" })
      yield* peer.receive
      assert.isTrue(
        lines.some((line) => line.startsWith(`Debug ${Test.command}: accept (handler, 0 ms)`)),
        lines.join()
      )
      assert.notInclude(lines.join("\n"), "hunter2")
      assert.notInclude(JSON.stringify(decisions), "hunter2")
      assert.deepInclude(decisions.map(Test.asked)[0], { command: "echo hunter2" })
      const answer = decisions[0]?.answered ?? Option.none()
      assert.deepStrictEqual(Option.map(answer, Redacted.value), Option.some({ result: { decision: "accept" } }))
    })
  )

  it.effect("are interrupted when the scope of the client ends", () =>
    Effect.gen(function* () {
      const handler = yield* endless()
      const scope = yield* Scope.make()
      const { ask } = yield* Test.played({ serverRequests: both(handler.answer) }).pipe(Scope.provide(scope))
      yield* ask(7, Test.command, Test.commandParams())
      yield* handler.begun
      yield* Scope.close(scope, Exit.void)
      yield* handler.interrupted
    })
  )

  it.effect("include the changes of a file change", () =>
    Effect.gen(function* () {
      const seen: Array<ReadonlyArray<string>> = []
      const { ask, peer } = yield* Test.played({
        serverRequests: {
          [Test.fileChange]: ({ changes }) =>
            Effect.suspend(() => {
              seen.push(changes.map(({ path }) => path))
              return accept
            })
        }
      })
      const open = (id: number, itemId: string) =>
        Effect.andThen(ask(id, Test.fileChange, Test.fileParams({ itemId })), peer.receive)
      yield* peer.send(Test.fileItem(["/a", "/b"]))
      yield* open(1, "item")
      yield* open(2, "another")
      yield* peer.send({
        method: "item/fileChange/patchUpdated",
        params: { ...Test.ids(), changes: [{ path: "/c", kind: { type: "delete" }, diff: "" }] }
      })
      yield* open(3, "item")
      yield* peer.send(Test.turnCompleted("thread", "the one before"))
      yield* open(4, "item")
      assert.deepStrictEqual(seen, [["/a", "/b"], [], ["/c"], []])
    })
  )

  it.effect("have no changes if a later report of them is unreadable: nothing is decided by the earlier ones", () =>
    Effect.gen(function* () {
      const handlers = Approval.handlers(
        Approval.ask((question) =>
          Effect.succeed(
            question.type === "fileChange" && question.paths.length > 0 ? Approval.accept : Approval.decline
          )
        )
      )
      const { ask, peer } = yield* Test.played({ serverRequests: handlers })
      const unreadable = [{ path: "/etc/passwd", kind: { type: "add" }, diff: 5 }]
      const { method, params } = Test.fileItem(["/a"])
      for (const [id, told] of [
        [1, { method: "item/fileChange/patchUpdated", params: { ...Test.ids(), changes: unreadable } }],
        [2, { method, params: { ...params, item: { ...params.item, changes: unreadable } } }]
      ] as const) {
        yield* peer.send(Test.fileItem(["/a"]))
        yield* peer.send(told)
        yield* ask(id, Test.fileChange, Test.fileParams())
        assert.deepStrictEqual(yield* peer.receive, { id, result: { decision: "decline" } })
      }
    })
  )

  /** The decision if changes are reported again while a handler decides this. */
  const toldMeanwhile = Effect.fnUntraced(function* (decision: "accept" | "acceptForSession" | "decline" | "cancel") {
    const asked = yield* Deferred.make<void>()
    const answer = yield* Deferred.make<void>()
    const { ask, decisions, peer } = yield* Test.played({
      serverRequests: {
        [Test.fileChange]: () =>
          Effect.andThen(Deferred.succeed(asked, undefined), Effect.as(Deferred.await(answer), { decision }))
      }
    })
    yield* peer.send(Test.fileItem(["/a"]))
    yield* ask(1, Test.fileChange, Test.fileParams())
    yield* Deferred.await(asked)
    yield* peer.send({
      method: "item/fileChange/patchUpdated",
      params: { ...Test.ids(), changes: [{ path: "/etc/passwd", kind: { type: "delete" }, diff: "" }] }
    })
    // Answered after it, so that it was read.
    yield* ask(2, "item/tool/call", { ...Test.ids(), callId: "c", tool: "t", arguments: {} })
    yield* peer.receive
    yield* Deferred.succeed(answer, undefined)
    const reply = yield* peer.receive
    return [reply["result"], decisions.map(Test.short).at(-1)]
  })

  it.effect("turn a yes into a decline if their changes differ by then", () =>
    Effect.gen(function* () {
      for (const yes of ["accept", "acceptForSession"] as const) {
        assert.deepStrictEqual(yield* toldMeanwhile(yes), [{ decision: "decline" }, "decline by notOffered"])
      }
    })
  )

  it.effect("keep a no if their changes differ by then", () =>
    Effect.gen(function* () {
      for (const no of ["decline", "cancel"] as const) {
        assert.deepStrictEqual(yield* toldMeanwhile(no), [{ decision: no }, `${no} by handler`])
      }
    })
  )
})
