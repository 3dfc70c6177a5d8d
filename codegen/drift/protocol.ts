/**
 * The protocol of one codex version, as a comparison reads it.
 *
 * `load` finds the schema of a version: the checked-in one if it is of that version, otherwise the one that the
 * published binary prints. `protocolOf` adds the messages. Any version can be compared: open decisions of generation
 * are ignored here.
 */
import { readFileSync } from "node:fs"
import type { Method, Methods } from "../direction.ts"
import { methodsOf } from "../direction.ts"
import type { Pinned } from "../generate.ts"
import type { JsonSchema } from "../jsonSchema.ts"
import { asObject, refName } from "../jsonSchema.ts"
import { fromBinary } from "../main.ts"
import { anyResult } from "../responses.ts"
import { install } from "../runtimes.ts"

export interface Protocol extends Pinned {
  /** `result` is `undefined` also where the schema does not say which definition answers a request. */
  readonly methods: Methods
}

/** A schema from a file in the form of `codegen/schema.json`. */
export const readPinned = (file: URL | string): Pinned =>
  // Type boundary: the file was written by codegen, or has the same form.
  JSON.parse(readFileSync(file, "utf8")) as Pinned

/** The schema of a published version (`"0.169.0"`), or the one in a file of the form of `codegen/schema.json`. */
export const load = (source: string): Pinned => {
  if (source.endsWith(".json")) return readPinned(source)
  const checkedIn = readPinned(new URL("../schema.json", import.meta.url))
  return checkedIn.codex === source ? checkedIn : fromBinary(install(source))
}

export const protocolOf = (pinned: Pinned): Protocol => {
  const methods = methodsOf(pinned.definitions, () => undefined)
  return {
    ...pinned,
    methods: {
      ...methods,
      clientRequests: methods.clientRequests.map(withKnownResult),
      serverRequests: methods.serverRequests.map(withKnownResult)
    }
  }
}

/** The definitions of the messages, and all that they refer to, directly or through others. */
export const reachable = ({ definitions, methods }: Protocol): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (name: string): void => {
    const schema = definitions[name]
    if (schema === undefined || found.has(name)) return
    found.add(name)
    refsOf(schema).forEach(visit)
  }
  Object.keys(definitions).filter(isMessage).forEach(visit)
  for (const { result } of [...methods.clientRequests, ...methods.serverRequests])
    if (result !== undefined) visit(result)
  return found
}

// internal

const withKnownResult = (call: Method): Method => (call.result === anyResult ? { ...call, result: undefined } : call)

/** Definitions of whole messages, with their method and id. */
const isMessage = (name: string): boolean => /^(?:JSONRPC\w+|(?:Client|Server)(?:Request|Notification))$/.test(name)

const refsOf = (schema: JsonSchema): ReadonlyArray<string> => {
  const { $ref, items, additionalProperties, properties, oneOf, anyOf, allOf } = asObject(schema)
  const parts = [items, additionalProperties, oneOf, anyOf, allOf, Object.values(properties ?? {})].flat()
  return [
    ...($ref === undefined ? [] : [refName($ref)]),
    ...parts.flatMap((part) => (part === undefined ? [] : refsOf(part)))
  ]
}
