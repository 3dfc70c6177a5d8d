/**
 * The consumers of one turn's events. Each has its own buffer, so a slow one delays neither the turn nor the others.
 *
 * Events are not kept. Only until the first consumer subscribes are a few kept for it; a later subscriber starts with a
 * snapshot. When a turn ends is decided in `followedTurn.ts`.
 */
import type * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Notification } from "../client/notifications.ts"
import type { EventsFailure, EventsOptions, TurnEvent, TurnState } from "../../Turn.ts"
import { EventsOverflowed } from "./turnErrors.ts"
import * as eventBuffer from "../client/eventBuffer.ts"
import { mergeEvents } from "../client/mergeDeltas.ts"
import { shownIds } from "../errors/shownIds.ts"

/** How the streams of a turn end. */
export type End = Effect.Effect<never, EventsFailure | Cause.Done>

/** The turn, as its consumers need it. */
export interface Source {
  readonly threadId: string
  readonly turnId: string
  readonly state: () => TurnState
  readonly hasHappened: () => boolean
  /** The `turn/completed` event, if the turn ended by one. */
  readonly last: () => Notification | undefined
  readonly end: () => End | undefined
}

type Buffer = eventBuffer.EventBuffer<TurnEvent, EventsFailure | EventsOverflowed>

/** The consumers of a turn. A class, because there is one for each running turn. */
export class TurnConsumers {
  readonly #source: Source
  // Replaced on each change, so that a consumer may subscribe or leave while the others are notified.
  #buffers: ReadonlyArray<Buffer> = none
  /** For a first consumer that has not subscribed yet. */
  #first: Buffer | undefined
  // How many waiting events the first consumer may find.
  #mostKept = unlimited

  /** `keepEvents`: whether a consumer is expected from the start. */
  constructor(source: Source, keepEvents: boolean) {
    this.#source = source
    if (keepEvents) this.#first = this.#makeBuffer(undefined)
  }

  /** Passes an event to all. */
  offer(notification: Notification): void {
    if (this.#first !== undefined) {
      if (this.#first.size() < this.#mostKept) this.#first.offer(notification)
      else this.#first = undefined
    }
    // The current consumers. One that subscribes during the loop has this event in its snapshot.
    const buffers = this.#buffers
    // A loop by index: until the engine has warmed up, an iterator for each event costs a third of the time for a
    // delta.
    for (let at = 0; at < buffers.length; at++) buffers[at]?.offer(notification)
  }

  /** Limits how many later events are kept for the first consumer. All earlier events stay. */
  startKeeping(): void {
    this.#mostKept = (this.#first?.size() ?? 0) + keptForFirst
  }

  /** Ends all streams, after what waits for them. */
  end(end: End): void {
    for (const buffer of this.#buffers) buffer.end(end)
    this.#first?.end(end)
    this.#buffers = none
  }

  /** The events for one consumer, from now on or from a snapshot on. */
  consume(policy: EventsOptions | undefined): Stream.Stream<TurnEvent, EventsFailure | EventsOverflowed> {
    return Stream.unwrap(
      Effect.map(
        Effect.acquireRelease(
          Effect.contextWith((context: Context.Context<never>) =>
            Effect.sync(() => {
              const buffer = this.#attach(policy)
              buffer.onLost(() => {
                const { threadId, turnId } = this.#source
                Effect.runForkWith(context)(
                  Effect.annotateLogs(Effect.logWarning(lost), shownIds({ threadId, turnId }))
                )
              })
              return buffer
            })
          ),
          (buffer) =>
            Effect.sync(() => {
              this.#buffers = this.#buffers.filter((other) => other !== buffer)
            })
        ),
        (buffer) => buffer.stream
      )
    )
  }

  #attach(policy: EventsOptions | undefined): Buffer {
    const waiting = this.#first
    const end = this.#source.end()
    if (waiting !== undefined) {
      this.#first = undefined
      if (policy === undefined) {
        this.#buffers = [...this.#buffers, waiting]
        return waiting
      }
    }
    const buffer = this.#makeBuffer(policy)
    if (waiting !== undefined) {
      buffer.prefill(waiting.drain())
    } else if (this.#source.hasHappened()) {
      for (const event of this.#soFar()) buffer.offer(event)
    }
    this.#buffers = [...this.#buffers, buffer]
    if (end !== undefined) buffer.end(end)
    return buffer
  }

  #makeBuffer(policy: EventsOptions | undefined): Buffer {
    const capacity = policy?.capacity ?? 1024
    return eventBuffer.make<TurnEvent, EventsFailure | EventsOverflowed>(mergeEvents, {
      capacity,
      whenFull: whenFull(policy?.whenSlow, capacity),
      standIn: () => this.#soFar()
    })
  }

  /** Replaces all events until now. The end is a separate event, as usual. */
  #soFar(): ReadonlyArray<TurnEvent> {
    const snapshot: TurnEvent = { method: "~snapshot", state: this.#source.state() }
    const last = this.#source.last()
    return last === undefined ? [snapshot] : [snapshot, last]
  }
}

// internal

const none: ReadonlyArray<never> = []

// How many events are kept for a first consumer that has not subscribed yet.
const keptForFirst = 256

// An integer: the engine stores an infinite number in a separate object.
const unlimited = 2 ** 30

// The failure is made only for the policy that uses it: an error costs more than the rest of a buffer.
const whenFull = (whenSlow: EventsOptions["whenSlow"] | undefined, capacity: number) =>
  whenSlow === "fail"
    ? Effect.fail(new EventsOverflowed({ capacity }))
    : whenSlow === "dropDeltas"
      ? ("drop" as const)
      : ("merge" as const)

const lost =
  "A consumer of a turn's events is more than 64 MiB behind. Its backlog is replaced by one snapshot of the turn. Logged once per consumer."
