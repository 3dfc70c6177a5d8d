/**
 * Interrupts the program's code, handlers and tools, when its connection ends. Finalizers get a grace period.
 *
 * Code that still runs after that is reported in a log warning, and no longer waited for. So neither a finalizer nor
 * an uninterruptible effect keeps a scope open or a process alive.
 *
 * Over a process, the wait comes last, after the process has ended, because `AppServer` closes its own transport.
 * Over any other transport, the scope of the connection waits. The wait uses real time, because the whole program can
 * be blocked on it.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import type { Transport } from "../../Transport.ts"
import { shownMethod } from "../errors/shownMethod.ts"
import * as monotonic from "../monotonic.ts"
import { inRealTime } from "../realTime.ts"
import { shownIds } from "../errors/shownIds.ts"

/** Code of the program that runs for a server request. */
export interface Running {
  readonly method: string
  readonly threadId: Option.Option<string>
}

/**
 * Creates a scope for code of the program. `running` has the fibers that run in it, with what they are for the log. A
 * fiber whose first steps closed the scope is only there: it was no part of the scope yet.
 */
export type MakeScope = (
  running: ReadonlyMap<Fiber.Fiber<unknown, unknown>, Running>
) => Effect.Effect<Scope.Closeable, never, Scope.Scope>

/** Creates scopes for a connection over a transport. Closing one interrupts everything in it concurrently. */
export const scopeFor =
  (transport: Transport): MakeScope =>
  (running) =>
    Effect.acquireRelease(
      // In parallel, so code that cannot be interrupted does not delay the interruption of other code.
      Scope.make("parallel"),
      (scope) =>
        Effect.gen(function* () {
          const done = yield* Effect.forkDetach(Scope.close(scope, Exit.void), { startImmediately: true })
          const ending: Ending = { done, running, since: now() }
          const owned = endingsOf.get(transport)
          if (owned === undefined) yield* wait([ending], defaultGrace)
          else owned.push(ending)
        })
    )

/**
 * Makes the end of the scope wait for code that the connection over a process's transport has left running.
 *
 * Call it before adding the finalizer that ends the process, so that the wait comes after it.
 */
export const ofProcess = (
  grace: Duration.Duration
): Effect.Effect<(transport: Transport) => void, never, Scope.Scope> => {
  const endings: Array<Ending> = []
  return Effect.as(
    Effect.addFinalizer(() => Effect.suspend(() => wait(endings.splice(0), Duration.max(grace, leastGrace)))),
    (transport) => {
      endingsOf.set(transport, endings)
    }
  )
}

// internal

interface Ending {
  readonly done: Fiber.Fiber<unknown, unknown>
  readonly running: ReadonlyMap<Fiber.Fiber<unknown, unknown>, Running>
  /** In milliseconds of the real clock. */
  readonly since: number
}

const endingsOf = new WeakMap<Transport, Array<Ending>>()

const defaultGrace = Duration.seconds(2)
// Code that ends immediately still needs a moment.
const leastGrace = Duration.millis(100)

const now = (): number => monotonic.millis(Clock.Clock.defaultValue())

const wait = Effect.fnUntraced(function* (
  endings: ReadonlyArray<Ending>,
  grace: Duration.Duration
): Effect.fn.Return<void> {
  // By the content of the log line, because a tool runs in a separate fiber beside that of its call.
  const left = new Map<string, Running>()
  // A handler whose first steps led here is registered by then.
  yield* Effect.yieldNow
  for (const { done, running, since } of endings) {
    const rest = Math.max(0, since + Duration.toMillis(grace) - now())
    const fibers = [done, ...running.keys()]
    if (fibers.some((fiber) => fiber.pollUnsafe() === undefined)) {
      yield* inRealTime(Effect.timeoutOption(Effect.interruptible(Fiber.awaitAll(fibers)), rest))
    }
    for (const what of running.values()) left.set(JSON.stringify([what.method, Option.getOrNull(what.threadId)]), what)
  }
  yield* Effect.forEach(left.values(), warn(grace), { discard: true })
})

const warn =
  (grace: Duration.Duration) =>
  ({ method, threadId }: Running): Effect.Effect<void> =>
    Effect.annotateLogs(
      Effect.logWarning(
        `The handler for ${shownMethod(method)} is still running ${Duration.format(grace)} after its connection ended, and is abandoned. Limit the time of its finalizers and of its uninterruptible parts.`
      ),
      Option.match(threadId, { onNone: () => ({}), onSome: (id) => shownIds({ threadId: id }) })
    )
