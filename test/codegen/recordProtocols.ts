/**
 * Protocols of published runtimes for the tests of the drift report, without their descriptions. They were printed by
 * the real binaries:
 *
 *     node test/codegen/recordProtocols.ts     ask the runtimes again, write test/fixtures/protocols.json.br
 */
import { readFileSync, writeFileSync } from "node:fs"
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib"
import { load } from "../../codegen/drift/protocol.ts"
import type { Pinned } from "../../codegen/generate.ts"
import type { JsonSchema } from "../../codegen/jsonSchema.ts"

const versions = ["0.166.0", "0.169.0", "0.171.0"] as const

const file = new URL("../fixtures/protocols.json.br", import.meta.url)

/** The recorded protocol of a version. */
export const recorded = (version: (typeof versions)[number]): Pinned => {
  // Type boundary: the file is our own, written by this program.
  const all = JSON.parse(brotliDecompressSync(readFileSync(file)).toString()) as ReadonlyArray<Pinned>
  const found = all.find(({ codex }) => codex === version)
  if (found === undefined) throw new Error(`${version} is not recorded: run \`node test/codegen/recordProtocols.ts\``)
  return found
}

/** Drops descriptions, but no field of the name `description`. */
const bare = (value: unknown, isNames: boolean): unknown => {
  if (Array.isArray(value)) return value.map((item) => bare(item, false))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isNames || (key !== "description" && key !== "title"))
      .map(([key, item]) => [key, bare(item, !isNames && key === "properties")])
  )
}

const record = (): void => {
  const all = versions.map(load).map((pinned) => ({
    ...pinned,
    definitions: Object.fromEntries(
      Object.entries(pinned.definitions).map(([name, schema]: [string, JsonSchema]) => [name, bare(schema, false)])
    )
  }))
  // One window over all three: they differ little, so the second and third cost next to nothing.
  const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS }
  writeFileSync(file, brotliCompressSync(JSON.stringify(all), { params }))
}

if (import.meta.main) record()
