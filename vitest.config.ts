import { defineConfig } from "vitest/config"
import { closingLine } from "./test/support/closingLine.ts"

export default defineConfig({
  ssr: { resolve: { conditions: ["effect-codex/source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", closingLine],
    coverage: { provider: "v8", include: ["src/**"], exclude: ["src/generated/**"], reporter: ["text", "json-summary"] }
  }
})
