/**
 * The public surface: names and signatures, module by module, in `test/surface/*.txt`. A change appears there as a diff
 * to review: `UPDATE_SURFACE=1 npx vitest run test/package.surface.test.ts`. Every name of it is documented.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Declarations from "./surface/declarations.ts"
import * as Stage from "./surface/stage.ts"

const updating = process.env["UPDATE_SURFACE"] !== undefined
const source = join(Stage.root, "src")
const locks = join(Stage.root, "test/surface")

/** The modules that the package's `exports` open, by their path below `src`. */
const modules = [
  ...readdirSync(source).filter((file) => file.endsWith(".ts")),
  ...["cluster", "testing", "workflow"].flatMap((folder) => [
    `${folder}/index.ts`,
    ...[...readFileSync(join(source, folder, "index.ts"), "utf8").matchAll(/from "\.\/(\w+\.ts)"/g)].map(
      ([, file]) => `${folder}/${file}`
    )
  ])
].map((file) => file.replace(/\.ts$/, ""))

// The generated types are locked by `npm run codegen:check`: they are the runtime's own schema.
const isGenerated = (file: string): boolean => file.includes("generated/")

const loader = (read: (file: string) => string) => {
  const cache = new Map<string, Declarations.File>()
  return (file: string): Declarations.File => {
    const found = cache.get(file) ?? Declarations.parse(read(file))
    cache.set(file, found)
    return found
  }
}

/** A declaration without comments, in which its own spaces differ from formatting. */
const normalise = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^(?:export )?(?:declare )?/, "")
    .replaceAll(/import\("([^"]+)"\)\./g, (_, module: string) => (module.startsWith("effect") ? "" : "~"))
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n")

let stage: Stage.Stage | undefined
beforeAll(() => {
  stage = Stage.make()
}, 60_000)
afterAll(() => stage?.remove())

const surfaceOf = (module: string): string => {
  const load = loader((file) => (stage === undefined ? "" : Stage.read(stage, join("dist", file))))
  const lines = Declarations.exportsOf(`${module}.d.ts`, load, isGenerated).map((one) =>
    isGenerated(one.file)
      ? `${one.name} from ${one.file.replace(/\.d\.ts$/, "")}`
      : one.namespace === undefined
        ? one.statements.map(({ text }) => normalise(text)).join("\n")
        : `namespace ${one.name} = ${one.namespace.replace(/\.d\.ts$/, "")}`
  )
  const whole = load(`${module}.d.ts`)
    .reexports.filter(({ from, names, namespace }) => names === "*" && namespace === undefined && isGenerated(from))
    .map(({ from }) => `export * from ${from.replace(/\.\w+$/, "")}`)
  return `${[...whole, ...lines].join("\n\n")}\n`
}

const lockOf = (module: string): string => join(locks, `${module.replaceAll("/", ".")}.txt`)

describe("the public surface", () => {
  it.each(modules)("of %s equals the reviewed snapshot", (module) => {
    const surface = surfaceOf(module)
    if (updating) writeFileSync(lockOf(module), surface)
    assert.isTrue(existsSync(lockOf(module)), `${module} is new: run with UPDATE_SURFACE=1, and review what it offers`)
    assert.strictEqual(surface, readFileSync(lockOf(module), "utf8"))
  })

  it("has every reviewed module", () => {
    const expected = modules.map(lockOf)
    const stale = readdirSync(locks)
      .filter((file) => file.endsWith(".txt"))
      .map((file) => join(locks, file))
      .filter((file) => !expected.includes(file))
    if (updating) for (const file of stale) rmSync(file)
    else assert.deepStrictEqual(stale, [])
  })

  it("includes the declarations of internal files that a public module exports", () => {
    const surface = surfaceOf("Codex")
    assert.match(surface, /interface StartThreadOptions\b[\s\S]*approvalMode\?: /)
    assert.match(surface, /interface Codex /)
  })
})

describe("the built code", () => {
  it("has the names of functions and classes, for stack traces", async () => {
    const functionsOf = (module: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(
        Object.entries(module).flatMap(([name, value]) =>
          // The bundler numbers names that occur twice.
          typeof value === "function" ? [[name, value.name.replace(/\$\d+$/, "")]] : []
        )
      )
    for (const name of ["Approval", "Codex", "CodexError", "Thread", "Turn"]) {
      const built = functionsOf(await import(join(stage?.folder ?? "", "dist", `${name}.js`)))
      assert.deepStrictEqual(built, functionsOf(await import(join(source, `${name}.ts`))))
    }
  })
})

/** The text of a doc comment without tags. */
const meaning = (doc: string): string =>
  doc
    .replaceAll(/^\s*\/?\*+\/?/gm, "")
    .replaceAll(/^\s*@.*$/gm, "")
    .replace(/\*\/\s*$/, "")
    .trim()

describe("documentation of the public surface", () => {
  const load = loader((file) => readFileSync(join(source, file), "utf8"))

  it.each(modules)("exists for %s and every name of it", (module) => {
    assert.notStrictEqual(meaning(load(`${module}.ts`).doc), "", `${module} has no module comment`)
    const silent = Declarations.exportsOf(`${module}.ts`, load, isGenerated).filter(
      ({ doc, file }) => !isGenerated(file) && meaning(doc) === ""
    )
    assert.deepStrictEqual(
      silent.map(({ file, name }) => `${name} in ${file}`),
      []
    )
  })

  it.each(modules)("explains each setting of %s", (module) => {
    const silent = Declarations.exportsOf(`${module}.ts`, load, isGenerated)
      .filter(({ name }) => name.endsWith("Options"))
      .flatMap(({ file, name, statements }) =>
        statements.flatMap(({ text }) => {
          const lines = text.split("\n")
          return lines.flatMap((line, index) => {
            const member = /^ {2}(?:readonly )?(\w+)\??: /.exec(line)?.[1]
            const before = lines[index - 1] ?? ""
            return member === undefined || before.includes("*/") || before.trim().startsWith("/** @deprecated")
              ? []
              : [`${name}.${member} in ${file}`]
          })
        })
      )
    // The name says enough.
    const plain = ["ToolCallOptions.name"]
    assert.deepStrictEqual(
      silent.filter((entry) => !plain.includes(entry.split(" ", 1)[0] ?? "")),
      []
    )
  })

  it("is reported as missing for a name without a comment", () => {
    const file = Declarations.parse(
      `/** A module. */\n\nexport const silent = 1\n\n/** Says it. */\nexport const told = 2\n`
    )
    assert.deepStrictEqual(
      file.statements.map(({ doc, name }) => [name, meaning(doc)]),
      [
        ["silent", ""],
        ["told", "Says it."]
      ]
    )
  })
})
