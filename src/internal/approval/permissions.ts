/**
 * Requests for permissions: what a policy is asked, what it may answer, and the check that an answer grants nothing but what was asked.
 *
 * A grant that goes beyond is refused and not cut. It comes from a program that believes something wrong about the request, and a grant that
 * was cut in silence would confirm it; the server cuts, too, but by how paths are written, not by where they lead.
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
 * May the commands of this thread do more than its sandbox allows?
 *
 * @category models
 * @since 0.169.0
 */
export interface Question {
  /** The thread that asks; for a sub-agent its own, and a grant is for that thread only. */
  readonly threadId: string
  readonly turnId: string
  readonly itemId: string
  /** Why the model wants it, in its own words. */
  readonly reason: Option.Option<string>
  readonly cwd: string
  /**
   * The id of the environment to which the paths and the network belong, if that is another than the machine of the
   * server.
   */
  readonly environment: Option.Option<string>
  /** Whether access to the network is asked for. */
  readonly network: boolean
  /** Absolute paths of files and folders to be read. */
  readonly reads: ReadonlyArray<string>
  /** Absolute paths of files and folders to be written, which is to be read as well. */
  readonly writes: ReadonlyArray<string>
  /** What else is asked, such as patterns. No grant covers it. Today's server asks for none. */
  readonly others: ReadonlyArray<FileSystemSandboxEntry>
  readonly request: Request<Method>
}

/**
 * Some of what was asked.
 *
 * **Gotchas**
 *
 * Paths must be written exactly as `question.reads` and `question.writes` have them; a path of `writes` may be granted for reading only. A path
 * below one that was asked is refused: it can be a link, and then what it leads to would be granted.
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
 * For how long a grant holds: `turn`, `turnWithReview` (every further command of the turn is reviewed first), or `session`.
 *
 * @category models
 * @since 0.169.0
 */
export type Lifetime = "turn" | "turnWithReview" | "session"

/**
 * A yes to everything that was asked, or to a part of it.
 *
 * @category models
 * @since 0.169.0
 */
export interface Grant<L extends Lifetime = Lifetime> {
  readonly _tag: "grant"
  /** What is granted; all that was asked if there is none. */
  readonly part: Option.Option<Part>
  readonly lifetime: L
}

/**
 * What a policy can say.
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
 * Decides about permissions. `none` leaves it to the next policy; in the end that is a no.
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
 * A grant that was not sent, since it isn't what was asked. The request is declined.
 *
 * **Details**
 *
 * `notAsked`: it holds more than the request does. `restricted`: the request also holds restrictions, which this version can't pass on, so that
 * any path would be granted without them. The paths themselves are not in here.
 *
 * @category errors
 * @since 0.169.0
 */
export class GrantRefused extends Schema.TaggedError<GrantRefused>("effect-codex/Permissions/GrantRefused")(
  "GrantRefused",
  {
    threadId: Schema.String,
    turnId: Schema.String,
    /** What of the grant was wrong. */
    part: Schema.Literals(["network", "reads", "writes"]),
    reason: Schema.Literals(["notAsked", "restricted"])
  }
) {
  /** The request was declined: the server takes no second answer to it. */
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

/** A policy that answers in its own name. */
export const make: <E, R>(
  name: string,
  decide: (question: Question) => Effect.Effect<Option.Option<Answer>, E, R>
) => Policy<E, R> = combine.make

/** Asks the second policy where the first says nothing. */
export const orElse: {
  <E2, R2>(that: Policy<E2, R2>): <E, R>(self: Policy<E, R>) => Policy<E | E2, R | R2>
  <E, R, E2, R2>(self: Policy<E, R>, that: Policy<E2, R2>): Policy<E | E2, R | R2>
} = combine.orElse

/** Declines when the policy takes longer than this. */
export const withTimeout: {
  (limit: Duration.Input): <E, R>(self: Policy<E, R>) => Policy<E, R>
  <E, R>(self: Policy<E, R>, limit: Duration.Input): Policy<E, R>
} = combine.withTimeout<Question, Answer>({ _tag: "decline" })

/** Grants requests that ask for nothing but this. */
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

/** The handler of a policy. */
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

/** What a request asks. */
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

// Each its own object: the policy that gave it is noted by identity.
const nothing = (): Result<Method> => ({ permissions: {}, scope: "turn" })

const plain: ReadonlySet<string> = new Set(["read", "write"])

const entry = (access: "read" | "write", path: string) =>
  ({ access, path: { type: "path", path } }) satisfies FileSystemSandboxEntryParam

const pathOf = ({ path }: FileSystemSandboxEntry): ReadonlyArray<string> => (path.type === "path" ? [path.path] : [])

const encode = (question: Question, answer: Answer): Effect.Effect<Result<Method>, GrantRefused> => {
  // Only this word grants, whatever programs in JavaScript answer.
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
