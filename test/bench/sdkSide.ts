/** The process of the SDK, as its users get it. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Deferred, Effect, Exit, Layer, ManagedRuntime, Option, Scope, Stream } from "effect"
import { Codex, CodexClient, type Protocol } from "effect-codex"
import * as Raw from "../support/rawDriver.ts"
import { type Sample, serve, timed } from "./rounds.ts"
import { counting, deltaMethod, fromArguments, inFlight, smallCall } from "./task.ts"

const task = fromArguments()
const { count, work } = task
const characters = task.characters ?? 0

const layer = Codex.layer({ ...task.server, inheritEnv: "command" in task.server }).pipe(
  Layer.provide(NodeServices.layer)
)
const runtime = ManagedRuntime.make(layer)

const incomplete = Effect.die(new Error("deltas are missing"))

/** A consumer that starts before the flood, and ends with its last character. */
const flood = (
  consume: (
    events: Stream.Stream<Protocol.Notification, unknown>,
    count: (event: Protocol.Notification) => void
  ) => Effect.Effect<void, unknown>
) =>
  Effect.gen(function* () {
    const client = yield* CodexClient.CodexClient
    const all = Deferred.makeUnsafe<void>()
    const counter = counting(characters, () => Deferred.doneUnsafe(all, Effect.void))
    const events = yield* client.subscribe
    yield* Effect.forkScoped(
      consume(events, (event) => {
        if (event.method === deltaMethod) counter(event.params.delta)
      })
    )
    yield* client.requestRaw("bench/flood", {})
    yield* Deferred.await(all)
  }).pipe(Effect.scoped)

const calls = (workers: number) =>
  Effect.gen(function* () {
    const client = yield* CodexClient.CodexClient
    let left = count
    const worker = Effect.gen(function* () {
      while (left-- > 0) yield* client.request(smallCall, {})
    })
    yield* Effect.all(
      Array.from({ length: workers }, () => worker),
      { concurrency: "unbounded", discard: true }
    )
  })

const longLine = Effect.gen(function* () {
  const client = yield* CodexClient.CodexClient
  const reply = yield* client.requestRaw("bench/longLine", {})
  if (String(Raw.at(reply, "text")).length !== characters) return yield* incomplete
})

const threads = (many: number) =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    return yield* Effect.replicateEffect(codex.startThread(), many, { concurrency: 64 })
  })

/** Opens its own server, and measures its close alone. */
const close = async (): Promise<Sample> => {
  const scope = Scope.makeUnsafe()
  await Effect.runPromise(Layer.buildWithScope(layer, scope))
  return timed(() => Effect.runPromise(Scope.close(scope, Exit.void)))
}

type Services = Codex.Codex | CodexClient.CodexClient

const every = (effect: Effect.Effect<unknown, unknown, Services>) => () => timed(() => runtime.runPromise(effect))

const round = async (): Promise<() => Promise<Sample>> => {
  switch (work) {
    case "run": {
      const [thread] = await runtime.runPromise(threads(1))
      if (thread === undefined) throw new Error("there is no thread")
      return every(
        Effect.flatMap(thread.run("hi"), ({ finalResponse }) =>
          task.characters === undefined || Option.exists(finalResponse, ({ length }) => length === characters)
            ? Effect.void
            : incomplete
        )
      )
    }
    case "events": {
      const [thread] = await runtime.runPromise(threads(1))
      if (thread === undefined) throw new Error("there is no thread")
      return every(
        Effect.gen(function* () {
          const turn = yield* thread.turn("hi")
          const found = yield* Stream.runFold(
            turn.eventsUntilEnd,
            () => 0,
            (sum, event) => (event.method === deltaMethod ? sum + event.params.delta.length : sum)
          )
          if (found !== characters) return yield* incomplete
        })
      )
    }
    case "notifications":
      return every(
        flood((events, counter) => Stream.runForEachArray(events, (batch) => Effect.sync(() => batch.forEach(counter))))
      )
    case "eachNotification":
      return every(flood((events, counter) => Stream.runForEach(events, (event) => Effect.sync(() => counter(event)))))
    case "sequential":
      return every(calls(1))
    case "inFlight":
      return every(calls(inFlight))
    case "longLine":
      return every(longLine)
    case "turnsAtOnce": {
      const all = await runtime.runPromise(threads(count))
      return every(Effect.forEach(all, (thread) => thread.run("hi"), { concurrency: "unbounded", discard: true }))
    }
    case "close":
      return close
    case "threads":
      return every(threads(count))
  }
}

serve(await round(), () => runtime.dispose())
