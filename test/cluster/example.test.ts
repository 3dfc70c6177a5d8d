import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { dirname } from "node:path"
import * as Example from "../support/example.ts"
import * as Postgres from "../support/postgres.ts"

// `examples.test.ts` runs it on the database of the process.
describe("example 29 with PostgreSQL", () => {
  it.live(
    "continues the threads of a runner that has ended, and answers a repeated message from the record",
    () =>
      Effect.gen(function* () {
        const { socket, username } = yield* Postgres.start
        const url = `postgres://${username}@${encodeURIComponent(dirname(socket))}/postgres`
        const { code, lines } = yield* Effect.promise(
          () => Example.start(["29"], { env: { DATABASE_URL: url } }).outcome
        )
        assert.deepStrictEqual(lines.slice(-3), ["It is Ada.", "It is Ada.", "The model was asked 1 time."])
        assert.strictEqual(code, 0)
      }).pipe(Effect.scoped),
    60_000
  )
})
