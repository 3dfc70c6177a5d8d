/**
 * Starts a process again when it ends without being asked to, and keeps one connection at a time. `client.ts` is the
 * client that others hold; its operations come here to find their connection. This module does not know what they do.
 *
 * States:
 *
 * - `Starting`: the first process starts. Left by its handshake, or by its failure, which fails the layer and is not
 *   repeated.
 * - `Up`: there is a connection. Left at its end, synchronously, before any call learns of the end: exit, end of
 *   output, write failure, an overdue heartbeat.
 * - `Restarting`: the connection's scope closes first, so that the earlier process has ended and released its threads.
 *   Then comes the delay of the schedule, then the start. A start that fails asks the schedule again. The schedule
 *   begins anew after a process that ran for `resetAfter`.
 * - `Down`: the schedule has ended, or the scope has closed. Final. Everything that waits fails with the cause.
 *
 * What happens to the work of an ended connection:
 *
 * - A call that was sent, a turn and a goal fail with `ConnectionClosed`. Nothing is ever sent again automatically.
 * - A call that was not sent, or is made meanwhile, waits for the next connection, up to its timeout.
 * - Pending logins fail, and open server requests and the handlers and tools that answer them are interrupted.
 * - Kept across connections: listeners, decisions, counts, logins with external tokens (sent again before anything
 *   else), handlers, and the threads with a handle (`session/comebacks.ts`).
 *
 * One fiber runs the processes one after the other, each in its own scope. Closing the outer scope therefore ends it
 * from any state, with the process that runs or starts.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { AppServer } from "../../AppServer.ts"
import * as CodexClient from "../../CodexClient.ts"
import { CodexError, ConnectionClosed } from "../../CodexError.ts"
import type { JsonRpc } from "../connection/jsonRpc.ts"
import { Transport } from "../../Transport.ts"
import { Changing } from "../client/changing.ts"
import type { Health } from "../client/health.ts"
import * as unreadables from "../client/unreadable.ts"
import * as directs from "../connection/direct.ts"
import * as closedReasons from "../errors/connectionReasons.ts"
import * as monotonic from "../monotonic.ts"
import * as decisionsOf from "../serverRequests/decisions.ts"
import { Carried } from "../session/carried.ts"
import { Comebacks } from "../session/comebacks.ts"
import * as logins from "../session/logins.ts"
import { Listeners, restartedOf } from "./listeners.ts"
import * as report from "./report.ts"
import type { Checked } from "./restartOptions.ts"

/** One connection of a supervised client. */
export interface Connected {
  readonly client: CodexClient.Client
  /** The process, if the transport belongs to one. */
  readonly server: AppServer | undefined
}

/** What the client needs of its supervisor. */
export interface Supervisor {
  /** The connection, if there is one now. */
  readonly current: () => Connected | undefined
  /** The connection of now or, meanwhile, the one before. There is one after the first start. */
  readonly latest: () => Connected
  /** Emits the current process, then each later one. */
  readonly servers: Changing<Connected | undefined>
  readonly health: Changing<Health>
  /** Why no connection follows. */
  readonly down: () => CodexError | undefined
  /** Waits for a change of the state, if there is neither a connection nor the end. */
  readonly change: Effect.Effect<void>
  readonly comebacks: Comebacks
  readonly listeners: Listeners
  readonly carried: Pick<Carried, "logins" | "decisions" | "unreadable" | "scope">
}

/** Starts the first process. Fails if that fails. All processes end with the scope. */
export const make = Effect.fnUntraced(function* <R>(
  connect: Effect.Effect<Context.Context<Transport>, CodexError, R | Scope.Scope>,
  options: CodexClient.Options,
  restart: Checked
): Effect.fn.Return<Supervisor, CodexError, R | Scope.Scope> {
  const clock = yield* Clock.Clock
  const health = new Changing<Health>({ _tag: "Starting" })
  const servers = new Changing<Connected | undefined>(undefined)
  const comebacks = new Comebacks(restart.resumeConcurrency)
  const listeners = new Listeners()
  const waiting = new Set<() => void>()
  const started = Deferred.makeUnsafe<Connected, CodexError>()
  let current: Connected | undefined
  let latest: Connected | undefined
  let down: CodexError | undefined
  let attempt = 0
  // Why there is another start. A variable of this function and no parameter of the others: an error keeps the
  // functions that it was created in, with their parameters, so each cause would keep the one before it.
  let cause: CodexError | undefined

  const carried = {
    logins: logins.make(),
    decisions: decisionsOf.make(),
    unreadable: yield* unreadables.make(() => latest?.client.metadata.version ?? ""),
    scope: yield* Effect.scope
  }

  const wake = (): void => {
    for (const resume of waiting) resume()
  }

  const finish = (last: CodexError): void => {
    if (down !== undefined) return
    const { method, reason } = last
    const cause =
      reason._tag === "ConnectionClosed" ? new CodexError({ method, reason: closedReasons.lasting(reason) }) : last
    down = cause
    current = undefined
    health.set({ _tag: "Down", cause })
    health.end()
    servers.end()
    carried.decisions.end()
    listeners.end(cause.reason)
    wake()
  }

  /** Opens a connection, and returns it with what waits for its end. Both live as long as the scope. */
  const open = Effect.gen(function* () {
    const built = yield* connect
    const transport = Context.get(built, Transport)
    const ended = Deferred.makeUnsafe<ConnectionClosed>()
    let rpc: JsonRpc | undefined
    const client = yield* CodexClient.make(options).pipe(
      Effect.provideService(Transport, transport),
      Effect.provideService(Carried, {
        ...carried,
        onOpened: (listen, opened) => {
          rpc = opened
          listeners.opened(listen)
        },
        onLeft: (thread) => comebacks.add(thread),
        onEnd: (reason) => {
          current = undefined
          Deferred.doneUnsafe(ended, Exit.succeed(reason))
        }
      })
    )
    const { again } = carried.logins
    if (again !== undefined && attempt > 0) {
      yield* Effect.catch(client.request("account/login/start", Redacted.value(again)), report.loginFailed)
    }
    const server = Option.getOrUndefined(Context.getOption(built, AppServer))
    const end = (how: ConnectionClosed["end"]) =>
      Effect.map(transport.stderr, (stderr) => rpc?.end({ end: how, stderr }))
    return { client, server, ended, end, pid: directs.of(transport).pid }
  })

  /** Runs one process from its start to its end. Returns why it ended, and the state of the schedule. */
  const runOne = (step: Step) =>
    Effect.gen(function* () {
      const opened = yield* cause === undefined
        ? open
        : // Not as the parent: the spans of later handlers and calls would be in it.
          Effect.useSpan("Codex.restart", { attributes: report.attributes(attempt, cause) }, () => open)
      const { client, end, ended, pid, server } = opened
      const at = monotonic.millis(clock)
      const { version } = client.metadata
      const session = client["~session"]
      if (session.ended() === undefined) {
        comebacks.onConnection()
        const threadIds = comebacks.ids()
        const now: Connected = { client, server }
        latest = now
        current = now
        health.set({ _tag: "Up", pid, since: DateTime.makeUnsafe(clock.currentTimeMillisUnsafe()), version })
        servers.set(now)
        listeners.use(session.listen, cause === undefined ? undefined : restartedOf({ cause, pid, version, threadIds }))
        if (cause === undefined) Deferred.doneUnsafe(started, Exit.succeed(now))
        else yield* report.restarted(attempt, pid, threadIds.length)
        wake()
        if (restart.isAtOnce) yield* Effect.forkScoped(resumeAll(comebacks, client, threadIds))
        if (restart.heartbeat !== undefined) yield* Effect.forkScoped(heartbeat(client, restart.heartbeat, end))
      }
      const reason = yield* Deferred.await(ended)
      const isSteady = monotonic.millis(clock) - at >= Duration.toMillis(restart.resetAfter)
      // Decided before the scope closes, which can take seconds.
      return yield* decide(new CodexError({ method: "CodexClient.layer", reason }), isSteady ? undefined : step)
    })

  /** Asks the schedule what follows a death. */
  const decide = Effect.fnUntraced(function* (death: CodexError, before: Step | undefined) {
    if (down !== undefined) return undefined
    if (before === undefined) attempt = 0
    const step = before ?? (yield* Schedule.toStep(restart.schedule))
    const now = clock.currentTimeMillisUnsafe()
    const delay = yield* Pull.matchEffect(step(now, death), {
      onSuccess: ([, delay]) => Effect.succeed(Option.some(delay)),
      onFailure: Effect.failCause,
      onDone: () => Effect.succeed(Option.none<Duration.Duration>())
    })
    if (Option.isNone(delay)) {
      yield* report.gaveUp(death, attempt)
      finish(death)
      return undefined
    }
    attempt++
    const next = now + Duration.toMillis(delay.value)
    health.set({ _tag: "Restarting", attempt, cause: death, next: DateTime.makeUnsafe(next) })
    yield* report.died(death, attempt, delay.value)
    return { cause: death, next, step }
  })

  const loop = Effect.gen(function* () {
    let step = yield* Schedule.toStep(restart.schedule)
    for (;;) {
      const exit = yield* Effect.exit(Effect.scoped(runOne(step)))
      if (Exit.isFailure(exit) && cause === undefined && latest === undefined) {
        return Deferred.doneUnsafe(started, Exit.failCause(exit.cause))
      }
      const error = Option.getOrUndefined(Exit.findErrorOption(exit))
      const next = Exit.isSuccess(exit)
        ? exit.value
        : error === undefined
          ? yield* Effect.failCause(exit.cause)
          : yield* decide(error, step)
      if (next === undefined) return
      cause = next.cause
      step = next.step
      yield* Effect.sleep(Math.max(0, next.next - clock.currentTimeMillisUnsafe()))
    }
  }).pipe(
    Effect.onExit((exit) =>
      Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)
        ? Effect.andThen(
            Effect.logError("Supervising the process failed; it is not started again.", exit.cause),
            Effect.sync(() => finish(closed()))
          )
        : Effect.void
    )
  )

  yield* Effect.forkScoped(loop)
  // Registered last, so that it runs first: what waits must not wait for the process to end.
  yield* Effect.addFinalizer(() => Effect.sync(() => finish(closed())))
  const first = yield* Deferred.await(started)

  return {
    current: () => current,
    latest: () => latest ?? first,
    servers,
    health,
    down: () => down,
    change: Effect.callback((resume) => {
      if (current !== undefined || down !== undefined) return resume(Effect.void)
      const waiter = () => {
        waiting.delete(waiter)
        // Resuming runs the caller, and must not happen inside of whatever changed the state.
        queueMicrotask(() => resume(Effect.void))
      }
      waiting.add(waiter)
      return Effect.sync(() => waiting.delete(waiter))
    }),
    comebacks,
    listeners,
    carried
  }
})

// internal

type Step = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, CodexError, never, never>>>

const closed = () =>
  new CodexError({
    method: "CodexClient.layer",
    reason: new ConnectionClosed({ end: { _tag: "Closed" }, phase: "running", stderr: [] })
  })

/** Resumes threads in the background. A failure concerns only its thread, and is repeated when that is used. */
const resumeAll = (comebacks: Comebacks, client: CodexClient.Client, threadIds: ReadonlyArray<string>) =>
  Effect.forEach(threadIds, (threadId) => Effect.ignore(comebacks.resume(client, threadId)), {
    concurrency: "unbounded",
    discard: true
  })

/** Calls the server at intervals. Any reply shows that it lives, even a rejection. */
const heartbeat = (
  client: CodexClient.Client,
  { interval, timeout }: NonNullable<Checked["heartbeat"]>,
  end: (how: ConnectionClosed["end"]) => Effect.Effect<void>
) => {
  const beat = client.requestRaw("thread/loaded/list", { limit: 1 }, { timeout, isUrgent: true }).pipe(
    Effect.asVoid,
    Effect.catchReason("CodexError", "RequestTimeout", () => end({ _tag: "Unresponsive", timeout })),
    Effect.ignore
  )
  return Effect.forever(Effect.andThen(Effect.sleep(interval), beat))
}
