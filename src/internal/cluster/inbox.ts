/**
 * Implements the inbox on a store of entries. Each change is read, decided in `inboxCommand.ts`, and written only if
 * the entry is still the one that was read; else it is decided again.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Backend, Position } from "./inboxBackend.ts"
import * as checks from "./inboxChecks.ts"
import { apply, type Command } from "./inboxCommand.ts"
import { isExpired, isLost, opened, type Stored } from "./inboxEntry.ts"
import * as Reasons from "./inboxReasons.ts"
import {
  type ApprovalInbox,
  ApprovalInboxError,
  type Delivered,
  type ListOptions,
  type Reason,
  type Request
} from "./inboxService.ts"
import * as waitings from "./inboxWaiting.ts"

/** Settings of an inbox. */
export interface Settings {
  readonly pollInterval: Duration.Duration
  readonly lease: Duration.Duration
}

/** Creates an inbox on a store. Its fibers end with the scope. */
export const make = Effect.fnUntraced(function* (
  backend: Backend,
  { lease, pollInterval }: Settings
): Effect.fn.Return<ApprovalInbox, never, Scope.Scope> {
  /** Applies a command to an entry, whatever happens to it in the meantime. */
  const change = Effect.fnUntraced(function* (id: string, command?: Command): Effect.fn.Return<Stored, Reason> {
    for (;;) {
      const stored = yield* backend.get(id)
      if (stored === undefined) return yield* new Reasons.EntryNotFound()
      const now = yield* DateTime.now
      // A limit that has passed counts, although it is not stored yet.
      const due = dueCommand(stored, now)
      const applied = due ?? command
      if (applied === undefined) return stored
      const decided = apply(stored, now, applied)
      if (Result.isFailure(decided)) return yield* decided.failure
      if (decided.success === undefined) return stored
      const { event, next } = decided.success
      if (!(yield* backend.replace(stored, next, event, due?._tag === "lose"))) continue
      waiting.changed(next)
      if (due === undefined) return next
    }
  })

  /** Ends entries whose limit or lease has passed. */
  const settle = Effect.fnUntraced(function* (found: ReadonlyArray<Stored>) {
    const now = yield* DateTime.now
    for (const stored of found) {
      // Decided again after it is read again: its lease may have been refreshed in the meantime.
      if (dueCommand(stored, now) !== undefined) {
        yield* Effect.catchTag(change(stored.entry.id), "EntryNotFound", () => Effect.void)
      }
    }
  })

  const sweep: Effect.Effect<void, Reason> = Effect.gen(function* () {
    let after: Position | undefined
    do {
      const found = yield* backend.due(DateTime.toEpochMillis(yield* DateTime.now), { after, limit: sweepSize })
      yield* settle(found.data)
      after = found.next
    } while (after !== undefined)
  })

  const waiting = yield* waitings.make(backend, pollInterval, lease, settle)
  // The requests of a process that died are ended by the others, even if no person lists them.
  yield* Effect.sleep(Duration.max(pollInterval, Duration.divideUnsafe(lease, 3))).pipe(
    Effect.andThen(Effect.catchCause(sweep, (cause) => Effect.logDebug("The inbox cannot be swept.", cause))),
    Effect.forever,
    Effect.forkScoped
  )

  const insert = Effect.fnUntraced(function* (request: Request, token: string | undefined) {
    const id = request.id ?? crypto.randomUUID()
    const now = yield* DateTime.now
    const entry = yield* checks.entryOf(request, id, token, now)
    const leaseUntil = token === undefined ? DateTime.toEpochMillis(now) + Duration.toMillis(lease) : null
    const stored: Stored = { entry, version: 1, leaseUntil, relay: token !== undefined }
    if (yield* backend.insert(stored, opened(entry))) return entry
    const existing = yield* backend.get(id)
    if (token === undefined || !Option.contains(existing?.entry.token ?? Option.none(), token)) {
      return yield* new Reasons.EntryExists()
    }
    return existing?.entry ?? entry
  })

  const ask = (
    request: Request,
    ended: () => { readonly status: "withdrawn" | "lost"; readonly why: string }
  ): Effect.Effect<Delivered, Reason> =>
    // Without a mask, an interruption between the insert and the wait would leave the entry open.
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const { id } = yield* insert(request, undefined)
        const abandon = Effect.suspend(() => {
          const { status, why } = ended()
          return change(
            id,
            status === "lost" ? { _tag: "lose", why } : { _tag: "withdraw", why, by: Option.none(), onlyOpen: false }
          )
        }).pipe(
          // Its lease ends it.
          Effect.catchCause((cause) => Effect.logDebug("An entry of the inbox cannot be ended.", cause))
        )
        const exit = yield* Effect.exit(restore(waiting.until(id)))
        if (Exit.isFailure(exit)) {
          yield* abandon
          return yield* Effect.failCause(exit.cause)
        }
        const before = yield* backend.get(id)
        const { entry } = yield* change(id, { _tag: "deliver" })
        const answer = entry.status === "delivered" ? (before?.entry.answer ?? Option.none()) : Option.none()
        return { entry, answer: Option.map(answer, ({ choice, value }) => ({ choice, value })) }
      })
    )

  const list = Effect.fnUntraced(function* (options: ListOptions, relay: boolean) {
    const limit = yield* checks.pageSize(options)
    const after = yield* checks.cursor(options.after)
    yield* sweep
    return yield* backend.list({
      status: options.status ?? (relay ? ["answered", "expired", "withdrawn"] : ["open"]),
      kind: options.kind,
      threadId: options.threadId,
      relay,
      after,
      limit
    })
  })

  const internal: ApprovalInbox["~internal"] = {
    ask: (request, ended) => named("ask", request.id, ask(request, ended)),
    put: (request) =>
      named(
        "put",
        request.id,
        Effect.andThen(checks.text("token", request.token, 2000), insert(request, request.token))
      ),
    withdrawOpen: (id) =>
      Effect.ignore(change(id, { _tag: "withdraw", why: "ended", by: Option.none(), onlyOpen: true })),
    toRelay: named(
      "list",
      undefined,
      Effect.map(list({ pageSize: 1000 }, true), ({ data }) => data.map(toEntry))
    ),
    relayed: ({ id, status }) =>
      named("list", id, status === "answered" ? Effect.asVoid(change(id, { _tag: "deliver" })) : backend.relayed(id)),
    pollInterval
  }

  return {
    ask: (request) =>
      Effect.map(
        internal.ask(request, () => interrupted),
        ({ entry }) => entry
      ),
    get: (id) => named("get", id, Effect.map(change(id), toEntry)),
    list: (options = {}) =>
      named(
        "list",
        undefined,
        Effect.map(list(options, false), ({ data, next }) => ({ data: data.map(toEntry), next: checks.nextOf(next) }))
      ),
    watch: (options = {}) =>
      Stream.fromEffectSchedule(named("watch", undefined, list(options, false)), Schedule.spaced(pollInterval)).pipe(
        Stream.map(({ data }) => data),
        Stream.changesWith((a, b) => signature(a) === signature(b)),
        Stream.map((found) => found.map(toEntry))
      ),
    claim: (id, by, lease) =>
      named(
        "claim",
        id,
        Effect.gen(function* () {
          yield* checks.text("by", by, 200)
          const duration = yield* checks.duration("lease", lease, Duration.minutes(5))
          const until = DateTime.addDuration(yield* DateTime.now, duration)
          return toEntry(yield* change(id, { _tag: "claim", by, until }))
        })
      ),
    release: (id, by) =>
      named("release", id, Effect.andThen(checks.text("by", by, 200), change(id, { _tag: "release", by }))).pipe(
        Effect.map(toEntry)
      ),
    answer: (id, answer) =>
      named(
        "answer",
        id,
        Effect.andThen(
          checks.answer(answer),
          change(id, {
            _tag: "answer",
            by: answer.by,
            choice: answer.choice,
            value: Option.fromUndefinedOr(answer.value),
            note: Option.fromUndefinedOr(answer.note)
          })
        )
      ).pipe(Effect.map(toEntry)),
    withdraw: (id, { by } = {}) =>
      named(
        "withdraw",
        id,
        Effect.andThen(
          by === undefined ? Effect.void : checks.text("by", by, 200),
          change(id, { _tag: "withdraw", why: "call", by: Option.fromUndefinedOr(by), onlyOpen: false })
        )
      ).pipe(Effect.map(toEntry)),
    history: (options = {}) =>
      named(
        "history",
        undefined,
        Effect.gen(function* () {
          const limit = yield* checks.pageSize(options)
          const after = yield* checks.cursor(options.after)
          yield* sweep
          const { data, next } = yield* backend.history({ entryId: options.entryId, after, limit })
          return { data, next: checks.nextOf(next) }
        })
      ),
    prune: (endedBefore) => named("prune", undefined, backend.prune(DateTime.toEpochMillis(endedBefore))),
    "~internal": internal
  }
})

// internal

const sweepSize = 100

const interrupted = { status: "withdrawn", why: "interrupted" } as const

const toEntry = ({ entry }: Stored) => entry

const dueCommand = (stored: Stored, now: DateTime.Utc): Command | undefined =>
  isExpired(stored.entry, now) ? { _tag: "expire" } : isLost(stored, now) ? { _tag: "lose", why: "lease" } : undefined

const signature = (found: ReadonlyArray<Stored>): string =>
  found.map(({ entry, version }) => `${entry.id}:${version}`).join("\n")

const named = <A>(
  method: string,
  id: string | undefined,
  effect: Effect.Effect<A, Reason>
): Effect.Effect<A, ApprovalInboxError> =>
  effect.pipe(
    Effect.mapError(
      (reason) =>
        new ApprovalInboxError({ method: `ApprovalInbox.${method}`, entryId: Option.fromUndefinedOr(id), reason })
    ),
    Effect.withSpan(`ApprovalInbox.${method}`)
  )
