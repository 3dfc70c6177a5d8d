import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Stage from "./surface/stage.ts"

const root = join(import.meta.dirname, "..")
const read = (file: string) => readFileSync(join(root, file), "utf8")

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const manifest: unknown = JSON.parse(read("package.json"))
assert.isTrue(isRecord(manifest))
const pkg = isRecord(manifest) ? manifest : {}

describe("the package", () => {
  it("records no download addresses in its lock files", () => {
    for (const folder of [".", "tools/apidocs"]) {
      assert.notInclude(read(join(folder, "package-lock.json")), '"resolved"')
      assert.include(read(join(folder, ".npmrc")), "omit-lockfile-registry-resolved=true")
    }
  })

  it("is published with a statement of where it was built", () => {
    assert.deepStrictEqual(pkg["publishConfig"], { access: "public", provenance: true })
  })

  it("is checked by actions that are pinned by their full hash, and that keep no credentials", () => {
    const folder = ".github/workflows"
    for (const file of readdirSync(join(root, folder))) {
      const uses = read(join(folder, file)).split(/^ *- uses: /m)
      assert.isAbove(uses.length, 1)
      for (const step of uses.slice(1)) {
        assert.match(step, /^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\n/)
        if (step.startsWith("actions/checkout@")) assert.match(step, /^.*\n +with:\n +persist-credentials: false\n/)
      }
    }
  })

  it("pins the runtime exactly, and asks for effect as a peer", () => {
    assert.deepStrictEqual(pkg["dependencies"], { "@openai/codex": pkg["version"] })
    assert.hasAllKeys(pkg["peerDependencies"], ["effect", "@effect/platform-node"])
    assert.deepStrictEqual(pkg["peerDependenciesMeta"], { "@effect/platform-node": { optional: true } })
    assert.deepStrictEqual(pkg["engines"], { node: ">=22.19" })
  })

  it("runs nothing when it is installed", () => {
    const { scripts } = pkg
    assert.doesNotHaveAnyKeys(scripts, ["preinstall", "install", "postinstall", "prepare"])
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
      for (const name of imports) assert.match(name, /^effect\/|^node:(?:fs|module)$/, `${file} imports ${name}`)
    }
  })
})

describe("what is published", () => {
  let stage: Stage.Stage
  beforeAll(() => {
    stage = Stage.make()
  })
  afterAll(() => stage.remove())

  it("is the sources, what is built from them, the guides with the examples that they show, and seven files: nothing else", () => {
    const others = stage.files.filter((file) => !/^(?:src|dist)\//.test(file))
    assert.deepStrictEqual(
      others.filter((file) => !/^(?:docs|examples)\//.test(file)),
      ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "llms.txt", "package.json"]
    )
    assert.deepStrictEqual(
      others.filter((file) => file.startsWith("docs/")),
      readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(?:md|svg)$/.test(file))
        .map((file) => `docs/${file.replaceAll("\\", "/")}`)
        .sort()
    )
    assert.deepStrictEqual(
      others.filter((file) => file.startsWith("examples/")),
      readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => `examples/${file.replaceAll("\\", "/")}`)
        .sort()
    )
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => file.replaceAll("\\", "/").replace(/\.ts$/, ""))
    const expected = sources.flatMap((file) => [
      `src/${file}.ts`,
      ...[".js", ".js.map", ".d.ts", ".d.ts.map"].map((extension) => `dist/${file}${extension}`)
    ])
    assert.deepStrictEqual(
      stage.files.filter((file) => !others.includes(file)),
      expected.sort()
    )
  })

  it("has texts whose links lead to what is published, too", () => {
    const texts = stage.files.filter((file) => /^[^/]+\.(?:md|txt)$|^docs\//.test(file))
    const links = texts.flatMap((file) =>
      [...Stage.read(stage, file).matchAll(/\]\(([^)#\s]+)/g)].flatMap(([, target = ""]) =>
        target.startsWith("https://") ? [] : [join(dirname(file), target).replaceAll("\\", "/")]
      )
    )
    assert.isAbove(links.length, 30)
    assert.deepStrictEqual(
      links.filter((link) => !stage.files.includes(link)),
      []
    )
  })

  it("opens each public module, and no other", () => {
    const { exports } = pkg
    assert.isTrue(isRecord(exports))
    if (!isRecord(exports)) return
    for (const target of Object.values(exports)) {
      for (const path of isRecord(target) ? Object.values(target) : target === null ? [] : [target]) {
        if (typeof path === "string" && !path.includes("*")) assert.include(stage.files, path.slice(2))
      }
    }
    // What a pattern could open besides the modules is closed by name.
    const folders = new Set(stage.files.flatMap((file) => /^dist\/([^/]+)\//.exec(file)?.[1] ?? []))
    assert.deepStrictEqual([...folders].sort(), ["generated", "internal", "testing"])
  })

  it("has maps that lead to sources that are published", () => {
    const maps = stage.files.filter((file) => file.endsWith(".map"))
    assert.isAbove(maps.length, 100)
    for (const file of maps) {
      const map: unknown = JSON.parse(Stage.read(stage, file))
      const sources = isRecord(map) && Array.isArray(map["sources"]) ? map["sources"] : []
      assert.strictEqual(sources.length, 1, file)
      for (const source of sources) {
        assert.include(stage.files, join(dirname(file), String(source)).replaceAll("\\", "/"), file)
      }
    }
  })

  it("says nothing of the machine that built it", () => {
    for (const file of stage.files) {
      const text = Stage.read(stage, file)
      for (const path of [stage.folder, root]) assert.notInclude(text, path, file)
    }
  })

  it("comes with a changelog of its version and with the licence it names", () => {
    assert.include(read("CHANGELOG.md"), `## ${String(pkg["version"])}`)
    assert.strictEqual(pkg["license"], "Apache-2.0")
    assert.include(read("LICENSE"), "Apache License")
    assert.isTrue(existsSync(join(root, "SECURITY.md")))
  })
})
