/**
 * Determines which question a request is.
 *
 * A request that is not certainly of a known kind is `other`, which is declined unless the program has an entry for
 * it.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { UrlMcpServerElicitationRequestParams } from "../../generated/types.ts"
import * as form from "./form.ts"
import type { Common, ElicitationRequest, Question } from "./questions.ts"
import { approvalKind, isToolApproval, toolApproval } from "./toolApproval.ts"

/** Returns the question of a request. */
export const classify = (request: ElicitationRequest): Question => {
  const { params } = request
  const common = commonOf(request)
  const other = (reason: string): Question => ({ ...common, type: "other", reason })
  switch (params.mode) {
    case "form": {
      if (isToolApproval(params)) return toolApproval(common, params)
      const kind = approvalKind(params)
      // A question from Codex for which an acceptance means more than a filled-in form.
      if (kind !== undefined && kind !== "mcp_tool_call") return other("unknown approval kind")
      const read = form.read(params.requestedSchema)
      return Result.isFailure(read)
        ? other(read.failure)
        : { ...common, type: "form", message: params.message, ...read.success }
    }
    case "url":
      return toUrl(common, params) ?? other("not an http(s) URL")
    case "~unknown":
      return other("unknown kind")
    default:
      return other(`kind ${params.mode}, which belongs to an extension`)
  }
}

// internal

const commonOf = (request: ElicitationRequest): Common => {
  const fields: { readonly [key: string]: unknown } =
    request.params.mode === "~unknown" ? request.params.raw : { ...request.params }
  const text = (name: string) => (typeof fields[name] === "string" ? Option.some(fields[name]) : Option.none())
  return {
    serverName: Option.getOrElse(text("serverName"), () => ""),
    threadId: Option.getOrElse(text("threadId"), () => ""),
    turnId: text("turnId"),
    request
  }
}

// Other schemes start programs or run code, and a user name before the host disguises the host.
const toUrl = (common: Common, params: UrlMcpServerElicitationRequestParams): Question | undefined => {
  if (!URL.canParse(params.url)) return undefined
  const { host, href, password, protocol, username } = new URL(params.url)
  const isWeb = protocol === "https:" || protocol === "http:"
  return isWeb && username === "" && password === ""
    ? { ...common, type: "url", message: params.message, url: href, host, elicitationId: params.elicitationId }
    : undefined
}
