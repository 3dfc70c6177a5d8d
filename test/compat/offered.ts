/**
 * Calls of the server's tools as the server offers them: the namespace of a tool differs between versions.
 */
import * as MockModel from "../../src/testing/MockModel.ts"
import { at } from "../support/rawDriver.ts"

const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

/** The namespace in which a request offers a tool, if it is in one. */
const namespaceOf = (request: MockModel.ModelRequest, name: string): string | undefined => {
  const found = list(at(request.body, "tools")).find((tool) =>
    list(at(tool, "tools")).some((inner) => at(inner, "name") === name)
  )
  const namespace = at(found, "name")
  return typeof namespace === "string" ? namespace : undefined
}

/** A reply in which the model calls a tool. */
export const call = (name: string, args: MockModel.JsonObject): MockModel.DynamicReply =>
  MockModel.respondWith((request) =>
    MockModel.toolCall({ name, namespace: namespaceOf(request, name), arguments: args })
  )
