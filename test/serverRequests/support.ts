/**
 * Support for the tests of server requests: a connection whose server the test plays, and params as the server sends
 * them.
 */
import { Effect, Fiber, Layer, Option, Redacted, Stream } from "effect"
import * as CodexClient from "../../src/CodexClient.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as Transport from "../../src/Transport.ts"
import * as Peer from "../support/peer.ts"

export const command = "item/commandExecution/requestApproval"
export const fileChange = "item/fileChange/requestApproval"

export const background = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.forkChild(effect, { startImmediately: true })

/** A client after its handshake, the server at its other end, and all decisions so far. */
export const played = Effect.fnUntraced(function* (
  options?: CodexClient.Options,
  handlers: Layer.Layer<never> = Layer.empty
) {
  const { peer, transport } = yield* Transport.makePair
  const making = yield* background(
    CodexClient.make(options).pipe(Effect.provideService(Transport.Transport, transport), Effect.provide(handlers))
  )
  yield* peer.send({ id: (yield* peer.receive).id, result: Peer.initializeResponse() })
  const client = yield* Fiber.join(making)
  yield* peer.receive
  const decisions: Array<ServerRequests.Decision> = []
  const watching = yield* background(
    Stream.runForEach(client.decisions, (decision) => Effect.sync(() => void decisions.push(decision)))
  )
  const ask = (id: number | string, method: string, params: unknown) => peer.send({ id, method, params })
  /** Returns after the client has read everything that was sent before, with the answers up to then. */
  const settle = Effect.gen(function* () {
    const call = yield* background(client.requestRaw("barrier"))
    const answers: Array<Transport.Message> = []
    for (let message = yield* peer.receive; ; message = yield* peer.receive) {
      if (message["method"] === "barrier") {
        yield* peer.send({ id: message.id, result: null })
        yield* Fiber.join(call)
        return answers
      }
      answers.push(message)
    }
  })
  return { client, peer, decisions, watching, ask, settle }
})

export const ids = (turnId = "turn", itemId = "item", threadId = "thread") => ({ threadId, turnId, itemId })

/** Params of an approval of a command, with a change. */
export const commandParams = (change: object = {}) => ({ ...Peer.commandApproval(ids()), ...change })

export const fileParams = (change: object = {}) => ({ ...ids(), startedAtMs: 1, ...change })

export const resolved = (requestId: number | string, threadId = "thread") => ({
  method: "serverRequest/resolved",
  params: { threadId, requestId }
})

export const turnCompleted = (threadId = "thread", turnId = "turn") => ({
  method: "turn/completed",
  params: {
    threadId,
    turn: {
      id: turnId,
      items: [],
      itemsView: "notLoaded",
      status: "completed",
      error: null,
      startedAt: 1,
      completedAt: 1,
      durationMs: 1
    }
  }
})

/** A file change as the server reports it before its request. */
export const fileItem = (paths: ReadonlyArray<string>, itemId = "item") => ({
  method: "item/started",
  params: {
    threadId: "thread",
    turnId: "turn",
    startedAtMs: 1,
    item: {
      type: "fileChange",
      id: itemId,
      status: "inProgress",
      changes: paths.map((path) => ({ path, kind: { type: "add" }, diff: "x\n" }))
    }
  }
})

/** A decision as a short string: the word and its rule. */
export const short = ({ decision, policy, rule }: ServerRequests.Decision): string =>
  `${decision} by ${Option.getOrElse(policy, () => rule)}`

export const asked = (decision: ServerRequests.Decision): unknown => Redacted.value(decision.asked)
