/**
 * Which definition answers a method. The schema does not say: a rule finds most, a table of exceptions the others, and for
 * what is left the likely one is proposed.
 */
import type { Report } from "./decisions.ts"
import type { Definitions } from "./jsonSchema.ts"
import { responses } from "./overrides.ts"
import { pascalCase } from "./text.ts"

/** Stands for the result of a method whose response is not known: any JSON. */
export const anyResult = "~any"

/** A method that expects a response, and the definition of its params. */
export interface Call {
  readonly method: string
  readonly params: string | undefined
}

/** `XParams` → `XResponse`, or, for a method without a params definition, its own words plus `Response`. */
const ruled = ({ method, params }: Call): string =>
  params?.endsWith("Params") === true ? params.replace(/Params$/, "Response") : `${pascalCase(method)}Response`

/** The response of each method; {@link anyResult} where it is not known. */
export const responsesOf = (
  calls: ReadonlyArray<Call>,
  definitions: Definitions,
  report: Report
): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const call of calls) {
    const exception = responses.get(call.method)
    const byRule = ruled(call)
    if (Object.hasOwn(definitions, byRule)) {
      found.set(call.method, byRule)
      if (exception !== undefined) {
        report({
          about: call.method,
          problem: `codegen/overrides.ts names ${exception.name}, but ${byRule} exists now and is used.`,
          proposal: "Remove the exception."
        })
      }
    } else if (exception !== undefined && Object.hasOwn(definitions, exception.name)) {
      found.set(call.method, exception.name)
    }
  }

  const claimed = new Set(found.values())
  const unclaimed = Object.keys(definitions).filter(
    (name) => name.endsWith("Response") && name !== "JSONRPCResponse" && !claimed.has(name)
  )
  const shared = [...claimed].filter((name) => [...found.values()].filter((other) => other === name).length > 1)
  for (const call of calls) {
    if (found.has(call.method)) continue
    found.set(call.method, anyResult)
    report({
      about: call.method,
      problem: "no response is known; its result is generated as any JSON.",
      proposal: `${proposalFor(call, unclaimed, shared)} Then name it in codegen/overrides.ts.`
    })
  }

  const methods = new Set(calls.map(({ method }) => method))
  for (const method of responses.keys()) {
    if (methods.has(method)) continue
    report({
      about: method,
      problem: "codegen/overrides.ts names its response, but the protocol has no such method.",
      proposal: "Remove the exception."
    })
  }
  return found
}

// internal

const proposalFor = (call: Call, unclaimed: ReadonlyArray<string>, shared: ReadonlyArray<string>): string => {
  const [likely] = unclaimed
    .map((name) => ({ name, likeness: likeness(call, name) }))
    .filter((candidate) => candidate.likeness >= 0.5)
    .sort((a, b) => b.likeness - a.likeness)
  if (likely !== undefined) return `Likely ${likely.name}, which no other method has.`
  const others =
    unclaimed.length > 0
      ? `Responses without a method: ${unclaimed.join(", ")}.`
      : `Every response has a method${shared.length > 0 ? `; shared already: ${shared.join(", ")}` : ""}.`
  return `${others} Call the method once and compare its reply.`
}

// Verbs are chosen freely: `account/usage/read` is answered by GetAccountTokenUsageResponse.
const verbs = new Set(["get", "read", "list", "set", "start", "response", "params"])

const wordsOf = (name: string): ReadonlySet<string> =>
  new Set(
    (name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [])
      .map((word) => word.toLowerCase())
      .filter((word) => !verbs.has(word))
  )

/** The part of the words that a method and a response have in common. */
const likeness = ({ method, params }: Call, response: string): number => {
  const wanted = wordsOf(`${method} ${params ?? ""}`)
  const words = wordsOf(response)
  const common = [...words].filter((word) => wanted.has(word)).length
  return common / Math.max(1, new Set([...wanted, ...words]).size)
}
