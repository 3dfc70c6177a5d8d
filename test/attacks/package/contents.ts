/**
 * Attacks on the package and its build: scripts, licences, hashes, pinned actions, places from which code could come.
 * It reads the files of this repository; `test/package.test.ts` checks what is packed.
 */
import { assert } from "@effect/vitest"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { check, group } from "../support/attack.ts"

const root = join(import.meta.dirname, "../../..")
const text = (path: string): string => readFileSync(join(root, path), "utf8")
// Type boundary: the files are this repository's own.
const json = (path: string) => JSON.parse(text(path)) as { readonly [key: string]: unknown }

const filesOf = (folder: string, ending: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.includes("node_modules"))
    .map((name) => `${folder}/${name}`)

const record = (value: unknown): { readonly [key: string]: unknown } => (value instanceof Object ? { ...value } : {})

export const scenarios = group("package", [
  {
    name: "package-install-scripts",
    title: "The package runs something when it is installed",
    expected: "it has no such script",
    run: check(() => {
      const scripts = Object.keys(record(json("package.json")["scripts"]))
      assert.isAbove(scripts.length, 5)
      for (const name of ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare"]) {
        assert.notInclude(scripts, name)
      }
    })
  },
  {
    name: "package-dependencies",
    title: "A dependency moves without the package's doing",
    expected: "the runtime is pinned to one version, which is the package's own, and nothing else is installed with it",
    run: check(() => {
      const { dependencies, version } = json("package.json")
      assert.deepStrictEqual(dependencies, { "@openai/codex": version })
    })
  },
  {
    name: "package-lock-hashes",
    title: "A package of the lock file is replaced by another with the same name and version",
    expected: "each has a hash, and none an address of its own",
    run: check(() => {
      for (const lock of ["package-lock.json", "tools/apidocs/package-lock.json"]) {
        const packages = Object.entries(record(json(lock)["packages"])).filter(([name]) => name !== "")
        assert.isAbove(packages.length, 2)
        for (const [name, entry] of packages) {
          const { integrity, link, resolved } = record(entry)
          if (link !== true) assert.match(String(integrity), /^sha512-/, name)
          assert.notMatch(String(resolved ?? ""), /^(?:git|http:|file:)/, name)
        }
      }
    })
  },
  {
    name: "package-workflow-actions",
    title: "An action of the workflows is moved to other code under the same tag",
    expected: "each is named by its full hash, and the checkout keeps no credentials",
    run: check(() => {
      const workflows = filesOf(".github/workflows", "yml")
      assert.isAbove(workflows.length, 0)
      for (const path of workflows) {
        const uses = [...text(path).matchAll(/uses:\s*(\S+)/g)].map(([, action = ""]) => action)
        for (const action of uses) assert.match(action, /@[0-9a-f]{40}$/, path)
        const checkouts = uses.filter((action) => action.startsWith("actions/checkout@")).length
        assert.strictEqual(text(path).split("persist-credentials: false").length - 1, checkouts, path)
      }
    })
  },
  {
    name: "package-published-files",
    title: "A key, a home or a configuration of a developer lies where it would be published",
    expected: "no published file holds one",
    run: check(() => {
      const published = ["src", "docs", "examples"].flatMap((folder) => [
        ...filesOf(folder, ".ts"),
        ...filesOf(folder, ".md")
      ])
      assert.isAbove(published.length, 100)
      const secret =
        /\b(?:sk-[A-Za-z0-9]{20,}|ghp_\w{30,}|npm_\w{30,}|AKIA[A-Z0-9]{16})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----\n/
      for (const path of [...published, "README.md", "SECURITY.md", "llms.txt"])
        assert.notMatch(text(path), secret, path)
      for (const name of ["auth.json", ".env", "config.toml"]) assert.isFalse(existsSync(join(root, name)), name)
    })
  },
  {
    name: "package-no-shell-no-eval",
    title: "Text of others becomes code: by a shell, `eval`, a constructed function or a module of a computed name",
    expected: "the sources have none of them",
    run: check(() => {
      for (const path of filesOf("src", ".ts")) {
        const code = text(path).replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "")
        assert.notMatch(code, /\beval\(|new Function\(|\bshell: true|\bexecSync\(|\bexec\(["'`]|node:vm/, path)
        for (const [, name = ""] of code.matchAll(/\bimport\(([^)]*)\)/g))
          assert.match(name.trim(), /^["'][^"'$]+["']$/, path)
      }
    })
  },
  {
    name: "package-examples-print",
    title: "An example prints what a model, a command or a server says as it is",
    expected: "none hands a text of a turn to the console without `Printable`",
    run: check(() => {
      for (const path of filesOf("examples", ".ts")) {
        const code = text(path).replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "")
        for (const line of code.split("\n")) {
          if (!/Console\.(?:log|error)\(|std(?:out|err)\.write\(/.test(line)) continue
          const raw = /\b(?:finalResponse|aggregatedOutput|delta|event\.text|item\.text|question\.command)\b/.test(line)
          assert.isFalse(raw && !line.includes("Printable"), `${path}: ${line.trim()}`)
        }
      }
    })
  },
  {
    name: "package-audit-fields",
    title: "A finder of a weakness, or an auditor, looks for where to report and where a version is from",
    expected: "licence, provenance and the policy are there, and the policy is published",
    run: check(() => {
      const { files, license, publishConfig } = json("package.json")
      assert.strictEqual(license, "Apache-2.0")
      assert.strictEqual(record(publishConfig)["provenance"], true)
      assert.include(files, "SECURITY.md")
      assert.include(text("SECURITY.md"), "security advisories")
      assert.isTrue(existsSync(join(root, "LICENSE")))
    })
  }
])
