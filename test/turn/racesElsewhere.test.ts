/**
 * Races with turns of other clients on one thread: two clients of one real server, and commands of the user.
 * `RACES=200` repeats each as often.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Option, Result } from "effect"
import * as MockModel from "../../src/testing/MockModel.ts"
import type { Thread } from "../../src/Thread.ts"
import type { Failure, TurnResult } from "../../src/Turn.ts"
import * as SharedServer from "../support/sharedServer.ts"
import { background } from "./support.ts"

const times = Number(process.env["RACES"] ?? 30)

/** One thread, and a handle of each of two clients. */
const shared = Effect.gen(function* () {
  const server = yield* SharedServer.make({
    fallback: (request) => MockModel.reply(`you said ${request.lastUserText ?? ""}`)
  })
  const [one, two] = [yield* server.connect, yield* server.connect]
  const ours = yield* one.startThread()
  yield* ours.run("first")
  const theirs = yield* two.resumeThread(ours.id)
  const command = (text: string) => one.request("thread/shellCommand", { threadId: ours.id, command: text })
  return { command, model: server.model, one, ours, theirs }
})

const pause = (steps: number) => Effect.forEach(Array.from({ length: steps }), () => Effect.yieldNow, { discard: true })

const inputsOf = ({ items }: TurnResult): ReadonlyArray<string> =>
  items.flatMap((item) =>
    item.type === "userMessage" ? item.content.map((part) => (part.type === "text" ? part.text : part.type)) : []
  )

/**
 * Checks that a run that succeeded had its input in its turn, answered by a model, and that any other failed because it
 * joined another turn.
 */
const isTrue = (text: string, outcome: Result.Result<TurnResult, Failure>): "answered" | "joined" => {
  if (Result.isSuccess(outcome)) {
    assert.strictEqual(inputsOf(outcome.success)[0], text)
    assert.isTrue(Option.isSome(outcome.success.finalResponse), text)
    return "answered"
  }
  const error = outcome.failure
  assert.strictEqual(error._tag === "CodexError" ? error.reason._tag : error._tag, "TurnJoined")
  return "joined"
}

const isIdle = (thread: Thread) =>
  Effect.gen(function* () {
    assert.deepStrictEqual((yield* thread.run("last")).finalResponse, Option.some("you said last"))
    assert.isTrue(Option.isNone(yield* thread.current))
  })

describe(`two clients on one thread of the real server, ${times} times each`, () => {
  it.live(
    "run and run: each is answered in its own turn, or fails because it joined the other's",
    () =>
      Effect.gen(function* () {
        const { ours, theirs } = yield* shared
        for (let n = 0; n < times; n++) {
          const first = yield* background(Effect.result(ours.run(`ours ${n}.`)))
          yield* pause(n % 20)
          const second = yield* Effect.result(theirs.run(`theirs ${n}.`))
          const outcomes = [isTrue(`ours ${n}.`, yield* Fiber.join(first)), isTrue(`theirs ${n}.`, second)]
          assert.include(outcomes, "answered")
        }
        yield* isIdle(ours)
      }).pipe(Effect.scoped),
    180_000
  )

  it.live(
    "run and a user's shell command: the model is always asked",
    () =>
      Effect.gen(function* () {
        const { command, model, ours } = yield* shared
        for (let n = 0; n < times; n++) {
          const before = (yield* model.requests).length
          const asking = command(n % 2 === 0 ? "true" : "sleep 0.01")
          const commanding = yield* background(asking)
          yield* pause(n % 20)
          const result = yield* ours.run(`question ${n}.`)
          assert.deepStrictEqual(result.finalResponse, Option.some(`you said question ${n}.`))
          assert.isAbove((yield* model.requests).length, before)
          yield* Fiber.join(commanding)
        }
      }).pipe(Effect.scoped),
    180_000
  )

  it.live(
    "steering a turn of the other client: the turn takes the input, or the input is rejected",
    () =>
      Effect.gen(function* () {
        const { model, ours, theirs } = yield* shared
        for (let n = 0; n < times; n++) {
          const running = yield* ours.turn(`ours ${n}.`)
          yield* pause(n % 30)
          const current = yield* theirs.current
          const steered = Option.isNone(current)
            ? false
            : Result.isSuccess(yield* Effect.result(current.value.steer(`steer ${n}.`)))
          const result = yield* running.result
          if (Option.isSome(current)) {
            assert.strictEqual(current.value.id, running.id)
            assert.strictEqual((yield* current.value.result).id, running.id)
          }
          if (steered) {
            assert.include(inputsOf(result), `steer ${n}.`)
            assert.include(JSON.stringify((yield* model.requests).at(-1)?.body), `steer ${n}.`)
          }
        }
        yield* isIdle(theirs)
      }).pipe(Effect.scoped),
    180_000
  )

  it.live(
    "interrupting a turn of the other client and sending into it: each turn ends for both, and no input is lost",
    () =>
      Effect.gen(function* () {
        const { model, ours, theirs } = yield* shared
        for (let n = 0; n < times; n++) {
          const running = yield* ours.turn(`ours ${n}.`)
          yield* pause(n % 30)
          if (n % 2 === 0) {
            const current = yield* theirs.current
            if (Option.isSome(current)) {
              yield* current.value.interrupt()
              yield* Effect.exit(current.value.result)
            }
            yield* Effect.exit(running.result)
            continue
          }
          const sent = yield* theirs.send(`sent ${n}.`)
          const exits = [yield* Effect.exit(sent.result), yield* Effect.exit(running.result)]
          assert.isTrue(exits.some(Exit.isSuccess))
          const bodies = yield* Effect.map(model.requests, (requests) =>
            JSON.stringify(requests.slice(-3).map(({ body }) => body))
          )
          assert.include(bodies, `sent ${n}.`)
        }
        yield* isIdle(ours)
      }).pipe(Effect.scoped),
    180_000
  )
})
