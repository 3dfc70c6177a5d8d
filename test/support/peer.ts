/**
 * A scripted peer: a process that plays an app-server over stdio, and does on demand what the real one can't be made
 * to do. A script is plain JSON; `command(script)` is the command line that runs it. The values it sends by default
 * have the shapes the real server sends, and are here as pure functions for in-memory tests too.
 *
 * In every value a script sends, a string that is just `"$params.threadId"` becomes that value of the request in hand,
 * and `"turn-${call}"` has it put into the text. There are `id`, `method`, `params`, `call` (this is the n-th call of
 * the method, from 1), `i` (of a flood, from 0), `answer` (the message that answered our request), `answers` (all of
 * them), `counts` (calls so far by method), `pid`, `cwd`, `codexHome` and `now`. A missing one is `null`.
 * `{ $repeat: [text, times] }` is that text repeated.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import type { Scope } from "effect"

export type Command = readonly [string, ...Array<string>]

export type Id = number | string

export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

export interface Notification {
  readonly method: string
  readonly params: unknown
}

export type Step =
  | { readonly reply: unknown }
  | { readonly replyError: RpcError }
  | { readonly replyTo: { readonly id: Id; readonly result?: unknown; readonly error?: RpcError } }
  | { readonly echo: true }
  | { readonly hold: true }
  | { readonly releaseHeld: { readonly result: unknown; readonly reverse?: boolean } }
  | { readonly notify: Notification & { readonly times?: number } }
  | { readonly flood: Flood }
  | { readonly request: ServerRequest }
  | { readonly fork: Steps }
  | { readonly line: unknown }
  | { readonly write: string }
  | { readonly writeBytes: { readonly base64: string; readonly pieceBytes?: number } }
  | { readonly stderr: { readonly text: string; readonly times?: number } }
  | { readonly closeStdout: true }
  | { readonly closeStdin: true }
  | { readonly pauseStdin: true }
  | { readonly resumeStdin: true }
  | { readonly exit: number }
  | { readonly kill: NodeJS.Signals }
  | { readonly dieAfterBytes: DieAfterBytes }
  | { readonly spawnGrandchild: Grandchild }
  | { readonly pidFile: string }
  | { readonly log: string }
  | { readonly delay: number }
  | { readonly when: When }
  | { readonly never: true }

export type Steps = ReadonlyArray<Step>

/** One list for every call, or a list for each call; the last of those also serves the calls after it. */
export type Handler = Steps | ReadonlyArray<Steps>

export interface Script {
  /** `"auto"`, the default, answers the first call as the server does, and later ones with `Already initialized`. */
  readonly initialize?: "auto" | Handler
  /** Done before the first line is read. */
  readonly onStart?: Steps
  /** By method, requests and notifications alike; `"*"` is for requests with no entry. By default: −32600. */
  readonly on?: { readonly [method: string]: Handler }
  /** By default the peer exits with 0. An empty list keeps it alive. */
  readonly onStdinEnd?: Steps
  readonly onSignal?: { readonly [signal in NodeJS.Signals]?: "ignore" | Steps }
  /** Milliseconds after which the peer exits with 97 whatever happens; ten minutes if not given. */
  readonly lifetime?: number
}

export interface Flood extends Notification {
  readonly count: number
  /** Bytes of a write, about; 64 kB if not given. */
  readonly batchBytes?: number
}

export interface ServerRequest extends Notification {
  /** Counted from 0 if not given, as the server does. */
  readonly id?: Id
  /** The list waits for the answer, does these with `$answer`, and goes on. Without it, nothing is waited for. */
  readonly expectAnswer?: Steps
}

export interface DieAfterBytes {
  readonly bytes: number
  /** 1 if not given. */
  readonly code?: number
  /** Dies by this signal instead of exiting. */
  readonly signal?: NodeJS.Signals
}

export interface Grandchild {
  readonly pidFile: string
  readonly ignoreSigterm?: boolean
  /** Keeps the peer's stdout open after the peer is gone. */
  readonly inheritStdout?: boolean
  /** Milliseconds until it ends by itself; a minute if not given. */
  readonly lifetime?: number
}

export interface When {
  readonly method: string
  /** How many there must be; 1 if not given. */
  readonly count?: number
  /** Only counts messages from here on. */
  readonly next?: boolean
  /** Only counts messages from here on whose params have these values, by path. */
  readonly where?: { readonly [path: string]: unknown }
}

// command

const program = fileURLToPath(new URL("./peer/peer.mjs", import.meta.url))

/** Linux takes no argument over 128 kB. */
const longest = 100_000

/** The command line of a peer with this script, which must not be over 100 kB; `$repeat` is for long texts. */
export const command = (script: Script): Command => {
  const json = JSON.stringify(script)
  if (Buffer.byteLength(json) > longest) throw new RangeError("a script this long needs commandScoped")
  return [process.execPath, program, json]
}

/** The same for a script of any length, which goes by a file that lives as long as the scope. */
export const commandScoped = (script: Script): Effect.Effect<Command, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "effect-codex-peer-"))
      const path = join(folder, "script.json")
      writeFileSync(path, JSON.stringify(script))
      return { folder, line: [process.execPath, program, `@${path}`] as const }
    }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  ).pipe(Effect.map(({ line }) => line))

// steps

/** Answers the request in hand. */
export const reply = (result: unknown): Step => ({ reply: result })
/** Refuses the request in hand. */
export const replyError = (error: RpcError): Step => ({ replyError: error })
/** Answers any id, whether asked or not. */
export const replyTo = (id: Id, answer: { readonly result: unknown } | { readonly error: RpcError }): Step => ({
  replyTo: { id, ...answer }
})
/** Answers the request in hand with its own params. */
export const echo: Step = { echo: true }
/** Keeps the request in hand for `releaseHeld`. */
export const hold: Step = { hold: true }
/** Answers every held request, with its own params in the placeholders, the last one first if `reverse`. */
export const releaseHeld = (result: unknown, options?: { readonly reverse?: boolean }): Step => ({
  releaseHeld: { result, ...options }
})
export const notify = (method: string, params: unknown, times = 1): Step => ({ notify: { method, params, times } })
/** Many notifications in large writes, no faster than the reader takes them. */
export const flood = (options: Flood): Step => ({ flood: options })
/** Asks the client. */
export const request = (
  method: string,
  params: unknown,
  options?: { readonly id?: Id; readonly expectAnswer?: Steps }
): Step => ({ request: { method, params, ...options } })
/** Does these on the side. */
export const fork = (...steps: Steps): Step => ({ fork: steps })
/** Any JSON value on a line, with placeholders: envelopes of any shape. */
export const line = (message: unknown): Step => ({ line: message })
/** This text as it is: no newline is added. */
export const write = (text: string): Step => ({ write: text })
/** These bytes, `pieceBytes` at a time with a turn of the event loop between. */
export const writeBytes = (bytes: string | Uint8Array, pieceBytes?: number): Step => ({
  writeBytes: { base64: Buffer.from(bytes).toString("base64"), ...(pieceBytes !== undefined && { pieceBytes }) }
})
export const stderr = (text: string, times = 1): Step => ({ stderr: { text, times } })
export const closeStdout: Step = { closeStdout: true }
/** Closes the reading end: the client's writes fail. */
export const closeStdin: Step = { closeStdin: true }
/** Reads no more, so that the client's writes pile up. */
export const pauseStdin: Step = { pauseStdin: true }
export const resumeStdin: Step = { resumeStdin: true }
/** Exits once all that was written is out. */
export const exit = (code: number): Step => ({ exit: code })
/** Sends itself a signal once all that was written is out. */
export const kill = (signal: NodeJS.Signals): Step => ({ kill: signal })
/** Lets exactly so many more bytes out, then dies. */
export const dieAfterBytes = (bytes: number, how?: Omit<DieAfterBytes, "bytes">): Step => ({
  dieAfterBytes: { bytes, ...how }
})
/** Starts a process that lingers in the peer's process group, and goes on once its pid is in the file. */
export const spawnGrandchild = (options: Grandchild): Step => ({ spawnGrandchild: options })
/** Writes the peer's pid to a file. */
export const pidFile = (path: string): Step => ({ pidFile: path })
/** Appends every line received from here on to a file, before it is acted on. */
export const log = (path: string): Step => ({ log: path })
export const delay = (ms: number): Step => ({ delay: ms })
/** Waits until a method was received; one that already was counts too, unless `next` or `where` is given. */
export const when = (method: string, options?: Omit<When, "method">): Step => ({ when: { method, ...options } })
/** Goes no further: silence. */
export const never: Step = { never: true }

// values the server sends

const cwd = "/home/peer/project"
const at = 1_795_228_464
const atMs = at * 1000

export const initializeResponse = () => ({
  userAgent: "codex_app_server/0.169.0 (Linux; x86_64) peer",
  codexHome: "/home/peer/.codex",
  platformFamily: "unix",
  platformOs: "linux"
})

export const thread = (threadId: string, turns: ReadonlyArray<unknown> = []) => ({
  id: threadId,
  environments: [{ environmentId: "local", cwd, runtimeWorkspaceRoots: [cwd] }],
  extra: null,
  sessionId: threadId,
  forkedFromId: null,
  attachedToThreadId: null,
  parentThreadId: null,
  preview: "",
  ephemeral: false,
  section: null,
  sectionEnteredAt: null,
  projectId: null,
  historyMode: "paginated",
  modelProvider: "openai",
  model: "gpt-6.1-sol",
  reasoningEffort: null,
  createdAt: at,
  updatedAt: at,
  recencyAt: at,
  status: { type: "idle" },
  path: `/home/peer/.codex/sessions/rollout-${threadId}.jsonl`,
  cwd,
  cliVersion: "0.169.0",
  originator: "peer",
  source: "vscode",
  canAcceptDirectInput: true,
  threadSource: null,
  agentNickname: null,
  agentRole: null,
  gitInfo: null,
  name: null,
  daybreakEnabled: null,
  turns
})

export const threadStartResponse = (threadId: string) => ({
  thread: thread(threadId),
  model: "gpt-6.1-sol",
  modelProvider: "openai",
  serviceTier: null,
  disabledPluginIds: [],
  cwd,
  runtimeWorkspaceRoots: [cwd],
  instructionSources: [],
  approvalPolicy: "on-request",
  approvalsReviewer: "user",
  sandbox: { type: "readOnly", networkAccess: false },
  activePermissionProfile: { id: ":read-only", extends: null },
  reasoningEffort: null,
  multiAgentMode: "explicitRequestOnly"
})

export const threadResumeResponse = (threadId: string, turns: ReadonlyArray<unknown> = []) => ({
  ...threadStartResponse(threadId),
  thread: thread(threadId, turns),
  collaborationMode: {
    mode: "default",
    settings: { model: "gpt-6.1-sol", reasoning_effort: null, developer_instructions: null }
  },
  initialTurnsPage: null,
  turnsBackwardsCursor: null,
  itemsBackwardsCursor: null
})

export const threadReadResponse = (threadId: string, turns: ReadonlyArray<unknown> = []) => ({
  thread: thread(threadId, turns),
  readState: { firstUnread: null, revision: "90164051-b992-4fdb-838e-a70240276f9d" }
})

const newTurn = (turnId: string) => ({
  id: turnId,
  rootTurnId: turnId,
  items: [],
  itemsView: "notLoaded",
  status: "inProgress",
  error: null,
  startedAt: null,
  completedAt: null,
  durationMs: null
})

export const turnStartResponse = (turnId: string) => ({ turn: newTurn(turnId) })

export const turnSteerResponse = (turnId: string) => ({ turnId })

export interface MessageOptions {
  readonly phase?: "commentary" | "final_answer" | null
  /** Absent while the message is being written. */
  readonly completedAtMs?: number
}

export const agentMessage = (id: string, text: unknown, options?: MessageOptions) => ({
  type: "agentMessage",
  moderation: null,
  id,
  text,
  phase: options?.phase ?? null,
  memoryCitation: null,
  delivery: null,
  questions: null,
  startedAtMs: atMs,
  completedAtMs: options?.completedAtMs ?? null
})

export const userMessage = (id: string, content: unknown, clientId: string | null = null) => ({
  type: "userMessage",
  id,
  clientId,
  content,
  startedAtMs: atMs,
  completedAtMs: null as number | null
})

export interface TurnError {
  readonly message: string
  readonly codexErrorInfo?: unknown
  readonly additionalDetails?: string | null
}

export interface TurnOptions {
  readonly threadId: string
  readonly turnId: string
  /** How many deltas the final message comes in; 3 if not given, or one for every word of `text`. */
  readonly deltas?: number
  /** The text of every delta, where there is no `text`; `"word "` if not given. */
  readonly delta?: string
  /** The final message, cut into `deltas` pieces. */
  readonly text?: string
  readonly phase?: "commentary" | "final_answer" | null
  readonly itemId?: string
  /** What the user said, as the server repeats it. */
  readonly input?: unknown
  /** Items that start and complete before the final message. */
  readonly items?: ReadonlyArray<unknown>
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number }
  /** `interrupted` leaves the message open; `failed` comes with an `error` notification. */
  readonly status?: "completed" | "interrupted" | "failed"
  readonly error?: TurnError
}

type Deltas = { readonly pieces: ReadonlyArray<string> } | { readonly delta: string; readonly count: number }

/** A turn in the order of the wire; `turnEvents` and `turn` differ in how they write the deltas out. */
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

/** The params of a request for approval of a command; the request itself is `request(approvalMethod, …)`. */
export const commandApproval = (ids: {
  readonly threadId: string
  readonly turnId: string
  readonly itemId: string
  readonly command?: string
}) => ({
  kind: "command",
  threadId: ids.threadId,
  turnId: ids.turnId,
  itemId: ids.itemId,
  startedAtMs: atMs,
  command: ids.command ?? "/bin/bash -lc 'touch x'",
  cwd,
  commandActions: [{ type: "unknown", command: "touch x" }],
  proposedExecpolicyAmendment: ["touch", "x"],
  availableDecisions: ["accept", { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", "x"] } }, "cancel"]
})

export const approvalMethod = "item/commandExecution/requestApproval"

/**
 * A server on which ordinary calls work: threads `thread-1`, `thread-2`, … that run the given turn as `turn-1`,
 * `turn-2`, …; other methods are refused as the real one does. An interrupt finds a turn only if it is
 * `untilInterrupted`, since others are over by then.
 */
export const basicWith = (options: ScriptTurnOptions = {}): Script & { readonly on: NonNullable<Script["on"]> } => ({
  on: {
    initialized: [],
    "thread/start": [
      reply(threadStartResponse("thread-${call}")),
      notify("thread/started", { thread: thread("thread-${call}") })
    ],
    "thread/resume": [reply(threadResumeResponse("${params.threadId}"))],
    "thread/read": [reply(threadReadResponse("${params.threadId}"))],
    "turn/start": [reply(turnStartResponse(options.turnId ?? "turn-${call}")), ...turn(options)],
    "turn/interrupt": [
      options.untilInterrupted === true
        ? reply({})
        : replyError({ code: -32_600, message: "no active turn to interrupt" })
    ]
  }
})

export const basic = basicWith()

// internal

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
