/**
 * Decides which keys have a process, and which calls may use it. It does not know what a process is: `open` starts one.
 * `turnGate.ts` limits the turns on them.
 *
 * Not on `RcMap`, although that counts references and ends what is idle: there, idle entries count toward the capacity
 * and a full map fails. Here a call waits, an idle process gives its place to another key, and a place is free only
 * after its process has ended.
 *
 * States of a call:
 *
 * - `waiting`: no process of its key may serve it now. Left when it is next, when it is interrupted, or when the pool
 *   closes.
 * - `served`: it keeps its process in use, which may still be starting. Left when its scope closes, or at once if the
 *   process does not start.
 *
 * States of a process:
 *
 * - `starting`: left when `open` is done. A failure fails the calls that it serves, and no others.
 * - `ready`: in use while it serves a call or runs a turn, otherwise idle. Left when it has been idle for
 *   `idleTimeToLive`, at once if it is idle while another key needs its place, when the connection ends, or when the
 *   pool closes. An idle process that is starting is ended for the same reasons.
 * - `closing`: it serves no further call, and keeps its place until it has ended.
 *
 * While another key needs a place, a process serves at most `maxCallsPerKey` more calls and then becomes idle. So a key
 * with calls that never pause cannot keep the others out.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { CodexError, PoolClosed, Saturated } from "../../CodexError.ts"
import type { Admission } from "../session/admission.ts"
import * as deaths from "./deaths.ts"
import { FairQueue } from "./fairQueue.ts"
import { type ConnectionAdmission, type Limits as TurnLimits, TurnGate } from "./turnGate.ts"

/** Limits of the pool. */
export interface Limits extends TurnLimits {
  readonly maxProcesses: number
  readonly maxCallsPerKey: number
  readonly idleTimeToLive: Duration.Duration
}

/** A process that has started. */
export interface Opened<S> {
  readonly services: S
  /** Waits until its connection has ended. */
  readonly ended: Effect.Effect<void>
}

/** Starts a process, which lives as long as the scope. */
export type Open<K, S, E> = (key: K, admission: Admission) => Effect.Effect<Opened<S>, E, Scope.Scope>

/** A key with its process and calls. */
export interface KeyStats<K> {
  readonly key: K
  readonly state: "none" | "starting" | "idle" | "inUse" | "closing"
  readonly calls: number
  readonly waiting: number
  readonly turns: number
  readonly waitingTurns: number
}

/** The processes of a pool. */
export interface Processes<K, S, E> {
  /** Waits for a process of this key, and uses it until the scope closes. */
  readonly get: (key: K) => Effect.Effect<S, E | CodexError, Scope.Scope>
  /** Uses the process of this key without waiting, if it has one that serves a call of this caller already. */
  readonly join: (key: K) => Effect.Effect<Option.Option<S>, never, Scope.Scope>
  /** All keys that have a process, or calls that wait for one. */
  readonly keys: () => ReadonlyArray<KeyStats<K>>
  readonly gate: TurnGate<object>
  /** Serves no further call. */
  readonly refuse: Effect.Effect<void>
  /** Ends all processes concurrently, and waits for that. */
  readonly endAll: Effect.Effect<void>
}

/** Creates a pool without processes. Its background work ends with the scope; call `endAll` before. */
export const make = Effect.fnUntraced(function* <K, S, E>(
  open: Open<K, S, E>,
  limits: Limits
): Effect.fn.Return<Processes<K, S, E>, never, Scope.Scope> {
  const run = yield* FiberSet.makeRuntime()
  const tenants = MutableHashMap.empty<K, Tenant<K, S, E>>()
  const queue = new FairQueue<Tenant<K, S, E>, Call<K, S, E>>({
    total: limits.maxWaiting,
    perKey: limits.maxWaitingPerKey
  })
  const gate = new TurnGate<object>(limits)
  // In the order in which they became idle.
  const idle = new Set<Process<S, E>>()
  let places = 0
  let closing = 0
  let isClosed = false
  let isServing = false

  const tenantOf = (key: K): Tenant<K, S, E> => {
    const known = Option.getOrUndefined(MutableHashMap.get(tenants, key))
    if (known !== undefined) return known
    const tenant: Tenant<K, S, E> = { key, process: undefined, deaths: deaths.none }
    MutableHashMap.set(tenants, key, tenant)
    return tenant
  }

  const forgetIfUnused = (tenant: Tenant<K, S, E>): void => {
    if (tenant.process === undefined && tenant.deaths === deaths.none && queue.sizeOf(tenant) === 0) {
      MutableHashMap.remove(tenants, tenant.key)
    }
  }

  // Serves every call that may be served, and makes room for those that need a place.
  const serve = (): void => {
    if (isServing) return
    isServing = true
    let call: Call<K, S, E> | undefined
    do {
      const isContended = missing() > 0
      call = queue.next((tenant) => canServe(tenant, isContended))
      if (call !== undefined) give(call, isContended)
    } while (call !== undefined)
    let needed = missing() - closing
    for (const process of idle) {
      if (needed-- <= 0) break
      end(process)
    }
    isServing = false
  }

  /** How many keys need a place while there is none. */
  const missing = (): number => {
    if (places < limits.maxProcesses) return 0
    let count = 0
    for (const { deaths, process } of queue.keys()) {
      if (!deaths.isPausing && (process === undefined || process.state === "closing")) count++
    }
    return count
  }

  const canServe = ({ deaths, process }: Tenant<K, S, E>, isContended: boolean): boolean => {
    if (process === undefined) return places < limits.maxProcesses && !deaths.isPausing
    return (
      process.state !== "closing" &&
      process.calls < limits.maxCallsPerKey &&
      (!isContended || process.servedInRow < limits.maxCallsPerKey)
    )
  }

  const give = (call: Call<K, S, E>, isContended: boolean): void => {
    const process = call.tenant.process ?? start(call.tenant)
    process.servedInRow = isContended ? process.servedInRow + 1 : 1
    take(process, call)
    queueMicrotask(() => Deferred.doneUnsafe(call.granted, Exit.succeed(process)))
  }

  const take = (process: Process<S, E>, call: Call<K, S, E>): void => {
    call.process = process
    process.calls++
    noteUse(process)
  }

  const start = (tenant: Tenant<K, S, E>): Process<S, E> => {
    places++
    const process: Process<S, E> = {
      state: "starting",
      calls: 0,
      servedInRow: 0,
      started: Deferred.makeUnsafe(),
      gone: Deferred.makeUnsafe(),
      scope: Scope.makeUnsafe(),
      admission: gate.connection(tenant, () => {
        noteUse(process)
        // It may have become idle, and another key may need its place.
        serve()
      }),
      life: undefined,
      timer: undefined,
      onGone: () => {
        places--
        closing--
        tenant.process = undefined
        forgetIfUnused(tenant)
        serve()
      }
    }
    tenant.process = process
    process.life = run(live(tenant, process))
    return process
  }

  /** The life of a process from its start to the end of its connection. */
  const live = (tenant: Tenant<K, S, E>, process: Process<S, E>): Effect.Effect<void> =>
    // Yield first, so that nothing of it runs while calls are being served.
    Effect.andThen(Effect.yieldNow, open(tenant.key, process.admission)).pipe(
      Scope.provide(process.scope),
      Effect.onExit((exit) => Effect.sync(() => noteStart(tenant, process, exit))),
      Effect.matchCauseEffect({ onSuccess: ({ ended }) => ended, onFailure: () => Effect.void }),
      Effect.andThen(
        Effect.sync(() => {
          if (process.state === "ready") noteLoss(tenant, process)
        })
      )
    )

  const noteStart = (
    tenant: Tenant<K, S, E>,
    process: Process<S, E>,
    exit: Exit.Exit<Opened<S>, E | CodexError>
  ): void => {
    // It is being ended, for another reason.
    if (process.state === "closing") return
    if (Exit.isSuccess(exit)) {
      process.state = "ready"
      Deferred.doneUnsafe(process.started, Exit.succeed(exit.value.services))
      return
    }
    noteDeath(tenant)
    end(process, Exit.failCause(exit.cause))
  }

  const noteLoss = (tenant: Tenant<K, S, E>, process: Process<S, E>): void => {
    noteDeath(tenant)
    end(process)
    const { key } = tenant
    run(
      Effect.annotateLogs(Effect.logWarning(lost(tenant.deaths.count)), typeof key === "string" ? { poolKey: key } : {})
    )
  }

  const noteDeath = (tenant: Tenant<K, S, E>): void => {
    const noted = deaths.after(tenant.deaths)
    tenant.deaths = noted
    run(
      Effect.map(deaths.pass(noted, serve), () => {
        // Another death has been noted in the meantime.
        if (tenant.deaths !== noted) return
        tenant.deaths = deaths.none
        forgetIfUnused(tenant)
      })
    )
  }

  const noteUse = (process: Process<S, E>): void => {
    if (process.state === "closing") return
    if (process.calls > 0 || process.admission.running() > 0) {
      idle.delete(process)
      process.timer?.interruptUnsafe()
      process.timer = undefined
      return
    }
    if (idle.has(process)) return
    idle.add(process)
    if (Duration.isZero(limits.idleTimeToLive)) return end(process)
    if (!Duration.isFinite(limits.idleTimeToLive)) return
    process.timer = run(
      Effect.andThen(
        Effect.sleep(limits.idleTimeToLive),
        Effect.sync(() => {
          process.timer = undefined
          if (idle.has(process)) end(process)
        })
      )
    )
  }

  /** Ends a process. `exit` is for calls that wait for its start. */
  const end = (process: Process<S, E>, exit: Exit.Exit<never, E | CodexError> = closed): void => {
    if (process.state === "closing") return
    process.state = "closing"
    closing++
    idle.delete(process)
    process.timer?.interruptUnsafe()
    process.timer = undefined
    process.admission.end()
    // Later, because a waiting call is resumed immediately.
    queueMicrotask(() => Deferred.doneUnsafe(process.started, exit))
    run(
      Effect.gen(function* () {
        yield* Effect.yieldNow
        if (process.life !== undefined) yield* Fiber.interrupt(process.life)
        const exit = yield* Effect.exit(Scope.close(process.scope, Exit.void))
        if (Exit.isFailure(exit)) yield* Effect.logWarning(unclean, exit.cause)
        process.onGone()
        yield* Deferred.succeed(process.gone, undefined)
      }).pipe(Effect.uninterruptible)
    )
  }

  const leave = (call: Call<K, S, E>): void => {
    if (call.isLeft) return
    call.isLeft = true
    const { process, tenant } = call
    if (process === undefined) queue.leave(tenant, call)
    else {
      process.calls--
      noteUse(process)
    }
    serve()
    forgetIfUnused(tenant)
  }

  const isLive = (process: Process<S, E> | undefined): process is Process<S, E> =>
    process !== undefined && process.state !== "closing"

  /** Waits for the start of the process of a call, and uses it until the scope closes. */
  const use = (
    restore: Restore,
    call: Call<K, S, E>,
    process: Effect.Effect<Process<S, E>, CodexError>
  ): Effect.Effect<S, E | CodexError, Scope.Scope> =>
    restore(Effect.flatMap(process, ({ started }) => Deferred.await(started))).pipe(
      Effect.onError(() => Effect.sync(() => leave(call))),
      Effect.tap(() => Effect.addFinalizer(() => Effect.sync(() => leave(call))))
    )

  return {
    gate,
    get: (key) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.suspend(() => {
          if (isClosed) return closed
          const call = makeCall(tenantOf(key))
          const excess = queue.excess(call.tenant)
          queue.join(call.tenant, call)
          serve()
          if (call.process !== undefined || excess === undefined) {
            return use(restore, call, Deferred.await(call.granted))
          }
          leave(call)
          const reason = new Saturated({ ...excess, waitingFor: "process" })
          return Effect.fail(new CodexError({ method, reason }))
        })
      ),
    join: (key) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.suspend(() => {
          const tenant = Option.getOrUndefined(MutableHashMap.get(tenants, key))
          if (tenant === undefined || !isLive(tenant.process)) return Effect.succeedNone
          const call = makeCall(tenant)
          take(tenant.process, call)
          // It serves a call, so it has started; if it has been ended since, the services say so.
          return Effect.option(use(restore, call, Effect.succeed(tenant.process)))
        })
      ),
    keys: () =>
      Array.from(tenants, ([key, tenant]) => ({
        key,
        state: stateOf(tenant.process, idle),
        calls: tenant.process?.calls ?? 0,
        waiting: queue.sizeOf(tenant),
        turns: gate.runningOf(tenant),
        waitingTurns: gate.waitingOf(tenant)
      })),
    refuse: Effect.sync(() => {
      isClosed = true
      for (const call of queue.remove()) {
        queueMicrotask(() => Deferred.doneUnsafe(call.granted, closed))
      }
    }),
    endAll: Effect.suspend(() => {
      const all = Array.from(tenants, ([, { process }]) => process).filter((process) => process !== undefined)
      for (const process of all) end(process)
      return Effect.forEach(all, ({ gone }) => Deferred.await(gone), { discard: true })
    })
  }
})

// internal

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

interface Tenant<K, S, E> {
  readonly key: K
  process: Process<S, E> | undefined
  deaths: deaths.Deaths
}

interface Process<S, E> {
  state: "starting" | "ready" | "closing"
  /** How many calls it serves. */
  calls: number
  /** How many calls it has served since no other key needed a place. */
  servedInRow: number
  readonly started: Deferred.Deferred<S, E | CodexError>
  readonly gone: Deferred.Deferred<void>
  readonly scope: Scope.Closeable
  readonly admission: ConnectionAdmission
  life: Fiber.Fiber<void> | undefined
  /** Ends it when it has been idle for too long. */
  timer: Fiber.Fiber<void> | undefined
  readonly onGone: () => void
}

interface Call<K, S, E> {
  readonly tenant: Tenant<K, S, E>
  readonly granted: Deferred.Deferred<Process<S, E>, CodexError>
  process: Process<S, E> | undefined
  isLeft: boolean
}

const makeCall = <K, S, E>(tenant: Tenant<K, S, E>): Call<K, S, E> => ({
  tenant,
  granted: Deferred.makeUnsafe(),
  process: undefined,
  isLeft: false
})

const method = "CodexPool.get"

const closed = Exit.fail(new CodexError({ method, reason: new PoolClosed() }))

const stateOf = <S, E>(
  process: Process<S, E> | undefined,
  idle: ReadonlySet<Process<S, E>>
): KeyStats<unknown>["state"] => {
  if (process === undefined) return "none"
  if (process.state !== "ready") return process.state
  return idle.has(process) ? "idle" : "inUse"
}

const lost = (count: number): string =>
  `The app-server of a key ended without being asked to${count > 1 ? `, ${count} times in a row` : ""}. Its calls failed with \`ConnectionClosed\`; other keys are not affected. The next call of the key starts a new process.`

const unclean = "The process of a key has ended, but a finalizer of its scope failed."
