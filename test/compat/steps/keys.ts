/**
 * Steps on turns with a key: after the process was killed, a turn is found by its key, and not run again.
 */
import { Effect, Fiber, Option, Stream } from "effect"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { equal, houseStep, type Step } from "../step.ts"

export const keys: ReadonlyArray<Step> = [
  houseStep("run once, before and after a crash", ({ model, start }) =>
    Effect.gen(function* () {
      const { codex, server } = yield* start
      const thread = yield* codex.startThread()
      // More than the newest turns that are read as a whole.
      for (let n = 0; n < 10; n++) yield* thread.runOnce(`done-${n}`, `prompt ${n}`)
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate))
      const run = yield* Effect.forkScoped(Effect.exit(thread.runOnce("killed", "prompt")))
      yield* gate.reached
      process.kill(server.pid, "SIGKILL")
      yield* Fiber.join(run)
      yield* Effect.ignore(Stream.runDrain(codex.notifications))
      const resumed = yield* (yield* start).codex.resumeThread(thread.id)
      const { finalResponse } = yield* resumed.runOnce("done-0", "prompt 0")
      yield* equal("the recorded answer", finalResponse, Option.some("done"))
      const error = yield* Effect.flip(resumed.runOnce("killed", "prompt"))
      yield* equal("the killed turn", error._tag, "OutcomeUnknown")
      yield* equal("requests of the model", (yield* model.requests).length, 11)
      const continued = yield* resumed.runOnce("killed", "prompt", { ifInterrupted: "continue" })
      yield* equal("the continued answer", continued.finalResponse, Option.some("done"))
    })
  )
]
