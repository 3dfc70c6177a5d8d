/**
 * Reasons for a failed login attempt. They are derived from the server's message and from what this connection did
 * itself. The texts were observed with 0.169.0; `test/account` provokes them on the real binary.
 *
 * The messages here contain no text of the server, because an issuer can put anything into it. That text is in the
 * `LoginFailed` that holds the reason.
 */
import * as Schema from "effect/Schema"

const id = (name: string): string => `effect-codex/LoginFailed/${name}`

/** The attempt was cancelled: by `cancel`, by closing its scope, or by a logout. */
export class Cancelled extends Schema.TaggedError<Cancelled>(id("Cancelled"))("Cancelled", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The attempt was cancelled before it completed."
  }
}

/**
 * Whether a value is a `Cancelled`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isCancelled = (value: unknown): value is Cancelled => value instanceof Cancelled

/** A newer login on this connection replaced the attempt; the server keeps one attempt at a time. */
export class Replaced extends Schema.TaggedError<Replaced>(id("Replaced"))("Replaced", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "A newer login on this connection replaced it. Wait for that one."
  }
}

/**
 * Whether a value is a `Replaced`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isReplaced = (value: unknown): value is Replaced => value instanceof Replaced

/** Another process took the port to which the browser returns: two browser logins on one machine end each other. */
export class PortTaken extends Schema.TaggedError<PortTaken>(id("PortTaken"))("PortTaken", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "Another process took the callback port (1455, then 1457). Only one browser login can run on a machine: wait for the other, or use a device code."
  }
}

/**
 * Whether a value is a `PortTaken`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isPortTaken = (value: unknown): value is PortTaken => value instanceof PortTaken

/** The user, the issuer or the workspace denied the login. */
export class Denied extends Schema.TaggedError<Denied>(id("Denied"))("Denied", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The user, the issuer or the workspace denied the login. See `serverMessage`."
  }
}

/**
 * Whether a value is a `Denied`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isDenied = (value: unknown): value is Denied => value instanceof Denied

/**
 * The login itself worked, but the server could not determine where the account's workspace is served.
 *
 * The server has saved the credentials. `account/read` fails until this is resolved or you log out.
 */
export class WorkspaceRouting extends Schema.TaggedError<WorkspaceRouting>(id("WorkspaceRouting"))(
  "WorkspaceRouting",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "Could not determine the workspace's backend. The credentials were saved: log out, then try again."
  }
}

/**
 * Whether a value is a `WorkspaceRouting`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isWorkspaceRouting = (value: unknown): value is WorkspaceRouting => value instanceof WorkspaceRouting

/** The login was not completed within the server's limit or the caller's. */
export class TimedOut extends Schema.TaggedError<TimedOut>(id("TimedOut"))("TimedOut", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "The login was not completed in time. Start a new attempt."
  }
}

/**
 * Whether a value is a `TimedOut`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isTimedOut = (value: unknown): value is TimedOut => value instanceof TimedOut

/** The program provides its own tokens. The server accepts no other login until you log out. */
export class ExternalTokensActive extends Schema.TaggedError<ExternalTokensActive>(id("ExternalTokensActive"))(
  "ExternalTokensActive",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "This connection uses external tokens (`loginChatgptAuthTokens`). Log out first."
  }
}

/**
 * Whether a value is an `ExternalTokensActive`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isExternalTokensActive = (value: unknown): value is ExternalTokensActive =>
  value instanceof ExternalTokensActive

/** Any other failure. */
export class Other extends Schema.TaggedError<Other>(id("Other"))("Other", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The server reported a failure. See `serverMessage`."
  }
}

/**
 * Whether a value is an `Other`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isOther = (value: unknown): value is Other => value instanceof Other

/** All reasons, as a schema. */
export const Reason = Schema.Union([
  Cancelled,
  Replaced,
  PortTaken,
  Denied,
  WorkspaceRouting,
  TimedOut,
  ExternalTokensActive,
  Other
])

/** Why a login failed. */
export type Reason = typeof Reason.Type

/** What this connection did to the attempt. The server sends the same message for some of these cases. */
export interface Own {
  readonly cancelled: boolean
  readonly replaced: boolean
}

/** Returns the reason for a completion without success. */
export const ofCompletion = (error: string, own: Own): Reason => {
  if (/workspace routing/i.test(error)) return new WorkspaceRouting()
  // "device auth failed with status 4xx" is the issuer's answer to a code that it no longer accepts.
  if (/Sign-in failed|not enabled for your workspace|access[_ ]denied|device auth failed with status 4/i.test(error)) {
    return new Denied()
  }
  if (/timed out/i.test(error)) return new TimedOut()
  if (own.cancelled) return new Cancelled()
  if (own.replaced) return new Replaced()
  // Only the login's small web server sends this, when it was asked to release its port.
  if (/login cancelled/i.test(error)) return new PortTaken()
  return /was not completed/i.test(error) ? new Cancelled() : new Other()
}

/** Returns the reason for a rejected `login/start`, if it is one that only a login has. */
export const ofRefusal = (message: string): Reason | undefined => {
  if (/^failed to start login server: Port \S+ is already in use/i.test(message)) return new PortTaken()
  return /^External auth is active/i.test(message) ? new ExternalTokensActive() : undefined
}
