/**
 * Support for the tests of code generation: the repository, and copies of it that a test can break.
 */
import { assert } from "@effect/vitest"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Pinned } from "../../codegen/generate.ts"

export const root = fileURLToPath(new URL("../../", import.meta.url))

export const read = (file: string): string => readFileSync(join(root, file), "utf8")

export const tsc = join(root, "node_modules/typescript/bin/tsc")

// Type boundary: the file is our own, written by codegen/main.ts.
export const pinned = JSON.parse(read("codegen/schema.json")) as Pinned

const folders: Array<string> = []

/** Runs at the end of each file that makes copies. */
export const removeCopies = () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }))

/** A temporary copy of the files that generation reads and writes, which a test can break. */
export const copyOfRepository = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "effect-codex-codegen-test-"))
  folders.push(folder)
  for (const part of ["codegen", "src/generated", "src/internal/protocol", "package.json", "tsconfig.json"]) {
    mkdirSync(join(folder, part, ".."), { recursive: true })
    cpSync(join(root, part), join(folder, part), { recursive: true })
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  return folder
}

export const edit = (file: string, change: (text: string) => string): void => {
  const before = readFileSync(file, "utf8")
  const after = change(before)
  assert.notStrictEqual(after, before, `nothing to change in ${file}`)
  writeFileSync(file, after)
}
