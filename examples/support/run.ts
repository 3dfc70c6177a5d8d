/**
 * Runs an example by its number or name: `npm run example -- 03`. Further arguments go to the example. Without
 * arguments, it lists the examples.
 */
import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const folder = join(import.meta.dirname, "..")

const examples = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .sort()

const snippets = readdirSync(join(folder, "snippets")).map((file) => `snippets/${file}`)

/** The first sentence of an example's module comment. */
const summary = (file: string): string =>
  /\/\*\*\s*\* ([\s\S]*?\.)\s/.exec(readFileSync(join(folder, file), "utf8"))?.[1]?.replaceAll(/\s*\n \*\s*/g, " ") ??
  ""

const [wanted, ...rest] = process.argv.slice(2)
const file = [...examples, ...snippets].find(
  (name) => wanted !== undefined && (name.startsWith(`${wanted.padStart(2, "0")}-`) || name === `${wanted}.ts`)
)

if (file === undefined) {
  const out = wanted === undefined ? process.stdout : process.stderr
  if (wanted !== undefined) out.write(`There is no example ${wanted}. `)
  out.write("Run one with `npm run example -- NN`:\n")
  for (const name of examples) out.write(`  ${name.replace(/(?:\.test)?\.ts$/, "").padEnd(28)} ${summary(name)}\n`)
  process.exitCode = wanted === undefined ? 0 : 1
} else if (file.endsWith(".test.ts")) {
  process.stderr.write("A test, with a scripted model whatever is set.\n")
  const more = rest.filter((arg) => arg !== "--home")
  const vitest = join(folder, "../node_modules/vitest/vitest.mjs")
  const child = spawn(process.execPath, [vitest, "run", "examples.service", ...more], {
    cwd: join(folder, ".."),
    stdio: "inherit"
  })
  child.on("close", (code) => (process.exitCode = code ?? 1))
} else {
  // The example gets its own name and arguments, as if it had been started directly.
  process.argv.splice(1, 2, join(folder, file))
  await import(pathToFileURL(join(folder, file)).href)
}
