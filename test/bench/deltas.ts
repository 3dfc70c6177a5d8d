/**
 * Typed deltas a second: the peer floods 24-character pieces of an answer. What is counted is the characters that arrived, since a consumer that
 * lags gets pieces merged.
 */
import { Deferred, Effect, Option, Stream } from "effect"
import { Codex, CodexClient, type Notification } from "effect-codex"
import * as Peer from "../support/peer.ts"
import * as Raw from "../support/rawDriver.ts"
import { against, elapsed, type Row, type Size, times } from "./measure.ts"
import * as sides from "./sides.ts"

const delta = "four and twenty letters "
const target = { of: "ratio", atLeast: 0.5 } as const
const method = "item/agentMessage/delta"

/** Deltas a second to a consumer of `notifications`, and through `thread.run`. */
export const run = (size: Size) =>
  Effect.scoped(Effect.map(Effect.all([notifications(size), turns(size)]), (rows) => rows.flat()))

const notifications = (size: Size) => {
  const count = times(size, 200_000)
  const script: Peer.Script = {
    on: {
      initialized: [],
      "bench/flood": [
        Peer.flood({ method, params: { threadId: "thread-1", turnId: "turn-1", itemId: "msg-1", delta }, count }),
        Peer.reply({})
      ]
    }
  }
  const rate = (millis: number) => (count / millis) * 1000

  return Effect.gen(function* () {
    const raw = yield* sides.floor(script)
    const client = yield* CodexClient.CodexClient

    const floor = Effect.promise(async () => {
      const start = performance.now()
      const all = new Promise<void>((resolve) => {
        const counter = counting(count * delta.length, () => {
          off()
          resolve()
        })
        const off = raw.onNotification(({ method: sent, params }) => {
          if (sent === method) counter(String(Raw.at(params, "delta")))
        })
      })
      await raw.request("bench/flood", {})
      await all
      return rate(performance.now() - start)
    })

    /** A consumer that is there before the flood, and is done with its last character. */
    const consumed = (
      consume: (
        events: Stream.Stream<Notification.Notification, unknown>,
        count: (event: Notification.Notification) => void
      ) => Effect.Effect<void, unknown>
    ) =>
      Effect.gen(function* () {
        const all = Deferred.makeUnsafe<void>()
        const counter = counting(count * delta.length, () => Deferred.doneUnsafe(all, Effect.void))
        const events = yield* client.subscribe
        yield* Effect.forkScoped(
          consume(events, (event) => {
            if (event.method === method) counter(event.params.delta)
          })
        )
        return rate(yield* elapsed(Effect.andThen(client.requestRaw("bench/flood", {}), Deferred.await(all))))
      }).pipe(Effect.scoped, Effect.orDie)

    const found = yield* against(size, floor, {
      arrays: consumed((events, counter) =>
        Stream.runForEachArray(events, (batch) => Effect.sync(() => batch.forEach(counter)))
      ),
      each: consumed((events, counter) => Stream.runForEach(events, (event) => Effect.sync(() => counter(event))))
    })
    return [
      { name: "deltas: notifications, runForEachArray", unit: "1/s", target, ...found.arrays },
      { name: "deltas: notifications, runForEach", unit: "1/s", target, ...found.each }
    ] satisfies ReadonlyArray<Row>
  }).pipe(Effect.provide(sides.sdk(script)))
}

const turns = (size: Size) => {
  const count = times(size, 200_000)
  const script = Peer.basicWith({ deltas: count, delta })
  const rate = (millis: number) => (count / millis) * 1000

  return Effect.gen(function* () {
    const raw = yield* sides.floor(script)
    const codex = yield* Codex.Codex
    const thread = yield* codex.startThread()
    const threadId = Raw.at(yield* Effect.promise(() => raw.request("thread/start", {})), "thread", "id")

    const floor = Effect.promise(async () => {
      const start = performance.now()
      const completed = raw.next("turn/completed")
      await raw.request("turn/start", { threadId, input: [{ type: "text", text: "hi" }] })
      await completed
      return rate(performance.now() - start)
    })
    const sdk = thread.run("hi").pipe(
      Effect.tap(({ finalResponse }) =>
        Option.exists(finalResponse, (text) => text.length === count * delta.length)
          ? Effect.void
          : Effect.die("the answer is incomplete")
      ),
      elapsed,
      Effect.map(rate),
      Effect.orDie
    )
    const events = Effect.gen(function* () {
      const turn = yield* thread.turn("hi")
      const characters = yield* Stream.runFold(
        turn.events,
        () => 0,
        (sum, event) => (event.method === method ? sum + event.params.delta.length : sum)
      )
      if (characters !== count * delta.length) return yield* Effect.die("deltas are missing")
    }).pipe(elapsed, Effect.map(rate), Effect.orDie)
    const found = yield* against(size, floor, { run: sdk, events })
    return [
      { name: "deltas: thread.run", unit: "1/s", target, ...found.run },
      { name: "deltas: turn.events", unit: "1/s", target, ...found.events }
    ] satisfies ReadonlyArray<Row>
  }).pipe(Effect.provide(sides.sdk(script)))
}

/** Takes texts and tells when there were enough characters. */
const counting = (characters: number, done: () => void) => {
  let missing = characters
  return (text: string): void => {
    missing -= text.length
    if (missing === 0) done()
  }
}
