/**
 * Where the native `codex` binary of a version lies: the pinned one, which npm
 * installed with this package, or any other published one, which is installed
 * into a cache folder when it is first asked for.
 *
 * The cache is `.runtimes` in the repository, or the folder that
 * `CODEX_RUNTIMES` names. PATH is never searched.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { arch, platform } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

/** Rust target of each platform that codex is published for; it names the folder in the platform package. */
const targets: ReadonlyMap<string, string> = new Map([
  ["linux-x64", "x86_64-unknown-linux-musl"],
  ["linux-arm64", "aarch64-unknown-linux-musl"],
  ["darwin-x64", "x86_64-apple-darwin"],
  ["darwin-arm64", "aarch64-apple-darwin"],
  ["win32-x64", "x86_64-pc-windows-msvc"],
  ["win32-arm64", "aarch64-pc-windows-msvc"]
])

/** The binary of the `@openai/codex` that is installed where `from` can see it. */
const binaryFrom = (from: string): string => {
  const machine = `${platform()}-${arch()}`
  const target = targets.get(machine)
  if (target === undefined) throw new Error(`codex is not published for ${machine}`)
  // The platform packages are aliases that only `@openai/codex` depends on, so they are resolved from there.
  const require = createRequire(createRequire(from).resolve("@openai/codex/package.json"))
  const root = join(dirname(require.resolve(`@openai/codex-${machine}/package.json`)), "vendor", target)
  const name = platform() === "win32" ? "codex.exe" : "codex"
  // Runtimes before 0.130 or so have it in `codex`, later ones in `bin`.
  const file = ["bin", "codex"].map((folder) => join(root, folder, name)).find(existsSync)
  if (file === undefined) throw new Error(`no codex binary in @openai/codex-${machine}`)
  return file
}

/** The published runtimes that the SDK is tried on, beside the pinned one; the first is the oldest that it supports. */
export const supported: ReadonlyArray<string> = [
  "0.125.0",
  "0.139.0",
  "0.147.0",
  "0.149.1",
  "0.151.0",
  "0.154.0",
  "0.160.1",
  "0.166.0",
  "0.169.0"
]

/** Path of the pinned binary. */
export const pinned = (): string => binaryFrom(import.meta.url)

/** The folder that holds the installed versions. */
const cacheFolder = (): string =>
  resolve(process.env["CODEX_RUNTIMES"] ?? fileURLToPath(new URL("../.runtimes", import.meta.url)))

/** The command that runs npm: by the program that runs this script where npm started it, so that no shell is needed. */
export const npmCommand = (): readonly [program: string, args: ReadonlyArray<string>] => {
  const cli = process.env["npm_execpath"]
  return cli?.endsWith(".js") === true ? [process.execPath, [cli]] : ["npm", []]
}

/** Runs npm, and returns its output. */
const npm = (args: ReadonlyArray<string>, cwd: string): string => {
  const [program, first] = npmCommand()
  return execFileSync(program, [...first, ...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
}

/** Path of the binary of a published version, which is installed first if the cache lacks it. */
export const install = (version: string): string => {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${JSON.stringify(version)} is not a version such as 0.169.0`)
  const folder = join(cacheFolder(), version)
  if (!existsSync(folder)) {
    mkdirSync(cacheFolder(), { recursive: true })
    // Installed beside its place and then moved there, so that an interrupted install leaves no half of a version.
    const made = mkdtempSync(join(cacheFolder(), ".installing-"))
    try {
      writeFileSync(join(made, "package.json"), `{"private":true}\n`)
      npm(["install", "--no-audit", "--no-fund", "--ignore-scripts", `@openai/codex@${version}`], made)
      // Another process may have installed it meanwhile.
      if (!existsSync(folder)) renameSync(made, folder)
    } finally {
      rmSync(made, { recursive: true, force: true })
    }
  }
  return binaryFrom(join(folder, "package.json"))
}
