/**
 * The methods that came after the oldest supported runtime, by the first supported release that has them.
 *
 * @generated from the schema of codex-cli 0.171.0 by `npm run codegen`. Do not edit:
 * change `codegen/` and generate again.
 */

export const methodsByVersion: { readonly [version: string]: ReadonlyArray<string> } = {
  "0.139.0": [
    "account/usage/read",
    "environment/add",
    "hooks/list",
    "modelProvider/capabilities/read",
    "permissionProfile/list",
    "plugin/installed",
    "plugin/share/checkout",
    "plugin/share/delete",
    "plugin/share/list",
    "plugin/share/save",
    "plugin/share/updateTargets",
    "plugin/skill/read",
    "process/kill",
    "process/resizePty",
    "process/spawn",
    "process/writeStdin",
    "remoteControl/client/list",
    "remoteControl/client/revoke",
    "remoteControl/disable",
    "remoteControl/enable",
    "remoteControl/pairing/start",
    "remoteControl/pairing/status",
    "remoteControl/status/read",
    "skills/extraRoots/set",
    "thread/goal/clear",
    "thread/goal/get",
    "thread/goal/set",
    "thread/search",
    "thread/settings/update",
    "thread/turns/items/list",
    "windowsSandbox/readiness"
  ],
  "0.147.0": [
    "account/rateLimitResetCredit/consume",
    "account/workspaceMessages/read",
    "app/installed",
    "app/read",
    "environment/info",
    "environment/status",
    "externalAgentConfig/import/readHistories",
    "externalAgentConfig/import/recordHistory",
    "plugin/search",
    "thread/backgroundTerminals/list",
    "thread/backgroundTerminals/terminate",
    "thread/delete",
    "thread/items/list",
    "thread/realtime/appendSpeech",
    "thread/searchOccurrences",
    "thread/section/move",
    "threadSection/create",
    "threadSection/delete",
    "threadSection/list",
    "threadSection/update"
  ],
  "0.149.1": [
    "account/bedrock/discover",
    "account/bedrock/setup",
    "project/create",
    "project/delete",
    "project/import",
    "project/list",
    "project/move",
    "project/read",
    "project/update",
    "server/diagnostics",
    "thread/queue/add",
    "thread/queue/delete",
    "thread/queue/list",
    "thread/queue/reorder",
    "thread/queue/start",
    "thread/queue/update",
    "thread/revert"
  ],
  "0.151.0": [
    "mcpServer/event/stream/start",
    "mcpServer/event/stream/stop",
    "thread/timeline/list",
    "turn/settings/update"
  ],
  "0.154.0": [
    "plugin/reconcile",
    "userVerification/delete",
    "userVerification/enroll",
    "userVerification/status",
    "userVerification/verify"
  ],
  "0.160.1": [
    "account/gatewayOAuth/cancel",
    "account/gatewayOAuth/login",
    "account/gatewayOAuth/read",
    "memory/status",
    "rollout/compress",
    "thread/attachment/add",
    "thread/attachment/list",
    "thread/attachment/remove",
    "userVerification/cancel"
  ],
  "0.166.0": [
    "account/bedrock/checkGovCloudRequirements",
    "account/gcp/setup",
    "accountSession/list",
    "accountSession/switch",
    "feedback/save",
    "thread/attachmentOwner/list",
    "thread/items/read",
    "thread/memory/read",
    "thread/prediction/request",
    "thread/readState/update",
    "thread/sample",
    "thread/sample/cancel"
  ],
  "0.169.0": [
    "account/securitySetup/read",
    "modelProvider/config/write",
    "modelProvider/list",
    "thread/guardianReview",
    "thread/prepareApprovedPlan"
  ],
  "0.171.0": [
    "modelProvider/default/set",
    "thread/realtime/list",
    "thread/search/cancel",
    "thread/search/stream",
    "thread/search/stream/cancel"
  ]
}
