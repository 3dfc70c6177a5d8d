import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { isNewEnough } from "../../src/internal/client/runtimeGate.ts"
import * as Input from "../../src/Input.ts"
import * as Wire from "../support/wire.ts"

describe("an older runtime", () => {
  it("is one before 0.151.0, a prerelease of it, or of unknown version", () => {
    for (const version of [
      "0.150.9",
      "0.151.0-alpha.1",
      "0.151.0-rc.1+build",
      "0.9.200",
      "",
      "x",
      "0.151",
      "0.151.0.1"
    ]) {
      assert.isFalse(isNewEnough(version), version)
    }
    for (const version of ["0.151.0", "0.151.0+build", "0.151.1-alpha.1", "0.152.0-alpha.1.2", "0.169.0", "1.0.0"]) {
      assert.isTrue(isNewEnough(version), version)
    }
    // The version of a build from source.
    assert.isTrue(isNewEnough("0.0.0"))
  })

  for (const includeTurns of [undefined, true, false]) {
    it.effect(`gets includeTurns ${includeTurns} of a resume and a fork in its own form, if it supports that`, () =>
      Effect.gen(function* () {
        const expected = includeTurns === undefined ? true : !includeTurns
        for (const [version, supported] of [
          ["0.169.0", true],
          ["0.151.0", true],
          ["0.150.0", false]
        ] as const) {
          const { codex, sent } = yield* Wire.connect({ version })
          const calls: ReadonlyArray<Effect.Effect<unknown, Error>> = [
            codex.resumeThread("x", { includeTurns }),
            codex.forkThread("x", { includeTurns })
          ]
          for (const call of calls) {
            if (supported || includeTurns === undefined) yield* call
            else {
              assert.include(
                (yield* Effect.flip(call)).message,
                "excludeTurns requires codex 0.151.0 or newer; this runtime is 0.150.0."
              )
            }
          }
          assert.deepStrictEqual(
            sent().map(({ params }) => params["excludeTurns"]),
            supported ? [expected, expected] : includeTurns === undefined ? [undefined, undefined] : [],
            version
          )
        }
      })
    )
  }

  it.effect("rejects a turn that needs newer features before anything is sent, and runs any other", () =>
    Effect.gen(function* () {
      for (const version of ["0.150.0", "0.151.0-alpha.3", "unknown"]) {
        const { codex, paramsOf } = yield* Wire.connect({ version })
        const thread = yield* codex.startThread()
        const message = Input.externalMessage({ toolName: "t", content: "c" })
        const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, Error>]> = [
          ["toolOutput", thread.run(message)],
          ["toolOutput", thread.turn(message)],
          ["toolOutput", thread.sendExternal(message)],
          ["turnTrigger", thread.run("x", { source: "cron" })],
          ["serviceTierForTurn", thread.turn("x", { turnServiceTier: "default" })],
          ["toolOutput, turnTrigger, serviceTierForTurn", thread.run(message, { source: "s", turnServiceTier: "t" })]
        ]
        for (const [fields, call] of calls) {
          assert.include((yield* Effect.flip(call)).message, `turn/start: ${fields} requires codex 0.151.0 or newer`)
        }
        assert.lengthOf(paramsOf("turn/start"), 0)
        yield* thread.run("x", { effort: "low" })
        assert.lengthOf(paramsOf("turn/start"), 1)
      }
    })
  )
})
