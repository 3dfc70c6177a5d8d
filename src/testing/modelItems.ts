/**
 * Constructors of the parts of a response: messages, reasoning, and calls of the server's tools.
 *
 * The tool helpers send what app-server 0.169 offers to a model that it does not know.
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
  /** The phase. Default: none is sent. `null` is sent as `null`. */
  readonly phase?: Phase | undefined
  /** The deltas of the text. Default: one delta, or none for the empty text. */
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
  /** The namespace of a tool that has one, such as `multi_agent_v1`. */
  readonly namespace?: string | undefined
  /** The arguments, sent as JSON. A string is sent unchanged, to send malformed arguments. Default: `{}`. */
  readonly arguments?: JsonObject | string | undefined
  /** The id of the call. Default: one that is unique among the requests of this mock. */
  readonly callId?: string | undefined
}

/**
 * The arguments of the server's command tool.
 *
 * @category options
 * @since 0.169.0
 */
export interface ExecCommandOptions {
  /** The command line, which a shell runs. */
  readonly cmd: string
  /** How long to wait before a running command continues in the background. Default: the server's. */
  readonly yieldTimeMs?: number | undefined
  /** Asks to leave the sandbox, for this reason. Needs an approval unless the policy is `never`. */
  readonly escalate?: string | undefined
  /** Further arguments, by their wire names. */
  readonly more?: JsonObject | undefined
  /** The id of the call. Default: a new one. */
  readonly callId?: string | undefined
}

/**
 * A question of the model to the user.
 *
 * @category options
 * @since 0.169.0
 */
export interface UserQuestion {
  /** The id of the question. Answers refer to it. */
  readonly id: string
  /** A few words above the question. */
  readonly header: string
  /** The question. */
  readonly question: string
  /** The options. The server adds that any other text is also an answer. */
  readonly options: ReadonlyArray<{ readonly label: string; readonly description: string }>
  /** Whether the answer is hidden while the user types. Default: `false`. */
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
  /** The name of the tool on the server. */
  readonly tool: string
  /** The arguments, sent as JSON. Default: `{}`. */
  readonly arguments?: JsonObject | undefined
  /** The id of the call. Default: a new one. */
  readonly callId?: string | undefined
}

/**
 * Creates an assistant message.
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
 * Creates a reasoning item with a summary, one delta per part. `raw` parts are the model's own reasoning text.
 *
 * @category items
 * @since 0.169.0
 */
export const reasoning = (
  summary: string | ReadonlyArray<string>,
  options: { readonly raw?: ReadonlyArray<string> | undefined } = {}
): Item => ({ _tag: "Reasoning", summary: typeof summary === "string" ? [summary] : summary, raw: options.raw ?? [] })

/**
 * Creates a call of a function tool.
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
 * Creates a call of a tool that takes free text instead of JSON.
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
 * Creates a call of `exec_command`, with which the model runs a command line.
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
 * Creates a file change, as a patch in Codex's own format (`*** Begin Patch` … `*** End Patch`).
 *
 * The turn gets a `fileChange` item.
 *
 * **Details**
 *
 * The server does not offer the tool `apply_patch` to a model that it does not know, such as `mock-model`. But it
 * recognizes the command `apply_patch <<'EOF'` in an `exec_command` and applies the patch itself, for every model.
 * This constructor sends that command. For a model whose bundled entry has the tool (`gpt-6.1-sol`),
 * `customToolCall({ name: "apply_patch", input: patch })` works too.
 *
 * @category items
 * @since 0.169.0
 */
export const applyPatch = (patch: string, options: { readonly callId?: string | undefined } = {}): Item =>
  execCommand({ cmd: `apply_patch <<'EOF'\n${patch.trimEnd()}\nEOF\n`, callId: options.callId })

/**
 * Creates a call that spawns a sub-agent with this task.
 *
 * Its own requests have the header `x-openai-subagent: collab_spawn`: script them with
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
 * Creates questions to the user, which this program receives as `item/tool/requestUserInput`.
 *
 * The server offers the tool with the feature `default_mode_request_user_input`, and in plan mode. Otherwise it
 * answers the model that the tool is not available.
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
 * Creates a call of a tool of a configured MCP server.
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
 * Creates an item from exact events, for what no constructor covers.
 *
 * @category items
 * @since 0.169.0
 */
export const events = (list: ReadonlyArray<ModelEvent>): Item => ({ _tag: "Events", events: list })
