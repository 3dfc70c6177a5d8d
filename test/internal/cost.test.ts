import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as eventBuffer from "../../src/internal/client/eventBuffer.ts"
import { mergeDeltas } from "../../src/internal/client/mergeDeltas.ts"
import * as threadRecord from "../../src/internal/session/record.ts"
import * as sessions from "../../src/internal/session/session.ts"
import * as followedTurn from "../../src/internal/turn/followedTurn.ts"
import type { RawNotification } from "../../src/internal/connection/jsonRpc.ts"
import * as Notification from "../../src/internal/client/notifications.ts"
import * as Peer from "../support/peer.ts"
import * as T from "../turn/support.ts"

/**
 * The most bytes that one event leaves for the garbage collector, and that one turn holds. The test measures memory,
 * because other programs change times. A closure takes 64 bytes, an object of three fields 48; a decoded delta takes
 * 104.
 */
const limits = { read: 130, waited: 230, kept: 230, turn: 3000 }

setFlagsFromString("--expose-gc")
const exposed: unknown = runInNewContext("gc")
const collect = (): void => {
  if (typeof exposed === "function") exposed()
}

const count = 1000
const rounds = 20

/** The bytes that `use` allocates for each of `count` after a warm-up: the least of some rounds. */
const allocated = (use: () => void): number => {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    collect()
    const before = process.memoryUsage().heapUsed
    use()
    const bytes = process.memoryUsage().heapUsed - before
    // Below zero, because the collector ran in the meantime.
    if (bytes > 0) least = Math.min(least, bytes)
  }
  return least / count
}

/** Deltas from the wire, each with its own strings. */
const deltas = (): ReadonlyArray<RawNotification> =>
  Array.from({ length: count }, () => {
    const { method, params } = T.delta("thread-of-some-length", "turn-of-some-length", "four and twenty letters ")
    const message = JSON.parse(JSON.stringify({ method, params }))
    return { method: message.method, params: message.params, message }
  })

const decode = ({ method, params }: Peer.Notification): Notification.Notification =>
  Notification.decode({ method, params, message: { method, params } })

/** A turn with an open message. */
const begun = (keepEvents: boolean) => {
  const [threadId, turnId] = ["thread-of-some-length", "turn-of-some-length"]
  const turn = followedTurn.make({ threadId, turnId, keepEvents, onEnd: () => {} })
  for (const event of T.turnEvents(threadId, turnId).start) turn.apply(decode(event))
  turn.apply(decode(T.itemStarted(threadId, turnId, Peer.agentMessage("m", ""))))
  return turn
}

describe("a delta", () => {
  it("is decoded into two objects: the notification and its params", () => {
    const told = deltas()
    let last: unknown
    const bytes = allocated(() => {
      told.forEach((raw) => {
        last = Notification.decode(raw)
      })
    })
    assert.isDefined(last)
    assert.isBelow(bytes, limits.read)
  })

  it.effect("costs little more in a turn without consumers of its events", () =>
    Effect.gen(function* () {
      const session = yield* sessions.make()
      const turn = begun(false)
      const follower: threadRecord.Follower = {
        onNotification: (notification, named) => {
          if (turn.isOwn(notification, named)) turn.apply(notification)
        },
        onClosed: () => {}
      }
      threadRecord.change(session.open("thread-of-some-length"), { _tag: "Followed", follower })
      const told = deltas()
      const bytes = allocated(() => {
        told.forEach((raw) => session.onNotification(raw))
      })
      assert.strictEqual(turn.state().items[0]?.text.length, rounds * 24 * count)
      assert.isBelow(bytes, limits.waited)
    })
  )

  it("costs one list entry for a consumer that keeps up", () => {
    const told = deltas().map((raw) => Notification.decode(raw))
    const bytes = allocated(() => {
      const buffer = eventBuffer.make(mergeDeltas)
      told.forEach((event, n) => {
        buffer.offer(event)
        if (n % 100 === 99) buffer.drain()
      })
    })
    assert.isBelow(bytes, limits.kept)
  })
})

describe("a turn", () => {
  it("holds few objects if only its result is awaited", () => {
    const turns: Array<followedTurn.FollowedTurn> = []
    for (let n = 0; n < 10; n++) begun(false)
    collect()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < count; n++) turns.push(begun(false))
    collect()
    const bytes = (process.memoryUsage().heapUsed - before) / count
    assert.strictEqual(turns.length, count)
    assert.isBelow(bytes, limits.turn)
  })
})
