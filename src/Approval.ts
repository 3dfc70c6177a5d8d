/**
 * Decides what happens when Codex wants to do more than the sandbox allows.
 *
 * The module has approval modes, and policies for the requests of the mode `ask`.
 *
 * Use `Permissions` for requests that hold for more than one command, and `ServerRequests` for other requests or to
 * read the protocol's own fields.
 *
 * A policy accepts, declines or abstains. `orElse` tries the next policy if the first abstains. If every policy
 * abstains, the request is declined. Plain policies accept a request once. Longer-lived answers are explicit:
 * `acceptForSession`, `acceptAndRemember` and `applyNetworkAmendment`.
 *
 * **Example** (Combining a policy with a question)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Effect, Layer } from "effect"
 * import { Approval, Codex, ServerRequests } from "effect-codex"
 *
 * const policy = Approval.allowCommands(Approval.command.startsWith(["gh", "pr", "view"])).pipe(
 *   Approval.orElse(Approval.allowWritesUnder(["/srv/repository"])),
 *   Approval.orElse(Approval.denyAll)
 * )
 *
 * const live = Codex.layer().pipe(
 *   Layer.provide(ServerRequests.layer(Approval.handlers(policy))),
 *   Layer.provide(NodeServices.layer)
 * )
 *
 * const program = Effect.flatMap(Codex.Codex, (codex) => codex.startThread({ approvalMode: "ask" }))
 *
 * Effect.runPromise(Effect.provide(program, live))
 * ```
 *
 * @since 0.169.0
 */
export { oneAtATime, orElse, withTimeout } from "./internal/approval/combine.ts"
export type { AnyPolicy, PolicyFor, Verdict } from "./internal/approval/combine.ts"
export { describe, type DescribeOptions } from "./internal/approval/describe.ts"
export { handlers, type PolicyHandlers } from "./internal/approval/handlers.ts"
export type { Mode } from "./internal/approval/modes.ts"
export { allowCommands, allowWritesUnder, ask, command, denyAll } from "./internal/approval/policies.ts"
export type { CommandPredicate, CommandPredicates } from "./internal/approval/policies.ts"
export {
  accept,
  acceptAndRemember,
  acceptForSession,
  applyNetworkAmendment,
  cancel,
  decline
} from "./internal/approval/policy.ts"
export type { Answer, CommandQuestion, FileChangeQuestion, Policy, Question } from "./internal/approval/policy.ts"
