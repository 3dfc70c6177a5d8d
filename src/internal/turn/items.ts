/**
 * What is to be known of each kind of item, one row for each. A kind of a later server has the row that costs least if
 * it is wrong.
 */
import type { KnownThreadItem, ThreadItem } from "../../generated/types.ts"

/** A kind of item. */
export interface Kind<I> {
  /** Whether it may be silent for as long as what it runs takes. */
  readonly isLongRunning: boolean
  /** Whether it leaves nothing behind when its turn is run again. */
  readonly isHarmless: boolean
  /** Its text, where it has one. */
  readonly text?: ((item: I) => string) | undefined
}

/** The row of an item. */
export const kindOf = (item: ThreadItem): Kind<ThreadItem> => byType.get(item.type) ?? unknown

/** The type that the server gave an item, also one that can't be read. */
export const typeOf = (item: ThreadItem): unknown => (item.type === "~unknown" ? item.raw["type"] : item.type)

/** Whether nothing is done twice when a turn with these items is run again. */
export const areHarmless = (items: ReadonlyArray<ThreadItem>): boolean =>
  items.every((item) => harmless.has(typeOf(item)))

/** The id of an item. */
export const idOf = (item: ThreadItem): string => (item.type === "~unknown" ? String(item.raw["id"]) : item.id)

/** The text that an item holds. */
export const textOf = (item: ThreadItem): string => kindOf(item).text?.(item) ?? ""

/** The item as it is when its turn has ended without a word about it. */
export const cut = <I extends ThreadItem>(item: I): I =>
  "status" in item && item.status === "inProgress" ? { ...item, status: "failed" } : item

// internal

// Better to wait than to end what lives, and better to ask than to do a thing twice.
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

// A Map, since types come off the wire. Type boundary: each row is looked up by the type of the item that it is given.
const byType = new Map(Object.entries(kinds)) as ReadonlyMap<string, Kind<ThreadItem>>

const harmless: ReadonlySet<unknown> = new Set([...byType].flatMap(([type, kind]) => (kind.isHarmless ? [type] : [])))
