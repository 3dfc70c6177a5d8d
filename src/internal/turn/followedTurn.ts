/**
 * One turn as it is followed: its state, its result, and its consumers. Told of events by `turns.ts`, in order and
 * synchronously, so that nothing waits in between; a slow consumer has a buffer of its own.
 *
 * Kept for the turn as a whole is its state, not its events. Only until the first consumer comes are events kept for
 * it, and no more than a few: a later reader begins with a snapshot.
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { CodexError } from "../../CodexError.ts"
import type { Turn as ProtocolTurn, TurnError } from "../../generated/types.ts"
import type { Notification } from "../../Notification.ts"
import type { EventsFailure, EventsOptions, Failure, TurnEvent, TurnResult, TurnState } from "../../Turn.ts"
import { EventsOverflowed, TurnFailed, TurnInterrupted } from "../../TurnError.ts"
import { classifyTurnError } from "../errors/turnReasons.ts"
import * as eventBuffer from "../client/eventBuffer.ts"
import { mergeEvents } from "../client/mergeDeltas.ts"
import { Accumulator, isWarning } from "./turnState.ts"
import { shownIds } from "../errors/shownIds.ts"

/** How a turn is followed. */
export interface Options {
  readonly threadId: string
  readonly turnId: string
  /** Whether a consumer is expected from the start. */
  readonly keepEvents: boolean
  /** Whether it runs already. */
  readonly begun?: boolean
}

/** What is told of the end of a followed turn. */
export interface Owner {
  /** Called once. */
  readonly onEnd: () => void
}

/** What is told of the first retry of the server. */
export interface RetryListener {
  readonly onRetry: (turn: FollowedTurn) => void
}

type Buffer = eventBuffer.EventBuffer<TurnEvent, EventsFailure | EventsOverflowed>
type End = Effect.Effect<never, EventsFailure | Cause.Done>

// How many events are kept for a first consumer that hasn't come yet.
const keptForFirst = 256

/** A followed turn. A class, since there is one for each turn that runs: its functions are there once. */
export class FollowedTurn {
  readonly threadId: string
  readonly turnId: string
  readonly #fold: Accumulator
  readonly #owner: Owner
  readonly #result = Deferred.makeUnsafe<TurnResult, Failure>()
  /** Made for the first that waits for the beginning. */
  #started: Deferred.Deferred<void> | undefined
  // Replaced when they change, so that one may come or go while the others are told.
  #consumers: ReadonlyArray<Buffer> = none
  #observers: ReadonlyArray<() => void> = none
  #first: Buffer | undefined
  #end: End | undefined
  #last: Notification | undefined
  #endingAs: ((result: TurnResult) => EventsFailure | TurnFailed) | undefined
  #hasRetried = false
  #retryListener: RetryListener | undefined
  #activity = 0
  #runningId: string
  #hasBegun: boolean
  // How many events the first consumer may find waiting.
  #mostKept = unlimited

  constructor({ begun = false, keepEvents, threadId, turnId }: Options, owner: Owner) {
    this.threadId = threadId
    this.turnId = turnId
    this.#runningId = turnId
    this.#hasBegun = begun
    this.#fold = new Accumulator(threadId, turnId)
    this.#owner = owner
    if (keepEvents) this.#first = this.#makeBuffer(undefined)
  }

  /** The id under which the server runs it: that of a review is another than its own. */
  runningId(): string {
    return this.#runningId
  }

  /** Whether a notification of the thread is one of the turn's. `named` is the turn that it names. */
  isOwn(notification: Notification, named: string | undefined): boolean {
    const { turnId } = this
    if (named === turnId || named === this.#runningId) return true
    // An end without an id can only be that of the one turn that runs, and so can a warning.
    if (notification.method !== "turn/started") {
      return named === undefined && (isUnreadableEnd(notification) || isWarning(notification))
    }
    // A review begins under an id of its own, and names the one that all its other events have. Runtimes before 0.166
    // don't name it, but have told of an item by then.
    const { rootTurnId } = notification.params.turn
    return rootTurnId === turnId || (typeof rootTurnId !== "string" && !this.#hasBegun && this.#fold.hasItems())
  }

  /** Takes an event of the turn. */
  apply(notification: Notification): void {
    if (this.#end !== undefined) return
    this.#fold.apply(notification)
    // Before it is told, since a snapshot that a consumer gets meanwhile has it, too.
    if (notification.method === "turn/completed") this.#last = notification
    if (this.#first !== undefined) {
      if (this.#first.size() < this.#mostKept) this.#first.offer(notification)
      else this.#first = undefined
    }
    // Those of now: one that comes while this is handed over has it in its snapshot.
    const consumers = this.#consumers
    // By index: an iterator for each event is a third of what a delta costs here, until the engine has seen many.
    for (let at = 0; at < consumers.length; at++) consumers[at]?.offer(notification)
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
        if (!isUnreadableEnd(notification)) break
        // The end has come, but it can't be read: better to say so than to wait for another.
        const reason = Option.getOrUndefined(notification.error)
        if (reason !== undefined) this.fail(new CodexError({ method: "turn/completed", reason }))
        return
      }
    }
    this.#changed()
  }

  /** Says how many requests of the server about it wait for an answer. */
  setOpenRequests(count: number): void {
    if (this.#end === undefined && this.#fold.setOpenRequests(count)) this.#changed()
  }

  /**
   * From here on no more than a few events are kept for the first consumer; those that came before are, however many.
   */
  startKeeping(): void {
    this.#mostKept = (this.#first?.size() ?? 0) + keptForFirst
  }

  /** Ends the turn for everybody here, with a failure. The first end counts. */
  fail(failure: EventsFailure | TurnFailed): void {
    if (this.#end === undefined) this.#settle(Exit.fail(failure), failure)
  }

  /** Ends the turn as one that the server says has failed, though it told no more of it. */
  endFailed(): void {
    if (this.#end !== undefined) return
    this.#settle(Exit.fail(failedBy(this.threadId, this.#fold.error(), this.#fold.result())))
  }

  /** Takes the events of another turn for its own from now on: the server runs it under that id. */
  runAs(turnId: string): void {
    if (turnId === this.#runningId) return
    this.#runningId = turnId
    this.#begin()
  }

  /** Makes the coming end this failure, whatever it is: a limit has passed and the turn is being stopped. */
  endAs(failure: (result: TurnResult) => EventsFailure | TurnFailed): boolean {
    if (this.#endingAs !== undefined) return false
    this.#endingAs = failure
    return true
  }

  /** Takes what the server says of the turn when it is asked. */
  seed(turn: ProtocolTurn): void {
    if (this.#end !== undefined) return
    this.#fold.seed(turn)
    this.#changed()
  }

  /** Waits until the turn has begun, or has ended. */
  get started(): Effect.Effect<void> {
    return Effect.suspend(() =>
      this.#hasBegun || this.#end !== undefined
        ? Effect.void
        : Deferred.await((this.#started ??= Deferred.makeUnsafe<void>()))
    )
  }

  /** Waits for the end, of whatever kind. */
  get ended(): Effect.Effect<void> {
    return Effect.ignore(Deferred.await(this.#result))
  }

  get result(): Effect.Effect<TurnResult, Failure> {
    return Deferred.await(this.#result)
  }

  isEnded(): boolean {
    return this.#end !== undefined
  }

  /** How streams about this turn end: done, or with its failure. Not to be asked before the end. */
  end(): End {
    return this.#end ?? Cause.done()
  }

  /** The `turn/completed` of a turn that has ended by one. */
  last(): Notification | undefined {
    return this.#last
  }

  get events(): Stream.Stream<TurnEvent, EventsFailure> {
    // Type boundary: only the policy `fail` overflows.
    return this.#consume(undefined) as Stream.Stream<TurnEvent, EventsFailure>
  }

  eventsWith(options: EventsOptions): Stream.Stream<TurnEvent, EventsFailure | EventsOverflowed> {
    return this.#consume(options)
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
   * Calls back once, outside of the reader, when the server first retries; at once if it has. Only the first who asks
   * is called.
   */
  onFirstRetry(listener: RetryListener): void {
    if (this.#retryListener !== undefined) return
    this.#retryListener = listener
    if (this.#hasRetried) this.#tellRetry()
  }

  /** Calls back after everything that happens in the turn; the result stops that. */
  observe(observer: () => void): () => void {
    this.#observers = [...this.#observers, observer]
    return () => {
      this.#observers = this.#observers.filter((other) => other !== observer)
    }
  }

  #changed(): void {
    this.#activity++
    const observers = this.#observers
    for (let at = 0; at < observers.length; at++) observers[at]?.()
  }

  #tellRetry(): void {
    const listener = this.#retryListener
    if (listener !== undefined) afterReading(() => listener.onRetry(this))
  }

  #begin(): void {
    this.#hasBegun = true
    this.#tellStarted()
  }

  #tellStarted(): void {
    const started = this.#started
    if (started !== undefined) afterReading(() => Deferred.doneUnsafe(started, Exit.void))
  }

  #settle(told: Exit.Exit<TurnResult, Failure>, cause?: EventsFailure | TurnFailed): void {
    this.#fold.finish()
    const failure = this.#endingAs === undefined ? cause : this.#endingAs(this.#fold.result())
    const error = this.#fold.error()
    const exit =
      failure === undefined
        ? told
        : // The server has said that the turn fails, and why; that it could say no more is the lesser news.
          failure._tag === "CodexError" && error !== undefined
          ? Exit.fail(failedBy(this.threadId, error, this.#fold.result()))
          : Exit.fail(failure)
    // A turn that failed is no failure of its events.
    const end = failure === undefined || failure._tag === "TurnFailed" ? Cause.done() : Effect.fail(failure)
    this.#end = end
    // First of all: those who are told below may go on at once, and must find the thread free.
    this.#owner.onEnd()
    for (const consumer of this.#consumers) consumer.end(end)
    this.#first?.end(end)
    this.#consumers = none
    afterReading(() => Deferred.doneUnsafe(this.#result, exit))
    this.#tellStarted()
    this.#changed()
  }

  #consume(policy: EventsOptions | undefined): Stream.Stream<TurnEvent, EventsFailure | EventsOverflowed> {
    return Stream.unwrap(
      Effect.map(
        Effect.acquireRelease(
          Effect.contextWith((context: Context.Context<never>) =>
            Effect.sync(() => {
              const buffer = this.#attach(policy)
              buffer.onLost(() => {
                const { threadId, turnId } = this
                Effect.runForkWith(context)(
                  Effect.annotateLogs(Effect.logWarning(lost), shownIds({ threadId, turnId }))
                )
              })
              return buffer
            })
          ),
          (buffer) =>
            Effect.sync(() => {
              this.#consumers = this.#consumers.filter((other) => other !== buffer)
            })
        ),
        (buffer) => buffer.stream
      )
    )
  }

  #attach(policy: EventsOptions | undefined): Buffer {
    const waiting = this.#first
    if (waiting !== undefined) {
      this.#first = undefined
      if (policy === undefined) {
        if (this.#end === undefined) this.#consumers = [...this.#consumers, waiting]
        return waiting
      }
    }
    const buffer = this.#makeBuffer(policy)
    if (waiting !== undefined) {
      buffer.prefill(waiting.drain())
    } else if (this.#activity > 0) {
      for (const event of this.#soFar()) buffer.offer(event)
    }
    if (this.#end === undefined) this.#consumers = [...this.#consumers, buffer]
    else buffer.end(this.#end)
    return buffer
  }

  #makeBuffer(policy: EventsOptions | undefined): Buffer {
    const capacity = policy?.capacity ?? 1024
    const whenFull = {
      merge: "merge",
      dropDeltas: "drop",
      fail: Effect.fail(new EventsOverflowed({ capacity }))
    } as const
    return eventBuffer.make<TurnEvent, EventsFailure | EventsOverflowed>(mergeEvents, {
      capacity,
      whenFull: whenFull[policy?.whenSlow ?? "merge"],
      standIn: () => this.#soFar()
    })
  }

  /** What stands for all events until now. The end is told like any other event. */
  #soFar(): ReadonlyArray<TurnEvent> {
    const snapshot: TurnEvent = { method: "~snapshot", state: this.#fold.state() }
    return this.#last === undefined ? [snapshot] : [snapshot, this.#last]
  }

  #pullState(seen: { version: number }): Effect.Effect<TurnState, EventsFailure | Cause.Done> {
    return Effect.suspend(() => {
      if (seen.version !== this.#activity) {
        seen.version = this.#activity
        return Effect.succeed(this.#fold.state())
      }
      if (this.#end !== undefined) return this.#end
      return Effect.flatMap(
        Effect.callback<void>((resume) => {
          // The fiber may have yielded since it looked, and missed the change.
          if (seen.version !== this.#activity || this.#end !== undefined) return resume(Effect.void)
          const stop = this.observe(() => {
            stop()
            afterReading(() => resume(Effect.void))
          })
          return Effect.sync(stop)
        }),
        () => this.#pullState(seen)
      )
    })
  }
}

/** Follows a turn. */
export const make = (options: Options & Owner): FollowedTurn => new FollowedTurn(options, options)

// internal

const none: ReadonlyArray<never> = []

// A whole number: the engine keeps an infinite one in an object of its own.
const unlimited = 2 ** 30

const lost =
  "A consumer of a turn's events is more than 64 MiB behind. Its backlog is replaced by one snapshot of the turn. Logged once per consumer."

// Whoever waits is resumed at once, and would run within the reader.
const afterReading = (resume: () => void): void => queueMicrotask(resume)

const outcome = (threadId: string, result: TurnResult): Exit.Exit<TurnResult, TurnFailed | TurnInterrupted> => {
  switch (result.status) {
    case "completed":
      return Exit.succeed(result)
    case "interrupted":
      return Exit.fail(new TurnInterrupted({ threadId, turnId: result.id, result }))
    default:
      // An unknown status is no success.
      return Exit.fail(failedBy(threadId, Option.getOrUndefined(result.error), result))
  }
}

const isUnreadableEnd = ({ method, raw }: Notification): boolean =>
  method === "~unknown" && raw["method"] === "turn/completed"

const failedBy = (threadId: string, error: TurnError | undefined, result: TurnResult): TurnFailed =>
  new TurnFailed({ threadId, turnId: result.id, reason: classifyTurnError(error), result })
