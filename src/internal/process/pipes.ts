/**
 * The three pipes of a running process, and the one account of how they ended. Bytes in, messages out; no signals:
 * ending the process is `AppServer`'s, which also documents the states.
 */
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as PlatformError from "effect/PlatformError"
import type { ChildProcessHandle } from "effect/process/ChildProcessSpawner"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Scheduler from "effect/Scheduler"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Take from "effect/Take"
import type { ConnectionEnd } from "../../CodexError.ts"
import type { Message, TransportEnd } from "../../Transport.ts"
import * as framing from "../framing.ts"
import { inRealTime } from "../realTime.ts"
import * as stderrTail from "./stderrTail.ts"

/** A process's pipes at work. */
export interface Pipes {
  /** What came before `receive`, in order, and then the end as the failure. */
  readonly incoming: Queue.Dequeue<Message, TransportEnd>
  /**
   * Calls `onBatch` in the reader of stdout, with what came until now and with each batch that comes, and gives the
   * end. `incoming` gets nothing meanwhile, and what comes after an interruption is dropped.
   */
  receive(onBatch: (batch: ReadonlyArray<Message>) => void): Effect.Effect<TransportEnd>
  /**
   * Lines to be written. Ending the queue closes stdin once everything in it is written; after the end it takes nothing
   * and holds nothing up.
   */
  readonly outgoing: Queue.Queue<string, Cause.Done>
  /** The process's exit, however it comes about. */
  readonly exit: Deferred.Deferred<ConnectionEnd>
  /** The lines of stderr, one by one, and then its end. */
  readonly stderr: PubSub.PubSub<Take.Take<string>>
  readonly tail: stderrTail.StderrTail
  readonly skippedLines: () => number
  /** Waits until both outputs were read to their end. Interrupting their readers before that leaves the descriptors open. */
  readonly drained: Effect.Effect<void>
}

// How long an end is looked into before it is told: the pipes' rest, the exit status, the last words.
const settleTime = Duration.seconds(1)
// Lines that may wait for a server that is slow to read; further senders wait.
const outgoingCapacity = 256
const stderrCapacity = 1024
// In UTF-16 code units.
const longestWrite = 1024 * 1024
// Wakes the writer when the code that sends is done, and not in the next turn of the event loop: a call alone goes out
// sooner, and calls that are made together still go out together.
const inMicrotasks = new Scheduler.MixedScheduler("async", (task) => {
  queueMicrotask(task)
  return () => {}
})

/** Sets the pipes to work, in the scope. */
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
  const stderr = yield* PubSub.sliding<Take.Take<string>>(stderrCapacity)
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

  // Always drained, or the process would block on a full pipe.
  const keep = (lines: ReadonlyArray<string>) =>
    lines.length === 0
      ? Effect.void
      : Effect.andThen(
          PubSub.publishAll(
            stderr,
            lines.map((line): Take.Take<string> => [line])
          ),
          Effect.forEach(lines, (line) => Effect.logDebug(line), { discard: true })
        )
  yield* handle.stderr.pipe(
    Stream.decodeText(),
    Stream.runForEach((text) => keep(tail.push(text))),
    Effect.ignore,
    Effect.andThen(Effect.suspend(() => keep(tail.end()))),
    Effect.ensuring(Effect.andThen(PubSub.end(stderr, Exit.void), Deferred.succeed(stderrEnd, undefined))),
    Effect.annotateLogs({ package: "effect-codex", module: "AppServer", from: "stderr" }),
    Effect.forkScoped
  )

  // After a line over the limit nothing can be understood, but the pipe is still drained.
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
    // What can't be decoded, too: a text has a greatest length.
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

  // An exit explains an end of output or a failed write, and what is still in the pipes comes first: so the first sign
  // of an end is looked into, for a bounded time.
  const exited = Deferred.await(exit)
  const drained = Effect.andThen(Deferred.await(outputEnd), Deferred.await(stderrEnd))
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
    // Who waits for a server that no longer reads would wait for ever.
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
      // With nothing put into it any more, the queue gives its failure alone.
      return Effect.flip(Queue.take(incoming))
    }).pipe(
      Effect.catch(() => Effect.never),
      Effect.onExit(() =>
        Effect.sync(() => {
          take = () => {}
        })
      )
    )

  return { incoming, receive, outgoing, exit, stderr, tail, skippedLines: () => skipped, drained }
})

/** One write for all that waits, but no text so long that there can be none. */
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

// The spawner tells a death by signal only in the text of its error.
const signalOf = (error: PlatformError.PlatformError): string =>
  /'(SIG[A-Z0-9]+)'/.exec(String(error.reason.cause))?.[1] ?? "an unknown signal"
