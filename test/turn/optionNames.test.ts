import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import * as Account from "../../src/Account.ts"
import { CodexClient } from "../../src/CodexClient.ts"
import type { CodexError } from "../../src/CodexError.ts"
import * as Turn from "./support.ts"

const settled = <A, E>(effect: Effect.Effect<A, E>) => Effect.flip(Effect.timeout(effect, "5 seconds"))

// Type boundary: what a caller without types can write.
const untyped = (options: unknown): never => options as never

const Answer = Schema.Struct({ text: Schema.String })

/** Every call that has options, with an unknown one, the closest name, and the method that the error names. */
const calls: ReadonlyArray<
  readonly [
    name: string,
    method: string,
    options: { readonly [name: string]: unknown },
    meant: string,
    call: (server: Turn.Server, options: never) => Effect.Effect<unknown, unknown>
  ]
> = [
  [
    "startThread",
    "thread/start",
    { sandbx: "readOnly" },
    "sandbox",
    ({ codex }, options) => codex.startThread(options)
  ],
  [
    "resumeThread",
    "thread/resume",
    { aproval_mode: "never" },
    "approvalMode",
    ({ codex }, options) => codex.resumeThread("t", options)
  ],
  [
    "resumeOrStart",
    "thread/resume",
    { sandBox: 1, ephemera: true },
    "sandbox",
    ({ codex }, options) => codex.resumeOrStart("t", options)
  ],
  [
    "resumeOrStart without an id",
    "thread/resume",
    { ephemera: true },
    "ephemeral",
    ({ codex }, options) => codex.resumeOrStart(undefined, options)
  ],
  [
    "unarchiveThread",
    "thread/resume",
    { modle: "m" },
    "model",
    ({ codex }, options) => codex.unarchiveThread("t", options)
  ],
  [
    "loginChatgpt",
    "account/login/start",
    { apBrand: "codex" },
    "appBrand",
    ({ codex }, options) => Effect.scoped(codex.loginChatgpt(options))
  ],
  [
    "loginWith",
    "Account.loginWith",
    { opne: () => Effect.void },
    "open",
    ({ client }, options) =>
      Account.loginWith(options).pipe(
        Effect.provideService(CodexClient, client),
        Effect.provideService(Account.Browser, { open: () => Effect.die(new Error("opened")) })
      )
  ],
  [
    "loginChatgptDeviceCode",
    "account/login/start",
    { timout: 1 },
    "timeout",
    ({ codex }, options) => Effect.scoped(codex.loginChatgptDeviceCode(options))
  ],
  ["listThreads", "thread/list", { pagesize: 3 }, "pageSize", ({ codex }, options) => codex.listThreads(options)],
  [
    "threads",
    "thread/list",
    { pagesize: 3 },
    "pageSize",
    ({ codex }, options) => Stream.runDrain(codex.threads(options))
  ],
  ["listModels", "model/list", { includeHiden: true }, "includeHidden", ({ codex }, o) => codex.listModels(o)],
  ["account", "account/read", { refreshTokn: true }, "refreshToken", ({ codex }, options) => codex.account(options)],
  ["forkThread", "thread/fork", { lastTurn: "t" }, "lastTurnId", ({ codex }, options) => codex.forkThread("t", options)]
]

/** The same on a thread. */
const onThread: ReadonlyArray<
  readonly [
    name: string,
    method: string,
    options: { readonly [name: string]: unknown },
    meant: string,
    call: (thread: Effect.Success<Turn.Server["thread"]>, options: never) => Effect.Effect<unknown, unknown>
  ]
> = [
  ["run", "turn/start", { maxDuraton: "1 second" }, "maxDuration", (thread, options) => thread.run("x", options)],
  ["runOnce", "turn/start", { ifInterupted: "fail" }, "ifInterrupted", (t, options) => t.runOnce("k", "x", options)],
  ["turnByKey", "thread/turns/list", { serchTurns: 1 }, "searchTurns", (t, options) => t.turnByKey("k", options)],
  ["turn", "turn/start", { effrot: "low" }, "effort", (thread, options) => thread.turn("x", options)],
  [
    "stream",
    "turn/start",
    { sandboxx: "readOnly" },
    "sandbox",
    (thread, options) => Stream.runDrain(thread.streamUntilEnd("x", options))
  ],
  ["send", "turn/start", { whenBussy: "reject" }, "whenBusy", (thread, options) => thread.send("x", options)],
  [
    "sendExternal",
    "turn/start",
    { idleTimout: 1 },
    "idleTimeout",
    (thread, options) => thread.sendExternal(untyped({ type: "external" }), options)
  ],
  ["runAs", "turn/start", { repairs: 1 }, "repair", (thread, options) => thread.runAs(Answer, "x", options)],
  [
    "review",
    "review/start",
    { maxDuraton: 1 },
    "maxDuration",
    (thread, options) => thread.review({ type: "uncommittedChanges" }, options)
  ],
  ["compact", "thread/compact/start", { whenExeeded: "leave" }, "whenExceeded", (t, options) => t.compact(options)],
  [
    "compactAndWait",
    "thread/compact/start",
    { idleTimeOuts: 1 },
    "idleTimeout",
    (thread, options) => thread.compactAndWait(options)
  ],
  ["fork", "thread/fork", { ephemral: true }, "ephemeral", (thread, options) => thread.fork(options)],
  ["runGoal", "thread/goal/set", { tokenBuget: 5 }, "tokenBudget", (thread, options) => thread.runGoal("x", options)],
  ["startGoal", "thread/goal/set", { orign: "user" }, "origin", (thread, options) => thread.startGoal("x", options)],
  ["read", "thread/read", { includeTurn: true }, "includeTurns", (thread, options) => thread.read(options)],
  [
    "history",
    "thread/turns/list",
    { itemView: "full" },
    "itemsView",
    (thread, options) => Stream.runDrain(thread.history(options))
  ],
  ["historyPage", "thread/turns/list", { pagesize: 3 }, "pageSize", (thread, options) => thread.historyPage(options)],
  [
    "items",
    "thread/items/list",
    { turnID: "t" },
    "turnId",
    (thread, options) => Stream.runDrain(thread.items(options))
  ],
  ["itemsPage", "thread/items/list", { cursr: "c" }, "cursor", (thread, options) => thread.itemsPage(options)],
  ["goal.set", "thread/goal/set", { objectiv: "x" }, "objective", (thread, options) => thread.goal.set(options)]
]

const assertRefused = (error: unknown, method: string, options: object, meant: string) => {
  // Type boundary: the assertions distinguish them.
  const { message, reason, ...rest } = error as CodexError
  assert.strictEqual(rest._tag, "CodexError", String(error))
  assert.strictEqual(reason._tag, "InvalidOptions")
  assert.strictEqual(rest.method, method)
  assert.include(message, `\`${Object.keys(options)[0]}\``)
  assert.include(message, `did you mean \`${meant}\`?`)
}

describe("an unknown option", () => {
  for (const [name, method, options, meant, call] of calls) {
    it.live(`is rejected by ${name}, and nothing is sent`, () =>
      Effect.gen(function* () {
        const server = yield* Turn.connect()
        assertRefused(yield* settled(call(server, untyped(options))), method, options, meant)
        assert.deepStrictEqual(server.methods(), [])
        // No thread was started before this one.
        assert.strictEqual((yield* server.thread).id, "thread-1")
      })
    )
  }

  for (const [name, method, options, meant, call] of onThread) {
    it.live(`is rejected by thread.${name}, and nothing is sent`, () =>
      Effect.gen(function* () {
        const server = yield* Turn.connect()
        const thread = yield* server.thread
        assertRefused(yield* settled(call(thread, untyped(options))), method, options, meant)
        assert.deepStrictEqual(server.methods(), [])
      })
    )
  }

  it.live("is rejected even if the running turn would take the input, and that turn continues", () =>
    Effect.gen(function* () {
      const server = yield* Turn.connect()
      const thread = yield* server.thread
      const starting = yield* Turn.background(thread.turn("x"))
      yield* server.accept("turn-1")
      yield* server.notifyAll(Turn.turnEvents(thread.id, "turn-1").start)
      const sent = yield* settled(thread.send("y", untyped({ sandbx: "readOnly" })))
      assertRefused(sent, "turn/start", { sandbx: 1 }, "sandbox")
      const external = yield* settled(thread.sendExternal(untyped({}), untyped({ sandbx: "readOnly" })))
      assertRefused(external, "turn/start", { sandbx: 1 }, "sandbox")
      assert.deepStrictEqual(server.methods(), ["turn/start"])
      starting.interruptUnsafe()
    })
  )

  it.live("is accepted if its value is undefined, and resumeOrStart accepts options of either half", () =>
    Effect.gen(function* () {
      const { codex } = yield* Turn.connect()
      yield* codex.startThread(untyped({ sandbox: undefined, sandbx: undefined }))
      yield* codex.resumeOrStart(undefined, { ephemeral: true, includeTurns: false })
    })
  )

  it.live("includes outputSchema in runAs, which has its own schema", () =>
    Effect.gen(function* () {
      const server = yield* Turn.connect()
      const thread = yield* server.thread
      const error = yield* settled(thread.runAs(Answer, "x", untyped({ outputSchema: {} })))
      assert.include(String(error), "`outputSchema`")
      assert.deepStrictEqual(server.methods(), [])
    })
  )

  it.live("is not reported for options that are not an object: these fail the call themselves", () =>
    Effect.gen(function* () {
      const server = yield* Turn.connect()
      const thread = yield* server.thread
      for (const options of [null, "read-only", 5, []]) {
        const given = untyped(options)
        for (const call of [
          server.codex.startThread(given),
          server.codex.resumeThread("t", given),
          server.codex.forkThread("t", given),
          thread.run("x", given),
          thread.send("x", given),
          thread.runAs(Answer, "x", given),
          thread.compact(given),
          thread.runGoal("x", given),
          thread.goal.set(given)
        ] satisfies ReadonlyArray<Effect.Effect<unknown, unknown>>) {
          assert.include(String(yield* settled<unknown, unknown>(call)), "expected an object")
        }
      }
      assert.deepStrictEqual(server.methods(), [])
    })
  )
})

describe("an unknown option of a call on something that runs", () => {
  it.live("is rejected by turn.interrupt, turn.eventsWith and raw calls, and nothing is sent", () =>
    Effect.gen(function* () {
      const server = yield* Turn.connect()
      const thread = yield* server.thread
      const turn = yield* Turn.startTurn(server, thread, "turn-1")
      const sent = server.methods().length
      const interrupt = yield* settled(turn.interrupt(untyped({ terminal: "ofTurn" })))
      assertRefused(interrupt, "turn/interrupt", { terminal: 1 }, "terminals")
      const events = yield* settled(Stream.runDrain(turn.eventsWith(untyped({ whenSlow: "fail", capacty: 5 }))))
      assertRefused(events, "Turn.eventsWith", { capacty: 1 }, "capacity")
      const call = yield* settled(server.client.request("model/list", {}, untyped({ timeOut: "1 second" })))
      assertRefused(call, "model/list", { timeOut: 1 }, "timeout")
      assert.strictEqual(server.methods().length, sent)
    })
  )
})

describe("an invalid value of an option", () => {
  it.live("is rejected with the expected values, and nothing is sent", () =>
    Effect.gen(function* () {
      const server = yield* Turn.connect()
      const thread = yield* server.thread
      const turn = yield* Turn.startTurn(server, thread, "turn-1")
      const sent = server.methods().length
      const refusals = [
        [thread.run("x", untyped({ whenExceeded: "leav" })), '"interrupt", "leave"'],
        [thread.runGoal("x", untyped({ whenExceeded: true })), '"interrupt", "leave"'],
        [thread.send("x", untyped({ whenBusy: "wait" })), '"steer", "queue", "reject"'],
        [thread.run("x", untyped({ outputSchema: Answer })), "use `thread.runAs`"],
        [thread.run("x", untyped({ outputSchema: "x" })), "a JSON Schema object"],
        [server.codex.startThread(untyped({ toolOptions: { timeout: "1 second" } })), "`toolOptions` requires `tools`"],
        [server.codex.resumeThread(""), "must not be empty"],
        [server.codex.resumeOrStart(" "), "must not be empty"],
        [server.codex.unarchiveThread("t", untyped({ sandbox: "writable" })), "readOnly"],
        [turn.interrupt(untyped({ terminals: "all" })), '"keep", "ofTurn"'],
        [Stream.runDrain(turn.eventsWith(untyped({ whenSlow: "drop" }))), '"merge", "dropDeltas", "fail"']
      ] as const
      for (const [call, words] of refusals) {
        const error = yield* settled<unknown, unknown>(call)
        assert.include(String(error), words)
      }
      assert.include(String(yield* settled(turn.interrupt(untyped({ timeout: "soon" })))), "`timeout`")
      assert.strictEqual(server.methods().length, sent)
    })
  )
})

describe("a JSON Schema in place of an Effect Schema", () => {
  it.live("is rejected by runAs, which says where JSON Schema goes, and nothing is sent", () =>
    Effect.gen(function* () {
      const server = yield* Turn.connect()
      const thread = yield* server.thread
      for (const schema of [{ type: "object" }, undefined, null, "text", () => 1]) {
        const error = yield* settled(thread.runAs(untyped(schema), "x"))
        assert.include(String(error), "Invalid argument `schema`: expected an Effect Schema")
        assert.include(String(error), "`outputSchema`")
      }
      assert.deepStrictEqual(server.methods(), [])
    })
  )
})
