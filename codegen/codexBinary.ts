/**
 * The installed, pinned `codex` binary: where it is, and the two things that
 * generation asks of it.
 *
 * It is found through the platform package that npm installed beside
 * `@openai/codex`, and runs in a home of its own, so that neither the user's
 * configuration nor a `codex` on the PATH can change what is generated.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { arch, platform, tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** Rust target of each platform that codex is published for; it names the folder in the platform package. */
const targets: ReadonlyMap<string, string> = new Map([
  ["linux-x64", "x86_64-unknown-linux-musl"],
  ["linux-arm64", "aarch64-unknown-linux-musl"],
  ["darwin-x64", "x86_64-apple-darwin"],
  ["darwin-arm64", "aarch64-apple-darwin"],
  ["win32-x64", "x86_64-pc-windows-msvc"],
  ["win32-arm64", "aarch64-pc-windows-msvc"]
])

/** Path of the native binary for this machine. */
export const locate = (): string => {
  const machine = `${platform()}-${arch()}`
  const target = targets.get(machine)
  if (target === undefined) throw new Error(`codex is not published for ${machine}`)
  // The platform packages are aliases that only `@openai/codex` depends on, so they are resolved from there.
  const require = createRequire(createRequire(import.meta.url).resolve("@openai/codex/package.json"))
  const root = dirname(require.resolve(`@openai/codex-${machine}/package.json`))
  const file = join(root, "vendor", target, "bin", platform() === "win32" ? "codex.exe" : "codex")
  if (!existsSync(file)) throw new Error(`no codex binary in @openai/codex-${machine}`)
  return file
}

/** Runs `use` with a temporary folder that is removed afterwards. */
const withTemporary = <A>(use: (folder: string) => A): A => {
  const folder = mkdtempSync(join(tmpdir(), "effect-codex-codegen-"))
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const run = (folder: string, args: ReadonlyArray<string>): string => {
  const home = join(folder, "home")
  mkdirSync(home, { recursive: true })
  return execFileSync(locate(), args, {
    encoding: "utf8",
    env: { ...process.env, HOME: home, USERPROFILE: home, CODEX_HOME: home },
    stdio: ["ignore", "pipe", "ignore"]
  })
}

/** What `codex --version` says, without the program's name: `"0.169.0"`. */
export const version = (): string =>
  withTemporary((folder) => {
    const answer = run(folder, ["--version"]).trim()
    const match = /^codex-cli (\S+)$/.exec(answer)
    if (match?.[1] === undefined) throw new Error(`codex --version said ${JSON.stringify(answer)}`)
    return match[1]
  })

/** The bundle that `generate-json-schema` writes, parsed but otherwise as it came. */
export const schemaBundle = (options: { readonly experimental: boolean }): unknown =>
  withTemporary((folder) => {
    const out = join(folder, "schema")
    run(folder, [
      "app-server",
      "generate-json-schema",
      ...(options.experimental ? ["--experimental"] : []),
      "--out",
      out
    ])
    const parsed: unknown = JSON.parse(readFileSync(join(out, "codex_app_server_protocol.schemas.json"), "utf8"))
    return parsed
  })
