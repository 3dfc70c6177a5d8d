import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as CodexHome from "../src/CodexHome.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import { run, start } from "./support/example.ts"

const folder = join(import.meta.dirname, "../examples")
const files = readdirSync(folder).filter((file) => file.endsWith(".ts"))

/** The start of a line of a log, as Effect and Codex write it. */
const logged = /^(?:\[\d\d:\d\d:\d\d|timestamp=|\d{4}-\d\d-\d\dT\S+ +[A-Z]+ )/m

/** The output of each example on stdout, and nothing else; a string is a whole line. */
const expected: { readonly [number: string]: ReadonlyArray<string | RegExp> } = {
  "01": ["Hello from the embedded model.", "2 items", /^\d+ tokens: \d+ in, \d+ out$/],
  "02": [
    /^turn [\da-f-]{36}$/,
    "same turn: true",
    "status: completed",
    "error: none",
    "answer: Fewer regressions, clearer design, safer refactoring.",
    "items: userMessage, agentMessage",
    /^took: .*\d+m?s/,
    "memoised: true"
  ],
  "03": [
    "turn started",
    "+ userMessage",
    "✓ userMessage",
    "+ reasoning",
    "✓ reasoning",
    "+ agentMessage",
    `  "Values "`,
    `  "over "`,
    `  "time."`,
    "✓ agentMessage",
    "turn completed",
    "Again: values over time."
  ],
  "04": [
    /^server: effect-codex \d+\.\d+\.\d+ on \w+$/,
    "as pinned: true",
    /^model: \S+ \(default\): low, /,
    ...[2, 3, 4, 5].map(() => /^model: \S+: \w/),
    /^\d+ models in all, hidden ones included$/
  ],
  "05": ["same thread: true", "It was 42.", "a new one: true", "nothing was kept under that id"],
  "06": [
    "name: A thread with a name",
    "turns: 2",
    "turns of the fork: 1",
    "compaction: completed",
    "listed: true",
    "archived: true",
    "unarchived, and usable",
    "deleted: true"
  ],
  "07": ["Red. I was shown 1 image.", /^refused: Invalid argument `input`: expected a data URL/],
  "08": ["Red. I was shown 1 image.", "refused: there is no such file"],
  "09": [
    ...["layers", "fibers", "streams", "schedules", "schemas"].map(
      (topic) => `${topic}: The embedded model knows of ${topic}.`
    ),
    "meanwhile: 1 model listed"
  ],
  "10": ["Hello, at the second attempt.", "the plan is used up", "thread/resume: RolloutNotFound"],
  "12": ["summary: Step by step.", "actions: 3"],
  "13": [/^chosen: \S+, effort \w+$/, /^I am asked as \S+\.$/, /^I am asked as \S+\.$/],
  "14": [
    "steered: Mountains, high and still.",
    "events were counted meanwhile: true",
    "ended: true, interrupted",
    "sent: To three."
  ],
  "16": ["It wants me to delete files; I don't.", "recorded as: a tool's output", "and one more"],
  "17": [
    "- Leaf & Kettle",
    "- The Slow Cup",
    "- Steam",
    "goal: complete",
    "tokens are told: true",
    "stored: complete",
    "the thread is free again"
  ],
  "18": ["rejected: no time to answer", "merged"],
  "19": [
    "  attempt 1 was refused",
    "announced: hello at attempt 2",
    "persistent: hello at attempt 2",
    "limited: hello at attempt 2",
    "reverted: hello at attempt 2",
    "turns: 1",
    "fallback: hello at attempt 3 (the second model)"
  ],
  "22": [
    "accept (touching)",
    "accept (files here)",
    "Change 1 file?",
    /^  add \S+note\.txt \(1 line\)$/,
    "    +hello",
    "decline (you)",
    "May this command run?",
    /^  \$ .*\brm made\b.*$/,
    /^  in \S+$/,
    "  because: it has to leave the sandbox",
    /^  "Always" applies to every command that begins with: rm made$/,
    "decline (you)",
    "there now: made, note.txt"
  ],
  "23": [
    "What do 3 lamps cost? 5997",
    `Are there lamps and chairs? {"pieces":7,"next":"2030-01-01T00:00:00.000Z"}; {"_tag":"SoldOut","article":"chair"}`,
    "ordered: 2 lamp",
    "Order 2 lamps. ordered",
    `no: order {"article":"lamp","pieces":200}`,
    "Order 200. The call was not approved",
    "Resumed: 5997",
    "The clerk: 5997"
  ],
  "24": [
    "Step by step. It begins in 2030.",
    "steps: Step, Pause",
    "owner of the flag: Ada",
    "turns: 2",
    "Invalid structured output: not valid JSON. See `answer` for the text.",
    /^Invalid argument `schema`: at \["data"\]: not supported by strict mode: an arbitrary value/
  ],
  "25": [
    "What do you like to read? (Novels, Poems) Poems",
    "→ Poems",
    "→ written",
    /^May it write \S+archive\? yes or no\? no$/,
    "→ refused",
    `Allow the library MCP server to run tool "borrow"? {"book":"Emma"} yes or no? yes`,
    "library: Who borrows Emma, and for how many days?",
    "days (an integer, at least 1 and at most 28): 14",
    "name (a string of at least 1 character): Ada",
    "→ Ada has Emma for 14 days.",
    "noted in: notes"
  ],
  "26": [
    "Up",
    "You said: Hello.",
    "attempt 1: ConnectionClosed",
    "Up",
    "You said: And now?",
    "attempt 2: ConnectionClosed",
    "Up",
    "lost in the turn, after 1 item",
    "You said: Still there?",
    "Down"
  ],
  "27": [
    "invoice 17: continued, and done (another process: true)",
    "invoice 17 again: the same turn: true",
    "invoice 18: continued, and done",
    "asked for invoice 17: 1 time"
  ],
  "28": [
    "acme: It is, with our compliments.",
    "globex: Ready? It was born ready.",
    "initech: Yes.",
    "acme: It is, with our compliments.",
    "globex: Ready? It was born ready.",
    "initech: Yes.",
    "2 processes: 0 in use, 2 idle; 0 callers wait",
    "10 answered, 2 rejected"
  ],
  "29": [
    "Hello, Ada.",
    "Hello, Bob.",
    "Everything is stopped, and the Codex home is deleted.",
    "It is Ada.",
    "It is Ada.",
    "The model was asked 1 time."
  ],
  "30": [
    "Everything is stopped. A person looks into the inbox:",
    "  Release 2.0?",
    "  Faster imports.",
    "  Fewer bugs.",
    "The program starts again:",
    "2.0 is out!",
    "answered by ann@example.com: yes (the notes are fine)",
    "The model was asked 2 times."
  ],
  "20": [
    "race: Here you are.",
    "timeout: no answer",
    "limit: timed out, with a result",
    "stream: Hm",
    "after: Here you are."
  ],
  "snippets/cluster": ["Hello.", "answer: Hello.", "asked again: ran"],
  "snippets/handlers": [
    "decline (policy)",
    "accept (policy)",
    "there now: made",
    "accept (policy)",
    "decline (policy)",
    "there now: made, note.txt"
  ],
  "snippets/inbox": [
    "May this command run?",
    "completed: opened, answered, delivered",
    "ann@example.com",
    "May this command run?",
    "completed: opened, answered, delivered",
    "ann@example.com"
  ],
  "snippets/homes": ["two homes: true"],
  "snippets/login": [/^Open http\S+ and enter \S+$/, "logged in with chatgpt", "Hello.", "apiKey"],
  "snippets/production": ["home as configured: true", "Hello.", "a goal: false"],
  "snippets/protocol": ["model: mock-model", "raw: object", "heard of the name"],
  "snippets/interface": ["May this command run? no", "agentMessage Hello without a command."],
  "snippets/script": ["It runs Codex from Effect."],
  "snippets/service": ["You asked: one", "You asked: two", "You asked: three"],
  "snippets/tenants": [
    "You asked: Who am I?",
    "You asked: And I?",
    "one process each: true",
    "the same one again: true"
  ],
  "snippets/safety": ["on-request, auto_review, workspaceWrite", "never", "configured: never", "completed"],
  "snippets/streaming": [
    "✓ userMessage ",
    "✓ agentMessage Hello.",
    "15 tokens",
    "items: 2",
    "threads: 1",
    `data: {"text":"Hello."}`
  ]
}

describe.concurrent("each example, run as its comment says, does what it shows and leaves nothing behind", () => {
  for (const [number, lines] of Object.entries(expected)) {
    it(`${number}`, async () => {
      const outcome = await run(number)
      assert.notMatch(outcome.stdout, logged)
      // Which model is used, if the example has a choice, and that something takes time.
      for (const line of outcome.stderr.trim().split("\n")) {
        assert.match(line, /^(?:|Using the embedded model \(no account needed\).*|… .* \(\d+ s\))$/)
      }
      assert.strictEqual(outcome.lines.length, lines.length, outcome.stdout)
      outcome.lines.forEach((line, index) => {
        const promise = lines[index] ?? ""
        if (typeof promise === "string") assert.strictEqual(line, promise)
        else assert.match(line, promise)
      })
    }, 60_000)
  }

  // Windows has no signals: programs end immediately there.
  it.skipIf(process.platform === "win32")("20 on Ctrl-C: the turn is interrupted, and the process ends", async () => {
    const example = start(["20", "--wait"])
    await example.wrote("waiting for Ctrl-C")
    example.signal("SIGINT")
    const outcome = await example.outcome
    assert.strictEqual(outcome.lines.at(-1), "interrupted, cleanly")
    assert.strictEqual(outcome.code, 130)
  })
})

describe("the program of the README", () => {
  it.live("runs unchanged, with the configuration of the user's Codex home", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const { codexHome, env } = yield* CodexHome.CodexHome
      writeFileSync(join(codexHome, "config.toml"), model.configToml())
      const output = yield* Effect.promise(
        () =>
          new Promise<string>((resolve, reject) => {
            execFile(
              process.execPath,
              ["--conditions=effect-codex/source", join(folder, "readme.ts")],
              { env: { ...process.env, ...env, CODEX_HOME: codexHome } },
              (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(stderr)))
            )
          })
      )
      assert.strictEqual(output, "Hello, reader.\n")
    }).pipe(
      Effect.provide(MockModel.layer({ fallback: () => MockModel.reply("Hello, reader.") })),
      Effect.provide(CodexHome.layerTemporary()),
      Effect.provide(NodeServices.layer)
    )
  )
})

describe("the examples", () => {
  // Other tests check the outcome of these.
  const elsewhere = ["11", "15", "21"]

  it("are all executed", () => {
    const numbers = files.flatMap((file) => /^(\d\d)-/.exec(file)?.[1] ?? [])
    assert.deepStrictEqual(
      numbers.filter((number) => !elsewhere.includes(number)),
      Object.keys(expected)
        .filter((name) => !name.startsWith("snippets/"))
        .sort()
    )
    const snippets = readdirSync(join(folder, "snippets")).map((file) => `snippets/${file.replace(".ts", "")}`)
    assert.deepStrictEqual(
      snippets.sort(),
      Object.keys(expected)
        .filter((name) => name.startsWith("snippets/"))
        .sort()
    )
    assert.deepStrictEqual(new Set(numbers).size, numbers.length)
  })

  it("start with what they show and how to run them", () => {
    for (const file of files) {
      const text = readFileSync(join(folder, file), "utf8")
      const name = /^(\d\d)-/.exec(file)?.[1] ?? file.replace(".ts", "")
      assert.match(text, /^\/\*\*\n \* [A-Z]/, file)
      assert.match(text, name === "01" ? /Run with: npm start/ : /Run with: /, file)
      if (name !== "01") assert.include(text, `npm run example -- ${name}`, file)
    }
  })

  it("import only public modules", () => {
    const all = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
    for (const file of all) {
      const imports = [...readFileSync(join(folder, file), "utf8").matchAll(/from "([^"]+)"/g)].map(([, name]) => name)
      for (const name of imports) {
        assert.match(
          name ?? "",
          /^(?:effect(?:\/\w+)*|@effect\/(?:platform-node|sql-pg|vitest)|effect-codex(?:\/\w+)?|node:[\w/]+|\.{1,2}\/[\w/.-]+\.ts)$/,
          file
        )
        assert.notMatch(name ?? "", /\/src\/|internal/, file)
      }
    }
  })

  it("are listed with what they show if no name is given", async () => {
    const { code, stdout } = await start([]).outcome
    assert.strictEqual(code, 0)
    for (const file of files) assert.include(stdout, file.replace(/(?:\.test)?\.ts$/, ""))
    assert.strictEqual((await start(["99"]).outcome).code, 1)
  })
})
