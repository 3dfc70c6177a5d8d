/** Programs with open requests that are killed: the inbox finds out by itself. */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Option, Schedule } from "effect"
import { ChildProcess } from "effect/process"
import { join } from "node:path"
import { PgClient } from "@effect/sql-pg"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as Postgres from "../support/postgres.ts"

/** How often a value of another process is read. */
const often = Schedule.spaced("20 millis")

/** Starts a program with a request, and returns its entry as soon as it is in the inbox. */
const start = Effect.fnUntraced(function* (inbox: ApprovalInbox.ApprovalInbox, socket: string, runner: string) {
  const fs = yield* FileSystem.FileSystem
  const temporary = yield* fs.makeTempDirectoryScoped({ prefix: "inbox-" })
  const child = yield* ChildProcess.make(process.execPath, [join(import.meta.dirname, "program.ts"), socket, runner], {
    env: { TMPDIR: temporary },
    extendEnv: true,
    stdout: "ignore",
    stderr: "inherit",
    killSignal: "SIGKILL"
  })
  const open = Effect.map(inbox.list(), ({ data }) => data.find((entry) => Option.contains(entry.runner, runner)))
  const entry = yield* Effect.raceFirst(
    open.pipe(Effect.repeat({ schedule: often, until: (entry) => entry !== undefined })),
    Effect.flatMap(child.exitCode, (code) => Effect.die(`the program ended with ${code}`))
  )
  return { child, entry: entry ?? (yield* Effect.die("no entry")) }
})

describe("an ApprovalInbox whose programs are killed", () => {
  it.live("marks the requests of a killed program as lost, and keeps those of the others open", () =>
    Effect.gen(function* () {
      const { socket, username } = yield* Postgres.start
      yield* Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const [killed, living] = yield* Effect.all([start(inbox, socket, "killed"), start(inbox, socket, "living")], {
          concurrency: 2
        })
        yield* inbox.claim(killed.entry.id, "ann")
        yield* killed.child.kill({ killSignal: "SIGKILL" })
        const lost = yield* inbox
          .get(killed.entry.id)
          .pipe(Effect.repeat({ schedule: often, until: ({ status }) => status !== "open" }))
        assert.strictEqual(lost.status, "lost")
        const late = yield* Effect.flip(inbox.answer(lost.id, { choice: "accept", by: "ann" }))
        assert.deepInclude(late.reason, { _tag: "EntryClosed", status: "lost" })

        yield* inbox.answer(living.entry.id, { choice: "accept", by: "ann" })
        assert.strictEqual(yield* living.child.exitCode, 0)
        assert.strictEqual((yield* inbox.get(living.entry.id)).status, "delivered")

        const { data } = yield* inbox.history()
        const of = (id: string) => data.filter(({ entryId }) => entryId === id).map(({ type }) => type)
        assert.deepStrictEqual(of(lost.id), ["opened", "claimed", "lost"])
        assert.deepStrictEqual(of(living.entry.id), ["opened", "answered", "delivered"])
      }).pipe(
        Effect.provide(
          ApprovalInbox.layerSql({ pollInterval: "50 millis", lease: "4 seconds" }).pipe(
            Layer.provide(PgClient.layer({ path: socket, username, database: "postgres" }))
          )
        )
      )
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
