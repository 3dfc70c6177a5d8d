import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** What the program left in its temporary folder. */
  readonly leftovers: ReadonlyArray<string>
  /** Processes whose environment or command line names that folder. */
  readonly processes: ReadonlyArray<string>
}

const processesNaming = (text: string): ReadonlyArray<string> =>
  readdirSync("/proc", { encoding: "utf8" }).filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return false
    try {
      return (
        readFileSync(`/proc/${entry}/environ`, "latin1").includes(text) ||
        readFileSync(`/proc/${entry}/cmdline`, "latin1").includes(text)
      )
    } catch {
      // It has gone in the meantime.
      return false
    }
  })

const run = (file: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const temporary = mkdtempSync(join(tmpdir(), "example-"))
    const child = spawn(process.execPath, ["--conditions=effect-codex/source", file], {
      cwd: join(import.meta.dirname, ".."),
      env: { PATH: process.env["PATH"] ?? "", HOME: temporary, TMPDIR: temporary, ...env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("error", reject)
    child.on("close", (code) => {
      const processes = process.platform === "linux" ? processesNaming(temporary) : []
      const leftovers = readdirSync(temporary)
      rmSync(temporary, { recursive: true, force: true })
      resolve({ code, stdout, stderr, leftovers, processes })
    })
  })

describe("examples", () => {
  it("the quickstart prints the answer, the items and the tokens without an account, and leaves nothing behind", async () => {
    const outcome = await run("examples/01-quickstart.ts")

    assert.strictEqual(outcome.code, 0, outcome.stderr)
    const [using, answer, items, tokens, ...more] = outcome.stdout.trim().split("\n")
    assert.match(using ?? "", /^Using the embedded model/)
    assert.strictEqual(answer, "Hello from the embedded model.")
    assert.strictEqual(items, "2 items")
    assert.match(tokens ?? "", /^\d+ tokens: \d+ in, \d+ out$/)
    assert.deepStrictEqual(more, [])
    assert.deepStrictEqual(outcome.leftovers, [])
    assert.deepStrictEqual(outcome.processes, [])
  })

  it("the README shows its program as it is compiled", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8")
    const program = readFileSync(join(import.meta.dirname, "../examples/readme.ts"), "utf8")
    const code = program.slice(program.indexOf("import "))
    assert.include(readme, `\`\`\`ts\n${code}\`\`\``)
  })
})
