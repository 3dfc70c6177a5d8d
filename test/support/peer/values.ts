/**
 * Values in the shapes that the real server sends.
 */
import { codexVersion } from "../../../src/generated/version.ts"
import { at, atMs, newTurn } from "./newTurn.ts"

const cwd = "/home/peer/project"

export const initializeResponse = () => ({
  userAgent: `codex_app_server/${codexVersion} (Linux; x86_64) peer`,
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
  cliVersion: codexVersion,
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
