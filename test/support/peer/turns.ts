/**
 * A complete turn in the order of the wire: as events for a test in memory, and as steps of a script.
 */
import { at, atMs, newTurn } from "./newTurn.ts"
import type { Notification, Step } from "./script.ts"
import { flood, notify, when } from "./steps.ts"
import { agentMessage, userMessage } from "./values.ts"

export interface TurnError {
  readonly message: string
  readonly codexErrorInfo?: unknown
  readonly additionalDetails?: string | null
}

export interface TurnOptions {
  readonly threadId: string
  readonly turnId: string
  /** The number of deltas of the final message; 3 if not given, or one for every word of `text`. */
  readonly deltas?: number
  /** The text of every delta, if there is no `text`; `"word "` if not given. */
  readonly delta?: string
  /** The final message, cut into `deltas` pieces. */
  readonly text?: string
  readonly phase?: "commentary" | "final_answer" | null
  readonly itemId?: string
  /** The input of the user, as the server repeats it. */
  readonly input?: unknown
  /** Items that start and complete before the final message. */
  readonly items?: ReadonlyArray<unknown>
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number }
  /** `interrupted` leaves the message open; `failed` comes with an `error` notification. */
  readonly status?: "completed" | "interrupted" | "failed"
  readonly error?: TurnError
}

type Deltas = { readonly pieces: ReadonlyArray<string> } | { readonly delta: string; readonly count: number }

/** A turn in the order of the wire; `turnEvents` and `turn` differ in how they write the deltas. */
const parts = (options: TurnOptions) => {
  const { threadId, turnId } = options
  const itemId = options.itemId ?? `msg-${turnId}`
  const phase = options.phase ?? null
  const status = options.status ?? "completed"
  const input = options.input ?? [{ type: "text", text: "hello", text_elements: [] }]
  const deltas: Deltas =
    options.text === undefined
      ? { delta: options.delta ?? "word ", count: options.deltas ?? 3 }
      : { pieces: cut(options.text, options.deltas) }
  const text = "pieces" in deltas ? options.text : { $repeat: [deltas.delta, deltas.count] }
  const ids = { threadId, turnId }
  const running = { ...newTurn(turnId), startedAt: at }

  const started = (item: object): Notification => ({
    method: "item/started",
    params: { item, ...ids, startedAtMs: atMs }
  })
  const completed = (item: object): Notification => ({
    method: "item/completed",
    params: { item: { ...item, completedAtMs: atMs }, ...ids, contentTokenCount: null, completedAtMs: atMs }
  })
  const said = userMessage(`user-${turnId}`, input)

  const before: Array<Notification> = [
    { method: "thread/status/changed", params: { threadId, status: { type: "active", activeFlags: [] } } },
    { method: "turn/started", params: { threadId, turn: running } },
    started(said),
    completed(said),
    ...(options.items ?? []).flatMap((item) => [started(item as object), completed(item as object)]),
    started(agentMessage(itemId, "", { phase }))
  ]

  const message = agentMessage(itemId, text, { phase, completedAtMs: atMs })
  const tokens = tokenCounts(options.usage ?? { inputTokens: 10, outputTokens: 5 })
  const error = {
    message: options.error?.message ?? "the model refused",
    codexErrorInfo: options.error?.codexErrorInfo ?? "other",
    additionalDetails: options.error?.additionalDetails ?? null
  }
  const final = status === "completed" && phase !== "commentary"
  const ended = {
    ...running,
    items: final ? [message] : [],
    itemsView: final ? "summary" : "notLoaded",
    status,
    error: status === "failed" ? error : null,
    completedAt: at,
    durationMs: 259
  }

  const after: Array<Notification> = []
  if (status === "failed") {
    after.push(
      { method: "error", params: { error, willRetry: false, ...ids } },
      { method: "thread/status/changed", params: { threadId, status: { type: "systemError" } } }
    )
  } else {
    if (status === "completed") {
      after.push(completed(message), {
        method: "thread/tokenUsage/updated",
        params: { ...ids, tokenUsage: { total: tokens, last: tokens, modelContextWindow: 258_400 } }
      })
    }
    after.push({ method: "thread/status/changed", params: { threadId, status: { type: "idle" } } })
  }
  after.push({ method: "turn/completed", params: { threadId, turn: ended } })

  const deltaOf = (delta: string): Notification => ({
    method: "item/agentMessage/delta",
    params: { ...ids, itemId, delta }
  })
  return { before, deltas, deltaOf, after }
}

/** Everything a turn emits, in the order of the wire, as an in-memory test would send it. */
export const turnEvents = (options: TurnOptions): Array<Notification & { readonly emittedAtMs: number }> => {
  const count = options.deltas ?? 3
  const { after, before, deltaOf, deltas } = parts(
    options.text === undefined ? { ...options, text: (options.delta ?? "word ").repeat(count), deltas: count } : options
  )
  const pieces = "pieces" in deltas ? deltas.pieces : []
  return [...before, ...pieces.map(deltaOf), ...after].map((event) => ({ ...event, emittedAtMs: atMs }))
}

export interface ScriptTurnOptions extends Partial<TurnOptions> {
  /** Stops after the deltas until the client interrupts this thread, then ends as `interrupted`. */
  readonly untilInterrupted?: boolean
}

/** The steps that emit a turn in answer to `turn/start`; put `reply(turnStartResponse(turnId))` before. */
export const turn = (options: ScriptTurnOptions = {}): Array<Step> => {
  const { untilInterrupted, ...rest } = options
  const { after, before, deltaOf, deltas } = parts({
    threadId: "$params.threadId",
    turnId: "turn-${call}",
    input: "$params.input",
    ...rest,
    ...(untilInterrupted === true && { status: "interrupted" as const })
  })
  return [
    ...before.map(toStep),
    ...("pieces" in deltas
      ? deltas.pieces.map((piece) => toStep(deltaOf(piece)))
      : [flood({ ...deltaOf(deltas.delta), count: deltas.count })]),
    ...(untilInterrupted === true
      ? [when("turn/interrupt", { where: { threadId: rest.threadId ?? "$params.threadId" } })]
      : []),
    ...after.map(toStep)
  ]
}

function toStep(event: Notification): Step {
  return notify(event.method, event.params)
}

function words(text: string): ReadonlyArray<string> {
  return text.match(/\S+\s*|\s+/gu) ?? []
}

function cut(text: string, pieces: number | undefined): ReadonlyArray<string> {
  if (pieces === undefined) return words(text)
  const characters = Array.from(text)
  return Array.from({ length: pieces }, (_, index) =>
    characters
      .slice(Math.floor((index * characters.length) / pieces), Math.floor(((index + 1) * characters.length) / pieces))
      .join("")
  )
}

function tokenCounts(usage: { readonly inputTokens: number; readonly outputTokens: number }) {
  return {
    totalTokens: usage.inputTokens + usage.outputTokens,
    inputTokens: usage.inputTokens,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    outputTokens: usage.outputTokens,
    reasoningOutputTokens: 0
  }
}
