/**
 * Options of a connection, and the values derived from them before anything is opened.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { CodexError, InvalidOptions } from "../../CodexError.ts"
import type { ServerNotifications } from "../../generated/methods.ts"
import { codexVersion } from "../../generated/version.ts"
import { ServerRequests } from "../../ServerRequests.ts"
import * as settings from "../settings.ts"
import { fault, prepare } from "../serverRequests/runners.ts"
import type { Handlers } from "../serverRequests/types.ts"

/**
 * Options of the connection. All are optional.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /**
   * How the client identifies itself to the server. The name appears in the server's user agent. Default: this
   * package.
   */
  readonly clientInfo?:
    | { readonly name: string; readonly title?: string | undefined; readonly version: string }
    | undefined
  /** Whether experimental methods and fields can be used. Default: `true`. */
  readonly experimentalApi?: boolean | undefined
  /**
   * Notifications that the server must not send, by exact method. Default: none.
   *
   * Must not contain `turn/started` or `turn/completed`: turns could not end without them.
   */
  readonly optOutNotificationMethods?: ReadonlyArray<keyof ServerNotifications | (string & {})> | undefined
  /** Additional capabilities to announce, as the protocol's `extensions`. Default: none. */
  readonly extensions?: { readonly [name: string]: unknown } | undefined
  /**
   * Maximum time for a call, counted from the call. `"Infinity"` removes the limit. Default: 30 s.
   *
   * After that, the call fails with `RequestTimeout`, which says whether it was sent.
   */
  readonly requestTimeout?: Duration.Input | undefined
  /**
   * How many calls can be in flight; more calls wait until one ends. `Infinity` removes the limit. Default: 64.
   *
   * A call with its own `timeout` of `"Infinity"` is not counted. The server starts to reject calls at about 100.
   */
  readonly maxInFlight?: number | undefined
  /** Maximum time for the server to answer `initialize`. Default: 30 s. */
  readonly startTimeout?: Duration.Input | undefined
  /**
   * Handlers for server requests. Each takes precedence over the same handler of a `ServerRequests.layer`.
   *
   * Use that layer for handlers with requirements. Default: none, and requests without a handler are declined.
   */
  readonly serverRequests?: Handlers | undefined
  /**
   * Maximum time for a handler; after that, its request is declined. Default: that of the `ServerRequests.layer`, if
   * any.
   */
  readonly serverRequestTimeout?: Duration.Input | undefined
}

/** The option names. */
export const names: settings.Names<Options> = {
  clientInfo: true,
  experimentalApi: true,
  optOutNotificationMethods: true,
  extensions: true,
  requestTimeout: true,
  maxInFlight: true,
  startTimeout: true,
  serverRequests: true,
  serverRequestTimeout: true
}

const clientInfoNames: settings.Names<NonNullable<Options["clientInfo"]>> = { name: true, title: true, version: true }

/** Checks the options, fills in the defaults, and returns the parameters of the handshake. */
export const check = Effect.fnUntraced(
  function* (options: Options) {
    yield* settings.known(options, names)
    yield* settings.known(options.clientInfo, clientInfoNames, "clientInfo")
    const requestTimeout = yield* settings.duration("requestTimeout", options.requestTimeout, Duration.seconds(30), {
      allowInfinite: true
    })
    const startTimeout = yield* settings.duration("startTimeout", options.startTimeout, Duration.seconds(30))
    const maxInFlight = yield* settings.count("maxInFlight", options.maxInFlight, 64, { allowInfinite: true })
    const given = yield* ServerRequests
    const serverRequestTimeout = yield* settings.duration(
      "serverRequestTimeout",
      options.serverRequestTimeout ?? given.timeout,
      Duration.infinity,
      { allowInfinite: true }
    )
    const name = yield* settings.text("clientInfo.name", options.clientInfo?.name)
    const version = yield* settings.text("clientInfo.version", options.clientInfo?.version)
    const wrong = given["~fault"] ?? (options.serverRequests === undefined ? undefined : fault(options.serverRequests))
    if (wrong !== undefined) return yield* new InvalidOptions({ option: "serverRequests", description: wrong })
    const serverRequests = new Map([...given["~handlers"], ...prepare(options.serverRequests ?? {})])
    const { experimentalApi = true, extensions, optOutNotificationMethods } = options
    const needed = optOutNotificationMethods?.find((method) => method === "turn/started" || method === "turn/completed")
    if (needed !== undefined) {
      const description = `must not include ${needed}: turns could not end without it`
      return yield* new InvalidOptions({ option: "optOutNotificationMethods", description })
    }
    return {
      requestTimeout,
      startTimeout,
      maxInFlight,
      serverRequests,
      serverRequestTimeout,
      initialize: {
        clientInfo: {
          name: name ?? "effect-codex",
          title: options.clientInfo === undefined ? "Effect SDK for Codex" : (options.clientInfo.title ?? null),
          version: version ?? codexVersion
        },
        capabilities: {
          experimentalApi,
          // Announce it only with a handler: the server waits for this answer before each of its model requests.
          ...(serverRequests.has("attestation/generate") ? { requestAttestation: true } : undefined),
          ...(optOutNotificationMethods === undefined ? undefined : { optOutNotificationMethods }),
          ...(extensions === undefined ? undefined : { extensions })
        }
      }
    }
  },
  Effect.mapError((reason) => new CodexError({ method: "CodexClient.layer", reason }))
)
