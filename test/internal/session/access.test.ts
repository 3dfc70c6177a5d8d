import { assert, describe, it } from "@effect/vitest"
import * as access from "../../../src/internal/session/access.ts"

const resumed = (sandbox: unknown, profile?: string) => access.toResume({ sandbox, profile }, { a: 1 })

describe("the access of a thread that is resumed", () => {
  it("is that of the profile, if one defines it", () => {
    assert.deepStrictEqual(resumed({ type: "dangerFullAccess" }, ":read-only"), {
      config: { a: 1 },
      permissions: ":read-only"
    })
  })

  it("is read-only if it is unknown, and never wider", () => {
    for (const sandbox of [{ type: "fromTheFuture" }, { type: "externalSandbox" }, null, undefined, "x"]) {
      assert.deepStrictEqual(resumed(sandbox), { config: { a: 1 }, sandbox: "read-only" })
    }
    assert.deepStrictEqual(access.toResume(undefined, undefined), { config: undefined })
  })

  it("has no network and no directories that it did not have", () => {
    assert.deepStrictEqual(resumed({ type: "workspaceWrite" }), {
      sandbox: "workspace-write",
      config: {
        a: 1,
        sandbox_workspace_write: {
          writable_roots: [],
          network_access: false,
          exclude_tmpdir_env_var: false,
          exclude_slash_tmp: false
        }
      }
    })
  })

  it("is read from replies, settings and turns", () => {
    const sandbox = { type: "readOnly" }
    assert.deepStrictEqual(access.ofReply({ sandbox, activePermissionProfile: { id: ":workspace" } }), {
      sandbox,
      profile: ":workspace"
    })
    assert.deepStrictEqual(access.ofSettings({ threadSettings: { sandboxPolicy: sandbox } }), {
      sandbox,
      profile: undefined
    })
    assert.isUndefined(access.ofSettings({}))
    assert.deepStrictEqual(access.ofTurn({ sandboxPolicy: sandbox }), { sandbox, profile: undefined })
    assert.deepStrictEqual(access.ofTurn({ permissions: "p" }), { sandbox: undefined, profile: "p" })
    assert.isUndefined(access.ofTurn({}))
  })
})
