/**
 * The end of what runs code of the program for a connection: handlers and tools. They are interrupted when their
 * connection ends, and their finalizers have a grace to finish; what then still runs is named in a log warning, and left
 * to itself. So no finalizer and no effect that can't be interrupted keeps a scope open, or a process alive.
 *
 * Over a process the wait comes last, after its end: `AppServer` owns the closing of its transport. Over any other
 * transport the connection's own scope waits. Time is real, since a program that stands still waits for this.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import type { Transport } from "../Transport.ts"
import { shownMethod } from "./errors/shownMethod.ts"
import * as monotonic from "./monotonic.ts"
import { inRealTime } from "./realTime.ts"
import { shownIds } from "./errors/shownIds.ts"

/** Code of the program that runs for a request of the server. */
export interface Running {
  readonly method: string
  readonly threadId: Option.Option<string>
}

/** A scope for code of the program. `running` says what runs in it, for the log. */
export type MakeScope = (running: () => Iterable<Running>) => Effect.Effect<Scope.Closeable, never, Scope.Scope>

/** Scopes for a connection over a transport. Their end interrupts all that runs there at once. */
export const scopeFor =
  (transport: Transport["Service"]): MakeScope =>
  (running) =>
    Effect.acquireRelease(
      // In parallel, so that what can't be interrupted doesn't keep the rest from being.
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
 * The closing of a process: the scope's end waits for what the connection over its transport has left running. To be
 * made before what ends the process, so that it comes after.
 */
export const ofProcess = (
  grace: Duration.Duration
): Effect.Effect<(transport: Transport["Service"]) => void, never, Scope.Scope> => {
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
  readonly running: () => Iterable<Running>
  /** In milliseconds of the real clock. */
  readonly since: number
}

const endingsOf = new WeakMap<Transport["Service"], Array<Ending>>()

const defaultGrace = Duration.seconds(2)
// What ends at once takes a moment too.
const leastGrace = Duration.millis(100)

const now = (): number => monotonic.millis(Clock.Clock.defaultValue())

const wait = Effect.fnUntraced(function* (
  endings: ReadonlyArray<Ending>,
  grace: Duration.Duration
): Effect.fn.Return<void> {
  // By what the log says of each: a tool runs in a fiber beside that of its call.
  const left = new Map<string, Running>()
  for (const { done, running, since } of endings) {
    const rest = Math.max(0, since + Duration.toMillis(grace) - now())
    yield* inRealTime(Effect.timeoutOption(Effect.interruptible(Fiber.await(done)), rest))
    if (done.pollUnsafe() !== undefined) continue
    for (const what of running()) left.set(JSON.stringify([what.method, Option.getOrNull(what.threadId)]), what)
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
