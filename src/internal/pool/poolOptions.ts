/**
 * Options of a pool, with their defaults. The options of a process are those of `Codex.layer`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Codex from "../../Codex.ts"
import { InvalidOptions } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import * as settings from "../settings.ts"
import type { Limits } from "./processes.ts"

/**
 * Options of a pool. Only `lookup` is required.
 *
 * @category models
 * @since 0.171.0
 */
export interface Options<Key, E = never, R = never> {
  /**
   * Returns the options of the process of a key, as for `Codex.layer`. Called before each start of a process.
   *
   * Return a separate `codexHome` for each key: it has the login, the rules and the threads. A string or number as key
   * appears in warnings of the log, so it must not be a secret. An effect can use a scope,
   * which closes after the process has ended: `CodexHome.make` creates a home for as long as the process runs.
   */
  readonly lookup: (key: Key) => Codex.Options | Effect.Effect<Codex.Options, E, R>
  /**
   * How long a process may be idle before it is ended. `"Infinity"` keeps it. Default: 5 minutes.
   *
   * A process is idle if no caller uses it and no turn runs on it. An idle process is ended earlier if another key
   * needs its place.
   */
  readonly idleTimeToLive?: Duration.Input | undefined
  /** How many processes can exist at once. Default: 16. A process takes about 90 MB. */
  readonly maxProcesses?: number | undefined
  /**
   * How many callers can use the process of a key at once; more wait. Default: 32.
   *
   * While another key waits for a process, the process serves this many more callers, and is then ended as soon as its
   * callers have left.
   */
  readonly maxCallsPerKey?: number | undefined
  /**
   * How many turns can run at once, over all keys; more wait. A goal counts as one. Default: no limit.
   *
   * A tool that runs a turn while its own turn waits for it needs a second place.
   */
  readonly maxTurns?: number | undefined
  /** How many turns of one key can run at once; more wait. Default: no limit. */
  readonly maxTurnsPerKey?: number | undefined
  /**
   * How many callers can wait for a process, and how many turns for their start, over all keys. Default: 10,000 each.
   *
   * Beyond that, calls fail with `Saturated`.
   */
  readonly maxWaiting?: number | undefined
  /** The same for each key, so that no key can fill the queue. Default: 1,000 each. */
  readonly maxWaitingPerKey?: number | undefined
  /**
   * How long running turns may continue when the pool closes, before they are interrupted. Default: 15 s.
   *
   * The time is real, also under `TestClock`. `0` interrupts them immediately.
   */
  readonly drainTimeout?: Duration.Input | undefined
  /**
   * Keys whose processes are started in the background when the pool is made, in this order. Default: none.
   *
   * They are idle until a caller uses them. Keys beyond `maxProcesses` are left out. A process that does not start is
   * logged, with its key.
   */
  readonly prewarm?: Iterable<Key> | undefined
  /**
   * Whether two keys can use the same Codex home at once, and so share a login, rules and threads. Default: `false`.
   *
   * With `false`, the second one fails with `HomeInUse`.
   */
  readonly shareHomes?: boolean | undefined
}

/** The limits that follow from the options. */
export interface Checked extends Limits {
  readonly drainTimeout: Duration.Duration
}

/** Checks the options and fills in the defaults. */
export const check = Effect.fnUntraced(
  function* (options: Given): Effect.fn.Return<Checked, InvalidOptions> {
    yield* settings.known(options, names)
    if (typeof options?.lookup !== "function") {
      const description = "expected a function that returns the options of a key"
      return yield* new InvalidOptions({ option: "lookup", description })
    }
    const count = (name: keyof Counts, defaultValue: number) =>
      settings.count(name, options[name], defaultValue, { allowInfinite: true })
    return {
      maxProcesses: yield* count("maxProcesses", 16),
      maxCallsPerKey: yield* count("maxCallsPerKey", 32),
      maxTurns: yield* count("maxTurns", Number.POSITIVE_INFINITY),
      maxTurnsPerKey: yield* count("maxTurnsPerKey", Number.POSITIVE_INFINITY),
      maxWaiting: yield* count("maxWaiting", 10_000),
      maxWaitingPerKey: yield* count("maxWaitingPerKey", 1000),
      idleTimeToLive: yield* settings.duration("idleTimeToLive", options.idleTimeToLive, Duration.minutes(5), {
        allowInfinite: true,
        allowZero: true
      }),
      drainTimeout: yield* settings.duration("drainTimeout", options.drainTimeout, Duration.seconds(15), {
        allowZero: true
      })
    }
  },
  Effect.mapError(failedAt("CodexPool.layer"))
)

// internal

/** The options, whatever the types of the key and of `lookup` are. */
type Given = Omit<Options<unknown>, "lookup" | "prewarm"> & { readonly lookup: unknown }

type Counts = Omit<Checked, "idleTimeToLive" | "drainTimeout">

const names: settings.Names<Options<unknown>> = {
  lookup: true,
  idleTimeToLive: true,
  maxProcesses: true,
  maxCallsPerKey: true,
  maxTurns: true,
  maxTurnsPerKey: true,
  maxWaiting: true,
  maxWaitingPerKey: true,
  drainTimeout: true,
  prewarm: true,
  shareHomes: true
}
