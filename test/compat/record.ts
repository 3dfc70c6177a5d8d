/**
 * Records sessions of runtimes into `test/fixtures/sessions`, for the tests of decoding and routing:
 *
 *     node --conditions=effect-codex/source test/compat/record.ts [version …]
 *
 * Without a version it records all that are kept there. What is played is `session.ts`.
 */
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import * as runtimes from "../../codegen/runtimes.ts"
import * as Session from "./session.ts"
import * as Versions from "./versions.ts"

const folder = new URL("../fixtures/sessions/", import.meta.url)

/** One message a line, so that a change of one shows as such. */
const text = ({ frames, version }: Session.Session): string =>
  `{"version":${JSON.stringify(version)},"frames":[\n${frames.map((frame) => JSON.stringify(frame)).join(",\n")}\n]}\n`

const record = Effect.fnUntraced(function* (version: string) {
  const session = yield* Session.play(version, runtimes.install(version))
  const written = text(session)
  writeFileSync(new URL(`${version}.json`, folder), written)
  process.stdout.write(`${version}: ${session.frames.length} messages, ${written.length} bytes\n`)
})

mkdirSync(folder, { recursive: true })
const asked = process.argv.slice(2).map(Versions.named)
await Effect.runPromise(Effect.forEach(asked.length === 0 ? Versions.recorded : asked, record))
