/**
 * Support for the tests of permissions: requests, and their answers.
 */
import { Effect, Exit } from "effect"
import * as Permissions from "../../src/Permissions.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as Test from "../serverRequests/support.ts"

export const method = "item/permissions/requestApproval"

type Request = ServerRequests.Request<typeof method>

export type Asked = Request["params"]["permissions"]

export const file = (access: string, path: string) => ({ access, path: { type: "path" as const, path } })

export const request = (permissions: Asked): Request => ({
  id: 1,
  method,
  changes: [],
  offered: [],
  params: { ...Test.ids(), startedAtMs: 1, cwd: "/project", permissions }
})

export const both: Asked = {
  network: { enabled: true },
  fileSystem: { entries: [file("read", "/etc/hosts"), file("write", "/project/a"), file("write", "/project/b")] }
}

export const quiet: Asked = { network: null, fileSystem: { entries: [file("write", "/project/a")] } }

/** The answer that a policy's decision becomes. */
export const answer = (
  permissions: Asked,
  policy: Permissions.Policy<unknown> | Permissions.Answer
): Effect.Effect<Exit.Exit<unknown, unknown>> =>
  Effect.exit(
    Permissions.handler("_tag" in policy ? Permissions.ask(() => Effect.succeed(policy)) : policy)(request(permissions))
  )

export const declined = Exit.succeed({ permissions: {}, scope: "turn" })
