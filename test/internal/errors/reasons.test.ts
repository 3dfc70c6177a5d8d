/** Rules for every reason, whatever its wording is: its tag, its name, and the facts in its message. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Redacted } from "effect"
import * as connection from "../../../src/internal/errors/connectionReasons.ts"
import * as pool from "../../../src/internal/errors/poolReasons.ts"
import * as request from "../../../src/internal/errors/requestReasons.ts"
import { shownMethod } from "../../../src/internal/errors/shownMethod.ts"
import * as turn from "../../../src/internal/errors/turnReasons.ts"

const { raw, serverMessage } = { raw: Redacted.make<unknown>("secret"), serverMessage: Redacted.make("secret") }
const stderr = ["first", "Error: the cause", "last"]

/** One of each, by its expected name, with the required parts of its message. */
const ofCalls: ReadonlyArray<
  readonly [name: string, reason: Error & { readonly _tag: string }, ...facts: Array<string>]
> = [
  ["Overloaded", new request.Overloaded(), "retryOnOverload"],
  ["RequestTimeout", new request.RequestTimeout({ timeout: Duration.millis(1500) }), "1.5 s"],
  ["ThreadNotFound", new request.ThreadNotFound()],
  ["RolloutNotFound", new request.RolloutNotFound()],
  ["ThreadArchived", new request.ThreadArchived()],
  ["ActiveWriter", new request.ActiveWriter()],
  ["NoTurnsYet", new request.NoTurnsYet()],
  ["ThreadNotPaginated", new request.ThreadNotPaginated()],
  ["NoActiveTurn", new request.NoActiveTurn()],
  ["TurnMismatch", new request.TurnMismatch({ expected: "turn-a", actual: "turn-b" }), "turn-a", "turn-b"],
  ["TurnNotSteerable", new request.TurnNotSteerable()],
  ["ThreadBusy", new request.ThreadBusy({ turnId: null }), "whenBusy"],
  ["KeyInUse", new request.KeyInUse({ turnId: "turn-a" }), "`key`", "thread.runOnce"],
  ["TurnJoined", new request.TurnJoined({ turnId: "turn-a" }), "turn-a"],
  ["NotInitialized", new request.NotInitialized(), "`initialize`"],
  ["ExperimentalApiRequired", new request.ExperimentalApiRequired({ feature: "x/y" }), "x/y", "experimentalApi"],
  [
    "RuntimeTooOld",
    new request.RuntimeTooOld({ fields: ["a", "b"], required: "0.151.0", actual: "0.125.0" }),
    "a, b",
    "0.151.0",
    "0.125.0"
  ],
  [
    "PermissionsDiffer",
    new request.PermissionsDiffer({
      differences: [
        { setting: "sandbox", required: "readOnly", actual: "fullAccess" },
        { setting: "approvalMode", required: "ask", actual: "denyAll" }
      ]
    }),
    "sandbox",
    "readOnly",
    "fullAccess",
    "; approvalMode"
  ],
  [
    "MethodNotSupported",
    new request.MethodNotSupported({ required: "0.151.0", actual: "0.125.0" }),
    "0.151.0",
    "0.125.0"
  ],
  ["InputTooLarge", new request.InputTooLarge({ maxChars: 12, actualChars: 345 }), "12", "345"],
  ["ConfigurationInvalid", new request.ConfigurationInvalid({ serverMessage }), request.howToRead],
  ["LoginRequired", new request.LoginRequired()],
  [
    "InvalidInput",
    new request.InvalidInput({ argument: "input", description: "it is blank" }),
    "`input`",
    "it is blank"
  ],
  [
    "RequestRejected",
    new request.RequestRejected({ code: -32603, summary: "in short", serverMessage, data: raw }),
    "-32603",
    "in short"
  ],
  ["DecodeFailed", new request.DecodeFailed({ path: '["a"]', expected: "a string", raw }), '["a"]', "a string"],
  ["EncodeFailed", new request.EncodeFailed(), "BigInt"],
  [
    "InvalidOptions",
    new connection.InvalidOptions({ option: "cwd", description: "it is gone" }),
    "`cwd`",
    "it is gone"
  ],
  [
    "RuntimeNotFound",
    new connection.RuntimeNotFound({ searched: ["/a", "/b"], advice: "Do it." }),
    "/a",
    "/b",
    "Do it."
  ],
  ["SpawnFailed", new connection.SpawnFailed({ executable: "/x/codex", kind: "EACCES" }), "/x/codex", "EACCES"],
  [
    "StartTimeout",
    new connection.StartTimeout({ timeout: Duration.millis(1500), stderr: [] }),
    "1.5 s",
    "`startTimeout`"
  ],
  ["ConnectionClosed", new connection.ConnectionClosed({ end: { _tag: "Closed" }, phase: "running", stderr: [] })],
  [
    "Saturated",
    new pool.Saturated({ waitingFor: "turn", scope: "key", waiting: 3, limit: 3 }),
    "3 calls of this key already wait for their turn",
    "`maxWaitingPerKey`",
    "`maxTurnsPerKey`"
  ],
  [
    "Saturated",
    new pool.Saturated({ waitingFor: "process", scope: "pool", waiting: 3, limit: 3 }),
    "3 calls already wait for a process",
    "`maxWaiting`",
    "`maxProcesses`"
  ],
  ["PoolClosed", new pool.PoolClosed(), "closing"],
  ["HomeInUse", new pool.HomeInUse(), "home"]
]

const ofTurns: typeof ofCalls = [
  ["ServerOverloaded", new turn.ServerOverloaded(), "retryOnOverload"],
  ["RateLimited", new turn.RateLimited()],
  ["UsageLimitExceeded", new turn.UsageLimitExceeded()],
  ["ContextWindowExceeded", new turn.ContextWindowExceeded()],
  ["Unauthorized", new turn.Unauthorized()],
  ["ModelNotFound", new turn.ModelNotFound(), "codex.models"],
  ["ModelConnectionFailed", new turn.ModelConnectionFailed({ kind: "cut", httpStatusCode: 502 }), "cut", "502"],
  ["PolicyViolation", new turn.PolicyViolation({ kind: "cyberPolicy" }), "cyberPolicy"],
  ["OtherFailure", new turn.OtherFailure({ kind: "badRequest" }), "badRequest"]
]

for (const [module, reasons] of [
  ["CodexError", ofCalls],
  ["TurnError", ofTurns]
] as const) {
  describe(`a reason of ${module}`, () => {
    for (const [name, reason, ...facts] of reasons) {
      it(`${name} has its tag, its name, and a message with its facts`, () => {
        assert.strictEqual(reason._tag, name)
        assert.strictEqual(reason.name, `effect-codex/${module}/${name}`)
        assert.match(reason.message, /\w+ \w+/)
        for (const fact of facts) assert.include(reason.message, fact)
        assert.notInclude(reason.message, "secret")
      })
    }
  })
}

describe("the message of a reason", () => {
  it("names what is unknown", () => {
    const tooOld = (actual: string) => new request.RuntimeTooOld({ fields: ["a"], required: "0.151.0", actual }).message
    assert.include(tooOld(""), "unknown version")
    assert.notInclude(tooOld("0.125.0"), "unknown version")
    const missing = (required: string | null, actual: string) =>
      new request.MethodNotSupported({ required, actual }).message
    assert.include(missing(null, "0.125.0"), "0.125.0")
    assert.notInclude(missing(null, ""), "0.125.0")
    assert.notInclude(missing(null, ""), "null")
    assert.include(missing("0.151.0", ""), "0.151.0")
    assert.include(new request.DecodeFailed({ path: "", expected: "x", raw }).message, "the root")
    assert.notInclude(new turn.ModelConnectionFailed({ kind: "cut", httpStatusCode: null }).message, "HTTP")
  })

  it("has a specific instruction for each rejection of the system", () => {
    const advice = (kind: string) => new connection.SpawnFailed({ executable: "x", kind }).message.split("). ")[1]
    const own = ["E2BIG", "EMFILE", "EAGAIN", "NotFound", "PermissionDenied", "ETXTBSY", "Unknown"].map(advice)
    assert.strictEqual(new Set(own).size, own.length)
    for (const text of own) assert.match(String(text), /^\w.*\.$/)
    assert.strictEqual(advice("ENFILE"), advice("EMFILE"))
    assert.strictEqual(advice("ENOMEM"), advice("EAGAIN"))
  })
})

describe("the message of a closed connection", () => {
  const message = (
    end: connection.ConnectionEnd,
    phase: "starting" | "running" = "running",
    lines: ReadonlyArray<string> = stderr
  ) => new connection.ConnectionClosed({ end, phase, stderr: lines }).message
  const exited = (exitCode: number | null, signal: string | null = null) =>
    ({ _tag: "Exited", exitCode, signal }) as const

  it("distinguishes all kinds of ends", () => {
    const ends: ReadonlyArray<connection.ConnectionEnd> = [
      exited(3),
      exited(null, "SIGKILL"),
      { _tag: "EndOfOutput" },
      { _tag: "WriteFailed" },
      { _tag: "ReadFailed" },
      { _tag: "LineTooLong", maxLineBytes: 12_345 },
      { _tag: "Closed" }
    ]
    const all = ends.map((end) => message(end))
    assert.strictEqual(new Set(all).size, ends.length)
    assert.include(all[0], "code 3")
    assert.include(all[1], "SIGKILL")
    assert.include(all[5], "12345")
  })

  it("says how to continue if the program did not close it, and quotes the process only before the handshake", () => {
    assert.include(message(exited(1)), "resume the thread")
    assert.notInclude(message({ _tag: "Closed" }), "resume the thread")
    for (const line of stderr) assert.notInclude(message(exited(1)), line)
    const starting = message(exited(1), "starting")
    assert.include(starting, "`initialize`")
    assert.match(starting, /`initialize`\. \w.*Error: the cause/)
    assert.notInclude(starting, "first")
    assert.notInclude(starting, "resume the thread")
  })

  it("quotes the last line if no line names an error, at most 400 characters", () => {
    assert.include(message(exited(1), "starting", ["first", "terror", "last"]), "last")
    assert.include(message(exited(1), "starting", ["ERROR", "last"]), "ERROR")
    assert.isTrue(message(exited(1), "starting", ["x".repeat(900)]).endsWith(`: ${"x".repeat(400)}`))
    assert.strictEqual(
      message(exited(1), "starting", []),
      "codex app-server exited with code 1 before it responded to `initialize`."
    )
  })

  it("suspects another program only if it ended without an error message", () => {
    assert.include(message(exited(0), "starting"), "--version")
    assert.notInclude(message(exited(1), "starting"), "--version")
    assert.notInclude(message(exited(null, "SIGTERM"), "starting"), "--version")
    assert.notInclude(message({ _tag: "EndOfOutput" }, "starting"), "--version")
    assert.notInclude(message(exited(0)), "--version")
  })
})

describe("isRetryable of a reason", () => {
  const retryable = [
    "Overloaded",
    "ActiveWriter",
    "ThreadBusy",
    "ServerOverloaded",
    "RateLimited",
    "Saturated",
    "HomeInUse"
  ]
  for (const [name, reason] of [...ofCalls, ...ofTurns]) {
    // A reason whose value depends on its facts has a separate test.
    if (name === "RequestTimeout") continue
    it(`${name}: ${retryable.includes(name) ? "yes" : "no"}`, () => {
      assert.strictEqual("isRetryable" in reason && reason.isRetryable, retryable.includes(name))
    })
  }
})

describe("the method in a log line", () => {
  it("is one line of at most 100 characters", () => {
    assert.strictEqual(shownMethod("turn/start"), "turn/start")
    assert.strictEqual(shownMethod("m".repeat(100)), "m".repeat(100))
    assert.strictEqual(shownMethod("m".repeat(101)), `${"m".repeat(100)}…`)
    assert.notInclude(shownMethod("a\nb"), "\n")
  })
})
