import { assert, describe, it } from "@effect/vitest"
import { Duration, Redacted, Schema } from "effect"
import { CodexError, ConnectionClosed, type ConnectionEnd, Reason } from "../src/CodexError.ts"
import * as CodexErrors from "../src/CodexError.ts"

type Tag = Reason["_tag"]

const end = (end: ConnectionEnd) => new ConnectionClosed({ end, phase: "running", stderr: [] })

describe("every reason", () => {
  const text = Redacted.make("words")

  // `Record` makes the table complete: it does not compile if a reason is missing.
  const retryable: { readonly [T in Tag]: readonly [boolean, Extract<Reason, { readonly _tag: T }>] } = {
    InvalidOptions: [false, new CodexErrors.InvalidOptions({ option: "a", description: "b" })],
    RuntimeNotFound: [false, new CodexErrors.RuntimeNotFound({ searched: ["/a"], advice: "b" })],
    SpawnFailed: [false, new CodexErrors.SpawnFailed({ executable: "a", kind: "NotFound" })],
    StartTimeout: [false, new CodexErrors.StartTimeout({ timeout: Duration.millis(1), stderr: [] })],
    ConnectionClosed: [false, end({ _tag: "Exited", exitCode: 1, signal: null })],
    Overloaded: [true, new CodexErrors.Overloaded()],
    RequestTimeout: [false, new CodexErrors.RequestTimeout({ timeout: Duration.millis(1) })],
    ThreadLost: [false, new CodexErrors.ThreadLost({ why: "ephemeral" })],
    ThreadNotFound: [false, new CodexErrors.ThreadNotFound()],
    RolloutNotFound: [false, new CodexErrors.RolloutNotFound()],
    ThreadArchived: [false, new CodexErrors.ThreadArchived()],
    ActiveWriter: [true, new CodexErrors.ActiveWriter()],
    NoTurnsYet: [false, new CodexErrors.NoTurnsYet()],
    ThreadNotPaginated: [false, new CodexErrors.ThreadNotPaginated()],
    NoActiveTurn: [false, new CodexErrors.NoActiveTurn()],
    TurnJoined: [false, new CodexErrors.TurnJoined({ turnId: "a" })],
    TurnMismatch: [false, new CodexErrors.TurnMismatch({ expected: "a", actual: "b" })],
    TurnNotSteerable: [false, new CodexErrors.TurnNotSteerable()],
    NotInitialized: [false, new CodexErrors.NotInitialized()],
    ExperimentalApiRequired: [false, new CodexErrors.ExperimentalApiRequired({ feature: "a" })],
    MethodNotSupported: [false, new CodexErrors.MethodNotSupported({ required: null, actual: "" })],
    InputTooLarge: [false, new CodexErrors.InputTooLarge({ maxChars: 1, actualChars: 2 })],
    ConfigurationInvalid: [false, new CodexErrors.ConfigurationInvalid({ serverMessage: text })],
    LoginRequired: [false, new CodexErrors.LoginRequired()],
    InvalidInput: [false, new CodexErrors.InvalidInput({ argument: "a", description: "b" })],
    RequestRejected: [
      false,
      new CodexErrors.RequestRejected({ code: 1, summary: "a", serverMessage: text, data: Redacted.make(1) })
    ],
    DecodeFailed: [false, new CodexErrors.DecodeFailed({ path: "", expected: "a", raw: Redacted.make(1) })],
    ThreadBusy: [true, new CodexErrors.ThreadBusy({ turnId: null })],
    KeyInUse: [false, new CodexErrors.KeyInUse({ turnId: null })],
    RuntimeTooOld: [false, new CodexErrors.RuntimeTooOld({ fields: ["a"], required: "1.0.0", actual: "" })],
    PermissionsDiffer: [
      false,
      new CodexErrors.PermissionsDiffer({ differences: [{ setting: "sandbox", required: "a", actual: "b" }] })
    ],
    EncodeFailed: [false, new CodexErrors.EncodeFailed()],
    Saturated: [true, new CodexErrors.Saturated({ waitingFor: "process", scope: "pool", waiting: 1, limit: 1 })],
    PoolClosed: [false, new CodexErrors.PoolClosed()],
    HomeInUse: [true, new CodexErrors.HomeInUse()]
  }

  it("says whether the same call can be retried", () => {
    for (const [expected, reason] of Object.values(retryable)) {
      assert.strictEqual(new CodexError({ method: "m", reason }).isRetryable, expected, reason._tag)
    }
  })

  it("has a message that names the method and says what happened", () => {
    for (const [, reason] of Object.values(retryable)) {
      const error = new CodexError({ method: "thread/start", reason })
      assert.isTrue(error.message.startsWith("thread/start: "), error.message)
      assert.isAbove(reason.message.length, 15)
      assert.strictEqual(error.cause, reason)
    }
  })

  it("is in the exported union schema", () => {
    for (const [, reason] of Object.values(retryable)) assert.isTrue(Schema.is(Reason)(reason), reason._tag)
  })

  it("says how a closed connection ended", () => {
    const told: ReadonlyArray<readonly [ConnectionEnd, string]> = [
      [{ _tag: "Exited", exitCode: 3, signal: null }, "exited with code 3"],
      [{ _tag: "Exited", exitCode: null, signal: "SIGKILL" }, "SIGKILL"],
      [{ _tag: "EndOfOutput" }, "closed its standard output"],
      [{ _tag: "WriteFailed" }, "stopped reading its standard input"],
      [{ _tag: "ReadFailed" }, "Could not read the output"],
      [{ _tag: "LineTooLong", maxLineBytes: 9 }, "longer than 9 bytes"],
      [{ _tag: "Closed" }, "the scope of its layer has ended"]
    ]
    for (const [how, words] of told) assert.include(end(how).message, words)
  })
})
