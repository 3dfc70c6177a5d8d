/**
 * Distinguishes requests of an MCP server from Codex's requests to call one of its tools. Both arrive as
 * `mcpServer/elicitation/request`.
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { McpServerElicitationRequestParams } from "../../generated/types.ts"
import type { Common, ToolApprovalQuestion } from "./questions.ts"

/**
 * The params of an elicitation in which Codex requests to call a tool.
 *
 * @category models
 * @since 0.169.0
 */
export type ToolApprovalParams = Extract<McpServerElicitationRequestParams, { readonly mode: "form" }> & {
  readonly _meta: { readonly codex_approval_kind: "mcp_tool_call"; readonly [key: string]: unknown }
}

/**
 * Whether an elicitation is a request of Codex to call a tool of an MCP server, and not a form of that server.
 *
 * **Gotchas**
 *
 * The server forwards `_meta` of MCP servers unchanged, so a form without fields can look like such a request.
 * Accepting it runs nothing.
 *
 * @category guards
 * @since 0.169.0
 */
export const isToolApproval = (params: McpServerElicitationRequestParams): params is ToolApprovalParams =>
  params.mode === "form" &&
  approvalKind(params) === "mcp_tool_call" &&
  // Codex requests an acceptance without values. A request with fields is a form of the MCP server.
  Object.keys(params.requestedSchema.properties).length === 0

/** Returns the marker that Codex puts on its own questions, if the params have one. */
export const approvalKind = (params: { readonly _meta?: unknown }): unknown => metaOf(params)["codex_approval_kind"]

/** Converts the params to the question. */
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
    annotations: Predicate.isReadonlyObject(meta["tool_annotations"]) ? meta["tool_annotations"] : {},
    offers: periods.filter((period) => [meta["persist"]].flat().includes(period))
  }
}

// internal

const periods = ["session", "always"] as const

const metaOf = (params: { readonly _meta?: unknown }): { readonly [key: string]: unknown } =>
  Predicate.isReadonlyObject(params._meta) ? params._meta : {}

const text = (value: unknown): Option.Option<string> => (typeof value === "string" ? Option.some(value) : Option.none())
