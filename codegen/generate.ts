/**
 * From the pinned schema to the text of every generated file. Pure: the same
 * schema gives the same bytes.
 */
import { readFileSync } from "node:fs"
import { directionsOf, methodsOf } from "./direction.ts"
import { emitCodecs } from "./emitCodecs.ts"
import { emitMethods } from "./emitMethods.ts"
import { emitTypes } from "./emitTypes.ts"
import type { Experimental } from "./experimental.ts"
import { findExperimental } from "./experimental.ts"
import type { Definitions } from "./jsonSchema.ts"
import { normalize } from "./normalize.ts"
import { parse } from "./parse.ts"
import { header } from "./text.ts"

/** What `schema.json` holds. */
export interface Pinned {
  readonly codex: string
  readonly experimental: Experimental
  readonly definitions: Definitions
}

/** Joins the two bundles of one codex version. */
export const pin = (codex: string, bundles: { readonly experimental: unknown; readonly stable: unknown }): Pinned => {
  const definitions = normalize(bundles.experimental)
  return { codex, experimental: findExperimental(definitions, normalize(bundles.stable)), definitions }
}

/** Compact, but with one definition on each line, so that a diff can be read. */
export const printPinned = (pinned: Pinned): string => {
  const lines = Object.entries(pinned.definitions).map(
    ([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`
  )
  return `{"codex":${JSON.stringify(pinned.codex)},\n"experimental":${JSON.stringify(pinned.experimental)},\n"definitions":{\n${lines.join(",\n")}\n}}\n`
}

/** A hand-written module that generated code needs beside it. */
const runtimeModule = (version: string, name: string): string => {
  const text = readFileSync(new URL(`./runtime/${name}`, import.meta.url), "utf8")
  return text.replace(/^\/\*\*\n/, header(version, "Copied from `codegen/runtime`.").replace(/ \*\/\n$/, " *\n"))
}

/** Text of every file below `src/generated`. */
export const generate = (pinned: Pinned): ReadonlyMap<string, string> => {
  const definitions = parse(pinned.definitions, pinned.experimental)
  const methods = methodsOf(pinned.definitions)
  const directions = directionsOf(definitions, methods)
  return new Map([
    ["types.ts", emitTypes(pinned.codex, definitions, directions)],
    ["codecs.ts", emitCodecs(pinned.codex, definitions, directions)],
    ["methods.ts", emitMethods(pinned.codex, methods, directions, new Set(pinned.experimental.methods))],
    ["open.ts", runtimeModule(pinned.codex, "open.ts")],
    ["decode.ts", runtimeModule(pinned.codex, "decode.ts")],
    [
      "version.ts",
      `${header(pinned.codex, "The version of codex that this package is made for and starts.")}export const codexVersion = ${JSON.stringify(pinned.codex)}\n`
    ]
  ])
}
