/**
 * Reasons of calls that a pool of app-servers rejected before anything was sent. Reasons of the connection are in
 * `connectionReasons.ts`, those of a single call in `requestReasons.ts`.
 *
 * The messages contain no key, because it can identify a user.
 */
import * as Schema from "effect/Schema"

/** The queue of a `CodexPool` is full. Nothing was started. */
export class Saturated extends Schema.TaggedError<Saturated>("effect-codex/CodexError/Saturated")("Saturated", {
  /** What the call would have waited for: the process of its key, or the start of its turn. */
  waitingFor: Schema.Literals(["process", "turn"]),
  /** Whose limit was reached: `key` for `maxWaitingPerKey`, `pool` for `maxWaiting`. */
  scope: Schema.Literals(["key", "pool"]),
  /** How many calls waited: those of the key, or all. */
  waiting: Schema.Number,
  /** The limit that was reached. */
  limit: Schema.Number
}) {
  readonly isRetryable = true
  override get message(): string {
    const [whose, option] = this.scope === "key" ? [" of this key", "maxWaitingPerKey"] : ["", "maxWaiting"]
    const [what, limits] =
      this.waitingFor === "process"
        ? ["a process", "`maxProcesses` or `maxCallsPerKey`"]
        : ["their turn to start", "`maxTurns` or `maxTurnsPerKey`"]
    return `${this.waiting} calls${whose} already wait for ${what}, which is the limit (\`${option}\`). Nothing was started. Retry later, or increase ${limits}.`
  }
}

/** The `CodexPool` is closing: it starts no more processes and no more turns. Nothing was sent. */
export class PoolClosed extends Schema.TaggedError<PoolClosed>("effect-codex/CodexError/PoolClosed")("PoolClosed", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The pool is closing because the scope of its layer has ended, so this call was not started. Use the pool only inside that scope."
  }
}

/** The process of another key uses the Codex home of this key. Nothing was started. */
export class HomeInUse extends Schema.TaggedError<HomeInUse>("effect-codex/CodexError/HomeInUse")("HomeInUse", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "The process of another key uses the same Codex home, so both would share a login, rules and threads. Return a separate `codexHome` for each key, retry after that process has ended, or set `shareHomes: true`."
  }
}
