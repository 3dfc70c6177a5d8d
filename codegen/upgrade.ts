/**
 * Moves the package to another codex version:
 *
 *     npm run upgrade -- 0.171.0
 *
 * It changes the pin, the package version and the lock file, generates, prints the drift report, adds a draft to
 * CHANGELOG.md, records a session for the tests and runs every part of `npm run check`. It continues after a failed step. At the end it lists the
 * decisions for a person, and exits with 1 if a step failed.
 *
 * It does not adapt `src`, and it does not update the snapshots of tests: those need a review.
 */
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { printDecisions } from "./decisions.ts"
import { withDraft } from "./drift/changelog.ts"
import { few, printReport } from "./drift/print.ts"
import { readPinned } from "./drift/protocol.ts"
import type { DriftReport, Entry } from "./drift/report.ts"
import { reportOf } from "./drift/report.ts"
import { readSources } from "./drift/uses.ts"
import type { Pinned } from "./generate.ts"
import { outputs } from "./main.ts"
import { npmCommand, supported } from "./runtimes.ts"

const root = fileURLToPath(new URL("../", import.meta.url))
const schemaFile = new URL("./schema.json", import.meta.url)
const changelogFile = new URL("../CHANGELOG.md", import.meta.url)

const write = (text: string): void => void process.stdout.write(text)

/** The schema of the last commit, since an earlier run may have replaced the file. */
const committed = (): Pinned => {
  const { status, stdout } = spawnSync("git", ["show", "HEAD:codegen/schema.json"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024
  })
  // Type boundary: the file is our own, written by codegen.
  return status === 0 ? (JSON.parse(stdout) as Pinned) : readPinned(schemaFile)
}

/** Runs a program in the repository and shows its output. */
const run = (program: string, args: ReadonlyArray<string>): void => {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(signal === null ? `exit code ${status}` : `ended by ${signal}`)
}

const npm = (...args: ReadonlyArray<string>): void => {
  const [program, first] = npmCommand()
  run(program, [...first, ...args])
}

const node = (...args: ReadonlyArray<string>): void => run(process.execPath, args)

/** The scripts that a script of package.json calls, directly or through others, in their order. */
const partsOf = (name: string): ReadonlyArray<string> => {
  // Type boundary: the package's own manifest.
  const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly scripts: { readonly [script: string]: string }
  }
  const called = (scripts[name] ?? "").split(" && ").map((command) => /^npm (?:run )?([\w:]+)$/.exec(command)?.[1])
  return called.every((script) => script !== undefined) ? called.flatMap(partsOf) : [name]
}

/** Runs steps, and collects the failures. */
class Steps {
  readonly failed: Array<string> = []

  /** Runs a step, and returns whether it succeeded. */
  run(title: string, step: () => void): boolean {
    write(`\n== ${title}\n\n`)
    try {
      step()
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      process.stderr.write(`${title} failed: ${reason}\n`)
      this.failed.push(`${title}: ${reason}`)
      return false
    }
  }
}

const section = (title: string, lines: ReadonlyArray<string>): string =>
  lines.length === 0 ? "" : `\n${title}:\n\n${lines.map((line) => `- ${line}\n`).join("")}`

const placesOf = ({ uses }: Entry): string => few(uses.map(({ file, line }) => `${file}:${line}`))

/** The decisions for a person, in words. */
const leftOver = (steps: Steps, decisions: string, report: DriftReport | undefined): string => {
  const entries = report?.entries ?? []
  const broken = entries.filter(({ breaks }) => breaks)
  const stillUsed = entries.filter(({ breaks, kind, uses }) => !breaks && kind === "removed" && uses.length > 0)
  const untested = report !== undefined && report.from !== report.to && !supported.includes(report.from)
  const text = [
    decisions === "" ? "" : `\nOpen decisions of generation:\n\n${decisions}`,
    section(
      "Breaks a program that was written for the previous version",
      broken.map((entry) => `${entry.name}: ${entry.why}${entry.uses.length > 0 ? ` Used in ${placesOf(entry)}.` : ""}`)
    ),
    section(
      "Removed without breaking a program, and still used here",
      stillUsed.map((entry) => `${entry.name}: ${placesOf(entry)}`)
    ),
    section(
      "Supported runtimes",
      untested
        ? [`${report.from} is no longer tested: add it to \`supported\` in codegen/runtimes.ts, or drop it.`]
        : []
    ),
    section("Failed", steps.failed)
  ].join("")
  return text === "" ? "\nNothing is left to decide.\n" : `\n== Decisions for a person\n${text}`
}

const upgrade = (version: string): void => {
  const steps = new Steps()
  const before = committed()
  let report: DriftReport | undefined
  let decisions = ""

  // Without the runtime there is nothing to generate from, and nothing has changed yet.
  if (steps.run(`Pin ${version}`, () => npm("install", "--save-exact", `@openai/codex@${version}`))) {
    steps.run("Change the package version", () =>
      npm("version", "--no-git-tag-version", "--allow-same-version", version)
    )
    steps.run("Find what supported runtimes lack", () => node("codegen/olderRuntimes.ts"))
    const isGenerated = steps.run("Generate", () => {
      node("codegen/main.ts")
      decisions = printDecisions(outputs(readPinned(schemaFile)).decisions)
    })
    if (isGenerated) {
      steps.run("Compare", () => {
        report = reportOf(before, readPinned(schemaFile), readSources(root))
        write(printReport(report))
      })
      steps.run("Add a draft to CHANGELOG.md", () => {
        if (report === undefined) throw new Error("there is no report to draft from")
        writeFileSync(changelogFile, withDraft(readFileSync(changelogFile, "utf8"), report))
      })
    }
    steps.run("Record a session of the runtime", () =>
      node("--conditions=effect-codex/source", "test/compat/record.ts", version)
    )
    for (const part of partsOf("check")) steps.run(`npm run ${part}`, () => npm("run", part))
  }
  write(leftOver(steps, decisions, report))
  process.exitCode = steps.failed.length > 0 ? 1 : 0
}

const [version, ...others] = process.argv.slice(2)
if (version === undefined || others.length > 0 || !/^\d+\.\d+\.\d+$/.test(version)) {
  process.stderr.write("Expected one version, such as `npm run upgrade -- 0.171.0`.\n")
  process.exitCode = 1
} else upgrade(version)
