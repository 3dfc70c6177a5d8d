/**
 * Reasons for a failed turn: the server's `codexErrorInfo` as tagged reasons.
 *
 * The server's own message is in the `TurnFailed` that holds the reason, never in a message of this package, because
 * it can quote the prompt.
 */
import * as Schema from "effect/Schema"
import type { CodexErrorInfo, TurnError } from "../../generated/types.ts"
import { shownName } from "./shownName.ts"

const id = (name: string): string => `effect-codex/TurnError/${name}`

/** The model provider temporarily has no capacity. */
export class ServerOverloaded extends Schema.TaggedError<ServerOverloaded>(id("ServerOverloaded"))(
  "ServerOverloaded",
  {}
) {
  readonly isRetryable = true
  override get message(): string {
    return "The model provider is overloaded. Retry later: `retryOnOverload` retries if the turn had no side effects."
  }
}

/**
 * Whether a value is a `ServerOverloaded`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isServerOverloaded = (value: unknown): value is ServerOverloaded => value instanceof ServerOverloaded

/**
 * Too many requests in a short time. This includes a model provider that reports it only as HTTP 429, which the
 * server does not retry on its own.
 */
export class RateLimited extends Schema.TaggedError<RateLimited>(id("RateLimited"))("RateLimited", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "Rate limit reached. Wait before the next turn."
  }
}

/**
 * Whether a value is a `RateLimited`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isRateLimited = (value: unknown): value is RateLimited => value instanceof RateLimited

/** The allowance of the plan or the budget is used up. */
export class UsageLimitExceeded extends Schema.TaggedError<UsageLimitExceeded>(id("UsageLimitExceeded"))(
  "UsageLimitExceeded",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "Usage limit reached. Wait until it resets, or change the plan or budget."
  }
}

/**
 * Whether a value is a `UsageLimitExceeded`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isUsageLimitExceeded = (value: unknown): value is UsageLimitExceeded => value instanceof UsageLimitExceeded

/** The conversation is longer than the model's context window. */
export class ContextWindowExceeded extends Schema.TaggedError<ContextWindowExceeded>(id("ContextWindowExceeded"))(
  "ContextWindowExceeded",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "The context window is full. Compact the thread, or start a new one."
  }
}

/**
 * Whether a value is a `ContextWindowExceeded`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isContextWindowExceeded = (value: unknown): value is ContextWindowExceeded =>
  value instanceof ContextWindowExceeded

/** There is no login, or the model provider rejected it. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>(id("Unauthorized"))("Unauthorized", {
  /** `false` if the server has no login at all, although its model provider requires one. */
  hasLogin: Schema.optionalKey(Schema.Boolean)
}) {
  readonly isRetryable = false
  override get message(): string {
    return this.hasLogin === false
      ? "Not logged in. Run `npx codex login`, or call `codex.ensureLoggedIn(…)`, then retry the turn."
      : "The model provider rejected the credentials (HTTP 401). Run `npx codex login`, or call `codex.ensureLoggedIn(…)`, then retry the turn."
  }
}

/**
 * Whether a value is a `Unauthorized`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isUnauthorized = (value: unknown): value is Unauthorized => value instanceof Unauthorized

/** The model does not exist, or this account may not use it. */
export class ModelNotFound extends Schema.TaggedError<ModelNotFound>(id("ModelNotFound"))("ModelNotFound", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The model is not available. Choose one from `codex.models`."
  }
}

/**
 * Whether a value is a `ModelNotFound`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isModelNotFound = (value: unknown): value is ModelNotFound => value instanceof ModelNotFound

/** The connection to the model failed, after the server's own retries. */
export class ModelConnectionFailed extends Schema.TaggedError<ModelConnectionFailed>(id("ModelConnectionFailed"))(
  "ModelConnectionFailed",
  {
    /** The server's name for it, such as `httpConnectionFailed` or `responseStreamDisconnected`. */
    kind: Schema.String,
    /** The HTTP status, if one was received. */
    httpStatusCode: Schema.NullOr(Schema.Number)
  }
) {
  readonly isRetryable = false
  override get message(): string {
    return `The connection to the model provider failed (${this.kind}${this.httpStatusCode === null ? "" : `, HTTP ${this.httpStatusCode}`}). Check the network, the proxy and \`base_url\`.`
  }
}

/**
 * Whether a value is a `ModelConnectionFailed`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isModelConnectionFailed = (value: unknown): value is ModelConnectionFailed =>
  value instanceof ModelConnectionFailed

/** A policy of the provider or the workspace stopped the turn. */
export class PolicyViolation extends Schema.TaggedError<PolicyViolation>(id("PolicyViolation"))("PolicyViolation", {
  kind: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `A policy stopped the turn (${this.kind}).`
  }
}

/**
 * Whether a value is a `PolicyViolation`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isPolicyViolation = (value: unknown): value is PolicyViolation => value instanceof PolicyViolation

/** Any other failure, with the server's name for it. `other` also covers broken streams and failed responses. */
export class OtherFailure extends Schema.TaggedError<OtherFailure>(id("OtherFailure"))("OtherFailure", {
  kind: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The server reported \`${this.kind}\`.`
  }
}

/**
 * Whether a value is an `OtherFailure`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isOtherFailure = (value: unknown): value is OtherFailure => value instanceof OtherFailure

/**
 * Messages of the mock model in `effect-codex/testing` for mistakes in a test.
 *
 * They are texts of this package, so an error message may show them. The server's own messages can quote a prompt.
 */
export const mockMistakes = {
  noReply: "MockModel: no reply is queued. Enqueue one, or set `fallback`",
  responderFailed: "MockModel: a responder or a script failed"
} as const

/** All reasons, as a schema. */
export const Reason = Schema.Union([
  ServerOverloaded,
  RateLimited,
  UsageLimitExceeded,
  ContextWindowExceeded,
  Unauthorized,
  ModelNotFound,
  ModelConnectionFailed,
  PolicyViolation,
  OtherFailure
])

/** Why a turn failed. */
export type Reason = typeof Reason.Type

const byName = (kind: string): Reason => {
  switch (kind) {
    case "serverOverloaded":
      return new ServerOverloaded()
    case "rateLimitExceeded":
      return new RateLimited()
    case "usageLimitExceeded":
    case "sessionBudgetExceeded":
      return new UsageLimitExceeded()
    case "contextWindowExceeded":
      return new ContextWindowExceeded()
    case "unauthorized":
      return new Unauthorized()
    case "modelNotFound":
      return new ModelNotFound()
    case "cyberPolicy":
    case "misalignmentPolicyViolation":
    case "tooManyDenials":
    case "inferenceHookDenied":
      return new PolicyViolation({ kind })
    default:
      return new OtherFailure({ kind: shownName(kind) })
  }
}

const fromObject = (info: Exclude<CodexErrorInfo, string>): Reason => {
  const [entry] = Object.entries("~unknown" in info ? info["~unknown"] : info)
  if (entry === undefined) return new OtherFailure({ kind: "unknown" })
  const [kind, details] = entry
  const status: unknown =
    typeof details === "object" && details !== null && "httpStatusCode" in details ? details.httpStatusCode : null
  const httpStatusCode = typeof status === "number" ? status : null
  if (httpStatusCode === 401) return new Unauthorized()
  if (httpStatusCode === 429) return new RateLimited()
  switch (kind) {
    case "httpConnectionFailed":
    case "responseStreamConnectionFailed":
    case "responseStreamDisconnected":
    case "responseTooManyFailedAttempts":
      return new ModelConnectionFailed({ kind, httpStatusCode })
    default:
      return new OtherFailure({ kind: shownName(kind) })
  }
}

/** Returns the reason for the error of a turn, as far as the server reports it. */
export const classifyTurnError = (error: TurnError | null | undefined): Reason => {
  if (error === null || error === undefined) return new OtherFailure({ kind: "unknown" })
  const { codexErrorInfo: info, message } = error
  if (info === null || info === undefined) return new OtherFailure({ kind: "unknown" })
  // If this program failed to answer a token refresh request, only the text says so.
  if (info === "other" && /^auth refresh (?:request|returned) /.test(message)) return new Unauthorized()
  const mistake = info === "other" ? Object.values(mockMistakes).find((each) => message.includes(each)) : undefined
  if (mistake !== undefined) return new OtherFailure({ kind: mistake })
  return typeof info === "string" ? byName(info) : fromObject(info)
}
