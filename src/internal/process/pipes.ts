/**
 * Runs the three pipes of a process and determines how they ended. It reads bytes and emits messages.
 *
 * It sends no signals: `AppServer` ends the process and documents the states.
 */
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as PlatformError from "effect/PlatformError"
import type { ChildProcessHandle } from "effect/process/ChildProcessSpawner"
import * as Queue from "effect/Queue"
import * as Scheduler from "effect/Scheduler"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ConnectionEnd } from "../../CodexError.ts"
import type { Message, TransportEnd } from "../../Transport.ts"
import * as framing from "../connection/framing.ts"
import { inRealTime } from "../realTime.ts"
import * as stderrTail from "./stderrTail.ts"

/** The running pipes of a process. */
export interface Pipes {
  /** The messages that arrived before `receive`, in order, then the end as the failure. */
  readonly incoming: Queue.Dequeue<Message, TransportEnd>
  /**
   * Calls `onBatch` in the reader of stdout, first with the messages received so far and then with each new batch.
   * Returns the end.
   *
   * In the meantime `incoming` receives nothing. Messages that arrive after an interruption are dropped.
   */
  receive(onBatch: (batch: ReadonlyArray<Message>) => void): Effect.Effect<TransportEnd>
  /**
   * Lines to write. If the queue is ended, stdin is closed when all its lines are written. After the end of the
   * pipes, the queue accepts nothing and blocks no sender.
   */
  readonly outgoing: Queue.Queue<string, Cause.Done>
  /** The exit of the process, however it ends. */
  readonly exit: Deferred.Deferred<ConnectionEnd>
  /** The lines of stderr from now on, then its end. A slow reader misses the oldest lines. */
  readonly stderr: Stream.Stream<string>
  readonly tail: stderrTail.StderrTail
  readonly skippedLines: () => number
  /**
   * Waits until both outputs are read completely. Interrupting their readers before that leaves the descriptors open.
   */
  readonly drained: Effect.Effect<void>
  /** Whether both outputs are read completely. */
  readonly isDrained: () => boolean
}

// Maximum time to investigate an end before it is reported: remaining output, exit status, last stderr lines.
const settleTime = Duration.seconds(1)
// Maximum number of lines that wait for a server that reads slowly. Above it, senders wait.
const outgoingCapacity = 256
const stderrCapacity = 1024
// In UTF-16 code units.
const longestWrite = 1024 * 1024
// Wakes the writer when the sending code is done, and not in the next turn of the event loop. A single call goes out
// sooner, and calls that are made together are still written together.
const inMicrotasks = new Scheduler.MixedScheduler("async", (task) => {
  queueMicrotask(task)
  return () => {}
})

/** Starts the pipes, in the scope. */
export const connect = Effect.fnUntraced(function* (
  handle: ChildProcessHandle,
  options: { readonly maxLineBytes: number; readonly mask: (text: string) => string }
): Effect.fn.Return<Pipes, never, Scope.Scope> {
  const incoming = yield* Queue.unbounded<Message, TransportEnd>()
  const outgoing = yield* Effect.provideService(
    Queue.bounded<string, Cause.Done>(outgoingCapacity),
    Scheduler.Scheduler,
    inMicrotasks
  )
  // A queue for each reader, and no `PubSub`: that would be 4 % of what the package adds to a bundle.
  const readers = new Set<Queue.Queue<string, Cause.Done>>()
  let isStderrOver = false
  const tail = stderrTail.make(options.mask)
  const exit = Deferred.makeUnsafe<ConnectionEnd>()
  const outputEnd = Deferred.makeUnsafe<ConnectionEnd>()
  const stderrEnd = Deferred.makeUnsafe<void>()
  const inputEnd = Deferred.makeUnsafe<void>()
  let skipped = 0
  let take = (batch: ReadonlyArray<Message>): void => void Queue.offerAllUnsafe(incoming, batch)

  yield* handle.exitCode.pipe(
    Effect.matchEager({
      onSuccess: (code): ConnectionEnd => ({ _tag: "Exited", exitCode: code, signal: null }),
      onFailure: (error): ConnectionEnd => ({ _tag: "Exited", exitCode: null, signal: signalOf(error) })
    }),
    Effect.flatMap((end) => Deferred.succeed(exit, end)),
    Effect.forkScoped
  )

  const stderr = Stream.unwrap(
    Effect.map(
      Effect.acquireRelease(
        Effect.tap(Queue.sliding<string, Cause.Done>(stderrCapacity), (reader) =>
          Effect.sync(() => (isStderrOver ? Queue.endUnsafe(reader) : readers.add(reader)))
        ),
        (reader) => Effect.sync(() => readers.delete(reader))
      ),
      Stream.fromQueue
    )
  )

  // Always drained, because the process would block on a full pipe.
  const keep = (lines: ReadonlyArray<string>) =>
    lines.length === 0
      ? Effect.void
      : Effect.andThen(
          Effect.sync(() => {
            for (const reader of readers) Queue.offerAllUnsafe(reader, lines)
          }),
          Effect.forEach(lines, (line) => Effect.logDebug(line), { discard: true })
        )
  yield* handle.stderr.pipe(
    Stream.decodeText(),
    Stream.runForEach((text) => keep(tail.push(text))),
    Effect.ignore,
    Effect.andThen(Effect.suspend(() => keep(tail.end()))),
    Effect.ensuring(
      Effect.sync(() => {
        isStderrOver = true
        for (const reader of readers) Queue.endUnsafe(reader)
        Deferred.doneUnsafe(stderrEnd, Effect.void)
      })
    ),
    Effect.annotateLogs({ package: "effect-codex", module: "AppServer", from: "stderr" }),
    Effect.forkScoped
  )

  // After a line over the limit, nothing can be parsed, but the pipe is still drained.
  const reader = framing.makeLineReader(options.maxLineBytes)
  const accept = (batch: framing.Batch): Effect.Effect<void> => {
    if (batch.messages.length > 0) take(batch.messages)
    if (batch.tooLong) {
      Deferred.doneUnsafe(outputEnd, Effect.succeed({ _tag: "LineTooLong", maxLineBytes: options.maxLineBytes }))
    }
    if (batch.skipped === 0) return Effect.void
    skipped += batch.skipped
    return Effect.logDebug(`Ignored ${batch.skipped} stdout line(s) that are not JSON objects.`)
  }
  yield* handle.stdout.pipe(
    Stream.runForEach((chunk) => (Deferred.isDoneUnsafe(outputEnd) ? Effect.void : accept(reader.push(chunk)))),
    Effect.andThen(Effect.suspend(() => accept(reader.end()))),
    // Also handles output that cannot be decoded, because a string has a maximum length.
    Effect.matchCauseEager({
      onSuccess: (): ConnectionEnd => ({ _tag: "EndOfOutput" }),
      onFailure: (): ConnectionEnd => ({ _tag: "ReadFailed" })
    }),
    Effect.flatMap((end) => Deferred.succeed(outputEnd, end)),
    Effect.annotateLogs({ package: "effect-codex", module: "AppServer" }),
    Effect.forkScoped
  )

  const encoder = new TextEncoder()
  yield* Stream.fromQueue(outgoing).pipe(
    Stream.mapArray((lines) => Arr.map(inWrites(lines), (text) => encoder.encode(text))),
    Stream.run(handle.stdin),
    Effect.catchCause(() => Deferred.succeed(inputEnd, undefined)),
    Effect.forkScoped
  )

  // An exit explains an end of output or a failed write, and the remaining output comes first. The first sign of an
  // end is therefore investigated, for a bounded time.
  const exited = Deferred.await(exit)
  const drained = Effect.andThen(Deferred.await(outputEnd), Deferred.await(stderrEnd))
  const isDrained = () => Deferred.isDoneUnsafe(outputEnd) && Deferred.isDoneUnsafe(stderrEnd)
  const explain = (fallback: ConnectionEnd): Effect.Effect<ConnectionEnd> =>
    Effect.andThen(drained, exited).pipe(
      Effect.timeoutOrElse({
        duration: settleTime,
        orElse: () =>
          Deferred.isDoneUnsafe(exit)
            ? exited
            : Deferred.isDoneUnsafe(outputEnd)
              ? Deferred.await(outputEnd)
              : Effect.succeed(fallback)
      })
    )
  yield* Effect.raceAllFirst([
    Deferred.await(outputEnd),
    Effect.as(Deferred.await(inputEnd), { _tag: "WriteFailed" } as const),
    exited
  ]).pipe(
    Effect.flatMap((first: ConnectionEnd) =>
      first._tag === "LineTooLong" ? Effect.succeed(first) : inRealTime(explain(first))
    ),
    Effect.flatMap((end) => Queue.fail(incoming, { end, stderr: tail.lines() })),
    // A sender that waits for a server that no longer reads would never resume.
    Effect.andThen(Queue.shutdown(outgoing)),
    Effect.forkScoped
  )

  const receive: Pipes["receive"] = (onBatch) =>
    Effect.suspend(() => {
      const early: Array<Message> = []
      for (let taken = Queue.takeUnsafe(incoming); taken?._tag === "Success"; taken = Queue.takeUnsafe(incoming)) {
        early.push(taken.value)
      }
      take = onBatch
      if (early.length > 0) onBatch(early)
      // Nothing more is added to the queue, so it gives its failure only.
      return Effect.flip(Queue.take(incoming))
    }).pipe(
      Effect.catch(() => Effect.never),
      Effect.onExit(() =>
        Effect.sync(() => {
          take = () => {}
        })
      )
    )

  return { incoming, receive, outgoing, exit, stderr, tail, skippedLines: () => skipped, drained, isDrained }
})

/** Joins all waiting lines into one write, or into several if the string would become too long. */
const inWrites = (lines: Arr.NonEmptyReadonlyArray<string>): Arr.NonEmptyReadonlyArray<string> => {
  const [first, ...rest] = lines
  const writes: Arr.NonEmptyArray<string> = [first]
  for (const line of rest) {
    const last = writes.length - 1
    const text = writes[last] ?? ""
    if (text.length + line.length > longestWrite) writes.push(line)
    else writes[last] = text + line
  }
  return writes
}

// The spawner reports a death by signal only in the text of its error.
const signalOf = (error: PlatformError.PlatformError): string =>
  /'(SIG[A-Z0-9]+)'/.exec(String(error.reason.cause))?.[1] ?? "an unknown signal"
