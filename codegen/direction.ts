/**
 * Who sends what: the method tables, and what follows from them for every
 * definition.
 *
 * A definition is received if it can be reached from a result, from the params
 * of a server request or from a notification; it is sent if it can be reached
 * from the params of a client request or from our answer to a server request.
 * Only this position counts, never a name.
 */
import type { Report } from "./decisions.ts"
import type { Definitions, JsonSchema } from "./jsonSchema.ts"
import { asObject, refName, unionMembers } from "./jsonSchema.ts"
import { anyResult, responsesOf } from "./responses.ts"
import type { Definition, Shape } from "./shape.ts"
import { opens, references } from "./shape.ts"

export interface Method {
  readonly method: string
  /** Definition of the params; `undefined` if there are none. */
  readonly params: string | undefined
  /** Params may be left out or `null`. */
  readonly paramsOptional: boolean
  /** Definition of the result, or `anyResult`; `undefined` for notifications. */
  readonly result: string | undefined
  readonly doc: string | undefined
}

export interface Methods {
  readonly clientRequests: ReadonlyArray<Method>
  readonly serverRequests: ReadonlyArray<Method>
  readonly serverNotifications: ReadonlyArray<Method>
  readonly clientNotifications: ReadonlyArray<Method>
}

const paramsOf = (schema: JsonSchema | undefined): string | undefined => {
  const { $ref, anyOf } = asObject(schema)
  if ($ref !== undefined) return refName($ref)
  return anyOf?.flatMap((member) => paramsOf(member) ?? [])[0]
}

export const methodsOf = (definitions: Definitions, report: Report): Methods => {
  const table = (name: string): ReadonlyArray<Method> =>
    (unionMembers(asObject(definitions[name])) ?? [])
      .map(asObject)
      .flatMap((member) => {
        const method = asObject(member.properties?.["method"]).enum?.[0]
        if (method === undefined) {
          report({
            about: name,
            problem: "a member names no method; it is left out.",
            proposal: "Look at the member in codegen/schema.json: the envelope of requests may have changed."
          })
          return []
        }
        const paramsOptional = member.required?.includes("params") !== true
        const params = paramsOf(member.properties?.["params"])
        return [{ method, params, paramsOptional, result: undefined, doc: member.description }]
      })
      .sort((a, b) => (a.method < b.method ? -1 : 1))

  const clientRequests = table("ClientRequest")
  const serverRequests = table("ServerRequest")
  const results = responsesOf([...clientRequests, ...serverRequests], definitions, report)
  const withResults = (calls: ReadonlyArray<Method>) =>
    calls.map((call) => ({ ...call, result: results.get(call.method) }))
  return {
    clientRequests: withResults(clientRequests),
    serverRequests: withResults(serverRequests),
    serverNotifications: table("ServerNotification"),
    clientNotifications: table("ClientNotification")
  }
}

/** The two forms a definition can have in TypeScript. */
export type Form = "receive" | "send"

export interface Directions {
  readonly received: ReadonlySet<string>
  readonly sent: ReadonlySet<string>
  /** Definitions with two forms; the sent one is called `<Name>Param`. */
  readonly split: ReadonlySet<string>
  /** Definitions that are the whole of some request's params. */
  readonly params: ReadonlySet<string>
}

const present = (names: ReadonlyArray<string | undefined>): ReadonlyArray<string> =>
  names.filter((name): name is string => name !== undefined && name !== anyResult)

export const directionsOf = (definitions: ReadonlyMap<string, Definition>, methods: Methods): Directions => {
  const shapeOf = (name: string): Shape => definitions.get(name)?.shape ?? { kind: "unknown" }

  const closure = (roots: ReadonlyArray<string>): ReadonlySet<string> => {
    const found = new Set<string>()
    const visit = (name: string): void => {
      if (found.has(name)) return
      found.add(name)
      references(shapeOf(name)).forEach(visit)
    }
    roots.forEach(visit)
    return found
  }

  const received = closure(
    present([
      ...methods.clientRequests.map((method) => method.result),
      ...methods.serverRequests.map((method) => method.params),
      ...methods.serverNotifications.map((method) => method.params)
    ])
  )
  const sent = closure(
    present([
      ...methods.clientRequests.map((method) => method.params),
      ...methods.serverRequests.map((method) => method.result),
      ...methods.clientNotifications.map((method) => method.params)
    ])
  )
  const differs = (name: string): boolean => [...closure([name])].some((inner) => opens(shapeOf(inner)))
  return {
    received,
    sent,
    split: new Set([...received].filter((name) => sent.has(name) && differs(name))),
    params: new Set(present(methods.clientRequests.map((method) => method.params)))
  }
}
