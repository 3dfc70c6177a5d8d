/**
 * `npm run walkthrough`: runs `examples/walkthrough.ts` and writes what each step printed into `docs/walkthrough.md`,
 * below the block of the step.
 *
 * The blocks of code are not written here: `test/docs.test.ts` copies them. The run is a program of its own with a
 * temporary home, on loopback only.
 */
import { execFile } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

export const page = join(root, "docs/walkthrough.md")

/** What differs from run to run, with what stands for it. */
const volatile: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g, "01234567-89ab-7cde-8f01-23456789abcd"],
  [/\b127\.0\.0\.1:\d+/g, "127.0.0.1:50000"]
]

/** Cuts an output at the lines that name a step. */
export const steps = (output: string): ReadonlyMap<string, string> => {
  const [before = "", ...parts] = output.split(/^── /m)
  if (before !== "") throw new Error(`The walkthrough printed this before its first step:\n${before}`)
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\n")
      const text = volatile.reduce((text, [what, instead]) => text.replaceAll(what, instead), part.slice(end + 1))
      return [part.slice(0, end), text.trimEnd()]
    })
  )
}

/** The page with these outputs. Each step has one place on the page. */
export const render = (text: string, outputs: ReadonlyMap<string, string>): string => {
  const missing = new Set(outputs.keys())
  const next = text.replaceAll(/<!-- output of ([\w-]+) -->\n(?:\n```\n[\s\S]*?^```\n)?/gm, (_, name: string) => {
    const output = outputs.get(name)
    if (output === undefined) throw new Error(`The walkthrough has no step ${name}`)
    if (!missing.delete(name)) throw new Error(`The page has two places for the output of ${name}`)
    return `<!-- output of ${name} -->\n\n\`\`\`\n${output}\n\`\`\`\n`
  })
  if (missing.size > 0) throw new Error(`The page has no place for the output of ${[...missing].join(", ")}`)
  return next
}

/** Runs the walkthrough in this environment, and returns what it printed. */
export const run = (env: NodeJS.ProcessEnv = process.env): Promise<string> =>
  new Promise((resolve, reject) => {
    const args = ["--conditions=effect-codex/source", join(root, "examples/walkthrough.ts")]
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
    )
  })

if (import.meta.main) {
  const before = readFileSync(page, "utf8")
  const after = render(before, steps(await run()))
  if (after !== before) writeFileSync(page, after)
  process.stdout.write(after === before ? "docs/walkthrough.md is up to date\n" : "docs/walkthrough.md is written\n")
}
