/**
 * Answers permission requests with a policy: makes the question, and checks and encodes the grant.
 *
 * A grant that exceeds the request is rejected, not reduced. Such a grant comes from a program that misunderstands
 * the request, and reducing it silently would hide that. The server also reduces grants, but it compares paths as
 * text and does not resolve links.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type {
  FileSystemSandboxEntry,
  FileSystemSandboxEntryParam,
  GrantedPermissionProfile
} from "../../generated/types.ts"
import { type Handler, withOrigin, withPolicyOrigin, type Request, type Result } from "../serverRequests/types.ts"
import { check } from "./combine.ts"
import * as environments from "./environment.ts"
import type { Answer, Part, Policy, Question } from "./permissions.ts"

type Method = "item/permissions/requestApproval"

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

/**
 * Creates a handler from a policy.
 *
 * Pass it to `ServerRequests.layer`, or to the option `serverRequests` if it has no requirements.
 *
 * **Example** (Answering requests with a policy)
 *
 * ```ts
 * import { Codex, Permissions } from "effect-codex"
 *
 * const live = Codex.layer({
 *   serverRequests: { "item/permissions/requestApproval": Permissions.handler(Permissions.denyAll) }
 * })
 * ```
 *
 * @category handlers
 * @since 0.169.0
 */
export const handler = <E, R>(
  policy: Policy<E, R>
): Handler<"item/permissions/requestApproval", E | GrantRefused, R> => {
  check("Permissions.handler", policy)
  return (request) => {
    const asked = toQuestion(request)
    return Effect.flatMap(policy.decide(asked), (verdict) =>
      Option.match(verdict, {
        onNone: () => Effect.succeed(withPolicyOrigin(request, nothing(), policy.name)),
        onSome: ({ answer, by }) => Effect.map(encode(asked, answer), (result) => withPolicyOrigin(request, result, by))
      })
    )
  }
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
      withOrigin(new GrantRefused({ threadId: question.threadId, turnId: question.turnId, part, reason }), {
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
