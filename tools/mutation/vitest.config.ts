/**
 * How tests run against a mutant: the nearest ones only, as `tests.ts` has them, and with less patience than usual, since
 * a mutant often makes a test wait.
 */
import { defineConfig } from "vitest/config"
import { parts } from "./tests.ts"

const include = parts.find(({ path }) => path === process.env["MUTATION_PART"])?.tests ?? ["test/**/*.test.ts"]

export default defineConfig({
  ssr: { resolve: { conditions: ["effect-codex/source"] } },
  test: { include: [...include], testTimeout: 15_000, hookTimeout: 15_000 }
})
