/**
 * What a request of the server is to a handler, to an observer, and to a log. No logic but the note that an answer can carry.
 */
import type * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { ServerRequests } from "../../generated/methods.ts"
import type { FileUpdateChange } from "../../generated/types.ts"
import type { Reply } from "../../JsonRpc.ts"
import type { CommandAnswer, Offered } from "./offers.ts"

/**
 * The requests that the server makes.
 *
 * @category models
 * @since 0.169.0
 */
export type Method = keyof ServerRequests

/**
 * A request of the server, decoded.
 *
 * @category models
 * @since 0.169.0
 */
export interface Request<M extends Method = Method> {
  /** The id under which the server waits for the answer; `serverRequest/resolved` names it. */
  readonly id: string | number
  readonly method: M
  readonly params: ServerRequests[M]["params"]
  /**
   * What a change of files would do, for `item/fileChange/requestApproval`: its params don't say, so this is from the item that the server told of
   * before. Empty if it didn't, if it told of the item in another turn, and for other requests. Of the items that are
   * under way, the latest 1024 of the connection are known.
   */
  readonly changes: ReadonlyArray<FileUpdateChange>
  /**
   * The answers that an approval of a command offers, in the server's order. Where the server doesn't say, those are the plain words and the rules that
   * it proposes. Empty for other requests.
   */
  readonly offered: ReadonlyArray<Offered>
  /**
   * The names of the fields that this version doesn't know and that aren't null, in the params and in `changes`, such as
   * `permissions.network.host`; the first 32. By them a newer server can ask for more than the rest says, so that
   * policies give no answer then. They are text of the server. Absent in a request that was made by hand.
   */
  readonly unknownFields?: ReadonlyArray<string> | undefined
  /**
   * The turn of the item that an approval of a command or of a change of files is about, if the server told of the item
   * before. Where that is another turn than that of the request, policies give no answer.
   */
  readonly itemTurnId?: string | undefined
}

/**
 * The answer to a request: what the protocol has for it. Of the decisions about a command, those that outlive the request are taken from its `offered`.
 *
 * @category models
 * @since 0.169.0
 */
export type Result<M extends Method> = M extends "item/commandExecution/requestApproval"
  ? CommandAnswer
  : ServerRequests[M]["result"]

/**
 * Answers one kind of request. Its failure declines.
 *
 * @category models
 * @since 0.169.0
 */
export type Handler<M extends Method, E = unknown, R = never> = (request: Request<M>) => Effect.Effect<Result<M>, E, R>

/**
 * A handler for each request that shall be answered; the rest are declined.
 *
 * @category models
 * @since 0.169.0
 */
export type Handlers<E = unknown, R = never> = { readonly [M in Method]?: Handler<M, E, R> | undefined }

/**
 * Why a request was answered as it was, or not at all.
 *
 * **Details**
 *
 * - `handler`: a handler of the record did. `policy`: one that is made of an `Approval` policy did. `login`: the login with external tokens did.
 *   `toolkit`: the toolkit that the thread was given did.
 * - `default`: there is no handler. `unknownMethod`: this version doesn't know the request.
 * - `failure`, `defect`, `limit`: the handler failed, died or was interrupted, or took too long; declined.
 * - `tooMany`: 1024 further requests came before it was answered; declined.
 * - `undecodable`: the params are not what this version expects; declined without asking the handler.
 * - `notOffered`: the answer is none of those that the request offers; declined. `invalidAnswer`: it has no shape that the request knows, or is
 *   another account's token; declined.
 * - `resolved`, `turnEnded`, `connectionEnded`: there was nobody left to answer to, so nothing was sent.
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
  | "limit"
  | "tooMany"
  | "undecodable"
  | "notOffered"
  | "invalidAnswer"
  | Withdrawal

/**
 * What ended a request before it was answered.
 *
 * @category models
 * @since 0.169.0
 */
export type Withdrawal = "resolved" | "turnEnded" | "connectionEnded"

/**
 * A request that waits for its answer.
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
  /** When it came, in milliseconds of the program's clock. */
  readonly openedAt: number
}

/**
 * How one request ended.
 *
 * @category models
 * @since 0.169.0
 */
export interface Decision extends OpenRequest {
  /**
   * The answer in a word: `accept`, `decline`, `cancel` and the like as the protocol has them, `grant` for permissions, `answer` for what has no
   * such word, `refuse` for an error, `none` if nothing was sent.
   */
  readonly decision: string
  readonly rule: Rule
  /** The name of the policy that decided, for `policy`. */
  readonly policy: Option.Option<string>
  /** How long it was open. */
  readonly millis: number
  /** The params as they came. Redacted, since what is asked can hold secrets. */
  readonly asked: Redacted.Redacted<unknown>
  /** What was sent. Redacted, since an answer can be a token or a password. */
  readonly answered: Option.Option<Redacted.Redacted<Reply>>
}

/**
 * Nothing for a record all of whose keys are known; for any other, what no such record fits. Not a mapped type: one without keys would keep the
 * compiler from seeing that a value has nothing in common with a record of handlers.
 */
export type NoOtherKeys<H, Known> = [Exclude<keyof H, Known>] extends [never]
  ? unknown
  : { readonly [K in Exclude<keyof H, Known>]: never }

/** Where an answer is from, or why there is none, where that is not plain from whether the handler succeeded. */
export interface Origin {
  readonly rule: "policy" | "default" | "notOffered" | "invalidAnswer"
  readonly policy?: string
}

const origins = new WeakMap<object, Origin>()

// What policies answered to a request, for wrappers that hand on a copy of the answer.
const policyAnswers = new WeakMap<object, ReadonlyArray<{ readonly answer: object; readonly origin: Origin }>>()

/** Notes where an answer is from, or what kind of failure this is. */
export const noted = <A extends object>(value: A, origin: Origin): A => {
  origins.set(value, origin)
  return value
}

/** Notes that a policy gave this answer to a request. */
export const notedFor = <A extends object>(request: object, answer: A, policy: string): A => {
  const origin: Origin = { rule: "policy", policy }
  policyAnswers.set(request, [...(policyAnswers.get(request) ?? []), { answer, origin }])
  return noted(answer, origin)
}

/** What was noted of an answer, also of a copy that says the same, or of a failure. */
export const originOf = (value: unknown, request?: object): Origin | undefined => {
  if (typeof value !== "object" || value === null) return undefined
  const own = origins.get(value)
  if (own !== undefined || request === undefined) return own
  return policyAnswers.get(request)?.findLast(({ answer }) => Equal.equals(answer, value))?.origin
}
