/**
 * The files that Codex creates in an empty home when it first starts there. Copied into the homes of scenarios, they
 * save more than half of the processor time of a start: the server would create its databases and its skills each time.
 *
 * Each repetition still has a home of its own. The first start in an empty home happens once for each process of the
 * scoreboard.
 */
import { Effect } from "effect"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import * as Raw from "../../support/rawDriver.ts"

/** Starts a server in an empty home, unless this process or its parent has done so. */
export const prepare: Effect.Effect<void> = Effect.suspend(() => {
  if (existsSync(folder)) return Effect.void
  return (preparing ??= Effect.runSync(Effect.cached(create)))
})

/** Copies the files, if there are any yet. Threads, logins and the configuration are not among them. */
export const copyTo = (codexHome: string): void => {
  if (!existsSync(folder)) return
  for (const name of namesIn(folder)) copy(folder, codexHome, name)
}

// internal

// The home of the scoreboard's process, which goes with it. A program that a scenario starts has the same one.
const folder = join(homedir(), "used-codex-home")

// The marker says that the skills are there. They are not needed.
const marker = join("skills", ".system", ".codex-system-skills.marker")

const namesIn = (home: string): ReadonlyArray<string> => [
  ...readdirSync(home).filter((name) => /\.sqlite(?:-wal)?$/.test(name) || name === "installation_id"),
  ...(existsSync(join(home, marker)) ? [marker] : [])
]

const copy = (from: string, to: string, name: string): void => {
  mkdirSync(dirname(join(to, name)), { recursive: true })
  copyFileSync(join(from, name), join(to, name))
}

const create = Effect.promise(async () => {
  const home = Raw.makeHome("")
  try {
    const server = await Raw.start({ cwd: home.workspace, env: home.env })
    await server.close()
    const unfinished = mkdtempSync(`${folder}-`)
    for (const name of namesIn(home.codexHome)) copy(home.codexHome, unfinished, name)
    renameSync(unfinished, folder)
  } finally {
    home.remove()
  }
})

let preparing: Effect.Effect<void> | undefined
