/**
 * Support for the tests of goals: a thread of the real server, and replies of the model that end its goal.
 */
import { Effect, Exit, Option } from "effect"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import type * as Goal from "../../src/Goal.ts"
import * as goals from "../../src/internal/goal/goals.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import type * as Turn from "../../src/Turn.ts"

/** A thread of the real server, with goals. */
export const setUp = Effect.fnUntraced(function* (options?: Codex.StartThreadOptions) {
  const codex = yield* Codex.Codex
  const client = yield* CodexClient.CodexClient
  const thread = yield* codex.startThread(options)
  return {
    model: yield* MockModel.MockModel,
    client,
    thread,
    runGoal: (objective: string, options?: Goal.Options) => goals.runGoal(client, thread.id, objective, options),
    startGoal: (objective: string, options?: Goal.Options) => goals.startGoal(client, thread.id, objective, options),
    stored: Effect.map(client.request("thread/goal/get", { threadId: thread.id }), ({ goal }) => goal ?? undefined)
  }
})

export const declare = (status: string) =>
  MockModel.response([MockModel.toolCall({ name: "update_goal", arguments: { status } })])

export const complete = declare("complete")

/** The services of one test, on its own server. */
export const real = <A, E>(effect: Effect.Effect<A, E, CodexTest.Services>, options?: CodexTest.Options) =>
  Effect.provide(effect, CodexTest.layer(options))

export const failure = <A, E>(exit: Exit.Exit<A, E>): E => Option.getOrThrow(Exit.findErrorOption(exit))

export const texts = (result: Turn.TurnResult): ReadonlyArray<string> =>
  result.items.flatMap((item) => (item.type === "agentMessage" ? [item.text] : []))
