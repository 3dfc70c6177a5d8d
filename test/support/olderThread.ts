/**
 * Threads as older runtimes wrote them, for use in a home. They have two turns, each with a prompt, a step and an
 * answer; `test/compat/record.ts` records them.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { at } from "./rawDriver.ts"

const folder = new URL("../fixtures/rollouts/", import.meta.url)

/** The versions that wrote them. */
export const versions: ReadonlyArray<string> = readdirSync(folder).map((file) => file.replace(/\.jsonl$/, ""))

/** The texts of each, in order. */
export const conversation = ["prompt 1", "step 1", "answer 1", "prompt 2", "step 2", "answer 2"]

/** Copies the thread of a version into a home, and returns its id. */
export const put = (
  version: string,
  { codexHome, workspace }: { readonly codexHome: string; readonly workspace: string }
): string => {
  const text = readFileSync(new URL(`${version}.jsonl`, folder), "utf8").replaceAll("/home/user/workspace", workspace)
  const id = String(at(JSON.parse(text.split("\n")[0] ?? ""), "payload", "id"))
  const day = join(codexHome, "sessions", "2026", "01", "01")
  mkdirSync(day, { recursive: true })
  writeFileSync(join(day, `rollout-2026-01-01T00-00-00-${id}.jsonl`), text)
  return id
}
