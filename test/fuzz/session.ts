/**
 * One connection that receives some messages of `messages.ts` while a turn runs, and the checks afterwards: it works,
 * the turn has ended, each call is complete, and each request is answered once or was withdrawn.
 */
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Logger, Stream } from "effect"
import * as Approval from "../../src/Approval.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as Elicitation from "../../src/Elicitation.ts"
import type { ClientRequests } from "../../src/generated/methods.ts"
import * as Permissions from "../../src/Permissions.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as Transport from "../../src/Transport.ts"
import * as UserInput from "../../src/UserInput.ts"
import * as Peer from "../support/peer.ts"
import type { Sample } from "./messages.ts"
import type { Ids } from "./mutate.ts"

/** The ids of the thread and the turn that a session has. */
export const ids: Ids = { threadId: "thread-1", turnId: "turn-1", itemId: "item-1" }

/** The time limit of a session. Other processes may use the machine at the same time. */
const limit = "30 seconds"

/** Sends the messages to a client, in this order; fails with the check that does not hold. */
export const run = Effect.fnUntraced(function* (samples: ReadonlyArray<Sample>) {
  const lost: Array<string> = []
  const logger = Logger.make(({ message }) => {
    const text = [message].flat().join(" ")
    if (text.includes("; dropped ")) lost.push(text)
  })
  const state: State = { waitsFor: "the handshake" }
  yield* told(samples, state).pipe(
    Effect.scoped,
    Effect.timeoutOrElse({
      duration: limit,
      orElse: () => Effect.fail(new Error(`After ${limit} the session still waits for ${state.waitsFor}`))
    }),
    Effect.provide(Logger.layer([logger])),
    Effect.provide(NodeServices.layer)
  )
  assert.deepStrictEqual(lost, [], "a message made the code of this package fail")
})

// internal

/** Handlers that read everything and mostly accept, so that as much as possible of a message is used. */
const handlers = ServerRequests.layer({
  ...Approval.handlers(
    Approval.allowCommands(Approval.command.startsWith(["git"])).pipe(
      Approval.orElse(Approval.allowWritesUnder(["/project"])),
      Approval.orElse(
        Approval.ask((question) => Effect.sync(() => (Approval.describe(question), Approval.acceptForSession)))
      )
    )
  ),
  "item/permissions/requestApproval": Permissions.handler(Permissions.ask(() => Effect.succeed(Permissions.grant))),
  "item/tool/requestUserInput": UserInput.handler(({ questions }) =>
    Effect.succeed(Object.fromEntries(questions.map(({ id, options }) => [id, options[0]?.label ?? "x"])))
  ),
  "mcpServer/elicitation/request": Elicitation.handler({
    form: (form) => Effect.sync(() => Elicitation.accept(Elicitation.defaults(form))),
    url: () => Effect.succeed(Elicitation.accept()),
    toolApproval: () => Effect.succeed(Elicitation.decline)
  })
}).pipe(Layer.provide(NodeServices.layer))

const connect = Effect.gen(function* () {
  const { peer, transport } = yield* Transport.makePair
  const answers = new Map<unknown, number>()
  /** The methods whose next call the session answers, and the ids of these calls. */
  const held = new Set<string>()
  const calls = new Map<string, number>()
  const replies: { readonly [method: string]: unknown } = {
    initialize: Peer.initializeResponse(),
    "thread/start": Peer.threadStartResponse(ids.threadId),
    "turn/start": Peer.turnStartResponse(ids.turnId),
    "thread/goal/get": { goal: null },
    "thread/loaded/list": { data: [ids.threadId], nextCursor: null },
    "turn/interrupt": {},
    barrier: null
  }
  let resume = (): void => {}
  yield* Effect.forkScoped(
    Effect.forever(
      Effect.flatMap(peer.receive, ({ id, method }) => {
        if (method === undefined) return Effect.sync(() => void answers.set(id, (answers.get(id) ?? 0) + 1))
        if (typeof id !== "number" || typeof method !== "string") return Effect.void
        if (held.has(method)) {
          return Effect.sync(() => {
            calls.set(method, id)
            resume()
          })
        }
        const reply = Object.hasOwn(replies, method)
          ? { id, result: replies[method] }
          : { id, error: { code: -32600, message: "no" } }
        return Effect.orDie(peer.send(reply))
      })
    )
  )
  const services = yield* Layer.build(
    Codex.layerNoDeps.pipe(
      Layer.provideMerge(CodexClient.layer().pipe(Layer.provide(handlers))),
      Layer.provide(Layer.succeed(Transport.Transport, transport))
    )
  )
  /** The id of the held call of a method. */
  const called = (method: string) =>
    Effect.callback<number>((done) => {
      const look = () => {
        const id = calls.get(method)
        if (id === undefined) return
        calls.delete(method)
        done(Effect.succeed(id))
      }
      resume = look
      look()
    })
  return {
    peer,
    answers,
    called,
    held,
    client: Context.get(services, CodexClient.CodexClient),
    codex: Context.get(services, Codex.Codex)
  }
})

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The progress of a session, for the report of one that hangs. */
interface State {
  waitsFor: string
}

const told = Effect.fnUntraced(function* (samples: ReadonlyArray<Sample>, state: State) {
  const { answers, called, client, codex, held, peer } = yield* connect
  const decided = new Map<unknown, string>()
  yield* Effect.forkScoped(
    Stream.runForEach(client.decisions, ({ id, rule }) => Effect.sync(() => void decided.set(id, rule))),
    { startImmediately: true }
  )
  yield* Effect.forkScoped(Effect.exit(Stream.runDrain(codex.notifications)), { startImmediately: true })
  const thread = yield* codex.startThread()
  const turn = yield* thread.turn("go")
  const events = yield* Effect.forkScoped(Effect.exit(Stream.runDrain(turn.eventsUntilEnd)), { startImmediately: true })
  const result = yield* Effect.forkScoped(Effect.exit(turn.result), { startImmediately: true })
  const begin = Peer.turnEvents({ ...ids, deltas: 1 })
  const end = begin.at(-1)
  for (const { method, params } of begin.slice(0, 2)) yield* peer.send({ method, params })

  /** The methods of the server requests, by their ids. */
  const asked = new Map<string, string>()
  const settled: Array<readonly [method: string, call: Fiber.Fiber<unknown>]> = []
  for (const [index, { kind, method, payload }] of samples.entries()) {
    const name = JSON.stringify(method)
    switch (kind) {
      case "notification":
        yield* peer.sendLine(`{"method":${name},"params":${payload}}`)
        break
      case "request": {
        const id = `asked-${index}`
        const line = `{"id":"${id}","method":${name},"params":${payload}}`
        if (isJson(line)) asked.set(id, method)
        yield* peer.sendLine(line)
        break
      }
      case "response": {
        // Type boundary: the method is in the table, and the params do not matter.
        const call = client.request(method as "thread/start", {} as ClientRequests["thread/start"]["params"])
        held.add(method)
        const fiber = yield* Effect.forkScoped(Effect.exit(call), { startImmediately: true })
        const id = yield* called(method)
        held.delete(method)
        const line = `{"id":${id},"result":${payload}}`
        yield* peer.sendLine(line)
        // A truncated message is not a reply. The call waits for one.
        if (!isJson(line)) yield* peer.send({ id, error: { code: -32600, message: "cut" } })
        settled.push([method, fiber])
        break
      }
    }
  }
  state.waitsFor = "the reply to a call behind all messages"
  yield* client.requestRaw("barrier")
  if (end !== undefined) yield* peer.send({ method: end.method, params: end.params })
  state.waitsFor = "the result of the turn"
  yield* Fiber.join(result)
  state.waitsFor = "the end of the turn's events"
  yield* Fiber.join(events)
  for (const [method, call] of settled) {
    state.waitsFor = `the call of ${method}`
    yield* Fiber.join(call)
  }
  for (const [id, method] of asked) {
    state.waitsFor = `the answer to ${id}, ${method}`
    // A separate fiber sends it.
    yield* Effect.yieldNow.pipe(Effect.repeat({ until: () => answers.has(id) || withdrawn.has(decided.get(id) ?? "") }))
  }
  state.waitsFor = "the last call"
  assert.strictEqual(yield* client.requestRaw("barrier"), null)
  for (const [id, method] of asked) assert.isAtMost(answers.get(id) ?? 0, 1, `${id}, ${method}, is answered twice`)
})

const withdrawn: ReadonlySet<string> = new Set(["resolved", "turnEnded", "connectionEnded"])
