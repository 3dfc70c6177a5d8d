import { assert, describe, it } from "@effect/vitest"
import { lockFiles, refused, refusedIn } from "./surface/licenses.ts"

describe("licenses", () => {
  it("are allowed for all packages in the lock files", () => {
    assert.deepStrictEqual(lockFiles.flatMap(refusedIn), [])
  })

  it("with obligations for users are rejected, and so is a package without a license", () => {
    const lock = {
      packages: {
        "": { license: "none" },
        a: { license: "MIT" },
        b: { license: "(GPL-3.0-only OR MIT)" },
        c: { license: "GPL-3.0-only" },
        d: { license: "MPL-2.0" },
        e: { license: "MPL-2.0", dev: true },
        f: {},
        g: { license: "MIT AND GPL-3.0-only" }
      }
    }
    assert.deepStrictEqual(refused(lock, false), [
      "c: GPL-3.0-only",
      "d: MPL-2.0",
      "f: no license is named",
      "g: MIT AND GPL-3.0-only"
    ])
    assert.deepStrictEqual(refused({ packages: { d: { license: "MPL-2.0" } } }, true), [])
  })
})
