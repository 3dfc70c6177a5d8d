/**
 * Which required fields of the pinned protocol a supported older runtime does not send.
 *
 *     node codegen/laterKeys.ts            ask the supported runtimes, write codegen/laterKeys.json
 *     node codegen/laterKeys.ts --check    compare only; exit 1 if the file differs
 *
 * Generation reads such fields as absent where they are absent. Nullable fields and lists need no entry: they are read as
 * `null` and as empty whether or not a runtime of old is known to lack them.
 *
 * The list is computed from the schemas and never edited. It changes with the pin, so `npm run upgrade` writes it.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import * as codexBinary from "./codexBinary.ts"
import { memberKey } from "./experimental.ts"
import type { Definitions, JsonSchema, JsonSchemaObject } from "./jsonSchema.ts"
import { asObject, refName, unionMembers } from "./jsonSchema.ts"
import { normalize } from "./normalize.ts"
import * as runtimes from "./runtimes.ts"

/** What `laterKeys.json` holds. */
export interface LaterKeys {
  /** The runtimes that were asked. */
  readonly runtimes: ReadonlyArray<string>
  /** `"Thread.sessionId"`, `"ThreadItem#agentMessage.id"`. */
  readonly keys: ReadonlyArray<string>
}

const file = new URL("./laterKeys.json", import.meta.url)

/** The list as it is checked in. */
export const read = (): LaterKeys =>
  // Type boundary: the file is our own, written by this program.
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as LaterKeys) : { runtimes: [], keys: [] }

/** Every object schema of the definitions: those themselves, and the inline members of unions. */
const objectsOf = (definitions: Definitions): ReadonlyMap<string, JsonSchemaObject> =>
  new Map(
    Object.entries(definitions).flatMap(([name, json]) => {
      const schema = asObject(json)
      const members = (unionMembers(schema) ?? []).map(
        (member) => [`${name}#${memberKey(member)}`, asObject(member)] as const
      )
      return [[name, schema] as const, ...members].filter(([, { properties }]) => properties !== undefined)
    })
  )

/** The required fields of `newer` that objects of the same name in `older` lack or may leave out. */
export const compare = (newer: Definitions, older: Definitions): ReadonlyArray<string> => {
  const before = objectsOf(older)
  return [...objectsOf(newer)].flatMap(([path, { properties, required = [] }]) => {
    const known = before.get(path)
    if (known === undefined) return []
    return required
      .filter((name) => known.required?.includes(name) !== true && !hasEmptyForm(properties?.[name], newer))
      .map((name) => `${path}.${name}`)
  })
}

/** Whether a value can be `null` or a list: generation reads its absence as that, whatever the runtime. */
const hasEmptyForm = (json: JsonSchema | undefined, definitions: Definitions): boolean => {
  const schema = asObject(json)
  if (schema.$ref !== undefined) return hasEmptyForm(definitions[refName(schema.$ref)], definitions)
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? [])
  return (
    types.includes("null") ||
    types.includes("array") ||
    (unionMembers(schema) ?? []).some((member) => asObject(member).type === "null")
  )
}

const definitionsOf = (binary: string): Definitions =>
  normalize(codexBinary.schemaBundle(binary, { experimental: true }))

/** Asks the pinned and the supported runtimes. */
export const find = (): LaterKeys => {
  const newest = definitionsOf(runtimes.pinned())
  const keys = runtimes.supported.flatMap((version) => compare(newest, definitionsOf(runtimes.install(version))))
  return { runtimes: runtimes.supported, keys: [...new Set(keys)].sort() }
}

const print = (found: LaterKeys): string => `${JSON.stringify(found, undefined, 2)}\n`

const main = (args: ReadonlyArray<string>): void => {
  const text = print(find())
  if (!args.includes("--check")) return writeFileSync(file, text)
  if (existsSync(file) && readFileSync(file, "utf8") === text) return
  process.stderr.write("codegen/laterKeys.json is not up to date: run `node codegen/laterKeys.ts`, then codegen.\n")
  process.exitCode = 1
}

if (import.meta.main) main(process.argv.slice(2))
