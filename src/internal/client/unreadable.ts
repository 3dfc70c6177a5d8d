/**
 * Server messages that the protocol of this package could not decode: counted by method, and logged once for each
 * method.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { DecodeFailed } from "../../CodexError.ts"
import { codexVersion } from "../../generated/version.ts"

/** The count of one connection. */
export interface Unreadable {
  /** Counts one message. The reader loop calls this, so it never waits. */
  readonly add: (method: string, failure: DecodeFailed) => void
  readonly counts: () => ReadonlyMap<string, number>
}

/** Creates a count of zero. `serverVersion` is called when something is logged. */
export const make = (serverVersion: () => string): Effect.Effect<Unreadable> =>
  Effect.contextWith((context: Context.Context<never>) =>
    Effect.sync(() => {
      const runFork = Effect.runForkWith(context)
      const found = new Map<string, number>()
      return {
        add: (method, { expected, path }) => {
          const count = found.get(method) ?? 0
          found.set(method, count + 1)
          if (count > 0) return
          const place = path === "" ? "" : ` at ${path}`
          runFork(
            Effect.logWarning(
              `The server (${serverVersion()}) sent ${method} in a form that this package (${codexVersion}) cannot read: ${expected}${place}. The unreadable parts are kept as received. Logged once per method.`
            )
          )
        },
        counts: () => new Map(found)
      }
    })
  )
