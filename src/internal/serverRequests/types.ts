/**
 * Types of server requests, for handlers, observers and logs. The only logic tags an answer with its origin.
 */
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { ServerRequests } from "../../generated/methods.ts"
import type { FileUpdateChange } from "../../generated/types.ts"
import type { Reply } from "../connection/jsonRpc.ts"
import type { CommandAnswer, Offered } from "./offers.ts"

/**
 * The methods of all server requests.
 *
 * @category models
 * @since 0.169.0
 */
export type Method = keyof ServerRequests

/**
 * A decoded server request.
 *
 * @category models
 * @since 0.169.0
 */
export interface Request<M extends Method = Method> {
  /** The id of the request. `serverRequest/resolved` refers to it. */
  readonly id: string | number
  readonly method: M
  readonly params: ServerRequests[M]["params"]
  /**
   * The file changes that `item/fileChange/requestApproval` asks about.
   *
   * Its params do not contain them, so they are taken from the item that the server sent before. Empty if the server
   * did not send the item, if it sent it in another turn, and for other requests. The connection remembers the
   * latest 1024 items in progress.
   */
  readonly changes: ReadonlyArray<FileUpdateChange>
  /**
   * The answers that a command approval offers, in the server's order. Empty for other requests.
   *
   * If the server does not list them, these are the plain answers and the rules that it proposes.
   */
  readonly offered: ReadonlyArray<Offered>
  /**
   * The names of fields that this version does not support, in the params and in `changes`. Only the first 32.
   *
   * For example `permissions.network.host`. Fields that are `null` are not listed. With such a field a newer server
   * can ask for more than the known fields say, so policies abstain. The names are text from the server. Absent in a
   * request that was created by hand.
   */
  readonly unknownFields?: ReadonlyArray<string> | undefined
  /**
   * The turn of the item that a command or file change approval is about, if the server sent the item before.
   *
   * If it is not the turn of the request, policies abstain.
   */
  readonly itemTurnId?: string | undefined
}

/**
 * The answer to a request, in the protocol's shape.
 *
 * Decisions about a command that outlive the request must be taken from its `offered`.
 *
 * @category models
 * @since 0.169.0
 */
export type Result<M extends Method> = M extends "item/commandExecution/requestApproval"
  ? CommandAnswer
  : ServerRequests[M]["result"]

/**
 * Answers one kind of request. If it fails, the request is declined.
 *
 * @category models
 * @since 0.169.0
 */
export type Handler<M extends Method, E = unknown, R = never> = (request: Request<M>) => Effect.Effect<Result<M>, E, R>

/**
 * An object of handlers, by request method. A request without a handler is declined.
 *
 * @category models
 * @since 0.169.0
 */
export type Handlers<E = unknown, R = never> = { readonly [M in Method]?: Handler<M, E, R> | undefined }

/**
 * Which rule decided how a request was answered, or why it was not.
 *
 * **Details**
 *
 * - `handler`: a handler from the handlers object answered.
 * - `policy`: a handler made of an `Approval` policy answered.
 * - `login`: the login with external tokens answered.
 * - `toolkit`: the toolkit of the thread answered.
 * - `default`: there is no handler, so the default answer was sent.
 * - `unknownMethod`: this version does not support the request, so an error was sent.
 * - `failure`: declined, because the handler failed.
 * - `defect`: declined, because the handler died or was interrupted.
 * - `timeout`: declined, because the handler took too long.
 * - `tooMany`: declined, because 1024 later requests arrived before the answer.
 * - `undecodable`: declined without calling the handler, because the params do not match the schema.
 * - `notOffered`: declined, because the request does not offer this answer.
 * - `invalidAnswer`: declined, because the answer does not have a valid shape, or is the token of another account.
 * - `resolved`, `turnEnded`, `connectionEnded`: withdrawn, so nothing was sent.
 *
 * @category models
 * @since 0.169.0
 */
export type Rule =
  | "handler"
  | "policy"
  | "login"
  | "toolkit"
  | "default"
  | "unknownMethod"
  | "failure"
  | "defect"
  | "timeout"
  | "tooMany"
  | "undecodable"
  | "notOffered"
  | "invalidAnswer"
  | Withdrawal

/**
 * The event that ended a request before it was answered.
 *
 * @category models
 * @since 0.169.0
 */
export type Withdrawal = "resolved" | "turnEnded" | "connectionEnded"

/**
 * A request that is waiting for its answer.
 *
 * @category models
 * @since 0.169.0
 */
export interface OpenRequest {
  readonly id: string | number
  readonly method: string
  readonly threadId: Option.Option<string>
  readonly turnId: Option.Option<string>
  readonly itemId: Option.Option<string>
  /** When the request arrived, by the program's clock. */
  readonly openedAt: DateTime.Utc
}

/**
 * How one request ended.
 *
 * @category models
 * @since 0.169.0
 */
export interface Decision extends OpenRequest {
  /**
   * The answer in one word.
   *
   * The protocol's own words are used if there are any: `accept`, `decline`, `cancel` and others. Otherwise it is
   * `grant` for permissions, `answer` for other answers, `refuse` for an error, and `none` if nothing was sent.
   */
  readonly decision: string
  readonly rule: Rule
  /** The name of the deciding policy, if the rule is `policy`. */
  readonly policy: Option.Option<string>
  /** How long the request was open. */
  readonly duration: Duration.Duration
  /** The params as received. Redacted, because a request can contain secrets. */
  readonly asked: Redacted.Redacted<unknown>
  /** The reply that was sent. Redacted, because an answer can be a token or a password. */
  readonly answered: Option.Option<Redacted.Redacted<Reply>>
}

/**
 * Accepts any object whose keys are all known; makes every other object fail to type-check.
 *
 * It is not a mapped type: one without keys would hide that a value has nothing in common with a handlers object.
 */
export type NoOtherKeys<H, Known> = [Exclude<keyof H, Known>] extends [never]
  ? unknown
  : { readonly [K in Exclude<keyof H, Known>]: never }

/**
 * The combined requirements of the handlers in an object.
 *
 * @category models
 * @since 0.169.0
 */
export type Requirements<H> = RequirementsOf<H[keyof H]>

// Distributes over each function, so an optional handler counts like a present one.
type RequirementsOf<F> = F extends (...args: ReadonlyArray<never>) => Effect.Effect<infer _A, infer _E, infer R>
  ? R
  : never

/** The source of an answer, or the reason for none, if the handler's success or failure does not show it. */
export interface Origin {
  readonly rule: "policy" | "default" | "notOffered" | "invalidAnswer"
  readonly policy?: string
}

const origins = new WeakMap<object, Origin>()

// The policy answers to each request, to recognize a copy of an answer that a wrapper returns.
const policyAnswers = new WeakMap<object, ReadonlyArray<{ readonly answer: object; readonly origin: Origin }>>()

/** Tags an answer with its origin, or a failure with its kind. */
export const withOrigin = <A extends object>(value: A, origin: Origin): A => {
  origins.set(value, origin)
  return value
}

/** Tags an answer as the answer of a policy to a request. */
export const withPolicyOrigin = <A extends object>(request: object, answer: A, policy: string): A => {
  const origin: Origin = { rule: "policy", policy }
  policyAnswers.set(request, [...(policyAnswers.get(request) ?? []), { answer, origin }])
  return withOrigin(answer, origin)
}

/** Returns the tag of an answer, of an equal copy of an answer, or of a failure. */
export const originOf = (value: unknown, request?: object): Origin | undefined => {
  if (typeof value !== "object" || value === null) return undefined
  const own = origins.get(value)
  if (own !== undefined || request === undefined) return own
  return policyAnswers.get(request)?.findLast(({ answer }) => Equal.equals(answer, value))?.origin
}

const withdrawals = new WeakMap<object, Withdrawal>()

/** Tags a request that was withdrawn, before its handler is interrupted. */
export const withdrawn = (request: object, rule: Withdrawal): void => {
  withdrawals.set(request, rule)
}

/** Returns why a request was withdrawn. A handler that is interrupted learns from it what ended. */
export const withdrawalOf = (request: object): Withdrawal | undefined => withdrawals.get(request)
