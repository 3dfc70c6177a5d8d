/**
 * Counts the fibers of this process that have started and not ended, in any runtime or context.
 *
 * Effect's `FiberRuntimeMetrics` counts only fibers whose context provides it, so it misses a fiber that is forked with
 * another context. Here the one method through which every fiber starts and resumes is wrapped instead, once for each
 * process.
 */
import { Effect } from "effect"
import type { Fiber } from "effect"

const live = new Set<Fiber.Fiber<unknown, unknown>>()

/** The running fibers. */
export const alive = (): ReadonlySet<Fiber.Fiber<unknown, unknown>> => live

/** Names a fiber by its span, for a message about a remaining one. */
export const nameOf = (fiber: Fiber.Fiber<unknown, unknown>): string => {
  const span = fiber.cache.span
  return `#${fiber.id}${span?._tag === "Span" ? ` in ${span.name}` : ""}`
}

/** Starts counting: earlier fibers are counted when they resume. */
export const watch = (): void => {
  const prototype: object = Object.getPrototypeOf(Effect.runFork(Effect.void))
  const evaluate: unknown = Reflect.get(prototype, method)
  if (typeof evaluate !== "function")
    throw new Error(`Effect has no Fiber.${method} any more: find another way to count fibers`)
  Reflect.set(prototype, method, function (this: Fiber.Fiber<unknown, unknown>, effect: unknown) {
    try {
      return Reflect.apply(evaluate, this, [effect])
    } finally {
      if (this.pollUnsafe() === undefined) live.add(this)
      else live.delete(this)
    }
  })
}

// internal

const method = "evaluate"
