import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import { writeFileSync } from "node:fs"
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Turn from "../../src/Turn.ts"
import { onBinary, reasonOf } from "../support/onBinary.ts"

const git = (cwd: string, ...args: ReadonlyArray<string>) =>
  execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...args], { cwd, stdio: "pipe" })

describe("a review", () => {
  it.live("runs as a turn with its own items, and its text is the answer", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const { workspace } = yield* CodexTest.TestHome
      git(workspace, "init", "-q")
      git(workspace, "commit", "-q", "--allow-empty", "-m", "first")
      writeFileSync(join(workspace, "new.txt"), "new\n")
      const thread = yield* codex.startThread()
      yield* model.enqueue(MockModel.reply("It looks fine."))
      const turn = yield* thread.review({ type: "uncommittedChanges" })
      const result = yield* turn.result
      assert.strictEqual(turn.id, result.id)
      assert.deepStrictEqual(result.finalResponse, Option.some("It looks fine."))
      const [entered] = result.items
      assert.deepInclude(entered, { type: "enteredReviewMode", review: "current changes" })
      assert.isTrue(result.items.some((item) => item.type === "exitedReviewMode" && item.review === "It looks fine."))
      assert.strictEqual((yield* model.requests)[0]?.subagent, "review")
      assert.strictEqual((yield* thread.run("go on")).status, "completed")
    }).pipe(onBinary())
  )

  it.effect("can be interrupted while it runs, rejects steering, and leaves the thread free", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const target = { type: "custom", instructions: "Look at it." } as const
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), gate))
      const turn = yield* thread.review(target)
      yield* gate.reached
      assert.strictEqual(yield* reasonOf(thread.send("more")), "TurnNotSteerable")
      assert.deepInclude(yield* turn.interrupt(), { ended: true })
      assert.strictEqual((yield* Effect.flip(turn.result))._tag, "TurnInterrupted")
      // The next input starts a turn, also after a completed review.
      assert.notStrictEqual((yield* thread.send("go on", { whenBusy: "reject" })).id, turn.id)
      yield* (yield* thread.review(target)).result
      yield* (yield* thread.send("go on", { whenBusy: "reject" })).result
      // A limit stops it as well.
      const later = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("never"), later))
      const limited = yield* thread.review(target, { maxDuration: "500 millis" })
      yield* later.reached
      yield* TestClock.adjust("500 millis")
      const ended = TestClock.withLive(Effect.timeout(limited.result, "10 seconds"))
      assert.strictEqual((yield* Effect.flip(ended))._tag, "TurnTimedOut")
      assert.strictEqual((yield* thread.run("go on")).status, "completed")
    }).pipe(onBinary())
  )

  it.live("waits for a turn of this program, and its events start with its own", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("whole"), gate), MockModel.reply("reviewed"))
      const first = yield* thread.turn("hello")
      yield* gate.reached
      const review = yield* Effect.forkChild(thread.review({ type: "custom", instructions: "Look at it." }))
      yield* gate.release
      assert.deepStrictEqual((yield* first.result).finalResponse, Option.some("whole"))
      const items = Array.from(
        yield* Stream.runCollect(Turn.completedItems((yield* Fiber.join(review)).eventsUntilEnd))
      )
      assert.strictEqual(items[0]?.type, "enteredReviewMode")
      assert.strictEqual(yield* reasonOf(thread.review({ type: "custom", instructions: " " })), "RequestRejected")
    }).pipe(onBinary())
  )
})
