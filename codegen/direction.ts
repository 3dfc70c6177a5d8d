/**
 * Who sends what: the method tables, and what follows from them for every
 * definition.
 *
 * A definition is received if it can be reached from a result, from the params
 * of a server request or from a notification; it is sent if it can be reached
 * from the params of a client request or from our answer to a server request.
 * Only this position counts, never a name.
 */
import type { Definitions, JsonSchema } from "./jsonSchema.ts"
import { asObject, refName, unionMembers } from "./jsonSchema.ts"
import { responses } from "./overrides.ts"
import type { Definition, Shape } from "./shape.ts"
import { opens, references } from "./shape.ts"
import { pascalCase } from "./text.ts"

export interface Method {
  readonly method: string
  /** Definition of the params; `undefined` if there are none. */
  readonly params: string | undefined
  /** Params may be left out or `null`. */
  readonly paramsOptional: boolean
  /** Definition of the result; `undefined` for notifications. */
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

export const methodsOf = (definitions: Definitions): Methods => {
  const unused = new Set(responses.keys())

  const responseOf = (method: string, params: string | undefined): string => {
    const named =
      params?.endsWith("Params") === true ? params.replace(/Params$/, "Response") : `${pascalCase(method)}Response`
    const exception = responses.get(method)
    const name = exception?.name ?? named
    if (!Object.hasOwn(definitions, name)) throw new Error(`no response for ${method}: add it to codegen/overrides.ts`)
    if (exception !== undefined && !unused.delete(method)) throw new Error(`${method} twice`)
    if (exception !== undefined && Object.hasOwn(definitions, named))
      throw new Error(`${method} needs no exception any more`)
    return name
  }

  const table = (name: string, hasResult: boolean): ReadonlyArray<Method> =>
    (unionMembers(asObject(definitions[name])) ?? [])
      .map(asObject)
      .map((member) => {
        const method = asObject(member.properties?.["method"]).enum?.[0]
        if (method === undefined) throw new Error(`${name}: a member without a method`)
        const params = paramsOf(member.properties?.["params"])
        return {
          method,
          params,
          paramsOptional: member.required?.includes("params") !== true,
          result: hasResult ? responseOf(method, params) : undefined,
          doc: member.description
        }
      })
      .sort((a, b) => (a.method < b.method ? -1 : 1))

  const methods = {
    clientRequests: table("ClientRequest", true),
    serverRequests: table("ServerRequest", true),
    serverNotifications: table("ServerNotification", false),
    clientNotifications: table("ClientNotification", false)
  }
  if (unused.size > 0) throw new Error(`codegen/overrides.ts names methods that don't exist: ${[...unused].join(", ")}`)
  return methods
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
  names.filter((name) => name !== undefined)

export const directionsOf = (definitions: ReadonlyMap<string, Definition>, methods: Methods): Directions => {
  const shapeOf = (name: string): Shape => {
    const definition = definitions.get(name)
    if (definition === undefined) throw new Error(`${name} is referred to, but not defined`)
    return definition.shape
  }

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
