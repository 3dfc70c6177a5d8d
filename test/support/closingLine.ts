/**
 * A reporter that closes a run with one plain line, `N passed, N failed, N skipped`, for programs that read the output.
 */
import type { Reporter, TestModule } from "vitest/node"

export const closingLine: Reporter = {
  onTestRunEnd: (modules: ReadonlyArray<TestModule>) => {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== "pending") counts[state]++
      }
      // A file that could not be loaded has no tests to count.
      if (module.state() === "failed" && module.errors().length > 0) counts.failed++
    }
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
  }
}
