/**
 * Policies for the permissions that the model requests, in addition to those of the sandbox.
 *
 * A permission lets it write or read more files and directories, or use the network, in every command until the turn
 * ends. Use `Approval` for a single command or file change, and `ServerRequests` for other requests.
 *
 * A policy grants, declines or abstains. `orElse` tries the next policy if the first abstains. If every policy
 * abstains, the request is declined. `grant` applies to the current turn. A longer lifetime is explicit:
 * `forSession`. A grant of something that was not requested is never sent: the request is declined, with
 * `GrantRefused` in the log.
 *
 * The server asks if the feature `request_permissions_tool` is on and the mode is `ask`. With `denyAll` it declines
 * on its own, and with `autoReview` the reviewer answers.
 *
 * **Gotchas**
 *
 * A path is granted as written, and each command follows its links again. If the model can already write where a
 * directory is located, a background command can replace that directory by a link at any time, even after the grant.
 * The grant then applies to the target of the link.
 *
 * **Example** (Granting one directory)
 *
 * ```ts
 * import { NodeServices } from "@effect/platform-node"
 * import { Layer } from "effect"
 * import { Codex, Permissions, ServerRequests } from "effect-codex"
 *
 * const policy = Permissions.allow({ writes: ["/var/cache/build"] })
 *
 * const live = Codex.layer({ config: { features: { request_permissions_tool: true } } }).pipe(
 *   Layer.provide(ServerRequests.layer({ "item/permissions/requestApproval": Permissions.handler(policy) })),
 *   Layer.provide(NodeServices.layer)
 * )
 * ```
 *
 * @since 0.169.0
 */
export { oneAtATime, orElse, withTimeout } from "./internal/approval/combine.ts"
export type { AnyPolicy, PolicyFor, Verdict } from "./internal/approval/combine.ts"
export { GrantRefused, handler, isGrantRefused } from "./internal/approval/permissionGrants.ts"
export {
  allow,
  ask,
  decline,
  denyAll,
  forSession,
  grant,
  grantPart,
  withReview
} from "./internal/approval/permissions.ts"
export type { Answer, Grant, Lifetime, Part, Policy, Question } from "./internal/approval/permissions.ts"
