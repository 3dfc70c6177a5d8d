/**
 * A login issuer and account backend on a loopback port, for tests of logins.
 *
 * Browser and device-code logins of the real app-server complete end to end while its scope is open. Needs the
 * optional peer `@effect/platform-node`.
 *
 * **Gotchas**
 *
 * The app-server takes port 1455 for a browser login, and ends that of any other process. Do not run such tests
 * concurrently.
 *
 * **Example** (Logging in with a browser)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Codex } from "effect-codex"
 * import { LoginIssuer } from "effect-codex/testing"
 *
 * const program = Effect.gen(function* () {
 *   const codex = yield* Codex.Codex
 *   const issuer = yield* LoginIssuer.LoginIssuer
 *   const login = yield* codex.loginChatgpt()
 *   yield* issuer.visit(login.authUrl)
 *   yield* login.wait
 * }).pipe(Effect.scoped, Effect.provide(LoginIssuer.layerCodex()))
 * ```
 *
 * @since 0.169.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { ExternalTokens } from "../Account.ts"
import type { CodexError } from "../CodexError.ts"
import * as CodexTest from "./CodexTest.ts"
import { answer, type Behavior } from "./loginPages.ts"
import { token, type TestAccount } from "./loginTokens.ts"
import * as loginVisit from "./loginVisit.ts"
import * as loopback from "./loopback.ts"

export type { Behavior } from "./loginPages.ts"
export type { TestAccount } from "./loginTokens.ts"
export type { Visit } from "./loginVisit.ts"

/**
 * A request that an issuer received.
 *
 * @category models
 * @since 0.169.0
 */
export interface IssuerRequest {
  readonly method: string
  /** The path without the query. */
  readonly path: string
  readonly authorization: string | undefined
}

/**
 * A login issuer.
 *
 * **Example** (Denying a login)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Codex } from "effect-codex"
 * import { LoginIssuer } from "effect-codex/testing"
 *
 * const program = Effect.gen(function* () {
 *   const codex = yield* Codex.Codex
 *   const issuer = yield* LoginIssuer.LoginIssuer
 *   yield* issuer.update({ browser: "deny" })
 *   const login = yield* codex.loginChatgpt()
 *   yield* issuer.visit(login.authUrl)
 *   return yield* Effect.flip(login.wait)
 * }).pipe(Effect.scoped)
 * ```
 *
 * @category services
 * @since 0.169.0
 */
export interface LoginIssuer {
  readonly url: string
  /** Environment variables that make the process log in here. */
  readonly env: { readonly [name: string]: string }
  /** Configuration that makes the process use this account backend. */
  readonly config: { readonly chatgpt_base_url: string }
  /** Changes the behavior from now on. */
  readonly update: (behavior: Behavior) => Effect.Effect<void>
  /** Every request so far. */
  readonly requests: Effect.Effect<ReadonlyArray<IssuerRequest>>
  /** Waits until a path was requested at least `times` times. */
  readonly asked: (path: string, times?: number) => Effect.Effect<void>
  /** Opens a page like a browser: follows the redirects to the last page. */
  readonly visit: (url: string) => Effect.Effect<ReadonlyArray<loginVisit.Visit>, Error>
  /** Creates tokens for `loginChatgptAuthTokens`. */
  readonly tokens: (account?: TestAccount) => ExternalTokens
}

/**
 * The `LoginIssuer` service: `yield* LoginIssuer` returns the issuer that a layer provides.
 *
 * @category services
 * @since 0.169.0
 */
export const LoginIssuer: Context.Service<LoginIssuer, LoginIssuer> = /*#__PURE__*/ Context.Service<
  LoginIssuer,
  LoginIssuer
>("effect-codex/testing/LoginIssuer")

/**
 * Starts an issuer that stops when the scope closes.
 *
 * @category constructors
 * @since 0.169.0
 */
export const make = Effect.fnUntraced(function* (
  initial: Behavior = {}
): Effect.fn.Return<LoginIssuer, never, Scope.Scope> {
  let behavior = initial
  const log = yield* SubscriptionRef.make<ReadonlyArray<IssuerRequest>>([])

  const handler = Effect.gen(function* () {
    const incoming = yield* HttpServerRequest.HttpServerRequest
    const url = new URL(incoming.url, "http://127.0.0.1")
    const body = yield* Effect.orDie(incoming.text)
    const { authorization } = incoming.headers
    const { method } = incoming
    yield* SubscriptionRef.update(log, (all) => [...all, { method, path: url.pathname, authorization }])
    const reply = answer(behavior, url, body) ?? { status: 404, body: { error: `LoginIssuer has no ${url.pathname}` } }
    return reply.location === undefined
      ? HttpServerResponse.jsonUnsafe(reply.body ?? {}, { status: reply.status })
      : HttpServerResponse.redirect(reply.location, { status: reply.status })
  })

  const url = yield* loopback.serve(handler)

  return LoginIssuer.of({
    url,
    env: {
      CODEX_APP_SERVER_LOGIN_ISSUER: url,
      CODEX_REVOKE_TOKEN_URL_OVERRIDE: `${url}/oauth/revoke`,
      CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${url}/oauth/token`
    },
    config: { chatgpt_base_url: `${url}/backend-api` },
    update: (change) =>
      Effect.sync(() => {
        behavior = { ...behavior, ...change }
      }),
    requests: SubscriptionRef.get(log),
    asked: (path, times = 1) =>
      SubscriptionRef.changes(log).pipe(
        Stream.filter((all) => all.filter((request) => request.path === path).length >= times),
        Stream.runHead,
        Effect.asVoid
      ),
    visit: loginVisit.visit,
    tokens: (account) => ({
      accessToken: Redacted.make(token(account), { label: "access token" }),
      chatgptAccountId: account?.accountId ?? "account-1"
    })
  })
})

/**
 * Provides an issuer.
 *
 * **Example** (Starting an issuer alone)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { LoginIssuer } from "effect-codex/testing"
 *
 * const program = Effect.map(LoginIssuer.LoginIssuer, ({ config, env }) => ({ config, env })).pipe(
 *   Effect.provide(LoginIssuer.layer())
 * )
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layer = (behavior?: Behavior): Layer.Layer<LoginIssuer> => Layer.effect(LoginIssuer, make(behavior))

/**
 * Provides a Codex on the real binary that requires a login, and logs in here: `CodexTest.layer` with an issuer.
 *
 * **Example** (Logging in with tokens)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Codex } from "effect-codex"
 * import { LoginIssuer } from "effect-codex/testing"
 *
 * const program = Effect.gen(function* () {
 *   const codex = yield* Codex.Codex
 *   const issuer = yield* LoginIssuer.LoginIssuer
 *   yield* codex.loginChatgptAuthTokens(issuer.tokens())
 *   return yield* codex.account()
 * }).pipe(Effect.provide(LoginIssuer.layerCodex()))
 * ```
 *
 * @category layers
 * @since 0.169.0
 */
export const layerCodex = (
  options: CodexTest.Options & { readonly issuer?: Behavior | undefined } = {}
): Layer.Layer<CodexTest.Services | LoginIssuer, CodexError> =>
  Layer.unwrap(
    Effect.map(LoginIssuer, (issuer) => {
      const { config } = options
      return CodexTest.layer({
        ...options,
        config: {
          requiresOpenaiAuth: true,
          ...config,
          settings: { ...issuer.config, ...config?.settings }
        },
        codex: (home) => {
          const given = typeof options.codex === "function" ? options.codex(home) : options.codex
          return { ...given, env: { ...issuer.env, ...given?.env } }
        }
      })
    })
  ).pipe(Layer.provideMerge(layer(options.issuer)))
