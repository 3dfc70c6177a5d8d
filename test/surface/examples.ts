/**
 * The examples in doc comments: where they are, and a project that contains each as a file. It does not check them.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { compilerOptions } from "./linked.ts"
import { root } from "./stage.ts"

/** One block of code in a doc comment. */
export interface Example {
  /** Below `src`. */
  readonly file: string
  /** The line of the first line of code, from 1. */
  readonly line: number
  readonly title: string | undefined
  readonly code: string
}

/** Finds the blocks of TypeScript in the doc comments of a file. */
export const find = (file: string, text: string): ReadonlyArray<Example> => {
  const lines = text.split("\n")
  return lines.flatMap((line, at) => {
    const [, indent] = /^( *) \* ```ts\b/.exec(line) ?? []
    if (indent === undefined) return []
    const end = lines.indexOf(`${indent} * \`\`\``, at)
    const code = lines.slice(at + 1, end).map((each) => each.slice(indent.length + 3))
    const title = /\*\*Example\*\* \((.*)\)$/.exec(lines[at - 2] ?? "")?.[1]
    return [{ file, line: at + 2, title, code: code.join("\n") }]
  })
}

/** The examples of all sources. */
export const all = (): ReadonlyArray<Example> =>
  readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("generated"))
    .sort()
    .flatMap((file) => find(file, readFileSync(join(root, "src", file), "utf8")))

/**
 * Writes a project with one file for each code, by its name, and returns how to run the compiler on it.
 *
 * `modules` are the packages that it can import, by their directories. With `source`, `effect-codex` is its sources.
 */
export const writeProject = (
  folder: string,
  codes: ReadonlyMap<string, string>,
  modules: { readonly [name: string]: string },
  source: boolean
): ReadonlyArray<string> => {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }))
  const conditions = source ? { customConditions: ["effect-codex/source"] } : {}
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, ...conditions }, files: [...codes.keys()] })
  )
  for (const [name, path] of Object.entries(modules)) {
    mkdirSync(join(folder, "node_modules", name, ".."), { recursive: true })
    symlinkSync(path, join(folder, "node_modules", name), "junction")
  }
  for (const [name, code] of codes) writeFileSync(join(folder, name), `${code}\n`)
  return ["-p", join(folder, "tsconfig.json"), "--pretty", "false"]
}

/** The packages of the repository that examples can use. */
export const modules: { readonly [name: string]: string } = Object.fromEntries(
  ["effect", "@effect", "@openai", "@types", "vitest"].map((name) => [name, join(root, "node_modules", name)])
)
