/**
 * Handles permission requests: the question for a policy, its answer, and the check of a grant.
 *
 * A grant that exceeds the request is rejected, not reduced. Such a grant comes from a program that misunderstands
 * the request, and reducing it silently would hide that. The server also reduces grants, but it compares paths as
 * text and does not resolve links.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Pipeable from "effect/Pipeable"
import * as Schema from "effect/Schema"
import type {
  FileSystemSandboxEntry,
  FileSystemSandboxEntryParam,
  GrantedPermissionProfile
} from "../../generated/types.ts"
import { noted, notedFor, type Request, type Result } from "../serverRequests/types.ts"
import * as combine from "./combine.ts"
import * as doubts from "./doubts.ts"
import * as environments from "./environment.ts"

type Method = "item/permissions/requestApproval"

/**
 * A request that commands of a thread may do more than its sandbox allows.
 *
 * @category models
 * @since 0.169.0
 */
export interface Question {
  /** The requesting thread. A sub-agent has its own thread id, and a grant applies to that thread only. */
  readonly threadId: string
  readonly turnId: string
  readonly itemId: string
  /** The model's reason for the request, in its own text. */
  readonly reason: Option.Option<string>
  readonly cwd: string
  /** The id of the environment of the paths and the network, if it is not the server's machine. */
  readonly environment: Option.Option<string>
  /** Whether network access is requested. */
  readonly network: boolean
  /** Absolute paths of files and directories to read. */
  readonly reads: ReadonlyArray<string>
  /** Absolute paths of files and directories to write. Write access includes read access. */
  readonly writes: ReadonlyArray<string>
  /** Other requested access, such as patterns. No grant covers it. The current server does not request any. */
  readonly others: ReadonlyArray<FileSystemSandboxEntry>
  readonly request: Request<Method>
}

/**
 * A part of what was requested.
 *
 * **Gotchas**
 *
 * Paths must be written exactly as in `question.reads` and `question.writes`. You may grant a path of `writes` for
 * reading only. A path below a requested one is rejected: it can be a link, and then its target would be granted.
 *
 * @category models
 * @since 0.169.0
 */
export interface Part {
  readonly network?: boolean | undefined
  readonly reads?: ReadonlyArray<string> | undefined
  readonly writes?: ReadonlyArray<string> | undefined
}

/**
 * How long a grant holds.
 *
 * - `turn`: for the rest of the turn.
 * - `turnWithReview`: for the rest of the turn, and every further command of the turn is reviewed first.
 * - `session`: for the session.
 *
 * @category models
 * @since 0.169.0
 */
export type Lifetime = "turn" | "turnWithReview" | "session"

/**
 * Grants everything that was requested, or a part of it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Grant<L extends Lifetime = Lifetime> {
  readonly _tag: "grant"
  /** What is granted. `none` grants everything that was requested. */
  readonly part: Option.Option<Part>
  readonly lifetime: L
}

/**
 * The answer of a policy.
 *
 * @category models
 * @since 0.169.0
 */
export type Answer = { readonly _tag: "decline" } | Grant

/**
 * An answer, and the name of the policy that gave it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Verdict {
  readonly answer: Answer
  readonly by: string
}

/**
 * Decides about permissions. `none` leaves the decision to the next policy. If all policies abstain, the request is
 * declined.
 *
 * @category models
 * @since 0.169.0
 */
export interface Policy<out E = never, out R = never> extends Pipeable.Pipeable {
  /** Shown in the log and in `Decision`. */
  readonly name: string
  readonly decide: (question: Question) => Effect.Effect<Option.Option<Verdict>, E, R>
}

/**
 * A grant that was not sent, because it does not match the request. The request is declined.
 *
 * **Details**
 *
 * - `notAsked`: the grant holds more than the request does.
 * - `restricted`: the request also holds restrictions that this version cannot pass on. Any granted path would be
 *   free of them.
 *
 * The error does not contain the paths.
 *
 * @category errors
 * @since 0.169.0
 */
export class GrantRefused extends Schema.TaggedError<GrantRefused>("effect-codex/Permissions/GrantRefused")(
  "GrantRefused",
  {
    threadId: Schema.String,
    turnId: Schema.String,
    /** The part of the grant that was wrong. */
    part: Schema.Literals(["network", "reads", "writes"]),
    reason: Schema.Literals(["notAsked", "restricted"])
  }
) {
  /** The request was declined, and the server accepts no second answer to it. */
  readonly isRetryable = false

  override get message(): string {
    const why =
      this.reason === "restricted"
        ? "the request has restrictions that the grant would drop; grant no paths, or write a handler that sends them"
        : this.part === "network"
          ? "network access was not requested; check `question.network` first"
          : `contains a path that was not requested; use paths from \`question.${this.part}\` unchanged`
    return `Grant not sent; request declined. \`${this.part}\`: ${why}.`
  }
}

/**
 * Whether a value is a `GrantRefused`.
 *
 * @category guards
 * @since 0.171.0
 */
export const isGrantRefused = (value: unknown): value is GrantRefused => value instanceof GrantRefused

/** Creates a policy that answers under its own name. */
export const make: <E, R>(
  name: string,
  decide: (question: Question) => Effect.Effect<Option.Option<Answer>, E, R>
) => Policy<E, R> = combine.make

/** Consults the second policy if the first abstains. */
export const orElse: {
  <E2, R2>(that: Policy<E2, R2>): <E, R>(self: Policy<E, R>) => Policy<E | E2, R | R2>
  <E, R, E2, R2>(self: Policy<E, R>, that: Policy<E2, R2>): Policy<E | E2, R | R2>
} = combine.orElse

/** Handles questions one at a time. */
export const oneAtATime: <E, R>(self: Policy<E, R>) => Policy<E, R> = combine.oneAtATime

/** Declines if the policy exceeds its timeout. */
export const withTimeout: {
  (timeout: Duration.Input): <E, R>(self: Policy<E, R>) => Policy<E, R>
  <E, R>(self: Policy<E, R>, timeout: Duration.Input): Policy<E, R>
} = combine.withTimeout<Question, Answer>({ _tag: "decline" })

/** Grants requests that need nothing beyond these limits. */
export const allow = (limits: Part, name = "allow"): Policy =>
  make(name, (question) =>
    Effect.sync(() => {
      const { environment, network, others, reads, request, writes } = question
      const readable = new Set([...(limits.reads ?? []), ...(limits.writes ?? [])])
      const writable = new Set(limits.writes)
      const asks = network || reads.length > 0 || writes.length > 0
      return asks &&
        doubts.of(request).length === 0 &&
        Option.isNone(environment) &&
        others.length === 0 &&
        (!network || limits.network === true) &&
        reads.every((path) => readable.has(path)) &&
        writes.every((path) => writable.has(path))
        ? Option.some(everything)
        : Option.none()
    })
  )

/** Returns the handler of a policy. */
export const handler =
  <E, R>(policy: Policy<E, R>) =>
  (request: Request<Method>): Effect.Effect<Result<Method>, E | GrantRefused, R> => {
    const asked = toQuestion(request)
    return Effect.flatMap(policy.decide(asked), (verdict) =>
      Option.match(verdict, {
        onNone: () => Effect.succeed(notedFor(request, nothing(), policy.name)),
        onSome: ({ answer, by }) => Effect.map(encode(asked, answer), (result) => notedFor(request, result, by))
      })
    )
  }

/** Converts a request to a question. */
export const toQuestion = (request: Request<Method>): Question => {
  const { params } = request
  const { fileSystem, network } = params.permissions
  const entries = fileSystem?.entries ?? [
    ...(fileSystem?.read ?? []).map((path) => entry("read", path)),
    ...(fileSystem?.write ?? []).map((path) => entry("write", path))
  ]
  const paths = (access: string) => entries.flatMap((asked) => (asked.access === access ? pathOf(asked) : []))
  return {
    threadId: params.threadId,
    turnId: params.turnId,
    itemId: params.itemId,
    reason: Option.fromNullishOr(params.reason),
    cwd: params.cwd,
    environment: environments.other(params.environmentId),
    network: network?.enabled === true,
    reads: paths("read"),
    writes: paths("write"),
    others: entries.filter((asked) => !plain.has(asked.access) || pathOf(asked).length === 0),
    request
  }
}

// internal

const everything: Grant<"turn"> = { _tag: "grant", part: Option.none(), lifetime: "turn" }

// A new object each time, because the policy that gave an answer is tagged by identity.
const nothing = (): Result<Method> => ({ permissions: {}, scope: "turn" })

const plain: ReadonlySet<string> = new Set(["read", "write"])

const entry = (access: "read" | "write", path: string) =>
  ({ access, path: { type: "path", path } }) satisfies FileSystemSandboxEntryParam

const pathOf = ({ path }: FileSystemSandboxEntry): ReadonlyArray<string> => (path.type === "path" ? [path.path] : [])

const encode = (question: Question, answer: Answer): Effect.Effect<Result<Method>, GrantRefused> => {
  // Only this tag grants, for any answer of a JavaScript program.
  if (answer._tag !== "grant") return Effect.succeed(nothing())
  const { network = false, reads = [], writes = [] } = Option.getOrElse(answer.part, (): Part => question)
  const refuse = (part: GrantRefused["part"], reason: GrantRefused["reason"] = "notAsked") =>
    Effect.fail(
      noted(new GrantRefused({ threadId: question.threadId, turnId: question.turnId, part, reason }), {
        rule: "notOffered"
      })
    )
  const writable = new Set(question.writes)
  const readable = new Set([...question.reads, ...question.writes])
  if (network && !question.network) return refuse("network")
  if (!reads.every((path) => readable.has(path))) return refuse("reads")
  if (!writes.every((path) => writable.has(path))) return refuse("writes")
  const entries = [...reads.map((path) => entry("read", path)), ...writes.map((path) => entry("write", path))]
  if (entries.length > 0 && question.others.some(({ access }) => !plain.has(access))) {
    return refuse(writes.length > 0 ? "writes" : "reads", "restricted")
  }
  const permissions: GrantedPermissionProfile = {
    ...(network ? { network: { enabled: true } } : undefined),
    ...(entries.length > 0 ? { fileSystem: { entries } } : undefined)
  }
  return Effect.succeed({
    permissions,
    scope: answer.lifetime === "session" ? "session" : "turn",
    ...(answer.lifetime === "turnWithReview" ? { strictAutoReview: true } : undefined)
  })
}
