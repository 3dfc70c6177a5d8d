/**
 * Support for the tests of elicitations: requests as the server sends them, decoded with the protocol's codec.
 */
import { Effect, Option, Result } from "effect"
import * as Elicitation from "../../src/Elicitation.ts"
import { serverRequestParams } from "../../src/generated/methods.ts"
import type { McpServerElicitationRequestParams } from "../../src/generated/types.ts"
import * as decoding from "../../src/internal/client/decoding.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"

export const method = "mcpServer/elicitation/request"

export type Request = ServerRequests.Request<typeof method>

/** A request with these params, as it arrives. */
export const request = (params: object): Request => {
  const codec = serverRequestParams.get(method)
  if (codec === undefined) throw new Error("the request has a codec")
  const text = JSON.stringify({ serverName: "scripted", threadId: "thread", turnId: "turn", _meta: null, ...params })
  const read = Result.getOrThrow(decoding.decode(codec, JSON.parse(text)))
  // Type boundary: the table pairs each method with the codec of its params.
  return { id: 0, method, params: read as McpServerElicitationRequestParams, changes: [], offered: [] }
}

/** A form with these properties, as text if a property has a name with a meaning in an object literal. */
export const formRequest = (
  properties: object | string,
  required: ReadonlyArray<string> = [],
  more: object = {}
): Request =>
  request({
    mode: "form",
    message: "m",
    requestedSchema: {
      type: "object",
      properties: typeof properties === "string" ? JSON.parse(properties) : properties,
      required
    },
    ...more
  })

export const toolRequest = (meta: object = {}, more: object = {}): Request =>
  formRequest({}, [], { _meta: { codex_approval_kind: "mcp_tool_call", ...meta }, ...more })

export const urlRequest = (url: string): Request => request({ mode: "url", message: "m", elicitationId: "e", url })

/** The question of a form for its handler, or why there is none. */
export const asForm = (request: Request) =>
  Effect.gen(function* () {
    let form: Elicitation.FormQuestion | undefined
    let reason: string | undefined
    yield* Elicitation.handler({
      form: (question) => Effect.sync(() => ((form = question), Elicitation.decline)),
      other: (question) => Effect.sync(() => ((reason = question.reason), { action: "decline" as const }))
    })(request)
    return { form: Option.fromUndefinedOr(form), reason: Option.fromUndefinedOr(reason) }
  })

/** The question of a form with these properties. */
export const form = (properties: object | string, required?: ReadonlyArray<string>) =>
  Effect.map(asForm(formRequest(properties, required)), ({ form: found }) => Option.getOrThrow(found))

/** The response to the form with this answer. */
export const sent = (request: Request, values: unknown) =>
  // Type boundary: programs in JavaScript can answer anything.
  Elicitation.handler({ form: () => Effect.succeed(Elicitation.accept(values as Elicitation.Values)) })(request)
