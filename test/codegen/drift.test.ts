import { assert, describe, it } from "@effect/vitest"
import type { Entry } from "../../codegen/drift/report.ts"
import { reportOf } from "../../codegen/drift/report.ts"
import { recorded } from "./recordProtocols.ts"

/** One line for an entry: what happened, to what, in which direction, and whether that breaks a program. */
const line = ({ group, kind, isRequired, isExperimental, name, of, isSent, isReceived, breaks }: Entry): string =>
  [
    `${group}:`,
    kind,
    ...(isRequired === undefined ? [] : [isRequired ? "required" : "optional"]),
    ...(isExperimental ? ["experimental"] : []),
    name,
    ...(of === "message" ? [] : [isSent && isReceived ? "(both ways)" : isSent ? "(sent)" : "(received)"]),
    ...(breaks ? ["BREAKS"] : [])
  ].join(" ")

const linesOf = (from: Parameters<typeof recorded>[0], to: Parameters<typeof recorded>[0]): ReadonlyArray<string> =>
  reportOf(recorded(from), recorded(to), []).entries.map(line).sort()

/** The changes of 0.169.0 that 0.171.0 kept. Established by reading the bundles, not by the code under test. */
const by169 = [
  "methods: added optional account/gatewayOAuth/login params (sent)",
  "methods: added optional account/gatewayOAuth/read params (sent)",
  "methods: added account/securitySetup/read",
  "methods: added modelProvider/config/write",
  "methods: added modelProvider/list",
  "methods: added experimental thread/guardianReview",
  "methods: added experimental thread/prepareApprovedPlan",
  "notifications: added thread/section/changed",
  "fields: madeOptional ContentItem#input_audio.audio_url (both ways) BREAKS",
  "fields: madeOptional FunctionCallOutputContentItem#input_audio.audio_url (both ways) BREAKS",
  "fields: madeOptional UserInput#audio.url (both ways) BREAKS",
  "fields: added optional Config.client_search_provider (received)",
  "fields: added optional ContentItem#input_audio.file_id (both ways)",
  "fields: added optional FunctionCallOutputContentItem#input_audio.file_id (both ways)",
  "fields: added optional GatewayOAuthChangedNotification.loginId (received)",
  "fields: added optional GatewayOAuthLoginResponse.prompt (received)",
  "fields: added optional GatewayOAuthReadResponse.supportsDeviceAuth (received)",
  "fields: added optional GetAccountResponse.userId (received)",
  "fields: added optional InitializeCapabilities.requiredHumanApproval (sent)",
  "fields: added optional ItemCompletedNotification.contentTokenCount (received)",
  "fields: added optional McpResourceReadParams._meta (sent)",
  "fields: added optional ModelListParams.modelProvider (sent)",
  "fields: added optional OtelRequirements.log_sse_deltas (received)",
  "fields: added optional QueuedSubmission.responsesapiClientMetadata (received)",
  "fields: added optional experimental Thread.attachedToThreadId (received)",
  "fields: added optional ThreadItem#agentMessage.moderation (received)",
  "fields: added optional experimental ThreadItemEntry.outputDeferred (received)",
  "fields: added optional ThreadItemsListParams.deferOutput (sent)",
  "fields: added optional ThreadListParams.currentAccountOnly (sent)",
  "fields: added optional experimental ThreadListParams.includeAttachedThreads (sent)",
  "fields: added optional experimental ThreadQueueAddParams.responsesapiClientMetadata (sent)",
  "fields: added optional experimental ThreadQueueUpdateParams.responsesapiClientMetadata (sent)",
  "fields: added optional experimental ThreadSampleParams.allowInProgressTurn (sent)",
  "fields: added optional experimental ThreadSampleParams.interruptOnCancel (sent)",
  "fields: added optional experimental ThreadSearchParams.currentAccountOnly (sent)",
  "fields: added optional experimental ThreadSearchParams.includeAttachedThreads (sent)",
  "fields: added optional experimental ThreadSettings.environments (received)",
  "fields: added optional experimental ThreadSettingsUpdateParams.environments (sent)",
  "fields: added optional experimental TurnSettingsUpdateParams.environments (sent)",
  "fields: added optional UserInput#audio.fileId (both ways)",
  "enumMembers: added CodexErrorInfo#inferenceHookDenied (received)",
  "enumMembers: added CommandExecutionApprovalKind#humanCommand (received)"
]

/** The changes of 0.171.0 to parts of the protocol that 0.166.0 has as well. */
const by171 = [
  "methods: added modelProvider/default/set",
  "methods: added experimental thread/realtime/list",
  "methods: added experimental thread/search/cancel",
  "methods: added experimental thread/search/stream",
  "methods: added experimental thread/search/stream/cancel",
  "notifications: added thread/search/partial",
  "serverRequests: removed experimental currentTime/read",
  "itemTypes: added ThreadRealtimeItem#frame (received)",
  "itemTypes: added ThreadRealtimeItem#sessionEndInputSaved (received)",
  "itemTypes: added ThreadRealtimeItem#turnInputAccepted (received)",
  "fields: removed required Project.position (received) BREAKS",
  "fields: added optional AccountUpdatedNotification.reason (received)",
  "fields: added optional ListMcpServerStatusParams.environmentId (sent)",
  "fields: added optional McpResourceReadParams.environmentId (sent)",
  "fields: added optional McpServerElicitationRequestParams.environmentId (received)",
  "fields: added optional McpServerOauthLoginParams.environmentId (sent)",
  "fields: added optional McpServerStatus.environmentId (received)",
  "fields: added optional McpServerStatusUpdatedNotification.environmentId (received)",
  "fields: added optional McpServerToolCallParams.environmentId (sent)",
  "fields: added optional OtelRequirements.headers_helper (received)",
  "fields: added optional OtelRequirements.headers_helper_refresh_interval_ms (received)",
  "fields: added optional ThreadItem#mcpToolCall.environmentId (received)",
  "fields: added optional ThreadListParams.includedThreadIds (sent)",
  "fields: added optional ThreadRealtimeItem.observedAtMs (received)",
  "fields: added optional experimental UserVerificationVerifyResponse.biometricType (received)",
  "enumMembers: added CodexErrorInfo#bioPolicy (received)"
]

describe("the drift report", () => {
  it("lists exactly what changed from 0.169.0 to 0.171.0", () => {
    // 0.166.0 does not have this definition.
    const truth = [...by171, "types: changed AgentMessageDisplay (received) BREAKS"]
    assert.deepStrictEqual(linesOf("0.169.0", "0.171.0"), truth.sort())
  })

  it("lists exactly what changed from 0.166.0 to 0.171.0", () => {
    assert.deepStrictEqual(linesOf("0.166.0", "0.171.0"), [...by169, ...by171].sort())
  })

  it("reads a pair of versions in the other order", () => {
    const lines = linesOf("0.171.0", "0.166.0")
    for (const expected of [
      "methods: removed experimental thread/search/stream BREAKS",
      "methods: removed optional account/gatewayOAuth/login params (sent) BREAKS",
      "notifications: removed thread/search/partial BREAKS",
      "serverRequests: added experimental currentTime/read BREAKS",
      "itemTypes: removed ThreadRealtimeItem#frame (received)",
      "fields: added required Project.position (received)",
      "fields: removed optional ThreadListParams.includedThreadIds (sent) BREAKS",
      "fields: removed optional ThreadItem#mcpToolCall.environmentId (received)",
      "fields: madeRequired UserInput#audio.url (both ways) BREAKS",
      "enumMembers: removed CodexErrorInfo#bioPolicy (received)"
    ]) {
      assert.include(lines, expected)
    }
    assert.strictEqual(lines.length, by169.length + by171.length)
  })

  it("has no difference between a version and itself", () => {
    const { entries, notCompared } = reportOf(recorded("0.171.0"), recorded("0.171.0"), [])
    assert.deepStrictEqual(entries, [])
    assert.notInclude(notCompared, "thread/start")
  })

  it("names the messages in which a difference occurs, and the signature of a message", () => {
    const { entries } = reportOf(recorded("0.169.0"), recorded("0.171.0"), [])
    const entryOf = (name: string) => entries.find((entry) => entry.name === name)
    assert.deepStrictEqual(entryOf("Project.position")?.places, [
      "project/create result",
      "project/import result",
      "project/list result",
      "project/read result",
      "project/update result"
    ])
    assert.deepStrictEqual(entryOf("ThreadListParams.includedThreadIds")?.places, ["thread/list params"])
    assert.strictEqual(entryOf("ThreadListParams.includedThreadIds")?.after, "Array<string> | null")
    assert.strictEqual(entryOf("thread/search/stream")?.after, "(ThreadSearchParams) → ThreadSearchResponse")
    assert.strictEqual(entryOf("currentTime/read")?.before, "(CurrentTimeReadParams) → CurrentTimeReadResponse")
  })
})
