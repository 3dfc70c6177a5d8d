/**
 * The client that people use: starts and resumes threads, and reaches every other method. One per app-server. The process is `AppServer`'s, the
 * protocol `CodexClient`'s.
 *
 * @since 0.169.0
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Stream from "effect/Stream"
import type { AccountMethods } from "./Account.ts"
import * as AppServer from "./AppServer.ts"
import * as CodexClient from "./CodexClient.ts"
import { CodexError } from "./CodexError.ts"
import type * as DynamicTools from "./DynamicTools.ts"
import * as CodexHome from "./CodexHome.ts"
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
import * as settings from "./internal/settings.ts"
import * as listing from "./internal/client/listing.ts"
import * as search from "./internal/client/search.ts"
import * as localFolders from "./internal/input/localFolders.ts"
import * as localImages from "./internal/input/localImages.ts"
import * as paging from "./internal/client/paging.ts"
import type { Connection } from "./internal/thread/threadConnection.ts"
import * as threadHandle from "./internal/thread/threadHandle.ts"
import * as threadOpening from "./internal/thread/threadOpening.ts"
import type {
  ForkThreadOptions,
  ResumeOrStartOptions,
  ResumeThreadOptions,
  StartThreadOptions
} from "./internal/thread/threadOptions.ts"
import type { Notification } from "./Notification.ts"
import type * as ServerRequests from "./ServerRequests.ts"
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
 * Settings of the process and of the connection. Everything is optional.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options extends AppServer.Options, CodexClient.Options {}

/**
 * Which threads are listed, in what order, and how many to a page: the protocol's own fields. `null` for `sectionId` and `projectId` means
 * "in none", and leaving them out "in any".
 *
 * @category models
 * @since 0.169.0
 */
export interface ListThreadsOptions extends ThreadListParams {}

/**
 * What is searched for (`searchTerm`), in which threads, and in what order: the protocol's own fields.
 *
 * @category models
 * @since 0.171.0
 */
export interface SearchThreadsOptions extends ThreadSearchParams {}

/**
 * Which models are listed, and how many to a page. Hidden ones only with `includeHidden`.
 *
 * @category models
 * @since 0.169.0
 */
export interface ListModelsOptions extends ModelListParams {}

/**
 * Client of one app-server.
 *
 * @category services
 * @since 0.169.0
 */
export interface Codex extends AccountMethods {
  /** What the server said of itself: name, version, home, platform. */
  readonly metadata: CodexClient.Metadata
  /**
   * Starts a new conversation. It belongs to no scope: see `Thread.scoped`. What its tools require is required here. `InvalidInput` and `InvalidOptions`
   * come before anything is sent; `ConfigurationInvalid` (`config`, an unknown `modelProvider`) and `ExperimentalApiRequired` (tools) from the server.
   */
  startThread<T extends DynamicTools.Tools = never>(
    options?: StartThreadOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /**
   * Goes on with a conversation that was kept. On a thread that the server has loaded, the options are ignored by it.
   *
   * Fails with `RolloutNotFound` if nothing of it was kept, with `ThreadArchived`, and with `ActiveWriter` if another process has it open.
   */
  resumeThread<T extends DynamicTools.Tools = never>(
    threadId: string,
    options?: ResumeThreadOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /**
   * Resumes a thread, or starts a new one if there is none to resume: no id, no such thread, or one on which no turn ever ran. Every other failure
   * stays one. The thread that comes back has the id that was asked for if it was resumed, and another if it is new.
   */
  resumeOrStart<T extends DynamicTools.Tools = never>(
    threadId: string | undefined,
    options?: ResumeOrStartOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /** A new thread with another's history so far. Fails with `RolloutNotFound` if nothing of that was kept. */
  forkThread<T extends DynamicTools.Tools = never>(
    threadId: string,
    options?: ForkThreadOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /** One page of the threads that are kept, newest first unless `sortDirection` says otherwise. */
  listThreads(options?: ListThreadsOptions): Effect.Effect<ThreadListResponse, CodexError>
  /** All of them, asked for page by page as they are taken; `limit` is the size of a page. */
  threads(options?: ListThreadsOptions): Stream.Stream<ThreadRecord, CodexError>
  /**
   * The threads that hold a text, each once, over all pages; `limit` is the size of a page. Interrupting the stream ends
   * the search. Matches come as the server finds them, where it tells them early (codex 0.171.0 or later), else page by
   * page. Experimental: needs `experimentalApi`, and codex 0.139.0 or later.
   *
   * The server's cursors have whole seconds. Where more threads than fit on a page are from the same second, some are
   * left out; with `sortDirection: "asc"` and the server's page size (no `limit`) that takes over 100 in a second.
   */
  searchThreads(options: SearchThreadsOptions): Stream.Stream<ThreadSearchResult, CodexError>
  /**
   * Puts a thread away; a turn that runs on it is interrupted. Its handles fail with `ThreadNotFound` from then on. Fails with `RolloutNotFound` if
   * there is no such thread, or if it is archived already.
   */
  archiveThread(threadId: string): Effect.Effect<void, CodexError>
  /** Takes a thread out of the archive and resumes it. Fails with `RolloutNotFound` if it isn't there. */
  unarchiveThread<T extends DynamicTools.Tools = never>(
    threadId: string,
    options?: ResumeThreadOptions<T>
  ): Effect.Effect<Thread.Thread, CodexError, DynamicTools.Requirements<T>>
  /** Deletes a thread for good. Fails with `RolloutNotFound` if there is none, and with `RequestRejected` as long as it has forks. */
  deleteThread(threadId: string): Effect.Effect<void, CodexError>
  /** The ids of the threads that the server has loaded. */
  readonly loadedThreads: Effect.Effect<ReadonlyArray<string>, CodexError>
  /** One page of the models that can be chosen. */
  listModels(options?: ListModelsOptions): Effect.Effect<ModelListResponse, CodexError>
  /** All of them, asked for page by page as they are taken; `limit` is the size of a page. */
  models(options?: ListModelsOptions): Stream.Stream<Model, CodexError>
  /** Calls any method of the protocol, typed. */
  request<M extends keyof ClientRequests>(
    method: M,
    ...args: CodexClient.CallArgs<M>
  ): Effect.Effect<ClientRequests[M]["result"], CodexError>
  /** Every notification of the server from the moment the stream runs. */
  readonly notifications: Stream.Stream<Notification, CodexError>
  /** How each request of the server was answered, from the moment the stream runs; it ends with the connection. */
  readonly decisions: Stream.Stream<ServerRequests.Decision>
  /** The requests of the server that wait for an answer now, the oldest first. At most 1024: past that, the oldest is declined. */
  readonly openRequests: Effect.Effect<ReadonlyArray<ServerRequests.OpenRequest>>
  /**
   * How many replies and notifications came in a form that this version cannot read, by method: not zero only if the
   * server is another version than this package. What could be read of them was delivered. Each method is logged once.
   */
  readonly unreadable: Effect.Effect<ReadonlyMap<string, number>>
}

/**
 * The service: `yield* Codex` gives one, and a layer provides it.
 *
 * @category services
 * @since 0.169.0
 */
export const Codex: Context.Service<Codex, Codex> = /*#__PURE__*/ Context.Service<Codex, Codex>("effect-codex/Codex")

/**
 * The facade over a client.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make: Effect.Effect<Codex, never, CodexClient.CodexClient> = Effect.gen(function* () {
  const client = yield* CodexClient.CodexClient
  const connection: Connection = {
    client,
    inspectImage: yield* localImages.LocalImages,
    checkFolder: yield* localFolders.LocalFolders
  }

  const listThreads = (options?: ListThreadsOptions) => listing.threads(client, options)
  const listModels = (options?: ListModelsOptions) => listing.models(client, options)

  return Codex.of({
    metadata: client.metadata,
    startThread: (options) => Effect.withSpan(threadOpening.start(connection, options), "Codex.startThread"),
    resumeThread: (threadId, options) =>
      Effect.withSpan(threadOpening.resume(connection, threadId, options), "Codex.resumeThread"),
    resumeOrStart: (threadId, options) =>
      Effect.withSpan(threadOpening.resumeOrStart(connection, threadId, options), "Codex.resumeOrStart"),
    forkThread: (threadId, options) =>
      Effect.withSpan(threadHandle.fork(connection, threadId, options), "Codex.forkThread"),
    listThreads: Effect.fn("Codex.listThreads")(listThreads),
    searchThreads: (options) => search.search(client, options),
    threads: (options) => paging.elements((cursor) => listThreads({ ...options, cursor }), options?.cursor),
    archiveThread: Effect.fn("Codex.archiveThread")(function* (threadId) {
      yield* client.request("thread/archive", { threadId })
    }),
    unarchiveThread: (threadId, options) =>
      Effect.withSpan(threadOpening.unarchive(connection, threadId, options), "Codex.unarchiveThread"),
    deleteThread: Effect.fn("Codex.deleteThread")(function* (threadId) {
      yield* client.request("thread/delete", { threadId })
    }),
    loadedThreads: Stream.runCollect(
      paging.elements((cursor) => client.request("thread/loaded/list", { cursor }), undefined)
    ).pipe(Effect.withSpan("Codex.loadedThreads")),
    listModels: Effect.fn("Codex.listModels")(listModels),
    models: (options) => paging.elements((cursor) => listModels({ ...options, cursor }), options?.cursor),
    ...accountMethods.make(client),
    request: client.request,
    notifications: client.notifications,
    decisions: client.decisions,
    openRequests: client.openRequests,
    unreadable: client.unreadable
  })
})

/**
 * `Codex` over a `CodexClient` that you provide. Image files and working folders are not
 * checked before they are sent: they can be on another machine.
 *
 * **Gotchas**
 *
 * Like every layer it is built but once. For a second connection in the same program, use `Layer.fresh(Codex.layerNoDeps)`.
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
 * `CodexClient` and `AppServer` are given too, for those who need more than the facade. Options that make no sense or that there aren't, a
 * missing binary, and a server that doesn't start fail the layer with a `CodexError`.
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
> =>
  Layer.unwrap(
    settings.known(options, names).pipe(
      Effect.mapError((reason) => new CodexError({ method: "Codex.layer", reason })),
      Effect.andThen(CodexHome.settings(options ?? {})),
      Effect.map(layerOf)
    )
  )

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
> =>
  Layer.unwrap(
    Effect.map(configured(), (found) => {
      // `undefined` says nothing, here as everywhere.
      const said = Object.entries(options ?? {}).filter(([, value]) => value !== undefined)
      return layer({ ...found, ...Object.fromEntries(said) })
    })
  )

// internal

const names: settings.Names<Options> = { ...processOptions.names, ...connectionOptions.names }

const layerOf = (options: Options) => {
  const ofConnection = settings.pick(options, connectionOptions.names)
  // A layer of its own, since `layerNoDeps` is built but once, and would give a second `Codex` the first one's connection.
  return Layer.effect(Codex, make).pipe(
    // The process is on this machine, and so are the files that it is told of.
    Layer.provide(Layer.merge(localFolders.layer, localImages.layer)),
    Layer.provideMerge(CodexClient.layer(ofConnection)),
    Layer.provideMerge(AppServer.layer(settings.pick(options, processOptions.names))),
    // First, so that nothing is started where the options of the connection make no sense.
    Layer.provide(Layer.effectDiscard(CodexClient.validate(ofConnection)))
  )
}
