/**
 * The recorded sessions of older and newer runtimes, replayed.
 */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Logger, Option } from "effect"
import { CodexError } from "../../src/CodexError.ts"
import { TurnFailed, TurnInterrupted } from "../../src/internal/turn/turnErrors.ts"
import * as RawDriver from "../support/rawDriver.ts"
import * as Recorded from "./recorded.ts"
import { replay, type Replayed } from "./replay.ts"

/** Notifications that a version sends and this package lacks, each with a reason. */
const unknownTo: { readonly [version: string]: { readonly [method: string]: string } } = {}

/** The replay of a session, shared by all tests. */
const replayed = (version: string): (() => Promise<Replayed>) => {
  let running: Promise<Replayed> | undefined
  return () =>
    (running ??= Effect.runPromise(
      replay(Recorded.read(version)).pipe(Effect.timeout("5 seconds"), Effect.scoped, Effect.provide(Logger.layer([])))
    ))
}

const failureOf = (exit: Exit.Exit<unknown, unknown>): unknown =>
  Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined

/** Why a call failed, as a short string. */
const why = (exit: Exit.Exit<unknown, unknown>): string => {
  const error = failureOf(exit)
  return error instanceof CodexError ? `${error.reason._tag}: ${error.reason.message}` : String(error)
}

/** The result of a turn, also of a failed one. */
const resultOf = (exit: Replayed["turns"][number]["exit"]) => {
  if (Exit.isSuccess(exit)) return exit.value
  const error = failureOf(exit)
  return error instanceof TurnFailed || error instanceof TurnInterrupted ? error.result : assert.fail(String(error))
}

for (const version of Recorded.versions) {
  const session = Recorded.read(version)
  const sent = Recorded.payloads(session.frames)
  const sentOf = (method: string) => sent.flatMap((payload) => (payload.method === method ? [payload.value] : []))
  const play = replayed(version)

  describe(`a session of ${version}`, () => {
    it("has only known notifications, delivered in their order", async () => {
      const { notifications } = await play()
      const unread = notifications.flatMap((notification) =>
        notification.method === "~unknown"
          ? [[notification.raw["method"], Option.getOrUndefined(notification.error)?.message]]
          : []
      )
      assert.deepStrictEqual(
        unread.filter(([method]) => unknownTo[version]?.[String(method)] === undefined),
        []
      )
      const isDelta = (method: unknown) => /delta$/i.test(String(method))
      assert.deepStrictEqual(
        notifications.map(({ raw }) => raw["method"]).filter((method) => !isDelta(method)),
        sent.flatMap(({ kind, method }) => (kind === "notifications" && !isDelta(method) ? [method] : []))
      )
    })

    it("has only known items", async () => {
      const { notifications } = await play()
      const items = notifications.flatMap((notification) =>
        notification.method === "item/started" || notification.method === "item/completed"
          ? [notification.params.item]
          : []
      )
      assert.isAbove(items.length, 50)
      assert.deepStrictEqual(
        items.filter(({ type }) => type === "~unknown"),
        []
      )
    })

    it("has only known server requests, which are answered", async () => {
      const { decisions } = await play()
      assert.deepStrictEqual(
        decisions.map(({ id, method, rule }) => [id, method, rule]),
        session.frames.flatMap(([direction, { id, method }]) =>
          direction === "<" && method !== undefined && id !== undefined ? [[id, method, "default"]] : []
        )
      )
      assert.isAbove(decisions.length, 5)
    })

    it("has calls that succeed or fail as on the server", async () => {
      const { calls } = await play()
      assert.deepStrictEqual(
        calls.flatMap(({ exit, granted, method }) => (granted && Exit.isFailure(exit) ? [[method, why(exit)]] : [])),
        []
      )
      for (const { exit, granted, method } of calls) {
        if (!granted)
          assert.match(
            why(exit),
            /^(?:MethodNotSupported|ThreadNotPaginated|RequestRejected|ConfigurationInvalid):/,
            method
          )
      }
    })

    it("has turns with the server's outcome and with all their items", async () => {
      const { turns } = await play()
      assert.isAbove(turns.length, 14)
      for (const { exit, turn } of turns) {
        const result = resultOf(exit)
        const end = sentOf("turn/completed").find((params) => RawDriver.at(params, "turn", "id") === turn.id)
        assert.strictEqual(result.status, RawDriver.at(end, "turn", "status"))
        assert.deepStrictEqual(
          result.items.map((item) => RawDriver.at(item, "id")),
          sentOf("item/completed").flatMap((params) =>
            RawDriver.at(params, "turnId") === turn.id ? [RawDriver.at(params, "item", "id")] : []
          )
        )
      }
      assert.deepStrictEqual([...new Set(turns.map(({ exit }) => resultOf(exit).status))].sort(), [
        "completed",
        "failed",
        "interrupted"
      ])
    })
  })
}
