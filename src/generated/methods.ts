/**
 * Every method of the app-server protocol: what it carries, and how that is decoded.
 *
 * @generated from the schema of codex-cli 0.171.0 by `npm run codegen`. Do not edit:
 * change `codegen/` and generate again.
 */

import type { Codec } from "effect/Schema"
import * as C from "./codecs.ts"
import type * as T from "./types.ts"

/** Requests that the client sends, by method. */
export interface ClientRequests {
  /** Experimental: needs `experimentalApi`. */
  readonly "account/bedrock/checkGovCloudRequirements": { readonly params: T.BedrockCheckGovCloudRequirementsParams; readonly result: T.BedrockCheckGovCloudRequirementsResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "account/bedrock/discover": { readonly params: T.BedrockDiscoverParams; readonly result: T.BedrockDiscoverResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "account/bedrock/setup": { readonly params: T.BedrockSetupParams; readonly result: T.BedrockSetupResponse }
  readonly "account/gatewayOAuth/cancel": { readonly params: null | undefined; readonly result: T.GatewayOAuthCancelResponse }
  readonly "account/gatewayOAuth/login": { readonly params: T.GatewayOAuthLoginParams | null | undefined; readonly result: T.GatewayOAuthLoginResponse }
  readonly "account/gatewayOAuth/read": { readonly params: T.GatewayOAuthReadParams | null | undefined; readonly result: T.GatewayOAuthReadResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "account/gcp/setup": { readonly params: T.GcpSetupParams; readonly result: T.GcpSetupResponse }
  readonly "account/login/cancel": { readonly params: T.CancelLoginAccountParams; readonly result: T.CancelLoginAccountResponse }
  readonly "account/login/start": { readonly params: T.LoginAccountParams; readonly result: T.LoginAccountResponse }
  readonly "account/logout": { readonly params: null | undefined; readonly result: T.LogoutAccountResponse }
  readonly "account/rateLimitResetCredit/consume": { readonly params: T.ConsumeAccountRateLimitResetCreditParams; readonly result: T.ConsumeAccountRateLimitResetCreditResponse }
  readonly "account/rateLimits/read": { readonly params: T.GetAccountRateLimitsParams | null | undefined; readonly result: T.GetAccountRateLimitsResponse }
  readonly "account/read": { readonly params: T.GetAccountParams; readonly result: T.GetAccountResponse }
  readonly "account/securitySetup/read": { readonly params: null | undefined; readonly result: T.GetAccountSecuritySetupResponse }
  readonly "account/sendAddCreditsNudgeEmail": { readonly params: T.SendAddCreditsNudgeEmailParams; readonly result: T.SendAddCreditsNudgeEmailResponse }
  readonly "account/usage/read": { readonly params: T.GetAccountTokenUsageParams | null | undefined; readonly result: T.GetAccountTokenUsageResponse }
  readonly "account/workspaceMessages/read": { readonly params: null | undefined; readonly result: T.GetWorkspaceMessagesResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "accountSession/list": { readonly params: T.AccountSessionsListParams; readonly result: T.AccountSessionsResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "accountSession/switch": { readonly params: T.AccountSessionsSwitchParams; readonly result: T.AccountSessionsSwitchResponse }
  readonly "app/installed": { readonly params: T.AppsInstalledParams; readonly result: T.AppsInstalledResponse }
  readonly "app/list": { readonly params: T.AppsListParams; readonly result: T.AppsListResponse }
  readonly "app/read": { readonly params: T.AppsReadParams; readonly result: T.AppsReadResponse }
  /**
   * Lists collaboration mode presets.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "collaborationMode/list": { readonly params: T.CollaborationModeListParams; readonly result: T.CollaborationModeListResponse }
  /** Execute a standalone command (argv vector) under the server's sandbox. */
  readonly "command/exec": { readonly params: T.CommandExecParams; readonly result: T.CommandExecResponse }
  /** Resize a running PTY-backed `command/exec` session by client-supplied `processId`. */
  readonly "command/exec/resize": { readonly params: T.CommandExecResizeParams; readonly result: T.CommandExecResizeResponse }
  /** Terminate a running `command/exec` session by client-supplied `processId`. */
  readonly "command/exec/terminate": { readonly params: T.CommandExecTerminateParams; readonly result: T.CommandExecTerminateResponse }
  /** Write stdin bytes to a running `command/exec` session or close stdin. */
  readonly "command/exec/write": { readonly params: T.CommandExecWriteParams; readonly result: T.CommandExecWriteResponse }
  readonly "config/batchWrite": { readonly params: T.ConfigBatchWriteParams; readonly result: T.ConfigWriteResponse }
  readonly "config/mcpServer/reload": { readonly params: null | undefined; readonly result: T.McpServerRefreshResponse }
  readonly "config/read": { readonly params: T.ConfigReadParams; readonly result: T.ConfigReadResponse }
  readonly "config/value/write": { readonly params: T.ConfigValueWriteParams; readonly result: T.ConfigWriteResponse }
  readonly "configRequirements/read": { readonly params: null | undefined; readonly result: T.ConfigRequirementsReadResponse }
  /**
   * Adds or replaces a remote environment by id for later selection.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "environment/add": { readonly params: T.EnvironmentAddParams; readonly result: T.EnvironmentAddResponse }
  /**
   * Reads information from a configured execution environment.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "environment/info": { readonly params: T.EnvironmentInfoParams; readonly result: T.EnvironmentInfoResponse }
  /**
   * Reads the current status of a configured execution environment.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "environment/status": { readonly params: T.EnvironmentStatusParams; readonly result: T.EnvironmentStatusResponse }
  readonly "experimentalFeature/enablement/set": { readonly params: T.ExperimentalFeatureEnablementSetParams; readonly result: T.ExperimentalFeatureEnablementSetResponse }
  readonly "experimentalFeature/list": { readonly params: T.ExperimentalFeatureListParams; readonly result: T.ExperimentalFeatureListResponse }
  readonly "externalAgentConfig/detect": { readonly params: T.ExternalAgentConfigDetectParams; readonly result: T.ExternalAgentConfigDetectResponse }
  readonly "externalAgentConfig/import": { readonly params: T.ExternalAgentConfigImportParams; readonly result: T.ExternalAgentConfigImportResponse }
  readonly "externalAgentConfig/import/readHistories": { readonly params: null | undefined; readonly result: T.ExternalAgentConfigImportHistoriesReadResponse }
  readonly "externalAgentConfig/import/recordHistory": { readonly params: T.ExternalAgentConfigImportHistoryRecordParams; readonly result: T.ExternalAgentConfigImportHistoryRecordResponse }
  readonly "feedback/save": { readonly params: T.FeedbackSaveParams; readonly result: T.FeedbackSaveResponse }
  readonly "feedback/upload": { readonly params: T.FeedbackUploadParams; readonly result: T.FeedbackUploadResponse }
  readonly "fs/copy": { readonly params: T.FsCopyParams; readonly result: T.FsCopyResponse }
  readonly "fs/createDirectory": { readonly params: T.FsCreateDirectoryParams; readonly result: T.FsCreateDirectoryResponse }
  readonly "fs/getMetadata": { readonly params: T.FsGetMetadataParams; readonly result: T.FsGetMetadataResponse }
  readonly "fs/readDirectory": { readonly params: T.FsReadDirectoryParams; readonly result: T.FsReadDirectoryResponse }
  readonly "fs/readFile": { readonly params: T.FsReadFileParams; readonly result: T.FsReadFileResponse }
  readonly "fs/remove": { readonly params: T.FsRemoveParams; readonly result: T.FsRemoveResponse }
  readonly "fs/unwatch": { readonly params: T.FsUnwatchParams; readonly result: T.FsUnwatchResponse }
  readonly "fs/watch": { readonly params: T.FsWatchParams; readonly result: T.FsWatchResponse }
  readonly "fs/writeFile": { readonly params: T.FsWriteFileParams; readonly result: T.FsWriteFileResponse }
  readonly "fuzzyFileSearch": { readonly params: T.FuzzyFileSearchParams; readonly result: T.FuzzyFileSearchResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "fuzzyFileSearch/sessionStart": { readonly params: T.FuzzyFileSearchSessionStartParams; readonly result: T.FuzzyFileSearchSessionStartResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "fuzzyFileSearch/sessionStop": { readonly params: T.FuzzyFileSearchSessionStopParams; readonly result: T.FuzzyFileSearchSessionStopResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "fuzzyFileSearch/sessionUpdate": { readonly params: T.FuzzyFileSearchSessionUpdateParams; readonly result: T.FuzzyFileSearchSessionUpdateResponse }
  readonly "hooks/list": { readonly params: T.HooksListParams; readonly result: T.HooksListResponse }
  readonly "initialize": { readonly params: T.InitializeParams; readonly result: T.InitializeResponse }
  readonly "marketplace/add": { readonly params: T.MarketplaceAddParams; readonly result: T.MarketplaceAddResponse }
  readonly "marketplace/remove": { readonly params: T.MarketplaceRemoveParams; readonly result: T.MarketplaceRemoveResponse }
  readonly "marketplace/upgrade": { readonly params: T.MarketplaceUpgradeParams; readonly result: T.MarketplaceUpgradeResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "mcpServer/event/stream/start": { readonly params: T.McpServerEventStreamStartParams; readonly result: T.McpServerEventStreamStartResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "mcpServer/event/stream/stop": { readonly params: T.McpServerEventStreamStopParams; readonly result: T.McpServerEventStreamStopResponse }
  readonly "mcpServer/oauth/login": { readonly params: T.McpServerOauthLoginParams; readonly result: T.McpServerOauthLoginResponse }
  readonly "mcpServer/resource/read": { readonly params: T.McpResourceReadParams; readonly result: T.McpResourceReadResponse }
  readonly "mcpServer/tool/call": { readonly params: T.McpServerToolCallParams; readonly result: T.McpServerToolCallResponse }
  readonly "mcpServerStatus/list": { readonly params: T.ListMcpServerStatusParams; readonly result: T.ListMcpServerStatusResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "memory/reset": { readonly params: null | undefined; readonly result: T.MemoryResetResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "memory/status": { readonly params: T.MemoryStatusParams; readonly result: T.MemoryStatusResponse }
  /**
   * Test-only method used to validate experimental gating.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "mock/experimentalMethod": { readonly params: T.MockExperimentalMethodParams; readonly result: T.MockExperimentalMethodResponse }
  readonly "model/list": { readonly params: T.ModelListParams; readonly result: T.ModelListResponse }
  readonly "modelProvider/capabilities/read": { readonly params: T.ModelProviderCapabilitiesReadParams; readonly result: T.ModelProviderCapabilitiesReadResponse }
  readonly "modelProvider/config/write": { readonly params: T.ModelProviderConfigWriteParams; readonly result: T.ModelProviderConfigWriteResponse }
  readonly "modelProvider/default/set": { readonly params: T.ModelProviderDefaultSetParams; readonly result: T.ConfigWriteResponse }
  readonly "modelProvider/list": { readonly params: T.ModelProviderListParams; readonly result: T.ModelProviderListResponse }
  readonly "permissionProfile/list": { readonly params: T.PermissionProfileListParams; readonly result: T.PermissionProfileListResponse }
  readonly "plugin/install": { readonly params: T.PluginInstallParams; readonly result: T.PluginInstallResponse }
  readonly "plugin/installed": { readonly params: T.PluginInstalledParams; readonly result: T.PluginInstalledResponse }
  readonly "plugin/list": { readonly params: T.PluginListParams; readonly result: T.PluginListResponse }
  readonly "plugin/read": { readonly params: T.PluginReadParams; readonly result: T.PluginReadResponse }
  readonly "plugin/reconcile": { readonly params: T.PluginReconcileParams; readonly result: T.PluginReconcileResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "plugin/search": { readonly params: T.PluginSearchParams; readonly result: T.PluginSearchResponse }
  readonly "plugin/share/checkout": { readonly params: T.PluginShareCheckoutParams; readonly result: T.PluginShareCheckoutResponse }
  readonly "plugin/share/delete": { readonly params: T.PluginShareDeleteParams; readonly result: T.PluginShareDeleteResponse }
  readonly "plugin/share/list": { readonly params: T.PluginShareListParams; readonly result: T.PluginShareListResponse }
  readonly "plugin/share/save": { readonly params: T.PluginShareSaveParams; readonly result: T.PluginShareSaveResponse }
  readonly "plugin/share/updateTargets": { readonly params: T.PluginShareUpdateTargetsParams; readonly result: T.PluginShareUpdateTargetsResponse }
  readonly "plugin/skill/read": { readonly params: T.PluginSkillReadParams; readonly result: T.PluginSkillReadResponse }
  readonly "plugin/uninstall": { readonly params: T.PluginUninstallParams; readonly result: T.PluginUninstallResponse }
  /**
   * Terminate a running `process/spawn` session by client-supplied `processHandle`.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "process/kill": { readonly params: T.ProcessKillParams; readonly result: T.ProcessKillResponse }
  /**
   * Resize a running PTY-backed `process/spawn` session by client-supplied `processHandle`.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "process/resizePty": { readonly params: T.ProcessResizePtyParams; readonly result: T.ProcessResizePtyResponse }
  /**
   * Spawn a standalone process (argv vector) without a Codex sandbox.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "process/spawn": { readonly params: T.ProcessSpawnParams; readonly result: T.ProcessSpawnResponse }
  /**
   * Write stdin bytes to a running `process/spawn` session or close stdin.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "process/writeStdin": { readonly params: T.ProcessWriteStdinParams; readonly result: T.ProcessWriteStdinResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "project/create": { readonly params: T.ProjectCreateParams; readonly result: T.ProjectCreateResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "project/delete": { readonly params: T.ProjectDeleteParams; readonly result: T.ProjectDeleteResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "project/import": { readonly params: T.ProjectImportParams; readonly result: T.ProjectImportResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "project/list": { readonly params: T.ProjectListParams; readonly result: T.ProjectListResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "project/move": { readonly params: T.ProjectMoveParams; readonly result: T.ProjectMoveResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "project/read": { readonly params: T.ProjectReadParams; readonly result: T.ProjectReadResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "project/update": { readonly params: T.ProjectUpdateParams; readonly result: T.ProjectUpdateResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "remoteControl/client/list": { readonly params: T.RemoteControlClientsListParams; readonly result: T.RemoteControlClientsListResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "remoteControl/client/revoke": { readonly params: T.RemoteControlClientsRevokeParams; readonly result: T.RemoteControlClientsRevokeResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "remoteControl/disable": { readonly params: T.RemoteControlDisableParams | null | undefined; readonly result: T.RemoteControlDisableResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "remoteControl/enable": { readonly params: T.RemoteControlEnableParams | null | undefined; readonly result: T.RemoteControlEnableResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "remoteControl/pairing/start": { readonly params: T.RemoteControlPairingStartParams; readonly result: T.RemoteControlPairingStartResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "remoteControl/pairing/status": { readonly params: T.RemoteControlPairingStatusParams; readonly result: T.RemoteControlPairingStatusResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "remoteControl/status/read": { readonly params: null | undefined; readonly result: T.RemoteControlStatusReadResponse }
  readonly "review/start": { readonly params: T.ReviewStartParams; readonly result: T.ReviewStartResponse }
  /**
   * Start a best-effort background compression pass for cold local rollouts.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "rollout/compress": { readonly params: null | undefined; readonly result: T.RolloutCompressResponse }
  /**
   * Read content-free, process-local diagnostics.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "server/diagnostics": { readonly params: T.ServerDiagnosticsParams; readonly result: T.ServerDiagnosticsResponse }
  readonly "skills/config/write": { readonly params: T.SkillsConfigWriteParams; readonly result: T.SkillsConfigWriteResponse }
  readonly "skills/extraRoots/set": { readonly params: T.SkillsExtraRootsSetParams; readonly result: T.SkillsExtraRootsSetResponse }
  readonly "skills/list": { readonly params: T.SkillsListParams; readonly result: T.SkillsListResponse }
  readonly "thread/approveGuardianDeniedAction": { readonly params: T.ThreadApproveGuardianDeniedActionParams; readonly result: T.ThreadApproveGuardianDeniedActionResponse }
  readonly "thread/archive": { readonly params: T.ThreadArchiveParams; readonly result: T.ThreadArchiveResponse }
  readonly "thread/attachment/add": { readonly params: T.ThreadAttachmentAddParams; readonly result: T.ThreadAttachmentAddResponse }
  readonly "thread/attachment/list": { readonly params: T.ThreadAttachmentListParams; readonly result: T.ThreadAttachmentListResponse }
  readonly "thread/attachment/remove": { readonly params: T.ThreadAttachmentRemoveParams; readonly result: T.ThreadAttachmentRemoveResponse }
  readonly "thread/attachmentOwner/list": { readonly params: T.ThreadAttachmentOwnerListParams; readonly result: T.ThreadAttachmentOwnerListResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/backgroundTerminals/clean": { readonly params: T.ThreadBackgroundTerminalsCleanParams; readonly result: T.ThreadBackgroundTerminalsCleanResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/backgroundTerminals/list": { readonly params: T.ThreadBackgroundTerminalsListParams; readonly result: T.ThreadBackgroundTerminalsListResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/backgroundTerminals/terminate": { readonly params: T.ThreadBackgroundTerminalsTerminateParams; readonly result: T.ThreadBackgroundTerminalsTerminateResponse }
  readonly "thread/compact/start": { readonly params: T.ThreadCompactStartParams; readonly result: T.ThreadCompactStartResponse }
  /**
   * Decrement the thread-local out-of-band elicitation counter.
   *
   * When the count reaches zero, timeout accounting resumes for the thread.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "thread/decrement_elicitation": { readonly params: T.ThreadDecrementElicitationParams; readonly result: T.ThreadDecrementElicitationResponse }
  readonly "thread/delete": { readonly params: T.ThreadDeleteParams; readonly result: T.ThreadDeleteResponse }
  readonly "thread/fork": { readonly params: T.ThreadForkParams; readonly result: T.ThreadForkResponse }
  readonly "thread/goal/clear": { readonly params: T.ThreadGoalClearParams; readonly result: T.ThreadGoalClearResponse }
  readonly "thread/goal/get": { readonly params: T.ThreadGoalGetParams; readonly result: T.ThreadGoalGetResponse }
  readonly "thread/goal/set": { readonly params: T.ThreadGoalSetParams; readonly result: T.ThreadGoalSetResponse }
  /**
   * Review the idle thread's final injected exec_command without executing it.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "thread/guardianReview": { readonly params: T.ThreadGuardianReviewParams; readonly result: T.ThreadGuardianReviewResponse }
  /**
   * Increment the thread-local out-of-band elicitation counter.
   *
   * This is used by external helpers to pause timeout accounting while a user approval or other elicitation is pending outside the app-server request flow.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "thread/increment_elicitation": { readonly params: T.ThreadIncrementElicitationParams; readonly result: T.ThreadIncrementElicitationResponse }
  /** Append raw Responses API items to the thread history without starting a user turn. */
  readonly "thread/inject_items": { readonly params: T.ThreadInjectItemsParams; readonly result: T.ThreadInjectItemsResponse }
  readonly "thread/items/list": { readonly params: T.ThreadItemsListParams; readonly result: T.ThreadItemsListResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/items/read": { readonly params: T.ThreadItemsReadParams; readonly result: T.ThreadItemsReadResponse }
  readonly "thread/list": { readonly params: T.ThreadListParams; readonly result: T.ThreadListResponse }
  readonly "thread/loaded/list": { readonly params: T.ThreadLoadedListParams; readonly result: T.ThreadLoadedListResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/memory/read": { readonly params: T.ThreadMemoryReadParams; readonly result: T.ThreadMemoryReadResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/memoryMode/set": { readonly params: T.ThreadMemoryModeSetParams; readonly result: T.ThreadMemoryModeSetResponse }
  readonly "thread/metadata/update": { readonly params: T.ThreadMetadataUpdateParams; readonly result: T.ThreadMetadataUpdateResponse }
  readonly "thread/name/set": { readonly params: T.ThreadSetNameParams; readonly result: T.ThreadSetNameResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/prediction/request": { readonly params: T.ThreadPredictionRequestParams; readonly result: T.ThreadPredictionRequestResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/prepareApprovedPlan": { readonly params: T.ThreadPrepareApprovedPlanParams; readonly result: T.ThreadPrepareApprovedPlanResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/queue/add": { readonly params: T.ThreadQueueAddParams; readonly result: T.ThreadQueueAddResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/queue/delete": { readonly params: T.ThreadQueueDeleteParams; readonly result: T.ThreadQueueDeleteResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/queue/list": { readonly params: T.ThreadQueueListParams; readonly result: T.ThreadQueueListResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/queue/reorder": { readonly params: T.ThreadQueueReorderParams; readonly result: T.ThreadQueueReorderResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/queue/start": { readonly params: T.ThreadQueueStartParams; readonly result: T.ThreadQueueStartResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/queue/update": { readonly params: T.ThreadQueueUpdateParams; readonly result: T.ThreadQueueUpdateResponse }
  readonly "thread/read": { readonly params: T.ThreadReadParams; readonly result: T.ThreadReadResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/readState/update": { readonly params: T.ThreadReadStateUpdateParams; readonly result: T.ThreadReadStateUpdateResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/realtime/appendAudio": { readonly params: T.ThreadRealtimeAppendAudioParams; readonly result: T.ThreadRealtimeAppendAudioResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/realtime/appendSpeech": { readonly params: T.ThreadRealtimeAppendSpeechParams; readonly result: T.ThreadRealtimeAppendSpeechResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/realtime/appendText": { readonly params: T.ThreadRealtimeAppendTextParams; readonly result: T.ThreadRealtimeAppendTextResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/realtime/list": { readonly params: T.ThreadRealtimeListParams; readonly result: T.ThreadRealtimeListResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/realtime/listVoices": { readonly params: T.ThreadRealtimeListVoicesParams; readonly result: T.ThreadRealtimeListVoicesResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/realtime/start": { readonly params: T.ThreadRealtimeStartParams; readonly result: T.ThreadRealtimeStartResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/realtime/stop": { readonly params: T.ThreadRealtimeStopParams; readonly result: T.ThreadRealtimeStopResponse }
  readonly "thread/resume": { readonly params: T.ThreadResumeParams; readonly result: T.ThreadResumeResponse }
  readonly "thread/revert": { readonly params: T.ThreadRevertParams; readonly result: T.ThreadRevertResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/sample": { readonly params: T.ThreadSampleParams; readonly result: T.ThreadSampleResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/sample/cancel": { readonly params: T.ThreadSampleCancelParams; readonly result: T.ThreadSampleCancelResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/search": { readonly params: T.ThreadSearchParams; readonly result: T.ThreadSearchResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/search/cancel": { readonly params: T.ThreadSearchCancelParams; readonly result: T.ThreadSearchCancelResponse }
  /**
   * Search with best-effort incremental `thread/search/partial` notifications. The final response is authoritative for results, ordering, and cursors.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "thread/search/stream": { readonly params: T.ThreadSearchParams; readonly result: T.ThreadSearchResponse }
  /**
   * Cancel a `thread/search/stream` request on this connection.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly "thread/search/stream/cancel": { readonly params: T.ThreadSearchCancelParams; readonly result: T.ThreadSearchCancelResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/searchOccurrences": { readonly params: T.ThreadSearchOccurrencesParams; readonly result: T.ThreadSearchOccurrencesResponse }
  readonly "thread/section/move": { readonly params: T.ThreadSectionMoveParams; readonly result: T.ThreadSectionMoveResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/settings/update": { readonly params: T.ThreadSettingsUpdateParams; readonly result: T.ThreadSettingsUpdateResponse }
  readonly "thread/shellCommand": { readonly params: T.ThreadShellCommandParams; readonly result: T.ThreadShellCommandResponse }
  /** NEW APIs */
  readonly "thread/start": { readonly params: T.ThreadStartParams; readonly result: T.ThreadStartResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "thread/timeline/list": { readonly params: T.ThreadTimelineListParams; readonly result: T.ThreadTimelineListResponse }
  readonly "thread/turns/list": { readonly params: T.ThreadTurnsListParams; readonly result: T.ThreadTurnsListResponse }
  readonly "thread/unarchive": { readonly params: T.ThreadUnarchiveParams; readonly result: T.ThreadUnarchiveResponse }
  readonly "thread/unsubscribe": { readonly params: T.ThreadUnsubscribeParams; readonly result: T.ThreadUnsubscribeResponse }
  readonly "threadSection/create": { readonly params: T.ThreadSectionCreateParams; readonly result: T.ThreadSectionCreateResponse }
  readonly "threadSection/delete": { readonly params: T.ThreadSectionDeleteParams; readonly result: T.ThreadSectionDeleteResponse }
  readonly "threadSection/list": { readonly params: T.ThreadSectionListParams; readonly result: T.ThreadSectionListResponse }
  readonly "threadSection/update": { readonly params: T.ThreadSectionUpdateParams; readonly result: T.ThreadSectionUpdateResponse }
  readonly "turn/interrupt": { readonly params: T.TurnInterruptParams; readonly result: T.TurnInterruptResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "turn/settings/update": { readonly params: T.TurnSettingsUpdateParams; readonly result: T.TurnSettingsUpdateResponse }
  readonly "turn/start": { readonly params: T.TurnStartParams; readonly result: T.TurnStartResponse }
  readonly "turn/steer": { readonly params: T.TurnSteerParams; readonly result: T.TurnSteerResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "userVerification/cancel": { readonly params: T.UserVerificationCancelParams; readonly result: T.UserVerificationCancelResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "userVerification/delete": { readonly params: T.UserVerificationDeleteParams; readonly result: T.UserVerificationDeleteResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "userVerification/enroll": { readonly params: T.UserVerificationEnrollParams; readonly result: T.UserVerificationEnrollResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "userVerification/status": { readonly params: T.UserVerificationStatusParams; readonly result: T.UserVerificationStatusResponse }
  /** Experimental: needs `experimentalApi`. */
  readonly "userVerification/verify": { readonly params: T.UserVerificationVerifyParams; readonly result: T.UserVerificationVerifyResponse }
  readonly "windowsSandbox/readiness": { readonly params: null | undefined; readonly result: T.WindowsSandboxReadinessResponse }
  readonly "windowsSandbox/setupStart": { readonly params: T.WindowsSandboxSetupStartParams; readonly result: T.WindowsSandboxSetupStartResponse }
}

/** Requests that the server sends and the client answers, by method. */
export interface ServerRequests {
  readonly "account/chatgptAuthTokens/refresh": { readonly params: T.ChatgptAuthTokensRefreshParams; readonly result: T.ChatgptAuthTokensRefreshResponse }
  /** DEPRECATED APIs below Request to approve a patch. This request is used for Turns started via the legacy APIs (i.e. SendUserTurn, SendUserMessage). */
  readonly "applyPatchApproval": { readonly params: T.ApplyPatchApprovalParams; readonly result: T.ApplyPatchApprovalResponse }
  /** Generate a fresh upstream attestation result on demand. */
  readonly "attestation/generate": { readonly params: T.AttestationGenerateParams; readonly result: T.AttestationGenerateResponse }
  /** Request to exec a command. This request is used for Turns started via the legacy APIs (i.e. SendUserTurn, SendUserMessage). */
  readonly "execCommandApproval": { readonly params: T.ExecCommandApprovalParams; readonly result: T.ExecCommandApprovalResponse }
  /** NEW APIs Sent when approval is requested for a specific command execution. This request is used for Turns started via turn/start. */
  readonly "item/commandExecution/requestApproval": { readonly params: T.CommandExecutionRequestApprovalParams; readonly result: T.CommandExecutionRequestApprovalResponse }
  /** Sent when approval is requested for a specific file change. This request is used for Turns started via turn/start. */
  readonly "item/fileChange/requestApproval": { readonly params: T.FileChangeRequestApprovalParams; readonly result: T.FileChangeRequestApprovalResponse }
  /** Request approval for additional permissions from the user. */
  readonly "item/permissions/requestApproval": { readonly params: T.PermissionsRequestApprovalParams; readonly result: T.PermissionsRequestApprovalResponse }
  /** Execute a dynamic tool call on the client. */
  readonly "item/tool/call": { readonly params: T.DynamicToolCallParams; readonly result: T.DynamicToolCallResponse }
  /** EXPERIMENTAL - Request input from the user for a tool call. */
  readonly "item/tool/requestUserInput": { readonly params: T.ToolRequestUserInputParams; readonly result: T.ToolRequestUserInputResponse }
  /** Request input for an MCP server elicitation. */
  readonly "mcpServer/elicitation/request": { readonly params: T.McpServerElicitationRequestParams; readonly result: T.McpServerElicitationRequestResponse }
}

/** Notifications that the server sends, by method. */
export interface ServerNotifications {
  readonly "account/gatewayOAuth/changed": { readonly params: T.GatewayOAuthChangedNotification }
  readonly "account/login/completed": { readonly params: T.AccountLoginCompletedNotification }
  readonly "account/rateLimits/updated": { readonly params: T.AccountRateLimitsUpdatedNotification }
  readonly "account/updated": { readonly params: T.AccountUpdatedNotification }
  readonly "app/list/updated": { readonly params: T.AppListUpdatedNotification }
  readonly "autoApprovalReview/strictReviewRequired": { readonly params: T.StrictReviewRequiredNotification }
  /** Stream base64-encoded stdout/stderr chunks for a running `command/exec` session. */
  readonly "command/exec/outputDelta": { readonly params: T.CommandExecOutputDeltaNotification }
  readonly "configWarning": { readonly params: T.ConfigWarningNotification }
  readonly "deprecationNotice": { readonly params: T.DeprecationNoticeNotification }
  /** NEW NOTIFICATIONS */
  readonly "error": { readonly params: T.ErrorNotification }
  readonly "externalAgentConfig/import/completed": { readonly params: T.ExternalAgentConfigImportCompletedNotification }
  readonly "externalAgentConfig/import/progress": { readonly params: T.ExternalAgentConfigImportProgressNotification }
  readonly "fs/changed": { readonly params: T.FsChangedNotification }
  readonly "fuzzyFileSearch/sessionCompleted": { readonly params: T.FuzzyFileSearchSessionCompletedNotification }
  readonly "fuzzyFileSearch/sessionUpdated": { readonly params: T.FuzzyFileSearchSessionUpdatedNotification }
  readonly "guardianWarning": { readonly params: T.GuardianWarningNotification }
  readonly "hook/completed": { readonly params: T.HookCompletedNotification }
  readonly "hook/started": { readonly params: T.HookStartedNotification }
  readonly "item/agentMessage/delta": { readonly params: T.AgentMessageDeltaNotification }
  readonly "item/autoApprovalReview/completed": { readonly params: T.ItemGuardianApprovalReviewCompletedNotification }
  readonly "item/autoApprovalReview/started": { readonly params: T.ItemGuardianApprovalReviewStartedNotification }
  readonly "item/commandExecution/outputDelta": { readonly params: T.CommandExecutionOutputDeltaNotification }
  readonly "item/commandExecution/terminalInteraction": { readonly params: T.TerminalInteractionNotification }
  readonly "item/completed": { readonly params: T.ItemCompletedNotification }
  /** Deprecated legacy apply_patch output stream notification. */
  readonly "item/fileChange/outputDelta": { readonly params: T.FileChangeOutputDeltaNotification }
  readonly "item/fileChange/patchUpdated": { readonly params: T.FileChangePatchUpdatedNotification }
  readonly "item/mcpToolCall/progress": { readonly params: T.McpToolCallProgressNotification }
  /** EXPERIMENTAL - proposed plan streaming deltas for plan items. */
  readonly "item/plan/delta": { readonly params: T.PlanDeltaNotification }
  readonly "item/reasoning/summaryPartAdded": { readonly params: T.ReasoningSummaryPartAddedNotification }
  readonly "item/reasoning/summaryTextDelta": { readonly params: T.ReasoningSummaryTextDeltaNotification }
  readonly "item/reasoning/textDelta": { readonly params: T.ReasoningTextDeltaNotification }
  readonly "item/started": { readonly params: T.ItemStartedNotification }
  readonly "mcpServer/event/stream/notification": { readonly params: T.McpServerEventStreamNotification }
  readonly "mcpServer/oauthLogin/completed": { readonly params: T.McpServerOauthLoginCompletedNotification }
  readonly "mcpServer/startupStatus/updated": { readonly params: T.McpServerStatusUpdatedNotification }
  readonly "model/rerouted": { readonly params: T.ModelReroutedNotification }
  readonly "model/safetyBuffering/updated": { readonly params: T.ModelSafetyBufferingUpdatedNotification }
  readonly "model/verification": { readonly params: T.ModelVerificationNotification }
  readonly "modelProvider/authRecoveryCompleted": { readonly params: T.AuthRecoveryNotification }
  readonly "modelProvider/authRecoveryStarted": { readonly params: T.AuthRecoveryNotification }
  /** Final exit notification for a `process/spawn` session. */
  readonly "process/exited": { readonly params: T.ProcessExitedNotification }
  /** Stream base64-encoded stdout/stderr chunks for a running `process/spawn` session. */
  readonly "process/outputDelta": { readonly params: T.ProcessOutputDeltaNotification }
  readonly "project/changed": { readonly params: T.ProjectChangedNotification }
  readonly "remoteControl/status/changed": { readonly params: T.RemoteControlStatusChangedNotification }
  readonly "serverRequest/resolved": { readonly params: T.ServerRequestResolvedNotification }
  readonly "skills/changed": { readonly params: T.SkillsChangedNotification }
  readonly "thread/archived": { readonly params: T.ThreadArchivedNotification }
  readonly "thread/attachment/updated": { readonly params: T.ThreadAttachmentUpdatedNotification }
  readonly "thread/closed": { readonly params: T.ThreadClosedNotification }
  /** Deprecated: Use `ContextCompaction` item type instead. */
  readonly "thread/compacted": { readonly params: T.ContextCompactedNotification }
  readonly "thread/deleted": { readonly params: T.ThreadDeletedNotification }
  readonly "thread/environment/connected": { readonly params: T.EnvironmentConnectionNotification }
  readonly "thread/environment/disconnected": { readonly params: T.EnvironmentConnectionNotification }
  readonly "thread/goal/cleared": { readonly params: T.ThreadGoalClearedNotification }
  readonly "thread/goal/updated": { readonly params: T.ThreadGoalUpdatedNotification }
  readonly "thread/name/updated": { readonly params: T.ThreadNameUpdatedNotification }
  readonly "thread/prediction/updated": { readonly params: T.ThreadPredictionUpdatedNotification }
  readonly "thread/project/updated": { readonly params: T.ThreadProjectUpdatedNotification }
  readonly "thread/queue/changed": { readonly params: T.ThreadQueueChangedNotification }
  readonly "thread/readState/changed": { readonly params: T.ThreadReadStateChangedNotification }
  readonly "thread/realtime/closed": { readonly params: T.ThreadRealtimeClosedNotification }
  readonly "thread/realtime/error": { readonly params: T.ThreadRealtimeErrorNotification }
  readonly "thread/realtime/item/completed": { readonly params: T.ThreadRealtimeItemCompletedNotification }
  readonly "thread/realtime/item/started": { readonly params: T.ThreadRealtimeItemStartedNotification }
  readonly "thread/realtime/item/transcript/delta": { readonly params: T.ThreadRealtimeItemTranscriptDeltaNotification }
  readonly "thread/realtime/itemAdded": { readonly params: T.ThreadRealtimeItemAddedNotification }
  readonly "thread/realtime/outputAudio/delta": { readonly params: T.ThreadRealtimeOutputAudioDeltaNotification }
  readonly "thread/realtime/sdp": { readonly params: T.ThreadRealtimeSdpNotification }
  readonly "thread/realtime/started": { readonly params: T.ThreadRealtimeStartedNotification }
  readonly "thread/realtime/transcript/delta": { readonly params: T.ThreadRealtimeTranscriptDeltaNotification }
  readonly "thread/realtime/transcript/done": { readonly params: T.ThreadRealtimeTranscriptDoneNotification }
  readonly "thread/reverted": { readonly params: T.ThreadRevertedNotification }
  readonly "thread/search/partial": { readonly params: T.ThreadSearchPartialNotification }
  readonly "thread/section/changed": { readonly params: T.ThreadSectionChangedNotification }
  readonly "thread/settings/updated": { readonly params: T.ThreadSettingsUpdatedNotification }
  readonly "thread/started": { readonly params: T.ThreadStartedNotification }
  readonly "thread/status/changed": { readonly params: T.ThreadStatusChangedNotification }
  readonly "thread/tokenUsage/updated": { readonly params: T.ThreadTokenUsageUpdatedNotification }
  readonly "thread/unarchived": { readonly params: T.ThreadUnarchivedNotification }
  readonly "turn/completed": { readonly params: T.TurnCompletedNotification }
  readonly "turn/diff/updated": { readonly params: T.TurnDiffUpdatedNotification }
  readonly "turn/moderationMetadata": { readonly params: T.TurnModerationMetadataNotification }
  readonly "turn/plan/updated": { readonly params: T.TurnPlanUpdatedNotification }
  readonly "turn/started": { readonly params: T.TurnStartedNotification }
  readonly "warning": { readonly params: T.WarningNotification }
  /** Notifies the user of world-writable directories on Windows, which cannot be protected by the sandbox. */
  readonly "windows/worldWritableWarning": { readonly params: T.WindowsWorldWritableWarningNotification }
  readonly "windowsSandbox/setupCompleted": { readonly params: T.WindowsSandboxSetupCompletedNotification }
}

/** Notifications that the client sends, by method. */
export interface ClientNotifications {
  readonly "initialized": { readonly params: null | undefined }
}

/** Codec of the result of every client request. */
export const clientRequestResults: ReadonlyMap<string, Codec<unknown>> = /*#__PURE__*/ new Map<keyof ClientRequests, Codec<unknown>>([
  ["account/bedrock/checkGovCloudRequirements", C.BedrockCheckGovCloudRequirementsResponse],
  ["account/bedrock/discover", C.BedrockDiscoverResponse],
  ["account/bedrock/setup", C.BedrockSetupResponse],
  ["account/gatewayOAuth/cancel", C.GatewayOAuthCancelResponse],
  ["account/gatewayOAuth/login", C.GatewayOAuthLoginResponse],
  ["account/gatewayOAuth/read", C.GatewayOAuthReadResponse],
  ["account/gcp/setup", C.GcpSetupResponse],
  ["account/login/cancel", C.CancelLoginAccountResponse],
  ["account/login/start", C.LoginAccountResponse],
  ["account/logout", C.LogoutAccountResponse],
  ["account/rateLimitResetCredit/consume", C.ConsumeAccountRateLimitResetCreditResponse],
  ["account/rateLimits/read", C.GetAccountRateLimitsResponse],
  ["account/read", C.GetAccountResponse],
  ["account/securitySetup/read", C.GetAccountSecuritySetupResponse],
  ["account/sendAddCreditsNudgeEmail", C.SendAddCreditsNudgeEmailResponse],
  ["account/usage/read", C.GetAccountTokenUsageResponse],
  ["account/workspaceMessages/read", C.GetWorkspaceMessagesResponse],
  ["accountSession/list", C.AccountSessionsResponse],
  ["accountSession/switch", C.AccountSessionsSwitchResponse],
  ["app/installed", C.AppsInstalledResponse],
  ["app/list", C.AppsListResponse],
  ["app/read", C.AppsReadResponse],
  ["collaborationMode/list", C.CollaborationModeListResponse],
  ["command/exec", C.CommandExecResponse],
  ["command/exec/resize", C.CommandExecResizeResponse],
  ["command/exec/terminate", C.CommandExecTerminateResponse],
  ["command/exec/write", C.CommandExecWriteResponse],
  ["config/batchWrite", C.ConfigWriteResponse],
  ["config/mcpServer/reload", C.McpServerRefreshResponse],
  ["config/read", C.ConfigReadResponse],
  ["config/value/write", C.ConfigWriteResponse],
  ["configRequirements/read", C.ConfigRequirementsReadResponse],
  ["environment/add", C.EnvironmentAddResponse],
  ["environment/info", C.EnvironmentInfoResponse],
  ["environment/status", C.EnvironmentStatusResponse],
  ["experimentalFeature/enablement/set", C.ExperimentalFeatureEnablementSetResponse],
  ["experimentalFeature/list", C.ExperimentalFeatureListResponse],
  ["externalAgentConfig/detect", C.ExternalAgentConfigDetectResponse],
  ["externalAgentConfig/import", C.ExternalAgentConfigImportResponse],
  ["externalAgentConfig/import/readHistories", C.ExternalAgentConfigImportHistoriesReadResponse],
  ["externalAgentConfig/import/recordHistory", C.ExternalAgentConfigImportHistoryRecordResponse],
  ["feedback/save", C.FeedbackSaveResponse],
  ["feedback/upload", C.FeedbackUploadResponse],
  ["fs/copy", C.FsCopyResponse],
  ["fs/createDirectory", C.FsCreateDirectoryResponse],
  ["fs/getMetadata", C.FsGetMetadataResponse],
  ["fs/readDirectory", C.FsReadDirectoryResponse],
  ["fs/readFile", C.FsReadFileResponse],
  ["fs/remove", C.FsRemoveResponse],
  ["fs/unwatch", C.FsUnwatchResponse],
  ["fs/watch", C.FsWatchResponse],
  ["fs/writeFile", C.FsWriteFileResponse],
  ["fuzzyFileSearch", C.FuzzyFileSearchResponse],
  ["fuzzyFileSearch/sessionStart", C.FuzzyFileSearchSessionStartResponse],
  ["fuzzyFileSearch/sessionStop", C.FuzzyFileSearchSessionStopResponse],
  ["fuzzyFileSearch/sessionUpdate", C.FuzzyFileSearchSessionUpdateResponse],
  ["hooks/list", C.HooksListResponse],
  ["initialize", C.InitializeResponse],
  ["marketplace/add", C.MarketplaceAddResponse],
  ["marketplace/remove", C.MarketplaceRemoveResponse],
  ["marketplace/upgrade", C.MarketplaceUpgradeResponse],
  ["mcpServer/event/stream/start", C.McpServerEventStreamStartResponse],
  ["mcpServer/event/stream/stop", C.McpServerEventStreamStopResponse],
  ["mcpServer/oauth/login", C.McpServerOauthLoginResponse],
  ["mcpServer/resource/read", C.McpResourceReadResponse],
  ["mcpServer/tool/call", C.McpServerToolCallResponse],
  ["mcpServerStatus/list", C.ListMcpServerStatusResponse],
  ["memory/reset", C.MemoryResetResponse],
  ["memory/status", C.MemoryStatusResponse],
  ["mock/experimentalMethod", C.MockExperimentalMethodResponse],
  ["model/list", C.ModelListResponse],
  ["modelProvider/capabilities/read", C.ModelProviderCapabilitiesReadResponse],
  ["modelProvider/config/write", C.ModelProviderConfigWriteResponse],
  ["modelProvider/default/set", C.ConfigWriteResponse],
  ["modelProvider/list", C.ModelProviderListResponse],
  ["permissionProfile/list", C.PermissionProfileListResponse],
  ["plugin/install", C.PluginInstallResponse],
  ["plugin/installed", C.PluginInstalledResponse],
  ["plugin/list", C.PluginListResponse],
  ["plugin/read", C.PluginReadResponse],
  ["plugin/reconcile", C.PluginReconcileResponse],
  ["plugin/search", C.PluginSearchResponse],
  ["plugin/share/checkout", C.PluginShareCheckoutResponse],
  ["plugin/share/delete", C.PluginShareDeleteResponse],
  ["plugin/share/list", C.PluginShareListResponse],
  ["plugin/share/save", C.PluginShareSaveResponse],
  ["plugin/share/updateTargets", C.PluginShareUpdateTargetsResponse],
  ["plugin/skill/read", C.PluginSkillReadResponse],
  ["plugin/uninstall", C.PluginUninstallResponse],
  ["process/kill", C.ProcessKillResponse],
  ["process/resizePty", C.ProcessResizePtyResponse],
  ["process/spawn", C.ProcessSpawnResponse],
  ["process/writeStdin", C.ProcessWriteStdinResponse],
  ["project/create", C.ProjectCreateResponse],
  ["project/delete", C.ProjectDeleteResponse],
  ["project/import", C.ProjectImportResponse],
  ["project/list", C.ProjectListResponse],
  ["project/move", C.ProjectMoveResponse],
  ["project/read", C.ProjectReadResponse],
  ["project/update", C.ProjectUpdateResponse],
  ["remoteControl/client/list", C.RemoteControlClientsListResponse],
  ["remoteControl/client/revoke", C.RemoteControlClientsRevokeResponse],
  ["remoteControl/disable", C.RemoteControlDisableResponse],
  ["remoteControl/enable", C.RemoteControlEnableResponse],
  ["remoteControl/pairing/start", C.RemoteControlPairingStartResponse],
  ["remoteControl/pairing/status", C.RemoteControlPairingStatusResponse],
  ["remoteControl/status/read", C.RemoteControlStatusReadResponse],
  ["review/start", C.ReviewStartResponse],
  ["rollout/compress", C.RolloutCompressResponse],
  ["server/diagnostics", C.ServerDiagnosticsResponse],
  ["skills/config/write", C.SkillsConfigWriteResponse],
  ["skills/extraRoots/set", C.SkillsExtraRootsSetResponse],
  ["skills/list", C.SkillsListResponse],
  ["thread/approveGuardianDeniedAction", C.ThreadApproveGuardianDeniedActionResponse],
  ["thread/archive", C.ThreadArchiveResponse],
  ["thread/attachment/add", C.ThreadAttachmentAddResponse],
  ["thread/attachment/list", C.ThreadAttachmentListResponse],
  ["thread/attachment/remove", C.ThreadAttachmentRemoveResponse],
  ["thread/attachmentOwner/list", C.ThreadAttachmentOwnerListResponse],
  ["thread/backgroundTerminals/clean", C.ThreadBackgroundTerminalsCleanResponse],
  ["thread/backgroundTerminals/list", C.ThreadBackgroundTerminalsListResponse],
  ["thread/backgroundTerminals/terminate", C.ThreadBackgroundTerminalsTerminateResponse],
  ["thread/compact/start", C.ThreadCompactStartResponse],
  ["thread/decrement_elicitation", C.ThreadDecrementElicitationResponse],
  ["thread/delete", C.ThreadDeleteResponse],
  ["thread/fork", C.ThreadForkResponse],
  ["thread/goal/clear", C.ThreadGoalClearResponse],
  ["thread/goal/get", C.ThreadGoalGetResponse],
  ["thread/goal/set", C.ThreadGoalSetResponse],
  ["thread/guardianReview", C.ThreadGuardianReviewResponse],
  ["thread/increment_elicitation", C.ThreadIncrementElicitationResponse],
  ["thread/inject_items", C.ThreadInjectItemsResponse],
  ["thread/items/list", C.ThreadItemsListResponse],
  ["thread/items/read", C.ThreadItemsReadResponse],
  ["thread/list", C.ThreadListResponse],
  ["thread/loaded/list", C.ThreadLoadedListResponse],
  ["thread/memory/read", C.ThreadMemoryReadResponse],
  ["thread/memoryMode/set", C.ThreadMemoryModeSetResponse],
  ["thread/metadata/update", C.ThreadMetadataUpdateResponse],
  ["thread/name/set", C.ThreadSetNameResponse],
  ["thread/prediction/request", C.ThreadPredictionRequestResponse],
  ["thread/prepareApprovedPlan", C.ThreadPrepareApprovedPlanResponse],
  ["thread/queue/add", C.ThreadQueueAddResponse],
  ["thread/queue/delete", C.ThreadQueueDeleteResponse],
  ["thread/queue/list", C.ThreadQueueListResponse],
  ["thread/queue/reorder", C.ThreadQueueReorderResponse],
  ["thread/queue/start", C.ThreadQueueStartResponse],
  ["thread/queue/update", C.ThreadQueueUpdateResponse],
  ["thread/read", C.ThreadReadResponse],
  ["thread/readState/update", C.ThreadReadStateUpdateResponse],
  ["thread/realtime/appendAudio", C.ThreadRealtimeAppendAudioResponse],
  ["thread/realtime/appendSpeech", C.ThreadRealtimeAppendSpeechResponse],
  ["thread/realtime/appendText", C.ThreadRealtimeAppendTextResponse],
  ["thread/realtime/list", C.ThreadRealtimeListResponse],
  ["thread/realtime/listVoices", C.ThreadRealtimeListVoicesResponse],
  ["thread/realtime/start", C.ThreadRealtimeStartResponse],
  ["thread/realtime/stop", C.ThreadRealtimeStopResponse],
  ["thread/resume", C.ThreadResumeResponse],
  ["thread/revert", C.ThreadRevertResponse],
  ["thread/sample", C.ThreadSampleResponse],
  ["thread/sample/cancel", C.ThreadSampleCancelResponse],
  ["thread/search", C.ThreadSearchResponse],
  ["thread/search/cancel", C.ThreadSearchCancelResponse],
  ["thread/search/stream", C.ThreadSearchResponse],
  ["thread/search/stream/cancel", C.ThreadSearchCancelResponse],
  ["thread/searchOccurrences", C.ThreadSearchOccurrencesResponse],
  ["thread/section/move", C.ThreadSectionMoveResponse],
  ["thread/settings/update", C.ThreadSettingsUpdateResponse],
  ["thread/shellCommand", C.ThreadShellCommandResponse],
  ["thread/start", C.ThreadStartResponse],
  ["thread/timeline/list", C.ThreadTimelineListResponse],
  ["thread/turns/list", C.ThreadTurnsListResponse],
  ["thread/unarchive", C.ThreadUnarchiveResponse],
  ["thread/unsubscribe", C.ThreadUnsubscribeResponse],
  ["threadSection/create", C.ThreadSectionCreateResponse],
  ["threadSection/delete", C.ThreadSectionDeleteResponse],
  ["threadSection/list", C.ThreadSectionListResponse],
  ["threadSection/update", C.ThreadSectionUpdateResponse],
  ["turn/interrupt", C.TurnInterruptResponse],
  ["turn/settings/update", C.TurnSettingsUpdateResponse],
  ["turn/start", C.TurnStartResponse],
  ["turn/steer", C.TurnSteerResponse],
  ["userVerification/cancel", C.UserVerificationCancelResponse],
  ["userVerification/delete", C.UserVerificationDeleteResponse],
  ["userVerification/enroll", C.UserVerificationEnrollResponse],
  ["userVerification/status", C.UserVerificationStatusResponse],
  ["userVerification/verify", C.UserVerificationVerifyResponse],
  ["windowsSandbox/readiness", C.WindowsSandboxReadinessResponse],
  ["windowsSandbox/setupStart", C.WindowsSandboxSetupStartResponse]
])

/** Codec of the params of every server request. */
export const serverRequestParams: ReadonlyMap<string, Codec<unknown>> = /*#__PURE__*/ new Map<keyof ServerRequests, Codec<unknown>>([
  ["account/chatgptAuthTokens/refresh", C.ChatgptAuthTokensRefreshParams],
  ["applyPatchApproval", C.ApplyPatchApprovalParams],
  ["attestation/generate", C.AttestationGenerateParams],
  ["execCommandApproval", C.ExecCommandApprovalParams],
  ["item/commandExecution/requestApproval", C.CommandExecutionRequestApprovalParams],
  ["item/fileChange/requestApproval", C.FileChangeRequestApprovalParams],
  ["item/permissions/requestApproval", C.PermissionsRequestApprovalParams],
  ["item/tool/call", C.DynamicToolCallParams],
  ["item/tool/requestUserInput", C.ToolRequestUserInputParams],
  ["mcpServer/elicitation/request", C.McpServerElicitationRequestParams]
])

/** Codec of the params of every notification. */
export const serverNotificationParams: ReadonlyMap<string, Codec<unknown>> = /*#__PURE__*/ new Map<keyof ServerNotifications, Codec<unknown>>([
  ["account/gatewayOAuth/changed", C.GatewayOAuthChangedNotification],
  ["account/login/completed", C.AccountLoginCompletedNotification],
  ["account/rateLimits/updated", C.AccountRateLimitsUpdatedNotification],
  ["account/updated", C.AccountUpdatedNotification],
  ["app/list/updated", C.AppListUpdatedNotification],
  ["autoApprovalReview/strictReviewRequired", C.StrictReviewRequiredNotification],
  ["command/exec/outputDelta", C.CommandExecOutputDeltaNotification],
  ["configWarning", C.ConfigWarningNotification],
  ["deprecationNotice", C.DeprecationNoticeNotification],
  ["error", C.ErrorNotification],
  ["externalAgentConfig/import/completed", C.ExternalAgentConfigImportCompletedNotification],
  ["externalAgentConfig/import/progress", C.ExternalAgentConfigImportProgressNotification],
  ["fs/changed", C.FsChangedNotification],
  ["fuzzyFileSearch/sessionCompleted", C.FuzzyFileSearchSessionCompletedNotification],
  ["fuzzyFileSearch/sessionUpdated", C.FuzzyFileSearchSessionUpdatedNotification],
  ["guardianWarning", C.GuardianWarningNotification],
  ["hook/completed", C.HookCompletedNotification],
  ["hook/started", C.HookStartedNotification],
  ["item/agentMessage/delta", C.AgentMessageDeltaNotification],
  ["item/autoApprovalReview/completed", C.ItemGuardianApprovalReviewCompletedNotification],
  ["item/autoApprovalReview/started", C.ItemGuardianApprovalReviewStartedNotification],
  ["item/commandExecution/outputDelta", C.CommandExecutionOutputDeltaNotification],
  ["item/commandExecution/terminalInteraction", C.TerminalInteractionNotification],
  ["item/completed", C.ItemCompletedNotification],
  ["item/fileChange/outputDelta", C.FileChangeOutputDeltaNotification],
  ["item/fileChange/patchUpdated", C.FileChangePatchUpdatedNotification],
  ["item/mcpToolCall/progress", C.McpToolCallProgressNotification],
  ["item/plan/delta", C.PlanDeltaNotification],
  ["item/reasoning/summaryPartAdded", C.ReasoningSummaryPartAddedNotification],
  ["item/reasoning/summaryTextDelta", C.ReasoningSummaryTextDeltaNotification],
  ["item/reasoning/textDelta", C.ReasoningTextDeltaNotification],
  ["item/started", C.ItemStartedNotification],
  ["mcpServer/event/stream/notification", C.McpServerEventStreamNotification],
  ["mcpServer/oauthLogin/completed", C.McpServerOauthLoginCompletedNotification],
  ["mcpServer/startupStatus/updated", C.McpServerStatusUpdatedNotification],
  ["model/rerouted", C.ModelReroutedNotification],
  ["model/safetyBuffering/updated", C.ModelSafetyBufferingUpdatedNotification],
  ["model/verification", C.ModelVerificationNotification],
  ["modelProvider/authRecoveryCompleted", C.AuthRecoveryNotification],
  ["modelProvider/authRecoveryStarted", C.AuthRecoveryNotification],
  ["process/exited", C.ProcessExitedNotification],
  ["process/outputDelta", C.ProcessOutputDeltaNotification],
  ["project/changed", C.ProjectChangedNotification],
  ["remoteControl/status/changed", C.RemoteControlStatusChangedNotification],
  ["serverRequest/resolved", C.ServerRequestResolvedNotification],
  ["skills/changed", C.SkillsChangedNotification],
  ["thread/archived", C.ThreadArchivedNotification],
  ["thread/attachment/updated", C.ThreadAttachmentUpdatedNotification],
  ["thread/closed", C.ThreadClosedNotification],
  ["thread/compacted", C.ContextCompactedNotification],
  ["thread/deleted", C.ThreadDeletedNotification],
  ["thread/environment/connected", C.EnvironmentConnectionNotification],
  ["thread/environment/disconnected", C.EnvironmentConnectionNotification],
  ["thread/goal/cleared", C.ThreadGoalClearedNotification],
  ["thread/goal/updated", C.ThreadGoalUpdatedNotification],
  ["thread/name/updated", C.ThreadNameUpdatedNotification],
  ["thread/prediction/updated", C.ThreadPredictionUpdatedNotification],
  ["thread/project/updated", C.ThreadProjectUpdatedNotification],
  ["thread/queue/changed", C.ThreadQueueChangedNotification],
  ["thread/readState/changed", C.ThreadReadStateChangedNotification],
  ["thread/realtime/closed", C.ThreadRealtimeClosedNotification],
  ["thread/realtime/error", C.ThreadRealtimeErrorNotification],
  ["thread/realtime/item/completed", C.ThreadRealtimeItemCompletedNotification],
  ["thread/realtime/item/started", C.ThreadRealtimeItemStartedNotification],
  ["thread/realtime/item/transcript/delta", C.ThreadRealtimeItemTranscriptDeltaNotification],
  ["thread/realtime/itemAdded", C.ThreadRealtimeItemAddedNotification],
  ["thread/realtime/outputAudio/delta", C.ThreadRealtimeOutputAudioDeltaNotification],
  ["thread/realtime/sdp", C.ThreadRealtimeSdpNotification],
  ["thread/realtime/started", C.ThreadRealtimeStartedNotification],
  ["thread/realtime/transcript/delta", C.ThreadRealtimeTranscriptDeltaNotification],
  ["thread/realtime/transcript/done", C.ThreadRealtimeTranscriptDoneNotification],
  ["thread/reverted", C.ThreadRevertedNotification],
  ["thread/search/partial", C.ThreadSearchPartialNotification],
  ["thread/section/changed", C.ThreadSectionChangedNotification],
  ["thread/settings/updated", C.ThreadSettingsUpdatedNotification],
  ["thread/started", C.ThreadStartedNotification],
  ["thread/status/changed", C.ThreadStatusChangedNotification],
  ["thread/tokenUsage/updated", C.ThreadTokenUsageUpdatedNotification],
  ["thread/unarchived", C.ThreadUnarchivedNotification],
  ["turn/completed", C.TurnCompletedNotification],
  ["turn/diff/updated", C.TurnDiffUpdatedNotification],
  ["turn/moderationMetadata", C.TurnModerationMetadataNotification],
  ["turn/plan/updated", C.TurnPlanUpdatedNotification],
  ["turn/started", C.TurnStartedNotification],
  ["warning", C.WarningNotification],
  ["windows/worldWritableWarning", C.WindowsWorldWritableWarningNotification],
  ["windowsSandbox/setupCompleted", C.WindowsSandboxSetupCompletedNotification]
])

/** Notifications that the client may send. */
export const clientNotifications: ReadonlySet<string> = /*#__PURE__*/ new Set<keyof ClientNotifications>([
  "initialized"
])

/** Client requests whose params may be left out. All others need an object, if only an empty one. */
export const requestsWithoutParams: ReadonlySet<string> = /*#__PURE__*/ new Set<keyof ClientRequests>([
  "account/gatewayOAuth/cancel",
  "account/gatewayOAuth/login",
  "account/gatewayOAuth/read",
  "account/logout",
  "account/rateLimits/read",
  "account/securitySetup/read",
  "account/usage/read",
  "account/workspaceMessages/read",
  "config/mcpServer/reload",
  "configRequirements/read",
  "externalAgentConfig/import/readHistories",
  "memory/reset",
  "remoteControl/disable",
  "remoteControl/enable",
  "remoteControl/status/read",
  "rollout/compress",
  "windowsSandbox/readiness"
])

/** Requests that the server refuses, or doesn't send, unless `experimentalApi` is on. */
export const experimentalMethods: ReadonlySet<string> = /*#__PURE__*/ new Set<keyof ClientRequests | keyof ServerRequests>([
  "account/bedrock/checkGovCloudRequirements",
  "account/bedrock/discover",
  "account/bedrock/setup",
  "account/gcp/setup",
  "accountSession/list",
  "accountSession/switch",
  "collaborationMode/list",
  "environment/add",
  "environment/info",
  "environment/status",
  "fuzzyFileSearch/sessionStart",
  "fuzzyFileSearch/sessionStop",
  "fuzzyFileSearch/sessionUpdate",
  "mcpServer/event/stream/start",
  "mcpServer/event/stream/stop",
  "memory/reset",
  "memory/status",
  "mock/experimentalMethod",
  "plugin/search",
  "process/kill",
  "process/resizePty",
  "process/spawn",
  "process/writeStdin",
  "project/create",
  "project/delete",
  "project/import",
  "project/list",
  "project/move",
  "project/read",
  "project/update",
  "remoteControl/client/list",
  "remoteControl/client/revoke",
  "remoteControl/disable",
  "remoteControl/enable",
  "remoteControl/pairing/start",
  "remoteControl/pairing/status",
  "remoteControl/status/read",
  "rollout/compress",
  "server/diagnostics",
  "thread/backgroundTerminals/clean",
  "thread/backgroundTerminals/list",
  "thread/backgroundTerminals/terminate",
  "thread/decrement_elicitation",
  "thread/guardianReview",
  "thread/increment_elicitation",
  "thread/items/read",
  "thread/memory/read",
  "thread/memoryMode/set",
  "thread/prediction/request",
  "thread/prepareApprovedPlan",
  "thread/queue/add",
  "thread/queue/delete",
  "thread/queue/list",
  "thread/queue/reorder",
  "thread/queue/start",
  "thread/queue/update",
  "thread/readState/update",
  "thread/realtime/appendAudio",
  "thread/realtime/appendSpeech",
  "thread/realtime/appendText",
  "thread/realtime/list",
  "thread/realtime/listVoices",
  "thread/realtime/start",
  "thread/realtime/stop",
  "thread/sample",
  "thread/sample/cancel",
  "thread/search",
  "thread/search/cancel",
  "thread/search/stream",
  "thread/search/stream/cancel",
  "thread/searchOccurrences",
  "thread/settings/update",
  "thread/timeline/list",
  "turn/settings/update",
  "userVerification/cancel",
  "userVerification/delete",
  "userVerification/enroll",
  "userVerification/status",
  "userVerification/verify"
])
