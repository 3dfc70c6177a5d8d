/**
 * The main client: starts and resumes threads, and calls every other method of one app-server.
 *
 * Use `AppServer` to control the process, and `CodexClient` to use the protocol directly.
 *
 * **Example** (Running one turn)
 *
 * ```ts
 * import { NodeRuntime, NodeServices } from "@effect/platform-node"
 * import { Console, Effect, Option } from "effect"
 * import { Codex } from "effect-codex"
 *
 * const program = Effect.gen(function* () {
 *   const codex = yield* Codex.Codex
 *   const thread = yield* codex.startThread({ sandbox: "readOnly" })
 *   const result = yield* thread.run("What does this repository do? Answer in one sentence.")
 *   yield* Console.log(Option.getOrElse(result.finalResponse, () => "no answer"))
 * })
 *
 * program.pipe(Effect.provide(Codex.layer()), Effect.provide(NodeServices.layer), NodeRuntime.runMain)
 * ```
 *
 * @since 0.169.0
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { AccountMethods } from "./Account.ts"
import * as AppServer from "./AppServer.ts"
import * as CodexClient from "./CodexClient.ts"
import type { CodexError } from "./CodexError.ts"
import { failedAt } from "./internal/errors/failedAt.ts"
import type * as DynamicTools from "./DynamicTools.ts"
import type { ClientRequests } from "./generated/methods.ts"
import type {
  Model,
  ModelListParams,
  ModelListResponse,
  Thread as ThreadRecord,
  ThreadListParams,
  ThreadListResponse,
  ThreadSearchParams,
  ThreadSearchResult
} from "./generated/types.ts"
import * as accountMethods from "./internal/account/methods.ts"
import * as connectionOptions from "./internal/client/clientOptions.ts"
import { configured } from "./internal/configuration.ts"
import * as processOptions from "./internal/process/options.ts"
import * as supervised from "./internal/restart/client.ts"
import * as settings from "./internal/settings.ts"
import * as listing from "./internal/client/listing.ts"
import * as search from "./internal/client/search.ts"
import * as localFolders from "./internal/input/localFolders.ts"
import * as localImages from "./internal/input/localImages.ts"
import * as paging from "./internal/client/paging.ts"
import { called } from "./internal/errors/callSite.ts"
import * as efforts from "./internal/thread/efforts.ts"
import { checkId, type Connection } from "./internal/thread/threadConnection.ts"
import * as threadHandle from "./internal/thread/threadHandle.ts"
import * as threadOpening from "./internal/thread/threadOpening.ts"
import type {
  ForkThreadOptions,
  ResumeOrStartOptions,
  ResumeThreadOptions,
  StartThreadOptions
} from "./internal/thread/threadOptions.ts"
import type { Notification } from "./internal/client/notifications.ts"
import type * as ServerRequests from "./ServerRequests.ts"
import type * as Restart from "./Restart.ts"
import type * as Thread from "./Thread.ts"

export type {
  ForkThreadOptions,
  ResumeOrStartOptions,
  ResumeThreadOptions,
  StartThreadOptions,
  ThreadOptions,
  ToolsOptions
} from "./internal/thread/threadOptions.ts"

/**
 * Options of the process and of the connection. All are optional.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options extends AppServer.Options, CodexClient.Options {
  /**
   * Starts the process again when it ends without being asked to: a `Schedule`, such as `Restart.policy`, or
   * `Restart.Options`. Default: it is not started again, and everything fails with `ConnectionClosed`.
   *
   * Handles, streams and handlers then outlive the process. See `Restart`.
   */
  readonly restart?: Restart.Input | undefined
}

/**
 * Filters, order and page size of a thread list: the protocol's own fields, with `pageSize` for its `limit`.
 *
 * `null` for `sectionId` or `projectId` selects threads that have none. Omit the field to select all threads.
 *
 * @category models
 * @since 0.169.0
 */
export interface ListThreadsOptions extends listing.Paged<ThreadListParams> {}

/**
 * The text to search for (`searchTerm`), the threads to search, and the order: the protocol's own fields, with
 * `pageSize` for its `limit`.
 *
 * @category models
 * @since 0.171.0
 */
export interface SearchThreadsOptions extends listing.Paged<ThreadSearchParams> {}

/**
 * Filters and page size of a model list. Hidden models are listed only with `includeHidden`.
 *
 * @category models
 * @since 0.169.0
 */
export interface ListModelsOptions extends listing.Paged<ModelListParams> {}

/**
 * A client of one app-server.
 *
 * **Example** (Using the client in a service of your own)
 *
 * ```ts
 * import { Context, Effect, Layer } from "effect"
 * import { Codex, type CodexError } from "effect-codex"
 *
 * interface Titles {
 *   readonly latest: Effect.Effect<ReadonlyArray<string>, CodexError.CodexError>
 * }
 *
 * const Titles = Context.Service<Titles, Titles>("app/Titles")
 *
 * const layer = Layer.effect(
 *   Titles,
 *   Effect.map(Codex.Codex, (codex) => ({
 *     latest: Effect.map(codex.listThreads({ pageSize: 10 }), ({ data }) => data.map((thread) => thread.preview))
 *   }))
 * )
 * ```
 *
 * @category services
 * @since 0.169.0
 */
export interface Codex extends AccountMethods {
  /**
   * The server's description of itself: name, version, Codex home and platform. That of the current process, if it was
   * started again.
   */
  readonly metadata: CodexClient.Metadata
  /**
   * Starts a new thread.
   *
   * The thread is not tied to a scope: see `Thread.scoped`. This call requires what its tools require. It fails with
   * `InvalidInput` or `InvalidOptions` before anything is sent. The server fails it with `ConfigurationInvalid`
   * (`config`, an unknown `modelProvider`) or `ExperimentalApiRequired` (tools).
   *
   * **Example** (Starting a thread in a directory)
   *
   * ```ts
   * import { Effect } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const program = Effect.gen(function* () {
   *   const codex = yield* Codex.Codex
   *   const thread = yield* codex.startThread({
   *     cwd: "/srv/repository",
   *     sandbox: "workspaceWrite",
   *     approvalMode: "denyAll"
   *   })
   *   return yield* thread.run("Fix the failing test.")
   * })
   * ```
   */
  startThread<T extends DynamicTools.Tools = never>(
    options?: StartThreadOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /**
   * Resumes a saved thread. If the server has already loaded it, the server ignores the options.
   *
   * Fails with `RolloutNotFound` if the thread was never saved, with `ThreadArchived`, and with `ActiveWriter` if
   * another process has it open.
   *
   * **Example** (Continuing a conversation)
   *
   * ```ts
   * import { Effect } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const program = (threadId: string) =>
   *   Effect.gen(function* () {
   *     const codex = yield* Codex.Codex
   *     const thread = yield* codex.resumeThread(threadId)
   *     return yield* thread.run("And what is left to do?")
   *   }).pipe(
   *     Effect.catchReason("CodexError", "RolloutNotFound", () => Effect.fail("There is no such conversation."))
   *   )
   * ```
   */
  resumeThread<T extends DynamicTools.Tools = never>(
    threadId: string,
    options?: ResumeThreadOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /**
   * Resumes a thread, or starts a new one if there is none to resume.
   *
   * A new thread is started if the id is `undefined`, if no such thread exists, or if the thread never ran a turn.
   * All other failures still fail the call. To see which case applied, compare the ids: a resumed thread has the
   * requested id.
   *
   * **Example** (Keeping one thread for each user)
   *
   * ```ts
   * import { Effect } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const threads = new Map<string, string>()
   *
   * const threadOf = (user: string) =>
   *   Effect.gen(function* () {
   *     const codex = yield* Codex.Codex
   *     const thread = yield* codex.resumeOrStart(threads.get(user))
   *     threads.set(user, thread.id)
   *     return thread
   *   })
   * ```
   */
  resumeOrStart<T extends DynamicTools.Tools = never>(
    threadId: string | undefined,
    options?: ResumeOrStartOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /**
   * Starts a new thread with a copy of another's history. Fails with `RolloutNotFound` if that was never saved.
   *
   * **Example** (Trying a second approach)
   *
   * ```ts
   * import { Effect } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const program = (threadId: string) =>
   *   Effect.gen(function* () {
   *     const codex = yield* Codex.Codex
   *     const other = yield* codex.forkThread(threadId)
   *     return yield* other.run("Solve it without a new dependency.")
   *   })
   * ```
   */
  forkThread<T extends DynamicTools.Tools = never>(
    threadId: string,
    options?: ForkThreadOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /** Returns one page of the saved threads, newest first unless `sortDirection` changes that. */
  listThreads(options?: ListThreadsOptions): Effect.Effect<ThreadListResponse, CodexError>
  /**
   * Streams all saved threads and requests each page when it is needed.
   *
   * **Example** (Listing the threads of a directory)
   *
   * ```ts
   * import { Console, Effect, Stream } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const program = Effect.gen(function* () {
   *   const codex = yield* Codex.Codex
   *   yield* codex.threads({ cwd: "/srv/repository" }).pipe(
   *     Stream.take(20),
   *     Stream.runForEach((thread) => Console.log(thread.id, thread.preview))
   *   )
   * })
   * ```
   */
  threads(options?: ListThreadsOptions): Stream.Stream<ThreadRecord, CodexError>
  /**
   * Streams the threads that contain a text, each once, over all pages.
   *
   * With codex 0.171.0 or later, a match is emitted as soon as the server finds it. Otherwise matches arrive page by
   * page. Interrupting the stream ends the search. Experimental: needs `experimentalApi`, and codex 0.139.0 or
   * later.
   *
   * The server's cursors have a resolution of one second. If the threads of one second do not fit on a page, some
   * are left out. With `sortDirection: "asc"` and the server's page size (no `pageSize`), that takes more than 100
   * threads in a second.
   */
  searchThreads(options: SearchThreadsOptions): Stream.Stream<ThreadSearchResult, CodexError>
  /**
   * Archives a thread and interrupts its running turn.
   *
   * Its handles then fail with `ThreadNotFound`. Fails with `RolloutNotFound` if the thread does not exist or is
   * already archived.
   */
  archiveThread(threadId: string): Effect.Effect<void, CodexError>
  /** Unarchives a thread and resumes it. Fails with `RolloutNotFound` if it is not in the archive. */
  unarchiveThread<T extends DynamicTools.Tools = never>(
    threadId: string,
    options?: ResumeThreadOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /**
   * Deletes a thread permanently.
   *
   * Fails with `RolloutNotFound` if the thread does not exist, and with `RequestRejected` while it has forks.
   */
  deleteThread(threadId: string): Effect.Effect<void, CodexError>
  /** The ids of the threads that the server has loaded. */
  readonly loadedThreads: Effect.Effect<ReadonlyArray<string>, CodexError>
  /** Returns one page of the available models. */
  listModels(options?: ListModelsOptions): Effect.Effect<ModelListResponse, CodexError>
  /**
   * Streams all available models and requests each page when it is needed.
   *
   * **Example** (Choosing the default model)
   *
   * ```ts
   * import { Effect, Stream } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const program = Effect.gen(function* () {
   *   const codex = yield* Codex.Codex
   *   const model = yield* codex.models().pipe(
   *     Stream.filter(({ isDefault }) => isDefault),
   *     Stream.runHead
   *   )
   *   return model
   * })
   * ```
   */
  models(options?: ListModelsOptions): Stream.Stream<Model, CodexError>
  /**
   * Calls any method of the protocol, with typed parameters and results.
   *
   * **Example** (Calling a method that has no wrapper)
   *
   * ```ts
   * import { Effect } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const program = Effect.gen(function* () {
   *   const codex = yield* Codex.Codex
   *   const { data } = yield* codex.request("mcpServerStatus/list", {})
   *   return data.map(({ name }) => name)
   * })
   * ```
   */
  request<M extends keyof ClientRequests>(
    method: M,
    ...args: CodexClient.CallArgs<M>
  ): Effect.Effect<ClientRequests[M]["result"], CodexError>
  /** Whether the process runs, and if not, why. */
  readonly health: Effect.Effect<CodexClient.Health>
  /** The current health, then each change. Ends after `Down`. */
  readonly healthChanges: Stream.Stream<CodexClient.Health>
  /**
   * Fails with the cause when there is no process any more, and does not end before.
   *
   * Race a program with it to end the program then: `Effect.raceFirst(program, codex.awaitDown)`.
   */
  readonly awaitDown: Effect.Effect<never, CodexError>
  /**
   * Every notification of the server from the moment the stream runs. If the process is started again, the stream
   * continues with a `~restarted` event.
   *
   * **Example** (Logging warnings of the server)
   *
   * ```ts
   * import { Effect, Stream } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const program = Effect.gen(function* () {
   *   const codex = yield* Codex.Codex
   *   yield* codex.notifications.pipe(
   *     Stream.filter((notification) => notification.method === "warning"),
   *     Stream.runForEach(({ params }) => Effect.logWarning(params.message))
   *   )
   * })
   * ```
   */
  readonly notifications: Stream.Stream<Notification, CodexError>
  /**
   * How each server request was answered, from the moment the stream runs. Ends with the connection.
   *
   * **Example** (Keeping an audit log)
   *
   * ```ts
   * import { Effect, Stream } from "effect"
   * import { Codex } from "effect-codex"
   *
   * const program = Effect.gen(function* () {
   *   const codex = yield* Codex.Codex
   *   yield* codex.decisions.pipe(
   *     Stream.runForEach(({ decision, method, rule }) => Effect.logInfo("answered", { decision, method, rule })),
   *     Effect.forkScoped
   *   )
   * })
   * ```
   */
  readonly decisions: Stream.Stream<ServerRequests.Decision>
  /**
   * The server requests that are waiting for an answer, oldest first.
   *
   * At most 1024 can be open. Beyond that, the oldest is declined.
   */
  readonly openRequests: Effect.Effect<ReadonlyArray<ServerRequests.OpenRequest>>
  /**
   * How many replies and notifications did not match the schema of this version, by method.
   *
   * The counts are zero unless the server has a different version than this package. The readable parts are still
   * delivered. Each method is logged once.
   */
  readonly unreadable: Effect.Effect<ReadonlyMap<string, number>>
}

/**
 * The `Codex` service: `yield* Codex` returns the client that a layer provides.
 *
 * @category services
 * @since 0.169.0
 */
export const Codex: Context.Service<Codex, Codex> = /*#__PURE__*/ Context.Service<Codex, Codex>("effect-codex/Codex")

/**
 * The services that `layer` provides.
 *
 * @category models
 * @since 0.171.0
 */
export type Services = Codex | CodexClient.CodexClient | AppServer.AppServer

/**
 * Creates a `Codex` from a `CodexClient`.
 *
 * **Example** (Logging the version of the server)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { Codex } from "effect-codex"
 *
 * const layer = Layer.effect(
 *   Codex.Codex,
 *   Effect.tap(Codex.make, (codex) => Effect.logInfo("connected", codex.metadata.version))
 * )
 * ```
 *
 * @category constructors
 * @since 0.169.0
 */
export const make: Effect.Effect<Codex, never, CodexClient.CodexClient> = Effect.gen(function* () {
  const client = yield* CodexClient.CodexClient
  const connection: Connection = {
    client,
    inspectImage: yield* localImages.LocalImages,
    checkFolder: yield* localFolders.LocalFolders,
    checkedEfforts: efforts.make()
  }

  const listThreads = (options?: ListThreadsOptions) => listing.threads(client, options)
  const listModels = (options?: ListModelsOptions) => listing.models(client, options)

  return Codex.of({
    get metadata() {
      return client.metadata
    },
    startThread: (options) => called(threadOpening.start(connection, options), "Codex.startThread"),
    resumeThread: (threadId, options) =>
      called(threadOpening.resume(connection, threadId, options), "Codex.resumeThread"),
    resumeOrStart: (threadId, options) =>
      called(threadOpening.resumeOrStart(connection, threadId, options), "Codex.resumeOrStart"),
    forkThread: (threadId, options) => called(threadHandle.fork(connection, threadId, options), "Codex.forkThread"),
    listThreads: Effect.fn("Codex.listThreads")(listThreads),
    searchThreads: (options) => search.search(client, options),
    threads: (options) => paging.elements((cursor) => listThreads({ ...options, cursor }), options?.cursor),
    archiveThread: Effect.fn("Codex.archiveThread")(function* (threadId) {
      yield* checkedId("thread/archive", threadId)
      yield* client.request("thread/archive", { threadId })
    }),
    unarchiveThread: (threadId, options) =>
      called(threadOpening.unarchive(connection, threadId, options), "Codex.unarchiveThread"),
    deleteThread: Effect.fn("Codex.deleteThread")(function* (threadId) {
      yield* checkedId("thread/delete", threadId)
      yield* client.request("thread/delete", { threadId })
    }),
    loadedThreads: Stream.runCollect(
      paging.elements((cursor) => client.request("thread/loaded/list", { cursor }), undefined)
    ).pipe(Effect.withSpan("Codex.loadedThreads")),
    listModels: Effect.fn("Codex.listModels")(listModels),
    models: (options) => paging.elements((cursor) => listModels({ ...options, cursor }), options?.cursor),
    ...accountMethods.make(client),
    request: client.request,
    health: client.health,
    healthChanges: client.healthChanges,
    awaitDown: client.awaitDown,
    notifications: client.notifications,
    decisions: client.decisions,
    openRequests: client.openRequests,
    unreadable: client.unreadable
  })
})

/**
 * Provides `Codex` from a `CodexClient` that you provide.
 *
 * Image files and working directories are not checked before they are sent, because they can be on another machine.
 *
 * **Gotchas**
 *
 * Layers are memoized. For a second connection in the same program, use `Layer.fresh(Codex.layerNoDeps)`.
 *
 * **Example** (Connecting over a transport of your own)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { Codex, CodexClient, Transport } from "effect-codex"
 *
 * const connected = (transport: Transport.Transport) =>
 *   Codex.layerNoDeps.pipe(
 *     Layer.provide(CodexClient.layer({ requestTimeout: "10 seconds" })),
 *     Layer.provide(Transport.layer(Effect.succeed(transport)))
 *   )
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layerNoDeps: Layer.Layer<Codex, never, CodexClient.CodexClient> = Layer.effect(Codex, make)

/**
 * Starts an app-server, connects to it and provides `Codex`. The process ends when the scope closes.
 *
 * **Details**
 *
 * The layer also provides `CodexClient` and `AppServer`, for what `Codex` does not cover. It fails with a
 * `CodexError` if an option is invalid or unknown, if the codex binary is missing, or if the server does not start.
 *
 * **Example** (Starting the server of a service)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { Codex } from "effect-codex"
 *
 * const live = Codex.layer({
 *   cwd: "/srv/repository",
 *   requestTimeout: "30 seconds",
 *   config: { model: "gpt-5.1-codex", web_search: "disabled" }
 * }).pipe(Layer.provide(NodeServices.layer))
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (options?: Options): Layer.Layer<Services, CodexError, AppServer.Requirements> =>
  Layer.unwrap(
    settings.known(options, names).pipe(
      Effect.mapError(failedAt("Codex.layer")),
      Effect.map(() => layerOf(options ?? {}))
    )
  )

/**
 * `layer` with options that are read from the configuration.
 *
 * **Details**
 *
 * All of these keys are optional: `CODEX_EXECUTABLE`, `CODEX_HOME`, `CODEX_CWD`, `CODEX_REQUEST_TIMEOUT`,
 * `CODEX_START_TIMEOUT`, `CODEX_SHUTDOWN_GRACE` (durations such as `30 seconds`), `CODEX_REGISTRY`,
 * `CODEX_MAX_IN_FLIGHT`, `CODEX_MAX_LINE_BYTES` and `CODEX_EXPERIMENTAL_API`. Values in `options` take precedence.
 *
 * **Example** (Reading the settings from the environment)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { ConfigProvider, Layer } from "effect"
 * import { Codex } from "effect-codex"
 *
 * // CODEX_HOME=/srv/codex CODEX_REQUEST_TIMEOUT="30 seconds" node main.js
 * const live = Codex.layerFromConfig({ cwd: "/srv/repository" }).pipe(Layer.provide(NodeServices.layer))
 *
 * const test = live.pipe(
 *   Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ CODEX_HOME: "/srv/codex" })))
 * )
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layerFromConfig = (
  options?: Options
): Layer.Layer<Services, CodexError | Config.ConfigError, AppServer.Requirements> =>
  Layer.unwrap(
    Effect.map(configured(), (found) => {
      // `undefined` means "not set", as for every option.
      const said = Object.entries(options ?? {}).filter(([, value]) => value !== undefined)
      return layer({ ...found, ...Object.fromEntries(said) })
    })
  )

// internal

const checkedId = (method: string, threadId: string) => Effect.mapError(checkId(threadId), failedAt(method))

const names: settings.Names<Options> = { ...processOptions.names, ...connectionOptions.names, restart: true }

const layerOf = (options: Options) => {
  const ofConnection = settings.pick(options, connectionOptions.names)
  const ofProcess = settings.pick(options, processOptions.names)
  // A separate layer: `layerNoDeps` is memoized, so a second `Codex` would get the first one's connection.
  return Layer.effect(Codex, make).pipe(
    // The process runs on this machine, so the files that it receives as paths are here too.
    Layer.provide(Layer.merge(localFolders.layer, localImages.layer)),
    Layer.provideMerge(
      options.restart === undefined
        ? Layer.provideMerge(CodexClient.layer(ofConnection), AppServer.layer(ofProcess))
        : Layer.effectContext(supervised.make(AppServer.make(ofProcess), ofConnection, options.restart))
    ),
    // Runs first, so that invalid connection options fail before a process is started.
    Layer.provide(Layer.effectDiscard(connectionOptions.check(ofConnection)))
  )
}
