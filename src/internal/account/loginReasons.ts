/**
 * Why a login attempt failed, and how that is told from the server's words and from what this connection did itself. The texts were seen on the
 * wire of 0.169.0; `test/account` provokes them on the real binary.
 *
 * No message here contains words of the server: an issuer can put anything into them. They are in the `LoginFailed` that holds the reason.
 */
import * as Schema from "effect/Schema"

const id = (name: string): string => `effect-codex/LoginFailed/${name}`

/** The attempt was cancelled: by `cancel`, by leaving its scope, or by a logout. */
export class Cancelled extends Schema.TaggedError<Cancelled>(id("Cancelled"))("Cancelled", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The attempt was cancelled before it completed."
  }
}

/** A newer login of this connection took its place; the server keeps one attempt at a time. */
export class Replaced extends Schema.TaggedError<Replaced>(id("Replaced"))("Replaced", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "A newer login on this connection replaced it. Wait for that one."
  }
}

/** Another process took the port that the browser comes back to: two browser logins on one machine end each other. */
export class PortTaken extends Schema.TaggedError<PortTaken>(id("PortTaken"))("PortTaken", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "Another process took the callback port (1455, then 1457). Only one browser login can run on a machine: wait for the other, or use a device code."
  }
}

/** The user, the issuer or the workspace said no. */
export class Denied extends Schema.TaggedError<Denied>(id("Denied"))("Denied", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The user, the issuer or the workspace denied the login. See `serverMessage`."
  }
}

/**
 * The login itself worked, but where the account's workspace is served could not be found out. The server has kept the credentials, and
 * `account/read` fails until this is solved or they are logged out.
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

/** The login was not completed in time: the server's limit, or the one that the caller set. */
export class TimedOut extends Schema.TaggedError<TimedOut>(id("TimedOut"))("TimedOut", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "The login was not completed in time. Start a new attempt."
  }
}

/** The program provides tokens of its own; the server takes no other login until they are logged out. */
export class ExternalTokensActive extends Schema.TaggedError<ExternalTokensActive>(id("ExternalTokensActive"))(
  "ExternalTokensActive",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "This connection uses external tokens (`loginChatgptAuthTokens`). Log out first."
  }
}

/** Any other failure. */
export class Other extends Schema.TaggedError<Other>(id("Other"))("Other", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The server reported a failure. See `serverMessage`."
  }
}

/** All of them, as a schema. */
export const LoginFailureReason = Schema.Union([
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
export type LoginFailureReason = typeof LoginFailureReason.Type

/** What this connection did about the attempt: the server's words are the same for some of these. */
export interface Own {
  readonly cancelled: boolean
  readonly replaced: boolean
}

/** The reason behind a `login/completed` without success. */
export const ofCompletion = (error: string, own: Own): LoginFailureReason => {
  if (/workspace routing/i.test(error)) return new WorkspaceRouting()
  // "device auth failed with status 4xx" is the issuer's answer to a code that it doesn't accept any more.
  if (/Sign-in failed|not enabled for your workspace|access[_ ]denied|device auth failed with status 4/i.test(error)) {
    return new Denied()
  }
  if (/timed out/i.test(error)) return new TimedOut()
  if (own.cancelled) return new Cancelled()
  if (own.replaced) return new Replaced()
  // Said only by the small web server of the login, when it was asked to give up its port.
  if (/login cancelled/i.test(error)) return new PortTaken()
  return /was not completed/i.test(error) ? new Cancelled() : new Other()
}

/** The reason behind a refused `login/start`, where it is one that only a login has. */
export const ofRefusal = (message: string): LoginFailureReason | undefined => {
  if (/^failed to start login server: Port \S+ is already in use/i.test(message)) return new PortTaken()
  return /^External auth is active/i.test(message) ? new ExternalTokensActive() : undefined
}
