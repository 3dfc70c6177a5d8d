/**
 * What the tests of restarts share: a Codex on the real binary that is started again, and the death of its process.
 */
import { Effect, Option, Schedule, Stream } from "effect"
import * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import type * as CodexClient from "../../src/CodexClient.ts"
import type * as Restart from "../../src/Restart.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

/** Starts again at once, without end. */
export const atOnce = Schedule.spaced("1 millis")

/** A Codex on the real binary that is started again; its model says "done". */
export const restarting = (
  restart: Restart.Input = atOnce,
  options: CodexTest.Options & { readonly codex?: CodexTest.CodexOptions } = {}
) =>
  Effect.provide(
    CodexTest.layer({
      model: { fallback: () => MockModel.reply("done") },
      ...options,
      codex: { ...options.codex, restart }
    })
  )

/** Waits for a state of health. */
export const until = <A extends CodexClient.Health>(is: (health: CodexClient.Health) => health is A) =>
  Effect.flatMap(Codex.Codex, ({ healthChanges }) =>
    Effect.map(Stream.runHead(Stream.filter(healthChanges, is)), Option.getOrThrow)
  )

type Up = Extract<CodexClient.Health, { readonly _tag: "Up" }>

/** Waits for another process than this one. */
export const upAfter = (pid: number) => until((health): health is Up => health._tag === "Up" && health.pid !== pid)

/** Kills the process, and returns its id. */
export const kill = Effect.map(AppServer.AppServer, ({ pid }) => {
  process.kill(pid, "SIGKILL")
  return pid
})

/** Kills the process, and waits for the next one. */
export const killAndWait = Effect.flatMap(kill, upAfter)
