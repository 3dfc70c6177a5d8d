/**
 * The messages of the pinned runtime, changed in every position: a server that differs from this package in one thing
 * at a time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, Option, Stream } from "effect"
import { methodsOf } from "../../codegen/direction.ts"
import { codexVersion } from "../../src/generated/version.ts"
import type { Notification } from "../../src/internal/client/notifications.ts"
import type * as Protocol from "../../src/Protocol.ts"
import type * as Transport from "../../src/Transport.ts"
import { pinned } from "../codegen/support.ts"
import { answer, connect, start } from "../codexClient/support.ts"
import * as Peer from "../support/peer.ts"
import * as Played from "../support/played.ts"
import * as RawDriver from "../support/rawDriver.ts"
import { mutationsOf } from "./mutations.ts"
import * as Recorded from "./recorded.ts"

const methods = methodsOf(pinned.definitions, () => {})

const definitionOf = (kind: Recorded.Kind, method: string): string | undefined =>
  kind === "results"
    ? methods.clientRequests.find((entry) => entry.method === method)?.result
    : methods.serverNotifications.find((entry) => entry.method === method)?.params

/** One payload of each method, and of each kind of item. */
const samples = (kind: Recorded.Kind) => {
  const found = new Map<string, { readonly method: string; readonly definition: string; readonly value: unknown }>()
  for (const payload of Recorded.payloads(Recorded.read(codexVersion).frames)) {
    const definition = definitionOf(kind, payload.method)
    const key = `${payload.method} ${String(RawDriver.at(payload.value, "item", "type") ?? "")}`
    if (payload.kind === kind && definition !== undefined && !found.has(key)) {
      found.set(key, { method: payload.method, definition, value: payload.value })
    }
  }
  return [...found.values()]
}

const quiet = Logger.layer([])

/** A thread on a server that the test plays. */
const playedThread = Effect.gen(function* () {
  const { codex, peer } = yield* Played.codex()
  const starting = yield* start(codex.startThread())
  yield* answer(peer, Peer.threadStartResponse("t"))
  return { thread: yield* Fiber.join(starting), peer }
})

const ids = { threadId: "t", turnId: "u" }

/** The outcome of a turn with these messages between `turn/started` and `turn/completed`. */
const outcome = Effect.fnUntraced(function* (
  { peer, thread }: Effect.Success<typeof playedThread>,
  messages: ReadonlyArray<Transport.Message>
) {
  const running = yield* start(Effect.exit(thread.run("hi")))
  yield* answer(peer, Peer.turnStartResponse("u"))
  yield* peer.send({ method: "turn/started", params: { threadId: "t", turn: Peer.turnStartResponse("u").turn } })
  for (const message of messages) yield* peer.send(message)
  return yield* Fiber.join(running)
})

const completedTurn = { ...Peer.turnStartResponse("u").turn, status: "completed" }

describe("a notification with one changed position", () => {
  it.effect(
    "is delivered decoded if the change is harmless, otherwise raw; the connection continues",
    () =>
      Effect.gen(function* () {
        const { client, peer } = yield* connect()
        const events = yield* client.subscribe
        let kept = 0
        let typed = 0
        for (const { definition, method, value } of samples("notifications")) {
          const mutations = mutationsOf(definition, value)
          for (const mutation of mutations) yield* peer.send({ method, params: mutation.value })
          // The barrier arrives after all of them, so that a missing one is noticed.
          yield* peer.send({ method: "barrier" })
          const got: ReadonlyArray<Notification> = yield* Stream.runCollect(
            Stream.takeUntil(events, ({ raw }) => raw["method"] === "barrier")
          )
          assert.lengthOf(got, mutations.length + 1, method)
          for (const [index, mutation] of mutations.entries()) {
            const event = got[index]
            assert.deepStrictEqual(event?.raw, { method, params: mutation.value }, mutation.name)
            if (event?.method === "~unknown") {
              assert.isFalse(mutation.isHarmless, mutation.name)
              assert.isTrue(Option.isSome(event.error), mutation.name)
              kept += 1
            } else {
              assert.strictEqual(event?.method, method, mutation.name)
              typed += 1
            }
          }
        }
        assert.isAbove(typed, 500)
        assert.isAbove(kept, 50)
      }).pipe(Effect.scoped, Effect.provide(quiet)),
    60_000
  )
})

describe("a turn", () => {
  it.effect(
    "has each completed item, whatever is changed in it",
    () =>
      Effect.gen(function* () {
        const played = yield* playedThread
        let unknown = 0
        for (const { method, definition, value } of samples("notifications")) {
          if (method !== "item/completed") continue
          for (const { name, value: params } of mutationsOf(definition, Object.assign({}, value, ids))) {
            // Without the ids the turn is unknown, and without an item there is none.
            if (/^\w+\.(?:threadId|turnId|item left out)/.test(name)) continue
            const exit = yield* outcome(played, [
              { method, params },
              { method: "turn/completed", params: { threadId: "t", turn: completedTurn } }
            ])
            const result = Exit.isSuccess(exit) ? exit.value : assert.fail(`${name}: ${String(exit.cause)}`)
            assert.lengthOf(result.items, 1, name)
            if (result.items[0]?.type === "~unknown") unknown += 1
          }
        }
        assert.isAbove(unknown, 20)
      }).pipe(Effect.scoped, Effect.provide(quiet)),
    60_000
  )

  it.effect("ends, whatever is changed in its end except the ids", () =>
    Effect.gen(function* () {
      const played = yield* playedThread
      const whole = { threadId: "t", turn: completedTurn }
      for (const { name, value } of mutationsOf("TurnCompletedNotification", whole)) {
        if (/threadId|\.turn\.id|\.turn left out/.test(name)) continue
        yield* outcome(played, [{ method: "turn/completed", params: value }])
      }
      const exit = yield* outcome(played, [{ method: "turn/completed", params: whole }])
      assert.isTrue(Exit.isSuccess(exit))
    }).pipe(Effect.scoped, Effect.provide(quiet))
  )
})

describe("a reply with one changed position", () => {
  it.effect(
    "is decoded if the change is harmless, otherwise fails its own call at most",
    () =>
      Effect.gen(function* () {
        const { client, peer } = yield* connect()
        let failed = 0
        let read = 0
        for (const { definition, method, value } of samples("results")) {
          for (const mutation of mutationsOf(definition, value)) {
            // Type boundary: a recorded method is one of the protocol's; its params do not matter here.
            const call = yield* start(Effect.exit(client.request(method as Protocol.ClientRequestMethod, {} as never)))
            yield* answer(peer, mutation.value)
            const exit = yield* Fiber.join(call)
            if (exit._tag === "Success") read += 1
            else {
              assert.isFalse(mutation.isHarmless, mutation.name)
              failed += 1
            }
          }
        }
        assert.isAbove(read, 1000)
        assert.isAbove(failed, 50)
      }).pipe(Effect.scoped, Effect.provide(quiet)),
    60_000
  )
})
