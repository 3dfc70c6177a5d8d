import { assert, describe, it } from "@effect/vitest"
import { DateTime, Option } from "effect"
import { CodexError, ThreadNotFound } from "../../../src/CodexError.ts"
import type { ThreadItem, Turn } from "../../../src/generated/types.ts"
import * as followedTurn from "../../../src/internal/turn/followedTurn.ts"
import { Memory } from "../../../src/internal/turn/seenTurns.ts"
import * as turnRecord from "../../../src/internal/turn/turnRecord.ts"
import * as notifications from "../../../src/internal/client/notifications.ts"
import * as T from "../../turn/support.ts"

const lost = new CodexError({ method: "m", reason: new ThreadNotFound() })

const apply = (turn: followedTurn.FollowedTurn, { method, params }: { method: string; params: unknown }) =>
  turn.apply(notifications.decode({ method, params, message: { method, params } }))

const follow = (turnId: string) => followedTurn.make({ threadId: "t", turnId, keepEvents: false, onEnd: () => {} })

describe("the memory of turns", () => {
  it("keeps what was seen of a turn whose end was not", () => {
    const memory = new Memory()
    const turn = follow("u")
    memory.watch(turn)
    apply(turn, T.itemStarted("t", "u", T.command("c")))
    assert.isUndefined(memory.find("u"))
    turn.fail(lost)
    assert.deepStrictEqual(
      memory.find("u")?.unfinishedItems.map(({ type }) => type),
      ["commandExecution"]
    )
  })

  it("keeps a turn that was interrupted, and none that completed or failed", () => {
    const memory = new Memory()
    for (const status of ["interrupted", "completed", "failed"] as const) {
      const turn = follow(status)
      memory.watch(turn)
      for (const event of T.turnEvents("t", status, { status }).end) apply(turn, event)
      assert.isTrue(turn.isEnded())
    }
    assert.isDefined(memory.find("interrupted"))
    assert.isUndefined(memory.find("completed"))
    assert.isUndefined(memory.find("failed"))
  })

  it("keeps a turn that had ended before it was watched", () => {
    const memory = new Memory()
    const turn = follow("u")
    turn.fail(lost)
    memory.watch(turn)
    assert.isDefined(memory.find("u"))
  })

  it("forgets the oldest of more than 128", () => {
    const memory = new Memory()
    for (let n = 0; n < 130; n++) {
      const turn = follow(`u${n}`)
      memory.watch(turn)
      turn.fail(lost)
    }
    assert.deepStrictEqual(
      [0, 1, 2, 129].map((n) => memory.find(`u${n}`) !== undefined),
      [false, false, true, true]
    )
  })
})

describe("the record of a turn", () => {
  const message = (id: string): ThreadItem => ({ type: "agentMessage", id, text: id })
  const saved: Turn = { id: "u", status: "interrupted", items: [message("a")], startedAt: 1 }

  it("has what the server saved, once, and then what only this program saw", () => {
    const turn = follow("u")
    for (const id of ["a", "b"]) apply(turn, T.itemCompleted("t", "u", message(id)))
    for (const id of ["c", "d"]) apply(turn, T.itemStarted("t", "u", T.command(id)))
    turn.fail(lost)
    const record = turnRecord.make("k", { ...saved, items: [...saved.items, message("d")] }, turn.resultSoFar())
    const ids = (items: ReadonlyArray<ThreadItem>) => items.map((item) => ("id" in item ? item.id : ""))
    assert.deepStrictEqual(ids(record.items), ["a", "d", "b"])
    assert.deepStrictEqual(ids(record.unfinishedItems), ["c"])
    assert.deepStrictEqual([record.key, record.id, record.status], ["k", "u", "interrupted"])
    assert.deepStrictEqual(Option.map(record.startedAt, DateTime.toEpochMillis), Option.some(1000))
  })

  it("has a saved item that never ended among the unfinished ones", () => {
    // Type boundary: an item as the server shows it.
    const open = { ...T.command("c"), status: "inProgress" } as ThreadItem
    const { items, unfinishedItems } = turnRecord.make("k", { ...saved, items: [...saved.items, open] }, undefined)
    assert.deepStrictEqual([items, unfinishedItems], [saved.items, [open]])
  })

  it("has nothing that is unknown", () => {
    const { completedAt, error, unfinishedItems, usage, warnings } = turnRecord.make("k", saved, undefined)
    assert.deepStrictEqual([completedAt, error, usage], [Option.none(), Option.none(), Option.none()])
    assert.deepStrictEqual([unfinishedItems, warnings], [[], []])
  })
})
