/**
 * The `ApprovalInbox` service and its error. `inbox.ts` implements it; `inboxPolicies.ts` puts the requests of the
 * server into it.
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as Printable from "../../Printable.ts"
import type * as entries from "./inboxEntry.ts"
import * as Reasons from "./inboxReasons.ts"

/**
 * The schema of all reasons.
 *
 * @category schemas
 * @since 0.171.0
 */
export const Reason = Schema.Union([
  Reasons.EntryNotFound,
  Reasons.AlreadyAnswered,
  Reasons.EntryClosed,
  Reasons.ClaimedByOther,
  Reasons.NotOffered,
  Reasons.InvalidRequest,
  Reasons.EntryExists,
  Reasons.InboxFailed
])

/**
 * Why a call of the inbox failed.
 *
 * @category models
 * @since 0.171.0
 */
export type Reason = typeof Reason.Type

/**
 * A call of the inbox failed.
 *
 * @category errors
 * @since 0.171.0
 */
export class ApprovalInboxError extends Schema.TaggedError<ApprovalInboxError>("effect-codex/ApprovalInboxError")(
  "ApprovalInboxError",
  {
    /** The call that failed, such as `ApprovalInbox.answer`. */
    method: Schema.String,
    /** The entry, if the call was about one. */
    entryId: Schema.OptionFromNullOr(Schema.String),
    reason: Reason
  }
) {
  override readonly cause = this.reason
  /** Whether the same call, unchanged, can succeed later. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message(): string {
    const entry = Option.match(this.entryId, {
      onNone: () => "",
      onSome: (id) => ` of entry ${Printable.line(id.slice(0, 100).toWellFormed())}`
    })
    return `${this.method}${entry} failed. ${this.reason.message}`
  }
}

/**
 * What is put into the inbox.
 *
 * @category models
 * @since 0.171.0
 */
export interface Request {
  /**
   * The id of the entry, at most 200 characters. Default: a random one.
   *
   * Give one to put the same request in only once, even if the call is repeated.
   */
  readonly id?: string | undefined
  /** What kind of request it is, for filters: at most 64 characters. */
  readonly kind: string
  /** What a person reads, the question first. Control characters are replaced, and secrets are masked. */
  readonly lines: ReadonlyArray<string>
  /** The answers to choose from. */
  readonly choices: ReadonlyArray<Choice>
  /** The values of an answer, for a choice with `needsValue`. Default: none. */
  readonly fields?: ReadonlyArray<Field> | undefined
  /** How long an answer is possible. Default: as long as the process waits. */
  readonly expiresAfter?: Duration.Input | undefined
  /** The name of the process that asks, for people. Default: none. */
  readonly runner?: string | undefined
  readonly threadId?: string | undefined
  readonly turnId?: string | undefined
  readonly itemId?: string | undefined
}

/**
 * An answer to choose.
 *
 * @category models
 * @since 0.171.0
 */
export type Choice = typeof entries.Choice.Type

/**
 * A value to fill in.
 *
 * @category models
 * @since 0.171.0
 */
export type Field = typeof entries.Field.Type

/**
 * The answer of a person.
 *
 * @category models
 * @since 0.171.0
 */
export interface Answer {
  /** The `name` of one of the entry's choices. */
  readonly choice: string
  /** The values, if the choice needs them: an object with the names of the entry's `fields`. */
  readonly value?: Schema.Json | undefined
  /**
   * Who answers, at most 200 characters. It is stored in the audit. The inbox does not check who calls: that is up to
   * your program.
   */
  readonly by: string
  /** A reason, for the audit. At most 10,000 characters. */
  readonly note?: string | undefined
}

/**
 * Which entries to list.
 *
 * @category models
 * @since 0.171.0
 */
export interface ListOptions {
  /** Only entries in these states. Default: `["open"]`. */
  readonly status?: ReadonlyArray<entries.Status> | undefined
  /** Only entries of these kinds. Default: all. */
  readonly kind?: ReadonlyArray<string> | undefined
  /** Only entries of this thread. */
  readonly threadId?: string | undefined
  /** The `next` of the page before. */
  readonly after?: string | undefined
  /** The size of a page, at most 1000. Default: 100. */
  readonly pageSize?: number | undefined
}

/**
 * Which events to list.
 *
 * @category models
 * @since 0.171.0
 */
export interface HistoryOptions {
  /** Only the events of this entry. */
  readonly entryId?: string | undefined
  /** The `next` of the page before. */
  readonly after?: string | undefined
  /** The size of a page, at most 1000. Default: 100. */
  readonly pageSize?: number | undefined
}

/**
 * A page of a list.
 *
 * @category models
 * @since 0.171.0
 */
export interface Page<A> {
  readonly data: ReadonlyArray<A>
  /** Where the next page begins. None if this was the last one. */
  readonly next: Option.Option<string>
}

/**
 * The inbox: open requests of all runners, and their audit.
 *
 * @category services
 * @since 0.171.0
 */
export interface ApprovalInbox {
  /**
   * Puts a request in, and waits for its end: `delivered` with the answer, `expired`, `withdrawn` or `lost`.
   *
   * **Details**
   *
   * The caller is known to live by a lease that this process refreshes. If the process dies, the entry becomes `lost`.
   * If the call is interrupted, the entry becomes `withdrawn`.
   */
  ask(request: Request): Effect.Effect<Entry, ApprovalInboxError>
  /** Returns an entry. Fails with `EntryNotFound`. */
  get(id: string): Effect.Effect<Entry, ApprovalInboxError>
  /** Lists entries, oldest first. */
  list(options?: ListOptions): Effect.Effect<Page<Entry>, ApprovalInboxError>
  /**
   * Emits the first page of a list now, and again whenever it has changed.
   *
   * It reads the database at each `pollInterval`. A failure of the database ends the stream.
   */
  watch(options?: ListOptions): Stream.Stream<ReadonlyArray<Entry>, ApprovalInboxError>
  /**
   * Claims an open entry, so that other people do not answer it in the meantime. Extends a claim of the same person.
   *
   * Default of `lease`: 5 minutes. Fails with `ClaimedByOther`, `AlreadyAnswered` or `EntryClosed`.
   */
  claim(id: string, by: string, lease?: Duration.Input): Effect.Effect<Entry, ApprovalInboxError>
  /** Ends the claim of a person. Succeeds if there is none. Fails with `ClaimedByOther`. */
  release(id: string, by: string): Effect.Effect<Entry, ApprovalInboxError>
  /**
   * Answers an open entry. The first answer counts.
   *
   * Fails with `AlreadyAnswered`, which has who answered, with `EntryClosed`, `ClaimedByOther` or `NotOffered`.
   */
  answer(id: string, answer: Answer): Effect.Effect<Entry, ApprovalInboxError>
  /** Withdraws an entry that has not ended. Succeeds if it has. */
  withdraw(id: string, options?: { readonly by?: string | undefined }): Effect.Effect<Entry, ApprovalInboxError>
  /** Lists what happened to entries, oldest first. */
  history(options?: HistoryOptions): Effect.Effect<Page<Event>, ApprovalInboxError>
  /** Removes entries that ended before a time, with their events. Returns how many. */
  prune(endedBefore: DateTime.Utc): Effect.Effect<number, ApprovalInboxError>
  readonly "~internal": Internal
}

/** What modules of this package need besides. */
export interface Internal {
  /** As `ask`. After an interruption, `ended` says how the entry ended. */
  readonly ask: (
    request: Request,
    ended: () => { readonly status: "withdrawn" | "lost"; readonly why: string }
  ) => Effect.Effect<Delivered, ApprovalInboxError>
  /**
   * Puts a request in that no process waits for. `token` names what waits.
   *
   * Returns the existing entry if one with this id and this token exists, and fails with `EntryExists` if an entry with
   * this id has another token.
   */
  readonly put: (
    request: Request & { readonly id: string; readonly token: string }
  ) => Effect.Effect<Entry, ApprovalInboxError>
  /** Withdraws an entry that is open, as far as the database can be reached. */
  readonly withdrawOpen: (id: string) => Effect.Effect<void>
  /** Entries with a token whose end was not passed on. */
  readonly toRelay: Effect.Effect<ReadonlyArray<Entry>, ApprovalInboxError>
  /** Notes that the end of an entry was passed on. */
  readonly relayed: (entry: Entry) => Effect.Effect<void, ApprovalInboxError>
  readonly pollInterval: Duration.Duration
}

/** An entry that has ended, and the answer if it was delivered. The entry has no value of the answer any more. */
export interface Delivered {
  readonly entry: Entry
  readonly answer: Option.Option<{ readonly choice: string; readonly value: Option.Option<Schema.Json> }>
}

/**
 * An entry.
 *
 * @category models
 * @since 0.171.0
 */
export interface Entry extends Readonly<entries.Entry> {}

/**
 * An event of the audit.
 *
 * @category models
 * @since 0.171.0
 */
export interface Event extends Readonly<entries.Event> {}

/**
 * The `ApprovalInbox` service: `yield* ApprovalInbox` returns the inbox that a layer provides.
 *
 * @category services
 * @since 0.171.0
 */
export const ApprovalInbox: Context.Service<ApprovalInbox, ApprovalInbox> = /*#__PURE__*/ Context.Service<
  ApprovalInbox,
  ApprovalInbox
>("effect-codex/ApprovalInbox")
