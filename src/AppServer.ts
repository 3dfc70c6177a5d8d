/**
 * The `codex app-server` process as a scoped resource, and the `Transport` over its pipes.
 *
 * It handles bytes, lines and signals, but not calls: `CodexClient` does the handshake and everything after it.
 *
 * States of the process:
 *
 * - `running`: entered when the process is spawned. Left when the process exits, its output ends or fails, a write
 *   fails, a line exceeds the limit, or the scope closes.
 * - `ending`: entered on one of these events. Delivers the remaining output and waits up to one second for the exit
 *   status and stderr, because an exit explains more than an end of output or a failed write.
 * - `ended`: `messages` fails with the one reason. Stdin is closed, which also releases blocked senders. Later
 *   output is read and dropped, so that the process cannot block on it.
 *
 * Release, from any state: close stdin and wait `shutdownGrace`, send SIGTERM to the process group and wait
 * `shutdownGrace`, then send SIGKILL to the group. Release never fails and always ends, whatever the handlers of the
 * connection do. Interrupted handlers have the same grace, and the wait for them is last. If this program is itself
 * killed, stdin closes and the server exits on its own.
 *
 * With `registry`, a file names the server until its processes have ended. If this program is killed, the next start
 * ends what is left (`reaper.ts`).
 *
 * Processes that the server left running are ended as soon as its exit is seen, within the scope or when it closes
 * (`leftovers.ts`). Later another process can have the server's id, so the id is not used any more.
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
import * as closing from "./internal/connection/closing.ts"
import * as directs from "./internal/connection/direct.ts"
import type { Direct } from "./internal/connection/direct.ts"
import { formatLine } from "./internal/connection/framing.ts"
import * as leftovers from "./internal/process/leftovers.ts"
import * as launch from "./internal/process/launch.ts"
import * as pipes from "./internal/process/pipes.ts"
import * as processGroup from "./internal/process/processGroup.ts"
import * as processTable from "./internal/process/processTable.ts"
import * as registration from "./internal/process/registration.ts"
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
 * **Example** (Watching the process)
 *
 * ```ts
 * import { Console, Effect, Stream } from "effect"
 * import { AppServer } from "effect-codex"
 *
 * const program = Effect.gen(function* () {
 *   const server = yield* AppServer.AppServer
 *   yield* Console.log(server.pid, server.executable)
 *   yield* Effect.forkScoped(Stream.runForEach(server.stderr, (line) => Effect.logDebug(line)))
 * })
 * ```
 *
 * @category services
 * @since 0.169.0
 */
export interface AppServer {
  readonly pid: number
  /** The path of the running binary. */
  readonly executable: string
  /**
   * The lines that the process writes to stderr from now on. Ends with the process.
   *
   * Control characters are removed, and known secrets are masked. A slow reader misses the oldest lines.
   */
  readonly stderr: Stream.Stream<string>
  /** The last lines of stderr: at most 200, and at most 64 KiB. */
  readonly stderrTail: Effect.Effect<ReadonlyArray<string>>
  /** How many lines of stdout were not a JSON object. */
  readonly skippedLines: Effect.Effect<number>
}

/**
 * The service: `yield* AppServer` gives one, and a layer provides it.
 *
 * @category services
 * @since 0.169.0
 */
export const AppServer: Context.Service<AppServer, AppServer> = /*#__PURE__*/ Context.Service<AppServer, AppServer>(
  "effect-codex/AppServer"
)

/**
 * The services that starting a process needs. `NodeServices.layer` of `@effect/platform-node` provides them.
 *
 * @category models
 * @since 0.171.0
 */
export type Requirements = ChildProcessSpawner | FileSystem.FileSystem | Path.Path

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
  // Registered first, so that it runs last: handlers have their grace, and the process is ended in any case.
  const own = yield* closing.ofProcess(plan.shutdownGrace)
  // A separate scope, to close it at the exit: its release signals the group by the id of a process that has ended.
  const processScope = yield* Scope.fork(yield* Effect.scope)
  if (plan.registry !== undefined)
    yield* Effect.mapError(registration.prepare(plan.registry, plan.shutdownGrace), startError)
  const others = yield* processTable.existing
  const handle = yield* spawner
    .spawn(
      ChildProcess.make(plan.program, plan.args, {
        cwd: plan.cwd,
        env: plan.env,
        extendEnv: false,
        // The release below ends the group itself. This only bounds the spawner's own release after it.
        forceKillAfter: "100 millis"
      })
    )
    .pipe(
      Scope.provide(processScope),
      // Node throws for some failures (E2BIG), which the spawner does not expect.
      Effect.catchDefect((error) => Effect.fail(codeOf(error))),
      Effect.mapError((error) => startError(new SpawnFailed({ executable: plan.program, kind: kindOf(error) })))
    )
  const pipe = yield* pipes.connect(handle, {
    maxLineBytes: plan.maxLineBytes,
    mask: makeMask(plan.secrets)
  })
  const server = { pid: handle.pid, start: processTable.read(handle.pid)?.start ?? 0, mark: plan.mark, others }
  const unregister =
    plan.registry === undefined ? Effect.void : yield* registration.add(plan.registry, server, plan.env)
  // The group is ended here, so the spawner need not wait for its defunct members.
  const releaseHandle = Effect.andThen(Effect.ignore(handle.unref), Scope.close(processScope, Exit.void))
  const endRest = yield* Effect.cached(
    Effect.gen(function* () {
      if (platform.os !== "win32") {
        // The group's number stays reserved while the group has members. If it is empty, release the handle now, not
        // later.
        if (processGroup.isEmpty(handle.pid)) yield* releaseHandle
        yield* leftovers.end(server, plan.shutdownGrace)
      }
      yield* releaseHandle
      yield* unregister
    }).pipe(inRealTime, Effect.uninterruptible)
  )
  yield* Effect.forkScoped(Effect.andThen(Deferred.await(pipe.exit), endRest))
  // Registered last, so that it runs first: the pipes are still drained while the process ends.
  yield* Effect.acquireRelease(Effect.void, () =>
    inRealTime(shutdown(handle, pipe, server, plan.shutdownGrace, platform)).pipe(
      Effect.andThen(endRest),
      // If a process still holds a pipe open, wait for it only as long as for one that hangs in the kernel.
      Effect.andThen(
        Effect.suspend(() =>
          pipe.isDrained() ? Effect.void : inRealTime(Effect.timeoutOption(pipe.drained, leftovers.killLimit))
        )
      )
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
    pid: handle.pid,
    send: (message) => {
      const line = formatLine(message)
      if (line === undefined) return Effect.fail(new EncodeFailed())
      if (Queue.offerUnsafe(pipe.outgoing, line)) return undefined
      return Effect.flatMap(Queue.offer(pipe.outgoing, line), (isTaken) => (isTaken ? Effect.void : Effect.never))
    },
    finish: () => void Queue.endUnsafe(pipe.outgoing),
    receive: pipe.receive
  }
  own(transport)
  return Context.make(
    AppServer,
    AppServer.of({
      pid: handle.pid,
      executable: plan.program,
      stderr: pipe.stderr,
      stderrTail: Effect.sync(pipe.tail.lines),
      skippedLines: Effect.sync(pipe.skippedLines)
    })
  ).pipe(Context.add(Transport, directs.offer(transport, direct)))
})

/**
 * Starts a process for each build of the layer, and provides the `Transport` over its pipes. Part of `Codex.layer`.
 *
 * **Example** (Starting another binary)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { AppServer, Codex, CodexClient } from "effect-codex"
 *
 * const live = Codex.layerNoDeps.pipe(
 *   Layer.provide(CodexClient.layer()),
 *   Layer.provide(AppServer.layer({ executable: "/opt/codex/bin/codex", shutdownGrace: "5 seconds" })),
 *   Layer.provide(NodeServices.layer)
 * )
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (options?: Options): Layer.Layer<AppServer | Transport, CodexError, Requirements> =>
  Layer.effectContext(make(options))

// internal

const startError = (reason: Reason) => new CodexError({ method: "AppServer.layer", reason })

/** Returns the system's code of a thrown error. The rest of the error can quote the arguments. */
const codeOf = (error: unknown): string =>
  Predicate.hasProperty(error, "code") && typeof error.code === "string" ? error.code : "Unknown"

/** Returns the platform's name of the error if there is one, and otherwise the system's code. */
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
  server: leftovers.Exited,
  grace: Duration.Duration,
  platform: Platform
): Effect.fn.Return<void> {
  const exits = (limit: Duration.Duration) =>
    Deferred.await(pipe.exit).pipe(
      Effect.as(true),
      Effect.timeoutOrElse({ duration: limit, orElse: () => Effect.succeed(false) })
    )
  yield* Queue.end(pipe.outgoing)
  if (Deferred.isDoneUnsafe(pipe.exit)) return
  // The writer closes stdin first.
  yield* Effect.yieldNow
  yield* leftovers.prepare(server)
  if (yield* exits(grace)) return
  // Windows has no groups: the spawner ends the tree while its root still runs.
  if (platform.os === "win32") return yield* Effect.ignore(handle.kill({ forceKillAfter: grace }))
  yield* processGroup.signal(handle.pid, "SIGTERM")
  if (yield* exits(grace)) return
  yield* processGroup.signal(handle.pid, "SIGKILL")
  yield* exits(leftovers.killLimit)
})
