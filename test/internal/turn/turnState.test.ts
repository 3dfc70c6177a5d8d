import { assert, describe, it } from "@effect/vitest"
import { DateTime, Option } from "effect"
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
    accumulator,
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

/** A part of a reasoning item. */
const part = (name: "textDelta" | "summaryTextDelta", index: number, delta: string): Peer.Notification => ({
  method: `item/reasoning/${name}`,
  params: {
    threadId: "t",
    turnId: "u",
    itemId: "r",
    [name === "textDelta" ? "contentIndex" : "summaryIndex"]: index,
    delta
  }
})

const reasoning = { type: "reasoning", id: "r", summary: [], content: [], startedAtMs: 1, completedAtMs: null }

/** The account of the turn in a reply. */
// Type boundary: the other fields are not read.
const told = (items: ReadonlyArray<object>, fields: object = {}) =>
  ({ id: "u", items, status: "inProgress", error: null, startedAt: 5, ...fields }) as unknown as Parameters<
    turnState.Accumulator["seed"]
  >[0]

const textsOf = (state: ReturnType<turnState.Accumulator["state"]>) =>
  state.items.map(({ isCompleted, item, text }) => `${Object(item).id} ${text}${isCompleted ? "" : " …"}`)

describe("the parts of reasoning", () => {
  const rows = [
    ["of the same kind and number are one", "ab", part("textDelta", 2, "a"), part("textDelta", 2, "b")],
    ["of the same summary are one", "ab", part("summaryTextDelta", 1, "a"), part("summaryTextDelta", 1, "b")],
    ["with other numbers are apart", "a\n\nb", part("textDelta", 1, "a"), part("textDelta", 2, "b")],
    ["of content and of a summary are apart", "a\n\nb", part("textDelta", 0, "a"), part("summaryTextDelta", 0, "b")],
    ["have nothing before the first one", "a", part("summaryTextDelta", 0, "a")]
  ] as const
  for (const [what, text, ...parts] of rows) {
    it(what, () => assert.strictEqual(fold(...start, started(reasoning), ...parts).state().items[0]?.text, text))
  }
})

describe("many items", () => {
  it("are found by their ids, however many there are", () => {
    for (const count of [1, 2, 7, 8, 9, 20]) {
      const ids = Array.from({ length: count }, (_, n) => `m${n}`)
      const { result, state } = fold(
        ...start,
        ...ids.map((id) => started(message(id, ""))),
        ...ids.map((id) => T.delta("t", "u", `text of ${id}`, id)),
        ...ids.slice(1).map((id) => completed(message(id, `whole ${id}`))),
        ...end
      )
      const whole = ids.slice(1).map((id) => `whole ${id}`)
      assert.deepStrictEqual(textsOf(state()), ["m0 text of m0 …", ...ids.slice(1).map((id) => `${id} whole ${id}`)])
      assert.deepStrictEqual(T.messages(result().items), whole)
      assert.strictEqual(result().unfinishedItems.length, 1)
    }
  })

  it("grow in turns, each by its own deltas", () => {
    const { state } = fold(
      ...start,
      started(message("a", "")),
      started(message("b", "")),
      ...["a", "b", "a", "a", "b", "none", "a"].map((id, n) => T.delta("t", "u", String(n), id))
    )
    assert.deepStrictEqual(textsOf(state()), ["a 0236 …", "b 14 …"])
  })
})

describe("the account of the turn in a reply", () => {
  const c = T.command("c")
  const done = { ...T.command("d", "completed"), aggregatedOutput: "out" }

  it("adds the items that no event has reported, before those that events have", () => {
    const { accumulator, result, state } = fold(
      started(message("new", "")),
      T.delta("t", "u", "live", "new"),
      completed(message("known", "by event")),
      completed(message("later", "by event"))
    )
    accumulator.seed(told([message("old", "before"), c, message("known", "by reply"), done]))
    const texts = ["old before", "c  …", "known by event", "d out", "new live …", "later by event"]
    assert.deepStrictEqual(textsOf(state()), texts)
    const ids = result().items.map((item) => Object(item).id)
    assert.deepStrictEqual(ids, ["old", "d", "known", "later"])
    assert.deepStrictEqual(
      result().unfinishedItems.map((item) => Object(item).id),
      ["c", "new"]
    )
    assert.isTrue(accumulator.isBusy())
  })

  it("tells the start of the turn, unless an event has", () => {
    const { accumulator, result } = fold()
    accumulator.seed(told([]))
    assert.deepStrictEqual(Option.map(result().startedAt, DateTime.toEpochMillis), Option.some(5000))
    const later = fold(...start)
    const before = later.result().startedAt
    later.accumulator.seed(told([]))
    assert.deepStrictEqual(later.result().startedAt, before)
  })

  it("makes a new state", () => {
    const { accumulator, state } = fold()
    const before = state()
    accumulator.seed(told([message("m", "x")]))
    assert.notStrictEqual(state(), before)
    assert.isTrue(accumulator.hasItems())
    assert.isFalse(fold().accumulator.hasItems())
  })
})

describe("a turn that is over", () => {
  const over = (...events: ReadonlyArray<Peer.Notification>) => {
    const { accumulator } = fold(...events)
    accumulator.setOpenRequests(2)
    accumulator.state()
    accumulator.finish()
    return accumulator.state()
  }
  const endAs = (status: string) =>
    end.map(({ method, params }) => ({ method, params: { ...params, turn: { ...params.turn, status } } }))

  it("has the server's status, or failed after an error, or interrupted", () => {
    assert.strictEqual(over(...start).status, "interrupted")
    assert.strictEqual(over().status, "interrupted")
    assert.strictEqual(over(...start, retrying(true)).status, "interrupted")
    assert.strictEqual(over(...start, retrying(false)).status, "failed")
    assert.strictEqual(over(...start, ...endAs("inProgress")).status, "failed")
    assert.strictEqual(over(...start, ...endAs("completed")).status, "completed")
    assert.strictEqual(over(...start, retrying(false), ...endAs("interrupted")).status, "interrupted")
    assert.strictEqual(fold(...start, retrying(false)).state().status, "inProgress")
  })

  it("has no open requests, and no command in progress", () => {
    const events = [...start, started(T.command("c")), completed(T.command("odd", "inProgress"))]
    const statuses = (state: ReturnType<typeof over>) => state.items.map(({ item }) => Object(item).status)
    assert.deepStrictEqual(statuses(fold(...events).state()), ["inProgress", "inProgress"])
    const state = over(...events)
    assert.deepStrictEqual(statuses(state), ["failed", "inProgress"])
    assert.strictEqual(state.openRequests, 0)
  })
})

describe("the error of a turn", () => {
  it("is that of its end, or else the one that the server does not retry after, or that of its start", () => {
    const failedEnd = T.turnEvents("t", "u", { status: "failed" }).end
    assert.isUndefined(fold(...start).accumulator.error())
    assert.isUndefined(fold(...start, retrying(true)).accumulator.error())
    assert.strictEqual(fold(...start, retrying(false)).accumulator.error()?.message, "m")
    assert.isUndefined(fold(...start, retrying(false), ...end).accumulator.error())
    const ended = fold(...start, retrying(false), ...failedEnd).accumulator.error()?.message
    assert.notStrictEqual(ended, "m")
    assert.isDefined(ended)
    const { accumulator } = fold()
    accumulator.seed(told([], { error: { message: "start", codexErrorInfo: null, additionalDetails: null } }))
    assert.strictEqual(accumulator.error()?.message, "start")
  })

  it("is a retry while the last event says so", () => {
    assert.isTrue(fold(...start, retrying(true)).accumulator.isRetrying())
    assert.isFalse(fold(...start, retrying(false)).accumulator.isRetrying())
    assert.isFalse(fold(...start).accumulator.isRetrying())
  })
})

describe("the number of open requests", () => {
  it("is a change only if it differs", () => {
    const { accumulator } = fold()
    const before = accumulator.state()
    assert.isFalse(accumulator.setOpenRequests(0))
    assert.strictEqual(accumulator.state(), before)
    assert.isTrue(accumulator.setOpenRequests(1))
    assert.isFalse(accumulator.setOpenRequests(1))
    assert.strictEqual(accumulator.state().openRequests, 1)
  })
})

describe("updates of a turn", () => {
  it("replace its plan, its diff and its usage", () => {
    const ids = { threadId: "t", turnId: "u" }
    const counts = (totalTokens: number) => ({
      cachedInputTokens: 0,
      inputTokens: 0,
      outputTokens: 0,
      reasoningOutputTokens: 0,
      totalTokens
    })
    const usage = (total: number, last: number): Peer.Notification => ({
      method: "thread/tokenUsage/updated",
      params: { ...ids, tokenUsage: { total: counts(total), last: counts(last), modelContextWindow: null } }
    })
    const plan = (step: string): Peer.Notification => ({
      method: "turn/plan/updated",
      params: { ...ids, explanation: null, plan: [{ step, status: "pending" }] }
    })
    const diff = (diff: string): Peer.Notification => ({ method: "turn/diff/updated", params: { ...ids, diff } })
    const { result, state } = fold(...start, plan("a"), plan("b"), diff("c"), diff("d"), usage(10, 10), usage(30, 20))
    assert.deepStrictEqual(
      state().plan.map(({ step }) => step),
      ["b"]
    )
    assert.deepStrictEqual(state().diff, Option.some("d"))
    for (const { usage } of [state(), result()]) assert.strictEqual(Option.getOrThrow(usage).turn.totalTokens, 30)
  })
})

describe("the output of a command", () => {
  const output = (delta: string): Peer.Notification => ({
    method: "item/commandExecution/outputDelta",
    params: { threadId: "t", turnId: "u", itemId: "c", delta }
  })
  const outputOf = (...events: ReadonlyArray<Peer.Notification>) =>
    Object(
      fold(...start, started(T.command("c")), ...events)
        .result()
        .items.at(0)
    ).aggregatedOutput

  it("is that of the completed item, or else what was reported, before or after its completion", () => {
    const ended = completed(T.command("c", "completed"))
    assert.strictEqual(outputOf(output("a"), ended, output("b")), "ab")
    assert.isNull(outputOf(ended))
    const whole = completed({ ...T.command("c", "completed"), aggregatedOutput: "whole" })
    assert.strictEqual(outputOf(output("a"), whole, output("b")), "whole")
  })
})
