/**
 * Generates `codegen/schema.json` and `src/generated` from the installed codex.
 *
 *     node codegen/main.ts                 write
 *     node codegen/main.ts --check         compare only; exit 1 with the files that differ
 *     node codegen/main.ts --from-pinned   take codegen/schema.json instead of asking the binary
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import * as codexBinary from "./codexBinary.ts"
import type { Pinned } from "./generate.ts"
import { generate, pin, printPinned } from "./generate.ts"
import * as runtimes from "./runtimes.ts"

const root = new URL("../", import.meta.url)
const schemaFile = "codegen/schema.json"
const folder = "src/generated/"

const read = (file: string): string | undefined => {
  const url = new URL(file, root)
  return existsSync(url) ? readFileSync(url, "utf8") : undefined
}

/** Asks a binary for its version and its schema. */
export const fromBinary = (binary: string): Pinned =>
  pin(codexBinary.version(binary), {
    experimental: codexBinary.schemaBundle(binary, { experimental: true }),
    stable: codexBinary.schemaBundle(binary, { experimental: false })
  })

const fromPinned = (): Pinned => {
  const text = read(schemaFile)
  if (text === undefined) throw new Error(`no ${schemaFile}`)
  // Type boundary: the file is our own, written by this program.
  return JSON.parse(text) as Pinned
}

/** Every file that generation owns, by its path in the repository. */
export const outputs = (pinned: Pinned): ReadonlyMap<string, string> =>
  new Map([
    [schemaFile, printPinned(pinned)],
    ...[...generate(pinned)].map(([name, text]) => [`${folder}${name}`, text] as const)
  ])

const main = (args: ReadonlyArray<string>): void => {
  const unknown = args.filter((arg) => arg !== "--check" && arg !== "--from-pinned")
  if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(" ")}`)
  const files = outputs(args.includes("--from-pinned") ? fromPinned() : fromBinary(runtimes.pinned()))
  mkdirSync(new URL(folder, root), { recursive: true })
  const stray = readdirSync(new URL(folder, root))
    .map((name) => `${folder}${name}`)
    .filter((file) => !files.has(file))
  const changed = [...[...files].filter(([file, text]) => read(file) !== text).map(([file]) => file), ...stray]
  if (args.includes("--check")) {
    if (changed.length === 0) return
    process.stderr.write(`Not up to date, run \`npm run codegen\`:\n${changed.map((file) => `  ${file}\n`).join("")}`)
    process.exitCode = 1
    return
  }
  for (const [file, text] of files) if (changed.includes(file)) writeFileSync(new URL(file, root), text)
  for (const file of stray) rmSync(new URL(file, root))
  process.stdout.write(changed.length === 0 ? "up to date\n" : changed.map((file) => `wrote ${file}\n`).join(""))
}

if (import.meta.main) main(process.argv.slice(2))
