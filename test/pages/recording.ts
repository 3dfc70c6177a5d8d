/**
 * `npm run recording`: runs the terminal chat and draws it into `docs/images/chat.svg`.
 */
import { Effect } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { record } from "./chat.ts"
import { draw } from "./picture.ts"

export const file = join(import.meta.dirname, "../../docs/images/chat.svg")

/** The picture of these lines of the chat. */
export const picture = (lines: ReadonlyArray<string>): string =>
  draw(lines, {
    title: "A chat with Codex in the terminal",
    description:
      "The user asks whether a script works. Codex asks before it runs the script and before it writes a file outside of the project, and the user accepts both.",
    caption: "npm run example -- 11 --home"
  })

if (import.meta.main) {
  const before = existsSync(file) ? readFileSync(file, "utf8") : ""
  const after = picture(await Effect.runPromise(record))
  if (after !== before) writeFileSync(file, after)
  process.stdout.write(after === before ? "docs/images/chat.svg is up to date\n" : "docs/images/chat.svg is written\n")
}
