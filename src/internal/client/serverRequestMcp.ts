/**
 * Tells what an MCP server asks by itself from what Codex asks before it calls a tool of one. Both come as `mcpServer/elicitation/request`.
 */
import type { McpServerElicitationRequestParams } from "../../generated/types.ts"

/**
 * The params of an elicitation by which Codex asks whether it may call a tool. Accept it with `{ action: "accept", content: {} }`.
 *
 * @category models
 * @since 0.169.0
 */
export type ToolApproval = Extract<McpServerElicitationRequestParams, { readonly mode: "form" }> & {
  readonly _meta: { readonly codex_approval_kind: "mcp_tool_call"; readonly [key: string]: unknown }
}

/**
 * Whether an elicitation is Codex asking whether it may call a tool of an MCP server, and no form of that server.
 *
 * @category guards
 * @since 0.169.0
 */
export const isToolApproval = (params: McpServerElicitationRequestParams): params is ToolApproval =>
  params.mode === "form" &&
  "_meta" in params &&
  typeof params._meta === "object" &&
  params._meta !== null &&
  "codex_approval_kind" in params._meta &&
  params._meta.codex_approval_kind === "mcp_tool_call"
