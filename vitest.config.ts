import { availableParallelism } from "node:os"
import { join } from "node:path"
import { defineConfig } from "vitest/config"
import { closingLine } from "./test/support/closingLine.ts"

export default defineConfig({
  ssr: { resolve: { conditions: ["effect-codex/source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    // Vitest leaves one core to itself. On two cores, three workers keep both busy: many tests wait for a process.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", closingLine],
    silent: "passed-only",
    // Tests start hundreds of processes from the sources. Each but the first then skips the compilation.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/node") },
    coverage: { provider: "v8", include: ["src/**"], exclude: ["src/generated/**"], reporter: ["text", "json-summary"] }
  }
})
