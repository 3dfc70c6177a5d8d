/**
 * What the schema does not say, and we therefore own. Every entry has its
 * reason; an entry that no longer fits anything makes the generation fail.
 */

/**
 * Which definition answers a client request.
 *
 * The schema does not connect a method to its response. The rule is
 * `XParams` → `XResponse`, or, for a request without a params definition, the
 * method's own words in PascalCase plus `Response`. These are the exceptions.
 */
export const responses: ReadonlyMap<string, { readonly name: string; readonly reason: string }> = new Map(
  Object.entries({
    "account/gatewayOAuth/cancel": {
      name: "GatewayOAuthCancelResponse",
      reason: "no params, and the name leaves out `account`"
    },
    "accountSession/list": {
      name: "AccountSessionsResponse",
      reason: "params are AccountSessionsListParams; the response is the list itself"
    },
    "account/logout": { name: "LogoutAccountResponse", reason: "no params; named verb first" },
    "account/securitySetup/read": { name: "GetAccountSecuritySetupResponse", reason: "no params; named verb first" },
    "account/workspaceMessages/read": {
      name: "GetWorkspaceMessagesResponse",
      reason: "no params; named verb first, without `account`"
    },
    "config/mcpServer/reload": { name: "McpServerRefreshResponse", reason: "no params; named after an older method" },
    "config/value/write": { name: "ConfigWriteResponse", reason: "both config writes share one response" },
    "config/batchWrite": { name: "ConfigWriteResponse", reason: "both config writes share one response" },
    "modelProvider/default/set": {
      name: "ConfigWriteResponse",
      reason: "it writes the configuration, and its reply has the form of the config writes"
    },
    "externalAgentConfig/import/readHistories": {
      name: "ExternalAgentConfigImportHistoriesReadResponse",
      reason: "no params; the verb comes last in the name"
    }
  })
)

/** Names of union members, `"Union#tag"`, where the tag in PascalCase doesn't make one. */
export const memberNames: ReadonlyMap<string, { readonly name: string; readonly reason: string }> = new Map(
  Object.entries({
    "McpServerElicitationRequestParams#openai/form": {
      name: "NamespacedOpenaiFormMcpServerElicitationRequestParams",
      reason: "`openai/form` and `openaiForm` are the same in PascalCase"
    }
  })
)
