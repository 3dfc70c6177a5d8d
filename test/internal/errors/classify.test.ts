import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import type { Reason } from "../../../src/CodexError.ts"
import { classify, readError, type WireError } from "../../../src/internal/errors/classify.ts"

const id = "019c0000-0000-7000-8000-000000000000"

const id2 = "019c0000-0000-7000-8000-000000000001"

type Tag = Reason["_tag"]

const tagOf = (message: string, rest: Partial<WireError> = {}): Tag => classify({ code: -32600, message, ...rest })._tag

const messageOf = (message: string): string => classify({ code: -32600, message }).message

describe("the classification of a server error", () => {
  const methods = "`initialize`, `thread/start`, `thread/unarchive`, `account/login/start`"

  const refusals: ReadonlyArray<readonly [Tag, string, Partial<WireError>?]> = [
    ["Overloaded", "Server overloaded; retry later.", { code: -32001 }],
    ["Overloaded", "in other words", { code: -32001 }],
    ["Overloaded", "Server is overloaded"],
    ["ThreadNotFound", `thread not found: ${id}`],
    ["ThreadNotFound", `thread not loaded: ${id}`],
    ["ThreadNotFound", `Thread ${id} was not found`],
    ["RolloutNotFound", `no rollout found for thread id ${id}`],
    ["RolloutNotFound", `no archived rollout found for thread id ${id}`],
    ["RolloutNotFound", "rollout at /home/me/x.jsonl is empty"],
    ["ThreadArchived", `session ${id} is archived. Run \`codex unarchive ${id}\` to unarchive it first.`],
    ["ThreadArchived", `thread ${id} is archived`],
    ["ActiveWriter", `thread ${id} already has an active writer`],
    ["NoTurnsYet", "list_turns is not supported yet", { code: -32601 }],
    ["ThreadNotPaginated", "thread/items/list is not supported yet", { code: -32601 }],
    ["ThreadNotPaginated", "thread/revert only supports paginated threads"],
    ["NoActiveTurn", "no active turn to interrupt"],
    ["NoActiveTurn", "no active turn to steer"],
    ["TurnMismatch", `expected active turn id \`${id}\` but found \`${id2}\``],
    ["TurnMismatch", `Expected active turn ${id}, but found ${id2}`],
    ["TurnNotSteerable", "cannot steer a compact turn"],
    ["TurnNotSteerable", "in other words", { data: { codexErrorInfo: { activeTurnNotSteerable: {} } } }],
    ["NotInitialized", "Not initialized"],
    ["NotInitialized", "Already initialized"],
    ["ExperimentalApiRequired", "thread/start.dynamicTools requires experimentalApi capability"],
    ["MethodNotSupported", `Invalid request: unknown variant \`no/such\`, expected one of ${methods}`],
    [
      "InputTooLarge",
      "in other words",
      { code: -32602, data: { input_error_code: "input_too_large", max_chars: 1, actual_chars: 2 } }
    ],
    ["ConfigurationInvalid", "failed to load configuration: config.toml:1:2: unclosed array"],
    ["ConfigurationInvalid", "failed to read configuration layers: config.toml:1:2", { code: -32603 }],
    ["ConfigurationInvalid", "x", { data: { config_write_error_code: "configValidationError" } }],
    ["LoginRequired", "codex account authentication required to read rate limits"],
    ["LoginRequired", "chatgpt authentication required to read rate limits"],
    ["LoginRequired", "Not logged in"],
    ["RequestRejected", "Invalid request: missing field `threadId`"],
    ["RequestRejected", "something new"],
    ["RequestRejected", "Method not found", { code: -32601 }],
    ["RequestRejected", "", { code: 0 }]
  ]

  for (const [tag, message, rest] of refusals) {
    it(`${tag}: ${message}${rest === undefined ? "" : ` ${JSON.stringify(rest)}`}`, () => {
      assert.strictEqual(tagOf(message, rest), tag)
    })
  }

  it("ignores text that the message quotes", () => {
    const quotations = [
      "invalid thread id: x",
      "no active turn",
      "Already initialized",
      "thread not found",
      `session ${id} is archived`,
      "no rollout found",
      "login required",
      "Server overloaded",
      "list_turns is not supported yet",
      "thread/revert only supports paginated threads"
    ]
    for (const text of quotations) {
      assert.strictEqual(
        tagOf(`Invalid request: unknown variant \`${text}\`, expected \`a\` or \`b\``),
        "RequestRejected"
      )
      assert.strictEqual(tagOf(`Invalid request: invalid type: string "${text}", expected u32`), "RequestRejected")
      assert.strictEqual(
        tagOf(`failed to load configuration: Model provider \`${text}\` not found`),
        "ConfigurationInvalid"
      )
      assert.strictEqual(tagOf(`can't open /home/me/${text}`), "RequestRejected")
    }
  })

  it("accepts an error of any shape, and does not read properties by keys of the server", () => {
    for (const error of [null, undefined, 1, "text", [], {}, { code: "x", message: 1 }]) {
      assert.strictEqual(classify(readError(error))._tag, "RequestRejected")
    }
    for (const data of [null, 1, [], "overloaded", { __proto__: null }, { codexErrorInfo: "toString" }]) {
      assert.strictEqual(tagOf("x", { data }), "RequestRejected")
    }
  })

  it("offers code, server message and data of a rejection", () => {
    const reason = classify({ code: -32603, message: "secret words", data: { secret: 1 } })
    if (reason._tag !== "RequestRejected") return assert.fail(reason._tag)
    assert.strictEqual(reason.code, -32603)
    assert.strictEqual(Redacted.value(reason.serverMessage), "secret words")
    assert.deepStrictEqual(Redacted.value(reason.data), { secret: 1 })
  })

  it("names the parameter whose value the deserializer quotes before what it expected, and guesses none", () => {
    const shown = (message: string) =>
      classify({ code: -32600, message: `Invalid request: ${message}` }, { cwd: "abc", limit: 42 }).message
    assert.include(shown('invalid type: string "abc", expected a sequence'), ": parameter `cwd`: ")
    assert.include(shown("invalid type: integer `42`, expected a string"), ": parameter `limit`: ")
    assert.notInclude(shown('invalid type: string "abc".'), "parameter")
    assert.notInclude(shown('invalid type: string "xyz", expected a sequence'), "parameter")
  })

  it("shows deserializer messages without the values that they quote", () => {
    const shown = (message: string) =>
      messageOf(`Invalid request: ${message}`)
        .replace(/^.*?: /, "")
        .replace(/\.$/, "")
    assert.strictEqual(shown("missing field `threadId`"), "missing field `threadId`")
    assert.strictEqual(
      shown("invalid type: integer `42`, expected a string"),
      "invalid type: integer, expected a string"
    )
    assert.strictEqual(
      shown('invalid type: string "a, expected b", expected struct X'),
      "invalid type: string, expected struct X"
    )
    assert.strictEqual(shown("invalid length 7, expected 2 elements"), "invalid length, expected 2 elements")
    assert.strictEqual(
      shown("unknown variant `a`b`, expected one of `x`, `y`"),
      "unknown variant, expected one of `x`, `y`"
    )
    assert.strictEqual(
      shown("unknown variant `a, expected `secret``, expected `asc` or `desc`"),
      "unknown variant, expected `asc` or `desc`"
    )
    assert.strictEqual(shown("unknown field `a, expected secret`, there are no fields"), "unknown field")
    assert.strictEqual(
      shown("path a/b is relative"),
      "for its message, read `Redacted.value(error.reason.serverMessage)`"
    )
    assert.include(messageOf("No such file or directory (os error 2)"), "No such file or directory (os error 2)")
    assert.include(
      messageOf("ephemeral threads do not support includeTurns"),
      "ephemeral threads do not support includeTurns"
    )
  })
})
