/**
 * Folds the events of one turn into its state and its result. Pure: no fibers, no routing, no time. Told of events in the order in which they
 * came; it changes in place, since it runs for each delta, and gives out immutable views.
 */
import * as Option from "effect/Option"
import type { ThreadItem, Turn, TurnError, TurnPlanStep, TurnStatus } from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"
import type { ItemState, TurnState } from "../../Turn.ts"
import { cut, idOf, kindOf, textOf } from "./items.ts"
import { finalResponse, type TurnResult, type TurnUsage } from "./turnResult.ts"
import { growText } from "../client/growText.ts"
import * as turnUsage from "./turnUsage.ts"

/** What is known of a turn so far. */
export interface Accumulator {
  readonly apply: (notification: Notification) => void
  /** Says how many requests of the server wait for an answer. Gives whether that is news. */
  readonly setOpenRequests: (count: number) => boolean
  /** Takes what the server says of the turn when it is asked: items of which no event has told. */
  readonly seed: (turn: Turn) => void
  /** Makes the state final: nothing is open any more. */
  readonly finish: () => void
  /** The error by which the server said that the turn fails, where it told no more of its end. */
  readonly error: () => TurnError | undefined
  /** Whether the turn waits for something that can rightly take long: an answer of ours, a command, a tool. */
  readonly isBusy: () => boolean
  readonly state: () => TurnState
  /** The result so far; final once the turn is completed. */
  readonly result: () => TurnResult
}

interface OpenItem {
  item: ThreadItem
  text: string
  /** Which part of it was told of last, where it has parts. */
  part?: string
  completed: boolean
}

/** The state before the first event. `onRetrying` is called whenever the server tells that it tries again to reach the model. */
export const make = (threadId: string, turnId: string, onRetrying: () => void = () => {}): Accumulator => {
  // By item id; a Map keeps the order of starting.
  const items = new Map<string, OpenItem>()
  const completedItems: Array<ThreadItem> = []
  let follow: ReturnType<typeof turnUsage.make> | undefined
  let usage: TurnUsage | undefined
  let plan: ReadonlyArray<TurnPlanStep> = []
  let diff: string | undefined
  let retrying: TurnError | undefined
  let openRequests = 0
  let started: Turn | undefined
  let completed: Turn | undefined
  let failed: TurnError | undefined
  let isFinished = false
  let view: TurnState | undefined

  const grow = (itemId: string, delta: string): void => {
    const open = items.get(itemId)
    // What a command wrote can come after its completion, which then says nothing of it.
    if (open !== undefined && (!open.completed || textOf(open.item) === "")) open.text = growText(open.text, delta)
  }

  /** The same for reasoning, whose parts are apart in the completed item, too. */
  const growPart = (itemId: string, part: string, delta: string): void => {
    const open = items.get(itemId)
    if (open === undefined) return
    if (open.part !== part && open.text !== "") grow(itemId, "\n\n")
    open.part = part
    grow(itemId, delta)
  }

  const complete = (item: ThreadItem): void => {
    const text = textOf(item) || (items.get(idOf(item))?.text ?? "")
    items.set(idOf(item), { item, text, completed: true })
    completedItems.push(item)
  }

  const fold = (notification: Notification): void => {
    switch (notification.method) {
      case "item/agentMessage/delta":
      case "item/plan/delta":
      case "item/commandExecution/outputDelta":
      case "item/fileChange/outputDelta":
        grow(notification.params.itemId, notification.params.delta)
        return
      case "item/reasoning/textDelta": {
        const { contentIndex, delta, itemId } = notification.params
        return growPart(itemId, `content ${contentIndex}`, delta)
      }
      case "item/reasoning/summaryTextDelta": {
        const { delta, itemId, summaryIndex } = notification.params
        return growPart(itemId, `summary ${summaryIndex}`, delta)
      }
      case "turn/started":
        started = notification.params.turn
        return
      case "item/started": {
        const { item } = notification.params
        items.set(idOf(item), { item, text: textOf(item), completed: false })
        return
      }
      case "item/completed":
        complete(notification.params.item)
        return
      case "thread/tokenUsage/updated":
        usage = (follow ??= turnUsage.make())(notification.params.tokenUsage)
        return
      case "turn/plan/updated":
        plan = notification.params.plan
        return
      case "turn/diff/updated":
        diff = notification.params.diff
        return
      case "error":
        if (!notification.params.willRetry) {
          failed = notification.params.error
          return
        }
        retrying = notification.params.error
        onRetrying()
        return
      case "turn/completed":
        completed = notification.params.turn
        // It repeats some of the items, or all of them where it is told late; what was missed is taken from here.
        for (const item of completed.items) if (items.get(idOf(item))?.completed !== true) complete(item)
    }
  }

  const status = (): TurnStatus => {
    const told = (completed ?? started)?.status ?? "inProgress"
    if (!isFinished || told !== "inProgress") return told
    // Without a word of the server it is what the server takes it for when it is read back.
    return completed === undefined && failed === undefined ? "interrupted" : "failed"
  }

  const error = () => (completed === undefined ? (failed ?? started?.error) : completed.error) ?? undefined

  return {
    apply: (notification) => {
      view = undefined
      // Whatever happens is the end of it, unless it is the next attempt.
      retrying = undefined
      fold(notification)
    },
    setOpenRequests: (count) => {
      if (count === openRequests) return false
      view = undefined
      openRequests = count
      return true
    },
    seed: (turn) => {
      view = undefined
      started ??= turn
      const told = Array.from(items)
      const seeded: Array<ThreadItem> = []
      items.clear()
      for (const item of turn.items) {
        const isOpen = "status" in item && item.status === "inProgress"
        items.set(idOf(item), { item, text: textOf(item), completed: !isOpen })
        if (!isOpen && !completedItems.some((known) => idOf(known) === idOf(item))) seeded.push(item)
      }
      completedItems.unshift(...seeded)
      // What was told of since is newer, and stands in its order.
      for (const [id, item] of told) items.set(id, item)
    },
    finish: () => {
      view = undefined
      isFinished = true
      openRequests = 0
    },
    error,
    isBusy: () => {
      if (openRequests > 0) return true
      for (const { completed, item } of items.values()) if (!completed && kindOf(item).isLongRunning) return true
      return false
    },
    state: () =>
      (view ??= {
        id: turnId,
        threadId,
        status: status(),
        items: Array.from(items.values(), ({ completed, item, text }): ItemState => ({
          item: isFinished && !completed ? cut(item) : item,
          text,
          isCompleted: completed
        })),
        plan,
        diff: Option.fromUndefinedOr(diff),
        usage: Option.fromUndefinedOr(usage),
        retrying: Option.fromUndefinedOr(retrying),
        openRequests
      }),
    result: () => {
      const turn = completed ?? started
      return {
        id: turnId,
        status: turn?.status ?? "inProgress",
        error: Option.fromUndefinedOr(error()),
        startedAt: Option.fromNullishOr(turn?.startedAt ?? started?.startedAt),
        completedAt: Option.fromNullishOr(turn?.completedAt),
        durationMs: Option.fromNullishOr(turn?.durationMs),
        finalResponse: finalResponse(completedItems),
        items: completedItems.map((item) => withOutput(item, items.get(idOf(item))?.text)),
        usage: Option.fromUndefinedOr(usage),
        unfinishedItems: Array.from(items.values()).flatMap(({ completed, item }) => (completed ? [] : [item]))
      }
    }
  }
}

// internal

/** The item with the output that was told of, where it has none of its own. */
const withOutput = (item: ThreadItem, text: string | undefined): ThreadItem =>
  item.type === "commandExecution" && text !== undefined && text !== "" && textOf(item) === ""
    ? { ...item, aggregatedOutput: text }
    : item
