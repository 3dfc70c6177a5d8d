/**
 * A process that exists only in memory, for behavior that a real process does not have on demand.
 */
import { Deferred, Effect, Layer, Sink, Stream } from "effect"
import { ChildProcessSpawner } from "effect/process"

/** A played process: it records how it is started and killed. */
export const played = (leavesAtEndOfInput: boolean, stdout: Stream.Stream<Uint8Array> = Stream.never) => {
  const exit = Deferred.makeUnsafe<ChildProcessSpawner.ExitCode>()
  const kills: Array<string> = []
  const leave = Deferred.succeed(exit, ChildProcessSpawner.ExitCode(0))
  const spawner = ChildProcessSpawner.make(() =>
    Effect.succeed(
      ChildProcessSpawner.makeHandle({
        // No process has this id.
        pid: ChildProcessSpawner.ProcessId(2 ** 30),
        exitCode: Deferred.await(exit),
        isRunning: Effect.map(Deferred.isDone(exit), (done) => !done),
        kill: () => {
          kills.push("tree")
          return Effect.asVoid(leave)
        },
        stdin: leavesAtEndOfInput ? Sink.ensuring(Sink.drain, leave) : Sink.drain,
        stdout,
        stderr: Stream.empty,
        all: Stream.never,
        getInputFd: () => Sink.drain,
        getOutputFd: () => Stream.never,
        unref: Effect.succeed(Effect.void)
      })
    )
  )
  return { kills, leave, layer: Layer.succeed(ChildProcessSpawner.ChildProcessSpawner, spawner) }
}
