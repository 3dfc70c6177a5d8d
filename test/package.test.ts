import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { bytes, withoutSdk } from "./bench/bundle.ts"
import * as Stage from "./surface/stage.ts"

const root = join(import.meta.dirname, "..")
const read = (file: string) => readFileSync(join(root, file), "utf8")

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

const manifest: unknown = JSON.parse(read("package.json"))
assert.isTrue(isRecord(manifest))
const pkg = isRecord(manifest) ? manifest : {}

/** Doc comments have imports of their own, in examples. */
const withoutDocs = (source: string): string => source.replaceAll(/\/\*\*[^]*?\*\//g, "")

describe("the package", () => {
  it("records no download addresses in its lock files", () => {
    for (const folder of [".", "tools/apidocs"]) {
      assert.notInclude(read(join(folder, "package-lock.json")), '"resolved"')
      assert.include(read(join(folder, ".npmrc")), "omit-lockfile-registry-resolved=true")
    }
  })

  it("is published with a provenance statement", () => {
    assert.deepStrictEqual(pkg["publishConfig"], { access: "public", provenance: true })
  })

  it("has workflows with actions that are pinned by their full hash, and that keep no credentials", () => {
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

  it("pins the runtime exactly, and has effect as a peer dependency", () => {
    assert.deepStrictEqual(pkg["dependencies"], { "@openai/codex": pkg["version"] })
    assert.hasAllKeys(pkg["peerDependencies"], [
      "effect",
      "@effect/platform-node",
      "@effect/sql-pg",
      "@electric-sql/pglite"
    ])
    assert.deepStrictEqual(pkg["peerDependenciesMeta"], {
      "@effect/platform-node": { optional: true },
      "@effect/sql-pg": { optional: true },
      "@electric-sql/pglite": { optional: true }
    })
    assert.deepStrictEqual(pkg["engines"], { node: ">=22.19" })
  })

  it("runs nothing during its installation", () => {
    const { scripts } = pkg
    assert.doesNotHaveAnyKeys(scripts, ["preinstall", "install", "postinstall", "prepare"])
  })

  it("does not export internal and generated modules", () => {
    const { exports } = pkg
    assert.isTrue(isRecord(exports))
    if (!isRecord(exports)) return
    const closed = ["internal/*", "chunks/*", "generated/*", "index", "modules", "testing/*", "cluster/*", "workflow/*"]
    for (const name of closed) {
      assert.isNull(exports[`./${name}`], name)
    }
  })

  it("imports platform modules only in testing and the cluster, except two that Bun and Deno have, too", () => {
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !/^(?:testing|cluster|internal.cluster)/.test(file)
    )
    assert.isAbove(files.length, 30)
    for (const file of files) {
      const imports = [...withoutDocs(read(join("src", file))).matchAll(/from "([^".][^"]*)"/g)].map(
        (match) => match[1] ?? ""
      )
      for (const name of imports) assert.match(name, /^effect\/|^node:(?:fs|module)$/, `${file} imports ${name}`)
    }
  })
})

describe("the published package", () => {
  let stage: Stage.Stage
  beforeAll(() => {
    stage = Stage.make()
  })
  afterAll(() => stage.remove())

  it("has the sources, the build, the guides with their examples, and seven files: nothing else", () => {
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
    const modules = sources.filter(
      (file) =>
        !file.includes("/") ||
        ["cluster/index", "testing/index", "workflow/index", "generated/codecs", "generated/methods"].includes(file)
    )
    const chunks = ["protocol", "told", "core", "more", "testing", "cluster", "durable", "workflow"].map(
      (name) => `chunks/${name}`
    )
    const expected = [
      ...sources.flatMap((file) => [`src/${file}.ts`, `dist/${file}.d.ts`, `dist/${file}.d.ts.map`]),
      ...[...modules, "modules", ...chunks].map((file) => `dist/${file}.js`),
      // What builds the namespaces of testing and of the cluster.
      "dist/chunks/rolldown-runtime.js",
      // The others contain no code of their own.
      ...[...chunks, "generated/codecs", "generated/methods", "ThreadStore"].map((file) => `dist/${file}.js.map`)
    ]
    assert.deepStrictEqual(
      stage.files.filter((file) => !others.includes(file)),
      expected.sort()
    )
  })

  /** The published files that loading one of them loads. */
  const loads = (file: string, found = new Set<string>()): ReadonlySet<string> => {
    if (found.has(file)) return found
    found.add(file)
    for (const [, name = ""] of Stage.read(stage, file).matchAll(/^(?:import|export) [^"]*"(\.[^"]+)"/gm)) {
      loads(join(dirname(file), name).replaceAll("\\", "/"), found)
    }
    return found
  }

  it("loads few files: a public module is a part of chunks, and modules without a server do not load the server's", () => {
    const chunks = (file: string) => [...loads(file)].filter((name) => name.startsWith("dist/chunks/")).sort()
    const told = ["dist/chunks/protocol.js", "dist/chunks/told.js"]
    assert.deepStrictEqual(chunks("dist/Codex.js"), ["dist/chunks/core.js", ...told])
    assert.deepStrictEqual(chunks("dist/index.js"), ["dist/chunks/core.js", "dist/chunks/more.js", ...told])
    for (const name of ["CodexError", "Input", "Printable", "Transport", "Turn"]) {
      assert.includeMembers(told, [...chunks(`dist/${name}.js`)], name)
    }
    // Itself, the codecs and methods that `Protocol` exports, and four chunks.
    assert.strictEqual(loads("dist/index.js").size, 1 + 2 + 4)
    // One for each public module in addition. `ThreadStore` loads databases, so programs import it by its own name.
    const modules = readdirSync(join(root, "src")).filter((file) => file.endsWith(".ts") && file !== "ThreadStore.ts")
    assert.strictEqual(loads("dist/modules.js").size, modules.length + 2 + 4)
  })

  it("exports the same from its entry for bundlers", () => {
    const script = `
      const entries = await Promise.all(${JSON.stringify(
        ["index", "modules"].map((name) => pathToFileURL(join(stage.folder, "dist", `${name}.js`)).href)
      )}.map((file) => import(file)))
      const isModule = (value) => value?.[Symbol.toStringTag] === "Module"
      const same = (a, b) =>
        isModule(a) && isModule(b)
          ? String(Object.keys(a).sort()) === String(Object.keys(b).sort()) &&
            Object.keys(a).every((key) => same(a[key], b[key]))
          : a === b
      console.log(same(...entries), Object.values(entries[0]).filter(isModule).length)`
    const args = ["--input-type=module", "-e", script]
    const others = new Set(["index.ts", "ThreadStore.ts"])
    const count = readdirSync(join(root, "src")).filter((file) => file.endsWith(".ts") && !others.has(file)).length
    const found = execFileSync(process.execPath, args, { cwd: stage.folder, encoding: "utf8" })
    assert.strictEqual(found.trim(), `true ${count}`)
  })

  /** The number of modules that a program loads for the package, after the Effect modules that it imports itself. */
  const added = (effect: ReadonlyArray<string>, name: string): number => {
    const script = `
      import { registerHooks } from "node:module"
      let count = 0
      registerHooks({ load: (url, context, next) => (count++, next(url, context)) })
      for (const name of ${JSON.stringify(effect)}) await import(name)
      const before = count
      await import(${JSON.stringify(pathToFileURL(join(stage.folder, "dist", name)).href)})
      console.log(count - before)`
    const args = ["--input-type=module", "-e", script]
    return Number(execFileSync(process.execPath, args, { cwd: stage.folder, encoding: "utf8" }))
  }

  it("adds few modules to the start of a program, with imports of barrels or of single modules", () => {
    assert.isAtMost(added(["effect", "@effect/platform-node"], "index.js"), 17)
    const modules = ["Effect", "Layer", "Console", "Option"].map((name) => `effect/${name}`)
    assert.isAtMost(added([...modules, "@effect/platform-node/NodeServices"], "Codex.js"), 17)
  })

  it("has chunks that import each other in one direction only", () => {
    for (const file of stage.files.filter((name) => /^dist\/.*\.js$/.test(name))) {
      const inner = [...loads(file)].filter((name) => name !== file)
      for (const name of inner) assert.isFalse(loads(name).has(file), `${file} and ${name}`)
    }
  })

  it("adds to the README's program, bundled and minified, at most 1.75 times its size without the SDK", async () => {
    const path = join(stage.folder, "dist/modules.js")
    const [sdk, without] = [await bytes({ path }), await bytes({ contents: withoutSdk })]
    assert.isBelow((sdk - without) / without, 1.75)
  })

  it("adds only what is used to a bundle: escaping text does not include the server", async () => {
    const entry = { contents: 'import { Printable } from "effect-codex"; console.log(Printable.line("a"))' }
    assert.isBelow(await bytes({ path: join(stage.folder, "dist/modules.js") }, entry), 1000)
  })

  it("has texts whose links lead to published files, too", () => {
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

  it("exports each public module, and no other", () => {
    const { exports } = pkg
    assert.isTrue(isRecord(exports))
    if (!isRecord(exports)) return
    for (const target of Object.values(exports)) {
      for (const path of isRecord(target) ? Object.values(target) : target === null ? [] : [target]) {
        if (typeof path === "string" && !path.includes("*")) assert.include(stage.files, path.slice(2))
      }
    }
    // Other paths that a pattern could open are closed by name.
    const folders = new Set(stage.files.flatMap((file) => /^dist\/([^/]+)\//.exec(file)?.[1] ?? []))
    assert.deepStrictEqual([...folders].sort(), ["chunks", "cluster", "generated", "internal", "testing", "workflow"])
  })

  it("has maps that lead to published sources", () => {
    const maps = stage.files.filter((file) => file.endsWith(".map"))
    assert.isAbove(maps.length, 100)
    for (const file of maps) {
      const map: unknown = JSON.parse(Stage.read(stage, file))
      const sources = isRecord(map) && Array.isArray(map["sources"]) ? map["sources"] : []
      if (file.endsWith(".d.ts.map")) assert.strictEqual(sources.length, 1, file)
      for (const source of sources) {
        assert.include(stage.files, join(dirname(file), String(source)).replaceAll("\\", "/"), file)
      }
    }
  })

  it("contains nothing about the machine that built it", () => {
    for (const file of stage.files) {
      const text = Stage.read(stage, file)
      for (const path of [stage.folder, root]) assert.notInclude(text, path, file)
    }
  })

  it("has a changelog of its version and the license that it names", () => {
    assert.include(read("CHANGELOG.md"), `## ${String(pkg["version"])}`)
    assert.strictEqual(pkg["license"], "Apache-2.0")
    assert.include(read("LICENSE"), "Apache License")
    assert.isTrue(existsSync(join(root, "SECURITY.md")))
  })
})
