/**
 * Runs `test/package.consumer.test.ts` in its long form, which asks the package registry.
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { root } from "./stage.ts"

const vitest = join(root, "node_modules/vitest/vitest.mjs")
const { status } = spawnSync(process.execPath, [vitest, "run", "test/package.consumer.test.ts"], {
  cwd: root,
  env: { ...process.env, CONSUMER: "full" },
  stdio: "inherit"
})
process.exitCode = status ?? 1
