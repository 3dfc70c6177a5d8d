/**
 * The message of every reason, as a user reads it, is in `messages.txt`. A change shows there as a diff to review.
 * `UPDATE_MESSAGES=1 npx vitest run test/internal/errors/messages.test.ts` writes the file.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Redacted } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { codexVersion } from "../../../src/generated/version.ts"
import { classify } from "../../../src/internal/errors/classify.ts"
import * as connection from "../../../src/internal/errors/connectionReasons.ts"
import * as request from "../../../src/internal/errors/requestReasons.ts"
import * as turn from "../../../src/internal/errors/turnReasons.ts"

type End = connection.ConnectionEnd

const ends: ReadonlyArray<End> = [
  { _tag: "Exited", exitCode: 0, signal: null },
  { _tag: "Exited", exitCode: 3, signal: null },
  { _tag: "Exited", exitCode: null, signal: "SIGKILL" },
  { _tag: "EndOfOutput" },
  { _tag: "WriteFailed" },
  { _tag: "ReadFailed" },
  { _tag: "LineTooLong", maxLineBytes: 1024 },
  { _tag: "Unresponsive", timeout: Duration.millis(1500) },
  { _tag: "Closed" }
]

const closed = (end: End, fields: object = {}) =>
  new connection.ConnectionClosed({ end, phase: "running", stderr: ["first", "error: cause", "last"], ...fields })

const spawnKinds = ["E2BIG", "EMFILE", "ENFILE", "EAGAIN", "ENOMEM", "NotFound", "PermissionDenied", "ETXTBSY", "EIO"]

const words = Redacted.make("words of the server")

const rejected = (message: string) => classify({ code: -32600, message })

/** Made anew for each test. */
const reasons = (): ReadonlyArray<Error & { readonly _tag: string }> => [
  new connection.InvalidOptions({ option: "cwd", description: "not a directory" }),
  new connection.InvalidOptions({ option: "cwd", description: "not a directory." }),
  new connection.InvalidOptions({ option: "cwdd", description: "unknown option; did you mean `cwd`?" }),
  new connection.RuntimeNotFound({ searched: ["/a", "/b"], advice: "Reinstall it." }),
  ...spawnKinds.map((kind) => new connection.SpawnFailed({ executable: "/codex", kind })),
  new connection.StartTimeout({ timeout: Duration.millis(1500), stderr: ["line"] }),
  ...ends.flatMap((end) => [
    closed(end),
    closed(end, { sent: false }),
    closed(end, { restarts: true }),
    closed(end, { restarts: true, sent: false }),
    closed(end, { phase: "starting" }),
    closed(end, { phase: "starting", stderr: [] })
  ]),
  new request.Overloaded(),
  new request.RequestTimeout({ timeout: Duration.millis(1500) }),
  new request.RequestTimeout({ timeout: Duration.millis(1500), sent: false }),
  new request.ThreadNotFound(),
  new request.ThreadLost({ why: "ephemeral" }),
  new request.ThreadLost({ why: "notSaved" }),
  new request.RolloutNotFound(),
  new request.ThreadArchived(),
  new request.ActiveWriter(),
  new request.NoTurnsYet(),
  new request.ThreadNotPaginated(),
  new request.NoActiveTurn(),
  new request.TurnMismatch({ expected: "turn-a", actual: "turn-b" }),
  new request.TurnNotSteerable(),
  new request.ThreadBusy({ turnId: "turn-a" }),
  new request.TurnJoined({ turnId: "turn-a" }),
  new request.KeyInUse({ turnId: "turn-a" }),
  new request.NotInitialized(),
  new request.ExperimentalApiRequired({ feature: "thread/start.tools" }),
  new request.RuntimeTooOld({ fields: ["a"], required: "0.151.0", actual: "" }),
  new request.RuntimeTooOld({ fields: ["a", "b"], required: "0.151.0", actual: "0.125.0" }),
  new request.PermissionsDiffer({
    differences: [
      { setting: "sandbox", required: "read-only", actual: "full-access" },
      { setting: "approvalMode", required: "ask", actual: "deny_all" }
    ]
  }),
  new request.MethodNotSupported({ required: null, actual: "" }),
  new request.MethodNotSupported({ required: null, actual: "0.125.0" }),
  new request.MethodNotSupported({ required: null, actual: codexVersion }),
  new request.MethodNotSupported({ required: null, actual: "0.125.0", suggestion: "turn/start" }),
  new request.MethodNotSupported({ required: "0.151.0", actual: "0.125.0" }),
  new request.InputTooLarge({ maxChars: 12, actualChars: 345 }),
  new request.ConfigurationInvalid({ serverMessage: words }),
  new request.LoginRequired(),
  new request.InvalidInput({ argument: "threadId", description: "not a UUID" }),
  new request.RequestRejected({ code: -32603, summary: "a summary", serverMessage: words, data: words }),
  new request.DecodeFailed({ path: "", expected: "missing key", raw: words }),
  new request.DecodeFailed({ path: '["a"]', expected: "missing key", raw: words }),
  new request.EncodeFailed(),
  rejected("invalid thread id: nonsense"),
  rejected("Invalid request: missing field `threadId`"),
  rejected(`Invalid request: missing field \`${"x".repeat(300)}\``),
  rejected('Invalid request: invalid type: string "secret", expected u32'),
  rejected("Invalid request: invalid type: secret, expected u32"),
  rejected("Invalid request: invalid value: integer `7`"),
  rejected(`Invalid request: invalid value: map, expected ${"x".repeat(300)}`),
  rejected("Invalid request: unknown variant `secret`, expected `a` or `b`"),
  rejected("Invalid request: unknown variant `secret`"),
  rejected("Invalid request: unknown field `secret`, expected `a`"),
  rejected("Invalid request: duplicate field `secret`"),
  rejected("a prompt that says: Invalid request: missing field `secret`"),
  rejected("a prompt that says: Invalid request: invalid type: string"),
  rejected("a prompt that says: Invalid request: duplicate field `secret`"),
  rejected("No such file or directory (os error 2)"),
  rejected(`ephemeral threads do not support ${"x".repeat(9000)}`),
  new turn.ServerOverloaded(),
  new turn.RateLimited(),
  new turn.UsageLimitExceeded(),
  new turn.ContextWindowExceeded(),
  new turn.Unauthorized(),
  new turn.Unauthorized({ hasLogin: true }),
  new turn.Unauthorized({ hasLogin: false }),
  new turn.ModelNotFound(),
  new turn.ModelConnectionFailed({ kind: "httpConnectionFailed", httpStatusCode: null }),
  new turn.ModelConnectionFailed({ kind: "httpConnectionFailed", httpStatusCode: 502 }),
  new turn.PolicyViolation({ kind: "cyberPolicy" }),
  new turn.OtherFailure({ kind: "badRequest" })
]

const file = join(import.meta.dirname, "messages.txt")
const shown = () =>
  reasons().map(({ _tag, message }) => `${_tag}\n${message.replaceAll(codexVersion, "<pinned version>")}\n`)

describe("the messages of all reasons", () => {
  it("are as they were reviewed", () => {
    const messages = shown().join("\n")
    if (process.env["UPDATE_MESSAGES"] !== undefined) writeFileSync(file, messages)
    assert.strictEqual(messages, readFileSync(file, "utf8"), "run with UPDATE_MESSAGES=1, and review the diff")
  })

  it("include every reason", () => {
    const there = new Set(reasons().map(({ _tag }) => _tag))
    for (const module of [connection, request, turn]) {
      for (const [name, value] of Object.entries(module)) {
        if (typeof value === "function" && value.prototype instanceof Error) assert.isTrue(there.has(name), name)
      }
    }
  })

  it("contain no words of the server or the caller", () => {
    for (const message of shown()) assert.notMatch(message, /secret|words|prompt/)
  })
})
