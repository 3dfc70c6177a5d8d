/**
 * What a thousand restarts leave behind: nothing. In memory, with calls, turns, readers and waiters at each death.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, Schedule, Stream } from "effect"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Fibers from "../scoreboard/fibers.ts"
import * as Memory from "./memory.ts"

setFlagsFromString("--expose-gc")
Fibers.watch()
const collect: () => void = runInNewContext("gc")

const heap = (): number => {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

describe("a thousand restarts", () => {
  it.live(
    "leave no fiber, no listener and no memory",
    () =>
      Effect.gen(function* () {
        const silent = new Set(["silent", "turn/start"])
        const servers = yield* Memory.make({
          reply: (method, params) => (silent.has(method) ? undefined : Memory.answers(method, params))
        })
        const { client, codex } = yield* Memory.connect(servers, Schedule.spaced("0 millis"))
        const events = yield* client.subscribe
        let restarts = 0
        yield* Effect.forkScoped(
          Stream.runForEach(events, ({ method }) =>
            Effect.sync(() => {
              if (method === "~restarted") restarts++
            })
          )
        )
        const thread = yield* codex.startThread()
        let server = yield* servers.next
        const round = Effect.gen(function* () {
          const sent = yield* Effect.forkChild(Effect.exit(client.requestRaw("silent")), { startImmediately: true })
          const turn = yield* Effect.forkChild(Effect.exit(thread.run("hello")), { startImmediately: true })
          const reader = yield* Effect.forkChild(Effect.exit(Stream.runDrain(codex.notifications)), {
            startImmediately: true
          })
          yield* Effect.yieldNow
          yield* server.die
          assert.isTrue(Exit.isFailure(yield* Fiber.join(sent)))
          // The death may not have been noticed yet.
          yield* Effect.retry(client.requestRaw("after"), { times: 5 })
          server = yield* servers.next
          // It was sent, or waited for the resume. Then it is on the new connection, and is left.
          yield* Fiber.interrupt(turn)
          yield* Fiber.interrupt(reader)
        })
        yield* Effect.repeat(round, { times: 99 })
        const before = {
          fibers: Fibers.alive().size,
          heap: heap(),
          listeners: client["~session"].size(),
          restarts
        }
        yield* Effect.repeat(round, { times: 999 })
        assert.strictEqual(restarts - before.restarts, 1000)
        assert.strictEqual(servers.open(), 1)
        assert.strictEqual(client["~session"].size(), before.listeners)
        assert.strictEqual(Fibers.alive().size, before.fibers)
        // A connection that is kept takes more than 15,000 bytes.
        assert.isBelow((heap() - before.heap) / 1000, 5000, "bytes for each restart")
      }).pipe(Effect.scoped, Effect.provide(Logger.layer([]))),
    120_000
  )
})
