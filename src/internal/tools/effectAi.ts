/**
 * Reads tools and failures of `effect/ai` without loading it. A tool carries all that is read here, and a program that
 * has tools has loaded `effect/ai` itself. For any other program, loading it is a tenth of a cold start.
 *
 * It does not create tools, and does not run them: the program's `Toolkit` does.
 */
import type * as AiError from "effect/ai/AiError"
import type * as Tool from "effect/ai/Tool"
import type * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** JSON Schema as an object. */
interface JsonSchema {
  readonly [key: string]: unknown
}

const aiError: keyof AiError.AiError & `~effect/ai/${string}` = "~effect/ai/AiError"
const providerDefined: Tool.ProviderDefinedTypeId = "~effect/ai/Tool/ProviderDefined"
const dynamic: Tool.DynamicTypeId = "~effect/ai/Tool/Dynamic"

/** Whether a failure is an error of `effect/ai`, and not one of the tool. */
export const isAiError = (value: unknown): value is AiError.AiError => Predicate.hasProperty(value, aiError)

/** Where the failure of a tool comes from. A `Toolkit` annotates causes with it. */
export const FailureOrigin: typeof Toolkit.FailureOrigin = Context.Reference("effect/ai/Toolkit/FailureOrigin", {
  defaultValue: (): Tool.FailureOrigin => "result"
})

/** Whether a tool is run by its model provider. */
export const isProviderDefined = (tool: Tool.Any): boolean => Predicate.hasProperty(tool, providerDefined)

/** Returns the description of a tool: its own, or that of its parameters. */
export const descriptionOf = ({ description, parametersSchema }: Tool.Any): string | undefined =>
  description ?? (Schema.isSchema(parametersSchema) ? SchemaAST.resolveDescription(parametersSchema.ast) : undefined)

/** Returns the JSON Schema of the parameters. Throws if they have none. */
export const jsonSchemaOf = (tool: Tool.Any): JsonSchema => {
  if (Predicate.hasProperty(tool, dynamic) && Predicate.hasProperty(tool, "jsonSchema")) {
    const { jsonSchema } = tool
    if (Predicate.isObject(jsonSchema)) return { ...jsonSchema }
  }
  const { definitions, schema } = Schema.toJsonSchemaDocument(tool.parametersSchema)
  return Object.keys(definitions).length > 0 ? { ...schema, $defs: definitions } : schema
}
