/**
 * Describes what is wrong with an answer: the path, and what was expected there. It never includes the received
 * value, or a text that a schema made from it.
 */
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"

/** One problem in an answer. */
export interface AnswerIssue {
  /**
   * The path, such as `["steps"][0]`; empty for the root. Keys that the model chose, such as those of a record, are
   * shown as `…`.
   */
  readonly path: string
  /** What was expected there. */
  readonly expected: string
}

/** Formats a path as `["steps"][0]`. */
export const pathOf = (keys: ReadonlyArray<PropertyKey>): string =>
  keys.map((key) => (typeof key === "number" ? `[${key}]` : `[${JSON.stringify(String(key))}]`)).join("")

/** Returns all problems. */
export const describe = (issue: SchemaIssue.Issue): ReadonlyArray<AnswerIssue> => walk(issue, "", undefined, undefined)

// internal

const walk = (
  issue: SchemaIssue.Issue,
  path: string,
  owner: SchemaAST.AST | undefined,
  ofCheck: string | undefined
): ReadonlyArray<AnswerIssue> => {
  switch (issue._tag) {
    case "Pointer":
      return walk(issue.issue, path + issue.path.map((key) => segment(key, owner)).join(""), undefined, ofCheck)
    case "Filter":
      return walk(issue.issue, path, owner, ofCheck ?? declared(issue.filter.annotations) ?? "a valid value")
    case "Encoding":
      return walk(issue.issue, path, owner, ofCheck)
    case "Composite":
      return issue.issues.flatMap((inner) => walk(inner, path, issue.ast, ofCheck))
    case "AnyOf":
      return issue.issues.length > 0
        ? issue.issues.flatMap((inner) => walk(inner, path, issue.ast, ofCheck))
        : [{ path, expected: ofCheck ?? declared(issue.ast.annotations) ?? typeName(issue.ast) }]
    case "InvalidValue":
      return [{ path, expected: ofCheck ?? declared(issue.annotations) ?? "a valid value" }]
    case "InvalidType":
      return [{ path, expected: ofCheck ?? declared(issue.ast.annotations) ?? typeName(issue.ast) }]
    case "MissingKey":
      return [{ path, expected: "the missing key" }]
    case "UnexpectedKey":
      return [{ path, expected: "no such key" }]
    case "OneOf":
      return [{ path, expected: "exactly one member of the union" }]
    case "Forbidden":
      return [{ path, expected: "a value that needs no asynchronous work" }]
  }
}

// Names that the schema defines are shown. Others were chosen by the model.
const segment = (key: PropertyKey, owner: SchemaAST.AST | undefined): string =>
  typeof key === "number" || (owner?._tag === "Objects" && owner.propertySignatures.some(({ name }) => name === key))
    ? pathOf([key])
    : "[…]"

// Only what was declared with the schema: a `message` is often made from the value.
const declared = (annotations: { readonly expected?: unknown } | undefined): string | undefined =>
  typeof annotations?.expected === "string" ? annotations.expected : undefined

const typeName = (ast: SchemaAST.AST): string => {
  switch (ast._tag) {
    case "Objects":
      return "an object"
    case "Arrays":
      return "an array"
    case "Literal":
      return typeof ast.literal === "string" ? JSON.stringify(ast.literal) : String(ast.literal)
    case "Union": {
      const names = [...new Set(ast.types.map(typeName))]
      return names.length > 20 ? `one of ${names.length} values` : names.join(" or ")
    }
    default:
      return ast._tag.toLowerCase()
  }
}
