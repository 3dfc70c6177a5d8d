/**
 * Finds the lines of `src` (without the generated files), `examples` and `docs` that use a name of the protocol.
 *
 * This is a text search. It finds every use of a wire method and of a definition. A field such as `name` belongs to
 * many types, so the search is limited to files that mention the definition that has the field, or a message that
 * carries it. Even there a line may use the field of another type.
 */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import type { Difference } from "./differences.ts"

export interface Use {
  readonly file: string
  readonly line: number
}

export interface Source {
  readonly file: string
  readonly text: string
}

/** The files to search. */
export const readSources = (root: string): ReadonlyArray<Source> =>
  ["src", "examples", "docs"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((file) => /\.(?:ts|md)$/.test(file) && !file.startsWith("src/generated/"))
      .sort()
      .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))
  )

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")

const word = (text: string): string => `(?<![\\w$])${escaped(text)}(?![\\w$])`

/** A definition in the form that is received, and in the one that is sent. */
const definition = (name: string): ReadonlyArray<string> => [word(name), word(`${name}Param`)]

/** One of some words in quotes, or in the backticks of Markdown. */
const quoted = (words: ReadonlyArray<string>): string => `(?:["'\`])(?:${words.map(escaped).join("|")})(?:["'\`])`

/** A property: accessed, written in a literal or a type, taken from a pattern. */
const property = (name: string): string =>
  `\\.${escaped(name)}(?![\\w$])|(?<![\\w$.])${escaped(name)}(?=\\??:|\\s*[,}])|${quoted([name])}`

/** The pattern of a use, and a pattern that the whole file must match, too. */
const patternsOf = ({ of, name, places }: Difference): readonly [wanted: string, context: string] => {
  if (of === "message" || name.endsWith(" params")) {
    return [`(?<![\\w/])${escaped(name.replace(/ params$/, ""))}(?![\\w/])`, ""]
  }
  if (of === "literal") return [quoted([name.slice(name.lastIndexOf("#") + 1)]), ""]
  const [, owner = name, member, field] = /^([^.#[{]*)(?:#([^.[{]*))?.*?(?:\.([^.[\]{}]+)[[\]{}]*)?$/.exec(name) ?? []
  const members = member?.split("|") ?? []
  const messages = places.map((place) => place.replace(/ \w+$/, ""))
  const ownerOrMessage = [...definition(owner), ...(messages.length === 0 ? [] : [quoted(messages)])].join("|")
  if (field !== undefined) return [property(field), members.length > 0 ? quoted(members) : ownerOrMessage]
  return members.length > 0 ? [members.map(property).join("|"), ownerOrMessage] : [definition(owner).join("|"), ""]
}

export const usesOf = (sources: ReadonlyArray<Source>, difference: Difference): ReadonlyArray<Use> => {
  const [wanted, context] = patternsOf(difference)
  const [find, isRelated] = [new RegExp(wanted), new RegExp(context)]
  return sources
    .filter(({ text }) => find.test(text) && isRelated.test(text))
    .flatMap(({ file, text }) =>
      text.split("\n").flatMap((content, index) => (find.test(content) ? [{ file, line: index + 1 }] : []))
    )
}
