/**
 * The `codex app-server` process as a scoped resource, and the `Transport` over its pipes. It knows bytes, lines and signals, but no calls:
 * the handshake and everything after it is `CodexClient`'s.
 *
 * States of the process, and who ends each:
 *
 * - `running`: from spawn. Ended by its exit, by the end or failure of its output, by a failed write, by a line over the limit, or by the
 *   scope.
 * - `ending`: one of these was seen. What is still in the pipes is delivered, and the exit status and the last words are waited for, at most
 *   one second, so that the reason is the best there is: an exit explains an end of output or a failed write.
 * - `ended`: `messages` fails with the one reason, and stdin is closed, which also lets go of those who wait to send. Output that comes after
 *   that is read and dropped, so that the process can't block on it.
 *
 * Release, from any state: close stdin, wait `shutdownGrace`; SIGTERM to the process group, wait `shutdownGrace`; SIGKILL to the group. It never
 * fails and always ends, whatever handlers of the connection do: those that were interrupted have the same grace, and the wait for them comes
 * last. If this program is itself killed, stdin closes and the server leaves on its own.
 *
 * What the server left running is ended as soon as its exit is seen, within the scope or at its end (`leftovers.ts`). Later the id
 * of the server can be that of another process, and is not used any more.
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import * as ChildProcess from "effect/process/ChildProcess"
import { type ChildProcessHandle, ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { CodexError, EncodeFailed, type Reason, SpawnFailed } from "./CodexError.ts"
import * as closing from "./internal/closing.ts"
import * as directs from "./internal/direct.ts"
import type { Direct } from "./internal/direct.ts"
import { formatLine } from "./internal/framing.ts"
import * as leftovers from "./internal/process/leftovers.ts"
import * as launch from "./internal/process/launch.ts"
import * as pipes from "./internal/process/pipes.ts"
import * as processGroup from "./internal/process/processGroup.ts"
import * as processTable from "./internal/process/processTable.ts"
import { inRealTime } from "./internal/realTime.ts"
import { CurrentPlatform, type Platform } from "./internal/process/platform.ts"
import { makeMask } from "./internal/process/mask.ts"
import type { Options } from "./internal/process/options.ts"
import { Transport } from "./Transport.ts"

export type { Options } from "./internal/process/options.ts"
export type { ConfigObject, ConfigValue } from "./internal/process/toml.ts"

/**
 * The running process.
 *
 * @category services
 * @since 0.169.0
 */
export class AppServer extends Context.Service<
  AppServer,
  {
    readonly pid: number
    /** The binary that runs. */
    readonly executable: string
    /**
     * The lines that the process writes to stderr from now on, without control characters and with known secrets masked. It ends with the
     * process. A slow reader misses the oldest lines.
     */
    readonly stderr: Stream.Stream<string>
    /** The last lines of stderr: at most 200, and 64 KiB. */
    readonly stderrTail: Effect.Effect<ReadonlyArray<string>>
    /** How many lines of stdout were no JSON object. */
    readonly skippedLines: Effect.Effect<number>
  }
>()("effect-codex/AppServer") {}

type Requirements = ChildProcessSpawner | FileSystem.FileSystem | Path.Path

/**
 * Starts the process and connects its pipes. Both live as long as the scope.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<Context.Context<AppServer | Transport>, CodexError, Requirements | Scope.Scope> {
  const platform = yield* CurrentPlatform
  const plan = yield* Effect.mapError(launch.resolve(options, platform), startError)
  const spawner = yield* ChildProcessSpawner
  // Registered first, so that it is last: handlers have their grace, and the process is ended whatever they do.
  const own = yield* closing.ofProcess(plan.shutdownGrace)
  // Of its own, so that it can be closed at the exit: its release signals the group by the id of a process that has ended.
  const processScope = yield* Scope.fork(yield* Effect.scope)
  const handle = yield* spawner
    .spawn(
      ChildProcess.make(plan.program, plan.args, {
        cwd: plan.cwd,
        env: plan.env,
        extendEnv: false,
        // The release below ends the group itself; this only bounds the spawner's own release after it.
        forceKillAfter: "100 millis"
      })
    )
    .pipe(
      Scope.provide(processScope),
      // Of some refusals Node throws (E2BIG), which the spawner doesn't expect.
      Effect.catchDefect((error) => Effect.fail(codeOf(error))),
      Effect.mapError((error) => startError(new SpawnFailed({ executable: plan.program, kind: kindOf(error) })))
    )
  const pipe = yield* pipes.connect(handle, {
    maxLineBytes: plan.maxLineBytes,
    mask: makeMask(plan.secrets)
  })
  const server = { pid: handle.pid, start: processTable.read(handle.pid)?.start ?? 0, mark: plan.mark }
  // The group is dealt with here: the spawner need not wait for its defunct members.
  const releaseHandle = Effect.andThen(Effect.ignore(handle.unref), Scope.close(processScope, Exit.void))
  const endRest = yield* Effect.cached(
    Effect.gen(function* () {
      if (platform.os !== "win32") {
        // As long as the group has members its number stays theirs, and otherwise the spawner must not use it later than now.
        if (processGroup.isEmpty(handle.pid)) yield* releaseHandle
        yield* leftovers.end(server, plan.shutdownGrace)
      }
      yield* releaseHandle
    }).pipe(inRealTime, Effect.uninterruptible)
  )
  yield* Effect.forkScoped(Effect.andThen(Deferred.await(pipe.exit), endRest))
  // Registered last, so that it runs first: the pipes are still drained while the process ends.
  yield* Effect.acquireRelease(Effect.void, () =>
    inRealTime(shutdown(handle, pipe, plan.shutdownGrace, platform)).pipe(
      Effect.andThen(endRest),
      // What still holds a pipe open is not waited for longer than what hangs in the kernel.
      Effect.andThen(inRealTime(Effect.timeoutOption(pipe.drained, leftovers.killLimit)))
    )
  )

  const transport = Transport.of({
    send: (message) => {
      const line = formatLine(message)
      return line === undefined ? Effect.fail(new EncodeFailed()) : Effect.asVoid(Queue.offer(pipe.outgoing, line))
    },
    messages: Stream.fromQueue(pipe.incoming),
    stderr: Effect.sync(pipe.tail.lines)
  })
  const direct: Direct = {
    send: (message) => {
      const line = formatLine(message)
      if (line === undefined) return Effect.fail(new EncodeFailed())
      if (Queue.offerUnsafe(pipe.outgoing, line)) return undefined
      return Effect.flatMap(Queue.offer(pipe.outgoing, line), (isTaken) => (isTaken ? Effect.void : Effect.never))
    },
    receive: pipe.receive
  }
  own(transport)
  return Context.make(
    AppServer,
    AppServer.of({
      pid: handle.pid,
      executable: plan.program,
      stderr: Stream.fromPubSubTake(pipe.stderr),
      stderrTail: Effect.sync(pipe.tail.lines),
      skippedLines: Effect.sync(pipe.skippedLines)
    })
  ).pipe(Context.add(Transport, directs.offer(transport, direct)))
})

/**
 * A process per build of the layer, and the `Transport` over its pipes. `Codex.layer` includes it.
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (options?: Options): Layer.Layer<AppServer | Transport, CodexError, Requirements> =>
  Layer.effectContext(make(options))

// internal

const startError = (reason: Reason) => new CodexError({ method: "AppServer.layer", reason })

/** The system's word for a refusal that was thrown; nothing else of it, since it can quote the arguments. */
const codeOf = (error: unknown): string =>
  Predicate.hasProperty(error, "code") && typeof error.code === "string" ? error.code : "Unknown"

/** The platform's word where it has one of its own, and the system's otherwise. */
const kindOf = (error: string | PlatformError): string => {
  if (typeof error === "string") return error
  const { _tag, cause } = error.reason
  const code = codeOf(cause)
  return _tag === "NotFound" || _tag === "PermissionDenied" || code === "Unknown" ? _tag : code
}

/** Ends the process itself. */
const shutdown = Effect.fnUntraced(function* (
  handle: ChildProcessHandle,
  pipe: pipes.Pipes,
  grace: Duration.Duration,
  platform: Platform
): Effect.fn.Return<void> {
  const exits = (limit: Duration.Duration) =>
    Deferred.await(pipe.exit).pipe(
      Effect.as(true),
      Effect.timeoutOrElse({ duration: limit, orElse: () => Effect.succeed(false) })
    )
  yield* Queue.end(pipe.outgoing)
  if (yield* exits(grace)) return
  // Windows has no groups: the spawner ends the tree, as long as its root still runs.
  if (platform.os === "win32") return yield* Effect.ignore(handle.kill({ forceKillAfter: grace }))
  yield* processGroup.signal(handle.pid, "SIGTERM")
  if (yield* exits(grace)) return
  yield* processGroup.signal(handle.pid, "SIGKILL")
  yield* exits(leftovers.killLimit)
})
