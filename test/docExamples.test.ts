/**
 * The examples in doc comments compile as they stand, imports included, and what a program calls first has one.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Declarations from "./surface/declarations.ts"
import * as Examples from "./surface/examples.ts"
import { root, tsc } from "./surface/stage.ts"

const examples = Examples.all()
const nameOf = ({ file, line }: Examples.Example): string =>
  `${file.replace(/\.ts$/, "").replaceAll("/", ".")}.${line}.ts`
const broken = "broken.ts"

let folder: string
let output: string

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "examples-")))
  const codes = new Map([
    ...examples.map((example) => [nameOf(example), example.code] as const),
    [
      broken,
      'import { Effect } from "effect"\n\nexport const program = Effect.flatMap(codex, (codex) => codex.account())'
    ]
  ])
  const args = Examples.writeProject(folder, codes, { ...Examples.modules, "effect-codex": root }, true)
  output = spawnSync(process.execPath, [tsc, ...args], { cwd: folder, encoding: "utf8" }).stdout
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const problemsOf = (name: string): ReadonlyArray<string> =>
  output.split("\n").filter((line) => line.startsWith(`${name}(`))

describe("the examples in doc comments", () => {
  it.each(examples.map((example) => [`${example.file}:${example.line}`, example] as const))(
    "%s compiles as it stands",
    (_, example) => {
      assert.deepStrictEqual(problemsOf(nameOf(example)), [])
    }
  )

  it("are compiled with their own imports only", () => {
    assert.match(problemsOf(broken).join("\n"), /error TS\d+: Cannot find name 'codex'/)
    const known = [broken, ...examples.map(nameOf)]
    const others = output.split("\n").filter((line) => !known.some((name) => line.startsWith(`${name}(`)))
    assert.deepStrictEqual(
      others.filter((line) => /^\S.*error TS/.test(line)),
      []
    )
  })

  it("have a title in the -ing form or of a case", () => {
    for (const { file, line, title } of examples) assert.match(title ?? "", /^(?:\w+ing|For) /, `${file}:${line}`)
  })
})

const load = (file: string): Declarations.File => Declarations.parse(readFileSync(join(root, "src", file), "utf8"))
const isGenerated = (file: string): boolean => file.includes("generated/")

/** The public modules with something to provide or to call. */
const publicModules = [
  "Account",
  "AppServer",
  "Approval",
  "Codex",
  "CodexClient",
  "CodexHome",
  "CodexPool",
  "Restart",
  "ServerRequests",
  "Transport",
  "testing/CodexTest",
  "testing/LoginIssuer",
  "testing/MockModel"
]

/** Functions that a program calls first, by their module. */
const first: { readonly [module: string]: ReadonlyArray<string> } = {
  Account: ["loginWith", "deviceCodeLogin", "withApiKey", "withBrowser", "withDeviceCode", "required"],
  CodexPool: ["make"],
  Approval: ["allowCommands", "allowWritesUnder", "ask", "command", "describe", "handlers", "oneAtATime", "orElse"],
  DynamicTools: ["CurrentCall"],
  Elicitation: ["handler", "check", "fieldSchema"],
  Goal: ["GoalTurn", "GoalError", "isGoalResult"],
  Input: ["empty", "externalMessage", "image", "localImage", "mention", "skill", "text", "textWithElements"],
  Permissions: ["allow", "ask", "forSession", "grantPart", "handler"],
  Restart: ["policy", "policyWith", "layer", "Options"],
  Retry: ["isOverload", "retryOnOverload", "retryOnOverloadWith"],
  Sandbox: ["workspaceWrite"],
  StructuredOutput: ["prepare", "StructuredOutputInvalid"],
  Thread: ["Thread", "scoped"],
  Turn: ["Turn", "TurnFailed", "autoReview", "completedItems", "finalResponse", "finalText", "textDeltas"],
  UserInput: ["handler"],
  "testing/MockModel": ["failed", "hold", "reply", "respondWith"]
}

/** Methods that a program calls first, by the interface that documents them. */
const methods: ReadonlyArray<readonly [file: string, names: ReadonlyArray<string>]> = [
  [
    "Codex.ts",
    [
      "startThread",
      "resumeThread",
      "resumeOrStart",
      "forkThread",
      "threads",
      "models",
      "request",
      "notifications",
      "decisions"
    ]
  ],
  [
    "Thread.ts",
    ["run", "runAs", "runOnce", "turn", "stream", "streamUntilEnd", "send", "review", "history", "fork", "runGoal"]
  ],
  ["Turn.ts", ["events", "result", "stateChanges", "steer", "interrupt"]],
  ["CodexClient.ts", ["request", "requestRaw", "subscribe"]],
  ["internal/account/accountTypes.ts", ["loginApiKey", "ensureLoggedIn"]]
]

describe("what a program uses first has an example", () => {
  it.each(publicModules)("each service and layer of %s", (module) => {
    const found = Declarations.exportsOf(`${module}.ts`, load, isGenerated)
    // A service is an interface and its tag. One of the two has the example.
    const documented = new Set(found.filter(({ doc }) => doc.includes("**Example**")).map(({ name }) => name))
    const wanted = found
      .filter(({ doc }) => /@category (?:services|layers|references)$/m.test(doc))
      .map(({ name }) => name)
    assert.isNotEmpty([...wanted, ...(first[module] ?? [])])
    assert.deepStrictEqual(
      wanted.filter((name) => !documented.has(name)),
      []
    )
  })

  it.each(Object.entries(first))("%s: %s", (module, names) => {
    const found = Declarations.exportsOf(`${module}.ts`, load, isGenerated)
    const documented = new Set(found.filter(({ doc }) => doc.includes("**Example**")).map(({ name }) => name))
    assert.deepStrictEqual(
      names.filter((name) => !documented.has(name)),
      []
    )
  })

  it.each(methods)("%s: %s", (file, names) => {
    const text = readFileSync(join(root, "src", file), "utf8")
    for (const name of names) {
      assert.match(text, new RegExp(`\\n   \\* \`\`\`\\n   \\*/\\n  (?:readonly )?${name}[<(:]`), name)
    }
  })
})
