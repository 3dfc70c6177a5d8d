/**
 * One turn as it is followed: its state, its result, and its consumers. Told of events by `turns.ts`, in order and
 * synchronously, so that nothing waits in between; a slow consumer has a buffer of its own.
 *
 * Kept for the turn as a whole is its state, not its events. Only until the first consumer comes are events kept for
 * it, and no more than a few: a later reader begins with a snapshot.
 */
import * as Cause from "effect/Cause"
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
import * as turnState from "./turnState.ts"

/** A followed turn. */
export interface FollowedTurn {
  readonly threadId: string
  readonly turnId: string
  /** The id under which the server runs it: that of a review is another than its own. */
  readonly runningId: () => string
  /** Whether a notification of the thread is one of the turn's. `named` is the turn that it names. */
  readonly isOwn: (notification: Notification, named: string | undefined) => boolean
  readonly apply: (notification: Notification) => void
  /** Says how many requests of the server about it wait for an answer. */
  readonly setOpenRequests: (count: number) => void
  /**
   * From here on no more than a few events are kept for the first consumer; those that came before are, however many.
   */
  readonly startKeeping: () => void
  /** Ends the turn for everybody here, with a failure. The first end counts. */
  readonly fail: (failure: EventsFailure) => void
  /** Ends the turn as one that the server says has failed, though it told no more of it. */
  readonly endFailed: () => void
  /** Takes the events of another turn for its own from now on: the server runs it under that id. */
  readonly runAs: (turnId: string) => void
  /** Makes the coming end this failure, whatever it is: a limit has passed and the turn is being stopped. */
  readonly endAs: (failure: (result: TurnResult) => EventsFailure) => boolean
  /** Takes what the server says of the turn when it is asked. */
  readonly seed: (turn: ProtocolTurn) => void
  /** Waits until the turn has begun, or has ended. */
  readonly started: Effect.Effect<void>
  /** Waits for the end, of whatever kind. */
  readonly ended: Effect.Effect<void>
  readonly isEnded: () => boolean
  /** The `turn/completed` of a turn that has ended by one. */
  readonly last: () => Notification | undefined
  /** How streams about this turn end: done, or with its failure. Not to be asked before the end. */
  readonly end: () => Effect.Effect<never, EventsFailure | Cause.Done>
  readonly result: Effect.Effect<TurnResult, Failure>
  readonly events: Stream.Stream<TurnEvent, EventsFailure>
  readonly eventsWith: (options: EventsOptions) => Stream.Stream<TurnEvent, EventsFailure | EventsOverflowed>
  readonly state: () => TurnState
  readonly stateChanges: Stream.Stream<TurnState, EventsFailure>
  readonly isBusy: () => boolean
  /** What was collected so far. */
  readonly resultSoFar: () => TurnResult
  /**
   * Calls back once, outside of the reader, when the server first retries; at once if it has. Only the first who asks
   * is called.
   */
  readonly onFirstRetry: (listener: () => void) => void
  /** Calls back after everything that happens in the turn; the result stops that. */
  readonly observe: (observer: () => void) => () => void
}

type Buffer = eventBuffer.EventBuffer<TurnEvent, EventsFailure | EventsOverflowed>

// How many events are kept for a first consumer that hasn't come yet.
const keptForFirst = 256

/**
 * Follows a turn. `keepEvents`: whether a consumer is expected from the start. `begun`: whether it runs already.
 * `onEnd` is called once.
 */
export const make = (options: {
  readonly threadId: string
  readonly turnId: string
  readonly keepEvents: boolean
  readonly begun?: boolean
  readonly onEnd: () => void
}): FollowedTurn => {
  const { threadId, turnId } = options
  const accumulator = turnState.make(threadId, turnId, () => {
    if (hasRetried) return
    hasRetried = true
    if (retryListener !== undefined) afterReading(retryListener)
  })
  const started = Deferred.makeUnsafe<void>()
  const result = Deferred.makeUnsafe<TurnResult, Failure>()
  // Replaced when they change, so that one may come or go while the others are told.
  let consumers: ReadonlyArray<Buffer> = none
  let observers: ReadonlyArray<() => void> = none
  let first: Buffer | undefined = options.keepEvents ? eventBuffer.make(mergeEvents) : undefined
  let end: Effect.Effect<never, EventsFailure | Cause.Done> | undefined
  let last: Notification | undefined
  let endingAs: ((result: TurnResult) => EventsFailure) | undefined
  let hasRetried = false
  let retryListener: (() => void) | undefined
  let activity = 0
  let runningId = turnId
  let hasBegun = options.begun === true
  // How many events the first consumer may find waiting.
  let mostKept = Number.POSITIVE_INFINITY

  if (options.begun === true) Deferred.doneUnsafe(started, Exit.void)

  const changed = () => {
    activity++
    for (const observer of observers) observer()
  }

  const observe = (observer: () => void) => {
    observers = [...observers, observer]
    return () => {
      observers = observers.filter((other) => other !== observer)
    }
  }

  const settle = (told: Exit.Exit<TurnResult, Failure>, cause?: EventsFailure): void => {
    accumulator.finish()
    const failure = endingAs === undefined ? cause : endingAs(accumulator.result())
    const error = accumulator.error()
    const exit =
      failure === undefined
        ? told
        : // The server has said that the turn fails, and why; that it could say no more is the lesser news.
          failure._tag === "CodexError" && error !== undefined
          ? Exit.fail(failedBy(threadId, error, accumulator.result()))
          : Exit.fail(failure)
    end = failure === undefined ? Cause.done() : Effect.fail(failure)
    // First of all: those who are told below may go on at once, and must find the thread free.
    options.onEnd()
    for (const consumer of consumers) consumer.end(end)
    first?.end(end)
    consumers = none
    afterReading(() => {
      Deferred.doneUnsafe(result, exit)
      Deferred.doneUnsafe(started, Exit.void)
    })
    changed()
  }

  const fail = (failure: EventsFailure): void => {
    if (end === undefined) settle(Exit.fail(failure), failure)
  }

  const attach = (policy: EventsOptions | undefined): Buffer => {
    const waiting = first
    if (waiting !== undefined) {
      first = undefined
      if (policy === undefined) {
        if (end === undefined) consumers = [...consumers, waiting]
        return waiting
      }
    }
    const buffer = makeBuffer(policy)
    if (waiting !== undefined) {
      buffer.prefill(waiting.drain())
    } else if (activity > 0) {
      buffer.offer({ method: "~snapshot", state: accumulator.state() })
      // The end is told like any other event, so that late consumers see it too.
      if (last !== undefined) buffer.offer(last)
    }
    if (end === undefined) consumers = [...consumers, buffer]
    else buffer.end(end)
    return buffer
  }

  const consume = (policy: EventsOptions | undefined) =>
    Stream.unwrap(
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => attach(policy)),
          (buffer) =>
            Effect.sync(() => {
              consumers = consumers.filter((other) => other !== buffer)
            })
        ),
        (buffer) => buffer.stream
      )
    )

  const pullState = (seen: { version: number }): Effect.Effect<TurnState, EventsFailure | Cause.Done> =>
    Effect.suspend(() => {
      if (seen.version !== activity) {
        seen.version = activity
        return Effect.succeed(accumulator.state())
      }
      if (end !== undefined) return end
      return Effect.flatMap(
        Effect.callback<void>((resume) => {
          // The fiber may have yielded since it looked, and missed the change.
          if (seen.version !== activity || end !== undefined) return resume(Effect.void)
          const stop = observe(() => {
            stop()
            afterReading(() => resume(Effect.void))
          })
          return Effect.sync(stop)
        }),
        () => pullState(seen)
      )
    })

  return {
    threadId,
    turnId,
    runningId: () => runningId,
    isOwn: (notification, named) => {
      if (named === turnId || named === runningId) return true
      // An end without an id can only be that of the one turn that runs.
      if (notification.method !== "turn/started") return named === undefined && isUnreadableEnd(notification)
      // A review begins under an id of its own, and names the one that all its other events have. Runtimes before 0.166
      // don't name it, but have told of an item by then.
      const { rootTurnId } = notification.params.turn
      return rootTurnId === turnId || (typeof rootTurnId !== "string" && !hasBegun && activity > 0)
    },
    apply: (notification) => {
      if (end !== undefined) return
      accumulator.apply(notification)
      if (first !== undefined) {
        if (first.size() < mostKept) first.offer(notification)
        else first = undefined
      }
      // Those of now: one that comes while this is handed over has it in its snapshot.
      for (const consumer of consumers) consumer.offer(notification)
      if (notification.method === "turn/started") {
        runningId = notification.params.turn.id
        hasBegun = true
        afterReading(() => Deferred.doneUnsafe(started, Exit.void))
      }
      if (notification.method === "turn/completed") {
        last = notification
        settle(outcome(threadId, accumulator.result()))
      } else if (notification.method === "~unknown" && notification.raw["method"] === "turn/completed") {
        // The end has come, but it can't be read: better to say so than to wait for another.
        const reason = Option.getOrUndefined(notification.error)
        if (reason !== undefined) fail(new CodexError({ method: "turn/completed", reason }))
      } else changed()
    },
    setOpenRequests: (count) => {
      if (end === undefined && accumulator.setOpenRequests(count)) changed()
    },
    fail,
    endFailed: () => {
      if (end === undefined) settle(Exit.fail(failedBy(threadId, accumulator.error(), accumulator.result())))
    },
    runAs: (id) => {
      if (id === runningId) return
      runningId = id
      hasBegun = true
      afterReading(() => Deferred.doneUnsafe(started, Exit.void))
    },
    startKeeping: () => {
      mostKept = (first?.size() ?? 0) + keptForFirst
    },
    endAs: (failure) => {
      if (endingAs !== undefined) return false
      endingAs = failure
      return true
    },
    seed: (turn) => {
      if (end !== undefined) return
      accumulator.seed(turn)
      changed()
    },
    started: Deferred.await(started),
    get ended() {
      return Effect.ignore(Deferred.await(result))
    },
    isEnded: () => end !== undefined,
    end: () => end ?? Cause.done(),
    last: () => last,
    result: Deferred.await(result),
    // Made when they are asked for, since most turns are only waited for.
    get events() {
      // Type boundary: only the policy `fail` overflows.
      return consume(undefined) as Stream.Stream<TurnEvent, EventsFailure>
    },
    eventsWith: consume,
    state: accumulator.state,
    get stateChanges() {
      return Stream.suspend(() => {
        const seen = { version: -1 }
        return Stream.fromPull(Effect.succeed(Effect.map(pullState(seen), (state) => [state] as const)))
      })
    },
    isBusy: accumulator.isBusy,
    resultSoFar: accumulator.result,
    onFirstRetry: (listener) => {
      if (retryListener !== undefined) return
      retryListener = listener
      if (hasRetried) afterReading(listener)
    },
    observe
  }
}

// internal

const none: ReadonlyArray<never> = []

// Whoever waits is resumed at once, and would run within the reader.
const afterReading = (resume: () => void): void => queueMicrotask(resume)

const makeBuffer = (policy: EventsOptions | undefined): Buffer => {
  const capacity = policy?.capacity ?? 1024
  const whenFull = {
    merge: "merge",
    dropDeltas: "drop",
    fail: Effect.fail(new EventsOverflowed({ capacity }))
  } as const
  return eventBuffer.make<TurnEvent, EventsFailure | EventsOverflowed>(mergeEvents, {
    capacity,
    whenFull: whenFull[policy?.whenSlow ?? "merge"]
  })
}

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
