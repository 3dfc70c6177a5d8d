/** Which events a turn's tree emits, with a listener that the test calls, in place of a connection. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, Option, References, Stream } from "effect"
import { CodexError, ThreadNotFound } from "../../../src/CodexError.ts"
import { turnIdOf } from "../../../src/internal/client/ids.ts"
import type { Session } from "../../../src/internal/session/session.ts"
import * as followedTurn from "../../../src/internal/turn/followedTurn.ts"
import * as turnTree from "../../../src/internal/turn/turnTree.ts"
import * as Notification from "../../../src/internal/client/notifications.ts"
import type { TreeEvent } from "../../../src/Turn.ts"
import type * as Peer from "../../support/peer.ts"
import * as T from "../../turn/support.ts"

type Listener = Parameters<Session["listen"]>[0]

const decode = ({ method, params }: Peer.Notification): Notification.Notification =>
  Notification.decode({ method, params, message: { method, params } })

/** A call that starts sub-agents on these threads. */
const spawned = (...receiverThreadIds: ReadonlyArray<string>) => ({
  type: "collabAgentToolCall",
  id: `call-${receiverThreadIds.join("-")}`,
  tool: "spawnAgent",
  status: "inProgress",
  senderThreadId: "t",
  receiverThreadIds,
  prompt: null,
  model: null,
  reasoningEffort: null,
  agentsStates: {}
})

const { end, start } = T.turnEvents("t", "u")
const delta = (threadId: string, text: string) => T.delta(threadId, `turn-of-${threadId}`, text)
const linked = (parent: string, ...children: ReadonlyArray<string>) =>
  T.itemStarted(parent, parent === "t" ? "u" : `turn-of-${parent}`, spawned(...children))

const setUp = () => {
  const listeners = new Set<Listener>()
  const listen: Session["listen"] = (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const turn = followedTurn.make({ threadId: "t", turnId: "u", keepEvents: false, onEnd: () => {} })
  /** Passes events to the listeners and to the turn, as a session does. */
  const tell = (...events: ReadonlyArray<Peer.Notification>) => {
    for (const event of events) {
      const notification = decode(event)
      const threadId = Notification.ids(Object(event.params)).threadId
      const turnId = turnIdOf(event.params)
      for (const { onNotification } of listeners) onNotification(notification, threadId, turnId)
      if (threadId === "t" && turn.isOwn(notification, turnId)) turn.apply(notification)
    }
  }
  return {
    listeners,
    read: T.background(Stream.runCollect(turnTree.make(listen, turn))),
    tell,
    tree: turnTree.make(listen, turn),
    turn
  }
}

/** An event in short: its thread, its parent, and its text or method. */
const short = ({ event, parentThreadId, threadId }: TreeEvent) => {
  const what = event.method === "item/agentMessage/delta" ? event.params.delta : event.method
  return `${threadId} < ${Option.getOrElse(parentThreadId, () => "-")}: ${what}`
}

const all = (events: ReadonlyArray<TreeEvent>) => events.map(short).filter((text) => !text.includes("item/started"))

describe("the tree of a turn", () => {
  it.effect("has the turn's own events, and leaves out other turns of its thread and events without a thread", () =>
    Effect.gen(function* () {
      const { listeners, read, tell } = setUp()
      const reading = yield* read
      tell(...start, T.delta("t", "u", "own"), T.delta("t", "other", "no"))
      tell({ method: "account/updated", params: { authMode: null, planType: null } }, ...end)
      assert.deepStrictEqual(all(yield* Fiber.join(reading)), [
        "t < -: turn/started",
        "t < -: own",
        "t < -: turn/completed"
      ])
      assert.strictEqual(listeners.size, 0)
    })
  )

  it.effect("has the events of sub-agents from the link on, also those of their own sub-agents", () =>
    Effect.gen(function* () {
      const { read, tell } = setUp()
      const reading = yield* read
      tell(
        ...start,
        linked("t", "a"),
        delta("a", "one"),
        linked("a", "b", "t"),
        delta("b", "two"),
        delta("c", "no"),
        ...end
      )
      assert.deepStrictEqual(all(yield* Fiber.join(reading)), [
        "t < -: turn/started",
        "a < t: one",
        "b < a: two",
        "t < -: turn/completed"
      ])
    })
  )

  it.effect("has what sub-agents did before they were linked, each event once and below its first parent", () =>
    Effect.gen(function* () {
      const { read, tell } = setUp()
      const reading = yield* read
      tell(...start, delta("a", "one"), delta("b", "two"), delta("a", "three"))
      tell(linked("t", "a"), linked("t", "a"), delta("a", "four"), linked("a", "a", "b"), delta("b", "five"), ...end)
      assert.deepStrictEqual(all(yield* Fiber.join(reading)), [
        "t < -: turn/started",
        "a < t: one",
        "a < t: three",
        "a < t: four",
        "b < a: two",
        "b < a: five",
        "t < -: turn/completed"
      ])
    })
  )

  it.effect("follows a link that only the end of a call has", () =>
    Effect.gen(function* () {
      const { read, tell } = setUp()
      const reading = yield* read
      tell(...start, T.itemCompleted("t", "u", spawned("a")), T.itemStarted("t", "u", T.command("c")))
      tell(delta("a", "one"), ...end)
      assert.include(all(yield* Fiber.join(reading)), "a < t: one")
    })
  )

  it.effect("keeps the latest 4096 to 8192 events of threads that are not linked yet", () =>
    Effect.gen(function* () {
      for (const [told, kept] of [
        [8192, 8192],
        [8193, 4097]
      ] as const) {
        const { read, tell } = setUp()
        const reading = yield* read
        // Events that are never merged, so that each is counted.
        const event = (n: number) => T.itemCompleted("a", "x", { ...T.command(`c${n}`, "completed") })
        for (let n = 0; n < told; n++) tell(event(n))
        tell(...start, linked("t", "a"), ...end)
        const events = (yield* Fiber.join(reading)).filter(({ threadId }) => threadId === "a")
        assert.strictEqual(events.length, kept)
      }
    })
  )

  it.effect("starts with a snapshot if something has happened, whose links count", () =>
    Effect.gen(function* () {
      const { read, tell } = setUp()
      tell(...start, linked("t", "a"))
      const reading = yield* read
      tell(delta("a", "one"), ...end)
      const events = yield* Fiber.join(reading)
      assert.deepStrictEqual(all(events), ["t < -: ~snapshot", "a < t: one", "t < -: turn/completed"])
      const [first] = events
      assert.strictEqual(first?.event.method === "~snapshot" && first.event.state.items.length, 1)
    })
  )

  it.effect("has the end once: of a turn that has ended, and of one whose end bypasses the listener", () =>
    Effect.gen(function* () {
      const { listeners, read, tell, turn } = setUp()
      const reading = yield* read
      tell(...start)
      end.map(decode).forEach((event) => turn.apply(event))
      assert.deepStrictEqual(all(yield* Fiber.join(reading)), ["t < -: turn/started", "t < -: turn/completed"])
      const late = yield* Fiber.join(yield* read)
      assert.deepStrictEqual(all(late), ["t < -: ~snapshot", "t < -: turn/completed"])
      assert.strictEqual(listeners.size, 0)
    })
  )

  it.effect("ends, or fails, as the events of the turn do", () =>
    Effect.gen(function* () {
      const failed = setUp()
      failed.turn.endFailed()
      assert.deepStrictEqual(all(yield* Stream.runCollect(failed.tree)), ["t < -: ~snapshot"])
      const lost = setUp()
      const error = new CodexError({ method: "m", reason: new ThreadNotFound() })
      const reading = yield* T.background(Effect.flip(Stream.runDrain(lost.tree)))
      lost.turn.fail(error)
      assert.strictEqual(yield* Fiber.join(reading), error)
    })
  )

  it.effect("stops listening and observing when its reader leaves", () =>
    Effect.gen(function* () {
      const { listeners, tell, tree } = setUp()
      const reading = yield* T.background(Stream.runCollect(Stream.take(tree, 1)))
      assert.strictEqual(listeners.size, 1)
      tell(...start)
      assert.strictEqual((yield* Fiber.join(reading)).length, 1)
      assert.strictEqual(listeners.size, 0)
    })
  )

  it.effect("drops the oldest events of a reader that is far behind, and logs it once with the ids of the turn", () =>
    Effect.gen(function* () {
      const { tell, tree } = setUp()
      const lines: Array<readonly [text: string, annotations: object]> = []
      const logger = Logger.make(({ fiber, message }) =>
        lines.push([String(message), fiber.getRef(References.CurrentLogAnnotations)])
      )
      const pull = yield* Effect.provide(Stream.toPull(tree), Logger.layer([logger]))
      const first = yield* T.background(pull)
      tell(...start)
      yield* Fiber.join(first)
      const large = "x".repeat(2 ** 20)
      for (let n = 0; n < 80; n++) {
        tell(T.itemCompleted("t", "u", { ...T.command(`c${n}`, "completed"), aggregatedOutput: `${n} ${large}` }))
      }
      const events = (yield* pull).filter(({ event }) => event.method === "item/completed")
      assert.isBelow(events.length, 80)
      yield* Effect.yieldNow
      assert.deepStrictEqual(lines, [
        [
          "A consumer of `turn.tree` is more than 64 MiB behind, so its oldest events are dropped. Logged once per consumer.",
          { threadId: "t", turnId: "u" }
        ]
      ])
    })
  )

  it.effect("merges the texts of an item for a reader that lags", () =>
    Effect.gen(function* () {
      const { tell, tree } = setUp()
      const pull = yield* Stream.toPull(tree)
      const first = yield* T.background(pull)
      tell(...start)
      yield* Fiber.join(first)
      for (let n = 0; n < 3000; n++) tell(T.delta("t", "u", "x"))
      const events = yield* pull
      assert.isBelow(events.length, 1100)
      assert.strictEqual(T.textOf(events.map(({ event }) => event)), "x".repeat(3000))
    })
  )
})
