import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll } from "vitest"
import { draft, withDraft } from "../../codegen/drift/changelog.ts"
import { reportOf } from "../../codegen/drift/report.ts"
import { printPinned } from "../../codegen/generate.ts"
import { recorded } from "./recordProtocols.ts"
import { copyOfRepository, edit, pinned, read, removeCopies } from "./support.ts"

afterAll(removeCopies)

/**
 * Stands in for npm, which would need the network. It records its calls, changes package.json as npm does, and fails
 * for the versions and scripts in FAIL.
 */
const npm = `
import { appendFileSync, readFileSync, writeFileSync } from "node:fs"
const args = process.argv.slice(2)
appendFileSync(process.env.CALLS, args.join(" ") + "\\n")
const change = (edit) => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8"))
  edit(manifest)
  writeFileSync("package.json", JSON.stringify(manifest, undefined, 2) + "\\n")
}
const last = args.at(-1)
if (process.env.FAIL.split(" ").includes(last)) process.exitCode = 1
else if (args[0] === "install") change((manifest) => (manifest.dependencies["@openai/codex"] = last.split("@").at(-1)))
else if (args[0] === "version") change((manifest) => (manifest.version = last))
`

const version = pinned.codex
const oldest = "0.125.0"

/** A repository that pins 0.166.0. The pinned runtime of this one is installed. */
const olderRepository = () => {
  const folder = copyOfRepository()
  for (const part of ["docs", "examples", "runtimes"]) mkdirSync(join(folder, part))
  writeFileSync(join(folder, "npm.js"), npm)
  writeFileSync(join(folder, "codegen/schema.json"), printPinned(recorded("0.166.0")))
  writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\nAbout it.\n\n## 0.166.0\n\n- First.\n")
  edit(join(folder, "src/generated/version.ts"), (text) => text.replaceAll(version, "0.166.0"))
  edit(join(folder, "package.json"), (text) => text.replaceAll(`"${version}"`, `"0.166.0"`))
  return folder
}

const upgrade = (folder: string, args: ReadonlyArray<string>, fail: ReadonlyArray<string>) => {
  const run = spawnSync(process.execPath, ["codegen/upgrade.ts", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      npm_execpath: join(folder, "npm.js"),
      CODEX_RUNTIMES: join(folder, "runtimes"),
      CALLS: join(folder, "calls"),
      FAIL: fail.join(" ")
    }
  })
  const left = run.stdout.slice(run.stdout.indexOf("== Decisions for a person"))
  return { ...run, left, file: (name: string) => readFileSync(join(folder, name), "utf8") }
}

const checks = ["types", "lint", "language:check", "format:check", "codegen:check", "package:check", "docs", "test"]

describe("npm run upgrade", () => {
  it("pins, generates, reports and checks, continues after failures, and lists the open decisions", () => {
    const folder = olderRepository()
    writeFileSync(join(folder, "src/uses.ts"), `export const retired = "currentTime/read"\n`)
    // An exception that generation needs is missing.
    edit(join(folder, "codegen/overrides.ts"), (text) => text.replace(/ *"account\/logout": .*\n/, ""))
    const { status, stdout, left, file } = upgrade(folder, [version], [`@openai/codex@${oldest}`, "lint"])
    assert.strictEqual(status, 1)

    const manifest = JSON.parse(file("package.json"))
    assert.deepStrictEqual([manifest.version, manifest.dependencies["@openai/codex"]], [version, version])
    assert.isTrue(file("codegen/schema.json") === read("codegen/schema.json"))
    assert.isTrue(file("src/generated/version.ts") === read("src/generated/version.ts"))
    assert.include(stdout, `# Codex 0.166.0 → ${version}`)
    assert.include(stdout, "- `modelProvider/list` added: `(ModelProviderListParams) → ModelProviderListResponse`.")

    const calls = file("calls").trim().split("\n")
    assert.deepStrictEqual(calls.slice(0, 2), [
      `install --save-exact @openai/codex@${version}`,
      `version --no-git-tag-version --allow-same-version ${version}`
    ])
    assert.deepStrictEqual(
      calls.filter((call) => call.startsWith("run ")),
      checks.map((name) => `run ${name}`)
    )

    assert.match(left, /Open decisions of generation:\n\n- account\/logout: no response is known/)
    assert.match(left, /- UserInput#audio\.url: The program relies on it, and it may be absent\./)
    assert.match(left, /still used here:\n\n- currentTime\/read: src\/uses\.ts:1\n/)
    assert.match(
      left,
      /Failed:\n\n- Find what supported [^\n]*\n- Record a session [^\n]*\n- npm run lint: exit code 1\n$/
    )
  })

  it("adds a draft to the changelog, before the newest section", () => {
    // Even if the package version could not be changed.
    const { file, left } = upgrade(olderRepository(), [version], [`@openai/codex@${oldest}`, version])
    assert.include(left, "- Change the package version: exit code 1\n")
    const changelog = file("CHANGELOG.md")
    assert.deepStrictEqual(
      [...changelog.matchAll(/^## (.*)/gm)].map(([, title]) => title),
      [version, "0.166.0"]
    )
    assert.include(changelog, `Draft, from \`npm run drift -- 0.166.0 ${version}\`.`)
    assert.match(changelog, /^- Notifications added: .*`thread\/section\/changed`/m)
    assert.include(changelog, "- **Breaks:** `UserInput#audio.url`. The program relies on it, and it may be absent.")
    assert.isTrue(changelog.endsWith("\n\n## 0.166.0\n\n- First.\n"))
  })

  it("changes nothing if the version cannot be installed", () => {
    const folder = olderRepository()
    const { status, left, file } = upgrade(folder, ["0.999.0"], ["@openai/codex@0.999.0"])
    assert.strictEqual(status, 1)
    assert.strictEqual(file("calls"), "install --save-exact @openai/codex@0.999.0\n")
    assert.match(left, /Failed:\n\n- Pin 0\.999\.0: exit code 1\n$/)
    assert.strictEqual(JSON.parse(file("package.json")).version, "0.166.0")
    assert.isTrue(file("codegen/schema.json") === printPinned(recorded("0.166.0")))
  })

  it("rejects any argument but one version, with an example", () => {
    for (const args of [[], ["newest"], [version, version]]) {
      const { status, stderr } = upgrade(olderRepository(), args, [])
      assert.strictEqual(status, 1)
      assert.include(stderr, "npm run upgrade -- 0.171.0")
    }
  })
})

describe("the draft of a changelog", () => {
  const report = reportOf(recorded("0.166.0"), recorded("0.171.0"), [])

  it("lists breaking changes first, then all changes by kind, in lines of at most 120 columns", () => {
    const text = draft(report)
    assert.match(text, /^## 0\.171\.0\n\nDraft, from/)
    assert.include(text, "- Server requests removed: `currentTime/read`.\n")
    assert.include(text, "- Fields made optional: ")
    for (const line of text.split("\n")) assert.isAtMost(line.length, 120)
    for (const { name } of report.entries) assert.include(text, `\`${name}\``)
  })

  it("does not replace a section", () => {
    const written = "# Changelog\n\n## 0.171.0\n\n- Searching threads.\n"
    assert.strictEqual(withDraft(written, report), written)
  })
})
