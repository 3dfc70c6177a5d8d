import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger } from "effect"
import { existsSync } from "node:fs"
import { basename, join } from "node:path"
import * as Approval from "../../src/Approval.ts"
import * as Codex from "../../src/Codex.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as LoginIssuer from "../../src/testing/LoginIssuer.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

const quiet = Effect.provide(Logger.layer([]))

const model: MockModel.Options = { fallback: () => MockModel.reply("done") }

const patch = (file: string) =>
  MockModel.response([MockModel.applyPatch(`*** Begin Patch\n*** Add File: ${file}\n+hello\n*** End Patch`)])

/** Which of two files exist after the model has tried to write both, one of them beside the workspace. */
const written = Effect.gen(function* () {
  const codex = yield* Codex.Codex
  const model = yield* MockModel.MockModel
  const { workspace } = yield* CodexTest.TestHome
  yield* model.enqueue(patch("note"), patch("../note"))
  const thread = yield* codex.startThread({ approvalMode: "ask", sandbox: "readOnly" })
  yield* thread.run("Write both.")
  return ["note", "../note"].filter((file) => existsSync(join(workspace, file)))
})

describe("a mistake in a test's script", () => {
  const failureOf = (...scripts: ReadonlyArray<MockModel.Script>) =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      yield* (yield* MockModel.MockModel).enqueue(...scripts)
      return yield* Effect.flip((yield* codex.startThread()).run("a prompt"))
    }).pipe(Effect.provide(CodexTest.layer()), quiet)

  it.live("fails the turn immediately, with a message that names it: no reply is queued", () =>
    Effect.gen(function* () {
      const { message } = yield* failureOf()
      assert.include(message, "MockModel: no reply is queued. Enqueue one, or set `fallback`")
      assert.notInclude(message, "a prompt")
    })
  )

  it.live("fails the turn immediately, with a message that names it: a responder throws", () =>
    Effect.gen(function* () {
      const { message } = yield* failureOf(
        MockModel.respondWith(() => {
          throw new Error("my mistake")
        })
      )
      assert.include(message, "MockModel: a responder or a script failed")
      assert.notInclude(message, "my mistake")
    })
  )
})

describe("a policy that uses the workspace of the test", () => {
  it.live("is a layer that receives the home: it allows writes there only", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written, ["note"])
    }).pipe(
      Effect.provide(
        CodexTest.layer({
          model,
          serverRequests: ({ workspace }) =>
            ServerRequests.layer(Approval.handlers(Approval.allowWritesUnder([workspace])))
        })
      ),
      quiet
    )
  )

  it.live("is needed: both are declined without it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written, [])
    }).pipe(Effect.provide(CodexTest.layer({ model })), quiet)
  )

  it.live("may be in the settings, which receive the home, too", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written, ["note"])
    }).pipe(
      Effect.provide(
        CodexTest.layer({
          model,
          codex: ({ workspace }) => ({
            serverRequests: {
              "item/fileChange/requestApproval": ({ changes }) =>
                Effect.succeed({
                  decision: changes.every(({ path }) => path.endsWith(join(basename(workspace), "note")))
                    ? "accept"
                    : "decline"
                })
            }
          })
        })
      ),
      quiet
    )
  )
})

describe("settings that receive the home", () => {
  it.live("have their variables beside those of the home", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const { codexHome, workspace } = yield* CodexTest.TestHome
      assert.strictEqual(codex.metadata.codexHome, codexHome)
      yield* model.enqueue(
        MockModel.execCommand({ cmd: "echo $OF_TEST $CODEX_HOME", callId: "echo" }),
        MockModel.reply("done")
      )
      const thread = yield* codex.startThread()
      yield* thread.run("Say it.")
      assert.include((yield* model.requests).at(-1)?.toolOutput("echo"), `${workspace} ${codexHome}`)
    }).pipe(Effect.provide(CodexTest.layer({ codex: ({ workspace }) => ({ env: { OF_TEST: workspace } }) })), quiet)
  )
})

describe("handlers of a test", () => {
  class Rule extends Context.Service<Rule, { readonly file: string }>()("test/Rule") {}

  it.live("can require the model, the home, and any provided service", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* written, ["note"])
    }).pipe(
      Effect.provide(
        CodexTest.layer({
          model,
          serverRequests: ServerRequests.layer({
            "item/fileChange/requestApproval": Effect.fnUntraced(function* ({ changes }) {
              const { workspace } = yield* CodexTest.TestHome
              const { file } = yield* Rule
              const requests = yield* (yield* MockModel.MockModel).requests
              const allowed =
                requests.length > 0 && changes.every(({ path }) => path.endsWith(join(basename(workspace), file)))
              return { decision: allowed ? "accept" : "decline" }
            })
          }).pipe(Layer.provide(Layer.succeed(Rule, { file: "note" })))
        })
      ),
      quiet
    )
  )
})

it.live("a Codex with a login issuer accepts settings that receive the home, too", () =>
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const { workspace } = yield* CodexTest.TestHome
    assert.strictEqual(codex.metadata.name, `of-${basename(workspace)}`)
  }).pipe(
    Effect.provide(
      LoginIssuer.layerCodex({
        codex: ({ workspace }) => ({ clientInfo: { name: `of-${basename(workspace)}`, version: "1.0.0" } })
      })
    ),
    quiet
  )
)
