/**
 * Marks the calls that make top-level constants and the parents of classes as free of side effects.
 *
 * The package says the same of whole files with `sideEffects: false`. A bundler that takes one function of a file with
 * many modules needs it said of each call, or it keeps all of them. A call whose value goes nowhere is not marked.
 */
import type { Plugin } from "rolldown"

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "start" in value

const isFunction = (type: string) => type === "ArrowFunctionExpression" || type === "FunctionExpression"

/** Where calls begin that run when this is evaluated, and not later, in a function or a method. */
const callsIn = (value: unknown): ReadonlyArray<number> => {
  if (Array.isArray(value)) return value.flatMap(callsIn)
  if (!isNode(value) || isFunction(value.type) || value.type.startsWith("TS")) return []
  if (value.type === "ClassBody") return []
  const inner = Object.values(value).flatMap(callsIn)
  return value.type === "CallExpression" || value.type === "NewExpression" ? [value.start, ...inner] : inner
}

/** Of a statement of a module: the parts that make what it declares. */
const declared = (statement: unknown): ReadonlyArray<unknown> => {
  if (!isNode(statement)) return []
  switch (statement.type) {
    case "ExportNamedDeclaration":
      return declared(statement["declaration"])
    case "VariableDeclaration":
      return Array.isArray(statement["declarations"])
        ? statement["declarations"].flatMap((one) => (isNode(one) ? [one["init"]] : []))
        : []
    case "ClassDeclaration":
      return [statement["superClass"]]
    default:
      return []
  }
}

/** The text with a mark before each such call. */
export const mark = (code: string, body: ReadonlyArray<unknown>): string => {
  const places = new Set(body.flatMap((statement) => declared(statement).flatMap(callsIn)))
  let text = ""
  let last = 0
  for (const place of [...places].toSorted((a, b) => a - b)) {
    text += `${code.slice(last, place)}/*#__PURE__*/ `
    last = place
  }
  return text + code.slice(last)
}

/** Lines stay as they are, so that source maps still lead to them. */
export const pure = (): Plugin => ({
  name: "pure",
  transform: {
    filter: { id: /\.ts$/ },
    handler(code) {
      return { code: mark(code, this.parse(code, { lang: "ts" }).body), map: null }
    }
  }
})
