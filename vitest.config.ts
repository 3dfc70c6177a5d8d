import { availableParallelism } from "node:os"
import { join } from "node:path"
import { defineConfig } from "vitest/config"
import { closingLine } from "./test/support/closingLine.ts"

/** Files that count children or fibers of their process, measure its memory, or test what an import alone does. */
const ownProcess = [
  "test/appServer/{options,shutdown,start}.test.ts",
  "test/internal/{cost,later}.test.ts",
  "test/restart/leaks.test.ts",
  "test/serverRequests/fibers.test.ts",
  "test/turn/events.test.ts"
]

export default defineConfig({
  ssr: { resolve: { conditions: ["effect-codex/source"] } },
  test: {
    globalSetup: "test/support/memoryFolder.ts",
    projects: [
      // Files that share a process import Effect and the package once. That halves the processor time of the files.
      { extends: true, test: { name: "shared", isolate: false, include: ["test/**/*.test.ts"], exclude: ownProcess } },
      { extends: true, test: { name: "own process", include: ownProcess } }
    ],
    // Vitest leaves one core to itself. On two cores, three workers keep both busy: many tests wait for a process.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", closingLine],
    silent: "passed-only",
    env: {
      // Tests start hundreds of processes from the sources. Each but the first then skips the compilation.
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/node"),
      // The tests of the chat edit lines, which Node does not do on a terminal that is called dumb, as in some CI.
      TERM: "xterm"
    },
    coverage: { provider: "v8", include: ["src/**"], exclude: ["src/generated/**"], reporter: ["text", "json-summary"] }
  }
})
