/**
 * Reacts to the server's first retry in a turn. It logs a warning, because a caller of `run` sees no events and the
 * server can retry for minutes. If the provider requires a login and there is none, retries cannot help, so the turn
 * is stopped and fails. The server's message is not logged; it is in the turn's `error` events.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Client } from "../../CodexClient.ts"
import type { TurnResult } from "../../Turn.ts"
import { TurnFailed } from "./turnErrors.ts"
import { classifyTurnError, ModelConnectionFailed, Unauthorized } from "../errors/turnReasons.ts"
import type { FollowedTurn, RetryListener } from "./followedTurn.ts"
import { endWith, type Limited } from "./turnLimits.ts"
import { shownIds } from "../errors/shownIds.ts"

/**
 * Watches a turn for its first retry. The reaction runs with the caller's loggers, in a fiber that starts only then,
 * so a turn without retries costs no fiber.
 */
export const watch = (
  client: Client,
  turn: FollowedTurn,
  /** Called only when it is needed, because most turns never retry. */
  limitedOf: (client: Client, turn: FollowedTurn) => Limited
): Effect.Effect<void> =>
  Effect.contextWith((context: Context.Context<never>) =>
    Effect.sync(() => turn.onFirstRetry(new FirstRetry(client, limitedOf, context)))
  )

// internal

/** A class, because there is one for each turn. */
class FirstRetry implements RetryListener {
  readonly #client: Client
  readonly #limitedOf: (client: Client, turn: FollowedTurn) => Limited
  readonly #context: Context.Context<never>

  constructor(
    client: Client,
    limitedOf: (client: Client, turn: FollowedTurn) => Limited,
    context: Context.Context<never>
  ) {
    this.#client = client
    this.#limitedOf = limitedOf
    this.#context = context
  }

  onRetry(turn: FollowedTurn): void {
    Effect.runForkWith(this.#context)(noticed(this.#client, this.#limitedOf(this.#client, turn)))
  }
}

const noticed = Effect.fnUntraced(function* (client: Client, limited: Limited) {
  const { feed } = limited
  const { threadId, turnId } = feed
  const { retrying } = feed.state()
  const reason = classifyTurnError(Option.getOrUndefined(retrying))
  if (reason._tag === "Unauthorized" && (yield* lacksLogin(client))) {
    // The interruption leaves no error in the result, so the turn fails with the error that caused the retry.
    const failed = (result: TurnResult) =>
      new TurnFailed({
        threadId,
        turnId,
        reason: new Unauthorized({ hasLogin: false }),
        result: { ...result, error: Option.orElse(result.error, () => retrying) }
      })
    return yield* endWith(limited, failed)
  }
  const what = reason instanceof ModelConnectionFailed ? shown(reason) : ` (${reason._tag})`
  yield* Effect.annotateLogs(
    Effect.logWarning(
      `A request to the model provider failed${what}; the server is retrying. Retries can take minutes. To limit the turn, set \`maxDuration\` or \`idleTimeout\`. For the server's message, see \`turn.state.retrying\`.`
    ),
    shownIds({ threadId, turnId })
  )
})

const shown = ({ httpStatusCode, kind }: ModelConnectionFailed): string =>
  ` (${kind}${httpStatusCode === null ? "" : `, HTTP ${httpStatusCode}`})`

/** Whether the provider requires an OpenAI login and the server has none; `false` if the server cannot say. */
const lacksLogin = (client: Client): Effect.Effect<boolean> =>
  client.request("account/read", {}, { timeout: "5 seconds" }).pipe(
    Effect.map(({ account, requiresOpenaiAuth }) => requiresOpenaiAuth && (account === null || account === undefined)),
    Effect.orElseSucceed(() => false)
  )
