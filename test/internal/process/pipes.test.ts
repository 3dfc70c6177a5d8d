/** The pipes of a process that the test plays: what is received, what is logged, and how the end is explained. */
import { assert, describe, it } from "@effect/vitest"
import { type Cause, Deferred, Effect, Fiber, Logger, PlatformError, Queue, References, Sink, Stream } from "effect"
import type { ChildProcessSpawner } from "effect/process"
import * as pipes from "../../../src/internal/process/pipes.ts"
import type { Message } from "../../../src/Transport.ts"

/** A process without a process: its outputs, its exit, and the lines of the log. */
const played = Effect.gen(function* () {
  const stdout = yield* Queue.unbounded<Uint8Array, Cause.Done>()
  const stderr = yield* Queue.unbounded<Uint8Array, Cause.Done>()
  const exit = yield* Deferred.make<number, PlatformError.PlatformError>()
  const lines: Array<readonly [level: string, text: string, annotations: object]> = []
  const writes = yield* Queue.unbounded<number>()
  const first = Deferred.makeUnsafe<void>()
  const logger = Logger.make(({ fiber, logLevel, message }) => {
    lines.push([logLevel, String(message), fiber.getRef(References.CurrentLogAnnotations)])
    Deferred.doneUnsafe(first, Effect.void)
  })
  // Type boundary: only what the pipes use is there.
  const handle = {
    stdout: Stream.fromQueue(stdout),
    stderr: Stream.fromQueue(stderr),
    stdin: Sink.forEach((bytes: Uint8Array) => Queue.offer(writes, bytes.length)),
    exitCode: Deferred.await(exit)
  } as unknown as ChildProcessSpawner.ChildProcessHandle
  const connected = yield* pipes
    .connect(handle, { maxLineBytes: 20, mask: (text) => text.replaceAll("secret", "***") })
    .pipe(Effect.provide(Logger.layer([logger])), Effect.provideService(References.MinimumLogLevel, "All"))
  const encoder = new TextEncoder()
  const say = (queue: typeof stdout, text: string) => Queue.offer(queue, encoder.encode(text))
  return {
    ...connected,
    exitAs: exit,
    lines,
    logged: Deferred.await(first),
    say,
    stderrOf: stderr,
    stdoutOf: stdout,
    writes
  }
})

const end = (incoming: pipes.Pipes["incoming"]) => Effect.flip(Queue.take(incoming))

const scoped = Effect.scoped

describe("the messages of a process", () => {
  it.effect("are received in batches that are not empty: first those that came before", () =>
    Effect.gen(function* () {
      const { incoming, logged, receive, say, stdoutOf } = yield* played
      yield* say(stdoutOf, '{"id":1}\n{"id":2}\n')
      const [one, two] = [yield* Queue.take(incoming), yield* Queue.take(incoming)]
      assert.deepStrictEqual<unknown>([one, two], [{ id: 1 }, { id: 2 }])
      const batches: Array<ReadonlyArray<Message>> = []
      const got = Deferred.makeUnsafe<void>()
      const receiving = yield* Effect.forkChild(
        receive((batch) => {
          batches.push(batch)
          if (batches.flat().length === 2) Deferred.doneUnsafe(got, Effect.void)
        }),
        { startImmediately: true }
      )
      assert.deepStrictEqual(batches, [])
      yield* say(stdoutOf, '{"id":3}\n{"id"')
      yield* say(stdoutOf, ":")
      yield* say(stdoutOf, "4}\n")
      yield* Deferred.await(got)
      assert.deepStrictEqual<unknown>(batches, [[{ id: 3 }], [{ id: 4 }]])
      yield* Fiber.interrupt(receiving)
      yield* say(stdoutOf, '{"id":5}\nno JSON\n')
      yield* logged
      assert.strictEqual(batches.length, 2)
    }).pipe(scoped)
  )

  it.effect("that came before are given first", () =>
    Effect.gen(function* () {
      const { receive, say, stdoutOf } = yield* played
      yield* say(stdoutOf, '{"id":1}\n')
      yield* Effect.yieldNow
      yield* Effect.yieldNow
      const got = Deferred.makeUnsafe<ReadonlyArray<Message>>()
      yield* Effect.forkChild(receive((batch) => Deferred.doneUnsafe(got, Effect.succeed(batch))))
      assert.deepStrictEqual<unknown>(yield* Deferred.await(got), [{ id: 1 }])
    }).pipe(scoped)
  )
})

describe("the lines to a process", () => {
  it.effect("are written together, up to 1 MiB at a time", () =>
    Effect.gen(function* () {
      const { outgoing, writes } = yield* played
      const half = 512 * 1024
      yield* Queue.offerAll(outgoing, ["a".repeat(half), "b".repeat(half), "c", "d", "e".repeat(3 * half), "f"])
      yield* Queue.end(outgoing)
      yield* Queue.await(outgoing)
      for (const bytes of [2 * half, 2, 3 * half, 1]) assert.strictEqual(yield* Queue.take(writes), bytes)
    }).pipe(scoped)
  )
})

describe("the log of a process", () => {
  it.effect("has how many lines were ignored, and not the lines", () =>
    Effect.gen(function* () {
      const { lines, logged, say, skippedLines, stdoutOf } = yield* played
      yield* say(stdoutOf, "one\ntwo\n")
      yield* logged
      assert.deepStrictEqual(lines, [
        [
          "Debug",
          "Ignored 2 stdout line(s) that are not JSON objects.",
          { package: "effect-codex", module: "AppServer" }
        ]
      ])
      assert.strictEqual(skippedLines(), 2)
    }).pipe(scoped)
  )

  it.effect("has the lines of stderr, masked", () =>
    Effect.gen(function* () {
      const { lines, logged, say, stderrOf, tail } = yield* played
      yield* say(stderrOf, "a secret\n")
      yield* logged
      assert.deepStrictEqual(lines, [
        ["Debug", "a ***", { package: "effect-codex", module: "AppServer", from: "stderr" }]
      ])
      assert.deepStrictEqual(tail.lines(), ["a ***"])
    }).pipe(scoped)
  )
})

describe("the end of a process", () => {
  const died = (cause: unknown) => PlatformError.systemError({ _tag: "Unknown", module: "m", method: "x", cause })

  it.effect("is its exit, with all of its output before", () =>
    Effect.gen(function* () {
      const { exitAs, incoming, say, stderrOf, stdoutOf } = yield* played
      yield* Deferred.succeed(exitAs, 3)
      yield* say(stdoutOf, '{"id":1}\n')
      yield* say(stderrOf, "last words")
      yield* Queue.end(stdoutOf)
      yield* Queue.end(stderrOf)
      assert.deepStrictEqual<unknown>(yield* Queue.take(incoming), { id: 1 })
      assert.deepStrictEqual<unknown>(yield* end(incoming), {
        end: { _tag: "Exited", exitCode: 3, signal: null },
        stderr: ["last words"]
      })
    }).pipe(scoped)
  )

  for (const [signal, cause] of [
    ["SIGKILL", new Error("Process interrupted due to receipt of signal: 'SIGKILL'")],
    ["SIGRT1", "ended by 'SIGRT1'"],
    ["an unknown signal", new Error("no name")],
    ["an unknown signal", undefined]
  ] as const) {
    it.effect(`is ${signal} for ${String(cause)}`, () =>
      Effect.gen(function* () {
        const { exit, exitAs } = yield* played
        yield* Deferred.fail(exitAs, died(cause))
        assert.deepStrictEqual<unknown>(yield* Deferred.await(exit), { _tag: "Exited", exitCode: null, signal })
      }).pipe(scoped)
    )
  }

  it.effect("is the line that was too long, whatever happens after it", () =>
    Effect.gen(function* () {
      const { exitAs, incoming, say, stderrOf, stdoutOf } = yield* played
      yield* say(stdoutOf, `{"a":"${"x".repeat(30)}"}\n{"id":1}\n`)
      const ended = yield* Effect.forkChild(end(incoming), { startImmediately: true })
      yield* Queue.end(stderrOf)
      yield* Deferred.succeed(exitAs, 0)
      assert.deepStrictEqual<unknown>(yield* Fiber.join(ended), {
        end: { _tag: "LineTooLong", maxLineBytes: 20 },
        stderr: []
      })
    }).pipe(scoped)
  )
})
