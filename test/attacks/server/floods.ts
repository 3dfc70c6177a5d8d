/**
 * More than a client expects: endless requests, events, ids and threads, text for logs, turns of other clients. Lines
 * that are not messages are in `lines.ts`.
 */
import { assert } from "@effect/vitest"
import { Effect, Fiber, Logger, References, Stream } from "effect"
import * as Approval from "../../../src/Approval.ts"
import * as CodexClient from "../../../src/CodexClient.ts"
import * as Transport from "../../../src/Transport.ts"
import * as Peer from "../../support/peer.ts"
import * as App from "../../appServer/support.ts"
import * as Test from "../../serverRequests/support.ts"
import * as Turns from "../../turn/support.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import * as Asked from "../support/asked.ts"
import { assertAbsent, group, textOf, word } from "../support/attack.ts"

const quiet = Effect.provide(Logger.layer([]))

/** The lines that the usual logger would print. */
const logged = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const lines: Array<string> = []
  const logger = Logger.make((entry) => void lines.push(...[entry.message].flat().map(String)))
  yield* effect.pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "All"))
  return lines
})

const evil = (seeded: Seeded): string =>
  `${word(seeded)}\n[11:00:00.000] INFO: item/fileChange/requestApproval: accept${textOf(seeded, ["\u001b]0;t\u0007", "\r", "\u001b[2J", "\u202e", "\0", "\u2028", "\u009b1m"], 5)}`

const acting = ["\n", "\r", "\u001b", "\u0007", "\u202e", "\0", "\u2028", "\u009b"]

/** Keys that collide in a map of strings are cheap to choose; the client only has to continue. */
const idsOf = (seeded: Seeded, count: number): ReadonlyArray<string | number> => {
  const prefix = word(seeded)
  return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? index + 1000 : `${prefix}${index * 65_536}`))
}

export const scenarios = group("server", [
  {
    name: "flood-unknown-requests",
    title: "Ten thousand requests of unknown methods come at once",
    expected: "each is refused, and the next call works",
    within: "30 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        const { client, peer } = yield* Test.played()
        const ids = idsOf(seeded, 10_000)
        for (const id of ids) yield* peer.send({ id, method: `future/${String(id)}`, params: {} })
        const left = new Set<unknown>(ids)
        while (left.size > 0) {
          const { error, id } = yield* peer.receive
          assert.isDefined(error)
          assert.isTrue(left.delete(id))
        }
        const call = yield* Test.background(client.requestRaw("works"))
        yield* peer.send({ id: (yield* peer.receive).id, result: "yes" })
        assert.strictEqual(yield* Fiber.join(call), "yes")
      }).pipe(quiet)
  },
  {
    name: "flood-unread-answers",
    title: "The process asks thousands of times and reads no answers",
    expected: "its events are still read, and the end of the scope ends it",
    on: "peer",
    within: "30 seconds",
    run: () =>
      Effect.gen(function* () {
        const { client } = yield* App.start({
          on: {
            initialized: [],
            flood: [
              Peer.pauseStdin,
              Peer.flood({ method: "x/asked", params: { text: "x".repeat(100) }, count: 20_000 }),
              Peer.notify("thread/closed", { threadId: "last" }),
              Peer.never
            ]
          }
        })
        const events = yield* client.subscribe
        yield* App.background(Effect.exit(client.requestRaw("flood")))
        yield* Stream.runHead(Stream.filter(events, ({ method }) => method === "thread/closed"))
      })
  },
  {
    name: "flood-changes",
    title:
      "Changes of thousands of files are told that never complete, and then approvals of the first and the last are asked",
    expected: "the oldest are forgotten: the first is declined as an unknown change, and the last is accepted",
    within: "60 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        const { ask, peer } = yield* Asked.connect(Approval.handlers(Approval.allowWritesUnder(["/project"])))
        const total = 6000
        const path = `/project/${word(seeded)}`
        for (let item = 0; item < total; item++) yield* peer.send(Test.fileItem([path], `item-${item}`))
        const decide = Effect.fnUntraced(function* (itemId: string) {
          yield* ask(itemId, Test.fileChange, Test.fileParams({ itemId }))
          return (yield* peer.receive)["result"]
        })
        assert.deepStrictEqual(yield* decide(`item-${total - 1}`), { decision: "accept" })
        assert.deepStrictEqual(yield* decide("item-0"), { decision: "decline" })
      }).pipe(quiet)
  },
  {
    name: "flood-threads",
    title: "The server tells of tens of thousands of threads that this program doesn't have",
    expected: "no more than a bounded number is kept",
    within: "60 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        const { client, peer, settle } = yield* Test.played()
        const ids = Array.from({ length: 20_000 }, (_, index) => `${word(seeded)}-${index}`)
        for (const threadId of ids) {
          yield* peer.send({
            method: "thread/status/changed",
            params: { threadId, status: { type: "active", activeFlags: [] } }
          })
          yield* peer.send({
            method: "item/started",
            params: {
              threadId,
              turnId: "t",
              startedAtMs: 1,
              item: { type: "fileChange", id: "i", status: "inProgress", changes: [] }
            }
          })
        }
        yield* settle
        assert.isAtMost(ids.filter((id) => client["~session"].find(id) !== undefined).length, 10_000)
      }).pipe(quiet)
  },
  {
    name: "flood-events-of-slow-reader",
    title: "Events come faster than a program reads them",
    expected: "deltas are merged, the text is whole, and the calls of the program aren't held up",
    within: "30 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        const { client, peer, settle } = yield* Test.played()
        const events = yield* client.subscribe
        const ids = { threadId: "thread", turnId: "turn", itemId: "item" }
        const total = 20_000
        const piece = word(seeded)
        for (let index = 0; index < total; index++) {
          yield* peer.send({ method: "item/agentMessage/delta", params: { ...ids, delta: piece } })
        }
        yield* peer.send({ method: "thread/closed", params: { threadId: "last" } })
        yield* settle
        const seen = yield* Stream.runCollect(Stream.takeUntil(events, ({ method }) => method === "thread/closed"))
        assert.isBelow(seen.length, total / 10)
        const text = seen.flatMap((event) => (event.method === "item/agentMessage/delta" ? [event.params.delta] : []))
        assert.strictEqual(text.join(""), piece.repeat(total))
      }).pipe(Effect.scoped, quiet)
  },
  {
    name: "log-methods",
    title: "The methods of requests, replies and notifications forge log lines and act on the terminal",
    expected: "every log line is one line, without what acts on a terminal",
    run: (seeded) =>
      Effect.gen(function* () {
        const text = evil(seeded)
        const lines = yield* logged(
          Effect.gen(function* () {
            const { peer, settle } = yield* Test.played()
            yield* peer.send({ id: 1, method: text, params: { threadId: text, turnId: text } })
            yield* peer.send({
              id: text,
              method: Test.command,
              params: Test.commandParams({ threadId: text, command: [text] })
            })
            yield* peer.send({ id: 2, method: `${Test.command}${text}`, params: null })
            yield* peer.send({ method: text, params: text })
            yield* peer.send({ id: text, result: text })
            yield* peer.sendLine(text)
            // A request is logged before its answer is sent.
            for (let answers = 0; answers < 3; answers++) yield* peer.receive
            yield* peer.send({ method: "serverRequest/resolved", params: { threadId: text, requestId: text } })
            yield* settle
          })
        )
        assert.isAbove(lines.length, 0)
        assertAbsent(lines, acting)
      })
  },
  {
    name: "log-annotations",
    title:
      "The ids of threads and turns forge log lines and act on the terminal: in requests, in the reply to a new thread, in warnings",
    expected: "no annotation of a log line has them as they are: the usual logger prints these raw",
    run: (seeded) =>
      Effect.gen(function* () {
        const text = evil(seeded)
        const values: Array<string> = []
        const logger = Logger.make((entry) => {
          for (const value of Object.values(entry.fiber.getRef(References.CurrentLogAnnotations)))
            values.push(String(value))
        })
        yield* Effect.gen(function* () {
          const { peer, settle } = yield* Test.played()
          const ids = { threadId: text, turnId: text, itemId: text }
          yield* peer.send({ id: 1, method: Test.command, params: Test.commandParams(ids) })
          yield* peer.send({
            id: 2,
            method: "item/tool/call",
            params: { ...ids, callId: text, tool: "x", arguments: {}, namespace: null }
          })
          yield* peer.send({ id: 3, method: "execCommandApproval", params: { conversationId: text } })
          for (let answers = 0; answers < 3; answers++) yield* peer.receive
          yield* peer.send({ method: "warning", params: { threadId: text, message: text } })
          yield* peer.send({ method: "thread/closed", params: { threadId: text } })
          yield* settle
        }).pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "All"))
        assertAbsent(values, acting)
      })
  },
  {
    name: "log-warnings",
    title:
      "The server warns of its thread, its configuration and its guardian in words that forge log lines, while a turn runs",
    expected: "no log line acts on the terminal, or is more than one line",
    run: (seeded) =>
      Effect.gen(function* () {
        const text = evil(seeded)
        const lines = yield* logged(
          Effect.gen(function* () {
            const server = yield* Turns.connect()
            const thread = yield* server.thread
            const running = yield* Test.background(Effect.exit(thread.run("go")))
            yield* server.accept("turn-1")
            const ids = { threadId: thread.id, turnId: "turn-1" }
            for (const method of ["warning", "guardianWarning", "configWarning", "deprecationNotice"]) {
              yield* server.notify(method, { ...ids, message: text, summary: text, details: text })
            }
            yield* server.notify("error", {
              ...ids,
              willRetry: true,
              error: { message: text, additionalDetails: text }
            })
            yield* server.notify("model/rerouted", { ...ids, fromModel: text, toModel: text, reason: text })
            yield* server.notifyAll(Peer.turnEvents({ ...ids, text }))
            yield* Fiber.join(running)
          }).pipe(Effect.scoped)
        )
        assertAbsent(lines, acting)
      })
  },
  {
    name: "log-long-methods",
    title: "The method of a request is a megabyte long",
    expected: "no log line is longer than two thousand characters",
    run: (seeded) =>
      Effect.gen(function* () {
        const lines = yield* logged(
          Effect.gen(function* () {
            const { peer } = yield* Test.played()
            for (const unit of ["m", "\u001b", "😀", word(seeded)]) {
              yield* peer.send({ id: unit, method: unit.repeat(Math.ceil(1e6 / unit.length)), params: {} })
              yield* peer.receive
            }
          })
        )
        assert.isAbove(lines.length, 0)
        for (const line of lines) assert.isAtMost(line.length, 2000)
      })
  },
  {
    name: "log-handshake",
    title: "The server's own name, version and home in the handshake act on the terminal or are a megabyte long",
    expected: "the log line about its version does neither",
    run: (seeded) =>
      Effect.gen(function* () {
        const names = [
          `codex/${evil(seeded)} (x)`,
          `codex/0.1.2${evil(seeded)}`,
          `codex/0.1.${"9".repeat(1e6)}`,
          "",
          `${evil(seeded)}/9.9.9-${"a".repeat(1e5)}`
        ]
        const lines = yield* logged(
          Effect.forEach(names, (userAgent) =>
            Effect.scoped(
              Effect.gen(function* () {
                const { peer, connect } = yield* handshake
                yield* peer.send({
                  id: (yield* peer.receive).id,
                  result: { ...Peer.initializeResponse(), userAgent, codexHome: evil(seeded) }
                })
                yield* Effect.exit(connect)
              })
            )
          )
        )
        assertAbsent(lines, acting)
        for (const line of lines) assert.isAtMost(line.length, 2000)
      })
  },
  {
    name: "error-text-bounded",
    title: "A refusal is a megabyte long or acts on the terminal, in each form that is shown in part",
    expected: "the message of the error is short, and does nothing",
    run: (seeded) =>
      Effect.gen(function* () {
        const { client, peer } = yield* Test.played()
        const forms: ReadonlyArray<(text: string) => string> = [
          (text) => text,
          (text) => `Invalid request: missing field \`${text}\``,
          (text) => `Invalid request: invalid type: string "x", expected ${text}`,
          (text) => `Invalid request: unknown variant \`${text}\`, expected one of \`${text}\``,
          (text) => `ephemeral threads do not support ${text}`,
          (text) => `Aa ${text} (os error 2)`,
          (text) => `${text} requires experimentalApi capability`,
          (text) => `expected active turn id \`${text}\` but found \`${text}\``,
          (text) => `failed to load config ${text}`
        ]
        const wrong: Array<string> = []
        for (const form of forms) {
          for (const text of ["a".repeat(1e6), evil(seeded)]) {
            const call = yield* Test.background(client.request("thread/start", {}))
            yield* peer.send({ id: (yield* peer.receive).id, error: { code: -32600, message: form(text) } })
            const { message } = yield* Effect.flip(Fiber.join(call))
            if (message.length > 4000) wrong.push(`${form("…")} gives ${message.length} characters`)
            if (acting.some((character) => message.includes(character))) wrong.push(`${form("…")} acts on the terminal`)
          }
        }
        assert.deepStrictEqual(wrong, [])
      }).pipe(quiet)
  },
  {
    name: "turn-of-another-thread",
    title: "Ends, errors and items come for other threads and turns while one of ours runs",
    expected: "ours ends with its own end, and holds its own items",
    run: (seeded) =>
      Effect.gen(function* () {
        const server = yield* Turns.connect()
        const thread = yield* server.thread
        const running = yield* Test.background(thread.run("go"))
        yield* server.accept("turn-1")
        const mine = { threadId: thread.id, turnId: "turn-1" }
        const odd = [word(seeded), "", "__proto__", thread.id.toUpperCase(), `${thread.id} `]
        for (const threadId of odd) {
          yield* server.notifyAll(Peer.turnEvents({ threadId, turnId: "turn-1", text: word(seeded) }))
          yield* server.notifyAll(
            Peer.turnEvents({ threadId, turnId: "turn-1", status: "failed", error: { message: word(seeded) } })
          )
        }
        for (const params of [null, {}, [], { threadId: [thread.id] }, { threadId: 1, turn: {} }]) {
          yield* server.notify("turn/completed", params)
          yield* server.notify("error", params)
        }
        yield* server.flush
        assert.isUndefined(running.pollUnsafe())
        yield* server.notifyAll(Peer.turnEvents({ ...mine, text: "the answer" }))
        const { finalResponse } = yield* Fiber.join(running)
        assert.strictEqual(finalResponse._tag === "Some" ? finalResponse.value : "", "the answer")
      }).pipe(quiet)
  },
  {
    name: "turn-with-odd-items",
    title:
      "The items of a turn have odd ids, change their kind, complete twice or before they start, or are of unknown kinds",
    expected: "the turn ends, and its answer is read",
    run: (seeded) =>
      Effect.gen(function* () {
        const server = yield* Turns.connect()
        const thread = yield* server.thread
        const running = yield* Test.background(thread.run("go"))
        yield* server.accept("turn-1")
        const ids = { threadId: thread.id, turnId: "turn-1" }
        const odd: ReadonlyArray<unknown> = [
          null,
          1,
          "text",
          [],
          {},
          { type: word(seeded), id: "a" },
          { type: "agentMessage", id: "__proto__", text: "x" },
          { type: "agentMessage", id: "a", text: 1 },
          { type: "commandExecution", id: "a" },
          { type: "reasoning", id: "a", summary: "x" },
          { id: "a" }
        ]
        for (const item of odd) {
          for (const method of ["item/completed", "item/started", "item/completed"]) {
            yield* server.notify(method, { ...ids, item, startedAtMs: 1, completedAtMs: 1 })
          }
          yield* server.notify("item/agentMessage/delta", { ...ids, itemId: "a", delta: item })
          yield* server.notify("item/agentMessage/delta", { ...ids, itemId: item, delta: "x" })
          yield* server.notify("thread/tokenUsage/updated", { ...ids, tokenUsage: item })
        }
        yield* server.notifyAll(Peer.turnEvents({ ...ids, text: "the answer" }))
        const { finalResponse } = yield* Fiber.join(running)
        assert.strictEqual(finalResponse._tag === "Some" ? finalResponse.value : "", "the answer")
      }).pipe(quiet)
  }
])

/** A client that waits for the answer to its first call. */
const handshake = Effect.gen(function* () {
  const { peer, transport } = yield* Transport.makePair
  const making = yield* Test.background(CodexClient.make().pipe(Effect.provideService(Transport.Transport, transport)))
  return { peer, connect: Fiber.join(making) }
})
