/**
 * The questions for a handler of elicitations: a form, a page to open, a tool approval, or something else. This
 * module has types only.
 */
import type * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type { Request } from "../serverRequests/types.ts"
import type { Field, Values } from "./fields.ts"

/** The request behind every question. */
export type ElicitationRequest = Request<"mcpServer/elicitation/request">

/** The fields of every question. */
export interface Common {
  /** The name of the MCP server in the configuration. */
  readonly serverName: string
  readonly threadId: string
  /** Absent if the server could not determine the turn. */
  readonly turnId: Option.Option<string>
  readonly request: ElicitationRequest
}

/**
 * An MCP server requests that the user fills in a form.
 *
 * **Gotchas**
 *
 * The MCP server wrote all texts. Show its name with them, and never render any part of them as a link.
 *
 * @category models
 * @since 0.169.0
 */
export interface FormQuestion extends Common {
  readonly type: "form"
  /** The purpose that the MCP server states. */
  readonly message: string
  /** In the order in which they were received. App-server 0.169 sorts them by name. */
  readonly fields: ReadonlyArray<Field>
  /**
   * The schema of an answer, which is the same on the wire. It drops fields that the form does not have; `check`
   * reports them as problems.
   */
  readonly schema: Schema.Codec<Values>
}

/**
 * An MCP server requests that the user visits a page, for example to log in.
 *
 * Accepting means that the user agreed, not that the visit is done.
 *
 * **Gotchas**
 *
 * The MCP server chose the page. Show the user the complete address and the host before opening it, and do not fetch
 * it.
 *
 * @category models
 * @since 0.169.0
 */
export interface UrlQuestion extends Common {
  readonly type: "url"
  /** The purpose that the MCP server states. */
  readonly message: string
  /** The normalized address. Always `http` or `https`, without a user name or a password. */
  readonly url: string
  /** The host of the address with its port. Other alphabets are shown as `xn--`. */
  readonly host: string
  readonly elicitationId: string
}

/**
 * Codex requests to call a tool of an MCP server.
 *
 * **Gotchas**
 *
 * An MCP server can make its own form look like this request. Accepting it calls nothing and only sends that server
 * an acceptance without content. Do not treat the question as proof of what the model does.
 *
 * @category models
 * @since 0.169.0
 */
export interface ToolApprovalQuestion extends Common {
  readonly type: "toolApproval"
  /** The question of Codex, for display. */
  readonly message: string
  /** The name of the tool, as its server defines it. */
  readonly tool: Option.Option<string>
  readonly title: Option.Option<string>
  /** The server's description of the tool. */
  readonly description: Option.Option<string>
  /** The arguments of the call. */
  readonly arguments: Option.Option<unknown>
  /**
   * The server's hints about the tool's effects (`readOnlyHint`, `destructiveHint`, …). Trust them no more than the
   * server.
   */
  readonly annotations: { readonly [name: string]: unknown }
  /**
   * How long an acceptance may hold, besides this call: `session` for `acceptForSession`, `always` for
   * `acceptAlways`.
   */
  readonly offers: ReadonlyArray<"session" | "always">
}

/**
 * An elicitation of any other kind.
 *
 * It is a form that cannot be read, an address that is not a web address, a kind that needs an extension, or a kind
 * that this version does not support.
 *
 * @category models
 * @since 0.169.0
 */
export interface OtherQuestion extends Common {
  readonly type: "other"
  /** Why the request is not one of the other kinds. */
  readonly reason: string
}

/** Any question. */
export type Question = FormQuestion | UrlQuestion | ToolApprovalQuestion | OtherQuestion
