import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as CodexHome from "../../src/CodexHome.ts"

const variable = process.platform === "win32" ? "TEMP" : "TMPDIR"

/** A temporary directory of this test alone, with a login in it. */
const ownFolder = Effect.acquireRelease(
  Effect.sync(() => {
    const before = process.env[variable]
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "effect-codex-homes-")))
    process.env[variable] = folder
    writeFileSync(join(folder, "auth.json"), "{}")
    return { before, folder }
  }),
  ({ before, folder }) =>
    Effect.sync(() => {
      if (before === undefined) delete process.env[variable]
      else process.env[variable] = before
      rmSync(folder, { recursive: true, force: true })
    })
).pipe(Effect.map(({ folder }) => folder))

/** Starts another program with a home that has a copied login, and returns the home. */
const otherProgram = (from: string) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(
          process.execPath,
          [
            "--conditions=effect-codex/source",
            "--input-type=module",
            "-e",
            `import { NodeServices } from "@effect/platform-node"
             import { Effect } from "effect"
             import * as CodexHome from "effect-codex/CodexHome"
             CodexHome.make({ auth: "copy", from: ${JSON.stringify(from)} }).pipe(
               Effect.tap(({ codexHome }) => Effect.sync(() => console.log(codexHome))),
               Effect.andThen(Effect.never),
               Effect.scoped,
               Effect.provide(NodeServices.layer),
               Effect.runFork
             )
             setInterval(() => {}, 60_000)`
          ],
          { cwd: fileURLToPath(new URL("../..", import.meta.url)), stdio: ["ignore", "pipe", "inherit"] }
        )
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const home = yield* Effect.promise(async () => {
      for await (const chunk of child.stdout) return String(chunk).trim()
      return ""
    })
    const kill = Effect.promise(async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve))
      child.kill("SIGKILL")
      await ended
    })
    return { root: dirname(home), home, kill }
  })

const make = Effect.scoped(CodexHome.make()).pipe(Effect.provide(NodeServices.layer))

describe("a temporary home", () => {
  it.live("is removed by the next program if its own was killed, and stays if its own runs", () =>
    Effect.gen(function* () {
      const folder = yield* ownFolder
      const [dead, alive] = [yield* otherProgram(folder), yield* otherProgram(folder)]
      yield* dead.kill
      assert.isTrue(existsSync(join(dead.home, "auth.json")))
      yield* make
      assert.isFalse(existsSync(dead.root))
      assert.isTrue(existsSync(join(alive.home, "auth.json")))
    })
  )

  it.live("stays if it belongs to another machine or container, or has no valid owner", () =>
    Effect.gen(function* () {
      const folder = yield* ownFolder
      const dead = yield* otherProgram(folder)
      yield* dead.kill
      const owner: unknown = JSON.parse(readFileSync(join(dead.root, "owner.json"), "utf8"))
      const homes = [
        JSON.stringify({ ...Object(owner), place: "elsewhere" }),
        JSON.stringify({ ...Object(owner), pid: "1" }),
        "{",
        undefined
      ].map((text, index) => {
        const home = join(folder, `effect-codex-home-${index}`)
        mkdirSync(home)
        if (text !== undefined) writeFileSync(join(home, "owner.json"), text)
        return home
      })
      // A directory that only has such a name is not a home.
      writeFileSync(join(folder, "effect-codex-home-file"), "")
      yield* make
      for (const home of homes) assert.isTrue(existsSync(home), home)
      assert.include(readdirSync(folder), "effect-codex-home-file")
      assert.isFalse(existsSync(dead.root))
    })
  )
})
