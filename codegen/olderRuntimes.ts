/**
 * What supported older runtimes lack: required fields that they do not send, and methods that they do not have.
 *
 *     node codegen/olderRuntimes.ts            ask the supported runtimes, write codegen/olderRuntimes.json
 *     node codegen/olderRuntimes.ts --check    compare only; exit 1 if the file differs
 *
 * Generation reads such fields as absent where they are absent. Nullable fields and lists need no entry: they are read as
 * `null` and as empty whether or not an older runtime is known to lack them. The methods make the error of a server that
 * is too old for a call.
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

/** What `olderRuntimes.json` holds. */
export interface OlderRuntimes {
  /** The runtimes that were asked. */
  readonly runtimes: ReadonlyArray<string>
  /** `"Thread.sessionId"`, `"ThreadItem#agentMessage.id"`. */
  readonly keys: ReadonlyArray<string>
  /** The methods that the oldest of them lacks, by the first of them that has the method, or else the pinned version. */
  readonly methods: { readonly [version: string]: ReadonlyArray<string> }
}

const file = new URL("./olderRuntimes.json", import.meta.url)

/** The list as it is checked in. */
export const read = (): OlderRuntimes =>
  // Type boundary: the file is our own, written by this program.
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as OlderRuntimes) : { runtimes: [], keys: [], methods: {} }

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

const methodsIn = (definitions: Definitions): ReadonlyArray<string> =>
  (unionMembers(asObject(definitions["ClientRequest"])) ?? []).flatMap(
    (member) => asObject(asObject(member).properties?.["method"]).enum ?? []
  )

/** The methods that came after the first of the releases, which go from old to new. */
export const addedMethods = (
  releases: ReadonlyArray<{ readonly version: string; readonly definitions: Definitions }>
): OlderRuntimes["methods"] => {
  const seen = new Set<string>()
  const added = releases.map(({ definitions, version }) => {
    const methods = methodsIn(definitions).filter((method) => !seen.has(method))
    for (const method of methods) seen.add(method)
    return [version, methods.sort()] as const
  })
  return Object.fromEntries(added.slice(1).filter(([, methods]) => methods.length > 0))
}

/** Asks the pinned and the supported runtimes. */
export const find = (): OlderRuntimes => {
  const binary = runtimes.pinned()
  const pinned = { version: codexBinary.version(binary), definitions: definitionsOf(binary) }
  const older = runtimes.supported.map((version) => ({
    version,
    definitions: definitionsOf(runtimes.install(version))
  }))
  const keys = older.flatMap(({ definitions }) => compare(pinned.definitions, definitions))
  return { runtimes: runtimes.supported, keys: [...new Set(keys)].sort(), methods: addedMethods([...older, pinned]) }
}

const print = (found: OlderRuntimes): string => `${JSON.stringify(found, undefined, 2)}\n`

const main = (args: ReadonlyArray<string>): void => {
  const text = print(find())
  if (!args.includes("--check")) return writeFileSync(file, text)
  if (existsSync(file) && readFileSync(file, "utf8") === text) return
  process.stderr.write(
    "codegen/olderRuntimes.json is not up to date: run `node codegen/olderRuntimes.ts`, then codegen.\n"
  )
  process.exitCode = 1
}

if (import.meta.main) main(process.argv.slice(2))
