/**
 * Counts the cost of calls, in its own process, and prints the counts as JSON: started fibers, suspensions of fibers,
 * and allocated bytes. They do not depend on the load of the machine. The process must run without garbage collections
 * in between.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Stream } from "effect"
import { createHook } from "node:async_hooks"
import { layer as appServerLayer } from "../../src/AppServer.ts"
import * as directs from "../../src/internal/connection/direct.ts"
import * as JsonRpc from "../../src/internal/connection/jsonRpc.ts"
import { Transport, type Message } from "../../src/Transport.ts"
import * as Peer from "../support/peer.ts"

/** What one call cost, on average. */
export interface Cost {
  readonly fibers: number
  readonly suspensions: number
  readonly bytes: number
}

// Each fiber that suspends creates one of these.
let suspensions = 0
createHook({
  init: (_, type) => {
    if (type === "effect/Fiber") suspensions++
  }
}).enable()

// Fibers are numbered.
const fibersSoFar = () => Effect.runFork(Effect.void).id

const counted = <E, R>(calls: number, effect: Effect.Effect<unknown, E, R>): Effect.Effect<Cost, E, R> =>
  Effect.gen(function* () {
    const before = [fibersSoFar(), suspensions, process.memoryUsage().heapUsed] as const
    yield* effect
    const after = [process.memoryUsage().heapUsed, suspensions, fibersSoFar()] as const
    return {
      fibers: (after[2] - before[0] - 1) / calls,
      suspensions: (after[1] - before[1]) / calls,
      bytes: (after[0] - before[2]) / calls
    }
  })

const costs = (transport: Transport) =>
  Effect.gen(function* () {
    const rpc = yield* JsonRpc.make({
      handlers: { onNotification: () => {}, onRequest: () => Effect.never, onEnd: () => {} },
      requestTimeout: "30 seconds",
      maxInFlight: 64
    }).pipe(Effect.provideService(Transport, transport))
    const sequential = (calls: number) =>
      Effect.gen(function* () {
        for (let n = 0; n < calls; n++) yield* rpc.request("echo", {})
      })
    const inFlight = (calls: number) => {
      let left = calls
      const worker = Effect.gen(function* () {
        while (left-- > 0) yield* rpc.request("echo", {})
      })
      return Effect.all(
        // More calls than permits, so that some wait for one.
        Array.from({ length: 96 }, () => worker),
        { concurrency: "unbounded", discard: true }
      )
    }
    // Until the code is compiled.
    yield* sequential(2000)
    yield* inFlight(2000)
    return {
      sequential: yield* counted(2000, sequential(2000)),
      inFlight: yield* counted(10_000, inFlight(10_000))
    }
  }).pipe(Effect.scoped)

/** A transport that answers each call in the next microtask, with no cost except the reply. */
const echo = (): Transport => {
  let onBatch: (batch: ReadonlyArray<Message>) => void = () => {}
  let replies: Array<Message> = []
  const flush = () => {
    const batch = replies
    replies = []
    onBatch(batch)
  }
  const transport = Transport.of({
    send: () => Effect.die("the members are not used"),
    messages: Stream.never,
    stderr: Effect.succeed([])
  })
  return directs.offer(transport, {
    send: (message) => {
      if (replies.push({ id: Reflect.get(message, "id"), result: null }) === 1) queueMicrotask(flush)
      return undefined
    },
    receive: (receive) => {
      onBatch = receive
      return Effect.never
    }
  })
}

const program = Effect.gen(function* () {
  const inMemory = yield* costs(echo())
  const overPipes = yield* Effect.flatMap(Transport, costs).pipe(
    Effect.provide(
      appServerLayer({ command: Peer.command({ on: { echo: [Peer.reply(null)] } }) }).pipe(
        Layer.provide(NodeServices.layer)
      )
    )
  )
  process.stdout.write(JSON.stringify({ inMemory, overPipes }))
})

await Effect.runPromise(program)
