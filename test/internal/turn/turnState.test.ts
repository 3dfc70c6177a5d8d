import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import * as turnState from "../../../src/internal/turn/turnState.ts"
import * as Notification from "../../../src/internal/client/notifications.ts"
import * as Peer from "../../support/peer.ts"
import * as T from "../../turn/support.ts"

/** The state after these events. */
const fold = (...events: ReadonlyArray<Peer.Notification>) => {
  const accumulator = new turnState.Accumulator("t", "u")
  for (const { method, params } of events) {
    accumulator.apply(Notification.decode({ method, params, message: { method, params } }))
  }
  return {
    apply: (notification: Notification.Notification) => accumulator.apply(notification),
    setOpenRequests: (count: number) => accumulator.setOpenRequests(count),
    isBusy: () => accumulator.isBusy(),
    result: () => accumulator.result(),
    state: () => accumulator.state()
  }
}

const { end, start } = T.turnEvents("t", "u")
const started = (item: object) => T.itemStarted("t", "u", item)
const completed = (item: object) => T.itemCompleted("t", "u", item)
const message = (id: string, text: string, phase?: "commentary" | "final_answer") =>
  Peer.agentMessage(id, text, { phase: phase ?? null })

const retrying = (willRetry: boolean): Peer.Notification => ({
  method: "error",
  params: {
    threadId: "t",
    turnId: "u",
    willRetry,
    error: { message: "m", codexErrorInfo: "other", additionalDetails: null }
  }
})

describe("the state of a turn", () => {
  it("is in progress before any event", () => {
    const { isBusy, result, state } = fold()
    assert.deepStrictEqual(state(), {
      id: "u",
      threadId: "t",
      status: "inProgress",
      items: [],
      plan: [],
      diff: Option.none(),
      usage: Option.none(),
      retrying: Option.none(),
      openRequests: 0
    })
    assert.strictEqual(result().status, "inProgress")
    assert.isFalse(isBusy())
  })

  it("has the parts of reasoning separately, in deltas as in the completed item", () => {
    const reasoning = (summary: ReadonlyArray<string>, content: ReadonlyArray<string>) => ({
      type: "reasoning",
      id: "r",
      summary,
      content,
      startedAtMs: 1,
      completedAtMs: null
    })
    const ids = { threadId: "t", turnId: "u", itemId: "r" }
    const part = (name: "textDelta" | "summaryTextDelta", index: number, delta: string) => ({
      method: `item/reasoning/${name}`,
      params: { ...ids, [name === "textDelta" ? "contentIndex" : "summaryIndex"]: index, delta }
    })
    const added = { method: "item/reasoning/summaryPartAdded", params: { ...ids, summaryIndex: 1 } }
    for (const name of ["textDelta", "summaryTextDelta"] as const) {
      const told = [part(name, 0, "fir"), part(name, 0, "st"), ...(name === "textDelta" ? [] : [added])]
      const { apply, state } = fold(...start, started(reasoning([], [])), ...told, part(name, 1, "second"))
      assert.strictEqual(state().items[0]?.text, "first\n\nsecond")
      const parts = ["first", "second"]
      const { method, params } = completed(name === "textDelta" ? reasoning([], parts) : reasoning(parts, []))
      apply(Notification.decode({ method, params, message: { method, params } }))
      assert.strictEqual(state().items[0]?.text, "first\n\nsecond")
    }
    const { state } = fold(
      ...start,
      started(reasoning([], [])),
      part("summaryTextDelta", 0, "sum"),
      part("textDelta", 0, "raw")
    )
    assert.strictEqual(state().items[0]?.text, "sum\n\nraw")
  })

  it("lists items in the order of their start, and results in that of their completion", () => {
    const { result, state } = fold(
      ...start,
      started(message("a", "")),
      started(message("b", "")),
      completed(message("b", "B")),
      completed(message("a", "A")),
      ...end
    )
    assert.deepStrictEqual(
      state().items.map(({ item, text }) => [item.type === "agentMessage" && item.id, text]),
      [
        ["a", "A"],
        ["b", "B"]
      ]
    )
    assert.deepStrictEqual(T.messages(result().items), ["B", "A"])
  })

  it("extends the text of an open item by its deltas, and takes that of its completion", () => {
    const open = [...start, started(message("m", "")), T.delta("t", "u", "a"), T.delta("t", "u", "b")]
    assert.strictEqual(fold(...open).state().items[0]?.text, "ab")
    const closed = [...open, completed(message("m", "whole")), T.delta("t", "u", "late")]
    assert.strictEqual(fold(...closed).state().items[0]?.text, "whole")
    assert.strictEqual(fold(...start, T.delta("t", "u", "of nobody")).state().items.length, 0)
  })

  it("has a retry until another event arrives", () => {
    assert.isTrue(Option.isSome(fold(...start, retrying(true)).state().retrying))
    assert.isTrue(Option.isNone(fold(...start, retrying(true), T.delta("t", "u", "x")).state().retrying))
    assert.isTrue(Option.isNone(fold(...start, retrying(false)).state().retrying))
  })

  it("is the same value until something changes, and published values never change", () => {
    const { apply, setOpenRequests, state } = fold(...start, started(message("m", "")))
    const before = state()
    assert.strictEqual(state(), before)
    const { method, params } = T.delta("t", "u", "x")
    apply(Notification.decode({ method, params, message: { method, params } }))
    assert.notStrictEqual(state(), before)
    assert.strictEqual(before.items[0]?.text, "")
    setOpenRequests(1)
    assert.strictEqual(state().openRequests, 1)
  })
})

describe("a turn", () => {
  it("is busy while a command or tool is open or a request waits, and not while it writes", () => {
    assert.isFalse(fold(...start, started(message("m", ""))).isBusy())
    assert.isTrue(fold(...start, started(T.command("c"))).isBusy())
    assert.isTrue(fold(...start, started({ type: "ofTomorrow", id: "x" })).isBusy())
    assert.isFalse(fold(...start, started(T.command("c")), completed(T.command("c", "completed"))).isBusy())
    const asked = fold(...start)
    asked.setOpenRequests(1)
    assert.isTrue(asked.isBusy())
  })

  it("names the items that started and never completed, also unknown ones", () => {
    const { result } = fold(
      ...start,
      started(message("cut", "")),
      started({ type: "ofTomorrow", id: "x" }),
      started(message("whole", "")),
      completed(message("whole", "text")),
      ...end
    )
    assert.deepStrictEqual(
      result().unfinishedItems.map(({ type }) => type),
      ["agentMessage", "~unknown"]
    )
  })

  it("takes missed items from its end, and none twice", () => {
    const all = T.turnEvents("t", "u", { text: "the answer" }).all
    assert.deepStrictEqual(T.messages(fold(...all).result().items), ["the answer"])
    assert.deepStrictEqual(T.messages(fold(...all.slice(-1)).result().items), ["the answer"])
    assert.deepStrictEqual(fold(...all.slice(-1)).result().finalResponse, Option.some("the answer"))
  })

  it("keeps the time of its start if the end omits it", () => {
    const noTimes = end.map(({ method, params }) => ({
      method,
      params: { ...params, turn: { ...params.turn, startedAt: null, completedAt: null, durationMs: null } }
    }))
    const result = fold(...start, ...noTimes).result()
    assert.isTrue(Option.isSome(result.startedAt))
    assert.isTrue(Option.isNone(result.completedAt))
    assert.isTrue(Option.isNone(result.duration))
  })
})
