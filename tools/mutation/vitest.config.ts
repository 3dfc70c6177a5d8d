/**
 * How tests run against a mutant: the nearest ones only, as `tests.ts` has them, and with less patience than usual, since
 * a mutant often makes a test wait.
 */
import { defineConfig } from "vitest/config"
import { parts } from "./tests.ts"

const include = parts.find(({ path }) => path === process.env["MUTATION_PART"])?.tests ?? ["test/**/*.test.ts"]

export default defineConfig({
  ssr: { resolve: { conditions: ["effect-codex/source"] } },
  // Without isolation the files of a run share what they import, which is most of the work of a short run.
  test: { include: [...include], isolate: false, testTimeout: 15_000, hookTimeout: 15_000 }
})
