import { NodeServices } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { CurrentPlatform } from "../../../src/internal/process/platform.ts"
import * as runtime from "../../../src/internal/process/runtime.ts"
import { codexBinary } from "../../support/rawDriver.ts"

const here = { os: process.platform, arch: process.arch }
const linux = { os: "linux", arch: "x64" }

/** A folder with these files, which is removed with the scope. */
const folder = (...files: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const root = mkdtempSync(join(tmpdir(), "effect-codex-runtime-"))
      for (const file of files) {
        mkdirSync(dirname(join(root, file)), { recursive: true })
        writeFileSync(join(root, file), "")
      }
      return root
    }),
    (root) => Effect.sync(() => rmSync(root, { recursive: true, force: true }))
  )

/** An installation with `@openai/codex` and one platform package, which only the former can resolve. */
const installed =
  (root: string, platformPackage: string): runtime.Resolve =>
  (specifier, from) => {
    if (specifier === "@openai/codex/package.json") return join(root, "codex", "package.json")
    return specifier === `${platformPackage}/package.json` && from.startsWith(root)
      ? join(root, "platform", "package.json")
      : undefined
  }

it.layer(NodeServices.layer)("the search for the binary", (it) => {
  it.effect("finds the native one of the platform package, with its helpers, not the npm shim", () =>
    Effect.gen(function* () {
      const found = yield* runtime.locate(yield* CurrentPlatform)
      assert.strictEqual(found.executable, codexBinary())
      assert.strictEqual(found.helpers, join(dirname(dirname(codexBinary())), "codex-path"))
    })
  )

  for (const [os, arch, target, binary] of [
    ["linux", "x64", "x86_64-unknown-linux-musl", "codex"],
    ["linux", "arm64", "aarch64-unknown-linux-musl", "codex"],
    ["darwin", "x64", "x86_64-apple-darwin", "codex"],
    ["darwin", "arm64", "aarch64-apple-darwin", "codex"],
    ["win32", "x64", "x86_64-pc-windows-msvc", "codex.exe"],
    ["win32", "arm64", "aarch64-pc-windows-msvc", "codex.exe"]
  ] as const) {
    it.effect(`finds ${binary} of its own target on ${os}-${arch}`, () =>
      Effect.gen(function* () {
        const vendor = join("platform", "vendor", target)
        const root = yield* folder(join(vendor, "bin", binary))
        const found = yield* runtime.locate({ os, arch }, installed(root, `@openai/codex-${os}-${arch}`))
        assert.deepStrictEqual(found, { executable: join(root, vendor, "bin", binary), helpers: undefined })
      })
    )
  }

  it.effect("reports a missing platform package with every searched place and what to do", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        runtime.locate(linux, (specifier) => (specifier.startsWith("@openai/codex/") ? "/x/package.json" : undefined))
      )
      assert.strictEqual(error.searched.length, 2)
      for (const place of error.searched) assert.include(place, "@openai/codex-linux-x64")
      assert.include(error.searched[0], "/x/package.json")
      for (const place of error.searched) assert.include(error.message, place)
      for (const word of ["--omit=optional", "`executable`", "@openai/codex-linux-x64"]) {
        assert.include(error.message, word)
      }
    })
  )

  it.effect("reports a missing @openai/codex, too", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runtime.locate(linux, () => undefined))
      assert.match(error.searched[0] ?? "", /^@openai\/codex: not installed \(resolved from .*\)$/)
      assert.match(error.searched[1] ?? "", /^@openai\/codex-linux-x64: not installed \(resolved from .*\)$/)
    })
  )

  it.effect("reports a package without its binary, with the expected path", () =>
    Effect.gen(function* () {
      const root = yield* folder()
      const error = yield* Effect.flip(runtime.locate(linux, installed(root, "@openai/codex-linux-x64")))
      assert.strictEqual(
        error.searched[0],
        join(root, "platform", "vendor", "x86_64-unknown-linux-musl", "bin", "codex")
      )
    })
  )

  it.effect("names a machine without a binary", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runtime.locate({ os: "aix", arch: "ppc64" }))
      assert.include(error.message, "aix-ppc64")
      assert.include(error.message, "`executable`")
    })
  )

  it.effect("makes a given path absolute, and reports a missing one with the whole path", () =>
    Effect.gen(function* () {
      const root = yield* folder()
      writeFileSync(join(root, "codex"), "#!/bin/sh\n")
      assert.deepStrictEqual(yield* runtime.named(join(root, "codex"), here), {
        executable: join(root, "codex"),
        helpers: undefined
      })
      const error = yield* Effect.flip(runtime.named("no/such/codex", here))
      assert.deepStrictEqual(error.searched, [join(process.cwd(), "no/such/codex")])
      assert.include(error.message, "PATH is not searched")
      writeFileSync(join(root, "text"), "no program")
      const text = yield* Effect.flip(runtime.named(join(root, "text"), here))
      assert.deepStrictEqual(text.searched, [
        `${join(root, "text")}: neither a program nor a script that names its interpreter (\`#!\`)`
      ])
      assert.strictEqual(
        text.advice,
        `\`executable\` must be a codex binary for ${here.os}-${here.arch}. Omit it to use the pinned one.`
      )
    })
  )
})
