import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, PlatformError } from "effect"
import * as folders from "../../../src/internal/process/folders.ts"

const problem = (folder: string) =>
  Effect.map(Effect.flip(folders.check("cwd", folder)), ({ description, option }) => {
    assert.strictEqual(option, "cwd")
    return description
  })

/** A file system that rejects these calls. The user of the tests may access every real folder. */
const refusing = (refused: "stat" | "access", tag: "PermissionDenied" | "Busy") =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs): FileSystem.FileSystem => {
      const refusal = Effect.fail(
        PlatformError.systemError({ _tag: tag, module: "FileSystem", method: refused, pathOrDescriptor: "/geheim" })
      )
      return {
        ...fs,
        stat: () => (refused === "stat" ? refusal : fs.stat("/")),
        access: (path) => (refused === "access" && path === "/geheim/." ? refusal : Effect.void)
      }
    })
  ).pipe(Layer.provide(NodeServices.layer))

describe("a folder of a process", () => {
  it.live("must exist and be a directory, and has another error for a file on its path", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const root = yield* fs.makeTempDirectoryScoped()
      const file = path.join(root, "file")
      yield* fs.writeFileString(file, "")
      yield* fs.symlink(root, path.join(root, "link"))
      yield* folders.check("cwd", root)
      yield* folders.check("cwd", path.join(root, "link"))
      assert.strictEqual(yield* problem(path.join(root, "none")), "does not exist; create it first")
      assert.strictEqual(yield* problem(file), "not a directory")
      assert.strictEqual(yield* problem(path.join(file, "below")), "does not exist: a parent is not a directory")
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("must be accessible for this program", () =>
    Effect.gen(function* () {
      for (const refused of ["stat", "access"] as const) {
        const description = yield* Effect.provide(problem("/geheim"), refusing(refused, "PermissionDenied"))
        assert.strictEqual(description, "permission denied")
      }
      const busy = yield* Effect.provide(problem("/geheim"), refusing("stat", "Busy"))
      assert.strictEqual(busy, "cannot be accessed (Busy)")
    })
  )
})
