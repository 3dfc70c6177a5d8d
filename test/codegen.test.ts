import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll } from "vitest"
import * as codexBinary from "../codegen/codexBinary.ts"
import { printPinned } from "../codegen/generate.ts"
import { fromBinary, outputs } from "../codegen/main.ts"
import { responses } from "../codegen/overrides.ts"
import * as runtimes from "../codegen/runtimes.ts"
import * as Protocol from "../src/Protocol.ts"
import { copyOfRepository, edit, pinned, read, removeCopies, root, tsc } from "./codegen/support.ts"

afterAll(removeCopies)

describe("npm run codegen", () => {
  it("writes the files that are checked in, byte for byte, from the installed binary", () => {
    const { files: fresh } = outputs(fromBinary(runtimes.pinned()))
    for (const [file, text] of fresh) assert.isTrue(read(file) === text, `${file} is not up to date`)
    assert.deepStrictEqual(
      readdirSync(join(root, "src/generated")).sort(),
      [...fresh.keys()].flatMap((file) => (file.startsWith("src/generated/") ? [file.slice(14)] : [])).sort()
    )
  })

  it("writes the same files from the pinned schema, without the binary", () => {
    assert.isTrue(printPinned(pinned) === read("codegen/schema.json"))
    for (const [file, text] of outputs(pinned).files) assert.isTrue(read(file) === text, `${file} differs`)
  })

  it("names the files that differ with --check, changes none and exits with 1", () => {
    const folder = copyOfRepository()
    edit(join(folder, "src/generated/version.ts"), (text) => text.replace("0.171.0", "0.168.0"))
    writeFileSync(join(folder, "src/generated/stray.ts"), "")
    const run = spawnSync(process.execPath, ["codegen/main.ts", "--check", "--from-pinned"], {
      cwd: folder,
      encoding: "utf8"
    })
    assert.strictEqual(run.status, 1)
    assert.include(run.stderr, "src/generated/version.ts")
    assert.include(run.stderr, "src/generated/stray.ts")
    assert.notInclude(run.stderr, "types.ts")
    assert.include(readFileSync(join(folder, "src/generated/version.ts"), "utf8"), "0.168.0")
  })

  it("has a reason for every override", () => {
    for (const [method, { reason }] of responses) assert.isAbove(reason.length, 10, method)
  })
})

describe("the version", () => {
  it("is the same in the package, its dependency, the binary, the pinned schema and the generated code", () => {
    const manifest = JSON.parse(read("package.json"))
    assert.deepStrictEqual(
      [manifest.version, manifest.dependencies["@openai/codex"], codexBinary.version(runtimes.pinned()), pinned.codex],
      Array(4).fill(Protocol.codexVersion)
    )
  })
})

/** Compiles the codecs unchanged, or changed, with the builder's real types. */
const compile = (change: (text: string) => string) => {
  const folder = copyOfRepository()
  edit(join(folder, "src/generated/codecs.ts"), (text) => change(text.replaceAll(": any = ", " = ")))
  writeFileSync(
    join(folder, "tsconfig.typed.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: ["src/generated/codecs.ts"] })
  )
  return spawnSync(process.execPath, [tsc, "-p", "tsconfig.typed.json"], { cwd: folder, encoding: "utf8" })
}

describe("codecs.ts", () => {
  it("has the types that it declares if the builder is typed", () => {
    const run = compile((text) => text)
    assert.strictEqual(run.stdout, "")
    assert.strictEqual(run.status, 0)
  }, 60_000)

  it("does not compile with one wrong codec", () => {
    const run = compile((text) => text.replace("text: string", "text: number"))
    assert.include(run.stdout, "error TS2322")
  }, 60_000)
})
