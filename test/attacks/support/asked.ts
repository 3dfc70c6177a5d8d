/**
 * Requests for approval as they arrive, and their answers: a server played in memory sends requests to a client with
 * handlers. It contains no policies.
 */
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Effect, Layer, type Scope } from "effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as Approval from "../../../src/Approval.ts"
import * as ServerRequests from "../../../src/ServerRequests.ts"
import type { Message } from "../../../src/Transport.ts"
import * as Test from "../../serverRequests/support.ts"

/** The services that handlers of attacks can require. */
export type Services = FileSystem.FileSystem | Path.Path

/** A request, and the notifications before it. */
export interface Asking {
  readonly method: string
  readonly params: object
  /** Notifications that are sent first. */
  readonly before?: ReadonlyArray<object>
}

/** A client with these handlers, and the server at its other end, without logs. */
export const connect = (handlers: ServerRequests.Handlers<unknown, Services>) =>
  Test.played({}, ServerRequests.layer(handlers).pipe(Layer.provide(NodeServices.layer)))

/** Returns the answer to each request, in their order. All are sent before the first answer is read. */
export const answers = Effect.fnUntraced(function* (
  handlers: ServerRequests.Handlers<unknown, Services>,
  askings: ReadonlyArray<Asking>
): Effect.fn.Return<ReadonlyArray<unknown>, unknown, Scope.Scope> {
  const { peer } = yield* connect(handlers)
  for (const [id, { before = [], method, params }] of askings.entries()) {
    for (const message of before) yield* peer.send(message)
    yield* peer.send({ id, method, params })
  }
  const replies = new Map<unknown, unknown>()
  while (replies.size < askings.length) {
    const message: Message = yield* peer.receive
    assert.isFalse(replies.has(message.id), "a request is answered twice")
    replies.set(message.id, message["result"] ?? message["error"])
  }
  return askings.map((_, id) => replies.get(id))
})

/** A request to approve a command, with changed fields. */
export const command = (change: object): Asking => ({
  method: Test.command,
  params: {
    ...Test.ids(),
    startedAtMs: 1,
    kind: "command",
    cwd: "/project",
    availableDecisions: ["accept", "cancel"],
    ...change
  }
})

/** One file to change. */
export interface Change {
  readonly path: string
  readonly kind: { readonly type: string; readonly move_path?: string | null }
  readonly diff: string
}

export const added = (path: string): Change => ({ path, kind: { type: "add" }, diff: "x\n" })

export const moved = (path: string, to: string): Change => ({ path, kind: { type: "update", move_path: to }, diff: "" })

/** A request to approve file changes, which the server reports before it. */
export const files = (itemId: string, changes: ReadonlyArray<object>, more: object = {}): Asking => ({
  method: Test.fileChange,
  params: { ...Test.ids("turn", itemId), startedAtMs: 1, ...more },
  before: [
    {
      method: "item/started",
      params: {
        threadId: "thread",
        turnId: "turn",
        startedAtMs: 1,
        item: { type: "fileChange", id: itemId, status: "inProgress", changes }
      }
    }
  ]
})

const decisionOf = (answer: unknown): unknown =>
  typeof answer === "object" && answer !== null && "decision" in answer ? answer.decision : answer

/** Returns a policy's decision about each request. */
export const decisions = <E, R extends Services>(policy: Approval.Policy<E, R>, askings: ReadonlyArray<Asking>) =>
  Effect.map(answers(Approval.handlers(policy), askings), (all) => all.map(decisionOf))

/**
 * Checks that a policy accepts these, and none of those. Without the first half, a policy that never accepts would
 * pass.
 */
export const assertDecides = Effect.fnUntraced(function* <E, R extends Services>(
  policy: Approval.Policy<E, R>,
  { accepted, refused }: { readonly accepted: ReadonlyArray<Asking>; readonly refused: ReadonlyArray<Asking> }
): Effect.fn.Return<void, unknown, Scope.Scope> {
  const all = [...accepted, ...refused]
  for (const [index, decision] of (yield* decisions(policy, all)).entries()) {
    const expected = index < accepted.length ? "accept" : "decline"
    assert.deepStrictEqual(decision, expected, JSON.stringify([all[index]?.params, all[index]?.before])?.slice(0, 2000))
  }
})
