/**
 * The process of one memory case: prints the heap before, during and after it, and the peak of the process, as JSON.
 */
import { Deferred, Effect, Fiber, Stream } from "effect"
import { Codex, CodexClient, type Thread } from "effect-codex"
import * as Peer from "../support/peer.ts"
import { peakMemory } from "./peakMemory.ts"
import * as sides from "./sides.ts"

export type Case = "idle" | "slowReader" | "threads" | "handles" | "turns"

/** Bytes. */
export interface Answer {
  readonly before: number
  readonly during: number
  readonly after: number
  readonly peak: number
  /** The text of one event. */
  readonly textBytes: number
}

const delta = "four and twenty letters "

const heap = Effect.gen(function* () {
  // First, finalizers and timers of 0 ms run.
  yield* Effect.sleep("20 millis")
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
})

const idleScript: Peer.Script = { on: { initialized: [] } }

const slowReader = (count: number) => {
  const script: Peer.Script = {
    on: {
      initialized: [],
      "bench/flood": [
        Peer.flood({
          method: "item/agentMessage/delta",
          params: { threadId: "thread-1", turnId: "turn-1", itemId: "msg-1", delta },
          count
        }),
        Peer.reply({})
      ]
    }
  }
  return Effect.gen(function* () {
    const client = yield* CodexClient.CodexClient
    const before = yield* heap
    const events = yield* client.subscribe
    const goOn = Deferred.makeUnsafe<void>()
    const all = Deferred.makeUnsafe<void>()
    let missing = count * delta.length
    yield* Effect.forkScoped(
      Stream.runForEach(events, (event) => {
        if (event.method === "item/agentMessage/delta") missing -= event.params.delta.length
        if (missing === 0) Deferred.doneUnsafe(all, Effect.void)
        return Deferred.await(goOn)
      })
    )
    yield* client.requestRaw("bench/flood", {})
    const during = yield* heap
    Deferred.doneUnsafe(goOn, Effect.void)
    yield* Deferred.await(all)
    return { before, during, after: yield* heap }
  }).pipe(Effect.scoped, Effect.provide(sides.sdk(script, { requestTimeout: "Infinity" })))
}

const turns = (count: number) =>
  Effect.gen(function* () {
    const client = yield* CodexClient.CodexClient
    const codex = yield* Codex.Codex
    const threads = yield* Effect.replicateEffect(codex.startThread(), count, { concurrency: 64 })
    const before = yield* heap
    const fibers = yield* Effect.gen(function* () {
      const events = yield* client.subscribe
      const running = yield* Effect.forEach(threads, (thread) => Effect.forkChild(thread.run("hi")))
      yield* events.pipe(
        Stream.filter(({ method }) => method === "item/agentMessage/delta"),
        Stream.take(count),
        Stream.runDrain
      )
      return running
    }).pipe(Effect.scoped)
    const during = yield* heap
    yield* Fiber.interruptAll(fibers)
    fibers.length = 0
    return { before, during, after: yield* heap }
  }).pipe(Effect.provide(sides.sdk(Peer.basicWith({ untilInterrupted: true, deltas: 1 }))))

const subscribed = (count: number, keep: boolean) =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    // The compiled code and caches of the first thread are not its own.
    yield* codex.startThread()
    const before = yield* heap
    const handles: Array<Thread.Thread> = []
    yield* Effect.replicateEffect(
      Effect.map(codex.startThread(), (thread) => void (keep && handles.push(thread))),
      count,
      { concurrency: 64, discard: true }
    )
    const during = yield* heap
    handles.length = 0
    return { before, during, after: during }
  }).pipe(Effect.provide(sides.sdk(Peer.basic)))

const still = Effect.map(heap, (used) => ({ before: used, during: used, after: used }))

const run = (name: Case, count: number) => {
  switch (name) {
    case "idle":
      return Effect.provide(Effect.andThen(CodexClient.CodexClient, still), sides.sdk(idleScript))
    case "slowReader":
      return slowReader(count)
    case "threads":
    case "handles":
      return subscribed(count, name === "handles")
    case "turns":
      return turns(count)
  }
}

const [, , name, count] = process.argv
const found = await Effect.runPromise(run(name as Case, Number(count)))
const answer: Answer = { ...found, peak: peakMemory(), textBytes: delta.length }
process.stdout.write(JSON.stringify(answer))
