import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Exit, Layer, Option, Scope, Stream } from "effect"
import { ChildProcessSpawner } from "effect/process"
import * as Codex from "../src/Codex.ts"
import { codexVersion } from "../src/generated/version.ts"
import { isNewEnough } from "../src/internal/thread/runtimeGate.ts"
import * as CodexTest from "../src/testing/CodexTest.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import * as Input from "../src/Input.ts"
import * as Thread from "../src/Thread.ts"
import * as Peer from "./support/peer.ts"
import * as Wire from "./support/wire.ts"

const onBinary = (options?: CodexTest.Options) =>
  Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("done") }, ...options }))

/** Another process on the same home. */
const another = Layer.unwrap(
  Effect.map(CodexTest.TestHome, ({ env, workspace }) => Codex.layer({ cwd: workspace, env, inheritEnv: false }))
).pipe(Layer.provide(NodeServices.layer))

const reasonOf = (effect: Effect.Effect<unknown, unknown>) =>
  Effect.map(Effect.flip(effect), (error) =>
    error instanceof Object && "reason" in error && error.reason instanceof Object && "_tag" in error.reason
      ? error.reason._tag
      : error
  )

const idsOf = (threads: Iterable<{ readonly id: string }>) => Array.from(threads, ({ id }) => id)

const turnsOf = ({ reply }: Thread.Thread) => reply.thread.turns.length

/** Three pages of two threads. */
const page = ({ cursor }: Wire.Sent["params"]) => {
  const at = cursor === undefined ? 0 : Number(cursor)
  return { data: [Peer.thread(`t${at}`), Peer.thread(`u${at}`)], nextCursor: at < 2 ? String(at + 1) : null }
}

const nowhere = "019c0000-0000-7000-8000-000000000000"

describe("the server", () => {
  it.live("tells its name, version and home", () =>
    Effect.gen(function* () {
      const { metadata } = yield* Codex.Codex
      const { codexHome } = yield* CodexTest.TestHome
      assert.strictEqual(metadata.version, codexVersion)
      assert.include(metadata.userAgent, `${metadata.name}/${codexVersion}`)
      assert.strictEqual(metadata.codexHome, codexHome)
    }).pipe(onBinary())
  )

  it.live("lists its models in pages and as one stream, hidden ones only if asked", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const all = Array.from(yield* Stream.runCollect(codex.models()))
      assert.isNotEmpty(all)
      assert.isTrue(all.every(({ hidden }) => !hidden))
      const page = yield* codex.listModels({ limit: 2 })
      assert.deepStrictEqual(page.data, all.slice(0, 2))
      assert.deepStrictEqual(Array.from(yield* Stream.runCollect(codex.models({ limit: 2 }))), all)
      const rest = yield* Stream.runCollect(codex.models({ cursor: page.nextCursor, limit: 3 }))
      assert.deepStrictEqual(Array.from(rest), all.slice(2))
      const hidden = Array.from(yield* Stream.runCollect(codex.models({ includeHidden: true })))
      assert.isAbove(hidden.length, all.length)
    }).pipe(onBinary())
  )

  it.live("tells who is logged in", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { account, requiresOpenaiAuth } = yield* codex.account()
      assert.deepStrictEqual([account, requiresOpenaiAuth], [null, false])
    }).pipe(onBinary())
  )

  it.effect("is asked to renew the token only if that is wanted", () =>
    Effect.gen(function* () {
      const reply = { account: null, requiresOpenaiAuth: true }
      const { codex, paramsOf } = yield* Wire.connect({ replies: { "account/read": () => reply } })
      yield* codex.account()
      yield* codex.account({ refreshToken: true })
      assert.deepStrictEqual(paramsOf("account/read"), [{ refreshToken: false }, { refreshToken: true }])
    })
  )
})

describe("a thread that was kept", () => {
  it.live("goes through its life: run, named, read, resumed, forked, archived, unarchived, deleted", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run("hello")
      yield* thread.setName("a name")
      assert.strictEqual((yield* thread.read()).name, "a name")
      const resumed = yield* codex.resumeThread(thread.id)
      assert.strictEqual(resumed.id, thread.id)
      const fork = yield* codex.forkThread(thread.id)
      assert.notStrictEqual(fork.id, thread.id)
      assert.strictEqual(fork.reply.thread.forkedFromId, thread.id)
      assert.sameMembers(Array.from(yield* codex.loadedThreads), [thread.id, fork.id])

      assert.isUndefined(yield* codex.archiveThread(thread.id))
      assert.strictEqual(yield* reasonOf(thread.run("away")), "ThreadNotFound")
      assert.strictEqual(yield* reasonOf(codex.resumeThread(thread.id)), "ThreadArchived")
      assert.strictEqual(yield* reasonOf(codex.archiveThread(thread.id)), "RolloutNotFound")

      // Unlike the protocol's own, it gives a thread that can be used.
      const back = yield* codex.unarchiveThread(thread.id)
      assert.strictEqual(back.id, thread.id)
      const result = yield* back.run("back")
      assert.deepStrictEqual(result.finalResponse, Option.some("done"))
      assert.strictEqual(yield* reasonOf(codex.unarchiveThread(nowhere)), "RolloutNotFound")

      assert.strictEqual(yield* reasonOf(codex.deleteThread(thread.id)), "RequestRejected")
      yield* codex.deleteThread(fork.id)
      assert.isUndefined(yield* codex.deleteThread(thread.id))
      assert.strictEqual(yield* reasonOf(codex.resumeThread(thread.id)), "RolloutNotFound")
      assert.strictEqual(yield* reasonOf(codex.deleteThread(thread.id)), "RolloutNotFound")
    }).pipe(onBinary())
  )

  it.live("is listed as archived or not, in pages and as one stream", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const ids: Array<string> = []
      for (const text of ["one", "two", "three"]) {
        const thread = yield* codex.startThread()
        yield* thread.run(text)
        ids.push(thread.id)
      }
      const [first = "", second = "", third = ""] = ids
      yield* codex.archiveThread(second)
      assert.deepStrictEqual(idsOf((yield* codex.listThreads({ sortDirection: "asc" })).data), [first, third])
      assert.deepStrictEqual(idsOf((yield* codex.listThreads({ archived: true })).data), [second])
      yield* codex.unarchiveThread(second)
      assert.sameMembers(idsOf(yield* Stream.runCollect(codex.threads({ limit: 1 }))), ids)
      assert.lengthOf(idsOf((yield* codex.listThreads({ limit: 2 })).data), 2)
      assert.deepStrictEqual(idsOf(yield* Stream.runCollect(codex.threads({ cwd: "/elsewhere" }))), [])
      assert.strictEqual(yield* reasonOf(Stream.runDrain(codex.threads({ cursor: "nonsense" }))), "RequestRejected")
    }).pipe(onBinary())
  )

  it.live("comes without its history unless that is asked for", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run("one")
      assert.strictEqual(turnsOf(yield* codex.resumeThread(thread.id)), 0)
      assert.strictEqual(turnsOf(yield* codex.resumeThread(thread.id, { includeTurns: true })), 1)
      assert.strictEqual(turnsOf(yield* codex.forkThread(thread.id)), 0)
      assert.strictEqual(turnsOf(yield* thread.fork({ includeTurns: true })), 1)
    }).pipe(onBinary())
  )
})

describe("resumeOrStart", () => {
  it.live(
    "resumes what there is, and starts anew without an id, for an unknown one, and for a thread without a turn",
    () =>
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const fresh = yield* codex.startThread()
        for (const id of [undefined, nowhere, fresh.id]) {
          const started = yield* codex.resumeOrStart(id)
          assert.notStrictEqual(started.id, id)
          assert.deepStrictEqual(
            [started.reply.approvalPolicy, started.reply.approvalsReviewer],
            ["on-request", "auto_review"]
          )
          yield* started.run("hello")
        }
        const kept = yield* codex.startThread({ approvalMode: "deny_all" })
        yield* kept.run("hello")
        const resumed = yield* codex.resumeOrStart(kept.id)
        assert.deepStrictEqual([resumed.id, resumed.reply.approvalPolicy], [kept.id, "never"])
      }).pipe(onBinary())
  )

  it.live(
    "leaves every other failure one: an archived thread, an id that is none, a thread that another process has open",
    () =>
      Effect.gen(function* () {
        const codex = yield* Codex.Codex
        const archived = yield* codex.startThread()
        yield* archived.run("hello")
        yield* codex.archiveThread(archived.id)
        const open = yield* codex.startThread()
        yield* open.run("hello")
        const before = yield* codex.loadedThreads
        assert.strictEqual(yield* reasonOf(codex.resumeOrStart(archived.id)), "ThreadArchived")
        assert.strictEqual(yield* reasonOf(codex.resumeOrStart("no id")), "RequestRejected")
        assert.deepStrictEqual(yield* codex.loadedThreads, before)
        const reason = yield* Effect.gen(function* () {
          return yield* reasonOf((yield* Codex.Codex).resumeOrStart(open.id))
        }).pipe(Effect.provide(another))
        assert.strictEqual(reason, "ActiveWriter")
      }).pipe(onBinary())
  )

  it.effect("sends each request what it takes, and no second one for another failure", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      yield* codex.resumeOrStart("kept", { approvalMode: "ask", ephemeral: true, includeTurns: true, model: "m" })
      yield* codex.resumeOrStart(undefined, { approvalMode: "ask", ephemeral: true, includeTurns: true, model: "m" })
      const approvals = { approvalPolicy: "on-request", approvalsReviewer: "user" }
      assert.deepStrictEqual(sent(), [
        { method: "thread/resume", params: { threadId: "kept", ...approvals, excludeTurns: false, model: "m" } },
        { method: "thread/start", params: { ...approvals, ephemeral: true, model: "m" } }
      ])
    })
  )
})

describe("settings on the wire", () => {
  const common = {
    baseInstructions: "b",
    config: { a: null },
    cwd: "/w",
    developerInstructions: "d",
    model: "m",
    modelProvider: "p",
    serviceTier: "flex"
  }

  it.effect("every setting of a thread is sent under the protocol's name, and a null that means something stays", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      yield* codex.startThread({
        ...common,
        approvalMode: "inherit",
        ephemeral: false,
        personality: "none",
        serviceName: "s",
        sessionStartSource: "clear",
        threadSource: "t"
      })
      yield* codex.resumeThread("x", { ...common, personality: "none", serviceTier: null })
      yield* codex.forkThread("x", {
        ...common,
        beforeTurnId: "u1",
        ephemeral: true,
        lastTurnId: "u2",
        serviceTier: null,
        threadSource: "t"
      })
      assert.deepStrictEqual(
        sent().map(({ params }) => params),
        [
          {
            ...common,
            ephemeral: false,
            personality: "none",
            serviceName: "s",
            sessionStartSource: "clear",
            threadSource: "t"
          },
          { ...common, threadId: "x", excludeTurns: true, personality: "none", serviceTier: null },
          {
            ...common,
            threadId: "x",
            excludeTurns: true,
            beforeTurnId: "u1",
            ephemeral: true,
            lastTurnId: "u2",
            serviceTier: null,
            threadSource: "t"
          }
        ]
      )
    })
  )

  it.effect("every filter of the lists is sent under the protocol's name, null for those in none", () =>
    Effect.gen(function* () {
      const empty = { data: [], nextCursor: null }
      const { codex, paramsOf } = yield* Wire.connect({
        replies: { "thread/list": () => empty, "model/list": () => empty }
      })
      const filters = {
        archived: true,
        cursor: "c",
        cwd: ["/a", "/b"],
        limit: 3,
        modelProviders: ["p"],
        searchTerm: "s",
        sectionId: null,
        sortDirection: "asc",
        sortKey: "updated_at",
        sourceKinds: ["cli"],
        useStateDbOnly: true
      } as const
      yield* codex.listThreads(filters)
      yield* Stream.runDrain(codex.threads(filters))
      yield* codex.listThreads()
      yield* codex.listModels({ includeHidden: true })
      assert.deepStrictEqual(paramsOf("thread/list"), [filters, filters, {}])
      assert.deepStrictEqual(paramsOf("model/list"), [{ includeHidden: true }])
    })
  )

  it.effect("the next page is asked for only when it is wanted", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect({ replies: { "thread/list": page } })
      const cursors = () => paramsOf("thread/list").map(({ cursor }) => cursor)
      assert.deepStrictEqual(idsOf(yield* Stream.runCollect(codex.threads().pipe(Stream.take(2)))), ["t0", "u0"])
      assert.deepStrictEqual(cursors(), [undefined])
      assert.deepStrictEqual(idsOf(yield* Stream.runCollect(codex.threads())), ["t0", "u0", "t1", "u1", "t2", "u2"])
      assert.deepStrictEqual(cursors(), [undefined, undefined, "1", "2"])
    })
  )

  it.effect("a server that names the same page again doesn't make the list endless", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect({
        replies: { "thread/list": () => ({ data: [Peer.thread("t")], nextCursor: "again" }) }
      })
      assert.lengthOf(Array.from(yield* Stream.runCollect(codex.threads())), 2)
      assert.lengthOf(paramsOf("thread/list"), 2)
    })
  )
})

describe("an older runtime", () => {
  it("is one before 0.151.0, a prerelease of it, or of unknown version", () => {
    for (const version of [
      "0.150.9",
      "0.151.0-alpha.1",
      "0.151.0-rc.1+build",
      "0.9.200",
      "",
      "x",
      "0.151",
      "0.151.0.1"
    ]) {
      assert.isFalse(isNewEnough(version), version)
    }
    for (const version of ["0.151.0", "0.151.0+build", "0.151.1-alpha.1", "0.152.0-alpha.1.2", "0.169.0", "1.0.0"]) {
      assert.isTrue(isNewEnough(version), version)
    }
    // What a build from source calls itself.
    assert.isTrue(isNewEnough("0.0.0"))
  })

  for (const includeTurns of [undefined, true, false]) {
    it.effect(`a resume and a fork with includeTurns ${includeTurns} say so in the server's terms, if they can`, () =>
      Effect.gen(function* () {
        const expected = includeTurns === undefined ? true : !includeTurns
        for (const [version, supported] of [
          ["0.169.0", true],
          ["0.151.0", true],
          ["0.150.0", false]
        ] as const) {
          const { codex, sent } = yield* Wire.connect({ version })
          const calls: ReadonlyArray<Effect.Effect<unknown, Error>> = [
            codex.resumeThread("x", { includeTurns }),
            codex.forkThread("x", { includeTurns })
          ]
          for (const call of calls) {
            if (supported || includeTurns === undefined) yield* call
            else {
              assert.include(
                (yield* Effect.flip(call)).message,
                "excludeTurns needs codex 0.151.0 or newer, and 0.150.0 runs"
              )
            }
          }
          assert.deepStrictEqual(
            sent().map(({ params }) => params["excludeTurns"]),
            supported ? [expected, expected] : includeTurns === undefined ? [undefined, undefined] : [],
            version
          )
        }
      })
    )
  }

  it.effect("a turn that needs more than it knows is refused before anything is sent, and any other runs", () =>
    Effect.gen(function* () {
      for (const version of ["0.150.0", "0.151.0-alpha.3", "unknown"]) {
        const { codex, paramsOf } = yield* Wire.connect({ version })
        const thread = yield* codex.startThread()
        const message = Input.externalMessage({ toolName: "t", content: "c" })
        const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, Error>]> = [
          ["toolOutput", thread.run(message)],
          ["toolOutput", thread.turn(message)],
          ["toolOutput", thread.sendExternal(message)],
          ["turnTrigger", thread.run("x", { source: "cron" })],
          ["serviceTierForTurn", thread.turn("x", { turnServiceTier: "default" })],
          ["toolOutput, turnTrigger, serviceTierForTurn", thread.run(message, { source: "s", turnServiceTier: "t" })]
        ]
        for (const [fields, call] of calls) {
          assert.include((yield* Effect.flip(call)).message, `turn/start: ${fields} needs codex 0.151.0 or newer`)
        }
        assert.lengthOf(paramsOf("turn/start"), 0)
        yield* thread.run("x", { effort: "low" })
        assert.lengthOf(paramsOf("turn/start"), 1)
      }
    })
  )
})

describe("Thread.scoped", () => {
  it.live("unsubscribes at the end of the scope; a thread that is started plainly stays", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const plain = yield* Effect.scoped(codex.startThread())
      const scope = yield* Scope.make()
      const thread = yield* Scope.provide(Thread.scoped(codex.startThread()), scope)
      yield* thread.run("hello")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(yield* thread.unsubscribe, "notSubscribed")
      yield* plain.run("hello")
      assert.strictEqual(yield* plain.unsubscribe, "unsubscribed")
    }).pipe(onBinary())
  )
})

describe("the layers", () => {
  const configured = (entries: Readonly<Record<string, string>>, options: Codex.Options) =>
    Effect.map(Codex.Codex, ({ metadata }) => metadata).pipe(
      Effect.provide(Codex.layerConfig(options).pipe(Layer.provide(NodeServices.layer))),
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(entries)))
    )

  it.live("layerConfig needs nothing to be set", () =>
    Effect.gen(function* () {
      const metadata = yield* configured({}, { command: Peer.command(Peer.basic) })
      assert.strictEqual(metadata.version, codexVersion)
    })
  )

  it.live("layerConfig reads each setting, and what the program says comes first", () =>
    Effect.gen(function* () {
      const wrong = {
        CODEX_EXECUTABLE: "/nowhere/codex",
        CODEX_REQUEST_TIMEOUT: "0 seconds",
        CODEX_START_TIMEOUT: "0 seconds",
        CODEX_SHUTDOWN_GRACE: "-1 seconds",
        CODEX_MAX_IN_FLIGHT: "0",
        CODEX_MAX_LINE_BYTES: "0"
      }
      for (const [name, value] of Object.entries(wrong)) {
        const error = yield* Effect.flip(configured({ [name]: value }, {}))
        assert.match(
          String(error),
          /executable|requestTimeout|startTimeout|shutdownGrace|maxInFlight|maxLineBytes/,
          name
        )
      }
      yield* configured(
        { CODEX_MAX_IN_FLIGHT: "0", CODEX_EXPERIMENTAL_API: "false" },
        { maxInFlight: 1, command: Peer.command(Peer.basic) }
      )
    })
  )

  it.live("nothing is started where the options of the connection make no sense", () =>
    Effect.gen(function* () {
      const spawned: Array<string> = []
      const counting = Layer.effect(
        ChildProcessSpawner.ChildProcessSpawner,
        Effect.map(ChildProcessSpawner.ChildProcessSpawner, (spawner) =>
          ChildProcessSpawner.make((command) => {
            spawned.push(command._tag)
            return spawner.spawn(command)
          })
        )
      )
      const build = (options: Codex.Options) =>
        Effect.scoped(
          Layer.build(Codex.layer(options).pipe(Layer.provide(counting), Layer.provide(NodeServices.layer)))
        )
      const error = yield* Effect.flip(build({ maxInFlight: 0, command: Peer.command(Peer.basic) }))
      assert.strictEqual(error.reason._tag, "InvalidOptions")
      assert.deepStrictEqual(spawned, [])
      yield* build({ maxInFlight: 1, command: Peer.command(Peer.basic) })
      assert.deepStrictEqual(spawned, ["StandardCommand"])
    })
  )
})
