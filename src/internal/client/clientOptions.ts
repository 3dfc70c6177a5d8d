/**
 * Settings of a connection: what they are, and what is made of them before anything is opened.
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
 * Settings of the connection. Everything is optional.
 *
 * @category models
 * @since 0.169.0
 */
export interface Options {
  /** Who the server is told it talks to; the name ends up in its user agent. Default: this package. */
  readonly clientInfo?:
    | { readonly name: string; readonly title?: string | undefined; readonly version: string }
    | undefined
  /** Whether experimental methods and fields may be used. Default: `true`. */
  readonly experimentalApi?: boolean | undefined
  /**
   * Notifications that the server shall not send, by exact method. Those by which turns begin and end, `turn/started` and `turn/completed`, can't be
   * among them: no turn would end here. Default: none.
   */
  readonly optOutNotificationMethods?: ReadonlyArray<keyof ServerNotifications | (string & {})> | undefined
  /** Further capabilities to announce, as the protocol's `extensions`. Default: none. */
  readonly extensions?: { readonly [name: string]: unknown } | undefined
  /**
   * How long a call may take, counted from the call. Then it fails with `RequestTimeout`, which says whether it was sent. `"Infinity"` turns the
   * limit off. Default: 30 s.
   */
  readonly requestTimeout?: Duration.Input | undefined
  /**
   * How many calls may wait for replies at once; more wait until one of them ends. A call whose own `timeout` is `"Infinity"` isn't counted. The
   * server refuses from about 100 on. `Infinity` turns the cap off. Default: 64.
   */
  readonly maxInFlight?: number | undefined
  /** How long the server may take to answer `initialize`. Default: 30 s. */
  readonly startTimeout?: Duration.Input | undefined
  /**
   * Who answers what the server asks, each before the one of a `ServerRequests.layer`. Handlers that require services are given by that layer.
   * Default: nobody; what isn't handled is declined.
   */
  readonly serverRequests?: Handlers | undefined
  /** How long a handler may take before its request is declined. Default: that of the `ServerRequests.layer`, and without one no limit. */
  readonly serverRequestLimit?: Duration.Input | undefined
}

/** Their names. */
export const names: settings.Names<Options> = {
  clientInfo: true,
  experimentalApi: true,
  optOutNotificationMethods: true,
  extensions: true,
  requestTimeout: true,
  maxInFlight: true,
  startTimeout: true,
  serverRequests: true,
  serverRequestLimit: true
}

const clientInfoNames: settings.Names<NonNullable<Options["clientInfo"]>> = { name: true, title: true, version: true }

/** Checks the settings, fills in the defaults, and says what the server is told in the handshake. */
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
    const serverRequestLimit = yield* settings.duration(
      "serverRequestLimit",
      options.serverRequestLimit ?? given.limit,
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
      serverRequestLimit,
      initialize: {
        clientInfo: {
          name: name ?? "effect-codex",
          title: options.clientInfo === undefined ? "Effect SDK for Codex" : (options.clientInfo.title ?? null),
          version: version ?? codexVersion
        },
        capabilities: {
          experimentalApi,
          // Announced only if kept: the server waits for an answer before each of its requests to the model.
          ...(serverRequests.has("attestation/generate") ? { requestAttestation: true } : undefined),
          ...(optOutNotificationMethods === undefined ? undefined : { optOutNotificationMethods }),
          ...(extensions === undefined ? undefined : { extensions })
        }
      }
    }
  },
  Effect.mapError((reason) => new CodexError({ method: "CodexClient.layer", reason }))
)
