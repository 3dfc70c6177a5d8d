/**
 * The package as it is published, built in a separate folder, so that the repository's `dist` is neither needed nor
 * changed.
 */
import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The repository. */
export const root = join(import.meta.dirname, "../..")

/** The TypeScript compiler of the repository. */
export const tsc = join(root, "node_modules/typescript/bin/tsc")

/** A built package. */
export interface Stage {
  readonly folder: string
  /** The files that would be published. */
  readonly files: ReadonlyArray<string>
  /** Packs it, and returns the path of the tarball. */
  readonly pack: () => string
  readonly remove: () => void
}

const npm = (args: ReadonlyArray<string>, cwd: string): string =>
  execFileSync(process.platform === "win32" ? "npm.cmd" : "npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"]
  })

/** One of the results of `npm pack --json`, which are a list, or since npm 12 a record. */
const packed = (output: string): { readonly filename: string; readonly files: ReadonlyArray<{ path: string }> } => {
  const [first] = Object.values(JSON.parse(output))
  // Type boundary: the output of npm.
  return first as { readonly filename: string; readonly files: ReadonlyArray<{ path: string }> }
}

/** Builds the package. */
export const make = (): Stage => {
  const folder = mkdtempSync(join(tmpdir(), "package-"))
  for (const name of [
    "src",
    "docs",
    "llms.txt",
    "package.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md"
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  // These must not be published, although they are there.
  for (const name of ["test", "examples", "codegen", "build"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")
  execFileSync(process.execPath, ["build/main.ts"], { cwd: folder, encoding: "utf8" })
  const { files } = packed(npm(["pack", "--dry-run", "--json", "--ignore-scripts"], folder))
  return {
    folder,
    files: files.map(({ path }) => path).sort(),
    pack: () => join(folder, packed(npm(["pack", "--json", "--ignore-scripts"], folder)).filename),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

/** The text of a file of the package. */
export const read = (stage: Stage, file: string): string => readFileSync(join(stage.folder, file), "utf8")
