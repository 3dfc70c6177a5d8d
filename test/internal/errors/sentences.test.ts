/**
 * Server messages that are similar to those with a meaning: each pattern is anchored at the start, and requires its
 * parts.
 */
import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { classify, readError } from "../../../src/internal/errors/classify.ts"

const tagOf = (message: string, data?: unknown) => classify({ code: -32600, message, data })._tag

describe("a sentence that contains a known one", () => {
  const meant = [
    ["ConfigurationInvalid", "failed to load config"],
    ["ConfigurationInvalid", "failed to read config"],
    ["ConfigurationInvalid", "invalid config"],
    ["Overloaded", "Server overloaded"],
    ["Overloaded", "Server is overloaded"],
    ["RolloutNotFound", "no rollout found"],
    ["RolloutNotFound", "no archived rollout was found"],
    ["RolloutNotFound", "rollout at /x is empty"],
    ["RolloutNotFound", "rollout at /x not found"],
    ["RolloutNotFound", "rollout at /x is missing"],
    ["ActiveWriter", "thread t already has an active writer"],
    ["ActiveWriter", "session t has an active writer"],
    ["ThreadArchived", "thread t is archived"],
    ["ThreadArchived", "session t is archived"],
    ["ThreadNotFound", "thread not found"],
    ["ThreadNotFound", "thread t is not loaded"],
    ["ThreadNotFound", "session t was not found"],
    ["ThreadNotFound", "unknown thread"],
    ["ThreadNotFound", "no such thread"],
    ["TurnMismatch", "expected active turn a but found b"],
    ["TurnMismatch", "expected active turn id `a`, but found `b`"],
    ["NoActiveTurn", "no active turn"],
    ["NoActiveTurn", "there is no active turn"],
    ["TurnNotSteerable", "cannot steer a review turn"],
    ["TurnNotSteerable", "can't steer a review turn"],
    ["NotInitialized", "Not initialized"],
    ["NotInitialized", "Already initialized"],
    ["ExperimentalApiRequired", "thread/start requires experimentalApi capability"],
    ["ThreadNotPaginated", "thread/items/list is not supported yet"],
    ["ThreadNotPaginated", "thread/revert only supports paginated threads"],
    ["NoTurnsYet", "list_turns is not supported"],
    ["NoTurnsYet", "thread t is not materialized yet"],
    ["LoginRequired", "codex account authentication required"],
    ["LoginRequired", "ChatGPT login is required"],
    ["LoginRequired", "sign-in required"],
    ["LoginRequired", "signin required"],
    ["LoginRequired", "account required"],
    ["LoginRequired", "not logged in"],
    ["LoginRequired", "not signed in"]
  ] as const
  for (const [tag, sentence] of meant) {
    it(`is a plain rejection: ${sentence}`, () => {
      assert.strictEqual(tagOf(sentence), tag)
      assert.strictEqual(tagOf(sentence.toUpperCase().replace("EXPERIMENTALAPI", "experimentalApi")), tag)
      assert.strictEqual(tagOf(`the tool says: ${sentence}`), "RequestRejected")
      assert.strictEqual(tagOf(`"${sentence}"`), "RequestRejected")
    })
  }
})

describe("a sentence that lacks a part", () => {
  for (const sentence of [
    "rollout",
    "rollouts at /x are empty",
    "thread t",
    "thread is archivedly gone",
    "thread  is archived",
    "expected active turn but found b",
    "expected active turn a",
    " requires experimentalApi capability",
    "thread/ is not supported yet",
    "thread is not materialized yet",
    "one two three four login required",
    "not logged"
  ]) {
    it(`is a plain rejection: ${sentence}`, () => assert.strictEqual(tagOf(sentence), "RequestRejected"))
  }
})

describe("a rejection of an unknown method", () => {
  it("is recognized by its list of methods, which follows the name", () => {
    assert.strictEqual(
      tagOf("Invalid request: unknown variant `x`, expected one of `initialize`, `a`"),
      "MethodNotSupported"
    )
    assert.strictEqual(tagOf("unknown variant `x`, expected one of `initialize`, `a`"), "RequestRejected")
    assert.strictEqual(tagOf("Invalid request: unknown variant `x`, expected one of `a`, `b`"), "RequestRejected")
    assert.strictEqual(tagOf("Invalid request: unknown variant `initialize`, expected `a`"), "RequestRejected")
    assert.strictEqual(
      tagOf("Invalid request: unknown variant `initialize`, expected one of `a`, `b`"),
      "RequestRejected"
    )
  })

  it("names neither a version nor a method, which are added by code that has them", () => {
    const reason = classify({
      code: -32600,
      message: "Invalid request: unknown variant `x`, expected one of `initialize`"
    })
    assert.deepInclude(reason, { _tag: "MethodNotSupported", required: null, actual: "" })
  })
})

describe("the data of a rejection", () => {
  it("must be complete", () => {
    const tooLarge = { input_error_code: "input_too_large", max_chars: 1, actual_chars: 2 }
    assert.strictEqual(tagOf("x", tooLarge), "InputTooLarge")
    assert.strictEqual(tagOf("x", { ...tooLarge, input_error_code: "other" }), "RequestRejected")
    assert.strictEqual(tagOf("x", { ...tooLarge, max_chars: "1" }), "RequestRejected")
    assert.strictEqual(tagOf("x", { ...tooLarge, actual_chars: null }), "RequestRejected")
    assert.strictEqual(tagOf("x", { config_write_error_code: 1 }), "RequestRejected")
    assert.strictEqual(tagOf("x", { codexErrorInfo: { other: {} } }), "RequestRejected")
    assert.strictEqual(tagOf("x", [tooLarge]), "RequestRejected")
  })
})

describe("the facts of a rejection", () => {
  it("are those of the sentence", () => {
    const reason = (message: string) => classify({ code: -32600, message })
    assert.deepInclude(reason("expected active turn id `a-1`, but found `b_2`"), { expected: "a-1", actual: "b_2" })
    assert.deepInclude(reason("thread/start.tools requires experimentalApi capability"), {
      feature: "thread/start.tools"
    })
    assert.deepInclude(
      classify({ code: 1, message: "x", data: { input_error_code: "input_too_large", max_chars: 1, actual_chars: 2 } }),
      {
        maxChars: 1,
        actualChars: 2
      }
    )
  })

  it("are searched for in the first 8,192 characters alone", () => {
    const far = (length: number) => tagOf(`thread ${"t".repeat(length)} is archived`)
    assert.strictEqual(far(8192 - "thread  is archived".length), "ThreadArchived")
    assert.strictEqual(far(8192 - "thread  is archived".length + 1), "RequestRejected")
  })
})

describe("a rejection without a message", () => {
  it("has an empty one, and no code", () => {
    for (const error of [{}, { message: 7 }, null, [], "words"]) {
      assert.deepStrictEqual(readError(error), { code: 0, message: "" })
    }
    assert.deepStrictEqual(readError({ code: 5, message: "m", data: null }), { code: 5, message: "m", data: null })
    const reason = classify(readError({ code: 5 }))
    assert.strictEqual(reason._tag === "RequestRejected" && Redacted.value(reason.serverMessage), "")
  })
})

describe("a sentence that is quoted completely", () => {
  const shown = (message: string) => classify({ code: -32600, message }).message.endsWith(`${message}.`)

  it("is one of a few, and matches from start to end", () => {
    for (const sentence of [
      "ephemeral threads do not support thread/read",
      "No such file or directory (os error 2)",
      "Permission denied (os error 13)",
      "Invalid request: AbsolutePathBuf deserialized without a base path"
    ]) {
      assert.isTrue(shown(sentence), sentence)
      assert.isFalse(shown(`${sentence} x`), sentence)
      assert.isFalse(shown(`x ${sentence}`), sentence)
    }
    for (const sentence of ["Denied (os error 13)", "permission denied (os error 13)", "Not b (os error x)"]) {
      assert.isFalse(shown(sentence), sentence)
    }
  })
})
