/**
 * The real server asks for patches and commands of its model that try to leave the folder, and writes or runs what a
 * policy accepts: what is on the disk afterwards counts.
 */
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { cwd } from "node:process"
import * as Approval from "../../../src/Approval.ts"
import * as Codex from "../../../src/Codex.ts"
import * as ServerRequests from "../../../src/ServerRequests.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import { group, mixedCase, textOf, word } from "../support/attack.ts"
import * as Folders from "../support/folders.ts"

interface Place {
  readonly workspace: string
  readonly outside: string
}

/**
 * Patches that add a file each, one turn for each; the policy accepts what lies in the workspace, and in the program's
 * own folder.
 */
const patches = (
  name: string,
  title: string,
  prepare: (place: Place, seeded: Seeded) => ReadonlyArray<string>,
  untouched: (place: Place) => void = () => {}
) => ({
  name,
  title,
  expected: "nothing is written where it must not be, and an ordinary file is",
  on: "binary" as const,
  within: "60 seconds" as const,
  run: (seeded: Seeded) =>
    Effect.gen(function* () {
      const outside = yield* Folders.temporary
      writeFileSync(join(outside, "kept"), "kept\n")
      yield* Effect.gen(function* () {
        const { workspace } = yield* CodexTest.TestHome
        const model = yield* MockModel.MockModel
        const place = { workspace, outside }
        const paths = [...prepare(place, seeded), join(workspace, "fine")]
        const thread = yield* (yield* Codex.Codex).startThread({ approvalMode: "ask", sandbox: "readOnly" })
        for (const path of paths) {
          const patch = `*** Begin Patch\n*** Add File: ${path}\n+written\n*** End Patch`
          const call = seeded.pick([
            MockModel.applyPatch(patch),
            MockModel.execCommand(`apply_patch <<'EOF'\n${patch}\nEOF\n`)
          ])
          yield* model.enqueue(MockModel.response([call]), MockModel.reply("done"))
          yield* Effect.exit(thread.run("go"))
        }
        assert.strictEqual(readFileSync(join(workspace, "fine"), "utf8"), "written\n")
        assert.strictEqual(readFileSync(join(outside, "kept"), "utf8"), "kept\n")
        assert.isFalse(existsSync(join(outside, "pwned")))
        untouched(place)
      }).pipe(
        Effect.provide(
          CodexTest.layer({
            serverRequests: ({ workspace }) =>
              ServerRequests.layer(Approval.handlers(Approval.allowWritesUnder([workspace, cwd()]))).pipe(
                Layer.provide(NodeServices.layer)
              )
          })
        )
      )
    }).pipe(Effect.provide(Logger.layer([])))
})

/** Commands of the model, one turn for each; the policy accepts `git status` and what begins like it. */
const commands = (name: string, title: string, lines: (mark: string, seeded: Seeded) => ReadonlyArray<string>) => ({
  name,
  title,
  expected: "nothing but the allowed command runs outside of the sandbox",
  on: "binary" as const,
  within: "60 seconds" as const,
  run: (seeded: Seeded) =>
    Effect.gen(function* () {
      const outside = yield* Folders.temporary
      const mark = join(outside, "pwned")
      const fine = join(outside, "fine")
      const policy = Approval.allowCommands(
        Approval.command.anyOf(Approval.command.startsWith(["git", "status"]), Approval.command.equals(["touch", fine]))
      )
      yield* Effect.gen(function* () {
        const model = yield* MockModel.MockModel
        const thread = yield* (yield* Codex.Codex).startThread({ approvalMode: "ask", sandbox: "readOnly" })
        for (const cmd of [...lines(mark, seeded), `touch ${fine}`]) {
          yield* model.enqueue(
            MockModel.response([MockModel.execCommand({ cmd, escalate: "it has to be there" })]),
            MockModel.reply("done")
          )
          yield* Effect.exit(thread.run("go"))
        }
        assert.isTrue(existsSync(fine), "the allowed command runs")
        assert.isFalse(existsSync(mark), "another one doesn't")
      }).pipe(Effect.provide(CodexTest.layer({ codex: { serverRequests: Approval.handlers(policy) } })))
    }).pipe(Effect.provide(Logger.layer([])))
})

export const scenarios = group("approvals", [
  patches(
    "real-patch-proc",
    "The model patches a path through /proc, or a link in the workspace that leads there",
    ({ outside, workspace }) => {
      symlinkSync("/proc/self/cwd", join(workspace, "cwd"))
      return [
        `/proc/self/cwd${outside}/pwned`,
        `/proc/thread-self/cwd${outside}/pwned`,
        `${workspace}/cwd${outside}/pwned`,
        `/proc/self/root${outside}/pwned`
      ]
    }
  ),
  patches(
    "real-patch-outside",
    "The model patches a path outside of the workspace: absolute, by `..`, and by links",
    ({ outside, workspace }, seeded) => {
      symlinkSync(outside, join(workspace, "link"))
      symlinkSync(join(outside, "pwned"), join(workspace, "dangling"))
      const up = "../".repeat(seeded.int(8, 20))
      return [
        `${outside}/pwned`,
        `${up}${outside.slice(1)}/pwned`,
        "link/pwned",
        "dangling",
        `${workspace}/./link/../link/pwned`
      ]
    }
  ),
  patches(
    "real-patch-hard-link",
    "The model patches a file of the workspace that has a second name outside of it",
    ({ outside, workspace }) => {
      linkSync(join(outside, "kept"), join(workspace, "linked"))
      return ["linked", `${workspace}/linked`]
    }
  ),
  patches(
    "real-patch-guarded",
    "The model patches git's and Codex's own folders, and the instructions for later threads",
    ({ workspace }, seeded) => {
      mkdirSync(join(workspace, ".git"))
      return [
        ".git/config",
        ".codex/config.toml",
        "AGENTS.override.md",
        "sub/AGENTS.override.md",
        "AGENTS.md",
        mixedCase(seeded, ".git/hooks/x")
      ]
    },
    ({ workspace }) => {
      for (const path of [".git/config", ".codex", "AGENTS.override.md", "sub", "AGENTS.md", ".git/hooks"]) {
        assert.isFalse(existsSync(join(workspace, path)), path)
      }
    }
  ),
  commands(
    "real-command-tricks",
    "The model asks for commands that begin like the allowed one, and do more",
    (mark, seeded) =>
      [
        `git status && touch ${mark}`,
        `git status; touch ${mark}`,
        `git status\ntouch ${mark}`,
        `git status $(touch ${mark})`,
        `git status \`touch ${mark}\``,
        `git status > ${mark}`,
        `git status | tee ${mark}`,
        `GIT_EXTERNAL_DIFF='touch ${mark}' git diff`,
        `git -c alias.status='!touch ${mark}' status`,
        `/bin/sh -c 'git status; touch ${mark}'`
      ].filter((_, index) => (index + seeded.seed) % 2 === 0)
  ),
  {
    name: "real-nothing-answers",
    title: "The model asks for everything of a program that gave no handler",
    expected: "each request is declined, and nothing is written",
    on: "binary",
    within: "60 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        const name = word(seeded)
        const { workspace } = yield* CodexTest.TestHome
        const model = yield* MockModel.MockModel
        yield* model.enqueue(
          MockModel.response([MockModel.applyPatch(`*** Begin Patch\n*** Add File: ${name}\n+x\n*** End Patch`)]),
          MockModel.response([
            MockModel.execCommand({ cmd: `touch ${name}`, escalate: textOf(seeded, [..."abc "], 9) })
          ]),
          MockModel.reply("done")
        )
        const thread = yield* (yield* Codex.Codex).startThread({ approvalMode: "ask", sandbox: "readOnly" })
        yield* thread.run("go")
        assert.isFalse(existsSync(join(workspace, name)))
      }).pipe(Effect.provide(CodexTest.layer()), Effect.provide(Logger.layer([])))
  }
])
