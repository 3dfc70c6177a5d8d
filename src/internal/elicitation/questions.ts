/**
 * What a handler of elicitations is asked: a form, a visit to a URL, whether a tool may be called, or something else. Models only.
 */
import type * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type { Request } from "../serverRequests/types.ts"
import type { Field, Values } from "./fields.ts"

/** The request that all of them are. */
export type ElicitationRequest = Request<"mcpServer/elicitation/request">

/** What every question tells. */
export interface Common {
  /** The MCP server, by its name in the configuration. */
  readonly serverName: string
  readonly threadId: string
  /** Absent when the server couldn't tell which turn it belongs to. */
  readonly turnId: Option.Option<string>
  readonly request: ElicitationRequest
}

/**
 * An MCP server asks to have a form filled in.
 *
 * **Gotchas**
 *
 * All texts are the MCP server's own. Show its name with them, and nothing of them as a link.
 *
 * @category models
 * @since 0.169.0
 */
export interface FormQuestion extends Common {
  readonly type: "form"
  /** What the MCP server says it wants it for. */
  readonly message: string
  /** In the order in which they came; app-server 0.169 sorts them by name. */
  readonly fields: ReadonlyArray<Field>
  /** Of an answer, which is the same on the wire. It drops fields that the form doesn't have; `check` finds them wrong. */
  readonly schema: Schema.Codec<Values>
}

/**
 * An MCP server asks that the user visits a page, for example to log in. Accepting means that the user agreed, not that it is done.
 *
 * **Gotchas**
 *
 * The page is the MCP server's choice. Show the user the whole address and the host before it is opened, and fetch nothing from it.
 *
 * @category models
 * @since 0.169.0
 */
export interface UrlQuestion extends Common {
  readonly type: "url"
  /** What the MCP server says it wants it for. */
  readonly message: string
  /** The address in its normal form. Always `http` or `https`, and without a user or a password. */
  readonly url: string
  /** The host of it with its port, other alphabets as `xn--`. */
  readonly host: string
  readonly elicitationId: string
}

/**
 * Codex asks whether it may call a tool of an MCP server.
 *
 * **Gotchas**
 *
 * An MCP server can make a form of its own look like this. To accept it calls nothing and tells that server a yes without content; but don't take
 * the question as a proof of what the model does.
 *
 * @category models
 * @since 0.169.0
 */
export interface ToolApprovalQuestion extends Common {
  readonly type: "toolApproval"
  /** Codex's question, for display. */
  readonly message: string
  /** The name of the tool, as its server has it. */
  readonly tool: Option.Option<string>
  readonly title: Option.Option<string>
  /** What the server says of the tool. */
  readonly description: Option.Option<string>
  /** What the tool would be called with. */
  readonly arguments: Option.Option<unknown>
  /** What the server says of the tool's effects (`readOnlyHint`, `destructiveHint`, …). Not to be trusted more than the server. */
  readonly annotations: { readonly [name: string]: unknown }
  /** For how long an answer may hold, besides this once: `session` for `acceptForSession`, `always` for `acceptAlways`. */
  readonly offers: ReadonlyArray<"session" | "always">
}

/**
 * An elicitation that is none of the others: a form that can't be read, an address that isn't one of the web, a kind that needs an extension or
 * that this version doesn't know.
 *
 * @category models
 * @since 0.169.0
 */
export interface OtherQuestion extends Common {
  readonly type: "other"
  /** Why it is none of the others. */
  readonly reason: string
}

/** Any question. */
export type Question = FormQuestion | UrlQuestion | ToolApprovalQuestion | OtherQuestion
