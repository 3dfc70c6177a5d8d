/**
 * The cost of a call, in counts that do not depend on the load of the machine: a change that adds a fiber, a queue or a
 * race to every call fails here. `npm run bench` measures times.
 */
import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

// A garbage collection in between would reduce the count of bytes.
const noCollection = ["--max-semi-space-size=512", "--min-semi-space-size=512"]

describe("a call", () => {
  it(
    "starts no fiber, wakes its caller once, and over pipes the writer and the reader",
    { timeout: 120_000 },
    async () => {
      const program = fileURLToPath(new URL("costProcess.ts", import.meta.url))
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--conditions=effect-codex/source", ...noCollection, program],
        { timeout: 120_000 }
      )
      const { inMemory, overPipes } = JSON.parse(stdout)
      // The 96 workers are fibers, too.
      for (const { inFlight, sequential } of [inMemory, overPipes]) {
        assert.strictEqual(sequential.fibers, 0)
        assert.isAtMost(inFlight.fibers, 96 / 10_000)
      }
      assert.strictEqual(inMemory.sequential.suspensions, 1)
      // The caller, the writer of stdin, and the reader of stdout.
      assert.isAtMost(overPipes.sequential.suspensions, 3.01)
      assert.isBelow(inMemory.inFlight.suspensions, 1.1)
      // Measured: 2,930 and 1,400 in memory; 10,000 and 1,900 over pipes, where most is Node's.
      assert.isBelow(inMemory.sequential.bytes, 3700)
      assert.isBelow(inMemory.inFlight.bytes, 1800)
      assert.isBelow(overPipes.sequential.bytes, 12_500)
      // The number of replies in one chunk depends on the machine.
      assert.isBelow(overPipes.inFlight.bytes, 6000)
    }
  )
})
