/**
 * Messages of the right method with wrong values: one position of one message, which the seed chooses, has another
 * type. In every case, the turn ends and server requests are answered.
 */
import { Effect, Exit } from "effect"
import type { Scenario, Seeded } from "../../scoreboard/scenario.ts"
import * as Peer from "../../support/peer.ts"
import { check, same, wordOf } from "../support/expect.ts"
import { ended, onMemory, started } from "../support/memory.ts"

const replacements: ReadonlyArray<unknown> = [
  null,
  42,
  "text",
  true,
  [],
  {},
  [{}],
  { type: "unknown" },
  undefined,
  -1.5
]

/** The paths of all values inside of a value. */
const pathsOf = (value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> =>
  typeof value !== "object" || value === null
    ? [path]
    : [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]

const replaced = (value: unknown, [key, ...rest]: ReadonlyArray<string>, by: unknown): unknown => {
  if (key === undefined) return by
  if (Array.isArray(value))
    return value.map((inner, index) => (String(index) === key ? replaced(inner, rest, by) : inner))
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, name === key ? replaced(inner, rest, by) : inner])
      )
    : value
}

/** The message with one value of its params replaced. */
const mutated = (message: { readonly method: string; readonly params: unknown }, seeded: Seeded) => {
  const paths = pathsOf(message.params).filter((path) => path.length > 0)
  return { ...message, params: replaced(message.params, seeded.pick(paths), seeded.pick(replacements)) }
}

const ids = { threadId: "thread-1", turnId: "turn-1" }

const patch = {
  type: "fileChange",
  id: "patch-1",
  changes: [{ path: "/a", kind: { type: "add" }, diff: "+a" }],
  status: "completed"
}

const command = {
  type: "commandExecution",
  id: "command-1",
  command: "ls",
  cwd: "/",
  processId: null,
  source: "agent",
  status: "completed",
  commandActions: [],
  aggregatedOutput: "a",
  exitCode: 0,
  durationMs: 1
}

/** A turn of which one event, but not its end, has a wrong value in one position. */
const turn = (seeded: Seeded, mutations: number) =>
  Effect.gen(function* () {
    const { codex } = yield* onMemory({
      on: ({ id, method }, server) => {
        if (method !== "turn/start") return false
        const events = Peer.turnEvents({ ...ids, items: [command, patch] })
        const wrong = new Set(Array.from({ length: mutations }, () => seeded.int(0, events.length - 2)))
        server.send({ id, result: Peer.turnStartResponse("turn-1") })
        for (const [index, event] of events.entries()) server.send(wrong.has(index) ? mutated(event, seeded) : event)
        return true
      }
    })
    const thread = yield* codex.startThread()
    const exit = yield* Effect.exit(thread.run("hello"))
    yield* check(Exit.isSuccess(exit), `the turn ended as ${wordOf(exit)}`)
    yield* check(Exit.isSuccess(yield* Effect.exit(thread.run("again"))), "the next turn failed")
  })

const requests: ReadonlyArray<{ readonly method: string; readonly params: unknown }> = [
  { method: Peer.approvalMethod, params: Peer.commandApproval({ ...ids, itemId: "item-1" }) },
  {
    method: "item/fileChange/requestApproval",
    params: { ...ids, itemId: "patch-1", startedAtMs: 1, reason: null, grantRoot: null }
  },
  { method: "item/tool/call", params: { ...ids, callId: "c", namespace: null, tool: "a", arguments: { a: [1] } } },
  {
    method: "item/tool/requestUserInput",
    params: {
      ...ids,
      itemId: "i",
      questions: [
        {
          id: "q",
          header: "h",
          question: "?",
          isOther: false,
          isSecret: false,
          options: [{ label: "a", description: "b" }]
        }
      ]
    }
  },
  {
    method: "item/permissions/requestApproval",
    params: {
      ...ids,
      itemId: "i",
      startedAtMs: 1,
      cwd: "/",
      reason: null,
      permissions: { network: { enabled: true }, fileSystem: null }
    }
  },
  { method: "item/unknown/ofTomorrow", params: { ...ids, a: 1 } }
]

/** A server request with a wrong value: with a handler that accepts everything, or without one. */
const request = (seeded: Seeded) =>
  Effect.gen(function* () {
    const asked = seeded.pick(requests)
    const { codex, server } = yield* onMemory({
      ...(seeded.int(0, 1) === 0 && {
        serverRequests: { [Peer.approvalMethod]: () => Effect.succeed({ decision: "accept" as const }) }
      }),
      on: (message, server) => {
        if (message.method !== "turn/start") {
          if (message.id === "ask" && message.method === undefined) server.send(ended("thread-1", "turn-1"))
          return false
        }
        server.send({ id: message.id, result: Peer.turnStartResponse("turn-1") }, started("thread-1", "turn-1"))
        server.send({ id: "ask", ...mutated(asked, seeded) })
        return true
      }
    })
    const thread = yield* codex.startThread()
    yield* thread.run("hello")
    const answers = server.received.filter(({ id, method }) => id === "ask" && method === undefined)
    yield* same(answers.length, 1, `the number of answers to ${asked.method}`)
    yield* same(yield* codex.openRequests, [], "the open requests")
  })

export const scenarios: ReadonlyArray<Scenario> = [
  {
    name: "mutated-event",
    group: "wire",
    title: "One event of a turn has a value of another type in one position",
    expected: "The turn succeeds, and so does the next one",
    within: "10 seconds",
    on: "memory",
    run: (seeded) => turn(seeded, 1)
  },
  {
    name: "mutated-events",
    group: "wire",
    title: "Up to ten events of a turn have values of other types",
    expected: "The turn succeeds, and so does the next one",
    within: "10 seconds",
    on: "memory",
    run: (seeded) => turn(seeded, seeded.int(2, 10))
  },
  {
    name: "mutated-request",
    group: "wire",
    title: "A request of the server has a value of another type in one position",
    expected: "Exactly one answer, and the turn goes on",
    within: "10 seconds",
    on: "memory",
    run: request
  },
  {
    name: "unreadable-end",
    group: "wire",
    title: "The end of a turn can't be read, and the thread is told to be idle",
    expected: "The server is asked, and the turn ends",
    within: "10 seconds",
    isConcurrent: true,
    on: "memory",
    run: (seeded) =>
      Effect.gen(function* () {
        const { codex } = yield* onMemory({
          on: ({ id, method, params }, server) => {
            const threadId = String(params?.["threadId"])
            if (method === "thread/read" || method === "thread/turns/list") {
              const done = { ...Peer.turnStartResponse("turn-1").turn, status: "completed" }
              const result =
                method === "thread/read"
                  ? Peer.threadReadResponse(threadId, [done])
                  : { data: [done], nextCursor: null }
              server.send({ id, result })
              return true
            }
            if (method !== "turn/start") return false
            const events = Peer.turnEvents({ threadId, turnId: "turn-1" }).slice(0, -1)
            const wrong = [{}, { threadId: 42 }, { threadId: null, turn: null }, null, [], { turn: { id: "turn-1" } }]
            server.send({ id, result: Peer.turnStartResponse("turn-1") }, ...events)
            server.send({ method: "turn/completed", params: seeded.pick(wrong) })
            return true
          }
        })
        const thread = yield* codex.startThread()
        yield* thread.run("hello")
      })
  }
]
