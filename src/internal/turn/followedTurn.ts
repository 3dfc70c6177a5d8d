/**
 * One followed turn: its state, its result, and its end. `turns.ts` passes events to it synchronously and in order, so
 * nothing waits in between. The turn keeps its state and not its events; `turnConsumers.ts` delivers those.
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { CodexError } from "../../CodexError.ts"
import type { Turn as ProtocolTurn, TurnError } from "../../generated/types.ts"
import type { Notification } from "../client/notifications.ts"
import type { EventsFailure, EventsOptions, Failure, TurnEvent, TurnResult, TurnState } from "../../Turn.ts"
import { type EventsOverflowed, TurnFailed, TurnInterrupted } from "./turnErrors.ts"
import { withoutStack } from "../errors/callSite.ts"
import { classifyTurnError } from "../errors/turnReasons.ts"
import { type End, type Source, TurnConsumers } from "./turnConsumers.ts"
import { Accumulator, isWarning } from "./turnState.ts"

/** How a turn is followed. */
export interface Options {
  readonly threadId: string
  readonly turnId: string
  /** Whether a consumer is expected from the start. */
  readonly keepEvents: boolean
  /** Whether the turn is already running. */
  readonly isStarted?: boolean
}

/** Is notified of the end of a followed turn. */
export interface Owner {
  /** Called once. */
  readonly onEnd: () => void
}

/** Is notified of the server's first retry. */
export interface RetryListener {
  readonly onRetry: (turn: FollowedTurn) => void
}

/** A followed turn. A class, because there is one for each running turn, and its methods exist only once. */
export class FollowedTurn implements Source {
  readonly threadId: string
  readonly turnId: string
  readonly #fold: Accumulator
  readonly #owner: Owner
  readonly #result = Deferred.makeUnsafe<TurnResult, Failure>()
  /** Created for the first caller that waits for the start. */
  #started: Deferred.Deferred<void> | undefined
  readonly #consumers: TurnConsumers
  // Replaced on each change, so that an observer may be added or removed while the others are notified.
  #observers: ReadonlyArray<() => void> = none
  #end: End | undefined
  #last: Notification | undefined
  #endingAs: ((result: TurnResult) => EventsFailure | TurnFailed) | undefined
  #hasRetried = false
  #retryListener: RetryListener | undefined
  #activity = 0
  #runningId: string
  #hasStarted: boolean

  constructor({ isStarted = false, keepEvents, threadId, turnId }: Options, owner: Owner) {
    this.threadId = threadId
    this.turnId = turnId
    this.#runningId = turnId
    this.#hasStarted = isStarted
    this.#fold = new Accumulator(threadId, turnId)
    this.#owner = owner
    this.#consumers = new TurnConsumers(this, keepEvents)
  }

  /** The id under which the server runs the turn. For a review it differs from the turn's own id. */
  runningId(): string {
    return this.#runningId
  }

  /** Whether a notification of the thread belongs to the turn. `named` is the turn id in the notification. */
  isOwn(notification: Notification, named: string | undefined): boolean {
    const { turnId } = this
    if (named === turnId || named === this.#runningId) return true
    // An end without an id can only belong to the one running turn, and so can a warning.
    if (notification.method !== "turn/started") {
      return named === undefined && (isEnd(notification) || isWarning(notification))
    }
    // A review starts under a separate id, and names the id that all its other events have. Runtimes before 0.166 do
    // not name it, but have reported an item by then.
    const { rootTurnId } = notification.params.turn
    return rootTurnId === turnId || (typeof rootTurnId !== "string" && !this.#hasStarted && this.#fold.hasItems())
  }

  /** Takes an event of the turn. */
  apply(notification: Notification): void {
    if (this.#end !== undefined) return
    this.#fold.apply(notification)
    // Stored before consumers are notified, because the snapshot of a consumer that subscribes in the meantime
    // includes it.
    if (notification.method === "turn/completed") this.#last = notification
    this.#consumers.offer(notification)
    switch (notification.method) {
      case "turn/started":
        this.#runningId = notification.params.turn.id
        this.#begin()
        break
      case "error":
        if (!this.#hasRetried && this.#fold.isRetrying()) {
          this.#hasRetried = true
          this.#tellRetry()
        }
        break
      case "turn/completed":
        return this.#settle(outcome(this.threadId, this.#fold.result()))
      case "~unknown": {
        if (!isEnd(notification)) break
        // The turn has ended, but its end cannot be decoded: report that instead of waiting for another end.
        const reason = Option.getOrUndefined(notification.error)
        if (reason !== undefined) this.fail(new CodexError({ method: "turn/completed", reason }))
        return
      }
    }
    this.#changed()
  }

  /** Sets the number of server requests about the turn that wait for an answer. */
  setOpenRequests(count: number): void {
    if (this.#end === undefined && this.#fold.setOpenRequests(count)) this.#changed()
  }

  /** Limits how many later events are kept for the first consumer. All earlier events stay. */
  startKeeping(): void {
    this.#consumers.startKeeping()
  }

  /** Ends the turn with a failure, for all consumers. Only the first end has an effect. */
  fail(failure: EventsFailure | TurnFailed): void {
    if (this.#end === undefined) this.#settle(Exit.fail(failure), failure)
  }

  /** Ends the turn as failed, after the server said that it fails but did not report its end. */
  endFailed(): void {
    if (this.#end !== undefined) return
    this.#settle(Exit.fail(failedBy(this.threadId, this.#fold.error(), this.#fold.result())))
  }

  /** Adopts the events of another turn from now on: the server runs this turn under that id. */
  runAs(turnId: string): void {
    if (turnId === this.#runningId) return
    this.#runningId = turnId
    this.#begin()
  }

  /** Turns the next end into this failure, whatever it is: a limit was exceeded, and the turn is being stopped. */
  endAs(failure: (result: TurnResult) => EventsFailure | TurnFailed): boolean {
    if (this.#endingAs !== undefined) return false
    this.#endingAs = failure
    return true
  }

  /** Takes the server's account of the turn from a reply. */
  seed(turn: ProtocolTurn): void {
    if (this.#end !== undefined) return
    this.#fold.seed(turn)
    this.#changed()
  }

  /** Waits until the turn has started or ended. */
  get started(): Effect.Effect<void> {
    return Effect.suspend(() =>
      this.#hasStarted || this.#end !== undefined
        ? Effect.void
        : Deferred.await((this.#started ??= Deferred.makeUnsafe<void>()))
    )
  }

  /** Waits until the turn has ended, with any outcome. */
  get ended(): Effect.Effect<void> {
    return Effect.ignore(Deferred.await(this.#result))
  }

  get result(): Effect.Effect<TurnResult, Failure> {
    return Deferred.await(this.#result)
  }

  isEnded(): boolean {
    return this.#end !== undefined
  }

  /** How streams of this turn end, done or with its failure; `undefined` before the end. */
  end(): End | undefined {
    return this.#end
  }

  /** The `turn/completed` event, if the turn ended by one. */
  last(): Notification | undefined {
    return this.#last
  }

  get events(): Stream.Stream<TurnEvent, EventsFailure> {
    // Type boundary: only the policy `fail` overflows.
    return this.#consumers.consume(undefined) as Stream.Stream<TurnEvent, EventsFailure>
  }

  eventsWith(options: EventsOptions): Stream.Stream<TurnEvent, EventsFailure | EventsOverflowed> {
    return this.#consumers.consume(options)
  }

  /** Whether anything was reported, so that a later subscriber needs a snapshot. */
  hasHappened(): boolean {
    return this.#activity > 0
  }

  state(): TurnState {
    return this.#fold.state()
  }

  get stateChanges(): Stream.Stream<TurnState, EventsFailure> {
    return Stream.suspend(() => {
      const seen = { version: -1 }
      return Stream.fromPull(Effect.succeed(Effect.map(this.#pullState(seen), (state) => [state] as const)))
    })
  }

  isBusy(): boolean {
    return this.#fold.isBusy()
  }

  /** What was collected so far. */
  resultSoFar(): TurnResult {
    return this.#fold.result()
  }

  /**
   * Calls the listener once, outside of the reader loop, when the server first retries; immediately if it has
   * retried. Only the first listener is kept.
   */
  onFirstRetry(listener: RetryListener): void {
    if (this.#retryListener !== undefined) return
    this.#retryListener = listener
    if (this.#hasRetried) this.#tellRetry()
  }

  /** Calls the observer after each change of the turn. The returned function removes it. */
  observe(observer: () => void): () => void {
    this.#observers = [...this.#observers, observer]
    return () => {
      this.#observers = this.#observers.filter((other) => other !== observer)
    }
  }

  #changed(): void {
    this.#activity++
    this.#observers.forEach(call)
  }

  #tellRetry(): void {
    const listener = this.#retryListener
    if (listener !== undefined) afterReading(() => listener.onRetry(this))
  }

  #begin(): void {
    this.#hasStarted = true
    this.#tellStarted()
  }

  #tellStarted(): void {
    const started = this.#started
    if (started !== undefined) afterReading(() => Deferred.doneUnsafe(started, Exit.void))
  }

  #settle(told: Exit.Exit<TurnResult, Failure>, cause?: EventsFailure | TurnFailed): void {
    this.#fold.finish()
    const endingAs = this.#endingAs
    const failure = endingAs === undefined ? cause : withoutStack(() => endingAs(this.#fold.result()))
    const error = this.#fold.error()
    const exit =
      failure === undefined
        ? told
        : // The server said that the turn fails, and why. That matters more than the missing end.
          failure._tag === "CodexError" && error !== undefined
          ? Exit.fail(failedBy(this.threadId, error, this.#fold.result()))
          : Exit.fail(failure)
    // If a turn fails, its event streams still end normally.
    const end = failure === undefined || failure._tag === "TurnFailed" ? Cause.done() : Effect.fail(failure)
    this.#end = end
    // Release the thread first: the waiters below may continue immediately, and must find the thread free.
    this.#owner.onEnd()
    this.#consumers.end(end)
    afterReading(() => Deferred.doneUnsafe(this.#result, exit))
    this.#tellStarted()
    this.#changed()
  }

  #pullState(seen: { version: number }): Effect.Effect<TurnState, EventsFailure | Cause.Done> {
    const latest = Effect.sync(() => {
      seen.version = this.#activity
      return this.#fold.state()
    })
    return Effect.callback((resume) => {
      // Checked in the same step in which it starts to observe, so that no change is missed in between.
      if (seen.version !== this.#activity) return resume(latest)
      if (this.#end !== undefined) return resume(this.#end)
      const stop = this.observe(() => {
        stop()
        afterReading(() => resume(latest))
      })
      return Effect.sync(stop)
    })
  }
}

/** Follows a turn. */
export const make = (options: Options & Owner): FollowedTurn => new FollowedTurn(options, options)

// internal

const none: ReadonlyArray<never> = []

const call = (observer: () => void): void => observer()

// A waiter is resumed immediately, so without this it would run inside the reader loop.
const afterReading = (resume: () => void): void => queueMicrotask(resume)

const outcome = (threadId: string, result: TurnResult): Exit.Exit<TurnResult, TurnFailed | TurnInterrupted> => {
  switch (result.status) {
    case "completed":
      return Exit.succeed(result)
    case "interrupted":
      return Exit.fail(withoutStack(() => new TurnInterrupted({ threadId, turnId: result.id, result })))
    default:
      // An unknown status does not count as success.
      return Exit.fail(failedBy(threadId, Option.getOrUndefined(result.error), result))
  }
}

const isEnd = ({ raw }: Notification): boolean => raw["method"] === "turn/completed"

const failedBy = (threadId: string, error: TurnError | undefined, result: TurnResult): TurnFailed =>
  withoutStack(() => new TurnFailed({ threadId, turnId: result.id, reason: classifyTurnError(error), result }))
