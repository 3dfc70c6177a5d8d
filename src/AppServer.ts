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
 * Release, from any state: close stdin, wait `shutdownGrace`; SIGTERM to the process group, wait `shutdownGrace`; SIGKILL to the group. What
 * the server left running in its group is ended too. It never fails and always ends. If this program is itself killed, stdin closes and the
 * server leaves on its own.
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as ChildProcess from "effect/process/ChildProcess"
import { type ChildProcessHandle, ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { CodexError, EncodeFailed, type Reason, SpawnFailed } from "./CodexError.ts"
import { formatLine } from "./internal/framing.ts"
import * as launch from "./internal/process/launch.ts"
import * as pipes from "./internal/process/pipes.ts"
import * as processGroup from "./internal/process/processGroup.ts"
import { inRealTime } from "./internal/realTime.ts"
import { CurrentPlatform, type Platform } from "./internal/process/runtime.ts"
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
      // Of some refusals Node throws (E2BIG), which the spawner doesn't expect.
      Effect.catchDefect((error) => Effect.fail(codeOf(error))),
      Effect.mapError((error) =>
        startError(
          new SpawnFailed({ executable: plan.program, kind: typeof error === "string" ? error : error.reason._tag })
        )
      )
    )
  const pipe = yield* pipes.connect(handle, {
    maxLineBytes: plan.maxLineBytes,
    mask: makeMask(plan.secrets)
  })
  // Registered last, so that it runs first: the pipes are still drained while the process ends.
  yield* Effect.acquireRelease(Effect.void, () => inRealTime(shutdown(handle, pipe, plan.shutdownGrace, platform)))

  return Context.make(
    AppServer,
    AppServer.of({
      pid: handle.pid,
      executable: plan.program,
      stderr: Stream.fromPubSubTake(pipe.stderr),
      stderrTail: Effect.sync(pipe.tail.lines),
      skippedLines: Effect.sync(pipe.skippedLines)
    })
  ).pipe(
    Context.add(
      Transport,
      Transport.of({
        send: (message) => {
          const line = formatLine(message)
          return line === undefined ? Effect.fail(new EncodeFailed()) : Effect.asVoid(Queue.offer(pipe.outgoing, line))
        },
        messages: Stream.fromQueue(pipe.incoming),
        stderr: Effect.sync(pipe.tail.lines)
      })
    )
  )
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

const shutdown = Effect.fnUntraced(function* (
  handle: ChildProcessHandle,
  pipe: pipes.Pipes,
  grace: Duration.Duration,
  platform: Platform
): Effect.fn.Return<void, never, FileSystem.FileSystem> {
  const exits = (limit: Duration.Duration) =>
    Deferred.await(pipe.exit).pipe(
      Effect.as(true),
      Effect.timeoutOrElse({ duration: limit, orElse: () => Effect.succeed(false) })
    )
  yield* Queue.end(pipe.outgoing)
  const left = yield* exits(grace)
  if (platform.os === "win32") {
    // No groups there: the spawner ends the tree, as long as its root still runs.
    if (!left) yield* Effect.ignore(handle.kill({ forceKillAfter: grace }))
    return
  }
  if (!left) {
    yield* processGroup.signalGroup(handle.pid, "SIGTERM")
    if (!(yield* exits(grace))) {
      yield* processGroup.signalGroup(handle.pid, "SIGKILL")
      yield* exits(Duration.seconds(1))
    }
  }
  yield* processGroup.endRemaining(handle.pid, grace)
  // The group is dealt with: the spawner need not wait for its defunct members.
  yield* Effect.ignore(handle.unref)
})
