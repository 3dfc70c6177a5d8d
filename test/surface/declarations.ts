/**
 * The exports of a module, read from the text of its declarations (`.d.ts`) or of its source: names, where each is
 * declared, and whether it is documented. It reads this package's formatting only, and is not a parser of TypeScript.
 */
import { posix } from "node:path"

/** One top-level statement of a file, with its doc comment. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly doc: string
  readonly isExported: boolean
}

/** A re-export: `export { a, b as c } from "./x.ts"`, `export * from "./x.ts"`, `export * as n from "./x.ts"`. */
export interface Reexport {
  readonly from: string
  readonly names: ReadonlyArray<readonly [name: string, as: string]> | "*"
  readonly namespace: string | undefined
  readonly doc: string
}

/** The parsed file. */
export interface File {
  readonly doc: string
  readonly statements: ReadonlyArray<Statement>
  readonly reexports: ReadonlyArray<Reexport>
}

const declared =
  /^(?:export )?(?:declare )?(?:abstract )?(?:const enum|const|let|class|interface|type|function\*?|namespace|async function) (\w+)/

/** Parses a file. Top-level statements start in column 0, with a word. */
export const parse = (text: string): File => {
  const statements: Array<Statement> = []
  const reexports: Array<Reexport> = []
  let doc = ""
  let fileDoc: string | undefined
  const lines = text.split("\n")
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ""
    if (line.startsWith("/**")) {
      const from = at
      while (!(lines[at] ?? "").includes("*/")) at++
      fileDoc ??= from === 0 ? lines.slice(from, at + 1).join("\n") : undefined
      doc = lines.slice(from, at + 1).join("\n")
      continue
    }
    if (!/^[a-z]/.test(line)) {
      if (line === "") doc = doc === fileDoc ? "" : doc
      continue
    }
    const from = at
    while (at + 1 < lines.length && !/^(?:[a-z]|\/\*\*|\/\/)/.test(lines[at + 1] ?? "")) at++
    const statement = lines
      .slice(from, at + 1)
      .join("\n")
      .trimEnd()
    const reexport = /^export (?:type )?(?:\* as (\w+)|(\*)|\{([\s\S]*?)\})(?: from "(\.[^"]+)")?/.exec(statement)
    if (reexport !== null && !declared.test(statement)) {
      const [, namespace, star, list, source] = reexport
      const names = (list ?? "").split(",").flatMap((entry): ReadonlyArray<readonly [string, string]> => {
        const [name, as] = entry
          .trim()
          .replace(/^type /, "")
          .split(" as ")
        return name === undefined || name === "" ? [] : [[name, as ?? name]]
      })
      if (source !== undefined || names.length > 0) {
        reexports.push({
          from: source ?? "",
          names: star === undefined && namespace === undefined ? names : "*",
          namespace,
          doc
        })
      }
    } else {
      const name = declared.exec(statement)?.[1]
      if (name !== undefined)
        statements.push({ name, text: statement, doc, isExported: statement.startsWith("export ") })
    }
    doc = ""
  }
  return { doc: fileDoc ?? "", statements, reexports }
}

/** An exported name. */
export interface Export {
  readonly name: string
  /** The file that declares it. */
  readonly file: string
  /**
   * Its declarations: a class and its namespace, say, or a schema and its type. Empty for a namespace of another
   * module.
   */
  readonly statements: ReadonlyArray<Statement>
  /** The module, if it is a namespace of one. */
  readonly namespace: string | undefined
  readonly doc: string
}

/** Everything that a file exports, whichever file declares it. `skip` leaves out what a file re-exports as a whole. */
export const exportsOf = (
  file: string,
  load: (file: string) => File,
  skip: (file: string) => boolean
): ReadonlyArray<Export> => {
  const { reexports, statements } = load(file)
  const found: Array<Export> = []
  const add = (name: string, all: ReadonlyArray<Statement>, doc: string) =>
    found.push({
      name,
      file,
      statements: [...all, ...behind(all, statements)],
      namespace: undefined,
      doc: doc || (all.find((one) => one.doc)?.doc ?? "")
    })
  for (const name of new Set(statements.filter((one) => one.isExported).map((one) => one.name))) {
    add(
      name,
      statements.filter((one) => one.name === name),
      ""
    )
  }
  for (const { doc, from, names, namespace } of reexports) {
    // Declarations name the sources that they were made from.
    const named = file.endsWith(".d.ts") ? from.replace(/\.ts$/, ".d.ts") : from
    const target = from === "" ? file : posix.join(posix.dirname(file), named)
    if (namespace !== undefined) {
      found.push({ name: namespace, file: target, statements: [], namespace: target, doc: doc || load(target).doc })
    } else if (from === "") {
      for (const [name, as] of names === "*" ? [] : names) {
        add(
          as,
          statements.filter((one) => one.name === name),
          doc
        )
      }
    } else if (!(names === "*" && skip(target))) {
      const inner = exportsOf(target, load, skip)
      for (const one of inner) {
        const renamed = names === "*" ? [[one.name, one.name] as const] : names.filter(([name]) => name === one.name)
        for (const [, as] of renamed) found.push({ ...one, name: as, doc: one.doc || doc })
      }
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

// internal

/** The unexported declarations that statements mention, such as the base that the compiler writes for a class. */
const behind = (
  shown: ReadonlyArray<Statement>,
  all: ReadonlyArray<Statement>,
  seen: ReadonlySet<string> = new Set()
): ReadonlyArray<Statement> => {
  const words = new Set(shown.flatMap(({ text }) => text.match(/\w+/g) ?? []))
  const own = new Set([...seen, ...shown.map(({ name }) => name)])
  const next = all.filter((one) => !one.isExported && words.has(one.name) && !own.has(one.name))
  return next.length === 0 ? [] : [...next, ...behind(next, all, own)]
}
