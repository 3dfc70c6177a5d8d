/**
 * Decides which keys have a process, and which calls use it. `keyProcess.ts` is one process; `turnGate.ts` limits the
 * turns on them.
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
 * Keys are served in turns. While another key needs a place, a process serves at most `maxCallsPerKey` more calls, and
 * is ended when they have left. So a key with calls that never pause cannot keep the others out.
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { CodexError, Saturated } from "../../CodexError.ts"
import type { Admission } from "../session/admission.ts"
import * as deaths from "./deaths.ts"
import { FairQueue } from "./fairQueue.ts"
import { closed, KeyProcess, type Opened } from "./keyProcess.ts"
import { type Limits as TurnLimits, TurnGate } from "./turnGate.ts"

/** Limits of the pool. */
export interface Limits extends TurnLimits {
  readonly maxProcesses: number
  readonly maxCallsPerKey: number
  readonly idleTimeToLive: Duration.Duration
}

/** Starts a process, which lives as long as the scope. Calls `onSpawn` as `keyProcess.ts` says. */
export type Open<K, S, E> = (
  key: K,
  admission: Admission,
  onSpawn: () => void
) => Effect.Effect<Opened<S>, E, Scope.Scope>

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
  const idle = new Set<KeyProcess<S, E>>()
  let existing = 0
  let closing = 0
  let isClosed = false

  const tenantOf = (key: K): Tenant<K, S, E> => {
    const known = Option.getOrUndefined(MutableHashMap.get(tenants, key))
    if (known !== undefined) return known
    const tenant: Tenant<K, S, E> = { key, process: undefined, deaths: deaths.none }
    MutableHashMap.set(tenants, key, tenant)
    return tenant
  }

  const forgetIfUnused = (tenant: Tenant<K, S, E>): void => {
    if (tenant.process !== undefined || tenant.deaths !== deaths.none || queue.sizeOf(tenant) > 0) return
    // A caller can leave when the key has been forgotten and used again.
    const known = Option.getOrUndefined(MutableHashMap.get(tenants, tenant.key))
    if (known === tenant) MutableHashMap.remove(tenants, tenant.key)
  }

  // Serves every call that may be served, and makes room for those that need a place. Nothing here resumes a call
  // immediately, so this never runs inside of itself.
  const serve = (): void => {
    let call: Call<K, S, E> | undefined
    do {
      const isContended = missing() > 0
      call = queue.next((tenant) => canServe(tenant, isContended))
      if (call !== undefined) give(call, isContended)
    } while (call !== undefined)
    const needed = missing() - closing
    for (const process of Array.from(idle).slice(0, Math.max(0, needed))) process.end()
  }

  /** How many keys need a process while no further one may start. */
  const missing = (): number => {
    if (existing < limits.maxProcesses) return 0
    let count = 0
    for (const { deaths, process } of queue.keys()) {
      if (!deaths.isPausing && (process === undefined || process.state === "closing")) count++
    }
    return count
  }

  const canServe = ({ deaths, process }: Tenant<K, S, E>, isContended: boolean): boolean => {
    if (process === undefined) return existing < limits.maxProcesses && !deaths.isPausing
    return (
      process.state !== "closing" &&
      process.calls < limits.maxCallsPerKey &&
      (!isContended || process.servedInRow < limits.maxCallsPerKey)
    )
  }

  const give = (call: Call<K, S, E>, isContended: boolean): void => {
    const process = call.tenant.process ?? start(call.tenant)
    process.servedInRow = isContended ? process.servedInRow + 1 : 1
    call.process = process
    process.take()
    queueMicrotask(() => Deferred.doneUnsafe(call.granted, Exit.succeed(process)))
  }

  const start = (tenant: Tenant<K, S, E>): KeyProcess<S, E> => {
    existing++
    const process = new KeyProcess<S, E>({
      open: (admission, onSpawn) => open(tenant.key, admission, onSpawn),
      connect: (onChange) => gate.connection(tenant, onChange),
      idleTimeToLive: limits.idleTimeToLive,
      run,
      owner: {
        onIdle: (process, isIdle) => {
          if (isIdle) idle.add(process)
          else idle.delete(process)
        },
        onTurns: serve,
        onClosing: (process) => {
          closing++
          idle.delete(process)
        },
        onDeath: (_, hasStarted) => {
          countDeath(tenant)
          if (!hasStarted) return
          run(Effect.annotateLogs(Effect.logWarning(lost(tenant.deaths.count)), shownKey(tenant.key)))
        },
        onGone: () => {
          existing--
          closing--
          tenant.process = undefined
          forgetIfUnused(tenant)
          serve()
        }
      }
    })
    tenant.process = process
    return process
  }

  const countDeath = (tenant: Tenant<K, S, E>): void => {
    const row = deaths.after(tenant.deaths)
    tenant.deaths = row
    run(
      Effect.map(deaths.pass(row, serve), () => {
        // The row has become longer in the meantime.
        if (tenant.deaths !== row) return
        tenant.deaths = deaths.none
        forgetIfUnused(tenant)
      })
    )
  }

  const leave = (call: Call<K, S, E>): void => {
    if (call.isLeft) return
    call.isLeft = true
    const { process, tenant } = call
    if (process === undefined) queue.leave(tenant, call)
    else process.leave()
    serve()
    forgetIfUnused(tenant)
  }

  /** Waits for the start of the process of a call, and uses it until the scope closes. */
  const use = (
    restore: Restore,
    call: Call<K, S, E>,
    process: Effect.Effect<KeyProcess<S, E>, CodexError>
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
          if (isClosed) return closed()
          const call = makeCall(tenantOf(key))
          call.tenant.process?.endIfLost()
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
          const process = tenant?.process
          if (tenant === undefined || process === undefined || process.state === "closing") return Effect.succeedNone
          const call = { ...makeCall(tenant), process }
          process.take()
          return Effect.option(use(restore, call, Effect.succeed(process)))
        })
      ),
    keys: () =>
      Array.from(tenants, ([key, tenant]) => ({
        key,
        state: stateOf(tenant.process),
        calls: tenant.process?.calls ?? 0,
        waiting: queue.sizeOf(tenant),
        turns: gate.runningOf(tenant),
        waitingTurns: gate.waitingOf(tenant)
      })),
    refuse: Effect.sync(() => {
      isClosed = true
      for (const call of queue.remove()) {
        queueMicrotask(() => Deferred.doneUnsafe(call.granted, closed()))
      }
    }),
    endAll: Effect.suspend(() => {
      const all = Array.from(tenants, ([, { process }]) => process).filter((process) => process !== undefined)
      for (const process of all) process.end()
      return Effect.forEach(all, ({ gone }) => Deferred.await(gone), { discard: true })
    })
  }
})

/** The annotations of a log line about a key. The text of an object is not known here. */
export const shownKey = (key: unknown): { readonly poolKey?: string | number } =>
  typeof key === "string" || typeof key === "number" ? { poolKey: key } : {}

// internal

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

interface Tenant<K, S, E> {
  readonly key: K
  process: KeyProcess<S, E> | undefined
  deaths: deaths.Deaths
}

interface Call<K, S, E> {
  readonly tenant: Tenant<K, S, E>
  readonly granted: Deferred.Deferred<KeyProcess<S, E>, CodexError>
  process: KeyProcess<S, E> | undefined
  isLeft: boolean
}

const makeCall = <K, S, E>(tenant: Tenant<K, S, E>): Call<K, S, E> => ({
  tenant,
  granted: Deferred.makeUnsafe(),
  process: undefined,
  isLeft: false
})

const method = "CodexPool.get"

const stateOf = <S, E>(process: KeyProcess<S, E> | undefined): KeyStats<unknown>["state"] => {
  if (process === undefined) return "none"
  if (process.state !== "ready") return process.state
  return process.isIdle ? "idle" : "inUse"
}

const lost = (count: number): string =>
  `The app-server of a key ended without being asked to${count > 1 ? `, ${count} times in a row` : ""}. Its calls failed with \`ConnectionClosed\`; other keys are not affected. The next call of the key starts a new process.`
