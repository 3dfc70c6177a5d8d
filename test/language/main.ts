/**
 * `npm run language:check` applies the rules of `rules.ts` to documentation, sources, examples, and the titles and
 * comments of tests. It exits with 1 if a line breaks a rule.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { allowed } from "./allowed.ts"
import { check } from "./rules.ts"

const root = join(import.meta.dirname, "../..")

const files = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...["src", "docs", "examples", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
      .filter((file) => (folder === "test" ? file.endsWith(".ts") : /\.(?:ts|md)$/.test(file)))
      .filter((file) => !file.startsWith("src/generated/") && !file.startsWith("test/fixtures/"))
  )
]

const unused = new Set(allowed)
let problems = 0
for (const file of files) {
  const text = readFileSync(join(root, file), "utf8")
  const lines = text.split("\n")
  for (const { line, problem } of check(file, text)) {
    const exception = allowed.find((each) => each.file === file && lines[line - 1]?.includes(each.text))
    if (exception !== undefined) {
      unused.delete(exception)
      continue
    }
    problems++
    process.stderr.write(`${file}:${line}: ${problem}\n`)
  }
}
for (const { file, text } of unused) {
  problems++
  process.stderr.write(`test/language/allowed.ts: nothing in ${file} needs the exception for "${text}"\n`)
}
process.stdout.write(`${files.length} files, ${problems} problems\n`)
process.exit(problems === 0 ? 0 : 1)
