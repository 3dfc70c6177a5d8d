/**
 * Finds the codex binary of this machine, in the platform package that `@openai/codex` depends on.
 *
 * The npm shim is bypassed, because it would add a process between this program and the server. PATH is not searched,
 * because it can contain another version.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { createRequire } from "node:module"
import { RuntimeNotFound } from "../../CodexError.ts"
import type { Platform } from "./platform.ts"
import * as programFormat from "./programFormat.ts"

/** A binary, and the directory of its helper programs (ripgrep) if it has one. */
export interface Runtime {
  readonly executable: string
  readonly helpers: string | undefined
}

const targets = new Map([
  ["linux-x64", "x86_64-unknown-linux-musl"],
  ["linux-arm64", "aarch64-unknown-linux-musl"],
  ["darwin-x64", "x86_64-apple-darwin"],
  ["darwin-arm64", "aarch64-apple-darwin"],
  ["win32-x64", "x86_64-pc-windows-msvc"],
  ["win32-arm64", "aarch64-pc-windows-msvc"]
])

/** Finds the `package.json` of a package. `undefined` if the package is not installed. */
export type Resolve = (specifier: string, from: string) => string | undefined

const resolveInstalled: Resolve = (specifier, from) => {
  try {
    return createRequire(from).resolve(specifier)
  } catch {
    return undefined
  }
}

/** Finds the pinned runtime. */
export const locate = Effect.fnUntraced(function* (
  platform: Platform,
  resolve: Resolve = resolveInstalled
): Effect.fn.Return<Runtime, RuntimeNotFound, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const key = `${platform.os}-${platform.arch}`
  const target = targets.get(key)
  if (target === undefined) {
    return yield* new RuntimeNotFound({
      searched: [`@openai/codex for ${key}`],
      advice: `OpenAI does not publish a codex binary for ${key}. Set \`executable\` to your own build.`
    })
  }
  const packageName = `@openai/codex-${key}`
  const searched: Array<string> = []
  // The platform package is a dependency of @openai/codex, so a strict layout (pnpm) resolves it only from there.
  const here = import.meta.url
  const codexPackage = resolve("@openai/codex/package.json", here)
  if (codexPackage === undefined) searched.push(`@openai/codex: not installed (resolved from ${here})`)
  for (const from of codexPackage === undefined ? [here] : [codexPackage, here]) {
    const manifest = resolve(`${packageName}/package.json`, from)
    if (manifest === undefined) {
      searched.push(`${packageName}: not installed (resolved from ${from})`)
      continue
    }
    const root = path.join(path.dirname(manifest), "vendor", target)
    const executable = path.join(root, "bin", platform.os === "win32" ? "codex.exe" : "codex")
    if (yield* Effect.orElseSucceed(fs.exists(executable), () => false)) {
      const helpers = path.join(root, "codex-path")
      const hasHelpers = yield* Effect.orElseSucceed(fs.exists(helpers), () => false)
      return { executable, helpers: hasHelpers ? helpers : undefined }
    }
    searched.push(executable)
  }
  return yield* new RuntimeNotFound({
    searched,
    advice: `Reinstall without \`--omit=optional\` or \`--no-optional\` (${packageName} is an optional dependency of @openai/codex), or set \`executable\` to the path of a codex binary.`
  })
})

/** Checks the binary at the path that the caller passed. */
export const named = Effect.fnUntraced(function* (
  executable: string,
  platform: Platform
): Effect.fn.Return<Runtime, RuntimeNotFound, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const resolved = path.resolve(executable)
  if (!(yield* Effect.orElseSucceed(fs.exists(resolved), () => false))) {
    return yield* new RuntimeNotFound({
      searched: [resolved],
      advice:
        "`executable` must be the path of an existing codex binary; PATH is not searched. Omit it to use the pinned one."
    })
  }
  const problem = yield* programFormat.problem(resolved, platform)
  if (problem !== undefined) {
    return yield* new RuntimeNotFound({
      searched: [`${resolved}: ${problem.description}`],
      advice: `\`executable\` must be a codex binary for ${platform.os}-${platform.arch}. Omit it to use the pinned one.`
    })
  }
  return { executable: resolved, helpers: undefined }
})
