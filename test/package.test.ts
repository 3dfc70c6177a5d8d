import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const read = (file: string) => readFileSync(join(root, file), "utf8")

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const manifest: unknown = JSON.parse(read("package.json"))
assert.isTrue(isRecord(manifest))
const pkg = isRecord(manifest) ? manifest : {}

describe("the package", () => {
  it("records no download addresses in its lock file", () => {
    assert.notInclude(read("package-lock.json"), '"resolved"')
    assert.include(read(".npmrc"), "omit-lockfile-registry-resolved=true")
  })

  it("pins the runtime exactly, and asks for effect as a peer", () => {
    assert.deepStrictEqual(pkg["dependencies"], { "@openai/codex": pkg["version"] })
    assert.hasAllKeys(pkg["peerDependencies"], ["effect", "@effect/platform-node"])
    assert.deepStrictEqual(pkg["peerDependenciesMeta"], { "@effect/platform-node": { optional: true } })
    assert.deepStrictEqual(pkg["engines"], { node: ">=22.19" })
  })

  it("keeps internal and generated modules to itself", () => {
    const { exports } = pkg
    assert.isTrue(isRecord(exports))
    if (!isRecord(exports)) return
    for (const closed of ["./internal/*", "./generated/*", "./index", "./testing/*"]) {
      assert.isNull(exports[closed], closed)
    }
  })

  it("imports no module of a platform outside of testing, but for two that Bun and Deno have too", () => {
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !file.startsWith("testing")
    )
    assert.isAbove(files.length, 30)
    for (const file of files) {
      const imports = [...read(join("src", file)).matchAll(/from "([^".][^"]*)"/g)].map((match) => match[1] ?? "")
      for (const name of imports) assert.match(name, /^effect\/|^node:(?:module|util)$/, `${file} imports ${name}`)
    }
  })
})
