/**
 * The command line that runs a script.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import type { Scope } from "effect"
import type { Command, Script } from "./script.ts"

const program = fileURLToPath(new URL("./peer.mjs", import.meta.url))

/** Linux takes no argument over 128 kB. */
const longest = 100_000

/** The command line of a peer with this script, which must not be over 100 kB; `$repeat` is for long texts. */
export const command = (script: Script): Command => {
  const json = JSON.stringify(script)
  if (Buffer.byteLength(json) > longest) throw new RangeError("a script this long needs commandScoped")
  return [process.execPath, program, json]
}

/** The same for a script of any length, which goes by a file that lives as long as the scope. */
export const commandScoped = (script: Script): Effect.Effect<Command, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "effect-codex-peer-"))
      const path = join(folder, "script.json")
      writeFileSync(path, JSON.stringify(script))
      return { folder, line: [process.execPath, program, `@${path}`] as const }
    }),
    ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  ).pipe(Effect.map(({ line }) => line))
