/**
 * One process of one key, from its start to its end. `processes.ts` decides when it starts and which calls use it.
 *
 * States:
 *
 * - `starting`: left when `open` is done. A failure fails the calls that wait for the start, and no others.
 * - `ready`: left when it has been idle for `idleTimeToLive`, when its connection ends, or when its owner ends it: its
 *   place is needed, or the pool closes. A process that is idle while it starts is ended for the same reasons.
 * - `closing`: it serves no further call, and keeps its place until it has ended. Then it is gone.
 *
 * It is in use while it serves a call or runs a turn, and otherwise idle.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { CodexError, PoolClosed } from "../../CodexError.ts"
import type { Admission } from "../session/admission.ts"
import type { ConnectionAdmission } from "./turnGate.ts"

/** A process that has started. */
export interface Opened<S> {
  readonly services: S
  /** Waits until its connection has ended. */
  readonly ended: Effect.Effect<void>
  /** Whether its connection has ended. A caller that saw its call fail can come back before `ended` is done. */
  readonly isEnded: () => boolean
}

/** Is told what happens to a process. No function may wait or throw. */
export interface Owner<S, E> {
  /** It has become idle, or is in use again. */
  readonly onIdle: (process: KeyProcess<S, E>, isIdle: boolean) => void
  /** The number of its turns has changed. */
  readonly onTurns: () => void
  /** It was spawned, but has not started or its connection has ended. It is closing. */
  readonly onDeath: (process: KeyProcess<S, E>, hasStarted: boolean) => void
  readonly onClosing: (process: KeyProcess<S, E>) => void
  /** It has ended, and its place is free. */
  readonly onGone: (process: KeyProcess<S, E>) => void
}

/** What a process needs. */
export interface Options<S, E> {
  /**
   * Starts it. `onSpawn` is called when the system may be asked for a process: a failure before that costs nothing, and
   * is no death.
   */
  readonly open: (admission: Admission, onSpawn: () => void) => Effect.Effect<Opened<S>, E, Scope.Scope>
  readonly connect: (onChange: () => void) => ConnectionAdmission
  readonly idleTimeToLive: Duration.Duration
  /** Runs an effect in the background of the pool. */
  readonly run: <A>(effect: Effect.Effect<A>) => Fiber.Fiber<A>
  readonly owner: Owner<S, E>
}

/** The error of a call after the pool has closed. */
export const closed = (): Exit.Exit<never, CodexError> =>
  Exit.fail(new CodexError({ method: "CodexPool.get", reason: new PoolClosed() }))

/** A process of a key. It starts when it is created. */
export class KeyProcess<S, E> {
  state: "starting" | "ready" | "closing" = "starting"
  /** How many calls it serves. */
  calls = 0
  /** How many calls it has served since no other key needed a place. `processes.ts` counts. */
  servedInRow = 0
  /** Completes when it has started, or fails if it has not. */
  readonly started = Deferred.makeUnsafe<S, E | CodexError>()
  /** Completes when it has ended. */
  readonly gone = Deferred.makeUnsafe<void>()
  readonly #options: Options<S, E>
  readonly #scope = Scope.makeUnsafe()
  readonly #admission: ConnectionAdmission
  readonly #life: Fiber.Fiber<void>
  #isIdle = false
  #isSpawned = false
  #isEnded: () => boolean = () => false
  /** Ends it when it has been idle for too long. */
  #timer: Fiber.Fiber<void> | undefined

  constructor(options: Options<S, E>) {
    this.#options = options
    this.#admission = options.connect(() => {
      this.#noteUse()
      options.owner.onTurns()
    })
    this.#life = options.run(this.#live())
  }

  get isIdle(): boolean {
    return this.#isIdle
  }

  /** Serves a call. */
  take(): void {
    this.calls++
    this.#noteUse()
  }

  /** A call has left. */
  leave(): void {
    this.calls--
    this.#noteUse()
  }

  /** Ends it now if its connection has ended, so that it serves no further call. */
  endIfLost(): void {
    if (this.state === "ready" && this.#isEnded()) this.#die()
  }

  /** Ends it. `exit` is for calls that wait for its start. */
  end(exit: Exit.Exit<never, E | CodexError> = closed()): void {
    if (this.state === "closing") return
    this.state = "closing"
    this.#isIdle = false
    this.#stopTimer()
    this.#admission.end()
    this.#options.owner.onClosing(this)
    // Later, because a waiting call is resumed immediately.
    queueMicrotask(() => Deferred.doneUnsafe(this.started, exit))
    this.#options.run(
      Effect.gen({ self: this }, function* () {
        // The life of the process may have led here.
        yield* Effect.yieldNow
        yield* Fiber.interrupt(this.#life)
        const exit = yield* Effect.exit(Scope.close(this.#scope, Exit.void))
        if (Exit.isFailure(exit)) yield* Effect.logWarning(unclean, exit.cause)
        this.#options.owner.onGone(this)
        yield* Deferred.succeed(this.gone, undefined)
      }).pipe(Effect.uninterruptible)
    )
  }

  #live(): Effect.Effect<void> {
    // Yield first, so that nothing of it runs while calls are being served.
    const open = this.#options.open(this.#admission, () => {
      this.#isSpawned = true
    })
    return Effect.andThen(Effect.yieldNow, open).pipe(
      Scope.provide(this.#scope),
      Effect.matchCauseEffect({
        onFailure: (cause) => Effect.sync(() => this.#die(Exit.failCause(cause))),
        onSuccess: (opened) => Effect.map(this.#becomeReady(opened), () => this.#die())
      })
    )
  }

  #becomeReady({ ended, isEnded, services }: Opened<S>): Effect.Effect<void> {
    return Effect.suspend(() => {
      // It is being ended in the meantime.
      if (this.state !== "starting") return Effect.never
      this.state = "ready"
      this.#isEnded = isEnded
      Deferred.doneUnsafe(this.started, Exit.succeed(services))
      return ended
    })
  }

  #die(exit?: Exit.Exit<never, E | CodexError>): void {
    // It is being ended for another reason.
    if (this.state === "closing") return
    const hasStarted = this.state === "ready"
    this.end(exit)
    if (this.#isSpawned) this.#options.owner.onDeath(this, hasStarted)
  }

  #noteUse(): void {
    if (this.state === "closing") return
    const isIdle = this.calls === 0 && this.#admission.running() === 0
    if (isIdle === this.#isIdle) return
    this.#isIdle = isIdle
    this.#stopTimer()
    this.#options.owner.onIdle(this, isIdle)
    const { idleTimeToLive, run } = this.#options
    if (!isIdle || !Duration.isFinite(idleTimeToLive)) return
    if (Duration.isZero(idleTimeToLive)) return this.end()
    this.#timer = run(
      Effect.map(Effect.sleep(idleTimeToLive), () => {
        this.#timer = undefined
        if (this.#isIdle) this.end()
      })
    )
  }

  #stopTimer(): void {
    this.#timer?.interruptUnsafe()
    this.#timer = undefined
  }
}

// internal

const unclean = "The process of a key has ended, but a finalizer of its scope failed."
