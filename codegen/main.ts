/**
 * Generates `codegen/schema.json` and `src/generated` from the installed codex.
 *
 *     node codegen/main.ts                      write, and list the open decisions
 *     node codegen/main.ts --check              compare only; exit 1 with the files that differ and the open decisions
 *     node codegen/main.ts --from-pinned        take codegen/schema.json instead of asking the binary
 *     node codegen/main.ts --runtime 0.172.0    write nothing: list the decisions that this runtime would open
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import * as codexBinary from "./codexBinary.ts"
import { printDecisions } from "./decisions.ts"
import type { Generated, Pinned } from "./generate.ts"
import { generate, pin, printPinned } from "./generate.ts"
import * as olderRuntimes from "./olderRuntimes.ts"
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

/** Every file that generation owns, by its path in the repository, and the decisions that are open. */
export const outputs = (pinned: Pinned): Generated => {
  const { decisions, files } = generate(pinned, olderRuntimes.read())
  return {
    decisions,
    files: new Map([
      [schemaFile, printPinned(pinned)],
      ...[...files].map(([name, text]) => [`${folder}${name}`, text] as const)
    ])
  }
}

/** What stands in `src/generated` and would not be written. */
const strayFiles = (files: Generated["files"]): ReadonlyArray<string> =>
  readdirSync(new URL(folder, root))
    .map((name) => `${folder}${name}`)
    .filter((file) => !files.has(file))

const main = (args: ReadonlyArray<string>): void => {
  const { values } = parseArgs({
    args: [...args],
    options: { check: { type: "boolean" }, "from-pinned": { type: "boolean" }, runtime: { type: "string" } }
  })
  const isCheck = values.check === true
  const source = values["from-pinned"] === true ? fromPinned() : fromBinary(binaryOf(values.runtime))
  const { decisions, files } = outputs(source)
  const open = decisions.length === 0 ? "" : `Open decisions for codex ${source.codex}:\n${printDecisions(decisions)}`
  if (values.runtime !== undefined) {
    process.stdout.write(open === "" ? `codex ${source.codex} opens no decision\n` : open)
    return
  }
  mkdirSync(new URL(folder, root), { recursive: true })
  const stray = strayFiles(files)
  const changed = [...[...files].filter(([file, text]) => read(file) !== text).map(([file]) => file), ...stray]
  if (isCheck) {
    const list = changed.map((file) => `  ${file}\n`).join("")
    if (changed.length > 0) process.stderr.write(`Not up to date, run \`npm run codegen\`:\n${list}`)
    process.stderr.write(open)
    process.exitCode = changed.length > 0 || open !== "" ? 1 : 0
    return
  }
  for (const [file, text] of files) if (changed.includes(file)) writeFileSync(new URL(file, root), text)
  for (const file of stray) rmSync(new URL(file, root))
  process.stdout.write(changed.length === 0 ? "up to date\n" : changed.map((file) => `wrote ${file}\n`).join(""))
  process.stdout.write(open)
}

const binaryOf = (version: string | undefined): string =>
  version === undefined ? runtimes.pinned() : runtimes.install(version)

if (import.meta.main) main(process.argv.slice(2))
