/**
 * Records every text that leaves a program: its logs of any level, its spans, and the printed forms of its values. For
 * tests that search for secrets in them.
 */
import { Cause, Effect, Exit, Logger, References, Tracer } from "effect"
import { inspect } from "node:util"

const deep = (value: unknown) => inspect(value, { depth: 20, maxStringLength: Infinity, maxArrayLength: Infinity })

export const faces = (value: unknown): ReadonlyArray<string> => [
  deep(value),
  String(value),
  JSON.stringify(value) ?? "",
  ...(value instanceof Error ? [value.message, String(value.stack), Cause.pretty(Cause.fail(value))] : [])
]

/** Runs an effect and records its logs and spans; adds the values that `keep` received. */
export const watched = Effect.fnUntraced(function* <A, E, R>(
  effect: (keep: (value: unknown) => void) => Effect.Effect<A, E, R>
) {
  const texts: Array<string> = []
  const spans: Array<Tracer.NativeSpan> = []
  const logger = Logger.make((entry) => {
    texts.push(deep(entry.message), Cause.pretty(entry.cause))
    texts.push(deep(entry.fiber.getRef(References.CurrentLogAnnotations)))
  })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  yield* effect((value) => void texts.push(...faces(value))).pipe(
    Effect.withTracer(tracer),
    Effect.provide(Logger.layer([logger])),
    Effect.provideService(References.MinimumLogLevel, "All")
  )
  const told = spans.flatMap(({ attributes, events, name, status }) => [
    name,
    deep([...attributes]),
    deep(events),
    status._tag === "Ended" && Exit.isFailure(status.exit) ? Cause.pretty(status.exit.cause) : ""
  ])
  return { texts: [...texts, ...told], spans: spans.map(({ name }) => name) }
})
