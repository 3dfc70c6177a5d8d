/**
 * A folder that a policy allows, and one beside it that the policy does not allow. Both are removed with the scope.
 */
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Approval from "../../../src/Approval.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import * as Asked from "./asked.ts"

/** The real file system. */
export const services = NodeServices.layer

/** Runs a shell command in a folder. */
export const inFolder = (cwd: string, command: string): void =>
  assert.strictEqual(spawnSync("/bin/sh", ["-c", command], { cwd }).status, 0, command)

/** A folder of this scope. */
export const temporary = Effect.acquireRelease(
  Effect.sync(() => realpathSync(mkdtempSync(join(tmpdir(), "effect-codex-attack-")))),
  // Node cannot remove a folder with such a long path; the shell can.
  (root) => Effect.sync(() => inFolder(tmpdir(), `chmod -R u+rwx '${root}'; rm -rf '${root}'`))
)

export const make = Effect.map(temporary, (root) => {
  const [inside, outside] = [join(root, "inside"), join(root, "outside")]
  for (const folder of [inside, outside, join(inside, "sub"), join(outside, "sub")]) mkdirSync(folder)
  writeFileSync(join(inside, "plain"), "x")
  writeFileSync(join(outside, "plain"), "x")
  return { root, inside, outside, policy: Approval.allowWritesUnder([inside]) }
})

export interface Folders extends Effect.Success<typeof make> {}

/** Checks that writes to these paths are not accepted, and that those to two ordinary files in the folder are. */
export const assertRefused = Effect.fnUntraced(function* (
  { inside, policy }: Folders,
  paths: ReadonlyArray<string>,
  seeded: Seeded
) {
  // Beside a harmless file, too: each path counts.
  const lists = paths.flatMap((path) => [
    [Asked.added(path)],
    seeded.int(0, 1) === 0
      ? [Asked.added(join(inside, "new")), Asked.added(path)]
      : [Asked.moved(join(inside, "plain"), path)]
  ])
  yield* Asked.assertDecides(policy, {
    accepted: [Asked.files("fine", [Asked.added(join(inside, "new")), Asked.added(join(inside, "sub", "a", "b"))])],
    refused: lists.map((changes, index) => Asked.files(`bad-${index}`, changes))
  })
})
