/**
 * Provides the account methods of `Codex` over a client. The files beside this one implement them, and `Account`
 * documents them.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AccountMethods, BrowserLoginOptions, ExternalTokens, LoginOptions } from "./accountTypes.ts"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError, InvalidInput } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import * as paramKeys from "../../generated/paramKeys.ts"
import type { Account } from "../../generated/types.ts"
import * as attempt from "./attempt.ts"
import * as changes from "./changes.ts"
import * as direct from "./direct.ts"
import { NotLoggedIn } from "./loginFailed.ts"
import * as settings from "../settings.ts"
import * as rateLimits from "./rateLimits.ts"

const loginNames: settings.Names<LoginOptions> = { timeout: true }

/** The option names of a browser login. */
export const browserNames: settings.Names<BrowserLoginOptions> = { ...loginNames, appBrand: true }

/** Provides the account methods for the server of a client. */
export const make = (client: CodexClient): AccountMethods => {
  const account: AccountMethods["account"] = Effect.fn("Codex.account")((options = {}) =>
    Effect.andThen(
      Effect.mapError(settings.known(options, paramKeys.GetAccountParams), failedAt("account/read")),
      client.request("account/read", { refreshToken: options.refreshToken ?? false })
    )
  )
  return {
    account,
    loginApiKey: Effect.fn("Codex.loginApiKey")((apiKey) => direct.loginApiKey(client, apiKey)),
    loginChatgpt: Effect.fn("Codex.loginChatgpt")((options = {}) =>
      attempt.open(
        client,
        { type: "chatgpt", ...(options.appBrand === undefined ? undefined : { appBrand: options.appBrand }) },
        options,
        browserNames,
        (reply) => (reply.type === "chatgpt" ? reply : undefined),
        ({ authUrl }) => ({ authUrl })
      )
    ),
    loginChatgptDeviceCode: Effect.fn("Codex.loginChatgptDeviceCode")((options = {}) =>
      attempt.open(
        client,
        { type: "chatgptDeviceCode" },
        options,
        loginNames,
        (reply) => (reply.type === "chatgptDeviceCode" ? reply : undefined),
        ({ userCode, verificationUrl }) => ({ userCode, verificationUrl })
      )
    ),
    loginChatgptAuthTokens: Effect.fn("Codex.loginChatgptAuthTokens")(function* <E, R>(
      tokens: ExternalTokens,
      refresh?: Effect.Effect<ExternalTokens, E, R>
    ) {
      const context = yield* Effect.context<R>()
      yield* direct.loginExternal(
        client,
        tokens,
        refresh === undefined ? undefined : Effect.provideContext(refresh, context)
      )
    }),
    logout: Effect.withSpan(
      Effect.asVoid(
        Effect.tap(client.request("account/logout"), () =>
          Effect.sync(() => {
            const { logins } = client["~session"]
            logins.refresh = undefined
            logins.again = undefined
          })
        )
      ),
      "Codex.logout"
    ),
    rateLimits: Effect.withSpan(client.request("account/rateLimits/read"), "Codex.rateLimits"),
    rateLimitChanges: rateLimits.follow(client),
    accountUsage: Effect.fn("Codex.accountUsage")((options = {}) =>
      client.request("account/usage/read", { threadId: options.threadId ?? null })
    ),
    accountChanges: Stream.unwrap(
      changes.subscribe(client, "account/updated", (notification) =>
        notification.method === "account/updated" ? notification.params : undefined
      )
    ),
    ensureLoggedIn: Effect.fn("Codex.ensureLoggedIn")(function* (policy) {
      const { account: before } = yield* account()
      if (before !== null && before !== undefined) return before
      const login: unknown = typeof policy === "function" ? policy(client) : undefined
      if (!Effect.isEffect(login)) {
        const description = "expected a login policy, such as `Account.withApiKey()`: a function that returns an Effect"
        const reason = new InvalidInput({ argument: "policy", description })
        return yield* new CodexError({ method: "Codex.ensureLoggedIn", reason })
      }
      // Type boundary: the result of a policy.
      yield* login as ReturnType<typeof policy>
      return yield* present({ account })
    })
  }
}

/** Returns the account, and fails if there is none. */
export const present = (methods: Pick<AccountMethods, "account">): Effect.Effect<Account, CodexError | NotLoggedIn> =>
  Effect.flatMap(methods.account(), ({ account, requiresOpenaiAuth }) =>
    account === null || account === undefined
      ? Effect.fail(new NotLoggedIn({ requiresOpenaiAuth }))
      : Effect.succeed(account)
  )
