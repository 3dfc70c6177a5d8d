/**
 * What must be known about each kind of item, in one row each. An unknown kind of a later server has the row that
 * costs least if it is wrong.
 */
import type { KnownThreadItem, ThreadItem } from "../../generated/types.ts"

/** A kind of item. */
export interface Kind<I> {
  /** Whether it may cause no events for as long as its work takes. */
  readonly isLongRunning: boolean
  /** Whether its turn can run again without doing anything twice. */
  readonly isHarmless: boolean
  /** Its text, if it has one. */
  readonly text?: ((item: I) => string) | undefined
}

/** Returns the row of an item. */
export const kindOf = (item: ThreadItem): Kind<ThreadItem> => byType.get(item.type) ?? unknown

/** The type that the server gave an item, even if the item could not be decoded. */
export const typeOf = (item: ThreadItem): unknown => (item.type === "~unknown" ? item.raw["type"] : item.type)

/** Whether a turn with these items can run again without doing anything twice. */
export const areHarmless = (items: ReadonlyArray<ThreadItem>): boolean =>
  items.every((item) => harmless.has(typeOf(item)))

/** The id of an item. */
export const idOf = (item: ThreadItem): string => (item.type === "~unknown" ? String(item.raw["id"]) : item.id)

/** The text of an item. */
export const textOf = (item: ThreadItem): string => kindOf(item).text?.(item) ?? ""

/** Returns the final form of an item whose turn ended without reporting the item's end. */
export const cut = <I extends ThreadItem>(item: I): I =>
  "status" in item && item.status === "inProgress" ? { ...item, status: "failed" } : item

// internal

// It is better to wait than to stop running work, and better to ask than to do something twice.
const unknown: Kind<ThreadItem> = { isLongRunning: true, isHarmless: false }

const writing = { isLongRunning: false, isHarmless: true }
const running = { isLongRunning: true, isHarmless: false }
const note = { isLongRunning: false, isHarmless: false }

const kinds: { readonly [I in KnownThreadItem as I["type"]]: Kind<I> } = {
  userMessage: writing,
  hookPrompt: writing,
  agentMessage: { ...writing, text: ({ text }) => text },
  functionCallOutput: note,
  plan: { ...writing, text: ({ text }) => text },
  reasoning: { ...writing, text: ({ content, summary }) => [...(summary ?? []), ...(content ?? [])].join("\n\n") },
  commandExecution: { ...running, text: ({ aggregatedOutput }) => aggregatedOutput ?? "" },
  fileChange: running,
  mcpToolCall: running,
  dynamicToolCall: running,
  collabAgentToolCall: running,
  subAgentActivity: note,
  webSearch: { isLongRunning: true, isHarmless: true },
  imageView: writing,
  sleep: { isLongRunning: true, isHarmless: true },
  imageGeneration: running,
  enteredReviewMode: note,
  exitedReviewMode: note,
  contextCompaction: note
}

// A Map, because types come from the wire. Type boundary: each row is looked up by the type of the item that it gets.
const byType = new Map(Object.entries(kinds)) as ReadonlyMap<string, Kind<ThreadItem>>

const harmless: ReadonlySet<unknown> = new Set([...byType].flatMap(([type, kind]) => (kind.isHarmless ? [type] : [])))
