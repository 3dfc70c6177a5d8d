/**
 * A project of a user that has the tarball. Its dependencies are links to those of the repository, so it needs no
 * network. `npm run consumer:check` installs it from a registry instead.
 */
import { execFile, execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Stage from "./stage.ts"

/** Unpacks the tarball into a project, beside links to the packages that a user has. */
export const install = (folder: string, tarball: string, more: ReadonlyArray<string> = []): void => {
  const modules = join(folder, "node_modules")
  mkdirSync(join(modules, "effect-codex"), { recursive: true })
  execFileSync("tar", ["-xzf", tarball, "-C", join(modules, "effect-codex"), "--strip-components=1"])
  for (const name of ["effect", "@effect", "@openai", "@types", ...more]) {
    symlinkSync(join(Stage.root, "node_modules", name), join(modules, name), "junction")
  }
}

/** The options of a strict compiler. */
export const compilerOptions = {
  target: "ES2023",
  lib: ["ES2024", "DOM", "DOM.Iterable", "ESNext.Disposable"],
  module: "NodeNext",
  moduleResolution: "NodeNext",
  moduleDetection: "force",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  types: ["node"],
  noEmit: true
}

/** A project in a temporary folder. */
export interface Project {
  readonly folder: string
  readonly write: (file: string, text: string) => void
  readonly remove: () => void
}

/** Builds and packs the package, and makes a project that has it. */
export const make = (more: ReadonlyArray<string> = []): Project => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "linked-")))
  const stage = Stage.make()
  try {
    install(folder, stage.pack(), more)
  } finally {
    stage.remove()
  }
  const write = (file: string, text: string) => {
    mkdirSync(join(folder, file, ".."), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  write("package.json", JSON.stringify({ name: "app", private: true, type: "module" }))
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Runs a command, and returns what it writes to stdout. Fails unless it exits with 0. */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  cwd: string,
  env: Readonly<Record<string, string>> = {}
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { cwd, env: { ...process.env, ...env }, shell: command.endsWith(".cmd") },
      (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
    )
    child.stdin?.end()
  })
