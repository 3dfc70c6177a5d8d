/**
 * The `ThreadStore` service and its error: what a store of threads is. Stores are in `folder.ts`, `keyValue.ts` and
 * `sql.ts`. What is written to a store is decided in `mirror.ts`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Reasons from "./reasons.ts"

/**
 * The schema of all reasons.
 *
 * @category schemas
 * @since 0.171.0
 */
export const Reason = Schema.Union([
  Reasons.InvalidName,
  Reasons.Gap,
  Reasons.Conflict,
  Reasons.Corrupt,
  Reasons.StoreFailed,
  Reasons.LocalFailed,
  Reasons.LocalDiffers,
  Reasons.ThreadLoaded,
  Reasons.OlderSegment,
  Reasons.SourceMissing
])

/**
 * Why a store, a mirror or a restore failed.
 *
 * @category models
 * @since 0.171.0
 */
export type Reason = typeof Reason.Type

/**
 * A store, a mirror or a restore failed.
 *
 * @category errors
 * @since 0.171.0
 */
export class ThreadStoreError extends Schema.TaggedError<ThreadStoreError>("effect-codex/ThreadStoreError")(
  "ThreadStoreError",
  {
    /** The call that failed, such as `ThreadStore.append`. */
    method: Schema.String,
    /** The thread, if the call was about one. */
    threadId: Schema.optionalKey(Schema.String),
    reason: Reason
  }
) {
  override readonly cause = this.reason
  /** Whether the same call, unchanged, can succeed later. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message(): string {
    const thread = this.threadId === undefined ? "" : ` of thread ${this.threadId}`
    return `${this.method}${thread} failed. ${this.reason.message}`
  }
}

/**
 * A stored segment: its name and how many bytes of it are stored.
 *
 * @category models
 * @since 0.171.0
 */
export interface SegmentSize {
  readonly name: string
  readonly size: number
}

/**
 * A stored segment with its content.
 *
 * @category models
 * @since 0.171.0
 */
export interface Segment {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * A store of threads.
 *
 * **Details**
 *
 * A thread consists of segments, and a segment of bytes that are only ever appended. Ids of threads and names of
 * segments have 1 to 128 ASCII letters, digits, `-`, `_` or `.`, and begin with a letter or digit. Other names fail
 * with `InvalidName`.
 *
 * A store that you write yourself must pass the cases of `ThreadStoreConformance` in `effect-codex/testing`.
 *
 * @category services
 * @since 0.171.0
 */
export interface ThreadStore {
  /**
   * Appends bytes to a segment. After it succeeds, the segment has these bytes at this offset, durably.
   *
   * **Details**
   *
   * Bytes that are stored already are compared, so the same call can be repeated. Fails with `Gap` if `offset` is
   * behind the end, and with `Conflict` if other bytes are stored there. Both store nothing. Of two calls at the same
   * offset with different bytes, even from two processes, one fails. An append of no bytes creates no segment.
   */
  append(threadId: string, segment: string, offset: number, bytes: Uint8Array): Effect.Effect<void, ThreadStoreError>
  /** Returns the segments of a thread without their content, sorted by name. Empty if the thread is not stored. */
  segments(threadId: string): Effect.Effect<ReadonlyArray<SegmentSize>, ThreadStoreError>
  /**
   * Returns the segments of a thread with their content, sorted by name. Empty if the thread is not stored.
   *
   * Fails with `Corrupt` if a part is missing.
   */
  load(threadId: string): Effect.Effect<ReadonlyArray<Segment>, ThreadStoreError>
  /** The ids of the stored threads, each once, in any order. */
  readonly list: Stream.Stream<string, ThreadStoreError>
  /** Deletes a thread with all of its segments. Succeeds if the thread is not stored. */
  delete(threadId: string): Effect.Effect<void, ThreadStoreError>
}

/**
 * The `ThreadStore` service: `yield* ThreadStore` returns the store that a layer provides.
 *
 * @category services
 * @since 0.171.0
 */
export const ThreadStore: Context.Service<ThreadStore, ThreadStore> = /*#__PURE__*/ Context.Service<
  ThreadStore,
  ThreadStore
>("effect-codex/ThreadStore")
