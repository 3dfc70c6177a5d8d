import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseAst } from "vitest/node"
import { words } from "../src/internal/approval/commandLine.ts"
import { read } from "../src/internal/client/metadata.ts"
import { classify } from "../src/internal/errors/classify.ts"
import { formatLine, makeLineReader } from "../src/internal/connection/framing.ts"
import { withoutControls } from "../src/internal/process/controls.ts"
import { makeMask } from "../src/internal/process/mask.ts"
import * as Printable from "../src/Printable.ts"
import * as stderrTail from "../src/internal/process/stderrTail.ts"

const src = join(import.meta.dirname, "../src")

// The input of a pattern in addition to its own words: runs of characters, and pairs that two parts of a pattern match.
const common = [
  " ",
  "a",
  "A",
  "0",
  "-",
  ".",
  "/",
  ":",
  "@",
  "\\",
  "\n",
  "\t",
  "\u001b",
  "'",
  "aA0",
  "a ",
  ". ",
  "a.",
  "a/",
  "://",
  "::"
]

/**
 * The patterns that read text of the server, of a model or of a file. Each is searched for in `begin`, and then 1 MB of
 * a unit: of those above, and of its own, which are its slowest.
 */
const foreign: ReadonlyArray<
  readonly [file: string, pattern: RegExp, worst?: { readonly begin?: string; readonly units?: ReadonlyArray<string> }]
> = [
  ["internal/input/parts.ts", /^data:/i],
  ["internal/input/parts.ts", /^https?:/i],
  ["internal/account/loginReasons.ts", /workspace routing/i, { units: ["workspace "] }],
  [
    "internal/account/loginReasons.ts",
    /Sign-in failed|not enabled for your workspace|access[_ ]denied|device auth failed with status 4/i,
    { units: ["Sign-in ", "access_", "not enabled "] }
  ],
  ["internal/account/loginReasons.ts", /timed out/i, { units: ["timed "] }],
  ["internal/account/loginReasons.ts", /login cancelled/i, { units: ["login "] }],
  ["internal/account/loginReasons.ts", /was not completed/i, { units: ["was not "] }],
  [
    "internal/account/loginReasons.ts",
    /^failed to start login server: Port \S+ is already in use/i,
    { begin: "failed to start login server: Port " }
  ],
  ["internal/account/loginReasons.ts", /^External auth is active/i],
  ["internal/approval/commandLine.ts", /^[\w./:@%+,=-]$/],
  ["internal/approval/commandLine.ts", /[\n\r]/],
  ["internal/approval/commandLine.ts", /^[\w./:@%+,=-]+$/],
  [
    "internal/approval/commandLine.ts",
    /^(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:ba|z|da)?sh$/,
    { begin: "/usr/local/bin/" }
  ],
  ["internal/approval/guardedNames.ts", /^(?:gi|co|ag)[^.]{0,4}~\d{1,6}(?:\.[^.]{0,3})?$/, { begin: "gi~" }],
  ["internal/approval/guardedNames.ts", /\p{Default_Ignorable_Code_Point}/gu, { units: ["\ufe0f"] }],
  ["internal/approval/guardedNames.ts", /:.*/s],
  ["internal/approval/realPaths.ts", /[/\\]/],
  ["internal/client/growText.ts", /^\0/],
  ["internal/client/metadata.ts", /\/ ?v?(\d+\.\d+\.\d+[\w.+-]*)/, { units: ["/ v0.0.", "/0.", "0.0"] }],
  ["internal/elicitation/formats.ts", /\s/],
  ["internal/elicitation/formats.ts", /^[^\s@]+@[^\s@]+$/, { begin: "a@", units: ["a@"] }],
  ["internal/elicitation/formats.ts", /^(\d{4})-(\d{2})-(\d{2})$/],
  [
    "internal/elicitation/formats.ts",
    /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/,
    { begin: "00:00:00." }
  ],
  ["internal/elicitation/formats.ts", /^[Tt]$/],
  ["internal/errors/classify.ts", /^invalid (?:thread|session) id: /],
  ["internal/errors/classify.ts", /^(?:failed to (?:load|read) config|invalid config)/i],
  ["internal/errors/classify.ts", /^Server (?:is )?overloaded/i],
  [
    "internal/errors/classify.ts",
    /^no (?:\w+ )?rollout (?:was )?found|^rollout .*(?:is empty|not found|missing)/i,
    { begin: "rollout ", units: ["is ", "not ", "missin"] }
  ],
  [
    "internal/errors/classify.ts",
    /^(?:thread|session) \S+ .*active writer/i,
    { begin: "thread a ", units: ["active ", "active write"] }
  ],
  ["internal/errors/classify.ts", /^(?:thread|session) \S+ is archived\b/i, { begin: "thread " }],
  [
    "internal/errors/classify.ts",
    /^(?:thread|session) (?:\S+ )?(?:is |was )?not (?:found|loaded)|^(?:unknown|no such) thread/i,
    { begin: "thread " }
  ],
  [
    "internal/errors/classify.ts",
    /^expected active turn(?: id)? `?([\w-]+)`?,? but found `?([\w-]+)`?/i,
    { begin: "expected active turn id `" }
  ],
  ["internal/errors/classify.ts", /^(?:there is )?no active turn/i],
  ["internal/errors/classify.ts", /^(?:cannot|can't) steer/i],
  ["internal/errors/classify.ts", /^(?:Not|Already) initialized/i],
  ["internal/errors/classify.ts", /^([\w/.]+) requires experimentalApi capability/i, { units: ["a/."] }],
  [
    "internal/errors/classify.ts",
    /^thread\/\S+ (?:is not supported yet|only supports paginated threads)/i,
    { begin: "thread/" }
  ],
  [
    "internal/errors/classify.ts",
    /^list_turns is not supported|^thread \S+ is not materialized yet/i,
    { begin: "thread " }
  ],
  ["internal/thread/turnItems.ts", /^turns:(\d+):(.*)$/s, { begin: "turns:" }],
  [
    "Printable.ts",
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu,
    { units: ["\u202e", "\ufe0f"] }
  ],
  [
    "internal/errors/classify.ts",
    /^(?:[\w-]+ ){0,3}(?:authentication|login|sign-?in|account) (?:is )?required|^not (?:logged|signed) in/i,
    { units: ["login ", "a-"] }
  ],
  [
    "internal/errors/classify.ts",
    /^(?:ephemeral threads do not support [\w/]+|[A-Z][a-z]+(?: [a-z]+){1,6} \(os error \d+\)|Invalid request: AbsolutePathBuf deserialized without a base path)$/,
    { begin: "Aa a", units: ["a a"] }
  ],
  [
    "internal/errors/classify.ts",
    /^Invalid request: missing field `(\w+)`/,
    { begin: "Invalid request: missing field `" }
  ],
  [
    "internal/errors/classify.ts",
    /^Invalid request: invalid (type|value|length)\b(?:: (null|unit|boolean|integer|float|string|map|sequence))?/
  ],
  ["internal/errors/classify.ts", /^Invalid request: (unknown variant|unknown field|duplicate field)\b/],
  ["internal/errors/connectionReasons.ts", /\berror\b/i, { units: ["error", "erro "] }],
  ["internal/errors/shownName.ts", /^[A-Za-z]+$/, { units: ["aA"] }],
  ["internal/errors/turnReasons.ts", /^auth refresh (?:request|returned) /],
  ["internal/connection/framing.ts", /\\(?:ud[89a-f][0-9a-f]{2}|[^])/g, { units: ["\\ud8", "\\ud800"] }],
  ["internal/goal/goals.ts", /^goals feature is disabled/i],
  ["internal/process/controls.ts", /[\n\v\f\r\u0085\u2028\u2029]+/g, { units: ["\r"] }],
  ["internal/process/controls.ts", /[^\P{Cc}\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu],
  [
    "internal/process/controls.ts",
    // oxlint-disable-next-line no-control-regex -- a pattern of src
    /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g,
    {
      begin: "\u001b]",
      units: ["\u001b]", "\u009d", "\u0090a", "\u001b[0", "\u001b[ ", "\u009b0", "\u001b ", "0 ", "\u001b]a"]
    }
  ],
  ["internal/process/mask.ts", /\r?\n/],
  ["internal/process/mask.ts", /%[0-9A-F]{2}/g, { units: ["%", "%A", "%A0"] }],
  [
    "internal/process/mask.ts",
    /\b(?:sk-[\w-]{8,}|(?:gh[oprsu]|hf|npm)_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{8,}|(?:AKIA|ASIA)\w{12,}|AIza[\w-]{20,})/gi,
    { units: ["sk-", "sk-a.", "ghp_", "glpat-", "xoxb-", "AKIA", "AIza-", "sk-aaaaaaaa"] }
  ],
  ["internal/process/mask.ts", /\beyJ[\w.-]+/gi, { units: ["eyJ", "eyJ-", "eyJ.", "eyJ ", "eyJa.a."] }],
  [
    "internal/process/mask.ts",
    /\b(Bearer\s+)[^\s"',;]+/gi,
    { begin: "Bearer", units: ["Bearer", "Bearer ", "Bearer '"] }
  ],
  ["internal/process/mask.ts", /\b(Basic\s+)([A-Za-z0-9+/=_-]{8,})/gi, { begin: "Basic", units: ["Basic", "Basic "] }],
  ["internal/process/mask.ts", /[0-9=+/_]|[a-z][A-Z]/],
  [
    "internal/process/mask.ts",
    /\b((?:x-)?api[-_]?key|(?:access|refresh|id|auth|session)[-_]?token|client[-_]?secret|(?:proxy-)?authorization|passw(?:or)?d|set-cookie|cookie)((?:\\?["'])?[ \t]{0,4}[:=][ \t]{0,4}(?:\\?["'])?)([^\s"',;\\]{8,})/gi,
    { begin: "api_key:", units: ["api_key", "api_key:", "api_key: ", "x-api-key=", "cookie:", "cookie: a"] }
  ],
  ["internal/process/mask.ts", /\d/],
  [
    "internal/process/secrets.ts",
    /:\/\/[^\s/?#:"'<>]*:([^\s/?#"'<>]+)@/g,
    { begin: "://", units: ["://a:", "//:", ":a", "a@"] }
  ],
  ["internal/input/threadFiles.ts", /^(?:[/\\]|[A-Za-z]:[/\\])/],
  ["internal/input/threadFiles.ts", /[/\\]$/],
  ["internal/input/threadFiles.ts", /^[A-Za-z]:|^\\\\/],
  ["internal/threadStore/chunks.ts", /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/],
  [
    "internal/threadStore/rollout.ts",
    /^rollout-(\d{4}-\d\d-\d\d)T\d\d-\d\d-\d\d-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:_([0-9a-f-]{36}))?\.jsonl$/,
    { begin: "rollout-2026-01-01T00-00-00-", units: ["0123abcd-"] }
  ],
  ["internal/threadStore/rollout.ts", /[^\dA-Za-z.-]/g],
  ["internal/tools/toolOutput.ts", /^(data|https?):/i]
]

/** The patterns that read no untrusted text, or little of it, with the reason. */
const own: ReadonlyArray<readonly [file: string, pattern: RegExp, why: string]> = [
  ["internal/account/browser.ts", /^https?:\/\//i, "the beginning of an address that was parsed before"],
  ["CodexHome.ts", /^~(?=$|[\\/])/, "the caller's path"],
  ["internal/account/direct.ts", /\s/, "the caller's key"],
  ["internal/account/direct.ts", /^[\x21-\x7e]+$/, "the caller's key"],
  ["internal/process/environment.ts", /[=\0]/, "the caller's names"],
  ["internal/process/launch.ts", /[/\\]/, "the caller's command"],
  ["internal/process/pipes.ts", /'(SIG[A-Z0-9]+)'/, "the spawner's own sentence"],
  [
    "internal/process/exposed.ts",
    /(?:token|secret|passw(?:or)?d|passphrase|credentials?|authorization|bearer|cookie|api-?key)$/i,
    "the caller's names"
  ],
  ["internal/process/exposed.ts", /(?:^|[_.-])(?:key|pass|pat|pwd|dsn|jwt|psk)$/i, "the caller's names"],
  ["internal/process/processTable.ts", /^\d+$/, "names in /proc"],
  ["internal/process/secrets.ts", /PASSW|PASSPHRASE|SECRET|BEARER|(?:^|[_.-])PASS$|[_.-]PWD$/i, "the caller's names"],
  [
    "internal/process/secrets.ts",
    /KEY|TOKEN|SECRET|PASSW|PHRASE|CREDENTIAL|AUTH(?!OR(?!I[SZ]))|BEARER|COOKIE|PRIVATE|(?:^|[_.-])(?:PASS|PAT|DSN|JWT|PSK|SESSION)$|[_.-]PWD$/i,
    "the caller's names"
  ],
  ["internal/process/secrets.ts", /^env_|_env_vars?$/, "the caller's names"],
  ["internal/process/toml.ts", /^[A-Za-z0-9_-]+$/, "the caller's names"],
  ["internal/nearestName.ts", /[^a-z0-9]/g, "the caller's names"],
  ["internal/structured/structuredSchema.ts", /\(\?(?:[=!]|<[=!])/, "the caller's schema"],
  ["internal/tools/toolSpecs.ts", /^[a-zA-Z0-9_-]+$/, "the caller's names"]
]

const size = 2 ** 20
const filled = (begin: string, unit: string, length: number) => begin + unit.repeat(Math.ceil(length / unit.length))

/** The processor time of this thread in milliseconds, which a busy machine does not increase. */
const time = (work: (text: string) => unknown, text: string): number => {
  const from = process.threadCpuUsage()
  work(text)
  const { system, user } = process.threadCpuUsage(from)
  return (system + user) / 1000
}

/**
 * Compares the times for 1 MB and for a quarter of it: linear work takes four times as long, quadratic work sixteen
 * times. A garbage collection makes a run long, so the shortest of some is taken if one is too long. A part is tried
 * first, because quadratic work on 1 MB takes minutes.
 */
const assertLinear = (work: (text: string) => unknown, begin: string, unit: string) => {
  for (const length of [size / 16, size]) {
    const [short, long] = [filled(begin, unit, length / 4), filled(begin, unit, length)]
    let [before, after] = [Infinity, Infinity]
    // A time below some milliseconds says nothing about growth.
    const growth = () => after / Math.max(before, 10)
    for (let run = 0; run < 6 && (run === 0 || growth() >= 9); run++) {
      before = Math.min(before, time(work, short))
      after = Math.min(after, time(work, long))
    }
    assert.isBelow(growth(), 9, `${JSON.stringify(begin + unit)}: ${after.toFixed(0)} ms after ${before.toFixed(0)} ms`)
  }
}

describe("time is linear in the length of untrusted text", () => {
  for (const [file, pattern, { begin = "", units = [] } = {}] of foreign) {
    it(`${file}: ${pattern}`, () => {
      for (const unit of [...common, ...units]) assertLinear((text) => text.replace(pattern, ""), begin, unit)
    })
  }

  const mask = makeMask(["zq7341-abc", " eyJ ", "a\nb\n12345678"])
  const message = { codexHome: "/h", platformFamily: "unix", platformOs: "linux" }
  const functions: ReadonlyArray<
    readonly [name: string, work: (text: string) => unknown, units: ReadonlyArray<string>]
  > = [
    ["makeMask", mask, ["zq7341-ab", "eyJa.b.", "Bearer \t", "://a:b", "sk-", "api_key:", "Basic a"]],
    ["withoutControls", withoutControls, ["\u001b]", "\u001b[", "\u001b[;", "\u001b_\u001b", "\u009d", "\u001b;?"]],
    [
      "the tail of stderr",
      (text) => {
        const tail = stderrTail.make(mask)
        // As pipes deliver it, and without a line end.
        for (let at = 0; at < text.length; at += 8192) tail.push(text.slice(at, at + 8192))
        return tail.end()
      },
      ["x ", "\u001b]", "Bearer ", "x\n"]
    ],
    ["metadata.read", (userAgent) => read({ ...message, userAgent }), [" ", "/ ", "a /"]],
    ["classify", (text) => classify({ code: -32600, message: text }), ["thread ", "no "]],
    [
      "classify, of an unknown variant",
      (text) => classify({ code: -32600, message: `Invalid request: unknown variant ${text}` }),
      ["expected one of ", "`initialize", ", expected "]
    ],
    [
      "classify, of an invalid type",
      (text) => classify({ code: -32600, message: `Invalid request: invalid type: string ${text}` }),
      [", expected "]
    ],
    ["formatLine", (text) => formatLine({ text }), ["\ud800", "\\ud8"]],
    [
      "the reader of lines",
      (text) => makeLineReader(2 ** 30).push(new TextEncoder().encode(`${text}\n`)),
      ["y\n", "{\n", "[\n", " \n", "\ufeff\n", "{}\n"]
    ],
    ["Printable.text", Printable.text, ["\u26a0\ufe0f", "\u200d", "\ud83d\ude00\u200d", "\r\n", "\ud800"]],
    ["Printable.line", Printable.line, ["\u26a0\ufe0f", "\u200d", "\r\n"]],
    ["words", words, ["'", "a 'b' ", "/bin/bash -lc '"]]
  ]
  for (const [name, work, units] of functions) {
    it(name, () => {
      for (const unit of [...common, ...units]) assertLinear(work, "", unit)
    })
  }
})

describe("every pattern of src", () => {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.startsWith("generated")
  )
  const found = files.flatMap((file) => patternsOf(file))

  it("is measured above, or has a reason why it need not be", () => {
    const known = new Set([...foreign, ...own].map(([file, pattern]) => `${file}: ${pattern}`))
    assert.deepStrictEqual(
      found.filter((pattern) => !known.has(pattern)),
      []
    )
    // The check finds patterns at all.
    assert.isAbove(found.length, 50)
  })

  it("is a literal in the code, not built from text", () => {
    assert.deepStrictEqual(
      files.filter((file) => readFileSync(join(src, file), "utf8").includes("RegExp(")),
      // Put together from constants, and measured above as `Printable.text`.
      ["Printable.ts"]
    )
  })
})

function patternsOf(file: string): ReadonlyArray<string> {
  const patterns: Array<string> = []
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return
    if ("regex" in node && typeof node.regex === "object" && node.regex !== null) {
      const { flags, pattern } = { flags: "", pattern: "", ...node.regex }
      patterns.push(`${file}: /${pattern}/${flags}`)
    }
    for (const value of Object.values(node)) visit(value)
  }
  visit(parseAst(readFileSync(join(src, file), "utf8"), { lang: "ts" }))
  return patterns
}
