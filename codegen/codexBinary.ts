/**
 * What generation asks of a `codex` binary: its version and its schema. Which
 * binary that is, `runtimes.ts` says.
 *
 * The binary runs in a temporary home, so that the user's configuration cannot
 * change what is generated.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Runs `use` with a temporary folder that is removed afterwards. */
const withTemporary = <A>(use: (folder: string) => A): A => {
  const folder = mkdtempSync(join(tmpdir(), "effect-codex-codegen-"))
  try {
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const run = (binary: string, folder: string, args: ReadonlyArray<string>): string => {
  const home = join(folder, "home")
  mkdirSync(home, { recursive: true })
  return execFileSync(binary, args, {
    encoding: "utf8",
    env: { ...process.env, HOME: home, USERPROFILE: home, CODEX_HOME: home },
    stdio: ["ignore", "pipe", "ignore"]
  })
}

/** What `codex --version` prints, without the program's name: `"0.169.0"`. */
export const version = (binary: string): string =>
  withTemporary((folder) => {
    const answer = run(binary, folder, ["--version"]).trim()
    const match = /^codex-cli (\S+)$/.exec(answer)
    if (match?.[1] === undefined) throw new Error(`codex --version printed ${JSON.stringify(answer)}`)
    return match[1]
  })

/** The bundle that `generate-json-schema` writes, parsed but not changed. */
export const schemaBundle = (binary: string, options: { readonly experimental: boolean }): unknown =>
  withTemporary((folder) => {
    const out = join(folder, "schema")
    run(binary, folder, [
      "app-server",
      "generate-json-schema",
      ...(options.experimental ? ["--experimental"] : []),
      "--out",
      out
    ])
    const parsed: unknown = JSON.parse(readFileSync(join(out, "codex_app_server_protocol.schemas.json"), "utf8"))
    return parsed
  })
