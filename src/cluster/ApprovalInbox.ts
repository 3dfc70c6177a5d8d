/**
 * The open requests of all runners as one durable list, with claims, answers, time limits and an audit.
 *
 * Use it if people answer requests of Codex in another process than the one that runs the turn: on a web page, in a
 * chat, or from a second terminal. If the same process asks and answers, `Approval.ask` is enough.
 *
 * `handlers` puts requests in. A program for people lists entries with `list` or `watch`, and answers them with
 * `answer`. It needs the database only, and no Codex.
 *
 * **Details**
 *
 * States of an entry:
 *
 * - `open`: the request waits.
 * - `answered`: the first answer is stored. The process that asked has not read it yet.
 * - `delivered`: the process that asked has read the answer.
 * - `expired`: the time limit passed, so the request was declined.
 * - `withdrawn`: the turn ended or was interrupted, or `withdraw` was called.
 * - `lost`: the process or the app-server that asked is gone. After a crash, this takes as long as its `lease`.
 *
 * What is stored: the kind, the ids of the thread, the turn and the item, the lines that a person reads (the command
 * line, its directory, the model's reason, paths and diffs), the choices, who answered, what was chosen, and the note.
 * Passwords, keys and tokens in known forms are masked in the lines. Values that a person fills in are removed when the
 * process has read them. Everything else is stored until you call `prune`.
 *
 * Times are those of each machine's clock. Keep the clocks of your machines within a few seconds of each other.
 *
 * **Gotchas**
 *
 * The inbox does not check who calls it: `by` is what your program says. Let only people in who may answer.
 *
 * **Example** (Putting the requests of a runner into the inbox)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { PgClient } from "@effect/sql-pg"
 * import { Config, Layer } from "effect"
 * import { Codex, ServerRequests } from "effect-codex"
 * import { ApprovalInbox } from "effect-codex/cluster"
 *
 * const database = PgClient.layerConfig({ url: Config.Redacted("DATABASE_URL") })
 *
 * const live = Codex.layer().pipe(
 *   Layer.provide(ServerRequests.layer(ApprovalInbox.handlers({ expiresAfter: "30 minutes", runner: "runner-1" }))),
 *   Layer.provide(ApprovalInbox.layerSql()),
 *   Layer.provide(database),
 *   Layer.provide(NodeServices.layer)
 * )
 * ```
 *
 * **Example** (Answering from another program)
 *
 * ```ts
 * import { Console, Effect } from "effect"
 * import { ApprovalInbox } from "effect-codex/cluster"
 *
 * const program = Effect.gen(function* () {
 *   const inbox = yield* ApprovalInbox.ApprovalInbox
 *   const { data } = yield* inbox.list()
 *   for (const { id, lines } of data) {
 *     yield* Effect.forEach(lines, (line) => Console.log(line), { discard: true })
 *     yield* inbox
 *       .answer(id, { choice: "decline", by: "ann@example.com", note: "not on a Friday" })
 *       .pipe(
 *         Effect.catchReason("ApprovalInboxError", "AlreadyAnswered", ({ by }) => Console.log(`${by} was first`))
 *       )
 *   }
 * })
 * ```
 *
 * @since 0.171.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { SqlClient } from "effect/sql/SqlClient"
import * as Approval from "../Approval.ts"
import * as Elicitation from "../Elicitation.ts"
import * as Permissions from "../Permissions.ts"
import type * as ServerRequests from "../ServerRequests.ts"
import * as UserInput from "../UserInput.ts"
import * as checks from "../internal/cluster/inboxChecks.ts"
import * as inbox from "../internal/cluster/inbox.ts"
import * as memory from "../internal/cluster/inboxMemory.ts"
import { elicitation, permissions, policy, userInput } from "../internal/cluster/inboxPolicies.ts"
import type { PolicyOptions } from "../internal/cluster/inboxPolicies.ts"
import * as Reasons from "../internal/cluster/inboxReasons.ts"
import { ApprovalInbox, ApprovalInboxError } from "../internal/cluster/inboxService.ts"
import * as sql from "../internal/cluster/inboxSql.ts"

export { Entry as EntrySchema, Event as EventSchema } from "../internal/cluster/inboxEntry.ts"
export { continuation, elicitation, permissions, policy, userInput } from "../internal/cluster/inboxPolicies.ts"
export type { PolicyOptions } from "../internal/cluster/inboxPolicies.ts"
export {
  AlreadyAnswered,
  ClaimedByOther,
  EntryClosed,
  EntryExists,
  EntryNotFound,
  InboxFailed,
  InvalidRequest,
  NotOffered
} from "../internal/cluster/inboxReasons.ts"
export { ApprovalInbox, ApprovalInboxError, Reason } from "../internal/cluster/inboxService.ts"
export type {
  Answer,
  Choice,
  Entry,
  Event,
  Field,
  HistoryOptions,
  ListOptions,
  Page,
  Request
} from "../internal/cluster/inboxService.ts"

/**
 * Options of an inbox.
 *
 * @category models
 * @since 0.171.0
 */
export interface Options {
  /**
   * How often this process reads the answers to its open requests, and how often `watch` reads. One query for all of
   * them. Default: 500 ms.
   */
  readonly pollInterval?: Duration.Input | undefined
  /**
   * How long the requests of this process stay open after it died. It refreshes them three times in that time. After
   * a longer pause of the process or of the database, its requests are `lost` and declined. Default: 30 s.
   */
  readonly lease?: Duration.Input | undefined
}

/**
 * An inbox in a SQL database, in the tables `effect_codex_inbox` and `effect_codex_inbox_events`.
 *
 * **Details**
 *
 * The layer creates the tables, and records in `effect_codex_inbox_migrations` that it did. Any number of programs can
 * use the database at once. Tested with PostgreSQL (`@effect/sql-pg`). Fails with `InboxFailed` if the tables cannot be
 * created, and with `InvalidRequest` if an option is invalid.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerSql = (options?: Options): Layer.Layer<ApprovalInbox, ApprovalInboxError, SqlClient> =>
  Layer.effect(
    ApprovalInbox,
    Effect.gen(function* () {
      const settings = yield* check(options)
      return yield* inbox.make(yield* sql.make, settings)
    }).pipe(Effect.mapError((reason) => failed("layerSql", reason)))
  )

/**
 * An inbox in the memory of this process, which ends with it. For tests, and for programs that ask and answer in one
 * process.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerMemory = (options?: Options): Layer.Layer<ApprovalInbox, ApprovalInboxError> =>
  Layer.effect(
    ApprovalInbox,
    Effect.flatMap(check(options), (settings) => inbox.make(memory.make(), settings)).pipe(
      Effect.mapError((reason) => failed("layerMemory", reason))
    )
  )

/**
 * Handlers that put every request for a person into the inbox: commands, file changes, permissions, questions of the
 * model, and requests of MCP servers.
 *
 * **Details**
 *
 * Pass them to `ServerRequests.layer`. A request is declined if its time limit passes, if the database fails, or if it
 * has more than 262,144 characters of lines. Questions for secrets are declined, because answers are stored.
 *
 * For other limits or texts by kind, use `policy`, `permissions`, `userInput` and `elicitation`. To decide some
 * requests without a person, combine `policy` with other policies.
 *
 * @category handlers
 * @since 0.171.0
 */
export const handlers = (
  options: Omit<PolicyOptions<never>, "describe"> = {}
): Approval.PolicyHandlers<ApprovalInboxError, ApprovalInbox> & {
  readonly "item/permissions/requestApproval": ServerRequests.Handler<
    "item/permissions/requestApproval",
    ApprovalInboxError | Permissions.GrantRefused,
    ApprovalInbox
  >
  readonly "item/tool/requestUserInput": ServerRequests.Handler<
    "item/tool/requestUserInput",
    ApprovalInboxError | UserInput.AnswerRefused,
    ApprovalInbox
  >
  readonly "mcpServer/elicitation/request": ServerRequests.Handler<
    "mcpServer/elicitation/request",
    ApprovalInboxError | Elicitation.FormAnswerInvalid | Elicitation.AnswerNotOffered,
    ApprovalInbox
  >
} => ({
  ...Approval.handlers(policy(options)),
  "item/permissions/requestApproval": Permissions.handler(permissions(options)),
  "item/tool/requestUserInput": UserInput.handler(userInput(options)),
  "mcpServer/elicitation/request": Elicitation.handler(elicitation(options))
})

/**
 * Whether a value is an `ApprovalInboxError`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isApprovalInboxError = (value: unknown): value is ApprovalInboxError => value instanceof ApprovalInboxError

/**
 * Whether a value is an `AlreadyAnswered`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isAlreadyAnswered = (value: unknown): value is Reasons.AlreadyAnswered =>
  value instanceof Reasons.AlreadyAnswered

/**
 * Whether a value is a `ClaimedByOther`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isClaimedByOther = (value: unknown): value is Reasons.ClaimedByOther =>
  value instanceof Reasons.ClaimedByOther

/**
 * Whether a value is an `EntryClosed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isEntryClosed = (value: unknown): value is Reasons.EntryClosed => value instanceof Reasons.EntryClosed

/**
 * Whether a value is an `EntryExists`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isEntryExists = (value: unknown): value is Reasons.EntryExists => value instanceof Reasons.EntryExists

/**
 * Whether a value is an `EntryNotFound`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isEntryNotFound = (value: unknown): value is Reasons.EntryNotFound =>
  value instanceof Reasons.EntryNotFound

/**
 * Whether a value is an `InboxFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isInboxFailed = (value: unknown): value is Reasons.InboxFailed => value instanceof Reasons.InboxFailed

/**
 * Whether a value is an `InvalidRequest`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isInvalidRequest = (value: unknown): value is Reasons.InvalidRequest =>
  value instanceof Reasons.InvalidRequest

/**
 * Whether a value is a `NotOffered`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isNotOffered = (value: unknown): value is Reasons.NotOffered => value instanceof Reasons.NotOffered

// internal

const failed = (layer: string, reason: Reasons.InboxFailed | Reasons.InvalidRequest) =>
  new ApprovalInboxError({ method: `ApprovalInbox.${layer}`, entryId: Option.none(), reason })

const check = Effect.fnUntraced(function* (options: Options = {}) {
  const pollInterval = yield* checks.duration("pollInterval", options.pollInterval, Duration.millis(500))
  const lease = yield* checks.duration("lease", options.lease, Duration.seconds(30))
  if (Duration.isLessThan(lease, Duration.times(pollInterval, 3))) {
    // The lease is refreshed when answers are read.
    return yield* new Reasons.InvalidRequest({ argument: "lease", expected: "at least three times `pollInterval`" })
  }
  return { lease, pollInterval }
})
