/**
 * From the pinned schema to the text of every generated file. Pure: the same
 * schema gives the same bytes.
 */
import type { Decision, Report } from "./decisions.ts"
import { directionsOf, methodsOf } from "./direction.ts"
import { emitCodecs } from "./emitCodecs.ts"
import { emitMethods } from "./emitMethods.ts"
import { emitMethodVersions } from "./emitMethodVersions.ts"
import { emitParamKeys } from "./emitParamKeys.ts"
import { emitTypes } from "./emitTypes.ts"
import type { Experimental } from "./experimental.ts"
import { findExperimental } from "./experimental.ts"
import type { Definitions } from "./jsonSchema.ts"
import { namesOf } from "./names.ts"
import { normalize } from "./normalize.ts"
import type { OlderRuntimes } from "./olderRuntimes.ts"
import { parse } from "./parse.ts"
import { header } from "./text.ts"

/** What `schema.json` holds. */
export interface Pinned {
  readonly codex: string
  readonly experimental: Experimental
  /** Names that the bundle defines twice, and differently. */
  readonly conflicts?: ReadonlyArray<string>
  readonly definitions: Definitions
}

/** Joins the two bundles of one codex version. */
export const pin = (codex: string, bundles: { readonly experimental: unknown; readonly stable: unknown }): Pinned => {
  const conflicts: Array<string> = []
  const definitions = normalize(bundles.experimental, (name) => conflicts.push(name))
  const experimental = findExperimental(definitions, normalize(bundles.stable))
  return { codex, experimental, ...(conflicts.length === 0 ? {} : { conflicts }), definitions }
}

/** Compact, but with one definition on each line, so that a diff can be read. */
export const printPinned = (pinned: Pinned): string => {
  const lines = Object.entries(pinned.definitions).map(
    ([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`
  )
  const conflicts = pinned.conflicts === undefined ? "" : `"conflicts":${JSON.stringify(pinned.conflicts)},\n`
  return `{"codex":${JSON.stringify(pinned.codex)},\n"experimental":${JSON.stringify(pinned.experimental)},\n${conflicts}"definitions":{\n${lines.join(",\n")}\n}}\n`
}

/** What comes of a generation. */
export interface Generated {
  /** Text of every file below `src/generated`. */
  readonly files: ReadonlyMap<string, string>
  /** What a person has to decide; each is generated in its safest form meanwhile. */
  readonly decisions: ReadonlyArray<Decision>
}

/** Generates everything, for servers from the oldest supported runtime on. */
export const generate = (pinned: Pinned, older: Pick<OlderRuntimes, "keys" | "methods">): Generated => {
  const decisions: Array<Decision> = (pinned.conflicts ?? []).map((name) => ({
    about: name,
    problem: "the bundle defines it twice, and differently; the definition of v2 is generated.",
    proposal: "Compare the two in the bundle, and teach codegen/normalize.ts to keep both."
  }))
  const report: Report = (decision) => void decisions.push(decision)
  const parsed = parse(pinned.definitions, {
    experimental: pinned.experimental,
    laterKeys: new Set(older.keys),
    report
  })
  const methods = methodsOf(pinned.definitions, report)
  const directions = directionsOf(parsed, methods)
  const names = namesOf(parsed, directions, report)
  const files = new Map([
    ["types.ts", emitTypes(pinned.codex, names, directions)],
    ["codecs.ts", emitCodecs(pinned.codex, names, directions)],
    ["methods.ts", emitMethods(pinned.codex, methods, names, new Set(pinned.experimental.methods))],
    ["methodVersions.ts", emitMethodVersions(pinned.codex, older.methods)],
    ["paramKeys.ts", emitParamKeys(pinned.codex, names, directions)],
    [
      "version.ts",
      `${header(pinned.codex, "The version of codex that this package is made for and starts.")}export const codexVersion = ${JSON.stringify(pinned.codex)}\n`
    ]
  ])
  return { files, decisions }
}
