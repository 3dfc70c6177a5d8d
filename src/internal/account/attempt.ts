/**
 * Runs a login that the user completes elsewhere: in a browser, or by entering a code.
 *
 * States of an attempt:
 *
 * - `starting`: entered when the request is sent; completions are already received. It cannot be interrupted, because
 *   the server now has the attempt and only the reply contains its id.
 * - `open`: entered when the caller receives the handle. Left on `account/login/completed` with the attempt's id,
 *   when the timeout passes, or when the connection or the scope ends. The timeout and the end of the scope cancel
 *   the attempt on the server. Interrupting a waiter changes nothing.
 * - `completed`: entered with the outcome, which is the same for every waiter.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { LoginHandle, LoginOptions } from "./accountTypes.ts"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError, DecodeFailed } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import type { LoginAccountParams, LoginAccountResponse } from "../../generated/types.ts"
import { insist, type Patience } from "../client/insisting.ts"
import { current } from "../client/onConnection.ts"
import { inRealTime } from "../realTime.ts"
import * as settings from "../settings.ts"
import * as completions from "./completions.ts"
import { type LoginFailed, loginFailed } from "./loginFailed.ts"
import { Cancelled, ofCompletion, TimedOut } from "./loginReasons.ts"
import { start } from "./loginStart.ts"

const method = "account/login/start"

/** Maximum time that the end of a scope waits for the server to accept the cancellation. */
const releaseLimit = Duration.seconds(5)

/** Starts an attempt. The result has the properties of the handle, and those that `extra` takes from the reply. */
export const open = Effect.fnUntraced(function* <Reply extends { readonly loginId: string }, Extra>(
  given: CodexClient,
  params: LoginAccountParams,
  options: LoginOptions,
  names: { readonly [name: string]: true },
  read: (reply: LoginAccountResponse) => Reply | undefined,
  extra: (reply: Reply) => Extra
): Effect.fn.Return<LoginHandle & Extra, CodexError | LoginFailed, Scope.Scope> {
  const timeout = yield* Effect.mapError(
    Effect.andThen(
      settings.known(options, names),
      Effect.suspend(() => settings.duration("timeout", options.timeout, Duration.minutes(15), { allowInfinite: true }))
    ),
    failedAt(method)
  )
  // The attempt belongs to the process that started it.
  const client = yield* current(given, method)
  const heard = yield* completions.listen(client)
  const logins = client["~session"].logins

  const send = (loginId: string, patience?: Patience) =>
    Effect.map(client.request("account/login/cancel", { loginId }, patience), ({ status }) => status)
  const giveUp = (loginId: string) =>
    insist((patience) => send(loginId, patience)).pipe(Effect.timeout(releaseLimit), Effect.ignore, inRealTime)
  const outcomeOf = (attempt: Attempt<Reply>) =>
    Effect.flatMap(heard.of(attempt.reply.loginId), (completed): Effect.Effect<void, LoginFailed> => {
      if (completed.success) return Effect.void
      const words = completed.error ?? ""
      const own = { cancelled: attempt.cancelled, replaced: logins.started > attempt.serial }
      return Effect.fail(loginFailed(attempt.reply.loginId, ofCompletion(words, own), words))
    })
  const leave = Effect.fnUntraced(function* (attempt: Attempt<Reply>) {
    const { loginId } = attempt.reply
    if (Deferred.isDoneUnsafe(attempt.completed)) return
    // The completion may have arrived before the waiting fiber could run.
    if (!heard.has(loginId)) {
      attempt.cancelled = true
      yield* giveUp(loginId)
    }
    const outcome = heard.has(loginId) ? outcomeOf(attempt) : Effect.fail(loginFailed(loginId, new Cancelled()))
    yield* settle(attempt, outcome)
  })

  const attempt = yield* Effect.acquireRelease(
    Effect.flatMap(start(client, params), ({ response, serial }) => {
      const reply = read(response)
      return reply === undefined
        ? unexpected(response)
        : Effect.succeed<Attempt<Reply>>({ reply, serial, cancelled: false, completed: Deferred.makeUnsafe() })
    }),
    leave
  )
  const { loginId } = attempt.reply
  const cancel = Effect.suspend(() => {
    attempt.cancelled = true
    return send(loginId)
  })
  // Both run in their own fibers, so the attempt ends even if the caller never waits for it.
  yield* Effect.forkScoped(settle(attempt, outcomeOf(attempt)), { startImmediately: true })
  if (Duration.isFinite(timeout)) {
    yield* Effect.sleep(timeout).pipe(
      Effect.andThen(Deferred.fail(attempt.completed, loginFailed(loginId, new TimedOut()))),
      Effect.flatMap((late) => {
        if (!late) return Effect.void
        attempt.cancelled = true
        return giveUp(loginId)
      }),
      Effect.forkScoped({ startImmediately: true })
    )
  }
  return {
    loginId,
    wait: Deferred.await(attempt.completed),
    cancel: Effect.withSpan(cancel, "LoginHandle.cancel"),
    ...extra(attempt.reply)
  }
})

/** An attempt that the server has accepted. */
interface Attempt<Reply> {
  readonly reply: Reply
  readonly serial: number
  /** Whether this side requested the end of the attempt. */
  cancelled: boolean
  readonly completed: Deferred.Deferred<void, CodexError | LoginFailed>
}

// Not `Deferred.complete`: it would treat the interruption of this fiber as the outcome.
const settle = <Reply>(attempt: Attempt<Reply>, outcome: Effect.Effect<void, CodexError | LoginFailed>) =>
  Effect.matchEffect(outcome, {
    onFailure: (error) => Deferred.fail(attempt.completed, error),
    onSuccess: () => Deferred.succeed(attempt.completed, undefined)
  })

const unexpected = (response: LoginAccountResponse) =>
  Effect.fail(
    new CodexError({
      method,
      reason: new DecodeFailed({
        path: '["type"]',
        expected: "the kind of login that was started",
        raw: Redacted.make(response)
      })
    })
  )
