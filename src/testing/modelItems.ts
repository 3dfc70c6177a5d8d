/**
 * Constructors of what a response consists of: messages, reasoning, calls of the server's tools.
 *
 * The helpers for tools send what app-server 0.169 offers to a model that it doesn't know.
 *
 * @since 0.169.0
 */
import type { JsonObject } from "./modelRequest.ts"
import type { Item, ModelEvent, Phase } from "./modelScript.ts"

/**
 * How a message is streamed.
 *
 * @category options
 * @since 0.169.0
 */
export interface MessageOptions {
  /** Default: no phase is sent. `null` is sent as `null`. */
  readonly phase?: Phase | undefined
  /** How the text is cut into deltas. Default: one delta, or none for the empty text. */
  readonly deltas?: ReadonlyArray<string> | undefined
}

/**
 * A call of one of the tools that the server offers.
 *
 * @category options
 * @since 0.169.0
 */
export interface ToolCallOptions {
  readonly name: string
  /** For tools that come in a namespace, such as `multi_agent_v1`. */
  readonly namespace?: string | undefined
  /** Sent as JSON; a string is sent as it is, which is how to send broken arguments. Default `{}`. */
  readonly arguments?: JsonObject | string | undefined
  /** Default: one that is unique among the requests of this mock. */
  readonly callId?: string | undefined
}

/**
 * The arguments of the server's command tool.
 *
 * @category options
 * @since 0.169.0
 */
export interface ExecCommandOptions {
  /** The command line, run by a shell. */
  readonly cmd: string
  /** After so long, a command that still runs goes on in the background. Default: the server's. */
  readonly yieldTimeMs?: number | undefined
  /** Asks to leave the sandbox, which needs an approval unless the policy is `never`. */
  readonly escalate?: string | undefined
  /** Further arguments, by their wire names. */
  readonly more?: JsonObject | undefined
  /** The id of the call. Default: a new one. */
  readonly callId?: string | undefined
}

/**
 * A question that the model puts to the user.
 *
 * @category options
 * @since 0.169.0
 */
export interface UserQuestion {
  /** The name under which the answer comes. */
  readonly id: string
  /** A few words above the question. */
  readonly header: string
  /** What the user is asked. */
  readonly question: string
  /** What to choose from; the server adds that any other text is an answer, too. */
  readonly options: ReadonlyArray<{ readonly label: string; readonly description: string }>
  /** The answer isn't to be shown while it is typed. Default: `false`. */
  readonly isSecret?: boolean | undefined
}

/**
 * A call of a tool of an MCP server.
 *
 * @category options
 * @since 0.169.0
 */
export interface McpToolCallOptions {
  /** The name of the server in the configuration. */
  readonly server: string
  /** The name of the tool, as the server has it. */
  readonly tool: string
  /** Sent as JSON. Default `{}`. */
  readonly arguments?: JsonObject | undefined
  /** The id of the call. Default: a new one. */
  readonly callId?: string | undefined
}

/**
 * An assistant message.
 *
 * @category items
 * @since 0.169.0
 */
export const message = (text: string, options: MessageOptions = {}): Item => ({
  _tag: "Message",
  text,
  deltas: options.deltas ?? (text === "" ? [] : [text]),
  phase: options.phase
})

/**
 * A reasoning item with a summary, one delta for each part; `raw` parts are the model's own reasoning text.
 *
 * @category items
 * @since 0.169.0
 */
export const reasoning = (
  summary: string | ReadonlyArray<string>,
  options: { readonly raw?: ReadonlyArray<string> | undefined } = {}
): Item => ({ _tag: "Reasoning", summary: typeof summary === "string" ? [summary] : summary, raw: options.raw ?? [] })

/**
 * A call of a function tool.
 *
 * @category items
 * @since 0.169.0
 */
export const toolCall = (options: ToolCallOptions): Item => ({
  _tag: "FunctionCall",
  name: options.name,
  namespace: options.namespace,
  arguments: typeof options.arguments === "string" ? options.arguments : JSON.stringify(options.arguments ?? {}),
  callId: options.callId
})

/**
 * A call of a tool that takes free text instead of JSON.
 *
 * @category items
 * @since 0.169.0
 */
export const customToolCall = (options: {
  readonly name: string
  readonly input: string
  /** The id of the call. Default: a new one. */
  readonly callId?: string | undefined
}): Item => ({ _tag: "CustomToolCall", name: options.name, input: options.input, callId: options.callId })

/**
 * A call of `exec_command`, with which the model runs a command line.
 *
 * @category items
 * @since 0.169.0
 */
export const execCommand = (options: string | ExecCommandOptions): Item => {
  const given = typeof options === "string" ? { cmd: options } : options
  return toolCall({
    name: "exec_command",
    callId: given.callId,
    arguments: {
      cmd: given.cmd,
      ...(given.yieldTimeMs === undefined ? undefined : { yield_time_ms: given.yieldTimeMs }),
      ...(given.escalate === undefined
        ? undefined
        : { sandbox_permissions: "require_escalated", justification: given.escalate }),
      ...given.more
    }
  })
}

/**
 * A change of files, as a patch in Codex's own format (`*** Begin Patch` … `*** End Patch`). The turn gets a
 * `fileChange` item.
 *
 * **Details**
 *
 * A model that the server doesn't know, `mock-model` among them, is offered no `apply_patch` tool. The server sees the
 * command `apply_patch <<'EOF'` in an `exec_command` and applies the patch itself, for every model; so that is what
 * this sends. For a model whose bundled entry does have the tool (`gpt-6.1-sol`), `customToolCall({ name:
 * "apply_patch", input: patch })` works too.
 *
 * @category items
 * @since 0.169.0
 */
export const applyPatch = (patch: string, options: { readonly callId?: string | undefined } = {}): Item =>
  execCommand({ cmd: `apply_patch <<'EOF'\n${patch.trimEnd()}\nEOF\n`, callId: options.callId })

/**
 * A sub-agent with this task. Its own requests carry `x-openai-subagent: collab_spawn`: script them with
 * `enqueueFor("collab_spawn", …)`.
 *
 * @category items
 * @since 0.169.0
 */
export const spawnAgent = (message: string, options: { readonly callId?: string | undefined } = {}): Item =>
  toolCall({
    name: "spawn_agent",
    namespace: "multi_agent_v1",
    arguments: { message },
    callId: options.callId
  })

/**
 * Questions to the user, which come to this program as `item/tool/requestUserInput`. The server offers the tool with the feature
 * `default_mode_request_user_input`, and in plan mode; otherwise the model is told that it isn't available.
 *
 * @category items
 * @since 0.169.0
 */
export const requestUserInput = (
  questions: ReadonlyArray<UserQuestion>,
  options: { readonly callId?: string | undefined } = {}
): Item =>
  toolCall({
    name: "request_user_input",
    arguments: { questions: questions.map((question) => ({ ...question })) },
    callId: options.callId
  })

/**
 * A call of a tool of an MCP server that the configuration has.
 *
 * @category items
 * @since 0.169.0
 */
export const mcpToolCall = (options: McpToolCallOptions): Item =>
  toolCall({
    namespace: `mcp__${options.server}`,
    name: options.tool,
    arguments: options.arguments,
    callId: options.callId
  })

/**
 * Events exactly as given, for what no constructor covers.
 *
 * @category items
 * @since 0.169.0
 */
export const events = (list: ReadonlyArray<ModelEvent>): Item => ({ _tag: "Events", events: list })
