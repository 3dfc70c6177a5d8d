/**
 * The client that people use: starts and resumes threads, and reaches every other method. One per app-server. The process is `AppServer`'s, the
 * protocol `CodexClient`'s.
 *
 * @since 0.169.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type * as Stream from "effect/Stream"
import * as AppServer from "./AppServer.ts"
import * as Approval from "./Approval.ts"
import * as CodexClient from "./CodexClient.ts"
import { CodexError } from "./CodexError.ts"
import type { ClientRequests } from "./generated/methods.ts"
import type { PersonalityParam, ThreadSource, ThreadStartSource } from "./generated/types.ts"
import * as turns from "./internal/turns.ts"
import type { Notification } from "./Notification.ts"
import * as Sandbox from "./Sandbox.ts"
import * as Thread from "./Thread.ts"

/**
 * Settings of the process and of the connection. Everything is optional.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options extends AppServer.Options, CodexClient.Options {}

/**
 * Settings of a thread that is started or resumed. Nothing is sent for what is left out.
 *
 * @category models
 * @since 0.169.0
 */
export interface ThreadOptions {
  /** Replaces Codex's own instructions. */
  readonly baseInstructions?: string | undefined
  /** Codex configuration for this thread: `{ model_reasoning_effort: "high" }`. `null` values are sent. */
  readonly config?: { readonly [key: string]: unknown } | undefined
  /** The working folder. Default: the process's. */
  readonly cwd?: string | undefined
  /** Added to the instructions. */
  readonly developerInstructions?: string | undefined
  readonly model?: string | undefined
  readonly modelProvider?: string | undefined
  readonly personality?: PersonalityParam | undefined
  /** What Codex may touch without asking. Default: as configured. */
  readonly sandbox?: Sandbox.Sandbox | undefined
  readonly serviceTier?: string | undefined
}

/**
 * Settings of a new thread.
 *
 * @category models
 * @since 0.169.0
 */
export interface StartThreadOptions extends ThreadOptions {
  /** Who decides about escalations. Default: `auto_review`. */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /** Keep nothing of the thread: it can't be resumed or forked. Default: `false`. */
  readonly ephemeral?: boolean | undefined
  readonly serviceName?: string | undefined
  readonly sessionStartSource?: ThreadStartSource | undefined
  readonly threadSource?: ThreadSource | undefined
}

/**
 * Settings of a resumed thread.
 *
 * @category models
 * @since 0.169.0
 */
export interface ResumeThreadOptions extends ThreadOptions {
  /** Who decides about escalations. Default: as the thread has it. */
  readonly approvalMode?: Approval.ApprovalMode | undefined
  /** Whether the reply holds the whole history. It can be very large. Default: `false`. */
  readonly includeTurns?: boolean | undefined
}

/**
 * Client of one app-server.
 *
 * @category services
 * @since 0.169.0
 */
export class Codex extends Context.Service<
  Codex,
  {
    /** What the server said of itself: name, version, home, platform. */
    readonly metadata: CodexClient.Metadata
    /** Starts a new conversation. */
    startThread(options?: StartThreadOptions): Effect.Effect<Thread.Thread, CodexError>
    /** Goes on with a conversation that was kept. On a thread that the server has loaded, the options are ignored by it. */
    resumeThread(threadId: string, options?: ResumeThreadOptions): Effect.Effect<Thread.Thread, CodexError>
    /** Calls any method of the protocol, typed. */
    request<M extends keyof ClientRequests>(
      method: M,
      ...args: CodexClient.CallArgs<M>
    ): Effect.Effect<ClientRequests[M]["result"], CodexError>
    /** Every notification of the server from the moment the stream runs. */
    readonly notifications: Stream.Stream<Notification, CodexError>
  }
>()("effect-codex/Codex") {}

/**
 * The facade over a client.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make: Effect.Effect<Codex["Service"], never, CodexClient.CodexClient> = Effect.gen(function* () {
  const client = yield* CodexClient.CodexClient
  const connection: Thread.Connection = { client, turns: turns.make(client) }

  return Codex.of({
    metadata: client.metadata,
    startThread: Effect.fn("Codex.startThread")(function* (options = {}) {
      const params = yield* threadParams("thread/start", options, options.approvalMode ?? "auto_review")
      const reply = yield* client.request("thread/start", {
        ...params,
        ephemeral: options.ephemeral,
        serviceName: options.serviceName,
        sessionStartSource: options.sessionStartSource,
        threadSource: options.threadSource
      })
      return Thread.make(connection, reply)
    }),
    resumeThread: Effect.fn("Codex.resumeThread")(function* (threadId, options = {}) {
      const params = yield* threadParams("thread/resume", options, options.approvalMode)
      const reply = yield* client.request("thread/resume", {
        ...params,
        threadId,
        excludeTurns: options.includeTurns !== true
      })
      return Thread.make(connection, reply)
    }),
    request: client.request,
    notifications: client.notifications
  })
})

/**
 * `Codex` over a `CodexClient` that you provide.
 *
 * @category layers
 * @since 0.169.0
 */
export const layerNoDeps: Layer.Layer<Codex, never, CodexClient.CodexClient> = Layer.effect(Codex, make)

/**
 * A process, a connection to it, and the client over both. Building it starts the process and does the handshake; the end of its scope ends the
 * process.
 *
 * **Details**
 *
 * `CodexClient` and `AppServer` are given too, for those who need more than the facade. Options that make no sense, a missing binary, and a
 * server that doesn't start fail the layer with a `CodexError`.
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (
  options?: Options
): Layer.Layer<
  Codex | CodexClient.CodexClient | AppServer.AppServer,
  CodexError,
  ChildProcessSpawner | FileSystem.FileSystem | Path.Path
> => layerNoDeps.pipe(Layer.provideMerge(CodexClient.layer(options)), Layer.provideMerge(AppServer.layer(options)))

/**
 * `layer` with options read from the configuration.
 *
 * **Details**
 *
 * Read are `CODEX_EXECUTABLE`, `CODEX_HOME`, `CODEX_CWD`, `CODEX_REQUEST_TIMEOUT`, `CODEX_START_TIMEOUT`, `CODEX_SHUTDOWN_GRACE` (durations
 * such as `30 seconds`), `CODEX_MAX_IN_FLIGHT`, `CODEX_MAX_LINE_BYTES` and `CODEX_EXPERIMENTAL_API`, each optional. What `options` says comes
 * first.
 *
 * @category layers
 * @since 0.169.0
 */
export const layerConfig = (
  options?: Options
): Layer.Layer<
  Codex | CodexClient.CodexClient | AppServer.AppServer,
  CodexError | Config.ConfigError,
  ChildProcessSpawner | FileSystem.FileSystem | Path.Path
> => Layer.unwrap(Effect.map(configured, (settings) => layer({ ...settings, ...options })))

// internal

const configured = Config.all({
  executable: Config.String("CODEX_EXECUTABLE"),
  codexHome: Config.String("CODEX_HOME"),
  cwd: Config.String("CODEX_CWD"),
  requestTimeout: Config.Duration("CODEX_REQUEST_TIMEOUT"),
  startTimeout: Config.Duration("CODEX_START_TIMEOUT"),
  shutdownGrace: Config.Duration("CODEX_SHUTDOWN_GRACE"),
  maxInFlight: Config.Number("CODEX_MAX_IN_FLIGHT"),
  maxLineBytes: Config.Number("CODEX_MAX_LINE_BYTES"),
  experimentalApi: Config.Boolean("CODEX_EXPERIMENTAL_API")
})

const threadParams = Effect.fnUntraced(
  function* (method: string, options: ThreadOptions, mode: Approval.ApprovalMode | undefined) {
    return {
      ...(yield* Approval.toParams(mode)),
      ...(yield* Sandbox.toThreadParams(options.sandbox)),
      baseInstructions: options.baseInstructions,
      config: options.config,
      cwd: options.cwd,
      developerInstructions: options.developerInstructions,
      model: options.model,
      modelProvider: options.modelProvider,
      personality: options.personality,
      serviceTier: options.serviceTier
    }
  },
  (effect, method) => Effect.mapError(effect, (reason) => new CodexError({ method, reason }))
)
