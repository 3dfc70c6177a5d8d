/**
 * Prompts, and messages of the model provider when a turn fails, on the real binary: what programs log and print about
 * a turn.
 */
import { assert } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Option, Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { AppServer } from "../../../src/AppServer.ts"
import * as Codex from "../../../src/Codex.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { TurnFailed, TurnInterrupted, TurnTimedOut } from "../../../src/internal/turn/turnErrors.ts"
import { watched } from "../../support/watched.ts"
import { assertAbsent, group, word } from "../support/attack.ts"
import { errorFaces } from "../support/secretFaces.ts"

const layer = CodexTest.layer({ model: { fallback: () => MockModel.reply("done") } })

/** A new thread, and the model. */
const ready = Effect.gen(function* () {
  return { model: yield* MockModel.MockModel, thread: yield* (yield* Codex.Codex).startThread({}) }
})

export const scenarios = group("secrets", [
  {
    name: "turn-failed",
    title: "The model's host refuses and quotes the key; the program logs and prints the failure of its turn",
    expected: "neither the key nor the prompt is in any log or print; the words can be asked for",
    on: "binary",
    within: "30 seconds",
    run: (seeded) => {
      const [key, prompt] = [`sk-proj-${word(seeded)}`, word(seeded)]
      return Effect.gen(function* () {
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            const { model, thread } = yield* ready
            const message = `Incorrect API key provided: ${key}`
            yield* model.enqueue(MockModel.status(400, { error: { message, type: "invalid_request_error" } }))
            const error = yield* Effect.flip(thread.run(prompt))
            assert.instanceOf(error, TurnFailed)
            assertAbsent(errorFaces(error), [key, prompt])
            assertAbsent(errorFaces(error.reason), [key, prompt])
          }).pipe(Effect.provide(layer))
        )
        assertAbsent(texts, [key, prompt])
      })
    }
  },
  {
    name: "turn-interrupted",
    title: "A turn is interrupted or takes too long, with a secret in its prompt and in what the model said",
    expected: "neither is in any log or print of the failure",
    on: "binary",
    within: "30 seconds",
    run: (seeded) => {
      const [said, prompt] = [word(seeded), word(seeded)]
      return Effect.gen(function* () {
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            const { model, thread } = yield* ready
            const gate = yield* MockModel.gate
            yield* model.enqueue(
              MockModel.response([MockModel.message(said), MockModel.execCommand("true")]),
              MockModel.hold(MockModel.reply("late"), gate)
            )
            const turn = yield* thread.turn(prompt)
            yield* gate.reached
            yield* turn.interrupt()
            const error = yield* Effect.flip(turn.result)
            assert.instanceOf(error, TurnInterrupted)
            assertAbsent(errorFaces(error), [said, prompt])
            yield* model.enqueue(MockModel.hold(MockModel.reply("late"), yield* MockModel.gate))
            const late = yield* Effect.flip(thread.run(prompt, { maxDuration: "1 millis" }))
            assert.instanceOf(late, TurnTimedOut)
            assertAbsent(errorFaces(late), [said, prompt])
          }).pipe(Effect.provide(layer))
        )
        assertAbsent(texts, [said, prompt])
      })
    }
  },
  {
    name: "turn-completed",
    title:
      "A turn with a secret in its prompt, its output and the arguments of a tool runs with every log and span kept",
    expected: "none of them is in a log line or a span",
    on: "binary",
    within: "30 seconds",
    run: (seeded) => {
      const [said, prompt, argument, result] = [word(seeded), word(seeded), word(seeded), word(seeded)]
      const Look = Tool.make("look", { parameters: Schema.Struct({ at: Schema.String }), success: Schema.String })
      const kit = Toolkit.make(Look)
      return Effect.gen(function* () {
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            const model = yield* MockModel.MockModel
            const thread = yield* (yield* Codex.Codex).startThread({ tools: kit })
            yield* model.enqueue(
              MockModel.response([MockModel.toolCall({ name: "look", arguments: { at: argument } })]),
              MockModel.reply(said)
            )
            const { finalResponse } = yield* thread.run(prompt)
            assert.deepStrictEqual(finalResponse, Option.some(said))
          }).pipe(Effect.provide(Layer.merge(layer, kit.toLayer({ look: () => Effect.succeed(result) }))))
        )
        assertAbsent(texts, [said, prompt, argument, result])
      })
    }
  },
  {
    name: "turn-tool-of-no-fit",
    title: "A tool is called with arguments that don't fit, or gives a result that doesn't fit, with a secret in them",
    expected: "the call fails, and no log line or span holds the secret",
    on: "binary",
    within: "30 seconds",
    run: (seeded) => {
      const [argument, result] = [word(seeded), word(seeded)]
      const Look = Tool.make("look", { parameters: Schema.Struct({ at: Schema.Number }), success: Schema.Number })
      const kit = Toolkit.make(Look)
      return Effect.gen(function* () {
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            const model = yield* MockModel.MockModel
            const thread = yield* (yield* Codex.Codex).startThread({ tools: kit })
            yield* model.enqueue(
              MockModel.response([MockModel.toolCall({ name: "look", arguments: { at: argument }, callId: "a" })]),
              MockModel.response([MockModel.toolCall({ name: "look", arguments: { at: 1 }, callId: "b" })]),
              MockModel.reply("done")
            )
            yield* thread.run("go")
          }).pipe(
            // Type boundary: what a program in JavaScript can give.
            Effect.provide(Layer.merge(layer, kit.toLayer({ look: () => Effect.succeed(result as never) })))
          )
        )
        assertAbsent(texts, [argument, result])
      })
    }
  },
  {
    name: "turn-connection-lost",
    title: "The server dies in the middle of a turn with a secret in its prompt",
    expected: "the failure of the turn holds nothing of it",
    on: "binary",
    within: "30 seconds",
    run: (seeded) => {
      const prompt = word(seeded)
      return Effect.gen(function* () {
        const { model, thread } = yield* ready
        const gate = yield* MockModel.gate
        yield* model.enqueue(MockModel.hold(MockModel.reply("late"), gate))
        const running = yield* Effect.forkChild(Effect.exit(thread.run(prompt)))
        yield* gate.reached
        process.kill((yield* AppServer).pid, "SIGKILL")
        const exit = yield* Fiber.join(running)
        assert.isTrue(Exit.isFailure(exit))
        assertAbsent(errorFaces(exit), [prompt])
      }).pipe(Effect.provide(layer))
    }
  }
])
