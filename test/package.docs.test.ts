/**
 * The code of the README and of the guides with the packed package, as a user copies it: every block compiles, and
 * the programs run, with an embedded model. Everything comes from the tarball: the pages, the examples that they
 * show, and the package.
 *
 * Most blocks are parts of a program. Such a part is compiled and run in its example, in the place of its region.
 */
import { NodeServices } from "@effect/platform-node"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { CodexHome } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Linked from "./surface/linked.ts"
import { tsc } from "./surface/stage.ts"

/** A block of a page. */
interface Block {
  readonly page: string
  readonly file: string
  /** The part of the file that it shows, or all of it from the first import. */
  readonly region: string | undefined
  readonly code: string
}

let project: Linked.Project
let blocks: ReadonlyArray<Block> = []

const packed = (file: string): string => readFileSync(join(project.folder, "node_modules/effect-codex", file), "utf8")

const blocksOf = (page: string): ReadonlyArray<Block> =>
  [...packed(page).matchAll(/<!-- from (examples\/[\w./-]+)(?:#([\w-]+))? -->\n+```ts\n([\s\S]*?)```/g)].map(
    ([, file = "", region, code = ""]) => ({ page, file, region, code })
  )

/** The name of the whole program that a block is. */
const programOf = ({ page }: Block): string => `pages/${page.replaceAll(/[/.]/g, "-")}.ts`

/** A block without its imports, which are those of its file. */
const bodyOf = (code: string): string => {
  const lines = code.trimEnd().split("\n")
  const from = lines.findIndex((line) => line !== "" && !line.startsWith("import "))
  return from === -1 ? "" : lines.slice(from).join("\n")
}

/** Puts what a page shows into its place in the file. */
const replaced = (text: string, { code, region }: Block): string => {
  const lines = text.split("\n")
  const from = lines.findIndex((line) => line.trim() === `// #region ${region}`)
  const to = lines.findIndex((line, at) => at > from && line.trim() === "// #endregion")
  assert.isAbove(from, -1, `no region ${region}`)
  const body = bodyOf(code)
  // The region of the imports is only imports.
  if (body === "") return text
  const [indent = ""] = /^ */.exec(lines[from] ?? "") ?? []
  const shown = body.split("\n").map((line) => (line === "" ? line : indent + line))
  return [...lines.slice(0, from + 1), ...shown, ...lines.slice(to)].join("\n")
}

const pages = ["README.md", "SECURITY.md", "llms.txt"]

/** Examples with blocks that need a user at the keyboard, or another way to run. */
const runsElsewhere = ["examples/11-terminal-chat.ts", "examples/21-testing-your-program.test.ts"]

beforeAll(() => {
  project = Linked.make(["vitest", "esbuild"])
  const examples = join(project.folder, "examples")
  cpSync(join(project.folder, "node_modules/effect-codex/examples"), examples, { recursive: true })
  const guides = readdirSync(join(project.folder, "node_modules/effect-codex/docs")).filter((file) =>
    file.endsWith(".md")
  )
  blocks = [...pages, ...guides.map((file) => `docs/${file}`)].flatMap(blocksOf)
  for (const block of blocks) {
    if (block.region === undefined) project.write(programOf(block), block.code)
    else project.write(block.file, replaced(readFileSync(join(project.folder, block.file), "utf8"), block))
  }
  project.write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: Linked.compilerOptions, include: ["examples", "pages"] })
  )
}, 120_000)

afterAll(() => project.remove())

/** Where a program of the test leaves nothing behind. */
const env = (name: string): Readonly<Record<string, string>> => {
  const home = join(project.folder, "homes", name.replaceAll(/\W/g, "-"))
  mkdirSync(home, { recursive: true })
  return { HOME: home, USERPROFILE: home, TMPDIR: home, TEMP: home, OPENAI_API_KEY: "", NODE_NO_WARNINGS: "1" }
}

const runFile = (file: string, more: Readonly<Record<string, string>> = {}): Promise<string> =>
  Linked.run(process.execPath, [file], project.folder, { ...env(file), ...more })

describe("the blocks of the pages, with the packed package", { timeout: 120_000 }, () => {
  it("are all there", () => {
    assert.isAbove(blocks.length, 65)
    assert.isAbove(new Set(blocks.map(({ page }) => page)).size, 12)
    for (const { page } of blocks) {
      assert.strictEqual([...packed(page).matchAll(/^```ts$/gm)].length, blocksOf(page).length, page)
    }
  })

  it("compile", async () => {
    assert.strictEqual(await Linked.run(process.execPath, [tsc, "-p", "tsconfig.json"], project.folder), "")
  })

  it("run: the whole programs, with a model on loopback", async () => {
    const program = Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const { codexHome } = yield* CodexHome.CodexHome
      const programs = blocks.filter(({ region }) => region === undefined)
      assert.isAbove(programs.length, 3)
      // The same program on several pages runs once.
      for (const [, block] of new Map(programs.map((block) => [block.code, block]))) {
        yield* model.enqueue(MockModel.reply("Hello, reader."))
        const output = yield* Effect.promise(() => runFile(programOf(block), { CODEX_HOME: codexHome }))
        assert.strictEqual(output, "Hello, reader.\n", block.page)
      }
    })
    const home = Effect.flatMap(MockModel.MockModel, (model) =>
      Effect.provide(program, CodexHome.layerTemporary({ configToml: model.configToml() }))
    )
    await Effect.runPromise(home.pipe(Effect.provide(MockModel.layer()), Effect.provide(NodeServices.layer)))
  })

  // `examples.test.ts` runs the same files from the source, so the suite leaves this to the workflow.
  it.runIf(process.env["DOCS"] === "all")("run: the parts, in the examples that they are from", async () => {
    const files = [...new Set(blocks.flatMap(({ file, region }) => (region === undefined ? [] : [file])))].filter(
      (file) => !runsElsewhere.includes(file) && !file.startsWith("examples/service/")
    )
    assert.isAbove(files.length, 15)
    // Two at a time, as most machines of a workflow have two cores.
    const queue = [...files]
    const worker = async (): Promise<void> => {
      for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
        assert.match(await runFile(file), /\S/, file)
      }
    }
    await Promise.all([worker(), worker()])
  })

  it("run: the tests of the guide, in vitest", async () => {
    const vitest = join(project.folder, "node_modules/vitest/vitest.mjs")
    assert.isTrue(existsSync(vitest))
    const report = join(project.folder, "report.json")
    const reporting = ["--reporter=json", `--outputFile=${report}`]
    const args = [vitest, "run", ...reporting, "--root", project.folder, "examples/21-testing-your-program.test.ts"]
    await Linked.run(process.execPath, args, project.folder, env("vitest"))
    const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(report, "utf8"))
    assert.isAbove(numTotalTests, 5)
    assert.strictEqual(numPassedTests, numTotalTests)
  })
})
