/**
 * The access that a thread has, and the params that give the same access to it on another process.
 *
 * A server that was killed soon after a turn can lose the sandbox of the thread, although not its approval policy. The
 * next process then applies the sandbox of the Codex home, which can be wider. So what the server last reported is
 * sent with the resume. A sandbox that this package does not know becomes read-only, never a wider one.
 */
import * as Predicate from "effect/Predicate"
import type { ThreadResumeParams } from "../../generated/types.ts"

/** What a server reports of the access of a thread, as received. */
export interface Access {
  readonly sandbox: unknown
  /** The id of the permission profile, if one defines the access. */
  readonly profile: string | undefined
}

/** Reads the reply that opened a thread. */
export const ofReply = (reply: { readonly sandbox: unknown; readonly activePermissionProfile?: unknown }): Access => ({
  sandbox: reply.sandbox,
  profile: profileIn(reply)
})

/** Reads the params of `thread/settings/updated`. */
export const ofSettings = (params: unknown): Access | undefined => {
  const settings = Predicate.isReadonlyObject(params) ? params["threadSettings"] : undefined
  return Predicate.isReadonlyObject(settings)
    ? { sandbox: settings["sandboxPolicy"], profile: profileIn(settings) }
    : undefined
}

/** Reads the params with which a turn changes the access of its thread. */
export const ofTurn = (params: { readonly sandboxPolicy?: unknown; readonly permissions?: unknown }) => {
  const { permissions, sandboxPolicy } = params
  if (typeof permissions === "string") return { sandbox: undefined, profile: permissions }
  return sandboxPolicy === undefined || sandboxPolicy === null
    ? undefined
    : { sandbox: sandboxPolicy, profile: undefined }
}

/** Returns the params that resume a thread with this access, and with its own configuration. */
export const toResume = (
  access: Access | undefined,
  config: { readonly [key: string]: unknown } | undefined
): Pick<ThreadResumeParams, "config" | "permissions" | "sandbox"> => {
  if (access === undefined) return { config }
  if (access.profile !== undefined) return { config, permissions: access.profile }
  const policy = Predicate.isReadonlyObject(access.sandbox) ? access.sandbox : {}
  switch (policy["type"]) {
    case "dangerFullAccess":
      return { config, sandbox: "danger-full-access" }
    case "workspaceWrite":
      return {
        sandbox: "workspace-write",
        config: {
          ...config,
          sandbox_workspace_write: {
            writable_roots: policy["writableRoots"] ?? [],
            network_access: policy["networkAccess"] === true,
            exclude_tmpdir_env_var: policy["excludeTmpdirEnvVar"] === true,
            exclude_slash_tmp: policy["excludeSlashTmp"] === true
          }
        }
      }
    default:
      return { config, sandbox: "read-only" }
  }
}

// internal

const profileIn = (value: { readonly [key: string]: unknown } | object): string | undefined => {
  const profile: unknown = Reflect.get(value, "activePermissionProfile")
  const id = Predicate.isReadonlyObject(profile) ? profile["id"] : undefined
  return typeof id === "string" ? id : undefined
}
