/**
 * A directory of threads in memory, for tests and for programs of one process whose threads need not outlive it.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Attempt, type Backend, type Binding, BoundElsewhere } from "./directory.ts"

/** Creates an empty directory. */
export const make = (): Backend => {
  const names = new Map<string, Entry>()

  const entryOf = (name: string): Entry => {
    const entry = names.get(name) ?? { binding: undefined, attempts: new Map<string, Attempt>() }
    names.set(name, entry)
    return entry
  }

  return {
    find: (name) => Effect.sync(() => Option.fromUndefinedOr(names.get(name)?.binding)),
    bind: (name, threadId, previous) =>
      Effect.suspend(() => {
        const entry = entryOf(name)
        if (entry.binding?.threadId !== previous) {
          return Effect.fail(new BoundElsewhere({ threadId: entry.binding?.threadId ?? null }))
        }
        entry.binding = { threadId, hasTurns: false }
        return Effect.void
      }),
    begin: (name, key, { home, threadId }, previous) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const { attempts } = entryOf(name)
        const found = attempts.get(key)
        if (found !== undefined && (previous === undefined || !isSame(found, previous))) return Option.some(found)
        attempts.set(key, { home, threadId, startedAt: DateTime.makeUnsafe(now), status: Option.none() })
        return Option.none()
      }),
    end: (name, key, status) =>
      Effect.sync(() => {
        const entry = entryOf(name)
        const attempt = entry.attempts.get(key)
        if (attempt !== undefined) entry.attempts.set(key, { ...attempt, status: Option.some(status) })
        if (entry.binding !== undefined) entry.binding = { ...entry.binding, hasTurns: true }
      }),
    delete: (name) => Effect.sync(() => void names.delete(name))
  }
}

// internal

interface Entry {
  binding: Binding | undefined
  readonly attempts: Map<string, Attempt>
}

const isSame = (a: Attempt, b: Attempt): boolean =>
  a.home === b.home &&
  a.threadId === b.threadId &&
  a.startedAt.epochMilliseconds === b.startedAt.epochMilliseconds &&
  Option.getOrUndefined(a.status) === Option.getOrUndefined(b.status)
