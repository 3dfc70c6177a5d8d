import { assert, describe, it } from "@effect/vitest"
import { Duration, Option } from "effect"
import * as goalFold from "../../../src/internal/goal/goalFold.ts"
import * as Notification from "../../../src/internal/client/notifications.ts"

const threadId = "t"

interface Heard {
  readonly method: string
  readonly params: object
}

const started = (id: string, startedAt: number | null = 100): Heard => ({
  method: "turn/started",
  params: { threadId, turn: { ...turn, id, rootTurnId: id, status: "inProgress", startedAt } }
})
const completed = (id: string, changes: object = {}): Heard => ({
  method: "turn/completed",
  params: {
    threadId,
    turn: { ...turn, id, rootTurnId: id, status: "completed", startedAt: 100, completedAt: 100, ...changes }
  }
})
const turn = { items: [], itemsView: "notLoaded", error: null, startedAt: null, completedAt: null, durationMs: null }
const delta = (turnId: string): Heard => ({
  method: "item/agentMessage/delta",
  params: { threadId, turnId, itemId: "m", delta: "x" }
})
const goal = (status: string): Heard => ({
  method: "thread/goal/updated",
  params: {
    threadId,
    turnId: "a",
    goal: {
      threadId,
      objective: "o",
      status,
      tokenBudget: 9,
      tokensUsed: 3,
      timeUsedSeconds: 1,
      createdAt: 1,
      updatedAt: 1
    }
  }
})
const cleared: Heard = { method: "thread/goal/cleared", params: { threadId } }

/** Sends all of it to a fold, and returns the notifications that it emits, each as `method id`, with its params. */
const tell = (fold: goalFold.GoalFold, ...heard: ReadonlyArray<Heard>) =>
  heard.flatMap(({ method, params }) => {
    const { turnId } = Notification.ids(params)
    const message = { method, params }
    const shown = fold.apply(Notification.decode({ method, params, message }), turnId)
    if (shown === undefined) return []
    const raw = shown.raw["params"]
    if (shown.method !== "~unknown") assert.deepStrictEqual(Notification.ids(raw), Notification.ids(shown.params))
    return [`${String(shown.raw["method"])} ${Notification.ids(raw).turnId}`]
  })

const make = () => goalFold.make("o", undefined)

describe("the turns of a goal", () => {
  it("become one: the first start, everything under its id, and the last end", () => {
    const fold = make()
    const shown = tell(
      fold,
      goal("active"),
      started("a"),
      delta("a"),
      completed("a"),
      started("b"),
      delta("b"),
      // Notifications of a turn after its end still belong to it.
      delta("a"),
      goal("complete"),
      completed("b")
    )
    assert.deepStrictEqual(shown, [
      "turn/started a",
      "item/agentMessage/delta a",
      "item/agentMessage/delta a",
      "item/agentMessage/delta a",
      "turn/completed a"
    ])
    assert.isTrue(fold.isEnded())
    assert.deepStrictEqual(tell(fold, started("c"), delta("b")), [])
  })

  it("include unknown notifications, and an unreadable end is an end", () => {
    const fold = make()
    const shown = tell(fold, goal("active"), started("a"), completed("a"), started("b"), {
      method: "future/thing",
      params: { threadId, turnId: "b", more: 1 }
    })
    assert.deepStrictEqual(shown, ["turn/started a", "future/thing a"])
    const bad = { method: "turn/completed", params: { threadId, turn: { id: "b", status: 7 } } }
    assert.deepStrictEqual(tell(fold, bad), ["turn/completed a"])
    assert.isTrue(fold.isEnded())
  })

  it("exclude those of other clients, and the end of an earlier one", () => {
    const fold = make()
    assert.deepStrictEqual(tell(fold, goal("active"), delta("old"), completed("old"), started("a"), delta("old")), [
      "turn/started a"
    ])
    assert.deepStrictEqual(tell(fold, goal("complete"), completed("old")), [])
    assert.isFalse(fold.isEnded())
  })
})

describe("a goal ends", () => {
  for (const status of ["paused", "blocked", "usageLimited", "budgetLimited", "complete"]) {
    it(`once it is ${status} and no turn runs, in either order`, () => {
      const [before, after] = [make(), make()]
      assert.deepStrictEqual(tell(before, goal("active"), started("a"), goal(status)), ["turn/started a"])
      assert.deepStrictEqual(tell(before, completed("a")), ["turn/completed a"])
      assert.deepStrictEqual(tell(after, goal("active"), started("a"), completed("a")), ["turn/started a"])
      assert.deepStrictEqual(tell(after, goal(status)), ["turn/completed a"])
    })
  }

  it("once it is cleared, unless that was an earlier goal", () => {
    const fold = make()
    assert.deepStrictEqual(tell(fold, cleared, goal("active"), started("a"), completed("a")), ["turn/started a"])
    assert.strictEqual(fold.goal().status, "active")
    assert.deepStrictEqual(tell(fold, cleared), ["turn/completed a"])
    assert.strictEqual(fold.goal().status, "cleared")
  })

  it("with an interrupted turn, but after a failed one only with its own end", () => {
    const interrupted = make()
    tell(interrupted, goal("active"), started("a"), completed("a", { status: "interrupted" }))
    assert.isTrue(interrupted.isEnded())
    const failed = make()
    tell(failed, goal("active"), started("a"), completed("a", { status: "failed" }))
    assert.isFalse(failed.isEnded())
    tell(failed, goal("blocked"))
    assert.isTrue(failed.isEnded())
  })

  it("with the first turn, if the server never reported the goal", () => {
    const fold = make()
    assert.deepStrictEqual(tell(fold, started("a"), completed("a")), ["turn/started a", "turn/completed a"])
    assert.isFalse(fold.isActivated())
  })
})

describe("the result of a goal", () => {
  it("has the last report of the server", () => {
    const fold = goalFold.make("o", 7)
    assert.deepStrictEqual(fold.goal().tokenBudget, Option.some(7))
    tell(fold, goal("usageLimited"))
    const told = {
      objective: "o",
      status: "usageLimited",
      tokenBudget: Option.some(9),
      tokensUsed: 3,
      timeUsed: Duration.seconds(1)
    }
    assert.deepStrictEqual(fold.goal(), told)
  })

  for (const [what, turns, expected] of [
    ["the duration of a single turn", [[100, 100, 250]], 250],
    [
      "the sum, if each turn follows the previous one immediately",
      [
        [100, 100, 250],
        [100, 101, 300]
      ],
      550
    ],
    [
      "the time from start to end, if turns have a gap between them",
      [
        [100, 101, 900],
        [130, 131, 900]
      ],
      31_000
    ],
    [
      "the time from start to end, if a duration is missing",
      [
        [100, 101, null],
        [101, 102, 5]
      ],
      2000
    ],
    ["at least zero, if the clock goes back", [[100, 90, null]], 0]
  ] as const) {
    it(`its duration is ${what}`, () => {
      const fold = make()
      tell(fold, goal("active"))
      let last: Notification.Notification | undefined
      for (const [index, [startedAt, completedAt, durationMs]] of turns.entries()) {
        tell(fold, started(`${index}`, startedAt))
        if (index === turns.length - 1) tell(fold, goal("complete"))
        const { method, params } = completed(`${index}`, { startedAt, completedAt, durationMs })
        last = fold.apply(Notification.decode({ method, params, message: { method, params } }), `${index}`)
      }
      if (last?.method !== "turn/completed") return assert.fail("not shown")
      assert.strictEqual(last.params.turn.durationMs, expected)
      assert.strictEqual(last.params.turn.startedAt, 100)
    })
  }
})
