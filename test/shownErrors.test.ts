/**
 * What the errors of this package show. Every exported class of errors has an example here whose texts of the server
 * and the model contain a secret. No printer shows it, and neither does the error's JSON, which has all other fields.
 */
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Console,
  DateTime,
  Duration,
  Effect,
  Exit,
  Formatter,
  Inspectable,
  Logger,
  Option,
  Redacted,
  Schema,
  Tracer
} from "effect"
import * as NodeConsole from "node:console"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { Writable } from "node:stream"
import { inspect } from "node:util"
import * as Account from "../src/Account.ts"
import * as CodexErrors from "../src/CodexError.ts"
import * as Elicitation from "../src/Elicitation.ts"
import * as Goal from "../src/Goal.ts"
import { classify } from "../src/internal/errors/classify.ts"
import type { CodexErrorInfo } from "../src/generated/types.ts"
import { loginFailed } from "../src/internal/account/loginFailed.ts"
import { ofCompletion } from "../src/internal/account/loginReasons.ts"
import { classifyTurnError } from "../src/internal/errors/turnReasons.ts"
import * as Permissions from "../src/Permissions.ts"
import * as Retry from "../src/Retry.ts"
import * as StructuredOutput from "../src/StructuredOutput.ts"
import type { TurnResult } from "../src/Turn.ts"
import * as TurnErrors from "../src/internal/turn/turnErrors.ts"
import * as UserInput from "../src/UserInput.ts"
import { type Example, example, type Failure } from "./support/errorExample.ts"
import { machineErrors } from "./support/machineErrors.ts"

const secret = "zq7sentinel"

const clean = (texts: ReadonlyArray<readonly [string, string]>, about: string) =>
  assert.deepStrictEqual(
    texts.filter(([, text]) => text.includes(secret)).map(([printer]) => printer),
    [],
    about
  )

const words = Redacted.make(secret)
const tokens = { cachedInputTokens: 1, inputTokens: 2, outputTokens: 3, reasoningOutputTokens: 4, totalTokens: 5 }
const turnError = {
  message: secret,
  additionalDetails: secret,
  codexErrorInfo: { "~unknown": { [`${secret} `]: { httpStatusCode: 502, [secret]: secret } } }
}

const result: TurnResult & Pick<Goal.GoalResult, "goal"> = {
  id: "u",
  status: `${secret} `,
  error: Option.some(turnError),
  startedAt: Option.some(DateTime.makeUnsafe(1000)),
  completedAt: Option.none(),
  duration: Option.some(Duration.millis(7)),
  finalResponse: Option.some(secret),
  items: [
    { type: "userMessage", id: "a", content: [{ type: "text", text: secret, text_elements: [] }] },
    { type: "agentMessage", id: "b", text: secret, phase: "final_answer" },
    { type: "~unknown", raw: { type: `${secret} `, [secret]: secret } }
  ],
  usage: Option.some({ last: tokens, total: tokens, turn: { ...tokens, totalTokens: 15 }, modelContextWindow: null }),
  unfinishedItems: [{ type: "plan", id: "c", text: secret }],
  warnings: [{ method: "warning", message: secret }],
  goal: {
    objective: secret,
    status: `${secret} `,
    tokenBudget: Option.some(9),
    tokensUsed: 5,
    timeUsed: Duration.millis(1)
  }
}

const turn = { threadId: "t", turnId: "u", result }
const rejection = classify({ code: -32600, message: `Invalid request: unknown field \`${secret}\``, data: { secret } })
const doesNotFit = new StructuredOutput.DoesNotFit({ issues: [{ path: '["a"]', expected: "b" }], details: words })

const examples: ReadonlyArray<Example> = [
  ...machineErrors,
  example(CodexErrors.CodexError, new CodexErrors.CodexError({ method: "a", reason: rejection })),
  example(CodexErrors.InvalidOptions, new CodexErrors.InvalidOptions({ option: "a", description: "b" })),
  example(CodexErrors.RuntimeNotFound, new CodexErrors.RuntimeNotFound({ searched: ["/a"], advice: "b" })),
  example(CodexErrors.SpawnFailed, new CodexErrors.SpawnFailed({ executable: "a", kind: "EMFILE" })),
  example(CodexErrors.StartTimeout, new CodexErrors.StartTimeout({ timeout: Duration.millis(1), stderr: ["masked"] })),
  example(
    CodexErrors.ConnectionClosed,
    new CodexErrors.ConnectionClosed({
      end: { _tag: "Exited", exitCode: 1, signal: null },
      phase: "starting",
      stderr: ["a", `error: ${"b".repeat(500)}`, "c"],
      turn: result
    })
  ),
  example(CodexErrors.Overloaded, new CodexErrors.Overloaded()),
  example(CodexErrors.RequestTimeout, new CodexErrors.RequestTimeout({ timeout: Duration.millis(1) })),
  example(CodexErrors.ThreadLost, new CodexErrors.ThreadLost({ why: "ephemeral" })),
  example(CodexErrors.ThreadNotFound, classify({ code: -32600, message: `thread not found: ${secret}` })),
  example(CodexErrors.RolloutNotFound, classify({ code: -32600, message: `no rollout found for thread id ${secret}` })),
  example(CodexErrors.ThreadArchived, classify({ code: -32600, message: `session ${secret} is archived.` })),
  example(
    CodexErrors.ActiveWriter,
    classify({ code: -32600, message: `thread ${secret} already has an active writer` })
  ),
  example(CodexErrors.NoTurnsYet, new CodexErrors.NoTurnsYet()),
  example(CodexErrors.ThreadNotPaginated, new CodexErrors.ThreadNotPaginated()),
  example(CodexErrors.NoActiveTurn, new CodexErrors.NoActiveTurn()),
  example(CodexErrors.TurnMismatch, new CodexErrors.TurnMismatch({ expected: "a", actual: "b" })),
  example(CodexErrors.KeyInUse, new CodexErrors.KeyInUse({ turnId: "u" })),
  example(CodexErrors.TurnJoined, new CodexErrors.TurnJoined({ turnId: "u" })),
  example(CodexErrors.TurnNotSteerable, classify({ code: -32600, message: `cannot steer ${secret}` })),
  example(CodexErrors.ThreadBusy, new CodexErrors.ThreadBusy({ turnId: "u" })),
  example(CodexErrors.NotInitialized, new CodexErrors.NotInitialized()),
  example(CodexErrors.ExperimentalApiRequired, new CodexErrors.ExperimentalApiRequired({ feature: "a" })),
  example(CodexErrors.RuntimeTooOld, new CodexErrors.RuntimeTooOld({ fields: ["a"], required: "1.0.0", actual: "" })),
  example(
    CodexErrors.PermissionsDiffer,
    new CodexErrors.PermissionsDiffer({ differences: [{ setting: "sandbox", required: "a", actual: "b" }] })
  ),
  example(CodexErrors.MethodNotSupported, new CodexErrors.MethodNotSupported({ required: "1.0.0", actual: "" })),
  example(CodexErrors.InputTooLarge, new CodexErrors.InputTooLarge({ maxChars: 1, actualChars: 2 })),
  example(
    CodexErrors.ConfigurationInvalid,
    classify({ code: -32600, message: `failed to load configuration: ${secret}`, data: secret })
  ),
  example(
    CodexErrors.LoginRequired,
    classify({ code: -32600, message: `codex account authentication required ${secret}` })
  ),
  example(CodexErrors.InvalidInput, new CodexErrors.InvalidInput({ argument: "a", description: "b" })),
  example(CodexErrors.RequestRejected, classify({ code: 5, message: secret, data: { [secret]: [secret] } })),
  example(
    CodexErrors.DecodeFailed,
    new CodexErrors.DecodeFailed({ path: '["a"]', expected: "b", raw: Redacted.make({ [secret]: [secret, 1n] }) })
  ),
  example(CodexErrors.EncodeFailed, new CodexErrors.EncodeFailed()),
  example(CodexErrors.Saturated, new CodexErrors.Saturated({ waitingFor: "turn", scope: "key", waiting: 1, limit: 1 })),
  example(CodexErrors.PoolClosed, new CodexErrors.PoolClosed()),
  example(CodexErrors.HomeInUse, new CodexErrors.HomeInUse()),
  example(
    TurnErrors.TurnFailed,
    new TurnErrors.TurnFailed({
      ...turn,
      reason: new TurnErrors.ModelConnectionFailed({ kind: "a", httpStatusCode: 502 })
    })
  ),
  example(TurnErrors.TurnInterrupted, new TurnErrors.TurnInterrupted(turn)),
  example(
    TurnErrors.TurnStalled,
    new TurnErrors.TurnStalled({ ...turn, idleTimeout: Duration.millis(1), retrying: Option.some(turnError) })
  ),
  example(
    TurnErrors.TurnTimedOut,
    new TurnErrors.TurnTimedOut({ ...turn, maxDuration: Duration.millis(1), retrying: Option.some(turnError) })
  ),
  example(
    TurnErrors.OutcomeUnknown,
    new TurnErrors.OutcomeUnknown({ threadId: "t", turnId: "u", status: "interrupted", seen: result })
  ),
  example(TurnErrors.EventsOverflowed, new TurnErrors.EventsOverflowed({ capacity: 1 })),
  example(TurnErrors.ServerOverloaded, new TurnErrors.ServerOverloaded()),
  example(TurnErrors.RateLimited, new TurnErrors.RateLimited()),
  example(TurnErrors.UsageLimitExceeded, new TurnErrors.UsageLimitExceeded()),
  example(TurnErrors.ContextWindowExceeded, new TurnErrors.ContextWindowExceeded()),
  example(TurnErrors.Unauthorized, new TurnErrors.Unauthorized()),
  example(TurnErrors.ModelNotFound, new TurnErrors.ModelNotFound()),
  example(TurnErrors.PolicyViolation, classifyTurnError({ message: secret, codexErrorInfo: "cyberPolicy" })),
  example(
    TurnErrors.ModelConnectionFailed,
    classifyTurnError({ message: secret, codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 502 } } })
  ),
  example(TurnErrors.OtherFailure, classifyTurnError(turnError)),
  example(StructuredOutput.NoAnswer, new StructuredOutput.NoAnswer()),
  example(StructuredOutput.NotJson, new StructuredOutput.NotJson()),
  example(StructuredOutput.DoesNotFit, doesNotFit),
  example(
    StructuredOutput.StructuredOutputInvalid,
    new StructuredOutput.StructuredOutputInvalid({ ...turn, reason: doesNotFit, attempts: [result, result] })
  ),
  example(Goal.GoalsDisabled, new Goal.GoalsDisabled()),
  example(Goal.ThreadNotPersisted, new Goal.ThreadNotPersisted()),
  example(Goal.GoalNotStarted, new Goal.GoalNotStarted({ timeout: Duration.millis(1) })),
  example(Goal.GoalNotActivated, new Goal.GoalNotActivated()),
  example(Goal.GoalError, new Goal.GoalError({ threadId: "t", reason: new Goal.GoalsDisabled() })),
  example(UserInput.AnswerRefused, new UserInput.AnswerRefused({ ...turn, questionId: "q", reason: "notAnOption" })),
  example(
    Elicitation.FormAnswerInvalid,
    new Elicitation.FormAnswerInvalid({ serverName: "a", issues: [{ field: "b", expected: "c" }] })
  ),
  example(
    Elicitation.AnswerNotOffered,
    new Elicitation.AnswerNotOffered({ serverName: "a", answer: "acceptAlways", offers: ["session"] })
  ),
  example(
    Permissions.GrantRefused,
    new Permissions.GrantRefused({ threadId: "t", turnId: "u", part: "reads", reason: "notAsked" })
  ),
  example(Account.LoginFailed, loginFailed("l", new Account.Other(), secret)),
  example(Account.NotLoggedIn, new Account.NotLoggedIn({ requiresOpenaiAuth: true })),
  example(Account.Cancelled, ofCompletion(`${secret}: was not completed`, { cancelled: false, replaced: false })),
  example(Account.Replaced, new Account.Replaced()),
  example(Account.PortTaken, ofCompletion(`login cancelled ${secret}`, { cancelled: false, replaced: false })),
  example(Account.Denied, ofCompletion(`access_denied ${secret}`, { cancelled: false, replaced: false })),
  example(Account.WorkspaceRouting, new Account.WorkspaceRouting()),
  example(Account.TimedOut, new Account.TimedOut()),
  example(Account.ExternalTokensActive, new Account.ExternalTokensActive()),
  example(Account.Other, ofCompletion(secret, { cancelled: false, replaced: false }))
]

const src = join(import.meta.dirname, "../src")

/** The identifiers of the classes of errors among the exports of every module of the package. */
const exported = Effect.promise(async () => {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value === "function" && value.prototype instanceof Error && "identifier" in value) {
      found.add(String(value.identifier))
    }
  }
  for (const file of [
    ...readdirSync(src).filter((file) => file.endsWith(".ts")),
    ...["cluster", "testing", "workflow"].map((folder) => `${folder}/index.ts`)
  ]) {
    const module: Readonly<Record<string, unknown>> = await import(join(src, file))
    for (const value of Object.values(module)) {
      visit(value)
      if (typeof value === "object" && value !== null) Object.values(value).forEach(visit)
    }
  }
  return [...found].toSorted()
})

const whole = { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity }

/** Every form of an error in a log or on a screen. */
const printed = (error: Failure): ReadonlyArray<readonly [printer: string, text: string]> => [
  ["message", error.message],
  ["stack", String(error.stack)],
  ["String", String(error)],
  ["JSON.stringify", JSON.stringify(error)],
  ["JSON.stringify of what it is in", JSON.stringify({ exit: Exit.fail(error), option: Option.some(error) })],
  ["JSON.stringify of its own properties", JSON.stringify({ ...error })],
  ["inspect", inspect(error, whole)],
  ["inspect of what is hidden", inspect(error, { ...whole, showHidden: true })],
  ["inspect without custom functions", inspect(error, { ...whole, showHidden: true, customInspect: false })],
  ["inspect of what it is in", inspect([Exit.fail(error), Option.some(error), { ...error }], whole)],
  ["structuredClone", inspect(structuredClone(error), whole)],
  ["Cause.pretty of a failure", Cause.pretty(Cause.fail(error))],
  ["Cause.pretty of a defect", Cause.pretty(Cause.die(error))],
  ["String of what it is in", `${String(Cause.fail(error))}${String(Exit.die(error))}${String(Option.some(error))}`],
  ["Formatter.format", Formatter.format(error, { space: 2 })],
  ["Formatter.format without toString", Formatter.format([error, { error }], { ignoreToString: true })],
  ["Formatter.formatJson", Formatter.formatJson({ error, at: [error] })],
  ["Inspectable", Inspectable.toStringUnknown(error) + inspect(Inspectable.toJson(error), whole)],
  [
    "an issue of a schema",
    String(Option.getOrThrow(Exit.findErrorOption(Schema.decodeUnknownExit(Schema.Number)(error))))
  ]
]

/** What the loggers write for an error as a message, a cause and an annotation; and what a span keeps of it. */
const logged = Effect.fnUntraced(function* (error: Failure) {
  const lines: Array<readonly [string, string]> = []
  const spans: Array<Tracer.NativeSpan> = []
  const keep = (name: string) => (output: unknown) => {
    lines.push([name, typeof output === "string" ? output : inspect(output, whole)])
  }
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(["pretty", String(chunk)])
      done()
    }
  })
  const console = new NodeConsole.Console({ stdout: output, stderr: output, inspectOptions: whole })
  const loggers = [
    Logger.map(Logger.formatJson, keep("JSON")),
    Logger.map(Logger.formatStructured, keep("structured")),
    Logger.map(Logger.formatStructured, (entry) => keep("structured, as JSON")(JSON.stringify(entry))),
    Logger.map(Logger.formatLogFmt, keep("logfmt")),
    Logger.map(Logger.formatSimple, keep("simple")),
    Logger.consolePretty({ mode: "tty" }),
    Logger.consolePretty({ mode: "browser" }),
    Logger.defaultLogger
  ]
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  yield* Effect.logError("a failure", error).pipe(
    Effect.andThen(Effect.logError("a cause", Cause.fail(error))),
    Effect.andThen(Effect.logError(error, { error })),
    Effect.annotateLogs({ error }),
    Effect.provide(Logger.layer(loggers)),
    Effect.provideService(Console.Console, console)
  )
  yield* Effect.fail(error).pipe(
    Effect.withSpan("span", { attributes: { error } }),
    Effect.withTracer(tracer),
    Effect.exit
  )
  assert.isAbove(lines.length, 10)
  assert.lengthOf(spans, 1)
  return [...lines, ...spans.map((span) => ["span", inspect(span, whole)] as const)]
})

/** The properties that a program at the other end can read. */
const held = (error: Failure): string => {
  const values = ["result", "attempts", "retrying", "answer"].map((key): unknown => Reflect.get(error, key))
  const opened = [...Object.values(error), ...Object.values("reason" in error ? Object(error.reason) : {})].map(
    (value) => (Redacted.isRedacted(value) ? Redacted.value(value) : value)
  )
  return inspect([values, opened], whole)
}

/** The output of `JSON.stringify`, except the lines of a process, which stay on its machine. */
const shown = (error: Failure): unknown => ({ ...JSON.parse(JSON.stringify(error)), stderr: [] })

describe("an error of this package", () => {
  it.effect("has an example here", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(examples.map(({ identifier }) => identifier).toSorted(), yield* exported)
    })
  )

  it("has the fields that it was made with", () => {
    const retrying = Option.some(turnError)
    const stalled = new TurnErrors.TurnStalled({ ...turn, idleTimeout: Duration.millis(1), retrying })
    const late = new TurnErrors.TurnTimedOut({ ...turn, maxDuration: Duration.millis(1), retrying })
    const invalid = new StructuredOutput.StructuredOutputInvalid({ ...turn, reason: doesNotFit, attempts: [result] })
    for (const error of [stalled, late, new TurnErrors.TurnInterrupted(turn), invalid]) {
      assert.strictEqual(error.result, result)
      assert.deepStrictEqual(error.collected, { items: 3, unfinishedItems: 1, totalTokens: 15 })
    }
    for (const error of [stalled, late]) assert.strictEqual(error.retrying, retrying)
    assert.deepStrictEqual(invalid.attempts, [result])
    assert.deepStrictEqual(invalid.answer, Option.some(secret))
    assert.strictEqual(Redacted.value(doesNotFit.details), secret)
  })

  it("rejects invalid fields without quoting them", () => {
    // As a JavaScript program can.
    const made = Effect.runSyncExit(
      Effect.try(() => Reflect.construct(TurnErrors.TurnInterrupted, [{ ...turn, result: { [secret]: secret } }]))
    )
    assert.isTrue(Exit.isFailure(made))
    assert.include(inspect(made, whole), "turn result")
    clean([["inspect", inspect(made, whole)]], "a failed construction")
  })

  it("prints no text of the server or the model", () => {
    for (const { error, formatted, identifier } of examples) {
      clean([...printed(error), ["Schema.toFormatter", formatted]], identifier)
    }
  })

  it.effect("logs no text of the server or the model, and puts none into a span", () =>
    Effect.forEach(examples, ({ error, identifier }) => Effect.map(logged(error), (texts) => clean(texts, identifier)))
  )

  it.effect("is encoded as JSON with its tag, message, ids and numbers, and without such a text", () =>
    Effect.gen(function* () {
      for (const { error, identifier, sent } of examples) {
        const there = yield* sent
        clean([["JSON by its schema", there.json]], identifier)
        clean([...printed(there.error), ["what it holds", held(there.error)]], identifier)
        assert.strictEqual(there.error.constructor, error.constructor, identifier)
        assert.strictEqual(there.error.message, error.message, identifier)
        assert.strictEqual(there.error.isRetryable, error.isRetryable, identifier)
        assert.deepStrictEqual(shown(there.error), shown(error), identifier)
      }
    })
  )

  it("says whether it can be retried", () => {
    const retryable = examples.flatMap(({ error, identifier }) => {
      assert.isBoolean(error.isRetryable, identifier)
      return error.isRetryable ? [error._tag] : []
    })
    assert.deepStrictEqual(retryable, [
      "StoreFailed",
      "LocalFailed",
      "ThreadLoaded",
      "DirectoryError",
      "DirectoryFailed",
      "ClaimedByOther",
      "InboxFailed",
      "FolderInUse",
      "FolderFailed",
      "Overloaded",
      "ActiveWriter",
      "ThreadBusy",
      "Saturated",
      "HomeInUse",
      "EventsOverflowed",
      "ServerOverloaded",
      "RateLimited",
      "GoalNotStarted",
      "PortTaken",
      "TimedOut"
    ])
  })

  it.effect("is decoded from JSON with a result that has numbers and names only", () =>
    Effect.gen(function* () {
      const codec = Schema.toCodecJson(TurnErrors.TurnStalled)
      const info = { "~unknown": { unknown: { httpStatusCode: 502 } } }
      const here = new TurnErrors.TurnStalled({
        ...turn,
        idleTimeout: Duration.millis(1),
        retrying: Option.some(turnError)
      })
      const there = yield* Effect.flatMap(Schema.encodeEffect(codec)(here), Schema.decodeEffect(codec))
      const item = (type: string) => ({ type: "~unknown", raw: { type } }) as const
      assert.deepStrictEqual<unknown>(there.result, {
        ...result,
        status: "unknown",
        error: Option.some({ message: "<redacted>", codexErrorInfo: info }),
        finalResponse: Option.none(),
        items: [item("userMessage"), item("agentMessage"), item("unknown")],
        warnings: [{ method: "warning", message: "<redacted>" }],
        unfinishedItems: [item("plan")],
        goal: { ...result.goal, objective: "<redacted>", status: "unknown" }
      })
      assert.deepStrictEqual(there.retrying, Option.some({ message: "<redacted>", codexErrorInfo: info }))
    })
  )

  it("has the server's name of a failure, if that is a name", () => {
    const kindOf = (codexErrorInfo: CodexErrorInfo | null) => {
      const reason = classifyTurnError({ message: secret, codexErrorInfo })
      return "kind" in reason ? reason.kind : reason._tag
    }
    const object = (name: string) => ({ "~unknown": { [name]: {} } })
    for (const given of [(name: string) => name, object]) {
      assert.strictEqual(kindOf(given("newFailure")), "newFailure")
      assert.strictEqual(kindOf(given("a".repeat(60))), "a".repeat(60))
      for (const name of ["a".repeat(61), "", "a b", "a-b", "sk-1", "a1", `${secret}`]) {
        assert.strictEqual(kindOf(given(name)), "unknown", name)
      }
    }
    assert.strictEqual(kindOf(null), "unknown")
  })

  it.effect("can be retried, also after JSON, only if its turn did nothing that would be done twice", () =>
    Effect.gen(function* () {
      const message = { type: "agentMessage", id: "b", text: secret, phase: null } as const
      const compaction = { type: "contextCompaction", id: "c" } as const
      const codec = Schema.toCodecJson(TurnErrors.TurnFailed)
      const cases = [
        [true, []],
        [true, [message]],
        [true, [{ type: "~unknown", raw: { type: "agentMessage" } }]],
        [false, [message, compaction]],
        [false, [{ type: "~unknown", raw: { type: "later" } }]]
      ] as const
      for (const [expected, items] of cases) {
        for (const some of [{ items }, { unfinishedItems: items }]) {
          const reason = new TurnErrors.ServerOverloaded()
          const here = new TurnErrors.TurnFailed({
            ...turn,
            reason,
            result: { ...result, items: [], unfinishedItems: [], ...some }
          })
          const there = yield* Effect.flatMap(Schema.encodeEffect(codec)(here), Schema.decodeEffect(codec))
          assert.deepStrictEqual([here, there].map(Retry.isOverload), [expected, expected])
          assert.deepStrictEqual(
            [here, there].map(({ isRetryable }) => isRetryable),
            [expected, expected]
          )
        }
      }
    })
  )

  it.effect("encodes only those lines of a process that its message shows", () =>
    Effect.gen(function* () {
      const codec = Schema.toCodecJson(CodexErrors.CodexError)
      const stderr = ["a line", "error: another", secret]
      const end = { _tag: "EndOfOutput" } as const
      const sent = Effect.fnUntraced(function* (reason: CodexErrors.Reason) {
        const error = new CodexErrors.CodexError({ method: "a", reason })
        const json = JSON.stringify(yield* Schema.encodeEffect(codec)(error))
        const there = yield* Schema.decodeUnknownEffect(codec)(JSON.parse(json))
        assert.strictEqual(there.message, error.message)
        assert.notInclude(json, secret)
        return "stderr" in there.reason ? there.reason.stderr : []
      })
      assert.deepStrictEqual(yield* sent(new CodexErrors.StartTimeout({ timeout: Duration.millis(1), stderr })), [])
      assert.deepStrictEqual(yield* sent(new CodexErrors.ConnectionClosed({ end, phase: "running", stderr })), [])
      assert.deepStrictEqual(
        yield* sent(new CodexErrors.ConnectionClosed({ end, phase: "starting", stderr })),
        stderr.slice(1, 2)
      )
    })
  )
})
