/**
 * Writes `paramKeys.ts`: the keys of params that callers hand over as they
 * are. The server ignores a misspelt key, so the SDK compares with these; a
 * new field of the protocol is accepted without an edit.
 */
import type { Directions } from "./direction.ts"
import type { Names } from "./names.ts"
import type { Shape } from "./shape.ts"
import { header, key } from "./text.ts"

const keysOf = (shape: Shape | undefined): ReadonlyArray<string> => {
  if (shape?.kind !== "object") return []
  return [...new Set([...shape.fields, ...shape.alternatives.flat()].map(({ name }) => name))].sort()
}

export const emitParamKeys = (version: string, { definitions, sent }: Names, directions: Directions): string =>
  [
    header(version, "The keys of the params of each client request, by the name of their type."),
    'import type * as T from "./types.ts"',
    "",
    "type Keys<Params> = { readonly [Key in Params extends unknown ? keyof Params : never]-?: true }",
    "",
    ...[...directions.params].sort().flatMap((name) => {
      const keys = keysOf(definitions.get(name)?.shape)
      if (keys.length === 0) return []
      return [
        `export const ${name}: Keys<T.${sent(name)}> = { ${keys.map((each) => `${key(each)}: true`).join(", ")} }`
      ]
    }),
    ""
  ].join("\n")
