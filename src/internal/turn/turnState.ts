/**
 * Folds the events of one turn into its state and its result. Pure: no fibers, no routing, no time. Told of events in the order in which they
 * came; it changes in place, since it runs for each delta, and gives out immutable views.
 */
import * as Option from "effect/Option"
import type { ThreadItem, Turn, TurnError, TurnPlanStep } from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"
import type { ItemState, TurnState } from "../../Turn.ts"
import { finalResponse, type TurnResult, type TurnUsage } from "./turnResult.ts"
import { growText } from "../client/growText.ts"
import * as turnUsage from "./turnUsage.ts"

/** What is known of a turn so far. */
export interface Accumulator {
  readonly apply: (notification: Notification) => void
  /** Says how many requests of the server wait for an answer. Gives whether that is news. */
  readonly setOpenRequests: (count: number) => boolean
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
  const follow = turnUsage.make()
  let usage: TurnUsage | undefined
  let plan: ReadonlyArray<TurnPlanStep> = []
  let diff: string | undefined
  let retrying: TurnError | undefined
  let openRequests = 0
  let started: Turn | undefined
  let completed: Turn | undefined
  let view: TurnState | undefined

  const grow = (itemId: string, delta: string): void => {
    const open = items.get(itemId)
    if (open !== undefined && !open.completed) open.text = growText(open.text, delta)
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
        usage = follow(notification.params.tokenUsage)
        return
      case "turn/plan/updated":
        plan = notification.params.plan
        return
      case "turn/diff/updated":
        diff = notification.params.diff
        return
      case "error":
        if (!notification.params.willRetry) return
        retrying = notification.params.error
        onRetrying()
        return
      case "turn/completed":
        completed = notification.params.turn
        // It repeats some of the items, or all of them where it is told late; what was missed is taken from here.
        for (const item of completed.items) if (items.get(idOf(item))?.completed !== true) complete(item)
    }
  }

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
    isBusy: () => {
      if (openRequests > 0) return true
      for (const { completed, item } of items.values()) if (!completed && longRunning.has(item.type)) return true
      return false
    },
    state: () =>
      (view ??= {
        id: turnId,
        threadId,
        status: (completed ?? started)?.status ?? "inProgress",
        items: Array.from(items.values(), ({ completed, item, text }): ItemState => ({
          item,
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
        error: Option.fromNullishOr(turn?.error),
        startedAt: Option.fromNullishOr(turn?.startedAt ?? started?.startedAt),
        completedAt: Option.fromNullishOr(turn?.completedAt),
        durationMs: Option.fromNullishOr(turn?.durationMs),
        finalResponse: finalResponse(completedItems),
        items: [...completedItems],
        usage: Option.fromUndefinedOr(usage),
        unfinishedItems: Array.from(items.values()).flatMap(({ completed, item }) => (completed ? [] : [item]))
      }
    }
  }
}

// internal

// Kinds that may be silent for as long as what they run takes. Unknown kinds count too: better to wait than to end what lives.
const longRunning: ReadonlySet<string> = new Set<ThreadItem["type"]>([
  "commandExecution",
  "fileChange",
  "mcpToolCall",
  "dynamicToolCall",
  "collabAgentToolCall",
  "webSearch",
  "imageGeneration",
  "sleep",
  "~unknown"
])

const idOf = (item: ThreadItem): string => (item.type === "~unknown" ? String(item.raw["id"]) : item.id)

const textOf = (item: ThreadItem): string => {
  switch (item.type) {
    case "agentMessage":
    case "plan":
      return item.text
    case "reasoning":
      return [...(item.summary ?? []), ...(item.content ?? [])].join("\n\n")
    case "commandExecution":
      return item.aggregatedOutput ?? ""
    default:
      return ""
  }
}
