/**
 * A codec for everything the app-server sends, by the name of its type.
 *
 * @generated from the schema of codex-cli 0.171.0 by `npm run codegen`. Do not edit:
 * change `codegen/` and generate again.
 */

import type { Codec } from "effect/Schema"
import * as Schema from "effect/Schema"
import { later } from "../internal/protocol/later.ts"
import * as Open from "../internal/protocol/open.ts"
import type * as T from "./types.ts"

// Type boundary: the annotations below say what each codec is. Inferring it again takes the compiler seconds, so the
// builders are untyped here; test/codegen.test.ts compiles this file with their real types.
// Each builder is named by itself: the module as one value would keep all of `effect/Schema` in a bundle.

const string: any = Schema.String
const number: any = Schema.Number
const boolean: any = Schema.Boolean
const unknown: any = Schema.Unknown
const literal: any = Schema.Literal
const literals: any = Schema.Literals
const nullOr: any = Schema.NullOr
const optionalKey: any = Schema.optionalKey
const array: any = Schema.Array
const recordOf: any = Schema.Record
const struct: any = Schema.Struct
const structWithRest: any = Schema.StructWithRest
const union: any = Schema.Union
const tagged: any = Open.tagged
const keyed: any = Open.keyed
const orNull: any = Open.orNull
const orEmpty: any = Open.orEmpty

const nullString = /*#__PURE__*/ nullOr(string)
const nullNumber = /*#__PURE__*/ nullOr(number)
const nullBoolean = /*#__PURE__*/ nullOr(boolean)
const strings = /*#__PURE__*/ array(string)
const record = /*#__PURE__*/ recordOf(string, unknown)
const listOfStrings = /*#__PURE__*/ orEmpty(string)
const optionalString = /*#__PURE__*/ optionalKey(string)
const optionalNumber = /*#__PURE__*/ optionalKey(number)
const optionalBoolean = /*#__PURE__*/ optionalKey(boolean)
const optionalUnknown = /*#__PURE__*/ optionalKey(unknown)
const optionalNullString = /*#__PURE__*/ optionalKey(nullString)
const optionalNullNumber = /*#__PURE__*/ optionalKey(nullNumber)
const optionalNullBoolean = /*#__PURE__*/ optionalKey(nullBoolean)

export const AbsolutePathBuf: Codec<T.AbsolutePathBuf> = string
export const PlanType: Codec<T.PlanType> = string
export const ApiKeyAccount: Codec<T.ApiKeyAccount> = /*#__PURE__*/ later(() => struct({ type: literal("apiKey") }))
export const ChatgptAccount: Codec<T.ChatgptAccount> = /*#__PURE__*/ later(() => struct({ email: orNull(string), planType: PlanType, type: literal("chatgpt"), workspaceName: optionalNullString }))
export const AmazonBedrockAccount: Codec<T.AmazonBedrockAccount> = /*#__PURE__*/ later(() => struct({ type: literal("amazonBedrock"), usesCodexManagedCredentials: optionalBoolean }))
export const GcpAccount: Codec<T.GcpAccount> = /*#__PURE__*/ later(() => struct({ type: literal("gcp") }))
export const Account: Codec<T.Account> = /*#__PURE__*/ later(() => tagged("type", ["apiKey", "chatgpt", "amazonBedrock", "gcp"], [ApiKeyAccount, ChatgptAccount, AmazonBedrockAccount, GcpAccount]))
export const DesktopOnboardingEntrypoint: Codec<T.DesktopOnboardingEntrypoint> = string
export const AccountLoginCompletedNotification: Codec<T.AccountLoginCompletedNotification> = /*#__PURE__*/ later(() => struct({ error: optionalNullString, loginId: optionalNullString, onboardingEntrypoint: optionalKey(nullOr(DesktopOnboardingEntrypoint)), success: boolean }))
export const CreditsSnapshot: Codec<T.CreditsSnapshot> = /*#__PURE__*/ later(() => struct({ balance: optionalNullString, hasCredits: boolean, unlimited: boolean }))
export const SpendControlLimitSnapshot: Codec<T.SpendControlLimitSnapshot> = /*#__PURE__*/ later(() => struct({ limit: string, remainingPercent: number, resetsAt: number, used: string }))
export const RateLimitWindow: Codec<T.RateLimitWindow> = /*#__PURE__*/ later(() => struct({ resetsAt: optionalNullNumber, usedPercent: number, windowDurationMins: optionalNullNumber }))
export const RateLimitReachedType: Codec<T.RateLimitReachedType> = string
export const RateLimitSnapshot: Codec<T.RateLimitSnapshot> = /*#__PURE__*/ later(() => struct({ credits: optionalKey(nullOr(CreditsSnapshot)), individualLimit: optionalKey(nullOr(SpendControlLimitSnapshot)), limitId: optionalNullString, limitName: optionalNullString, normalModelSlug: optionalNullString, planType: optionalKey(nullOr(PlanType)), primary: optionalKey(nullOr(RateLimitWindow)), rateLimitReachedType: optionalKey(nullOr(RateLimitReachedType)), secondary: optionalKey(nullOr(RateLimitWindow)), spendControlReached: optionalNullBoolean }))
export const AccountRateLimitsUpdatedNotification: Codec<T.AccountRateLimitsUpdatedNotification> = /*#__PURE__*/ later(() => struct({ rateLimits: RateLimitSnapshot }))
export const AccountRoutingOverride: Codec<T.AccountRoutingOverride> = string
export const AccountSecuritySetupAction: Codec<T.AccountSecuritySetupAction> = /*#__PURE__*/ later(() => struct({ label: string, url: string }))
export const AccountSecuritySetupNotice: Codec<T.AccountSecuritySetupNotice> = /*#__PURE__*/ later(() => struct({ accountId: string, action: AccountSecuritySetupAction, description: string, title: string, userId: string }))
export const AccountSessionWorkspaceKind: Codec<T.AccountSessionWorkspaceKind> = string
export const AccountSessionWorkspace: Codec<T.AccountSessionWorkspace> = /*#__PURE__*/ later(() => struct({ accountId: string, imageUrl: optionalNullString, kind: optionalKey(nullOr(AccountSessionWorkspaceKind)), name: optionalNullString }))
export const AccountSession: Codec<T.AccountSession> = /*#__PURE__*/ later(() => struct({ displayName: optionalNullString, email: optionalNullString, imageUrl: optionalNullString, isActive: boolean, lastUsedAt: number, selectedWorkspaceAccountId: optionalNullString, sessionId: string, userId: optionalNullString, workspaces: orEmpty(AccountSessionWorkspace) }))
export const AccountSessionsResponse: Codec<T.AccountSessionsResponse> = /*#__PURE__*/ later(() => struct({ activeSessionId: optionalNullString, sessions: orEmpty(AccountSession) }))
export const SessionsAccountSessionsSwitchResponse: Codec<T.SessionsAccountSessionsSwitchResponse> = /*#__PURE__*/ later(() => struct({ activeSessionId: optionalNullString, sessions: array(AccountSession) }))
export const AuthUrlLoginIdAccountSessionsSwitchResponse: Codec<T.AuthUrlLoginIdAccountSessionsSwitchResponse> = /*#__PURE__*/ later(() => struct({ auth_url: string, login_id: string }))
export const AccountSessionsSwitchResponse: Codec<T.AccountSessionsSwitchResponse> = /*#__PURE__*/ later(() => keyed([["sessions"], ["auth_url", "login_id"]], [SessionsAccountSessionsSwitchResponse, AuthUrlLoginIdAccountSessionsSwitchResponse]))
export const AccountTokenUsageDailyBucket: Codec<T.AccountTokenUsageDailyBucket> = /*#__PURE__*/ later(() => struct({ startDate: string, tokens: number }))
export const AccountTokenUsageSummary: Codec<T.AccountTokenUsageSummary> = /*#__PURE__*/ later(() => struct({ currentStreakDays: optionalNullNumber, lifetimeTokens: optionalNullNumber, longestRunningTurnSec: optionalNullNumber, longestStreakDays: optionalNullNumber, peakDailyTokens: optionalNullNumber }))
export const AccountUpdateReason: Codec<T.AccountUpdateReason> = string
export const AuthMode: Codec<T.AuthMode> = string
export const AccountUpdatedNotification: Codec<T.AccountUpdatedNotification> = /*#__PURE__*/ later(() => struct({ authMode: optionalKey(nullOr(AuthMode)), planType: optionalKey(nullOr(PlanType)), reason: optionalKey(nullOr(AccountUpdateReason)) }))
export const ActivePermissionProfile: Codec<T.ActivePermissionProfile> = /*#__PURE__*/ later(() => struct({ extends: optionalNullString, id: string }))
export const AddCreditsNudgeEmailStatus: Codec<T.AddCreditsNudgeEmailStatus> = string
export const FileSystemAccessMode: Codec<T.FileSystemAccessMode> = string
export const LegacyAppPathString: Codec<T.LegacyAppPathString> = string
export const RootFileSystemSpecialPath: Codec<T.RootFileSystemSpecialPath> = /*#__PURE__*/ later(() => struct({ kind: literal("root") }))
export const MinimalFileSystemSpecialPath: Codec<T.MinimalFileSystemSpecialPath> = /*#__PURE__*/ later(() => struct({ kind: literal("minimal") }))
export const KindFileSystemSpecialPath: Codec<T.KindFileSystemSpecialPath> = /*#__PURE__*/ later(() => struct({ kind: literal("project_roots"), subpath: optionalKey(nullOr(LegacyAppPathString)) }))
export const TmpdirFileSystemSpecialPath: Codec<T.TmpdirFileSystemSpecialPath> = /*#__PURE__*/ later(() => struct({ kind: literal("tmpdir") }))
export const SlashTmpFileSystemSpecialPath: Codec<T.SlashTmpFileSystemSpecialPath> = /*#__PURE__*/ later(() => struct({ kind: literal("slash_tmp") }))
export const UnknownFileSystemSpecialPath: Codec<T.UnknownFileSystemSpecialPath> = /*#__PURE__*/ later(() => struct({ kind: literal("unknown"), path: string, subpath: optionalKey(nullOr(LegacyAppPathString)) }))
export const FileSystemSpecialPath: Codec<T.FileSystemSpecialPath> = /*#__PURE__*/ later(() => tagged("kind", ["root", "minimal", "project_roots", "tmpdir", "slash_tmp", "unknown"], [RootFileSystemSpecialPath, MinimalFileSystemSpecialPath, KindFileSystemSpecialPath, TmpdirFileSystemSpecialPath, SlashTmpFileSystemSpecialPath, UnknownFileSystemSpecialPath]))
export const PathFileSystemPath: Codec<T.PathFileSystemPath> = /*#__PURE__*/ later(() => struct({ path: LegacyAppPathString, type: literal("path") }))
export const GlobPatternFileSystemPath: Codec<T.GlobPatternFileSystemPath> = /*#__PURE__*/ later(() => struct({ pattern: string, type: literal("glob_pattern") }))
export const SpecialFileSystemPath: Codec<T.SpecialFileSystemPath> = /*#__PURE__*/ later(() => struct({ type: literal("special"), value: FileSystemSpecialPath }))
export const FileSystemPath: Codec<T.FileSystemPath> = /*#__PURE__*/ later(() => tagged("type", ["path", "glob_pattern", "special"], [PathFileSystemPath, GlobPatternFileSystemPath, SpecialFileSystemPath]))
export const FileSystemSandboxEntry: Codec<T.FileSystemSandboxEntry> = /*#__PURE__*/ later(() => struct({ access: FileSystemAccessMode, path: FileSystemPath }))
export const AdditionalFileSystemPermissions: Codec<T.AdditionalFileSystemPermissions> = /*#__PURE__*/ later(() => struct({ entries: optionalKey(nullOr(array(FileSystemSandboxEntry))), globScanMaxDepth: optionalNullNumber, read: optionalKey(nullOr(array(LegacyAppPathString))), write: optionalKey(nullOr(array(LegacyAppPathString))) }))
export const AdditionalNetworkPermissions: Codec<T.AdditionalNetworkPermissions> = /*#__PURE__*/ later(() => struct({ enabled: optionalNullBoolean }))
export const AdditionalPermissionProfile: Codec<T.AdditionalPermissionProfile> = /*#__PURE__*/ later(() => struct({ fileSystem: optionalKey(nullOr(AdditionalFileSystemPermissions)), network: optionalKey(nullOr(AdditionalNetworkPermissions)) }))
export const AgentMessageDelivery: Codec<T.AgentMessageDelivery> = string
export const AgentMessageDeltaNotification: Codec<T.AgentMessageDeltaNotification> = /*#__PURE__*/ later(() => struct({ delta: string, itemId: string, threadId: string, turnId: string }))
export const HelplineSubject: Codec<T.HelplineSubject> = string
export const WellbeingHelplineAnswerAnnotation: Codec<T.WellbeingHelplineAnswerAnnotation> = /*#__PURE__*/ later(() => struct({ kind: literal("wellbeingHelpline"), subject: HelplineSubject }))
export const AnswerAnnotation: Codec<T.AnswerAnnotation> = /*#__PURE__*/ later(() => tagged("kind", ["wellbeingHelpline"], [WellbeingHelplineAnswerAnnotation]))
export const TrustedContacts: Codec<T.TrustedContacts> = string
export const WellbeingPromptHelplineAnswerReplacement: Codec<T.WellbeingPromptHelplineAnswerReplacement> = /*#__PURE__*/ later(() => struct({ kind: literal("wellbeingPromptHelpline") }))
export const AnswerReplacement: Codec<T.AnswerReplacement> = /*#__PURE__*/ later(() => tagged("kind", ["wellbeingPromptHelpline"], [WellbeingPromptHelplineAnswerReplacement]))
export const ProtectionBlockReason: Codec<T.ProtectionBlockReason> = /*#__PURE__*/ later(() => struct({ kind: literal("protection"), protectionType: string }))
export const KindBlockReason: Codec<T.KindBlockReason> = /*#__PURE__*/ later(() => struct({ kind: literal("cyber"), trustedAccess: optionalNullBoolean }))
export const BlockReason: Codec<T.BlockReason> = /*#__PURE__*/ later(() => tagged("kind", ["protection", "cyber"], [ProtectionBlockReason, KindBlockReason]))
export const ShowAgentMessageDisplay: Codec<T.ShowAgentMessageDisplay> = /*#__PURE__*/ later(() => struct({ annotation: optionalKey(nullOr(AnswerAnnotation)), mode: literal("show"), trustedContacts: TrustedContacts, version: number }))
export const HideAgentMessageDisplay: Codec<T.HideAgentMessageDisplay> = /*#__PURE__*/ later(() => struct({ mode: literal("hide"), replacement: AnswerReplacement, version: number }))
export const BlockAgentMessageDisplay: Codec<T.BlockAgentMessageDisplay> = /*#__PURE__*/ later(() => struct({ mode: literal("block"), reason: BlockReason, version: number }))
export const AgentMessageDisplay: Codec<T.AgentMessageDisplay> = /*#__PURE__*/ later(() => tagged("mode", ["show", "hide", "block"], [ShowAgentMessageDisplay, HideAgentMessageDisplay, BlockAgentMessageDisplay]))
export const AgentMessageModeration: Codec<T.AgentMessageModeration> = /*#__PURE__*/ later(() => struct({ display: optionalKey(nullOr(AgentMessageDisplay)), moderated: boolean }))
export const AgentPath: Codec<T.AgentPath> = string
export const AllowDenyRequirement: Codec<T.AllowDenyRequirement> = string
export const AnalyticsConfig: Codec<T.AnalyticsConfig> = /*#__PURE__*/ later(() => structWithRest(struct({ enabled: optionalNullBoolean }), [record]))
export const AppBranding: Codec<T.AppBranding> = /*#__PURE__*/ later(() => struct({ category: optionalNullString, developer: optionalNullString, isDiscoverableApp: boolean, privacyPolicy: optionalNullString, termsOfService: optionalNullString, website: optionalNullString }))
export const AppReview: Codec<T.AppReview> = /*#__PURE__*/ later(() => struct({ status: string }))
export const AppScreenshot: Codec<T.AppScreenshot> = /*#__PURE__*/ later(() => struct({ fileId: optionalNullString, url: optionalNullString, userPrompt: string }))
export const AppMetadata: Codec<T.AppMetadata> = /*#__PURE__*/ later(() => struct({ categories: optionalKey(nullOr(strings)), developer: optionalNullString, firstPartyRequiresInstall: optionalNullBoolean, review: optionalKey(nullOr(AppReview)), screenshots: optionalKey(nullOr(array(AppScreenshot))), seoDescription: optionalNullString, showInComposerWhenUnlinked: optionalNullBoolean, subCategories: optionalKey(nullOr(strings)), version: optionalNullString, versionId: optionalNullString, versionNotes: optionalNullString }))
export const AppInfo: Codec<T.AppInfo> = /*#__PURE__*/ later(() => struct({ appMetadata: optionalKey(nullOr(AppMetadata)), branding: optionalKey(nullOr(AppBranding)), description: optionalNullString, distributionChannel: optionalNullString, iconAssets: optionalKey(nullOr(recordOf(string, string))), iconDarkAssets: optionalKey(nullOr(recordOf(string, string))), id: string, installUrl: optionalNullString, isAccessible: optionalBoolean, isEnabled: optionalBoolean, labels: optionalKey(nullOr(recordOf(string, string))), logoUrl: optionalNullString, logoUrlDark: optionalNullString, name: string, pluginDisplayNames: optionalKey(strings) }))
export const AppListUpdatedNotification: Codec<T.AppListUpdatedNotification> = /*#__PURE__*/ later(() => struct({ data: orEmpty(AppInfo) }))
export const AppSummary: Codec<T.AppSummary> = /*#__PURE__*/ later(() => struct({ category: optionalNullString, description: optionalNullString, id: string, installUrl: optionalNullString, name: string }))
export const AppTemplateUnavailableReason: Codec<T.AppTemplateUnavailableReason> = string
export const AppTemplateSummary: Codec<T.AppTemplateSummary> = /*#__PURE__*/ later(() => struct({ canonicalConnectorId: optionalNullString, category: optionalNullString, description: optionalNullString, logoUrl: optionalNullString, logoUrlDark: optionalNullString, materializedAppIds: listOfStrings, name: string, reason: optionalKey(nullOr(AppTemplateUnavailableReason)), templateId: string }))
export const AppToolApproval: Codec<T.AppToolApproval> = string
export const AppToolSummary: Codec<T.AppToolSummary> = /*#__PURE__*/ later(() => struct({ description: string, disabledReason: optionalNullString, isEnabled: optionalBoolean, isReadOnly: optionalBoolean, name: string, title: optionalNullString }))
export const NetworkDomainPermission: Codec<T.NetworkDomainPermission> = string
export const ApplicationNetworkRequirements: Codec<T.ApplicationNetworkRequirements> = /*#__PURE__*/ later(() => struct({ domains: recordOf(string, NetworkDomainPermission), enabled: boolean }))
export const ApplicationStorageRequirements: Codec<T.ApplicationStorageRequirements> = /*#__PURE__*/ later(() => struct({ defaultProjectParent: optionalKey(nullOr(LegacyAppPathString)), projectlessWorkspaceRoot: optionalKey(nullOr(LegacyAppPathString)) }))
export const ApplicationRequirements: Codec<T.ApplicationRequirements> = /*#__PURE__*/ later(() => struct({ network: optionalKey(nullOr(ApplicationNetworkRequirements)), storage: optionalKey(nullOr(ApplicationStorageRequirements)) }))
export const ThreadId: Codec<T.ThreadId> = string
export const AddFileChange: Codec<T.AddFileChange> = /*#__PURE__*/ later(() => struct({ content: string, type: literal("add") }))
export const DeleteFileChange: Codec<T.DeleteFileChange> = /*#__PURE__*/ later(() => struct({ content: string, type: literal("delete") }))
export const UpdateFileChange: Codec<T.UpdateFileChange> = /*#__PURE__*/ later(() => struct({ move_path: optionalNullString, type: literal("update"), unified_diff: string }))
export const FileChange: Codec<T.FileChange> = /*#__PURE__*/ later(() => tagged("type", ["add", "delete", "update"], [AddFileChange, DeleteFileChange, UpdateFileChange]))
export const ApplyPatchApprovalParams: Codec<T.ApplyPatchApprovalParams> = /*#__PURE__*/ later(() => struct({ callId: string, conversationId: ThreadId, fileChanges: recordOf(string, FileChange), grantRoot: optionalNullString, reason: optionalNullString }))
export const ApprovalsReviewer: Codec<T.ApprovalsReviewer> = string
export const AppsDefaultConfig: Codec<T.AppsDefaultConfig> = /*#__PURE__*/ later(() => struct({ approvals_reviewer: optionalKey(nullOr(ApprovalsReviewer)), default_tools_approval_mode: optionalKey(nullOr(AppToolApproval)), destructive_enabled: optionalBoolean, enabled: optionalBoolean, open_world_enabled: optionalBoolean }))
export const AppsConfig: Codec<T.AppsConfig> = /*#__PURE__*/ later(() => struct({ _default: optionalKey(nullOr(AppsDefaultConfig)) }))
export const InstalledApp: Codec<T.InstalledApp> = /*#__PURE__*/ later(() => struct({ callable: boolean, enabled: boolean, id: string, runtimeName: optionalNullString }))
export const AppsInstalledResponse: Codec<T.AppsInstalledResponse> = /*#__PURE__*/ later(() => struct({ apps: orEmpty(InstalledApp) }))
export const AppsListResponse: Codec<T.AppsListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(AppInfo), nextCursor: optionalNullString }))
export const ConnectorMetadata: Codec<T.ConnectorMetadata> = /*#__PURE__*/ later(() => struct({ description: optionalNullString, distributionChannel: optionalNullString, iconUrl: optionalNullString, iconUrlDark: optionalNullString, id: string, installUrl: optionalNullString, name: string, pluginDisplayNames: optionalKey(strings), toolSummaries: optionalKey(nullOr(array(AppToolSummary))) }))
export const AppsReadResponse: Codec<T.AppsReadResponse> = /*#__PURE__*/ later(() => struct({ apps: orEmpty(ConnectorMetadata), missingAppIds: listOfStrings }))
export const GranularAskForApproval: Codec<T.GranularAskForApproval> = /*#__PURE__*/ later(() => struct({ granular: struct({ mcp_elicitations: boolean, request_permissions: optionalBoolean, rules: boolean, sandbox_approval: boolean, skill_approval: optionalBoolean }) }))
export const AskForApproval: Codec<T.AskForApproval> = /*#__PURE__*/ later(() => keyed([["granular"]], [string, GranularAskForApproval]))
export const AsyncUserInputQuestion: Codec<T.AsyncUserInputQuestion> = /*#__PURE__*/ later(() => struct({ options: optionalKey(nullOr(strings)), title: string }))
export const AttestationGenerateParams: Codec<T.AttestationGenerateParams> = record
export const AuthRecoveryNotification: Codec<T.AuthRecoveryNotification> = /*#__PURE__*/ later(() => struct({ message: string, provider: string, threadId: string, turnId: string }))
export const AutoCompactTokenLimitScope: Codec<T.AutoCompactTokenLimitScope> = string
export const AutoReviewDecisionSource: Codec<T.AutoReviewDecisionSource> = string
export const AutoReviewRequirements: Codec<T.AutoReviewRequirements> = /*#__PURE__*/ later(() => struct({ ignoreRules: optionalKey(nullOr(strings)), requiredOnModels: optionalKey(nullOr(strings)) }))
export const AwsCredentialType: Codec<T.AwsCredentialType> = string
export const BedrockAwsProfile: Codec<T.BedrockAwsProfile> = /*#__PURE__*/ later(() => struct({ name: string, region: optionalNullString }))
export const BedrockCheckGovCloudRequirementsResponse: Codec<T.BedrockCheckGovCloudRequirementsResponse> = /*#__PURE__*/ later(() => struct({ isGovCloud: boolean, shouldWarn: boolean }))
export const BedrockEnvironmentCredential: Codec<T.BedrockEnvironmentCredential> = /*#__PURE__*/ later(() => struct({ region: optionalNullString, type: AwsCredentialType }))
export const BedrockDiscoverResponse: Codec<T.BedrockDiscoverResponse> = /*#__PURE__*/ later(() => struct({ environmentCredentials: orEmpty(BedrockEnvironmentCredential), profiles: orEmpty(BedrockAwsProfile) }))
export const BedrockSetupResponse: Codec<T.BedrockSetupResponse> = record
export const BrowserUseAccessApprovalLifetime: Codec<T.BrowserUseAccessApprovalLifetime> = string
export const BrowserUseOriginPolicyConfig: Codec<T.BrowserUseOriginPolicyConfig> = /*#__PURE__*/ later(() => struct({ access: optionalKey(nullOr(AllowDenyRequirement)), downloads: optionalKey(nullOr(AllowDenyRequirement)), full_cdp_access: optionalKey(nullOr(AllowDenyRequirement)), uploads: optionalKey(nullOr(AllowDenyRequirement)) }))
export const BrowserUseConfig: Codec<T.BrowserUseConfig> = /*#__PURE__*/ later(() => struct({ allow_history_access: optionalNullBoolean, default_origin_policy: optionalKey(nullOr(BrowserUseOriginPolicyConfig)), origins: optionalKey(nullOr(recordOf(string, BrowserUseOriginPolicyConfig))) }))
export const RequestHeader: Codec<T.RequestHeader> = /*#__PURE__*/ later(() => struct({ name: string, value: string }))
export const BrowserUseExtensionRequirements: Codec<T.BrowserUseExtensionRequirements> = /*#__PURE__*/ later(() => struct({ requestHeaders: optionalKey(nullOr(array(RequestHeader))) }))
export const BrowserUseOriginPolicy: Codec<T.BrowserUseOriginPolicy> = /*#__PURE__*/ later(() => struct({ access: optionalKey(nullOr(AllowDenyRequirement)), accessApprovalLifetime: optionalKey(nullOr(BrowserUseAccessApprovalLifetime)), autoReview: optionalKey(nullOr(AllowDenyRequirement)), downloads: optionalKey(nullOr(AllowDenyRequirement)), fullCdpAccess: optionalKey(nullOr(AllowDenyRequirement)), persistentApproval: optionalNullBoolean, uploads: optionalKey(nullOr(AllowDenyRequirement)) }))
export const BrowserUseRequirements: Codec<T.BrowserUseRequirements> = /*#__PURE__*/ later(() => struct({ allowGlobalPersistentApproval: optionalNullBoolean, allowHistoryAccess: optionalNullBoolean, allowWebmcp: optionalNullBoolean, defaultOriginPolicy: optionalKey(nullOr(BrowserUseOriginPolicy)), disableAutoReview: optionalNullBoolean, extension: optionalKey(nullOr(BrowserUseExtensionRequirements)), origins: optionalKey(nullOr(recordOf(string, BrowserUseOriginPolicy))) }))
export const ByteRange: Codec<T.ByteRange> = /*#__PURE__*/ later(() => struct({ end: number, start: number }))
export const CancelLoginAccountStatus: Codec<T.CancelLoginAccountStatus> = string
export const CancelLoginAccountResponse: Codec<T.CancelLoginAccountResponse> = /*#__PURE__*/ later(() => struct({ status: CancelLoginAccountStatus }))
export const ChatgptAuthTokensRefreshReason: Codec<T.ChatgptAuthTokensRefreshReason> = string
export const ChatgptAuthTokensRefreshParams: Codec<T.ChatgptAuthTokensRefreshParams> = /*#__PURE__*/ later(() => struct({ previousAccountId: optionalNullString, reason: ChatgptAuthTokensRefreshReason }))
export const CliAuthCredentialsStoreMode: Codec<T.CliAuthCredentialsStoreMode> = string
export const NonSteerableTurnKind: Codec<T.NonSteerableTurnKind> = string
export const HttpConnectionFailedCodexErrorInfo: Codec<T.HttpConnectionFailedCodexErrorInfo> = /*#__PURE__*/ later(() => struct({ httpConnectionFailed: struct({ httpStatusCode: optionalNullNumber }) }))
export const ResponseStreamConnectionFailedCodexErrorInfo: Codec<T.ResponseStreamConnectionFailedCodexErrorInfo> = /*#__PURE__*/ later(() => struct({ responseStreamConnectionFailed: struct({ httpStatusCode: optionalNullNumber }) }))
export const ResponseStreamDisconnectedCodexErrorInfo: Codec<T.ResponseStreamDisconnectedCodexErrorInfo> = /*#__PURE__*/ later(() => struct({ responseStreamDisconnected: struct({ httpStatusCode: optionalNullNumber }) }))
export const ResponseTooManyFailedAttemptsCodexErrorInfo: Codec<T.ResponseTooManyFailedAttemptsCodexErrorInfo> = /*#__PURE__*/ later(() => struct({ responseTooManyFailedAttempts: struct({ httpStatusCode: optionalNullNumber }) }))
export const ActiveTurnNotSteerableCodexErrorInfo: Codec<T.ActiveTurnNotSteerableCodexErrorInfo> = /*#__PURE__*/ later(() => struct({ activeTurnNotSteerable: struct({ turnKind: NonSteerableTurnKind }) }))
export const CodexErrorInfo: Codec<T.CodexErrorInfo> = /*#__PURE__*/ later(() => keyed([["httpConnectionFailed"], ["responseStreamConnectionFailed"], ["responseStreamDisconnected"], ["responseTooManyFailedAttempts"], ["activeTurnNotSteerable"]], [string, HttpConnectionFailedCodexErrorInfo, ResponseStreamConnectionFailedCodexErrorInfo, ResponseStreamDisconnectedCodexErrorInfo, ResponseTooManyFailedAttemptsCodexErrorInfo, ActiveTurnNotSteerableCodexErrorInfo]))
export const CollabAgentStatus: Codec<T.CollabAgentStatus> = string
export const CollabAgentState: Codec<T.CollabAgentState> = /*#__PURE__*/ later(() => struct({ message: optionalNullString, status: CollabAgentStatus }))
export const CollabAgentTool: Codec<T.CollabAgentTool> = string
export const CollabAgentToolCallStatus: Codec<T.CollabAgentToolCallStatus> = string
export const ModeKind: Codec<T.ModeKind> = string
export const ReasoningEffort: Codec<T.ReasoningEffort> = string
export const Settings: Codec<T.Settings> = /*#__PURE__*/ later(() => struct({ developer_instructions: optionalNullString, model: string, reasoning_effort: optionalKey(nullOr(ReasoningEffort)) }))
export const CollaborationMode: Codec<T.CollaborationMode> = /*#__PURE__*/ later(() => struct({ mode: ModeKind, settings: Settings }))
export const CollaborationModeMask: Codec<T.CollaborationModeMask> = /*#__PURE__*/ later(() => struct({ mode: optionalKey(nullOr(ModeKind)), model: optionalNullString, name: string, reasoning_effort: optionalKey(nullOr(nullOr(ReasoningEffort))) }))
export const CollaborationModeListResponse: Codec<T.CollaborationModeListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(CollaborationModeMask) }))
export const ReadCommandAction: Codec<T.ReadCommandAction> = /*#__PURE__*/ later(() => struct({ command: string, name: string, path: LegacyAppPathString, type: literal("read") }))
export const ListFilesCommandAction: Codec<T.ListFilesCommandAction> = /*#__PURE__*/ later(() => struct({ command: string, path: optionalNullString, type: literal("listFiles") }))
export const SearchCommandAction: Codec<T.SearchCommandAction> = /*#__PURE__*/ later(() => struct({ command: string, path: optionalNullString, query: optionalNullString, type: literal("search") }))
export const UnknownCommandAction: Codec<T.UnknownCommandAction> = /*#__PURE__*/ later(() => struct({ command: string, type: literal("unknown") }))
export const CommandAction: Codec<T.CommandAction> = /*#__PURE__*/ later(() => tagged("type", ["read", "listFiles", "search", "unknown"], [ReadCommandAction, ListFilesCommandAction, SearchCommandAction, UnknownCommandAction]))
export const CommandExecOutputStream: Codec<T.CommandExecOutputStream> = string
export const CommandExecOutputDeltaNotification: Codec<T.CommandExecOutputDeltaNotification> = /*#__PURE__*/ later(() => struct({ capReached: boolean, deltaBase64: string, processId: string, stream: CommandExecOutputStream }))
export const CommandExecResizeResponse: Codec<T.CommandExecResizeResponse> = record
export const CommandExecResponse: Codec<T.CommandExecResponse> = /*#__PURE__*/ later(() => struct({ exitCode: number, stderr: string, stdout: string }))
export const CommandExecTerminateResponse: Codec<T.CommandExecTerminateResponse> = record
export const CommandExecWriteResponse: Codec<T.CommandExecWriteResponse> = record
export const NetworkPolicyRuleAction: Codec<T.NetworkPolicyRuleAction> = string
export const NetworkPolicyAmendment: Codec<T.NetworkPolicyAmendment> = /*#__PURE__*/ later(() => struct({ action: NetworkPolicyRuleAction, host: string }))
export const AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecision: Codec<T.AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecision> = /*#__PURE__*/ later(() => struct({ acceptWithExecpolicyAmendment: struct({ execpolicy_amendment: listOfStrings }) }))
export const ApplyNetworkPolicyAmendmentCommandExecutionApprovalDecision: Codec<T.ApplyNetworkPolicyAmendmentCommandExecutionApprovalDecision> = /*#__PURE__*/ later(() => struct({ applyNetworkPolicyAmendment: struct({ network_policy_amendment: NetworkPolicyAmendment }) }))
export const CommandExecutionApprovalDecision: Codec<T.CommandExecutionApprovalDecision> = /*#__PURE__*/ later(() => keyed([["acceptWithExecpolicyAmendment"], ["applyNetworkPolicyAmendment"]], [string, AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecision, ApplyNetworkPolicyAmendmentCommandExecutionApprovalDecision]))
export const CommandExecutionApprovalKind: Codec<T.CommandExecutionApprovalKind> = string
export const CommandExecutionOutputDeltaNotification: Codec<T.CommandExecutionOutputDeltaNotification> = /*#__PURE__*/ later(() => struct({ delta: string, itemId: string, threadId: string, turnId: string }))
export const NetworkApprovalProtocol: Codec<T.NetworkApprovalProtocol> = string
export const NetworkApprovalContext: Codec<T.NetworkApprovalContext> = /*#__PURE__*/ later(() => struct({ host: string, protocol: NetworkApprovalProtocol }))
export const CommandExecutionRequestApprovalParams: Codec<T.CommandExecutionRequestApprovalParams> = /*#__PURE__*/ later(() => struct({ additionalPermissions: optionalKey(nullOr(AdditionalPermissionProfile)), approvalId: optionalNullString, availableDecisions: optionalKey(nullOr(array(CommandExecutionApprovalDecision))), command: optionalNullString, commandActions: optionalKey(nullOr(array(CommandAction))), cwd: optionalKey(nullOr(LegacyAppPathString)), environmentId: optionalNullString, itemId: string, kind: optionalKey(CommandExecutionApprovalKind), networkApprovalContext: optionalKey(nullOr(NetworkApprovalContext)), proposedExecpolicyAmendment: optionalKey(nullOr(strings)), proposedNetworkPolicyAmendments: optionalKey(nullOr(array(NetworkPolicyAmendment))), reason: optionalNullString, startedAtMs: optionalNumber, threadId: string, turnId: string }))
export const CommandExecutionSource: Codec<T.CommandExecutionSource> = string
export const CommandExecutionStatus: Codec<T.CommandExecutionStatus> = string
export const CommandMigration: Codec<T.CommandMigration> = /*#__PURE__*/ later(() => struct({ name: string }))
export const ComputerUseMacosConfig: Codec<T.ComputerUseMacosConfig> = /*#__PURE__*/ later(() => struct({ bundle_ids: optionalKey(nullOr(recordOf(string, AllowDenyRequirement))) }))
export const ComputerUseWindowsExeConfig: Codec<T.ComputerUseWindowsExeConfig> = /*#__PURE__*/ later(() => struct({ access: AllowDenyRequirement, binary_name: optionalNullString, product_name: string, publisher_name: string }))
export const ComputerUseWindowsConfig: Codec<T.ComputerUseWindowsConfig> = /*#__PURE__*/ later(() => struct({ aumids: optionalKey(nullOr(recordOf(string, AllowDenyRequirement))), exes: optionalKey(nullOr(array(ComputerUseWindowsExeConfig))) }))
export const ComputerUseConfig: Codec<T.ComputerUseConfig> = /*#__PURE__*/ later(() => struct({ default_app_access: optionalKey(nullOr(AllowDenyRequirement)), macos: optionalKey(nullOr(ComputerUseMacosConfig)), windows: optionalKey(nullOr(ComputerUseWindowsConfig)) }))
export const ComputerUseMacosRequirements: Codec<T.ComputerUseMacosRequirements> = /*#__PURE__*/ later(() => struct({ bundleIds: optionalKey(nullOr(recordOf(string, AllowDenyRequirement))) }))
export const ComputerUseWindowsExeRequirement: Codec<T.ComputerUseWindowsExeRequirement> = /*#__PURE__*/ later(() => struct({ access: AllowDenyRequirement, binaryName: optionalNullString, productName: string, publisherName: string }))
export const ComputerUseWindowsRequirements: Codec<T.ComputerUseWindowsRequirements> = /*#__PURE__*/ later(() => struct({ aumids: optionalKey(nullOr(recordOf(string, AllowDenyRequirement))), exes: optionalKey(nullOr(array(ComputerUseWindowsExeRequirement))) }))
export const ComputerUseRequirements: Codec<T.ComputerUseRequirements> = /*#__PURE__*/ later(() => struct({ allowLockedComputerUse: optionalNullBoolean, allowPersistentApproval: optionalNullBoolean, defaultAppAccess: optionalKey(nullOr(AllowDenyRequirement)), macos: optionalKey(nullOr(ComputerUseMacosRequirements)), windows: optionalKey(nullOr(ComputerUseWindowsRequirements)) }))
export const WebSearchProvider: Codec<T.WebSearchProvider> = string
export const ForcedChatgptWorkspaceIds: Codec<T.ForcedChatgptWorkspaceIds> = /*#__PURE__*/ later(() => union([string, strings]))
export const ForcedLoginMethod: Codec<T.ForcedLoginMethod> = string
export const ReasoningSummary: Codec<T.ReasoningSummary> = string
export const Verbosity: Codec<T.Verbosity> = string
export const SandboxMode: Codec<T.SandboxMode> = string
export const SandboxWorkspaceWrite: Codec<T.SandboxWorkspaceWrite> = /*#__PURE__*/ later(() => struct({ exclude_slash_tmp: optionalBoolean, exclude_tmpdir_env_var: optionalBoolean, network_access: optionalBoolean, writable_roots: optionalKey(strings) }))
export const WebSearchContextSize: Codec<T.WebSearchContextSize> = string
export const WebSearchLocation: Codec<T.WebSearchLocation> = /*#__PURE__*/ later(() => struct({ city: optionalNullString, country: optionalNullString, region: optionalNullString, timezone: optionalNullString }))
export const WebSearchToolConfig: Codec<T.WebSearchToolConfig> = /*#__PURE__*/ later(() => struct({ allowed_domains: optionalKey(nullOr(strings)), context_size: optionalKey(nullOr(WebSearchContextSize)), location: optionalKey(nullOr(WebSearchLocation)) }))
export const ToolsV2: Codec<T.ToolsV2> = /*#__PURE__*/ later(() => struct({ web_search: optionalKey(nullOr(WebSearchToolConfig)) }))
export const WebSearchMode: Codec<T.WebSearchMode> = string
export const Config: Codec<T.Config> = /*#__PURE__*/ later(() => structWithRest(struct({ analytics: optionalKey(nullOr(AnalyticsConfig)), approval_policy: optionalKey(nullOr(AskForApproval)), approvals_reviewer: optionalKey(nullOr(ApprovalsReviewer)), apps: optionalKey(nullOr(AppsConfig)), browser_use: optionalKey(nullOr(BrowserUseConfig)), client_search_provider: optionalKey(nullOr(WebSearchProvider)), compact_prompt: optionalNullString, computer_use: optionalKey(nullOr(ComputerUseConfig)), desktop: optionalKey(nullOr(record)), developer_instructions: optionalNullString, forced_chatgpt_workspace_id: optionalKey(nullOr(ForcedChatgptWorkspaceIds)), forced_login_method: optionalKey(nullOr(ForcedLoginMethod)), instructions: optionalNullString, model: optionalNullString, model_auto_compact_token_limit: optionalNullNumber, model_auto_compact_token_limit_scope: optionalKey(nullOr(AutoCompactTokenLimitScope)), model_context_window: optionalNullNumber, model_provider: optionalNullString, model_reasoning_effort: optionalKey(nullOr(ReasoningEffort)), model_reasoning_summary: optionalKey(nullOr(ReasoningSummary)), model_verbosity: optionalKey(nullOr(Verbosity)), review_model: optionalNullString, sandbox_mode: optionalKey(nullOr(SandboxMode)), sandbox_workspace_write: optionalKey(nullOr(SandboxWorkspaceWrite)), service_tier: optionalNullString, tools: optionalKey(nullOr(ToolsV2)), web_search: optionalKey(nullOr(WebSearchMode)) }), [record]))
export const PackagedDefaultsConfigLayerSource: Codec<T.PackagedDefaultsConfigLayerSource> = /*#__PURE__*/ later(() => struct({ file: AbsolutePathBuf, type: literal("packagedDefaults") }))
export const MdmConfigLayerSource: Codec<T.MdmConfigLayerSource> = /*#__PURE__*/ later(() => struct({ domain: string, key: string, type: literal("mdm") }))
export const SystemConfigLayerSource: Codec<T.SystemConfigLayerSource> = /*#__PURE__*/ later(() => struct({ file: AbsolutePathBuf, type: literal("system") }))
export const EnterpriseManagedConfigLayerSource: Codec<T.EnterpriseManagedConfigLayerSource> = /*#__PURE__*/ later(() => struct({ id: string, name: string, type: literal("enterpriseManaged") }))
export const UserConfigLayerSource: Codec<T.UserConfigLayerSource> = /*#__PURE__*/ later(() => struct({ file: AbsolutePathBuf, profile: optionalNullString, type: literal("user") }))
export const ProjectConfigLayerSource: Codec<T.ProjectConfigLayerSource> = /*#__PURE__*/ later(() => struct({ dotCodexFolder: AbsolutePathBuf, type: literal("project") }))
export const SessionFlagsConfigLayerSource: Codec<T.SessionFlagsConfigLayerSource> = /*#__PURE__*/ later(() => struct({ type: literal("sessionFlags") }))
export const LegacyManagedConfigTomlFromFileConfigLayerSource: Codec<T.LegacyManagedConfigTomlFromFileConfigLayerSource> = /*#__PURE__*/ later(() => struct({ file: AbsolutePathBuf, type: literal("legacyManagedConfigTomlFromFile") }))
export const LegacyManagedConfigTomlFromMdmConfigLayerSource: Codec<T.LegacyManagedConfigTomlFromMdmConfigLayerSource> = /*#__PURE__*/ later(() => struct({ type: literal("legacyManagedConfigTomlFromMdm") }))
export const ConfigLayerSource: Codec<T.ConfigLayerSource> = /*#__PURE__*/ later(() => tagged("type", ["packagedDefaults", "mdm", "system", "enterpriseManaged", "user", "project", "sessionFlags", "legacyManagedConfigTomlFromFile", "legacyManagedConfigTomlFromMdm"], [PackagedDefaultsConfigLayerSource, MdmConfigLayerSource, SystemConfigLayerSource, EnterpriseManagedConfigLayerSource, UserConfigLayerSource, ProjectConfigLayerSource, SessionFlagsConfigLayerSource, LegacyManagedConfigTomlFromFileConfigLayerSource, LegacyManagedConfigTomlFromMdmConfigLayerSource]))
export const ConfigLayer: Codec<T.ConfigLayer> = /*#__PURE__*/ later(() => struct({ config: unknown, disabledReason: optionalNullString, name: ConfigLayerSource, version: string }))
export const ConfigLayerMetadata: Codec<T.ConfigLayerMetadata> = /*#__PURE__*/ later(() => struct({ name: ConfigLayerSource, version: string }))
export const ConfigReadResponse: Codec<T.ConfigReadResponse> = /*#__PURE__*/ later(() => struct({ config: Config, layers: optionalKey(nullOr(array(ConfigLayer))), origins: recordOf(string, ConfigLayerMetadata) }))
export const WindowsSandboxImplementation: Codec<T.WindowsSandboxImplementation> = string
export const ResidencyRequirement: Codec<T.ResidencyRequirement> = string
export const FeedbackRequirements: Codec<T.FeedbackRequirements> = /*#__PURE__*/ later(() => struct({ enabled: optionalNullBoolean }))
export const CommandConfiguredHookHandler: Codec<T.CommandConfiguredHookHandler> = /*#__PURE__*/ later(() => struct({ additionalContextLimit: optionalNullNumber, async: boolean, command: string, commandWindows: optionalNullString, statusMessage: optionalNullString, timeoutSec: optionalNullNumber, type: literal("command") }))
export const McpToolConfiguredHookHandler: Codec<T.McpToolConfiguredHookHandler> = /*#__PURE__*/ later(() => struct({ input: record, server: string, statusMessage: optionalNullString, timeoutSec: optionalNullNumber, tool: string, type: literal("mcp_tool") }))
export const PromptConfiguredHookHandler: Codec<T.PromptConfiguredHookHandler> = /*#__PURE__*/ later(() => struct({ type: literal("prompt") }))
export const AgentConfiguredHookHandler: Codec<T.AgentConfiguredHookHandler> = /*#__PURE__*/ later(() => struct({ type: literal("agent") }))
export const ConfiguredHookHandler: Codec<T.ConfiguredHookHandler> = /*#__PURE__*/ later(() => tagged("type", ["command", "mcp_tool", "prompt", "agent"], [CommandConfiguredHookHandler, McpToolConfiguredHookHandler, PromptConfiguredHookHandler, AgentConfiguredHookHandler]))
export const ConfiguredHookMatcherGroup: Codec<T.ConfiguredHookMatcherGroup> = /*#__PURE__*/ later(() => struct({ hooks: orEmpty(ConfiguredHookHandler), matcher: optionalNullString }))
export const ManagedHooksRequirements: Codec<T.ManagedHooksRequirements> = /*#__PURE__*/ later(() => struct({ Interrupt: optionalKey(array(ConfiguredHookMatcherGroup)), PermissionRequest: orEmpty(ConfiguredHookMatcherGroup), PostCompact: orEmpty(ConfiguredHookMatcherGroup), PostModelRequest: optionalKey(array(ConfiguredHookMatcherGroup)), PostToolUse: orEmpty(ConfiguredHookMatcherGroup), PreCompact: orEmpty(ConfiguredHookMatcherGroup), PreModelRequest: optionalKey(array(ConfiguredHookMatcherGroup)), PreToolUse: orEmpty(ConfiguredHookMatcherGroup), SessionEnd: optionalKey(array(ConfiguredHookMatcherGroup)), SessionStart: orEmpty(ConfiguredHookMatcherGroup), Stop: orEmpty(ConfiguredHookMatcherGroup), SubagentStart: orEmpty(ConfiguredHookMatcherGroup), SubagentStop: orEmpty(ConfiguredHookMatcherGroup), UserPromptSubmit: orEmpty(ConfiguredHookMatcherGroup), managedDir: optionalNullString, windowsManagedDir: optionalNullString }))
export const InAppBrowserRequirements: Codec<T.InAppBrowserRequirements> = /*#__PURE__*/ later(() => struct({ allowExternalBrowserSettingsImport: optionalNullBoolean }))
export const NewThreadModelDefaults: Codec<T.NewThreadModelDefaults> = /*#__PURE__*/ later(() => struct({ model: optionalNullString, modelReasoningEffort: optionalKey(nullOr(ReasoningEffort)), serviceTier: optionalNullString }))
export const ModelsRequirements: Codec<T.ModelsRequirements> = /*#__PURE__*/ later(() => struct({ newThread: optionalKey(nullOr(NewThreadModelDefaults)) }))
export const NetworkUnixSocketPermission: Codec<T.NetworkUnixSocketPermission> = string
export const NetworkRequirements: Codec<T.NetworkRequirements> = /*#__PURE__*/ later(() => struct({ allowLocalBinding: optionalNullBoolean, allowUnixSockets: optionalKey(nullOr(strings)), allowUpstreamProxy: optionalNullBoolean, allowedDomains: optionalKey(nullOr(strings)), dangerouslyAllowAllUnixSockets: optionalNullBoolean, dangerouslyAllowNonLoopbackProxy: optionalNullBoolean, deniedDomains: optionalKey(nullOr(strings)), domains: optionalKey(nullOr(recordOf(string, NetworkDomainPermission))), enabled: optionalNullBoolean, httpPort: optionalNullNumber, managedAllowedDomainsOnly: optionalNullBoolean, reviewDomains: optionalKey(nullOr(strings)), socksPort: optionalNullNumber, unixSockets: optionalKey(nullOr(recordOf(string, NetworkUnixSocketPermission))) }))
export const OtelHttpProtocol: Codec<T.OtelHttpProtocol> = string
export const OtelTlsConfig: Codec<T.OtelTlsConfig> = /*#__PURE__*/ later(() => struct({ "ca-certificate": optionalNullString, "client-certificate": optionalNullString, "client-private-key": optionalNullString }))
export const OtlpHttpOtelExporter: Codec<T.OtlpHttpOtelExporter> = /*#__PURE__*/ later(() => struct({ "otlp-http": struct({ endpoint: string, headers: recordOf(string, string), protocol: OtelHttpProtocol, tls: optionalKey(nullOr(OtelTlsConfig)) }) }))
export const OtlpGrpcOtelExporter: Codec<T.OtlpGrpcOtelExporter> = /*#__PURE__*/ later(() => struct({ "otlp-grpc": struct({ endpoint: string, headers: recordOf(string, string), tls: optionalKey(nullOr(OtelTlsConfig)) }) }))
export const OtelExporter: Codec<T.OtelExporter> = /*#__PURE__*/ later(() => keyed([["otlp-http"], ["otlp-grpc"]], [string, OtlpHttpOtelExporter, OtlpGrpcOtelExporter]))
export const OtelToolResultLogConfig: Codec<T.OtelToolResultLogConfig> = /*#__PURE__*/ later(() => struct({ max_bytes: number }))
export const OtelRequirements: Codec<T.OtelRequirements> = /*#__PURE__*/ later(() => struct({ environment: optionalNullString, exporter: optionalKey(nullOr(OtelExporter)), headers_helper: optionalNullString, headers_helper_refresh_interval_ms: optionalNullNumber, log_agent_responses: optionalNullBoolean, log_guardian_assessments: optionalNullBoolean, log_sse_deltas: optionalNullBoolean, log_user_prompt: optionalNullBoolean, metrics_exporter: optionalKey(nullOr(OtelExporter)), span_attributes: optionalKey(nullOr(recordOf(string, string))), tool_result: optionalKey(nullOr(OtelToolResultLogConfig)), trace_exporter: optionalKey(nullOr(OtelExporter)), tracestate: optionalKey(nullOr(recordOf(string, recordOf(string, string)))) }))
export const ConfigRequirements: Codec<T.ConfigRequirements> = /*#__PURE__*/ later(() => struct({ additionalDeveloperInstructions: optionalNullString, allowAppshots: optionalNullBoolean, allowBrowserAndComputerUse: optionalNullBoolean, allowLoginShell: optionalNullBoolean, allowManagedHooksOnly: optionalNullBoolean, allowRemoteControl: optionalNullBoolean, allowedApprovalPolicies: optionalKey(nullOr(array(AskForApproval))), allowedApprovalsReviewers: optionalKey(nullOr(array(ApprovalsReviewer))), allowedLoginMethods: optionalKey(nullOr(array(ForcedLoginMethod))), allowedPermissionProfiles: optionalKey(nullOr(recordOf(string, boolean))), allowedSandboxModes: optionalKey(nullOr(array(SandboxMode))), allowedWebSearchModes: optionalKey(nullOr(array(WebSearchMode))), allowedWindowsSandboxImplementations: optionalKey(nullOr(array(WindowsSandboxImplementation))), application: optionalKey(nullOr(ApplicationRequirements)), autoReview: optionalKey(nullOr(AutoReviewRequirements)), browserUse: optionalKey(nullOr(BrowserUseRequirements)), chatgptBaseUrl: optionalNullString, checkForUpdateOnStartup: optionalNullBoolean, cliAuthCredentialsStore: optionalKey(nullOr(CliAuthCredentialsStoreMode)), computerUse: optionalKey(nullOr(ComputerUseRequirements)), defaultPermissions: optionalNullString, enforceResidency: optionalKey(nullOr(ResidencyRequirement)), featureRequirements: optionalKey(nullOr(recordOf(string, boolean))), feedback: optionalKey(nullOr(FeedbackRequirements)), hooks: optionalKey(nullOr(ManagedHooksRequirements)), inAppBrowser: optionalKey(nullOr(InAppBrowserRequirements)), logDir: optionalNullString, modelCatalogJson: optionalNullString, modelProvider: optionalNullString, modelProviders: optionalKey(nullOr(record)), models: optionalKey(nullOr(ModelsRequirements)), network: optionalKey(nullOr(NetworkRequirements)), otel: optionalKey(nullOr(OtelRequirements)), sqliteHome: optionalNullString }))
export const ConfigRequirementsReadResponse: Codec<T.ConfigRequirementsReadResponse> = /*#__PURE__*/ later(() => struct({ requirements: optionalKey(nullOr(ConfigRequirements)), supportsIndependentSpeedModes: optionalNullBoolean }))
export const TextPosition: Codec<T.TextPosition> = /*#__PURE__*/ later(() => struct({ column: number, line: number }))
export const TextRange: Codec<T.TextRange> = /*#__PURE__*/ later(() => struct({ end: TextPosition, start: TextPosition }))
export const ConfigWarningNotification: Codec<T.ConfigWarningNotification> = /*#__PURE__*/ later(() => struct({ details: optionalNullString, path: optionalNullString, range: optionalKey(nullOr(TextRange)), summary: string }))
export const OverriddenMetadata: Codec<T.OverriddenMetadata> = /*#__PURE__*/ later(() => struct({ effectiveValue: unknown, message: string, overridingLayer: ConfigLayerMetadata }))
export const WriteStatus: Codec<T.WriteStatus> = string
export const ConfigWriteResponse: Codec<T.ConfigWriteResponse> = /*#__PURE__*/ later(() => struct({ filePath: AbsolutePathBuf, overriddenMetadata: optionalKey(nullOr(OverriddenMetadata)), status: WriteStatus, version: string }))
export const ConsumeAccountRateLimitResetCreditOutcome: Codec<T.ConsumeAccountRateLimitResetCreditOutcome> = string
export const ConsumeAccountRateLimitResetCreditResponse: Codec<T.ConsumeAccountRateLimitResetCreditResponse> = /*#__PURE__*/ later(() => struct({ outcome: ConsumeAccountRateLimitResetCreditOutcome }))
export const ContextCompactedNotification: Codec<T.ContextCompactedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string, turnId: string }))
export const CyberAccessProgram: Codec<T.CyberAccessProgram> = string
export const DeprecationNoticeNotification: Codec<T.DeprecationNoticeNotification> = /*#__PURE__*/ later(() => struct({ details: optionalNullString, summary: string }))
export const InputTextDynamicToolCallOutputContentItem: Codec<T.InputTextDynamicToolCallOutputContentItem> = /*#__PURE__*/ later(() => struct({ text: string, type: literal("inputText") }))
export const InputImageDynamicToolCallOutputContentItem: Codec<T.InputImageDynamicToolCallOutputContentItem> = /*#__PURE__*/ later(() => struct({ imageUrl: string, type: literal("inputImage") }))
export const InputAudioDynamicToolCallOutputContentItem: Codec<T.InputAudioDynamicToolCallOutputContentItem> = /*#__PURE__*/ later(() => struct({ audioUrl: string, type: literal("inputAudio") }))
export const DynamicToolCallOutputContentItem: Codec<T.DynamicToolCallOutputContentItem> = /*#__PURE__*/ later(() => tagged("type", ["inputText", "inputImage", "inputAudio"], [InputTextDynamicToolCallOutputContentItem, InputImageDynamicToolCallOutputContentItem, InputAudioDynamicToolCallOutputContentItem]))
export const DynamicToolCallParams: Codec<T.DynamicToolCallParams> = /*#__PURE__*/ later(() => struct({ arguments: unknown, callId: string, namespace: optionalNullString, threadId: string, tool: string, turnId: string }))
export const DynamicToolCallStatus: Codec<T.DynamicToolCallStatus> = string
export const EnvironmentAddResponse: Codec<T.EnvironmentAddResponse> = record
export const EnvironmentConnectionNotification: Codec<T.EnvironmentConnectionNotification> = /*#__PURE__*/ later(() => struct({ environmentId: string, threadId: string }))
export const PathUri: Codec<T.PathUri> = string
export const EnvironmentShellInfo: Codec<T.EnvironmentShellInfo> = /*#__PURE__*/ later(() => struct({ name: string, path: string }))
export const EnvironmentInfoResponse: Codec<T.EnvironmentInfoResponse> = /*#__PURE__*/ later(() => struct({ cwd: optionalKey(nullOr(PathUri)), shell: EnvironmentShellInfo }))
export const EnvironmentStatusKind: Codec<T.EnvironmentStatusKind> = string
export const EnvironmentStatusResponse: Codec<T.EnvironmentStatusResponse> = /*#__PURE__*/ later(() => struct({ error: optionalNullString, status: EnvironmentStatusKind }))
export const MisalignmentSteer: Codec<T.MisalignmentSteer> = /*#__PURE__*/ later(() => struct({ message: string }))
export const MisalignmentErrorDetails: Codec<T.MisalignmentErrorDetails> = /*#__PURE__*/ later(() => struct({ detailedExplanation: optionalNullString, errorType: optionalNullString, reviewTarget: optionalNullString, steer: optionalKey(nullOr(MisalignmentSteer)) }))
export const TurnError: Codec<T.TurnError> = /*#__PURE__*/ later(() => struct({ additionalDetails: optionalNullString, codexErrorInfo: optionalKey(nullOr(CodexErrorInfo)), message: string, misalignment: optionalKey(nullOr(MisalignmentErrorDetails)) }))
export const ErrorNotification: Codec<T.ErrorNotification> = /*#__PURE__*/ later(() => struct({ error: TurnError, threadId: string, turnId: string, willRetry: boolean }))
export const ReadParsedCommand: Codec<T.ReadParsedCommand> = /*#__PURE__*/ later(() => struct({ cmd: string, name: string, path: string, type: literal("read") }))
export const ListFilesParsedCommand: Codec<T.ListFilesParsedCommand> = /*#__PURE__*/ later(() => struct({ cmd: string, path: optionalNullString, type: literal("list_files") }))
export const SearchParsedCommand: Codec<T.SearchParsedCommand> = /*#__PURE__*/ later(() => struct({ cmd: string, path: optionalNullString, query: optionalNullString, type: literal("search") }))
export const UnknownParsedCommand: Codec<T.UnknownParsedCommand> = /*#__PURE__*/ later(() => struct({ cmd: string, type: literal("unknown") }))
export const ParsedCommand: Codec<T.ParsedCommand> = /*#__PURE__*/ later(() => tagged("type", ["read", "list_files", "search", "unknown"], [ReadParsedCommand, ListFilesParsedCommand, SearchParsedCommand, UnknownParsedCommand]))
export const ExecCommandApprovalParams: Codec<T.ExecCommandApprovalParams> = /*#__PURE__*/ later(() => struct({ approvalId: optionalNullString, callId: string, command: listOfStrings, conversationId: ThreadId, cwd: string, parsedCmd: orEmpty(ParsedCommand), reason: optionalNullString }))
export const ExperimentalFeatureStage: Codec<T.ExperimentalFeatureStage> = string
export const ExperimentalFeature: Codec<T.ExperimentalFeature> = /*#__PURE__*/ later(() => struct({ announcement: optionalNullString, defaultEnabled: boolean, description: optionalNullString, displayName: optionalNullString, enabled: boolean, name: string, stage: ExperimentalFeatureStage }))
export const ExperimentalFeatureEnablementSetResponse: Codec<T.ExperimentalFeatureEnablementSetResponse> = /*#__PURE__*/ later(() => struct({ enablement: recordOf(string, boolean) }))
export const ExperimentalFeatureListResponse: Codec<T.ExperimentalFeatureListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(ExperimentalFeature), nextCursor: optionalNullString }))
export const ExternalAgentDetectedConnectorSource: Codec<T.ExternalAgentDetectedConnectorSource> = string
export const ExternalAgentDetectedConnectorCandidate: Codec<T.ExternalAgentDetectedConnectorCandidate> = /*#__PURE__*/ later(() => struct({ name: string, sessionCount: number, source: ExternalAgentDetectedConnectorSource }))
export const HookMigration: Codec<T.HookMigration> = /*#__PURE__*/ later(() => struct({ name: string }))
export const McpServerMigration: Codec<T.McpServerMigration> = /*#__PURE__*/ later(() => struct({ name: string }))
export const PluginsMigration: Codec<T.PluginsMigration> = /*#__PURE__*/ later(() => struct({ marketplaceName: string, pluginNames: listOfStrings }))
export const SessionMigration: Codec<T.SessionMigration> = /*#__PURE__*/ later(() => struct({ cwd: string, path: string, title: optionalNullString }))
export const SkillMigration: Codec<T.SkillMigration> = /*#__PURE__*/ later(() => struct({ name: string }))
export const SubagentMigration: Codec<T.SubagentMigration> = /*#__PURE__*/ later(() => struct({ name: string }))
export const MigrationDetails: Codec<T.MigrationDetails> = /*#__PURE__*/ later(() => struct({ commands: optionalKey(array(CommandMigration)), hooks: optionalKey(array(HookMigration)), mcpServers: optionalKey(array(McpServerMigration)), memory: optionalKey(strings), plugins: optionalKey(array(PluginsMigration)), sessions: optionalKey(array(SessionMigration)), skills: optionalKey(array(SkillMigration)), subagents: optionalKey(array(SubagentMigration)) }))
export const ExternalAgentConfigMigrationItemType: Codec<T.ExternalAgentConfigMigrationItemType> = string
export const ExternalAgentConfigMigrationItem: Codec<T.ExternalAgentConfigMigrationItem> = /*#__PURE__*/ later(() => struct({ cwd: optionalNullString, description: string, details: optionalKey(nullOr(MigrationDetails)), itemType: ExternalAgentConfigMigrationItemType }))
export const ExternalAgentConfigDetectResponse: Codec<T.ExternalAgentConfigDetectResponse> = /*#__PURE__*/ later(() => struct({ connectors: optionalKey(array(ExternalAgentDetectedConnectorCandidate)), items: orEmpty(ExternalAgentConfigMigrationItem) }))
export const ExternalAgentConfigImportItemTypeFailure: Codec<T.ExternalAgentConfigImportItemTypeFailure> = /*#__PURE__*/ later(() => struct({ cwd: optionalNullString, errorType: optionalNullString, failureStage: string, itemType: ExternalAgentConfigMigrationItemType, message: string, source: optionalNullString, subErrorType: optionalNullString }))
export const ExternalAgentConfigImportItemTypeSuccess: Codec<T.ExternalAgentConfigImportItemTypeSuccess> = /*#__PURE__*/ later(() => struct({ cwd: optionalNullString, itemType: ExternalAgentConfigMigrationItemType, source: optionalNullString, target: optionalNullString, title: optionalNullString }))
export const ExternalAgentConfigImportTypeResult: Codec<T.ExternalAgentConfigImportTypeResult> = /*#__PURE__*/ later(() => struct({ failures: orEmpty(ExternalAgentConfigImportItemTypeFailure), itemType: ExternalAgentConfigMigrationItemType, successes: orEmpty(ExternalAgentConfigImportItemTypeSuccess) }))
export const ExternalAgentConfigImportCompletedNotification: Codec<T.ExternalAgentConfigImportCompletedNotification> = /*#__PURE__*/ later(() => struct({ importId: string, itemTypeResults: orEmpty(ExternalAgentConfigImportTypeResult) }))
export const ExternalAgentImportedConnectorSource: Codec<T.ExternalAgentImportedConnectorSource> = string
export const ExternalAgentImportedConnectorCandidate: Codec<T.ExternalAgentImportedConnectorCandidate> = /*#__PURE__*/ later(() => struct({ name: string, sessionCount: number, source: ExternalAgentImportedConnectorSource }))
export const ExternalAgentConfigImportHistory: Codec<T.ExternalAgentConfigImportHistory> = /*#__PURE__*/ later(() => struct({ completedAtMs: number, failures: orEmpty(ExternalAgentConfigImportItemTypeFailure), importId: string, providerId: optionalNullString, successes: orEmpty(ExternalAgentConfigImportItemTypeSuccess) }))
export const ExternalAgentConfigImportHistoriesReadResponse: Codec<T.ExternalAgentConfigImportHistoriesReadResponse> = /*#__PURE__*/ later(() => struct({ connectors: orEmpty(ExternalAgentImportedConnectorCandidate), data: orEmpty(ExternalAgentConfigImportHistory) }))
export const ExternalAgentConfigImportHistoryRecordResponse: Codec<T.ExternalAgentConfigImportHistoryRecordResponse> = /*#__PURE__*/ later(() => struct({ importId: string }))
export const ExternalAgentConfigImportProgressNotification: Codec<T.ExternalAgentConfigImportProgressNotification> = /*#__PURE__*/ later(() => struct({ importId: string, itemTypeResults: orEmpty(ExternalAgentConfigImportTypeResult) }))
export const ExternalAgentConfigImportResponse: Codec<T.ExternalAgentConfigImportResponse> = /*#__PURE__*/ later(() => struct({ importId: string }))
export const FeedbackSaveResponse: Codec<T.FeedbackSaveResponse> = /*#__PURE__*/ later(() => struct({ promptHash: optionalNullString, savedPath: LegacyAppPathString, threadId: string }))
export const FeedbackUploadResponse: Codec<T.FeedbackUploadResponse> = /*#__PURE__*/ later(() => struct({ promptHash: optionalNullString, threadId: string }))
export const FileChangeOutputDeltaNotification: Codec<T.FileChangeOutputDeltaNotification> = /*#__PURE__*/ later(() => struct({ delta: string, itemId: string, threadId: string, turnId: string }))
export const AddPatchChangeKind: Codec<T.AddPatchChangeKind> = /*#__PURE__*/ later(() => struct({ type: literal("add") }))
export const DeletePatchChangeKind: Codec<T.DeletePatchChangeKind> = /*#__PURE__*/ later(() => struct({ type: literal("delete") }))
export const UpdatePatchChangeKind: Codec<T.UpdatePatchChangeKind> = /*#__PURE__*/ later(() => struct({ move_path: optionalNullString, type: literal("update") }))
export const PatchChangeKind: Codec<T.PatchChangeKind> = /*#__PURE__*/ later(() => tagged("type", ["add", "delete", "update"], [AddPatchChangeKind, DeletePatchChangeKind, UpdatePatchChangeKind]))
export const FileUpdateChange: Codec<T.FileUpdateChange> = /*#__PURE__*/ later(() => struct({ diff: string, kind: PatchChangeKind, path: string }))
export const FileChangePatchUpdatedNotification: Codec<T.FileChangePatchUpdatedNotification> = /*#__PURE__*/ later(() => struct({ changes: orEmpty(FileUpdateChange), itemId: string, threadId: string, turnId: string }))
export const FileChangeRequestApprovalParams: Codec<T.FileChangeRequestApprovalParams> = /*#__PURE__*/ later(() => struct({ grantRoot: optionalNullString, itemId: string, reason: optionalNullString, startedAtMs: optionalNumber, threadId: string, turnId: string }))
export const FsChangedNotification: Codec<T.FsChangedNotification> = /*#__PURE__*/ later(() => struct({ changedPaths: orEmpty(AbsolutePathBuf), watchId: string }))
export const FsCopyResponse: Codec<T.FsCopyResponse> = record
export const FsCreateDirectoryResponse: Codec<T.FsCreateDirectoryResponse> = record
export const FsGetMetadataResponse: Codec<T.FsGetMetadataResponse> = /*#__PURE__*/ later(() => struct({ createdAtMs: number, isDirectory: boolean, isFile: boolean, isSymlink: boolean, modifiedAtMs: number }))
export const FsReadDirectoryEntry: Codec<T.FsReadDirectoryEntry> = /*#__PURE__*/ later(() => struct({ fileName: string, isDirectory: boolean, isFile: boolean }))
export const FsReadDirectoryResponse: Codec<T.FsReadDirectoryResponse> = /*#__PURE__*/ later(() => struct({ entries: orEmpty(FsReadDirectoryEntry) }))
export const FsReadFileResponse: Codec<T.FsReadFileResponse> = /*#__PURE__*/ later(() => struct({ dataBase64: string }))
export const FsRemoveResponse: Codec<T.FsRemoveResponse> = record
export const FsUnwatchResponse: Codec<T.FsUnwatchResponse> = record
export const FsWatchResponse: Codec<T.FsWatchResponse> = /*#__PURE__*/ later(() => struct({ path: AbsolutePathBuf }))
export const FsWriteFileResponse: Codec<T.FsWriteFileResponse> = record
export const ImageDetail: Codec<T.ImageDetail> = string
export const InputTextFunctionCallOutputContentItem: Codec<T.InputTextFunctionCallOutputContentItem> = /*#__PURE__*/ later(() => struct({ text: string, type: literal("input_text") }))
export const InputImageFunctionCallOutputContentItem: Codec<T.InputImageFunctionCallOutputContentItem> = /*#__PURE__*/ later(() => struct({ detail: optionalKey(nullOr(ImageDetail)), type: literal("input_image"), image_url: optionalString, file_id: optionalString }))
export const InputAudioFunctionCallOutputContentItem: Codec<T.InputAudioFunctionCallOutputContentItem> = /*#__PURE__*/ later(() => struct({ type: literal("input_audio"), audio_url: optionalString, file_id: optionalString }))
export const EncryptedContentFunctionCallOutputContentItem: Codec<T.EncryptedContentFunctionCallOutputContentItem> = /*#__PURE__*/ later(() => struct({ encrypted_content: string, type: literal("encrypted_content") }))
export const FunctionCallOutputContentItem: Codec<T.FunctionCallOutputContentItem> = /*#__PURE__*/ later(() => tagged("type", ["input_text", "input_image", "input_audio", "encrypted_content"], [InputTextFunctionCallOutputContentItem, InputImageFunctionCallOutputContentItem, InputAudioFunctionCallOutputContentItem, EncryptedContentFunctionCallOutputContentItem]))
export const FunctionCallOutputBody: Codec<T.FunctionCallOutputBody> = /*#__PURE__*/ later(() => union([string, array(FunctionCallOutputContentItem)]))
export const FuzzyFileSearchMatchType: Codec<T.FuzzyFileSearchMatchType> = string
export const FuzzyFileSearchResult: Codec<T.FuzzyFileSearchResult> = /*#__PURE__*/ later(() => struct({ file_name: string, indices: optionalKey(nullOr(array(number))), match_type: FuzzyFileSearchMatchType, path: string, root: string, score: number }))
export const FuzzyFileSearchResponse: Codec<T.FuzzyFileSearchResponse> = /*#__PURE__*/ later(() => struct({ files: orEmpty(FuzzyFileSearchResult) }))
export const FuzzyFileSearchSessionCompletedNotification: Codec<T.FuzzyFileSearchSessionCompletedNotification> = /*#__PURE__*/ later(() => struct({ sessionId: string }))
export const FuzzyFileSearchSessionStartResponse: Codec<T.FuzzyFileSearchSessionStartResponse> = record
export const FuzzyFileSearchSessionStopResponse: Codec<T.FuzzyFileSearchSessionStopResponse> = record
export const FuzzyFileSearchSessionUpdateResponse: Codec<T.FuzzyFileSearchSessionUpdateResponse> = record
export const FuzzyFileSearchSessionUpdatedNotification: Codec<T.FuzzyFileSearchSessionUpdatedNotification> = /*#__PURE__*/ later(() => struct({ files: orEmpty(FuzzyFileSearchResult), query: string, sessionId: string }))
export const NoneGatewayAuth: Codec<T.NoneGatewayAuth> = /*#__PURE__*/ later(() => struct({ mode: literal("none") }))
export const EnvironmentVariableGatewayAuth: Codec<T.EnvironmentVariableGatewayAuth> = /*#__PURE__*/ later(() => struct({ envKey: string, mode: literal("environmentVariable") }))
export const ModeGatewayAuth: Codec<T.ModeGatewayAuth> = /*#__PURE__*/ later(() => struct({ envKey: optionalNullString, mode: literal("externallyConfigured") }))
export const GatewayAuth: Codec<T.GatewayAuth> = /*#__PURE__*/ later(() => tagged("mode", ["none", "environmentVariable", "externallyConfigured"], [NoneGatewayAuth, EnvironmentVariableGatewayAuth, ModeGatewayAuth]))
export const GatewayOAuthCancelResponse: Codec<T.GatewayOAuthCancelResponse> = record
export const GatewayOAuthStatus: Codec<T.GatewayOAuthStatus> = string
export const GatewayOAuthChangedNotification: Codec<T.GatewayOAuthChangedNotification> = /*#__PURE__*/ later(() => struct({ authUrl: optionalNullString, error: optionalNullString, loginId: optionalNullString, providerId: string, status: GatewayOAuthStatus }))
export const GatewayOAuthPrompt: Codec<T.GatewayOAuthPrompt> = /*#__PURE__*/ later(() => struct({ loginId: string, userCode: string, verificationUrl: string }))
export const GatewayOAuthLoginResponse: Codec<T.GatewayOAuthLoginResponse> = /*#__PURE__*/ later(() => struct({ prompt: optionalKey(nullOr(GatewayOAuthPrompt)) }))
export const GatewayOAuthReadResponse: Codec<T.GatewayOAuthReadResponse> = /*#__PURE__*/ later(() => struct({ error: optionalNullString, providerId: string, providerName: string, required: boolean, status: optionalKey(nullOr(GatewayOAuthStatus)), supportsDeviceAuth: optionalBoolean }))
export const GcpSetupResponse: Codec<T.GcpSetupResponse> = record
export const RateLimitResetType: Codec<T.RateLimitResetType> = string
export const RateLimitResetCreditStatus: Codec<T.RateLimitResetCreditStatus> = string
export const RateLimitResetCredit: Codec<T.RateLimitResetCredit> = /*#__PURE__*/ later(() => struct({ description: optionalNullString, expiresAt: optionalNullNumber, grantedAt: number, id: string, resetType: RateLimitResetType, status: RateLimitResetCreditStatus, title: optionalNullString }))
export const RateLimitResetCreditsSummary: Codec<T.RateLimitResetCreditsSummary> = /*#__PURE__*/ later(() => struct({ availableCount: number, credits: optionalKey(nullOr(array(RateLimitResetCredit))) }))
export const GetAccountRateLimitsResponse: Codec<T.GetAccountRateLimitsResponse> = /*#__PURE__*/ later(() => struct({ accountId: optionalNullString, ordinaryUsageAllowed: optionalNullBoolean, rateLimitResetCredits: optionalKey(nullOr(RateLimitResetCreditsSummary)), rateLimitUpsell: optionalUnknown, rateLimits: RateLimitSnapshot, rateLimitsByLimitId: optionalKey(nullOr(recordOf(string, RateLimitSnapshot))) }))
export const WorkspaceRouting: Codec<T.WorkspaceRouting> = /*#__PURE__*/ later(() => struct({ accountRoutingOverride: AccountRoutingOverride, backendOrigin: string, chatgptAccountId: string }))
export const GetAccountResponse: Codec<T.GetAccountResponse> = /*#__PURE__*/ later(() => struct({ account: optionalKey(nullOr(Account)), requiresOpenaiAuth: boolean, userId: optionalNullString, workspaceRouting: optionalKey(nullOr(WorkspaceRouting)) }))
export const GetAccountSecuritySetupResponse: Codec<T.GetAccountSecuritySetupResponse> = /*#__PURE__*/ later(() => struct({ notice: optionalKey(nullOr(AccountSecuritySetupNotice)) }))
export const ThreadUsageBreakdownGroup: Codec<T.ThreadUsageBreakdownGroup> = /*#__PURE__*/ later(() => struct({ cachedInputTokens: optionalNullNumber, estimatedUsageCreditsMicros: number, inputTokens: optionalNullNumber, model: optionalNullString, netNewInputTokens: optionalNullNumber, outputTokens: optionalNullNumber, reasoningEffort: optionalNullString, speed: optionalNullString, totalTokens: optionalNullNumber }))
export const ThreadUsage: Codec<T.ThreadUsage> = /*#__PURE__*/ later(() => struct({ estimatedUsageCreditsMicros: number, estimatedUsageUsdMicros: optionalNullNumber, groups: orEmpty(ThreadUsageBreakdownGroup), nativeUsageUsdMicros: optionalNullNumber, threadId: string }))
export const GetAccountTokenUsageResponse: Codec<T.GetAccountTokenUsageResponse> = /*#__PURE__*/ later(() => struct({ dailyUsageBuckets: optionalKey(nullOr(array(AccountTokenUsageDailyBucket))), summary: AccountTokenUsageSummary, threadUsage: optionalKey(nullOr(ThreadUsage)) }))
export const WorkspaceMessageType: Codec<T.WorkspaceMessageType> = string
export const WorkspaceMessage: Codec<T.WorkspaceMessage> = /*#__PURE__*/ later(() => struct({ archivedAt: optionalNullNumber, createdAt: optionalNullNumber, messageBody: string, messageId: string, messageType: WorkspaceMessageType }))
export const GetWorkspaceMessagesResponse: Codec<T.GetWorkspaceMessagesResponse> = /*#__PURE__*/ later(() => struct({ featureEnabled: boolean, messages: orEmpty(WorkspaceMessage) }))
export const GitInfo: Codec<T.GitInfo> = /*#__PURE__*/ later(() => struct({ branch: optionalNullString, originUrl: optionalNullString, sha: optionalNullString }))
export const GuardianRiskLevel: Codec<T.GuardianRiskLevel> = string
export const GuardianApprovalReviewStatus: Codec<T.GuardianApprovalReviewStatus> = string
export const GuardianUserAuthorization: Codec<T.GuardianUserAuthorization> = string
export const GuardianApprovalReview: Codec<T.GuardianApprovalReview> = /*#__PURE__*/ later(() => struct({ rationale: optionalNullString, riskLevel: optionalKey(nullOr(GuardianRiskLevel)), status: GuardianApprovalReviewStatus, userAuthorization: optionalKey(nullOr(GuardianUserAuthorization)) }))
export const GuardianCommandSource: Codec<T.GuardianCommandSource> = string
export const RequestPermissionProfile: Codec<T.RequestPermissionProfile> = /*#__PURE__*/ later(() => struct({ fileSystem: optionalKey(nullOr(AdditionalFileSystemPermissions)), network: optionalKey(nullOr(AdditionalNetworkPermissions)) }))
export const CommandGuardianApprovalReviewAction: Codec<T.CommandGuardianApprovalReviewAction> = /*#__PURE__*/ later(() => struct({ command: string, cwd: LegacyAppPathString, source: GuardianCommandSource, type: literal("command") }))
export const ExecveGuardianApprovalReviewAction: Codec<T.ExecveGuardianApprovalReviewAction> = /*#__PURE__*/ later(() => struct({ argv: listOfStrings, cwd: AbsolutePathBuf, program: string, source: GuardianCommandSource, type: literal("execve") }))
export const WriteStdinGuardianApprovalReviewAction: Codec<T.WriteStdinGuardianApprovalReviewAction> = /*#__PURE__*/ later(() => struct({ approvalId: string, cwd: LegacyAppPathString, processId: string, stdin: string, type: literal("writeStdin") }))
export const ApplyPatchGuardianApprovalReviewAction: Codec<T.ApplyPatchGuardianApprovalReviewAction> = /*#__PURE__*/ later(() => struct({ cwd: LegacyAppPathString, files: orEmpty(LegacyAppPathString), type: literal("applyPatch") }))
export const NetworkAccessGuardianApprovalReviewAction: Codec<T.NetworkAccessGuardianApprovalReviewAction> = /*#__PURE__*/ later(() => struct({ host: string, port: number, protocol: NetworkApprovalProtocol, target: string, type: literal("networkAccess") }))
export const McpToolCallGuardianApprovalReviewAction: Codec<T.McpToolCallGuardianApprovalReviewAction> = /*#__PURE__*/ later(() => struct({ connectorId: optionalNullString, connectorName: optionalNullString, server: string, toolName: string, toolTitle: optionalNullString, type: literal("mcpToolCall") }))
export const RequestPermissionsGuardianApprovalReviewAction: Codec<T.RequestPermissionsGuardianApprovalReviewAction> = /*#__PURE__*/ later(() => struct({ permissions: RequestPermissionProfile, reason: optionalNullString, type: literal("requestPermissions") }))
export const GuardianApprovalReviewAction: Codec<T.GuardianApprovalReviewAction> = /*#__PURE__*/ later(() => tagged("type", ["command", "execve", "writeStdin", "applyPatch", "networkAccess", "mcpToolCall", "requestPermissions"], [CommandGuardianApprovalReviewAction, ExecveGuardianApprovalReviewAction, WriteStdinGuardianApprovalReviewAction, ApplyPatchGuardianApprovalReviewAction, NetworkAccessGuardianApprovalReviewAction, McpToolCallGuardianApprovalReviewAction, RequestPermissionsGuardianApprovalReviewAction]))
export const GuardianAssessmentOutcome: Codec<T.GuardianAssessmentOutcome> = string
export const GuardianWarningNotification: Codec<T.GuardianWarningNotification> = /*#__PURE__*/ later(() => struct({ message: string, threadId: string }))
export const HookOutputEntryKind: Codec<T.HookOutputEntryKind> = string
export const HookOutputEntry: Codec<T.HookOutputEntry> = /*#__PURE__*/ later(() => struct({ kind: HookOutputEntryKind, text: string }))
export const HookEventName: Codec<T.HookEventName> = string
export const HookExecutionMode: Codec<T.HookExecutionMode> = string
export const HookHandlerType: Codec<T.HookHandlerType> = string
export const HookScope: Codec<T.HookScope> = string
export const HookSource: Codec<T.HookSource> = string
export const HookRunStatus: Codec<T.HookRunStatus> = string
export const HookRunSummary: Codec<T.HookRunSummary> = /*#__PURE__*/ later(() => struct({ completedAt: optionalNullNumber, displayOrder: number, durationMs: optionalNullNumber, entries: orEmpty(HookOutputEntry), eventName: HookEventName, executionMode: HookExecutionMode, handlerType: HookHandlerType, id: string, scope: HookScope, source: optionalKey(HookSource), sourcePath: LegacyAppPathString, startedAt: number, status: HookRunStatus, statusMessage: optionalNullString }))
export const HookCompletedNotification: Codec<T.HookCompletedNotification> = /*#__PURE__*/ later(() => struct({ run: HookRunSummary, threadId: string, turnId: optionalNullString }))
export const HookErrorInfo: Codec<T.HookErrorInfo> = /*#__PURE__*/ later(() => struct({ message: string, path: string }))
export const HookTrustStatus: Codec<T.HookTrustStatus> = string
export const CommandHookMetadata: Codec<T.CommandHookMetadata> = /*#__PURE__*/ later(() => struct({ additionalContextLimit: optionalNullNumber, currentHash: string, displayOrder: number, enabled: boolean, environmentId: optionalNullString, eventName: HookEventName, isManaged: boolean, key: string, matcher: optionalNullString, pluginId: optionalNullString, source: HookSource, sourcePath: AbsolutePathBuf, statusMessage: optionalNullString, timeoutSec: number, trustStatus: HookTrustStatus, async: optionalBoolean, command: string, handlerType: literal("command") }))
export const McpToolHookMetadata: Codec<T.McpToolHookMetadata> = /*#__PURE__*/ later(() => struct({ additionalContextLimit: optionalNullNumber, currentHash: string, displayOrder: number, enabled: boolean, environmentId: optionalNullString, eventName: HookEventName, isManaged: boolean, key: string, matcher: optionalNullString, pluginId: optionalNullString, source: HookSource, sourcePath: AbsolutePathBuf, statusMessage: optionalNullString, timeoutSec: number, trustStatus: HookTrustStatus, handlerType: literal("mcpTool"), server: string, tool: string }))
export const PromptHookMetadata: Codec<T.PromptHookMetadata> = /*#__PURE__*/ later(() => struct({ additionalContextLimit: optionalNullNumber, currentHash: string, displayOrder: number, enabled: boolean, environmentId: optionalNullString, eventName: HookEventName, isManaged: boolean, key: string, matcher: optionalNullString, pluginId: optionalNullString, source: HookSource, sourcePath: AbsolutePathBuf, statusMessage: optionalNullString, timeoutSec: number, trustStatus: HookTrustStatus, handlerType: literal("prompt") }))
export const AgentHookMetadata: Codec<T.AgentHookMetadata> = /*#__PURE__*/ later(() => struct({ additionalContextLimit: optionalNullNumber, currentHash: string, displayOrder: number, enabled: boolean, environmentId: optionalNullString, eventName: HookEventName, isManaged: boolean, key: string, matcher: optionalNullString, pluginId: optionalNullString, source: HookSource, sourcePath: AbsolutePathBuf, statusMessage: optionalNullString, timeoutSec: number, trustStatus: HookTrustStatus, handlerType: literal("agent") }))
export const HookMetadata: Codec<T.HookMetadata> = /*#__PURE__*/ later(() => tagged("handlerType", ["command", "mcpTool", "prompt", "agent"], [CommandHookMetadata, McpToolHookMetadata, PromptHookMetadata, AgentHookMetadata]))
export const HookPromptFragment: Codec<T.HookPromptFragment> = /*#__PURE__*/ later(() => struct({ hookRunId: string, text: string }))
export const HookStartedNotification: Codec<T.HookStartedNotification> = /*#__PURE__*/ later(() => struct({ run: HookRunSummary, threadId: string, turnId: optionalNullString }))
export const HooksListEntry: Codec<T.HooksListEntry> = /*#__PURE__*/ later(() => struct({ cwd: string, errors: orEmpty(HookErrorInfo), hooks: orEmpty(HookMetadata), warnings: listOfStrings }))
export const HooksListResponse: Codec<T.HooksListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(HooksListEntry) }))
export const UsageLimitExceededImageGenerationFailure: Codec<T.UsageLimitExceededImageGenerationFailure> = /*#__PURE__*/ later(() => struct({ limitId: string, resetsAt: optionalNullNumber, type: literal("usageLimitExceeded") }))
export const ImageGenerationFailure: Codec<T.ImageGenerationFailure> = /*#__PURE__*/ later(() => tagged("type", ["usageLimitExceeded"], [UsageLimitExceededImageGenerationFailure]))
export const ImageGenerationInputImage: Codec<T.ImageGenerationInputImage> = /*#__PURE__*/ later(() => struct({ path: AbsolutePathBuf, sha256: string }))
export const InitializeResponse: Codec<T.InitializeResponse> = /*#__PURE__*/ later(() => struct({ codexHome: AbsolutePathBuf, platformFamily: string, platformOs: string, userAgent: string }))
export const InputModality: Codec<T.InputModality> = string
export const TextElement: Codec<T.TextElement> = /*#__PURE__*/ later(() => struct({ byteRange: ByteRange, placeholder: optionalNullString }))
export const TextUserInput: Codec<T.TextUserInput> = /*#__PURE__*/ later(() => struct({ text: string, text_elements: optionalKey(array(TextElement)), type: literal("text") }))
export const ImageUserInput: Codec<T.ImageUserInput> = /*#__PURE__*/ later(() => struct({ detail: optionalKey(nullOr(ImageDetail)), type: literal("image"), url: optionalString, fileId: optionalString }))
export const LocalImageUserInput: Codec<T.LocalImageUserInput> = /*#__PURE__*/ later(() => struct({ detail: optionalKey(nullOr(ImageDetail)), path: string, type: literal("localImage") }))
export const AudioUserInput: Codec<T.AudioUserInput> = /*#__PURE__*/ later(() => struct({ type: literal("audio"), url: optionalString, fileId: optionalString }))
export const LocalAudioUserInput: Codec<T.LocalAudioUserInput> = /*#__PURE__*/ later(() => struct({ path: string, type: literal("localAudio") }))
export const SkillUserInput: Codec<T.SkillUserInput> = /*#__PURE__*/ later(() => struct({ name: string, path: string, type: literal("skill") }))
export const MentionUserInput: Codec<T.MentionUserInput> = /*#__PURE__*/ later(() => struct({ name: string, path: string, type: literal("mention") }))
export const UserInput: Codec<T.UserInput> = /*#__PURE__*/ later(() => tagged("type", ["text", "image", "localImage", "audio", "localAudio", "skill", "mention"], [TextUserInput, ImageUserInput, LocalImageUserInput, AudioUserInput, LocalAudioUserInput, SkillUserInput, MentionUserInput]))
export const MemoryCitationEntry: Codec<T.MemoryCitationEntry> = /*#__PURE__*/ later(() => struct({ lineEnd: number, lineStart: number, note: string, path: string }))
export const MemoryCitation: Codec<T.MemoryCitation> = /*#__PURE__*/ later(() => struct({ entries: orEmpty(MemoryCitationEntry), threadIds: listOfStrings }))
export const MessagePhase: Codec<T.MessagePhase> = string
export const PatchApplyStatus: Codec<T.PatchApplyStatus> = string
export const McpToolCallAppContext: Codec<T.McpToolCallAppContext> = /*#__PURE__*/ later(() => struct({ actionName: optionalNullString, appName: optionalNullString, connectorId: string, linkId: optionalNullString, resourceUri: optionalNullString }))
export const McpToolCallError: Codec<T.McpToolCallError> = /*#__PURE__*/ later(() => struct({ message: string }))
export const McpAppDisplayMode: Codec<T.McpAppDisplayMode> = string
export const McpAppUi: Codec<T.McpAppUi> = /*#__PURE__*/ later(() => struct({ preferredModelDisplayMode: McpAppDisplayMode, resourceUri: string }))
export const McpToolCallResult: Codec<T.McpToolCallResult> = /*#__PURE__*/ later(() => struct({ _meta: optionalUnknown, content: orEmpty(unknown), structuredContent: optionalUnknown }))
export const McpToolCallStatus: Codec<T.McpToolCallStatus> = string
export const SubAgentActivityKind: Codec<T.SubAgentActivityKind> = string
export const SearchWebSearchAction: Codec<T.SearchWebSearchAction> = /*#__PURE__*/ later(() => struct({ queries: optionalKey(nullOr(strings)), query: optionalNullString, type: literal("search") }))
export const OpenPageWebSearchAction: Codec<T.OpenPageWebSearchAction> = /*#__PURE__*/ later(() => struct({ type: literal("openPage"), url: optionalNullString }))
export const FindInPageWebSearchAction: Codec<T.FindInPageWebSearchAction> = /*#__PURE__*/ later(() => struct({ pattern: optionalNullString, type: literal("findInPage"), url: optionalNullString }))
export const OtherWebSearchAction: Codec<T.OtherWebSearchAction> = /*#__PURE__*/ later(() => struct({ type: literal("other") }))
export const WebSearchAction: Codec<T.WebSearchAction> = /*#__PURE__*/ later(() => tagged("type", ["search", "openPage", "findInPage", "other"], [SearchWebSearchAction, OpenPageWebSearchAction, FindInPageWebSearchAction, OtherWebSearchAction]))
export const UserMessageThreadItem: Codec<T.UserMessageThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, clientId: optionalNullString, content: orEmpty(UserInput), id: string, type: literal("userMessage") }))
export const HookPromptThreadItem: Codec<T.HookPromptThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, fragments: orEmpty(HookPromptFragment), id: string, type: literal("hookPrompt") }))
export const AgentMessageThreadItem: Codec<T.AgentMessageThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, delivery: optionalKey(nullOr(AgentMessageDelivery)), id: string, memoryCitation: optionalKey(nullOr(MemoryCitation)), moderation: optionalKey(nullOr(AgentMessageModeration)), phase: optionalKey(nullOr(MessagePhase)), questions: optionalKey(nullOr(array(AsyncUserInputQuestion))), text: string, type: literal("agentMessage") }))
export const FunctionCallOutputThreadItem: Codec<T.FunctionCallOutputThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, id: string, name: string, namespace: optionalNullString, output: FunctionCallOutputBody, type: literal("functionCallOutput") }))
export const PlanThreadItem: Codec<T.PlanThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, id: string, text: string, type: literal("plan") }))
export const ReasoningThreadItem: Codec<T.ReasoningThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, content: optionalKey(strings), id: string, summary: optionalKey(strings), type: literal("reasoning") }))
export const CommandExecutionThreadItem: Codec<T.CommandExecutionThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, aggregatedOutput: optionalNullString, command: string, commandActions: orEmpty(CommandAction), cwd: LegacyAppPathString, durationMs: optionalNullNumber, exitCode: optionalNullNumber, id: string, pluginId: optionalNullString, processId: optionalNullString, scriptPath: optionalNullString, source: optionalKey(CommandExecutionSource), status: CommandExecutionStatus, type: literal("commandExecution") }))
export const FileChangeThreadItem: Codec<T.FileChangeThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, changes: orEmpty(FileUpdateChange), id: string, status: PatchApplyStatus, type: literal("fileChange") }))
export const McpToolCallThreadItem: Codec<T.McpToolCallThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, appContext: optionalKey(nullOr(McpToolCallAppContext)), arguments: unknown, durationMs: optionalNullNumber, environmentId: optionalNullString, error: optionalKey(nullOr(McpToolCallError)), id: string, mcpAppResourceUri: optionalNullString, mcpAppUi: optionalKey(nullOr(McpAppUi)), pluginId: optionalNullString, readOnlyHint: optionalNullBoolean, result: optionalKey(nullOr(McpToolCallResult)), server: string, status: McpToolCallStatus, tool: string, type: literal("mcpToolCall") }))
export const DynamicToolCallThreadItem: Codec<T.DynamicToolCallThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, arguments: unknown, contentItems: optionalKey(nullOr(array(DynamicToolCallOutputContentItem))), durationMs: optionalNullNumber, id: string, namespace: optionalNullString, status: DynamicToolCallStatus, success: optionalNullBoolean, tool: string, type: literal("dynamicToolCall") }))
export const CollabAgentToolCallThreadItem: Codec<T.CollabAgentToolCallThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, agentsStates: recordOf(string, CollabAgentState), id: string, model: optionalNullString, prompt: optionalNullString, reasoningEffort: optionalKey(nullOr(ReasoningEffort)), receiverThreadIds: listOfStrings, senderThreadId: string, status: CollabAgentToolCallStatus, tool: CollabAgentTool, type: literal("collabAgentToolCall") }))
export const SubAgentActivityThreadItem: Codec<T.SubAgentActivityThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, agentPath: string, agentThreadId: string, id: string, kind: SubAgentActivityKind, model: optionalNullString, reasoningEffort: optionalKey(nullOr(ReasoningEffort)), type: literal("subAgentActivity") }))
export const WebSearchThreadItem: Codec<T.WebSearchThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, action: optionalKey(nullOr(WebSearchAction)), id: string, query: string, results: optionalKey(nullOr(array(unknown))), type: literal("webSearch") }))
export const ImageViewThreadItem: Codec<T.ImageViewThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, id: string, path: LegacyAppPathString, type: literal("imageView") }))
export const SleepThreadItem: Codec<T.SleepThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, durationMs: number, id: string, type: literal("sleep") }))
export const ImageGenerationThreadItem: Codec<T.ImageGenerationThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, failure: optionalKey(nullOr(ImageGenerationFailure)), generationId: optionalNullString, id: string, inputImages: optionalKey(array(ImageGenerationInputImage)), revisedPrompt: optionalNullString, savedPath: optionalKey(nullOr(AbsolutePathBuf)), status: string, transparentBackground: optionalNullBoolean, type: literal("imageGeneration"), fileId: optionalString, result: optionalString }))
export const EnteredReviewModeThreadItem: Codec<T.EnteredReviewModeThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, id: string, review: string, type: literal("enteredReviewMode") }))
export const ExitedReviewModeThreadItem: Codec<T.ExitedReviewModeThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, id: string, review: string, type: literal("exitedReviewMode") }))
export const ContextCompactionThreadItem: Codec<T.ContextCompactionThreadItem> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, startedAtMs: optionalNullNumber, id: string, type: literal("contextCompaction") }))
export const ThreadItem: Codec<T.ThreadItem> = /*#__PURE__*/ later(() => tagged("type", ["userMessage", "hookPrompt", "agentMessage", "functionCallOutput", "plan", "reasoning", "commandExecution", "fileChange", "mcpToolCall", "dynamicToolCall", "collabAgentToolCall", "subAgentActivity", "webSearch", "imageView", "sleep", "imageGeneration", "enteredReviewMode", "exitedReviewMode", "contextCompaction"], [UserMessageThreadItem, HookPromptThreadItem, AgentMessageThreadItem, FunctionCallOutputThreadItem, PlanThreadItem, ReasoningThreadItem, CommandExecutionThreadItem, FileChangeThreadItem, McpToolCallThreadItem, DynamicToolCallThreadItem, CollabAgentToolCallThreadItem, SubAgentActivityThreadItem, WebSearchThreadItem, ImageViewThreadItem, SleepThreadItem, ImageGenerationThreadItem, EnteredReviewModeThreadItem, ExitedReviewModeThreadItem, ContextCompactionThreadItem]))
export const ItemCompletedNotification: Codec<T.ItemCompletedNotification> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNumber, contentTokenCount: optionalNullNumber, item: ThreadItem, threadId: string, turnId: string }))
export const ItemGuardianApprovalReviewCompletedNotification: Codec<T.ItemGuardianApprovalReviewCompletedNotification> = /*#__PURE__*/ later(() => struct({ action: GuardianApprovalReviewAction, completedAtMs: optionalNumber, decisionSource: AutoReviewDecisionSource, review: GuardianApprovalReview, reviewId: string, startedAtMs: optionalNumber, targetItemId: optionalNullString, threadId: string, turnId: string }))
export const ItemGuardianApprovalReviewStartedNotification: Codec<T.ItemGuardianApprovalReviewStartedNotification> = /*#__PURE__*/ later(() => struct({ action: GuardianApprovalReviewAction, review: GuardianApprovalReview, reviewId: string, startedAtMs: optionalNumber, targetItemId: optionalNullString, threadId: string, turnId: string }))
export const ItemStartedNotification: Codec<T.ItemStartedNotification> = /*#__PURE__*/ later(() => struct({ item: ThreadItem, startedAtMs: optionalNumber, threadId: string, turnId: string }))
export const McpAuthStatus: Codec<T.McpAuthStatus> = string
export const ResourceTemplate: Codec<T.ResourceTemplate> = /*#__PURE__*/ later(() => struct({ annotations: optionalUnknown, description: optionalNullString, mimeType: optionalNullString, name: string, title: optionalNullString, uriTemplate: string }))
export const Resource: Codec<T.Resource> = /*#__PURE__*/ later(() => struct({ _meta: optionalUnknown, annotations: optionalUnknown, description: optionalNullString, icons: optionalKey(nullOr(array(unknown))), mimeType: optionalNullString, name: string, size: optionalNullNumber, title: optionalNullString, uri: string }))
export const McpServerConnectionStatus: Codec<T.McpServerConnectionStatus> = string
export const McpServerInfo: Codec<T.McpServerInfo> = /*#__PURE__*/ later(() => struct({ description: optionalNullString, icons: optionalKey(nullOr(array(unknown))), name: string, title: optionalNullString, version: string, websiteUrl: optionalNullString }))
export const Tool: Codec<T.Tool> = /*#__PURE__*/ later(() => struct({ _meta: optionalUnknown, annotations: optionalUnknown, description: optionalNullString, icons: optionalKey(nullOr(array(unknown))), inputSchema: unknown, name: string, outputSchema: optionalUnknown, title: optionalNullString }))
export const McpServerStatus: Codec<T.McpServerStatus> = /*#__PURE__*/ later(() => struct({ authStatus: McpAuthStatus, environmentId: optionalNullString, httpOrigin: optionalNullString, name: string, pluginId: optionalNullString, resourceTemplates: orEmpty(ResourceTemplate), resources: orEmpty(Resource), runtimeStatus: optionalKey(nullOr(McpServerConnectionStatus)), serverCapabilities: optionalUnknown, serverInfo: optionalKey(nullOr(McpServerInfo)), toolListMeta: optionalUnknown, tools: recordOf(string, Tool), toolsError: optionalNullString }))
export const ListMcpServerStatusResponse: Codec<T.ListMcpServerStatusResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(McpServerStatus), nextCursor: optionalNullString }))
export const ApiKeyLoginAccountResponse: Codec<T.ApiKeyLoginAccountResponse> = /*#__PURE__*/ later(() => struct({ type: literal("apiKey") }))
export const ChatgptLoginAccountResponse: Codec<T.ChatgptLoginAccountResponse> = /*#__PURE__*/ later(() => struct({ authUrl: string, loginId: string, type: literal("chatgpt") }))
export const ChatgptDeviceCodeLoginAccountResponse: Codec<T.ChatgptDeviceCodeLoginAccountResponse> = /*#__PURE__*/ later(() => struct({ loginId: string, type: literal("chatgptDeviceCode"), userCode: string, verificationUrl: string }))
export const ChatgptAuthTokensLoginAccountResponse: Codec<T.ChatgptAuthTokensLoginAccountResponse> = /*#__PURE__*/ later(() => struct({ type: literal("chatgptAuthTokens") }))
export const AmazonBedrockLoginAccountResponse: Codec<T.AmazonBedrockLoginAccountResponse> = /*#__PURE__*/ later(() => struct({ type: literal("amazonBedrock") }))
export const LoginAccountResponse: Codec<T.LoginAccountResponse> = /*#__PURE__*/ later(() => tagged("type", ["apiKey", "chatgpt", "chatgptDeviceCode", "chatgptAuthTokens", "amazonBedrock"], [ApiKeyLoginAccountResponse, ChatgptLoginAccountResponse, ChatgptDeviceCodeLoginAccountResponse, ChatgptAuthTokensLoginAccountResponse, AmazonBedrockLoginAccountResponse]))
export const LogoutAccountResponse: Codec<T.LogoutAccountResponse> = record
export const MarketplaceAddResponse: Codec<T.MarketplaceAddResponse> = /*#__PURE__*/ later(() => struct({ alreadyAdded: boolean, installedRoot: AbsolutePathBuf, marketplaceName: string }))
export const MarketplaceInterface: Codec<T.MarketplaceInterface> = /*#__PURE__*/ later(() => struct({ displayName: optionalNullString }))
export const MarketplaceLoadErrorInfo: Codec<T.MarketplaceLoadErrorInfo> = /*#__PURE__*/ later(() => struct({ marketplacePath: AbsolutePathBuf, message: string }))
export const MarketplaceRemoveResponse: Codec<T.MarketplaceRemoveResponse> = /*#__PURE__*/ later(() => struct({ installedRoot: optionalKey(nullOr(AbsolutePathBuf)), marketplaceName: string }))
export const MarketplaceUpgradeErrorInfo: Codec<T.MarketplaceUpgradeErrorInfo> = /*#__PURE__*/ later(() => struct({ marketplaceName: string, message: string }))
export const MarketplaceUpgradeResponse: Codec<T.MarketplaceUpgradeResponse> = /*#__PURE__*/ later(() => struct({ errors: orEmpty(MarketplaceUpgradeErrorInfo), selectedMarketplaces: listOfStrings, upgradedRoots: orEmpty(AbsolutePathBuf) }))
export const McpElicitationBooleanSchema: Codec<T.McpElicitationBooleanSchema> = /*#__PURE__*/ later(() => struct({ default: optionalNullBoolean, description: optionalNullString, title: optionalNullString, type: literal("boolean") }))
export const McpElicitationConstOption: Codec<T.McpElicitationConstOption> = /*#__PURE__*/ later(() => struct({ const: string, title: string }))
export const McpElicitationLegacyTitledEnumSchema: Codec<T.McpElicitationLegacyTitledEnumSchema> = /*#__PURE__*/ later(() => struct({ default: optionalNullString, description: optionalNullString, enum: strings, enumNames: optionalKey(nullOr(strings)), title: optionalNullString, type: literal("string") }))
export const McpElicitationNumberSchema: Codec<T.McpElicitationNumberSchema> = /*#__PURE__*/ later(() => struct({ default: optionalNullNumber, description: optionalNullString, maximum: optionalNullNumber, minimum: optionalNullNumber, title: optionalNullString, type: literals(["number", "integer"]) }))
export const McpElicitationObjectType: Codec<T.McpElicitationObjectType> = string
export const McpElicitationStringType: Codec<T.McpElicitationStringType> = string
export const McpElicitationUntitledEnumItems: Codec<T.McpElicitationUntitledEnumItems> = /*#__PURE__*/ later(() => struct({ enum: listOfStrings, type: McpElicitationStringType }))
export const McpElicitationUntitledMultiSelectEnumSchema: Codec<T.McpElicitationUntitledMultiSelectEnumSchema> = /*#__PURE__*/ later(() => struct({ default: optionalKey(nullOr(strings)), description: optionalNullString, items: McpElicitationUntitledEnumItems, maxItems: optionalNullNumber, minItems: optionalNullNumber, title: optionalNullString, type: literal("array") }))
export const McpElicitationTitledEnumItems: Codec<T.McpElicitationTitledEnumItems> = /*#__PURE__*/ later(() => struct({ anyOf: orEmpty(McpElicitationConstOption) }))
export const McpElicitationTitledMultiSelectEnumSchema: Codec<T.McpElicitationTitledMultiSelectEnumSchema> = /*#__PURE__*/ later(() => struct({ default: optionalKey(nullOr(strings)), description: optionalNullString, items: McpElicitationTitledEnumItems, maxItems: optionalNullNumber, minItems: optionalNullNumber, title: optionalNullString, type: literal("array") }))
export const McpElicitationUntitledSingleSelectEnumSchema: Codec<T.McpElicitationUntitledSingleSelectEnumSchema> = /*#__PURE__*/ later(() => struct({ default: optionalNullString, description: optionalNullString, enum: strings, title: optionalNullString, type: literal("string") }))
export const McpElicitationTitledSingleSelectEnumSchema: Codec<T.McpElicitationTitledSingleSelectEnumSchema> = /*#__PURE__*/ later(() => struct({ default: optionalNullString, description: optionalNullString, oneOf: array(McpElicitationConstOption), title: optionalNullString, type: literal("string") }))
export const McpElicitationStringFormat: Codec<T.McpElicitationStringFormat> = string
export const McpElicitationStringSchema: Codec<T.McpElicitationStringSchema> = /*#__PURE__*/ later(() => struct({ default: optionalNullString, description: optionalNullString, format: optionalKey(nullOr(McpElicitationStringFormat)), maxLength: optionalNullNumber, minLength: optionalNullNumber, title: optionalNullString, type: literal("string") }))
export const McpElicitationPrimitiveSchema: Codec<T.McpElicitationPrimitiveSchema> = /*#__PURE__*/ later(() => tagged("type", ["array", "string", "number", "integer", "boolean"], [McpElicitationUntitledMultiSelectEnumSchema, McpElicitationTitledMultiSelectEnumSchema, McpElicitationLegacyTitledEnumSchema, McpElicitationUntitledSingleSelectEnumSchema, McpElicitationTitledSingleSelectEnumSchema, McpElicitationStringSchema, McpElicitationNumberSchema, McpElicitationBooleanSchema]))
export const McpElicitationSchema: Codec<T.McpElicitationSchema> = /*#__PURE__*/ later(() => struct({ $schema: optionalNullString, properties: recordOf(string, McpElicitationPrimitiveSchema), required: optionalKey(nullOr(strings)), type: McpElicitationObjectType }))
export const TextUriResourceContent: Codec<T.TextUriResourceContent> = /*#__PURE__*/ later(() => struct({ _meta: optionalUnknown, mimeType: optionalNullString, text: string, uri: string }))
export const BlobUriResourceContent: Codec<T.BlobUriResourceContent> = /*#__PURE__*/ later(() => struct({ _meta: optionalUnknown, blob: string, mimeType: optionalNullString, uri: string }))
export const ResourceContent: Codec<T.ResourceContent> = /*#__PURE__*/ later(() => keyed([["text", "uri"], ["blob", "uri"]], [TextUriResourceContent, BlobUriResourceContent]))
export const McpResourceReadResponse: Codec<T.McpResourceReadResponse> = /*#__PURE__*/ later(() => struct({ contents: orEmpty(ResourceContent), originCallId: optionalNullString }))
export const OpenaiUserVerificationMcpServerElicitationRequestParams: Codec<T.OpenaiUserVerificationMcpServerElicitationRequestParams> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, serverName: string, threadId: string, turnId: optionalNullString, _meta: optionalUnknown, challenge: string, description: string, mode: literal("openai/userVerification"), title: string }))
export const FormMcpServerElicitationRequestParams: Codec<T.FormMcpServerElicitationRequestParams> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, serverName: string, threadId: string, turnId: optionalNullString, _meta: optionalUnknown, message: string, mode: literal("form"), requestedSchema: McpElicitationSchema }))
export const NamespacedOpenaiFormMcpServerElicitationRequestParams: Codec<T.NamespacedOpenaiFormMcpServerElicitationRequestParams> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, serverName: string, threadId: string, turnId: optionalNullString, _meta: optionalUnknown, message: string, mode: literal("openai/form"), requestedSchema: unknown }))
export const OpenaiFormMcpServerElicitationRequestParams: Codec<T.OpenaiFormMcpServerElicitationRequestParams> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, serverName: string, threadId: string, turnId: optionalNullString, _meta: optionalUnknown, message: string, mode: literal("openaiForm"), requestedSchema: unknown }))
export const UrlMcpServerElicitationRequestParams: Codec<T.UrlMcpServerElicitationRequestParams> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, serverName: string, threadId: string, turnId: optionalNullString, _meta: optionalUnknown, elicitationId: string, message: string, mode: literal("url"), url: string }))
export const McpServerElicitationRequestParams: Codec<T.McpServerElicitationRequestParams> = /*#__PURE__*/ later(() => tagged("mode", ["openai/userVerification", "form", "openai/form", "openaiForm", "url"], [OpenaiUserVerificationMcpServerElicitationRequestParams, FormMcpServerElicitationRequestParams, NamespacedOpenaiFormMcpServerElicitationRequestParams, OpenaiFormMcpServerElicitationRequestParams, UrlMcpServerElicitationRequestParams]))
export const McpServerEventNotification: Codec<T.McpServerEventNotification> = /*#__PURE__*/ later(() => struct({ method: string, params: unknown }))
export const McpServerEventStreamNotification: Codec<T.McpServerEventStreamNotification> = /*#__PURE__*/ later(() => struct({ notification: McpServerEventNotification, subscriptionId: string }))
export const McpServerEventStreamStartResponse: Codec<T.McpServerEventStreamStartResponse> = record
export const McpServerEventStreamStopResponse: Codec<T.McpServerEventStreamStopResponse> = record
export const McpServerOauthLoginCompletedNotification: Codec<T.McpServerOauthLoginCompletedNotification> = /*#__PURE__*/ later(() => struct({ error: optionalNullString, loginId: optionalNullString, name: string, success: boolean, threadId: optionalNullString }))
export const McpServerOauthLoginResponse: Codec<T.McpServerOauthLoginResponse> = /*#__PURE__*/ later(() => struct({ authorizationUrl: string, loginId: optionalNullString }))
export const McpServerRefreshResponse: Codec<T.McpServerRefreshResponse> = record
export const McpServerStartupFailureReason: Codec<T.McpServerStartupFailureReason> = string
export const McpServerStartupState: Codec<T.McpServerStartupState> = string
export const McpServerStatusUpdatedNotification: Codec<T.McpServerStatusUpdatedNotification> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, error: optionalNullString, failureReason: optionalKey(nullOr(McpServerStartupFailureReason)), name: string, status: McpServerStartupState, threadId: optionalNullString }))
export const McpServerToolCallResponse: Codec<T.McpServerToolCallResponse> = /*#__PURE__*/ later(() => struct({ _meta: optionalUnknown, content: orEmpty(unknown), isError: optionalNullBoolean, structuredContent: optionalUnknown }))
export const McpToolCallProgressNotification: Codec<T.McpToolCallProgressNotification> = /*#__PURE__*/ later(() => struct({ itemId: string, message: string, threadId: string, turnId: string }))
export const MemoryResetResponse: Codec<T.MemoryResetResponse> = record
export const MemoryStatusResponse: Codec<T.MemoryStatusResponse> = /*#__PURE__*/ later(() => struct({ v2ConsolidatedThreads: number, v2Ready: boolean }))
export const MockExperimentalMethodResponse: Codec<T.MockExperimentalMethodResponse> = /*#__PURE__*/ later(() => struct({ echoed: optionalNullString }))
export const ModelAvailabilityNux: Codec<T.ModelAvailabilityNux> = /*#__PURE__*/ later(() => struct({ message: string }))
export const ModelAccessPrograms: Codec<T.ModelAccessPrograms> = /*#__PURE__*/ later(() => struct({ cyber: orEmpty(CyberAccessProgram) }))
export const MultiAgentVersion: Codec<T.MultiAgentVersion> = string
export const ModelServiceTier: Codec<T.ModelServiceTier> = /*#__PURE__*/ later(() => struct({ description: string, id: string, name: string }))
export const ReasoningEffortOption: Codec<T.ReasoningEffortOption> = /*#__PURE__*/ later(() => struct({ description: string, reasoningEffort: ReasoningEffort }))
export const ModelUpgradeInfo: Codec<T.ModelUpgradeInfo> = /*#__PURE__*/ later(() => struct({ migrationMarkdown: optionalNullString, model: string, modelLink: optionalNullString, retirementAt: optionalNullNumber, upgradeCopy: optionalNullString }))
export const Model: Codec<T.Model> = /*#__PURE__*/ later(() => struct({ additionalSpeedTiers: optionalKey(strings), availabilityNux: optionalKey(nullOr(ModelAvailabilityNux)), availableAccessPrograms: optionalKey(nullOr(ModelAccessPrograms)), defaultReasoningEffort: ReasoningEffort, defaultServiceTier: optionalNullString, description: string, displayName: string, hidden: boolean, id: string, inputModalities: optionalKey(array(InputModality)), isDefault: boolean, model: string, modelSpecialty: optionalNullString, multiAgentVersion: optionalKey(nullOr(MultiAgentVersion)), serviceTiers: optionalKey(array(ModelServiceTier)), supportedReasoningEfforts: orEmpty(ReasoningEffortOption), supportsPersonality: optionalBoolean, upgrade: optionalNullString, upgradeInfo: optionalKey(nullOr(ModelUpgradeInfo)) }))
export const ModelListResponse: Codec<T.ModelListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(Model), nextCursor: optionalNullString }))
export const ModelProviderCapabilitiesReadResponse: Codec<T.ModelProviderCapabilitiesReadResponse> = /*#__PURE__*/ later(() => struct({ imageGeneration: boolean, webSearch: boolean }))
export const OpenaiProviderSettings: Codec<T.OpenaiProviderSettings> = /*#__PURE__*/ later(() => struct({ type: literal("openai") }))
export const CustomGatewayProviderSettings: Codec<T.CustomGatewayProviderSettings> = /*#__PURE__*/ later(() => struct({ auth: GatewayAuth, type: literal("customGateway") }))
export const BedrockProviderSettings: Codec<T.BedrockProviderSettings> = /*#__PURE__*/ later(() => struct({ profile: optionalNullString, region: optionalNullString, type: literal("bedrock") }))
export const GcpProviderSettings: Codec<T.GcpProviderSettings> = /*#__PURE__*/ later(() => struct({ credentialFile: optionalNullString, location: optionalNullString, projectId: optionalNullString, type: literal("gcp") }))
export const ProviderSettings: Codec<T.ProviderSettings> = /*#__PURE__*/ later(() => tagged("type", ["openai", "customGateway", "bedrock", "gcp"], [OpenaiProviderSettings, CustomGatewayProviderSettings, BedrockProviderSettings, GcpProviderSettings]))
export const ModelProviderSummary: Codec<T.ModelProviderSummary> = /*#__PURE__*/ later(() => struct({ baseUrl: optionalNullString, canEdit: boolean, id: string, name: string, settings: ProviderSettings }))
export const ModelProviderConfigWriteResponse: Codec<T.ModelProviderConfigWriteResponse> = /*#__PURE__*/ later(() => struct({ provider: ModelProviderSummary }))
export const ModelProviderListResponse: Codec<T.ModelProviderListResponse> = /*#__PURE__*/ later(() => struct({ canChangeDefault: boolean, data: orEmpty(ModelProviderSummary), defaultProviderId: string }))
export const ModelRerouteReason: Codec<T.ModelRerouteReason> = string
export const ModelReroutedNotification: Codec<T.ModelReroutedNotification> = /*#__PURE__*/ later(() => struct({ fromModel: string, reason: ModelRerouteReason, threadId: string, toModel: string, turnId: string }))
export const ModelSafetyBufferingUpdatedNotification: Codec<T.ModelSafetyBufferingUpdatedNotification> = /*#__PURE__*/ later(() => struct({ fasterModel: optionalNullString, model: string, reasons: listOfStrings, showBufferingUi: boolean, threadId: string, turnId: string, useCases: listOfStrings }))
export const ModelVerification: Codec<T.ModelVerification> = string
export const ModelVerificationNotification: Codec<T.ModelVerificationNotification> = /*#__PURE__*/ later(() => struct({ threadId: string, turnId: string, verifications: orEmpty(ModelVerification) }))
export const CustomMultiAgentMode: Codec<T.CustomMultiAgentMode> = /*#__PURE__*/ later(() => struct({ custom: string }))
export const MultiAgentMode: Codec<T.MultiAgentMode> = /*#__PURE__*/ later(() => keyed([["custom"]], [string, CustomMultiAgentMode]))
export const NetworkAccess: Codec<T.NetworkAccess> = string
export const PermissionProfileSummary: Codec<T.PermissionProfileSummary> = /*#__PURE__*/ later(() => struct({ allowed: optionalBoolean, description: optionalNullString, id: string }))
export const PermissionProfileListResponse: Codec<T.PermissionProfileListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(PermissionProfileSummary), nextCursor: optionalNullString }))
export const PermissionsRequestApprovalParams: Codec<T.PermissionsRequestApprovalParams> = /*#__PURE__*/ later(() => struct({ cwd: LegacyAppPathString, environmentId: optionalNullString, itemId: string, permissions: RequestPermissionProfile, reason: optionalNullString, startedAtMs: optionalNumber, threadId: string, turnId: string }))
export const Personality: Codec<T.Personality> = string
export const PlanDeltaNotification: Codec<T.PlanDeltaNotification> = /*#__PURE__*/ later(() => struct({ delta: string, itemId: string, threadId: string, turnId: string }))
export const PluginAuthPolicy: Codec<T.PluginAuthPolicy> = string
export const PluginAvailability: Codec<T.PluginAvailability> = string
export const PluginHookSummary: Codec<T.PluginHookSummary> = /*#__PURE__*/ later(() => struct({ eventName: HookEventName, key: string }))
export const SkillInterface: Codec<T.SkillInterface> = /*#__PURE__*/ later(() => struct({ brandColor: optionalNullString, defaultPrompt: optionalNullString, displayName: optionalNullString, iconLarge: optionalKey(nullOr(AbsolutePathBuf)), iconLargeUrl: optionalNullString, iconSmall: optionalKey(nullOr(AbsolutePathBuf)), iconSmallUrl: optionalNullString, shortDescription: optionalNullString }))
export const SkillSummary: Codec<T.SkillSummary> = /*#__PURE__*/ later(() => struct({ description: string, enabled: boolean, interface: optionalKey(nullOr(SkillInterface)), name: string, path: optionalKey(nullOr(LegacyAppPathString)), shortDescription: optionalNullString }))
export const ScheduledTaskWeekday: Codec<T.ScheduledTaskWeekday> = string
export const HourlyScheduledTaskSchedule: Codec<T.HourlyScheduledTaskSchedule> = /*#__PURE__*/ later(() => struct({ days: optionalKey(nullOr(array(ScheduledTaskWeekday))), intervalHours: number, type: literal("hourly") }))
export const DailyScheduledTaskSchedule: Codec<T.DailyScheduledTaskSchedule> = /*#__PURE__*/ later(() => struct({ time: string, type: literal("daily") }))
export const WeekdaysScheduledTaskSchedule: Codec<T.WeekdaysScheduledTaskSchedule> = /*#__PURE__*/ later(() => struct({ time: string, type: literal("weekdays") }))
export const WeeklyScheduledTaskSchedule: Codec<T.WeeklyScheduledTaskSchedule> = /*#__PURE__*/ later(() => struct({ days: orEmpty(ScheduledTaskWeekday), time: string, type: literal("weekly") }))
export const ScheduledTaskSchedule: Codec<T.ScheduledTaskSchedule> = /*#__PURE__*/ later(() => tagged("type", ["hourly", "daily", "weekdays", "weekly"], [HourlyScheduledTaskSchedule, DailyScheduledTaskSchedule, WeekdaysScheduledTaskSchedule, WeeklyScheduledTaskSchedule]))
export const ScheduledTaskSummary: Codec<T.ScheduledTaskSummary> = /*#__PURE__*/ later(() => struct({ key: string, name: string, prompt: string, schedule: ScheduledTaskSchedule }))
export const PluginDisabledReason: Codec<T.PluginDisabledReason> = string
export const PluginInstallPolicy: Codec<T.PluginInstallPolicy> = string
export const PluginInstallPolicySource: Codec<T.PluginInstallPolicySource> = string
export const PluginInterface: Codec<T.PluginInterface> = /*#__PURE__*/ later(() => struct({ brandColor: optionalNullString, capabilities: listOfStrings, category: optionalNullString, composerIcon: optionalKey(nullOr(AbsolutePathBuf)), composerIconUrl: optionalNullString, defaultPrompt: optionalKey(nullOr(strings)), developerName: optionalNullString, displayName: optionalNullString, logo: optionalKey(nullOr(AbsolutePathBuf)), logoDark: optionalKey(nullOr(AbsolutePathBuf)), logoUrl: optionalNullString, logoUrlDark: optionalNullString, longDescription: optionalNullString, privacyPolicyUrl: optionalNullString, screenshotUrls: listOfStrings, screenshots: orEmpty(AbsolutePathBuf), shortDescription: optionalNullString, termsOfServiceUrl: optionalNullString, websiteUrl: optionalNullString }))
export const PluginShareDiscoverability: Codec<T.PluginShareDiscoverability> = string
export const PluginSharePrincipalType: Codec<T.PluginSharePrincipalType> = string
export const PluginSharePrincipalRole: Codec<T.PluginSharePrincipalRole> = string
export const PluginSharePrincipal: Codec<T.PluginSharePrincipal> = /*#__PURE__*/ later(() => struct({ name: string, principalId: string, principalType: PluginSharePrincipalType, role: PluginSharePrincipalRole }))
export const PluginShareContext: Codec<T.PluginShareContext> = /*#__PURE__*/ later(() => struct({ canPublishToWorkspace: optionalNullBoolean, creatorAccountUserId: optionalNullString, creatorName: optionalNullString, discoverability: optionalKey(nullOr(PluginShareDiscoverability)), remotePluginId: string, remoteVersion: optionalNullString, sharePrincipals: optionalKey(nullOr(array(PluginSharePrincipal))), shareUrl: optionalNullString }))
export const LocalPluginSource: Codec<T.LocalPluginSource> = /*#__PURE__*/ later(() => struct({ path: AbsolutePathBuf, type: literal("local") }))
export const GitPluginSource: Codec<T.GitPluginSource> = /*#__PURE__*/ later(() => struct({ path: optionalNullString, refName: optionalNullString, sha: optionalNullString, type: literal("git"), url: string }))
export const NpmPluginSource: Codec<T.NpmPluginSource> = /*#__PURE__*/ later(() => struct({ package: string, registry: optionalNullString, type: literal("npm"), version: optionalNullString }))
export const RemotePluginSource: Codec<T.RemotePluginSource> = /*#__PURE__*/ later(() => struct({ type: literal("remote") }))
export const PluginSource: Codec<T.PluginSource> = /*#__PURE__*/ later(() => tagged("type", ["local", "git", "npm", "remote"], [LocalPluginSource, GitPluginSource, NpmPluginSource, RemotePluginSource]))
export const PluginSummary: Codec<T.PluginSummary> = /*#__PURE__*/ later(() => struct({ authPolicy: PluginAuthPolicy, availability: optionalKey(PluginAvailability), disabledReason: optionalKey(nullOr(PluginDisabledReason)), eligiblePlanTypes: optionalKey(nullOr(strings)), enabled: boolean, id: string, installPolicy: PluginInstallPolicy, installPolicySource: optionalKey(nullOr(PluginInstallPolicySource)), installed: boolean, installedAt: optionalNullNumber, interface: optionalKey(nullOr(PluginInterface)), keywords: optionalKey(strings), localVersion: optionalNullString, mustShowInstallationInterstitial: optionalNullBoolean, name: string, remotePluginId: optionalNullString, shareContext: optionalKey(nullOr(PluginShareContext)), source: PluginSource, version: optionalNullString }))
export const PluginDetail: Codec<T.PluginDetail> = /*#__PURE__*/ later(() => struct({ appTemplates: orEmpty(AppTemplateSummary), apps: orEmpty(AppSummary), description: optionalNullString, hooks: orEmpty(PluginHookSummary), marketplaceName: string, marketplacePath: optionalKey(nullOr(AbsolutePathBuf)), mcpServers: listOfStrings, onboardingSkill: optionalKey(nullOr(SkillSummary)), scheduledTasks: optionalKey(nullOr(array(ScheduledTaskSummary))), shareUrl: optionalNullString, skills: orEmpty(SkillSummary), summary: PluginSummary }))
export const PluginInstallResponse: Codec<T.PluginInstallResponse> = /*#__PURE__*/ later(() => struct({ appsNeedingAuth: orEmpty(AppSummary), authPolicy: PluginAuthPolicy }))
export const PluginMarketplaceEntry: Codec<T.PluginMarketplaceEntry> = /*#__PURE__*/ later(() => struct({ interface: optionalKey(nullOr(MarketplaceInterface)), name: string, path: optionalKey(nullOr(AbsolutePathBuf)), plugins: orEmpty(PluginSummary) }))
export const PluginInstalledResponse: Codec<T.PluginInstalledResponse> = /*#__PURE__*/ later(() => struct({ marketplaceLoadErrors: optionalKey(array(MarketplaceLoadErrorInfo)), marketplaces: orEmpty(PluginMarketplaceEntry) }))
export const PluginListResponse: Codec<T.PluginListResponse> = /*#__PURE__*/ later(() => struct({ featuredPluginIds: optionalKey(strings), marketplaceLoadErrors: optionalKey(array(MarketplaceLoadErrorInfo)), marketplaces: orEmpty(PluginMarketplaceEntry) }))
export const PluginReadResponse: Codec<T.PluginReadResponse> = /*#__PURE__*/ later(() => struct({ plugin: PluginDetail }))
export const PluginReconcileChangedPlugin: Codec<T.PluginReconcileChangedPlugin> = /*#__PURE__*/ later(() => struct({ hasApps: boolean, hasHooks: boolean, hasMcps: boolean, hasSkills: boolean, id: string }))
export const PluginReconcileResponse: Codec<T.PluginReconcileResponse> = /*#__PURE__*/ later(() => struct({ changedPlugins: orEmpty(PluginReconcileChangedPlugin), failedMaterializationRemotePluginIds: listOfStrings, failedRemotePluginIds: listOfStrings }))
export const PluginSearchResult: Codec<T.PluginSearchResult> = /*#__PURE__*/ later(() => struct({ marketplaceName: string, marketplacePath: optionalKey(nullOr(AbsolutePathBuf)), plugin: PluginSummary }))
export const PluginSearchResponse: Codec<T.PluginSearchResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(PluginSearchResult), nextCursor: optionalNullString }))
export const PluginShareCheckoutResponse: Codec<T.PluginShareCheckoutResponse> = /*#__PURE__*/ later(() => struct({ marketplaceName: string, marketplacePath: AbsolutePathBuf, pluginId: string, pluginName: string, pluginPath: AbsolutePathBuf, remotePluginId: string, remoteVersion: optionalNullString }))
export const PluginShareDeleteResponse: Codec<T.PluginShareDeleteResponse> = record
export const PluginShareListItem: Codec<T.PluginShareListItem> = /*#__PURE__*/ later(() => struct({ localPluginPath: optionalKey(nullOr(AbsolutePathBuf)), plugin: PluginSummary }))
export const PluginShareListResponse: Codec<T.PluginShareListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(PluginShareListItem) }))
export const PluginShareSaveResponse: Codec<T.PluginShareSaveResponse> = /*#__PURE__*/ later(() => struct({ canPublishToWorkspace: optionalNullBoolean, remotePluginId: string, shareUrl: string }))
export const PluginShareUpdateTargetsResponse: Codec<T.PluginShareUpdateTargetsResponse> = /*#__PURE__*/ later(() => struct({ discoverability: PluginShareDiscoverability, principals: orEmpty(PluginSharePrincipal) }))
export const PluginSkillReadResponse: Codec<T.PluginSkillReadResponse> = /*#__PURE__*/ later(() => struct({ contents: optionalNullString }))
export const PluginUninstallResponse: Codec<T.PluginUninstallResponse> = record
export const ProcessExitedNotification: Codec<T.ProcessExitedNotification> = /*#__PURE__*/ later(() => struct({ exitCode: number, outputDrainTimedOut: optionalNullBoolean, processHandle: string, stderr: string, stderrCapReached: boolean, stdout: string, stdoutCapReached: boolean }))
export const ProcessKillResponse: Codec<T.ProcessKillResponse> = record
export const ProcessOutputStream: Codec<T.ProcessOutputStream> = string
export const ProcessOutputDeltaNotification: Codec<T.ProcessOutputDeltaNotification> = /*#__PURE__*/ later(() => struct({ capReached: boolean, deltaBase64: string, processHandle: string, stream: ProcessOutputStream }))
export const ProcessResizePtyResponse: Codec<T.ProcessResizePtyResponse> = record
export const ProcessSpawnResponse: Codec<T.ProcessSpawnResponse> = record
export const ProcessWriteStdinResponse: Codec<T.ProcessWriteStdinResponse> = record
export const ProjectRoot: Codec<T.ProjectRoot> = /*#__PURE__*/ later(() => struct({ path: AbsolutePathBuf }))
export const Project: Codec<T.Project> = /*#__PURE__*/ later(() => struct({ createdAt: number, id: string, metadata: recordOf(string, string), name: string, recencyAt: optionalNullNumber, roots: orEmpty(ProjectRoot), updatedAt: number }))
export const ProjectChangeType: Codec<T.ProjectChangeType> = string
export const ProjectChangedNotification: Codec<T.ProjectChangedNotification> = /*#__PURE__*/ later(() => struct({ changeType: ProjectChangeType, projectId: string }))
export const ProjectCreateResponse: Codec<T.ProjectCreateResponse> = /*#__PURE__*/ later(() => struct({ project: Project }))
export const ProjectDeleteResponse: Codec<T.ProjectDeleteResponse> = record
export const ProjectImportResponse: Codec<T.ProjectImportResponse> = /*#__PURE__*/ later(() => struct({ project: Project }))
export const ProjectListResponse: Codec<T.ProjectListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(Project), nextCursor: optionalNullString }))
export const ProjectMoveResponse: Codec<T.ProjectMoveResponse> = record
export const ProjectReadResponse: Codec<T.ProjectReadResponse> = /*#__PURE__*/ later(() => struct({ project: Project }))
export const ProjectUpdateResponse: Codec<T.ProjectUpdateResponse> = /*#__PURE__*/ later(() => struct({ project: Project }))
export const QueuedSubmission: Codec<T.QueuedSubmission> = /*#__PURE__*/ later(() => struct({ clientUserMessageId: string, id: string, input: orEmpty(UserInput), responsesapiClientMetadata: optionalKey(nullOr(recordOf(string, string))) }))
export const RealtimeConversationVersion: Codec<T.RealtimeConversationVersion> = string
export const RealtimeVoice: Codec<T.RealtimeVoice> = string
export const RealtimeVoicesList: Codec<T.RealtimeVoicesList> = /*#__PURE__*/ later(() => struct({ defaultV1: RealtimeVoice, defaultV2: RealtimeVoice, v1: orEmpty(RealtimeVoice), v2: orEmpty(RealtimeVoice), v3: optionalKey(array(RealtimeVoice)) }))
export const ReasoningSummaryPartAddedNotification: Codec<T.ReasoningSummaryPartAddedNotification> = /*#__PURE__*/ later(() => struct({ itemId: string, summaryIndex: number, threadId: string, turnId: string }))
export const ReasoningSummaryTextDeltaNotification: Codec<T.ReasoningSummaryTextDeltaNotification> = /*#__PURE__*/ later(() => struct({ delta: string, itemId: string, summaryIndex: number, threadId: string, turnId: string }))
export const ReasoningTextDeltaNotification: Codec<T.ReasoningTextDeltaNotification> = /*#__PURE__*/ later(() => struct({ contentIndex: number, delta: string, itemId: string, threadId: string, turnId: string }))
export const RemoteControlClient: Codec<T.RemoteControlClient> = /*#__PURE__*/ later(() => struct({ appVersion: optionalNullString, clientId: string, deviceModel: optionalNullString, deviceType: optionalNullString, displayName: optionalNullString, lastSeenAt: optionalNullNumber, osVersion: optionalNullString, platform: optionalNullString }))
export const RemoteControlClientsListResponse: Codec<T.RemoteControlClientsListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(RemoteControlClient), nextCursor: optionalNullString }))
export const RemoteControlClientsRevokeResponse: Codec<T.RemoteControlClientsRevokeResponse> = record
export const RemoteControlConnectionStatus: Codec<T.RemoteControlConnectionStatus> = string
export const RemoteControlDisableResponse: Codec<T.RemoteControlDisableResponse> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, installationId: string, serverName: string, status: RemoteControlConnectionStatus }))
export const RemoteControlEnableResponse: Codec<T.RemoteControlEnableResponse> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, installationId: string, serverName: string, status: RemoteControlConnectionStatus }))
export const RemoteControlPairingStartResponse: Codec<T.RemoteControlPairingStartResponse> = /*#__PURE__*/ later(() => struct({ environmentId: string, expiresAt: number, manualPairingCode: optionalNullString, pairingCode: string }))
export const RemoteControlPairingStatusResponse: Codec<T.RemoteControlPairingStatusResponse> = /*#__PURE__*/ later(() => struct({ claimed: boolean }))
export const RemoteControlStatusChangedNotification: Codec<T.RemoteControlStatusChangedNotification> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, installationId: string, serverName: string, status: RemoteControlConnectionStatus }))
export const RemoteControlStatusReadResponse: Codec<T.RemoteControlStatusReadResponse> = /*#__PURE__*/ later(() => struct({ environmentId: optionalNullString, installationId: string, serverName: string, status: RemoteControlConnectionStatus }))
export const RequestId: Codec<T.RequestId> = /*#__PURE__*/ later(() => union([string, number]))
export const TurnItemsView: Codec<T.TurnItemsView> = string
export const TurnStatus: Codec<T.TurnStatus> = string
export const Turn: Codec<T.Turn> = /*#__PURE__*/ later(() => struct({ completedAt: optionalNullNumber, durationMs: optionalNullNumber, error: optionalKey(nullOr(TurnError)), id: string, items: orEmpty(ThreadItem), itemsView: optionalKey(TurnItemsView), rootTurnId: optionalNullString, startedAt: optionalNullNumber, status: TurnStatus }))
export const ReviewStartResponse: Codec<T.ReviewStartResponse> = /*#__PURE__*/ later(() => struct({ reviewThreadId: string, turn: Turn }))
export const RolloutCompressResponse: Codec<T.RolloutCompressResponse> = record
export const DangerFullAccessSandboxPolicy: Codec<T.DangerFullAccessSandboxPolicy> = /*#__PURE__*/ later(() => struct({ type: literal("dangerFullAccess") }))
export const ReadOnlySandboxPolicy: Codec<T.ReadOnlySandboxPolicy> = /*#__PURE__*/ later(() => struct({ networkAccess: optionalBoolean, type: literal("readOnly") }))
export const ExternalSandboxSandboxPolicy: Codec<T.ExternalSandboxSandboxPolicy> = /*#__PURE__*/ later(() => struct({ networkAccess: optionalKey(NetworkAccess), type: literal("externalSandbox") }))
export const WorkspaceWriteSandboxPolicy: Codec<T.WorkspaceWriteSandboxPolicy> = /*#__PURE__*/ later(() => struct({ excludeSlashTmp: optionalBoolean, excludeTmpdirEnvVar: optionalBoolean, networkAccess: optionalBoolean, type: literal("workspaceWrite"), writableRoots: optionalKey(array(AbsolutePathBuf)) }))
export const SandboxPolicy: Codec<T.SandboxPolicy> = /*#__PURE__*/ later(() => tagged("type", ["dangerFullAccess", "readOnly", "externalSandbox", "workspaceWrite"], [DangerFullAccessSandboxPolicy, ReadOnlySandboxPolicy, ExternalSandboxSandboxPolicy, WorkspaceWriteSandboxPolicy]))
export const SendAddCreditsNudgeEmailResponse: Codec<T.SendAddCreditsNudgeEmailResponse> = /*#__PURE__*/ later(() => struct({ status: AddCreditsNudgeEmailStatus }))
export const ServerDiagnosticsGauge: Codec<T.ServerDiagnosticsGauge> = /*#__PURE__*/ later(() => struct({ name: string, value: number }))
export const ServerDiagnosticsProcess: Codec<T.ServerDiagnosticsProcess> = /*#__PURE__*/ later(() => struct({ id: number, physicalFootprintBytes: optionalNullNumber, residentMemoryBytes: optionalNullNumber }))
export const ServerDiagnosticsResponse: Codec<T.ServerDiagnosticsResponse> = /*#__PURE__*/ later(() => struct({ gauges: orEmpty(ServerDiagnosticsGauge), process: ServerDiagnosticsProcess }))
export const ServerRequestResolvedNotification: Codec<T.ServerRequestResolvedNotification> = /*#__PURE__*/ later(() => struct({ requestId: RequestId, threadId: string }))
export const ThreadSpawnSubAgentSource: Codec<T.ThreadSpawnSubAgentSource> = /*#__PURE__*/ later(() => struct({ thread_spawn: struct({ agent_nickname: optionalNullString, agent_path: optionalKey(nullOr(AgentPath)), agent_role: optionalNullString, depth: number, parent_thread_id: ThreadId }) }))
export const OtherSubAgentSource: Codec<T.OtherSubAgentSource> = /*#__PURE__*/ later(() => struct({ other: string }))
export const SubAgentSource: Codec<T.SubAgentSource> = /*#__PURE__*/ later(() => keyed([["thread_spawn"], ["other"]], [string, ThreadSpawnSubAgentSource, OtherSubAgentSource]))
export const CustomSessionSource: Codec<T.CustomSessionSource> = /*#__PURE__*/ later(() => struct({ custom: string }))
export const SubAgentSessionSource: Codec<T.SubAgentSessionSource> = /*#__PURE__*/ later(() => struct({ subAgent: SubAgentSource }))
export const SessionSource: Codec<T.SessionSource> = /*#__PURE__*/ later(() => keyed([["custom"], ["subAgent"]], [string, CustomSessionSource, SubAgentSessionSource]))
export const SkillToolDependency: Codec<T.SkillToolDependency> = /*#__PURE__*/ later(() => struct({ command: optionalNullString, description: optionalNullString, transport: optionalNullString, type: string, url: optionalNullString, value: string }))
export const SkillDependencies: Codec<T.SkillDependencies> = /*#__PURE__*/ later(() => struct({ tools: orEmpty(SkillToolDependency) }))
export const SkillErrorInfo: Codec<T.SkillErrorInfo> = /*#__PURE__*/ later(() => struct({ message: string, path: string }))
export const SkillScope: Codec<T.SkillScope> = string
export const SkillMetadata: Codec<T.SkillMetadata> = /*#__PURE__*/ later(() => struct({ dependencies: optionalKey(nullOr(SkillDependencies)), description: string, enabled: boolean, interface: optionalKey(nullOr(SkillInterface)), name: string, path: LegacyAppPathString, pluginId: optionalNullString, scope: SkillScope, shortDescription: optionalNullString }))
export const SkillsChangedNotification: Codec<T.SkillsChangedNotification> = record
export const SkillsConfigWriteResponse: Codec<T.SkillsConfigWriteResponse> = /*#__PURE__*/ later(() => struct({ effectiveEnabled: boolean }))
export const SkillsExtraRootsSetResponse: Codec<T.SkillsExtraRootsSetResponse> = record
export const SkillsListEntry: Codec<T.SkillsListEntry> = /*#__PURE__*/ later(() => struct({ cwd: string, errors: orEmpty(SkillErrorInfo), skills: orEmpty(SkillMetadata) }))
export const SkillsListResponse: Codec<T.SkillsListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(SkillsListEntry) }))
export const StrictReviewRequiredNotification: Codec<T.StrictReviewRequiredNotification> = /*#__PURE__*/ later(() => struct({ startedAtMs: number, threadId: string, turnId: string }))
export const TerminalInteractionNotification: Codec<T.TerminalInteractionNotification> = /*#__PURE__*/ later(() => struct({ itemId: string, processId: string, stdin: string, threadId: string, turnId: string }))
export const ThreadEnvironment: Codec<T.ThreadEnvironment> = /*#__PURE__*/ later(() => struct({ cwd: LegacyAppPathString, environmentId: string, runtimeWorkspaceRoots: orEmpty(LegacyAppPathString) }))
export const ThreadExtra: Codec<T.ThreadExtra> = record
export const ThreadHistoryMode: Codec<T.ThreadHistoryMode> = string
export const ThreadSectionAppearance: Codec<T.ThreadSectionAppearance> = /*#__PURE__*/ later(() => struct({ color: optionalNullString, icon: optionalNullString }))
export const ThreadSection: Codec<T.ThreadSection> = /*#__PURE__*/ later(() => struct({ appearance: optionalKey(nullOr(ThreadSectionAppearance)), id: string, name: string }))
export const ThreadActiveFlag: Codec<T.ThreadActiveFlag> = string
export const NotLoadedThreadStatus: Codec<T.NotLoadedThreadStatus> = /*#__PURE__*/ later(() => struct({ type: literal("notLoaded") }))
export const IdleThreadStatus: Codec<T.IdleThreadStatus> = /*#__PURE__*/ later(() => struct({ type: literal("idle") }))
export const SystemErrorThreadStatus: Codec<T.SystemErrorThreadStatus> = /*#__PURE__*/ later(() => struct({ type: literal("systemError") }))
export const ActiveThreadStatus: Codec<T.ActiveThreadStatus> = /*#__PURE__*/ later(() => struct({ activeFlags: orEmpty(ThreadActiveFlag), type: literal("active") }))
export const ThreadStatus: Codec<T.ThreadStatus> = /*#__PURE__*/ later(() => tagged("type", ["notLoaded", "idle", "systemError", "active"], [NotLoadedThreadStatus, IdleThreadStatus, SystemErrorThreadStatus, ActiveThreadStatus]))
export const ThreadSource: Codec<T.ThreadSource> = string
export const Thread: Codec<T.Thread> = /*#__PURE__*/ later(() => struct({ agentNickname: optionalNullString, agentRole: optionalNullString, attachedToThreadId: optionalNullString, canAcceptDirectInput: optionalNullBoolean, cliVersion: string, createdAt: number, cwd: AbsolutePathBuf, daybreakEnabled: optionalNullBoolean, environments: optionalKey(nullOr(array(ThreadEnvironment))), ephemeral: boolean, extra: optionalKey(nullOr(ThreadExtra)), forkedFromId: optionalNullString, gitInfo: optionalKey(nullOr(GitInfo)), historyMode: optionalKey(ThreadHistoryMode), id: string, model: optionalNullString, modelProvider: string, name: optionalNullString, originator: optionalNullString, parentThreadId: optionalNullString, path: optionalNullString, preview: string, projectId: orNull(string), reasoningEffort: optionalKey(nullOr(ReasoningEffort)), recencyAt: optionalNullNumber, section: optionalKey(nullOr(ThreadSection)), sectionEnteredAt: optionalNullNumber, sessionId: optionalString, source: SessionSource, status: ThreadStatus, threadSource: optionalKey(nullOr(ThreadSource)), turns: orEmpty(Turn), updatedAt: number }))
export const ThreadApproveGuardianDeniedActionResponse: Codec<T.ThreadApproveGuardianDeniedActionResponse> = record
export const ThreadArchiveResponse: Codec<T.ThreadArchiveResponse> = record
export const ThreadArchivedNotification: Codec<T.ThreadArchivedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string }))
export const ThreadAttachment: Codec<T.ThreadAttachment> = /*#__PURE__*/ later(() => struct({ attachmentType: string, createdAt: number, id: string, identityKey: string, payload: unknown }))
export const ThreadAttachmentAddOutcome: Codec<T.ThreadAttachmentAddOutcome> = string
export const ThreadAttachmentAddResponse: Codec<T.ThreadAttachmentAddResponse> = /*#__PURE__*/ later(() => struct({ attachment: ThreadAttachment, outcome: ThreadAttachmentAddOutcome }))
export const ThreadAttachmentListResponse: Codec<T.ThreadAttachmentListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(ThreadAttachment), nextCursor: optionalNullString }))
export const ThreadAttachmentOperation: Codec<T.ThreadAttachmentOperation> = string
export const ThreadAttachmentOwner: Codec<T.ThreadAttachmentOwner> = /*#__PURE__*/ later(() => struct({ archived: boolean, threadId: string }))
export const ThreadAttachmentOwnerListResponse: Codec<T.ThreadAttachmentOwnerListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(ThreadAttachmentOwner), nextCursor: optionalNullString }))
export const ThreadAttachmentRemoveResponse: Codec<T.ThreadAttachmentRemoveResponse> = record
export const ThreadAttachmentUpdatedNotification: Codec<T.ThreadAttachmentUpdatedNotification> = /*#__PURE__*/ later(() => struct({ attachmentId: string, attachmentType: string, identityKey: string, operation: ThreadAttachmentOperation, threadId: string }))
export const ThreadBackgroundTerminal: Codec<T.ThreadBackgroundTerminal> = /*#__PURE__*/ later(() => struct({ command: string, cpuPercent: optionalNullNumber, cwd: LegacyAppPathString, itemId: string, osPid: optionalNullNumber, processId: string, rssKb: optionalNullNumber }))
export const ThreadBackgroundTerminalsCleanResponse: Codec<T.ThreadBackgroundTerminalsCleanResponse> = record
export const ThreadBackgroundTerminalsListResponse: Codec<T.ThreadBackgroundTerminalsListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(ThreadBackgroundTerminal), nextCursor: optionalNullString }))
export const ThreadBackgroundTerminalsTerminateResponse: Codec<T.ThreadBackgroundTerminalsTerminateResponse> = /*#__PURE__*/ later(() => struct({ terminated: boolean }))
export const ThreadClosedNotification: Codec<T.ThreadClosedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string }))
export const ThreadCompactStartResponse: Codec<T.ThreadCompactStartResponse> = record
export const ThreadDecrementElicitationResponse: Codec<T.ThreadDecrementElicitationResponse> = /*#__PURE__*/ later(() => struct({ count: number, paused: boolean }))
export const ThreadDeleteResponse: Codec<T.ThreadDeleteResponse> = record
export const ThreadDeletedNotification: Codec<T.ThreadDeletedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string }))
export const ThreadForkResponse: Codec<T.ThreadForkResponse> = /*#__PURE__*/ later(() => struct({ activePermissionProfile: optionalKey(nullOr(ActivePermissionProfile)), approvalPolicy: AskForApproval, approvalsReviewer: ApprovalsReviewer, cwd: AbsolutePathBuf, disabledPluginIds: optionalKey(strings), instructionSources: optionalKey(array(LegacyAppPathString)), model: string, modelProvider: string, multiAgentMode: optionalKey(MultiAgentMode), reasoningEffort: optionalKey(nullOr(ReasoningEffort)), runtimeWorkspaceRoots: optionalKey(array(AbsolutePathBuf)), sandbox: SandboxPolicy, serviceTier: optionalNullString, thread: Thread }))
export const ThreadGoalStatus: Codec<T.ThreadGoalStatus> = string
export const ThreadGoal: Codec<T.ThreadGoal> = /*#__PURE__*/ later(() => struct({ createdAt: number, objective: string, status: ThreadGoalStatus, threadId: string, timeUsedSeconds: number, tokenBudget: optionalNullNumber, tokensUsed: number, updatedAt: number }))
export const ThreadGoalClearResponse: Codec<T.ThreadGoalClearResponse> = /*#__PURE__*/ later(() => struct({ cleared: boolean }))
export const ThreadGoalClearedNotification: Codec<T.ThreadGoalClearedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string }))
export const ThreadGoalGetResponse: Codec<T.ThreadGoalGetResponse> = /*#__PURE__*/ later(() => struct({ goal: optionalKey(nullOr(ThreadGoal)) }))
export const ThreadGoalSetResponse: Codec<T.ThreadGoalSetResponse> = /*#__PURE__*/ later(() => struct({ goal: ThreadGoal }))
export const ThreadGoalUpdatedNotification: Codec<T.ThreadGoalUpdatedNotification> = /*#__PURE__*/ later(() => struct({ goal: ThreadGoal, threadId: string, turnId: optionalNullString }))
export const ThreadGuardianAssessment: Codec<T.ThreadGuardianAssessment> = /*#__PURE__*/ later(() => struct({ outcome: GuardianAssessmentOutcome, rationale: string, riskLevel: GuardianRiskLevel, userAuthorization: GuardianUserAuthorization }))
export const ThreadGuardianReviewResponse: Codec<T.ThreadGuardianReviewResponse> = /*#__PURE__*/ later(() => struct({ assessment: optionalKey(nullOr(ThreadGuardianAssessment)), callId: string }))
export const ThreadIncrementElicitationResponse: Codec<T.ThreadIncrementElicitationResponse> = /*#__PURE__*/ later(() => struct({ count: number, paused: boolean }))
export const ThreadInjectItemsResponse: Codec<T.ThreadInjectItemsResponse> = record
export const ThreadItemEntry: Codec<T.ThreadItemEntry> = /*#__PURE__*/ later(() => struct({ completedAtMs: optionalNullNumber, item: ThreadItem, outputDeferred: optionalBoolean, startedAtMs: optionalNullNumber, turnId: string }))
export const ThreadItemsListResponse: Codec<T.ThreadItemsListResponse> = /*#__PURE__*/ later(() => struct({ backwardsCursor: optionalNullString, data: orEmpty(ThreadItemEntry), nextCursor: optionalNullString }))
export const ThreadItemsReadResponse: Codec<T.ThreadItemsReadResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(ThreadItemEntry) }))
export const ThreadStartThreadUnreadPosition: Codec<T.ThreadStartThreadUnreadPosition> = /*#__PURE__*/ later(() => struct({ type: literal("threadStart") }))
export const TurnThreadUnreadPosition: Codec<T.TurnThreadUnreadPosition> = /*#__PURE__*/ later(() => struct({ turnId: string, type: literal("turn") }))
export const ThreadUnreadPosition: Codec<T.ThreadUnreadPosition> = /*#__PURE__*/ later(() => tagged("type", ["threadStart", "turn"], [ThreadStartThreadUnreadPosition, TurnThreadUnreadPosition]))
export const ThreadReadState: Codec<T.ThreadReadState> = /*#__PURE__*/ later(() => struct({ firstUnread: optionalKey(nullOr(ThreadUnreadPosition)), revision: string }))
export const ThreadListResponse: Codec<T.ThreadListResponse> = /*#__PURE__*/ later(() => struct({ backwardsCursor: optionalNullString, data: orEmpty(Thread), nextCursor: optionalNullString, readStates: optionalKey(nullOr(recordOf(string, ThreadReadState))) }))
export const ThreadLoadedListResponse: Codec<T.ThreadLoadedListResponse> = /*#__PURE__*/ later(() => struct({ data: listOfStrings, nextCursor: optionalNullString }))
export const ThreadMemoryModeSetResponse: Codec<T.ThreadMemoryModeSetResponse> = record
export const ThreadMemoryReadResponse: Codec<T.ThreadMemoryReadResponse> = /*#__PURE__*/ later(() => struct({ summary: optionalNullString }))
export const ThreadMetadataUpdateResponse: Codec<T.ThreadMetadataUpdateResponse> = /*#__PURE__*/ later(() => struct({ thread: Thread }))
export const ThreadNameUpdatedNotification: Codec<T.ThreadNameUpdatedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string, threadName: optionalNullString }))
export const ThreadPredictionRequestResponse: Codec<T.ThreadPredictionRequestResponse> = record
export const CompletedThreadPredictionResult: Codec<T.CompletedThreadPredictionResult> = /*#__PURE__*/ later(() => struct({ text: optionalNullString, type: literal("completed") }))
export const FailedThreadPredictionResult: Codec<T.FailedThreadPredictionResult> = /*#__PURE__*/ later(() => struct({ type: literal("failed") }))
export const ThreadPredictionResult: Codec<T.ThreadPredictionResult> = /*#__PURE__*/ later(() => tagged("type", ["completed", "failed"], [CompletedThreadPredictionResult, FailedThreadPredictionResult]))
export const ThreadPredictionUpdatedNotification: Codec<T.ThreadPredictionUpdatedNotification> = /*#__PURE__*/ later(() => struct({ result: ThreadPredictionResult, sourceTurnId: string, threadId: string }))
export const ThreadPrepareApprovedPlanResponse: Codec<T.ThreadPrepareApprovedPlanResponse> = /*#__PURE__*/ later(() => struct({ prompt: string }))
export const ThreadProjectUpdatedNotification: Codec<T.ThreadProjectUpdatedNotification> = /*#__PURE__*/ later(() => struct({ projectId: orNull(string), threadId: string }))
export const ThreadQueueAddResponse: Codec<T.ThreadQueueAddResponse> = /*#__PURE__*/ later(() => struct({ queuedSubmission: QueuedSubmission }))
export const ThreadQueueChangedNotification: Codec<T.ThreadQueueChangedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string }))
export const ThreadQueueDeleteResponse: Codec<T.ThreadQueueDeleteResponse> = /*#__PURE__*/ later(() => struct({ deleted: boolean }))
export const ThreadQueueListResponse: Codec<T.ThreadQueueListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(QueuedSubmission), nextCursor: optionalNullString }))
export const ThreadQueueReorderResponse: Codec<T.ThreadQueueReorderResponse> = record
export const ThreadQueueStartResponse: Codec<T.ThreadQueueStartResponse> = /*#__PURE__*/ later(() => struct({ turn: Turn }))
export const ThreadQueueUpdateResponse: Codec<T.ThreadQueueUpdateResponse> = /*#__PURE__*/ later(() => struct({ queuedSubmission: QueuedSubmission }))
export const ThreadReadResponse: Codec<T.ThreadReadResponse> = /*#__PURE__*/ later(() => struct({ readState: optionalKey(nullOr(ThreadReadState)), thread: Thread }))
export const ThreadReadStateChangedNotification: Codec<T.ThreadReadStateChangedNotification> = /*#__PURE__*/ later(() => struct({ readState: ThreadReadState, threadId: string }))
export const ThreadReadStateUpdateResponse: Codec<T.ThreadReadStateUpdateResponse> = /*#__PURE__*/ later(() => struct({ readState: ThreadReadState }))
export const ThreadRealtimeAppendAudioResponse: Codec<T.ThreadRealtimeAppendAudioResponse> = record
export const ThreadRealtimeAppendSpeechResponse: Codec<T.ThreadRealtimeAppendSpeechResponse> = record
export const ThreadRealtimeAppendTextResponse: Codec<T.ThreadRealtimeAppendTextResponse> = record
export const ThreadRealtimeAudioChunk: Codec<T.ThreadRealtimeAudioChunk> = /*#__PURE__*/ later(() => struct({ data: string, itemId: optionalNullString, numChannels: number, sampleRate: number, samplesPerChannel: optionalNullNumber }))
export const WholeItemThreadRealtimeBemItemPresentation: Codec<T.WholeItemThreadRealtimeBemItemPresentation> = /*#__PURE__*/ later(() => struct({ type: literal("wholeItem") }))
export const InlineMarkdownThreadRealtimeBemItemPresentation: Codec<T.InlineMarkdownThreadRealtimeBemItemPresentation> = /*#__PURE__*/ later(() => struct({ type: literal("inlineMarkdown") }))
export const InlineVisualizationThreadRealtimeBemItemPresentation: Codec<T.InlineVisualizationThreadRealtimeBemItemPresentation> = /*#__PURE__*/ later(() => struct({ index: number, type: literal("inlineVisualization") }))
export const ThreadRealtimeBemItemPresentation: Codec<T.ThreadRealtimeBemItemPresentation> = /*#__PURE__*/ later(() => tagged("type", ["wholeItem", "inlineMarkdown", "inlineVisualization"], [WholeItemThreadRealtimeBemItemPresentation, InlineMarkdownThreadRealtimeBemItemPresentation, InlineVisualizationThreadRealtimeBemItemPresentation]))
export const ThreadRealtimeClosedNotification: Codec<T.ThreadRealtimeClosedNotification> = /*#__PURE__*/ later(() => struct({ reason: optionalNullString, threadId: string }))
export const ThreadRealtimeCoverage: Codec<T.ThreadRealtimeCoverage> = string
export const ThreadRealtimeTranscriptRole: Codec<T.ThreadRealtimeTranscriptRole> = string
export const ThreadRealtimeVoiceTranscript: Codec<T.ThreadRealtimeVoiceTranscript> = /*#__PURE__*/ later(() => struct({ role: ThreadRealtimeTranscriptRole, text: string }))
export const ThreadRealtimeFrameChannels: Codec<T.ThreadRealtimeFrameChannels> = /*#__PURE__*/ later(() => struct({ voice_transcript: ThreadRealtimeVoiceTranscript }))
export const ThreadRealtimeSessionOutcome: Codec<T.ThreadRealtimeSessionOutcome> = string
export const ThreadRealtimeHandoffMode: Codec<T.ThreadRealtimeHandoffMode> = string
export const RealtimeSessionStartedThreadRealtimeItem: Codec<T.RealtimeSessionStartedThreadRealtimeItem> = /*#__PURE__*/ later(() => struct({ id: string, observedAtMs: optionalNullNumber, realtimeSessionId: string, type: literal("realtimeSessionStarted") }))
export const FrameThreadRealtimeItem: Codec<T.FrameThreadRealtimeItem> = /*#__PURE__*/ later(() => struct({ id: string, observedAtMs: optionalNullNumber, realtimeSessionId: string, channels: ThreadRealtimeFrameChannels, type: literal("frame") }))
export const TranscriptSegmentThreadRealtimeItem: Codec<T.TranscriptSegmentThreadRealtimeItem> = /*#__PURE__*/ later(() => struct({ id: string, observedAtMs: optionalNullNumber, realtimeSessionId: string, role: ThreadRealtimeTranscriptRole, text: string, type: literal("transcriptSegment") }))
export const BemItemPromotedThreadRealtimeItem: Codec<T.BemItemPromotedThreadRealtimeItem> = /*#__PURE__*/ later(() => struct({ id: string, observedAtMs: optionalNullNumber, realtimeSessionId: string, item_id: string, presentation: ThreadRealtimeBemItemPresentation, turn_id: string, type: literal("bemItemPromoted") }))
export const RealtimeSessionClosedThreadRealtimeItem: Codec<T.RealtimeSessionClosedThreadRealtimeItem> = /*#__PURE__*/ later(() => struct({ id: string, observedAtMs: optionalNullNumber, realtimeSessionId: string, outcome: ThreadRealtimeSessionOutcome, type: literal("realtimeSessionClosed") }))
export const TurnInputAcceptedThreadRealtimeItem: Codec<T.TurnInputAcceptedThreadRealtimeItem> = /*#__PURE__*/ later(() => struct({ id: string, observedAtMs: optionalNullNumber, realtimeSessionId: string, handoff_id: string, input: string, input_item_id: string, mode: ThreadRealtimeHandoffMode, source_event_ids: listOfStrings, turn_id: string, type: literal("turnInputAccepted") }))
export const SessionEndInputSavedThreadRealtimeItem: Codec<T.SessionEndInputSavedThreadRealtimeItem> = /*#__PURE__*/ later(() => struct({ id: string, observedAtMs: optionalNullNumber, realtimeSessionId: string, input: string, input_item_id: string, source_event_ids: listOfStrings, type: literal("sessionEndInputSaved") }))
export const ThreadRealtimeItem: Codec<T.ThreadRealtimeItem> = /*#__PURE__*/ later(() => tagged("type", ["realtimeSessionStarted", "frame", "transcriptSegment", "bemItemPromoted", "realtimeSessionClosed", "turnInputAccepted", "sessionEndInputSaved"], [RealtimeSessionStartedThreadRealtimeItem, FrameThreadRealtimeItem, TranscriptSegmentThreadRealtimeItem, BemItemPromotedThreadRealtimeItem, RealtimeSessionClosedThreadRealtimeItem, TurnInputAcceptedThreadRealtimeItem, SessionEndInputSavedThreadRealtimeItem]))
export const ThreadRealtimeEntry: Codec<T.ThreadRealtimeEntry> = /*#__PURE__*/ later(() => struct({ item: ThreadRealtimeItem, position: number }))
export const ThreadRealtimeErrorNotification: Codec<T.ThreadRealtimeErrorNotification> = /*#__PURE__*/ later(() => struct({ message: string, threadId: string }))
export const ThreadRealtimeItemAddedNotification: Codec<T.ThreadRealtimeItemAddedNotification> = /*#__PURE__*/ later(() => struct({ item: unknown, threadId: string }))
export const ThreadRealtimeItemCompletedNotification: Codec<T.ThreadRealtimeItemCompletedNotification> = /*#__PURE__*/ later(() => struct({ item: ThreadRealtimeItem, threadId: string }))
export const ThreadRealtimeItemStartedNotification: Codec<T.ThreadRealtimeItemStartedNotification> = /*#__PURE__*/ later(() => struct({ item: ThreadRealtimeItem, threadId: string }))
export const ThreadRealtimeItemTranscriptDeltaNotification: Codec<T.ThreadRealtimeItemTranscriptDeltaNotification> = /*#__PURE__*/ later(() => struct({ delta: string, itemId: string, threadId: string }))
export const ThreadRealtimeListResponse: Codec<T.ThreadRealtimeListResponse> = /*#__PURE__*/ later(() => struct({ coverage: ThreadRealtimeCoverage, data: orEmpty(ThreadRealtimeEntry), nextCursor: optionalNullString, projectedThroughItemIndex: number, snapshotEnd: number }))
export const ThreadRealtimeListVoicesResponse: Codec<T.ThreadRealtimeListVoicesResponse> = /*#__PURE__*/ later(() => struct({ voices: RealtimeVoicesList }))
export const ThreadRealtimeOutputAudioDeltaNotification: Codec<T.ThreadRealtimeOutputAudioDeltaNotification> = /*#__PURE__*/ later(() => struct({ audio: ThreadRealtimeAudioChunk, threadId: string }))
export const ThreadRealtimeSdpNotification: Codec<T.ThreadRealtimeSdpNotification> = /*#__PURE__*/ later(() => struct({ sdp: string, threadId: string }))
export const ThreadRealtimeStartResponse: Codec<T.ThreadRealtimeStartResponse> = record
export const ThreadRealtimeStartedNotification: Codec<T.ThreadRealtimeStartedNotification> = /*#__PURE__*/ later(() => struct({ realtimeSessionId: optionalNullString, threadId: string, version: RealtimeConversationVersion }))
export const ThreadRealtimeStopResponse: Codec<T.ThreadRealtimeStopResponse> = record
export const ThreadRealtimeTranscriptDeltaNotification: Codec<T.ThreadRealtimeTranscriptDeltaNotification> = /*#__PURE__*/ later(() => struct({ delta: string, role: string, threadId: string }))
export const ThreadRealtimeTranscriptDoneNotification: Codec<T.ThreadRealtimeTranscriptDoneNotification> = /*#__PURE__*/ later(() => struct({ role: string, text: string, threadId: string }))
export const TurnsPage: Codec<T.TurnsPage> = /*#__PURE__*/ later(() => struct({ backwardsCursor: optionalNullString, data: orEmpty(Turn), nextCursor: optionalNullString }))
export const ThreadResumeResponse: Codec<T.ThreadResumeResponse> = /*#__PURE__*/ later(() => struct({ activePermissionProfile: optionalKey(nullOr(ActivePermissionProfile)), approvalPolicy: AskForApproval, approvalsReviewer: ApprovalsReviewer, collaborationMode: optionalKey(nullOr(CollaborationMode)), cwd: AbsolutePathBuf, disabledPluginIds: optionalKey(strings), initialTurnsPage: optionalKey(nullOr(TurnsPage)), instructionSources: optionalKey(array(LegacyAppPathString)), itemsBackwardsCursor: optionalNullString, model: string, modelProvider: string, multiAgentMode: optionalKey(MultiAgentMode), reasoningEffort: optionalKey(nullOr(ReasoningEffort)), runtimeWorkspaceRoots: optionalKey(array(AbsolutePathBuf)), sandbox: SandboxPolicy, serviceTier: optionalNullString, thread: Thread, turnsBackwardsCursor: optionalNullString }))
export const ThreadRevertResponse: Codec<T.ThreadRevertResponse> = /*#__PURE__*/ later(() => struct({ itemsBackwardsCursor: optionalNullString, thread: Thread, turnsBackwardsCursor: optionalNullString }))
export const ThreadRevertedNotification: Codec<T.ThreadRevertedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string }))
export const ThreadSampleCancelResponse: Codec<T.ThreadSampleCancelResponse> = record
export const ThreadSampleResponse: Codec<T.ThreadSampleResponse> = /*#__PURE__*/ later(() => struct({ cachedInputTokens: optionalNullNumber, inputTokens: optionalNullNumber, outputTokens: optionalNullNumber, responseId: string, sourceTurnId: string, text: optionalNullString }))
export const ThreadSearchCancelResponse: Codec<T.ThreadSearchCancelResponse> = record
export const ThreadSearchTextRange: Codec<T.ThreadSearchTextRange> = /*#__PURE__*/ later(() => struct({ end: number, start: number }))
export const ThreadSearchOccurrence: Codec<T.ThreadSearchOccurrence> = /*#__PURE__*/ later(() => struct({ itemId: string, snippet: string, snippetMatchRange: ThreadSearchTextRange, turnCursor: string, turnId: string }))
export const ThreadSearchOccurrencesResponse: Codec<T.ThreadSearchOccurrencesResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(ThreadSearchOccurrence), nextCursor: optionalNullString }))
export const ThreadSearchResult: Codec<T.ThreadSearchResult> = /*#__PURE__*/ later(() => struct({ snippet: string, thread: Thread }))
export const ThreadSearchPartialNotification: Codec<T.ThreadSearchPartialNotification> = /*#__PURE__*/ later(() => struct({ data: orEmpty(ThreadSearchResult), requestId: RequestId }))
export const ThreadSearchResponse: Codec<T.ThreadSearchResponse> = /*#__PURE__*/ later(() => struct({ backwardsCursor: optionalNullString, data: orEmpty(ThreadSearchResult), nextCursor: optionalNullString }))
export const ThreadSectionChangedNotification: Codec<T.ThreadSectionChangedNotification> = /*#__PURE__*/ later(() => struct({ sectionId: orNull(string), threadId: string }))
export const ThreadSectionCreateResponse: Codec<T.ThreadSectionCreateResponse> = /*#__PURE__*/ later(() => struct({ section: ThreadSection }))
export const ThreadSectionDeleteResponse: Codec<T.ThreadSectionDeleteResponse> = record
export const ThreadSectionListResponse: Codec<T.ThreadSectionListResponse> = /*#__PURE__*/ later(() => struct({ data: orEmpty(ThreadSection), nextCursor: optionalNullString }))
export const ThreadSectionMoveResponse: Codec<T.ThreadSectionMoveResponse> = record
export const ThreadSectionUpdateResponse: Codec<T.ThreadSectionUpdateResponse> = /*#__PURE__*/ later(() => struct({ section: ThreadSection }))
export const ThreadSetNameResponse: Codec<T.ThreadSetNameResponse> = record
export const ThreadSettings: Codec<T.ThreadSettings> = /*#__PURE__*/ later(() => struct({ activePermissionProfile: optionalKey(nullOr(ActivePermissionProfile)), approvalPolicy: AskForApproval, approvalsReviewer: ApprovalsReviewer, collaborationMode: CollaborationMode, cwd: AbsolutePathBuf, disabledPluginIds: optionalKey(strings), effort: optionalKey(nullOr(ReasoningEffort)), environments: optionalKey(nullOr(array(ThreadEnvironment))), model: string, modelProvider: string, multiAgentMode: optionalKey(MultiAgentMode), personality: optionalKey(nullOr(Personality)), sandboxPolicy: SandboxPolicy, serviceTier: optionalNullString, summary: optionalKey(nullOr(ReasoningSummary)) }))
export const ThreadSettingsUpdateResponse: Codec<T.ThreadSettingsUpdateResponse> = record
export const ThreadSettingsUpdatedNotification: Codec<T.ThreadSettingsUpdatedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string, threadSettings: ThreadSettings }))
export const ThreadShellCommandResponse: Codec<T.ThreadShellCommandResponse> = record
export const ThreadStartResponse: Codec<T.ThreadStartResponse> = /*#__PURE__*/ later(() => struct({ activePermissionProfile: optionalKey(nullOr(ActivePermissionProfile)), approvalPolicy: AskForApproval, approvalsReviewer: ApprovalsReviewer, cwd: AbsolutePathBuf, disabledPluginIds: optionalKey(strings), instructionSources: optionalKey(array(LegacyAppPathString)), model: string, modelProvider: string, multiAgentMode: optionalKey(MultiAgentMode), reasoningEffort: optionalKey(nullOr(ReasoningEffort)), runtimeWorkspaceRoots: optionalKey(array(AbsolutePathBuf)), sandbox: SandboxPolicy, serviceTier: optionalNullString, thread: Thread }))
export const ThreadStartedNotification: Codec<T.ThreadStartedNotification> = /*#__PURE__*/ later(() => struct({ thread: Thread }))
export const ThreadStatusChangedNotification: Codec<T.ThreadStatusChangedNotification> = /*#__PURE__*/ later(() => struct({ status: ThreadStatus, threadId: string }))
export const ItemThreadTimelineEntry: Codec<T.ItemThreadTimelineEntry> = /*#__PURE__*/ later(() => struct({ item: ThreadItem, position: number, turnId: string, type: literal("item") }))
export const RealtimeThreadTimelineEntry: Codec<T.RealtimeThreadTimelineEntry> = /*#__PURE__*/ later(() => struct({ item: ThreadRealtimeItem, position: number, type: literal("realtime") }))
export const TurnStartedThreadTimelineEntry: Codec<T.TurnStartedThreadTimelineEntry> = /*#__PURE__*/ later(() => struct({ position: number, started_at: optionalNullNumber, turn_id: string, type: literal("turnStarted") }))
export const TurnCompletedThreadTimelineEntry: Codec<T.TurnCompletedThreadTimelineEntry> = /*#__PURE__*/ later(() => struct({ completed_at: optionalNullNumber, duration_ms: optionalNullNumber, error: optionalKey(nullOr(TurnError)), position: number, started_at: optionalNullNumber, status: TurnStatus, turn_id: string, type: literal("turnCompleted") }))
export const ThreadTimelineEntry: Codec<T.ThreadTimelineEntry> = /*#__PURE__*/ later(() => tagged("type", ["item", "realtime", "turnStarted", "turnCompleted"], [ItemThreadTimelineEntry, RealtimeThreadTimelineEntry, TurnStartedThreadTimelineEntry, TurnCompletedThreadTimelineEntry]))
export const ThreadTimelineListResponse: Codec<T.ThreadTimelineListResponse> = /*#__PURE__*/ later(() => struct({ activeRealtimeSessionAtPageStart: optionalNullString, data: orEmpty(ThreadTimelineEntry), nextCursor: optionalNullString }))
export const TokenUsageBreakdown: Codec<T.TokenUsageBreakdown> = /*#__PURE__*/ later(() => struct({ cacheWriteInputTokens: optionalNumber, cachedInputTokens: number, inputTokens: number, outputTokens: number, reasoningOutputTokens: number, totalTokens: number }))
export const ThreadTokenUsage: Codec<T.ThreadTokenUsage> = /*#__PURE__*/ later(() => struct({ last: TokenUsageBreakdown, modelContextWindow: optionalNullNumber, total: TokenUsageBreakdown }))
export const ThreadTokenUsageUpdatedNotification: Codec<T.ThreadTokenUsageUpdatedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string, tokenUsage: ThreadTokenUsage, turnId: string }))
export const ThreadTurnsListResponse: Codec<T.ThreadTurnsListResponse> = /*#__PURE__*/ later(() => struct({ backwardsCursor: optionalNullString, data: orEmpty(Turn), nextCursor: optionalNullString }))
export const ThreadUnarchiveResponse: Codec<T.ThreadUnarchiveResponse> = /*#__PURE__*/ later(() => struct({ thread: Thread }))
export const ThreadUnarchivedNotification: Codec<T.ThreadUnarchivedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string }))
export const ThreadUnsubscribeStatus: Codec<T.ThreadUnsubscribeStatus> = string
export const ThreadUnsubscribeResponse: Codec<T.ThreadUnsubscribeResponse> = /*#__PURE__*/ later(() => struct({ status: ThreadUnsubscribeStatus }))
export const ToolRequestUserInputOption: Codec<T.ToolRequestUserInputOption> = /*#__PURE__*/ later(() => struct({ description: string, label: string }))
export const ToolRequestUserInputQuestion: Codec<T.ToolRequestUserInputQuestion> = /*#__PURE__*/ later(() => struct({ header: string, id: string, isOther: optionalBoolean, isSecret: optionalBoolean, options: optionalKey(nullOr(array(ToolRequestUserInputOption))), question: string }))
export const ToolRequestUserInputParams: Codec<T.ToolRequestUserInputParams> = /*#__PURE__*/ later(() => struct({ autoResolutionMs: optionalNullNumber, isBlocking: optionalBoolean, itemId: string, questions: orEmpty(ToolRequestUserInputQuestion), threadId: string, turnId: string }))
export const TurnCompletedNotification: Codec<T.TurnCompletedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string, turn: Turn }))
export const TurnDiffUpdatedNotification: Codec<T.TurnDiffUpdatedNotification> = /*#__PURE__*/ later(() => struct({ diff: string, threadId: string, turnId: string }))
export const TurnInterruptResponse: Codec<T.TurnInterruptResponse> = record
export const TurnModerationMetadataNotification: Codec<T.TurnModerationMetadataNotification> = /*#__PURE__*/ later(() => struct({ metadata: unknown, threadId: string, turnId: string }))
export const TurnPlanStepStatus: Codec<T.TurnPlanStepStatus> = string
export const TurnPlanStep: Codec<T.TurnPlanStep> = /*#__PURE__*/ later(() => struct({ status: TurnPlanStepStatus, step: string }))
export const TurnPlanUpdatedNotification: Codec<T.TurnPlanUpdatedNotification> = /*#__PURE__*/ later(() => struct({ explanation: optionalNullString, plan: orEmpty(TurnPlanStep), threadId: string, turnId: string }))
export const TurnSettingsUpdateStatus: Codec<T.TurnSettingsUpdateStatus> = string
export const TurnSettingsUpdateResponse: Codec<T.TurnSettingsUpdateResponse> = /*#__PURE__*/ later(() => struct({ status: TurnSettingsUpdateStatus }))
export const TurnStartResponse: Codec<T.TurnStartResponse> = /*#__PURE__*/ later(() => struct({ turn: Turn }))
export const TurnStartedNotification: Codec<T.TurnStartedNotification> = /*#__PURE__*/ later(() => struct({ threadId: string, turn: Turn }))
export const TurnSteerResponse: Codec<T.TurnSteerResponse> = /*#__PURE__*/ later(() => struct({ turnId: string }))
export const UserVerificationBiometricType: Codec<T.UserVerificationBiometricType> = string
export const UserVerificationCancelResponse: Codec<T.UserVerificationCancelResponse> = record
export const UserVerificationDeleteResponse: Codec<T.UserVerificationDeleteResponse> = record
export const UserVerificationEnrollResponse: Codec<T.UserVerificationEnrollResponse> = /*#__PURE__*/ later(() => struct({ algorithm: optionalNullString, credentialId: string, publicKey: optionalNullString }))
export const UserVerificationProof: Codec<T.UserVerificationProof> = /*#__PURE__*/ later(() => struct({ credentialId: string, signature: string }))
export const UserVerificationUnavailableReason: Codec<T.UserVerificationUnavailableReason> = string
export const UserVerificationStatusResponse: Codec<T.UserVerificationStatusResponse> = /*#__PURE__*/ later(() => struct({ credentialId: optionalNullString, unavailableMessage: optionalNullString, unavailableReason: optionalKey(nullOr(UserVerificationUnavailableReason)) }))
export const UserVerificationVerifyResponse: Codec<T.UserVerificationVerifyResponse> = /*#__PURE__*/ later(() => struct({ biometricType: optionalKey(nullOr(UserVerificationBiometricType)), proof: UserVerificationProof }))
export const WarningNotification: Codec<T.WarningNotification> = /*#__PURE__*/ later(() => struct({ message: string, threadId: optionalNullString }))
export const WindowsSandboxReadiness: Codec<T.WindowsSandboxReadiness> = string
export const WindowsSandboxReadinessResponse: Codec<T.WindowsSandboxReadinessResponse> = /*#__PURE__*/ later(() => struct({ status: WindowsSandboxReadiness }))
export const WindowsSandboxSetupMode: Codec<T.WindowsSandboxSetupMode> = string
export const WindowsSandboxSetupCompletedNotification: Codec<T.WindowsSandboxSetupCompletedNotification> = /*#__PURE__*/ later(() => struct({ error: optionalNullString, mode: WindowsSandboxSetupMode, success: boolean }))
export const WindowsSandboxSetupStartResponse: Codec<T.WindowsSandboxSetupStartResponse> = /*#__PURE__*/ later(() => struct({ started: boolean }))
export const WindowsWorldWritableWarningNotification: Codec<T.WindowsWorldWritableWarningNotification> = /*#__PURE__*/ later(() => struct({ extraCount: number, failedScan: boolean, samplePaths: listOfStrings }))
