/**
 * A turn that is paid at most once, whichever process of a cluster runs it. `openThread.ts` opens the thread; `runOnce`
 * decides by the server's record, which holds in one Codex home.
 *
 * Before a key is sent, the directory records it as an attempt of this home. What decides, if the record of the thread
 * has no turn with the key:
 *
 * - no attempt: the key is sent.
 * - an attempt of this home and thread without an end: the server saves the key before it asks the model, so it was
 *   never sent. It is sent now.
 * - any other attempt: its record is not here. The outcome is unknown, and the policy decides. This is so for another
 *   thread of this home, too: a process that was stopped before it sent its first turn has no lock on that thread yet.
 *
 * With a store, the turn is stored while it runs and before its result is reported, so the record of another machine
 * mostly has it.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schedule from "effect/Schedule"
import { Codex } from "../../Codex.ts"
import { CodexError } from "../../CodexError.ts"
import type * as Input from "../../Input.ts"
import { retryOnOverload } from "../../Retry.ts"
import type { RunOnceOptions } from "../../Thread.ts"
import { Mirror, ThreadStore, ThreadStoreError } from "../../ThreadStore.ts"
import type { Failure, TurnResult } from "../../Turn.ts"
import * as inputParts from "../input/parts.ts"
import { defaultContinuation } from "../thread/runOnce.ts"
import { OutcomeUnknown } from "../turn/turnErrors.ts"
import { type Attempt, type DirectoryError, ThreadDirectory } from "./directory.ts"
import * as homeId from "./homeId.ts"
import { open, type Opened, type OpenOptions, type Services } from "./openThread.ts"
import * as syncing from "./syncing.ts"

/** What to do with a turn whose outcome is unknown. */
export type Policy = "fail" | "continue" | "ask"

/** Asks what to do with a turn whose outcome is unknown. */
export type Ask<E = never, R = never> = (unknown: OutcomeUnknown) => Effect.Effect<"fail" | "continue", E, R>

/** Options of one turn. */
export interface DurableTurnOptions<E = never, R = never> extends Omit<RunOnceOptions, "ifInterrupted"> {
  /** `ask` calls `ask`, and fails if there is none. Default: `fail`. */
  readonly ifInterrupted?: Policy | undefined
  readonly ask?: Ask<E, R> | undefined
  /** How long to wait for a store or directory that fails. Default: 60 s. */
  readonly storeTimeout?: Duration.Input | undefined
}

/** The outcome of a turn, and where it came from. */
export interface DurableResult {
  readonly threadId: string
  readonly result: TurnResult
  /** `ran`: the key was sent by this call. `record`: the thread had a turn with the key. */
  readonly source: "ran" | "record"
}

/** Why a turn could not be run, or did not complete. */
export type DurableFailure = Failure | OutcomeUnknown | DirectoryError | ThreadStoreError

/** The services, of threads that stay in their Codex home. All programs share the home. */
export const services: Effect.Effect<Services, never, Codex | ThreadDirectory | FileSystem.FileSystem | Path.Path> =
  Effect.gen(function* () {
    return {
      codex: yield* Codex,
      directory: yield* ThreadDirectory,
      stored: undefined,
      fs: yield* FileSystem.FileSystem,
      path: yield* Path.Path
    }
  })

/** The services, of threads that are stored outside of the Codex home. */
export const storedServices: Effect.Effect<
  Services,
  never,
  Codex | ThreadDirectory | ThreadStore | Mirror | FileSystem.FileSystem | Path.Path
> = Effect.gen(function* () {
  return { ...(yield* services), stored: { store: yield* ThreadStore, mirror: yield* Mirror } }
})

/** Where a caller keeps the thread of a name open between turns. */
export interface Kept {
  opened?: Opened | undefined
}

/** Returns the thread of a name, and opens it if it is not kept. */
export const openKept = (services: Services, name: string, kept: Kept, options: OpenOptions = {}) =>
  Effect.suspend(() =>
    kept.opened !== undefined
      ? Effect.succeed(kept.opened)
      : Effect.tap(open(services, name, options), (opened) => Effect.sync(() => (kept.opened = opened)))
  )

/** Runs a turn on the thread of a name, which is opened if it is not kept. */
export const run = <E = never, R = never>(
  services: Services,
  name: string,
  key: string,
  input: Input.Input,
  options: DurableTurnOptions<E, R> & { readonly thread?: OpenOptions | undefined } = {},
  kept: Kept = {}
): Effect.Effect<DurableResult, DurableFailure | E, R> => {
  const { thread, ...turn } = options
  const once = Effect.flatMap(openKept(services, name, kept, thread), (opened) =>
    runOn(services, name, opened, key, input, turn)
  )
  // Whatever happened, the next call finds out again what this home and the store have.
  const forgetting = Effect.tapError(once, (error) =>
    Effect.sync(() => {
      if (!isOfTurn(error)) kept.opened = undefined
    })
  )
  return Effect.retry(forgetting, { times: 2, while: (error) => isStale(error) })
}

// internal

/** Whether the turn itself reported the error, so that the thread is as it was. */
const isOfTurn = (error: unknown): boolean =>
  isTagged(error) && (turnTags.has(error._tag) || error._tag === "OutcomeUnknown")

const turnTags: ReadonlySet<string> = new Set(["TurnFailed", "TurnInterrupted", "TurnStalled", "TurnTimedOut"])

/** Whether the thread that was open is not the one of the name any more. The record of the new one decides. */
const isStale = (error: unknown): boolean => {
  if (error instanceof ThreadStoreError) return error.reason._tag === "Conflict"
  return error instanceof CodexError && (error.reason._tag === "ThreadNotFound" || error.reason._tag === "ThreadLost")
}

const isTagged = (error: unknown): error is { readonly _tag: string } =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"

/** Runs a turn on the open thread of a name. */
const runOn = Effect.fnUntraced(function* <E = never, R = never>(
  services: Services,
  name: string,
  opened: Opened,
  key: string,
  input: Input.Input,
  options: DurableTurnOptions<E, R>
): Effect.fn.Return<DurableResult, DurableFailure | E, R> {
  const { ask, ifInterrupted = "fail", storeTimeout, ...given } = options
  const { directory } = services
  const { thread } = opened
  const threadId = thread.id
  const limit = Duration.fromInputUnsafe(storeTimeout ?? "60 seconds")
  const patient = waiting(limit)

  const mayContinue = (unknown: OutcomeUnknown): Effect.Effect<boolean, E, R> =>
    ifInterrupted === "ask" && ask !== undefined
      ? Effect.map(ask(unknown), (decision) => decision === "continue")
      : Effect.succeed(ifInterrupted === "continue")

  const found = yield* thread.turnByKey(key, { searchTurns: given.searchTurns })
  let sent: Input.Input = input
  if (Option.isNone(found)) {
    const home = yield* readHome(services)
    const isNotSent = ({ home: from, status, threadId: on }: Attempt): boolean =>
      from === home && on === threadId && Option.isNone(status)
    let previous: Attempt | undefined
    for (;;) {
      const earlier = Option.getOrUndefined(yield* patient(directory.begin(name, key, { home, threadId }, previous)))
      if (earlier === undefined) break
      if (!isNotSent(earlier)) {
        const unknown = notSaved(earlier)
        if (!(yield* mayContinue(unknown))) return yield* unknown
        // The model has not seen the input here, so the continuation has it.
        sent = yield* withContinuation(given.continuation, input)
      }
      previous = earlier
    }
  }

  const run = (policy: "fail" | "continue") =>
    thread
      .runOnce(key, sent, { ...given, ifInterrupted: policy })
      .pipe((run) => (given.ifFailed === "repeat" ? Effect.retry(run, retryOnOverload) : run))
  const decided = run("fail").pipe(
    Effect.catchTag("OutcomeUnknown", (unknown) =>
      Effect.flatMap(mayContinue(unknown), (goOn) => (goOn ? run("continue") : Effect.fail(unknown)))
    )
  )
  const result = yield* whileStored(services, threadId, limit, decided).pipe(
    Effect.onExit((exit) => {
      const status = statusOf(exit)
      return status === undefined ? Effect.void : Effect.ignore(patient(directory.end(name, key, status)))
    })
  )
  const source = Option.isSome(found) && found.value.id === result.id ? "record" : "ran"
  return { threadId, result, source }
})

/** Stores the thread while a turn runs, and once more before its outcome is reported. */
const whileStored = <A, E, R>(
  { codex, stored }: Services,
  threadId: string,
  limit: Duration.Duration,
  turn: Effect.Effect<A, E, R>
): Effect.Effect<A, E | ThreadStoreError, R> => {
  if (stored === undefined) return turn
  const { mirror } = stored
  return Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.exit(restore(Effect.raceFirst(turn, syncing.follow(codex, mirror, threadId)))), (exit) =>
      Exit.hasInterrupts(exit)
        ? // The next runner looks for this turn in the store. It must not wait long: the shard is about to move.
          Effect.andThen(
            Effect.ignore(Effect.timeout(Effect.interruptible(mirror.sync(threadId)), INTERRUPTED_SYNC)),
            exit
          )
        : Effect.andThen(restore(syncing.sync(mirror, threadId, limit)), exit)
    )
  )
}

/** How long an interrupted turn may take to store its thread. */
const INTERRUPTED_SYNC = Duration.seconds(5)

/** Waits for a directory that fails, up to a limit. */
const waiting =
  (limit: Duration.Duration) =>
  <A>(call: Effect.Effect<A, DirectoryError>): Effect.Effect<A, DirectoryError> =>
    Effect.retry(call, {
      schedule: Schedule.spaced("500 millis").pipe(Schedule.while(({ elapsed }) => elapsed < Duration.toMillis(limit))),
      while: (error) => error.isRetryable
    })

const readHome = ({ codex, fs, path }: Services): Effect.Effect<string, ThreadStoreError> =>
  homeId
    .read(codex.metadata.codexHome)
    .pipe(Effect.provideService(FileSystem.FileSystem, fs), Effect.provideService(Path.Path, path))

const notSaved = ({ home, startedAt, status, threadId }: Attempt): OutcomeUnknown =>
  new OutcomeUnknown({
    threadId,
    turnId: "",
    status: "notSaved",
    seen: {
      id: "",
      status: "interrupted",
      error: Option.none(),
      startedAt: Option.some(DateTime.toUtc(startedAt)),
      completedAt: Option.none(),
      duration: Option.none(),
      finalResponse: Option.none(),
      items: [],
      usage: Option.none(),
      unfinishedItems: [],
      warnings: []
    },
    attempt: { home, startedAt, status: Option.getOrNull(status) }
  })

const withContinuation = (
  continuation: Input.Input | undefined,
  input: Input.Input
): Effect.Effect<Input.Input, CodexError> =>
  Effect.all([inputParts.toParts(continuation ?? defaultContinuation), inputParts.toParts(input)]).pipe(
    Effect.map((parts) => parts.flat()),
    Effect.mapError((reason) => new CodexError({ method: "turn/start", reason }))
  )

/** The status of a turn that has ended. `undefined` if it is not known to have ended. */
const statusOf = (exit: Exit.Exit<TurnResult, unknown>): string | undefined => {
  if (Exit.isSuccess(exit)) return exit.value.status
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (!isTagged(error)) return undefined
  return error._tag === "TurnFailed" ? "failed" : error._tag === "TurnInterrupted" ? "interrupted" : undefined
}
