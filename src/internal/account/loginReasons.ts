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
    return "the attempt was cancelled before it was complete"
  }
}

/** A newer login of this connection took its place; the server keeps one attempt at a time. */
export class Replaced extends Schema.TaggedError<Replaced>(id("Replaced"))("Replaced", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "a newer login of this connection took its place: wait for that one"
  }
}

/** Another process took the port that the browser comes back to: two browser logins on one machine end each other. */
export class PortTaken extends Schema.TaggedError<PortTaken>(id("PortTaken"))("PortTaken", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "another process took the port that the browser returns to (1455, then 1457): only one browser login can run on a machine at a time; let the other one finish, or log in with a device code"
  }
}

/** The user, the issuer or the workspace said no. */
export class Denied extends Schema.TaggedError<Denied>(id("Denied"))("Denied", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "the login was denied by the user, the issuer or the workspace; `serverMessage` has the server's words"
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
    return "the workspace's backend could not be found out, although the credentials were kept: log out, then try again"
  }
}

/** The login was not completed in time: the server's limit, or the one that the caller set. */
export class TimedOut extends Schema.TaggedError<TimedOut>(id("TimedOut"))("TimedOut", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "the login was not completed in time; start a new attempt"
  }
}

/** The program provides tokens of its own; the server takes no other login until they are logged out. */
export class ExternalTokensActive extends Schema.TaggedError<ExternalTokensActive>(id("ExternalTokensActive"))(
  "ExternalTokensActive",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "this connection was given tokens by the program (`loginChatgptAuthTokens`): log out first"
  }
}

/** Any other failure. */
export class Other extends Schema.TaggedError<Other>(id("Other"))("Other", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "the server reports a failure; `serverMessage` has its words"
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
