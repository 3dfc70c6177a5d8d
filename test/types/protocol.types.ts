/**
 * What must and must not compile about the protocol. Checked by `npm run types`; never run.
 */
import type { Effect, Schema } from "effect"
import type * as Protocol from "../../src/Protocol.ts"
import type * as Codecs from "../../src/generated/codecs.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

// The methods are listed: none of the unions has widened to any string.
holds<string extends Protocol.ClientRequestMethod ? false : true>()
holds<string extends Protocol.ServerRequestMethod ? false : true>()
holds<string extends Protocol.ServerNotificationMethod ? false : true>()
holds<Equal<Protocol.ClientNotificationMethod, "initialized">>()

// A method knows its params and its result.
holds<Equal<Protocol.ParamsOf<"thread/start">, Protocol.ThreadStartParams>>()
holds<Equal<Protocol.ResultOf<"thread/read">, Protocol.ThreadReadResponse>>()
holds<Equal<Protocol.ParamsOf<"account/logout">, null | undefined>>()
holds<Equal<Protocol.ResultOf<"account/logout">, Protocol.LogoutAccountResponse>>()
holds<Equal<Protocol.ParamsOf<"account/usage/read">, Protocol.GetAccountTokenUsageParams | null | undefined>>()
holds<Equal<Protocol.ServerNotificationParams<"turn/completed">, Protocol.TurnCompletedNotification>>()
holds<
  Equal<
    Protocol.ServerRequestResult<"item/commandExecution/requestApproval">,
    Protocol.CommandExecutionRequestApprovalResponse
  >
>()
holds<Equal<(typeof Codecs.ThreadItem)["Type"], Protocol.ThreadItem>>()
holds<Equal<typeof Codecs.ThreadItem, Schema.Codec<Protocol.ThreadItem>>>()

// Received: a switch on the known tags narrows, and what is left at the end is the unknown member.
export const describeItem = (item: Protocol.ThreadItem): string => {
  switch (item.type) {
    case "agentMessage":
      return item.text
    case "commandExecution":
      return item.command
    case "~unknown":
      holds<Equal<typeof item, Protocol.UnknownByType>>()
      return Object.keys(item.raw).join()
    default:
      holds<Equal<Extract<typeof item, { readonly type: "agentMessage" | "~unknown" }>, never>>()
      return item.id
  }
}

export const unknownMembers = (
  mode: Protocol.McpServerElicitationRequestParams,
  kind: Protocol.FileSystemSpecialPath,
  handler: Protocol.HookMetadata
) => [
  mode.mode === "~unknown" ? mode.raw : mode.serverName,
  kind.kind === "~unknown" ? kind.raw : kind.kind,
  handler.handlerType === "~unknown" ? handler.raw : handler.key
]

// Received: unions of strings and objects narrow by `typeof` and by `in`.
export const describeError = (info: Protocol.CodexErrorInfo): string | number | null | undefined => {
  if (typeof info === "string") {
    holds<"cyberPolicy" extends typeof info ? true : false>()
    return info
  }
  if ("httpConnectionFailed" in info) {
    holds<Equal<typeof info, Protocol.HttpConnectionFailedCodexErrorInfo>>()
    return info.httpConnectionFailed.httpStatusCode
  }
  if ("~unknown" in info) {
    holds<Equal<typeof info, Protocol.UnknownObject>>()
    return Object.keys(info["~unknown"])[0]
  }
  return Object.keys(info)[0]
}

// Received: enums offer their members and admit others.
export const status: Protocol.TurnStatus = "a status of next year"
holds<"completed" extends Protocol.TurnStatus ? true : false>()

// Notifications and server requests narrow by their method.
export const onNotification = (notification: Protocol.ServerNotification): string | undefined =>
  notification.method === "item/agentMessage/delta" ? notification.params.delta : undefined
export const onRequest = (request: Protocol.ServerRequest): string | undefined =>
  request.method === "item/tool/call" ? request.params.threadId : undefined

// Sent: closed.
export const input: Protocol.UserInputParam = { type: "text", text: "hello" }
export const image: Protocol.UserInputParam = { type: "image", url: "data:" }
// @ts-expect-error no such member
export const inputOfUnknownType: Protocol.UserInputParam = { type: "hologram", text: "hello" }
// @ts-expect-error one of url and fileId is needed
export const imageOfNothing: Protocol.UserInputParam = { type: "image" }
// @ts-expect-error a received value may hold what we must not send
export const fromReceived = (received: Protocol.UserInput): Protocol.UserInputParam => received
// @ts-expect-error no such policy
export const policy: Protocol.AskForApprovalParam = "sometimes"
// @ts-expect-error no such decision
export const decision: Protocol.CommandExecutionRequestApprovalResponse = { decision: "approved" }
// @ts-expect-error not a field
export const misspelt: Protocol.ThreadStartParams = { modle: "gpt" }
export const nothing: Protocol.ParamsOf<"userVerification/status"> = {}
// @ts-expect-error these params hold nothing
export const something: Protocol.ParamsOf<"userVerification/status"> = { now: true }
// @ts-expect-error the unknown member is for reading
export const unknownInput: Protocol.UserInputParam = { type: "~unknown", raw: {} }
// @ts-expect-error this request has no params
export const logout: Protocol.ParamsOf<"account/logout"> = { now: true }

// Sent: an optional field may be `undefined`, under exactOptionalPropertyTypes too. Read: it may only be absent.
export const start: Protocol.ThreadStartParams = { model: undefined, approvalPolicy: undefined }
// @ts-expect-error a received field is absent, not undefined
export const received: Protocol.AgentMessageThreadItem = { type: "agentMessage", id: "1", text: "", phase: undefined }

// A definition with nothing to open has one name in both directions.
export const sameBothWays = (received: Protocol.TextElement): Protocol.TextElement => received

// The type that hovering shows is a name.
export declare const request: <M extends Protocol.ClientRequestMethod>(
  method: M,
  params: Protocol.ParamsOf<M>
) => Effect.Effect<Protocol.ResultOf<M>, Error>
export const read = () => request("thread/read", { threadId: "1" })
holds<Equal<ReturnType<typeof read>, Effect.Effect<Protocol.ThreadReadResponse, Error>>>()
