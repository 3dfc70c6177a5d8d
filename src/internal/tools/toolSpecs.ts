/**
 * Converts tools to specs for the server, and rejects tools that the server would reject or silently omit.
 *
 * The server's own rejection does not say which tool is wrong, and an omitted tool is never called.
 */
import type * as Tool from "effect/ai/Tool"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { InvalidInput } from "../../CodexError.ts"
import type { FunctionDynamicToolSpec } from "../../generated/types.ts"
import * as effectAi from "./effectAi.ts"
import type { Tools } from "./toolTypes.ts"

/** Returns specs in the order of the toolkit, or fails with the problem. */
export const make = ({ tools }: Tools): Result.Result<ReadonlyArray<FunctionDynamicToolSpec>, InvalidInput> => {
  const specs: Array<FunctionDynamicToolSpec> = []
  for (const tool of Object.values(tools)) {
    const problem = wrongName(tool.name, specs) ?? wrongKind(tool)
    if (problem !== undefined) return invalid(tool.name, problem)
    const inputSchema = Result.try(() => objectSchema(effectAi.jsonSchemaOf(tool)))
    if (Result.isFailure(inputSchema)) return invalid(tool.name, "parameters cannot be expressed as JSON Schema")
    if (inputSchema.success === undefined)
      return invalid(tool.name, "parameters must be an object, such as `Schema.Struct`")
    specs.push({
      type: "function",
      name: tool.name,
      // The server rejects a tool without a description.
      description: effectAi.descriptionOf(tool) ?? "",
      inputSchema: inputSchema.success
    })
  }
  return Result.succeed(specs)
}

// internal

const invalid = (name: string, problem: string) =>
  Result.fail(new InvalidInput({ argument: "tools", description: `tool ${JSON.stringify(name)}: ${problem}` }))

/** Codex's own tools. Codex prefers them to a tool of the same name, as observed with 0.169.0. */
const own: ReadonlySet<string> = new Set([
  "exec_command",
  "write_stdin",
  "view_image",
  "request_user_input",
  "get_goal",
  "create_goal",
  "update_goal"
])

const wrongName = (name: string, before: ReadonlyArray<FunctionDynamicToolSpec>): string | undefined => {
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) return 'names may contain only letters (a-z, A-Z), digits, "_" and "-"'
  if (name.length > 128) return "names may have at most 128 characters"
  if (name === "mcp" || name.startsWith("mcp__")) return "the prefix `mcp__` is reserved for MCP tools"
  if (own.has(name)) return "the name is taken by a built-in Codex tool"
  // Two keys of a toolkit can have the same name, if one tool was renamed.
  return before.some((other) => other.name === name) ? "duplicate name" : undefined
}

const wrongKind = (tool: Tool.Any): string | undefined =>
  effectAi.isProviderDefined(tool) ? "provider-defined tools are not supported" : undefined

const refPrefix = "#/$defs/"

/** Inlines the root of the schema. There, the model provider accepts no reference, and only an object. */
const objectSchema = (schema: { readonly [key: string]: unknown }) => {
  const { $ref, ...rest } = schema
  if (typeof $ref !== "string") return schema["type"] === "object" ? schema : isAnything(schema) ? noFields : undefined
  const definitions = rest["$defs"]
  const root =
    $ref.startsWith(refPrefix) && Predicate.isObject(definitions)
      ? field(definitions, $ref.slice(refPrefix.length))
      : undefined
  return Predicate.isObject(root) && field(root, "type") === "object" ? { ...root, ...rest } : undefined
}

const noFields = { type: "object", properties: {}, additionalProperties: false }

/** Whether the schema is Effect's form of a struct without fields: any value that is not null. */
const isAnything = ({ not }: { readonly [key: string]: unknown }): boolean =>
  Predicate.isObject(not) && field(not, "type") === "null"

const field = (object: object, name: string): unknown => Object.entries(object).find(([key]) => key === name)?.[1]
