import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { CodexError, MethodNotSupported, Overloaded, RuntimeTooOld } from "../../src/CodexError.ts"
import * as Runner from "./runner.ts"
import { equal, type Step } from "./step.ts"

const runtime = { version: "0.1.0", executable: "/codex" }

const step = (name: string, run: Effect.Effect<void, unknown>): Step => ({ name, run: () => run })

const failing = (method: string, reason: CodexError["reason"]) => Effect.fail(new CodexError({ method, reason }))

/** The reason why each step is incomplete. */
const reasons = (...steps: ReadonlyArray<Step>) =>
  Effect.map(Runner.run(runtime, steps), ({ cells }) =>
    steps.map(({ name }) => {
      const cell = cells[name]
      return cell === undefined ? undefined : cell.whole ? "whole" : cell.reason
    })
  )

describe("a step", () => {
  it.effect("reports what the user got if it fails, and the next steps run", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* reasons(
          step("a", equal("answer", "x", "y")),
          step("b", Effect.void),
          step("c", Effect.die(new Error("oops"))),
          step("d", equal("answer", "y", "y")),
          step("e", Effect.fail("turn 01a21851-8779-72b2-ab7c-c4de36ad1dc0\nis lost"))
        ),
        [`answer: "x" instead of "y"`, "whole", "defect: Error: oops", "whole", "turn <id> is lost"]
      )
    })
  )

  it.effect("names the first version that has it if an older server lacks it", () =>
    Effect.gen(function* () {
      const unknown = new MethodNotSupported({ required: "0.2.0", actual: "0.1.0" })
      const tooOld = new RuntimeTooOld({ fields: ["toolOutput"], required: "0.2.0", actual: "0.1.0" })
      assert.deepStrictEqual(
        yield* reasons(
          step("a", failing("thread/delete", unknown)),
          step("b", failing("turn/start", tooOld)),
          step("c", failing("turn/start", new Overloaded()))
        ),
        [
          "the server has no method `thread/delete`; 0.2.0 has it",
          "`toolOutput` of `turn/start` came with 0.2.0",
          "`turn/start` failed with `Overloaded`: The server is overloaded and rejected the call without executing it"
        ]
      )
    })
  )

  it.effect("is given up after its time if it does not end, and blocks no other version", () =>
    Effect.gen(function* () {
      const running = yield* Effect.forkChild(reasons(step("a", Effect.never), step("b", Effect.void)), {
        startImmediately: true
      })
      yield* TestClock.adjust(Runner.limit)
      assert.deepStrictEqual(yield* Fiber.join(running), ["not done within 30 seconds", "whole"])
    })
  )
})
