/**
 * Invalid working folders and thread ids, on the real binary.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import * as Codex from "../../src/Codex.ts"
import type { CodexError } from "../../src/CodexError.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"

const onServer = <A, E>(
  program: (codex: Codex.Codex) => Effect.Effect<A, E, CodexTest.TestHome | FileSystem.FileSystem>
) =>
  Effect.flatMap(Codex.Codex, program).pipe(
    Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("done") } })),
    Effect.provide(NodeServices.layer)
  )

const reasonOf = (call: Effect.Effect<unknown, unknown>) =>
  Effect.map(Effect.flip(call), (error) => {
    // Type boundary: each of these calls fails before a turn runs.
    const { message, reason } = error as CodexError
    return `${reason._tag}: ${message}`
  })

describe("a working folder that does not exist", () => {
  it.live("is rejected by each call that takes one, before anything is sent", () =>
    onServer((codex) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { workspace } = yield* CodexTest.TestHome
        const thread = yield* codex.startThread()
        yield* thread.run("so that it is saved")
        const cwd = "/no/such/folder"
        for (const call of [
          codex.startThread({ cwd }),
          codex.resumeThread(thread.id, { cwd }),
          codex.forkThread(thread.id, { cwd }),
          codex.resumeOrStart(undefined, { cwd }),
          thread.run("x", { cwd }),
          thread.turn("x", { cwd }),
          thread.runAs(Schema.Struct({ a: Schema.String }), "x", { cwd })
        ]) {
          assert.match(yield* reasonOf(call), /^InvalidOptions: .*`cwd`.*does not exist/)
        }
        yield* fs.writeFileString(`${workspace}/file`, "")
        assert.match(
          yield* reasonOf(codex.startThread({ cwd: `${workspace}/file` })),
          /^InvalidOptions: .*`cwd`.*not a directory/
        )
      })
    )
  )

  it.live("is sent unchanged if it is relative, or on another machine", () =>
    onServer((codex) =>
      Effect.gen(function* () {
        const relative = yield* codex.startThread({ cwd: "no/such/folder" })
        assert.match(relative.reply.cwd, /no\/such\/folder$/)
        const elsewhere = yield* codex.startThread({ cwd: "/no/such/folder", environments: [] })
        assert.strictEqual(elsewhere.reply.cwd, "/no/such/folder")
      })
    )
  )
})

describe("an invalid id of a thread", () => {
  it.live("is rejected by name, in every call", () =>
    onServer((codex) =>
      Effect.gen(function* () {
        for (const call of [
          codex.resumeThread("my-thread"),
          codex.resumeOrStart("my-thread"),
          codex.forkThread("my-thread"),
          codex.archiveThread("my-thread"),
          codex.deleteThread("my-thread")
        ]) {
          assert.match(yield* reasonOf(call), /^InvalidInput: .*`threadId`: not the id of a thread, which is a UUID/)
        }
      })
    )
  )

  it.live("may be a handle, from JavaScript: the message says to pass its id", () =>
    onServer((codex) =>
      Effect.gen(function* () {
        const thread = yield* codex.startThread()
        // Type boundary: what a caller without types can write.
        const handle = thread as unknown as string
        for (const call of [
          codex.resumeThread(handle),
          codex.resumeOrStart(handle),
          codex.forkThread(handle),
          codex.archiveThread(handle),
          codex.unarchiveThread(handle),
          codex.deleteThread(handle)
        ]) {
          assert.match(yield* reasonOf(call), /^InvalidInput: .*`threadId`: must be a string: pass `thread.id`/)
        }
        assert.match(yield* reasonOf(codex.resumeThread(" ")), /must not be empty/)
      })
    )
  )
})
