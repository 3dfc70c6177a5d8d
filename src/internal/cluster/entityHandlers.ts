/**
 * A thread of a cluster on the runner that has it: answers the messages of `entityProtocol.ts`.
 *
 * Runs are answered one after the other, in the order in which they were stored. The other messages pass them: they
 * refer to the run that goes on. When the thread leaves the runner, running turns get the time that the settings of the
 * cluster give them; then they are interrupted and stored, and the next runner answers the message.
 */
import * as Entity from "effect/cluster/Entity"
import { Sharding } from "effect/cluster/Sharding"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Rpc from "effect/rpc/Rpc"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { CodexError, NoActiveTurn } from "../../CodexError.ts"
import type * as Input from "../../Input.ts"
import type { TurnEvent, EventsFailure } from "../../Turn.ts"
import { inRealTime } from "../realTime.ts"
import type { FollowedTurn } from "../turn/followedTurn.ts"
import { SeenTurns } from "../turn/seenTurns.ts"
import type { OutcomeUnknown } from "../turn/turnErrors.ts"
import * as durableTurn from "./durableTurn.ts"
import { RunnerTooOld, ThreadEntityError } from "./entityErrors.ts"
import * as protocol from "./entityProtocol.ts"
import * as entityRun from "./entityRun.ts"
import type { OpenOptions, Services } from "./openThread.ts"
import * as sentEvents from "./sentEvents.ts"

/** What a decision is about. */
export interface Undecided {
  /** The name of the conversation. */
  readonly name: string
  /** The key of the run. */
  readonly key: string
  /** What is known of the turn. */
  readonly unknown: OutcomeUnknown
}

/** Options of the threads of a runner. */
export interface HandlerOptions<R> {
  readonly thread?: OpenOptions | ((name: string) => OpenOptions) | undefined
  readonly ask?: ((undecided: Undecided) => Effect.Effect<"fail" | "continue", unknown, R>) | undefined
  readonly storeTimeout?: Duration.Input | undefined
}

/** Creates the handlers of one thread. */
export const make = Effect.fnUntraced(function* <R>(services: Services, options: HandlerOptions<R>) {
  const name = (yield* Entity.CurrentAddress).entityId
  const runner = yield* Entity.CurrentRunnerAddress
  const sharding = yield* Sharding
  const context = yield* Effect.context<R>()
  const { codex } = services
  const kept: durableTurn.Kept = {}
  const running = yield* SubscriptionRef.make<Running | undefined>(undefined)
  // The keys of runs that have ended here, and the last of these runs: a reader of its events can come late.
  const past = new Set<string>()
  let last: Running | undefined
  const openOptions = typeof options.thread === "function" ? options.thread(name) : options.thread

  // The server unloads the thread a minute after this, and another process can open it then.
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => kept.opened?.thread.unsubscribe ?? Effect.void).pipe(
      Effect.timeout(UNSUBSCRIBE_LIMIT),
      Effect.ignore,
      inRealTime
    )
  )

  const ask = (key: string, decide: NonNullable<typeof options.ask>) => (unknown: OutcomeUnknown) =>
    decide({ name, key, unknown }).pipe(
      Effect.provideContext(context),
      Effect.catchCause((cause) =>
        Effect.as(Effect.logError("The decision about an unknown outcome failed", cause), "fail" as const)
      )
    )

  const runTurn = (payload: protocol.RunPayload) =>
    Effect.gen(function* () {
      const { ifFailed, ifInterrupted, items, key } = payload
      yield* durableTurn.openKept(services, name, kept, openOptions)
      const turn = yield* Deferred.make<FollowedTurn>()
      yield* SubscriptionRef.set(running, { key, turn })
      const seen = (yield* SeenTurns).observed((followed) => Deferred.doneUnsafe(turn, Effect.succeed(followed)))
      const { result, source, threadId } = yield* durableTurn
        .run(
          services,
          name,
          key,
          inputOf(payload.input),
          {
            // Type boundary: options of another program. `runOnce` checks their names and values.
            ...(payload.options as object),
            ifFailed,
            ifInterrupted,
            ask: options.ask === undefined ? undefined : ask(key, options.ask),
            storeTimeout: options.storeTimeout,
            thread: openOptions
          },
          kept
        )
        .pipe(Effect.provideService(SeenTurns, seen))
      return {
        threadId,
        turnId: result.id,
        status: result.status,
        source,
        finalResponse: result.finalResponse,
        usage: result.usage,
        startedAt: result.startedAt,
        completedAt: result.completedAt,
        duration: result.duration,
        ...(items ? { items: result.items } : {})
      }
    }).pipe(Effect.ensuring(stopRunning))

  const stopRunning = Effect.gen(function* () {
    const run = yield* SubscriptionRef.get(running)
    if (run !== undefined) {
      last = run
      past.delete(run.key)
      past.add(run.key)
      const [oldest] = past
      if (past.size > MOST_PAST && oldest !== undefined) past.delete(oldest)
    }
    yield* SubscriptionRef.set(running, undefined)
  })

  const current = Effect.suspend(() => kept.opened?.thread.current ?? Effect.succeedNone)

  const state = Effect.gen(function* () {
    const bound = kept.opened?.thread.id ?? Option.getOrUndefined(yield* services.directory.find(name))?.threadId
    return {
      threadId: Option.fromUndefinedOr(bound),
      key: Option.map(Option.fromUndefinedOr(yield* SubscriptionRef.get(running)), ({ key }) => key),
      turnId: Option.map(yield* current, ({ id }) => id),
      runner: `${runner.host}:${runner.port}`
    }
  })

  const steer = Effect.fnUntraced(function* (input: Input.Input) {
    const turn = Option.getOrUndefined(yield* current)
    if (turn === undefined) return yield* new CodexError({ method: "turn/steer", reason: new NoActiveTurn() })
    yield* turn.steer(input)
    return { turnId: turn.id }
  })

  const interrupt = Effect.gen(function* () {
    const turn = yield* current
    if (Option.isSome(turn)) yield* turn.value.interrupt()
    return { turnId: Option.map(turn, ({ id }) => id) }
  })

  /** The events of the run that goes on or of the next one, until it ends. Those of the last one, if it has the key. */
  const events = (key: string | null): Stream.Stream<TurnEvent, EventsFailure> =>
    Stream.unwrap(
      Effect.map(SubscriptionRef.get(running), (now) => {
        if (key !== null && now?.key !== key && past.has(key)) {
          return last?.key === key ? eventsOfRun(last) : Stream.empty
        }
        return SubscriptionRef.changes(running).pipe(
          Stream.filter((run) => run !== undefined && (key === null || run.key === key)),
          Stream.take(1),
          Stream.flatMap(eventsOfRun)
        )
      })
    )

  const eventsOfRun = (run: Running | undefined) => Stream.unwrap(Effect.map(turnOf(run), eventsOf))

  /** The turn of a run. None if the run ends without one, because the record had it. */
  const turnOf = (run: Running | undefined): Effect.Effect<Option.Option<FollowedTurn>> => {
    if (run === undefined) return Effect.succeedNone
    // A short turn can have ended before this looks.
    const started = Effect.suspend(() =>
      Deferred.isDoneUnsafe(run.turn) ? Effect.asSome(Deferred.await(run.turn)) : Effect.succeedNone
    )
    const ended = SubscriptionRef.changes(running).pipe(
      Stream.filter((now) => now !== run),
      Stream.runHead,
      Effect.andThen(started)
    )
    return Effect.raceFirst(Effect.asSome(Deferred.await(run.turn)), ended)
  }

  return protocol.ThreadEntity.of({
    run: ({ payload }) =>
      payload.version > protocol.version
        ? Effect.fail(tooOld("ThreadEntity.run", payload.version))
        : entityRun.run(sharding, codex, runTurn(payload)),
    steer: ({ payload }) => Rpc.fork(checked("ThreadEntity.steer", payload, steer(inputOf(payload.input)))),
    interrupt: ({ payload }) => Rpc.fork(checked("ThreadEntity.interrupt", payload, interrupt)),
    state: ({ payload }) => Rpc.fork(checked("ThreadEntity.state", payload, state)),
    events: ({ payload }) =>
      Rpc.fork(
        payload.version > protocol.version
          ? Stream.fail(tooOld("ThreadEntity.events", payload.version))
          : Stream.map(events(payload.key), sentEvents.send)
      )
  })
})

// internal

/** A run that goes on, and its turn, as soon as it has one. */
interface Running {
  readonly key: string
  readonly turn: Deferred.Deferred<FollowedTurn>
}

const UNSUBSCRIBE_LIMIT = Duration.seconds(2)

const MOST_PAST = 128

// Type boundary: input of another program. `runOnce` and `steer` check it.
const inputOf = (input: unknown): Input.Input => input as Input.Input

const eventsOf = (turn: Option.Option<FollowedTurn>): Stream.Stream<TurnEvent, EventsFailure> =>
  Option.match(turn, { onNone: () => Stream.empty, onSome: ({ events }) => events })

const checked = <A, E, R>(method: string, { version }: { readonly version: number }, effect: Effect.Effect<A, E, R>) =>
  version > protocol.version ? Effect.fail(tooOld(method, version)) : entityRun.guarded(method, effect)

const tooOld = (method: string, version: number): ThreadEntityError =>
  new ThreadEntityError({ method, reason: new RunnerTooOld({ version, supported: protocol.version }) })
