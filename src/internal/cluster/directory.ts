/**
 * The `ThreadDirectory` service and its error: what a directory of threads is. Directories are in `directoryMemory.ts`
 * and `directorySql.ts`. When an attempt may be sent is decided in `durableTurn.ts`.
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as turnKey from "../turn/turnKey.ts"

const id = (name: string): string => `effect-codex/DirectoryError/${name}`

/** An argument is not allowed. Nothing was recorded. */
export class InvalidName extends Schema.TaggedError<InvalidName>(id("InvalidName"))("InvalidName", {
  /** Which argument it was. */
  argument: Schema.Literals(["name", "key", "threadId", "home"])
}) {
  readonly isRetryable = false
  override get message(): string {
    const most = this.argument === "key" ? turnKey.maxLength : maxLength
    return `\`${this.argument}\` must have 1 to ${most} characters, and no NUL and no lone surrogate. Use a hash of a longer one.`
  }
}

/** The name belongs to another thread than the caller expected: another process has bound it. Nothing was recorded. */
export class BoundElsewhere extends Schema.TaggedError<BoundElsewhere>(id("BoundElsewhere"))("BoundElsewhere", {
  /** The thread that the name belongs to, or `null` if it belongs to none. */
  threadId: Schema.NullOr(Schema.String)
}) {
  readonly isRetryable = false
  override get message(): string {
    return "Another process has bound this name in the meantime. Read it with `find`, and use the thread that it belongs to."
  }
}

/** The database failed. */
export class DirectoryFailed extends Schema.TaggedError<DirectoryFailed>(id("DirectoryFailed"))("DirectoryFailed", {
  /** The kind of the failure, such as `ConnectionError`. */
  kind: Schema.String
}) {
  readonly isRetryable = true
  override get message(): string {
    return `The database of the directory failed (${this.kind}). Check that it is reachable and that this program may use it, then retry.`
  }
}

/**
 * The schema of all reasons.
 *
 * @category schemas
 * @since 0.171.0
 */
export const Reason = Schema.Union([InvalidName, BoundElsewhere, DirectoryFailed])

/**
 * Why a call of a directory failed.
 *
 * @category models
 * @since 0.171.0
 */
export type Reason = typeof Reason.Type

/**
 * A call of a directory of threads failed.
 *
 * @category errors
 * @since 0.171.0
 */
export class DirectoryError extends Schema.TaggedError<DirectoryError>("effect-codex/DirectoryError")(
  "DirectoryError",
  {
    /** The call that failed, such as `ThreadDirectory.bind`. */
    method: Schema.String,
    reason: Reason
  }
) {
  override readonly cause = this.reason
  /** Whether the same call, unchanged, can succeed later. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message(): string {
    return `${this.method} failed. ${this.reason.message}`
  }
}

/**
 * The thread that a name belongs to.
 *
 * @category models
 * @since 0.171.0
 */
export interface Binding {
  readonly threadId: string
  /** Whether a turn of it has ended, so that it must be found again: `end` was called for the name since `bind`. */
  readonly hasTurns: boolean
}

/**
 * From where a key is sent.
 *
 * @category models
 * @since 0.171.0
 */
export interface AttemptSource {
  /** The id of the Codex home. */
  readonly home: string
  /** The thread. */
  readonly threadId: string
}

/**
 * A key that was about to be sent, and from where.
 *
 * @category models
 * @since 0.171.0
 */
export interface Attempt extends AttemptSource {
  readonly startedAt: DateTime.Utc
  /** The status of its turn, if its end was recorded: `completed`, `failed` or `interrupted`. */
  readonly status: Option.Option<string>
}

/**
 * A directory of threads by names that the program chooses, and of the keys that were sent to them.
 *
 * **Details**
 *
 * Several programs share it. The name is that of a conversation, such as `customer-42`: 1 to 255 characters. A key
 * identifies one piece of work in it, as in `thread.runOnce`. Names and keys are stored as they are, so they must not
 * be secrets.
 *
 * The server's own record says whether a key was sent, but only in the Codex home that it was sent from. The attempts
 * say which home that is.
 *
 * @category services
 * @since 0.171.0
 */
export interface ThreadDirectory {
  /** Returns the thread of a name, or none. */
  find(name: string): Effect.Effect<Option.Option<Binding>, DirectoryError>
  /**
   * Records that a name belongs to a thread, if it belongs to `previous` until now. Default of `previous`: to none.
   *
   * Fails with `BoundElsewhere` if another process was faster. Of two calls at once, one fails.
   */
  bind(name: string, threadId: string, previous?: string): Effect.Effect<void, DirectoryError>
  /**
   * Records that a key is about to be sent, unless an attempt with the key is recorded already.
   * Returns that one.
   *
   * If `previous` is the attempt that is recorded, it is replaced, and nothing is returned. Of two calls at once, one
   * records its attempt, and the other gets it.
   */
  begin(
    name: string,
    key: string,
    source: AttemptSource,
    previous?: Attempt
  ): Effect.Effect<Option.Option<Attempt>, DirectoryError>
  /** Records the end of the turn of an attempt, after the turn is stored. */
  end(name: string, key: string, status: string): Effect.Effect<void, DirectoryError>
  /** Deletes a name and all of its attempts. The thread itself stays. Succeeds if there is none. */
  delete(name: string): Effect.Effect<void, DirectoryError>
}

/**
 * The `ThreadDirectory` service: `yield* ThreadDirectory` returns the directory that a layer provides.
 *
 * @category services
 * @since 0.171.0
 */
export const ThreadDirectory: Context.Service<ThreadDirectory, ThreadDirectory> = /*#__PURE__*/ Context.Service<
  ThreadDirectory,
  ThreadDirectory
>("effect-codex/ThreadDirectory")

/** What stores the directory. Arguments are checked. */
export interface Backend {
  find(name: string): Effect.Effect<Option.Option<Binding>, Reason>
  bind(name: string, threadId: string, previous: string | undefined): Effect.Effect<void, Reason>
  begin(
    name: string,
    key: string,
    source: AttemptSource,
    previous: Attempt | undefined
  ): Effect.Effect<Option.Option<Attempt>, Reason>
  end(name: string, key: string, status: string): Effect.Effect<void, Reason>
  delete(name: string): Effect.Effect<void, Reason>
}

/** Creates a directory over a backend. */
export const make = (backend: Backend): ThreadDirectory => {
  return {
    find: (name) => call("find", { name }, backend.find(name)),
    bind: (name, threadId, previous) => call("bind", { name, threadId }, backend.bind(name, threadId, previous)),
    begin: (name, key, source, previous) =>
      call("begin", { name, key, ...source }, backend.begin(name, key, source, previous)),
    end: (name, key, status) => call("end", { name, key }, backend.end(name, key, status)),
    delete: (name) => call("delete", { name }, backend.delete(name))
  }
}

/** Whether a value can be stored as a name. */
export const isName = (value: unknown, most = maxLength): boolean =>
  typeof value === "string" &&
  value.trim() !== "" &&
  value.length <= most &&
  value.isWellFormed() &&
  !value.includes("\0")

/** The maximum length of a name. The cluster of Effect allows no longer ones either. */
export const maxLength = 255

// internal

const call = <A>(
  method: string,
  args: { readonly [Argument in InvalidName["argument"]]?: string },
  effect: Effect.Effect<A, Reason>
): Effect.Effect<A, DirectoryError> =>
  Effect.andThen(check(args), effect).pipe(
    Effect.mapError((reason) => new DirectoryError({ method: `ThreadDirectory.${method}`, reason })),
    Effect.withSpan(`ThreadDirectory.${method}`)
  )

const check = (args: { readonly [argument: string]: string }): Effect.Effect<void, InvalidName> => {
  for (const argument of ["name", "key", "threadId", "home"] as const) {
    if (!Object.hasOwn(args, argument)) continue
    if (!isName(args[argument], argument === "key" ? turnKey.maxLength : maxLength)) {
      return Effect.fail(new InvalidName({ argument }))
    }
  }
  return Effect.void
}
