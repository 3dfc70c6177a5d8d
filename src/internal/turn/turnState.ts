/**
 * Folds the events of one turn into its state and its result. Synchronous: no fibers, no routing, no time. It takes
 * events in the order in which they arrived. It mutates its own state, because it runs for each delta, and returns
 * immutable views.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { ThreadItem, Turn, TurnError, TurnPlanStep, TurnStatus } from "../../generated/types.ts"
import type { Notification } from "../client/notifications.ts"
import type { ItemState, TurnState } from "../../Turn.ts"
import { cut, idOf, kindOf, textOf } from "./items.ts"
import { dateTime, finalResponse, type TurnResult, type TurnUsage, type TurnWarning } from "./turnResult.ts"
import { type GrowingText, growText, wholeText } from "../client/growText.ts"
import * as turnUsage from "./turnUsage.ts"

/** Whether a notification is a warning about a thread. It names no turn, and belongs to the one that runs there. */
export const isWarning = ({ method }: Notification): boolean => method === "warning" || method === "guardianWarning"

/** What is known of a turn so far. A class, because there is one for each turn. */
export class Accumulator {
  readonly #threadId: string
  readonly #turnId: string
  /** In the order in which they started. */
  #items = new ItemList()
  // Deltas of one item arrive in a row, each with a new id string: comparing it is cheaper than hashing it. Must be
  // cleared whenever the entry of an id in the map is replaced.
  #lastId: string | undefined
  #lastItem: OpenItem | undefined
  #completedItems: Array<ThreadItem> = []
  #follow: ReturnType<typeof turnUsage.make> | undefined
  #usage: TurnUsage | undefined
  #plan: ReadonlyArray<TurnPlanStep> = none
  #diff: string | undefined
  #warnings: ReadonlyArray<TurnWarning> = none
  #retrying: TurnError | undefined
  #openRequests = 0
  #started: Told | undefined
  #completed: Told | undefined
  #failed: TurnError | undefined
  #isFinished = false
  #view: TurnState | undefined

  constructor(threadId: string, turnId: string) {
    this.#threadId = threadId
    this.#turnId = turnId
  }

  /** Takes an event of the turn. */
  apply(notification: Notification): void {
    this.#view = undefined
    if (notification.method === "warning" || notification.method === "guardianWarning") {
      const { method, params } = notification
      if (this.#warnings.length < mostWarnings) {
        this.#warnings = [...this.#warnings, { method, message: params.message }]
      }
      return
    }
    // Any event ends the retry, except the next attempt.
    this.#retrying = undefined
    switch (notification.method) {
      case "item/agentMessage/delta":
      case "item/plan/delta":
      case "item/commandExecution/outputDelta":
      case "item/fileChange/outputDelta":
        this.#grow(notification.params.itemId, undefined, notification.params.delta)
        return
      case "item/reasoning/textDelta": {
        const { contentIndex, delta, itemId } = notification.params
        return this.#grow(itemId, contentIndex, delta)
      }
      case "item/reasoning/summaryTextDelta": {
        const { delta, itemId, summaryIndex } = notification.params
        return this.#grow(itemId, ~summaryIndex, delta)
      }
      case "turn/started":
        this.#started = toldOf(notification.params.turn)
        return
      case "item/started": {
        const { item } = notification.params
        this.#put(itemOf(item, textOf(item), false))
        return
      }
      case "item/completed":
        this.#complete(notification.params.item)
        return
      case "thread/tokenUsage/updated":
        this.#usage = (this.#follow ??= turnUsage.make())(notification.params.tokenUsage)
        return
      case "turn/plan/updated":
        this.#plan = notification.params.plan
        return
      case "turn/diff/updated":
        this.#diff = notification.params.diff
        return
      case "error":
        if (notification.params.willRetry) this.#retrying = notification.params.error
        else this.#failed = notification.params.error
        return
      case "turn/completed": {
        const { turn } = notification.params
        this.#completed = toldOf(turn)
        // It repeats some of the items, or all if it is sent late. Missed items are taken from here.
        for (const item of turn.items) if (this.#items.get(idOf(item))?.completed !== true) this.#complete(item)
      }
    }
  }

  /** Sets how many server requests wait for an answer. Returns whether that changed. */
  setOpenRequests(count: number): boolean {
    if (count === this.#openRequests) return false
    this.#view = undefined
    this.#openRequests = count
    return true
  }

  /** Takes the server's account of the turn from a reply: items that no event has reported. */
  seed(turn: Turn): void {
    this.#view = undefined
    this.#started ??= toldOf(turn)
    const told = this.#items
    const seeded: Array<ThreadItem> = []
    this.#items = new ItemList()
    for (const item of turn.items) {
      const isOpen = "status" in item && item.status === "inProgress"
      this.#put(itemOf(item, textOf(item), !isOpen))
      if (!isOpen && !this.#completedItems.some((known) => idOf(known) === idOf(item))) seeded.push(item)
    }
    this.#completedItems.unshift(...seeded)
    // Items that were reported since are newer, and keep their order.
    for (const item of told.all) this.#put(item)
  }

  /** Makes the state final: nothing is open any longer. */
  finish(): void {
    this.#view = undefined
    this.#isFinished = true
    this.#openRequests = 0
  }

  /** The error with which the server said that the turn fails, if it did not report the end. */
  error(): TurnError | undefined {
    const { error } = this.#completed ?? { error: this.#failed ?? this.#started?.error }
    return error ?? undefined
  }

  /** Whether any item was reported. */
  hasItems(): boolean {
    return this.#items.all.length > 0
  }

  /** Whether the last event says that the server retries the connection to the model. */
  isRetrying(): boolean {
    return this.#retrying !== undefined
  }

  /** Whether the turn waits for something that can take long: an answer of this program, a command, a tool. */
  isBusy(): boolean {
    if (this.#openRequests > 0) return true
    for (const { completed, item } of this.#items.all) if (!completed && kindOf(item).isLongRunning) return true
    return false
  }

  /** The state so far. Returns the same value until something happens. */
  state(): TurnState {
    return (this.#view ??= {
      id: this.#turnId,
      threadId: this.#threadId,
      status: this.#status(),
      items: Array.from(this.#items.all, (open): ItemState => ({
        item: this.#isFinished && !open.completed ? cut(open.item) : open.item,
        text: wholeText(open),
        isCompleted: open.completed
      })),
      plan: this.#plan,
      diff: Option.fromUndefinedOr(this.#diff),
      usage: Option.fromUndefinedOr(this.#usage),
      retrying: Option.fromUndefinedOr(this.#retrying),
      openRequests: this.#openRequests
    })
  }

  /** The result so far. Final after the turn has completed. */
  result(): TurnResult {
    const started = this.#started
    const turn = this.#completed ?? started
    return {
      id: this.#turnId,
      status: turn?.status ?? "inProgress",
      error: Option.fromUndefinedOr(this.error()),
      startedAt: dateTime(turn?.startedAt ?? started?.startedAt),
      completedAt: dateTime(turn?.completedAt),
      duration: Option.map(Option.fromNullishOr(turn?.durationMs), Duration.millis),
      finalResponse: finalResponse(this.#completedItems),
      items: this.#completedItems.map((item) => withOutput(item, this.#items.get(idOf(item)))),
      usage: Option.fromUndefinedOr(this.#usage),
      unfinishedItems: Array.from(this.#items.all).flatMap(({ completed, item }) => (completed ? [] : [item])),
      warnings: this.#warnings
    }
  }

  #status(): TurnStatus {
    const told = (this.#completed ?? this.#started)?.status ?? "inProgress"
    if (!this.#isFinished || told !== "inProgress") return told
    // If the server reported nothing, the status is the one that the server shows when the turn is read later.
    return this.#completed === undefined && this.#failed === undefined ? "interrupted" : "failed"
  }

  #put(item: OpenItem): void {
    this.#lastId = undefined
    this.#items.set(item)
  }

  /** Appends to the text of an item. The parts of reasoning are separated, as in the completed item. */
  #grow(itemId: string, part: number | undefined, delta: string): void {
    if (itemId !== this.#lastId) {
      this.#lastId = itemId
      this.#lastItem = this.#items.get(itemId)
    }
    const open = this.#lastItem
    // The output of a command can arrive after its completion, which then has no output.
    if (open === undefined || (open.completed && textOf(open.item) !== "")) return
    if (open.part !== part) {
      if (open.text !== "" || open.tail !== "") growText(open, "\n\n")
      open.part = part
    }
    growText(open, delta)
  }

  #complete(item: ThreadItem): void {
    const open = this.#items.get(idOf(item))
    this.#put(itemOf(item, textOf(item) || (open === undefined ? "" : wholeText(open)), true))
    this.#completedItems = withOne(this.#completedItems, item)
  }
}

// internal

/** A server that warns again and again must not fill the result. The stream of the turn's events has all warnings. */
const mostWarnings = 256

interface OpenItem extends GrowingText {
  readonly id: string
  readonly item: ThreadItem
  /** The part that was last reported, if the item has parts: content from 0 upwards, and summary from -1 downwards. */
  part: number | undefined
  readonly completed: boolean
}

/** Items by id, in the order in which they started. Most turns have few, so only a long list gets an index. */
class ItemList {
  all: Array<OpenItem> = []
  #places: Map<string, number> | undefined

  get(id: string): OpenItem | undefined {
    const at = this.#placeOf(id)
    return at === undefined ? undefined : this.all[at]
  }

  /** Replaces the item with the same id, or appends the item. */
  set(item: OpenItem): void {
    const at = this.#placeOf(item.id)
    if (at !== undefined) {
      this.all[at] = item
      return
    }
    this.#places?.set(item.id, this.all.length)
    this.all = withOne(this.all, item)
    if (this.all.length === indexedFrom) this.#places = new Map(this.all.map(({ id }, place) => [id, place]))
  }

  #placeOf(id: string): number | undefined {
    if (this.#places !== undefined) return this.#places.get(id)
    const at = this.all.findLastIndex((item) => item.id === id)
    return at === -1 ? undefined : at
  }
}

const indexedFrom = 8

/**
 * Returns the list with one more element. A list that was pushed to or spread keeps extra capacity, so a short one is
 * copied.
 */
const withOne = <A>(list: Array<A>, one: A): Array<A> => {
  if (list.length < 4) return list.concat([one])
  list.push(one)
  return list
}

/** The fields that are kept of the server's account of the turn. */
type Told = { readonly [K in "status" | "error" | "startedAt" | "completedAt" | "durationMs"]: Turn[K] }

const toldOf = ({ completedAt, durationMs, error, startedAt, status }: Turn): Told => ({
  completedAt,
  durationMs,
  error,
  startedAt,
  status
})

const none: ReadonlyArray<never> = []

const itemOf = (item: ThreadItem, text: string, completed: boolean): OpenItem => ({
  id: idOf(item),
  text,
  tail: "",
  item,
  part: undefined,
  completed
})

/** Returns the item with the output that was reported, if it has none itself. */
const withOutput = (item: ThreadItem, open: OpenItem | undefined): ThreadItem => {
  if (item.type !== "commandExecution" || open === undefined || textOf(item) !== "") return item
  const text = wholeText(open)
  return text === "" ? item : { ...item, aggregatedOutput: text }
}
