/**
 * Records what runtimes say and write into `test/fixtures`, for tests that have no such runtime at hand:
 *
 *     node --conditions=effect-codex/source test/compat/record.ts [version …]
 *
 * Without a version it records all that are kept there: sessions (`session.ts`), and files of threads (`rollout.ts`).
 */
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import * as runtimes from "../../codegen/runtimes.ts"
import * as Rollout from "./rollout.ts"
import * as Session from "./session.ts"
import * as Versions from "./versions.ts"

const fixture = (path: string): URL => new URL(`../fixtures/${path}`, import.meta.url)

/** One message per line, so that a diff shows a change. */
const text = ({ frames, version }: Session.Session): string =>
  `{"version":${JSON.stringify(version)},"frames":[\n${frames.map((frame) => JSON.stringify(frame)).join(",\n")}\n]}\n`

const record = Effect.fnUntraced(function* (version: string) {
  const binary = runtimes.install(version)
  const written = text(yield* Session.play(version, binary))
  writeFileSync(fixture(`sessions/${version}.json`), written)
  process.stdout.write(`${version}: ${written.length} bytes\n`)
  if (!Versions.written.includes(version)) return
  const lines = yield* Rollout.write(binary)
  writeFileSync(fixture(`rollouts/${version}.jsonl`), `${lines.join("\n")}\n`)
})

for (const folder of ["sessions", "rollouts"]) mkdirSync(fixture(folder), { recursive: true })
const asked = process.argv.slice(2).map(Versions.named)
await Effect.runPromise(Effect.forEach(asked.length === 0 ? Versions.recorded : asked, record))
