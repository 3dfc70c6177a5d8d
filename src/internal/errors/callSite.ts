/**
 * Where the program called the SDK, for the stack of an error: one line of it, and not a whole stack trace.
 *
 * Most errors are made by the reader loop or a timer. Their stack would be the same for every error, and would show
 * none of the program: `withoutStack` leaves it out. `Effect.fn` adds the caller to what is printed of a failure, but
 * `Effect.retry` drops that, because it fails with the bare error again. `called` and `keepOn` put the caller into
 * the error itself.
 */
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"

/** The place of a call, formatted only when it is printed. */
export type CallSite = () => string | undefined

/** Captures where the function that calls this one was called. `skip` is the number of further functions between. */
export const capture = (skip = 0): CallSite => {
  const { stackTraceLimit } = Error
  // A program can switch traces off.
  if (stackTraceLimit === 0 || !setLimit(3 + skip)) return unknown
  const at = new Error()
  setLimit(stackTraceLimit)
  return () => at.stack?.split("\n")[3 + skip]?.trim()
}

/** Makes an error without the stack of the code that makes it. */
export const withoutStack = <A>(make: () => A): A => {
  const { stackTraceLimit } = Error
  if (!setLimit(0)) return make()
  try {
    return make()
  } finally {
    setLimit(stackTraceLimit)
  }
}

/** Puts the place of a call into the stack of its error, in place of frames of this package. */
export const keepOn = <A, E, R>(self: Effect.Effect<A, E, R>, name: string, site: CallSite): Effect.Effect<A, E, R> =>
  Effect.tapError(self, (error) => Effect.sync(() => putInto(error, name, site)))

/** Adds a span to a method, and puts the place of its call into its errors. Call it in the method itself. */
export const called = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  name: string
): Effect.Effect<A, E, Exclude<R, Tracer.ParentSpan>> => {
  const site = capture(1)
  const inSpan = Effect.useSpan(name, (span) => Effect.provideService(self, Tracer.ParentSpan, span))
  return keepOn(inSpan, name, site)
}

/** Puts the place of a call into the stack of an error. A second place does not replace the first. */
export const putInto = (error: unknown, name: string, site: CallSite): void => {
  if (!(error instanceof Error) || placed.has(error)) return
  const found = site()
  if (found === undefined) return
  placed.add(error)
  error.stack = `${headOf(error)}\n    at ${name} (${locationOf(found)})`
  // The reason has the same history as the error around it.
  if (error.cause instanceof Error) error.cause.stack = headOf(error.cause)
}

// internal

const placed = new WeakSet<Error>()

const unknown: CallSite = () => undefined

// `false` if the property is frozen.
const setLimit = (limit: number): boolean => Reflect.set(Error, "stackTraceLimit", limit)

const headOf = ({ message, name, stack }: Error): string => stack?.split("\n    at ", 1)[0] ?? `${name}: ${message}`

// `at f (file:1:2)` in a function, `at file:1:2` outside of one.
const locationOf = (frame: string): string => {
  const from = frame.lastIndexOf("(")
  if (from !== -1) return frame.slice(from + 1, frame.endsWith(")") ? -1 : undefined)
  const location = frame.startsWith("at ") ? frame.slice("at ".length) : frame
  return location.startsWith("async ") ? location.slice("async ".length) : location
}
