/**
 * Tells what an MCP server asks by itself from what Codex asks before it calls a tool of one. Both come as `mcpServer/elicitation/request`.
 */
import * as Option from "effect/Option"
import type { McpServerElicitationRequestParams } from "../../generated/types.ts"
import type { Common, ToolApprovalQuestion } from "./questions.ts"

/**
 * The params of an elicitation by which Codex asks whether it may call a tool.
 *
 * @category models
 * @since 0.169.0
 */
export type ToolApprovalParams = Extract<McpServerElicitationRequestParams, { readonly mode: "form" }> & {
  readonly _meta: { readonly codex_approval_kind: "mcp_tool_call"; readonly [key: string]: unknown }
}

/**
 * Whether an elicitation is Codex asking whether it may call a tool of an MCP server, and no form of that server.
 *
 * **Gotchas**
 *
 * The server forwards `_meta` of MCP servers as it is, so that a form without fields can pretend to be one. To accept it runs nothing.
 *
 * @category guards
 * @since 0.169.0
 */
export const isToolApproval = (params: McpServerElicitationRequestParams): params is ToolApprovalParams =>
  params.mode === "form" &&
  approvalKind(params) === "mcp_tool_call" &&
  // Codex wants a yes and no values: what has fields is a form that pretends.
  Object.keys(params.requestedSchema.properties).length === 0

/** The word by which Codex marks questions of its own, if the params have one. */
export const approvalKind = (params: { readonly _meta?: unknown }): unknown => metaOf(params)["codex_approval_kind"]

/** What Codex asks before it calls a tool. */
export const toolApproval = (common: Common, params: ToolApprovalParams): ToolApprovalQuestion => {
  const meta = metaOf(params)
  return {
    ...common,
    type: "toolApproval",
    message: params.message,
    tool: text(meta["tool_name"]),
    title: text(meta["tool_title"]),
    description: text(meta["tool_description"]),
    arguments: Option.fromUndefinedOr(meta["tool_params"]),
    annotations: isRecord(meta["tool_annotations"]) ? meta["tool_annotations"] : {},
    offers: periods.filter((period) => [meta["persist"]].flat().includes(period))
  }
}

// internal

const periods = ["session", "always"] as const

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const metaOf = (params: { readonly _meta?: unknown }): { readonly [key: string]: unknown } =>
  isRecord(params._meta) ? params._meta : {}

const text = (value: unknown): Option.Option<string> => (typeof value === "string" ? Option.some(value) : Option.none())
