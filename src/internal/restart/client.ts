/**
 * The client over a supervisor: each method uses the connection of now, and waits for one if there is none. So a
 * `Codex`, a `Thread` or a handler that holds this client outlives the process. `supervisor.ts` has the states.
 *
 * A single call can move to the next connection as long as it was not sent. What consists of several calls asks for
 * its connection first (`client/onConnection.ts`), and then stays there.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { AppServer } from "../../AppServer.ts"
import * as CodexClient from "../../CodexClient.ts"
import { CodexError, RequestTimeout } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import type { Transport } from "../../Transport.ts"
import * as clientOptions from "../client/clientOptions.ts"
import * as healths from "../client/health.ts"
import { wasNotSent } from "../client/onConnection.ts"
import * as subscribing from "../client/subscribing.ts"
import { unsent } from "../errors/connectionReasons.ts"
import * as monotonic from "../monotonic.ts"
import type { Connections } from "../session/connections.ts"
import type { Session } from "../session/session.ts"
import * as servers from "./appServer.ts"
import * as restartOptions from "./restartOptions.ts"
import * as supervisors from "./supervisor.ts"

/** Starts the process and supervises it. `connect` starts one process, or opens one connection, in its scope. */
export const make = Effect.fnUntraced(function* <R>(
  connect: Effect.Effect<Context.Context<Transport>, CodexError, R | Scope.Scope>,
  options: CodexClient.Options,
  restart: restartOptions.Input
): Effect.fn.Return<Context.Context<CodexClient.CodexClient | AppServer>, CodexError, R | Scope.Scope> {
  const checked = yield* clientOptions.check(options)
  const policy = yield* Effect.mapError(restartOptions.check(restart), failedAt("Codex.layer"))
  const supervisor = yield* supervisors.make(connect, options, policy)
  const clock = yield* Clock.Clock
  return Context.make(CodexClient.CodexClient, clientOf(supervisor, clock, checked.requestTimeout)).pipe(
    Context.add(AppServer, servers.make(supervisor))
  )
})

// internal

const clientOf = (
  supervisor: supervisors.Supervisor,
  clock: Clock.Clock,
  requestTimeout: Duration.Duration
): CodexClient.CodexClient => {
  const { carried, comebacks } = supervisor

  /** What is left of a limit. A moment is always left, so that the call itself reports the timeout. */
  const rest = (limit: Duration.Duration, since: number): Duration.Duration =>
    Duration.max(Duration.subtract(limit, Duration.millis(monotonic.millis(clock) - since)), Duration.millis(1))

  /** Waits for a connection with the thread, without a limit. */
  const awaited = (method: string, threadId: string | undefined): Effect.Effect<CodexClient.Client, CodexError> =>
    Effect.suspend(() => {
      const down = supervisor.down()
      if (down !== undefined) return Effect.fail(laterCall(method, down))
      const now = supervisor.current()
      if (now === undefined) return Effect.andThen(supervisor.change, awaited(method, threadId))
      if (threadId === undefined || !comebacks.isAway(now.client, threadId)) return Effect.succeed(now.client)
      return Effect.catch(comebacks.resume(now.client, threadId), (error) =>
        // The connection ended meanwhile. A resume can be repeated.
        error.reason._tag === "ConnectionClosed" && supervisor.current() !== now ? Effect.void : Effect.fail(error)
      ).pipe(Effect.andThen(awaited(method, threadId)))
    })

  const limited = (method: string, threadId: string | undefined, limit: Duration.Duration) => {
    const waiting = awaited(method, threadId)
    if (!Duration.isFinite(limit)) return waiting
    const reason = new RequestTimeout({ timeout: limit, sent: false })
    return Effect.timeoutOrElse(waiting, {
      duration: limit,
      orElse: () => Effect.fail(new CodexError({ method, reason }))
    })
  }

  /** The connection, if a call can be made immediately. */
  const readyNow = (threadId: string | undefined): CodexClient.Client | undefined => {
    const client = supervisor.current()?.client
    return client === undefined || (threadId !== undefined && comebacks.isAway(client, threadId)) ? undefined : client
  }

  /** Makes a call on the connection of now, or on a later one if it was not sent. Its time is counted from the call. */
  const call = <A, O extends { readonly timeout?: Duration.Input | undefined }>(
    method: string,
    params: unknown,
    options: O | undefined,
    use: (client: CodexClient.Client, options: O | undefined) => Effect.Effect<A, CodexError>,
    withTimeout: (timeout: Duration.Duration) => O
  ): Effect.Effect<A, CodexError> => {
    const threadId = threadOf(method, params)
    const given = options?.timeout === undefined ? Option.none() : Duration.fromInput(options.timeout)
    // An invalid limit is reported by the connection.
    const limit = Option.getOrElse(given, () => requestTimeout)
    const later = (since: number): Effect.Effect<A, CodexError> =>
      Effect.suspend(() =>
        Effect.flatMap(limited(method, threadId, rest(limit, since)), (client) =>
          Effect.catchIf(
            use(client, Duration.isFinite(limit) ? withTimeout(rest(limit, since)) : options),
            wasNotSent,
            () => later(since)
          )
        )
      )
    return Effect.suspend(() => {
      const since = monotonic.millis(clock)
      const client = readyNow(threadId)
      return client === undefined ? later(since) : Effect.catchIf(use(client, options), wasNotSent, () => later(since))
    })
  }

  const notify: CodexClient.Client["notify"] = (method) =>
    Effect.flatMap(limited(method, undefined, requestTimeout), (client) =>
      Effect.catchIf(client.notify(method), wasNotSent, () => notify(method))
    )

  const session = sessionOf(supervisor)

  const subscribe = subscribing.subscribe(supervisor.listeners.listen)

  const connections: Connections<CodexClient.Client> = {
    ready: (method, threadId) =>
      Effect.suspend(() => {
        const client = readyNow(threadId)
        return client === undefined ? limited(method, threadId, requestTimeout) : Effect.succeed(client)
      }),
    forget: (threadId) => {
      const isHere = supervisor.current()?.client["~session"].find(threadId)?.isSubscribed === true
      return !isHere && comebacks.forget(threadId)
    }
  }

  const request: CodexClient.Client["request"] = (method, ...[params, options]) =>
    call(
      method,
      params,
      options,
      // Type boundary: the arguments are those of this method, with another limit.
      (client, options) => client.request(method, ...([params, options] as CodexClient.CallArgs<typeof method>)),
      (timeout) => ({ ...options, timeout })
    )

  return CodexClient.CodexClient.of({
    get metadata() {
      return supervisor.latest().client.metadata
    },
    request,
    requestRaw: (method, params, options) =>
      call(
        method,
        params,
        options,
        (client, options) => client.requestRaw(method, params, options),
        (timeout) => ({ ...options, timeout })
      ),
    notify,
    notifications: Stream.unwrap(subscribe),
    subscribe,
    inFlight: Effect.suspend(() => supervisor.latest().client.inFlight),
    unreadable: Effect.sync(carried.unreadable.counts),
    decisions: carried.decisions.stream,
    openRequests: Effect.suspend(() => supervisor.current()?.client.openRequests ?? Effect.succeed([])),
    ...healths.of(supervisor.health),
    "~session": session,
    "~connections": connections
  })
}

/** The session of the current connection. Its listeners outlive it. */
const sessionOf = (supervisor: supervisors.Supervisor): Session => {
  const latest = (): Session => supervisor.latest().client["~session"]
  return {
    logins: supervisor.carried.logins,
    admission: latest().admission,
    listen: supervisor.listeners.listen,
    ended: () => supervisor.down()?.reason,
    find: (threadId) => latest().find(threadId),
    open: (threadId) => latest().open(threadId),
    close: (threadId, closed) => {
      supervisor.comebacks.forget(threadId)
      latest().close(threadId, closed)
    },
    release: (record) => latest().release(record),
    fork: (effect, options) => Effect.suspend(() => latest().fork(effect, options)),
    nextKey: () => latest().nextKey(),
    size: () => latest().size(),
    // The reader loop calls the session of its connection.
    onNotification: () => {},
    onEnd: () => {}
  }
}

const laterCall = (method: string, { reason }: CodexError): CodexError =>
  new CodexError({ method, reason: reason._tag === "ConnectionClosed" ? unsent(reason) : reason })

/** The thread that a call needs on its connection, if it needs one. */
const threadOf = (method: string, params: unknown): string | undefined => {
  if (unloaded.has(method) || !Predicate.isReadonlyObject(params)) return undefined
  const { threadId } = params
  return typeof threadId === "string" ? threadId : undefined
}

// The methods that load a thread themselves, or that the server answers for a thread that it has not loaded.
const unloaded: ReadonlySet<string> = new Set([
  "thread/archive",
  "thread/delete",
  "thread/goal/get",
  "thread/read",
  "thread/resume",
  "thread/unarchive",
  "thread/unsubscribe"
])
