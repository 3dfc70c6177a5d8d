import { NodeServices } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect, FileSystem, PlatformError } from "effect"
import * as runtime from "../../../src/internal/process/runtime.ts"

const platform = { os: "linux", arch: "x64" }
const executable = "/x/vendor/x86_64-unknown-linux-musl/bin/codex"
const helpers = "/x/vendor/x86_64-unknown-linux-musl/codex-path"

/** A file system that cannot say whether a path of `unknown` exists, and that has the other paths. */
const locate = (unknown: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const exists = (path: string) =>
      unknown.includes(path)
        ? Effect.fail(PlatformError.systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "exists" }))
        : Effect.succeed(true)
    return yield* runtime
      .locate(platform, () => "/x/package.json")
      .pipe(Effect.provideService(FileSystem.FileSystem, { ...fs, exists }))
  })

it.layer(NodeServices.layer)("an unreadable place", (it) => {
  it.effect("counts as one without the binary, and is named", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(locate([executable]))
      assert.deepStrictEqual(error.searched, [executable, executable])
    })
  )

  it.effect("counts as one without the helpers, and the binary is used", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* locate([helpers]), { executable, helpers: undefined })
      assert.deepStrictEqual(yield* locate([]), { executable, helpers })
    })
  )

  it.effect("counts as missing if it is the caller's executable", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const denied = PlatformError.systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "exists" })
      const error = yield* Effect.flip(
        runtime
          .named("/x/codex", platform)
          .pipe(Effect.provideService(FileSystem.FileSystem, { ...fs, exists: () => Effect.fail(denied) }))
      )
      assert.deepStrictEqual(error.searched, ["/x/codex"])
    })
  )
})
