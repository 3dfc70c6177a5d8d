import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option, Redacted, Scope } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexPool from "../../src/CodexPool.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import { ask, isAlive, onBinary, tenants } from "./support.ts"

const keys = Array.from({ length: 20 }, (_, number) => `t${String(number).padStart(2, "0")}`)
const tasks = Array.from({ length: 10 }, (_, number) => number)

describe("20 tenants with 200 tasks on 5 processes", () => {
  it.live(
    "are served fairly and in isolation, and no process is left",
    () =>
      Effect.gen(function* () {
        const model = yield* MockModel.MockModel
        const { all, lookup, starts } = yield* tenants(keys)
        const scope = yield* Scope.make()
        const pool = yield* CodexPool.make({
          lookup,
          maxProcesses: 5,
          maxCallsPerKey: 10,
          maxTurns: 12,
          maxTurnsPerKey: 4,
          idleTimeToLive: "Infinity"
        }).pipe(Scope.provide(scope))

        // Each tenant logs in with its own key, which its home keeps.
        yield* Effect.forEach(
          all.values(),
          ({ apiKey, key }) =>
            pool.use(
              key,
              Effect.flatMap(Codex.Codex, (codex) => codex.loginApiKey(apiKey))
            ),
          { concurrency: "unbounded", discard: true }
        )
        assert.deepStrictEqual([...starts].sort(), keys, "each once")
        starts.length = 0

        const pids = new Set<number>()
        const threads = new Map<string, Array<string>>()
        let most = 0
        let mostTurns = 0
        const results = yield* Effect.forEach(
          tasks.flatMap((task) => keys.map((key) => ({ key, task }))),
          ({ key, task }) =>
            Effect.gen(function* () {
              const { answer, pid, threadId } = yield* ask(pool, key, `Task ${task} of ${key}.`)
              const { processes, turns } = yield* pool.stats
              most = Math.max(most, processes)
              mostTurns = Math.max(mostTurns, turns)
              pids.add(pid)
              threads.set(key, [...(threads.get(key) ?? []), threadId])
              return Option.getOrNull(answer)
            }),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(
          results,
          tasks.flatMap(() => keys.map((key) => `answer for ${key}`))
        )
        assert.isAtMost(most, 5)
        assert.isAtMost(mostTurns, 12)

        // Fair: five keys have a process from the login. All others get theirs before any key gets one twice.
        const firsts = starts.slice(0, 15)
        assert.strictEqual(new Set(firsts).size, 15, starts.join(" "))
        assert.isAtMost(starts.length, 40)

        // Isolated: each request has the model, the rule and the key of its tenant, and each home its own threads.
        const requests = yield* model.requests
        assert.strictEqual(requests.length, 200)
        for (const request of requests) {
          const key = /of (t\d\d)\.$/.exec(request.lastUserText ?? "")?.[1]
          const own = all.get(key ?? "") ?? assert.fail(`${request.lastUserText}`)
          assert.strictEqual(request.model, own.model)
          assert.strictEqual(request.header("authorization"), `Bearer ${Redacted.value(own.apiKey)}`)
          const rules = JSON.stringify(request.body).match(/Rule of t\d\d\./g)
          assert.deepStrictEqual(new Set(rules), new Set([own.rule]))
        }
        for (const [key, own] of threads) {
          const { codexHome = "" } = all.get(key)?.options ?? {}
          const files = readdirSync(join(codexHome, "sessions"), { recursive: true, encoding: "utf8" })
          const saved = files.flatMap((file) => /([\da-f-]{36})\.jsonl$/.exec(file)?.[1] ?? [])
          assert.deepStrictEqual(saved.sort(), own.sort())
        }

        const { idle, inUse, processes, waiting } = yield* pool.stats
        assert.deepStrictEqual([processes, idle, inUse, waiting], [5, 5, 0, 0])
        // Those that gave their place to another key have ended; the others end with the pool.
        assert.isAtMost([...pids].filter(isAlive).length, 5)
        yield* Scope.close(scope, Exit.void)
        assert.deepStrictEqual([...pids].filter(isAlive), [])
        assert.isAtLeast(pids.size, 20)
      }).pipe(
        onBinary({
          fallback: (request) =>
            MockModel.reply(`answer for ${/of (t\d\d)\.$/.exec(request.lastUserText ?? "")?.[1] ?? "?"}`)
        })
      ),
    120_000
  )
})
